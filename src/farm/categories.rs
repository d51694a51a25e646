//! The categories of a dataset, with the keypoints that their instances have.

use crate::assets::{AssetError, AssetStore};
use crate::dataset::Category;
use crate::randomize::concrete::{self, ConcreteScene};
use crate::scene::{Flag, Scene, Shape};

/// Without keypoints.
fn bare(names: &[String]) -> Vec<Category> {
    let category = |(name, id): (&String, u32)| Category {
        id,
        name: name.clone(),
        supercategory: String::new(),
        keypoints: Vec::new(),
        skeleton: Vec::new(),
    };
    names.iter().zip(1..).map(category).collect()
}

/// Of a description: the keypoints of everything that may be of a category, in the scene's order.
pub(super) fn of_scene(scene: &Scene, assets: &AssetStore) -> Result<Vec<Category>, AssetError> {
    let mut categories = bare(&scene.categories);
    let all = scene.scope().all();
    for object in all.iter().map(|member| member.object).filter(|object| object.distractor != Flag::Constant(true)) {
        let mut names: Vec<String> = object.keypoints.keys().cloned().collect();
        for shape in object.shape.values() {
            if let Shape::Model { file } = shape {
                names.extend(brought(&concrete::Shape::Model { file: file.clone() }, assets)?);
            }
        }
        for category in categories.iter_mut() {
            if object.category.iter().flat_map(|pick| pick.values()).any(|name| *name == category.name) {
                add(category, &names, &object.skeleton);
            }
        }
    }
    Ok(categories)
}

/// Those of which a description has objects that are annotated.
pub(super) fn had(scene: &Scene) -> Vec<String> {
    let all = scene.scope().all();
    let annotated = all.iter().map(|member| member.object).filter(|object| object.distractor != Flag::Constant(true));
    let of_objects: Vec<&String> =
        annotated.flat_map(|object| &object.category).flat_map(|pick| pick.values()).collect();
    scene.categories.iter().filter(|name| of_objects.contains(name)).cloned().collect()
}

/// Of a concrete scene.
pub(super) fn of_concrete(scene: &ConcreteScene, assets: &AssetStore) -> Result<Vec<Category>, AssetError> {
    let mut categories = bare(&scene.categories);
    for instance in scene.instances.iter().filter(|instance| instance.labelled) {
        let mut names: Vec<String> = instance.keypoints.iter().map(|point| point.name.clone()).collect();
        if let concrete::Shape::Model { .. } = instance.shape {
            names.extend(brought(&instance.shape, assets)?);
        }
        if let Some(category) = categories.iter_mut().find(|category| Some(category.id) == instance.category_id) {
            add(category, &names, &instance.skeleton);
        }
    }
    Ok(categories)
}

/// Names of the keypoints that a model has of its own.
fn brought(shape: &concrete::Shape, assets: &AssetStore) -> Result<Vec<String>, AssetError> {
    Ok(assets.model(shape)?.keypoints.iter().map(|(name, _)| name.clone()).collect())
}

fn add(category: &mut Category, names: &[String], skeleton: &[(String, String)]) {
    for name in names {
        if !category.keypoints.contains(name) {
            category.keypoints.push(name.clone());
        }
    }
    let place = |name: &String| category.keypoints.iter().position(|known| known == name).map(|place| place as u32 + 1);
    for (from, to) in skeleton {
        if let (Some(from), Some(to)) = (place(from), place(to))
            && !category.skeleton.contains(&[from, to])
        {
            category.skeleton.push([from, to]);
        }
    }
}

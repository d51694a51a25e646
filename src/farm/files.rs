//! Which files a scene takes in.

use crate::randomize::concrete::{self, ConcreteScene};
use crate::scene::{Environment, Material, PanoramaFile, Pick, Scene, Shape, TextureSource};

/// Of a description: every file that any of its choices may take in, sorted.
pub(super) fn of_scene(scene: &Scene) -> Vec<String> {
    let mut files = Vec::new();
    if let Some(ground) = &scene.ground {
        of_material(&ground.material, &mut files);
    }
    each(&scene.environment, &mut |environment| match environment {
        Environment::Room { walls, floor, .. } => {
            of_material(walls, &mut files);
            of_material(floor, &mut files);
        }
        Environment::Panorama { file, .. } => files.extend(file.values().map(|PanoramaFile(file)| file.clone())),
        _ => {}
    });
    for member in scene.scope().all() {
        let object = member.object;
        of_material(&object.material, &mut files);
        each(&object.shape, &mut |shape| {
            if let Shape::Model { file } = shape {
                files.push(file.clone());
            }
        });
    }
    sorted(files)
}

/// Of a concrete scene, sorted.
pub(super) fn of_concrete(scene: &ConcreteScene) -> Vec<String> {
    let mut files = Vec::new();
    let mut material = |material: &concrete::Material| {
        if let Some(concrete::Texture::Image(file)) = &material.texture {
            files.push(file.clone());
        }
    };
    scene.ground.iter().for_each(|ground| material(&ground.material));
    if let concrete::Environment::Room { walls, floor, .. } = &scene.environment {
        material(walls);
        material(floor);
    }
    scene.instances.iter().for_each(|instance| material(&instance.material));
    if let concrete::Environment::Panorama { file, .. } = &scene.environment {
        files.push(file.clone());
    }
    for instance in &scene.instances {
        if let concrete::Shape::Model { file } = &instance.shape {
            files.push(file.clone());
        }
    }
    sorted(files)
}

fn of_material(material: &Material, files: &mut Vec<String>) {
    let Some(texture) = &material.texture else { return };
    each(texture, &mut |texture| {
        if let TextureSource::Image(file) = texture {
            files.push(file.clone());
        }
    });
}

/// Every value that a pick may give.
fn each<T>(pick: &Pick<T>, visit: &mut dyn FnMut(&T)) {
    pick.values().for_each(visit);
}

fn sorted(mut files: Vec<String>) -> Vec<String> {
    files.sort();
    files.dedup();
    files
}

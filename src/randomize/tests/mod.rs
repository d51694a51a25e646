//! What the tests share: a small catalog, and scenes put together in code.

mod distributions;
mod golden;
mod groups;
mod independence;
mod language;
mod places;
mod positions;
mod values;

use glam::Vec3;
use indexmap::IndexMap;

use super::concrete::{Instance, Shape};
use super::{Bounds, Catalog, CatalogError, ConcreteScene, randomize};
use crate::scene::{
    self, Body, BodyKind, Camera, Count, Labels, Material, Number, Object, Orientation, Physics, Pick, Place, Region,
    Scene, Weighted,
};

/// Two library models, one whose origin is not its centre, and one texture.
struct Cupboard;

impl Catalog for Cupboard {
    fn bounds(&self, shape: &Shape) -> Result<Bounds, CatalogError> {
        match shape {
            Shape::Library { name, .. } if name == "mug" => {
                Ok(Bounds { min: Vec3::new(-0.04, -0.05, -0.06), max: Vec3::new(0.04, 0.05, 0.06) })
            }
            Shape::Model { .. } => Ok(Bounds { min: Vec3::new(0.0, 0.0, 0.0), max: Vec3::new(0.2, 0.3, 0.1) }),
            Shape::Library { name, .. } => Err(CatalogError::UnknownModel { name: name.clone() }),
            other => panic!("asked for a primitive: {other:?}"),
        }
    }

    fn triangles(&self, shape: &Shape) -> Result<Vec<[Vec3; 3]>, CatalogError> {
        let Shape::Box { size_m } = *shape else { return Ok(self.bounds(shape)?.triangles()) };
        Ok(Bounds { min: -size_m / 2.0, max: size_m / 2.0 }.triangles())
    }

    fn variants(&self, name: &str) -> Result<u32, CatalogError> {
        if name == "mug" { Ok(5) } else { Err(CatalogError::UnknownModel { name: name.to_owned() }) }
    }

    fn texture_variants(&self, name: &str) -> Result<u32, CatalogError> {
        if name == "oak" { Ok(3) } else { Err(CatalogError::UnknownTexture { name: name.to_owned() }) }
    }
}

impl scene::Library for Cupboard {
    fn model_names(&self) -> Vec<&str> {
        vec!["mug"]
    }

    fn texture_names(&self) -> Vec<&str> {
        vec!["oak"]
    }

    fn variants(&self, _: &str) -> Option<u32> {
        Some(5)
    }

    fn file(&self, _: &str, _: scene::Asset) -> Result<(), String> {
        Ok(())
    }

    fn folder(&self, _: &str) -> Result<Vec<String>, String> {
        Ok((0..40).map(|number| format!("{number}.glb")).collect())
    }

    fn fingerprint(&self, entry: &scene::Entry) -> Result<u64, String> {
        Ok(super::stream::cover_key(0, &format!("{entry:?}")))
    }

    fn column(&self, _: &str, _: &str) -> Result<(f64, f64), String> {
        Ok((0.0, 1.0))
    }
}

/// The scene that a file would say.
fn said(text: &str) -> Scene {
    match scene::read("scene.ron", text, &Cupboard) {
        Ok(loaded) => loaded.scene,
        Err(wrong) => panic!("{wrong}"),
    }
}

fn constant(value: f64) -> Number {
    Number::Constant(value)
}

fn uniform(low: f64, high: f64) -> Number {
    Number::Uniform(low, high)
}

fn choice<T>(options: impl IntoIterator<Item = (f64, T)>) -> Vec<Weighted<T>> {
    options.into_iter().map(|(weight, value)| Weighted { weight, value }).collect()
}

fn picking<T>(options: impl IntoIterator<Item = (f64, T)>) -> Pick<T> {
    Pick::Choice(choice(options.into_iter().map(|(weight, value)| (weight, Pick::Constant(value)))))
}

fn cube(edge_m: f64) -> scene::Shape {
    scene::Shape::Box { size_m: [constant(edge_m), constant(edge_m), constant(edge_m)] }
}

fn slab(x: f64, y: f64, z: f64) -> scene::Shape {
    scene::Shape::Box { size_m: [constant(x), constant(y), constant(z)] }
}

fn mug() -> scene::Shape {
    scene::Shape::Library { name: "mug".to_owned(), variant: None }
}

/// One dynamic thing that falls onto the ground.
fn thing(shape: scene::Shape) -> Object {
    Object {
        category: None,
        shape: Pick::Constant(shape),
        count: Count(constant(1.0)),
        scale: constant(1.0),
        material: Material::default(),
        place: Place::default(),
        body: Body::default(),
        distractor: false.into(),
        volume: false,
        lights: IndexMap::new(),
        keypoints: Default::default(),
        skeleton: Vec::new(),
        attributes: Default::default(),
    }
}

fn several(count: Number, object: Object) -> Object {
    Object { count: Count(count), ..object }
}

fn fixed(object: Object) -> Object {
    Object { body: Body { kind: BodyKind::Static, ..Body::default() }, ..object }
}

fn any_yaw() -> Pick<Orientation> {
    Pick::Constant(Orientation::Upright { yaw_deg: uniform(0.0, 360.0) })
}

fn free() -> Pick<Orientation> {
    Pick::Constant(Orientation::Free)
}

fn at(x: f64, y: f64, z: f64, object: Object) -> Object {
    let position_m = [constant(x), constant(y), constant(z)];
    let orientation = Pick::Constant(Orientation::Upright { yaw_deg: constant(0.0) });
    Object { place: Place::At { position_m: position_m.into(), orientation, clear: false }, ..object }
}

fn on(support: &str, object: Object) -> Object {
    let place = Place::On { support: support.to_owned(), region: Region::Top, orientation: any_yaw() };
    Object { place, ..object }
}

fn above(support: &str, object: Object) -> Object {
    let (support, height_m) = (support.to_owned(), uniform(0.05, 0.5));
    Object { place: Place::Above { support, region: Region::Top, height_m, orientation: free() }, ..object }
}

fn scene_of<'a>(objects: impl IntoIterator<Item = (&'a str, Object)>) -> Scene {
    Scene {
        variables: IndexMap::new(),
        cover: Default::default(),
        pools: IndexMap::new(),
        splits: IndexMap::new(),
        split: None,
        kept: IndexMap::new(),
        categories: vec!["cup".to_owned(), "box".to_owned()],
        resolution: [640, 480],
        smooth_edges: true,
        samples: 1,
        pictures: Default::default(),
        cameras: IndexMap::from([("main".to_owned(), Camera::default())]),
        lidars: IndexMap::new(),
        environment: Pick::default(),
        weather: None,
        location: None,
        lights: IndexMap::new(),
        ground: Some(scene::Ground::default()),
        objects: objects.into_iter().map(|(name, object)| (name.to_owned(), object)).collect(),
        groups: IndexMap::new(),
        physics: Physics::default(),
        sequence: None,
        labels: Labels::default(),
        constraints: Default::default(),
    }
}

/// A table in a room of things: supports, distributions and choices of every kind.
fn tabletop() -> Scene {
    let mut table = fixed(at(0.3, 0.36, -0.2, thing(slab(1.2, 0.72, 0.8))));
    table.material.texture =
        Some(picking([(1.0, scene::TextureSource::Library("oak".to_owned())), (1.0, scene::TextureSource::Plain)]));
    let mut cup = above("table", several(uniform(3.0, 6.0), thing(mug())));
    cup.category = Some(Pick::Constant("cup".to_owned()));
    cup.scale = Number::LogUniform(0.8, 1.25);
    cup.material.roughness = Some(Number::Normal { mean: 0.5, std_dev: 0.3, min: 0.1, max: 0.9 });
    cup.material.base_color =
        Some(Pick::Constant(scene::Color::Hsv(uniform(0.0, 360.0), uniform(0.2, 0.9), uniform(0.3, 1.0))));
    let mut brick = above("table", several(constant(8.0), thing(slab(0.06, 0.04, 0.1))));
    brick.category = Some(picking([(1.0, "box".to_owned()), (2.0, "cup".to_owned())]));
    brick.distractor = true.into();
    let ball = several(constant(2.0), thing(scene::Shape::Sphere { radius_m: uniform(0.03, 0.1) }));
    let tray = fixed(on("table", thing(slab(0.3, 0.02, 0.2))));
    scene_of([("table", table), ("tray", tray), ("cup", cup), ("brick", brick), ("ball", ball)])
}

fn drawn(scene: &Scene, seed: u64, frame: u64) -> ConcreteScene {
    randomize(scene, seed, frame, &Cupboard).unwrap()
}

/// By name, and without its id, which the things before it decide.
fn instance(scene: &ConcreteScene, name: &str) -> Instance {
    let found = scene.instances.iter().find(|instance| instance.name == name);
    Instance { id: 0, ..found.unwrap_or_else(|| panic!("no instance `{name}`")).clone() }
}

/// A scene of several things, drawn.
pub(super) fn drawn_tabletop() -> ConcreteScene {
    randomize(&tabletop(), 7, 3, &Cupboard).unwrap()
}

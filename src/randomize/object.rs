//! Drawing objects: how many there are, what each looks like, and where it begins.

use std::collections::BTreeSet;

use glam::{DVec3, Quat, Vec3};

use super::catalog::{Catalog, CatalogError};
use super::concrete::{Body, Instance, Keypoint, Light, Pose, Shape};
use super::draw::{self, Limits};
use super::error::{RandomizeError, list};
use super::extent::Extent;
use super::material;
use super::place::{Candidate, Placement, Placing, Support};
use super::stream::Cursor;
use super::surroundings;
use crate::scene::{self, BodyKind, Fallen, Object, Place, Scene};

/// Instance ids are written with 16 bits, and 0 is the background.
const MOST_INSTANCES: usize = 65_535;
/// How often a thing that has fallen off is dropped again.
const SPARES: usize = 4;
/// The support that is no object.
const GROUND: &str = "ground";

/// What an object of the scene is placed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    None,
    Ground,
    Object(usize),
}

/// A thing without its place.
struct Thing<'c> {
    instance: Instance,
    extent: Extent,
    cursor: Cursor<'c>,
}

/// Draws all instances, in the order of the scene.
pub(super) fn draw<'c>(
    root: &Cursor<'c>,
    scene: &Scene,
    catalog: &dyn Catalog,
) -> Result<Vec<Instance>, RandomizeError> {
    let objects = root.child("objects");
    let mut things: Vec<Vec<Thing<'c>>> = Vec::with_capacity(scene.objects.len());
    let mut names = BTreeSet::new();
    let mut total = 0;
    for (name, object) in &scene.objects {
        let place = objects.child(name).child("count");
        let count = place.count(&object.count)? as usize;
        total += count;
        if total > MOST_INSTANCES {
            return Err(RandomizeError::TooMany { path: place.path().to_owned(), limit: MOST_INSTANCES, found: total });
        }
        let single = draw::is_always_one(&object.count.0);
        let mut of_object = Vec::with_capacity(count);
        for number in 0..count {
            let cursor = objects.numbered(name, number);
            let instance_name = if single { name.clone() } else { format!("{name}#{number}") };
            if !names.insert(instance_name.clone()) {
                return Err(RandomizeError::NameTaken { path: cursor.path().to_owned(), name: instance_name });
            }
            of_object.push(thing(cursor, instance_name, object, scene, catalog)?);
        }
        things.push(of_object);
    }
    place_all(&objects, scene, catalog, things)
}

/// Draws one thing, its place excepted.
fn thing<'c>(
    cursor: Cursor<'c>,
    name: String,
    object: &Object,
    scene: &Scene,
    catalog: &dyn Catalog,
) -> Result<Thing<'c>, RandomizeError> {
    let category_id = match &object.category {
        Some(category) => Some(category_id(&cursor, cursor.child("category").pick(category)?.1, scene)?),
        None => None,
    };
    let at_shape = cursor.child("shape");
    let factor = cursor.child("scale").number_in(&object.scale, Limits::Positive)?;
    let (place, described) = at_shape.pick(&object.shape)?;
    let shape = draw_shape(&place, described, factor, catalog)?;
    let scale = match shape {
        Shape::Library { .. } | Shape::Model { .. } => factor as f32,
        _ => 1.0,
    };
    let extent = Extent::new(&shape, scale, catalog)
        .map_err(|source| RandomizeError::Catalog { path: at_shape.path().to_owned(), source })?;
    if !(extent.radius > 0.0 && extent.radius.is_finite()) {
        return Err(at_shape.out_of_range("a shape with a finite size above 0", extent.radius));
    }
    let distractor = cursor.child("distractor").flag(&object.distractor)?;
    let instance = Instance {
        id: 0,
        name,
        category_id,
        labelled: category_id.is_some() && !distractor,
        shape,
        scale,
        material: material::draw(&cursor.child("material"), &object.material, catalog)?,
        start: Pose { position_m: Vec3::ZERO, rotation: Quat::IDENTITY },
        spares: Vec::new(),
        support_top_m: None,
        body: draw_body(&cursor.child("body"), &object.body)?,
        volume: object.volume,
        keypoints: keypoints(&cursor.child("keypoints"), object, factor)?,
        lamps: lamps(&cursor.child("lights"), object, factor as f32)?,
        skeleton: object.skeleton.clone(),
        attributes: object.attributes.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
    };
    Ok(Thing { instance, extent, cursor })
}

/// Lamps that a thing of this size carries.
fn lamps(cursor: &Cursor, object: &Object, factor: f32) -> Result<Vec<Light>, RandomizeError> {
    let drawn = |(name, light): (&String, &scene::Light)| {
        let place = cursor.child(name);
        let mut lamp = surroundings::light(&place, name, light, None)?;
        match &mut lamp {
            Light::Point { position_m, radius_m, .. } => {
                *position_m *= factor;
                *radius_m *= factor;
            }
            Light::Spot { position_m, target_m, radius_m, .. } => {
                *position_m *= factor;
                *target_m *= factor;
                *radius_m *= factor;
            }
            Light::Sun { .. } | Light::Moon { .. } => {
                let (path, found) = (place.path().to_owned(), "a sun or moon".to_owned());
                return Err(RandomizeError::Malformed { path, expected: "a `Point` or `Spot`", found });
            }
        }
        Ok(lamp)
    };
    object.lights.iter().map(drawn).collect()
}

fn keypoints(cursor: &Cursor, object: &Object, factor: f64) -> Result<Vec<Keypoint>, RandomizeError> {
    let scaled = |(name, position_m): (&String, &[f64; 3])| {
        let position_m = (DVec3::from(*position_m) * factor).as_vec3();
        if !position_m.is_finite() {
            let found = object.keypoints[name][0] * factor;
            return Err(cursor.child(name).out_of_range("coordinates that single precision can hold", found));
        }
        Ok(Keypoint { name: name.clone(), position_m })
    };
    object.keypoints.iter().map(scaled).collect()
}

fn category_id(cursor: &Cursor, name: &str, scene: &Scene) -> Result<u32, RandomizeError> {
    match scene.categories.iter().position(|category| category == name) {
        Some(place) => Ok(place as u32 + 1),
        None => Err(RandomizeError::UnknownName {
            path: cursor.child("category").path().to_owned(),
            expected: "the name of a category",
            found: name.to_owned(),
            known: list(scene.categories.iter().map(String::as_str)),
        }),
    }
}

/// Draws the sizes of a shape, times `factor` where it is a primitive.
fn draw_shape(
    cursor: &Cursor,
    shape: &scene::Shape,
    factor: f64,
    catalog: &dyn Catalog,
) -> Result<Shape, RandomizeError> {
    let length = |cursor: &Cursor, name: &str, number: &scene::Number| {
        let place = cursor.child(name);
        let drawn = place.number_in(number, Limits::Positive)? * factor;
        let single = drawn as f32;
        if single > 0.0 && single.is_finite() {
            Ok(single)
        } else {
            Err(place.out_of_range("a length above 0 that single precision can hold", drawn))
        }
    };
    Ok(match shape {
        scene::Shape::Box { size_m: [x, y, z] } => {
            let edges = cursor.child("size_m");
            let edge = |name: &str, number| length(&edges, name, number);
            Shape::Box { size_m: Vec3::new(edge("x", x)?, edge("y", y)?, edge("z", z)?) }
        }
        scene::Shape::Sphere { radius_m } => Shape::Sphere { radius_m: length(cursor, "radius_m", radius_m)? },
        scene::Shape::Cylinder { radius_m, height_m } => Shape::Cylinder {
            radius_m: length(cursor, "radius_m", radius_m)?,
            height_m: length(cursor, "height_m", height_m)?,
        },
        scene::Shape::Cone { radius_m, height_m } => Shape::Cone {
            radius_m: length(cursor, "radius_m", radius_m)?,
            height_m: length(cursor, "height_m", height_m)?,
        },
        scene::Shape::Capsule { radius_m, height_m } => {
            let (radius_m, height_m) = (length(cursor, "radius_m", radius_m)?, length(cursor, "height_m", height_m)?);
            if height_m < 2.0 * radius_m {
                let expected = format!("at least twice the radius, {} m", 2.0 * radius_m);
                return Err(cursor.child("height_m").out_of_range(expected, f64::from(height_m)));
            }
            Shape::Capsule { radius_m, height_m }
        }
        scene::Shape::Torus { ring_radius_m, tube_radius_m } => {
            let ring_radius_m = length(cursor, "ring_radius_m", ring_radius_m)?;
            let tube_radius_m = length(cursor, "tube_radius_m", tube_radius_m)?;
            if tube_radius_m >= ring_radius_m {
                let expected = format!("less than the radius of the ring, {ring_radius_m} m");
                return Err(cursor.child("tube_radius_m").out_of_range(expected, f64::from(tube_radius_m)));
            }
            Shape::Torus { ring_radius_m, tube_radius_m }
        }
        scene::Shape::Library { name, variant } => {
            let failed = |source: CatalogError| RandomizeError::Catalog { path: cursor.path().to_owned(), source };
            let count = catalog.variants(name).map_err(failed)?;
            let place = cursor.child("variant");
            let variant = match variant {
                Some(variant) => place.count(variant)?,
                None => place.stream().index(count as usize) as u32,
            };
            if variant >= count {
                let expected = format!("one of the {count} variants of `{name}`, which count from 0");
                return Err(place.out_of_range(expected, f64::from(variant)));
            }
            Shape::Library { name: name.clone(), variant }
        }
        scene::Shape::Model { file } => Shape::Model { file: file.clone() },
    })
}

fn draw_body(cursor: &Cursor, body: &scene::Body) -> Result<Body, RandomizeError> {
    let optional = |name, number: &Option<scene::Number>, limits| cursor.optional(name, number.as_ref(), limits);
    Ok(Body {
        kind: body.kind,
        mass_kg: optional("mass_kg", &body.mass_kg, Limits::Positive)?,
        density_kg_per_m3: optional("density_kg_per_m3", &body.density_kg_per_m3, Limits::Positive)?,
        friction: optional("friction", &body.friction, Limits::NotNegative)?.unwrap_or(0.5),
        restitution: optional("restitution", &body.restitution, Limits::SHARE)?.unwrap_or(0.1),
    })
}

/// Gives all things their places and ids. Things whose support has no instance in this frame are left out.
///
/// Supports come right before the first that needs them, everything else in the order of the scene, so that a
/// thing depends only on earlier ones and on supports.
fn place_all(
    objects: &Cursor,
    scene: &Scene,
    catalog: &dyn Catalog,
    mut things: Vec<Vec<Thing<'_>>>,
) -> Result<Vec<Instance>, RandomizeError> {
    let mut bases = Vec::with_capacity(scene.objects.len());
    for (name, object) in &scene.objects {
        bases.push(base(objects, name, object, scene)?);
    }
    let mut placing = Placing::new(catalog);
    // The numbers of an object's things in `placing`, once it had its turn.
    let mut numbers: Vec<Option<Vec<usize>>> = vec![None; bases.len()];
    for first in 0..bases.len() {
        for index in waiting(objects, scene, &bases, &numbers, first)? {
            let bearers = match bases[index] {
                Base::Object(bearer) => numbers[bearer].clone().unwrap_or_default(),
                Base::None | Base::Ground => Vec::new(),
            };
            let mut own = Vec::with_capacity(things[index].len());
            if matches!(bases[index], Base::Object(_)) && bearers.is_empty() {
                things[index].clear();
            }
            for thing in &mut things[index] {
                let support = match bases[index] {
                    Base::None => Support::None,
                    Base::Ground => Support::Ground,
                    Base::Object(_) => {
                        let drawn = thing.cursor.child("place").child("support").stream().index(bearers.len());
                        Support::Thing(bearers[drawn])
                    }
                };
                // A volume stays where it is put.
                let is_volume = thing.instance.volume;
                if is_volume {
                    thing.instance.body.kind = BodyKind::Static;
                }
                let is_static = thing.instance.body.kind == BodyKind::Static;
                let again = scene.physics.fallen == Fallen::DrawAgain && !is_static;
                let (number, placement) = placing.put(Candidate {
                    cursor: thing.cursor.clone(),
                    place: &scene.objects[index].place,
                    extent: thing.extent.clone(),
                    support,
                    is_static,
                    is_volume,
                    spares: if again { SPARES } else { 0 },
                })?;
                own.push(number);
                let Placement { start, spares, support_top } = placement;
                thing.instance.start = start;
                thing.instance.spares = spares;
                thing.instance.support_top_m = if is_static { None } else { support_top.map(|top| top as f32) };
            }
            numbers[index] = Some(own);
        }
    }
    let mut instances: Vec<Instance> = things.into_iter().flatten().map(|thing| thing.instance).collect();
    for (id, instance) in (1..).zip(&mut instances) {
        instance.id = id;
    }
    Ok(instances)
}

/// What an object is placed on.
fn base(objects: &Cursor, name: &str, object: &Object, scene: &Scene) -> Result<Base, RandomizeError> {
    let (Place::On { support, .. } | Place::Above { support, .. }) = &object.place else {
        return Ok(Base::None);
    };
    if support == GROUND {
        return Ok(Base::Ground);
    }
    let index = scene.objects.get_index_of(support);
    match index.filter(|index| scene.objects[*index].body.kind == BodyKind::Static) {
        Some(index) => Ok(Base::Object(index)),
        None => {
            let fixed = scene.objects.iter().filter(|(_, object)| object.body.kind == BodyKind::Static);
            Err(RandomizeError::UnknownName {
                path: objects.child(name).child("place").child("support").path().to_owned(),
                expected: "the name of a static object or `ground`",
                found: support.clone(),
                known: list([GROUND].into_iter().chain(fixed.map(|(name, _)| name.as_str()))),
            })
        }
    }
}

/// The objects that have to be placed now for `first` to be placed, it included, each after its support.
fn waiting(
    objects: &Cursor,
    scene: &Scene,
    bases: &[Base],
    numbers: &[Option<Vec<usize>>],
    first: usize,
) -> Result<Vec<usize>, RandomizeError> {
    let mut chain = Vec::new();
    let mut next = Base::Object(first);
    while let Base::Object(index) = next {
        if numbers[index].is_some() {
            break;
        }
        let again = chain.contains(&index);
        chain.push(index);
        if again {
            let names = chain.iter().filter_map(|index| scene.objects.get_index(*index));
            let names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
            return Err(RandomizeError::SupportCircle { path: objects.path().to_owned(), circle: names.join(" on ") });
        }
        next = bases[index];
    }
    chain.reverse();
    Ok(chain)
}

//! Drawing objects and groups: how many there are, what each looks like, and where it begins.

use std::collections::BTreeSet;

use glam::{DVec3, Quat, Vec3};

use super::catalog::Catalog;
use super::concrete::{Body, Camera, Instance, Keypoint, Light, Pose, Shape};
use super::draw::{self, Limits};
use super::error::{RandomizeError, list};
use super::extent::Extent;
use super::material;
use super::place::{Cameras, Candidate, Layout, Placed, Placement, Placing, Support, around};
use super::shape;
use super::stream::Cursor;
use super::surroundings;
use crate::scene::limits::{self, MOST_INSTANCES};
use crate::scene::{self, BodyKind, Fallen, Object, Place, Scene, Scope};

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
    /// The surface of an object.
    Surface(usize),
}

/// A thing without its place.
struct Thing<'c> {
    instance: Instance,
    extent: Extent,
    cursor: Cursor<'c>,
}

/// What all objects are drawn with.
struct World<'w> {
    scene: &'w Scene,
    catalog: &'w dyn Catalog,
    cameras: Cameras<'w>,
}

/// Names of instances so far.
#[derive(Default)]
struct Names(BTreeSet<String>);

/// Draws all instances, in the order of the scene.
pub(super) fn draw(
    root: &Cursor,
    scene: &Scene,
    cameras: &[Camera],
    catalog: &dyn Catalog,
) -> Result<Vec<Instance>, RandomizeError> {
    let world = World { scene, catalog, cameras: Cameras { drawn: cameras, resolution: scene.resolution } };
    let (mut instances, _) = world.members(root, scene.scope(), "", &mut Names::default())?;
    for (id, instance) in (1..).zip(&mut instances) {
        instance.id = id;
    }
    Ok(instances)
}

impl Names {
    fn take(&mut self, cursor: &Cursor, name: String) -> Result<String, RandomizeError> {
        if !self.0.insert(name.clone()) {
            return Err(RandomizeError::NameTaken { path: cursor.path().to_owned(), name });
        }
        if self.0.len() > MOST_INSTANCES {
            let (path, limit, found) = (cursor.path().to_owned(), MOST_INSTANCES, self.0.len());
            return Err(RandomizeError::TooMany { path, limit, found });
        }
        Ok(name)
    }
}

impl World<'_> {
    /// Draws the objects of a scope and then its groups, in the frame of the scope; `prefix` begins their names.
    fn members(
        &self,
        cursor: &Cursor,
        scope: Scope,
        prefix: &str,
        names: &mut Names,
    ) -> Result<(Vec<Instance>, Vec<Placed>), RandomizeError> {
        let objects = cursor.child("objects");
        let mut things = Vec::with_capacity(scope.objects.len());
        for (name, object) in scope.objects {
            let count = self.count(&objects.child(name), &object.count, names)?;
            let single = draw::is_always_one(&object.count.0);
            let mut of_object = Vec::with_capacity(count);
            for number in 0..count {
                let cursor = objects.numbered(name, number);
                let own = if single { format!("{prefix}{name}") } else { format!("{prefix}{name}#{number}") };
                let own = names.take(&cursor, own)?;
                let thing = thing(cursor, own, object, self.scene, self.catalog)?;
                if self.is_kept(&thing) {
                    of_object.push(thing);
                }
            }
            things.push(of_object);
        }
        let mut placing = Placing::new(self.catalog);
        let mut instances = Vec::new();
        let numbers = self.place_objects(&objects, scope, things, &mut placing, &mut instances)?;
        let groups = cursor.child("groups");
        for (name, group) in scope.groups {
            let count = self.count(&groups.child(name), &group.count, names)?;
            let single = draw::is_always_one(&group.count.0);
            let base = base(&groups, name, &group.place, scope)?;
            let layout = self.layout(&groups.child(name), &group.place, base, &numbers, &placing)?;
            for number in 0..count {
                let cursor = groups.numbered(name, number);
                let prefix = if single { format!("{prefix}{name}/") } else { format!("{prefix}{name}#{number}/") };
                let (mut members, placed) = self.members(&cursor.of_group(), group.scope(), &prefix, names)?;
                let Some((support, touched)) = bearers(&cursor, base, &numbers) else { continue };
                let Some(extent) = around(&placed) else { continue };
                let placement = placing.find(&Candidate {
                    cursor,
                    place: &group.place,
                    layout: &layout,
                    is_group: true,
                    extent,
                    support,
                    touched,
                    is_static: true,
                    is_volume: false,
                    spares: 0,
                })?;
                members.iter_mut().for_each(|member| move_with(member, &placement.start));
                placing.take_in(placed, &placement.start, support);
                instances.append(&mut members);
            }
        }
        Ok((instances, placing.into_placed()))
    }

    /// Whether a thing is one of those that are kept of its category.
    fn is_kept(&self, thing: &Thing) -> bool {
        let place = thing.instance.category_id.and_then(|id| (id as usize).checked_sub(1));
        let share = place.and_then(|place| self.scene.kept.get(self.scene.categories.get(place)?));
        share.is_none_or(|share| thing.cursor.child("kept").stream().unit() < *share)
    }

    /// How many there are of something; that there would be too many is said before they are made.
    fn count(&self, place: &Cursor, count: &scene::Count, names: &Names) -> Result<usize, RandomizeError> {
        let place = place.child("count");
        let count = place.count(count)? as usize;
        let found = names.0.len() + count;
        if found > MOST_INSTANCES {
            return Err(RandomizeError::TooMany { path: place.path().to_owned(), limit: MOST_INSTANCES, found });
        }
        Ok(count)
    }

    /// What all instances of an object or group have in common in where they are placed.
    fn layout<'p>(
        &self,
        object: &Cursor,
        place: &'p Place,
        base: Base,
        numbers: &[Option<Vec<usize>>],
        placing: &Placing,
    ) -> Result<Layout<'p>, RandomizeError> {
        let cursor = object.child("place");
        let mut surfaces = |slope_at_most_deg| {
            let path = cursor.child("position_m").child("object");
            let of_one = |number: &usize| placing.surface(*number, slope_at_most_deg, path.path()).transpose();
            of_base(base, numbers).iter().filter_map(of_one).collect()
        };
        Layout::draw(&cursor, place, &self.cameras, &mut surfaces)
    }
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
    let shape = shape::draw(&place, described, factor, catalog)?;
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

fn draw_body(cursor: &Cursor, body: &scene::Body) -> Result<Body, RandomizeError> {
    let (low, high) = limits::TRACKS;
    let optional = |name, number: &Option<scene::Number>, limits| cursor.optional(name, number.as_ref(), limits);
    Ok(Body {
        kind: body.kind,
        mass_kg: optional("mass_kg", &body.mass_kg, Limits::Positive)?,
        density_kg_per_m3: optional("density_kg_per_m3", &body.density_kg_per_m3, Limits::Positive)?,
        friction: optional("friction", &body.friction, Limits::NotNegative)?.unwrap_or(0.5),
        restitution: optional("restitution", &body.restitution, Limits::SHARE)?.unwrap_or(0.1),
        contact: body.contact,
        tracks_m: cursor.optional("tracks_m", body.tracks_m.as_ref(), Limits::Between(low, high))?.unwrap_or(0.0),
    })
}

impl World<'_> {
    /// Gives the things of all objects their places. Things whose support has no instance in this frame are left out.
    /// Gives the numbers in `placing` of each object's things.
    ///
    /// Supports come right before the first that needs them, everything else in the order of the scene, so that a
    /// thing depends only on earlier ones and on supports.
    fn place_objects(
        &self,
        objects: &Cursor,
        scope: Scope,
        mut things: Vec<Vec<Thing<'_>>>,
        placing: &mut Placing,
        instances: &mut Vec<Instance>,
    ) -> Result<Vec<Option<Vec<usize>>>, RandomizeError> {
        let mut bases = Vec::with_capacity(scope.objects.len());
        for (name, object) in scope.objects {
            bases.push(base(objects, name, &object.place, scope)?);
        }
        let mut numbers: Vec<Option<Vec<usize>>> = vec![None; bases.len()];
        for first in 0..bases.len() {
            for index in waiting(objects, scope, &bases, &numbers, first)? {
                let (name, place) = (&scope.objects.keys()[index], &scope.objects[index].place);
                let layout = self.layout(&objects.child(name), place, bases[index], &numbers, placing)?;
                let mut own = Vec::with_capacity(things[index].len());
                let on_object = matches!(bases[index], Base::Object(_) | Base::Surface(_));
                if on_object && of_base(bases[index], &numbers).is_empty() || layout.is_nowhere() {
                    things[index].clear();
                }
                for thing in &mut things[index] {
                    let Some((support, touched)) = bearers(&thing.cursor, bases[index], &numbers) else { continue };
                    // A volume stays where it is put.
                    let is_volume = thing.instance.volume;
                    if is_volume {
                        thing.instance.body.kind = BodyKind::Static;
                    }
                    let is_static = thing.instance.body.kind == BodyKind::Static;
                    let again = self.scene.physics.fallen == Fallen::DrawAgain && !is_static;
                    let (number, placement) = placing.put(Candidate {
                        cursor: thing.cursor.clone(),
                        place,
                        layout: &layout,
                        extent: thing.extent.clone(),
                        is_group: false,
                        support,
                        touched,
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
        instances.extend(things.into_iter().flatten().map(|thing| thing.instance));
        Ok(numbers)
    }
}

/// Moves a member of a group with the group, which stays upright.
fn move_with(member: &mut Instance, group: &Pose) {
    let (turn, origin) = (group.rotation.as_dquat().normalize(), group.position_m.as_dvec3());
    for pose in std::iter::once(&mut member.start).chain(&mut member.spares) {
        let rotation = (turn * pose.rotation.as_dquat()).normalize();
        let position_m = (origin + turn * pose.position_m.as_dvec3()).as_vec3();
        *pose = Pose { position_m, rotation: rotation.as_quat() };
    }
    if let Some(top) = &mut member.support_top_m {
        *top += group.position_m.y;
    }
}

/// The numbers of the things that something is placed on.
fn of_base(base: Base, numbers: &[Option<Vec<usize>>]) -> &[usize] {
    match base {
        Base::Object(bearer) | Base::Surface(bearer) => {
            numbers.get(bearer).and_then(Option::as_deref).unwrap_or_default()
        }
        Base::None | Base::Ground => &[],
    }
}

/// On which thing it is placed, and whose surfaces it touches instead; `None` where there is none for it.
fn bearers<'n>(cursor: &Cursor, base: Base, numbers: &'n [Option<Vec<usize>>]) -> Option<(Support, &'n [usize])> {
    Some(match base {
        Base::None => (Support::None, &[]),
        Base::Ground => (Support::Ground, &[]),
        Base::Object(_) => {
            let bearers = of_base(base, numbers);
            let drawn = cursor.child("place").child("support").stream().index(bearers.len());
            (Support::Thing(*bearers.get(drawn)?), &[])
        }
        Base::Surface(_) => {
            let touched = of_base(base, numbers);
            (Support::None, (!touched.is_empty()).then_some(touched)?)
        }
    })
}

/// What an object or group is placed on.
fn base(parent: &Cursor, name: &str, place: &Place, scope: Scope) -> Result<Base, RandomizeError> {
    let (at, support, surface) = match (place.support(), place.surface()) {
        (Some(GROUND), _) => return Ok(Base::Ground),
        (Some(support), _) => ("support", support, false),
        (None, Some(object)) => ("position_m/object", object, true),
        (None, None) => return Ok(Base::None),
    };
    let index = scope.objects.get_index_of(support);
    match index.filter(|index| scope.objects[*index].body.kind == BodyKind::Static) {
        Some(index) if surface => Ok(Base::Surface(index)),
        Some(index) => Ok(Base::Object(index)),
        None => {
            let fixed = scope.objects.iter().filter(|(_, object)| object.body.kind == BodyKind::Static);
            Err(RandomizeError::UnknownName {
                path: format!("{}/{at}", parent.child(name).child("place").path()),
                expected: "the name of a static object or `ground`",
                found: support.to_owned(),
                known: list([GROUND].into_iter().chain(fixed.map(|(name, _)| name.as_str()))),
            })
        }
    }
}

/// The objects that have to be placed now for `first` to be placed, it included, each after its support.
fn waiting(
    objects: &Cursor,
    scope: Scope,
    bases: &[Base],
    numbers: &[Option<Vec<usize>>],
    first: usize,
) -> Result<Vec<usize>, RandomizeError> {
    let mut chain = Vec::new();
    let mut next = Base::Object(first);
    while let Base::Object(index) | Base::Surface(index) = next {
        if numbers[index].is_some() {
            break;
        }
        let again = chain.contains(&index);
        chain.push(index);
        if again {
            let names = chain.iter().filter_map(|index| scope.objects.get_index(*index));
            let names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
            return Err(RandomizeError::SupportCircle { path: objects.path().to_owned(), circle: names.join(" on ") });
        }
        next = bases[index];
    }
    chain.reverse();
    Ok(chain)
}

//! Objects and groups: names, categories, numbers of them, and bodies.

use super::super::diagnostic::Diagnostic;
use super::super::syntax::Cursor;
use super::super::{Attribute, Body, Count, Flag, Light, Member, Number, Object, Scope, limits};
use super::Checker;
use super::distribution::GROUP_NUMBER;
use super::environment::{FRICTION, RESTITUTION};
use super::number::{self, Rule};
use super::support::Resting;

/// Instances in one scene.
const MOST_INSTANCES: f64 = limits::MOST_INSTANCES as f64;
/// Osmium, the densest of all, has 22,590.
const DENSEST: f64 = 25_000.0;
/// Few pairs of materials hold better than rubber on dry concrete.
const ROUGHEST: f64 = 1.5;

impl Checker<'_> {
    /// All objects and groups.
    pub(super) fn objects(&mut self, root: &Cursor) {
        let scene = self.scene;
        let objects = root.field("objects");
        let all = scene.scope().all();
        if all.is_empty() && !root.field("groups").is_unknown() {
            let message = "a scene without objects has nothing to label";
            self.error(&objects, "scene::no_object", message, "expected at least one object");
        }
        if all.len() > limits::MOST_DESCRIBED {
            let message = format!("a scene of {} objects", all.len());
            let label = format!("expected at most {}", limits::MOST_DESCRIBED);
            let at = if scene.objects.is_empty() { root.field("groups") } else { objects };
            return self.error(&at, "scene::too_many", message, &label);
        }
        self.members(root, scene.scope(), 1.0, &mut Sums::default());
        let is_labelled =
            |member: &Member| member.object.category.is_some() && member.object.distractor != Flag::Constant(true);
        if !all.iter().any(is_labelled) && !all.is_empty() {
            let message = "no object has a category, so that nothing is annotated";
            let at = if scene.objects.is_empty() { root.field("groups") } else { objects };
            let warning = Diagnostic::warning("scene::nothing_annotated", message, at.head());
            self.tell(&at, warning.help("name one in `categories` and give it to objects as `category`"));
        }
    }

    /// The objects and groups of the scene or of a group, of which there may be so many.
    fn members(&mut self, at: &Cursor, scope: Scope, times: f64, sums: &mut Sums) {
        let (objects, groups) = (at.field("objects"), at.field("groups"));
        for (name, object) in scope.objects {
            let here = objects.key(name);
            self.name(&objects, name, "object");
            self.count(&here.field("count"), &object.count.0, &Rule::whole("a count", 0.0, MOST_INSTANCES));
            self.for_each(|checker| {
                checker.object(&here, object);
                checker.begins(&here.field("place"), object);
            });
            self.supports(&Resting { map: &objects, name, place: &object.place, objects: &objects, scope });
            let before = *sums;
            let most = times * most(&object.count);
            sums.instances += most;
            if before.instances <= MOST_INSTANCES && sums.instances > MOST_INSTANCES {
                let message = format!("up to here the scene may hold {} objects", sums.instances);
                let label = format!("expected at most {MOST_INSTANCES} in all");
                self.error(&here.field("count"), "scene::too_many", message, &label);
            }
            sums.annotated += most * annotated(object);
            if before.annotated <= limits::MOST_ANNOTATED && sums.annotated > limits::MOST_ANNOTATED {
                let message = "attributes and keypoints of all instances up to here take too much room in a record";
                let megabytes = |bytes: f64| libm::ceil(bytes / 1024.0 / 1024.0);
                let (found, most) = (megabytes(sums.annotated), megabytes(limits::MOST_ANNOTATED));
                self.error(&here, "scene::too_many", message, &format!("expected at most {most} MB, found {found} MB"));
            }
        }
        for (name, group) in scope.groups {
            let here = groups.key(name);
            self.name(&groups, name, "group");
            if scope.objects.contains_key(name) {
                let message = format!("both an object and a group have the name {name:?}");
                let error = Diagnostic::error("scene::name", message, groups.key_span(name));
                let error = error.label("expected another name").also(objects.key_span(name), "the object");
                self.tell(&here, error);
            }
            self.count(&here.field("count"), &group.count.0, &Rule::whole("a count", 0.0, MOST_INSTANCES));
            self.for_each(|checker| checker.group_begins(&here.field("place"), group));
            self.supports(&Resting { map: &groups, name, place: &group.place, objects: &objects, scope });
            if group.objects.is_empty() && group.groups.is_empty() {
                let message = format!("there is nothing in the group {name:?}");
                self.error(&here, "scene::no_object", message, "expected `objects` or `groups` in it");
            }
            let times = times * most(&group.count);
            self.with_numbers(vec![GROUP_NUMBER], |checker| checker.members(&here, group.scope(), times, sums));
        }
    }

    /// Names of things are not empty and can be printed; `ground` is taken.
    pub(super) fn name(&mut self, map: &Cursor, name: &str, what: &str) {
        const LONGEST: usize = 100;
        let fault = if name.trim().is_empty() {
            "is empty"
        } else if name.chars().any(char::is_control) {
            "holds characters that cannot be seen"
        } else if name.chars().count() > LONGEST {
            "is longer than 100 characters"
        } else if name.contains('#') && matches!(what, "object" | "group") {
            "holds `#`, which numbers instances"
        } else if name.contains('/') && matches!(what, "object" | "group") {
            "holds `/`, which leads into groups"
        } else if name == super::support::GROUND && what == "object" {
            "is that of the level ground"
        } else {
            return;
        };
        let message = format!("the {what} name {name:?} {fault}");
        let error = Diagnostic::error("scene::name", message, map.key_span(name)).label("expected another name");
        self.tell(&map.key(name), error);
    }

    fn object(&mut self, at: &Cursor, object: &Object) {
        if let Some(category) = &object.category {
            self.pick(&at.field("category"), category, |checker, at, name| checker.category(at, name));
        }
        self.pick(&at.field("shape"), &object.shape, Self::shape);
        self.flag(&at.field("distractor"), &object.distractor);
        self.number(&at.field("scale"), &object.scale, &Rule::positive("a scale", 0.0001, 10_000.0));
        self.material(&at.field("material"), &object.material);
        self.body(&at.field("body"), &object.body);
        self.annotated(at, object);
        let lights = at.field("lights");
        for (name, light) in &object.lights {
            self.name(&lights, name, "light");
            let here = lights.key(name);
            if matches!(light, Light::Sun { .. } | Light::Moon { .. }) {
                let message = "a thing carries no sun and no moon";
                self.error(
                    &here,
                    "scene::lights",
                    message,
                    "expected `Point(…)` or `Spot(…)`; suns are `lights` of the scene",
                );
                continue;
            }
            self.light(&here, light);
        }
    }

    fn category(&mut self, at: &Cursor, name: &str) {
        let scene = self.scene;
        if scene.categories.iter().any(|known| known == name) || self.categories_unknown {
            return;
        }
        if scene.categories.is_empty() {
            let message = format!("there is no category {name:?}: the scene names none");
            let error = Diagnostic::error("scene::unknown_category", message, at.span());
            return self.tell(at, error.help(format!("add `categories: [{name:?}]` at the top of the scene")));
        }
        let known: Vec<&str> = scene.categories.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        self.unknown(at, "scene::unknown_category", "category", name, &known);
    }

    fn body(&mut self, at: &Cursor, body: &Body) {
        let numbers = [
            ("mass_kg", &body.mass_kg, Rule::positive("a mass", 1e-6, 1e9)),
            ("density_kg_per_m3", &body.density_kg_per_m3, Rule::positive("a density", 1e-3, 1e7)),
            ("friction", &body.friction, FRICTION),
            ("restitution", &body.restitution, RESTITUTION),
            ("tracks_m", &body.tracks_m, Rule::within("a length of tracks", limits::TRACKS)),
        ];
        for (name, number, rule) in numbers {
            if let Some(number) = number {
                self.number(&at.field(name), number, &rule);
            }
        }
        if body.mass_kg.is_some() && body.density_kg_per_m3.is_some() {
            let (mass, density) = (at.field("mass_kg"), at.field("density_kg_per_m3"));
            let message = "a body has both a mass and a density";
            let error =
                Diagnostic::error("scene::mass_and_density", message, density.span()).label("expected one of both");
            self.tell(&density, error.also(mass.span(), "the mass"));
        }
        if let Some(density) = &body.density_kg_per_m3 {
            self.unlikely(&at.field("density_kg_per_m3"), density, (DENSEST, 1e7), "denser than any metal");
        }
        if let Some(friction) = &body.friction {
            self.unlikely(&at.field("friction"), friction, (ROUGHEST, 2.0), "more friction than rubber on concrete");
        }
    }

    fn unlikely(&mut self, at: &Cursor, number: &Number, (most, possible): (f64, f64), what: &str) {
        let Some((_, high)) = number.range() else { return };
        if high > most && high <= possible {
            let message = format!("{} is {what}", number::show(high));
            let warning = Diagnostic::warning("scene::unlikely", message, at.span());
            self.tell(at, warning.label(format!("usual: up to {}", number::show(most))));
        }
    }
}

/// What is counted over all objects up to one.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    instances: f64,
    /// Bytes.
    annotated: f64,
}

/// Bytes of what an instance brings to records by itself, about.
fn annotated(object: &Object) -> f64 {
    const NUMBERS: usize = 100;
    let attribute = |(name, value): (&String, &Attribute)| match value {
        Attribute::Text(text) => name.len() + text.len(),
        _ => name.len() + NUMBERS,
    };
    let attributes: usize = object.attributes.iter().map(attribute).sum();
    let keypoints: usize = object.keypoints.keys().map(|name| name.len() + NUMBERS).sum();
    (attributes + keypoints) as f64
}

/// The most of a count, as far as it is known.
fn most(count: &Count) -> f64 {
    count.0.range().map_or(0.0, |(_, most)| most.clamp(0.0, MOST_INSTANCES).floor())
}

//! Objects: names, categories, numbers of them, bodies and places.

use super::super::diagnostic::Diagnostic;
use super::super::syntax::Cursor;
use super::super::{Body, BodyKind, Flag, Light, Number, Object, Orientation, Place, Region};
use super::Checker;
use super::environment::{FRICTION, RESTITUTION};
use super::number::{self, COORDINATE, Rule};

/// Instances in one scene.
const MOST_INSTANCES: f64 = 10_000.0;
/// Osmium, the densest of all, has 22,590.
const DENSEST: f64 = 25_000.0;
/// Few pairs of materials hold better than rubber on dry concrete.
const ROUGHEST: f64 = 1.5;

impl Checker<'_> {
    /// All objects.
    pub(super) fn objects(&mut self, root: &Cursor) {
        let scene = self.scene;
        let objects = root.field("objects");
        if scene.objects.is_empty() {
            let message = "a scene without objects has nothing to label";
            self.error(&objects, "scene::no_object", message, "expected at least one object");
        }
        let mut total = 0.0;
        for (name, object) in &scene.objects {
            let at = objects.key(name);
            self.name(&objects, name, "object");
            self.object(&at, object);
            self.supports(&objects, name, object);
            let most = object.count.0.range().map_or(0.0, |(_, most)| most.clamp(0.0, MOST_INSTANCES).floor());
            if total <= MOST_INSTANCES && total + most > MOST_INSTANCES {
                let message = format!("up to here the scene may hold {} objects", total + most);
                let label = format!("expected at most {MOST_INSTANCES} in all");
                self.error(&at.field("count"), "scene::too_many", message, &label);
            }
            total += most;
        }
        let labelled =
            scene.objects.values().any(|object| object.category.is_some() && object.distractor != Flag::Constant(true));
        if !labelled && !scene.objects.is_empty() {
            let message = "no object has a category, so that nothing is annotated";
            let warning = Diagnostic::warning("scene::nothing_annotated", message, objects.head());
            self.tell(&objects, warning.help("name one in `categories` and give it to objects as `category`"));
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
        } else if name.contains('#') && what == "object" {
            "holds `#`, which numbers instances"
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
        self.count(&at.field("count"), &object.count.0, &Rule::whole("a count", 0.0, MOST_INSTANCES));
        self.number(&at.field("scale"), &object.scale, &Rule::positive("a scale", 0.0001, 10_000.0));
        self.material(&at.field("material"), &object.material);
        self.body(&at.field("body"), &object.body);
        self.begins(&at.field("place"), object);
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

    fn begins(&mut self, at: &Cursor, object: &Object) {
        match &object.place {
            Place::At { position_m, orientation } => {
                self.place(&at.field("position_m"), position_m);
                self.pick(&at.field("orientation"), orientation, Self::orientation);
                let weightless = self.scene.physics.gravity_m_per_s2 == 0.0;
                let falls = object.body.kind == BodyKind::Dynamic && !object.volume && !weightless;
                if falls && !self.has_floor() {
                    let message = "nothing is there to stop this dynamic object's fall";
                    let warning = Diagnostic::warning("scene::falls", message, at.head());
                    let help = "add `ground: ()` or a `Room` to the scene, or make its body `Static`";
                    self.tell(at, warning.help(help));
                }
            }
            Place::On { region, orientation, .. } => {
                self.region(&at.field("region"), region);
                self.pick(&at.field("orientation"), orientation, Self::orientation);
            }
            Place::Above { region, height_m, orientation, .. } => {
                self.region(&at.field("region"), region);
                self.number(&at.field("height_m"), height_m, &Rule::between("a height", 0.0, 1000.0));
                self.pick(&at.field("orientation"), orientation, Self::orientation);
                if object.body.kind == BodyKind::Static {
                    let message = "a static object placed `Above` hangs in the air";
                    let warning = Diagnostic::warning("scene::hangs", message, at.head());
                    self.tell(at, warning.help("place it `On` its support, or make its body `Dynamic`"));
                }
            }
        }
    }

    fn region(&mut self, at: &Cursor, region: &Region) {
        let center = match region {
            Region::Top => return,
            Region::Rectangle { center_m, size_m } => {
                let at_size = at.field("size_m");
                for (index, size) in size_m.iter().enumerate() {
                    self.value(&at_size.index(index), *size, &Rule::size("an edge length"));
                }
                center_m
            }
            Region::Disk { center_m, radius_m } => {
                self.value(&at.field("radius_m"), *radius_m, &Rule::size("a radius"));
                center_m
            }
        };
        let at_center = at.field("center_m");
        for (index, coordinate) in center.iter().enumerate() {
            self.value(&at_center.index(index), *coordinate, &COORDINATE);
        }
    }

    fn orientation(&mut self, at: &Cursor, orientation: &Orientation) {
        let angles = match orientation {
            Orientation::Free => return,
            Orientation::About { axis, angle_deg } => {
                let length = axis.iter().map(|along| along * along).sum::<f64>().sqrt();
                if !(length > 1e-9 && length.is_finite()) {
                    let message = "an axis without a length";
                    self.error(
                        &at.field("axis"),
                        "scene::direction",
                        message,
                        "expected a direction such as [0, 1, 0]",
                    );
                }
                vec![("angle_deg", angle_deg)]
            }
            Orientation::Cone { half_angle_deg } => {
                let cone = Rule::between("a half angle", 0.0, 180.0);
                return self.number(&at.field("half_angle_deg"), half_angle_deg, &cone);
            }
            Orientation::Upright { yaw_deg } => vec![("yaw_deg", yaw_deg)],
            Orientation::Angles { yaw_deg, pitch_deg, roll_deg } => {
                vec![("yaw_deg", yaw_deg), ("pitch_deg", pitch_deg), ("roll_deg", roll_deg)]
            }
        };
        for (name, angle) in angles {
            self.number(&at.field(name), angle, &Rule::angle("an angle"));
        }
    }
}

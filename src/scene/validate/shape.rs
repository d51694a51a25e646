//! Shapes: sizes, and models by name or file.

use super::super::syntax::Cursor;
use super::super::{Asset, Count, Number, Shape};
use super::Checker;
use super::number::Rule;

const RADIUS: Rule = Rule::size("a radius");
const HEIGHT: Rule = Rule::size("a height");

impl Checker<'_> {
    /// A shape.
    pub(super) fn shape(&mut self, at: &Cursor, shape: &Shape) {
        match shape {
            Shape::Box { size_m } => self.triple(&at.field("size_m"), size_m, &Rule::size("an edge length")),
            Shape::Sphere { radius_m } => self.number(&at.field("radius_m"), radius_m, &RADIUS),
            Shape::Cylinder { radius_m, height_m } | Shape::Cone { radius_m, height_m } => {
                self.number(&at.field("radius_m"), radius_m, &RADIUS);
                self.number(&at.field("height_m"), height_m, &HEIGHT);
            }
            Shape::Capsule { radius_m, height_m } => {
                let (at_radius, at_height) = (at.field("radius_m"), at.field("height_m"));
                self.number(&at_radius, radius_m, &RADIUS);
                self.number(&at_height, height_m, &HEIGHT);
                let (Some((low, _)), Some((_, radius))) = (height_m.range(), radius_m.range()) else { return };
                let high = 2.0 * radius;
                if low < high && !at_radius.is_unknown() {
                    let message = format!("a capsule {low} m high is lower than its two half balls, {high} m");
                    self.error(&at_height, "scene::shape", message, "expected twice the radius or more");
                }
            }
            Shape::Torus { ring_radius_m, tube_radius_m } => {
                let (at_ring, at_tube) = (at.field("ring_radius_m"), at.field("tube_radius_m"));
                self.number(&at_ring, ring_radius_m, &RADIUS);
                self.number(&at_tube, tube_radius_m, &RADIUS);
                let (Some((_, tube)), Some((ring, _))) = (tube_radius_m.range(), ring_radius_m.range()) else { return };
                if tube >= ring && !at_ring.is_unknown() {
                    let message = format!("a tube of {tube} m closes the hole of a ring of {ring} m");
                    self.error(&at_tube, "scene::shape", message, "expected below the radius of the ring");
                }
            }
            Shape::Library { name, variant } => self.model(at, name, variant.as_ref()),
            Shape::Model { file } => self.file(&at.field("file"), file, Asset::Model),
        }
    }

    fn model(&mut self, at: &Cursor, name: &str, variant: Option<&Count>) {
        let library = self.library;
        if !library.has_model(name) {
            return self.unknown(&at.field("name"), "scene::unknown_model", "model", name, &library.model_names());
        }
        let Some(Count(variant)) = variant else { return };
        let highest = library.variants(name).map_or(u32::MAX, |count| count.saturating_sub(1));
        self.count(&at.field("variant"), variant, &Rule::whole("a variant", 0.0, f64::from(highest)));
    }

    /// A number that is rounded where it is drawn.
    pub(super) fn count(&mut self, at: &Cursor, number: &Number, rule: &Rule) {
        self.number(at, number, rule);
    }
}

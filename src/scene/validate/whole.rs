//! What belongs to the scene as a whole: categories, resolution, physics, sequence.

use std::collections::HashMap;

use super::super::diagnostic::Diagnostic;
use super::super::limits::{self, MOST_STEPS};
use super::super::syntax::Cursor;
use super::Checker;
use super::number::Rule;

impl Checker<'_> {
    /// Everything that is neither surroundings, light, camera nor object.
    pub(super) fn whole(&mut self, root: &Cursor) {
        let scene = self.scene;
        self.categories(&root.field("categories"));
        let kept = root.field("kept");
        for (category, share) in &scene.kept {
            self.value(&kept.key(category), *share, &Rule::within("a share", limits::SHARE));
            if !scene.categories.contains(category) && !self.categories_unknown {
                let known: Vec<&str> = scene.categories.iter().map(String::as_str).collect();
                let (at, span) = (kept.key(category), kept.key_span(category));
                self.unknown_at(&at, span, "scene::unknown_category", "category", category, &known);
            }
        }
        let resolution = root.field("resolution");
        for (index, (side, what)) in scene.resolution.iter().zip(["a width", "a height"]).enumerate() {
            self.value(&resolution.index(index), f64::from(*side), &Rule::whole_within(what, limits::RESOLUTION));
        }
        let samples = Rule::whole_within("a number of samples", limits::SAMPLES);
        self.value(&root.field("samples"), f64::from(scene.samples), &samples);
        let physics = root.field("physics");
        let values = [
            ("gravity_m_per_s2", f64::from(scene.physics.gravity_m_per_s2), Rule::within("a gravity", limits::GRAVITY)),
            (
                "steps_per_second",
                f64::from(scene.physics.steps_per_second),
                Rule::whole_within("a number of steps a second", limits::STEPS_PER_SECOND),
            ),
            ("time_limit_s", f64::from(scene.physics.time_limit_s), Rule::positive("a time limit", 0.001, 600.0)),
        ];
        for (name, value, rule) in values {
            self.value(&physics.field(name), value, &rule);
        }
        if let Some(sequence) = &scene.sequence {
            let at = root.field("sequence").inside("Some");
            let frames = Rule::whole_within("a number of frames", limits::SEQUENCE_FRAMES);
            self.value(&at.field("frames"), f64::from(sequence.frames), &frames);
            self.value(&at.field("fps"), f64::from(sequence.fps), &Rule::positive("a frame rate", 0.001, 1000.0));
        }
        if let Some(sequence) = &scene.sequence {
            let seconds = f64::from(sequence.frames) / f64::from(sequence.fps);
            let steps = seconds * f64::from(scene.physics.steps_per_second);
            if steps > MOST_STEPS {
                let message = format!("this sequence takes {steps:.0} physics steps, expected at most {MOST_STEPS:.0}");
                let at = root.field("sequence").inside("Some").field("fps");
                self.error(&at, "scene::out_of_range", message, "more pictures a second make it shorter");
            }
        }
    }

    fn categories(&mut self, at: &Cursor) {
        const LONGEST: usize = 100;
        let categories = &self.scene.categories;
        let mut named = HashMap::new();
        for (index, name) in categories.iter().enumerate() {
            let here = at.index(index);
            // Every instance has it in the records.
            if name.chars().count() > LONGEST {
                let message = format!("the category name {name:?} is longer than {LONGEST} characters");
                self.error(&here, "scene::name", message, "expected another name");
            }
            if name.trim().is_empty() || name.chars().any(char::is_control) {
                let message = format!("the category name {name:?} cannot be read");
                self.error(&here, "scene::name", message, "expected a name");
            }
            let first = *named.entry(name).or_insert(index);
            if first < index {
                let message = format!("the category {name:?} is named twice");
                let error = Diagnostic::error("scene::duplicate_category", message, here.span()).label("named again");
                self.tell(&here, error.also(at.index(first).span(), "named first"));
            }
        }
    }
}

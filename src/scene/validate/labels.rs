//! Labels: limits that can be met, planes named once, and what needs whole silhouettes.

use super::super::diagnostic::Diagnostic;
use super::super::limits::SHARE;
use super::super::syntax::Cursor;
use super::Checker;
use super::number::Rule;

impl Checker<'_> {
    pub(super) fn labels(&mut self, root: &Cursor) {
        let (at, resolution) = (root.field("labels"), root.field("resolution"));
        let labels = &self.scene.labels;
        let pixels = u64::from(self.scene.resolution[0]) * u64::from(self.scene.resolution[1]);
        if pixels > 0 && u64::from(labels.minimum_pixels) > pixels && !resolution.is_unknown() {
            let message = format!("{} pixels are more than the whole image has", labels.minimum_pixels);
            let at = at.field("minimum_pixels");
            self.error(&at, "scene::out_of_range", message, &format!("expected at most {pixels}"));
        }
        let (visible, truncation) = (labels.minimum_visible_fraction, labels.maximum_truncation);
        self.value(&at.field("minimum_visible_fraction"), visible, &Rule::within("a visible fraction", SHARE));
        self.value(&at.field("maximum_truncation"), truncation, &Rule::within("a truncation", SHARE));
        for (name, set) in [("minimum_visible_fraction", visible > 0.0), ("maximum_truncation", truncation < 1.0)] {
            if set && !labels.amodal {
                let message = format!("`{name}` needs whole silhouettes, but `amodal` is false");
                self.error(&at.field(name), "scene::needs_amodal", message, "leave one of the two out");
            }
        }
        for (index, plane) in labels.planes.iter().enumerate() {
            let here = at.field("planes").index(index);
            if let Some(first) = labels.planes.iter().take(index).position(|other| other == plane) {
                let message = format!("the plane {plane:?} is asked for twice");
                let error = Diagnostic::error("scene::duplicate_plane", message, here.span()).label("asked for again");
                let first = at.field("planes").index(first);
                self.tell(&here, error.also(first.span(), "asked for first"));
            }
        }
    }
}

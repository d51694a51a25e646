//! Labels: limits that can be met, planes named once, what needs whole silhouettes, and what objects say for records.

use super::super::diagnostic::Diagnostic;
use super::super::limits::{JPEG_QUALITY, MOST_KEYPOINTS, SHARE};
use super::super::syntax::Cursor;
use super::super::{Body, Flag, LabelPlane, Object, Pictures, Shape};
use super::Checker;
use super::number::{COORDINATE, Rule};

impl Checker<'_> {
    pub(super) fn labels(&mut self, root: &Cursor) {
        let (at, resolution) = (root.field("labels"), root.field("resolution"));
        let labels = &self.scene.labels;
        if let Pictures::Jpeg { quality } = self.scene.pictures {
            let rule = Rule::within("a quality", JPEG_QUALITY);
            self.value(&root.field("pictures").field("quality"), f64::from(quality), &rule);
        }
        let pixels = u64::from(self.scene.resolution[0]) * u64::from(self.scene.resolution[1]);
        if pixels > 0 && u64::from(labels.minimum_pixels) > pixels && !resolution.is_unknown() {
            let message = format!("{} pixels are more than the whole image has", labels.minimum_pixels);
            let at = at.field("minimum_pixels");
            self.error(&at, "scene::out_of_range", message, &format!("expected at most {pixels}"));
        }
        let (visible, truncation) = (labels.minimum_visible_fraction, labels.maximum_truncation);
        self.value(&at.field("minimum_visible_fraction"), visible, &Rule::within("a visible fraction", SHARE));
        let transmittance = Rule::within("a transmittance", SHARE);
        self.value(&at.field("minimum_transmittance"), labels.minimum_transmittance, &transmittance);
        self.value(&at.field("maximum_truncation"), truncation, &Rule::within("a truncation", SHARE));
        for (name, set) in [("minimum_visible_fraction", visible > 0.0), ("maximum_truncation", truncation < 1.0)] {
            if set && !labels.amodal {
                let message = format!("`{name}` needs whole silhouettes, but `amodal` is false");
                self.error(&at.field(name), "scene::needs_amodal", message, "leave one of the two out");
            }
        }
        for (index, plane) in labels.planes.iter().enumerate() {
            let here = at.field("planes").index(index);
            if *plane == LabelPlane::Flow && self.scene.sequence.is_none() && !root.field("sequence").is_unknown() {
                let message = "flow leads from picture to picture, but the scene is no sequence".to_owned();
                self.error(&here, "scene::needs_sequence", message, "add a `sequence`, or leave this out");
            }
            if let Some(first) = labels.planes.iter().take(index).position(|other| other == plane) {
                let message = format!("the plane {plane:?} is asked for twice");
                let error = Diagnostic::error("scene::duplicate_plane", message, here.span()).label("asked for again");
                let first = at.field("planes").index(first);
                self.tell(&here, error.also(first.span(), "asked for first"));
            }
        }
    }

    /// What an object has for its records: whether it is a volume, its keypoints and its attributes.
    pub(super) fn annotated(&mut self, at: &Cursor, object: &Object) {
        let volume = at.field("volume");
        if object.volume && (object.category.is_none() || object.distractor != Flag::Constant(false)) {
            let message = "a volume without a label has no use".to_owned();
            self.error(&volume, "scene::volume", message, "expected a `category`, and no `distractor`");
        }
        if object.volume && !self.scene.labels.amodal {
            let message = "a volume is labelled by its silhouette, but `amodal` of `labels` is false".to_owned();
            self.error(&volume, "scene::needs_amodal", message, "leave one of the two out");
        }
        if object.volume && (object.body != Body::default()) {
            let message = "a volume is not there, so that its body means nothing".to_owned();
            self.error(&at.field("body"), "scene::volume", message, "leave it out");
        }
        let keypoints = at.field("keypoints");
        if object.keypoints.len() > MOST_KEYPOINTS {
            let message = format!("an object of {} keypoints", object.keypoints.len());
            let label = format!("expected at most {MOST_KEYPOINTS}");
            return self.error(&keypoints, "scene::too_many", message, &label);
        }
        for (name, position_m) in &object.keypoints {
            self.name(&keypoints, name, "keypoint");
            for (axis, coordinate) in position_m.iter().enumerate() {
                self.value(&keypoints.key(name).index(axis), *coordinate, &COORDINATE);
            }
        }
        // Files bring keypoints of their own.
        let brought = object.shape.values().any(|shape| matches!(shape, Shape::Model { .. }));
        let known: Vec<&str> = object.keypoints.keys().map(String::as_str).collect();
        for (index, (from, to)) in object.skeleton.iter().enumerate() {
            for (end, name) in [from, to].into_iter().enumerate() {
                if !brought && !keypoints.is_unknown() && !known.contains(&name.as_str()) {
                    let here = at.field("skeleton").index(index).index(end);
                    self.unknown(&here, "scene::unknown_keypoint", "keypoint", name, &known);
                }
            }
        }
        let attributes = at.field("attributes");
        object.attributes.keys().for_each(|name| self.name(&attributes, name, "attribute"));
    }
}

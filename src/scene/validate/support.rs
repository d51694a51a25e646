//! What objects rest on.

use super::super::diagnostic::Diagnostic;
use super::super::syntax::Cursor;
use super::super::{BodyKind, Environment, Object, Place};
use super::Checker;

/// The support that is no object.
pub(super) const GROUND: &str = "ground";

/// The support that a place names.
fn support_of(place: &Place) -> Option<&str> {
    match place {
        Place::At { .. } => None,
        Place::On { support, .. } | Place::Above { support, .. } => Some(support),
    }
}

impl Checker<'_> {
    /// That what an object rests on is there and stays there.
    pub(super) fn supports(&mut self, objects: &Cursor, name: &str, object: &Object) {
        let scene = self.scene;
        let Some(support) = support_of(&object.place) else { return };
        let place = objects.key(name).field("place");
        let at = place.field("support");
        if support == GROUND {
            return self.ground(objects, name, &at);
        }
        if support == name {
            return self.error(&at, "scene::support", format!("{name:?} rests on itself"), "expected another object");
        }
        let Some(below) = scene.objects.get(support) else {
            let known: Vec<&str> = scene
                .objects
                .iter()
                .filter(|(other, object)| *other != name && object.body.kind == BodyKind::Static && !object.volume)
                .map(|(other, _)| other.as_str())
                .chain([GROUND])
                .collect();
            return self.unknown(&at, "scene::unknown_support", "support", support, &known);
        };
        let there = objects.key(support);
        if below.volume && !there.field("volume").is_unknown() {
            let message = format!("{support:?} is a volume that is not there, so that nothing can be placed on it");
            let error = Diagnostic::error("scene::support", message, at.span()).label("expected a static object");
            return self.tell(&at, error.also(objects.key_span(support), "this object"));
        }
        let kind = there.field("body").field("kind");
        if below.body.kind != BodyKind::Static && !kind.is_unknown() {
            let message = format!("{support:?} moves, so that nothing can be placed on it");
            let error = Diagnostic::error("scene::support", message, at.span()).label("expected a static object");
            let error = error.also(objects.key_span(support), "this object");
            return self.tell(&at, error.help(format!("give {support:?} `body: (kind: Static)`")));
        }
        if matches!(below.place, Place::Above { .. }) && !there.field("place").is_unknown() {
            let message = format!("{support:?} is itself placed `Above` something, so that its top is not settled");
            let error = Diagnostic::error("scene::support", message, at.span());
            let error = error.label("expected an object placed `At` or `On`");
            return self.tell(&at, error.also(objects.key_span(support), "this object"));
        }
        if self.rests_on_itself(name) {
            let message = format!("{name:?} rests on itself by way of {support:?}");
            return self.error(&at, "scene::support", message, "expected a support that does not rest on it");
        }
        if below.count.0.range().is_some_and(|(fewest, _)| fewest < 0.5) && !there.field("count").is_unknown() {
            let message = format!("there may be no {support:?} to place {name:?} on");
            let warning = Diagnostic::warning("scene::support", message, at.span());
            self.tell(&at, warning.also(objects.key_span(support), "its count may be 0"));
        }
    }

    fn rests_on_itself(&self, name: &str) -> bool {
        let mut at = name;
        for _ in 0..self.scene.objects.len() {
            let Some(next) = self.scene.objects.get(at).and_then(|object| support_of(&object.place)) else {
                return false;
            };
            if next == name {
                return true;
            }
            at = next;
        }
        false
    }

    /// Whether there is ground or the floor of a room, as far as is known.
    pub(super) fn has_floor(&self) -> bool {
        let mut environments = self.scene.environment.values();
        let always_room = environments.all(|environment| matches!(environment, Environment::Room { .. }));
        self.scene.ground.is_some() || always_room || self.surroundings_unknown
    }

    fn ground(&mut self, objects: &Cursor, name: &str, at: &Cursor) {
        if self.has_floor() {
            return;
        }
        let message = format!("{name:?} rests on the ground, but the scene has none");
        let span = if at.node().is_some() { at.span() } else { objects.key_span(name) };
        let error = Diagnostic::error("scene::no_ground", message, span);
        let help = "add `ground: ()` to the scene, a `Room` as its environment, or name another support";
        self.tell(at, error.label("expected a ground or another support").help(help));
    }
}

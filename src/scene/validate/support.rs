//! What objects rest on.

use super::super::diagnostic::Diagnostic;
use super::super::syntax::Cursor;
use super::super::{BodyKind, Object, Place, Scope};
use super::Checker;

/// The support that is no object.
pub(super) const GROUND: &str = "ground";

/// Something that may rest on an object.
pub(super) struct Resting<'r> {
    /// The map in which it stands.
    pub(super) map: &'r Cursor<'r>,
    /// Its name there.
    pub(super) name: &'r str,
    /// Where it begins.
    pub(super) place: &'r Place,
    /// The objects on which it may rest: where they stand, and what they are.
    pub(super) objects: &'r Cursor<'r>,
    pub(super) scope: Scope<'r>,
}

impl Checker<'_> {
    /// That what an object or group rests on is there and stays there.
    pub(super) fn supports(&mut self, resting: &Resting) {
        let Resting { map, name, place: described, objects, scope } = *resting;
        let place = map.key(name).field("place");
        let (at, support) = match (described.support(), described.surface()) {
            (Some(support), _) => (place.field("support"), support),
            (None, Some(object)) => (place.field("position_m").field("object"), object),
            (None, None) => return,
        };
        let is_object = scope.objects.get(name).is_some_and(|object| std::ptr::eq(&object.place, described));
        if support == GROUND && described.support().is_some() {
            // A group brings a level of its own.
            let in_group = objects.path().to_string().starts_with("groups");
            if !in_group {
                self.ground(map, name, &at);
            }
            return;
        }
        if support == name && is_object {
            return self.error(&at, "scene::support", format!("{name:?} rests on itself"), "expected another object");
        }
        let Some(below) = scope.objects.get(support) else {
            let may = |(other, object): &(&String, &Object)| {
                !(is_object && *other == name) && object.body.kind == BodyKind::Static && !object.volume
            };
            let fixed = scope.objects.iter().filter(may).map(|(other, _)| other.as_str());
            let known: Vec<&str> = fixed.chain(described.support().map(|_| GROUND)).collect();
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
        if is_object && rests_on_itself(scope, name) {
            let message = format!("{name:?} rests on itself by way of {support:?}");
            return self.error(&at, "scene::support", message, "expected a support that does not rest on it");
        }
        if below.count.0.range().is_some_and(|(fewest, _)| fewest < 0.5) && !there.field("count").is_unknown() {
            let message = format!("there may be no {support:?} to place {name:?} on");
            let warning = Diagnostic::warning("scene::support", message, at.span());
            self.tell(&at, warning.also(objects.key_span(support), "its count may be 0"));
        }
    }

    fn ground(&mut self, map: &Cursor, name: &str, at: &Cursor) {
        if self.has_floor() {
            return;
        }
        let message = format!("{name:?} rests on the ground, but the scene has none");
        let span = if at.node().is_some() { at.span() } else { map.key_span(name) };
        let error = Diagnostic::error("scene::no_ground", message, span);
        let help = "add `ground: ()` to the scene, a `Room` as its environment, or name another support";
        self.tell(at, error.label("expected a ground or another support").help(help));
    }
}

fn rests_on_itself(scope: Scope, name: &str) -> bool {
    let mut at = name;
    for _ in 0..scope.objects.len() {
        let place = scope.objects.get(at).map(|object| &object.place);
        let Some(next) = place.and_then(|place| place.support().or(place.surface())) else {
            return false;
        };
        if next == name {
            return true;
        }
        at = next;
    }
    false
}

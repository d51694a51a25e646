//! Where things begin: positions, regions and how they are turned.

use super::super::diagnostic::Diagnostic;
use super::super::syntax::Cursor;
use super::super::{
    BodyKind, Count, Environment, Group, Lens, Number, Object, Orientation, Place, Position, Region, Solid,
};
use super::Checker;
use super::number::{COORDINATE, Rule};

/// Points of a grid.
const MOST_CELLS: f64 = 1e6;
/// Points of a path.
const MOST_POINTS: usize = 10_000;
/// Most of a plane that disks dropped at random cover before no more fits (Feder 1980), and of space that balls do.
const JAMMED_DISKS: f64 = 0.547;
const JAMMED_BALLS: f64 = 0.382;

/// A distance that may be 0.
const LENGTH: Rule = Rule::between("a length", 0.0, 10_000.0);

impl Checker<'_> {
    /// Where an object begins.
    pub(super) fn begins(&mut self, at: &Cursor, object: &Object) {
        match &object.place {
            Place::At { position_m, orientation, .. } => {
                self.position_of(&at.field("position_m"), position_m, &object.count);
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
                self.for_all(|checker| checker.region(&at.field("region"), region, &object.count));
                self.pick(&at.field("orientation"), orientation, Self::orientation);
            }
            Place::Above { region, height_m, orientation, .. } => {
                self.for_all(|checker| checker.region(&at.field("region"), region, &object.count));
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

    /// Where a group begins.
    pub(super) fn group_begins(&mut self, at: &Cursor, group: &Group) {
        let orientation = match &group.place {
            Place::At { position_m, orientation, .. } => {
                self.position_of(&at.field("position_m"), position_m, &group.count);
                if let Position::Surface { .. } = position_m {
                    let message = "a group is not placed on the surface of an object";
                    let label = "expected another position, or the place `On(support: …)`";
                    self.error(&at.field("position_m"), "scene::group", message, label);
                }
                orientation
            }
            Place::On { region, orientation, .. } => {
                self.for_all(|checker| checker.region(&at.field("region"), region, &group.count));
                orientation
            }
            Place::Above { .. } => {
                let message = "a group does not fall as a whole";
                return self.error(at, "scene::group", message, "expected `At` or `On`; what is in it may fall");
            }
        };
        self.pick(&at.field("orientation"), orientation, |checker, at, orientation| {
            checker.orientation(at, orientation);
            if !matches!(orientation, Orientation::Upright { .. } | Orientation::Aligned { .. }) {
                let message = "a group stands upright";
                checker.error(at, "scene::group", message, "expected `Upright(…)` or `Aligned(…)`");
            }
        });
    }

    /// A position that depends on nothing else.
    pub(super) fn position(&mut self, at: &Cursor, position: &Position) {
        if let Position::Frustum { .. } | Position::Surface { .. } = position {
            let message = "cameras and lights do not depend on cameras or objects";
            let label = "expected a position such as `[0, 1, 0]` or `In(Sphere(radius_m: 1))`";
            return self.error(at, "scene::position", message, label);
        }
        self.object_position(at, position, None);
    }

    /// A position of an object or group of which there are so many; only coordinates are drawn for each.
    fn position_of(&mut self, at: &Cursor, position: &Position, count: &Count) {
        match position {
            Position::Coordinates(_) => self.object_position(at, position, Some(count)),
            _ => self.for_all(|checker| checker.object_position(at, position, Some(count))),
        }
    }

    fn object_position(&mut self, at: &Cursor, position: &Position, count: Option<&Count>) {
        match position {
            Position::Coordinates(coordinates) => self.place(&at.inside("Coordinates"), coordinates),
            Position::In(solid) | Position::On(solid) => self.solid(&at.argument(0), solid),
            Position::Path { points_m, .. } => {
                let points: Vec<&[f64]> = points_m.iter().map(<[f64; 3]>::as_slice).collect();
                self.path(&at.field("points_m"), &points);
            }
            Position::Grid { center_m, spacing_m, cells, jitter_m, .. } => {
                self.place(&at.field("center_m"), center_m);
                self.triple(&at.field("spacing_m"), spacing_m, &LENGTH);
                self.cells(&at.field("cells"), cells, count);
                self.number(&at.field("jitter_m"), jitter_m, &LENGTH);
            }
            Position::PoissonDisk { within, distance_m } => {
                self.solid(&at.field("within"), within);
                self.number(&at.field("distance_m"), distance_m, &Rule::size("a distance"));
                if let (Some(volume), Some((_, distance))) = (volume(within), distance_m.range()) {
                    let ball = std::f64::consts::PI * distance.powi(3) / 6.0;
                    self.jammed(&at.field("distance_m"), JAMMED_BALLS * volume / ball, count);
                }
            }
            Position::Frustum { camera, near_m, far_m, margin } => {
                let path = at.path().to_string();
                if path.starts_with("groups") && (path.contains(".objects[") || path.contains(".groups[")) {
                    let message = "what is in a group is placed before the group is, and knows no camera";
                    self.error(at, "scene::position", message, "expected a position in the group's own frame");
                }
                self.seen_by(&at.field("camera"), camera);
                self.number(&at.field("near_m"), near_m, &LENGTH);
                self.number(&at.field("far_m"), far_m, &Rule::size("a depth"));
                self.value(&at.field("margin"), *margin, &Rule::between("a margin", -10.0, 0.49));
                if let (Some((near, _)), Some((_, far))) = (near_m.range(), far_m.range())
                    && near >= far
                {
                    let message = "nothing is between these depths";
                    self.error(&at.field("far_m"), "scene::position", message, "expected more than `near_m`");
                }
            }
            Position::Surface { slope_at_most_deg, .. } => {
                let slope = Rule::between("a slope", 0.0, 180.0);
                self.value(&at.field("slope_at_most_deg"), *slope_at_most_deg, &slope);
            }
        }
    }

    /// A camera whose view is a pyramid.
    fn seen_by(&mut self, at: &Cursor, name: &str) {
        let scene = self.scene;
        match scene.cameras.get(name) {
            None => {
                let known: Vec<&str> = scene.cameras.keys().map(String::as_str).collect();
                self.unknown(at, "scene::unknown_camera", "camera", name, &known);
            }
            Some(camera) => match camera.lens {
                Lens::Fov { .. } | Lens::Physical { .. } | Lens::Intrinsics { .. } => {}
                _ => {
                    let message = format!("what {name:?} sees is no pyramid");
                    self.error(at, "scene::position", message, "expected a camera with a pin-hole's lens");
                }
            },
        }
    }

    fn solid(&mut self, at: &Cursor, solid: &Solid) {
        let center = match solid {
            Solid::Box { center_m, size_m } => {
                self.triple(&at.field("size_m"), size_m, &LENGTH);
                center_m
            }
            Solid::Sphere { center_m, radius_m } | Solid::Disk { center_m, radius_m } => {
                self.number(&at.field("radius_m"), radius_m, &LENGTH);
                center_m
            }
            Solid::Shell { center_m, inner_radius_m, outer_radius_m } => {
                self.radii(at, inner_radius_m, outer_radius_m);
                center_m
            }
            Solid::Cylinder { center_m, radius_m, height_m } => {
                self.number(&at.field("radius_m"), radius_m, &LENGTH);
                self.number(&at.field("height_m"), height_m, &LENGTH);
                center_m
            }
        };
        self.place(&at.field("center_m"), center);
    }

    fn radii(&mut self, at: &Cursor, inner: &Number, outer: &Number) {
        self.number(&at.field("inner_radius_m"), inner, &LENGTH);
        self.number(&at.field("outer_radius_m"), outer, &LENGTH);
        if let (Some((_, inner)), Some((outer, _))) = (inner.range(), outer.range())
            && inner > outer
        {
            let message =
                format!("the inner radius, up to {inner} m, may be larger than the outer one, from {outer} m");
            self.error(&at.field("outer_radius_m"), "scene::position", message, "expected at least the inner radius");
        }
    }

    fn region(&mut self, at: &Cursor, region: &Region, count: &Count) {
        match region {
            Region::Top => {}
            Region::Rectangle { center_m, size_m } => {
                self.pair(&at.field("size_m"), size_m, &Rule::size("an edge length"));
                self.pair(&at.field("center_m"), center_m, &COORDINATE);
            }
            Region::Disk { center_m, radius_m } => {
                self.number(&at.field("radius_m"), radius_m, &Rule::size("a radius"));
                self.pair(&at.field("center_m"), center_m, &COORDINATE);
            }
            Region::Ring { center_m, inner_radius_m, outer_radius_m } => {
                self.radii(at, inner_radius_m, outer_radius_m);
                self.pair(&at.field("center_m"), center_m, &COORDINATE);
            }
            Region::Path { points_m, width_m, .. } => {
                let points: Vec<&[f64]> = points_m.iter().map(<[f64; 2]>::as_slice).collect();
                self.path(&at.field("points_m"), &points);
                self.number(&at.field("width_m"), width_m, &LENGTH);
            }
            Region::Grid { center_m, spacing_m, cells, jitter_m, .. } => {
                self.pair(&at.field("center_m"), center_m, &COORDINATE);
                self.pair(&at.field("spacing_m"), spacing_m, &LENGTH);
                self.cells(&at.field("cells"), cells, Some(count));
                self.number(&at.field("jitter_m"), jitter_m, &LENGTH);
            }
            Region::PoissonDisk { within, distance_m } => {
                if let Region::Grid { .. } | Region::PoissonDisk { .. } = **within {
                    let message = "points keep their distance in a region without points of its own";
                    self.error(&at.field("within"), "scene::position", message, "expected an area or a path");
                }
                self.region(&at.field("within"), within, count);
                self.number(&at.field("distance_m"), distance_m, &Rule::size("a distance"));
                if let (Some(area), Some((_, distance))) = (area(within), distance_m.range()) {
                    let disk = std::f64::consts::PI * distance * distance / 4.0;
                    self.jammed(&at.field("distance_m"), JAMMED_DISKS * area / disk, Some(count));
                }
            }
        }
    }

    fn pair(&mut self, at: &Cursor, numbers: &[Number; 2], rule: &Rule) {
        for (index, number) in numbers.iter().enumerate() {
            self.number(&at.index(index), number, rule);
        }
    }

    fn path(&mut self, at: &Cursor, points: &[&[f64]]) {
        for (index, point) in points.iter().enumerate() {
            for (axis, coordinate) in point.iter().enumerate() {
                self.value(&at.index(index).index(axis), *coordinate, &COORDINATE);
            }
        }
        if points.windows(2).all(|pair| pair[0] == pair[1]) {
            let message = "a path without a length";
            self.error(at, "scene::position", message, "expected at least two different points");
        } else if points.len() > MOST_POINTS {
            let message = format!("a path of {} points", points.len());
            self.error(at, "scene::position", message, &format!("expected at most {MOST_POINTS}"));
        }
    }

    fn cells(&mut self, at: &Cursor, cells: &[u32], count: Option<&Count>) {
        for (index, cells) in cells.iter().enumerate() {
            self.value(&at.index(index), f64::from(*cells), &Rule::whole("a number of points", 1.0, MOST_CELLS));
        }
        let points: f64 = cells.iter().map(|cells| f64::from(*cells)).product();
        if points > MOST_CELLS {
            self.error(at, "scene::position", format!("a grid of {points} points"), "expected at most 1,000,000");
        } else if points > 0.0
            && let Some((_, most)) = count.and_then(|count| count.0.range())
            && most > points
        {
            let message = format!("there may be {most} instances, but the grid has {points} points");
            let warning = Diagnostic::warning("scene::crowded", message, at.span());
            self.tell(at, warning.label("some will share a point"));
        }
    }

    /// Warns where there may be more points than have room.
    fn jammed(&mut self, at: &Cursor, room: f64, count: Option<&Count>) {
        let Some((_, most)) = count.and_then(|count| count.0.range()) else { return };
        if most > room.max(1.0) && room.is_finite() {
            let message =
                format!("there may be {most} instances, but only about {:.0} have room so far apart", room.max(1.0));
            let warning = Diagnostic::warning("scene::crowded", message, at.span());
            self.tell(at, warning.label("some will be nearer to each other"));
        }
    }

    fn orientation(&mut self, at: &Cursor, orientation: &Orientation) {
        let angles = match orientation {
            Orientation::Free => return,
            Orientation::About { axis, angle_deg } => {
                let length = axis.iter().map(|along| along * along).sum::<f64>().sqrt();
                if !(length > 1e-9 && length.is_finite()) {
                    let message = "an axis without a length";
                    let label = "expected a direction such as [0, 1, 0]";
                    self.error(&at.field("axis"), "scene::direction", message, label);
                }
                vec![("angle_deg", angle_deg)]
            }
            Orientation::Cone { half_angle_deg } => {
                let cone = Rule::between("a half angle", 0.0, 180.0);
                return self.number(&at.field("half_angle_deg"), half_angle_deg, &cone);
            }
            Orientation::Upright { yaw_deg } | Orientation::Aligned { yaw_deg } => vec![("yaw_deg", yaw_deg)],
            Orientation::Angles { yaw_deg, pitch_deg, roll_deg } => {
                vec![("yaw_deg", yaw_deg), ("pitch_deg", pitch_deg), ("roll_deg", roll_deg)]
            }
        };
        for (name, angle) in angles {
            self.number(&at.field(name), angle, &Rule::angle("an angle"));
        }
    }

    /// Whether there is ground or the floor of a room, as far as is known.
    pub(super) fn has_floor(&self) -> bool {
        let mut environments = self.scene.environment.values();
        let always_room = environments.all(|environment| matches!(environment, Environment::Room { .. }));
        self.scene.ground.is_some() || always_room || self.surroundings_unknown
    }
}

/// The largest that a number may be, where that is known.
fn most(number: &Number) -> Option<f64> {
    number.range().map(|(_, most)| most)
}

/// The largest volume that a solid may have; `None` where that is not known, or it is flat.
fn volume(solid: &Solid) -> Option<f64> {
    let pi = std::f64::consts::PI;
    match solid {
        Solid::Box { size_m: [x, y, z], .. } => Some(most(x)? * most(y)? * most(z)?).filter(|volume| *volume > 0.0),
        Solid::Sphere { radius_m, .. } => Some(4.0 / 3.0 * pi * most(radius_m)?.powi(3)),
        Solid::Shell { inner_radius_m, outer_radius_m, .. } => {
            let (inner, _) = inner_radius_m.range()?;
            Some(4.0 / 3.0 * pi * (most(outer_radius_m)?.powi(3) - inner.powi(3)))
        }
        Solid::Cylinder { radius_m, height_m, .. } => Some(pi * most(radius_m)?.powi(2) * most(height_m)?),
        Solid::Disk { .. } => None,
    }
}

/// The largest area that a region may have, where that is known.
fn area(region: &Region) -> Option<f64> {
    let pi = std::f64::consts::PI;
    match region {
        Region::Rectangle { size_m: [x, z], .. } => Some(most(x)? * most(z)?),
        Region::Disk { radius_m, .. } => Some(pi * most(radius_m)?.powi(2)),
        Region::Ring { inner_radius_m, outer_radius_m, .. } => {
            Some(pi * (most(outer_radius_m)?.powi(2) - inner_radius_m.range()?.0.powi(2)))
        }
        _ => None,
    }
}

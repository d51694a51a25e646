//! Cameras and lenses.

use super::super::diagnostic::Diagnostic;
use super::super::syntax::Cursor;
use super::super::{Camera, CameraPose, Environment, Number, Weather, limits};
use super::Checker;
use super::number::Rule;

impl Checker<'_> {
    /// All cameras.
    pub(super) fn cameras(&mut self, root: &Cursor) {
        let scene = self.scene;
        let cameras = root.field("cameras");
        if scene.cameras.is_empty() {
            let message = "a scene without a camera gives no picture";
            self.error(&cameras, "scene::no_camera", message, "expected at least one camera");
        }
        if scene.cameras.len() > limits::MOST_CAMERAS {
            let message = format!("a scene of {} cameras", scene.cameras.len());
            let label = format!("expected at most {}", limits::MOST_CAMERAS);
            return self.error(&cameras, "scene::too_many", message, &label);
        }
        let [width, height] = scene.resolution;
        let pixels = u64::from(width) * u64::from(height) * scene.cameras.len() as u64;
        if pixels > limits::MOST_PIXELS && !root.field("resolution").is_unknown() {
            let count = scene.cameras.len();
            let message = format!("{count} cameras of {width} × {height} have {pixels} pixels together");
            let error = Diagnostic::error("scene::too_many", message, root.field("resolution").span());
            let error = error.label(format!("expected at most {} in all", limits::MOST_PIXELS));
            let help = "all pictures of a moment are in memory at once: fewer cameras, or smaller pictures";
            self.tell(&root.field("resolution"), error.help(help));
        }
        for (name, camera) in &scene.cameras {
            self.file_name(&cameras, "camera", name, scene.cameras.keys());
            self.camera(&cameras.key(name), camera);
        }
        self.shutters(&cameras);
    }

    /// Cameras of one instant are exposed together.
    fn shutters(&mut self, cameras: &Cursor) {
        let all = &self.scene.cameras;
        let without = all.iter().find(|(_, camera)| camera.shutter.is_none());
        if let (Some((name, _)), true) = (without, all.values().any(|camera| camera.shutter.is_some())) {
            let at = cameras.key(name);
            let message = "this camera has no shutter, and another one has";
            self.error(&at, "scene::shutter", message, "expected a `shutter` for all cameras or for none");
        }
    }

    /// Names of cameras and lidars become parts of file names.
    pub(super) fn file_name<'n>(
        &mut self,
        all: &Cursor,
        what: &str,
        name: &str,
        names: impl Iterator<Item = &'n String>,
    ) {
        const LONGEST: usize = limits::LONGEST_FILE_NAME;
        let at = all.key(name);
        let span = all.key_span(name);
        if !limits::fits_file_name(name) {
            let message = format!("the {what} name {name:?} cannot be part of a file name");
            let error = Diagnostic::error("scene::name", message, span);
            self.tell(&at, error.label(format!("expected 1 to {LONGEST} letters a–z, digits, `_` or `-`")));
        }
        let twin = names.take_while(|other| *other != name);
        let twin = twin.filter(|other| other.eq_ignore_ascii_case(name)).map(|other| all.key_span(other)).next();
        if let Some(first) = twin {
            let message = format!("the {what} name {name:?} differs from another in case only");
            let error = Diagnostic::error("scene::name", message, span).label("the same file on some systems");
            self.tell(&at, error.also(first, "the other"));
        }
    }

    fn camera(&mut self, at: &Cursor, camera: &Camera) {
        let pose = &at.field("pose");
        self.pose(pose, &camera.pose);
        self.lens(&at.field("lens"), &camera.lens);
        self.optics(at, camera);
        self.depth_sensor(at, camera);
        if let Some(exposure) = &camera.exposure_ev100 {
            let rule = Rule::within("an exposure value", limits::EXPOSURE_VALUE);
            self.number(&at.field("exposure_ev100"), exposure, &rule);
        }
        let compensation = Rule::within("an exposure compensation", limits::EXPOSURE_COMPENSATION);
        self.number(&at.field("exposure_compensation"), &camera.exposure_compensation, &compensation);
        self.stands_inside(pose, "camera", &camera.pose);
    }

    /// Where something stands and looks.
    pub(super) fn pose(&mut self, pose: &Cursor, camera_pose: &CameraPose) {
        match camera_pose {
            CameraPose::Orbit { target_m, distance_m, elevation_deg, azimuth_deg, arc_deg, roll_deg } => {
                self.position(&pose.field("target_m"), target_m);
                self.number(&pose.field("distance_m"), distance_m, &Rule::size("a distance"));
                self.number(&pose.field("elevation_deg"), elevation_deg, &Rule::between("an elevation", -90.0, 90.0));
                self.number(&pose.field("azimuth_deg"), azimuth_deg, &Rule::angle("an azimuth"));
                self.number(&pose.field("arc_deg"), arc_deg, &Rule::angle("an arc"));
                self.number(&pose.field("roll_deg"), roll_deg, &Rule::angle("a roll"));
            }
            CameraPose::LookAt { eye_m, target_m, roll_deg } => {
                self.position(&pose.field("eye_m"), eye_m);
                self.position(&pose.field("target_m"), target_m);
                self.number(&pose.field("roll_deg"), roll_deg, &Rule::angle("a roll"));
                self.apart(pose, ("eye_m", eye_m), ("target_m", target_m), "a camera looks at its own place");
            }
            CameraPose::Fixed { position_m, yaw_deg, pitch_deg, roll_deg } => {
                self.position(&pose.field("position_m"), position_m);
                self.number(&pose.field("yaw_deg"), yaw_deg, &Rule::angle("a yaw"));
                self.number(&pose.field("pitch_deg"), pitch_deg, &Rule::between("a pitch", -90.0, 90.0));
                self.number(&pose.field("roll_deg"), roll_deg, &Rule::angle("a roll"));
            }
        }
    }

    /// Warns where a camera or lidar may stand behind a wall, below the floor or in snow.
    pub(super) fn stands_inside(&mut self, at: &Cursor, what: &str, pose: &CameraPose) {
        let rooms = self.scene.environment.values().filter_map(|environment| match environment {
            Environment::Room { size_m: [x, y, z], .. } => Some([x.range()?.0, y.range()?.0, z.range()?.0]),
            _ => None,
        });
        let room = rooms.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].min(b[2])]);
        let Some([x, y, z]) = reach(pose) else { return };
        let below = (room.is_some() || self.scene.ground.is_some()) && y.0 < 0.0;
        let raise = match pose {
            CameraPose::Orbit { .. } => "raise its target or its elevation",
            CameraPose::LookAt { .. } | CameraPose::Fixed { .. } => "raise it",
        };
        let snow = self.scene.ground.as_ref().and(self.scene.weather.as_ref()).map_or(0.0, deepest_snow);
        let (message, help) = match room {
            _ if below => (format!("this {what} may stand below the ground"), raise),
            None if y.0 < snow => (format!("this {what} may stand in snow, which may be {snow} m deep"), raise),
            Some([width, height, length])
                if x.0 < -width / 2.0
                    || x.1 > width / 2.0
                    || z.0 < -length / 2.0
                    || z.1 > length / 2.0
                    || y.1 > height =>
            {
                (format!("this {what} may stand outside of the room"), "make the room larger or the distance smaller")
            }
            _ => return,
        };
        self.tell(at, Diagnostic::warning("scene::camera_outside", message, at.head()).help(help));
    }
}

/// The depth that snow on the ground is said to have at most (m); 0 where that is not said.
fn deepest_snow(weather: &Weather) -> f64 {
    let said = weather.snow_depth_m.as_ref().and_then(Number::range).map_or(0.0, |range| range.1);
    weather.becomes.as_deref().map_or(said, |later| said.max(deepest_snow(later)))
}

/// How far a camera may get along x, y and z, where that can be told.
fn reach(pose: &CameraPose) -> Option<[(f64, f64); 3]> {
    match pose {
        CameraPose::LookAt { eye_m, .. } => eye_m.range(),
        CameraPose::Fixed { position_m, .. } => position_m.range(),
        CameraPose::Orbit { target_m, distance_m, elevation_deg, azimuth_deg, arc_deg, .. } => {
            let mut offset = [(f64::INFINITY, f64::NEG_INFINITY); 3];
            let (first, last) = azimuth_deg.range()?;
            let (arc_low, arc_high) = arc_deg.range()?;
            for distance in ends(distance_m.range()?, 1) {
                for elevation in ends(elevation_deg.range()?, 8) {
                    for azimuth in ends((first + arc_low.min(0.0), last + arc_high.max(0.0)), 24) {
                        let (elevation, azimuth) = (elevation.to_radians(), azimuth.to_radians());
                        let level = distance * elevation.cos();
                        let place = [level * azimuth.sin(), distance * elevation.sin(), level * azimuth.cos()];
                        for ((low, high), value) in offset.iter_mut().zip(place) {
                            (*low, *high) = (low.min(value), high.max(value));
                        }
                    }
                }
            }
            let target = target_m.range()?;
            Some(std::array::from_fn(|axis| (target[axis].0 + offset[axis].0, target[axis].1 + offset[axis].1)))
        }
    }
}

/// Both ends of a range and what lies between, in so many steps.
fn ends((low, high): (f64, f64), steps: u32) -> impl Iterator<Item = f64> {
    (0..=steps).map(move |step| low + (high - low) * f64::from(step) / f64::from(steps))
}

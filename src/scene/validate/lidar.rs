//! Lidars, and cameras that measure depth.

use super::super::limits::{self, Limits, MOST_RAYS};
use super::super::syntax::Cursor;
use super::super::{Camera, Count, DepthSensor, Distortion, Lens, Lidar, Number};
use super::Checker;
use super::number::Rule;

const NEAREST: Rule = Rule::within("a nearest range", limits::RANGE);
const FARTHEST: Rule = Rule::within("a farthest range", limits::RANGE);
const DROP_OUT: Rule = Rule::within("a share of lost rays", limits::DROP_OUT);

impl Checker<'_> {
    /// All lidars.
    pub(super) fn lidars(&mut self, root: &Cursor) {
        let lidars = root.field("lidars");
        let scene = self.scene;
        if scene.lidars.len() > limits::MOST_CAMERAS {
            let message = format!("a scene of {} lidars", scene.lidars.len());
            let label = format!("expected at most {}", limits::MOST_CAMERAS);
            return self.error(&lidars, "scene::too_many", message, &label);
        }
        for (name, lidar) in &scene.lidars {
            self.file_name(&lidars, "lidar", name, scene.lidars.keys());
            self.lidar(&lidars.key(name), lidar);
        }
    }

    fn lidar(&mut self, at: &Cursor, lidar: &Lidar) {
        self.pose(&at.field("pose"), &lidar.pose);
        let elevation = Rule::within("an elevation", limits::ELEVATION);
        let numbers = [
            ("lowest_deg", &lidar.lowest_deg, elevation),
            ("highest_deg", &lidar.highest_deg, elevation),
            ("horizontal_deg", &lidar.horizontal_deg, Rule::within("a field of view", limits::WIDE_FIELD_OF_VIEW)),
            ("nearest_m", &lidar.nearest_m, NEAREST),
            ("farthest_m", &lidar.farthest_m, FARTHEST),
            (
                "weakest_reflectance",
                &lidar.weakest_reflectance,
                Rule::within("a reflectance", limits::WEAKEST_REFLECTANCE),
            ),
            ("range_noise_m", &lidar.range_noise_m, Rule::within("a noise", limits::RANGE_NOISE)),
            ("drop_out", &lidar.drop_out, DROP_OUT),
        ];
        for (name, number, rule) in numbers {
            if let Some(number) = number {
                self.number(&at.field(name), number, &rule);
            }
        }
        let counts = [
            ("rings", &lidar.rings, "a number of rings", limits::RINGS),
            ("steps", &lidar.steps, "a number of rays", limits::RING_STEPS),
        ];
        for (name, count, what, limits) in counts {
            if let Some(count) = count {
                self.count(&at.field(name), &count.0, &Rule::whole_within(what, limits));
            }
        }
        if let Some(elevations) = &lidar.elevations_deg {
            let at = &at.field("elevations_deg").inside("Some");
            for (index, number) in elevations.iter().enumerate() {
                self.number(&at.index(index), number, &elevation);
            }
            let given = [lidar.rings.is_some(), lidar.lowest_deg.is_some(), lidar.highest_deg.is_some()];
            if given.contains(&true) {
                let message = "the elevation of each ring is given, and even rings as well";
                self.error(at, "scene::lidar", message, "leave this out, or `rings`, `lowest_deg` and `highest_deg`");
            }
            let (least, most) = limits::RINGS;
            if !(least..=most).contains(&(elevations.len() as f64)) {
                let message = format!("{} rings are given", elevations.len());
                self.error(at, "scene::lidar", message, &format!("expected {least} to {most}"));
            }
        }
        let usual = lidar.preset.usual();
        let [nearest, farthest] = usual.range_m.map(f64::from);
        let or = |number: &Option<Number>, usual: f64| number.clone().unwrap_or(usual.into());
        if lidar.nearest_m.is_some() || lidar.farthest_m.is_some() {
            let (low, high) = (or(&lidar.nearest_m, nearest), or(&lidar.farthest_m, farthest));
            self.ordered(at, ("nearest_m", &low), ("farthest_m", &high), false);
        }
        if lidar.lowest_deg.is_some() || lidar.highest_deg.is_some() {
            let (lowest, highest) = usual.elevations_deg;
            let (low, high) = (or(&lidar.lowest_deg, lowest), or(&lidar.highest_deg, highest));
            self.ordered(at, ("lowest_deg", &low), ("highest_deg", &high), true);
        }
        self.stands_inside(&at.field("pose"), "lidar", &lidar.pose);
        let highest = |count: &Option<Count>| count.as_ref().and_then(|count| count.0.range()).map(|(_, most)| most);
        let rings = match &lidar.elevations_deg {
            Some(elevations) => Some(elevations.len() as f64),
            None => highest(&lidar.rings),
        };
        if let (Some(rings), Some(steps)) = (rings, highest(&lidar.steps))
            && rings * steps > MOST_RAYS as f64
        {
            let message = format!("this lidar may have {:.0} rays", rings * steps);
            self.error(&at.field("steps"), "scene::out_of_range", message, &format!("expected at most {MOST_RAYS}"));
        }
        self.number(&at.field("sweep_s"), &lidar.sweep_s, &Rule::within("a time", limits::SWEEP));
        let velocity = Rule::within("a velocity", limits::VELOCITY);
        self.triple(&at.field("velocity_m_per_s"), &lidar.velocity_m_per_s, &velocity);
        self.triple(&at.field("turn_deg_per_s"), &lidar.turn_deg_per_s, &Rule::within("a turn", limits::TURN));
    }

    /// One number must always be below another; what is not there is as the preset has it.
    fn ordered(
        &mut self,
        at: &Cursor,
        (low_name, low): (&str, &Number),
        (high_name, high): (&str, &Number),
        equal: bool,
    ) {
        let (Some((_, lowest)), Some((highest, _))) = (low.range(), high.range()) else { return };
        if lowest < highest || equal && lowest == highest {
            return;
        }
        let said = |name: &str, value: f64| {
            let given = at.field(name).node().is_some();
            format!(
                "`{name}` {} {value}{}",
                if given { "may be" } else { "is" },
                if given { "" } else { " without being given" }
            )
        };
        let message = format!("{}, and {}", said(high_name, highest), said(low_name, lowest));
        let name = if at.field(high_name).node().is_some() { high_name } else { low_name };
        self.error(&at.field(name), "scene::lidar", message, &format!("expected `{low_name}` below `{high_name}`"));
    }

    /// How a camera measures depth.
    pub(super) fn depth_sensor(&mut self, at: &Cursor, camera: &Camera) {
        let Some(sensor) = &camera.depth_sensor else { return };
        let at = &at.field("depth_sensor").inside("Some");
        let straight = match &camera.lens {
            Lens::Fov { distortion, .. } | Lens::Physical { distortion, .. } | Lens::Intrinsics { distortion, .. } => {
                *distortion == Distortion::default()
            }
            _ => false,
        };
        if !straight {
            let message = "measured depths are rectified, and this camera's lens is not a pin-hole";
            let expected = "expected a `lens` without distortion; add another camera at the same place";
            self.error(at, "scene::depth_sensor", message, expected);
        }
        let rule = |what: &'static str, limits: Limits| Rule::within(what, limits);
        let (nearest, farthest, drop_out) = match sensor {
            DepthSensor::Stereo {
                baseline_m, nearest_m, farthest_m, noise_px, step_px, window_px, drop_out, ..
            }
            | DepthSensor::StructuredLight {
                baseline_m,
                nearest_m,
                farthest_m,
                noise_px,
                step_px,
                window_px,
                drop_out,
            } => {
                self.number(&at.field("baseline_m"), baseline_m, &rule("a baseline", limits::BASELINE));
                if may_be_zero(baseline_m) {
                    let message = "with a baseline of 0 both eyes see the same";
                    self.error(&at.field("baseline_m"), "scene::depth_sensor", message, "expected above 0, or below 0");
                }
                self.number(&at.field("noise_px"), noise_px, &rule("a noise", limits::DISPARITY));
                self.number(&at.field("step_px"), step_px, &rule("a step", limits::DISPARITY));
                let window = Rule::whole_within("a window", limits::MATCHED_WINDOW);
                self.count(&at.field("window_px"), &window_px.0, &window);
                (nearest_m, farthest_m, drop_out)
            }
            DepthSensor::TimeOfFlight {
                modulation_mhz,
                nearest_m,
                farthest_m,
                noise_m,
                wiggling_m,
                flying_pixels,
                drop_out,
            } => {
                self.number(&at.field("modulation_mhz"), modulation_mhz, &rule("a modulation", limits::MODULATION));
                self.number(&at.field("noise_m"), noise_m, &rule("a noise", limits::RANGE_NOISE));
                self.number(&at.field("wiggling_m"), wiggling_m, &rule("an error", limits::RANGE_NOISE));
                let flying = rule("a number of pixels", limits::FLYING_PIXELS);
                self.number(&at.field("flying_pixels"), flying_pixels, &flying);
                (nearest_m, farthest_m, drop_out)
            }
        };
        self.number(&at.field("nearest_m"), nearest, &NEAREST);
        self.number(&at.field("farthest_m"), farthest, &FARTHEST);
        self.number(&at.field("drop_out"), drop_out, &DROP_OUT);
        self.ordered(at, ("nearest_m", nearest), ("farthest_m", farthest), false);
    }
}

fn may_be_zero(number: &Number) -> bool {
    match number {
        Number::Choice(entries) => entries.iter().any(|entry| may_be_zero(&entry.value)),
        other => other.range().is_some_and(|(low, high)| low <= 0.0 && high >= 0.0),
    }
}

//! Surroundings, ground and lights.

use super::super::diagnostic::Diagnostic;
use super::super::syntax::Cursor;
use super::super::{Asset, Environment, Light, Member, Number, PanoramaFile, Position, limits};
use super::Checker;
use super::number::Rule;

const TEMPERATURE: Rule = Rule::within("a colour temperature", limits::TEMPERATURE);
const ILLUMINANCE: Rule = Rule::within("an illuminance", limits::ILLUMINANCE);
const FLUX: Rule = Rule::within("a flux", limits::FLUX);
pub(super) const FRICTION: Rule = Rule::within("a friction coefficient", limits::FRICTION);
pub(super) const RESTITUTION: Rule = Rule::within("a restitution", limits::RESTITUTION);

impl Checker<'_> {
    /// Surroundings and ground.
    pub(super) fn environment(&mut self, root: &Cursor) {
        let scene = self.scene;
        self.pick(&root.field("environment"), &scene.environment, Self::surroundings);
        if let Some(ground) = &scene.ground {
            let at = root.field("ground").inside("Some");
            self.value(
                &at.field("size_m"),
                ground.size_m,
                &Rule::positive("a ground size", 0.1, limits::LARGEST_GROUND),
            );
            self.material(&at.field("material"), &ground.material);
            self.number(&at.field("friction"), &ground.friction, &FRICTION);
            self.number(&at.field("restitution"), &ground.restitution, &RESTITUTION);
            let mut environments = scene.environment.values();
            if environments.all(|environment| matches!(environment, Environment::Room { .. })) {
                let message = "this ground is not used: a room has a floor of its own";
                let warning = Diagnostic::warning("scene::unused_ground", message, root.field("ground").head());
                self.tell(&at, warning.help("say what the floor is made of by `floor` of the `Room`"));
            }
        }
    }

    fn surroundings(&mut self, at: &Cursor, environment: &Environment) {
        match environment {
            Environment::Panorama { file, illuminance_lux, yaw_deg } => {
                self.pick(&at.field("file"), file, |checker, at, PanoramaFile(file)| {
                    checker.file(at, file, Asset::Panorama)
                });
                let rule = Rule::within("an illuminance", limits::PANORAMA_ILLUMINANCE);
                self.number(&at.field("illuminance_lux"), illuminance_lux, &rule);
                self.number(&at.field("yaw_deg"), yaw_deg, &Rule::angle("a yaw"));
            }
            Environment::Sky { turbidity, cloud_cover, glow_cd_per_m2 } => {
                let glow = Rule::within("a luminance", limits::LUMINANCE);
                self.number(&at.field("glow_cd_per_m2"), glow_cd_per_m2, &glow);
                let of_weather = [
                    ("turbidity", turbidity, Rule::within("a turbidity", limits::TURBIDITY)),
                    ("cloud_cover", cloud_cover, Rule::within("a cloud cover", limits::SHARE)),
                ];
                for (name, number, rule) in of_weather {
                    let Some(number) = number else { continue };
                    self.number(&at.field(name), number, &rule);
                    if self.scene.weather.is_some() {
                        let message = format!("the scene has weather, to which `{name}` belongs");
                        self.error(&at.field(name), "scene::weather", message, "expected it in `weather`");
                    }
                }
            }
            Environment::Room {
                size_m,
                walls,
                floor,
                windows,
                window_luminance_cd_per_m2,
                lamp_flux_lm,
                lamp_temperature_kelvin,
            } => {
                self.triple(&at.field("size_m"), size_m, &Rule::within("an edge length of a room", limits::ROOM_EDGE));
                self.material(&at.field("walls"), walls);
                self.material(&at.field("floor"), floor);
                self.count(
                    &at.field("windows"),
                    &windows.0,
                    &Rule::whole_within("a number of windows", limits::WINDOWS),
                );
                let luminance = Rule::within("a luminance", limits::LUMINANCE);
                self.number(&at.field("window_luminance_cd_per_m2"), window_luminance_cd_per_m2, &luminance);
                self.number(&at.field("lamp_flux_lm"), lamp_flux_lm, &FLUX);
                self.number(&at.field("lamp_temperature_kelvin"), lamp_temperature_kelvin, &TEMPERATURE);
            }
            Environment::Studio { illuminance_lux, backdrop } => {
                self.number(&at.field("illuminance_lux"), illuminance_lux, &ILLUMINANCE);
                self.pick(&at.field("backdrop"), backdrop, Self::color);
            }
            Environment::Ambient { illuminance_lux, color } => {
                self.number(&at.field("illuminance_lux"), illuminance_lux, &ILLUMINANCE);
                self.pick(&at.field("color"), color, Self::color);
            }
        }
    }

    /// Place and time.
    pub(super) fn location(&mut self, root: &Cursor) {
        let Some(location) = &self.scene.location else { return };
        let at = root.field("location").inside("Some");
        self.number(&at.field("latitude_deg"), &location.latitude_deg, &Rule::within("a latitude", limits::LATITUDE));
        let longitude = Rule::within("a longitude", limits::LONGITUDE);
        self.number(&at.field("longitude_deg"), &location.longitude_deg, &longitude);
        self.count(&at.field("year"), &location.year.0, &Rule::whole_within("a year", limits::YEAR));
        let day = Rule::whole_within("a day of the year", limits::DAY_OF_YEAR);
        self.count(&at.field("day_of_year"), &location.day_of_year.0, &day);
        self.number(&at.field("hour"), &location.hour, &Rule::within("an hour", limits::HOUR));
        let offset = Rule::within("an offset from UTC", limits::UTC_OFFSET);
        self.number(&at.field("utc_offset_h"), &location.utc_offset_h, &offset);
        self.number(&at.field("north_deg"), &location.north_deg, &Rule::angle("an azimuth"));
        let pace = Rule::within("a number of hours a second", limits::HOURS_PER_S);
        self.number(&at.field("hours_per_s"), &location.hours_per_s, &pace);
        let passes = location.hours_per_s.range().is_none_or(|range| range != (0.0, 0.0));
        if passes && self.scene.sequence.is_none() {
            let pace = at.field("hours_per_s");
            let message = "no hours pass: there is one picture, and no `sequence`";
            let warning = Diagnostic::warning("scene::unused_location", message, pace.head());
            self.tell(&pace, warning.help("say `sequence: Sequence(frames: 30, fps: 10)`, or leave it out"));
        }
        let follows = |light: &Light| {
            matches!(light, Light::Sun { elevation_deg: None, .. } | Light::Moon { elevation_deg: None, .. })
        };
        if !self.scene.lights.values().any(follows) {
            let message = "this location is not used: neither sun nor moon follows it";
            let warning = Diagnostic::warning("scene::unused_location", message, root.field("location").head());
            self.tell(&at, warning.help("leave `elevation_deg` and `azimuth_deg` of a `Sun` or `Moon` out"));
        }
    }

    /// Sun and lamps.
    pub(super) fn lights(&mut self, root: &Cursor) {
        let scene = self.scene;
        let lights = root.field("lights");
        let is_far = |light: &&Light| matches!(light, Light::Sun { .. } | Light::Moon { .. });
        let suns = scene.lights.values().filter(is_far).count();
        let carried = |member: &Member| {
            let most = member.groups * member.object.count.0.range().map_or(1.0, |(_, most)| most);
            member.object.lights.len() * most.clamp(0.0, 1e4) as usize
        };
        let carried: usize = scene.scope().all().iter().map(carried).sum();
        let lamps = scene.lights.len() - suns + carried;
        for (count, most, what) in [(suns, limits::MOST_SUNS, "suns and moons"), (lamps, limits::MOST_LAMPS, "lamps")] {
            if count > most {
                let there = if what == "lamps" && carried > 0 { "there may be" } else { "there are" };
                let message = format!("{there} {count} {what}");
                let carrier = scene.objects.iter().find(|(_, object)| what == "lamps" && !object.lights.is_empty());
                let carrier = carrier.map(|(name, _)| root.field("objects").key(name).field("lights"));
                let at = carrier.as_ref().unwrap_or(&lights);
                self.error(at, "scene::lights", message, &format!("expected at most {most} in all"));
            }
        }
        for (name, light) in &scene.lights {
            self.name(&lights, name, "light");
            self.light(&lights.key(name), light);
        }
    }

    /// A light of the scene or of a thing.
    pub(super) fn light(&mut self, at: &Cursor, light: &Light) {
        match light {
            Light::Sun { elevation_deg, azimuth_deg, illuminance_lux, temperature_kelvin } => {
                self.stands(at, "sun", elevation_deg.as_ref(), azimuth_deg.as_ref());
                if let Some(illuminance) = illuminance_lux {
                    self.number(&at.field("illuminance_lux"), illuminance, &ILLUMINANCE);
                }
                if let Some(temperature) = temperature_kelvin {
                    self.number(&at.field("temperature_kelvin"), temperature, &TEMPERATURE);
                }
            }
            Light::Moon { elevation_deg, azimuth_deg, phase } => {
                self.stands(at, "moon", elevation_deg.as_ref(), azimuth_deg.as_ref());
                if let Some(phase) = phase {
                    self.number(&at.field("phase"), phase, &Rule::within("a share of its disc", limits::SHARE));
                }
            }
            Light::Point { position_m, flux_lm, temperature_kelvin, shadows, radius_m } => {
                self.flag(&at.field("shadows"), shadows);
                self.lamp(at, position_m, flux_lm, temperature_kelvin, radius_m);
            }
            Light::Spot { position_m, target_m, flux_lm, temperature_kelvin, half_angle_deg, shadows, radius_m } => {
                self.flag(&at.field("shadows"), shadows);
                self.lamp(at, position_m, flux_lm, temperature_kelvin, radius_m);
                self.position(&at.field("target_m"), target_m);
                let cone = Rule::within("a half angle", limits::HALF_ANGLE);
                self.number(&at.field("half_angle_deg"), half_angle_deg, &cone);
                self.apart(at, ("position_m", position_m), ("target_m", target_m), "a lamp shines at its own place");
            }
        }
    }

    /// Where a sun or moon stands: by angles, or by place and time.
    fn stands(&mut self, at: &Cursor, what: &str, elevation: Option<&Number>, azimuth: Option<&Number>) {
        match (elevation, azimuth) {
            (Some(_), _) => {}
            (None, Some(_)) => {
                let message = format!("this {what} has an azimuth and no elevation");
                self.error(at, "scene::sun", message, "expected `elevation_deg: …`, or neither of them");
            }
            (None, None) if self.scene.location.is_none() => {
                let message = format!("this {what} has no direction");
                let label = "expected `elevation_deg: …` in here, or a `location` of the scene";
                self.error(at, "scene::sun", message, label);
            }
            (None, None) => {}
        }
        if let Some(elevation) = elevation {
            self.number(&at.field("elevation_deg"), elevation, &Rule::between("an elevation in the sky", -10.0, 90.0));
        }
        if let Some(azimuth) = azimuth {
            self.number(&at.field("azimuth_deg"), azimuth, &Rule::angle("an azimuth"));
        }
    }

    fn lamp(&mut self, at: &Cursor, position: &Position, flux: &Number, temperature: &Number, radius: &Number) {
        self.number(&at.field("radius_m"), radius, &Rule::within("a radius of a lamp", limits::LAMP_RADIUS));
        self.position(&at.field("position_m"), position);
        self.number(&at.field("flux_lm"), flux, &FLUX);
        self.number(&at.field("temperature_kelvin"), temperature, &TEMPERATURE);
    }

    /// Two places that may not be one.
    pub(super) fn apart(
        &mut self,
        at: &Cursor,
        (from_name, from): (&str, &Position),
        (to_name, to): (&str, &Position),
        message: &str,
    ) {
        let same = from.constant().is_some_and(|from| to.constant() == Some(from));
        if same && !at.field(from_name).is_unknown() {
            let label = format!("expected another place than `{from_name}`");
            self.error(&at.field(to_name), "scene::direction", message, &label);
        }
    }
}

//! Whether a concrete scene that was read from a file is one that could have been drawn.
//!
//! Descriptions are checked where they are read; concrete scenes are written by the program and may have been edited
//! by hand. What is drawn from a good description always passes.

mod sensing;

use glam::Vec3;

use crate::scene::limits::{self, JPEG_QUALITY, Limits, MOST_INSTANCES, MOST_LAMPS, MOST_STEPS, MOST_SUNS, SHARE};

use super::concrete::{
    Adjust, ConcreteScene, Environment, Instance, LabelPlane, Light, Material, Pictures, Pose, Shape, Wear,
};

/// Metres from the origin; beyond, single precision shows.
const FARTHEST: f64 = 20_000.0;
const PLACE: Limits = (-FARTHEST, FARTHEST);
/// Of the length of a unit vector.
const UNIT: Limits = (0.999, 1.001);

/// Collects what is wrong.
struct Faults(Vec<String>);

impl Faults {
    /// After a hundred nothing more is collected: a file may have as many as it has bytes.
    fn push(&mut self, fault: String) {
        const MOST: usize = 100;
        if self.0.len() < MOST {
            self.0.push(fault);
        }
    }

    /// Also finds what is not a number.
    fn between(&mut self, what: &str, value: impl Into<f64>, (low, high): Limits) {
        let value = value.into();
        // Of what is kept in single precision a limit is met as nearly as that has it.
        let slack = |limit: f64| f64::from(f32::EPSILON) * limit.abs();
        if !(low - slack(low)..=high + slack(high)).contains(&value) {
            self.push(format!("{what} is {value}; expected {low} to {high}"));
        }
    }

    fn unless(&mut self, sound: bool, fault: impl FnOnce() -> String) {
        if !sound {
            self.push(fault());
        }
    }

    fn place(&mut self, what: &str, place: Vec3) {
        self.each(what, place, PLACE);
    }

    /// Each of three numbers, so that none of them is no number.
    fn each(&mut self, what: &str, vector: Vec3, limits: Limits) {
        for (axis, value) in ["x", "y", "z"].into_iter().zip(vector.to_array()) {
            self.between(&format!("{axis} of {what}"), value, limits);
        }
    }

    fn range(&mut self, what: &str, range_m: [f32; 2]) {
        for end in range_m {
            self.between(&format!("an end of the range of {what}"), end, limits::RANGE);
        }
        self.unless(range_m[0] < range_m[1], || format!("the range of {what} ends where it begins, or before"));
    }

    fn pose(&mut self, what: &str, pose: &Pose) {
        self.place(what, pose.position_m);
        self.between(&format!("the length of the rotation of {what}"), pose.rotation.length(), UNIT);
    }

    fn material(&mut self, what: &str, material: &Material) {
        for channel in material.base_color.iter().flatten() {
            self.between(&format!("the colour of {what}"), *channel, SHARE);
        }
        let values = [
            ("roughness", material.roughness, limits::ROUGHNESS),
            ("metallic", material.metallic, SHARE),
            ("texture_size_m", material.texture_size_m, (1e-6, 1e6)),
            ("luminance_cd_per_m2", material.luminance_cd_per_m2, limits::LUMINANCE),
            ("opacity", material.opacity, SHARE),
        ];
        for (name, value, limits) in values {
            if let Some(value) = value {
                self.between(&format!("{name} of {what}"), value, limits);
            }
        }
        if let Some(Wear { dust, dirt, scratches, rust, stains, salt, pattern: _ }) = &material.wear {
            for amount in [dust, dirt, scratches, rust, stains, salt] {
                self.between(&format!("what lies over {what}"), *amount, SHARE);
            }
        }
        if let Some(Adjust { hue_deg, saturation, brightness, roughness, normal_strength }) = &material.adjust {
            self.between(&format!("the turn of the hue of {what}"), *hue_deg, limits::ANGLE);
            for factor in [saturation, brightness, roughness, normal_strength] {
                self.between(&format!("an adjustment of {what}"), *factor, limits::ADJUSTMENT);
            }
        }
    }
}

/// What a light may be.
fn shines(faults: &mut Faults, what: &str, light: &Light) {
    match light {
        Light::Sun { direction_to_sun, illuminance_lux, temperature_kelvin, .. } => {
            faults.between(&format!("the length of the direction of {what}"), direction_to_sun.length(), UNIT);
            let illuminance = illuminance_lux.unwrap_or(0.0);
            faults.between(&format!("illuminance_lux of {what}"), illuminance, limits::ILLUMINANCE);
            let temperature = temperature_kelvin.unwrap_or(6500.0);
            faults.between(&format!("temperature_kelvin of {what}"), temperature, limits::TEMPERATURE);
        }
        Light::Moon { direction_to_moon, phase, .. } => {
            faults.between(&format!("the length of the direction of {what}"), direction_to_moon.length(), UNIT);
            faults.between(&format!("phase of {what}"), *phase, SHARE);
        }
        Light::Point { position_m, flux_lm, temperature_kelvin, radius_m, .. }
        | Light::Spot { position_m, flux_lm, temperature_kelvin, radius_m, .. } => {
            faults.place(what, *position_m);
            faults.between(&format!("flux_lm of {what}"), *flux_lm, limits::FLUX);
            faults.between(&format!("temperature_kelvin of {what}"), *temperature_kelvin, limits::TEMPERATURE);
            faults.between(&format!("radius_m of {what}"), *radius_m, limits::LAMP_RADIUS);
        }
    }
    if let Light::Spot { position_m, target_m, half_angle_deg, .. } = light {
        faults.place(&format!("the target of {what}"), *target_m);
        faults.unless(position_m != target_m, || format!("{what} shines at its own place"));
        faults.between(&format!("half_angle_deg of {what}"), *half_angle_deg, limits::HALF_ANGLE);
    }
}

impl ConcreteScene {
    /// Everything that is wrong with it, each in a sentence; nothing for what was drawn from a good description.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Faults(Vec::new());
        self.whole(&mut faults);
        self.cameras_stand(&mut faults);
        self.lidars_stand(&mut faults);
        self.surroundings_shine(&mut faults);
        self.lights_shine(&mut faults);
        let most = MOST_INSTANCES;
        faults.unless(self.instances.len() <= most, || {
            format!("there are {} instances; expected at most {most}", self.instances.len())
        });
        for (index, instance) in self.instances.iter().enumerate() {
            self.instance(&mut faults, index, instance);
        }
        faults.0
    }

    fn whole(&self, faults: &mut Faults) {
        for side in self.resolution {
            faults.between("a side of `resolution`", side, limits::RESOLUTION);
        }
        faults.between("the number of cameras", self.cameras.len() as u32, (0.0, limits::MOST_CAMERAS as f64));
        let [width, height] = self.resolution;
        let pixels = u64::from(width) * u64::from(height) * self.cameras.len() as u64;
        faults.unless(pixels <= limits::MOST_PIXELS, || {
            format!("all cameras together have {pixels} pixels; expected at most {}", limits::MOST_PIXELS)
        });
        faults.between("`samples`", self.samples, limits::SAMPLES);
        faults.between("gravity_m_per_s2", self.physics.gravity_m_per_s2, limits::GRAVITY);
        faults.between("steps_per_second", self.physics.steps_per_second, limits::STEPS_PER_SECOND);
        faults.between("time_limit_s", self.physics.time_limit_s, (1e-6, 600.0));
        if let Some(sequence) = &self.sequence {
            faults.between("frames of `sequence`", sequence.frames, limits::SEQUENCE_FRAMES);
            faults.between("fps of `sequence`", sequence.fps, (0.001, 1000.0));
            let seconds = f64::from(sequence.frames) / f64::from(sequence.fps);
            let steps = seconds * f64::from(self.physics.steps_per_second);
            faults.between("the number of physics steps of `sequence`", steps, (0.0, MOST_STEPS));
        }
        if let Pictures::Jpeg { quality } = self.pictures {
            faults.between("quality of `pictures`", quality, JPEG_QUALITY);
        }
        let labels = &self.labels;
        faults.between("minimum_visible_fraction", labels.minimum_visible_fraction, SHARE);
        faults.between("maximum_truncation", labels.maximum_truncation, SHARE);
        faults.between("minimum_transmittance", labels.minimum_transmittance, SHARE);
        let limited = labels.minimum_visible_fraction > 0.0 || labels.maximum_truncation < 1.0;
        faults.unless(labels.amodal || !limited, || {
            "`amodal` is false; expected true where visible fraction or truncation has a limit".to_owned()
        });
        for (index, plane) in labels.planes.iter().enumerate() {
            let again = labels.planes[..index].contains(plane);
            faults.unless(!again, || format!("the plane {plane:?} is asked for twice"));
            let fits = *plane != LabelPlane::Flow || self.sequence.is_some();
            faults.unless(fits, || "flow is asked for; expected a `sequence`".to_owned());
        }
    }

    fn surroundings_shine(&self, faults: &mut Faults) {
        if let Some(ground) = &self.ground {
            faults.between("the size of the ground", ground.size_m, (0.01, limits::LARGEST_GROUND));
            faults.material("the ground", &ground.material);
            faults.between("friction of the ground", ground.friction, limits::FRICTION);
            faults.between("restitution of the ground", ground.restitution, limits::RESTITUTION);
        }
        for weather in self.weather.iter().chain(&self.weather_becomes) {
            faults.0.extend(weather.faults());
        }
        match &self.environment {
            Environment::Panorama { illuminance_lux, yaw_deg, .. } => {
                faults.between("illuminance_lux", *illuminance_lux, limits::PANORAMA_ILLUMINANCE);
                faults.between("yaw_deg", *yaw_deg, limits::ANGLE);
            }
            Environment::Sky { turbidity, cloud_cover, glow_cd_per_m2, .. } => {
                faults.between("glow_cd_per_m2", *glow_cd_per_m2, limits::LUMINANCE);
                faults.between("turbidity", *turbidity, limits::TURBIDITY);
                faults.between("cloud_cover", *cloud_cover, SHARE);
            }
            Environment::Room {
                size_m,
                walls,
                floor,
                windows,
                window_luminance_cd_per_m2,
                lamp_flux_lm,
                lamp_temperature_kelvin,
                ..
            } => {
                for side in size_m.to_array() {
                    faults.between("an edge of the room", side, limits::ROOM_EDGE);
                }
                faults.material("the walls", walls);
                faults.material("the floor", floor);
                faults.between("windows", *windows, limits::WINDOWS);
                faults.between("window_luminance_cd_per_m2", *window_luminance_cd_per_m2, limits::LUMINANCE);
                faults.between("lamp_flux_lm", *lamp_flux_lm, limits::FLUX);
                faults.between("lamp_temperature_kelvin", *lamp_temperature_kelvin, limits::TEMPERATURE);
            }
            Environment::Studio { illuminance_lux, backdrop: color, .. }
            | Environment::Ambient { illuminance_lux, color } => {
                faults.between("illuminance_lux", *illuminance_lux, limits::ILLUMINANCE);
                for channel in color {
                    faults.between("the colour of the surroundings", *channel, SHARE);
                }
            }
        }
    }

    fn lights_shine(&self, faults: &mut Faults) {
        let suns = self.lights.iter().filter(|light| !light.is_lamp()).count();
        faults.between("the number of suns and moons", suns as u32, (0.0, MOST_SUNS as f64));
        if let Some(location) = &self.location {
            faults.between("latitude_deg", location.latitude_deg, limits::LATITUDE);
            faults.between("longitude_deg", location.longitude_deg, limits::LONGITUDE);
            faults.between("year", location.year, limits::YEAR);
            faults.between("day_of_year", location.day_of_year, limits::DAY_OF_YEAR);
            faults.between("hour", location.hour, limits::HOUR);
            faults.between("utc_offset_h", location.utc_offset_h, limits::UTC_OFFSET);
            faults.between("north_deg", location.north_deg, limits::ANGLE);
            faults.between("hours_per_s", location.hours_per_s, limits::HOURS_PER_S);
        }
        let carried: usize = self.instances.iter().map(|instance| instance.lamps.len()).sum();
        let lamps = self.lights.len() - suns + carried;
        faults.between("the number of lamps", lamps as u32, (0.0, MOST_LAMPS as f64));
        for light in &self.lights {
            shines(faults, &format!("light {:?}", light.name()), light);
        }
    }

    fn instance(&self, faults: &mut Faults, index: usize, instance: &Instance) {
        let what = format!("instance {:?}", instance.name);
        for lamp in &instance.lamps {
            faults.unless(lamp.is_lamp(), || format!("{what} carries a sun or moon; expected points and spots"));
            shines(faults, &format!("light {:?} of {what}", lamp.name()), lamp);
        }
        faults.unless(instance.id as usize == index + 1, || {
            format!("{what} has the id {}; expected {}, its place", instance.id, index + 1)
        });
        if let Some(category) = instance.category_id {
            faults.unless((1..=self.categories.len() as u32).contains(&category), || {
                format!("{what} has the category {category}; expected 1 to {}", self.categories.len())
            });
        }
        faults
            .unless(!instance.labelled || instance.category_id.is_some(), || format!("{what} is labelled as nothing"));
        faults.between(&format!("scale of {what}"), instance.scale, (1e-6, 1e6));
        faults.material(&what, &instance.material);
        faults.pose(&what, &instance.start);
        instance.spares.iter().for_each(|pose| faults.pose(&format!("a spare of {what}"), pose));
        faults.between(&format!("support_top_m of {what}"), instance.support_top_m.unwrap_or(0.0), PLACE);
        let body = &instance.body;
        faults.between(&format!("mass_kg of {what}"), body.mass_kg.unwrap_or(1.0), (1e-9, 1e12));
        faults.between(&format!("tracks_m of {what}"), body.tracks_m, limits::TRACKS);
        faults.between(&format!("density_kg_per_m3 of {what}"), body.density_kg_per_m3.unwrap_or(1.0), (1e-6, 1e9));
        faults.between(&format!("friction of {what}"), body.friction, limits::FRICTION);
        faults.between(&format!("restitution of {what}"), body.restitution, limits::RESTITUTION);
        let lengths: &[f32] = match &instance.shape {
            Shape::Box { size_m } => &size_m.to_array(),
            Shape::Sphere { radius_m } => &[*radius_m],
            Shape::Cylinder { radius_m, height_m }
            | Shape::Cone { radius_m, height_m }
            | Shape::Capsule { radius_m, height_m } => &[*radius_m, *height_m],
            Shape::Torus { ring_radius_m, tube_radius_m } => &[*ring_radius_m, *tube_radius_m],
            Shape::Library { .. } | Shape::Model { .. } => &[],
        };
        for length in lengths {
            faults.between(&format!("a length of {what}"), *length, (1e-6, FARTHEST));
        }
    }
}

#[cfg(test)]
mod tests {
    use glam::Quat;

    use super::super::tests::drawn_tabletop;
    use super::*;
    use crate::lens::Lens;

    #[test]
    fn what_was_drawn_is_sound() {
        assert_eq!(drawn_tabletop().faults(), Vec::<String>::new());
    }

    #[test]
    fn what_was_edited_badly_is_answered() {
        type Edit = fn(&mut ConcreteScene);
        let edits: &[(Edit, &str)] = &[
            (|s| s.instances[0].id = 65_537, "has the id 65537; expected 1"),
            (|s| s.instances[1].id = 1, "has the id 1; expected 2"),
            (|s| s.instances[0].category_id = Some(99), "category 99"),
            (|s| s.instances[0].scale = f32::NAN, "scale of"),
            (|s| s.instances[0].start.rotation = Quat::from_xyzw(0.0, 0.0, 0.0, 0.0), "rotation"),
            (|s| s.instances[0].start.position_m.y = f32::INFINITY, "y of instance"),
            (|s| s.instances[0].material.roughness = Some(3.0), "roughness of"),
            (|s| s.instances[0].body.mass_kg = Some(-1.0), "mass_kg of"),
            (|s| s.resolution = [60_000, 60_000], "resolution"),
            (|s| s.cameras = vec![s.cameras[0].clone(); 300], "the number of cameras is 300"),
            (|s| (s.resolution, s.cameras) = ([8192, 8192], vec![s.cameras[0].clone(); 2]), "134217728 pixels"),
            (|s| s.samples = 0, "samples"),
            (|s| s.physics.steps_per_second = 0, "steps_per_second"),
            (|s| s.cameras.clear(), "no camera"),
            (|s| s.cameras[0].target_m = s.cameras[0].position_m, "where it stands"),
            (|s| s.cameras[0].intrinsics.fx = 0.0, "fx of"),
            (|s| s.cameras[0].lens = Lens::KannalaBrandt { k1: f64::NAN, k2: 0.0, k3: 0.0, k4: 0.0 }, "k1 of"),
            (
                |s| (s.cameras[0].lens, s.cameras[0].intrinsics.fx) = (Lens::Equirectangular, 10.0),
                "a panorama has nothing",
            ),
        ];
        for (edit, expected) in edits {
            let mut scene = drawn_tabletop();
            edit(&mut scene);
            let faults = scene.faults();
            assert!(faults.iter().any(|fault| fault.contains(expected)), "{expected}: {faults:?}");
        }
    }
}

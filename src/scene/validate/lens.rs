//! Lenses and sensors.

use super::super::diagnostic::Diagnostic;
use super::super::syntax::Cursor;
use super::super::{Camera, Distortion, Glass, Lens, Number, Sensor, limits};
use super::Checker;
use super::number::Rule;

impl Checker<'_> {
    /// All that a lens says.
    pub(super) fn lens(&mut self, at: &Cursor, lens: &Lens) {
        let millimetres = |what| Rule::within(what, limits::MILLIMETRES);
        match lens {
            Lens::Fov { vertical_deg, distortion } => {
                let rule = Rule::within("a field of view", limits::FIELD_OF_VIEW);
                self.number(&at.field("vertical_deg"), vertical_deg, &rule);
                self.distortion(&at.field("distortion"), distortion);
            }
            Lens::Physical { focal_length_mm, sensor_mm, distortion } => {
                self.number(&at.field("focal_length_mm"), focal_length_mm, &millimetres("a focal length"));
                for (index, edge) in sensor_mm.iter().enumerate() {
                    self.number(&at.field("sensor_mm").index(index), edge, &millimetres("an edge of a sensor"));
                }
                self.distortion(&at.field("distortion"), distortion);
            }
            Lens::Intrinsics { fx, fy, cx, cy, distortion, origin: _ } => {
                self.intrinsics(at, [fx, fy], [cx, cy]);
                self.distortion(&at.field("distortion"), distortion);
            }
            Lens::Fisheye { horizontal_deg } | Lens::Equirectangular { horizontal_deg } => {
                let rule = Rule::within("a field of view", limits::WIDE_FIELD_OF_VIEW);
                self.number(&at.field("horizontal_deg"), horizontal_deg, &rule);
            }
            Lens::KannalaBrandt { fx, fy, cx, cy, k1, k2, k3, k4, origin: _ } => {
                self.intrinsics(at, [fx, fy], [cx, cy]);
                for (name, number) in [("k1", k1), ("k2", k2), ("k3", k3), ("k4", k4)] {
                    self.number(&at.field(name), number, &COEFFICIENT);
                }
            }
            Lens::Orthographic { height_m } => {
                let rule = Rule::within("a height of what is seen", limits::VIEW_HEIGHT);
                self.number(&at.field("height_m"), height_m, &rule);
            }
        }
    }

    /// Glass before the lens.
    fn glass(&mut self, at: &Cursor, glass: &Glass) {
        let distance = Rule::within("a distance of glass", limits::GLASS_DISTANCE);
        self.number(&at.field("distance_m"), &glass.distance_m, &distance);
        let shares = [
            ("water_share", &glass.water_share, limits::WATER_ON_GLASS),
            ("frost_share", &glass.frost_share, limits::SHARE),
            ("dirt_share", &glass.dirt_share, limits::DIRT_ON_GLASS),
        ];
        for (name, share, limits) in shares {
            if let Some(share) = share {
                self.number(&at.field(name), share, &Rule::within("a share", limits));
            }
        }
        if let Some(wiper) = &glass.wiper {
            let at = &at.field("wiper").inside("Some");
            self.number(&at.field("period_s"), &wiper.period_s, &Rule::within("a period", limits::WIPER_PERIOD));
            self.number(&at.field("phase"), &wiper.phase, &Rule::within("a phase", limits::SHARE));
        }
    }

    /// Focus and shutter.
    pub(super) fn optics(&mut self, at: &Cursor, camera: &Camera) {
        if let Some(focus) = &camera.focus {
            let at = &at.field("focus").inside("Some");
            self.number(&at.field("distance_m"), &focus.distance_m, &Rule::size("a distance"));
            self.number(&at.field("f_number"), &focus.f_number, &Rule::within("an f-number", limits::F_NUMBER));
            if let Some(focal) = &focus.focal_length_mm {
                let rule = Rule::within("a focal length", limits::MILLIMETRES);
                self.number(&at.field("focal_length_mm"), focal, &rule);
            }
            self.count(&at.field("blades"), &focus.blades.0, &Rule::whole_within("a number of blades", limits::BLADES));
            if !matches!(camera.lens, Lens::Fov { .. } | Lens::Physical { .. } | Lens::Intrinsics { .. }) {
                let message = "a lens that sees all around, or along parallel rays, is sharp everywhere";
                self.error(at, "scene::focus", message, "expected none, or another `lens`");
            }
        }
        if let Some(shutter) = &camera.shutter {
            let at = &at.field("shutter").inside("Some");
            let rule = Rule::within("an exposure time", limits::EXPOSURE_TIME);
            self.number(&at.field("exposure_s"), &shutter.exposure_s, &rule);
            let rule = Rule::within("a readout time", limits::READOUT_TIME);
            self.number(&at.field("readout_s"), &shutter.readout_s, &rule);
            let velocity = Rule::within("a velocity", limits::VELOCITY);
            self.triple(&at.field("velocity_m_per_s"), &shutter.velocity_m_per_s, &velocity);
            self.triple(&at.field("turn_deg_per_s"), &shutter.turn_deg_per_s, &Rule::within("a turn", limits::TURN));
        }
        if let Some(glass) = &camera.glass {
            self.glass(&at.field("glass").inside("Some"), glass);
        }
        if let Some(sensor) = &camera.sensor {
            self.sensor(&at.field("sensor").inside("Some"), sensor);
        }
        let alone = self.scene.samples == 1;
        for (name, there) in [("focus", camera.focus.is_some()), ("shutter", camera.shutter.is_some())] {
            if there && alone {
                let at = at.field(name);
                let message = format!("`{name}` shows in pictures that are the mean of several");
                let warning = Diagnostic::warning("scene::alone", message, at.head());
                self.tell(&at, warning.help("say `samples: 16` or more"));
            }
        }
    }

    /// All that a sensor says.
    pub(super) fn sensor(&mut self, at: &Cursor, sensor: &Sensor) {
        let numbers = [
            ("vignetting", &sensor.vignetting, "a share of light", limits::VIGNETTING),
            ("chromatic_aberration_px", &sensor.chromatic_aberration_px, "an aberration", limits::CHROMATIC_ABERRATION),
            ("bloom", &sensor.bloom, "a share of light", limits::BLOOM),
            ("flare", &sensor.flare, "a share of light", limits::FLARE),
            ("full_well_e", &sensor.full_well_e, "a number of electrons", limits::ELECTRONS),
            ("iso", &sensor.iso, "a gain", limits::ISO),
            ("read_noise_e", &sensor.read_noise_e, "a number of electrons", limits::ELECTRONS),
            ("dark_e", &sensor.dark_e, "a number of electrons", limits::ELECTRONS),
            ("hot_pixels", &sensor.hot_pixels, "a share of pixels", limits::HOT_PIXELS),
            ("white_balance_error", &sensor.white_balance_error, "an error", limits::WHITE_BALANCE_ERROR),
            ("sharpening", &sensor.sharpening, "a sharpening", limits::SHARPENING),
            ("jpeg_quality", &sensor.jpeg_quality, "a quality", limits::CAMERA_JPEG),
        ];
        for (name, number, what, limits) in numbers {
            if let Some(number) = number {
                self.number(&at.field(name), number, &Rule::within(what, limits));
            }
        }
        if let Some(bits) = &sensor.bits {
            self.count(&at.field("bits"), &bits.0, &Rule::whole_within("a number of bits", limits::BITS));
        }
    }

    fn intrinsics(&mut self, at: &Cursor, [fx, fy]: [&Number; 2], [cx, cy]: [&Option<Number>; 2]) {
        let focal = Rule::within("a focal length", limits::FOCAL_LENGTH);
        self.number(&at.field("fx"), fx, &focal);
        self.number(&at.field("fy"), fy, &focal);
        let point = Rule::within("a principal point", limits::PRINCIPAL_POINT);
        for (name, number) in [("cx", cx), ("cy", cy)] {
            if let Some(number) = number {
                self.number(&at.field(name), number, &point);
            }
        }
    }

    fn distortion(&mut self, at: &Cursor, distortion: &Distortion) {
        for (name, number) in distortion.coefficients() {
            self.number(&at.field(name), number, &COEFFICIENT);
        }
    }
}

const COEFFICIENT: Rule = Rule::within("a coefficient of distortion", limits::COEFFICIENT);

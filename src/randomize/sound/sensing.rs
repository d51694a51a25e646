//! Whether the cameras and lidars of a concrete scene can be.

use std::collections::BTreeSet;

use super::Faults;
use crate::lens::Optics;
use crate::randomize::concrete::{Aperture, ConcreteScene, DepthSensor, Glass, Lens, Wiper};
use crate::scene::limits;

impl ConcreteScene {
    pub(super) fn cameras_stand(&self, faults: &mut Faults) {
        faults.unless(!self.cameras.is_empty(), || "there is no camera; expected at least one".to_owned());
        let shutters = self.cameras.iter().filter(|camera| camera.shutter.is_some()).count();
        faults.unless(shutters == 0 || shutters == self.cameras.len(), || {
            format!("{shutters} of {} cameras have a shutter; expected all or none", self.cameras.len())
        });
        let mut names = BTreeSet::new();
        for camera in &self.cameras {
            let name = &camera.name;
            faults.unless(names.insert(name), || format!("two cameras have the name {name:?}"));
            faults.place(&format!("camera {name:?}"), camera.position_m);
            faults.place(&format!("the target of camera {name:?}"), camera.target_m);
            let apart = camera.position_m.distance(camera.target_m) > 0.0;
            faults.unless(apart, || format!("camera {name:?} looks at where it stands"));
            let k = camera.intrinsics;
            let values = [
                ("roll_deg", f64::from(camera.roll_deg), limits::ANGLE),
                ("arc_deg", f64::from(camera.arc_deg), limits::ANGLE),
                ("fx", k.fx, limits::FOCAL_LENGTH),
                ("fy", k.fy, limits::FOCAL_LENGTH),
                ("cx", k.cx, limits::PRINCIPAL_POINT),
                ("cy", k.cy, limits::PRINCIPAL_POINT),
                ("exposure_ev100", f64::from(camera.exposure_ev100.unwrap_or(0.0)), limits::EXPOSURE_VALUE),
                ("exposure_compensation", f64::from(camera.exposure_compensation), limits::EXPOSURE_COMPENSATION),
            ];
            if let Some(Aperture { focus_m, diameter_m, blades }) = camera.aperture {
                let openings = [("focus", focus_m), ("diameter", diameter_m)];
                for (what, value) in openings {
                    faults.between(&format!("the {what} of camera {name:?}"), f64::from(value), (1e-9, 1e9));
                }
                let blades = f64::from(blades);
                faults.between(&format!("the blades of camera {name:?}"), blades, limits::BLADES);
            }
            if let Some(sensor) = camera.sensor {
                let values = [
                    ("vignetting", sensor.vignetting, limits::VIGNETTING),
                    ("chromatic_aberration_px", sensor.chromatic_aberration_px, limits::CHROMATIC_ABERRATION),
                    ("bloom", sensor.bloom, limits::BLOOM),
                    ("flare", sensor.flare, limits::FLARE),
                    ("full_well_e", sensor.full_well_e, limits::ELECTRONS),
                    ("iso", sensor.iso, limits::ISO),
                    ("read_noise_e", sensor.read_noise_e, limits::ELECTRONS),
                    ("dark_e", sensor.dark_e, limits::ELECTRONS),
                    ("hot_pixels", sensor.hot_pixels, limits::HOT_PIXELS),
                    ("bits", sensor.bits as f32, limits::BITS),
                    ("white_balance_error", sensor.white_balance_error, limits::WHITE_BALANCE_ERROR),
                    ("sharpening", sensor.sharpening, limits::SHARPENING),
                    ("jpeg_quality", f32::from(sensor.jpeg_quality), limits::CAMERA_JPEG),
                ];
                for (what, value, limits) in values {
                    faults.between(&format!("{what} of camera {name:?}"), f64::from(value), limits);
                }
            }
            if let Some(sensor) = &camera.depth_sensor {
                faults.unless(camera.lens == Lens::Pinhole, || {
                    format!("camera {name:?} measures depth through a {} lens; expected a pin-hole", camera.lens.name())
                });
                measures(faults, &format!("the depth sensor of camera {name:?}"), sensor);
            }
            if let Some(glass) = camera.glass {
                is_glass(faults, name, &glass);
            }
            if let Some(shutter) = camera.shutter {
                let values = [
                    ("exposure_s", shutter.exposure_s, limits::EXPOSURE_TIME),
                    ("readout_s", shutter.readout_s, limits::READOUT_TIME),
                ];
                faults.each(&format!("the velocity of camera {name:?}"), shutter.velocity_m_per_s, limits::VELOCITY);
                faults.each(&format!("the turn of camera {name:?}"), shutter.turn_deg_per_s, limits::TURN);
                for (what, value, limits) in values {
                    faults.between(&format!("{what} of camera {name:?}"), f64::from(value), limits);
                }
            }
            let coefficients = camera.lens.coefficients();
            let coefficients = coefficients.into_iter().map(|(what, value)| (what, value, limits::COEFFICIENT));
            for (what, value, limits) in values.into_iter().chain(coefficients) {
                faults.between(&format!("{what} of camera {name:?}"), value, limits);
            }
            if let Some(spot) = Optics::new(k, camera.lens).blind_spot(self.resolution) {
                faults.unless(false, || format!("camera {name:?}: {spot}"));
            }
        }
    }

    pub(super) fn lidars_stand(&self, faults: &mut Faults) {
        let mut names = BTreeSet::new();
        for lidar in &self.lidars {
            let name = &lidar.name;
            faults.unless(names.insert(name.to_ascii_lowercase()), || format!("two lidars have the name {name:?}"));
            faults.unless(limits::fits_file_name(name), || {
                format!("the lidar name {name:?} cannot be part of a file name")
            });
            faults.place(&format!("lidar {name:?}"), lidar.position_m);
            faults.place(&format!("the target of lidar {name:?}"), lidar.target_m);
            let apart = lidar.position_m.distance(lidar.target_m) > 0.0;
            faults.unless(apart, || format!("lidar {name:?} looks at where it stands"));
            for elevation in &lidar.elevations_deg {
                faults.between(&format!("an elevation of lidar {name:?}"), *elevation, limits::ELEVATION);
            }
            let rays = lidar.elevations_deg.len() as f64 * f64::from(lidar.steps);
            let values = [
                ("roll_deg", f64::from(lidar.roll_deg), limits::ANGLE),
                ("the number of rings", lidar.elevations_deg.len() as f64, limits::RINGS),
                ("steps", f64::from(lidar.steps), limits::RING_STEPS),
                ("the number of rays", rays, (1.0, limits::MOST_RAYS as f64)),
                ("horizontal_deg", f64::from(lidar.horizontal_deg), limits::WIDE_FIELD_OF_VIEW),
                ("weakest_reflectance", f64::from(lidar.weakest_reflectance), limits::WEAKEST_REFLECTANCE),
                ("range_noise_m", f64::from(lidar.range_noise_m), limits::RANGE_NOISE),
                ("drop_out", f64::from(lidar.drop_out), limits::DROP_OUT),
                ("sweep_s", f64::from(lidar.sweep_s), limits::SWEEP),
                ("arc_deg", f64::from(lidar.arc_deg), limits::ANGLE),
            ];
            faults.each(&format!("the velocity of lidar {name:?}"), lidar.velocity_m_per_s, limits::VELOCITY);
            faults.each(&format!("the turn of lidar {name:?}"), lidar.turn_deg_per_s, limits::TURN);
            for (what, value, limits) in values {
                faults.between(&format!("{what} of lidar {name:?}"), value, limits);
            }
            faults.range(&format!("lidar {name:?}"), lidar.range_m);
        }
    }
}

/// What a depth sensor may be.
fn measures(faults: &mut Faults, what: &str, sensor: &DepthSensor) {
    let (values, range_m) = match *sensor {
        DepthSensor::Stereo { baseline_m, range_m, noise_px, step_px, window_px, drop_out, .. } => {
            faults.unless(baseline_m != 0.0, || format!("the baseline of {what} is 0; expected another number"));
            faults
                .unless(window_px % 2 == 1, || format!("the window of {what} is {window_px}; expected an odd number"));
            let values = vec![
                ("baseline_m", baseline_m, limits::BASELINE),
                ("noise_px", noise_px, limits::DISPARITY),
                ("step_px", step_px, limits::DISPARITY),
                ("window_px", window_px as f32, limits::MATCHED_WINDOW),
                ("drop_out", drop_out, limits::DROP_OUT),
            ];
            (values, range_m)
        }
        DepthSensor::TimeOfFlight { modulation_mhz, range_m, noise_m, wiggling_m, flying_pixels, drop_out } => {
            let values = vec![
                ("modulation_mhz", modulation_mhz, limits::MODULATION),
                ("noise_m", noise_m, limits::RANGE_NOISE),
                ("wiggling_m", wiggling_m, limits::RANGE_NOISE),
                ("flying_pixels", flying_pixels, limits::FLYING_PIXELS),
                ("drop_out", drop_out, limits::DROP_OUT),
            ];
            (values, range_m)
        }
    };
    for (name, value, limits) in values {
        faults.between(&format!("{name} of {what}"), value, limits);
    }
    faults.range(what, range_m);
}

fn is_glass(faults: &mut Faults, name: &str, glass: &Glass) {
    let share = |share: Option<f32>| share.unwrap_or(0.0);
    let wiper = glass.wiper.unwrap_or(Wiper { period_s: 1.0, phase: 0.0 });
    let values = [
        ("distance_m", glass.distance_m, limits::GLASS_DISTANCE),
        ("water_share", share(glass.water_share), limits::WATER_ON_GLASS),
        ("frost_share", share(glass.frost_share), limits::SHARE),
        ("dirt_share", share(glass.dirt_share), limits::DIRT_ON_GLASS),
        ("period_s", wiper.period_s, limits::WIPER_PERIOD),
        ("phase", wiper.phase, limits::SHARE),
    ];
    for (what, value, limits) in values {
        faults.between(&format!("{what} of the glass of camera {name:?}"), f64::from(value), limits);
    }
}

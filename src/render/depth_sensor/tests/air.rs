//! Tests of sensors in fog and snow.

use super::super::Murk;
use super::*;
use crate::randomize::weather::{Regime, draw};

#[test]
fn fog_takes_light_and_brings_depths_nearer() {
    let mut wall = boxed(2.0, 2.0);
    wall.reflectance.fill(0.1);
    let [stereo, tof] = [
        DepthSensor::Stereo {
            baseline_m: 0.05,
            range_m: [0.2, 6.0],
            noise_px: 0.05,
            step_px: 0.0,
            window_px: 5,
            active: true,
            drop_out: 0.0,
        },
        DepthSensor::TimeOfFlight {
            modulation_mhz: 20.0,
            range_m: [0.2, 6.0],
            noise_m: 0.001,
            wiggling_m: 0.0,
            flying_pixels: 0.0,
            drop_out: 0.0,
        },
    ];
    let through = |visibility_m: f64, snow: f64, sensor: &DepthSensor| {
        let mut weather = draw(Regime::Fog, &mut || 0.5);
        weather.extinction.fog_per_m = crate::weather::air::LOG_50 / visibility_m;
        weather.snow_mm_per_h = snow;
        let murk = Murk::of(&weather, 1.5);
        measured(sensor, &Seen { air: murk.as_ref(), ..wall.seen() }, 1, 2)
    };
    let middle = |depth: &[f32]| {
        let mut known: Vec<f32> = depth.iter().copied().filter(|depth| *depth > 0.0).collect();
        known.sort_by(f32::total_cmp);
        known[known.len() / 2]
    };
    let (clear, thin, thick) = (wall.measured(&tof), through(100.0, 0.0, &tof), through(20.0, 0.0, &tof));
    assert!(middle(&thin) < middle(&clear) - 0.005 && middle(&thick) < middle(&thin) - 0.05, "{}", middle(&thick));
    // Triangles are not bent by fog, but what comes back of 2 m is less by exp(-4 * ln 50 / 6).
    let (clear, thick) = (wall.measured(&stereo), through(6.0, 0.0, &stereo));
    assert!(holes(&thick) > holes(&clear) + clear.len() / 10, "{} {}", holes(&thick), holes(&clear));
    // Snow hides single pixels, and brings others nearer.
    let (fog, snow) = (through(400.0, 0.0, &stereo), through(400.0, 5.0, &stereo));
    assert!(holes(&snow) > holes(&fog) + 20, "{} {}", holes(&snow), holes(&fog));
    let (fog, snow) = (through(400.0, 0.0, &tof), through(400.0, 5.0, &tof));
    let near = |depth: &[f32]| depth.iter().filter(|depth| **depth > 0.0 && **depth < 1.8).count();
    assert!(near(&snow) > near(&fog) + 20, "{} {}", near(&snow), near(&fog));
}

//! Against counts of points and plain geometry.

use std::f64::consts::FRAC_PI_2;

use glam::DMat4;

use super::super::super::tests::*;
use super::*;

const ANGLES: [f64; 8] = [0.0, 0.1, 0.6, 1.5, FRAC_PI_2, 1.7, 3.0, PI];

fn view(half_angle: f64, exposure_s: f64) -> View {
    let world_from_camera = DMat4::from_translation(DVec3::new(1.0, 2.0, 3.0));
    let eye = Eye { world_from_camera, focal_px: 1000.0, half_angle, velocity_m_per_s: DVec3::ZERO };
    View::new(&eye, DVec3::new(0.0, -6.0, 8.0), exposure_s, 0.004, 0.2).unwrap()
}

/// Points spread evenly over a sphere, by the golden angle.
fn directions() -> impl Iterator<Item = DVec3> {
    (0..20_000).map(|at| {
        let height = (2.0 * f64::from(at) + 1.0) / 20_000.0 - 1.0;
        let turn = f64::from(at) * PI * (3.0 - 5.0_f64.sqrt());
        let across = (1.0 - height * height).sqrt();
        DVec3::new(across * libm::cos(turn), across * libm::sin(turn), height)
    })
}

#[test]
fn reach_is_as_far_as_the_largest_are_told() {
    let view = view(0.5, 0.0);
    assert_close(view.reach_m, 20.0, 1e-12, "reach");
    let coarser = view.coarser(2.0).unwrap();
    assert_close(coarser.reach_m, 10.0, 1e-12, "coarser");
    assert_close(coarser.resolution(DVec3::new(1.0, 2.0, 8.0)), 500.0, 1e-12, "at 5 m a pixel is 2 mm, 0.4 px 2 mm");
    assert_eq!(coarser.resolution(DVec3::new(1.0, 2.0, 13.1)), 0.0);
    assert_eq!(coarser.resolution(DVec3::new(1.0, 2.0, 3.1)), 0.0);
    assert!(view.coarser(134.0).is_none() && view.coarser(133.0).is_some());
    assert_close(view.margin_m, 0.002, 1e-12, "margin at rest");
    assert_close(super::tests::view(0.5, 0.02).margin_m, 0.102, 1e-12, "margin");
}

#[test]
fn solid_angles_are_those_of_the_points_that_are_seen() {
    for half_angle in ANGLES {
        for exposure in [0.0, 0.02, 0.5] {
            let view = view(half_angle, exposure);
            for distance in [0.2, 1.0, 5.0, 19.0] {
                let seen = directions().filter(|way| view.resolution(view.place + distance * *way) > 0.0).count();
                let wanted = view.solid_angle(distance) / (2.0 * TAU);
                assert!((seen as f64 / 20_000.0 - wanted).abs() < 2e-3, "{half_angle} {exposure} {distance}: {seen}");
            }
        }
    }
}

#[test]
fn shells_fill_the_view() {
    for half_angle in ANGLES {
        let view = view(half_angle, 0.0);
        // With a margin of 2 mm on its whole surface.
        let cone = TAU * (1.0 - libm::cos(half_angle)) / 3.0 * (20.0_f64.powi(3) - 0.15_f64.powi(3));
        let cone = cone + 0.002 * PI * 20.0 * 20.0 * libm::sin(half_angle);
        let volume: f64 = view.shells().map(|(volume, _)| volume).sum();
        assert!((volume - cone).abs() < 1e-3 * cone + 0.01, "{half_angle}: {volume} {cone}");
        let told: Vec<f64> = view.shells().map(|(_, least)| least).collect();
        assert!(told.is_sorted() && told[told.len() - 1] < 0.004);
        assert_close(told[0], 0.15 * 1.1 / 5000.0, 1e-12, "nearest");
    }
}

#[test]
fn a_ball_that_has_a_seen_point_is_met() {
    let ways: Vec<DVec3> = directions().step_by(101).collect();
    for half_angle in ANGLES {
        let view = view(half_angle, 0.02);
        let mut missed = 0;
        for (middle, number) in ways.iter().zip(0_u32..) {
            let middle = view.place + *middle * (0.15 * f64::from(number));
            for radius in [0.01, 1.0, 7.0] {
                let has = ways.iter().any(|way| view.resolution(middle + radius * *way) > 0.0);
                assert!(view.meets(middle, radius) || !has, "{half_angle} {middle} {radius}");
                missed += u32::from(!view.meets(middle, radius));
            }
        }
        assert!(missed > 0, "{half_angle}");
    }
}

#[test]
fn a_shell_has_fewer_the_wider_they_have_to_be() {
    let shell = Shell { number: 8.0, least_m: 0.001, diameters_m: [0.002, 0.004] };
    let numbers = [1.0, 2.0, 3.0, 3.5, 4.0, 1e9].map(|coarseness| shell.number(coarseness));
    assert_eq!(numbers, [8.0, 8.0, 4.0, 2.0, 0.0, 0.0]);
}

#[test]
fn eyes_that_make_no_sense_see_nothing() {
    let eye = Eye {
        world_from_camera: DMat4::IDENTITY,
        focal_px: 1000.0,
        half_angle: 1.0,
        velocity_m_per_s: DVec3::splat(f64::NAN),
    };
    let sees = |eye: &Eye| View::new(eye, DVec3::Y, 0.01, 0.004, 0.2).is_some();
    assert!(sees(&eye));
    assert!(sees(&Eye { focal_px: f64::INFINITY, half_angle: f64::NAN, ..eye }));
    assert!(!sees(&Eye { focal_px: f64::NAN, ..eye }));
    assert!(!sees(&Eye { world_from_camera: DMat4::ZERO, ..eye }));
    assert!(!sees(&Eye { world_from_camera: DMat4::from_translation(DVec3::splat(1e10)), ..eye }));
    assert!(!sees(&Eye { world_from_camera: DMat4::from_scale(DVec3::splat(f64::INFINITY)), ..eye }));
}

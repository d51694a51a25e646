//! Projections against OpenCV, and there and back.

use glam::{DVec2, DVec3};
use proptest::prelude::*;

use super::*;

const K: Intrinsics = Intrinsics { fx: 800.0, fy: 780.0, cx: 310.0, cy: 250.0 };

fn brown(radial: [f64; 6], [p1, p2]: [f64; 2]) -> Lens {
    let [k1, k2, k3, k4, k5, k6] = radial;
    Lens::BrownConrady { k1, k2, p1, p2, k3, k4, k5, k6 }
}

fn fisheye([k1, k2, k3, k4]: [f64; 4]) -> Lens {
    Lens::KannalaBrandt { k1, k2, k3, k4 }
}

#[test]
fn opencv_projects_to_the_same_places() {
    let points =
        [[0.3, -0.2, 2.0], [-0.9, 0.5, 2.5], [0.0, 0.0, 1.0], [1.2, 1.0, 3.0], [-0.01, 0.7, 1.5]].map(DVec3::from);
    // Of OpenCV 4.14: projectPoints with 5 and with 8 coefficients, and fisheye::projectPoints.
    let expected = [
        (
            brown([-0.28, 0.07, -0.012, 0.0, 0.0, 0.0], [0.001, -0.0007]),
            [
                [428.849423067, 172.761395006],
                [34.75819029, 399.17015626],
                [310.0, 250.0],
                [607.160663525, 491.777861336],
                [304.847887918, 593.476385582],
            ],
        ),
        (
            brown([0.3, -0.1, 0.02, 0.5, -0.05, 0.01], [0.0004, 0.0009]),
            [
                [429.272436748, 172.498266114],
                [31.648861316, 400.892592654],
                [310.0, 250.0],
                [614.201689895, 497.089859707],
                [305.042460411, 599.123821498],
            ],
        ),
        (
            fisheye([0.02, -0.006, 0.001, -0.0002]),
            [
                [428.799598511, 172.780260968],
                [36.005593251, 398.413636989],
                [310.0, 250.0],
                [606.301271383, 490.744782999],
                [304.992063416, 591.791671847],
            ],
        ),
    ];
    for (lens, pixels) in expected {
        let optics = Optics::new(K, lens);
        for (point, pixel) in points.iter().zip(pixels) {
            let found = optics.project(*point).unwrap();
            assert!(found.distance(DVec2::from(pixel)) < 1e-8, "{lens:?}: {found}, expected {pixel:?}");
        }
    }
}

#[test]
fn what_a_lens_cannot_see_has_no_place() {
    let barrel = Optics::new(K, brown([-0.3, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0; 2]));
    // 1 − 0.9 r² is 0 at r = 1.054: from there on what is farther out would be seen farther in.
    assert!(barrel.project(DVec3::new(1.05, 0.0, 1.0)).is_some());
    assert_eq!(barrel.project(DVec3::new(1.06, 0.0, 1.0)), None);
    let edge = 800.0 * 1.054_092_6 * 2.0 / 3.0 + 310.0;
    assert!(barrel.ray(DVec2::new(edge - 0.01, 250.0)).is_some());
    assert_eq!(barrel.ray(DVec2::new(edge + 0.01, 250.0)), None);
    assert_eq!(barrel.project(DVec3::new(0.0, 0.0, -1.0)), None);

    let equidistant = Optics::new(Intrinsics { fx: 100.0, fy: 100.0, cx: 0.0, cy: 0.0 }, fisheye([0.0; 4]));
    let behind = equidistant.project(DVec3::new(1.0, 0.0, -1.0)).unwrap();
    assert!((behind.x - 75.0 * std::f64::consts::PI).abs() < 1e-9 && behind.y == 0.0, "{behind}");
    assert_eq!(equidistant.ray(DVec2::new(315.0, 0.0)), None, "more than 180° aside");
    assert_eq!(equidistant.project(DVec3::ZERO), None);

    let panorama = Optics::new(Intrinsics { fx: 100.0, fy: 100.0, cx: 314.0, cy: 157.0 }, Lens::Equirectangular);
    assert!(panorama.ray(DVec2::new(1.0, 1.0)).is_some());
    assert_eq!(panorama.ray(DVec2::new(-1.0, 100.0)), None);
    assert_eq!(panorama.ray(DVec2::new(100.0, -1.0)), None);
    let left = panorama.project(DVec3::new(-2.0, 0.0, 0.0)).unwrap();
    assert!((left.x - (314.0 - 50.0 * std::f64::consts::PI)).abs() < 1e-9, "{left}");
}

#[test]
fn rays_of_an_orthographic_lens_run_side_by_side() {
    let optics = Optics::new(Intrinsics { fx: 50.0, fy: 50.0, cx: 10.0, cy: 20.0 }, Lens::Orthographic);
    for depth in [1.0, 7.0] {
        assert_eq!(optics.project(DVec3::new(2.0, -1.0, depth)), Some(DVec2::new(110.0, -30.0)));
        assert_eq!(optics.point(DVec2::new(110.0, -30.0), depth), Some(DVec3::new(2.0, -1.0, depth)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn there_and_back_again(
        k in prop::array::uniform6(-0.4..0.4_f64),
        p in prop::array::uniform2(-0.01..0.01_f64),
        kind in 0..5,
        place in prop::array::uniform2(-3.0..3.0_f64),
        depth in 0.1..30.0_f64,
    ) {
        let lens = match kind {
            0 => Lens::Pinhole,
            1 => brown(k, p),
            2 => fisheye([k[0], k[1] * 0.1, k[2] * 0.01, k[3] * 0.001]),
            3 => Lens::Orthographic,
            _ => Lens::Equirectangular,
        };
        let optics = Optics::new(K, lens);
        let pixel = DVec2::from(place) * DVec2::new(K.fx, K.fy) + DVec2::new(K.cx, K.cy);
        if let Some(point) = optics.point(pixel, depth) {
            prop_assert!((optics.depth(point) - depth).abs() < 1e-9 * depth);
            let seen = optics.project(point);
            prop_assert!(seen.is_some_and(|seen| seen.distance(pixel) < 1e-5), "{:?}, expected {}", seen, pixel);
        }
        let point = DVec3::new(place[0], place[1], depth);
        if let Some(seen) = optics.project(point) {
            let back = optics.point(seen, optics.depth(point));
            let near = |back: DVec3| back.distance(point) < 1e-5 * depth.max(1.0);
            // Tangential distortion may fold where the radial one does not.
            prop_assert!(back.map_or(kind == 1, near), "{:?}, expected {}", back, point);
        }
    }
}

//! Clouds of lidars: points lie where the geometry has them, move as things do, and are as noisy and as many as they
//! should be.

use maquette::frame::{Frame, Point};

use super::look::look;

/// A lidar 2 m above a white ground with a wall 20 m ahead of it.
const WALL: &str = r#"Scene(
    categories: ["wall"], resolution: (64, 48), smooth_edges: false,
    cameras: {"main": (pose: LookAt(eye_m: (0, 2, 0), target_m: (0, 2, -20)))},
    lidars: {"top": (
        pose: Fixed(position_m: (0, 2, 0), yaw_deg: 0, pitch_deg: 0), range_noise_m: 0, LIDAR
    )},
    environment: Ambient(illuminance_lux: 1000),
    ground: (size_m: 200, material: (base_color: Linear(1, 1, 1), roughness: 1)),
    objects: {
        "wall": (
            category: "wall", shape: Box(size_m: (60, 30, 1)), place: At(position_m: (0, 15, -20.5)), body: (kind: Static),
            material: (base_color: Linear(ALBEDO, ALBEDO, ALBEDO), roughness: 1),
        ),
        MORE
    },
)"#;

fn wall(lidar: &str, albedo: &str, more: &str) -> Vec<Point> {
    let scene = WALL.replace("LIDAR", lidar).replace("ALBEDO", albedo).replace("MORE", more);
    look(&[scene]).remove(0).clouds.remove(0).points
}

fn range(point: &Point) -> f64 {
    point.position_m.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt()
}

fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (mean, (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt())
}

#[test]
fn points_lie_on_what_rays_hit() {
    let points = wall("elevations_deg: [-30, -8, 0, 10], steps: 720", "0.8", "");
    assert_eq!(points.iter().filter(|point| point.ring == 0).count(), 720, "all of them see the ground");
    for point in &points {
        let [x, y, z] = point.position_m.map(f64::from);
        let elevation = [-30.0_f64, -8.0, 0.0, 10.0][usize::from(point.ring)].to_radians();
        assert!((z / range(point) - elevation.sin()).abs() < 1e-6);
        // The wall's front is 20 m ahead and 60 m wide.
        let to_ground = if elevation < 0.0 { 2.0 / -elevation.tan() } else { f64::INFINITY };
        let ahead = x / x.hypot(y);
        let (expected, of_wall) =
            if ahead > 0.0 && 20.0 / ahead < to_ground { (20.0 / ahead, true) } else { (to_ground, false) };
        assert!((x.hypot(y) - expected).abs() < 1e-4 * expected, "{point:?}, expected {expected}");
        assert_eq!(point.instance, u16::from(of_wall));
        assert_eq!(point.time_s, 0.0);
    }
    assert!(points.iter().any(|point| point.instance == 1 && point.ring == 3));
    // From left to right.
    let azimuths: Vec<f32> =
        points.iter().filter(|p| p.ring == 0).map(|p| p.position_m[1].atan2(p.position_m[0])).collect();
    assert!(azimuths.is_sorted_by(|one, other| one > other));
}

#[test]
fn what_it_drives_towards_comes_nearer_during_a_sweep() {
    let lidar = "elevations_deg: [0], steps: 101, horizontal_deg: 2, sweep_s: 0.5, velocity_m_per_s: (0, 0, 10)";
    let points = wall(lidar, "0.8", "");
    assert_eq!(points.len(), 101);
    for point in &points {
        let ahead = 20.0 - 10.0 * f64::from(point.time_s);
        assert!((f64::from(point.position_m[0]) - ahead).abs() < 1e-4, "{point:?}");
    }
    assert!(points[0].time_s < -0.24 && points[100].time_s > 0.24);
}

#[test]
fn what_a_moving_lidar_measured_comes_together_in_the_middle_of_its_sweep() {
    let lidar = "elevations_deg: [-10, 0, 10], steps: 101, horizontal_deg: 20, sweep_s: 0.2, \
                 velocity_m_per_s: (3, 1, 8), turn_deg_per_s: (30, -20, 40)";
    let scene = WALL.replace("LIDAR", lidar).replace("ALBEDO", "0.8").replace("MORE", "");
    let cloud = look(&[scene]).remove(0).clouds.remove(0);
    assert_eq!(cloud.points.len(), 303);
    for point in &cloud.points {
        let at = glam::Vec3::from(point.position_m).as_dvec3();
        let world = cloud.lidar.world_from_lidar * cloud.lidar.later(f64::from(point.time_s));
        let at = world.transform_point3(at);
        let off = if point.instance == 1 { at.z + 20.0 } else { at.y };
        assert!(off.abs() < 1e-3, "{point:?} is {off} m off");
    }
}

#[test]
fn an_arc_takes_it_round_its_target() {
    let scene = WALL
        .replace("LIDAR", "elevations_deg: [0], steps: 4")
        .replace(
            "pose: Fixed(position_m: (0, 2, 0), yaw_deg: 0, pitch_deg: 0)",
            "pose: Orbit(target_m: (0, 2, 0), distance_m: 3, elevation_deg: 0, azimuth_deg: 0, arc_deg: 90)",
        )
        .replace("ALBEDO", "0.8")
        .replace("MORE", "")
        .replace("environment:", "sequence: (frames: 3, fps: 10), environment:");
    let frames = look(&[scene]);
    let place = |frame: &Frame| frame.clouds[0].lidar.world_from_lidar.w_axis.truncate();
    let (first, last) = (place(&frames[0]), place(&frames[2]));
    assert!(
        first.distance(glam::DVec3::new(0.0, 2.0, 3.0)) < 1e-5 && last.distance(glam::DVec3::new(3.0, 2.0, 0.0)) < 1e-5
    );
}

#[test]
fn what_falls_is_where_it_is_when_the_ray_comes() {
    let scene = r#"Scene(
        categories: ["plate"], resolution: (64, 48),
        cameras: {"main": (pose: LookAt(eye_m: (0, 5, 9), target_m: (0, 5, 0)))},
        lidars: {"up": (
            pose: LookAt(eye_m: (0, 0, 0), target_m: (0, 1, 0)), elevations_deg: [0], steps: 41, horizontal_deg: 1,
            range_noise_m: 0, sweep_s: 0.1,
        )},
        environment: Ambient(illuminance_lux: 1000),
        objects: {"plate": (
            category: "plate", shape: Box(size_m: (4, 0.1, 4)), place: At(position_m: (0, 10, 0)),
            material: (base_color: Linear(0.8, 0.8, 0.8), roughness: 1),
        )},
        sequence: (frames: 2, fps: 2), physics: (steps_per_second: 240),
    )"#;
    let frames = look(&[scene.to_owned()]);
    let (still, falling) = (&frames[0].clouds[0].points, &frames[1].clouds[0].points);
    assert_eq!((still.len(), falling.len()), (41, 41));
    let height = |point: &Point| f64::from(point.position_m[0]);
    assert!(still.iter().all(|point| (height(point) - 9.95).abs() < 1e-3), "{:?}", still[0]);
    // After half a second it falls with g / 2, and it is g / 8 lower.
    let (first, last) = (&falling[0], &falling[40]);
    let speed = (height(first) - height(last)) / f64::from(last.time_s - first.time_s);
    assert!((speed - 9.81 / 2.0).abs() < 0.03 * 4.905, "{speed}");
    assert!((height(&falling[20]) - (9.95 - 9.81 / 8.0)).abs() < 0.03, "{:?}", falling[20]);
}

#[test]
fn ranges_are_as_noisy_as_was_said() {
    let lidar = "elevations_deg: [0], steps: 4000, horizontal_deg: 4";
    let exact = wall(lidar, "0.8", "");
    let scene = WALL.replace("range_noise_m: 0", "range_noise_m: 0.05");
    let noisy = look(&[scene.replace("LIDAR", lidar).replace("ALBEDO", "0.8").replace("MORE", "")])
        .remove(0)
        .clouds
        .remove(0)
        .points;
    let off: Vec<f64> = noisy.iter().zip(&exact).map(|(noisy, exact)| range(noisy) - range(exact)).collect();
    let (mean, deviation) = mean_and_deviation(&off);
    // Of 4000; where so much comes back the noise is a little above what was said.
    assert!(mean.abs() < 0.003 && (0.048..0.055).contains(&deviation), "{mean} {deviation}");
}

#[test]
fn dark_and_far_things_are_lost() {
    // A facing surface of that reflectance is just seen at the end of the range: half of the rays come back.
    let lidar = "elevations_deg: [0], steps: 4000, horizontal_deg: 4, weakest_reflectance: 0.2, farthest_m: 20.1";
    // A rough surface sends back 0.784 of its albedo, and a hundredth is mirrored.
    let share = |albedo: &str| wall(lidar, albedo, "").len() as f64 / 4000.0;
    let (below, about, above) = (share("0.18"), share("0.241"), share("0.4"));
    assert!(below < 0.03 && (0.3..0.7).contains(&about) && above > 0.99, "{below} {about} {above}");
}

#[test]
fn rays_are_lost_for_no_reason_as_often_as_was_said() {
    let kept = wall("elevations_deg: [0], steps: 4000, horizontal_deg: 4, drop_out: 0.25", "0.8", "").len();
    assert!((2900..3100).contains(&kept), "{kept}");
}

#[test]
fn rays_go_through_glass_and_not_through_volumes_labels() {
    let pane = r#""pane": (shape: Box(size_m: (10, 10, 0.1)), place: At(position_m: (0, 5, -8)), body: (kind: Static),
        category: "wall", material: (opacity: 0.1, seen_through: true)),
        "space": (shape: Box(size_m: (10, 10, 1)), place: At(position_m: (0, 5, -12)), volume: true, category: "wall"),"#;
    let lidar = "elevations_deg: [0], steps: 11, horizontal_deg: 2";
    let (open, behind) = (wall(lidar, "0.8", ""), wall(lidar, "0.8", pane));
    assert_eq!((open.len(), behind.len()), (11, 11));
    for (open, behind) in open.iter().zip(&behind) {
        assert!((range(open) - range(behind)).abs() < 1e-4 && behind.instance == 1);
        // Two sides of a pane, there and back.
        let left = behind.intensity / open.intensity;
        assert!((0.4..0.75).contains(&left), "{left}");
    }
}

/// Clouds of the wall in such weather: what is solid, and what is in the air.
fn in_weather(lidar: &str, albedo: &str, weather: &str) -> (Vec<Point>, Vec<Point>) {
    let (head, tail) = WALL.split_once("environment:").unwrap();
    let scene = format!("{head} weather: ({weather}), environment:{tail}");
    let scene = scene.replace("LIDAR", lidar).replace("ALBEDO", albedo).replace("MORE", "");
    let points = look(&[scene]).remove(0).clouds.remove(0).points;
    points.into_iter().partition(|point| point.instance != maquette::frame::SCATTERED)
}

#[test]
fn fog_dims_what_is_behind_it() {
    let lidar = "elevations_deg: [0], steps: 64, horizontal_deg: 5, nearest_m: 0.5, farthest_m: 100";
    let clear = in_weather(lidar, "0.6", "regime: Clear").0;
    for visibility_m in [400.0, 1000.0] {
        let fog = format!("regime: Fog, visibility_m: {visibility_m}, fog_scale_height_m: 2000");
        let (solid, scattered) = in_weather(lidar, "0.6", &fog);
        assert!(scattered.is_empty(), "a white wall at 20 m sends more back than fog of {visibility_m} m");
        let mean = |points: &[Point]| points.iter().map(|p| f64::from(p.intensity)).sum::<f64>() / points.len() as f64;
        let expected = (-2.0 * 20.0 * 50_f64.ln() / visibility_m).exp();
        assert!((mean(&solid) / mean(&clear) / expected - 1.0).abs() < 0.03, "{} {expected}", mean(&solid));
    }
    // In thick fog the wall is lost, and the fog itself is what comes back.
    let thick = "regime: Fog, visibility_m: 25, fog_scale_height_m: 2000";
    let (solid, scattered) = in_weather(lidar, "0.6", thick);
    assert!(solid.is_empty() && scattered.len() == 64, "{} {}", solid.len(), scattered.len());
    assert!(scattered.iter().all(|point| range(point) < 6.0));
}

#[test]
fn snow_and_rain_come_back_as_often_as_they_meet_the_beam() {
    let lidar =
        "elevations_deg: [0, 5, 10, 20], steps: 720, nearest_m: 0.5, farthest_m: 100, weakest_reflectance: 0.05";
    let share = |weather: &str| {
        let (solid, scattered) = in_weather(lidar, "0.05", weather);
        assert!(scattered.iter().all(|point| range(point) < 100.0));
        scattered.len() as f64 / (scattered.len() + solid.len()).max(1) as f64
    };
    assert_eq!(share("regime: Overcast"), 0.0);
    let (light, heavy) = (
        share("regime: Snowfall, snow_mm_per_h: 0.5, visibility_m: 3000"),
        share("regime: Snowfall, snow_mm_per_h: 3, visibility_m: 500"),
    );
    assert!(0.0 < light && light < heavy, "{light} {heavy}");
    let rain = share("regime: Rain, rain_mm_per_h: 10");
    assert!(rain < heavy, "drops send back less than flakes: {rain} {heavy}");
}

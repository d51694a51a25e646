//! Weather in pictures: what air takes of contrasts, and that labels know it.

use maquette::frame::Frame;

use super::look::look;

/// Black plates at these distances before the horizon, seen from 1 m over the ground.
const DISTANCES_M: [f64; 4] = [10.0, 40.0, 80.0, 150.0];

fn plates(environment: &str, weather: &str) -> Frame {
    let plate = |(place, distance): (usize, f64)| {
        let (x, size) = ((place as f64 - 1.5) * 0.12 * distance, 0.06 * distance);
        format!(
            r#""plate {place}": (
                category: "plate", shape: Box(size_m: ({size}, {size}, 0.01)), body: (kind: Static),
                place: At(position_m: ({x}, 1, {}), orientation: Upright(yaw_deg: 0)),
                material: (base_color: Linear(0, 0, 0), roughness: 1),
            ),"#,
            -distance
        )
    };
    let plates: String = DISTANCES_M.into_iter().enumerate().map(plate).collect();
    let scene = format!(
        r#"Scene(
            categories: ["plate"], resolution: (256, 128), labels: Labels(planes: [Linear]),
            cameras: {{"main": (pose: LookAt(eye_m: (0, 1, 0), target_m: (0, 1, -1)), lens: Intrinsics(fx: 400, fy: 400))}},
            {environment}, {weather} objects: {{{plates}}},
        )"#
    );
    look(&[scene]).remove(0)
}

/// Of each plate the share of the horizon's light that it lacks, and its transmittance as its label has it.
fn contrasts(frame: &Frame) -> Vec<(f64, f64)> {
    let view = &frame.views[0];
    let light = view.linear.as_ref().unwrap();
    let at = |x: f64, y: f64| light.data[(y as u32 * light.width + x as u32) as usize][1].to_f64();
    let seen = maquette::annotate::annotate(frame, &Default::default()).unwrap();
    (0..DISTANCES_M.len())
        .map(|place| {
            let x = 128.0 + (place as f64 - 1.5) * 0.12 * 400.0;
            // Between the plates, level with their middles, there is the horizon.
            let horizon = 0.5 * (at(x - 24.0, 63.0) + at(x + 24.0, 63.0));
            let transmittance = seen.views[0].iter().find(|a| a.instance_id == place as u32 + 1).unwrap().transmittance;
            (1.0 - at(x, 63.0) / horizon, transmittance.unwrap_or(1.0))
        })
        .collect()
}

#[test]
fn contrast_falls_as_koschmieder_says() {
    for environment in [
        "environment: Ambient(illuminance_lux: 1000)",
        r#"environment: Sky(), lights: {"sun": Sun(elevation_deg: 35, azimuth_deg: 60)}, ground: ()"#,
    ] {
        // What black plates mirror is not lost with the distance.
        let clear = contrasts(&plates(environment, ""));
        for visibility_m in [60.0, 200.0, 1000.0] {
            let weather = format!("weather: (regime: Fog, visibility_m: {visibility_m}, fog_scale_height_m: 500),");
            let frame = plates(environment, &weather);
            let found = contrasts(&frame);
            for (place, ((contrast, told), (whole, _))) in found.into_iter().zip(&clear).enumerate() {
                let distance = DISTANCES_M[place] * (1.0 + (0.12 * (place as f64 - 1.5)).powi(2)).sqrt();
                let expected = (-distance * 50_f64.ln() / visibility_m).exp();
                // Half a thousandth is as fine as the picture has it.
                let slack = 0.05 * expected + 0.002;
                assert!(
                    (contrast / whole - expected).abs() < slack,
                    "{environment} {visibility_m} m, at {distance} m: {contrast} of {whole}, expected {expected}"
                );
                assert!((told - expected).abs() < 0.02 * expected + 1e-4, "{told} {expected}");
            }
        }
    }
}

#[test]
fn low_fog_leaves_what_is_above_it() {
    let frame = |height: f64| {
        let scene = format!(
            r#"Scene(
                categories: ["plate"], resolution: (64, 64), labels: Labels(planes: [Linear]),
                cameras: {{"main": (pose: LookAt(eye_m: (0, {height}, 0), target_m: (0, {height}, -50)), lens: Fov(vertical_deg: 10))}},
                environment: Ambient(illuminance_lux: 1000),
                weather: (regime: Fog, visibility_m: 100, fog_scale_height_m: 5),
                objects: {{"plate": (category: "plate", shape: Box(size_m: (3, 3, 0.1)), body: (kind: Static),
                    place: At(position_m: (0, {height}, -50)), material: (base_color: Linear(0, 0, 0), roughness: 1))}},
            )"#
        );
        let frame = look(&[scene]).remove(0);
        let light = |place: usize| frame.views[0].linear.as_ref().unwrap().data[place][1].to_f64();
        let contrast = 1.0 - light(32 * 64 + 32) / light(32 * 64 + 2);
        let seen = maquette::annotate::annotate(&frame, &Default::default()).unwrap();
        (contrast, seen.views[0][0].transmittance.unwrap())
    };
    let ((low, low_told), (high, high_told)) = (frame(1.0), frame(15.0));
    let expected = |height: f64| (-50.0 * 50_f64.ln() / 100.0 * (-height / 5.0).exp()).exp();
    assert!((low_told - expected(1.0)).abs() < 0.01 && (high_told - expected(15.0)).abs() < 0.01);
    let wanted = expected(15.0) / expected(1.0);
    assert!((high / low / wanted - 1.0).abs() < 0.05, "{low} {high}, expected {wanted} times as much");
}

#[test]
fn what_fog_swallows_can_be_left_out() {
    let fog = "weather: (regime: Fog, visibility_m: 100, fog_scale_height_m: 500),";
    let frame = plates("environment: Ambient(illuminance_lux: 1000)", fog);
    let policy = maquette::annotate::Policy { minimum_transmittance: 0.1, ..Default::default() };
    let kept = maquette::annotate::annotate(&frame, &policy).unwrap();
    let ids: Vec<u32> = kept.views[0].iter().map(|annotation| annotation.instance_id).collect();
    // exp(−40 · ln 50 / 100) is 0.21, exp(−80 · ln 50 / 100) is 0.04.
    assert_eq!(ids, [1, 2]);
}

#[test]
fn hot_roads_mirror_the_sky_where_they_are_far_away() {
    // Light of the sky just over the horizon, of the ground 0.12° below it and of that nearer by.
    let seen = |weather: &str| {
        let scene = format!(
            r#"Scene(
                categories: ["box"], resolution: (64, 64), labels: Labels(planes: [Linear]),
                cameras: {{"main": (pose: LookAt(eye_m: (0, 1, 0), target_m: (100, 1, 0)), lens: Fov(vertical_deg: 3))}},
                environment: Sky(), lights: {{"sun": Sun(elevation_deg: 60, azimuth_deg: 0)}},
                weather: ({weather}, turbidity: 3, cloud_cover: 0, water_film_mm: 0, puddle_share: 0),
                ground: (size_m: 4000, material: (base_color: Linear(0.05, 0.05, 0.05), roughness: 1)),
                objects: {{"box": (category: "box", shape: Box(size_m: (1, 1, 1)), place: At(position_m: (-9, 0.5, 0)))}},
            )"#
        );
        let frame = look(&[scene]).remove(0);
        let light = frame.views[0].linear.as_ref().unwrap();
        [29, 34, 58].map(|row: usize| light.data[row * 64 + 32][1].to_f64())
    };
    let [sky, far, near] = seen("regime: HeatHaze, temperature_celsius: 43, wind_m_per_s: 0");
    assert!((far / sky - 1.0).abs() < 0.15 && near < 0.6 * sky, "{sky} {far} {near}");
    let [sky, far, near] = seen("regime: Clear, temperature_celsius: 15");
    assert!(far < 0.7 * sky && near < 0.6 * sky, "{sky} {far} {near}");
}

#[test]
fn a_take_ends_in_the_weather_that_it_becomes() {
    let take = |weather: &str| {
        format!(
            r#"Scene(
                categories: ["box"], resolution: (64, 48), labels: Labels(planes: [Linear]),
                cameras: {{"main": (pose: LookAt(eye_m: (0, 1.5, 7), target_m: (0, 0.5, 0)))}},
                environment: Sky(), lights: {{"sun": Sun(elevation_deg: 30, azimuth_deg: 20)}}, ground: (),
                sequence: Sequence(frames: 3, fps: 1, settle_first: true), weather: {weather},
                objects: {{"box": (category: "box", shape: Box(size_m: (1, 0.6, 0.8)), place: On(region: Disk(radius_m: 2)))}},
            )"#
        )
    };
    // All that a picture shows of a weather is said.
    let fog = |visibility: f64| {
        format!(
            "regime: Fog, fog_scale_height_m: 100, cloud_cover: 0.2, turbidity: 3, temperature_celsius: 12, \
             water_film_mm: 0, puddle_share: 0, visibility_m: {visibility}"
        )
    };
    let changes = look(&[take(&format!("Weather({}, becomes: Weather(visibility_m: 20))", fog(400.0)))]);
    let thick = look(&[take(&format!("Weather({})", fog(20.0)))]);
    let veil = |frame: &Frame| frame.weather.as_ref().unwrap().air.veil.extinction_per_m;
    assert!(veil(&changes[0]) < veil(&changes[1]) && veil(&changes[1]) < veil(&changes[2]));
    assert_eq!(changes.len(), 3);
    let pictures = |frame: &Frame| (frame.views[0].rgb.data.clone(), frame.views[0].instance.data.clone());
    assert!(pictures(&changes[0]) != pictures(&thick[0]));
    assert!(pictures(&changes[2]) == pictures(&thick[2]), "the last picture is that of a scene that was so all along");
}

#[test]
fn drops_on_the_glass_change_pictures_and_no_label() {
    let scene = |glass: &str, weather: &str| {
        format!(
            r#"Scene(
                categories: ["box"], resolution: (96, 64),
                cameras: {{"main": (pose: LookAt(eye_m: (0, 1.5, 7), target_m: (0, 0.5, 0)), sensor: Sensor(), {glass})}},
                environment: Sky(), lights: {{"sun": Sun(elevation_deg: 30, azimuth_deg: 20)}}, ground: (),
                sequence: Sequence(frames: 2, fps: 10, settle_first: true), weather: {weather},
                objects: {{"box": (category: "box", shape: Box(size_m: (1, 0.6, 0.8)), place: On(region: Disk(radius_m: 2)))}},
            )"#
        )
    };
    let rain = "Weather(rain_mm_per_h: 20, wind_m_per_s: 3)";
    let glass = "glass: Glass(distance_m: 0.3)";
    let (bare, wet) = (look(&[scene("", rain)]), look(&[scene(glass, rain)]));
    let apart = |one: &Frame, other: &Frame| {
        let both = one.views[0].rgb.data.iter().zip(&other.views[0].rgb.data);
        both.filter(|(one, other)| (0..3).any(|channel| one[channel].abs_diff(other[channel]) > 8)).count()
    };
    // A third of the glass is under drops in the long run.
    let share = apart(&bare[0], &wet[0]) as f64 / f64::from(96 * 64);
    assert!((0.05..0.9).contains(&share), "{share}");
    for (bare, wet) in bare.iter().zip(&wet) {
        assert!(bare.views[0].instance == wet.views[0].instance && bare.views[0].depth == wet.views[0].depth);
    }
    // In dry weather the glass is as if it were not there, and what is said of it holds in any.
    let dry = "Weather(regime: Clear, temperature_celsius: 15)";
    assert_eq!(apart(&look(&[scene("", dry)])[0], &look(&[scene(glass, dry)])[0]), 0);
    let frozen = look(&[scene("glass: Glass(distance_m: 0.3, frost_share: 0.5)", dry)]);
    assert!(apart(&look(&[scene("", dry)])[0], &frozen[0]) > 96 * 64 / 10);
}

#[test]
fn lightning_lights_a_night_for_moments() {
    let scene = r#"Scene(
        categories: ["box"], resolution: (64, 48),
        cameras: {"main": (pose: LookAt(eye_m: (0, 1.5, 7), target_m: (0, 0.5, 0)), exposure_ev100: 3)},
        environment: Sky(), lights: {"sun": Sun(elevation_deg: -10)}, ground: (),
        sequence: Sequence(frames: 40, fps: 20, settle_first: true),
        weather: Weather(regime: Thunderstorm, lightning_per_min: 200, rain_mm_per_h: 2),
        objects: {"box": (category: "box", shape: Box(size_m: (1, 0.6, 0.8)))},
    )"#;
    let frames = look(&[scene.to_owned()]);
    let light = |frame: &Frame| frame.views[0].rgb.data.iter().flatten().map(|value| f64::from(*value)).sum::<f64>();
    let (flashing, dark): (Vec<&Frame>, Vec<&Frame>) =
        frames.iter().partition(|frame| frame.weather.as_ref().unwrap().state.contains_key("flash"));
    assert!(flashing.len() > 4 && dark.len() > 4, "{} {}", flashing.len(), dark.len());
    let brightest = flashing.iter().map(|frame| light(frame)).fold(0.0, f64::max);
    let darkest = dark.iter().map(|frame| light(frame)).fold(0.0, f64::max);
    assert!(brightest > 4.0 * darkest, "{brightest} {darkest}");
}

#[test]
fn wheels_leave_ruts_in_deep_snow_and_bare_ground_in_thin_snow() {
    // Straight down, 4 m behind the middle of a car whose wheels are 1.5 m apart; 1 cm a pixel.
    let looks = |snow_m: f64, tracks_m: f64| {
        let scene = format!(
            r#"Scene(
                categories: ["car"], resolution: (240, 32),
                cameras: {{"main": (
                    pose: LookAt(eye_m: (-4, 10, 0), target_m: (-4, 0, 0), roll_deg: 90), lens: Orthographic(height_m: 0.32),
                )}},
                environment: Sky(), lights: {{"sun": Sun(elevation_deg: 60, azimuth_deg: 20)}}, ground: (),
                weather: (regime: Overcast, snow_depth_m: {snow_m}, temperature_celsius: -3),
                objects: {{"car": (
                    category: "car", shape: Box(size_m: (4, 1.4, 1.75)), place: At(position_m: (0, 0.7, 0)),
                    body: Body(kind: Static, contact: Tyre, tracks_m: {tracks_m}),
                )}},
            )"#
        );
        look(&[scene]).remove(0)
    };
    let row = |frame: &Frame| frame.views[0].depth.data[16 * 240..17 * 240].to_vec();
    let (smooth, rutted) = (row(&looks(0.2, 0.0)), row(&looks(0.2, 30.0)));
    assert!(smooth.iter().all(|depth| (depth - 9.8).abs() < 1e-3), "{smooth:?}");
    // Pressed to three tenths: 14 cm deeper.
    let deep: Vec<usize> = (0..240).filter(|place| (rutted[*place] - 9.94).abs() < 1e-3).collect();
    let place = |x: f64| 0.01 * (x - 119.5);
    let left: Vec<f64> = deep.iter().map(|x| place(*x as f64)).filter(|x| *x < 0.0).collect();
    let right: Vec<f64> = deep.iter().map(|x| place(*x as f64)).filter(|x| *x > 0.0).collect();
    let mean = |all: &[f64]| all.iter().sum::<f64>() / all.len() as f64;
    assert!((12..=24).contains(&left.len()) && (12..=24).contains(&right.len()), "{left:?} {right:?}");
    assert!((mean(&right) - mean(&left) - 1.51).abs() < 0.06, "{} {}", mean(&left), mean(&right));
    assert!((rutted[119] - 9.8).abs() < 1e-3 && rutted.iter().all(|depth| (9.7..9.95).contains(depth)));
    // Thin snow is a coat: no deeper, but darker where the wheels were.
    let (smooth, rutted) = (looks(0.008, 0.0), looks(0.008, 30.0));
    assert_eq!(row(&smooth), row(&rutted));
    let light = |frame: &Frame, x: usize| frame.views[0].rgb.data[16 * 240 + x][1];
    assert!(deep.iter().filter(|x| light(&rutted, **x) + 20 < light(&smooth, **x)).count() * 10 > deep.len() * 9);
    assert_eq!(light(&rutted, 119), light(&smooth, 119));
}

#[test]
fn ground_under_roofs_is_bare() {
    // Straight down from under the edge of a roof, which is in the middle of the picture; 1 cm a pixel.
    let looks = |snow_m: f64| {
        let scene = format!(
            r#"Scene(
                categories: ["roof"], resolution: (240, 32),
                cameras: {{"main": (
                    pose: LookAt(eye_m: (1, 1.9, 3), target_m: (1, 0, 3), roll_deg: 90), lens: Orthographic(height_m: 0.32),
                )}},
                environment: Sky(), ground: (),
                weather: (regime: Overcast, snow_depth_m: {snow_m}, temperature_celsius: -3, ice_share: 0),
                objects: {{"roof": (
                    category: "roof", shape: Box(size_m: (6, 0.1, 4)), body: Body(kind: Static),
                    place: At(position_m: (0, 2.05, 0), orientation: Upright(yaw_deg: 90)),
                )}},
            )"#
        );
        look(&[scene]).remove(0)
    };
    let row = |frame: &Frame| frame.views[0].depth.data[16 * 240..17 * 240].to_vec();
    let ends = |row: &[f32]| [0..80, 160..240].map(|range| row[range].iter().copied().sum::<f32>() / 80.0);
    let mut thick = ends(&row(&looks(0.2)));
    thick.sort_by(f32::total_cmp);
    assert!((thick[0] - 1.7).abs() < 1e-3 && (thick[1] - 1.9).abs() < 1e-3, "{thick:?}");
    let thin = looks(0.008);
    assert!(row(&thin).iter().all(|depth| (depth - 1.9).abs() < 1e-3));
    let light: Vec<f32> = (0..240).map(|x| f32::from(thin.views[0].rgb.data[16 * 240 + x][1])).collect();
    let [one, other] = ends(&light);
    assert!((one - other).abs() > 40.0, "{one} {other}");
}

#[test]
fn rooms_have_no_weather() {
    let scene =
        r#"Scene(environment: Room(), weather: (regime: Fog), objects: {"box": (shape: Box(size_m: (1, 1, 1)))})"#;
    assert!(look(&[scene.to_owned()]).remove(0).weather.is_none());
}

/// A small street in each kind of weather, one a frame.
const EVERY: &str = r#"Scene(
    categories: ["box", "ball"], resolution: (96, 64), labels: Labels(planes: [Distance, Normal, ObjectCoordinates]),
    cameras: {"main": (pose: LookAt(eye_m: (0, 1.5, 7), target_m: (0, 0.5, 0)))},
    lidars: {"top": (pose: Fixed(position_m: (0, 1.8, 7), yaw_deg: 0, pitch_deg: 0), steps: 60, preset: Spinning16)},
    environment: Sky(), lights: {"sun": Sun(elevation_deg: Sequence([40, 5, -8]))},
    ground: (material: (texture: Library("asphalt"))),
    weather: (regime: Sequence([
        Clear, Scattered, Overcast, Drizzle, Rain, Downpour, Thunderstorm, Mist, Fog, Snowfall, Blizzard, Sleet, DustStorm,
        Smoke, HeatHaze,
    ])),
    objects: {
        "box": (category: "box", shape: Box(size_m: (1, 0.6, 0.8)), count: 2, place: On(region: Disk(radius_m: 2.5))),
        "ball": (category: "ball", shape: Sphere(radius_m: 0.4), count: 2, place: Above(region: Disk(radius_m: 2))),
        "lamp": (
            shape: Cylinder(radius_m: 0.05, height_m: 3), place: On(region: Disk(center_m: (-3, -2), radius_m: 0.1)),
            body: (kind: Static), lights: {"light": Point(position_m: (0, 1.6, 0), flux_lm: 4000)},
        ),
    },
)"#;

/// The same seed gives the same files in every weather, whatever was rendered before, and they are sound.
#[test]
fn every_weather_is_the_same_again_and_sound() {
    let folder = tempfile::TempDir::new().unwrap();
    let scene = folder.path().join("every.ron");
    std::fs::write(&scene, EVERY).unwrap();
    let run = |arguments: &[&str], output: &std::path::Path| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_maquette"));
        let done = command.args(arguments).arg(output).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    let scene = scene.display().to_string();
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    run(&["render", &scene, "--quiet", "--seed", "3", "--shard-frames", "5", "--frames", "15", "--output"], &one);
    for frames in ["10-14", "0-9"] {
        run(
            &["render", &scene, "--quiet", "--seed", "3", "--shard-frames", "5", "--frames", frames, "--output"],
            &other,
        );
    }
    let all = |folder: &std::path::Path| {
        let mut files = super::files(&folder.join("frames"));
        files.retain(|_, bytes| !bytes.is_empty());
        files
    };
    let (first, second) = (all(&one), all(&other));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    let differ: Vec<_> = first.iter().filter(|(name, bytes)| second[*name] != **bytes).map(|(name, _)| name).collect();
    assert!(differ.is_empty(), "{differ:?}");
    assert!(run(&["verify"], &one).contains("air lets through what it says"));
}

#[test]
fn snow_is_as_deep_as_it_is_and_hides_what_is_in_it() {
    let seen = |depth_m: f64| {
        let scene = format!(
            r#"Scene(
                categories: ["box"], resolution: (64, 64), ground: (), environment: Ambient(illuminance_lux: 1000),
                cameras: {{
                    "above": (pose: LookAt(eye_m: (0, 5, 0.001), target_m: (0, 0, 0)), lens: Fov(vertical_deg: 40)),
                    "aside": (pose: LookAt(eye_m: (0, 1, 5), target_m: (0, 0.2, 0)), lens: Fov(vertical_deg: 40)),
                }},
                weather: (regime: Overcast, temperature_celsius: -5, snow_depth_m: {depth_m}, visibility_m: 20000),
                objects: {{"box": (category: "box", shape: Box(size_m: (1, 0.3, 1)), body: (kind: Static),
                    place: At(position_m: (0, 0.15, 0)))}},
            )"#
        );
        let frame = look(&[scene]).remove(0);
        let pixels = frame.views[1].instance.data.iter().filter(|id| **id == 1).count();
        (f64::from(frame.views[0].depth.data[2]), pixels)
    };
    let (bare, all) = seen(0.0);
    for depth_m in [0.05, 0.2] {
        let (depth, pixels) = seen(depth_m);
        assert!((bare - depth - depth_m).abs() < 1e-3, "{bare} {depth}");
        assert!(pixels > 0 && pixels < all, "{pixels} of {all}");
    }
    assert_eq!(seen(0.4).1, 0, "what is lower than the snow is below it");
}

#[test]
fn snow_on_a_thing_hides_its_top_and_belongs_to_nobody() {
    let seen = |depth_m: f64| {
        let scene = format!(
            r#"Scene(
                categories: ["box"], resolution: (96, 64), ground: (), environment: Ambient(illuminance_lux: 1000),
                labels: Labels(planes: [Normal]),
                cameras: {{"main": (pose: LookAt(eye_m: (0, 1.6, 4), target_m: (0, 0.8, 0)), lens: Fov(vertical_deg: 40))}},
                weather: (regime: Overcast, temperature_celsius: -5, snow_depth_m: {depth_m}, visibility_m: 20000),
                objects: {{"box": (category: "box", shape: Box(size_m: (1, 1, 1)), body: (kind: Static),
                    place: At(position_m: (0, 0.5, 0), orientation: Upright(yaw_deg: 20)))}},
            )"#
        );
        look(&[scene]).remove(0)
    };
    let top = |frame: &Frame| {
        let ids = &frame.views[0].instance;
        ids.data.iter().position(|id| *id == 1).unwrap() / ids.width as usize
    };
    let (bare, snowy) = (seen(0.0), seen(0.15));
    let (view, before) = (&snowy.views[0], &bare.views[0]);
    assert!(top(&snowy) > top(&bare), "its upper side is snow");
    // What was the box before and is not now is nearer than it was: snow on it, or before it on the ground.
    let hidden: Vec<usize> = (0..view.instance.data.len())
        .filter(|at| before.instance.data[*at] == 1 && view.instance.data[*at] == 0)
        .collect();
    assert!(hidden.len() > 100, "{}", hidden.len());
    assert!(hidden.iter().all(|at| view.depth.data[*at] < before.depth.data[*at] + 1e-3));
    // Snow stands over where the box ended, with nothing of a label.
    let above = (top(&bare) - 2) * view.instance.width as usize + 48;
    assert!(view.depth.data[above] < 6.0 && before.depth.data[above] != view.depth.data[above]);
    assert_eq!(view.instance.data[above], 0);
}

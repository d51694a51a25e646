//! What comes out besides places: cameras, lights, names, categories, colours, errors, and the file form.

use super::super::RandomizeError;
use super::super::concrete::{self, Environment, Light, Shape, Texture};
use super::*;
use crate::scene::{CameraPose, Color, Distortion, Lens, TextureSource};

fn camera(pose: CameraPose) -> concrete::Camera {
    let mut scene = scene_of([]);
    scene.cameras["main"].pose = pose;
    drawn(&scene, 0, 0).cameras.remove(0)
}

fn fails(change: impl FnOnce(&mut Scene)) -> String {
    let mut scene = tabletop();
    change(&mut scene);
    randomize(&scene, 0, 0, &Cupboard).unwrap_err().to_string()
}

fn point(x: f64, y: f64, z: f64) -> [Number; 3] {
    [constant(x), constant(y), constant(z)]
}

#[test]
fn an_orbiting_camera_looks_from_its_azimuth_and_elevation() {
    let orbit = |azimuth: f64, elevation: f64| {
        camera(CameraPose::Orbit {
            target_m: point(1.0, 2.0, 3.0).into(),
            distance_m: constant(2.0),
            elevation_deg: constant(elevation),
            azimuth_deg: constant(azimuth),
            arc_deg: constant(40.0),
            roll_deg: constant(5.0),
        })
    };
    assert_eq!(orbit(0.0, 0.0).position_m, Vec3::new(1.0, 2.0, 5.0));
    assert_eq!(orbit(90.0, 0.0).position_m, Vec3::new(3.0, 2.0, 3.0));
    assert!((orbit(0.0, 30.0).position_m - Vec3::new(1.0, 3.0, 3.0 + 3_f32.sqrt())).length() < 1e-6);
    let camera = orbit(0.0, 0.0);
    assert_eq!((camera.target_m, camera.arc_deg, camera.roll_deg), (Vec3::new(1.0, 2.0, 3.0), 40.0, 5.0));
    // From straight above it keeps its heading.
    let above = orbit(90.0, 90.0).position_m - Vec3::new(1.0, 2.0, 3.0);
    assert!((above - Vec3::new(3.5e-4, 2.0, 0.0)).length() < 1e-5 && above.x > 1e-4, "{above}");
}

#[test]
fn a_fixed_camera_looks_along_its_yaw_and_pitch() {
    let ahead = |yaw: f64, pitch: f64| {
        let camera = camera(CameraPose::Fixed {
            position_m: point(1.0, 1.5, 0.5).into(),
            yaw_deg: constant(yaw),
            pitch_deg: constant(pitch),
            roll_deg: constant(0.0),
        });
        assert_eq!(camera.arc_deg, 0.0);
        camera.target_m - camera.position_m
    };
    assert!((ahead(0.0, 0.0) - Vec3::NEG_Z).length() < 1e-6);
    assert!((ahead(90.0, 0.0) - Vec3::NEG_X).length() < 1e-6);
    assert!((ahead(0.0, 30.0) - Vec3::new(0.0, 0.5, -0.75_f32.sqrt())).length() < 1e-6);
}

#[test]
fn intrinsics_follow_from_the_field_of_view() {
    let with = |lens: Lens| {
        let mut scene = scene_of([]);
        scene.cameras["main"].lens = lens;
        drawn(&scene, 0, 0).cameras[0].intrinsics
    };
    let by_angle = with(Lens::Fov { vertical_deg: constant(90.0), distortion: Distortion::default() });
    assert!((by_angle.fx - 240.0).abs() < 1e-9 && by_angle.fx == by_angle.fy);
    assert_eq!((by_angle.cx, by_angle.cy), (320.0, 240.0));
    let given = with(Lens::Intrinsics {
        fx: constant(500.5),
        fy: constant(501.5),
        cx: None,
        cy: Some(constant(200.25)),
        distortion: Distortion::default(),
        origin: Default::default(),
    });
    assert_eq!(given, concrete::Intrinsics { fx: 500.5, fy: 501.5, cx: 320.0, cy: 200.25 });
}

#[test]
fn the_sun_shines_from_its_azimuth_and_elevation() {
    let sun = |azimuth: f64, elevation: f64| {
        let mut scene = scene_of([]);
        let (azimuth_deg, elevation_deg) = (Some(constant(azimuth)), Some(constant(elevation)));
        let sun = scene::Light::Sun { elevation_deg, azimuth_deg, illuminance_lux: None, temperature_kelvin: None };
        scene.lights.insert("sun".to_owned(), sun);
        let Light::Sun { direction_to_sun, .. } = drawn(&scene, 0, 0).lights.remove(0) else { panic!() };
        direction_to_sun
    };
    assert_eq!(sun(0.0, 0.0), Vec3::Z);
    assert_eq!(sun(90.0, 0.0), Vec3::X);
    assert_eq!(sun(77.0, 90.0), Vec3::Y);
    assert!((sun(123.0, 45.0).length() - 1.0).abs() < 1e-6);
}

#[test]
fn a_sun_without_a_direction_stands_where_place_and_time_have_it() {
    let with = |location: Option<scene::Location>, azimuth_deg: Option<Number>| {
        let mut scene = scene_of([]);
        let sun =
            scene::Light::Sun { elevation_deg: None, azimuth_deg, illuminance_lux: None, temperature_kelvin: None };
        scene.lights.insert("sun".to_owned(), sun);
        scene.location = location;
        randomize(&scene, 3, 0, &Cupboard)
    };
    let berlin = |hour: Number| scene::Location {
        latitude_deg: constant(52.52),
        longitude_deg: constant(13.4),
        year: scene::Count(constant(2025.0)),
        day_of_year: scene::Count(constant(172.0)),
        hour,
        utc_offset_h: constant(2.0),
        north_deg: constant(180.0),
        hours_per_s: constant(0.0),
    };
    let scene = with(Some(berlin(uniform(12.9, 13.3))), None).unwrap();
    let (place, [Light::Sun { direction_to_sun, .. }]) = (scene.location.unwrap(), &scene.lights[..]) else { panic!() };
    assert!((12.9..13.3).contains(&place.hour) && place.day_of_year == 172);
    // At noon in midsummer the sun stands in the south, +z, at 90° − 52.5° + 23.4°.
    let elevation = direction_to_sun.y.asin().to_degrees();
    assert!((elevation - 60.9).abs() < 0.3 && direction_to_sun.z > 0.4, "{direction_to_sun}");
    let error = with(None, None).unwrap_err().to_string();
    assert_eq!(error, "lights/sun/elevation_deg: expected an elevation, or a `location` of the scene, found nothing");
    let error = with(Some(berlin(constant(12.0))), Some(constant(12.0))).unwrap_err().to_string();
    assert_eq!(error, "lights/sun/elevation_deg: expected an elevation, since there is an azimuth, found nothing");
    assert!(with(Some(berlin(constant(25.0))), None).is_err());
}

#[test]
fn suns_that_follow_the_day_go_on_with_it() {
    let text = |hours: f64, hours_per_s: f64| {
        format!(
            r#"Scene(
                location: Location(latitude_deg: 52.5, day_of_year: 172, hour: {hours}, hours_per_s: {hours_per_s}),
                sequence: Sequence(frames: 5, fps: 2), environment: Sky(),
                weather: Weather(regime: Clear, wind_m_per_s: Uniform(1, 9), becomes: Weather(rain_mm_per_h: 8)),
                lights: {{"sun": Sun(), "fixed": Sun(elevation_deg: 20, azimuth_deg: 3), "moon": Moon()}},
                categories: ["ball"], ground: (),
                objects: {{"ball": (category: "ball", shape: Sphere(radius_m: 0.1))}},
            )"#
        )
    };
    let scene_at = |hours: f64, hours_per_s: f64| {
        let scene = said(&text(hours, hours_per_s));
        randomize(&scene, 5, 0, &Cupboard).unwrap()
    };
    let take = scene_at(9.0, 1.5);
    // 1.5 hours a second, two pictures a second.
    let (then, later) = (take.at(Some(4)).into_owned(), scene_at(12.0, 1.5));
    let direction = |light: &Light| match light {
        Light::Sun { direction_to_sun: direction, .. } | Light::Moon { direction_to_moon: direction, .. } => *direction,
        _ => panic!(),
    };
    for place in 0..3 {
        assert_eq!(direction(&then.lights[place]), direction(&later.lights[place]), "{place}");
    }
    assert!(direction(&take.lights[0]).angle_between(direction(&then.lights[0])) > 0.5);
    assert_eq!(take.at(Some(0)).weather, take.weather);
    let (weather, becomes) = (then.weather.unwrap(), take.weather_becomes.unwrap());
    assert_eq!((weather, weather.rain_mm_per_h), (becomes, 8.0));
    assert_eq!(weather.wind_m_per_s, take.weather.unwrap().wind_m_per_s, "what is not said anew stays");
    let crate::randomize::concrete::Environment::Sky { cloud_cover, .. } = then.environment else { panic!() };
    assert_eq!(cloud_cover, becomes.cloud_cover as f32);
    assert!(!scene_at(9.0, 0.0).at(Some(3)).lights.is_empty());
}

#[test]
fn names_have_numbers_where_there_may_be_several() {
    let names = |count: Number| -> Vec<String> {
        let scene = scene_of([("mug", several(count, thing(mug())))]);
        drawn(&scene, 0, 0).instances.into_iter().map(|one| one.name).collect()
    };
    assert_eq!(names(constant(1.0)), ["mug"]);
    assert_eq!(names(uniform(1.0, 1.0)), ["mug"]);
    assert_eq!(names(constant(2.0)), ["mug#0", "mug#1"]);
    assert!(names(constant(0.0)).is_empty());
    assert!((0..9).all(|frame| {
        let scene = scene_of([("mug", several(uniform(1.0, 2.0), thing(mug())))]);
        drawn(&scene, 0, frame).instances[0].name == "mug#0"
    }));
}

#[test]
fn categories_become_ids_and_distractors_are_not_labelled() {
    let scene = drawn(&tabletop(), 0, 0);
    let of = |name: &str| instance(&scene, name);
    assert_eq!((of("cup#0").category_id, of("cup#0").labelled), (Some(1), true));
    assert_eq!((of("ball#0").category_id, of("ball#0").labelled), (None, false));
    let bricks: Vec<_> = scene.instances.iter().filter(|one| one.name.starts_with("brick")).collect();
    assert!(bricks.iter().all(|brick| brick.category_id.is_some() && !brick.labelled));
    assert!(bricks.iter().any(|brick| brick.category_id == Some(1)));
    assert!(bricks.iter().any(|brick| brick.category_id == Some(2)));
}

#[test]
fn primitives_are_scaled_and_models_keep_their_factor() {
    let scaled = |shape: scene::Shape| {
        let object = Object { scale: constant(2.0), ..thing(shape) };
        instance(&drawn(&scene_of([("thing", object)]), 0, 0), "thing")
    };
    let slab = scaled(slab(0.1, 0.2, 0.3));
    assert_eq!((slab.shape, slab.scale), (Shape::Box { size_m: Vec3::new(0.2, 0.4, 0.6) }, 1.0));
    assert_eq!(scaled(mug()).scale, 2.0);
}

#[test]
fn materials_and_bodies_are_drawn_or_left_to_the_shape() {
    let scene = drawn(&tabletop(), 0, 0);
    let ball = instance(&scene, "ball#0");
    assert_eq!(ball.material, concrete::Material::default());
    assert_eq!((ball.body.friction, ball.body.restitution, ball.body.mass_kg), (0.5, 0.1, None));
    let cup = instance(&scene, "cup#0").material;
    assert!((0.1..=0.9).contains(&cup.roughness.unwrap()));
    assert_eq!(cup.metallic, None);
    let textures: Vec<_> =
        (0..20).map(|frame| instance(&drawn(&tabletop(), 0, frame), "table").material.texture).collect();
    assert!(textures.contains(&Some(Texture::Plain)));
    for variant in 0..3 {
        assert!(textures.contains(&Some(Texture::Library { name: "oak".to_owned(), variant })));
    }
}

#[test]
fn colours_are_linear() {
    let backdrop = |color: Color| {
        let mut scene = scene_of([]);
        let illuminance_lux = constant(1000.0);
        scene.environment =
            Pick::Constant(scene::Environment::Studio { illuminance_lux, backdrop: Pick::Constant(color) });
        let Environment::Studio { backdrop, .. } = drawn(&scene, 0, 0).environment else { panic!() };
        backdrop
    };
    let close = |one: [f32; 3], other: [f32; 3]| one.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-6);
    assert!(close(backdrop(Color::Hex("#ff8000".to_owned())), [1.0, 0.215_860_5, 0.0]));
    assert!(close(backdrop(Color::Srgb(constant(0.5), constant(0.0), constant(1.0))), [0.214_041_14, 0.0, 1.0]));
    assert!(close(backdrop(Color::Hsv(constant(120.0), constant(1.0), constant(0.5))), [0.0, 0.214_041_14, 0.0]));
    assert_eq!(backdrop(Color::Linear(constant(0.25), constant(0.5), constant(1.0))), [0.25, 0.5, 1.0]);
}

#[test]
fn a_concrete_scene_survives_its_file_form_bit_for_bit() {
    let mut scene = tabletop();
    scene.physics.fallen = scene::Fallen::DrawAgain;
    scene.sequence = Some(scene::Sequence { frames: 7, fps: 29.97, settle_first: true });
    let spot = scene::Light::Spot {
        position_m: [uniform(-1.0, 1.0), uniform(1.0, 3.0), constant(-0.0)].into(),
        target_m: point(0.0, 0.0, 0.1).into(),
        flux_lm: Number::LogUniform(1.0, 1e5),
        temperature_kelvin: uniform(2000.0, 9000.0),
        half_angle_deg: uniform(10.0, 60.0),
        shadows: true.into(),
        radius_m: constant(0.0),
    };
    scene.lights.insert("spot".to_owned(), spot);
    for frame in [0, 1, 2, u64::MAX] {
        let drawn = drawn(&scene, u64::MAX, frame);
        for text in [
            ron::ser::to_string(&drawn).unwrap(),
            ron::ser::to_string_pretty(&drawn, ron::ser::PrettyConfig::default()).unwrap(),
        ] {
            let read: ConcreteScene = ron::from_str(&text).unwrap();
            assert_eq!(read, drawn);
            assert_eq!(ron::ser::to_string(&read).unwrap(), ron::ser::to_string(&drawn).unwrap());
        }
    }
}

#[test]
fn every_frame_of_a_scene_is_drawn_within_its_limits() {
    for frame in 0..200 {
        for one in drawn(&tabletop(), 8, frame).instances {
            assert!((one.start.rotation.length() - 1.0).abs() < 1e-6);
            if let Some(roughness) = one.material.roughness {
                assert!((0.1..=0.9).contains(&roughness));
            }
        }
    }
}

#[test]
fn what_makes_no_sense_is_said_with_its_place() {
    assert_eq!(
        fails(|scene| scene.objects["cup"].category = Some(Pick::Constant("cap".to_owned()))),
        "objects/cup#0/category: expected the name of a category, found `cap`; the scene has cup, box"
    );
    assert_eq!(
        fails(|scene| scene.objects["ball"].scale = constant(-1.0)),
        "objects/ball#0/scale: expected a number above 0, drew -1"
    );
    assert_eq!(
        fails(|scene| scene.objects["cup"].shape =
            Pick::Constant(scene::Shape::Library { name: "jug".to_owned(), variant: None })),
        "objects/cup#0/shape: expected the name of a library model, found `jug`"
    );
    assert_eq!(
        fails(|scene| scene.objects["cup"].shape =
            Pick::Constant(scene::Shape::Library { name: "mug".to_owned(), variant: Some(Count(constant(5.0))) })),
        "objects/cup#0/shape/variant: expected one of the 5 variants of `mug`, which count from 0, drew 5"
    );
    assert_eq!(
        fails(|scene| scene.objects["ball"].material.texture =
            Some(Pick::Constant(TextureSource::Library("ash".to_owned())))),
        "objects/ball#0/material/texture: expected the name of a library texture, found `ash`"
    );
    assert_eq!(
        fails(|scene| scene.objects["ball"].material.base_color = Some(Pick::Constant(Color::Hex("red".to_owned())))),
        "objects/ball#0/material/base_color: expected a colour such as #c0ffee, found red"
    );
    assert_eq!(
        fails(|scene| scene.objects["table"].count = Count(constant(65_536.0))),
        "objects/table/count: expected at most 10000 instances in a scene, drew 65536"
    );
    assert_eq!(fails(|scene| scene.cameras.clear()), "cameras: expected at least one camera, drew 0");
    let name_taken = fails(|scene| drop(scene.objects.insert("ball#1".to_owned(), thing(cube(0.1)))));
    assert_eq!(
        name_taken,
        "objects/ball~21#0: expected a name of its own, found `ball#1`, which another object's instance has"
    );
}

#[test]
fn malformed_distributions_are_refused_and_nothing_panics() {
    let nan = f64::NAN;
    let normal = |mean, std_dev, min, max| Number::Normal { mean, std_dev, min, max };
    let malformed = [
        constant(nan),
        constant(f64::INFINITY),
        uniform(2.0, 1.0),
        uniform(nan, 1.0),
        uniform(0.0, f64::INFINITY),
        Number::LogUniform(0.0, 1.0),
        Number::LogUniform(2.0, 1.0),
        normal(nan, 1.0, 0.0, 1.0),
        normal(0.5, -1.0, 0.0, 1.0),
        normal(0.5, 1.0, 1.0, 0.0),
        normal(0.5, 1.0, nan, 1.0),
        normal(0.5, 1.0, f64::INFINITY, f64::INFINITY),
        Number::Choice(Vec::new()),
        Number::Choice(choice([(0.0, constant(1.0))])),
        Number::Choice(choice([(nan, constant(1.0)), (1.0, constant(1.0))])),
        Number::Choice(choice([(1.0, uniform(2.0, 1.0))])),
    ];
    for number in malformed {
        let mut scene = tabletop();
        scene.objects["ball"].scale = number.clone();
        let error = randomize(&scene, 0, 0, &Cupboard).unwrap_err();
        assert!(matches!(error, RandomizeError::Malformed { .. }), "{number:?}: {error}");
        scene.objects["ball"].scale = constant(1.0);
        scene.objects["ball"].count = Count(number.clone());
        assert!(randomize(&scene, 0, 0, &Cupboard).is_err(), "{number:?}");
    }
}

#[test]
fn values_too_large_for_single_precision_are_refused() {
    let huge = |change: &dyn Fn(&mut Scene)| fails(change);
    assert!(huge(&|scene| scene.objects["ball"].scale = constant(1e300)).contains("single precision"));
    assert!(
        huge(&|scene| scene.objects["table"] = fixed(at(1e300, 0.0, 0.0, thing(cube(1.0)))))
            .contains("single precision")
    );
    let region = Region::Disk { center_m: [1e300.into(), 0.0.into()], radius_m: 1.0.into() };
    let place = Place::On { support: "ground".to_owned(), region, orientation: any_yaw() };
    assert!(huge(&|scene| scene.objects["ball"].place = place.clone()).contains("single precision"));
}

#[test]
fn the_longest_chain_of_the_deepest_variables_leaves_room_on_the_stack() {
    let (before, after) = ("Shared(\"all\", ".repeat(58), ")".repeat(58));
    let one = |n: usize| format!("\"v{n}\": {before}Expr(\"v{}\"){after}, ", n + 1);
    let chain: String = (1..scene::limits::DEEPEST_VARIABLE).map(one).collect();
    let last = scene::limits::DEEPEST_VARIABLE;
    let scene = said(&format!(
        "(categories: [\"a\"], ground: (), variables: {{{chain}\"v{last}\": 0.25}},
        objects: {{\"a\": (category: \"a\", shape: Sphere(radius_m: Expr(\"v1\")))}})"
    ));
    assert_eq!(drawn(&scene, 0, 0).variables["v1"], scene::Value::Number(0.25));
}

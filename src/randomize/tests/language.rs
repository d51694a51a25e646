//! Variables, formulas, covers, quotas and curricula: what a scene may say about how it varies.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::ledger::{Drawn, Ledger};
use super::super::{Plan, RandomizeError};
use super::*;
use crate::scene::{Color, Cover, Expression, Flag, Quota, Value, Variable};

fn formula(text: &str) -> Expression {
    let expression = Expression::new(text);
    assert_eq!(expression.fault(), None, "{text}");
    expression
}

fn expr(text: &str) -> Number {
    Number::Expr(formula(text))
}

fn when(condition: Expression, one: f64, other: f64) -> Number {
    Number::When(condition, Box::new(one.into()), Box::new(other.into()))
}

/// One ball whose size is what is looked at, and variables.
fn ball<'v>(size: Number, variables: impl IntoIterator<Item = (&'v str, Variable)>) -> Scene {
    let mut scene = scene_of([("ball", thing(scene::Shape::Sphere { radius_m: size }))]);
    scene.variables = variables.into_iter().map(|(name, variable)| (name.to_owned(), variable)).collect();
    scene
}

fn number(number: Number) -> Variable {
    Variable::Number(number)
}

fn size(scene: &ConcreteScene) -> f64 {
    match scene.instances[0].shape {
        Shape::Sphere { radius_m } => f64::from(radius_m),
        ref other => panic!("{other:?}"),
    }
}

fn value(scene: &ConcreteScene, name: &str) -> f64 {
    match scene.variables[name] {
        Value::Number(number) => number,
        ref other => panic!("{other:?}"),
    }
}

/// Of frames from 0.
fn values(scene: &Scene, name: &str, frames: u64) -> Vec<f64> {
    let plan = Plan::new(scene, 3).unwrap();
    (0..frames).map(|frame| value(&plan.draw(scene, frame, 0, &Cupboard).unwrap(), name)).collect()
}

fn fails(scene: &Scene) -> String {
    randomize(scene, 0, 0, &Cupboard).unwrap_err().to_string()
}

#[test]
fn variables_are_drawn_once_and_used_anywhere() {
    let mut scene = ball(
        expr("0.1 + 0.2 * storm"),
        [
            ("rain", number(expr("30 * storm ^ 2"))), // before the one that it needs
            ("storm", number(uniform(0.0, 1.0))),
            ("level", number(Number::Curve(formula("storm"), vec![(0.25, 1.0), (0.75, 3.0)]))),
            ("wet", number(when(formula("rain > 7.5"), 1.0, 0.0))),
        ],
    );
    scene.objects["ball"].scale = expr("1 + storm");
    for frame in 0..50 {
        let drawn = drawn(&scene, 1, frame);
        let storm = value(&drawn, "storm");
        assert!((size(&drawn) - (0.1 + 0.2 * storm) * (1.0 + storm)).abs() < 1e-6);
        assert!((value(&drawn, "rain") - 30.0 * storm * storm).abs() < 1e-12);
        let level = if storm < 0.25 { 1.0 } else { (1.0 + 4.0 * (storm - 0.25)).min(3.0) };
        assert!((value(&drawn, "level") - level).abs() < 1e-12);
        assert_eq!(value(&drawn, "wet"), f64::from(storm > 0.5));
    }
}

#[test]
fn formulas_know_the_frame_and_the_instance() {
    let mut scene = ball(expr("0.1 + 0.01 * number + frame"), []);
    scene.objects["ball"].count = Count(3.0.into());
    let drawn = drawn(&scene, 1, 2);
    let sizes: Vec<Shape> = drawn.instances.iter().map(|instance| instance.shape.clone()).collect();
    let expected = [2.1_f32, 2.11, 2.12].map(|radius_m| Shape::Sphere { radius_m });
    assert_eq!(sizes, expected);
}

#[test]
fn texts_choose() {
    let season = Variable::Choice(vec![
        crate::scene::Biased {
            entry: Weighted { weight: 1.0, value: Variable::Text("summer".to_owned()) },
            natural: None,
        },
        crate::scene::Biased {
            entry: Weighted { weight: 3.0, value: Variable::Text("winter".to_owned()) },
            natural: None,
        },
    ]);
    let mut scene = ball(when(formula("season == 'winter'"), 0.2, 0.1), [("season", season)]);
    let hex = |text: &str| Pick::Constant(Color::Hex(text.to_owned()));
    let colors = [("summer".to_owned(), hex("#000")), ("winter".to_owned(), hex("#fff"))];
    scene.objects["ball"].material.base_color = Some(Pick::Match("season".to_owned(), colors.into_iter().collect()));
    let mut winters = 0;
    for frame in 0..400 {
        let drawn = drawn(&scene, 5, frame);
        let winter = drawn.variables["season"] == Value::Text("winter".to_owned());
        assert_eq!(size(&drawn) > 0.15, winter);
        assert_eq!(drawn.instances[0].material.base_color, Some([if winter { 1.0 } else { 0.0 }; 3]));
        winters += u32::from(winter);
    }
    assert!((260..340).contains(&winters), "{winters}");
}

#[test]
fn what_is_shared_is_the_same_everywhere_and_anew_in_each_frame() {
    let paint = || {
        let hsv = Color::Hsv(uniform(0.0, 360.0), uniform(0.5, 1.0), constant(1.0));
        Some(Pick::Shared("paint".to_owned(), Box::new(Pick::Constant(hsv))))
    };
    let mut scene = ball(Number::Shared("size".to_owned(), Box::new(uniform(0.1, 0.2))), []);
    scene.objects["ball"].count = Count(3.0.into());
    scene.objects["ball"].material.base_color = paint();
    let frames: Vec<ConcreteScene> = (0..5).map(|frame| drawn(&scene, 1, frame)).collect();
    for frame in &frames {
        let first = &frame.instances[0];
        assert!(frame.instances.iter().all(|one| one.shape == first.shape));
        assert!(frame.instances.iter().all(|one| one.material.base_color == first.material.base_color));
    }
    assert_ne!(frames[0].instances[0].shape, frames[1].instances[0].shape);
    assert_ne!(frames[0].instances[0].material.base_color, frames[1].instances[0].material.base_color);
}

#[test]
fn correlated_draws_go_together_and_keep_their_distributions() {
    let scene = |correlation| {
        let value = Box::new(Number::Beta(2.0, 5.0));
        let together = Number::Correlated { variable: "a".to_owned(), correlation, value };
        ball(0.1.into(), [("a", number(uniform(10.0, 20.0))), ("b", number(together))])
    };
    for (correlation, spearman) in [(0.0, 0.0), (0.7, 0.683), (-0.9, -0.891), (1.0, 1.0)] {
        let scene = scene(correlation);
        let (a, b) = (values(&scene, "a", 4000), values(&scene, "b", 4000));
        let rank = |values: &[f64]| {
            let mut order: Vec<usize> = (0..values.len()).collect();
            order.sort_by(|one, other| values[*one].total_cmp(&values[*other]));
            let mut ranks = vec![0.0; values.len()];
            order.iter().enumerate().for_each(|(rank, at)| ranks[*at] = rank as f64 / values.len() as f64 - 0.5);
            ranks
        };
        let found = 12.0 / 4000.0 * rank(&a).iter().zip(rank(&b)).map(|(a, b)| a * b).sum::<f64>();
        // Spearman's coefficient of a Gaussian copula is 6/π asin(ρ/2).
        assert!((found - spearman).abs() < 0.05, "{correlation}: {found}");
        let mean = b.iter().sum::<f64>() / 4000.0;
        assert!((mean - 2.0 / 7.0).abs() < 0.01, "{mean}");
    }
}

#[test]
fn curricula_mix_the_same_shares() {
    let stages = vec![(10, uniform(0.0, 1.0)), (20, uniform(10.0, 30.0))];
    let scene = ball(0.1.into(), [("x", number(Number::Curriculum(stages)))]);
    let plain = ball(0.1.into(), [("x", number(uniform(0.0, 1.0)))]);
    let (mixed, units) = (values(&scene, "x", 30), values(&plain, "x", 30));
    for (frame, (mixed, unit)) in mixed.into_iter().zip(units).enumerate() {
        let share = ((frame as f64 - 10.0) / 10.0).clamp(0.0, 1.0);
        let expected = (1.0 - share) * unit + share * (10.0 + 20.0 * unit);
        assert!((mixed - expected).abs() < 1e-9, "{frame}: {mixed} {expected}");
    }
}

#[test]
fn sequences_and_grids_go_by_frame() {
    let sequence = Number::Sequence(vec![1.0.into(), 2.0.into(), 5.0.into()]);
    let scene = ball(
        0.1.into(),
        [
            ("turn", number(sequence)),
            ("a", Variable::Grid(0.0, 1.0, 3)),
            ("b", Variable::GridOf(vec![Value::Number(7.0), Value::Number(8.0)])),
        ],
    );
    assert_eq!(values(&scene, "turn", 7), [1.0, 2.0, 5.0, 1.0, 2.0, 5.0, 1.0]);
    let pairs: Vec<(f64, f64)> = values(&scene, "a", 6).into_iter().zip(values(&scene, "b", 6)).collect();
    assert_eq!(pairs, [(0.0, 7.0), (0.5, 7.0), (1.0, 7.0), (0.0, 8.0), (0.5, 8.0), (1.0, 8.0)]);
}

#[test]
fn strata_are_hit_once() {
    for cover in [Cover::Stratified(50), Cover::LatinHypercube(50)] {
        let mut scene = ball(uniform(1.0, 2.0), [("a", number(uniform(0.0, 1.0))), ("b", number(uniform(0.0, 1.0)))]);
        scene.cover = cover;
        let hits = |mut strata: Vec<usize>| {
            strata.sort_unstable();
            assert_eq!(strata, (0..50).collect::<Vec<_>>());
        };
        for block in 0..3 {
            for name in ["a", "b"] {
                let all = values(&scene, name, 150);
                hits(all[50 * block..50 * (block + 1)].iter().map(|value| (value * 50.0) as usize).collect());
            }
            let sizes = (50 * block as u64..50 * (block as u64 + 1)).map(|frame| size(&drawn(&scene, 3, frame)));
            hits(sizes.map(|size| ((size - 1.0) * 50.0) as usize).collect());
        }
        assert_ne!(values(&scene, "a", 50), values(&scene, "b", 50));
    }
}

/// Squared L2 discrepancy, wrapped around the borders (Hickernell 1998), of points in the unit square.
fn discrepancy(points: &[[f64; 2]]) -> f64 {
    let count = points.len() as f64;
    let pair = |one: &[f64; 2], other: &[f64; 2]| {
        (0..2).map(|axis| (one[axis] - other[axis]).abs()).map(|apart| 1.5 - apart * (1.0 - apart)).product::<f64>()
    };
    let sum: f64 = points.iter().flat_map(|one| points.iter().map(move |other| pair(one, other))).sum();
    sum / (count * count) - (4.0_f64 / 3.0).powi(2)
}

#[test]
fn quasi_random_covers_spread_variables_together() {
    let spread = |cover, names: [&str; 2]| {
        let mut scene = ball(uniform(1.0, 2.0), names.map(|name| (name, number(uniform(0.0, 1.0)))));
        scene.cover = cover;
        let points = values(&scene, names[0], 256).into_iter().zip(values(&scene, names[1], 256));
        discrepancy(&points.map(|(a, b)| [a, b]).collect::<Vec<_>>())
    };
    let names = [["a", "b"], ["storm", "fog"], ["x1", "x2"], ["hour", "elevation"]];
    let mean = |cover| names.iter().map(|names| spread(cover, *names)).sum::<f64>() / names.len() as f64;
    let independent = mean(Cover::Independent);
    for (cover, share) in [(Cover::LatinHypercube(256), 0.6), (Cover::Halton, 0.25), (Cover::Sobol, 0.25)] {
        let found = mean(cover);
        assert!(found < share * independent, "{cover:?}: {found} of {independent}");
    }
}

#[test]
fn a_place_covers_its_own_square() {
    // A yaw and a height are two draws, a place on the table is one of two coordinates: it lies once in each of the
    // 16 squares in 16 frames.
    let mut scene = scene_of([
        ("table", fixed(at(0.0, 0.5, 0.0, thing(slab(1.0, 1.0, 1.0))))),
        ("ball", above("table", thing(scene::Shape::Sphere { radius_m: 1e-4.into() }))),
    ]);
    scene.cover = Cover::Sobol;
    let mut cells: Vec<(i32, i32)> = (16..32)
        .map(|frame| {
            let place = instance(&drawn(&scene, 1, frame), "ball").start.position_m;
            (((place.x + 0.5) * 4.0) as i32, ((place.z + 0.5) * 4.0) as i32)
        })
        .collect();
    cells.sort_unstable();
    cells.dedup();
    assert_eq!(cells.len(), 16);
}

#[test]
fn quotas_are_exact() {
    let quota = |share, with: &[(&str, f64)]| {
        let with = with.iter().map(|(name, share)| ((*name).to_owned(), *share)).collect();
        Variable::Quota(Quota { share, with, natural: None })
    };
    let scene = ball(
        0.1.into(),
        [("rain", quota(0.2, &[])), ("night", quota(0.1, &[("rain", 0.02)])), ("dust", quota(0.35, &[]))],
    );
    for seed in 0..5 {
        let plan = Plan::new(&scene, seed).unwrap();
        let mut counts: BTreeMap<&str, f64> = BTreeMap::new();
        let mut worst = 0.0_f64;
        for frame in 0..1000 {
            let drawn = plan.draw(&scene, frame, 0, &Cupboard).unwrap();
            let [rain, night, dust] = ["rain", "night", "dust"].map(|name| value(&drawn, name));
            for (name, happens) in [("rain", rain), ("night", night), ("both", rain * night), ("dust", dust)] {
                *counts.entry(name).or_default() += happens;
            }
            for (name, share) in [("rain", 0.2), ("night", 0.1), ("both", 0.02), ("dust", 0.35)] {
                worst = worst.max((counts[name] - share * (frame + 1) as f64).abs());
            }
        }
        assert_eq!(counts, BTreeMap::from([("rain", 200.0), ("night", 100.0), ("both", 20.0), ("dust", 350.0)]));
        assert!(worst <= 1.0, "after some frame a count is {worst} away");
    }
}

#[test]
fn what_is_drawn_more_often_weighs_less() {
    let crash = Variable::Choice(vec![
        crate::scene::Biased { entry: Weighted { weight: 1.0, value: number(1.0.into()) }, natural: Some(1.0) },
        crate::scene::Biased { entry: Weighted { weight: 1.0, value: number(0.0.into()) }, natural: Some(99.0) },
    ]);
    let night = Variable::Quota(Quota { share: 0.5, with: Default::default(), natural: Some(0.2) });
    let scene = ball(0.1.into(), [("crash", crash), ("night", night)]);
    let plan = Plan::new(&scene, 1).unwrap();
    let (mut crashes, mut weights, mut weighted) = (0.0, 0.0, 0.0);
    for frame in 0..20_000 {
        let drawn = plan.draw(&scene, frame, 0, &Cupboard).unwrap();
        let (crash, night) = (value(&drawn, "crash"), value(&drawn, "night"));
        let expected = if crash > 0.0 { 0.02 } else { 1.98 } * if night > 0.0 { 0.4 } else { 1.6 };
        assert!((drawn.importance_weight - expected).abs() < 1e-12);
        crashes += crash;
        weights += drawn.importance_weight;
        weighted += crash * drawn.importance_weight;
    }
    assert!((crashes / 20_000.0 - 0.5_f64).abs() < 0.02);
    // A mean over frames becomes one over the world.
    assert!((weighted / weights - 0.01_f64).abs() < 0.001, "{}", weighted / weights);
}

#[test]
fn another_attempt_draws_all_but_the_variables_anew() {
    let scene = ball(uniform(0.1, 0.2), [("storm", number(uniform(0.0, 1.0)))]);
    let plan = Plan::new(&scene, 1).unwrap();
    let draw = |attempt| plan.draw(&scene, 4, attempt, &Cupboard).unwrap();
    assert_eq!(draw(0), drawn(&scene, 1, 4));
    assert_eq!(draw(1), draw(1));
    assert_eq!(draw(0).variables, draw(1).variables);
    assert!(size(&draw(0)) != size(&draw(1)) && size(&draw(1)) != size(&draw(2)));
    assert_eq!(draw(2).attempt, 2);
}

#[test]
fn flags_are_drawn() {
    let mut scene = ball(0.1.into(), [("storm", number(uniform(0.0, 1.0)))]);
    scene.objects["ball"].category = Some(Pick::Constant("cup".to_owned()));
    let share = |flag: Flag, scene: &Scene| {
        let mut scene = scene.clone();
        scene.objects["ball"].distractor = flag;
        (0..1000).filter(|frame| !drawn(&scene, 1, *frame).instances[0].labelled).count()
    };
    assert!((250..350).contains(&share(Flag::Chance(0.3), &scene)));
    assert!((150..250).contains(&share(Flag::Expr(formula("storm < 0.2")), &scene)));
    assert_eq!(share(Flag::Constant(true), &scene), 1000);
}

#[test]
fn what_makes_no_sense_is_answered() {
    let with = |variables: Vec<(&'static str, Variable)>| fails(&ball(0.1.into(), variables));
    let circle = with(vec![("a", number(expr("b"))), ("b", number(expr("a + 1")))]);
    assert!(circle.contains("do not lead back to themselves"), "{circle}");
    for (size, why) in [
        (expr("storm"), "`storm`; the scene has none"),
        (expr("1 / 0"), "is not finite"),
        (Number::Expr(Expression::new("1 +")), "expected"),
        (expr("'red'"), "expected a number"),
        (expr("frame - 1"), "expected a number above 0, drew -1"),
        (Number::Sequence(Vec::new()), "expected a sequence of at least one"),
        (Number::Curve(formula("frame"), Vec::new()), "expected a curve"),
        (Number::Curriculum(Vec::new()), "expected a curriculum"),
        (Number::Beta(0.0, 1.0), "two parameters from 0.01"),
        (Number::Triangular(1.0, 0.0, 2.0), "ascending order"),
        (Number::Exponential { mean: 0.0, max: 1.0 }, "a finite mean above 0"),
        (Number::Poisson(-1.0), "a mean from 0"),
        (Number::Histogram { edges: vec![0.0, 1.0], weights: vec![0.0] }, "ascending edges"),
        (Number::Column { file: "a.csv".to_owned(), column: "b".to_owned() }, "there are no tables"),
    ] {
        let error = fails(&ball(size, []));
        assert!(error.contains(why), "{error}");
    }
    let unranked =
        Number::Correlated { variable: "a".to_owned(), correlation: 0.5, value: Box::new(uniform(0.0, 1.0)) };
    let error = with(vec![("a", Variable::Text("x".to_owned())), ("b", number(unranked))]);
    assert!(error.contains("drawn from a distribution of numbers"), "{error}");
    // What a formula gives is held against what can be rendered.
    let mut scene = ball(0.1.into(), [("hot", number(1e6.into()))]);
    scene.lights.insert(
        "sun".to_owned(),
        scene::Light::Sun {
            elevation_deg: Some(30.0.into()),
            azimuth_deg: None,
            illuminance_lux: None,
            temperature_kelvin: Some(expr("hot")),
        },
    );
    assert!(matches!(randomize(&scene, 0, 0, &Cupboard), Err(RandomizeError::Unsound { .. })));
    let mut scene = ball(0.1.into(), []);
    scene.objects["ball"].material.roughness = Some(expr("0.01"));
    assert!(matches!(randomize(&scene, 0, 0, &Cupboard), Err(RandomizeError::Unsound { .. })));
}

#[test]
fn the_ledger_tells_what_was_drawn() {
    let mut scene = tabletop();
    scene.variables.insert("never".to_owned(), number(when(formula("1 > 2"), 1.0, 0.0)));
    let plan = Plan::new(&scene, 1).unwrap();
    let ledger: Ledger = plan.explain(&scene, 0..300, &Cupboard).unwrap();
    let counts = &ledger.entries["objects/cup/count"];
    assert_eq!(counts.from, "Uniform(3, 6)");
    let Drawn::Numbers(numbers) = &counts.drawn else { panic!("{counts:?}") };
    assert_eq!(numbers.len(), 300);
    let expected = drawn(&scene, 1, 7).instances.iter().filter(|one| one.name.starts_with("cup#")).count();
    assert_eq!(numbers[7], expected as f64);
    let Drawn::Numbers(sizes) = &ledger.entries["objects/cup/scale"].drawn else { panic!() };
    assert_eq!(sizes.len() as f64, numbers.iter().sum::<f64>());
    let Drawn::Picks(picks) = &ledger.entries["objects/brick/category"].drawn else { panic!() };
    assert_eq!(picks.keys().collect::<Vec<_>>(), ["\"box\"", "\"cup\""]);
    assert_eq!(picks.values().sum::<u64>(), 300 * 8);
    assert_eq!(ledger.warnings(), ["variables/never: When(\"1 > 2\", 1, 0) is always 0"]);
    // Constants are not drawn, and noting changes nothing.
    assert!(!ledger.entries.contains_key("objects/ball/count"));
}

/// A variable of some kind.
fn any_variable() -> impl Strategy<Value = Variable> {
    prop_oneof![
        Just(number(uniform(0.0, 1.0))),
        Just(number(Number::Beta(2.0, 3.0))),
        Just(number(Number::Poisson(4.0))),
        Just(number(expr("frame % 7"))),
        (0.05..0.95).prop_map(|share| Variable::Quota(Quota { share, with: Default::default(), natural: None })),
    ]
}

fn any_cover() -> impl Strategy<Value = Cover> {
    prop_oneof![
        Just(Cover::Independent),
        Just(Cover::Stratified(16)),
        Just(Cover::LatinHypercube(100)),
        Just(Cover::Sobol),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn what_is_added_removed_or_renamed_moves_nothing_else(
        kinds in proptest::collection::vec(any_variable(), 1..5),
        added in any_variable(),
        place in 0_usize..5,
        cover in any_cover(),
        frame in 0_u64..100_000,
        seed: u64,
    ) {
        let mut base = tabletop();
        base.cover = cover;
        for (number, kind) in kinds.iter().enumerate() {
            base.variables.insert(format!("v{number}"), kind.clone());
        }
        base.objects["cup"].scale = Number::Between(0.8, 1.2, Box::new(Number::Beta(2.0, 2.0)));
        let before = drawn(&base, seed, frame);
        // A variable more, anywhere, or another name for one.
        let mut more = base.clone();
        more.variables.shift_insert(place.min(kinds.len()), "new".to_owned(), added.clone());
        let mut after = drawn(&more, seed, frame);
        after.variables.shift_remove("new");
        prop_assert_eq!(&before, &after);
        let mut renamed = base.clone();
        let old = renamed.variables.shift_remove("v0").unwrap();
        renamed.variables.shift_insert(0, "other".to_owned(), old);
        let after = drawn(&renamed, seed, frame);
        prop_assert_eq!(&before.instances, &after.instances);
        for name in base.variables.keys().skip(1) {
            prop_assert_eq!(&before.variables[name], &after.variables[name]);
        }
        // An object at the end and a lamp anywhere.
        let mut more = base.clone();
        more.objects.insert("zzz".to_owned(), above("table", thing(cube(0.1))));
        let after = drawn(&more, seed, frame);
        prop_assert_eq!(&before.instances[..], &after.instances[..before.instances.len()]);
        prop_assert_eq!(&before.variables, &after.variables);
    }
}

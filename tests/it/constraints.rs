//! Frames that do not show what the scene asks for are drawn again, and what cannot be met ends the run.

use std::collections::BTreeMap;
use std::path::PathBuf;

use maquette::dataset::{Reader, Record};
use maquette::farm::{self, EngineOnce, Outcome, Progress, Run, RunError, Source};
use maquette::render::{Engine, Painter};
use tempfile::TempDir;

use crate::files;

struct Silent;
impl Progress for Silent {}

/// Five balls somewhere about the origin.
fn scene(constraints: &str) -> String {
    format!(
        r#"(
    categories: ["ball", "box"], resolution: (64, 48), ground: (),
    variables: {{"reach": Uniform(0.2, 1)}},
    cameras: {{"main": (pose: Orbit(distance_m: 4, azimuth_deg: 0), lens: Fov(vertical_deg: 40))}},
    objects: {{
        "ball": (category: "ball", shape: Sphere(radius_m: 0.2), count: 5,
                 place: At(position_m: [Uniform(-2, 2), 0.5, Uniform(-2, 2)])),
        "box": (category: "box", shape: Box(size_m: [0.2, 0.2, 0.2]), place: At(position_m: [0, 0.2, 0])),
    }},
    constraints: ({constraints}),
)"#
    )
}

struct Made {
    folder: TempDir,
    result: Result<Outcome, RunError>,
}

impl Made {
    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn records(&self) -> Vec<Record> {
        let reader = Reader::open(&self.data()).unwrap();
        reader.records().unwrap().map(|stored| stored.unwrap().record).collect()
    }
}

fn make(constraints: &str, frames: &[&[u64]], workers: usize) -> Made {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("scene.ron");
    std::fs::write(&path, scene(constraints)).unwrap();
    let source = Source::open(&path, None).unwrap_or_else(|error| panic!("{error}"));
    let mut result = None;
    for frames in frames {
        let run = Run {
            frames: frames.to_vec(),
            seed: 3,
            output: folder.path().join("data").into(),
            workers,
            shard_frames: 10,
            overwrite: false,
            parts: None,
            skip: Vec::new(),
            flight: std::sync::Arc::new(maquette::farm::Flight::new(None)),
        };
        let mut open = || Ok(Box::new(Painter { radius_m: 0.2 }) as Box<dyn Engine>);
        result = Some(farm::run(&mut EngineOnce::new(&mut open), &source, &run, &Silent, &Default::default()));
    }
    Made { folder, result: result.unwrap() }
}

const SEEN: &str =
    r#"require: {"seen": Count(of: (object: "ball"), at_least: 5), "inside": InFrame(of: (object: "box"))}"#;

#[test]
fn frames_that_show_too_little_are_drawn_again() {
    let made = make(SEEN, &[&(0..30).collect::<Vec<_>>()], 2);
    let Ok(Outcome::Done(summary)) = &made.result else { panic!("{:?}", made.result) };
    let records = made.records();
    assert_eq!(records.len(), 30);
    for record in &records {
        let balls = record.cameras[0].annotations.iter().filter(|seen| seen.category_id == 1).count();
        assert!(balls >= 5, "{}: {balls}", record.key);
        assert_eq!(record.rejected.get("seen").copied().unwrap_or(0), record.attempt);
    }
    // It tells how often, and why.
    let attempts: u32 = records.iter().map(|record| record.attempt).sum();
    let again = records.iter().filter(|record| record.attempt > 0).count();
    assert!(again > 3 && attempts as usize > again, "{again} {attempts}");
    assert_eq!((summary.retries.frames, summary.retries.attempts), (again as u64, u64::from(attempts)));
    assert_eq!(summary.retries.unmet, BTreeMap::from([("seen".to_owned(), u64::from(attempts))]));
    let manifest = std::fs::read_to_string(made.data().join("manifest.json")).unwrap();
    assert!(manifest.contains(r#""unmet":{"seen":"#), "{manifest}");
    // What was met at once is what it would be without constraints; variables stay in any case.
    let free = make("", &[&(0..30).collect::<Vec<_>>()], 1).records();
    for (one, other) in records.iter().zip(&free) {
        assert_eq!(one.variables, other.variables);
        assert_eq!(one.attempt == 0, one.instances == other.instances);
    }
}

#[test]
fn neither_workers_nor_order_nor_going_on_change_what_is_drawn_again() {
    let all: Vec<u64> = (0..30).collect();
    let whole = make(SEEN, &[&all], 3);
    let parts = make(SEEN, &[&[17, 3], &(5..25).collect::<Vec<_>>(), &all], 1);
    let (whole, parts) = (files(&whole.data()), files(&parts.data()));
    assert_eq!(whole.keys().collect::<Vec<_>>(), parts.keys().collect::<Vec<_>>());
    assert_eq!(whole, parts);
}

#[test]
fn what_cannot_be_met_ends_the_run_and_is_blamed() {
    let hard =
        r#"attempts: 7, require: {"seen": Count(at_least: 1), "near": Distance(of: (object: "ball"), at_most_m: 0.5)}"#;
    let made = make(hard, &[&[0, 1]], 1);
    let error = made.result.as_ref().unwrap_err();
    let RunError::Unmet { attempts: 7, reasons, .. } = error else { panic!("{error}") };
    assert_eq!(*reasons, BTreeMap::from([("near".to_owned(), 7)]));
    assert!(error.to_string().contains("`near` not met 7 times after 7 attempts"), "{error}");
    // Or is kept, if so wanted, and says what it lacks.
    let made = make(&format!("unmet: Keep, {hard}"), &[&[0, 1]], 1);
    let Ok(Outcome::Done(summary)) = &made.result else { panic!("{:?}", made.result) };
    assert_eq!((summary.retries.kept, summary.retries.frames, summary.retries.attempts), (2, 2, 14));
    for record in made.records() {
        assert_eq!((record.unmet, record.attempt), (vec!["near".to_owned()], 6));
    }
}

/// How many of 40 frames are met at once.
fn met_at_once(constraint: &str) -> usize {
    let made = make(
        &format!(r#"attempts: 1, unmet: Keep, require: {{"it": {constraint}}}"#),
        &[&(0..40).collect::<Vec<_>>()],
        2,
    );
    assert!(made.result.is_ok(), "{:?}", made.result);
    made.records().iter().filter(|record| record.unmet.is_empty()).count()
}

#[test]
fn each_constraint_is_met_by_some_frames_and_not_by_others() {
    for constraint in [
        "Visible(fraction_at_least: 0.5)",
        r#"Visible(of: (object: "ball", camera: "main"), pixels_at_least: 5)"#,
        r#"InFrame(of: (object: "ball"))"#,
        r#"Distance(of: (object: "ball"), at_least_m: 2.5)"#,
        r#"Count(of: (object: "ball"), at_least: 2, at_most: 4, fraction_at_least: 0.5)"#,
        "Apart(overlap_at_most: 0.1)",
        r#"LineOfSight(of: (object: "box"))"#,
        r#"Expr("visible.ball >= 4 and distance_m.ball < 3")"#,
        r#"Expr("reach > 0.5 and truncation.ball < 1 and pixels.ball > 10")"#,
        r#"Expr("visible_fraction.ball > 0.4")"#,
    ] {
        let met = met_at_once(constraint);
        assert!((1..40).contains(&met), "{constraint}: {met}");
    }
    assert_eq!(met_at_once("Count(at_least: 0)"), 40);
    assert_eq!(met_at_once(r#"Expr("frame < 10")"#), 10);
    let variable = met_at_once(r#"Expr("reach > 0.5")"#);
    assert!((15..35).contains(&variable), "{variable}");
}

#[test]
fn constraints_on_what_is_not_there_are_answered() {
    let told = |constraints: &str| {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("scene.ron");
        std::fs::write(&path, scene(constraints)).unwrap();
        Source::open(&path, None).err().unwrap_or_else(|| panic!("{constraints}")).to_string()
    };
    for (constraints, why) in [
        (r#"require: {"a": Count(of: (object: "bal"))}"#, "did you mean \"ball\"?"),
        (r#"require: {"a": Count(of: (camera: "mian"))}"#, "did you mean \"main\"?"),
        (r#"require: {"a": Count(at_least: 3, at_most: 2)}"#, "nothing meets this constraint"),
        (r#"require: {"a": Visible(fraction_at_least: 1.5)}"#, "is above 1"),
        (r#"require: {"a": Expr("visible.bal > 1")}"#, "there is no name \"visible.bal\""),
        (r#"require: {"a": Expr("visible.bal > 1")}"#, "did you mean \"visible.ball\"?"),
        (r#"require: {"a": Expr("seen.ball > 1")}"#, "visible.ball"),
        (r#"require: {"a": Expr("visible.'ball > 1")}"#, "expected ' at the end of the text"),
        (r#"require: {"a": Expr("rech > 1")}"#, "did you mean \"reach\"?"),
        (r#"require: {"a": Expr("reach >")}"#, "this formula cannot be read"),
        ("attempts: 0", "a number of attempts of 0 is below 1"),
    ] {
        let error = told(constraints);
        assert!(error.contains(why), "{constraints}: {error}");
    }
}

//! Engines that can fail, and who hears of it.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::Painter;
use super::super::doctor::test_scene;
use super::*;
use crate::randomize::concrete::Sequence;

const STEPS: u32 = 3;

fn scenes(frames: u64) -> impl Iterator<Item = ConcreteScene> {
    (0..frames).map(|frame| {
        let mut scene = test_scene();
        scene.frame = frame;
        scene.sequence = Some(Sequence { frames: STEPS, fps: 10.0, settle_first: false });
        scene
    })
}

/// What engines do of which tests hear.
#[derive(Default)]
struct Deeds {
    opened: AtomicUsize,
    /// Frames, by engine.
    drawn: Mutex<BTreeMap<usize, Vec<u64>>>,
}

/// One that can fail. After its first scene it waits until there are as many as there are to be.
struct Worker {
    number: usize,
    of: usize,
    deeds: Arc<Deeds>,
    fails: fn(usize, &ConcreteScene) -> Result<(), RenderError>,
}

impl Engine for Worker {
    fn render(
        &mut self,
        scenes: &mut dyn Iterator<Item = ConcreteScene>,
        sink: &mut Sink<'_>,
    ) -> Result<(), RenderError> {
        for (place, scene) in scenes.enumerate() {
            let begin = Instant::now();
            while place > 0 && self.deeds.opened.load(Ordering::Relaxed) < self.of && begin.elapsed().as_secs() < 20 {
                std::thread::sleep(Duration::from_millis(1));
            }
            (self.fails)(self.number, &scene)?;
            self.deeds.drawn.lock().unwrap().entry(self.number).or_default().push(scene.frame);
            Painter::default().render(&mut std::iter::once(scene), sink)?;
        }
        Ok(())
    }

    fn side_by_side(&self) -> usize {
        self.of
    }
}

fn team(of: usize, fails: fn(usize, &ConcreteScene) -> Result<(), RenderError>) -> (Team, Arc<Deeds>) {
    let deeds = Arc::new(Deeds::default());
    let known = deeds.clone();
    let open = move || -> Result<Box<dyn Engine>, RenderError> {
        let number = known.opened.fetch_add(1, Ordering::Relaxed);
        Ok(Box::new(Worker { number, of, deeds: known.clone(), fails }))
    };
    (Team::new(Arc::new(open), Some(of)).unwrap(), deeds)
}

fn all(team: &mut Team, frames: u64) -> Result<Vec<(u64, u32)>, RenderError> {
    let mut came = Vec::new();
    team.render(&mut scenes(frames), &mut |frame, scene| {
        assert_eq!(frame.index, scene.frame);
        came.push((frame.index, frame.step.unwrap()));
        Ok(())
    })?;
    Ok(came)
}

fn whole(frames: u64) -> Vec<(u64, u32)> {
    (0..frames).flat_map(|frame| (0..STEPS).map(move |step| (frame, step))).collect()
}

#[test]
fn every_picture_comes_once_and_those_of_a_scene_in_order() {
    let (mut team, deeds) = team(3, |_, _| Ok(()));
    for round in 1..3 {
        let mut came = all(&mut team, 60).unwrap();
        // The sort keeps the order in which pictures of a frame came.
        came.sort_by_key(|(frame, _)| *frame);
        assert_eq!(came, whole(60), "round {round}");
    }
    let drawn = deeds.drawn.lock().unwrap();
    assert_eq!(drawn.keys().copied().collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(drawn.values().map(Vec::len).sum::<usize>(), 120);
}

#[test]
fn few_scenes_or_none_are_no_trouble() {
    let (mut team, _) = team(4, |_, _| Ok(()));
    assert_eq!(all(&mut team, 0).unwrap(), []);
    assert_eq!(all(&mut team, 1).unwrap(), whole(1));
    assert_eq!(all(&mut team, 1).unwrap(), whole(1));
}

#[test]
fn what_one_fails_of_ends_the_work_of_all() {
    let (mut team, _) = team(3, |_, scene| match scene.frame {
        20 => Err(RenderError::Device("it is raining in".to_owned())),
        _ => Ok(()),
    });
    assert_eq!(all(&mut team, 1000).unwrap_err().to_string(), "it is raining in");
    // They are there for the next.
    assert_eq!(all(&mut team, 10).unwrap().len(), 10 * STEPS as usize);
}

#[test]
fn one_that_dies_is_not_waited_for() {
    let (mut team, _) = team(2, |number, scene| {
        assert!(number == 0 || scene.frame < 9, "the end of it");
        Ok(())
    });
    let error = (0..50).find_map(|_| all(&mut team, 100).err()).unwrap();
    assert_eq!(error.to_string(), "an engine ended before its time");
    assert!(all(&mut team, 1).is_err());
}

#[test]
fn whoever_takes_frames_can_stop_it() {
    let (mut team, _) = team(2, |_, _| Ok(()));
    let mut left = 10;
    let result = team.render(&mut scenes(u64::MAX), &mut |_, _| {
        left -= 1;
        if left > 0 { Ok(()) } else { Err(Stop) }
    });
    assert!(matches!(result, Err(RenderError::Stopped)));
    assert_eq!(left, 0);
    assert_eq!(all(&mut team, 5).unwrap().len(), 5 * STEPS as usize);
}

#[test]
fn one_that_cannot_be_opened_is_missed_only_if_it_is_the_first() {
    let none = || Err(RenderError::NoAdapter("nothing here".to_owned()));
    let error = Team::new(Arc::new(none), Some(2)).err().unwrap();
    assert_eq!(error.to_string(), "nothing here");

    let opened = AtomicUsize::new(0);
    let one = move || match opened.fetch_add(1, Ordering::Relaxed) {
        0 => Ok(Box::new(Painter::default()) as Box<dyn Engine>),
        _ => Err(RenderError::NoAdapter("no more".to_owned())),
    };
    let mut team = Team::new(Arc::new(one), Some(3)).unwrap();
    let mut came = all(&mut team, 50).unwrap();
    came.sort_by_key(|(frame, _)| *frame);
    assert_eq!(came, whole(50));
}

#[test]
fn one_that_dies_when_it_is_opened_is_missed_only_if_it_is_the_first() {
    let error = Team::new(Arc::new(|| panic!("no device")), Some(2)).err().unwrap();
    assert_eq!(error.to_string(), "an engine ended before its time");

    let opened = AtomicUsize::new(0);
    let one = move || -> Result<Box<dyn Engine>, RenderError> {
        assert_eq!(opened.fetch_add(1, Ordering::Relaxed), 0, "no device");
        Ok(Box::new(Painter::default()))
    };
    let mut team = Team::new(Arc::new(one), Some(3)).unwrap();
    for _ in 0..20 {
        let mut came = all(&mut team, 5).unwrap();
        came.sort_by_key(|(frame, _)| *frame);
        assert_eq!(came, whole(5));
    }
}

#[test]
fn others_join_a_run_that_lasts() {
    let deeds = Arc::new(Deeds::default());
    let known = deeds.clone();
    let open = move || -> Result<Box<dyn Engine>, RenderError> {
        let number = known.opened.fetch_add(1, Ordering::Relaxed);
        Ok(Box::new(Worker { number, of: 2, deeds: known.clone(), fails: |_, _| Ok(()) }))
    };
    let mut team = Team::new(Arc::new(open), None).unwrap();
    assert_eq!((team.most, team.alone), (2, ALONE));
    // One alone would wait for another for a long time.
    team.alone = Duration::MAX;
    assert_eq!(all(&mut team, 1).unwrap().len(), STEPS as usize);
    assert_eq!(deeds.opened.load(Ordering::Relaxed), 1);
    team.alone = Duration::ZERO;
    assert_eq!(all(&mut team, 20).unwrap().len(), 20 * STEPS as usize);
    assert_eq!(deeds.opened.load(Ordering::Relaxed), 2);
}

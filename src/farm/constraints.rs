//! Whether a frame meets the scene's constraints, and which frames are to be drawn again.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};

use super::RunError;
use crate::annotate::{Annotation, Annotations, Policy, annotate, place};
use crate::frame::{Frame, Instance, View};
use crate::scene::{Constraint, Constraints, Of, Unmet, Value, is_meant};
use crate::station::Station;

/// The frames of a run that are on trial.
pub(super) struct Trials<'c> {
    constraints: &'c Constraints,
    /// Frames to be drawn again, and for the how-manieth time, from 0.
    waiting: RefCell<VecDeque<(u64, u32)>>,
    /// By frame: in how many attempts each constraint was not met.
    rejected: RefCell<BTreeMap<u64, BTreeMap<String, u32>>>,
    /// By take of which more pictures are to come, and attempt, whether it is kept: it is judged by its first picture, and the
    /// others go with that.
    takes: RefCell<BTreeMap<(u64, u32), bool>>,
}

/// What becomes of a picture.
pub(super) enum Fate {
    Kept,
    /// Its frame is drawn again.
    Dropped,
}

impl<'c> Trials<'c> {
    pub(super) fn new(constraints: &'c Constraints) -> Self {
        Trials { constraints, waiting: RefCell::default(), rejected: RefCell::default(), takes: RefCell::default() }
    }

    /// The next frame to be drawn again.
    pub(super) fn next(&self) -> Option<(u64, u32)> {
        self.waiting.borrow_mut().pop_front()
    }

    /// Whether none is left to be drawn again.
    pub(super) fn are_over(&self) -> bool {
        self.waiting.borrow().is_empty()
    }

    /// Judges a picture, the last one of its take or not, and notes in it what its frame went through.
    pub(super) fn judge(&self, frame: &mut Frame, last: bool) -> Result<Fate, RunError> {
        if self.constraints.require.is_empty() {
            return Ok(Fate::Kept);
        }
        let (index, attempt) = (frame.index, frame.drawn.attempt);
        let take = (index, attempt);
        let known = if last { self.takes.borrow_mut().remove(&take) } else { self.takes.borrow().get(&take).copied() };
        if let Some(kept) = known {
            self.note(frame, kept && last);
            return Ok(if kept { Fate::Kept } else { Fate::Dropped });
        }
        let _at = Station::Label.work(index);
        let seen = annotate(frame, &Policy::default()).map_err(|source| RunError::Annotate { frame: index, source })?;
        let unmet =
            unmet(frame, &seen, self.constraints).map_err(|reason| RunError::Formula { frame: index, reason })?;
        let again = attempt + 1 < self.constraints.attempts;
        let kept = unmet.is_empty() || !again && self.constraints.unmet == Unmet::Keep;
        if !last {
            self.takes.borrow_mut().insert(take, kept);
        }
        if !unmet.is_empty() {
            let mut rejected = self.rejected.borrow_mut();
            let reasons = rejected.entry(index).or_default();
            for name in &unmet {
                *reasons.entry((*name).to_owned()).or_insert(0) += 1;
            }
            if !kept && !again {
                let reasons = reasons.clone();
                return Err(RunError::Unmet { frame: index, attempts: attempt + 1, reasons });
            }
        }
        if kept {
            frame.drawn.unmet = unmet.into_iter().map(str::to_owned).collect();
            self.note(frame, last);
            return Ok(Fate::Kept);
        }
        self.waiting.borrow_mut().push_back((index, attempt + 1));
        Ok(Fate::Dropped)
    }

    /// Writes down what earlier attempts lacked, which can be forgotten then where nothing more comes of the frame.
    fn note(&self, frame: &mut Frame, forget: bool) {
        let mut rejected = self.rejected.borrow_mut();
        frame.drawn.rejected = if forget {
            rejected.remove(&frame.index).unwrap_or_default()
        } else {
            rejected.get(&frame.index).cloned().unwrap_or_default()
        };
    }
}

/// Names of the constraints that a frame does not meet, in the order of the scene.
fn unmet<'c>(frame: &Frame, seen: &Annotations, constraints: &'c Constraints) -> Result<Vec<&'c str>, String> {
    let mut names = Vec::new();
    for (name, constraint) in &constraints.require {
        if !is_met(frame, seen, constraint).map_err(|reason| format!("constraint `{name}`: {reason}"))? {
            names.push(name.as_str());
        }
    }
    Ok(names)
}

/// A thing and what a camera sees of it.
struct Sight<'f> {
    instance: &'f Instance,
    annotation: Option<&'f Annotation>,
}

fn is_met(frame: &Frame, seen: &Annotations, constraint: &Constraint) -> Result<bool, String> {
    let Some(of) = constraint.of() else {
        let Constraint::Expr(formula) = constraint else { return Ok(true) };
        let truth = formula.truth(&mut |name| measured(frame, seen, name));
        return truth.map_err(|error| error.to_string());
    };
    let wanted = |view: &&(&View, &Vec<Annotation>)| of.camera.as_ref().is_none_or(|name| *name == view.0.camera.name);
    let views: Vec<_> = frame.views.iter().zip(&seen.views).collect();
    Ok(views.iter().filter(wanted).all(|(view, annotations)| holds(constraint, view, &sights(frame, annotations, of))))
}

fn sights<'f>(frame: &'f Frame, annotations: &'f [Annotation], of: &Of) -> Vec<Sight<'f>> {
    let meant = |instance: &&Instance| {
        instance.labelled && of.object.as_ref().is_none_or(|object| is_meant(object, &object_of(&instance.name)))
    };
    let sight = |instance: &'f Instance| {
        let of_it = |annotation: &&Annotation| annotation.instance_id == instance.id;
        Sight { instance, annotation: annotations.iter().find(of_it) }
    };
    frame.instances.iter().filter(meant).map(sight).collect()
}

/// The object of an instance: `mug` of `mug#2`, `bay/box` of `bay#1/box#3`.
fn object_of(instance: &str) -> String {
    let name = |step: &str| step.split_once('#').map_or(step, |(name, _)| name).to_owned();
    instance.split('/').map(name).collect::<Vec<String>>().join("/")
}

fn holds(constraint: &Constraint, view: &View, sights: &[Sight]) -> bool {
    match constraint {
        Constraint::Visible { fraction_at_least, pixels_at_least, .. } => sights
            .iter()
            .all(|sight| sight.pixels() >= *pixels_at_least && sight.visible_fraction() >= *fraction_at_least),
        Constraint::InFrame { truncation_at_most, .. } => {
            sights.iter().all(|sight| sight.truncation() <= *truncation_at_most)
        }
        Constraint::Distance { at_least_m, at_most_m, .. } => sights.iter().all(|sight| {
            let distance = sight.distance_m(view);
            distance >= *at_least_m && at_most_m.is_none_or(|most| distance <= most)
        }),
        Constraint::Count { at_least, at_most, fraction_at_least, .. } => {
            let counts = |sight: &&Sight| sight.pixels() > 0 && sight.visible_fraction() >= *fraction_at_least;
            let count = sights.iter().filter(counts).count() as u64;
            count >= *at_least && at_most.is_none_or(|most| count <= most)
        }
        Constraint::Apart { overlap_at_most, .. } => {
            let boxes: Vec<[f64; 4]> = sights.iter().filter_map(Sight::bbox).collect();
            let apart = |one: usize, other: usize| overlap(boxes[one], boxes[other]) <= *overlap_at_most;
            (0..boxes.len()).all(|one| (0..one).all(|other| apart(one, other)))
        }
        Constraint::LineOfSight { .. } => sights.iter().all(|sight| sight.is_free(view)),
        Constraint::Expr(_) => true,
    }
}

impl Sight<'_> {
    fn pixels(&self) -> u64 {
        let of_volume = |annotation: &Annotation| annotation.amodal.as_ref().map_or(0, |amodal| amodal.pixels);
        self.annotation.map_or(0, |seen| if seen.volume { of_volume(seen) } else { seen.pixels })
    }

    fn visible_fraction(&self) -> f64 {
        // Nothing hides what is not there.
        let amodal = self.annotation.filter(|annotation| !annotation.volume);
        let amodal = amodal.and_then(|annotation| annotation.amodal.as_ref());
        amodal.map_or(if self.pixels() > 0 { 1.0 } else { 0.0 }, |amodal| amodal.visible_fraction)
    }

    /// 1 where nothing of it is seen.
    fn truncation(&self) -> f64 {
        let amodal = self.annotation.and_then(|annotation| annotation.amodal.as_ref());
        amodal.map_or(if self.annotation.is_some() { 0.0 } else { 1.0 }, |amodal| amodal.truncation)
    }

    /// From the camera's centre to the centre of the box.
    fn distance_m(&self, view: &View) -> f64 {
        self.centre(view).length()
    }

    /// Centre of the box in the camera frame.
    fn centre(&self, view: &View) -> glam::DVec3 {
        let middle = (self.instance.bounds_min_m + self.instance.bounds_max_m) / 2.0;
        crate::frame::camera_from_object(&view.camera, self.instance).transform_point3(middle)
    }

    fn bbox(&self) -> Option<[f64; 4]> {
        let annotation = self.annotation?;
        Some(annotation.amodal.as_ref().map_or(annotation.bbox_visible, |amodal| amodal.bbox))
    }

    /// Whether its centre is within the image and nothing is before it but itself.
    fn is_free(&self, view: &View) -> bool {
        let centre = self.centre(view);
        let Some((_, pixel)) = place(view, centre) else { return false };
        let (depth, id) = (view.depth.data[pixel], view.instance.data[pixel]);
        let behind = depth == 0.0 || f64::from(depth) >= view.camera.optics.depth(centre);
        u32::from(id) == self.instance.id || behind
    }
}

/// Intersection over union of two boxes, `[x, y, width, height]`.
fn overlap(one: [f64; 4], other: [f64; 4]) -> f64 {
    let along = |axis: usize| {
        let low = one[axis].max(other[axis]);
        let high = (one[axis] + one[axis + 2]).min(other[axis] + other[axis + 2]);
        (high - low).max(0.0)
    };
    let both = along(0) * along(1);
    let union = one[2] * one[3] + other[2] * other[3] - both;
    if union > 0.0 { both / union } else { 0.0 }
}

/// What a name in a formula stands for.
fn measured(frame: &Frame, seen: &Annotations, name: &str) -> Result<Value, String> {
    if let Some(value) = frame.drawn.variables.get(name) {
        let text = || Value::Text(value.as_str().unwrap_or_default().to_owned());
        return Ok(value.as_f64().map_or_else(text, Value::Number));
    }
    let (measure, object) = crate::scene::measured(name);
    let (Some(view), Some(annotations)) = (frame.views.first(), seen.views.first()) else {
        return Err("there is no camera".to_owned());
    };
    let of = Of { object: object.map(str::to_owned), camera: None };
    let sights = sights(frame, annotations, &of);
    let each = |of: &dyn Fn(&Sight) -> f64| sights.iter().map(of).collect::<Vec<f64>>();
    let number = match measure {
        "frame" if object.is_none() => frame.index as f64,
        "visible" => sights.iter().filter(|sight| sight.pixels() > 0).count() as f64,
        "pixels" => each(&|sight| sight.pixels() as f64).into_iter().sum(),
        "visible_fraction" => each(&|sight| sight.visible_fraction()).into_iter().fold(1.0, f64::min),
        "truncation" => each(&|sight| sight.truncation()).into_iter().fold(0.0, f64::max),
        "distance_m" => each(&|sight| sight.distance_m(view)).into_iter().reduce(f64::min).unwrap_or(f64::MAX),
        _ => return Err(format!("nothing is named `{name}`")),
    };
    Ok(Value::Number(number))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::farm::Source;
    use crate::render::{Engine, Painter};

    #[test]
    fn takes_may_come_in_between_each_other_and_nothing_is_remembered_of_those_that_are_over() {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes/bench/sequence.ron"));
        let text = text.unwrap().replace("frames: 24", "frames: 3").replace("labels: (amodal: false),", "");
        let constraints = r#"constraints: (require: {"lucky": Expr("frame > 1")}, attempts: 4, unmet: Keep))"#;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scene.ron");
        std::fs::write(&path, text.trim_end().strip_suffix(')').unwrap().to_owned() + constraints).unwrap();
        let source = Source::open(&path, None).unwrap();
        let trials = Trials::new(source.constraints().unwrap());
        let mut kept = Vec::new();
        let mut next: Vec<(u64, u32)> = (0..4).map(|frame| (frame, 0)).collect();
        for round in 0..4 {
            let mut pictures = Vec::new();
            let mut scenes = next.iter().map(|(frame, attempt)| source.drawn_again(0, *frame, *attempt).unwrap());
            let mut sink = |frame, scene| {
                pictures.push((frame, scene));
                Ok(())
            };
            Painter::default().render(&mut scenes, &mut sink).unwrap();
            pictures.sort_by_key(|(frame, _)| frame.step);
            for (mut frame, scene) in pictures {
                let last = scene.is_last(frame.step);
                if matches!(trials.judge(&mut frame, last).unwrap(), Fate::Kept) {
                    kept.push((frame.index, frame.step.unwrap(), frame.drawn.rejected.get("lucky").copied()));
                }
            }
            next = std::iter::from_fn(|| trials.next()).collect();
            let again: &[(u64, u32)] = if round < 3 { &[(0, round + 1), (1, round + 1)] } else { &[] };
            assert_eq!(next, again);
        }
        kept.sort_unstable();
        let tried = |frame: u64| (frame < 2).then_some(4);
        let all: Vec<_> = (0..4).flat_map(|frame| (0..3).map(move |step| (frame, step, tried(frame)))).collect();
        assert_eq!(kept, all);
        assert!(trials.takes.borrow().is_empty() && trials.rejected.borrow().is_empty());
    }
}

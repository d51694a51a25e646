//! From frame numbers to frames that meet the scene's constraints.

use std::cell::RefCell;
use std::sync::Arc;

use super::constraints::{Fate, Trials};
use super::{RunError, Source};
use crate::frame::Frame;
use crate::randomize::ConcreteScene;
use crate::render::{Engine, RenderError, Sink, Stop};
use crate::scene::Constraints;
use crate::station::Station;

/// Renders frames of a scene, those that miss a constraint again, and hands on those that are kept. Pictures of a frame
/// come in their order, frames about in that of their numbers. Once `stop` says so, no more are begun.
///
/// # Errors
///
/// What kept a frame from being made. That `take` asks to stop is none.
pub fn kept_frames(
    engine: &mut dyn Engine,
    source: &Source,
    seed: u64,
    numbers: &mut dyn Iterator<Item = u64>,
    stop: &dyn Fn() -> bool,
    take: &mut Sink<'_>,
) -> Result<(), RunError> {
    let unconstrained = Constraints::default();
    let trials = Trials::new(source.constraints().unwrap_or(&unconstrained));
    let failed: RefCell<Option<RunError>> = RefCell::new(None);
    let ended = || stop() || failed.borrow().is_some();
    let mut scenes = || {
        if ended() {
            return None;
        }
        let (frame, attempt) = trials.next().or_else(|| numbers.next().map(|frame| (frame, 0)))?;
        let _at = Station::Draw.work(frame);
        match source.drawn_again(seed, frame, attempt) {
            Ok(scene) => Some(scene),
            Err(source) => {
                *failed.borrow_mut() = Some(RunError::Randomize { frame, source });
                None
            }
        }
    };
    let mut judged = |mut frame: Frame, scene: Arc<ConcreteScene>| {
        let last = scene.is_last(frame.step);
        match trials.judge(&mut frame, last) {
            Ok(Fate::Kept) => take(frame, scene),
            Ok(Fate::Dropped) => Ok(()),
            Err(error) => {
                *failed.borrow_mut() = Some(error);
                Err(Stop)
            }
        }
    };
    // Frames that are to be drawn again may turn up when all others are through.
    let result = loop {
        let result = engine.render(&mut std::iter::from_fn(&mut scenes), &mut judged);
        if result.is_err() || ended() || trials.are_over() {
            break result;
        }
    };
    match (failed.take(), result) {
        (Some(error), _) => Err(error),
        (None, Ok(()) | Err(RenderError::Stopped)) => Ok(()),
        (None, Err(error)) => Err(error.into()),
    }
}

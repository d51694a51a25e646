//! Frames on their way from the renderer to the workers, with their neighbours where flow is asked for.

use std::sync::Arc;

use crate::frame::Frame;
use crate::randomize::ConcreteScene;
use crate::randomize::concrete::LabelPlane;

/// A frame on its way to a worker.
pub(super) struct Job {
    pub frame: Arc<Frame>,
    /// Those before and after it in its take, where flow is asked for.
    pub neighbours: [Option<Arc<Frame>>; 2],
    pub scene: Arc<ConcreteScene>,
}

/// Makes jobs of frames as they come; one whose neighbours are wanted waits for the next.
#[derive(Default)]
pub(super) struct Pairing {
    before: Option<Arc<Frame>>,
    waiting: Option<(Arc<Frame>, Arc<ConcreteScene>)>,
}

impl Pairing {
    /// Takes a frame; gives the job that need not wait any more.
    pub fn take(&mut self, frame: Frame, scene: Arc<ConcreteScene>) -> Option<Job> {
        let frame = Arc::new(frame);
        if !scene.labels.planes.contains(&LabelPlane::Flow) {
            return Some(Job { frame, neighbours: [None, None], scene });
        }
        let job = self.flush(Some(&frame));
        self.waiting = Some((frame, scene));
        job
    }

    /// The frame that waits, as the one before `next`.
    pub fn flush(&mut self, next: Option<&Arc<Frame>>) -> Option<Job> {
        let (frame, scene) = self.waiting.take()?;
        let of_take = |other: &&Arc<Frame>| other.index == frame.index;
        let before = self.before.take().filter(|before| before.index == frame.index);
        let after = next.filter(of_take).cloned();
        self.before = Some(frame.clone());
        Some(Job { frame, neighbours: [before, after], scene })
    }
}

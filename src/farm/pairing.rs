//! Frames on their way from the renderer to the workers, with their neighbours where flow is asked for.

use std::collections::BTreeMap;
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

/// Makes jobs of frames as they come, those of one take in their order; one whose neighbours are wanted waits for the
/// next.
#[derive(Default)]
pub(super) struct Pairing(BTreeMap<u64, Waiting>);

/// The last frame of a take that came, and the one before it.
struct Waiting {
    frame: Arc<Frame>,
    before: Option<Arc<Frame>>,
}

impl Pairing {
    /// Takes a frame; gives the jobs that need not wait any more.
    pub fn take(&mut self, frame: Frame, scene: Arc<ConcreteScene>) -> impl Iterator<Item = Job> + use<> {
        let frame = Arc::new(frame);
        let paired = scene.labels.planes.contains(&LabelPlane::Flow);
        let (mut of_last, mut before) = (None, None);
        if let Some(Waiting { frame: last, before: before_last }) = self.0.remove(&frame.index) {
            before = Some(last.clone());
            let neighbours = [before_last, Some(frame.clone())];
            of_last = Some(Job { frame: last, neighbours, scene: scene.clone() });
        }
        let of_this = if !paired || scene.is_last(frame.step) {
            Some(Job { frame, neighbours: [before, None], scene })
        } else {
            self.0.insert(frame.index, Waiting { frame, before });
            None
        };
        of_last.into_iter().chain(of_this)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::farm::Source;
    use crate::render::{Engine, Painter};

    fn takes(planes: &[LabelPlane]) -> Vec<(Frame, Arc<ConcreteScene>)> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes/bench/sequence.ron");
        let source = Source::open(&path, None).unwrap();
        let scene = |frame| {
            let mut scene = source.concrete(0, frame).unwrap();
            scene.sequence.as_mut().unwrap().frames = 3;
            scene.labels.planes = planes.to_vec();
            scene
        };
        let mut frames = Vec::new();
        let mut sink = |frame, scene| {
            frames.push((frame, scene));
            Ok(())
        };
        Painter::default().render(&mut [4, 9].into_iter().map(scene), &mut sink).unwrap();
        frames
    }

    /// Frame, step, and the steps of its neighbours.
    fn paired(frames: impl IntoIterator<Item = (Frame, Arc<ConcreteScene>)>) -> Vec<(u64, u32, [Option<u32>; 2])> {
        let mut pairing = Pairing::default();
        let jobs = frames.into_iter().flat_map(|(frame, scene)| pairing.take(frame, scene).collect::<Vec<_>>());
        let told = |job: Job| {
            let neighbours = job.neighbours.map(|other| {
                other.map(|other| {
                    assert_eq!(other.index, job.frame.index);
                    other.step.unwrap()
                })
            });
            (job.frame.index, job.frame.step.unwrap(), neighbours)
        };
        let mut jobs: Vec<_> = jobs.map(told).collect();
        jobs.sort_by_key(|(frame, step, _)| (*frame, *step));
        jobs
    }

    #[test]
    fn takes_that_come_in_between_each_other_keep_their_neighbours() {
        let in_turn = paired(takes(&[LabelPlane::Flow]));
        let of_take =
            |frame| [(frame, 0, [None, Some(1)]), (frame, 1, [Some(0), Some(2)]), (frame, 2, [Some(1), None])];
        assert_eq!(in_turn, [of_take(4), of_take(9)].concat());
        let mut mixed = takes(&[LabelPlane::Flow]);
        mixed.sort_by_key(|(frame, _)| frame.step);
        assert_eq!(paired(mixed), in_turn);
    }

    #[test]
    fn nobody_waits_for_neighbours_that_are_not_wanted() {
        let mut pairing = Pairing::default();
        for (frame, scene) in takes(&[]) {
            let step = frame.step;
            let jobs: Vec<_> = pairing.take(frame, scene).collect();
            assert_eq!(jobs.len(), 1);
            assert_eq!(jobs[0].frame.step, step);
            assert!(jobs[0].neighbours.iter().all(Option::is_none));
        }
    }
}

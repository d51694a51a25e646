//! Frames that were begun and are not written yet, for whoever watches over a run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::dataset::to_ranges;

/// The frames under way, and when something last moved.
#[derive(Debug)]
pub struct Flight {
    state: Mutex<State>,
    note: Option<PathBuf>,
}

#[derive(Debug)]
struct State {
    note: Note,
    moved: Instant,
    /// How many are at something that takes its own time.
    aside: u32,
}

/// What is known of a run from outside, should it end without a word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Frames that were begun and are not written, ascending.
    pub under_way: BTreeSet<u64>,
    /// Whether the dataset was opened, and what was to be removed first is.
    pub opened: bool,
    /// How many are written.
    pub written: u64,
    /// Those that may be what a run failed of.
    pub blamed: BTreeSet<u64>,
    /// What was said of it.
    pub reason: String,
}

impl Note {
    /// That of a run that has ended; an empty one where there is none.
    pub fn read(path: &Path) -> Note {
        std::fs::read(path).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }
}

impl Flight {
    /// That of a run that has not begun. What is known of it is kept in the file `note`.
    pub fn new(note: Option<PathBuf>) -> Flight {
        Flight { state: Mutex::new(State { note: Note::default(), moved: Instant::now(), aside: 0 }), note }
    }

    /// The dataset is open.
    pub fn open(&self) {
        self.change(|note| note.opened = true);
    }

    /// Does something that takes its own time, in which nothing else may come.
    pub fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        self.held().aside += 1;
        let done = work();
        let mut state = self.held();
        state.aside -= 1;
        state.moved = Instant::now();
        done
    }

    /// A frame is begun.
    pub fn begin(&self, frame: u64) {
        self.change(|note| note.under_way.extend([frame]));
    }

    /// A frame is written.
    pub fn end(&self, frame: u64) {
        self.change(|note| {
            note.under_way.remove(&frame);
            note.written += 1;
        });
    }

    /// Something of a frame has come.
    pub fn moved(&self) {
        self.held().moved = Instant::now();
    }

    /// The run fails, and these may be why; `None` stands for all that are under way.
    pub fn blame(&self, frame: Option<u64>, reason: &str) {
        self.change(|note| {
            note.blamed = frame.map_or_else(|| note.under_way.clone(), |frame| BTreeSet::from([frame]));
            reason.clone_into(&mut note.reason);
        });
    }

    /// The frames that nothing has come of for so long.
    pub fn stuck(&self, since: Duration) -> Option<BTreeSet<u64>> {
        let state = self.held();
        let stuck = state.aside == 0 && !state.note.under_way.is_empty() && state.moved.elapsed() > since;
        stuck.then(|| state.note.under_way.clone())
    }

    /// Watches from a thread of its own: once nothing has come of the frames under way for as long as `limit`, they are
    /// blamed, and `stuck` hears of it, which is to end the process: what hangs within a driver cannot be ended otherwise.
    pub fn watch(self: &Arc<Flight>, limit: Duration, stuck: impl FnOnce(&str) + Send + 'static) {
        let flight = Arc::downgrade(self);
        std::thread::spawn(move || {
            // Ends with the run.
            while let Some(flight) = flight.upgrade() {
                if let Some(frames) = flight.stuck(limit) {
                    let frames = to_ranges(frames);
                    let reason = format!("nothing came of frames {frames} for {} s", limit.as_secs_f64());
                    flight.blame(None, &reason);
                    return stuck(&reason);
                }
                drop(flight);
                std::thread::sleep((limit / 10).clamp(Duration::from_millis(1), Duration::from_secs(1)));
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut Note)) {
        let mut state = self.held();
        change(&mut state.note);
        state.moved = Instant::now();
        if let Some(path) = &self.note {
            // Who watches sees the last one that could be written, whole, wherever this process ends.
            let draft = path.with_extension("draft");
            let _ = serde_json::to_vec(&state.note)
                .map(|text| std::fs::write(&draft, text).and_then(|()| std::fs::rename(&draft, path)));
        }
    }

    fn held(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_under_way_is_noted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("note");
        assert_eq!(Note::read(&path), Note::default());
        let flight = Flight::new(Some(path.clone()));
        assert_eq!(flight.stuck(Duration::ZERO), None);
        (3..6).for_each(|frame| flight.begin(frame));
        flight.end(4);
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(flight.stuck(Duration::ZERO), Some(BTreeSet::from([3, 5])));
        assert_eq!(flight.stuck(Duration::from_secs(60)), None);
        flight.aside(|| assert_eq!(flight.stuck(Duration::ZERO), None));
        flight.blame(None, "lost");
        let note = Note {
            under_way: [3, 5].into(),
            opened: false,
            written: 1,
            blamed: [3, 5].into(),
            reason: "lost".to_owned(),
        };
        assert_eq!(Note::read(&path), note);
        flight.blame(Some(9), "unmet");
        assert_eq!(Note::read(&path).blamed, [9].into());
        std::fs::write(&path, "{").unwrap();
        assert_eq!(Note::read(&path), Note::default());
    }

    #[test]
    fn a_note_is_whole_at_any_moment() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("note");
        let flight = Flight::new(Some(path.clone()));
        flight.open();
        std::thread::scope(|scope| {
            let run = scope.spawn(|| (0..2000).for_each(|frame| flight.begin(frame)));
            while !run.is_finished() {
                assert!(Note::read(&path).opened);
            }
        });
    }
}

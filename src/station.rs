//! The stages that a frame passes on its way to the disk, and the spans by which the rooms say which they are at.
//!
//! They are called stations, for the stage is where a scene stands to be drawn. Whoever works says so for as long as it
//! works; whoever waits for others wraps what it waits for:
//!
//! ```
//! # use maquette::station::Station;
//! # let (orders, jobs) = std::sync::mpsc::channel();
//! # orders.send(7).unwrap();
//! let frame = Station::Physics.wait(|| jobs.recv());
//! let _at = Station::Physics.work(frame.unwrap_or(0));
//! ```
//!
//! Spans are [`tracing`]'s. Where nobody listens to [`TARGET`] one costs a few nanoseconds.

use serde::Serialize;
use tracing::error_span;
use tracing::span::EnteredSpan;

/// Of all spans of stations.
///
/// They are of the level of errors, so that to listen to them opens nothing else: the level of the whole program stays
/// what the log asks for, and so does that of the `log` crate, through which the graphics library says much.
pub const TARGET: &str = "maquette::station";
/// Name of the spans in which something is done.
pub(crate) const WORK: &str = "work";
/// Name of the spans in which nothing is done until others have done something.
pub(crate) const WAIT: &str = "wait";

/// A stage of a frame's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Station {
    /// Every random choice of a scene is made.
    Draw,
    /// Things fall, settle and move.
    Physics,
    /// What a scene shows is made ready, its light and its snow too, and put on the stage.
    Spawn,
    /// Colour and truth are recorded for the device, all samples of a picture.
    Render,
    /// The device has not drawn a frame yet that is wanted now. The device is at work meanwhile, so this is work.
    Device,
    /// Planes are copied from the device's memory and unpacked.
    Readback,
    /// Planes become what sensors make of them.
    Sensor,
    /// Annotations are derived from planes, and constraints judged.
    Label,
    /// Planes and records become the bytes of files.
    Encode,
    /// Files are written, and shards finished.
    Write,
}

impl Station {
    /// All of them, in a frame's order.
    pub const ALL: [Station; 10] = [
        Station::Draw,
        Station::Physics,
        Station::Spawn,
        Station::Render,
        Station::Device,
        Station::Readback,
        Station::Sensor,
        Station::Label,
        Station::Encode,
        Station::Write,
    ];

    /// By which people know it.
    pub const fn name(self) -> &'static str {
        match self {
            Station::Draw => "draw",
            Station::Physics => "physics",
            Station::Spawn => "spawn",
            Station::Render => "render",
            Station::Device => "device",
            Station::Readback => "readback",
            Station::Sensor => "sensor",
            Station::Label => "label",
            Station::Encode => "encode",
            Station::Write => "write",
        }
    }

    /// The one of a name.
    pub fn of_name(name: &str) -> Option<Station> {
        Station::ALL.into_iter().find(|station| station.name() == name)
    }

    /// Works on a frame until what is given back is dropped.
    pub fn work(self, frame: u64) -> At {
        At { _span: error_span!(target: TARGET, parent: None, WORK, station = self.name(), frame).entered() }
    }

    /// Works on no frame, or on nobody knows which, until what is given back is dropped.
    pub fn work_on_any(self) -> At {
        At { _span: error_span!(target: TARGET, parent: None, WORK, station = self.name()).entered() }
    }

    /// Can go on only when `others` have done something: given it work, or taken its work away.
    pub fn wait<R>(self, others: impl FnOnce() -> R) -> R {
        let _span = error_span!(target: TARGET, parent: None, WAIT, station = self.name()).entered();
        others()
    }
}

/// Someone at work at a station.
#[must_use = "work ends when this is dropped"]
#[derive(Debug)]
pub struct At {
    _span: EnteredSpan,
}

/// Lets the threads that draw go first from here on, where there are fewer processors than threads with work: this one works
/// ahead of them, or after them. Nothing happens where the system has no priorities of threads.
pub(crate) fn give_way() {
    #[cfg(target_os = "linux")]
    // SAFETY: it sets a number of this thread, which zero stands for; that it cannot be set does no harm.
    unsafe {
        libc::setpriority(libc::PRIO_PROCESS, 0, GIVES_WAY);
    }
}

/// A third of the weight that others have.
#[cfg(target_os = "linux")]
const GIVES_WAY: libc::c_int = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_which() {
        for (place, station) in Station::ALL.into_iter().enumerate() {
            assert_eq!(station as usize, place);
            assert_eq!(Station::of_name(station.name()), Some(station));
            assert_eq!(serde_json::to_value(station).unwrap(), station.name());
        }
        for name in ["", "Draw", "draw ", "drawn", "wait"] {
            assert_eq!(Station::of_name(name), None, "{name}");
        }
    }

    #[test]
    fn a_wait_gives_what_it_waited_for() {
        assert_eq!(Station::Label.wait(|| 7), 7);
    }
}

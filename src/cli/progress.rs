//! How a run tells of itself: a bar on a terminal, lines elsewhere, JSON for programs.

use std::io::IsTerminal;
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::dataset::{Retries, Summary, to_ranges};
use crate::farm::{self, Progress};

/// How to tell of progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Mode {
    /// A bar on a terminal, a line now and then elsewhere
    Auto,
    /// One JSON object a line
    Json,
    /// The lines that OpenJD reads
    Openjd,
    /// Nothing
    None,
}

/// Of the shape of the JSON lines.
pub(super) const SCHEMA_VERSION: u32 = 1;
/// Between two lines where there is no bar.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// A bar over a known number of things, on a terminal that is not to be quiet.
pub(super) fn bar(quiet: bool, things: &str) -> Option<ProgressBar> {
    (!quiet && std::io::stderr().is_terminal()).then(|| {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let template = format!("{{bar:30}} {{human_pos}}/{{human_len}} {things}  {{per_sec}}  {{eta}} left");
        bar.set_style(ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar
    })
}

/// Says which frames a dataset lacks because they could not be made.
pub(super) fn warn_of_failed(summary: &Summary) {
    if !summary.failed.is_empty() {
        let frames = to_ranges(summary.failed.iter().copied());
        say!("warning: frames {frames} failed and are left out; {}/failed says why", summary.dir.display());
    }
}

/// What was done of a run before this process.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Before {
    /// Frames that were made.
    pub frames: u64,
    /// Since the run began.
    pub time: Duration,
}

impl FromStr for Before {
    type Err = String;

    /// As `12:3.5`: frames and seconds.
    fn from_str(text: &str) -> Result<Before, String> {
        let expected = || format!("expected frames and seconds such as `12:3.5`, found `{text}`");
        let (frames, seconds) = text.split_once(':').ok_or_else(expected)?;
        let time = seconds.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        Ok(Before { frames: frames.parse().map_err(|_| expected())?, time: time.ok_or_else(expected)? })
    }
}

/// Tells of a run on standard error.
pub(super) struct Reporter {
    mode: Mode,
    bar: Option<ProgressBar>,
    images_per_frame: u64,
    /// Of the run, of which this process may not be the first.
    start: Instant,
    /// Frames that were made before this process.
    before: u64,
    /// Seconds until the engine was ready, as bits.
    ready: AtomicU64,
    /// Seconds until the first picture was written, as bits; 0 before.
    first_image: AtomicU64,
    total: AtomicU64,
    last_line: Mutex<Instant>,
}

impl Reporter {
    pub fn new(mode: Mode, images_per_frame: u64) -> Reporter {
        Reporter::after(mode, images_per_frame, Before::default())
    }

    /// Of a run that other processes have begun.
    pub fn after(mode: Mode, images_per_frame: u64, Before { frames, time }: Before) -> Reporter {
        let bar = bar(mode != Mode::Auto, "frames");
        let now = Instant::now();
        let start = now.checked_sub(time).unwrap_or(now);
        Reporter {
            mode,
            bar,
            images_per_frame,
            start,
            before: frames,
            ready: AtomicU64::new(0),
            first_image: AtomicU64::new(0),
            total: AtomicU64::new(0),
            last_line: Mutex::new(start),
        }
    }

    /// The engine is up.
    pub fn engine_ready(&self) {
        self.ready.store(self.start.elapsed().as_secs_f64().to_bits(), Ordering::Relaxed);
    }

    pub fn done(&self, summary: &Summary) {
        self.end("done", self.made(), || {
            let (made, seconds) = (self.made(), self.start.elapsed().as_secs_f64());
            if made == 0 {
                say!("{}: nothing left to do, {} frames are there", summary.dir.display(), summary.frames);
            } else {
                let rate = (made * self.images_per_frame) as f64 / seconds;
                say!("{}: {made} frames in {seconds:.1} s ({rate:.1} images/s)", summary.dir.display());
            }
            let Retries { frames, attempts, unmet, kept } = &summary.retries;
            if *frames > 0 {
                say!("{frames} frames were drawn again, {attempts} times in all: {}", farm::blamed(unmet));
            }
            warn_of_failed(summary);
            if *kept > 0 {
                say!("warning: {kept} frames were kept though they do not meet all constraints");
            }
        });
    }

    /// What this process was to make is there, and other processes make the rest.
    pub fn part_done(&self, what: &str, frames: u64) {
        self.end("done", self.made(), || {
            let (made, seconds) = (self.made(), self.start.elapsed().as_secs_f64());
            say!("{what}: {frames} frames are there, {made} of them made in {seconds:.1} s; `maquette merge` finishes");
        });
    }

    /// All was drawn and nothing kept.
    pub fn drawn(&self) {
        self.end("done", self.made(), || ());
    }

    pub fn stopped(&self, frames_done: u64) {
        let frames_done = self.before + frames_done;
        self.end("stopped", frames_done, || {
            say!("stopped after {frames_done} frames; run the same command again to go on");
        });
    }

    /// Frames that this run makes.
    fn made(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// Says the last thing, to people by `tell`.
    fn end(&self, event: &str, frames: u64, tell: impl FnOnce()) {
        self.clear();
        match self.mode {
            Mode::None => {}
            Mode::Json => self.figures(event, frames),
            Mode::Openjd => say!("openjd_status: {event}"),
            Mode::Auto => tell(),
        }
    }

    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn figures(&self, event: &str, frames: u64) {
        let wall = self.start.elapsed().as_secs_f64();
        let images = frames * self.images_per_frame;
        let line = serde_json::json!({
            "schema_version": SCHEMA_VERSION,
            "event": event,
            "frames": frames,
            "images": images,
            "wall_s": wall,
            "startup_s": f64::from_bits(self.ready.load(Ordering::Relaxed)),
            "first_image_s": f64::from_bits(self.first_image.load(Ordering::Relaxed)),
            "images_per_s": images as f64 / wall.max(1e-9),
        });
        say!("{line}");
    }
}

impl Progress for Reporter {
    fn begin(&self, frames: u64) {
        let frames = self.before + frames;
        self.total.store(frames, Ordering::Relaxed);
        if let Some(bar) = &self.bar {
            bar.set_length(frames);
        }
    }

    fn image(&self) {
        let now = self.start.elapsed().as_secs_f64().to_bits();
        // Only the first of them counts.
        let _ = self.first_image.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
    }

    fn advance(&self, frames_done: u64) {
        let frames_done = self.before + frames_done;
        if let Some(bar) = &self.bar {
            bar.set_position(frames_done);
            return;
        }
        let total = self.made();
        match self.mode {
            Mode::None => {}
            Mode::Json => say!(
                "{}",
                serde_json::json!({
                    "schema_version": SCHEMA_VERSION, "event": "progress",
                    "frames_done": frames_done, "frames": total,
                    "wall_s": self.start.elapsed().as_secs_f64(),
                })
            ),
            Mode::Openjd => say!("openjd_progress: {:.1}", 100.0 * frames_done as f64 / total.max(1) as f64),
            Mode::Auto => {
                let Ok(mut last) = self.last_line.lock() else { return };
                if last.elapsed() >= LINE_EVERY {
                    *last = Instant::now();
                    say!("{frames_done}/{total} frames");
                }
            }
        }
    }
}

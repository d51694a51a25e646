//! `maquette farm status`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::render::explain_dataset;
use super::schema::print;
use super::{Exit, Failure, Verdict};
use crate::dataset::{self, Place, to_ranges};
use crate::farm::parse_frames;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  maquette farm status s3://bucket/runs/street --frames 0-999999")]
pub(super) struct Status {
    /// Folder of the dataset, or its place in object storage
    output: PathBuf,
    /// Frames that are to be there in the end: `100`, `0-99`, `1-3,5,7-20:2`
    #[arg(long, env = "MAQUETTE_FRAMES", value_name = "FRAMES")]
    frames: Option<String>,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
}

impl Status {
    pub fn run(self) -> Verdict {
        let wanted = self.frames.as_deref().map(parse_frames).transpose();
        let wanted = wanted.map_err(|error| Failure::new(Exit::Usage, format!("--frames: {error}")))?;
        let status = dataset::Status::of(&Place::from(&self.output)).map_err(explain_dataset)?;
        let there =
            |frame: &&u64| status.done.binary_search(frame).is_ok() || status.failed.binary_search(frame).is_ok();
        let missing =
            wanted.as_ref().map(|wanted| wanted.iter().filter(|frame| !there(frame)).copied().collect::<Vec<_>>());
        let rate = status.frames_per_s;
        let left_s = missing.as_ref().zip(rate).map(|(missing, rate)| missing.len() as f64 / rate);
        let quiet_s = status.quiet.map(|quiet| quiet.as_secs_f64());
        let ranges = |frames: &[u64]| to_ranges(frames.iter().copied());
        if self.json {
            let told = json!({
                "finished": status.finished,
                "frames": status.done.len(),
                "shards": status.shards,
                "done": ranges(&status.done),
                "failed": ranges(&status.failed),
                "missing": missing.as_deref().map(ranges),
                "frames_per_s": rate,
                "left_s": left_s,
                "last_shard_s_ago": quiet_s,
            });
            return print(&told.to_string());
        }
        let mut lines = vec![format!(
            "{}: {} frames in {} shards, {}",
            self.output.display(),
            status.done.len(),
            status.shards,
            if status.finished { "finished" } else { "not merged yet" }
        )];
        if let Some(missing) = missing {
            let frames = if missing.is_empty() {
                "none".to_owned()
            } else {
                format!("{}: {}", missing.len(), short(ranges(&missing)))
            };
            lines.push(format!("missing  {frames}"));
        }
        if !status.failed.is_empty() {
            lines.push(format!("failed   {}: {}", status.failed.len(), short(ranges(&status.failed))));
        }
        if let Some(rate) = rate {
            let left = left_s.map(|left_s| format!(", {} left", duration(left_s))).unwrap_or_default();
            lines.push(format!("speed    {rate:.1} frames/s{left}"));
        }
        if let Some(quiet_s) = quiet_s {
            lines.push(format!("last     {} ago", duration(quiet_s)));
        }
        print(&lines.join("\n"))
    }
}

/// Ranges on a line.
fn short(mut ranges: String) -> String {
    const MOST: usize = 200;
    if let Some(end) = ranges.get(..MOST).and_then(|start| start.rfind(',')) {
        ranges.truncate(end);
        ranges.push_str(",…");
    }
    ranges
}

fn duration(seconds: f64) -> String {
    let seconds = seconds.round().max(0.0) as u64;
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

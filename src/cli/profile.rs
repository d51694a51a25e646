//! `--profile` and `--trace`: where the time of a run goes.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::progress::SCHEMA_VERSION;
use super::{Exit, Failure, Verdict};
use crate::profile::{Processors, Report, Trace, Watch};

/// What is to be told of a run's time.
#[derive(Debug, Clone, Args)]
pub(super) struct Profiling {
    /// Say where the time went, stage by stage, and which stage is the limit
    #[arg(long)]
    profile: bool,
    /// Write what each thread did when, for ui.perfetto.dev
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
}

impl Profiling {
    /// Whether anything is.
    pub fn is_asked(&self) -> bool {
        self.profile || self.trace.is_some()
    }

    /// What is to listen to the stages, if anything is.
    pub fn watch(&self) -> Result<Option<Watch>, Failure> {
        let trace = self.trace.as_ref().map(|path| Trace::create(path).map_err(|error| self.unwritten(&error)));
        let trace = trace.transpose()?;
        Ok((self.profile || trace.is_some()).then(|| Watch::new(trace)))
    }

    fn unwritten(&self, error: &std::io::Error) -> Failure {
        let path = self.trace.as_deref().unwrap_or("the trace".as_ref());
        Failure::new(Exit::InputOutput, format!("cannot write {}: {error}", path.display()))
    }
}

/// Does a run and tells of its time, also where it failed or was stopped.
pub(super) fn of(asked: &Profiling, json: bool, watch: Option<Watch>, run: impl FnOnce() -> Verdict) -> Verdict {
    let Some(watch) = watch else { return run() };
    let (start, processors) = (Instant::now(), Processors::start());
    let verdict = run();
    let report = watch.report(start.elapsed(), processors.share());
    if asked.profile {
        say!("{}", told(&report, json));
    }
    let ended = watch.finish().map_err(|error| asked.unwritten(&error));
    // Why the run failed comes first.
    verdict.and_then(|exit| ended.map(|()| exit))
}

/// A table, or a line as those of `--progress json`.
fn told(report: &Report, json: bool) -> String {
    if json {
        serde_json::json!({ "schema_version": SCHEMA_VERSION, "event": "profile", "profile": report }).to_string()
    } else {
        report.to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn programs_are_told_in_one_line() {
        let report = Watch::new(None).report(Duration::from_secs(2), None);
        let line = told(&report, true);
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((value["event"].as_str(), value["profile"]["wall_s"].as_f64()), (Some("profile"), Some(2.0)));
        assert_eq!(line.lines().count(), 1);
        assert!(told(&report, false).starts_with("stage"));
    }

    #[test]
    fn who_asks_for_nothing_is_not_watched() {
        let nothing = Profiling { profile: false, trace: None };
        assert!(nothing.watch().ok().unwrap().is_none());
        let nowhere = Profiling { profile: false, trace: Some("/nowhere/at/all".into()) };
        assert!(nowhere.watch().is_err_and(|failure| failure.exit == Exit::InputOutput));
    }
}

//! What the sums say: where the time goes, and what keeps a run from being faster.

use std::fmt::{self, Display, Formatter};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::{Crew, Sums};
use crate::station::Station;

/// A limit's threads are at work for at least this share of their time; below it nothing is one all the time.
const CLEAR: f64 = 0.8;
/// Processors are the limit themselves from this share on: any thread then waits for them while it seems to work.
const FULL: f64 = 0.9;

/// Where the time of a run went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// How long the run took, in seconds.
    pub wall_s: f64,
    /// Share of the time of all processors that the program had, if that is known.
    pub processors: Option<f64>,
    /// Stages of which something was heard, in a frame's order.
    pub stages: Vec<Row>,
    /// What keeps the run from being faster; none if nothing was heard.
    pub limit: Option<Limit>,
}

/// What was heard of a stage. Times do not count what was done for another stage meanwhile.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Which.
    pub stage: Station,
    /// How often it worked.
    pub count: u64,
    /// In all, in seconds, of all its threads together.
    pub total_s: f64,
    /// Mean of a time, in seconds.
    pub mean_s: f64,
    /// What 99 of 100 times take no longer than, in seconds, to within 1 %.
    pub p99_s: f64,
    /// The longest time, in seconds.
    pub longest_s: f64,
    /// Share of their time that its threads were at work for it, from 0 to 1.
    ///
    /// Its threads are those of all crews that were heard of at this stage. Their time is that from the first to the
    /// last that was heard of each of them, but at least that of the run.
    pub busy: f64,
    /// Share of their time that its threads waited for others at this stage, from 0 to 1.
    pub waits: f64,
}

/// What keeps a run from being faster.
///
/// Stages work at the same time, on crews of threads with queues of bounded length between them, so the run is as fast
/// as the crew that cannot be given work faster than it does it. It is the one that waits the smallest share of its
/// time: those before it wait until it takes what they made, those after it until it makes something. All that is no
/// wait counts as work, what no span tells of too. Within that crew one thing is done after the other; the stage that
/// takes most of its time is the limit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Limit {
    /// Which.
    pub stage: Station,
    /// Share of their time that the threads of its crew do not wait, from 0 to 1. Where that is much less than 1 the
    /// run is too short, or its stages wait for each other in turn, and no stage alone is the limit.
    pub threads_busy: f64,
    /// Share of their time that they are at work for this stage, from 0 to 1: what the run could gain, were this for
    /// nothing.
    pub share: f64,
    /// How many threads it has.
    pub threads: u64,
}

impl Report {
    pub(super) fn of(sums: &Sums, wall: Duration, processors: Option<f64>) -> Report {
        let wall_s = wall.as_secs_f64();
        let stages = Station::ALL.into_iter().filter_map(|stage| Row::of(stage, sums, wall_s)).collect();
        let mut limit: Option<Limit> = None;
        for found in sums.crews.iter().filter_map(|crew| Limit::of(crew, wall_s)) {
            if limit.as_ref().is_none_or(|known| found.threads_busy > known.threads_busy) {
                limit = Some(found);
            }
        }
        Report { wall_s, processors, stages, limit }
    }
}

impl Row {
    fn of(stage: Station, sums: &Sums, wall_s: f64) -> Option<Row> {
        let (work, waits) = (sums.work.get(stage as usize)?, sums.waits.get(stage as usize)?);
        if work.count() + waits.count() == 0 {
            return None;
        }
        let is_here = |crew: &&Crew| crew.at.get(stage as usize).is_some_and(|at| read(&at.spans) > 0);
        let time_s: f64 = sums.crews.iter().filter(is_here).map(|crew| crew.time_s(wall_s)).sum();
        let total_s = work.total().as_secs_f64();
        Some(Row {
            stage,
            count: work.count(),
            total_s,
            mean_s: share(total_s, work.count() as f64),
            p99_s: work.quantile(0.99).as_secs_f64(),
            longest_s: work.longest().as_secs_f64(),
            busy: share(total_s, time_s),
            waits: share(waits.total().as_secs_f64(), time_s),
        })
    }
}

impl Limit {
    fn of(crew: &Crew, wall_s: f64) -> Option<Limit> {
        let worked_ns = |stage: Station| crew.at.get(stage as usize).map_or(0, |at| read(&at.worked_ns));
        // Of two that take the same the first one.
        let stage = Station::ALL.into_iter().rev().max_by_key(|stage| worked_ns(*stage))?;
        let time_s = crew.time_s(wall_s);
        let busy_s = seconds(&crew.there_ns) - seconds(&crew.waited_ns);
        (worked_ns(stage) > 0).then(|| Limit {
            stage,
            threads_busy: share(busy_s, time_s).max(0.0),
            share: share(worked_ns(stage) as f64 * 1e-9, time_s),
            threads: read(&crew.threads),
        })
    }
}

impl Crew {
    /// That its threads had; one that is there for a moment has all of the run's.
    fn time_s(&self, wall_s: f64) -> f64 {
        seconds(&self.there_ns).max(wall_s)
    }
}

fn read(sum: &AtomicU64) -> u64 {
    sum.load(Ordering::Relaxed)
}

fn seconds(sum_ns: &AtomicU64) -> f64 {
    read(sum_ns) as f64 * 1e-9
}

/// 0 of nothing.
fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

impl Display for Report {
    /// A table, one line a stage, and what is the limit.
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "{:<8}  {:>8} {:>9} {:>9} {:>9}  {:>6} {:>6}",
            "stage", "times", "mean", "p99", "longest", "busy", "waits"
        )?;
        for row in &self.stages {
            let Row { count, mean_s, p99_s, longest_s, busy, waits, .. } = row;
            let times = [*mean_s, *p99_s, *longest_s].map(brief);
            let [mean, p99, longest] = if *count == 0 { Default::default() } else { times };
            let (busy, waits) = (100.0 * busy, 100.0 * waits);
            let stage = row.stage.name();
            writeln!(out, "{stage:<8}  {count:>8} {mean:>9} {p99:>9} {longest:>9}  {busy:>5.1}% {waits:>5.1}%")?;
        }
        match &self.limit {
            None => write!(out, "nothing was done")?,
            Some(limit) => write!(out, "{limit}")?,
        }
        match self.processors {
            Some(had) if had >= FULL => {
                let percent = 100.0 * had;
                write!(out, "\nall processors are at work ({percent:.0}%): less to do at any stage makes it faster")
            }
            _ => Ok(()),
        }
    }
}

impl Display for Limit {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let Limit { stage, threads_busy, share, threads } = self;
        let (name, busy, share) = (stage.name(), 100.0 * threads_busy, 100.0 * share);
        let whose = if *threads == 1 { "its thread works".to_owned() } else { format!("its {threads} threads work") };
        if *threads_busy >= CLEAR {
            write!(out, "{name} is the limit: {whose} {busy:.0}% of the time, {share:.0}% for {name}")
        } else {
            write!(out, "no stage is the limit all the time; nearest is {name}: {whose} {busy:.0}% of the time")
        }
    }
}

/// A time in three digits that count.
fn brief(time_s: f64) -> String {
    let (number, unit) = match time_s {
        s if s < 999.5e-6 => (1e6 * s, "µs"),
        s if s < 999.5e-3 => (1e3 * s, "ms"),
        s => (s, "s"),
    };
    let digits = if number < 9.995 { 2 } else { usize::from(number < 99.95) };
    format!("{number:.digits$} {unit}")
}

/// Measures how much of all processors' time the program has.
#[derive(Debug)]
pub struct Processors {
    begin: Instant,
    had: Option<Duration>,
}

impl Processors {
    /// From now on.
    pub fn start() -> Processors {
        Processors { begin: Instant::now(), had: had() }
    }

    /// The share from 0 to 1 since the start, where the system tells.
    pub fn share(&self) -> Option<f64> {
        let count = std::thread::available_parallelism().ok()?.get();
        let had_s = had()?.saturating_sub(self.had?).as_secs_f64();
        Some(share(had_s, self.begin.elapsed().as_secs_f64() * count as f64).min(1.0))
    }
}

/// Time of processors that the program has had since it began.
fn had() -> Option<Duration> {
    had_of(&std::fs::read_to_string("/proc/self/stat").ok()?)
}

/// The same from Linux's `proc_pid_stat`: fields 14 and 15, in hundredths of a second.
fn had_of(stat: &str) -> Option<Duration> {
    // The second field is a name, which may hold anything; the third one follows its bracket.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: Vec<u64> = fields.split_whitespace().skip(11).take(2).map_while(|field| field.parse().ok()).collect();
    (ticks.len() == 2).then(|| Duration::from_millis(10 * ticks.iter().sum::<u64>()))
}

#[cfg(test)]
mod tests;

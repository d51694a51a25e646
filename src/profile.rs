//! Where the time of a run goes: listens to the spans of [stations](crate::station), adds up what each takes and how
//! long its threads wait, and writes all of it down as a trace where one is wanted.
//!
//! Threads that do the same belong together as a crew: one is of the crew of the station that it opened first. A thread
//! is there from its first span to its last one. Time within a span that is in another one of the same thread counts for
//! the inner one alone.

mod report;
#[cfg(test)]
mod tests;
mod times;
mod trace;

use std::cell::RefCell;
use std::fmt::Debug;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

pub use report::{Limit, Processors, Report, Row};
use times::{Times, nanoseconds};
pub use trace::Trace;

use crate::station::{self, Station};

/// How many stations there are.
const STATIONS: usize = Station::ALL.len();

/// Listens to stations, from any thread. Copies are of the same.
#[derive(Debug, Clone)]
pub struct Watch(Arc<Watched>);

#[derive(Debug)]
struct Watched {
    /// Tells the watches of a process apart.
    number: u64,
    /// That were heard of.
    threads: AtomicU64,
    sums: Sums,
    trace: Option<Trace>,
}

impl Watch {
    /// One that has heard nothing yet, and writes what it hears to `trace` too.
    pub fn new(trace: Option<Trace>) -> Watch {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Watch(Arc::new(Watched { number, threads: AtomicU64::new(0), sums: Sums::default(), trace }))
    }

    /// What hears the spans, and nothing else: for a registry, beside a log that has a filter of its own.
    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'s> LookupSpan<'s>,
    {
        self.clone().with_filter(Targets::new().with_target(station::TARGET, Level::ERROR))
    }

    /// What was heard in a time of `wall`, in which the program had this share of all processors, if that is known.
    /// Spans that are still open do not count.
    pub fn report(&self, wall: Duration, processors: Option<f64>) -> Report {
        Report::of(&self.0.sums, wall, processors)
    }

    /// Ends the trace, if there is one.
    ///
    /// # Errors
    ///
    /// Why not all of it was written.
    pub fn finish(&self) -> io::Result<()> {
        self.0.trace.as_ref().map_or(Ok(()), Trace::finish)
    }

    fn here<R>(&self, what: impl FnOnce(&mut Here) -> R) -> Option<R> {
        // Of a thread that is about to end nothing more is heard.
        let heard = HERE.try_with(|here| {
            let mut here = here.try_borrow_mut().ok()?;
            if here.watch != Some(self.0.number) {
                let thread = 1 + self.0.threads.fetch_add(1, Ordering::Relaxed);
                *here = Here { watch: Some(self.0.number), thread, ..Here::default() };
            }
            Some(what(&mut here))
        });
        heard.ok().flatten()
    }
}

impl<S: Subscriber> Layer<S> for Watch {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        let mut said = Said::default();
        attributes.record(&mut said);
        let Some(station) = said.station else { return };
        let waits = attributes.metadata().name() == station::WAIT;
        let task = Task { station, waits, frame: said.frame };
        self.here(|here| here.open(id.into_u64(), task, Instant::now()));
    }

    // A span of a station is entered as it is made, and never leaves its thread.
    fn on_close(&self, id: Id, _: Context<'_, S>) {
        let now = Instant::now();
        let Some(closed) = self.here(|here| here.close(id.into_u64(), now)).flatten() else { return };
        self.0.sums.add(&closed);
        if let Some(trace) = &self.0.trace {
            trace.add(&closed);
        }
    }
}

/// What the fields of a span say.
#[derive(Default)]
struct Said {
    station: Option<Station>,
    frame: Option<u64>,
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "station" {
            self.station = Station::of_name(value);
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "frame" {
            self.frame = Some(value);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

thread_local! {
    static HERE: RefCell<Here> = RefCell::default();
}

/// What goes on on a thread.
#[derive(Debug, Default)]
struct Here {
    /// Who watches it.
    watch: Option<u64>,
    /// Its number, from 1.
    thread: u64,
    /// Of its crew.
    crew: Option<Station>,
    /// Whether a span has been closed.
    known: bool,
    /// When the last span was closed that was in no other.
    until: Option<Instant>,
    open: Vec<Open>,
}

/// What a thread is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Task {
    station: Station,
    waits: bool,
    frame: Option<u64>,
}

/// A span that is open.
#[derive(Debug)]
struct Open {
    id: u64,
    task: Task,
    begin: Instant,
    /// Spent in spans that were in it.
    within: Duration,
}

/// A span that is over.
#[derive(Debug, PartialEq, Eq)]
struct Closed {
    thread: u64,
    crew: Station,
    /// Whether it is the first of its thread.
    first: bool,
    task: Task,
    begin: Instant,
    whole: Duration,
    /// Without what was spent in spans that were in it.
    own: Duration,
    /// For how much longer the thread is known to have been there.
    there: Duration,
}

impl Here {
    fn open(&mut self, id: u64, task: Task, begin: Instant) {
        self.crew.get_or_insert(task.station);
        self.open.push(Open { id, task, begin, within: Duration::ZERO });
    }

    fn close(&mut self, id: u64, now: Instant) -> Option<Closed> {
        let place = self.open.iter().rposition(|open| open.id == id)?;
        let Open { task, begin, within, .. } = self.open.remove(place);
        let whole = now.saturating_duration_since(begin);
        let there = if let Some(outer) = self.open.last_mut() {
            outer.within += whole;
            Duration::ZERO
        } else {
            now.saturating_duration_since(self.until.replace(now).unwrap_or(begin))
        };
        Some(Closed {
            thread: self.thread,
            crew: self.crew.unwrap_or(task.station),
            first: !std::mem::replace(&mut self.known, true),
            task,
            begin,
            whole,
            own: whole.saturating_sub(within),
            there,
        })
    }
}

/// All that was heard, added up.
#[derive(Debug, Default)]
struct Sums {
    work: [Times; STATIONS],
    waits: [Times; STATIONS],
    crews: [Crew; STATIONS],
}

/// Threads that began at the same station.
#[derive(Debug, Default)]
struct Crew {
    threads: AtomicU64,
    there_ns: AtomicU64,
    waited_ns: AtomicU64,
    /// At work at each station, or waiting there.
    at: [At; STATIONS],
}

/// What a crew did at a station.
#[derive(Debug, Default)]
struct At {
    spans: AtomicU64,
    worked_ns: AtomicU64,
}

impl Sums {
    fn add(&self, closed: &Closed) {
        let Task { station, waits, .. } = closed.task;
        let times = if waits { &self.waits } else { &self.work };
        if let Some(times) = times.get(station as usize) {
            times.add(closed.own);
        }
        let Some(crew) = self.crews.get(closed.crew as usize) else { return };
        let own_ns = nanoseconds(closed.own);
        let count = |sum: &AtomicU64, more| sum.fetch_add(more, Ordering::Relaxed);
        count(&crew.threads, u64::from(closed.first));
        count(&crew.there_ns, nanoseconds(closed.there));
        if waits {
            count(&crew.waited_ns, own_ns);
        }
        if let Some(at) = crew.at.get(station as usize) {
            count(&at.spans, 1);
            count(&at.worked_ns, if waits { 0 } else { own_ns });
        }
    }
}

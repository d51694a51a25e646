//! What a watch hears.

use std::sync::mpsc::sync_channel;
use std::thread;

use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt;

use super::*;

const WORK: Task = Task { station: Station::Render, waits: false, frame: Some(3) };
const WAIT: Task = Task { station: Station::Physics, waits: true, frame: None };

fn ms(time_ms: u64) -> Duration {
    Duration::from_millis(time_ms)
}

fn heard(watch: &Watch, what: impl FnOnce()) -> Report {
    tracing::subscriber::with_default(Registry::default().with(watch.layer()), what);
    watch.report(ms(1000), None)
}

fn row(report: &Report, stage: Station) -> Row {
    report.stages.iter().find(|row| row.stage == stage).unwrap().clone()
}

#[test]
fn time_within_counts_for_the_inner_span_alone() {
    let (start, mut here) = (Instant::now(), Here { thread: 5, ..Here::default() });
    here.open(1, WORK, start + ms(10));
    here.open(2, WAIT, start + ms(20));
    let inner = here.close(2, start + ms(50)).unwrap();
    assert_eq!((inner.whole, inner.own, inner.there, inner.first), (ms(30), ms(30), Duration::ZERO, true));
    here.open(3, WAIT, start + ms(60));
    assert_eq!(here.close(3, start + ms(65)).unwrap().own, ms(5));
    let outer = here.close(1, start + ms(100)).unwrap();
    let own = ms(90 - 30 - 5);
    let (thread, crew, begin) = (5, Station::Render, start + ms(10));
    assert_eq!(outer, Closed { thread, crew, first: false, task: WORK, begin, whole: ms(90), own, there: ms(90) });
}

#[test]
fn a_thread_is_there_between_its_spans() {
    let (start, mut here) = (Instant::now(), Here::default());
    let mut span = |id, from, to| {
        here.open(id, WAIT, start + ms(from));
        here.close(id, start + ms(to)).unwrap().there
    };
    // From the first on, with the gap from 30 to 50.
    assert_eq!([span(1, 10, 30), span(2, 50, 60), span(3, 60, 60)], [ms(20), ms(30), ms(0)]);
}

#[test]
fn spans_that_are_not_open_are_not_closed() {
    let (start, mut here) = (Instant::now(), Here::default());
    assert_eq!(here.close(1, start), None);
    here.open(1, WORK, start + ms(10));
    assert_eq!(here.close(2, start), None);
    // A clock that goes backwards takes no time.
    assert_eq!(here.close(1, start).unwrap().whole, Duration::ZERO);
    assert_eq!(here.close(1, start), None);
}

#[test]
fn spans_that_end_out_of_order_are_told_apart() {
    let (start, mut here) = (Instant::now(), Here::default());
    here.open(1, WORK, start);
    here.open(2, WAIT, start + ms(1));
    assert_eq!(here.close(1, start + ms(4)).unwrap().task, WORK);
    assert_eq!(here.close(2, start + ms(8)).unwrap().task, WAIT);
}

#[test]
fn what_rooms_say_is_heard() {
    let watch = Watch::new(None);
    let report = heard(&watch, || {
        for frame in 0..3 {
            let _at = Station::Encode.work(frame);
            Station::Encode.wait(|| thread::sleep(ms(2)));
        }
        drop(Station::Write.work_on_any());
        // Of others.
        drop(tracing::error_span!(target: "maquette", "work", station = "draw").entered());
        drop(tracing::error_span!(target: station::TARGET, "work", station = "nowhere").entered());
        drop(tracing::error_span!(target: station::TARGET, "work", station = 3, frame = "four").entered());
    });
    let stages: Vec<Station> = report.stages.iter().map(|row| row.stage).collect();
    assert_eq!(stages, [Station::Encode, Station::Write]);
    let encode = row(&report, Station::Encode);
    assert_eq!((encode.count, row(&report, Station::Write).count), (3, 1));
    assert!(encode.waits >= 0.006, "{encode:?}");
    let sums = &watch.0.sums;
    let (whole, own) = (sums.crews[Station::Encode as usize].there_ns.load(Ordering::Relaxed), encode.total_s);
    assert!(own > 0.0 && own + 0.006 <= whole as f64 * 1e-9, "the waits are not in {own} s of {whole} ns");
}

#[test]
fn nothing_is_heard_without_a_watch() {
    let watch = Watch::new(None);
    tracing::subscriber::with_default(Registry::default(), || drop(Station::Encode.work(1)));
    assert_eq!(watch.report(ms(1), None).stages, []);
    assert_eq!(watch.report(ms(1), None).limit, None);
}

#[test]
fn two_watches_hear_their_own() {
    let [one, other] = [Watch::new(None), Watch::new(None)];
    let first = heard(&one, || drop(Station::Draw.work(1)));
    let second = heard(&other, || (0..2).for_each(|frame| drop(Station::Draw.work(frame))));
    assert_eq!((row(&first, Station::Draw).count, row(&second, Station::Draw).count), (1, 2));
    assert_eq!(one.report(ms(1000), None), first);
}

#[test]
fn threads_are_heard_together() {
    const THREADS: u64 = 4;
    const EACH: u64 = 500;
    let watch = Watch::new(None);
    let dispatch = tracing::Dispatch::new(Registry::default().with(watch.layer()));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                tracing::dispatcher::with_default(&dispatch, || {
                    Station::Label.wait(|| ());
                    for frame in 0..EACH {
                        drop(Station::Label.work(frame));
                        drop(Station::Encode.work(frame));
                    }
                });
            });
        }
    });
    let report = watch.report(ms(1), None);
    for stage in [Station::Label, Station::Encode] {
        assert_eq!(row(&report, stage).count, THREADS * EACH);
    }
    assert_eq!(report.limit.unwrap().threads, THREADS);
    // All began by waiting to label.
    assert_eq!(watch.0.sums.crews.iter().filter(|crew| crew.threads.load(Ordering::Relaxed) > 0).count(), 1);
}

#[test]
fn of_two_threads_the_one_that_never_waits_is_the_limit() {
    let watch = Watch::new(None);
    let dispatch = tracing::Dispatch::new(Registry::default().with(watch.layer()));
    let start = Instant::now();
    thread::scope(|scope| {
        let (frames, jobs) = sync_channel::<u64>(1);
        let dispatch = &dispatch;
        scope.spawn(move || {
            tracing::dispatcher::with_default(dispatch, || {
                while let Ok(frame) = Station::Label.wait(|| jobs.recv()) {
                    let _at = Station::Label.work(frame);
                    thread::sleep(ms(10));
                }
            });
        });
        tracing::dispatcher::with_default(dispatch, || {
            for frame in 0..20 {
                drop(Station::Draw.work(frame));
                Station::Draw.wait(|| frames.send(frame)).unwrap();
            }
        });
    });
    let report = watch.report(start.elapsed(), None);
    let [draw, label] = [Station::Draw, Station::Label].map(|stage| row(&report, stage));
    assert!(draw.waits > label.waits && draw.busy < label.busy && label.mean_s >= 0.01, "{draw:?} {label:?}");
    let limit = report.limit.unwrap();
    assert_eq!((limit.stage, limit.threads), (Station::Label, 1));
}

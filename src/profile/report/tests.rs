//! What the report says of pipelines of which the limit is known.

use proptest::prelude::*;

use super::super::{Closed, Task};
use super::*;

fn ms(time_ms: u64) -> Duration {
    Duration::from_millis(time_ms)
}

/// A thread whose spans are told one after the other.
struct Thread<'s> {
    sums: &'s Sums,
    crew: Station,
    first: bool,
    now: Instant,
}

impl<'s> Thread<'s> {
    fn new(sums: &'s Sums, crew: Station, now: Instant) -> Self {
        Thread { sums, crew, first: true, now }
    }

    /// Is at something up to a moment.
    fn until(&mut self, station: Station, waits: bool, end: Instant) {
        let time = end - self.now;
        let task = Task { station, waits, frame: None };
        let first = std::mem::replace(&mut self.first, false);
        let (crew, begin) = (self.crew, self.now);
        self.sums.add(&Closed { thread: 1, crew, first, task, begin, whole: time, own: time, there: time });
        self.now = end;
    }

    fn work(&mut self, station: Station, time_ms: u64) {
        self.until(station, false, self.now + ms(time_ms));
    }

    fn wait(&mut self, station: Station, time_ms: u64) {
        self.until(station, true, self.now + ms(time_ms));
    }
}

fn row(report: &Report, stage: Station) -> &Row {
    report.stages.iter().find(|row| row.stage == stage).unwrap()
}

fn near(found: f64, wanted: f64) -> bool {
    (found - wanted).abs() < 1e-9
}

#[test]
fn a_row_tells_of_its_stage_alone() {
    let sums = Sums::default();
    let mut thread = Thread::new(&sums, Station::Physics, Instant::now());
    thread.wait(Station::Physics, 100);
    thread.work(Station::Physics, 300);
    thread.work(Station::Physics, 500);
    thread.work(Station::Spawn, 50);
    let report = Report::of(&sums, ms(1000), None);
    let physics = row(&report, Station::Physics);
    assert_eq!(physics.count, 2);
    assert!(near(physics.total_s, 0.8) && near(physics.mean_s, 0.4) && near(physics.longest_s, 0.5));
    assert!((physics.p99_s - 0.5).abs() <= 0.005, "{}", physics.p99_s);
    // It was there for 950 ms of the 1000.
    assert!(near(physics.busy, 0.8) && near(physics.waits, 0.1), "{physics:?}");
    assert!(near(row(&report, Station::Spawn).busy, 0.05));
    let limit = report.limit.unwrap();
    assert_eq!((limit.stage, limit.threads), (Station::Physics, 1));
    assert!(near(limit.threads_busy, 0.85) && near(limit.share, 0.8), "{limit:?}");
}

#[test]
fn shares_are_of_the_threads_that_work_there() {
    let sums = Sums::default();
    let start = Instant::now();
    for _ in 0..4 {
        let mut worker = Thread::new(&sums, Station::Label, start);
        worker.work(Station::Label, 200);
        worker.wait(Station::Label, 800);
    }
    Thread::new(&sums, Station::Draw, start).work(Station::Draw, 1000);
    let report = Report::of(&sums, ms(1000), None);
    let label = row(&report, Station::Label);
    assert!(near(label.busy, 0.2) && near(label.waits, 0.8) && near(label.total_s, 0.8), "{label:?}");
    assert_eq!(report.limit.unwrap().stage, Station::Draw);
}

#[test]
fn what_is_there_for_a_moment_is_no_limit() {
    let sums = Sums::default();
    let start = Instant::now();
    Thread::new(&sums, Station::Sensor, start).work(Station::Sensor, 5);
    let mut thread = Thread::new(&sums, Station::Draw, start);
    thread.work(Station::Draw, 700);
    thread.wait(Station::Draw, 300);
    let limit = Report::of(&sums, ms(1000), None).limit.unwrap();
    assert_eq!(limit.stage, Station::Draw);
    assert!(near(limit.threads_busy, 0.7));
}

#[test]
fn time_that_no_span_tells_of_is_no_wait() {
    let sums = Sums::default();
    let task = Task { station: Station::Render, waits: false, frame: None };
    let begin = Instant::now();
    let closed =
        Closed { thread: 1, crew: Station::Draw, first: true, task, begin, whole: ms(10), own: ms(10), there: ms(900) };
    sums.add(&closed);
    let limit = Report::of(&sums, ms(1000), None).limit.unwrap();
    assert!(near(limit.threads_busy, 0.9) && near(limit.share, 0.01), "{limit:?}");
}

#[test]
fn nothing_and_no_time_are_told() {
    let report = Report::of(&Sums::default(), Duration::ZERO, None);
    assert_eq!((report.stages.len(), &report.limit), (0, &None));
    assert!(report.to_string().ends_with("nothing was done"));
    let sums = Sums::default();
    let mut thread = Thread::new(&sums, Station::Draw, Instant::now());
    thread.work(Station::Draw, 0);
    thread.wait(Station::Draw, 0);
    let report = Report::of(&sums, Duration::ZERO, Some(f64::NAN));
    let draw = row(&report, Station::Draw);
    assert_eq!((draw.count, draw.busy, draw.waits, draw.mean_s, draw.p99_s), (1, 0.0, 0.0, 0.0, 0.0));
    assert!(report.limit.is_none());
}

/// Spans of three crews with queues of two frames between them, as the times that they take have it: one thread of
/// physics, one that records and waits for the device, and workers. Gives how long the run takes.
fn pipeline(sums: &Sums, frames: usize, times_ms: [u64; 4], workers: usize) -> Duration {
    const QUEUE: usize = 2;
    let [physics_ms, render_ms, device_ms, label_ms] = times_ms;
    let start = Instant::now();
    let mut threads = [Station::Physics, Station::Render].map(|crew| Thread::new(sums, crew, start));
    let mut desk: Vec<Thread> = (0..workers).map(|_| Thread::new(sums, Station::Label, start)).collect();
    // When each frame was taken out of the queues before the second and the third crew.
    let mut taken: [Vec<Instant>; 2] = Default::default();
    let room = |taken: &[Instant], frame: usize| frame.checked_sub(QUEUE).map_or(start, |before| taken[before]);
    for frame in 0..frames {
        let [first, second] = &mut threads;
        first.work(Station::Physics, physics_ms);
        let given = first.now.max(room(&taken[0], frame));
        first.until(Station::Physics, true, given);
        second.until(Station::Render, true, given.max(second.now));
        taken[0].push(second.now);
        second.work(Station::Render, render_ms);
        second.work(Station::Device, device_ms);
        let given = second.now.max(room(&taken[1], frame));
        second.until(Station::Render, true, given);
        let worker = desk.iter_mut().min_by_key(|worker| worker.now).unwrap();
        worker.until(Station::Label, true, given.max(worker.now));
        taken[1].push(worker.now);
        worker.work(Station::Label, label_ms);
    }
    let end = desk.iter().map(|worker| worker.now).max().unwrap();
    for worker in &mut desk {
        worker.until(Station::Label, true, end);
    }
    end - start
}

proptest! {
    #[test]
    fn the_limit_is_what_a_pipeline_cannot_do_faster(
        times_ms in prop::array::uniform4(1_u64..100),
        workers in 1_usize..5,
    ) {
        let [physics_ms, render_ms, device_ms, label_ms] = times_ms;
        // Of a frame, with all threads of a crew at work.
        let mut crews = [
            (physics_ms as f64, Station::Physics),
            ((render_ms + device_ms) as f64, if device_ms > render_ms { Station::Device } else { Station::Render }),
            (label_ms as f64 / workers as f64, Station::Label),
        ];
        crews.sort_by(|one, other| one.0.total_cmp(&other.0));
        let [_, next, slowest] = crews;
        prop_assume!(slowest.0 > 1.1 * next.0);
        let sums = Sums::default();
        let frames = 400;
        let wall = pipeline(&sums, frames, times_ms, workers);
        let limit = Report::of(&sums, wall, None).limit.unwrap();
        prop_assert_eq!(limit.stage, slowest.1);
        prop_assert!(limit.threads_busy > 0.95, "{:?}", limit);
        // The rate is that of the slowest crew.
        let rate_ms = wall.as_secs_f64() * 1e3 / frames as f64;
        prop_assert!((rate_ms / slowest.0 - 1.0).abs() < 0.05, "{} for {}", rate_ms, slowest.0);
    }
}

#[test]
fn stages_that_wait_for_each_other_in_turn_are_no_limit() {
    let sums = Sums::default();
    let start = Instant::now();
    let [mut one, mut other] = [Station::Draw, Station::Label].map(|crew| Thread::new(&sums, crew, start));
    for _ in 0..10 {
        one.work(Station::Draw, 10);
        one.wait(Station::Draw, 9);
        other.wait(Station::Label, 10);
        other.work(Station::Label, 9);
    }
    let report = Report::of(&sums, ms(190), None);
    let text = report.to_string();
    assert!(
        text.ends_with("no stage is the limit all the time; nearest is draw: its thread works 53% of the time"),
        "{text}"
    );
}

#[test]
fn people_read_a_table() {
    let sums = Sums::default();
    let start = Instant::now();
    let mut main = Thread::new(&sums, Station::Draw, start);
    main.work(Station::Draw, 2);
    main.work(Station::Device, 958);
    main.wait(Station::Render, 40);
    for _ in 0..2 {
        let mut worker = Thread::new(&sums, Station::Label, start);
        worker.wait(Station::Label, 900);
        worker.work(Station::Label, 100);
    }
    let report = Report::of(&sums, ms(1000), Some(0.97));
    let lines: Vec<String> = report.to_string().lines().map(str::to_owned).collect();
    let wanted = [
        "stage        times      mean       p99   longest    busy  waits",
        "draw             1   2.00 ms   2.00 ms   2.00 ms    0.2%   0.0%",
        "render           0                                  0.0%   4.0%",
        "device           1    958 ms    958 ms    958 ms   95.8%   0.0%",
        "label            2    100 ms    100 ms    100 ms   10.0%  90.0%",
        "device is the limit: its thread works 96% of the time, 96% for device",
        "all processors are at work (97%): less to do at any stage makes it faster",
    ];
    assert_eq!(lines, wanted);
}

#[test]
fn programs_read_the_same() {
    let sums = Sums::default();
    Thread::new(&sums, Station::Write, Instant::now()).work(Station::Write, 250);
    let value = serde_json::to_value(Report::of(&sums, ms(500), None)).unwrap();
    assert_eq!(value["wall_s"], 0.5);
    assert_eq!(value["processors"], serde_json::Value::Null);
    assert_eq!(value["stages"][0]["stage"], "write");
    assert_eq!(value["stages"][0]["busy"], 0.5);
    assert_eq!(value["limit"]["stage"], "write");
    assert_eq!(value["limit"]["threads"], 1);
}

#[test]
fn times_are_brief() {
    for (time_s, text) in [
        (0.0, "0.00 µs"),
        (1.5e-9, "0.00 µs"),
        (9.99e-6, "9.99 µs"),
        (9.996e-6, "10.0 µs"),
        (99.96e-6, "100 µs"),
        (999.4e-6, "999 µs"),
        (999.6e-6, "1.00 ms"),
        (0.9996, "1.00 s"),
        (12.34, "12.3 s"),
        (7200.0, "7200 s"),
    ] {
        assert_eq!(brief(time_s), text);
    }
}

#[test]
fn time_of_processors_is_read_from_linux() {
    let stat = "7 (a b) c) S 1 7 7 0 -1 4194560 1 2 3 4 150 25 11 12 20 0 1 0 99";
    assert_eq!(had_of(stat), Some(ms(1750)));
    for bad in ["", "7 (a) S 1 2", "7 a S 1 7 7 0 -1 4194560 1 2 3 4 150 25", "7 (a) S 1 7 7 0 -1 1 1 2 3 4 x 25 11 12"]
    {
        assert_eq!(had_of(bad), None, "{bad}");
    }
}

#[test]
fn a_busy_thread_has_a_share_of_the_processors() {
    let processors = Processors::start();
    let start = Instant::now();
    while start.elapsed() < ms(300) {
        std::hint::black_box(0);
    }
    if let Some(share) = processors.share() {
        assert!(share > 0.0 && share <= 1.0, "{share}");
    }
}

//! What is in a trace.

use std::sync::Arc;

use serde_json::Value;

use super::*;
use crate::station::Station;

/// A file that is in memory, and may be full.
#[derive(Debug, Clone, Default)]
struct Memory {
    bytes: Arc<Mutex<Vec<u8>>>,
    most: Option<usize>,
}

impl Memory {
    fn text(&self) -> String {
        String::from_utf8(self.bytes.lock().unwrap().clone()).unwrap()
    }

    fn trace(&self) -> Trace {
        Trace::new(Box::new(self.clone())).unwrap()
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = self.bytes.lock().unwrap();
        if self.most.is_some_and(|most| all.len() + bytes.len() > most) {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "full"));
        }
        all.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn closed(trace: &Trace, first: bool, task: Task) -> Closed {
    let (begin, whole) = (trace.start + Duration::from_nanos(1_234_567), Duration::from_nanos(89_012));
    Closed { thread: 4, crew: Station::Label, first, task, begin, whole, own: whole, there: whole }
}

const WORK: Task = Task { station: Station::Encode, waits: false, frame: Some(17) };
const WAIT: Task = Task { station: Station::Label, waits: true, frame: None };

fn events(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap()
}

#[test]
fn events_are_as_the_format_has_them() {
    let file = Memory::default();
    let trace = file.trace();
    // Tests have threads with names.
    let name = std::thread::current().name().unwrap().to_owned();
    trace.add(&closed(&trace, true, WORK));
    trace.add(&closed(&trace, false, WAIT));
    trace.finish().unwrap();
    let process = std::process::id();
    let wanted = serde_json::json!([
        { "name": "process_name", "ph": "M", "pid": process, "tid": 0, "args": { "name": "maquette" } },
        { "name": "thread_name", "ph": "M", "pid": process, "tid": 4, "args": { "name": name } },
        { "name": "encode", "cat": "work", "ph": "X", "pid": process, "tid": 4, "ts": 1234.567, "dur": 89.012,
          "args": { "frame": 17 } },
        { "name": "label waits", "cat": "wait", "ph": "X", "pid": process, "tid": 4, "ts": 1234.567, "dur": 89.012 },
    ]);
    assert_eq!(Value::from(events(&file.text())), wanted);
    assert_eq!(file.text().lines().count(), 2 + 4);
}

#[test]
fn threads_are_named_whatever_their_names_are() {
    for (name, wanted) in [(Some("a \"b\"\\\n"), "a \"b\"\\\n"), (None, "label")] {
        let file = Memory::default();
        let trace = file.trace();
        std::thread::scope(|scope| {
            let builder = std::thread::Builder::new();
            let builder = if let Some(name) = name { builder.name(name.to_owned()) } else { builder };
            builder.spawn_scoped(scope, || trace.add(&closed(&trace, true, WORK))).unwrap();
        });
        trace.finish().unwrap();
        assert_eq!(events(&file.text())[1]["args"]["name"], wanted);
    }
}

#[test]
fn a_file_that_nobody_ended_lacks_its_bracket_alone() {
    let file = Memory::default();
    let trace = file.trace();
    for _ in 0..3 * BUFFER / 100 {
        trace.add(&closed(&trace, false, WORK));
    }
    // As if the process were killed here.
    let text = file.text();
    assert!(text.len() > BUFFER, "{}", text.len());
    assert!(serde_json::from_str::<Value>(&text).is_err());
    assert!(events(&(text + "]")).len() > BUFFER / 150);
    drop(trace);
}

#[test]
fn what_is_a_second_old_is_written() {
    let file = Memory::default();
    let trace = file.trace();
    trace.add(&closed(&trace, false, WORK));
    assert!(!file.text().contains("encode"));
    let long_ago = Instant::now().checked_sub(2 * WRITE_EVERY).unwrap();
    trace.out.lock().unwrap().written = long_ago;
    trace.add(&closed(&trace, false, WAIT));
    assert!(file.text().ends_with('}') && file.text().contains("encode") && file.text().contains("label waits"));
}

#[test]
fn nothing_follows_the_end() {
    let file = Memory::default();
    let trace = file.trace();
    trace.finish().unwrap();
    let text = file.text();
    trace.add(&closed(&trace, true, WORK));
    trace.finish().unwrap();
    assert_eq!((file.text(), events(&text).len()), (text, 1));
}

#[test]
fn a_full_disk_is_told_once_and_stops_nobody() {
    let file = Memory { most: Some(BUFFER), ..Memory::default() };
    let trace = file.trace();
    for _ in 0..4 * BUFFER / 100 {
        trace.add(&closed(&trace, false, WORK));
    }
    assert_eq!(trace.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
    trace.finish().unwrap();
    let none = Memory { most: Some(0), ..Memory::default() };
    assert!(Trace::new(Box::new(none)).is_err());
    assert!(Trace::create(Path::new("/nowhere/at/all")).is_err());
}

#[test]
fn threads_do_not_mix_their_lines() {
    let file = Memory::default();
    let trace = file.trace();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..1000).for_each(|_| trace.add(&closed(&trace, false, WORK))));
        }
    });
    trace.finish().unwrap();
    assert_eq!(events(&file.text()).len(), 4001);
}

//! A run as a trace for `ui.perfetto.dev` or `chrome://tracing`: an array of events in the Trace Event Format, one a
//! line.
//!
//! A span is an event of phase `X`, written when it is over; waits have a category of their own. Some 100 bytes a span
//! gather in a buffer that is written when it is full, and at least once a second while spans come. A file that nobody
//! ended lacks its last bracket, and at most the last second: readers of the format do not ask for the bracket.

use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Closed, Task};

/// Between two times that the buffer is written though it is not full.
const WRITE_EVERY: Duration = Duration::from_secs(1);
/// Bytes of the buffer.
const BUFFER: usize = 1 << 16;

/// A trace that is being written.
#[derive(Debug)]
pub struct Trace {
    start: Instant,
    process: u32,
    out: Mutex<Out>,
}

struct Out {
    file: BufWriter<Box<dyn Write + Send>>,
    /// The next events.
    text: String,
    written: Instant,
    /// Whether no more is to come, and whether that is well.
    ended: Option<Result<(), io::Error>>,
}

impl fmt::Debug for Out {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Out").field("ended", &self.ended).finish_non_exhaustive()
    }
}

impl Trace {
    /// One in a file, in place of what is there.
    ///
    /// # Errors
    ///
    /// Why it cannot be written.
    pub fn create(path: &Path) -> io::Result<Trace> {
        Trace::new(Box::new(File::create(path)?))
    }

    /// One that goes wherever.
    ///
    /// # Errors
    ///
    /// Why it cannot be written.
    pub fn new(file: Box<dyn Write + Send>) -> io::Result<Trace> {
        let (start, process) = (Instant::now(), std::process::id());
        let mut file = BufWriter::with_capacity(BUFFER, file);
        // First, so that all others follow a comma.
        file.write_all(format!("[\n{}", named("process_name", "maquette", process, 0)).as_bytes())?;
        file.flush()?;
        let out = Out { file, text: String::new(), written: start, ended: None };
        Ok(Trace { start, process, out: Mutex::new(out) })
    }

    /// A span that is over, on the thread that it was on.
    pub(super) fn add(&self, closed: &Closed) {
        let Closed { thread, crew, first, task: Task { station, waits, frame }, begin, whole, .. } = closed;
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if out.ended.is_some() {
            return;
        }
        out.text.clear();
        if *first {
            let this = std::thread::current();
            // Of one that has no name its crew tells what it does.
            out.text += ",\n";
            out.text += &named("thread_name", this.name().unwrap_or(crew.name()), self.process, *thread);
        }
        let (kind, more) = if *waits { ("wait", " waits") } else { ("work", "") };
        let begin_us = begin.saturating_duration_since(self.start).as_nanos() as f64 * 1e-3;
        let whole_us = whole.as_nanos() as f64 * 1e-3;
        let (name, process) = (station.name(), self.process);
        // Writing to a text cannot fail.
        let _ = write!(
            out.text,
            ",\n{{\"name\":\"{name}{more}\",\"cat\":\"{kind}\",\"ph\":\"X\",\"pid\":{process},\"tid\":{thread},\
             \"ts\":{begin_us:.3},\"dur\":{whole_us:.3}"
        );
        let _ = match frame {
            Some(frame) => write!(out.text, ",\"args\":{{\"frame\":{frame}}}}}"),
            None => out.text.write_char('}'),
        };
        out.put();
    }

    /// Writes what is left. What is heard later is not written.
    ///
    /// # Errors
    ///
    /// Why not all was written.
    pub fn finish(&self) -> io::Result<()> {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if out.ended.is_none() {
            let ended = out.file.write_all(b"\n]\n").and_then(|()| out.file.flush());
            out.ended = Some(ended);
        }
        // Told once; an error cannot be copied.
        out.ended.replace(Ok(())).unwrap_or(Ok(()))
    }
}

impl Out {
    /// Puts the next events into the buffer, all or, after an error, none.
    fn put(&mut self) {
        let put = self.file.write_all(self.text.as_bytes()).and_then(|()| {
            if self.written.elapsed() < WRITE_EVERY {
                return Ok(());
            }
            self.written = Instant::now();
            self.file.flush()
        });
        if let Err(error) = put {
            self.ended = Some(Err(error));
        }
    }
}

/// An event that names a process or a thread.
fn named(what: &str, name: &str, process: u32, thread: u64) -> String {
    let args = serde_json::json!({ "name": name });
    format!("{{\"name\":\"{what}\",\"ph\":\"M\",\"pid\":{process},\"tid\":{thread},\"args\":{args}}}")
}

#[cfg(test)]
mod tests;

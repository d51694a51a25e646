//! Several engines as one, each in a thread of its own: what an engine does one after the other leaves processors idle
//! that another can use.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SendError, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Engine, RenderError, Sink, Stop};
use crate::frame::Frame;
use crate::randomize::ConcreteScene;
use crate::station::Station;

/// Opens an engine.
pub type Open = dyn Fn() -> Result<Box<dyn Engine>, RenderError> + Send + Sync;

/// Engines side by side. Scenes go to whichever has room, so that frames of different scenes come in any order.
pub struct Team {
    open: Arc<Open>,
    members: Vec<Member>,
    /// How many there may be.
    most: usize,
    /// How long the first draws alone.
    alone: Duration,
    /// When the first picture came.
    first: Option<Instant>,
}

/// How long one engine draws before others join it, where nobody said how many there are to be: to open one takes a
/// second or two of all processors, which a run must be long enough to win back.
const ALONE: Duration = Duration::from_secs(5);
/// Frames that wait to be taken.
const QUEUE: usize = 2;
/// As much as the first thread of a process has: drivers compile shaders on it.
const STACK_BYTES: usize = 8 << 20;

/// An engine and its thread, which ends when it gets no more work.
struct Member {
    work: Option<Sender<Work>>,
    thread: Option<JoinHandle<()>>,
}

/// What a member takes part in: one call of [`Engine::render`].
struct Work {
    scenes: Receiver<ConcreteScene>,
    part: Part,
}

/// What a member has to say.
enum Told {
    /// It wants a scene.
    Asks,
    /// It has drawn something.
    Drew(Box<Frame>, Arc<ConcreteScene>),
    /// It has no more part in this, and why.
    Leaves(Result<(), RenderError>),
}

impl Team {
    /// Opens the first engine. There will be `size`, or, where that is not said, as many as the first knows to be best.
    ///
    /// # Errors
    ///
    /// What opening the first gave. That a further one cannot be opened is none: the others do its work.
    pub fn new(open: Arc<Open>, size: Option<usize>) -> Result<Team, RenderError> {
        let (opened, best) = channel();
        let first = Member::start(open.clone(), Some(opened))?;
        let best = best.recv().map_err(|_| died())??;
        let alone = if size.is_some() { Duration::ZERO } else { ALONE };
        Ok(Team { open, members: vec![first], most: size.unwrap_or(best).max(1), alone, first: None })
    }

    /// Whether it is time for another to join.
    fn may_grow(&self) -> bool {
        let begun = self.alone.is_zero() || self.first.is_some_and(|first| first.elapsed() >= self.alone);
        begun && self.members.len() < self.most
    }
}

impl Member {
    /// Starts it; `opened` hears how many there should be.
    fn start(open: Arc<Open>, opened: Option<Sender<Result<usize, RenderError>>>) -> Result<Member, RenderError> {
        let (work, works) = channel::<Work>();
        let live = move || {
            // Engines panic where a device is refused to them.
            let engine = catch_unwind(AssertUnwindSafe(|| open())).unwrap_or_else(|_| Err(died()));
            let mut engine = match (engine, opened) {
                (Ok(engine), None) => engine,
                (Ok(engine), Some(opened)) => {
                    let _ = opened.send(Ok(engine.side_by_side()));
                    engine
                }
                (Err(error), opened) => {
                    tracing::debug!("a further engine could not be opened: {error}");
                    opened.map(|opened| opened.send(Err(error)));
                    // It leaves whatever it is to take part in.
                    return works.into_iter().for_each(|mut work| work.part.result = Ok(()));
                }
            };
            for Work { scenes, mut part } in works {
                let mut next = || {
                    Station::Render.wait(|| {
                        part.tell(Told::Asks).ok()?;
                        scenes.recv().ok()
                    })
                };
                let mut sink = |frame, scene| {
                    let drew = Told::Drew(Box::new(frame), scene);
                    Station::Render.wait(|| part.tell(drew))
                };
                let result = engine.render(&mut std::iter::from_fn(&mut next), &mut sink);
                part.result = result;
            }
        };
        let thread = std::thread::Builder::new().name("engine".to_owned()).stack_size(STACK_BYTES).spawn(live);
        let thread = thread.map_err(|error| RenderError::Device(format!("no thread for an engine: {error}")))?;
        Ok(Member { work: Some(work), thread: Some(thread) })
    }

    /// Has it take part as the member of that number; gives what takes scenes to it, none where it is gone.
    fn join(&self, member: usize, tell: SyncSender<(usize, Told)>) -> Option<SyncSender<ConcreteScene>> {
        // It asks for one at a time.
        let (give, scenes) = sync_channel(1);
        let part = Part { member, tell: Some(tell), result: Err(died()) };
        let sent = self.work.as_ref()?.send(Work { scenes, part });
        if let Err(SendError(Work { mut part, .. })) = sent {
            // Who hears it is who says it.
            part.tell = None;
            return None;
        }
        Some(give)
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.work = None;
        if let Some(thread) = self.thread.take() {
            // That it panicked was told.
            let _ = thread.join();
        }
    }
}

/// That a member takes part. Dropped, it tells that the member leaves, also where it panics or never began.
struct Part {
    member: usize,
    tell: Option<SyncSender<(usize, Told)>>,
    /// Why it leaves.
    result: Result<(), RenderError>,
}

impl Part {
    fn tell(&self, what: Told) -> Result<(), Stop> {
        let tell = self.tell.as_ref().ok_or(Stop)?;
        tell.send((self.member, what)).map_err(|_| Stop)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Where nobody listens any more, nobody wants to know.
        let result = std::mem::replace(&mut self.result, Ok(()));
        let _ = self.tell(Told::Leaves(result));
    }
}

fn died() -> RenderError {
    RenderError::Device("an engine ended before its time".to_owned())
}

impl Engine for Team {
    fn render(
        &mut self,
        scenes: &mut dyn Iterator<Item = ConcreteScene>,
        sink: &mut Sink<'_>,
    ) -> Result<(), RenderError> {
        // Once this is dropped, whoever draws stops.
        let (tell, told) = sync_channel(QUEUE * self.most);
        let mut givers = Vec::new();
        for (place, member) in self.members.iter().enumerate() {
            givers.push(Some(member.join(place, tell.clone()).ok_or_else(died)?));
        }
        let mut drawing = givers.len();
        let mut exhausted = false;
        while drawing > 0 {
            while !exhausted && self.may_grow() {
                let member = Member::start(self.open.clone(), None).ok();
                let giver = member.as_ref().and_then(|member| member.join(self.members.len(), tell.clone()));
                let (Some(member), Some(giver)) = (member, giver) else {
                    // Those that there are do its work.
                    self.most = self.members.len();
                    break;
                };
                self.members.push(member);
                givers.push(Some(giver));
                drawing += 1;
            }
            let Ok((member, said)) = Station::Draw.wait(|| told.recv()) else { break };
            match said {
                Told::Asks => {
                    let scene = if exhausted { None } else { scenes.next() };
                    exhausted = scene.is_none();
                    match (scene, givers.get(member).and_then(Option::as_ref)) {
                        // Should it be gone, it has said so.
                        (Some(scene), Some(give)) => give.send(scene).map_err(|_| died())?,
                        _ => givers[member] = None,
                    }
                }
                Told::Drew(frame, scene) => {
                    self.first.get_or_insert_with(Instant::now);
                    sink(*frame, scene).map_err(|Stop| RenderError::Stopped)?;
                }
                Told::Leaves(result) => {
                    result?;
                    drawing -= 1;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

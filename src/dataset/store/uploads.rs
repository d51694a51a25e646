//! A queue of uploads that makes its users wait when it is full.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::task::JoinSet;

use super::body::Body;
use super::remote::WHOLE_BYTES;
use super::{Store, StoreError};

/// Uploads under way, bounded in number and in bytes. Dropped, it stops them at once: objects whose upload was not
/// done are then there as before, or anew.
#[derive(Debug)]
pub struct Uploads {
    store: Store,
    most_at_once: usize,
    most_bytes: u64,
    queue: Arc<Queue>,
    tasks: Mutex<JoinSet<()>>,
}

impl Uploads {
    pub(super) fn new(store: Store, most_at_once: usize, most_bytes: u64) -> Uploads {
        let (queue, tasks) = (Arc::default(), Mutex::new(JoinSet::new()));
        Uploads { store, most_at_once: most_at_once.max(1), most_bytes, queue, tasks }
    }

    /// Uploads bytes, once there is room for them. What is larger than all room has it to itself.
    ///
    /// The first failure of any upload is told by this and by all calls that follow.
    #[cfg(test)]
    pub fn put(&self, key: String, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.add(key, Body::memory(bytes))
    }

    /// Uploads a file, which has to stay as it is until [`flush`](Uploads::flush) has returned: it is read when its
    /// turn comes, and again when the server was away.
    pub fn put_file(&self, key: String, path: &Path) -> Result<(), StoreError> {
        self.add(key, Body::file(path)?)
    }

    /// Waits until all that was put is there, or until something has failed.
    pub fn flush(&self) -> Result<(), StoreError> {
        let state = self.queue.wait_while(|state| !state.under_way.is_empty());
        state.failure.clone().map_or(Ok(()), Err)
    }

    fn add(&self, key: String, body: Body) -> Result<(), StoreError> {
        self.store.remote.path(&key)?;
        let bytes = match &body {
            Body::Memory(_) => body.length(),
            Body::File { length, .. } => (*length).min(WHOLE_BYTES),
        };
        // Two uploads of one key at a time could end in either order.
        let mut state = self.queue.wait_while(|state| {
            let full =
                state.under_way.len() >= self.most_at_once || state.bytes.saturating_add(bytes) > self.most_bytes;
            !state.under_way.is_empty() && (full || state.under_way.contains_key(&key))
        });
        if let Some(failure) = &state.failure {
            return Err(failure.clone());
        }
        state.under_way.insert(key.clone(), bytes);
        state.bytes += bytes;
        drop(state);

        let ticket = Ticket { queue: self.queue.clone(), key, failure: Some(stopped()) };
        let remote = self.store.remote.clone();
        let mut tasks = lock(&self.tasks);
        while tasks.try_join_next().is_some() {}
        let work = async move {
            let done = remote.unless_stopped(remote.upload(&ticket.key, &body)).await;
            ticket.end(done);
        };
        tasks.spawn_on(work, &self.store.threads.handle);
        Ok(())
    }
}

#[derive(Debug, Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Bytes in memory by key.
    under_way: BTreeMap<String, u64>,
    /// Their sum.
    bytes: u64,
    failure: Option<StoreError>,
}

impl Queue {
    /// Waits as long as something holds, but no longer than until a failure.
    fn wait_while(&self, mut holds: impl FnMut(&State) -> bool) -> MutexGuard<'_, State> {
        let waits = |state: &mut State| state.failure.is_none() && holds(state);
        self.changed.wait_while(lock(&self.state), waits).unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the queue, given back when the upload ends, however it does.
struct Ticket {
    queue: Arc<Queue>,
    key: String,
    failure: Option<StoreError>,
}

impl Ticket {
    fn end(mut self, done: Result<(), StoreError>) {
        self.failure = done.err();
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut state = lock(&self.queue.state);
        let bytes = state.under_way.remove(&self.key).unwrap_or(0);
        state.bytes = state.bytes.saturating_sub(bytes);
        if state.failure.is_none() {
            state.failure = self.failure.take();
        }
        drop(state);
        self.queue.changed.notify_all();
    }
}

fn stopped() -> StoreError {
    StoreError::Other { action: "write", object: "an object".to_owned(), reason: "its upload was stopped".to_owned() }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! Object storage as a place for datasets: whole objects at keys below a prefix in a bucket.
//!
//! Calls wait until they are done; the work of the network happens on threads of the [`Store`]'s own. An object
//! appears whole or not at all, and a key that is written again holds what was written last. Nothing here asks for a
//! key to be free: some servers do not honour it.
//!
//! # What is tried again
//! A request is repeated, after pauses that grow from 0.2 s to 10 s, when there is no connection (refused, no route, a
//! name that is not found), when a connection breaks or an answer is cut off, when there is no answer within two
//! minutes, and when the server answers 5xx, 408 or 429. That ends [`PATIENCE`] after the first try, or at most one
//! such time later. Any other answer ends it at once. While a store is opened all of this lasts no longer than about
//! [`OPENING`], so that a wrong address is told soon.
//!
//! # Limits
//! Up to 32 MiB an object travels in one request, beyond that in parts of 16 MiB, one after another, of which there
//! may be 10 000: 156 GiB. Parts of an object whose upload was stopped stay with the provider, unseen, until a rule
//! of the bucket removes them.

mod body;
mod connect;
mod error;
mod place;
mod remote;
#[cfg(test)]
mod tests;
mod uploads;

use std::future::Future;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::runtime::{Builder, Handle, Runtime};

use body::Body;
pub use error::StoreError;
use place::Place;
#[cfg(test)]
use remote::Backend;
use remote::Remote;
pub use uploads::Uploads;

/// How long a server may be away. A request keeps its signature while it is repeated, and providers take none that
/// is older than 15 minutes; tokens are renewed 5 minutes before they end.
pub const PATIENCE: Duration = Duration::from_mins(4);
/// How long a server may be away while a store is opened.
pub const OPENING: Duration = Duration::from_secs(8);
/// How long a server may be away once the process is to end: schedulers give it a minute.
const HURRIED: Duration = Duration::from_secs(30);
/// Between two looks at whether that is so.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// An object, as a listing tells of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// Its key below the store's prefix.
    pub key: String,
    /// Its length.
    pub bytes: u64,
}

/// Where objects are kept: a bucket and a prefix in it. Clones are the same store.
#[derive(Debug, Clone)]
pub struct Store {
    remote: Arc<Remote>,
    threads: Arc<Threads>,
}

impl Store {
    /// Opens `s3://bucket/prefix`, `gs://bucket/prefix` or `az://container/prefix`, and looks whether it can be listed.
    /// The prefix need not hold anything yet.
    ///
    /// Servers, credentials and regions come from environment variables: `AWS_*` (`AWS_ACCESS_KEY_ID`, `AWS_REGION`,
    /// `AWS_ENDPOINT_URL`, …), `GOOGLE_*` (`GOOGLE_APPLICATION_CREDENTIALS`, …), `AZURE_*`
    /// (`AZURE_STORAGE_ACCOUNT_NAME`, …). Without credentials there, the roles that clouds give to their machines are
    /// asked for; profiles in `~/.aws` are not read. Endpoints may be plain `http://`. Certificates are the system's,
    /// or those in `SSL_CERT_FILE`.
    pub fn open(url: &str) -> Result<Store, StoreError> {
        let variables = std::env::vars_os();
        let texts = variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Store::open_with(url, texts, PATIENCE)
    }

    /// Opens a store with other variables than those of the environment, and another patience than [`PATIENCE`].
    pub fn open_with(
        url: &str,
        variables: impl IntoIterator<Item = (String, String)>,
        patience: Duration,
    ) -> Result<Store, StoreError> {
        let mut variables: Vec<(String, String)> = variables.into_iter().collect();
        // Of AWS_DEFAULT_REGION and AWS_REGION the second counts, whatever the order they come in.
        variables.sort_unstable();
        let place = Place::parse(url, &variables)?;
        let threads = Arc::new(Threads::start().map_err(|error| StoreError::Other {
            action: "start the threads for",
            object: url.to_owned(),
            reason: error.to_string(),
        })?);
        let store = |patience: Duration| {
            let backend = connect::connect(&place, &variables, patience)?;
            Ok(Store { remote: Arc::new(Remote::new(backend, place.clone(), patience)), threads: threads.clone() })
        };
        let probe: Store = store(patience.min(OPENING))?;
        probe.wait(probe.remote.probe())?;
        store(patience)
    }

    /// Whether a text names a store, well or badly, and not a folder.
    pub fn is_url(text: &str) -> bool {
        place::is_url(text)
    }

    /// In this process's memory, for tests.
    #[cfg(test)]
    pub(super) fn memory() -> Store {
        Store::over(object_store::memory::InMemory::new(), "runs/a")
    }

    /// Refuses all changes after so many, as if the process had been killed.
    #[cfg(test)]
    pub(super) fn dies_after(&self, deeds: i64) {
        self.remote.deeds_left.store(deeds, std::sync::atomic::Ordering::Relaxed);
    }

    /// Whether it has refused any.
    #[cfg(test)]
    pub(super) fn has_died(&self) -> bool {
        self.remote.deeds_left.load(std::sync::atomic::Ordering::Relaxed) < 0
    }

    #[cfg(test)]
    fn over(backend: impl Backend, prefix: &str) -> Store {
        let place = Place::parse(&format!("s3://memory/{prefix}"), &[]).unwrap();
        let remote = Arc::new(Remote::new(Box::new(backend), place, Duration::ZERO));
        Store { remote, threads: Arc::new(Threads::start().unwrap()) }
    }

    /// The object at a key; `None` where there is none.
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.wait(self.remote.get(key))
    }

    /// All objects whose keys begin with the whole names of `prefix`, by key; an empty prefix lists the store.
    pub fn list(&self, prefix: &str) -> Result<Vec<Object>, StoreError> {
        self.wait(self.remote.list(prefix))
    }

    /// When the objects were written whose keys begin with the whole names of `prefix`, by key.
    pub fn times(&self, prefix: &str) -> Result<Vec<(String, SystemTime)>, StoreError> {
        self.wait(self.remote.times(prefix))
    }

    /// The names that keys below `prefix` go on with, up to a further `/` or their end, in order.
    pub fn names(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.wait(self.remote.names(prefix))
    }

    /// Removes the object at a key; that there is none is fine.
    pub fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.wait(self.remote.remove(key))
    }

    /// Puts an object at a key, in place of what is there, and waits until it is.
    pub fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.wait(self.remote.upload(key, &Body::memory(bytes)))
    }

    /// Puts a file's contents at a key, in place of what is there, and waits until they are.
    pub fn put_file(&self, key: &str, path: &Path) -> Result<(), StoreError> {
        self.wait(self.remote.upload(key, &Body::file(path)?))
    }

    /// A queue of uploads of which at most so many are under way, with at most so many bytes in memory.
    pub fn uploads(&self, most_at_once: usize, most_bytes: u64) -> Uploads {
        Uploads::new(self.clone(), most_at_once, most_bytes)
    }

    /// From here on nothing is waited for longer than half a minute in all.
    pub fn hurry(&self) {
        self.remote.hurry(HURRIED);
    }

    fn wait<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        self.threads.handle.block_on(self.remote.unless_stopped(work))
    }
}

/// The threads that the network's work is done on. They end with the last store and queue, without being waited for.
#[derive(Debug)]
struct Threads {
    handle: Handle,
    runtime: Option<Runtime>,
}

impl Threads {
    /// Two: one that computes hashes and ciphers need not hold up the other.
    fn start() -> io::Result<Threads> {
        let runtime = Builder::new_multi_thread().worker_threads(2).thread_name("store").enable_all().build()?;
        Ok(Threads { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

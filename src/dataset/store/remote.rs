//! Requests to the server, each repeated while the server may come back.

use std::future::Future;
use std::pin::pin;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

use futures_util::StreamExt;
use object_store::multipart::{MultipartStore, PartId};
use object_store::path::Path;
use object_store::{Error as Answer, GetOptions, MultipartId, ObjectMeta, ObjectStore, PutOptions, PutPayload};

use super::body::Body;
use super::error::{explain, is_of_the_way, misses_bucket};
use super::place::Place;
use super::{LOOK_EVERY, Object, StoreError};

/// Up to this an object travels in one request.
pub(super) const WHOLE_BYTES: u64 = 32 * 1024 * 1024;
/// What larger objects are cut into. Providers take no parts below 5 MiB.
pub(super) const PART_BYTES: u64 = 16 * 1024 * 1024;

/// What a provider's client has to offer.
pub(super) trait Backend: ObjectStore + MultipartStore {}

impl<T: ObjectStore + MultipartStore> Backend for T {}

/// A store's client, its place and how long its server may be away.
#[derive(Debug)]
pub(super) struct Remote {
    backend: Box<dyn Backend>,
    place: Place,
    patience: Duration,
    /// When all is to be given up, once that is known.
    end: OnceLock<Instant>,
    #[cfg(test)]
    pub deeds_left: std::sync::atomic::AtomicI64,
}

impl Remote {
    pub fn new(backend: Box<dyn Backend>, place: Place, patience: Duration) -> Remote {
        Remote {
            backend,
            place,
            patience,
            end: OnceLock::new(),
            #[cfg(test)]
            deeds_left: i64::MAX.into(),
        }
    }

    #[cfg(test)]
    fn strike(&self) -> Result<(), StoreError> {
        if self.deeds_left.fetch_sub(1, std::sync::atomic::Ordering::Relaxed) > 0 {
            return Ok(());
        }
        let object = "a test's object".to_owned();
        Err(StoreError::Other { action: "change", object, reason: "it was to die here".to_owned() })
    }

    /// Gives up all that is not done within so long. What was said first counts.
    pub fn hurry(&self, within: Duration) {
        let _ = self.end.set(Instant::now() + within);
    }

    /// Does something, but no longer than until all is to be given up.
    pub async fn unless_stopped<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        let mut work = pin!(work);
        loop {
            if let Ok(done) = tokio::time::timeout(LOOK_EVERY, work.as_mut()).await {
                return done;
            }
            if self.end.get().is_some_and(|end| Instant::now() > *end) {
                return Err(StoreError::Stopped { server: self.place.server.clone() });
            }
        }
    }

    /// Where in the bucket a key is.
    pub fn path(&self, key: &str) -> Result<Path, StoreError> {
        self.place.path(key)
    }

    /// Asks for what is there, to see whether the server, the bucket and the credentials are right.
    pub async fn probe(&self) -> Result<(), StoreError> {
        let path = &self.place.prefix;
        self.patiently("list", path, || async { self.backend.list(Some(path)).next().await.transpose() }).await?;
        Ok(())
    }

    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.place.path(key)?;
        let read = || async {
            match self.backend.get_opts(&path, GetOptions::default()).await {
                Ok(answer) => Ok(Some(answer.bytes().await?.to_vec())),
                Err(error) if is_missing_object(&error) => Ok(None),
                Err(error) => Err(error),
            }
        };
        self.patiently("read", &path, read).await
    }

    pub async fn list(&self, prefix: &str) -> Result<Vec<Object>, StoreError> {
        let found = self.listing(prefix).await?;
        let named = found
            .into_iter()
            .filter_map(|object| Some(Object { key: self.place.key(&object.location)?, bytes: object.size }));
        let mut objects: Vec<Object> = named.collect();
        objects.sort_unstable();
        Ok(objects)
    }

    pub async fn times(&self, prefix: &str) -> Result<Vec<(String, SystemTime)>, StoreError> {
        let found = self.listing(prefix).await?;
        let times = found.into_iter().filter_map(|object| {
            let key = self.place.key(&object.location)?;
            Some((key, SystemTime::from(object.last_modified)))
        });
        Ok(times.collect())
    }

    async fn listing(&self, prefix: &str) -> Result<Vec<ObjectMeta>, StoreError> {
        let path = self.place.folder(prefix)?;
        let list = || async {
            let answers: Vec<Result<ObjectMeta, Answer>> = self.backend.list(Some(&path)).collect().await;
            answers.into_iter().collect::<Result<Vec<ObjectMeta>, Answer>>()
        };
        self.patiently("list", &path, list).await
    }

    pub async fn names(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let path = self.place.folder(prefix)?;
        let found = self.patiently("list", &path, || self.backend.list_with_delimiter(Some(&path))).await?;
        let objects = found.objects.iter().map(|object| &object.location);
        let places = found.common_prefixes.iter().chain(objects);
        let mut names: Vec<String> = places.filter_map(|place| Some(place.filename()?.to_owned())).collect();
        names.sort_unstable();
        Ok(names)
    }

    pub async fn remove(&self, key: &str) -> Result<(), StoreError> {
        #[cfg(test)]
        self.strike()?;
        let path = self.place.path(key)?;
        let remove = || async {
            let mut answers = self.backend.delete_stream(futures_util::stream::iter([Ok(path.clone())]).boxed());
            match answers.next().await.transpose() {
                Err(error) if is_missing_object(&error) => Ok(()),
                answer => answer.map(drop),
            }
        };
        self.patiently("remove", &path, remove).await
    }

    /// Puts an object in place, whole.
    pub async fn upload(&self, key: &str, body: &Body) -> Result<(), StoreError> {
        #[cfg(test)]
        self.strike()?;
        let path = self.place.path(key)?;
        if body.length() > WHOLE_BYTES {
            return self.upload_parts(&path, body).await;
        }
        let payload = PutPayload::from(read(body, 0, body.length()).await?);
        let put = || self.backend.put_opts(&path, payload.clone(), PutOptions::default());
        self.patiently("write", &path, put).await.map(drop)
    }

    /// Puts an object in place by parts. Where putting them together had an effect but the answer was lost, the server
    /// does not know the parts any more when it is asked again, and all begins anew.
    async fn upload_parts(&self, path: &Path, body: &Body) -> Result<(), StoreError> {
        const TRIES: usize = 3;
        let mut tries = 1;
        loop {
            let id = self.patiently("write", path, || self.backend.create_multipart(path)).await?;
            let sent = self.put_parts(path, &id, body).await;
            let complete = |parts: Vec<PartId>| self.backend.complete_multipart(path, &id, parts);
            let (done, may_be_done) = match sent {
                Ok(parts) => (self.patiently("write", path, || complete(parts.clone())).await.map(drop), true),
                Err(error) => (Err(error), false),
            };
            let Err(error) = done else { return Ok(()) };
            let away = matches!(error, StoreError::Unreachable { .. });
            if !away {
                // What was said before says more than what comes of tidying up.
                let _ = self.backend.abort_multipart(path, &id).await;
            }
            if away || !may_be_done || tries == TRIES {
                return Err(error);
            }
            tries += 1;
        }
    }

    async fn put_parts(&self, path: &Path, id: &MultipartId, body: &Body) -> Result<Vec<PartId>, StoreError> {
        let mut parts = Vec::new();
        let mut offset = 0;
        while offset < body.length() {
            let length = PART_BYTES.min(body.length() - offset);
            let payload = PutPayload::from(read(body, offset, length).await?);
            let put = || self.backend.put_part(path, id, parts.len(), payload.clone());
            parts.push(self.patiently("write", path, put).await?);
            offset += length;
        }
        Ok(parts)
    }

    /// The client repeats what it knows to be harmless. Here all is: an answer that was cut off is asked for again.
    async fn patiently<T, Request>(
        &self,
        action: &'static str,
        path: &Path,
        mut request: impl FnMut() -> Request,
    ) -> Result<T, StoreError>
    where
        Request: Future<Output = Result<T, Answer>>,
    {
        const PAUSE: Duration = Duration::from_secs(1);
        let begin = Instant::now();
        loop {
            match request().await {
                Err(error) if is_of_the_way(&error) && begin.elapsed() < self.patience => {
                    tokio::time::sleep(PAUSE.min(self.patience)).await;
                }
                answer => {
                    let object = || format!("{path}");
                    return answer.map_err(|error| explain(&self.place, action, object(), &error, begin.elapsed()));
                }
            }
        }
    }
}

/// Removals do not tell it by their kind.
fn is_missing_object(error: &Answer) -> bool {
    let is_missing = matches!(error, Answer::NotFound { .. }) || error.to_string().contains("status code: 404");
    is_missing && !misses_bucket(error)
}

/// A piece of what is to be uploaded. Reading a file may take long, which must not hold up the others.
async fn read(body: &Body, offset: u64, length: u64) -> Result<bytes::Bytes, StoreError> {
    match body {
        Body::Memory(_) => body.read(offset, length),
        Body::File { path, .. } => {
            let (path, body) = (path.clone(), body.clone());
            let reading = tokio::task::spawn_blocking(move || body.read(offset, length));
            reading.await.unwrap_or_else(|error| Err(StoreError::File { path, reason: error.to_string() }))
        }
    }
}

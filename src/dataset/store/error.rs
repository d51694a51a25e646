//! What can go wrong with object storage, said so that a person knows what to do next.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use object_store::Error as Answer;
use object_store::client::HttpError;

use super::place::Place;

/// Why objects could not be written or read. Clones, because a queue tells its first failure as often as it is asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The text names no store.
    #[error(
        "`{url}` names no object storage: {reason}; expected s3://bucket/prefix, gs://bucket/prefix or \
         az://container/prefix"
    )]
    Url {
        /// The text.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The environment's settings do not fit the store.
    #[error("cannot use `{url}` at {server}: {reason}; {remedy}")]
    Settings {
        /// The store.
        url: String,
        /// Who keeps it.
        server: String,
        /// What is wrong.
        reason: String,
        /// What to do.
        remedy: String,
    },
    /// The text is no key of an object.
    #[error("`{key}` is no key of an object: {reason}; expected names with one `/` between them")]
    Key {
        /// The text.
        key: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// No credentials, wrong ones, or ones that do not permit this.
    #[error("cannot {action} `{object}` at {server}: {reason}; {remedy}")]
    Refused {
        /// What was tried.
        action: &'static str,
        /// On what.
        object: String,
        /// Who refused.
        server: String,
        /// What the server said, or that there were no credentials to ask it with.
        reason: String,
        /// What to do.
        remedy: String,
    },
    /// The bucket is not there.
    #[error("{server} has no bucket `{bucket}` ({reason}); create it, or correct its name in `{url}`")]
    NoBucket {
        /// The bucket asked for.
        bucket: String,
        /// The store.
        url: String,
        /// Who does not have it.
        server: String,
        /// What the server said.
        reason: String,
    },
    /// The server did not answer, or only that it cannot at present, for as long as it was waited for.
    #[error(
        "cannot {action} `{object}`: {server} could not be reached, or had errors of its own, for {waited_s} s: {reason}; run again when it is \
         there, or correct the address in {variable}"
    )]
    Unreachable {
        /// What was tried.
        action: &'static str,
        /// On what.
        object: String,
        /// Who did not answer.
        server: String,
        /// The variable that says where the server is.
        variable: &'static str,
        /// How long, in seconds.
        waited_s: u64,
        /// What the last try came to.
        reason: String,
    },
    /// The process was to end, and the server was away.
    #[error(
        "stopped while {server} was away: what it has not taken is left to be made again; run the same command again to go on"
    )]
    Stopped {
        /// Who did not answer.
        server: String,
    },
    /// A file that was to be uploaded cannot be read.
    #[error("cannot read `{}` to upload it: {reason}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Anything else.
    #[error("cannot {action} `{object}`: {reason}")]
    Other {
        /// What was tried.
        action: &'static str,
        /// On what.
        object: String,
        /// What was said.
        reason: String,
    },
}

/// Whether the trouble was the way to the server and not its answer, which may be another one the next time.
pub(super) fn is_of_the_way(error: &Answer) -> bool {
    causes(error).any(<dyn Error>::is::<HttpError>)
}

/// Whether a server said that the bucket is missing, which has the same status as a missing object.
pub(super) fn misses_bucket(error: &Answer) -> bool {
    let text = error.to_string();
    ["NoSuchBucket", "ContainerNotFound", "The specified bucket does not exist"].iter().any(|name| text.contains(name))
}

/// An error of a request, for a person.
pub(super) fn explain(
    place: &Place,
    action: &'static str,
    object: String,
    error: &Answer,
    waited: Duration,
) -> StoreError {
    let (text, server) = (error.to_string(), place.server.clone());
    let reason = reason(error);
    let says = |names: &[&str]| names.iter().any(|name| text.contains(name));
    // Listings do not tell these by their kind.
    let forbidden = ["status code: 401", "status code: 403"];
    let away = ["status code: 5", "status code: 429", "status code: 408"];
    // Where clouds tell their machines who they are. Elsewhere nobody is there.
    let roles = ["169.254.", "metadata.google.internal", "/computeMetadata/"];
    if misses_bucket(error) {
        return StoreError::NoBucket { bucket: place.bucket.clone(), url: place.url.clone(), server, reason };
    }
    if says(&roles) || says(&forbidden) {
        let reason = if says(&roles) { "found no credentials".to_owned() } else { format!("refused as {reason}") };
        return StoreError::Refused { action, object, server, reason, remedy: place.credentials_remedy() };
    }
    if says(&["redirect without LOCATION", "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocation"]) {
        let remedy = "set AWS_REGION to the region of the bucket".to_owned();
        return StoreError::Settings { url: place.url.clone(), server, reason, remedy };
    }
    if reason.contains("invalid peer certificate") {
        let remedy = "name a file with the authority's certificate in SSL_CERT_FILE".to_owned();
        return StoreError::Settings { url: place.url.clone(), server, reason, remedy };
    }
    if is_of_the_way(error) || says(&away) {
        let (variable, waited_s) = (place.endpoint_variable(), waited.as_secs());
        return StoreError::Unreachable { action, object, server, variable, waited_s, reason };
    }
    StoreError::Other { action, object, reason }
}

/// What a server said, without the envelope; else the innermost cause.
fn reason(error: &Answer) -> String {
    const LONGEST: usize = 400;
    let text = error.to_string();
    let of_the_body = match (between(&text, "<Code>", "</Code>"), between(&text, "<Message>", "</Message>")) {
        (Some(code), Some(message)) => Some(format!("{code}: {message}")),
        (Some(code), None) => Some(code.to_owned()),
        (None, _) => None,
    };
    let status = || text.split_once("non-2xx status code: ").map(|(_, status)| format!("status {status}"));
    let innermost = || causes(error).last().map_or_else(|| text.clone(), ToString::to_string);
    let reason = of_the_body.or_else(status).unwrap_or_else(innermost);
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let reason: String = reason.chars().take(LONGEST).collect();
    reason.trim_end_matches([':', '.']).to_owned()
}

fn between<'text>(text: &'text str, before: &str, after: &str) -> Option<&'text str> {
    Some(text.split_once(before)?.1.split_once(after)?.0)
}

fn causes<'error>(error: &'error (dyn Error + 'static)) -> impl Iterator<Item = &'error (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'error (dyn Error + 'static)| (*error).source())
}

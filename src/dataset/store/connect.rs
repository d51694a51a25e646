//! Clients of the three providers, as the environment sets them up.

use std::str::FromStr;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::{BackoffConfig, ClientConfigKey, RetryConfig};

use super::StoreError;
use super::place::{Kind, Place, without_password};
use super::remote::Backend;

/// Longest wait for an answer: 32 MiB at 280 KB/s.
const ANSWER: &str = "120 seconds";

/// A client that repeats requests for as long as `patience`. Nothing is asked of the server yet.
pub(super) fn connect(
    place: &Place,
    variables: &[(String, String)],
    patience: Duration,
) -> Result<Box<dyn Backend>, StoreError> {
    let wrong = |reason: String| StoreError::Settings {
        url: place.url.clone(),
        server: place.server.clone(),
        reason,
        remedy: place.credentials_remedy(),
    };
    let plain = place.endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("http://"));
    if let Some(endpoint) = place.endpoint.as_ref().filter(|endpoint| !plain && !endpoint.starts_with("https://")) {
        return Err(StoreError::Settings {
            url: place.url.clone(),
            server: format!("`{}`", without_password(endpoint)),
            reason: "the address does not begin with http:// or https://".to_owned(),
            remedy: format!("correct it in {}", place.endpoint_variable()),
        });
    }
    // Fails where a provider is set already, which is as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let retry = RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(200),
            // The last pause is slept out even where it goes beyond the end.
            max_backoff: (patience / 4).clamp(Duration::from_millis(200), Duration::from_secs(10)),
            base: 2.0,
        },
        max_retries: usize::MAX,
        retry_timeout: patience,
    };
    let client = [
        (ClientConfigKey::AllowHttp, plain.to_string()),
        (ClientConfigKey::Timeout, ANSWER.to_owned()),
        (ClientConfigKey::ConnectTimeout, "5 seconds".to_owned()),
    ];
    let bucket = &place.bucket;
    match place.kind {
        Kind::S3 => {
            let builder = client.into_iter().fold(AmazonS3Builder::new(), |builder, (key, value)| {
                builder.with_config(AmazonS3ConfigKey::Client(key), value)
            });
            let builder = settings(variables, "AWS_").fold(builder, |b, (key, value)| b.with_config(key, value));
            let store = builder.with_bucket_name(bucket).with_retry(retry).build();
            store.map(boxed).map_err(|error| wrong(error.to_string()))
        }
        Kind::Google => {
            let builder = client.into_iter().fold(GoogleCloudStorageBuilder::new(), |builder, (key, value)| {
                builder.with_config(GoogleConfigKey::Client(key), value)
            });
            let builder = settings(variables, "GOOGLE_").fold(builder, |b, (key, value)| b.with_config(key, value));
            let store = builder.with_bucket_name(bucket).with_retry(retry).build();
            store.map(boxed).map_err(|error| wrong(error.to_string()))
        }
        Kind::Azure => {
            let builder = client.into_iter().fold(MicrosoftAzureBuilder::new(), |builder, (key, value)| {
                builder.with_config(AzureConfigKey::Client(key), value)
            });
            let builder = settings(variables, "AZURE_").fold(builder, |b, (key, value)| b.with_config(key, value));
            let store = builder.with_container_name(bucket).with_retry(retry).build();
            store.map(boxed).map_err(|error| wrong(error.to_string()))
        }
    }
}

fn boxed(backend: impl Backend) -> Box<dyn Backend> {
    Box::new(backend)
}

/// The variables of a provider that its client knows.
fn settings<Key: FromStr>(variables: &[(String, String)], prefix: &str) -> impl Iterator<Item = (Key, String)> {
    let of_provider = variables.iter().filter(move |(name, value)| name.starts_with(prefix) && !value.is_empty());
    of_provider.filter_map(|(name, value)| Some((name.to_ascii_lowercase().parse().ok()?, value.clone())))
}

//! Stores in memory: what is put and found, and which names are taken. Servers are asked in the integration tests.

use std::time::{Duration, Instant};

use object_store::memory::InMemory;
use object_store::throttle::{ThrottleConfig, ThrottledStore};

use super::place::Place;
use super::remote::{PART_BYTES, WHOLE_BYTES};
use super::{Object, Store, StoreError};

fn memory(prefix: &str) -> Store {
    Store::over(InMemory::new(), prefix)
}

/// A store that takes this long for each object.
pub(super) fn slow(wait: Duration) -> Store {
    let config = ThrottleConfig { wait_put_per_call: wait, ..ThrottleConfig::default() };
    Store::over(ThrottledStore::new(InMemory::new(), config), "slow")
}

/// Bytes without a pattern, other ones for each seed.
pub(super) fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(&mut next).flatten().take(length).collect()
}

pub(super) fn key(number: u64) -> String {
    format!("frames/{:05}/{number}.png", number / 100)
}

#[test]
fn what_is_put_is_there() {
    let store = memory("runs/a");
    for (number, length) in [0, 1, 1000].into_iter().enumerate() {
        let (key, bytes) = (key(number as u64), noise(1, length));
        store.put(&key, bytes.clone()).unwrap();
        assert_eq!(store.get(&key).unwrap(), Some(bytes));
    }
    store.put(&key(1), b"again".to_vec()).unwrap();
    assert_eq!(store.get(&key(1)).unwrap().unwrap(), b"again");
    assert_eq!(store.get("frames/0").unwrap(), None);
}

#[test]
fn a_store_in_a_hurry_is_not_waited_for() {
    let store = slow(Duration::from_secs(600));
    let uploads = store.uploads(4, 1 << 20);
    let file = tempfile::NamedTempFile::new().unwrap();
    uploads.put_file(key(1), file.path()).unwrap();
    store.remote.hurry(Duration::from_millis(300));
    let begin = Instant::now();
    assert!(matches!(store.put(&key(2), Vec::new()), Err(StoreError::Stopped { .. })));
    assert!(matches!(uploads.flush(), Err(StoreError::Stopped { .. })));
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
}

#[test]
fn objects_that_travel_in_parts_are_whole() {
    let store = memory("runs/a");
    // One that fits just so, one with a last part of one byte, one of whole parts.
    for length in [WHOLE_BYTES, WHOLE_BYTES + 1, 3 * PART_BYTES] {
        let bytes = noise(length, usize::try_from(length).unwrap());
        store.put("video.mp4", bytes.clone()).unwrap();
        assert!(store.get("video.mp4").unwrap() == Some(bytes), "{length} bytes");
    }
}

#[test]
fn files_are_uploaded_as_they_are() {
    let (store, folder) = (memory(""), tempfile::tempdir().unwrap());
    let path = folder.path().join("file");
    for length in [0, 17, usize::try_from(WHOLE_BYTES).unwrap() + 5] {
        let bytes = noise(2, length);
        std::fs::write(&path, &bytes).unwrap();
        store.put_file("file", &path).unwrap();
        assert!(store.get("file").unwrap() == Some(bytes), "{length} bytes");
    }
    let missing = store.put_file("file", &folder.path().join("none")).unwrap_err();
    assert!(matches!(&missing, StoreError::File { path, .. } if path.ends_with("none")), "{missing}");
    assert!(matches!(store.put_file("file", folder.path()), Err(StoreError::File { .. })));
}

#[test]
fn listings_are_of_the_prefix_and_in_order() {
    let store = memory("runs/a");
    for key in ["frames/1/b", "frames/1/a", "frames/0/c", "frames/10/d", "manifest.json"] {
        store.put(key, key.into()).unwrap();
    }
    let keys = |prefix| store.list(prefix).unwrap().into_iter().map(|object| object.key).collect::<Vec<_>>();
    assert_eq!(keys(""), ["frames/0/c", "frames/1/a", "frames/1/b", "frames/10/d", "manifest.json"]);
    assert_eq!(keys("frames/1"), ["frames/1/a", "frames/1/b"]);
    assert_eq!(keys("none"), Vec::<String>::new());
    assert_eq!(store.list("manifest").unwrap(), []);
    assert_eq!(store.list("frames/0").unwrap(), [Object { key: "frames/0/c".to_owned(), bytes: 10 }]);
    assert_eq!(store.names("").unwrap(), ["frames", "manifest.json"]);
    assert_eq!(store.names("frames").unwrap(), ["0", "1", "10"]);
    assert_eq!(store.names("frames/1").unwrap(), ["a", "b"]);
}

#[test]
fn what_is_removed_is_gone_and_may_be_removed_again() {
    let store = memory("runs/a");
    store.put("a", vec![1]).unwrap();
    store.put("b", vec![2]).unwrap();
    for _ in 0..2 {
        store.remove("a").unwrap();
        assert_eq!(store.list("").unwrap(), [Object { key: "b".to_owned(), bytes: 1 }]);
    }
}

#[test]
fn no_key_leads_out_of_the_prefix() {
    let store = memory("runs/a");
    for key in ["", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../../b", "a/.", "a\\b", "a\nb", "a\0b"] {
        assert!(matches!(store.put(key, Vec::new()), Err(StoreError::Key { .. })), "{key:?}");
        assert!(matches!(store.get(key), Err(StoreError::Key { .. })), "{key:?}");
        assert!(matches!(store.remove(key), Err(StoreError::Key { .. })), "{key:?}");
        assert!(matches!(store.uploads(1, 1).put(key.to_owned(), Vec::new()), Err(StoreError::Key { .. })), "{key:?}");
        if !key.is_empty() {
            assert!(matches!(store.list(key), Err(StoreError::Key { .. })), "{key:?}");
            assert!(matches!(store.names(key), Err(StoreError::Key { .. })), "{key:?}");
        }
    }
    assert_eq!(store.list("").unwrap(), []);
    for key in ["...", "a..b", "with space", "ä/ö", "a%2Fb", "a?b#c", "a=1/b+c", "~"] {
        store.put(key, key.into()).unwrap();
        assert_eq!(store.get(key).unwrap().unwrap(), key.as_bytes());
        assert!(store.list("").unwrap().iter().any(|object| object.key == key), "{key}");
    }
}

#[test]
fn urls_name_a_bucket_and_a_prefix() {
    let place = |url| Place::parse(url, &[]);
    for (url, bucket, prefix) in [
        ("s3://bucket/a/b", "bucket", "a/b"),
        ("s3://bucket/a/b/", "bucket", "a/b"),
        ("S3://bucket", "bucket", ""),
        ("s3://bucket/", "bucket", ""),
        ("gs://my_bucket.eu/a b", "my_bucket.eu", "a b"),
        ("az://container/a%20b", "container", "a%20b"),
    ] {
        let place = place(url).unwrap();
        assert_eq!((place.bucket.as_str(), place.prefix.as_ref()), (bucket, prefix), "{url}");
        assert!(Store::is_url(url));
    }
    for url in [
        "s3:bucket/a",
        "s3:/bucket/a",
        "s3://",
        "s3:///a",
        "s3://bucket//a",
        "s3://bucket/../a",
        "s3://bucket/a//",
        "s3://key:secret@bucket/a",
        "s3://bucket/a?versions",
        "s3://bucket/a#b",
        "http://host/bucket",
        "file:///tmp",
        "ftp://host/a",
        "GS:a",
    ] {
        assert!(Store::is_url(url), "{url}");
        let error = Store::open_with(url, [], Duration::ZERO).unwrap_err();
        assert!(matches!(error, StoreError::Url { .. }), "{url}");
        assert!(error.to_string().contains("expected s3://bucket/prefix"), "{error}");
    }
    for folder in ["out", "./s3:", "/data/out", "C:\\data", "c:/data", "a/s3://b", "s3", "", "data:3"] {
        assert_eq!(Store::is_url(folder), folder == "a/s3://b", "{folder}");
    }
}

#[test]
fn settings_that_cannot_work_are_told_before_anything_is_asked() {
    let open = |url: &str, variables: &[(&str, &str)]| {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Store::open_with(url, variables, Duration::from_mins(1)).unwrap_err()
    };
    let begin = Instant::now();
    let cases = [
        open("s3://b/p", &[("AWS_ENDPOINT_URL", "localhost:9000")]),
        open("s3://b/p", &[("AWS_ACCESS_KEY_ID", "key")]),
        open("gs://b/p", &[("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json")]),
        open("az://b/p", &[]),
    ];
    for (error, name) in cases.iter().zip(["localhost:9000", "AWS_SECRET_ACCESS_KEY", "/nowhere/key.json", "AZURE_"]) {
        assert!(matches!(error, StoreError::Settings { .. }), "{error}");
        assert!(error.to_string().contains(name), "{error}");
    }
    assert!(begin.elapsed() < Duration::from_secs(2));
}

#[test]
fn the_endpoint_of_s3_alone_goes_before_the_general_one() {
    let variables: Vec<(String, String)> = [("AWS_ENDPOINT_URL", "http://a"), ("AWS_ENDPOINT_URL_S3", "http://b")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    assert_eq!(Place::parse("s3://b/p", &variables).unwrap().server, "http://b");
    assert_eq!(Place::parse("s3://b/p", &variables[..1]).unwrap().server, "http://a");
    assert_eq!(Place::parse("gs://b/p", &variables).unwrap().server, "Google Cloud Storage");
}

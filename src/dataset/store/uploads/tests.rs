//! Whether the queue holds everything back that it should, and loses nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::super::StoreError;
use super::super::remote::WHOLE_BYTES;
use super::super::tests::{key, noise, slow};
use super::{Body, lock};

#[test]
fn a_flushed_queue_has_put_everything() {
    let store = slow(Duration::from_millis(5));
    let uploads = store.uploads(4, 3000);
    for number in 0..50 {
        uploads.put(key(number), noise(number, 1000)).unwrap();
    }
    uploads.flush().unwrap();
    assert_eq!(store.list("").unwrap().len(), 50);
    for number in 0..50 {
        assert_eq!(store.get(&key(number)).unwrap(), Some(noise(number, 1000)));
    }
    uploads.put("manifest.json".to_owned(), b"{}".to_vec()).unwrap();
    uploads.flush().unwrap();
    assert_eq!(store.get("manifest.json").unwrap().unwrap(), b"{}");
}

/// How long it takes to put six objects of 1000 bytes of which each takes 0.1 s.
fn time_of_six(most_at_once: usize, most_bytes: u64) -> Duration {
    let store = slow(Duration::from_millis(100));
    let uploads = store.uploads(most_at_once, most_bytes);
    let begin = Instant::now();
    (0..6).for_each(|number| uploads.put(key(number), vec![0; 1000]).unwrap());
    begin.elapsed()
}

#[test]
fn a_full_queue_makes_its_user_wait() {
    let (tenth, plenty) = (Duration::from_millis(100), u64::MAX);
    assert!(time_of_six(6, plenty) < tenth);
    // The first two find room; of those that follow each pair waits for the pair before it.
    for bound in [time_of_six(2, plenty), time_of_six(6, 2999)] {
        assert!(bound >= 2 * tenth && bound < 4 * tenth, "{bound:?}");
    }
    // Whatever the bounds, one at a time finds room.
    for bound in [time_of_six(0, plenty), time_of_six(6, 0)] {
        assert!(bound >= 5 * tenth, "{bound:?}");
    }
}

#[test]
fn the_last_put_to_a_key_stays() {
    let store = slow(Duration::from_millis(3));
    let uploads = store.uploads(8, u64::MAX);
    for number in 0..30_u8 {
        uploads.put("a".to_owned(), vec![number]).unwrap();
    }
    uploads.flush().unwrap();
    assert_eq!(store.get("a").unwrap(), Some(vec![29]));
}

#[test]
fn a_failure_is_told_from_then_on() {
    let (store, folder) = (slow(Duration::from_millis(20)), tempfile::tempdir().unwrap());
    let path = folder.path().join("file");
    let fails = |result: Result<(), StoreError>| matches!(result, Err(StoreError::File { .. }));
    // When its turn comes, the file is gone, or shorter than it was.
    for (length, then) in [(5, None), (5, Some(b"four")), (usize::try_from(WHOLE_BYTES).unwrap() + 1, Some(b"four"))] {
        std::fs::write(&path, noise(1, length)).unwrap();
        let body = Body::file(&path).unwrap();
        match then {
            Some(bytes) => std::fs::write(&path, bytes).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        let uploads = store.uploads(2, u64::MAX);
        uploads.put("before".to_owned(), vec![1]).unwrap();
        uploads.add("file".to_owned(), body).unwrap();
        assert!(fails(uploads.flush()));
        assert!(fails(uploads.put("after".to_owned(), vec![1])));
        assert!(fails(uploads.flush()));
        assert_eq!(store.get("file").unwrap(), None);
        assert_eq!(store.get("after").unwrap(), None);
    }
}

#[test]
fn a_failure_wakes_who_waits() {
    let store = slow(Duration::from_secs(20));
    let uploads = store.uploads(1, u64::MAX);
    uploads.put("a".to_owned(), vec![1]).unwrap();
    let told = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            assert!(uploads.flush().is_err());
            told.store(true, Ordering::SeqCst);
        });
        std::thread::sleep(Duration::from_millis(50));
        assert!(!told.load(Ordering::SeqCst));
        lock(&uploads.tasks).abort_all();
    });
    assert!(told.load(Ordering::SeqCst));
}

#[test]
fn a_dropped_queue_ends_at_once() {
    let store = slow(Duration::from_secs(20));
    let begin = Instant::now();
    let uploads = store.uploads(10, u64::MAX);
    (0..10).for_each(|number| uploads.put(key(number), vec![0; 1000]).unwrap());
    drop(uploads);
    assert_eq!(store.list("").unwrap(), []);
    drop(store);
    assert!(begin.elapsed() < Duration::from_secs(2));
}

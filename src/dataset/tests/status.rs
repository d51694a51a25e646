//! How far a dataset is said to be, and which frames of it failed.

use super::super::basis::Basis;
use super::super::bucket::{self, Bucket};
use super::super::open;
use super::*;

fn make(dataset: &Dataset, identity: &Identity, frames: &[u64]) {
    for plan in dataset.plan(frames) {
        let shard = dataset.begin(&plan).unwrap();
        for &frame in &plan.todo {
            shard.write(encoded(identity, dataset, frame, None)).unwrap();
        }
        shard.finish().unwrap();
    }
}

fn failed(frame: u64) -> FailedFrame {
    FailedFrame { frame, attempts: 2, reason: "lost".to_owned() }
}

#[test]
fn a_folder_says_how_far_it_is() {
    let identity = identity();
    let dir = tempfile::tempdir().unwrap();
    let place = Place::from(dir.path());
    let none = Status::of(&place);
    assert!(matches!(none, Err(DatasetError::Damaged { .. })), "{none:?}");
    let dataset = Dataset::join(dir.path(), &identity, &[0, 1, 9]).unwrap();
    make(&dataset, &identity, &[0, 1]);
    std::thread::sleep(std::time::Duration::from_millis(20));
    make(&dataset, &identity, &[9]);
    failed(5).note(&place, Some("Scene")).unwrap();
    let status = Status::of(&place).unwrap();
    assert_eq!((status.finished, &status.done[..], status.shards), (false, &[0, 1, 9][..], 2));
    assert_eq!(status.failed, [5]);
    // One frame came after the first shard, 20 ms later, by a clock that may tick every 10 ms.
    assert!(status.frames_per_s.is_some_and(|rate| rate > 0.0 && rate <= 100.0), "{status:?}");
    assert!(status.quiet.is_some());
    dataset.leave().unwrap();
    let summary = merge(&[], &place, Some(&[0, 1, 5, 9]), &|_, _| ()).unwrap();
    assert_eq!(summary.failed, [5]);
    let expected = Status { finished: true, frames_per_s: None, quiet: None, ..status };
    assert_eq!(Status::of(&place).unwrap(), expected);
}

#[test]
fn a_store_says_how_far_it_is() {
    let identity = identity();
    let bucket = Bucket::memory();
    let look = || Status::from(bucket.noticed()?);
    assert!(matches!(look(), Err(DatasetError::Damaged { .. })));
    let dataset = open::open_store(bucket.clone(), Basis::of(&identity).unwrap(), false, None).unwrap();
    make(&dataset, &identity, &[0, 1, 9]);
    bucket.put_failed("00000005.json", "{}".to_owned()).unwrap();
    assert_eq!(dataset.finish().unwrap().failed, [5]);
    let status = look().unwrap();
    assert_eq!((status.finished, &status.done[..], &status.failed[..]), (true, &[0, 1, 9][..], &[5][..]));
    // A note goes when its frame comes.
    let dataset = open::open_store(bucket.clone(), Basis::of(&identity).unwrap(), false, Some(&[5])).unwrap();
    make(&dataset, &identity, &[5]);
    dataset.leave().unwrap();
    let status = look().unwrap();
    assert_eq!((status.finished, &status.done[..], status.failed.len()), (false, &[0, 1, 5, 9][..], 0));
    assert!(bucket::finish(&bucket, &bucket.basis().unwrap().manifest, None, &|_, _| ()).unwrap().failed.is_empty());
    assert_eq!(bucket.store().names("failed").unwrap(), Vec::<String>::new());
}

#[test]
fn what_failed_is_noted_until_it_is_there() {
    let identity = identity();
    let [one, other, both] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    run(one.path(), &identity, &[0, 1]).unwrap();
    run(other.path(), &identity, &[2, 3]).unwrap();
    failed(1).note(&Place::from(other.path()), None).unwrap();
    failed(4).note(&Place::from(other.path()), Some("Scene(4)")).unwrap();
    let inputs = [one.path().to_path_buf(), other.path().to_path_buf()];
    let output = Place::from(both.path());
    let error = merge(&inputs, &output, Some(&[0, 1, 2, 3, 4, 5]), &|_, _| ()).unwrap_err().to_string();
    assert!(error.contains("frames 5 are missing"), "{error}");
    let summary = merge(&inputs, &output, Some(&[0, 1, 2, 3, 4]), &|_, _| ()).unwrap();
    assert_eq!((summary.frames, &summary.failed[..]), (4, &[4][..]));
    let found = tree(both.path());
    let noted: Vec<&String> = found.keys().filter(|name| name.starts_with("failed/")).collect();
    assert_eq!(noted, ["failed/", "failed/00000004.json", "failed/00000004.scene.ron"]);
    run(both.path(), &identity, &[4]).unwrap();
    assert_same(&tree(both.path()), &fresh(&identity, &[0, 1, 2, 3, 4]), "made after all");
}

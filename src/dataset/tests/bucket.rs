//! Datasets in object storage, one of this process's memory: the same bytes as in a folder, whatever happens.

use super::super::basis::Basis;
use super::super::bucket::{self, Bucket};
use super::super::open;
use super::*;

/// What a run does, of all frames or of a part.
fn go(bucket: &Bucket, identity: &Identity, frames: &[u64], part: bool) -> Result<Option<Summary>, DatasetError> {
    let basis = Basis::of(identity)?;
    let dataset = open::open_store(bucket.clone(), basis, false, part.then_some(frames))?;
    write_some(&dataset, identity, frames, u64::MAX)?;
    if part { dataset.leave().map(|_| None) } else { dataset.finish().map(Some) }
}

/// Frames below `end`; a shard that is not whole then is let be.
fn write_some(dataset: &Dataset, identity: &Identity, frames: &[u64], end: u64) -> Result<(), DatasetError> {
    for plan in dataset.plan(frames) {
        let shard = dataset.begin(&plan)?;
        for &frame in plan.todo.iter().filter(|&&frame| frame < end) {
            for step in steps(identity) {
                shard.write(encoded(identity, dataset, frame, step))?;
            }
        }
        shard.finish_in_part()?;
    }
    Ok(())
}

fn merged(bucket: &Bucket, frames: Option<&[u64]>) -> Result<Summary, DatasetError> {
    bucket::finish(bucket, &bucket.basis()?.manifest, frames, &|_, _| ())
}

/// The objects with their contents.
fn objects(bucket: &Bucket) -> BTreeMap<String, Vec<u8>> {
    let all = bucket.store().list("").unwrap();
    all.into_iter().map(|object| (object.key.clone(), bucket.store().get(&object.key).unwrap().unwrap())).collect()
}

/// The files of an undisturbed run into a folder.
fn files_of(identity: &Identity, frames: &[u64]) -> BTreeMap<String, Vec<u8>> {
    fresh(identity, frames).into_iter().filter(|(name, _)| !name.ends_with('/')).collect()
}

const ALL: [u64; 7] = [0, 1, 2, 5, 6, 9, 12];

#[test]
fn a_store_holds_the_bytes_of_a_folder() {
    for identity in [identity(), sequence_identity()] {
        let bucket = Bucket::memory();
        let summary = go(&bucket, &identity, &ALL, false).unwrap().unwrap();
        assert_eq!((summary.frames, summary.shards, summary.changed), (7, 4, true));
        assert_same(&objects(&bucket), &files_of(&identity, &ALL), "in one run");
        let again = go(&bucket, &identity, &ALL, false).unwrap().unwrap();
        assert_eq!(again, Summary { changed: false, ..summary });
        // Frames are added to shards that are there and to others.
        go(&bucket, &identity, &[3, 20], false).unwrap();
        let more = [0, 1, 2, 3, 5, 6, 9, 12, 20];
        assert_same(&objects(&bucket), &files_of(&identity, &more), "with more");
    }
}

#[test]
fn what_a_finished_store_has_lost_is_noticed() {
    let identity = identity();
    for again in [false, true] {
        let bucket = Bucket::memory();
        go(&bucket, &identity, &ALL, false).unwrap();
        bucket.store().remove("frames/00001/00000005.rgb.png").unwrap();
        let lost = if again { go(&bucket, &identity, &ALL, false).map(drop) } else { merged(&bucket, None).map(drop) };
        assert!(matches!(&lost, Err(DatasetError::Damaged { .. })), "{lost:?}");
        assert!(bucket.store().get("manifest.json").unwrap().is_none());
        go(&bucket, &identity, &ALL, false).unwrap();
        assert_same(&objects(&bucket), &files_of(&identity, &ALL), "made again");
    }
}

#[test]
fn parts_are_merged_and_may_be_made_twice() {
    let identity = identity();
    let bucket = Bucket::memory();
    go(&bucket, &identity, &[9, 12], true).unwrap();
    assert!(bucket.store().get("manifest.json").unwrap().is_none());
    let error = merged(&bucket, Some(&ALL)).unwrap_err().to_string();
    assert!(error.contains("frames 0-2,5-6 are missing"), "{error}");
    // Two that do the same at the same time.
    let twins = [(); 2].map(|()| {
        open::open_store(bucket.clone(), Basis::of(&identity).unwrap(), false, Some(&[0, 1, 2, 5, 6])).unwrap()
    });
    for dataset in &twins {
        write_some(dataset, &identity, &[0, 1, 2, 5, 6], u64::MAX).unwrap();
    }
    let [one, late] = twins;
    one.leave().unwrap();
    merged(&bucket, Some(&ALL)).unwrap();
    let expected = files_of(&identity, &ALL);
    late.leave().unwrap();
    assert_same(&objects(&bucket), &expected, "after the late one");
    go(&bucket, &identity, &[5, 6], true).unwrap();
    assert_same(&objects(&bucket), &expected, "made again");
    // A part of more than was there.
    go(&bucket, &identity, &[13], true).unwrap();
    assert!(bucket.store().get("manifest.json").unwrap().is_none());
    merged(&bucket, None).unwrap();
    assert_same(&objects(&bucket), &files_of(&identity, &[&ALL[..], &[13]].concat()), "added");
}

#[test]
fn a_run_killed_anywhere_is_completed() {
    let identity = identity();
    let expected = files_of(&identity, &ALL);
    // Frame 1 is alone in its shard first, then others join it.
    for finished in [false, true] {
        for after in 0.. {
            let bucket = Bucket::memory();
            go(&bucket, &identity, &[1, 9], !finished).unwrap();
            bucket.store().dies_after(after);
            let result = go(&bucket, &identity, &ALL, false);
            let died = bucket.store().has_died();
            assert_eq!(result.is_err(), died, "{after}: {result:?}");
            bucket.store().dies_after(i64::MAX);
            let found = objects(&bucket);
            if found.contains_key("manifest.json") && result.is_err() {
                // What it says is there.
                let clean = |objects: &BTreeMap<String, Vec<u8>>| {
                    objects.clone().into_iter().filter(|(key, _)| !key.starts_with(".maquette")).collect()
                };
                let known = [files_of(&identity, &[1, 9]), expected.clone()];
                assert!(known.contains(&clean(&found)), "killed at deed {after}, finished before: {finished}");
            }
            go(&bucket, &identity, &ALL, false)
                .unwrap_or_else(|error| panic!("killed at deed {after}, finished before: {finished}: {error}"));
            assert_same(&objects(&bucket), &expected, &format!("killed at deed {after}, finished before: {finished}"));
            if !died {
                assert!(after > 20, "{after}");
                break;
            }
        }
    }
}

#[test]
fn a_run_that_was_stopped_goes_on() {
    let identity = identity();
    let bucket = Bucket::memory();
    let basis = Basis::of(&identity).unwrap();
    let dataset = open::open_store(bucket.clone(), basis, false, None).unwrap();
    write_some(&dataset, &identity, &ALL, 2).unwrap();
    dataset.pause().unwrap();
    let shards = bucket.store().names("frames").unwrap();
    assert_eq!(shards, ["00000"]);
    assert_eq!(merged(&bucket, None).unwrap().frames, 2);
    go(&bucket, &identity, &ALL, false).unwrap();
    assert_same(&objects(&bucket), &files_of(&identity, &ALL), "in the end");
}

#[test]
fn what_is_not_as_it_was_noted_is_made_again() {
    let identity = identity();
    let expected = files_of(&identity, &ALL);
    for finished in [false, true] {
        let bucket = Bucket::memory();
        go(&bucket, &identity, &ALL, !finished).unwrap();
        if finished {
            go(&bucket, &identity, &[13], true).unwrap();
        }
        let store = bucket.store();
        store.remove("frames/00001/00000005.depth.exr").unwrap();
        store.put("frames/00002/00000009.json", b"{}".to_vec()).unwrap();
        store.put("frames/00003/stray.png", b"stray".to_vec()).unwrap();
        store.put("frames/00007/00000028.json", b"stray".to_vec()).unwrap();
        let error = merged(&bucket, None).unwrap_err().to_string();
        assert!(error.contains("frames/00001") && error.contains("shards 1-2 have to be made again"), "{error}");
        go(&bucket, &identity, &ALL, true).unwrap();
        merged(&bucket, Some(&ALL)).unwrap();
        let expected = if finished { files_of(&identity, &[&ALL[..], &[13]].concat()) } else { expected.clone() };
        assert_same(&objects(&bucket), &expected, "mended");
    }
}

#[test]
fn other_peoples_objects_are_left_alone() {
    let identity = identity();
    let open = |bucket: &Bucket, identity: &Identity, overwrite| {
        open::open_store(bucket.clone(), Basis::of(identity).unwrap(), overwrite, None).map(drop)
    };
    let bucket = Bucket::memory();
    let store = bucket.store();
    store.put("notes/todo.txt", b"mine".to_vec()).unwrap();
    let refused = open(&bucket, &identity, false);
    assert!(matches!(refused, Err(DatasetError::NotADataset { removable: true, .. })), "{refused:?}");
    open(&bucket, &identity, true).unwrap();
    go(&bucket, &identity, &ALL, false).unwrap();
    let mut seeded = identity.clone();
    seeded.seed = 5;
    let error = open(&bucket, &seeded, false).unwrap_err().to_string();
    assert!(error.contains("s3://memory/runs/a") && error.contains("seed: the folder has 1"), "{error}");
    open(&bucket, &seeded, true).unwrap();
    let left: Vec<String> = objects(&bucket).into_keys().collect();
    assert_eq!(left, [".maquette/identity.json", "notes/todo.txt", "scene.ron"]);
    // Of a run that made nothing, nothing holds the next one.
    open(&bucket, &identity, false).unwrap();
    go(&bucket, &identity, &[1], false).unwrap();

    let bucket = Bucket::memory();
    bucket.store().put("manifest.json", b"{}".to_vec()).unwrap();
    for overwrite in [false, true] {
        let refused = open(&bucket, &identity, overwrite);
        assert!(matches!(refused, Err(DatasetError::NotADataset { removable: false, .. })), "{refused:?}");
    }
    assert_eq!(objects(&bucket).len(), 1);
    let none = merged(&Bucket::memory(), None).unwrap_err().to_string();
    assert!(none.contains("found none"), "{none}");
}

#[test]
fn notes_that_lie_are_answered() {
    let identity = identity();
    for (old, new) in [
        ("\"index\":1", "\"index\":2"),
        ("\"frames\":\"5-6\"", "\"frames\":\"5-99999999999\""),
        ("\"frames\":\"5-6\"", "\"frames\":\"1-6\""),
        ("frames/00001", "../00001"),
    ] {
        let bucket = Bucket::memory();
        go(&bucket, &identity, &[5, 6], true).unwrap();
        let note = String::from_utf8(bucket.store().get(".maquette/hashes/00001.json").unwrap().unwrap()).unwrap();
        assert!(note.contains(old), "{note}");
        bucket.store().put(".maquette/hashes/00001.json", note.replace(old, new).into_bytes()).unwrap();
        let error = merged(&bucket, None).unwrap_err();
        assert!(matches!(error, DatasetError::Damaged { .. }), "{new}: {error}");
    }
}

#[test]
fn two_that_make_other_frames_of_one_shard_lose_none() {
    let identity = identity();
    let bucket = Bucket::memory();
    let [one, other] = [(); 2]
        .map(|()| open::open_store(bucket.clone(), Basis::of(&identity).unwrap(), false, Some(&[0, 1, 2, 3])).unwrap());
    write_some(&one, &identity, &[0, 1], u64::MAX).unwrap();
    one.leave().unwrap();
    write_some(&other, &identity, &[2, 3], u64::MAX).unwrap();
    let late = other.leave();
    assert!(matches!(late, Err(DatasetError::Locked { .. })), "{late:?}");
    assert!(merged(&bucket, Some(&[0, 1, 2, 3])).is_err());
    go(&bucket, &identity, &[2, 3], false).unwrap();
    assert_same(&objects(&bucket), &files_of(&identity, &[0, 1, 2, 3]), "united");
    // The same in a dataset that is finished meanwhile.
    let late = open::open_store(bucket.clone(), Basis::of(&identity).unwrap(), false, Some(&[5, 6])).unwrap();
    go(&bucket, &identity, &[6, 7], false).unwrap();
    write_some(&late, &identity, &[5, 6], u64::MAX).unwrap();
    let result = late.leave();
    assert!(matches!(result, Err(DatasetError::Locked { .. })), "{result:?}");
    assert_same(&objects(&bucket), &files_of(&identity, &[0, 1, 2, 3, 6, 7]), "left alone");
}

#[test]
fn a_run_says_done_only_of_what_is_there() {
    let identity = identity();
    let bucket = Bucket::memory();
    let basis = Basis::of(&identity).unwrap();
    let dataset = open::open_store(bucket.clone(), basis, false, None).unwrap();
    write_some(&dataset, &identity, &ALL, u64::MAX).unwrap();
    // Somebody takes it away before this run ends.
    dataset.uploader.as_ref().unwrap().end().unwrap();
    bucket.store().remove(".maquette/hashes/00001.json").unwrap();
    let error = dataset.finish().unwrap_err().to_string();
    assert!(error.contains("frames 5-6 are missing"), "{error}");
}

#[test]
fn overwriting_that_was_cut_off_takes_no_old_frame_for_new() {
    let identity = identity();
    let mut seeded = identity.clone();
    seeded.seed = 5;
    let expected = files_of(&seeded, &[0, 1]);
    for finished in [false, true] {
        for after in 0.. {
            let bucket = Bucket::memory();
            go(&bucket, &identity, &ALL, !finished).unwrap();
            bucket.store().dies_after(after);
            let result = open::open_store(bucket.clone(), Basis::of(&seeded).unwrap(), true, None).map(drop);
            let died = bucket.store().has_died();
            bucket.store().dies_after(i64::MAX);
            let when = format!("killed at deed {after}, finished before: {finished}: {result:?}");
            match go(&bucket, &seeded, &[0, 1], false) {
                Ok(_) => assert_same(&objects(&bucket), &expected, &when),
                // Nothing was removed yet.
                Err(DatasetError::Different { .. }) => assert_eq!(after, 0, "{when}"),
                Err(error) => panic!("{when}: {error}"),
            }
            if !died {
                assert!(after > 20, "{after}");
                break;
            }
        }
    }
}

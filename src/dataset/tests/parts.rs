//! Several processes that make parts of one dataset, in one folder or in several.

use super::*;

/// What a process does that makes the shards of `frames`.
fn part(dir: &Path, identity: &Identity, frames: &[u64]) -> Result<u64, DatasetError> {
    let dataset = Dataset::join(dir, identity, frames)?;
    write_all(&dataset, identity, frames)?;
    dataset.leave()
}

fn write_all(dataset: &Dataset, identity: &Identity, frames: &[u64]) -> Result<(), DatasetError> {
    for plan in dataset.plan(frames) {
        let shard = dataset.begin(&plan)?;
        for &frame in &plan.todo {
            for step in steps(identity) {
                shard.write(encoded(identity, dataset, frame, step))?;
            }
        }
        shard.finish()?;
    }
    Ok(())
}

fn merged(inputs: &[&Path], output: &Path, frames: Option<&[u64]>) -> Result<Summary, DatasetError> {
    let inputs: Vec<_> = inputs.iter().map(|path| path.to_path_buf()).collect();
    merge(&inputs, &output.into(), frames, &|_, _| ())
}

const ALL: [u64; 7] = [0, 1, 2, 5, 6, 9, 12];

#[test]
fn parts_of_one_folder_merge_to_a_single_run() {
    for identity in [identity(), sequence_identity()] {
        let dir = tempfile::tempdir().unwrap();
        // Shards of 4: the last two by one process, the first by another, all of it at the same time.
        let one = Dataset::join(dir.path(), &identity, &[9, 12]).unwrap();
        let other = Dataset::join(dir.path(), &identity, &[0, 1, 2]).unwrap();
        write_all(&one, &identity, &[9, 12]).unwrap();
        write_all(&other, &identity, &[0, 1, 2]).unwrap();
        assert_eq!((one.leave().unwrap(), part(dir.path(), &identity, &[5, 6]).unwrap()), (2, 2));
        assert!(!dir.path().join("manifest.json").exists());
        let still = merged(&[], dir.path(), Some(&ALL));
        assert!(matches!(still, Err(DatasetError::Locked { .. })), "{still:?}");
        assert_eq!(other.leave().unwrap(), 3);
        let summary = merged(&[], dir.path(), Some(&ALL)).unwrap();
        assert_eq!((summary.frames, summary.shards), (7, 4));
        assert_same(&tree(dir.path()), &fresh(&identity, &ALL), "merged");
        // A run of its own finishes what parts left, too, and parts may be added to what is finished.
        part(dir.path(), &identity, &[13, 20]).unwrap();
        run(dir.path(), &identity, &[]).unwrap();
        assert_same(&tree(dir.path()), &fresh(&identity, &[&ALL[..], &[13, 20]].concat()), "added");
    }
}

#[test]
fn a_part_killed_anywhere_while_another_goes_on_is_completed() {
    let identity = identity();
    let expected = fresh(&identity, &ALL);
    for beside in [false, true] {
        for after in 1.. {
            let dir = tempfile::tempdir().unwrap();
            part(dir.path(), &identity, &[1, 9]).unwrap();
            let other = beside.then(|| Dataset::join(dir.path(), &identity, &[5, 6]).unwrap());
            let (_, died) = fault::dies_after(after, || part(dir.path(), &identity, &[0, 1, 2, 9, 12]));
            let when = format!("killed at deed {after}, beside another: {beside}");
            part(dir.path(), &identity, &[0, 1, 2, 9, 12]).unwrap_or_else(|error| panic!("{when}: {error}"));
            match other {
                Some(other) => {
                    write_all(&other, &identity, &[5, 6]).unwrap();
                    other.leave().unwrap();
                }
                None => drop(part(dir.path(), &identity, &[5, 6]).unwrap()),
            }
            merged(&[], dir.path(), Some(&ALL)).unwrap();
            assert_same(&tree(dir.path()), &expected, &when);
            if !died {
                assert!(after > 20, "{after}");
                break;
            }
        }
    }
}

#[test]
fn a_merge_killed_anywhere_is_completed() {
    let identity = identity();
    let expected = fresh(&identity, &ALL);
    let [one, other] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    part(one.path(), &identity, &[0, 2, 9]).unwrap();
    run(other.path(), &identity, &[1, 5, 6, 9, 12]).unwrap();
    for after in 1.. {
        let dir = tempfile::tempdir().unwrap();
        let inputs = [one.path(), other.path()];
        let (_, died) = fault::dies_after(after, || merged(&inputs, dir.path(), Some(&ALL)));
        merged(&inputs, dir.path(), Some(&ALL)).unwrap_or_else(|error| panic!("killed at deed {after}: {error}"));
        assert_same(&tree(dir.path()), &expected, &format!("killed at deed {after}"));
        if !died {
            assert!(after > 20, "{after}");
            return;
        }
    }
}

#[test]
fn no_shard_is_written_by_two() {
    let identity = identity();
    let dir = tempfile::tempdir().unwrap();
    let one = Dataset::join(dir.path(), &identity, &[0, 1]).unwrap();
    let other = Dataset::join(dir.path(), &identity, &[0, 1]).unwrap();
    let (plans, same) = (one.plan(&[0, 1]), other.plan(&[0, 1]));
    let shard = one.begin(&plans[0]).unwrap();
    assert!(matches!(other.begin(&same[0]), Err(DatasetError::Locked { .. })));
    for frame in [0, 1] {
        shard.write(encoded(&identity, &one, frame, None)).unwrap();
    }
    shard.finish().unwrap();
    // It is there by now, and was not planned with.
    assert!(matches!(other.begin(&same[0]), Err(DatasetError::Locked { .. })));
    assert!(matches!(run(dir.path(), &identity, &[9]), Err(DatasetError::Locked { .. })));
    drop((one, other));
    run(dir.path(), &identity, &[9]).unwrap();
    assert_same(&tree(dir.path()), &fresh(&identity, &[0, 1, 9]), "in the end");
}

#[test]
fn what_is_not_of_one_run_is_not_merged() {
    let identity = identity();
    let [one, other, output] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let [one, other, output] = [one.path(), other.path(), output.path()];
    let refused = |inputs: &[&Path], frames: Option<&[u64]>| merged(inputs, output, frames).unwrap_err();
    assert!(matches!(refused(&[], None), DatasetError::Damaged { .. }));
    assert!(matches!(refused(&[one], None), DatasetError::Damaged { .. }));
    run(one, &identity, &[0, 1]).unwrap();
    let mut seeded = identity.clone();
    seeded.seed = 5;
    run(other, &seeded, &[2]).unwrap();
    let error = refused(&[one, other], None).to_string();
    assert!(error.contains("seed: the first has 1, the second 5"), "{error}");
    run_with(other, &identity, &[1, 2], true).unwrap();
    let missing = refused(&[one, other], Some(&[0, 1, 2, 3, 4]));
    assert!(missing.to_string().contains("frames 3-4 are missing"), "{missing}");
    // The same frame with other bytes.
    let record = other.join("frames/00000/00000001.json");
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, text.replacen("0.1", "0.2", 1)).unwrap();
    let conflict = refused(&[one, other], None);
    assert!(matches!(&conflict, DatasetError::Conflict { frame: 1, .. }), "{conflict}");
    fs::write(&record, "").unwrap();
    let damaged = refused(&[one, other], None);
    assert!(damaged.to_string().contains("not whole"), "{damaged}");
    fs::write(&record, text).unwrap();
    merged(&[one, other, one], output, None).unwrap();
    assert_same(&tree(output), &fresh(&identity, &[0, 1, 2]), "in the end");
}

//! Growth, order, damage, threads: what is in the folder at the end does not depend on how it got there.

use super::*;

#[test]
fn a_dataset_has_the_files_it_should() {
    let names = |identity: &Identity, frames: &[u64]| fresh(identity, frames).into_keys().collect::<Vec<_>>();
    assert_eq!(
        names(&identity(), &[5]),
        [
            "coco/",
            "coco/instances.json",
            "frames/",
            "frames/00001/",
            "frames/00001/00000005.depth.exr",
            "frames/00001/00000005.instance.png",
            "frames/00001/00000005.json",
            "frames/00001/00000005.rgb.png",
            "frames/00001/00000005.scene.ron",
            "manifest.json",
            "scene.ron",
        ]
    );
    let sequence = names(&sequence_identity(), &[0]);
    assert_eq!(sequence.iter().filter(|name| name.ends_with(".scene.ron")).count(), 1);
    for name in ["00000000.scene.ron", "00000000_0002.json", "00000000_0001.right.depth.exr"] {
        assert!(sequence.contains(&format!("frames/00000/{name}")), "{name} is not in {sequence:?}");
    }
    assert_eq!(sequence.len(), 6 + 1 + 3 * (2 * 3 + 1));
}

#[test]
fn growth_gives_the_bytes_of_a_fresh_run() {
    for identity in [identity(), sequence_identity()] {
        let all: Vec<u64> = (0..10).collect();
        let expected = fresh(&identity, &all);
        for parts in [vec![5..10, 0..5], vec![3..4, 7..9, 0..10], vec![0..10, 2..3]] {
            let dir = tempfile::tempdir().unwrap();
            for part in &parts {
                run(dir.path(), &identity, &part.clone().collect::<Vec<_>>()).unwrap();
            }
            assert_same(&tree(dir.path()), &expected, &format!("{parts:?}"));
        }
    }
}

#[test]
fn the_order_of_frames_and_the_threads_do_not_matter() {
    let identity = sequence_identity();
    let expected = fresh(&identity, &[0, 1, 2, 3, 4]);
    let dir = tempfile::tempdir().unwrap();
    let dataset = Dataset::open(dir.path(), identity.clone(), false).unwrap();
    let plans = dataset.plan(&[4, 3, 0, 1, 2, 2]);
    assert_eq!(plans.iter().map(|plan| plan.todo.clone()).collect::<Vec<_>>(), [vec![0, 1, 2, 3], vec![4]]);
    let shards: Vec<ShardWriter> = plans.iter().map(|plan| dataset.begin(plan).unwrap()).collect();
    std::thread::scope(|scope| {
        for step in steps(&identity).into_iter().rev() {
            let (shards, identity, dataset) = (&shards, &identity, &dataset);
            scope.spawn(move || {
                for frame in (0..5).rev() {
                    shards[frame as usize / 4].write(encoded(identity, dataset, frame, step)).unwrap();
                }
            });
        }
    });
    for shard in shards.into_iter().rev() {
        shard.finish().unwrap();
    }
    let summary = dataset.finish().unwrap();
    assert_eq!((summary.frames, summary.images, summary.shards), (5, 30, 2));
    assert_same(&tree(dir.path()), &expected, "backwards");
}

#[test]
fn nothing_is_done_where_all_is_there() {
    let identity = identity();
    let dir = tempfile::tempdir().unwrap();
    assert!(run(dir.path(), &identity, &[0, 1, 6]).unwrap().changed);
    let times = |name: &str| fs::metadata(dir.path().join(name)).unwrap().modified().unwrap();
    let before = ["manifest.json", "coco/instances.json", "scene.ron", "frames/00001"].map(times);
    let tree_before = tree(dir.path());
    for frames in [&[0, 1, 6][..], &[1], &[]] {
        let summary = run(dir.path(), &identity, frames).unwrap();
        assert_eq!((summary.changed, summary.frames, summary.files), (false, 3, 15));
    }
    assert_eq!(["manifest.json", "coco/instances.json", "scene.ron", "frames/00001"].map(times), before);
    assert_same(&tree(dir.path()), &tree_before, "again");
}

#[test]
fn no_frames_make_an_empty_dataset() {
    let dir = tempfile::tempdir().unwrap();
    let summary = run(dir.path(), &identity(), &[]).unwrap();
    assert_eq!((summary.frames, summary.shards), (0, 0));
    assert_same(&tree(dir.path()), &fresh(&identity(), &[]), "again");
    run(dir.path(), &identity(), &[0]).unwrap();
    assert_same(&tree(dir.path()), &fresh(&identity(), &[0]), "grown");
}

#[test]
fn a_damaged_frame_is_made_again_whatever_is_asked_for() {
    let identity = identity();
    let expected = fresh(&identity, &[0, 1, 2, 5]);
    for lost in ["00000001.rgb.png", "00000001.json", "00000001.scene.ron"] {
        let dir = tempfile::tempdir().unwrap();
        run(dir.path(), &identity, &[0, 1, 2, 5]).unwrap();
        fs::remove_file(dir.path().join("frames/00000").join(lost)).unwrap();
        let dataset = Dataset::open(dir.path(), identity.clone(), false).unwrap();
        let plan = ShardPlan { index: 0, keep: vec![0, 2], todo: vec![1] };
        assert_eq!(dataset.plan(&[5]), [plan]);
        drop(dataset);
        run(dir.path(), &identity, &[5]).unwrap();
        assert_same(&tree(dir.path()), &expected, lost);
    }
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &identity, &[0, 1, 2, 5]).unwrap();
    fs::remove_dir_all(dir.path().join("frames/00000")).unwrap();
    fs::remove_file(dir.path().join("coco/instances.json")).unwrap();
    fs::remove_file(dir.path().join("scene.ron")).unwrap();
    run(dir.path(), &identity, &[]).unwrap();
    assert_same(&tree(dir.path()), &expected, "a lost shard, index and scene");
}

#[test]
fn a_stopped_run_keeps_its_whole_frames() {
    let identity = sequence_identity();
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &identity, &[1]).unwrap();
    let dataset = Dataset::open(dir.path(), identity.clone(), false).unwrap();
    let plans = dataset.plan(&[0, 2, 3]);
    let shard = dataset.begin(&plans[0]).unwrap();
    for step in steps(&identity) {
        shard.write(encoded(&identity, &dataset, 2, step)).unwrap();
    }
    shard.write(encoded(&identity, &dataset, 0, Some(0))).unwrap();
    shard.write(encoded(&identity, &dataset, 3, Some(2))).unwrap();
    assert_eq!(shard.finish_in_part().unwrap(), [0, 3]);
    drop(dataset);
    let dataset = Dataset::open(dir.path(), identity.clone(), false).unwrap();
    assert_eq!(dataset.plan(&[0, 1, 2, 3]), [ShardPlan { index: 0, keep: vec![1, 2], todo: vec![0, 3] }]);
    drop(dataset);
    run(dir.path(), &identity, &[0, 2, 3]).unwrap();
    assert_same(&tree(dir.path()), &fresh(&identity, &[0, 1, 2, 3]), "stopped");
}

#[test]
fn nothing_unfinished_is_finished() {
    let identity = identity();
    let dir = tempfile::tempdir().unwrap();
    let dataset = Dataset::open(dir.path(), identity.clone(), false).unwrap();
    let plans = dataset.plan(&[0, 1, 2]);
    let shard = dataset.begin(&plans[0]).unwrap();
    shard.write(encoded(&identity, &dataset, 1, None)).unwrap();
    let error = shard.write(encoded(&identity, &dataset, 3, None)).unwrap_err();
    assert_eq!(error.to_string(), "frame 00000003: the frame number is 3, the dataset expects one of 0-2 in shard 0");
    let error = shard.finish().unwrap_err();
    assert_eq!(error.to_string(), "shard 0 cannot be finished: frames 0,2 are missing");
    let error = dataset.finish().unwrap_err();
    let expected =
        format!("the dataset in `{}` cannot be finished: frames of shards 0 are missing", dir.path().display());
    assert_eq!(error.to_string(), expected);
    assert!(!dir.path().join("frames").exists());
    run(dir.path(), &identity, &[0, 1, 2]).unwrap();
}

#[test]
fn shards_from_another_copy_are_taken_in() {
    let identity = identity();
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run(one.path(), &identity, &[0, 1]).unwrap();
    run(other.path(), &identity, &[4, 5]).unwrap();
    fs::rename(other.path().join("frames/00001"), one.path().join("frames/00001")).unwrap();
    run(one.path(), &identity, &[0, 5]).unwrap();
    assert_same(&tree(one.path()), &fresh(&identity, &[0, 1, 4, 5]), "merged");
}

#[test]
fn the_manifest_says_what_it_should() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &identity(), &[0, 1, 2, 7]).unwrap();
    let text = fs::read_to_string(dir.path().join("manifest.json")).unwrap();
    let manifest = Manifest::read(&dir.path().join("manifest.json")).unwrap().unwrap();
    assert_eq!(manifest.frames, "0-2,7");
    assert_eq!(manifest.to_json().unwrap(), text);
    assert_eq!(manifest.shards.len(), 2);
    assert_eq!((manifest.shards[0].files, manifest.shards[0].frames.as_str()), (15, "0-2"));
    assert_eq!(manifest.shards[1].folder, "frames/00001");
    assert!(!text.contains(dir.path().to_str().unwrap()));
    let entry = text.lines().find(|line| line.contains("\"index\":1")).unwrap();
    assert!(
        entry.starts_with(
            "    {\"index\":1,\"folder\":\"frames/00001\",\"frames\":\"7\",\"files\":5,\"bytes\":4793,\"sha256\":\""
        ),
        "{entry}"
    );
    // As anybody can make it from the files.
    let files = tree(&dir.path().join("frames/00001"));
    let lines: String = files.iter().map(|(name, bytes)| format!("{}  {name}\n", files::sha256(bytes))).collect();
    assert_eq!(manifest.shards[1].sha256, files::sha256(lines.as_bytes()));
    assert_eq!(manifest.scene.sha256, files::sha256(&fs::read(dir.path().join("scene.ron")).unwrap()));
}

#[test]
fn ranges_are_short_and_come_back() {
    for (numbers, text) in [
        (vec![], ""),
        (vec![7], "7"),
        (vec![0, 1, 2], "0-2"),
        (vec![0, 2, 3, 9], "0,2-3,9"),
        (vec![u64::MAX], "18446744073709551615"),
    ] {
        assert_eq!(to_ranges(numbers.iter().copied()), text);
        assert_eq!(from_ranges(text), Some(numbers));
    }
    for wrong in ["a", "3-1", "1,1", "5,2", "1-", "-", ","] {
        assert_eq!(from_ranges(wrong), None, "{wrong}");
    }
}

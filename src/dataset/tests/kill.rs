//! Whatever moment a run is killed at, the same run again ends with the bytes of an undisturbed one.

use super::*;

/// Kills `frames` on top of what `before` left at every deed in turn, and runs it again.
fn kill_everywhere(identity: &Identity, before: &[u64], frames: &[u64]) {
    let all: Vec<u64> = before.iter().chain(frames).copied().collect();
    let expected = fresh(identity, &all);
    for after in 1.. {
        let dir = tempfile::tempdir().unwrap();
        if !before.is_empty() {
            run(dir.path(), identity, before).unwrap();
        }
        let (result, died) = fault::dies_after(after, || run(dir.path(), identity, frames));
        let when = format!("killed at deed {after}");
        run(dir.path(), identity, frames).unwrap_or_else(|error| panic!("{when}: {error}"));
        assert_same(&tree(dir.path()), &expected, &when);
        if !died {
            assert!(result.is_ok());
            assert!(after > 20, "{after}");
            return;
        }
    }
}

#[test]
fn a_first_run_killed_anywhere_is_completed() {
    kill_everywhere(&identity(), &[], &[0, 1, 5]);
}

#[test]
fn growth_killed_anywhere_is_completed() {
    kill_everywhere(&identity(), &[1, 9], &[0, 2, 4]);
}

#[test]
fn growth_of_a_sequence_killed_anywhere_is_completed() {
    kill_everywhere(&sequence_identity(), &[1], &[0]);
}

#[test]
fn a_kill_loses_no_frame_that_was_there() {
    let identity = identity();
    for after in 1.. {
        let dir = tempfile::tempdir().unwrap();
        run(dir.path(), &identity, &[1, 9]).unwrap();
        let before = tree(dir.path());
        let (_, died) = fault::dies_after(after, || run(dir.path(), &identity, &[0, 2, 4]));
        // Opening puts things in order; nothing is to be made again.
        let dataset = Dataset::open(dir.path(), identity.clone(), false).unwrap();
        assert_eq!(dataset.plan(&[1, 9]), [], "killed at deed {after}");
        drop(dataset);
        let now = tree(dir.path());
        for (name, bytes) in before.iter().filter(|(name, _)| name.starts_with("frames/")) {
            assert!(now.get(name) == Some(bytes), "killed at deed {after}: {name}");
        }
        if !died {
            return;
        }
    }
}

#[test]
fn killed_twice_is_still_completed() {
    let identity = identity();
    let expected = fresh(&identity, &[0, 1, 2, 4]);
    for first in (1..60).step_by(6) {
        for second in (1..60).step_by(11) {
            let dir = tempfile::tempdir().unwrap();
            run(dir.path(), &identity, &[1]).unwrap();
            let _ = fault::dies_after(first, || run(dir.path(), &identity, &[0, 2, 4]));
            let _ = fault::dies_after(second, || run(dir.path(), &identity, &[0, 2, 4]));
            run(dir.path(), &identity, &[0, 2, 4]).unwrap();
            assert_same(&tree(dir.path()), &expected, &format!("killed at deeds {first} and {second}"));
        }
    }
}

#[test]
fn overwriting_killed_anywhere_is_completed() {
    let old = identity();
    let mut new = identity();
    new.seed = 2;
    let expected = fresh(&new, &[0, 5]);
    for after in 1.. {
        let dir = tempfile::tempdir().unwrap();
        run(dir.path(), &old, &[0, 1, 4]).unwrap();
        let (_, died) = fault::dies_after(after, || run_with(dir.path(), &new, &[0, 5], true));
        run_with(dir.path(), &new, &[0, 5], true).unwrap();
        assert_same(&tree(dir.path()), &expected, &format!("killed at deed {after}"));
        if !died {
            return;
        }
    }
}

/// The states of an exchange of shards, laid out by hand.
#[test]
fn an_interrupted_exchange_is_completed() {
    let identity = identity();
    let expected = fresh(&identity, &[0, 1]);
    for state in ["taken out", "put in", "successor lost"] {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        run(dir.path(), &identity, &[0]).unwrap();
        let grown = tempfile::tempdir().unwrap();
        run(grown.path(), &identity, &[0, 1]).unwrap();
        fs::create_dir_all(path(".maquette/replaced")).unwrap();
        fs::create_dir_all(path(".maquette/building")).unwrap();
        fs::rename(path("manifest.json"), path(".maquette/previous.json")).unwrap();
        fs::rename(path("frames/00000"), path(".maquette/replaced/00000")).unwrap();
        match state {
            "taken out" => fs::rename(grown.path().join("frames/00000"), path(".maquette/building/00000")).unwrap(),
            "put in" => fs::rename(grown.path().join("frames/00000"), path("frames/00000")).unwrap(),
            _ => {}
        }
        let dataset = Dataset::open(dir.path(), identity.clone(), false).unwrap();
        let todo: Vec<u64> = dataset.plan(&[0, 1]).into_iter().flat_map(|plan| plan.todo).collect();
        assert_eq!(todo, if state == "successor lost" { vec![1] } else { vec![] }, "{state}");
        drop(dataset);
        run(dir.path(), &identity, &[0, 1]).unwrap();
        assert_same(&tree(dir.path()), &expected, state);
    }
}

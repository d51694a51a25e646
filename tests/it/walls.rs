//! Who may know whom: the rooms of the house and the words that may not be heard in them.

use std::path::{Path, PathBuf};

/// Room, and what its source may not contain.
///
/// `crate::NAME` stands for the use of another room; `bevy` and the like for what only some rooms may know.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("weather", &["bevy", "rand::", "rand_chacha", "wgpu", "std::fs", "crate::"]),
    ("scene", &["bevy", "rand::", "rand_chacha", "wgpu", "crate::"]),
    (
        "randomize",
        &[
            "bevy",
            "wgpu",
            "std::fs",
            "std::time",
            "crate::assets",
            "crate::simulate",
            "crate::render",
            "crate::frame",
            "crate::annotate",
            "crate::dataset",
            "crate::farm",
            "crate::cli",
        ],
    ),
    (
        "assets",
        &[
            "bevy::",
            "wgpu",
            "crate::simulate",
            "crate::render",
            "crate::frame",
            "crate::annotate",
            "crate::dataset",
            "crate::farm",
            "crate::cli",
        ],
    ),
    (
        "simulate",
        &["std::fs", "crate::render", "crate::frame", "crate::annotate", "crate::dataset", "crate::farm", "crate::cli"],
    ),
    ("render", &["std::fs", "crate::annotate", "crate::dataset", "crate::farm", "crate::cli", "rand_chacha"]),
    ("frame.rs", &["bevy", "wgpu", "crate::", "std::fs"]),
    ("frame", &["bevy", "wgpu", "crate::", "std::fs"]),
    (
        "annotate",
        &[
            "bevy",
            "wgpu",
            "std::fs",
            "crate::scene",
            "crate::randomize",
            "crate::assets",
            "crate::simulate",
            "crate::render",
            "crate::dataset",
            "crate::farm",
            "crate::cli",
        ],
    ),
    (
        "dataset",
        &[
            "bevy",
            "wgpu",
            "crate::scene",
            "crate::randomize",
            "crate::assets",
            "crate::simulate",
            "crate::render",
            "crate::audit",
            "crate::farm",
            "crate::cli",
        ],
    ),
    (
        "audit",
        &[
            "bevy",
            "wgpu",
            "std::fs",
            "crate::scene",
            "crate::randomize",
            "crate::assets",
            "crate::simulate",
            "crate::render",
            "crate::farm",
            "crate::cli",
        ],
    ),
    ("station.rs", &["bevy", "wgpu", "std::fs", "crate::"]),
    ("profile.rs", &["bevy", "wgpu", "crate::dataset", "crate::render", "crate::farm", "crate::cli"]),
    ("profile", &["bevy", "wgpu", "crate::dataset", "crate::render", "crate::farm", "crate::cli"]),
    ("farm", &["bevy", "wgpu", "crate::cli", "rand_chacha"]),
    ("cli", &["bevy::", "wgpu", "rand_chacha"]),
];

/// Lines that a file may have; what outgrows it is split by the flow.
const LONGEST: usize = 500;

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found.sort();
    assert!(found.len() > 30, "the sources were not found");
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path.strip_prefix(&root).unwrap().to_owned(), text)
    };
    found.into_iter().map(read).collect()
}

/// The code of a file without its comments and unit tests, which may say and use what they like.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_room_knows_what_it_must_not() {
    let mut broken = Vec::new();
    for (path, text) in sources() {
        if path.components().any(|c| c.as_os_str() == "tests") || path.ends_with("tests.rs") {
            continue;
        }
        let code = code(&text);
        for (room, words) in FORBIDDEN {
            if !path.starts_with(room) {
                continue;
            }
            for word in *words {
                // A room may name itself, and use mathematics.
                let own = word.strip_prefix("crate::").is_some_and(|w| w.is_empty());
                let heard = if own {
                    code.lines().any(|l| {
                        let own = format!("crate::{}", room.trim_end_matches(".rs"));
                        l.contains("crate::")
                            && !l.contains(&own)
                            && !["crate::lens::", "crate::weather::", "crate::station::"]
                                .iter()
                                .any(|leaf| l.contains(leaf))
                    })
                } else {
                    code.contains(word)
                };
                if heard {
                    broken.push(format!("{} contains `{word}`", path.display()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn only_the_engine_rooms_name_bevy() {
    let allowed = ["simulate", "render", "author"];
    for (path, text) in sources() {
        if allowed.iter().any(|room| path.starts_with(room)) {
            continue;
        }
        let heard = code(&text).to_lowercase().contains("bevy");
        assert!(!heard, "{} names bevy", path.display());
    }
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines, at most {LONGEST} are wished", path.display());
        assert!(text.starts_with("//!"), "{} does not begin with what it is for", path.display());
    }
}

#[test]
fn the_library_opens_with_the_flow() {
    let (_, text) = sources().into_iter().find(|(path, _)| path == Path::new("lib.rs")).unwrap();
    assert!(text.lines().take(8).any(|line| line.contains("scene.ron ─▶ Scene ─▶ ConcreteScene")));
    let rooms: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(
        rooms,
        [
            "color",
            "lens",
            "weather",
            "station",
            "scene",
            "randomize",
            "assets",
            "simulate",
            "render",
            "frame",
            "annotate",
            "dataset",
            "audit",
            "profile",
            "farm",
            "cli"
        ]
    );
}

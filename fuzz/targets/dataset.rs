//! Dataset folders: what `verify`, `export`, `balance` and other readers make of files that were damaged.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use maquette::assets::AssetStore;
use maquette::audit::{self, MEASURES, Statistic};
use maquette::dataset::formats::{FORMATS, Format};
use maquette::dataset::{self, DatasetError, Reader, SCENES, Stored};
use maquette::farm::{self, EngineOnce, Outcome, Run, Source};
use maquette::frame::{Plane, PlaneKind};
use maquette::render::{Engine, Painter};

use crate::engine::{Kept, Target};
use crate::mutate::archive::{self, Files};
use crate::mutate::{picture, text};
use crate::random::Random;

/// Names the formats to export to; no file of the dataset.
const FORMATS_FILE: &str = "formats";
/// Asks for a merge into an empty folder.
const MERGE: &str = "merge";

/// A dataset with every plane and kind of label, one of a sequence with two cameras, and one with lossy pictures.
const SCENES_DRAWN: &[&str] = &[
    r#"(
        categories: ["ball", "box"], resolution: (18, 16), ground: (), samples: 1, variables: {"near": Uniform(0, 1)},
        labels: (planes: [Distance, DepthMillimetres, Normal, ObjectCoordinates, Part, Category, Linear], rejected: Crowd,
            minimum_visible_fraction: 0.6),
        cameras: {"main": (pose: Orbit(distance_m: Uniform(1, 2)))},
        lidars: {"top": (pose: Orbit(distance_m: 3), steps: 40, horizontal_deg: 90, lowest_deg: -20, highest_deg: 10, rings: 4)},
        objects: {
            "ball": (category: "ball", shape: Sphere(radius_m: 0.1), count: 2, attributes: {"size": 3, "round": true, "kind": "toy"}),
            "bay": (category: "box", shape: Box(size_m: (0.5, 0.3, 0.5)), volume: true, place: At(position_m: (0, 0.2, 0)),
                keypoints: {"middle": (0, 0, 0), "corner": (0.25, 0.15, 0.25)}, skeleton: [("middle", "corner")]),
        },
    )"#,
    r#"(
        categories: ["ball"], resolution: (16, 17), samples: 1, ground: (), sequence: (frames: 2, fps: 10),
        labels: (planes: [Flow]),
        cameras: {"left": (pose: Orbit(distance_m: 2)), "right": (pose: Orbit(distance_m: 2, azimuth_deg: 90))},
        objects: {"ball": (category: "ball", shape: Sphere(radius_m: 0.1), count: 2)},
    )"#,
    r#"(
        categories: ["ball"], resolution: (16, 16), samples: 1, pictures: Jpeg(quality: 80), weather: (regime: Rain), ground: (),
        environment: Sky(), cameras: {"main": (pose: Orbit(distance_m: 2), sensor: ())},
        objects: {"ball": (category: "ball", shape: Sphere(radius_m: 0.1))},
    )"#,
    r#"(
        categories: ["ball"], resolution: (16, 16), samples: 1, pictures: WebP, ground: (),
        cameras: {"main": (pose: Orbit(distance_m: 2))},
        objects: {"ball": (category: "ball", shape: Library(name: "mug"))},
    )"#,
];

/// Reads them from a folder.
pub struct Datasets {
    scratch: PathBuf,
    /// What lies in the folder now.
    there: Files,
    words: Vec<Vec<u8>>,
}

struct Silent;

impl farm::Progress for Silent {}

impl Datasets {
    /// In a folder that is there.
    pub fn new(scratch: &Path) -> Datasets {
        fs::create_dir_all(scratch.join("dataset")).unwrap();
        Datasets { scratch: scratch.to_owned(), there: Files::new(), words: Vec::new() }
    }

    /// A dataset of two frames with discs for pictures.
    fn drawn(&self, place: usize, scene: &str) -> Files {
        let folder = self.scratch.join(format!("seed_{place}"));
        fs::create_dir_all(&folder).unwrap();
        let (path, output) = (folder.join("scene.ron"), folder.join("out"));
        fs::write(&path, scene).unwrap();
        let source = Source::open(&path, None).unwrap_or_else(|error| panic!("seed {place}: {error}"));
        let run = Run {
            frames: vec![0, 1],
            seed: 1,
            output: output.as_path().into(),
            workers: 1,
            shard_frames: 1,
            overwrite: false,
            parts: None,
            skip: Vec::new(),
            flight: std::sync::Arc::new(maquette::farm::Flight::new(None)),
        };
        let mut open = || Ok(Box::new(Painter { radius_m: 0.2 }) as Box<dyn Engine>);
        let outcome = farm::run(&mut EngineOnce::new(&mut open), &source, &run, &Silent, &Default::default());
        assert!(matches!(outcome, Ok(Outcome::Done(_))), "seed {place}: {outcome:?}");
        let mut files = Files::new();
        gather(&output, "", &mut files);
        files
    }

    /// Makes the folder hold these files and no others.
    fn lay(&mut self, files: Files) {
        let folder = self.scratch.join("dataset");
        for name in self.there.keys().filter(|name| !files.contains_key(*name)) {
            fs::remove_file(folder.join(name)).unwrap();
        }
        for (name, bytes) in files.iter().filter(|(name, bytes)| self.there.get(*name) != Some(bytes)) {
            let path = folder.join(name);
            // A folder that is empty now may stand where a file has to.
            if path.is_dir() {
                fs::remove_dir_all(&path).unwrap();
            }
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        self.there = files;
    }
}

fn gather(folder: &Path, above: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{above}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            gather(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}

/// Names of formats, of glTF scenes, and of a merge.
fn ways() -> Vec<&'static str> {
    FORMATS.iter().map(|format| format.name).chain([SCENES, MERGE]).collect()
}

impl Target for Datasets {
    fn seeds(&mut self) -> Vec<Vec<u8>> {
        let mut seeds = Vec::new();
        let mut words = BTreeSet::new();
        for (place, scene) in SCENES_DRAWN.iter().enumerate() {
            let files = self.drawn(place, scene);
            for (name, bytes) in &files {
                if name.ends_with(".json") || name.ends_with(".ron") {
                    text::words(bytes, &mut words);
                }
            }
            for ways in ways().chunks(4) {
                let mut files = files.clone();
                files.insert(FORMATS_FILE.to_owned(), ways.join(",").into_bytes());
                seeds.push(archive::pack(&files));
            }
        }
        self.words = words.into_iter().filter(|word| word.len() < 40).collect();
        seeds.extend(super::kept("dataset"));
        seeds
    }

    fn mutate(&self, input: &mut Vec<u8>, others: &[Kept], random: &mut Random) {
        let Some(mut files) = archive::unpack(input) else { return };
        let other = random.pick(others).and_then(|other| archive::unpack(&other.bytes)).unwrap_or_default();
        let mut damage = |name: &str, bytes: &mut Vec<u8>, random: &mut Random| match name.rsplit('.').next() {
            Some("json" | "ron") => {
                let alike = other.iter().filter(|(theirs, _)| theirs.rsplit('.').next() == name.rsplit('.').next());
                let alike: Vec<&[u8]> = alike.map(|(_, bytes)| &bytes[..]).collect();
                text::mutate(bytes, &alike, &self.words, &|_, _, _| None, random);
            }
            _ => picture::mutate(bytes, random),
        };
        archive::mutate(&mut files, FORMATS_FILE, &mut damage, random);
        if random.once_in(3) {
            let ways = ways();
            let chosen: Vec<&str> = (0..1 + random.small(4)).filter_map(|_| random.pick(&ways).copied()).collect();
            files.insert(FORMATS_FILE.to_owned(), chosen.join(",").into_bytes());
        }
        *input = archive::pack(&files);
    }

    fn run(&mut self, input: &[u8]) {
        let Some(mut files) = archive::unpack(input) else { return };
        let ways = files.remove(FORMATS_FILE).unwrap_or_default();
        self.lay(files);
        let folder = self.scratch.join("dataset");
        match audit::verify(&folder, 1, &|_, _| ()) {
            Ok(report) => assert!(!report.to_string().is_empty()),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
        read(&folder);
        let output = self.scratch.join("output");
        let ways = String::from_utf8_lossy(&ways).into_owned();
        let ways: Vec<&str> = ways.split(',').collect();
        let formats: Vec<&Format> = ways.iter().filter_map(|name| Format::find(name)).collect();
        if !formats.is_empty() {
            let _ = dataset::export(&folder, &formats, Some(&output), &|_, _| ());
        }
        if ways.contains(&SCENES) {
            let store = AssetStore::new(&self.scratch);
            let _ = farm::export_scenes(&folder, None, &store, Some(&output), &|_, _| ());
        }
        if ways.contains(&MERGE) {
            let _ = dataset::merge(std::slice::from_ref(&folder), &output.as_path().into(), None, &|_, _| ());
        }
        let _ = fs::remove_dir_all(&output);
        // Where something was written into the dataset, it has to be laid anew.
        let mut found = Files::new();
        gather(&folder, "", &mut found);
        if found != self.there {
            fs::remove_dir_all(&folder).unwrap();
            fs::create_dir_all(&folder).unwrap();
            self.there = Files::new();
            assert!(ways.contains(&MERGE), "a reader changed the dataset");
        }
    }

    fn pieces(&self, input: &[u8]) -> Vec<Range<usize>> {
        archive::pieces(input)
    }

    fn most_bytes(&self) -> usize {
        256 << 10
    }
}

/// Everything that a record names, and what is counted.
fn read(folder: &Path) {
    let Ok(reader) = Reader::open(folder) else { return };
    let Ok(manifest) = reader.finished() else { return };
    let named = manifest.categories.iter().map(|category| Statistic::Category(category.name.clone()));
    let statistics: Vec<Statistic> = MEASURES.iter().map(Statistic::Measure).chain(named).collect();
    if let Ok(summaries) = audit::collect(&reader, &statistics) {
        assert_eq!(summaries.len(), statistics.len());
    }
    for stored in reader.records().into_iter().flatten().flatten() {
        planes(&stored);
    }
}

fn planes(stored: &Stored) {
    fn whole<T>(plane: Result<Plane<T>, DatasetError>) {
        if let Ok(plane) = plane {
            let pixels = u64::from(plane.width) * u64::from(plane.height);
            assert_eq!(plane.data.len() as u64, pixels, "a plane that is not whole");
        }
    }
    for camera in &stored.record.cameras {
        let _ = stored.annotations(camera);
        whole(stored.rgb(camera));
        for kind in [PlaneKind::Instance, PlaneKind::Part, PlaneKind::Category] {
            whole(stored.ids(camera, kind));
        }
        for kind in [PlaneKind::Depth, PlaneKind::Distance] {
            whole(stored.metres(camera, kind));
        }
        whole(stored.vectors(camera, PlaneKind::Normal));
        whole(stored.flow(camera, PlaneKind::ForwardFlow));
    }
    for lidar in &stored.record.lidars {
        let _ = stored.cloud(lidar);
    }
    let _ = stored.step(1);
}

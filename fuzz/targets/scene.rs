//! Scene files: from bytes to a checked scene, to the concrete scenes of two frames.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use maquette::assets::AssetStore;
use maquette::farm::{Source, SourceError};
use maquette::randomize::ConcreteScene;
use maquette::scene::{self, Count, Edit, Scene};

use super::models;
use crate::engine::{Kept, Target, files_of};
use crate::mutate::grammar::Grammar;
use crate::mutate::text;
use crate::random::Random;

/// Begins a line at the head of a file that sets a value, as `--set` does; a comment to all other readers.
const SET: &str = "//set ";
/// Of things that a line of a scene may ask for, so that frames are drawn.
const MOST_INSTANCES: f64 = 60.0;

/// Reads them from a folder with assets.
pub struct Scenes {
    path: PathBuf,
    store: Arc<AssetStore>,
    grammar: Grammar,
    words: Vec<Vec<u8>>,
}

impl Scenes {
    /// In a folder that is there.
    pub fn new(scratch: &Path) -> Scenes {
        let folder = scratch.join("scene");
        fs::create_dir_all(folder.join("things")).unwrap();
        let files: [(&str, Vec<u8>); 7] = [
            ("thing.glb", models::whole()),
            ("things/a.glb", models::whole()),
            ("things/b.png", models::png()),
            ("wood.png", models::png()),
            ("sizes.csv", b"width,height\n0.1,2\n0.2,3\n".to_vec()),
            ("sky.hdr", models::hdr()),
            ("part.ron", b"(presets: {\"small\": (count: 1, shape: Sphere(radius_m: 0.1))}, objects: {\"more\": (shape: Sphere())})".to_vec()),
        ];
        files.iter().for_each(|(name, bytes)| fs::write(folder.join(name), bytes).unwrap());
        let grammar = Grammar::new(scene::schema());
        let mut words = grammar.names().map(|name| name.as_bytes().to_vec()).collect();
        seeds().iter().for_each(|seed| text::words(seed, &mut words));
        text::words(serde_json::to_string(&scene::schema()).unwrap().as_bytes(), &mut words);
        // The schema has its names in quotes.
        let plain: Vec<Vec<u8>> = words
            .iter()
            .filter(|word| word.len() > 2 && word[0] == b'"')
            .map(|word| word[1..word.len() - 1].to_vec())
            .collect();
        words.extend(plain);
        let store = Arc::new(AssetStore::new(&folder));
        Scenes {
            path: folder.join("scene.ron"),
            store,
            grammar,
            words: words.into_iter().filter(|word| word.len() < 40).collect(),
        }
    }
}

/// The scenes of the repository, those with faults, and those of the documentation.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = super::kept("scene");
    for folder in ["scenes", "scenes/bench", "tests/it/check"] {
        let files = files_of(&super::repository(folder));
        seeds.extend(
            files
                .iter()
                .filter(|path| path.extension().is_some_and(|end| end == "ron"))
                .map(|path| fs::read(path).unwrap()),
        );
    }
    for path in
        files_of(&super::repository("docs")).iter().filter(|path| path.extension().is_some_and(|end| end == "md"))
    {
        let text = fs::read_to_string(path).unwrap();
        for block in text.split("```ron\n").skip(1).filter_map(|rest| rest.split("```").next()) {
            seeds.push(block.as_bytes().to_vec());
            seeds.push(format!("(objects: {{\"a\": (shape: Sphere())}},\n{block})").into_bytes());
        }
    }
    seeds
}

impl Target for Scenes {
    fn seeds(&mut self) -> Vec<Vec<u8>> {
        let mut seeds = seeds();
        // What is drawn can be read as well.
        let config = ron::ser::PrettyConfig::new().struct_names(true).depth_limit(3).compact_arrays(true);
        for seed in super::kept("scene") {
            fs::write(&self.path, seed).unwrap();
            let Ok(source) = Source::with_assets(&self.path, self.store.clone(), &[]) else { continue };
            let Ok(scene) = source.concrete(0, 0) else { continue };
            seeds.push(ron::ser::to_string_pretty(&scene, config.clone()).unwrap().into_bytes());
        }
        seeds
    }

    fn mutate(&self, input: &mut Vec<u8>, others: &[Kept], random: &mut Random) {
        let texts: Vec<&[u8]> = others.iter().map(|kept| &kept.bytes[..]).collect();
        let make = |name: &str, beside: bool, random: &mut Random| self.grammar.field(name, beside, random);
        text::mutate(input, &texts, &self.words, &make, random);
        if random.once_in(30) {
            let names: Vec<&[u8]> =
                (0..1 + random.small(4)).filter_map(|_| random.pick(&self.words)).map(|word| &word[..]).collect();
            let value = self.grammar.field(&String::from_utf8_lossy(names.last().unwrap_or(&&b""[..])), false, random);
            let line = [SET.as_bytes(), &names.join(&b'.'), b"=", value.unwrap_or_default().as_bytes(), b"\n"].concat();
            input.splice(0..0, line).for_each(drop);
        }
    }

    fn run(&mut self, input: &[u8]) {
        fs::write(&self.path, input).unwrap();
        let text = String::from_utf8_lossy(input);
        let edits: Vec<Edit> =
            text.lines().map_while(|line| line.strip_prefix(SET)).filter_map(|edit| edit.parse().ok()).collect();
        match Source::with_assets(&self.path, self.store.clone(), &edits) {
            Ok(source) => drawn(&source),
            Err(SourceError::Invalid(diagnostics)) => {
                assert!(diagnostics.errors() > 0, "refused without an error");
                for color in [false, true] {
                    assert!(!diagnostics.render(color).is_empty());
                }
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }

    fn pieces(&self, input: &[u8]) -> Vec<Range<usize>> {
        text::pieces(input)
    }

    fn most_bytes(&self) -> usize {
        64 << 10
    }
}

/// Whether a frame may hold more things than are drawn quickly.
fn is_large(scene: &Scene) -> bool {
    let most = |count: &Count| count.0.range().map_or(f64::INFINITY, |(_, most)| most);
    scene.scope().all().iter().any(|member| most(&member.object.count) * member.groups > MOST_INSTANCES)
}

fn drawn(source: &Source) {
    if let Some(warnings) = &source.warnings {
        assert!(warnings.errors() == 0 && !warnings.render(true).is_empty());
    }
    // What a scene was put together from is a scene by itself.
    if source.fixed().is_none() {
        let whole = scene::read("whole.ron", &source.text, &*source.assets);
        let whole = whole.unwrap_or_else(|errors| panic!("the composed text is refused:\n{}", errors.render(false)));
        if is_large(&whole.scene) {
            return;
        }
    }
    for frame in [0, 1] {
        match source.concrete(0, frame) {
            Ok(scene) => {
                assert_eq!(scene.faults(), Vec::<String>::new(), "drawn, and yet not sound");
                let again: ConcreteScene = ron::from_str(&ron::to_string(&scene).unwrap()).unwrap();
                assert!(again == scene, "a concrete scene changes when it is written and read");
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    if let Ok(ledger) = source.explain(1, 1) {
        let _ = format!("{ledger:?}");
    }
    let _ = (source.policy(), source.categories(), source.had_categories(), source.images_per_frame(), source.fixed());
    if let Err(error) = source.identity(0, 100) {
        assert!(!error.to_string().is_empty());
    }
}

//! Scenes as tests write them, drawn by the real engine.

use std::path::Path;

use maquette::farm::Source;
use maquette::frame::Frame;
use maquette::render::{Engine, Options, Renderer};

/// The frames of scenes, one after the other by one renderer.
pub fn look(scenes: &[String]) -> Vec<Frame> {
    look_in(tempfile::tempdir().unwrap().path(), scenes)
}

/// The same of scenes that take files in from a folder.
pub fn look_in(folder: &Path, scenes: &[String]) -> Vec<Frame> {
    let path = folder.join("scene.ron");
    let mut frames = Vec::new();
    let mut renderer = None;
    for scene in scenes {
        std::fs::write(&path, scene).unwrap();
        let source = Source::open(&path, None).unwrap_or_else(|error| panic!("{error}"));
        let renderer =
            renderer.get_or_insert_with(|| Renderer::new(source.assets.clone(), Options::default()).unwrap());
        renderer
            .render(&mut std::iter::once(source.concrete(0, 0).unwrap()), &mut |frame, _| {
                frames.push(frame);
                Ok(())
            })
            .unwrap();
    }
    frames
}

//! `maquette preview`.

use std::path::PathBuf;

use clap::Args;

use super::{Exit, Failure, Verdict, check};
use crate::annotate::{annotate, overlay};
use crate::farm;
use crate::render::{Engine, Options, RenderError, Renderer, Stop};
use crate::scene::Edit;

/// Draw a contact sheet of a scene with its labels
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  maquette preview scenes/tabletop.ron --frames 12 --output sheet.png")]
pub(super) struct Preview {
    /// Scene file, or the concrete scene of a frame
    scene: PathBuf,
    /// How many frames, or which: `12`, `0-11`, `1-3,5`
    #[arg(long, default_value = "12", value_name = "FRAMES")]
    frames: String,
    /// Seed of every random choice
    #[arg(long, env = "MAQUETTE_SEED", default_value_t = 0)]
    seed: u64,
    /// The picture, a PNG file
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Frames side by side
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=64))]
    columns: u32,
    /// Leave the labels out
    #[arg(long)]
    bare: bool,
    /// Set a value of the scene first, as in `lights.sun.elevation_deg=30`
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<Edit>,
    /// Folder that the scene's assets are relative to, if not its own
    #[arg(long, env = "MAQUETTE_ASSETS", value_name = "DIR")]
    assets: Option<PathBuf>,
}

/// Pixels between pictures.
const MARGIN: u32 = 6;
/// A sheet has at most this many pictures.
const MOST: u64 = 400;

impl Preview {
    pub fn run(self) -> Verdict {
        let mut frames = farm::parse_frames(&self.frames)
            .map_err(|error| Failure::new(Exit::Usage, format!("--frames: {error}")))?;
        let source = check::open(&self.scene, self.assets.as_deref(), &self.set, false)?;
        if let Some((frame, _)) = source.fixed() {
            frames = vec![frame];
        }
        let pictures = frames.len() as u64 * source.images_per_frame();
        if pictures > MOST {
            let message = format!("--frames: a sheet has at most {MOST} pictures, these would be {pictures}");
            return Err(Failure::new(Exit::Usage, message));
        }
        if self.output.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("png")) {
            let message = format!("--output: expected the name of a PNG file, found {}", self.output.display());
            return Err(Failure::new(Exit::Usage, message));
        }
        let mut scenes = Vec::new();
        for &frame in &frames {
            let scene = source.concrete(self.seed, frame);
            scenes.push(scene.map_err(|error| Failure::new(Exit::BadData, format!("frame {frame}: {error}")))?);
        }
        let mut engine = Renderer::new(source.assets.clone(), Options::default()).map_err(explain)?;
        let policy = source.policy();
        let mut pictures = Vec::new();
        let mut fault = None;
        let result = engine.render(&mut scenes.into_iter(), &mut |frame, scene| {
            let annotations = annotate(&frame, &policy).map_err(|error| {
                fault = Some(error);
                Stop
            })?;
            for (view, annotations) in frame.views.iter().zip(&annotations.views) {
                let mut picture = view.rgb.clone();
                if !self.bare {
                    overlay::draw_annotations(&mut picture, annotations, |annotation| {
                        let place = (annotation.category_id as usize).wrapping_sub(1);
                        scene.categories.get(place).cloned().unwrap_or_default()
                    });
                }
                pictures.push(picture);
            }
            Ok(())
        });
        if let Some(fault) = fault {
            return Err(Failure::new(Exit::Failed, fault));
        }
        result.map_err(explain)?;
        let sheet = overlay::contact_sheet(&pictures, self.columns, MARGIN);
        let bytes = crate::dataset::encode_rgb(&sheet).map_err(|error| Failure::new(Exit::Failed, error))?;
        std::fs::write(&self.output, bytes).map_err(|error| {
            Failure::new(Exit::InputOutput, format!("cannot write {}: {error}", self.output.display()))
        })?;
        super::schema::print(&self.output.display().to_string())
    }
}

fn explain(error: RenderError) -> Failure {
    let exit = if matches!(error, RenderError::NoAdapter(_)) { Exit::NoDevice } else { Exit::Failed };
    Failure::new(exit, error)
}

//! `maquette preview`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::given::Given;
use super::{Exit, Failure, Verdict, render};
use crate::annotate::{annotate, overlay};
use crate::farm;
use crate::frame::Frame;
use crate::randomize::ConcreteScene;
use crate::render::{Options, Renderer, Stop};

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
    #[command(flatten)]
    given: Given,
}

/// Pixels between pictures.
const MARGIN: u32 = 6;
/// A sheet has at most this many pictures.
const MOST: u64 = 400;

impl Preview {
    pub fn run(self) -> Verdict {
        let mut frames = farm::parse_frames(&self.frames)
            .map_err(|error| Failure::new(Exit::Usage, format!("--frames: {error}")))?;
        let source = self.given.open(&self.scene, false)?;
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
        let mut engine =
            Renderer::new(source.assets.clone(), Options::default()).map_err(|error| render::explain(error.into()))?;
        let policy = source.policy();
        let mut pictures = Vec::new();
        let mut fault = None;
        let take = &mut |frame: Frame, scene: Arc<ConcreteScene>| {
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
                pictures.push((frame.index, picture));
            }
            Ok(())
        };
        let result = farm::kept_frames(&mut engine, &source, self.seed, &mut frames.into_iter(), &|| false, take);
        if let Some(fault) = fault {
            return Err(Failure::new(Exit::Failed, fault));
        }
        result.map_err(render::explain)?;
        // Those that had to be drawn again come late.
        pictures.sort_by_key(|(frame, _)| *frame);
        let pictures: Vec<_> = pictures.into_iter().map(|(_, picture)| picture).collect();
        let sheet = overlay::contact_sheet(&pictures, self.columns, MARGIN);
        let bytes = crate::dataset::encode_rgb(&sheet).map_err(|error| Failure::new(Exit::Failed, error))?;
        std::fs::write(&self.output, bytes).map_err(|error| {
            Failure::new(Exit::InputOutput, format!("cannot write {}: {error}", self.output.display()))
        })?;
        super::schema::print(&self.output.display().to_string())
    }
}

//! `maquette check`.

use std::path::PathBuf;

use clap::Args;

use super::given::{Given, explain};
use super::schema::print;
use super::{Exit, Verdict, use_color};

/// Say everything that is wrong with a scene file
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  maquette check scenes/tabletop.ron")]
pub(super) struct Check {
    /// Scene files
    #[arg(required = true)]
    scenes: Vec<PathBuf>,
    #[command(flatten)]
    given: Given,
}

/// Frames that are drawn to see whether they can be.
const DRAWN: u64 = 8;

impl Check {
    pub fn run(self) -> Verdict {
        let mut verdict = Exit::Done; // the first that is not
        for path in &self.scenes {
            match self.given.read(path) {
                Ok(source) => {
                    let warnings = source.warnings.as_ref();
                    if let Some(warnings) = warnings {
                        say!("{}", warnings.render(use_color(&std::io::stderr())).trim_end());
                    }
                    // What is wrong with what is drawn shows when it is.
                    match (0..DRAWN).find_map(|frame| source.concrete(0, frame).err().map(|error| (frame, error))) {
                        None => {
                            print(&format!("{}: good", path.display()))?;
                        }
                        Some((frame, error)) => {
                            say!("{}: error: frame {frame} of seed 0: {error}", path.display());
                            verdict = if verdict == Exit::Done { Exit::BadData } else { verdict };
                        }
                    }
                }
                Err(error) => {
                    let failure = explain(error);
                    say!("{}", failure.message.trim_end());
                    if verdict == Exit::Done {
                        verdict = failure.exit;
                    }
                }
            }
        }
        Ok(verdict)
    }
}

//! `maquette schema`.

use std::io::Write;

use clap::Args;

use super::{Exit, Failure, Verdict};

/// Print the JSON schema of scene files
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  maquette schema > scene.schema.json")]
pub(super) struct Schema {}

impl Schema {
    pub fn run(self) -> Verdict {
        let text =
            serde_json::to_string_pretty(&crate::scene::schema()).map_err(|error| Failure::new(Exit::Failed, error))?;
        print(&text)
    }
}

/// Writes to standard output; a reader that has gone away is no failure.
pub(super) fn print(text: &str) -> Verdict {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::InputOutput, format!("cannot write to standard output: {error}")))
        }
        _ => Ok(Exit::Done),
    }
}

//! What verbs that take a scene file take besides.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Exit, Failure, use_color};
use crate::farm::{Source, SourceError};
use crate::scene::Edit;

/// How a scene file is to be read.
#[derive(Debug, Args)]
pub(super) struct Given {
    /// Set a value of the scene first, as in `lights.sun.elevation_deg=30`
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<Edit>,
    /// The split whose assets are picked; the same as `--set 'split="NAME"'`
    #[arg(long, env = "MAQUETTE_SPLIT", value_name = "NAME")]
    split: Option<String>,
    /// Folder that the scene's assets are relative to, if not its own
    #[arg(long, env = "MAQUETTE_ASSETS", value_name = "DIR")]
    assets: Option<PathBuf>,
}

impl Given {
    /// Reads a scene file.
    pub(super) fn read(&self, path: &Path) -> Result<Source, SourceError> {
        self.read_with(path, &[])
    }

    /// The same with more values set.
    pub(super) fn read_with(&self, path: &Path, more: &[Edit]) -> Result<Source, SourceError> {
        let split = self.split.iter().map(|split| Edit { path: "split".to_owned(), value: format!("{split:?}") });
        let edits: Vec<Edit> = split.chain(self.set.iter().cloned()).chain(more.iter().cloned()).collect();
        Source::edited(path, self.assets.as_deref(), &edits)
    }

    /// The same again as arguments for another process; `folder` says how a folder is to be given there.
    pub(super) fn arguments(&self, folder: &dyn Fn(&Path) -> Result<String, Failure>) -> Result<Vec<String>, Failure> {
        let mut arguments = Vec::new();
        let mut add = |flag: &str, value: String| arguments.extend([flag.to_owned(), value]);
        self.set.iter().for_each(|edit| add("--set", format!("{}={}", edit.path, edit.value)));
        self.split.iter().for_each(|split| add("--split", split.clone()));
        if let Some(assets) = &self.assets {
            add("--assets", folder(assets)?);
        }
        Ok(arguments)
    }

    /// Reads a scene file for a verb that works on it: warnings are shown unless `quiet`, errors end the verb.
    pub(super) fn open(&self, path: &Path, quiet: bool) -> Result<Source, Failure> {
        match self.read(path) {
            Ok(source) => {
                if let Some(warnings) = source.warnings.as_ref().filter(|_| !quiet) {
                    say!("{}", warnings.render(use_color(&std::io::stderr())).trim_end());
                }
                Ok(source)
            }
            Err(error @ SourceError::Invalid(_)) => {
                let failure = explain(error);
                say!("{}", failure.message.trim_end());
                Err(Failure { exit: failure.exit, message: String::new() })
            }
            Err(error) => Err(explain(error)),
        }
    }
}

/// A scene that cannot be used, as text and exit code.
pub(super) fn explain(error: SourceError) -> Failure {
    match error {
        SourceError::Invalid(diagnostics) => {
            let text = diagnostics.render(use_color(&std::io::stderr()));
            Failure::new(Exit::BadData, format!("{text}{}", diagnostics.summary()))
        }
        SourceError::Unreadable { .. } => Failure::new(Exit::InputOutput, error),
        SourceError::Edit(_) => Failure::new(Exit::Usage, format!("--set: {error}")),
        SourceError::Concrete { .. } => Failure::new(Exit::BadData, error),
    }
}

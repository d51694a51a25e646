//! `maquette export`.

use std::path::PathBuf;

use clap::Args;

use super::{Exit, Failure, Verdict, progress};
use crate::dataset::formats::{FORMATS, Format};
use crate::dataset::{self, DatasetError, Reader};

/// Write a finished dataset in the formats of other tools, without rendering again
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  maquette export out/tabletop --format yolo,voc")]
pub(super) struct Export {
    /// Folder of the dataset
    #[arg(required_unless_present = "list")]
    dataset: Option<PathBuf>,
    /// Formats, by name
    #[arg(long, short, value_name = "NAME", value_delimiter = ',', required_unless_present = "list")]
    format: Vec<String>,
    /// Folder that gets a folder for each format, if not `export` in the dataset
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// No progress
    #[arg(long, short)]
    quiet: bool,
    /// List the formats
    #[arg(long, exclusive = true)]
    list: bool,
}

impl Export {
    pub fn run(self) -> Verdict {
        if self.list {
            let lines: Vec<String> =
                FORMATS.iter().map(|format| format!("{:16} {}", format.name, format.summary)).collect();
            return super::schema::print(&lines.join("\n"));
        }
        let formats = self.format.iter().map(|name| find(name)).collect::<Result<Vec<_>, Failure>>()?;
        let dataset = self.dataset.unwrap_or_default();
        Reader::open(&dataset).map_err(explain)?;
        let bar = progress::bar(self.quiet);
        let progress = |done: u64, all: u64| {
            if let Some(bar) = &bar {
                bar.set_length(all);
                bar.set_position(done);
            }
        };
        let folders = dataset::export(&dataset, &formats, self.output.as_deref(), &progress);
        if let Some(bar) = &bar {
            bar.finish_and_clear();
        }
        let folders = folders.map_err(explain)?;
        let lines: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        super::schema::print(&lines.join("\n"))
    }
}

/// The format of this name; an error that names the likeliest one else.
pub(super) fn find(name: &str) -> Result<&'static Format, Failure> {
    Format::find(name).ok_or_else(|| {
        let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        let likeliest = names
            .iter()
            .max_by(|one, other| strsim::jaro_winkler(name, one).total_cmp(&strsim::jaro_winkler(name, other)));
        let hint = likeliest.filter(|one| strsim::jaro_winkler(name, one) > 0.7);
        let hint = hint.map_or(String::new(), |one| format!("; did you mean `{one}`?"));
        Failure::new(Exit::Usage, format!("--format: found `{name}`, expected one of {}{hint}", names.join(", ")))
    })
}

pub(super) fn explain(error: DatasetError) -> Failure {
    let exit = if matches!(error, DatasetError::Io { .. }) { Exit::InputOutput } else { Exit::BadData };
    Failure::new(exit, error)
}

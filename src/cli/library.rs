//! `maquette library`.

use clap::Args;

use super::Verdict;
use super::schema::print;
use crate::assets::{library, texture};

/// List the models and textures that the program makes itself
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  maquette library")]
pub(super) struct Library {}

impl Library {
    pub fn run(self) -> Verdict {
        let mut text = String::from("Models, as `shape: Library(name: \"…\")`:\n");
        let mut theme = "";
        for entry in library::NAMES {
            if entry.theme != theme {
                theme = entry.theme;
                text += &format!("\n  {theme}\n");
            }
            text += &format!("    {:<18} {}\n", entry.name, entry.what);
        }
        text += "\nTextures, as `texture: Library(\"…\")`:\n\n";
        for (name, what) in texture::NAMES {
            text += &format!("    {name:<18} {what}\n");
        }
        print(text.trim_end())
    }
}

//! `maquette doctor`.

use clap::Args;

use super::{Exit, Verdict};
use crate::render;

/// Say what would render here, and test that it does it right
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  maquette doctor")]
pub(super) struct Doctor {}

impl Doctor {
    pub fn run(self) -> Verdict {
        println!("maquette {}", env!("CARGO_PKG_VERSION"));
        let adapters = render::adapters();
        let Some(adapter) = adapters.first() else {
            println!("adapter    none");
            if let Err(error) = render::adapter() {
                println!("\n{error}");
            }
            for name in ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"] {
                if let Some(value) = std::env::var_os(name) {
                    println!("{name} is set to `{}`: is that file there, and its library?", value.to_string_lossy());
                }
            }
            return Ok(Exit::NoDevice);
        };
        println!("adapter    {} ({})", adapter.name, adapter.kind);
        println!("driver     {} {}", adapter.driver, adapter.driver_version);
        for other in &adapters[1..] {
            println!("also there {} ({})", other.name, other.kind);
        }
        if let Some(complaint) = adapter.complaint() {
            println!("problem    {complaint}");
        }
        if adapter.is_software() {
            println!("note       no GPU is used: images are right, but slower than on one");
        }
        match render::self_test() {
            Ok(test) if test.passed() => {
                println!(
                    "self-test  passed: every id right, depth within {:.1e}, colour drawn",
                    test.worst_depth_error
                );
                Ok(Exit::Done)
            }
            Ok(test) => {
                println!(
                    "self-test  FAILED: {} wrong ids, depth off by up to {:.1e}, colour {}",
                    test.wrong_ids,
                    test.worst_depth_error,
                    if test.colour_differs { "drawn" } else { "missing" }
                );
                println!("           labels made here could not be trusted; try another driver (VK_DRIVER_FILES)");
                Ok(Exit::NoDevice)
            }
            Err(error) => {
                println!("self-test  FAILED: {error}");
                Ok(Exit::NoDevice)
            }
        }
    }
}

//! `maquette doctor`.

use std::fmt::Write;

use clap::Args;

use super::schema::print;
use super::{Exit, Verdict};
use crate::render;

/// Say what would render here, and test that it does it right
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  maquette doctor")]
pub(super) struct Doctor {}

impl Doctor {
    pub fn run(self) -> Verdict {
        let mut report = String::new();
        let exit = examine(&mut report);
        print(report.trim_end())?;
        Ok(exit)
    }
}

/// Writes what there is to say, and gives the exit code.
fn examine(report: &mut String) -> Exit {
    macro_rules! tell {
        ($($what:tt)*) => {{
            // Writing to a string does not fail.
            let _ = writeln!(report, $($what)*);
        }};
    }
    tell!("maquette {}", env!("CARGO_PKG_VERSION"));
    let adapters = render::adapters();
    let Some(adapter) = adapters.first() else {
        tell!("adapter    none");
        if let Err(error) = render::adapter() {
            tell!("\n{error}");
        }
        for name in ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"] {
            if let Some(value) = std::env::var_os(name) {
                tell!("{name} is set to `{}`: is that file there, and its library?", value.to_string_lossy());
            }
        }
        return Exit::NoDevice;
    };
    tell!("adapter    {} ({})", adapter.name, adapter.kind);
    tell!("driver     {} {}", adapter.driver, adapter.driver_version);
    for other in &adapters[1..] {
        tell!("also there {} ({})", other.name, other.kind);
    }
    if let Some(complaint) = adapter.complaint() {
        tell!("problem    {complaint}");
    }
    if adapter.is_software() {
        tell!("note       no GPU is used: images are right, but slower than on one");
    }
    match render::self_test() {
        Ok(test) if test.passed() => {
            tell!("self-test  passed: every id right, depth within {:.1e}, colour drawn", test.worst_depth_error);
            Exit::Done
        }
        Ok(test) => {
            tell!(
                "self-test  FAILED: {} wrong ids, depth off by up to {:.1e}, colour {}",
                test.wrong_ids,
                test.worst_depth_error,
                if test.colour_differs { "drawn" } else { "missing" }
            );
            tell!("           labels made here could not be trusted; try another driver (VK_DRIVER_FILES)");
            Exit::NoDevice
        }
        Err(error) => {
            tell!("self-test  FAILED: {error}");
            Exit::NoDevice
        }
    }
}

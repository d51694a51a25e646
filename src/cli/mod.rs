//! The program's face: one file a verb, from arguments to one call.

/// Writes a line to standard error; where nobody can hear it, the work goes on.
macro_rules! say {
    ($($what:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($what)*);
    }};
}

mod balance;
mod bench;
mod check;
mod doctor;
mod explain;
mod export;
mod farm;
mod given;
mod library;
mod merge;
mod preview;
mod profile;
mod progress;
mod render;
mod schema;
mod status;
mod sweep;
mod verify;

use std::fmt::Display;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use tracing_subscriber::filter::{Directive, EnvFilter, LevelFilter};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::assets::AssetStore;
use crate::profile::Watch;
use crate::render::{Engine, Options, RenderError, Renderer, Team};
use crate::station;

/// Renders labelled images of randomised scenes.
#[derive(Debug, Parser)]
#[command(name = "maquette", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Example:\n  maquette render scenes/tabletop.ron --frames 100 --seed 1 --output out/tabletop")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Render a dataset from a scene file
    Render(render::Render),
    /// Render a dataset for each point of a sweep
    Sweep(sweep::Sweep),
    /// Hand a run over to a scheduler: Slurm, OpenJD or Kubernetes
    Farm(farm::Farm),
    /// Put parts of a dataset together and finish it
    Merge(merge::Merge),
    /// Say everything that is wrong with a scene file
    Check(check::Check),
    /// Write a dataset in the formats of other tools
    Export(export::Export),
    /// Check a dataset: its annotations against each other, and its files against the manifest
    Verify(verify::Verify),
    /// Say what varies in a scene: distributions and what is drawn from them
    Explain(explain::Explain),
    /// Find how many of each category to keep, so that all are seen equally often
    Balance(balance::Balance),
    /// Draw a contact sheet of a scene with its labels
    Preview(preview::Preview),
    /// Say what would render here, and test that it does it right
    Doctor(doctor::Doctor),
    /// Measure how fast this machine is
    Bench(bench::Bench),
    /// Print the JSON schema of scene files
    Schema(schema::Schema),
    /// List the models and textures that the program makes itself
    Library(library::Library),
}

impl Verb {
    /// What listens to the stages of a run, where that is asked for.
    fn watch(&self) -> Result<Option<Watch>, Failure> {
        match self {
            Verb::Render(verb) => verb.profiling.watch(),
            _ => Ok(None),
        }
    }
}

/// How the program ends; numbers as in `sysexits.h` where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    /// A scene or a dataset that is not what it should be.
    BadData = 65,
    /// Nothing to render with.
    NoDevice = 69,
    /// Reading or writing failed.
    InputOutput = 74,
    /// Stopped on request; the same command goes on.
    TryAgain = 75,
    Interrupted = 130,
}

impl Exit {
    /// That of another process of this program.
    fn of(code: i32) -> Option<Exit> {
        let all = [
            Exit::Done,
            Exit::Failed,
            Exit::Usage,
            Exit::BadData,
            Exit::NoDevice,
            Exit::InputOutput,
            Exit::TryAgain,
            Exit::Interrupted,
        ];
        all.into_iter().find(|exit| *exit as i32 == code)
    }
}

/// A failure, said to the user.
struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    fn new(exit: Exit, message: impl Display) -> Failure {
        Failure { exit, message: message.to_string() }
    }
}

type Verdict = Result<Exit, Failure>;

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    keep_memory();
    let arguments = Arguments::parse();
    let verdict = arguments.verb.watch().and_then(|watch| {
        start_log(watch.as_ref());
        run(arguments.verb, watch)
    });
    let exit = verdict.unwrap_or_else(|failure| {
        if !failure.message.is_empty() {
            say!("error: {}", failure.message.trim_end());
        }
        failure.exit
    });
    ExitCode::from(exit as u8)
}

/// Refuses arguments that `render` does not take besides those that every part gets.
fn check_render(more: &[String]) -> Result<(), Failure> {
    let always = ["maquette", "render", "scene.ron", "--output", "out"].map(str::to_owned);
    let told = |error: clap::Error| {
        Failure::new(Exit::Usage, format!("behind `--`, what `render` does not take: {}", error.render()))
    };
    Arguments::try_parse_from(always.iter().chain(more)).map(drop).map_err(told)
}

fn run(verb: Verb, watch: Option<Watch>) -> Verdict {
    match verb {
        Verb::Render(verb) => profile::of(&verb.profiling.clone(), verb.tells_json(), watch, || verb.run()),
        Verb::Sweep(verb) => verb.run(),
        Verb::Farm(verb) => verb.run(),
        Verb::Merge(verb) => verb.run(),
        Verb::Check(verb) => verb.run(),
        Verb::Export(verb) => verb.run(),
        Verb::Verify(verb) => verb.run(),
        Verb::Explain(verb) => verb.run(),
        Verb::Balance(verb) => verb.run(),
        Verb::Preview(verb) => verb.run(),
        Verb::Doctor(verb) => verb.run(),
        Verb::Bench(verb) => verb.run(),
        Verb::Schema(verb) => verb.run(),
        Verb::Library(verb) => verb.run(),
    }
}

/// Keeps the memory of planes for the next ones. The C library would give each back to the system when it is freed, and
/// have the next one's pages made anew: with all planes asked for that is a tenth of the time on a processor.
fn keep_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it sets two numbers of the allocator, before there are other threads.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 32 << 20);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 256 << 20);
    }
}

/// Warnings of the engine and of ourselves go to standard error; `MAQUETTE_LOG=debug` shows more. Stages are heard by
/// `watch` alone.
fn start_log(watch: Option<&Watch>) {
    let filter = EnvFilter::try_from_env("MAQUETTE_LOG")
        .unwrap_or_else(|_| EnvFilter::new(format!("warn,{}", crate::render::LOG_FILTER)));
    let quiet = Directive::from(LevelFilter::OFF);
    let filter = filter.add_directive(format!("{}=off", station::TARGET).parse().unwrap_or(quiet));
    let log = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(use_color(&std::io::stderr()))
        .without_time()
        .with_filter(filter);
    // An `Option` of a layer would not do: one that is `None` opens every span that nobody else wants.
    let mut layers = vec![log.boxed()];
    layers.extend(watch.map(|watch| watch.layer().boxed()));
    // Fails only where a log has been started before, which then serves.
    let _ = tracing_subscriber::registry().with(layers).try_init();
}

/// Engines side by side, as many as were asked for.
fn team(assets: &Arc<AssetStore>, asked: Option<u8>) -> Result<Box<dyn Engine>, RenderError> {
    let assets = assets.clone();
    let open = move || -> Result<Box<dyn Engine>, RenderError> {
        Ok(Box::new(Renderer::new(assets.clone(), Options::default())?))
    };
    Ok(Box::new(Team::new(Arc::new(open), asked.map(usize::from))?))
}

/// As many threads as asked for, or one a processor.
fn workers(asked: Option<u16>) -> usize {
    asked.map_or_else(|| std::thread::available_parallelism().map_or(2, std::num::NonZero::get), usize::from)
}

/// Whether to write colours to a stream: it is a terminal, and `NO_COLOR` is not set.
fn use_color(stream: &impl std::io::IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

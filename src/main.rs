//! The program; see `maquette --help`.

fn main() -> std::process::ExitCode {
    maquette::cli::main()
}

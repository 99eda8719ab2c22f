//! The binary `medok`: reads the command line and hands it on.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    medok::run(medok::cli::Cli::parse())
}

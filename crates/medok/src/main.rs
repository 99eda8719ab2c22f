//! The binary `medok`: reads the command line and hands it on.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    // Before the command line, settings, logs and threads: the process that prints papers has none of them.
    if documents::child::asked(std::env::args_os()) {
        return documents::child::run();
    }
    medok::run(medok::cli::Cli::parse())
}

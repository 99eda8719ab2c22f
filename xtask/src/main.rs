//! Automation of the house: its checks, its tests with a PostgreSQL of their own, its benches.
//! Invariant: whatever a command starts (a server, a folder, a group of processes) ends with it, also when it is killed.
#![expect(
    clippy::print_stdout,
    reason = "a command line tool answers on its standard output"
)]

mod arrows;
mod bench;
mod ci;
mod e2e;
mod house;
mod lint;
mod packages;
mod postgres;
mod shell;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Automation of Medok: `cargo xtask <command>`.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check what the rooms of the house may see and name.
    Arrows,
    /// Check the format, the lints and the arrows.
    Lint,
    /// Run the tests beside a PostgreSQL of their own, installing it where apt-get can.
    ///
    /// What follows goes to `cargo test`: `cargo xtask test -p kernel phone`; a second `--`
    /// starts the arguments of the test binary.
    Test {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run such a PostgreSQL in the foreground and print its address; Ctrl-C ends it.
    Postgres,
    /// Go through the pages in a real browser, installing it where apt-get can.
    E2e(e2e::Wanted),
    /// Lint, test, go through the pages in a browser, with the time of each.
    Ci,
    /// Build for release and measure; what follows `--` goes to the bench itself.
    Bench {
        /// Also write what is printed to this file.
        #[arg(long)]
        out: Option<PathBuf>,
        #[arg(last = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Arrows => arrows::check(),
        Command::Lint => lint::run(),
        Command::Test { arguments } => test::run(&arguments),
        Command::Postgres => postgres::foreground(),
        Command::E2e(wanted) => e2e::run(&wanted),
        Command::Ci => ci::run(),
        Command::Bench { out, arguments } => bench::run(out.as_deref(), &arguments),
    };
    done.unwrap_or_else(|message| {
        eprintln!("error: {message}");
        ExitCode::FAILURE
    })
}

//! The binary `medok`: its commands, and how it opens the house and serves.
//!
//! *Invariant*: whoever opens the store holds the lock of the data folder; while `serve` holds it, other
//! commands are carried out by the serving process, through its local socket. A command does the same
//! whichever way it came.

pub mod cli;
pub mod commands;
pub mod doctor;
pub mod house;
pub mod init;
mod logging;
pub mod metrics;
pub mod output;
mod process;
pub mod restore;
pub mod seams;
pub mod serve;
pub mod socket;

use std::process::ExitCode;

use kernel::Clock;
use platform::config::{Overrides, Settings};

use cli::{Cli, Verb};
use house::StartError;
use output::Output;

/// Carries out a command line. Failures are told on standard error, a line each, beginning with `medok:`.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    let well = match process::harden() {
        Ok(()) => started(cli),
        Err(error) => Err(StartError::Process(error)),
    };
    match well {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            output::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn started(cli: Cli) -> Result<bool, StartError> {
    let overrides = Overrides {
        data: cli.data,
        listen: cli.verb.listen(),
    };
    let settings = match Settings::read(cli.config.as_deref(), &overrides) {
        Ok(settings) => settings,
        Err(error) if matches!(cli.verb, Verb::Doctor) => {
            doctor::tell_settings(&error, &Output::Terminal);
            return Ok(false);
        }
        Err(error) => return Err(error.into()),
    };
    logging::start(&settings.log)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(StartError::Process)?;
    runtime.block_on(carry_out(cli.verb, settings, Clock::system()))
}

async fn carry_out(verb: Verb, settings: Settings, clock: Clock) -> Result<bool, StartError> {
    let output = Output::Terminal;
    match verb.into_errand()? {
        cli::Errand::Serve { demo } => serve::run(settings, clock, demo, seams::site, &output)
            .await
            .map(|()| true),
        cli::Errand::Init => init::init(settings, clock, &output).await.map(|()| true),
        cli::Errand::Restore(what) => restore::restore(settings, clock, what, &output).await,
        cli::Errand::Receipts { files, key } => {
            Ok(commands::receipts::verify(&settings, &files, key.as_deref(), &output).await)
        }
        cli::Errand::StaffAdd(new) => {
            let new = new.with_password(std::io::stdin().lock())?;
            let command = commands::Command::StaffAdd(Box::new(new));
            commands::run(settings, clock, command, &output).await
        }
        cli::Errand::Command(command) => commands::run(settings, clock, command, &output).await,
    }
}

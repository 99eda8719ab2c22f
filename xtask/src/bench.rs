//! The frame of the benches: release builds, a PostgreSQL beside them, a copy of the table in a file.
//! Invariant: measures nothing itself; the bench binary of `journeys` does.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::postgres;
use crate::shell::{self, Done};

/// Builds `medok` and `bench` for release and runs the bench with `arguments`; its standard output also goes to `out`.
///
/// # Errors
/// No PostgreSQL, no such binary, or the file cannot be written.
pub fn run(out: Option<&Path>, arguments: &[String]) -> Done<ExitCode> {
    let mut copy = out.map(create).transpose()?;
    let selection = ["--release", "-p", "medok", "-p", "journeys", "--bins"].map(str::to_owned);
    let made = match shell::build(&selection)? {
        Ok(made) => made,
        Err(code) => return Ok(code),
    };
    let path_of = |name: &str| {
        let found = made
            .iter()
            .find(|(target, _)| target == name)
            .map(|(_, path)| path);
        found.ok_or_else(|| {
            format!("the build made no binary `{name}`; is it declared in its Cargo.toml?")
        })
    };
    let (bench, medok) = (path_of("bench")?, path_of("medok")?);

    let server = postgres::Server::start()?;
    let mut unwritten = None;
    let status = shell::follow(
        Command::new(bench)
            .args(arguments)
            .current_dir(crate::house::root())
            .env(postgres::URL_VARIABLE, server.url())
            .env(crate::test::BINARY_VARIABLE, medok),
        |line| {
            println!("{line}");
            if let Some(file) = &mut copy {
                unwritten = writeln!(file, "{line}").err().or(unwritten.take());
            }
        },
    )?;
    match unwritten {
        Some(e) => Err(format!("the copy of the output is not whole: {e}")),
        None => Ok(shell::exit_code(status)),
    }
}

fn create(path: &Path) -> Done<File> {
    File::create(path).map_err(|e| format!("cannot write {}: {e}", path.display()))
}

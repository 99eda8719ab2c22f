//! Format, lints and arrows. Invariant: every check runs, so that one look shows all that is wrong.

use std::process::ExitCode;

use crate::arrows;
use crate::shell::{self, Done};

/// Runs all checks; succeeds only when each did.
///
/// # Errors
/// Cargo could not be started.
pub fn run() -> Done<ExitCode> {
    let mut failed = Vec::new();
    if tool("fmt", "rustfmt")?
        && !shell::run(shell::cargo().args(["fmt", "--all", "--check"]))?.success()
    {
        failed.push("format (run `cargo fmt --all`)");
    }
    if arrows::check()? != ExitCode::SUCCESS {
        failed.push("arrows");
    }
    let clippy = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    if tool("clippy", "clippy")? && !shell::run(shell::cargo().args(clippy))?.success() {
        failed.push("clippy");
    }
    if failed.is_empty() {
        println!("lint: ok");
        return Ok(ExitCode::SUCCESS);
    }
    println!("lint: failed: {}", failed.join(", "));
    Ok(ExitCode::FAILURE)
}

/// Whether cargo has this command. Absent, it is fetched with rustup where there is one; else said and skipped:
/// a bare Rust can still run the tests, and CI's images carry both.
fn tool(command: &str, component: &str) -> Done<bool> {
    let is_there = || shell::read(shell::cargo().args([command, "--version"])).is_ok();
    if is_there() {
        return Ok(true);
    }
    if let Some(rustup) = shell::find("rustup") {
        println!("lint: adding {component} with rustup");
        shell::run(std::process::Command::new(rustup).args(["component", "add", component]))?;
        if is_there() {
            return Ok(true);
        }
    }
    println!(
        "lint: SKIPPED cargo {command}: it is not installed (rustup component add {component})"
    );
    Ok(false)
}

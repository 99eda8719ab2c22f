//! Format, lints and arrows. Invariant: every check runs, so that one look shows all that is wrong.

use std::process::ExitCode;

use crate::arrows;
use crate::house;
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
    if !scripts()? {
        failed.push("scripts");
    }
    if failed.is_empty() {
        println!("lint: ok");
        return Ok(ExitCode::SUCCESS);
    }
    println!("lint: failed: {}", failed.join(", "));
    Ok(ExitCode::FAILURE)
}

/// Whether Node.js can read every script: those of the pages and those of the journeys. Without it, said and skipped:
/// the journeys themselves need it and say so.
fn scripts() -> Done<bool> {
    let Some(node) = shell::find("node") else {
        println!("lint: SKIPPED scripts: Node.js is not installed");
        return Ok(true);
    };
    let mut are_read = true;
    for file in house::files()? {
        if [".js", ".mjs"].iter().any(|end| file.path.ends_with(end)) {
            let mut check = std::process::Command::new(&node);
            check.arg("--check").arg(house::root().join(&file.path));
            if let Err(why) = shell::read(&mut check) {
                println!("{why}");
                are_read = false;
            }
        }
    }
    Ok(are_read)
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

//! Format, lints and arrows. Invariant: every check runs, so that one look shows all that is wrong.

use std::fs::File;
use std::path::Path;
use std::process::{Command, ExitCode};

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
        if [".js", ".mjs"].iter().any(|end| file.path.ends_with(end))
            && let Err(why) = module(&node, &house::root().join(&file.path))
        {
            println!("{}: {why}", file.path);
            are_read = false;
        }
    }
    Ok(are_read)
}

/// Whether Node.js can read a file as an ES module. It is given as standard input: of a `.js` file by its name Node.js
/// only guesses the kind, and lets a module's errors pass.
fn module(node: &Path, file: &Path) -> Done<()> {
    let failed = |e: std::io::Error| format!("cannot check {}: {e}", file.display());
    let answer = Command::new(node)
        .args(["--input-type=module", "--check"])
        .stdin(File::open(file).map_err(failed)?)
        .output()
        .map_err(failed)?;
    if answer.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&answer.stderr).trim().to_owned())
    }
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
        shell::run(Command::new(rustup).args(["component", "add", component]))?;
        if is_there() {
            return Ok(true);
        }
    }
    println!(
        "lint: SKIPPED cargo {command}: it is not installed (rustup component add {component})"
    );
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_that_cannot_be_read_is_told() {
        let Some(node) = shell::find("node") else {
            eprintln!("not tested: no Node.js is installed here");
            return;
        };
        let file = std::env::temp_dir().join(format!("medok-module-{}.js", std::process::id()));
        let read = |text: &str| {
            std::fs::write(&file, text).unwrap();
            module(&node, &file)
        };
        assert_eq!(read("import { a } from \"./b.js\";\nawait a();\n"), Ok(()));
        let why = read("import { a } from \"./b.js\";\nconst x = ;\n").unwrap_err();
        std::fs::remove_file(&file).unwrap();
        assert!(why.contains("SyntaxError"), "{why}");
    }
}

//! The journeys in a real browser (`e2e/`). Invariant: what they need is installed or named as missing, never skipped;
//! what they start (clinics, a PostgreSQL, browsers) ends with this process, also when it is killed.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Args;

use crate::shell::{self, Done, Stopwatch};
use crate::{house, packages, postgres, test};

/// What of the journeys is meant.
#[derive(Args, Default)]
pub struct Wanted {
    /// Only stories whose name matches.
    #[arg(long)]
    grep: Option<String>,
    /// Every story in every language and size, with and without scripts.
    #[arg(long)]
    long: bool,
    /// Write a picture of every page and step to this folder instead of telling stories.
    #[arg(long, value_name = "DIR")]
    shots: Option<PathBuf>,
    /// Measure with Lighthouse instead of telling stories.
    #[arg(long)]
    lighthouse: bool,
    /// For Playwright itself: files of stories, `--project`, `--debug`.
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Runs them and says how it went.
///
/// # Errors
/// Node.js, npm or Chromium are missing and cannot be installed; the database or the packages cannot be had.
pub fn run(wanted: &Wanted) -> Done<ExitCode> {
    let watch = Stopwatch::start();
    // What is missing should be said before minutes of building.
    let browser = packages::Browser::found_or_installed()?;
    let folder = house::root().join("e2e");
    packages::npm_ci(&folder)?;
    let medok = match binary()? {
        Ok(binary) => binary,
        Err(code) => {
            println!("e2e: not run, the build failed");
            return Ok(code);
        }
    };
    let output = scratch()?;
    let mut node = Command::new(&browser.node);
    node.current_dir(&folder)
        .env(test::BINARY_VARIABLE, medok)
        .env("MEDOK_E2E_CHROMIUM", &browser.chromium)
        .env("MEDOK_E2E_OUTPUT", &output);
    // Lives until the journeys are over.
    let mut server = None;
    if wanted.lighthouse {
        packages::npm_ci(&folder.join("lighthouse"))?;
        node.arg("lighthouse/measure.js");
    } else {
        node.args(["node_modules/@playwright/test/cli.js", "test"])
            .args(&wanted.arguments);
        if let Some(pattern) = &wanted.grep {
            node.args(["--grep", pattern]);
        }
        if wanted.long {
            node.env("MEDOK_E2E_LONG", "1");
        }
        if let Some(shots) = &wanted.shots {
            node.env("MEDOK_E2E_SHOTS", absolute(shots)?);
        } else {
            let database = postgres::Database::create()?;
            node.env("MEDOK_E2E_DATABASE", database.url());
            server = Some(database);
        }
    }
    let status = shell::run(&mut node)?;
    drop(server);
    let verdict = if status.success() { "ok" } else { "FAILED" };
    println!("e2e: {verdict} in {}", shell::readable(watch.elapsed()));
    if let Some(shots) = &wanted.shots {
        println!("e2e: the pictures are in {}", absolute(shots)?.display());
    } else if !status.success() && !wanted.lighthouse {
        println!("e2e: what the visitors saw is in {}", output.display());
    }
    Ok(shell::exit_code(status))
}

/// The `medok` that `MEDOK_TEST_BINARY` names, or one built now.
fn binary() -> Done<Result<PathBuf, ExitCode>> {
    match std::env::var_os(test::BINARY_VARIABLE).map(PathBuf::from) {
        Some(named) if shell::is_program(&named) => absolute(&named).map(Ok),
        Some(named) => Err(format!(
            "{} names no program: {}",
            test::BINARY_VARIABLE,
            named.display()
        )),
        None => test::medok(),
    }
}

/// Where the pictures of failures go: beside what cargo makes.
fn scratch() -> Done<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || house::root().join("target"),
        |folder| house::root().join(folder),
    );
    let folder = target.join("e2e");
    std::fs::create_dir_all(&folder)
        .map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    Ok(folder)
}

fn absolute(path: &Path) -> Done<PathBuf> {
    std::path::absolute(path).map_err(|e| format!("no such path as {}: {e}", path.display()))
}

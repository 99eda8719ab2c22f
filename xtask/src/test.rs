//! The tests, with all they need beside them. Invariant: the last line says how it went, and the exit code agrees.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::shell::{self, Done, Stopwatch};
use crate::{packages, postgres};

/// Names the built `medok` to the journeys, which start and kill it.
pub const BINARY_VARIABLE: &str = "MEDOK_TEST_BINARY";

/// Runs `cargo test` over the workspace, or over what `arguments` select, and returns its exit code.
///
/// # Errors
/// No PostgreSQL could be found, installed or started.
pub fn run(arguments: &[String]) -> Done<ExitCode> {
    let watch = Stopwatch::start();
    let selection = Selection::of(arguments);
    // The server first: what is missing should be said before minutes of building.
    let server = postgres::Server::start()?;
    packages::strace();
    packages::proxies();
    packages::poppler();
    let binary = match selection.binary()? {
        Ok(binary) => binary,
        Err(code) => {
            println!(
                "tests: not run, the build failed after {}",
                shell::readable(watch.elapsed())
            );
            return Ok(code);
        }
    };

    let mut cargo = shell::cargo();
    cargo.arg("test").args(selection.cargo_arguments());
    cargo.env(postgres::URL_VARIABLE, server.url());
    if let Some(binary) = binary {
        cargo.env(BINARY_VARIABLE, binary);
    }
    let mut tally = Tally::default();
    let status = shell::follow(&mut cargo, |line| {
        println!("{line}");
        tally.note(line);
    })?;
    for name in &tally.failures {
        println!("FAILED {name}");
    }
    let verdict = if status.success() { "ok" } else { "FAILED" };
    println!(
        "tests: {verdict}: {tally}, in {}, beside {}",
        shell::readable(watch.elapsed()),
        server.version()
    );
    Ok(shell::exit_code(status))
}

/// Builds `medok` as the tests do, so that cargo compiles nothing twice; the exit code is there when the build failed.
///
/// # Errors
/// Cargo could not be started, or made no such binary.
pub fn medok() -> Done<Result<PathBuf, ExitCode>> {
    let built = Selection::of(&[]).binary()?;
    Ok(built.map(|binary| binary.expect("the whole workspace holds medok")))
}

/// What of the workspace is meant.
struct Selection<'a> {
    arguments: &'a [String],
}

impl<'a> Selection<'a> {
    fn of(arguments: &'a [String]) -> Self {
        Self { arguments }
    }

    /// All arguments for `cargo test`.
    fn cargo_arguments(&self) -> Vec<String> {
        let everything = if self.packages().is_empty() {
            Some("--workspace")
        } else {
            None
        };
        everything
            .into_iter()
            .chain(["--no-fail-fast"])
            .map(str::to_owned)
            .chain(self.arguments.iter().cloned())
            .collect()
    }

    /// Builds what the tests need and finds `medok` in it. One build of binaries and tests together, so that cargo
    /// unites features as the test run does and compiles no library twice. Rooms that start no server need no binary.
    fn binary(&self) -> Done<Result<Option<PathBuf>, ExitCode>> {
        let packages = self.packages();
        let starts_servers = |name: &&str| matches!(*name, "journeys" | "medok");
        if !packages.is_empty() && !packages.iter().any(starts_servers) {
            return Ok(Ok(None));
        }
        let mut build = vec!["--bins".to_owned(), "--tests".to_owned()];
        if packages.is_empty() {
            build.push("--workspace".to_owned());
        } else {
            build.extend(
                packages
                    .iter()
                    .chain(["medok"].iter())
                    .flat_map(|name| ["-p".to_owned(), (*name).to_owned()]),
            );
        }
        build.extend(
            self.own()
                .iter()
                .filter(|argument| *argument == "--release")
                .cloned(),
        );
        let made = match shell::build(&build)? {
            Ok(made) => made,
            Err(code) => return Ok(Err(code)),
        };
        let medok = made
            .into_iter()
            .find(|(name, _)| name == "medok")
            .map(|(_, path)| path);
        medok
            .map(|path| Ok(Some(path)))
            .ok_or_else(|| "the build made no binary `medok`".to_owned())
    }

    /// The packages named with `-p`; none means the workspace.
    fn packages(&self) -> Vec<&'a str> {
        let own = self.own();
        let mut named = Vec::new();
        for (at, argument) in own.iter().enumerate() {
            if matches!(argument.as_str(), "-p" | "--package") {
                named.extend(own.get(at + 1).map(String::as_str));
            } else if let Some(name) = argument
                .strip_prefix("--package=")
                .or_else(|| argument.strip_prefix("-p"))
            {
                named.push(name);
            }
        }
        named
    }

    /// The arguments meant for cargo: those before the `--` that starts the test binary's.
    fn own(&self) -> &'a [String] {
        let end = self
            .arguments
            .iter()
            .position(|argument| argument == "--")
            .unwrap_or(self.arguments.len());
        &self.arguments[..end]
    }
}

/// Counts over all test binaries, read from what they print.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
    failures: Vec<String>,
}

impl Tally {
    /// Takes one printed line: `test result: ok. 3 passed; 0 failed; 1 ignored; …` or `test some::name ... FAILED`.
    fn note(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            let (_, counts) = counts.split_once(". ").unwrap_or(("", counts));
            for part in counts.split("; ") {
                let Some((number, word)) = part.split_once(' ') else {
                    continue;
                };
                let number: u64 = number.parse().unwrap_or(0);
                match word {
                    "passed" => self.passed += number,
                    "failed" => self.failed += number,
                    "ignored" => self.ignored += number,
                    _ => {}
                }
            }
        } else if let Some(name) = line
            .strip_prefix("test ")
            .and_then(|line| line.strip_suffix(" ... FAILED"))
        {
            self.failures.push(name.to_owned());
        }
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} ignored",
            self.passed, self.failed, self.ignored
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn without_packages_the_workspace_is_meant() {
        let check = |line: &str, packages: &[&str], cargo: &str| {
            let arguments = words(line);
            let selection = Selection::of(&arguments);
            assert_eq!(selection.packages(), packages, "{line}");
            assert_eq!(selection.cargo_arguments(), words(cargo), "{line}");
        };
        check("", &[], "--workspace --no-fail-fast");
        check("clause_1_1", &[], "--workspace --no-fail-fast clause_1_1");
        check(
            "-p kernel phone",
            &["kernel"],
            "--no-fail-fast -p kernel phone",
        );
        check(
            "--package=web -ptrust",
            &["web", "trust"],
            "--no-fail-fast --package=web -ptrust",
        );
        check(
            "race -- -p --nocapture",
            &[],
            "--workspace --no-fail-fast race -- -p --nocapture",
        );
    }

    #[test]
    fn the_tally_adds_up_and_names_failures() {
        let mut tally = Tally::default();
        for line in [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.10s",
            "test booking::race ... FAILED",
            "test booking::calm ... ok",
            "test result: FAILED. 4 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
        ] {
            tally.note(line);
        }
        assert_eq!(tally.to_string(), "16 passed, 1 failed, 1 ignored");
        assert_eq!(tally.failures, ["booking::race"]);
    }
}

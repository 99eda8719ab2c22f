//! What must be true of every commit: lint, test, the journeys in a browser. Invariant: a failed phase does not hide the next one's answer.

use std::process::ExitCode;
use std::time::Duration;

use crate::shell::{self, Done, Stopwatch};
use crate::{e2e, lint, test};

type Phase = fn() -> Done<ExitCode>;

/// Runs the phases and prints each one's time and answer.
///
/// # Errors
/// Never: a phase that could not run is a failed phase.
pub fn run() -> Done<ExitCode> {
    let phases: [(&str, Phase); 3] = [
        ("lint", lint::run),
        ("test", || test::run(&[])),
        ("e2e", || e2e::run(&e2e::Wanted::default())),
    ];
    let mut results = Vec::new();
    for (name, phase) in phases {
        println!("== {name}");
        let watch = Stopwatch::start();
        let passed = phase().unwrap_or_else(|message| {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }) == ExitCode::SUCCESS;
        results.push((name, watch.elapsed(), passed));
    }
    println!("== summary\n{}", summary(&results));
    let passed = results.iter().all(|(_, _, passed)| *passed);
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn summary(results: &[(&str, Duration, bool)]) -> String {
    let line = |(name, time, passed): &(&str, Duration, bool)| {
        format!(
            "{name:<6} {:>12}  {}",
            shell::readable(*time),
            if *passed { "ok" } else { "FAILED" }
        )
    };
    results.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_the_failed() {
        let text = summary(&[
            ("lint", Duration::from_secs(3), true),
            ("test", Duration::from_secs(61), false),
        ]);
        assert_eq!(text, "lint          3.0 s  ok\ntest     1 min 01 s  FAILED");
    }
}

//! The arrows of the house and the walls beside them (ARCHITECTURE.md). Invariant: each rule is a pure function of
//! text or of declared dependencies, and each finding is printed with the rule's reason.

mod code;
mod crates;
mod manifests;
mod sources;
mod tables;
mod walls;

use std::process::ExitCode;

use crate::house;
use crate::shell::Done;

/// How much a finding weighs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weight {
    /// The check fails.
    Error,
    /// Said, no more.
    Warning,
}

/// One place where a rule is broken.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// `crates/web/src/lib.rs:12`, or `kernel -> trust`.
    pub place: String,
    /// What stands there.
    pub what: String,
}

/// A rule's name and reason with all that was found against it.
pub struct Verdict {
    /// What the rule says, in a line.
    pub rule: &'static str,
    /// Why it is so.
    pub reason: &'static str,
    /// Error or warning.
    pub weight: Weight,
    /// Where it is broken; empty is good.
    pub findings: Vec<Finding>,
}

/// Reads the house and checks every rule; prints what is broken and why it matters.
///
/// # Errors
/// The house could not be read.
pub fn check() -> Done<ExitCode> {
    let packages = house::packages()?;
    let files = house::files()?;
    let dependencies = crates::dependencies(&packages);
    let mut verdicts = vec![crates::verdict(&dependencies, &crates::names(&packages))];
    verdicts.extend(walls::verdicts(&dependencies));
    verdicts.push(manifests::verdict(&packages)?);
    verdicts.extend(sources::verdicts(&files));

    let count = |weight| {
        let weighed = verdicts.iter().filter(|verdict| verdict.weight == weight);
        weighed.map(|verdict| verdict.findings.len()).sum::<usize>()
    };
    let (errors, warnings) = (count(Weight::Error), count(Weight::Warning));
    for verdict in verdicts
        .iter()
        .filter(|verdict| !verdict.findings.is_empty())
    {
        println!("{}", told(verdict));
    }
    println!(
        "arrows: {} rules over {} crates and {} files: {errors} broken, {warnings} warnings",
        verdicts.len(),
        packages.len(),
        files.len()
    );
    Ok(if errors == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn told(verdict: &Verdict) -> String {
    let weight = if verdict.weight == Weight::Error {
        "error"
    } else {
        "warning"
    };
    let mut text = format!("{weight}: {}\n  because {}", verdict.rule, verdict.reason);
    for finding in &verdict.findings {
        text.push_str(&format!("\n  {}: {}", finding.place, finding.what));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_told_with_its_reason() {
        let verdict = Verdict {
            rule: "only web names axum",
            reason: "doors are in one room",
            weight: Weight::Error,
            findings: vec![Finding {
                place: "clinic".into(),
                what: "axum".into(),
            }],
        };
        assert_eq!(
            told(&verdict),
            "error: only web names axum\n  because doors are in one room\n  clinic: axum"
        );
    }
}

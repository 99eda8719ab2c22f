//! Who may depend on whom. Invariant: a crate of ours that the table does not mention is an error; foreign crates are
//! the matter of the walls.

use super::{Finding, Verdict, Weight};
use crate::house::Package;

/// One declared dependency between two crates.
pub struct Dependency {
    /// The crate that declares it.
    pub from: String,
    /// The crate it names.
    pub to: String,
    /// Whether only tests, examples and benches see it.
    pub dev: bool,
    /// Whether `to` is a crate of this workspace.
    pub ours: bool,
}

/// The declared dependencies of all packages.
pub fn dependencies(packages: &[Package]) -> Vec<Dependency> {
    let of = |package: &Package| {
        let declared = |dependency: &crate::house::Dependency| Dependency {
            from: package.name.clone(),
            to: dependency.name.clone(),
            dev: dependency.kind.as_deref() == Some("dev"),
            ours: dependency.source.is_none(),
        };
        package
            .dependencies
            .iter()
            .map(declared)
            .collect::<Vec<_>>()
    };
    packages.iter().flat_map(of).collect()
}

/// The packages' names.
pub fn names(packages: &[Package]) -> Vec<String> {
    packages
        .iter()
        .map(|package| package.name.clone())
        .collect()
}

/// The arrows between our own crates.
pub fn verdict(dependencies: &[Dependency], names: &[String]) -> Verdict {
    Verdict {
        rule: "kernel <- calendar, platform <- trust <- clinic <- web <- medok; documents sees kernel; migrations sees nobody; \
               nobody sees journeys or xtask",
        reason: "a room that cannot see another cannot come to need it: what is below stays true whatever is built above",
        weight: Weight::Error,
        findings: broken_arrows(dependencies, names),
    }
}

/// A room and the rooms it sees.
struct Room {
    name: &'static str,
    sees: &'static [&'static str],
    /// Seen by its tests beside those.
    tests_see: &'static [&'static str],
}

/// ARCHITECTURE.md: the house. `documents` has its place before it is built.
const HOUSE: &[Room] = &[
    Room {
        name: "kernel",
        sees: &[],
        tests_see: &[],
    },
    Room {
        name: "calendar",
        sees: &["kernel"],
        tests_see: &[],
    },
    Room {
        name: "platform",
        sees: &["kernel"],
        tests_see: &["migrations"],
    },
    Room {
        name: "migrations",
        sees: &[],
        tests_see: &[],
    },
    Room {
        name: "documents",
        sees: &["kernel"],
        tests_see: &[],
    },
    Room {
        name: "trust",
        sees: &["kernel", "calendar", "platform"],
        tests_see: &["migrations"],
    },
    Room {
        name: "clinic",
        sees: &["kernel", "calendar", "platform", "trust", "documents"],
        tests_see: &["migrations"],
    },
    Room {
        name: "web",
        sees: &["kernel", "calendar", "platform", "trust", "clinic"],
        tests_see: &["migrations"],
    },
    Room {
        name: "medok",
        sees: &[
            "kernel",
            "calendar",
            "platform",
            "migrations",
            "documents",
            "trust",
            "clinic",
            "web",
        ],
        tests_see: &[],
    },
    Room {
        name: "journeys",
        sees: &[
            "kernel",
            "calendar",
            "platform",
            "migrations",
            "documents",
            "trust",
            "clinic",
            "web",
            "medok",
        ],
        tests_see: &[],
    },
    Room {
        name: "xtask",
        sees: &[],
        tests_see: &[],
    },
];

fn broken_arrows(dependencies: &[Dependency], names: &[String]) -> Vec<Finding> {
    let room = |name: &str| HOUSE.iter().find(|room| room.name == name);
    let homeless = names.iter().filter(|name| room(name).is_none()).map(|name| Finding {
        place: name.clone(),
        what: "has no place in the house; give it one in xtask/src/arrows/crates.rs and in ARCHITECTURE.md".into(),
    });
    let broken = dependencies
        .iter()
        .filter(|dependency| dependency.ours)
        .filter_map(|dependency| {
            let from = room(&dependency.from)?;
            let to = dependency.to.as_str();
            let allowed =
                from.sees.contains(&to) || (dependency.dev && from.tests_see.contains(&to));
            (!allowed).then(|| Finding {
                place: format!("{} -> {to}", from.name),
                what: format!("{} may see {}", from.name, listed(from.sees)),
            })
        });
    homeless.chain(broken).collect()
}

/// Names for a person.
pub fn listed(names: &[&str]) -> String {
    if names.is_empty() {
        "nobody of ours".into()
    } else {
        names.join(", ")
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// `"clinic -> trust"` is our crate, `"clinic -> axum !"` a foreign one, `"… dev"` a dev-dependency.
    pub fn declared(lines: &[&str]) -> Vec<Dependency> {
        let parse = |line: &&str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            Dependency {
                from: words[0].into(),
                to: words[2].into(),
                dev: words.contains(&"dev"),
                ours: !words.contains(&"!"),
            }
        };
        lines.iter().map(parse).collect()
    }

    fn places(findings: &[Finding]) -> Vec<&str> {
        findings
            .iter()
            .map(|finding| finding.place.as_str())
            .collect()
    }

    #[test]
    fn arrows_point_one_way() {
        let check = |line: &str, holds: bool| {
            assert_eq!(
                broken_arrows(&declared(&[line]), &[]).is_empty(),
                holds,
                "{line}"
            );
        };
        for line in [
            "calendar -> kernel",
            "platform -> kernel",
            "trust -> platform",
            "trust -> calendar",
            "clinic -> trust",
            "clinic -> documents",
            "web -> clinic",
            "web -> kernel",
            "medok -> migrations",
            "medok -> documents",
            "medok -> web",
            "documents -> kernel",
            "journeys -> medok",
            "journeys -> migrations",
            "clinic -> migrations dev",
            "trust -> sea-orm !",
        ] {
            check(line, true);
        }
        for line in [
            "kernel -> calendar",
            "calendar -> platform",
            "platform -> calendar",
            "platform -> trust",
            "trust -> clinic",
            "clinic -> web",
            "clinic -> migrations",
            "web -> medok",
            "web -> documents",
            "documents -> trust",
            "migrations -> kernel",
            "web -> journeys dev",
            "medok -> journeys",
            "kernel -> trust dev",
            "xtask -> kernel",
            "medok -> xtask",
        ] {
            check(line, false);
        }
    }

    #[test]
    fn a_new_crate_needs_a_place() {
        let names = ["kernel".to_owned(), "cellar".to_owned()];
        assert_eq!(places(&broken_arrows(&[], &names)), ["cellar"]);
    }
}

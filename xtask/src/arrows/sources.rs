//! What the text of the house may say. Invariant: every rule is a row of one table, a function of a path and a text.

use super::{Finding, Verdict, Weight, code, tables};
use crate::house::SourceFile;

/// Every rule with what it found in these files.
pub fn verdicts(files: &[SourceFile]) -> Vec<Verdict> {
    let judged = |rule: &Rule| Verdict {
        rule: rule.rule,
        reason: rule.reason,
        weight: rule.weight,
        findings: files.iter().flat_map(|file| rule.findings(file)).collect(),
    };
    RULES.iter().map(judged).collect()
}

/// A line, counted from 1, and what is wrong with it.
pub type Spot = (usize, String);

struct Rule {
    rule: &'static str,
    reason: &'static str,
    weight: Weight,
    /// Whether a file of this path is meant.
    covers: fn(&str) -> bool,
    /// What breaks the rule in a file of this path and text.
    finds: fn(&str, &str) -> Vec<Spot>,
}

impl Rule {
    fn findings(&self, file: &SourceFile) -> Vec<Finding> {
        if !(self.covers)(&file.path) {
            return Vec::new();
        }
        let placed = |(line, what)| Finding {
            place: format!("{}:{line}", file.path),
            what,
        };
        (self.finds)(&file.path, &file.text)
            .into_iter()
            .map(placed)
            .collect()
    }
}

const RULES: &[Rule] = &[
    Rule {
        rule: "only trust opens a transaction",
        reason: "what changes or reveals anything of a person runs inside an act: a transaction opened elsewhere commits \
                 without its record",
        weight: Weight::Error,
        covers: may_not_open_transactions,
        finds: |_, text| transactions(text),
    },
    Rule {
        rule: "a context's table.rs shows its rows to its own context only: pub(super) or pub(in …)",
        reason: "rows are read by the owner's verbs; a public row is a second door",
        weight: Weight::Error,
        covers: |path| {
            is_clinic(path) && (path.ends_with("/table.rs") || path.ends_with("/table/mod.rs"))
        },
        finds: |_, text| tables::public_items(text),
    },
    Rule {
        rule: "a context does not hand its table on: `mod table;` without pub, no `pub use table::…`",
        reason: "rows are read by the owner's verbs; a public row is a second door",
        weight: Weight::Error,
        covers: is_clinic,
        finds: |_, text| tables::handed_on(text),
    },
    Rule {
        rule: "a context never names another's table",
        reason: "a context calls the owner's verb, so that the owner's rules and records hold for every reader",
        weight: Weight::Error,
        covers: is_clinic,
        finds: tables::foreign,
    },
    Rule {
        rule: "no path of the machine it was written on",
        reason: "the house stands wherever it is cloned",
        weight: Weight::Error,
        covers: |path| path != "Cargo.lock",
        finds: |_, text| machine_paths(text),
    },
    Rule {
        rule: "pages and their files name no foreign host",
        reason: "a third-party request tells a stranger who reads a clinic's page (only names of vocabularies are let through)",
        weight: Weight::Error,
        covers: |path| {
            path.starts_with("crates/")
                && (path.contains("/templates/") || path.contains("/static/"))
        },
        finds: |_, text| foreign_hosts(text),
    },
    Rule {
        rule: "every crate's root opens with `//!`",
        reason: "a room is opened with its invariant, for the first reader",
        weight: Weight::Error,
        covers: is_crate_root,
        finds: |_, text| unopened(text),
    },
    Rule {
        rule: "every module opens with `//!`",
        reason: "a room is opened with its invariant, for the first reader",
        weight: Weight::Warning,
        covers: |path| is_rust_source(path) && !is_crate_root(path),
        finds: |_, text| unopened(text),
    },
    Rule {
        rule: "a file stays under 500 lines",
        reason: "a file over some 400 lines wants to be two rooms",
        weight: Weight::Warning,
        covers: |path| path.ends_with(".rs"),
        finds: |_, text| overlong(text),
    },
];

fn is_clinic(path: &str) -> bool {
    path.starts_with("crates/clinic/src/") && path.ends_with(".rs")
}

fn is_rust_source(path: &str) -> bool {
    (path.starts_with("crates/") || path.starts_with("xtask/"))
        && path.contains("/src/")
        && path.ends_with(".rs")
}

fn is_crate_root(path: &str) -> bool {
    let inside = path.split_once("/src/").map(|(_, inside)| inside);
    let is_binary = |inside: &str| {
        inside.starts_with("bin/")
            && (inside.matches('/').count() == 1 || inside.ends_with("/main.rs"))
    };
    is_rust_source(path)
        && inside.is_some_and(|inside| matches!(inside, "lib.rs" | "main.rs") || is_binary(inside))
}

/// `journeys` holds the attacker with SQL, who asks nobody.
fn may_not_open_transactions(path: &str) -> bool {
    let exempt = ["crates/trust/", "crates/journeys/"];
    path.starts_with("crates/")
        && is_rust_source(path)
        && !exempt.iter().any(|room| path.starts_with(room))
}

/// Calls that open one, and SQL that does.
fn transactions(text: &str) -> Vec<Spot> {
    const CALLS: &[&str] = &[
        ".begin(",
        ".begin_with(",
        ".begin_with_config(",
        ".begin_with_options(",
        ".transaction(",
        ".transaction_with_config(",
    ];
    const SQL: &[&str] = &["BEGIN", "START TRANSACTION", "SAVEPOINT"];
    let in_code = spots(&code::code_only(text), |line| {
        CALLS
            .iter()
            .find(|call| line.contains(*call))
            .map(|call| (*call).to_owned())
    });
    let in_sql = spots(&code::without_comments(text), |line| {
        let opens = |word: &&&str| {
            line.match_indices(&format!("\"{word}")).any(|(at, start)| {
                let after = line[at + start.len()..].chars().next();
                matches!(after, Some('"' | ' ' | ';'))
            })
        };
        SQL.iter().find(opens).map(|word| format!("\"{word}"))
    });
    in_code.into_iter().chain(in_sql).collect()
}

fn machine_paths(text: &str) -> Vec<Spot> {
    // Put together here, so that this very file does not break the rule.
    const PATH: &str = concat!("/", "work");
    let stands_alone = |line: &str, at: usize| {
        let joins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '}' | '$');
        let before = line[..at].chars().next_back();
        let after = line[at + PATH.len()..].chars().next();
        !before.is_some_and(joins)
            && !after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
    };
    spots(text, |line| {
        line.match_indices(PATH)
            .any(|(at, _)| stands_alone(line, at))
            .then(|| line.trim().chars().take(100).collect())
    })
}

fn foreign_hosts(text: &str) -> Vec<Spot> {
    const VOCABULARIES: &[&str] = &["www.w3.org", "w3.org", "schema.org"];
    spots(text, |line| {
        let lower = line.to_lowercase();
        let hosts = [
            "http://", "https://", "ws://", "wss://", "\"//", "'//", "(//",
        ]
        .into_iter()
        .flat_map(|start| {
            lower
                .match_indices(start)
                .map(|(at, start)| host(&lower[at + start.len()..]))
                .collect::<Vec<_>>()
        });
        let mut foreign =
            hosts.filter(|host| !host.is_empty() && !VOCABULARIES.contains(&host.as_str()));
        foreign.next()
    })
}

/// The host at the start of what follows `//`; empty for one that a template fills in.
fn host(rest: &str) -> String {
    rest.chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']'))
        .collect()
}

fn unopened(text: &str) -> Vec<Spot> {
    let beside = |line: &&str| {
        line.is_empty()
            || line.starts_with("#!")
            || (line.starts_with("//") && !is_documentation(line))
    };
    let first = text.lines().map(str::trim).find(|line| !beside(line));
    if first.is_some_and(|line| line.starts_with("//!")) {
        Vec::new()
    } else {
        vec![(1, "no `//!`".into())]
    }
}

fn is_documentation(line: &str) -> bool {
    line.starts_with("//!") || line.starts_with("///")
}

fn overlong(text: &str) -> Vec<Spot> {
    let lines = text.lines().count();
    if lines > 500 {
        vec![(1, format!("{lines} lines"))]
    } else {
        Vec::new()
    }
}

/// Applies a finder to each line.
fn spots(text: &str, find: impl Fn(&str) -> Option<String>) -> Vec<Spot> {
    text.lines()
        .enumerate()
        .filter_map(|(index, line)| find(line).map(|what| (index + 1, what)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOWHERE: [usize; 0] = [];

    fn lines(spots: &[Spot]) -> Vec<usize> {
        spots.iter().map(|(line, _)| *line).collect()
    }

    #[test]
    fn transactions_are_found_where_they_open() {
        assert_eq!(
            lines(&transactions("let tx = pool\n    .begin().await?;")),
            [2]
        );
        assert_eq!(
            lines(&transactions("db.begin_with_config(Some(level), None)")),
            [1]
        );
        assert_eq!(lines(&transactions("db.transaction(|tx| f(tx))")), [1]);
        assert_eq!(
            lines(&transactions(
                "execute(\"BEGIN IMMEDIATE\"); execute(\"SAVEPOINT a\")"
            )),
            [1]
        );
        assert_eq!(
            lines(&transactions(
                "// never .begin() here\nsay(\".begin() is not for you\");"
            )),
            NOWHERE
        );
        assert_eq!(
            lines(&transactions("span.beginning(\"BEGINNING\")")),
            NOWHERE
        );
    }

    #[test]
    fn transactions_have_their_rooms() {
        for path in [
            "crates/clinic/src/booking/mod.rs",
            "crates/web/src/lib.rs",
            "crates/platform/src/database/mod.rs",
        ] {
            assert!(may_not_open_transactions(path), "{path}");
        }
        for path in [
            "crates/trust/src/act/writer.rs",
            "crates/journeys/src/attacker.rs",
            "xtask/src/main.rs",
        ] {
            assert!(!may_not_open_transactions(path), "{path}");
        }
    }

    #[test]
    fn machine_paths_are_told_from_words() {
        let root = concat!("/", "work");
        for text in [
            format!("see {root}/main"),
            format!("\"{root}\""),
            format!("cd {root};"),
            format!("`{root}/target`"),
        ] {
            assert_eq!(lines(&machine_paths(&text)), [1], "{text}");
        }
        for text in [
            "/workspace/x",
            "crates/worker",
            "https://example.ru/work/",
            "./work/",
            "/working",
        ] {
            assert_eq!(lines(&machine_paths(text)), NOWHERE, "{text}");
        }
    }

    #[test]
    fn foreign_hosts_are_told_from_vocabularies() {
        for text in [
            "<script src=\"https://cdn.example.com/a.js\">",
            "@import url(//fonts.example.com/css);",
            "<img src='//x.ru/pixel.gif'>",
            "new WebSocket(\"WSS://chat.example.com\")",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"https://w3.org.evil.ru/x\"/>",
        ] {
            assert_eq!(lines(&foreign_hosts(text)), [1], "{text}");
        }
        for text in [
            "<svg xmlns=\"http://www.w3.org/2000/svg\">",
            "\"@context\": \"https://schema.org\"",
            "<a href=\"https://{{ host }}/book\">",
            "// a comment of a script",
            "<a href=\"/book\">",
        ] {
            assert_eq!(lines(&foreign_hosts(text)), NOWHERE, "{text}");
        }
    }

    #[test]
    fn rooms_are_opened() {
        assert_eq!(lines(&unopened("//! Says it.\nmod a;")), NOWHERE);
        assert_eq!(
            lines(&unopened("// a licence\n#![no_std]\n\n//! Says it.")),
            NOWHERE
        );
        for text in ["", "mod a;\n//! late", "/// for the item\nmod a;"] {
            assert_eq!(lines(&unopened(text)), [1], "{text}");
        }
        assert!(
            is_crate_root("crates/web/src/lib.rs")
                && is_crate_root("crates/journeys/src/bin/bench.rs")
        );
        assert!(
            is_crate_root("crates/journeys/src/bin/bench/main.rs")
                && is_crate_root("xtask/src/main.rs")
        );
        assert!(
            !is_crate_root("crates/web/src/api/mod.rs")
                && !is_crate_root("crates/journeys/src/bin/bench/load.rs")
        );
    }

    #[test]
    fn long_files_are_said() {
        assert_eq!(lines(&overlong(&"line\n".repeat(501))), [1]);
        assert_eq!(lines(&overlong(&"line\n".repeat(500))), NOWHERE);
    }

    #[test]
    fn a_rule_covers_only_its_files() {
        let file = |path: &str, text: &str| SourceFile {
            path: path.into(),
            text: text.into(),
        };
        let broken = |file: SourceFile| {
            verdicts(&[file])
                .into_iter()
                .filter(|verdict| !verdict.findings.is_empty())
                .count()
        };
        let open = "//! Says it.\nfn f() { db.begin(); }";
        assert_eq!(broken(file("crates/web/src/lib.rs", open)), 1);
        assert_eq!(broken(file("crates/trust/src/lib.rs", open)), 0);
        assert_eq!(broken(file("crates/web/tests/x.rs", open)), 0);
        assert_eq!(
            broken(file(
                "crates/web/templates/base.html",
                "<a href=\"https://example.com\">"
            )),
            1
        );
        assert_eq!(broken(file("docs/rivals.md", "https://example.com")), 0);
    }
}

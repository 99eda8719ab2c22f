//! The rules of what is unusual, read from their file and held against lines of the journal. Pure.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use kernel::{Language, StaffId};
use serde::Deserialize;
use trust::journal::Line;

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("rules.toml"))
        .expect("the bundled rules are read by the tests of their own room");
    file.rules
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rules: Vec<Rule>,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Of {
    Flag,
    Hours,
    Count,
}

/// A rule.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    code: String,
    of: Of,
    #[serde(default)]
    minutes: i64,
    #[serde(default)]
    most: usize,
    #[serde(default)]
    kinds: Vec<String>,
    title: Title,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Title {
    ru: String,
    en: String,
}

impl Rule {
    /// The rule of this code.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.code == code)
    }

    /// What it says.
    #[must_use]
    pub fn title(&self, language: Language) -> &str {
        match language {
            Language::Ru => &self.title.ru,
            Language::En => &self.title.en,
        }
    }
}

/// When a branch is open: minutes of the local day.
#[derive(Clone, Debug)]
pub struct Hours {
    /// Its zone.
    pub zone: TimeZone,
    /// When it opens.
    pub opens: i64,
    /// When it closes.
    pub closes: i64,
}

/// What is unusual about each of these lines, the latest first: codes of rules.
#[must_use]
pub fn unusual(lines: &[Line], hours: &[Hours]) -> Vec<Vec<&'static str>> {
    let mut found: Vec<Vec<&'static str>> = lines.iter().map(|_| Vec::new()).collect();
    for rule in RULES.iter() {
        for (nth, line) in lines.iter().enumerate() {
            let met = match rule.of {
                Of::Flag => line.flags.contains(&rule.code),
                Of::Hours => {
                    line.staff.is_some()
                        && rule.kinds.contains(&line.kind)
                        && is_outside(line, hours, rule.minutes)
                }
                Of::Count => false,
            };
            if met {
                found[nth].push(&rule.code);
            }
        }
        if rule.of == Of::Count {
            for nth in beyond(rule, lines) {
                found[nth].push(&rule.code);
            }
        }
    }
    found
}

/// Whether no branch is open then, with so many minutes on either side.
fn is_outside(line: &Line, hours: &[Hours], around: i64) -> bool {
    !hours.is_empty()
        && hours.iter().all(|of| {
            let local = line.at.timestamp().to_zoned(of.zone.clone());
            let minute = i64::from(local.hour()) * 60 + i64::from(local.minute());
            minute < of.opens - around || minute >= of.closes + around
        })
}

/// The lines by which an employee goes beyond a count within its window. A day's board counts as nothing: it is their work.
fn beyond(rule: &Rule, lines: &[Line]) -> Vec<usize> {
    let mut windows = BTreeMap::<StaffId, Vec<(i64, usize)>>::new();
    let mut met = Vec::new();
    for (nth, line) in lines.iter().enumerate().rev() {
        let Some(staff) = line.staff else { continue };
        if !rule.kinds.contains(&line.kind) || line.case.as_deref() == Some("batch") {
            continue;
        }
        let window = windows.entry(staff).or_default();
        let now = line.at.minutes();
        window.retain(|(at, _)| *at > now - rule.minutes);
        window.push((now, line.persons.max(1)));
        if window.iter().map(|(_, persons)| persons).sum::<usize>() > rule.most {
            met.push(nth);
        }
    }
    met
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{EntryId, Moment};
    use uuid::Uuid;

    fn line(kind: &str, at: &str, case: &str, persons: usize, flags: &[&str]) -> Line {
        Line {
            entry: EntryId::from_uuid(Uuid::nil()),
            number: 0,
            kind: kind.into(),
            at: Moment::from(at.parse::<jiff::Timestamp>().expect("a time")),
            staff: Some(StaffId::from_uuid(Uuid::from_u128(1))),
            actor: "staff".into(),
            purpose: None,
            case: Some(case.into()),
            categories: Vec::new(),
            persons,
            flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
        }
    }

    fn moscow() -> Vec<Hours> {
        vec![Hours {
            zone: TimeZone::get("Europe/Moscow").expect("a zone"),
            opens: 8 * 60,
            closes: 21 * 60,
        }]
    }

    #[test]
    fn flags_and_hours_are_told() {
        let lines = [
            line(
                "ticket.issued",
                "2026-11-23T19:47:00Z",
                "inquiry",
                1,
                &["own_case", "same_surname"],
            ),
            line(
                "ticket.issued",
                "2026-11-23T18:59:00Z",
                "appointment",
                1,
                &[],
            ),
            line("people.searched", "2026-11-23T03:59:00Z", "", 0, &[]),
            line("session.began", "2026-11-23T02:00:00Z", "", 0, &[]),
        ];
        let found = unusual(&lines, &moscow());
        assert_eq!(found[0], ["own_case", "same_surname", "out_of_shift"]);
        assert_eq!(found[1], Vec::<&str>::new(), "within an hour of closing");
        assert_eq!(found[2], ["out_of_shift"]);
        assert_eq!(found[3], Vec::<&str>::new());
        for codes in found {
            assert!(codes.iter().all(|code| Rule::of(code).is_some()));
        }
    }

    #[test]
    fn many_within_an_hour_are_told_and_a_board_is_not() {
        let mut lines: Vec<Line> = (0..45)
            .map(|nth| {
                line(
                    "ticket.issued",
                    &format!("2026-11-23T09:{nth:02}:00Z"),
                    "inquiry",
                    1,
                    &[],
                )
            })
            .collect();
        lines.push(line(
            "person.opened",
            "2026-11-23T12:00:00Z",
            "batch",
            300,
            &[],
        ));
        lines.push(line(
            "person.opened",
            "2026-11-23T12:01:00Z",
            "appointment",
            1,
            &[],
        ));
        lines.reverse();
        let found = unusual(&lines, &moscow());
        let many: Vec<usize> = (0..lines.len())
            .filter(|nth| found[*nth].contains(&"many_opened"))
            .collect();
        assert_eq!(many.len(), 5, "from the forty-first on");
        assert!(
            many.iter()
                .all(|nth| lines[*nth].at.minutes() >= lines[46].at.minutes() + 40)
        );
    }
}

//! `/desk/clinic/people/{id}/week`: a practitioner's week, a line of hours a day.
//!
//! Rules that share branch, audience, parity and validity are one group of seven lines; a line is typed like «9–13, 14–18».

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use calendar::schedule::{Audience, DayPattern, Opening, Parity, WeekdaySet, WeeklySchedule};
use clinic::booking::Catalogue;
use clinic::booking::catalogue::edit::{Change, EditRefusal, Thing};
use jiff::civil::Date;
use kernel::{BranchId, PractitionerId};
use serde_json::Value;

use super::super::asked::Desk;
use super::super::page::DeskPage;
use super::super::routes::Answered;
use super::super::shell::DeskShell;
use super::super::trouble::Trouble;
use super::fields::Choice;
use super::spans::{self, Shift};
use super::thing::{edit, refusal};
use super::{Visit, visits};
use crate::words::Words;

/// Groups of one form at most.
const MOST: usize = 12;

/// A line of hours.
pub(super) struct Day {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) error: Option<String>,
}

/// Seven lines with what they share.
pub(super) struct Group {
    pub(super) number: usize,
    pub(super) branches: Vec<Choice>,
    pub(super) audiences: Vec<Choice>,
    pub(super) parities: Vec<Choice>,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) error: Option<String>,
    pub(super) days: Vec<Day>,
}

impl Group {
    /// Its number as people count.
    pub(super) const fn shown(&self) -> usize {
        self.number + 1
    }
}

/// The week.
#[derive(Template)]
#[template(path = "desk/clinic/week.html")]
pub(in crate::desk) struct WeekPage {
    pub(super) shell: DeskShell,
    pub(super) name: String,
    pub(super) back: String,
    pub(super) groups: Vec<Group>,
    pub(super) seen: String,
    /// What a colleague saved meanwhile, line by line.
    pub(super) now: Vec<String>,
    pub(super) left: Vec<Visit>,
    pub(super) wrong: Option<String>,
    pub(super) done: Option<String>,
}

/// A group as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Typed {
    branch: String,
    audience: String,
    parity: String,
    from: String,
    to: String,
    days: [String; 7],
}

const AUDIENCES: [(&str, Audience); 3] = [
    ("everyone", Audience::Everyone),
    ("site", Audience::Site),
    ("desk", Audience::Desk),
];
const PARITIES: [(&str, Parity); 3] = [
    ("any", Parity::Any),
    ("odd", Parity::Odd),
    ("even", Parity::Even),
];

fn word_of<T: PartialEq>(words: &[(&'static str, T)], value: &T) -> String {
    words
        .iter()
        .find(|(_, one)| one == value)
        .map(|(word, _)| (*word).to_owned())
        .unwrap_or_default()
}

fn of_word<T: Copy>(words: &[(&'static str, T)], word: &str) -> Option<T> {
    words
        .iter()
        .find(|(one, _)| *one == word)
        .map(|(_, value)| *value)
}

/// The rules as groups of lines.
fn typed_of(rules: &[WeeklySchedule<BranchId>]) -> Vec<Typed> {
    let mut groups: Vec<(Typed, [Vec<Shift>; 7])> = Vec::new();
    for rule in rules {
        let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let shared = Typed {
            branch: rule.opening.branch.to_string(),
            audience: word_of(&AUDIENCES, &rule.opening.audience),
            parity: word_of(&PARITIES, &rule.days.parity),
            from: date(rule.from),
            to: date(rule.to),
            days: Default::default(),
        };
        let at = groups.iter().position(|(one, _)| *one == shared);
        let at = at.unwrap_or_else(|| {
            groups.push((shared, Default::default()));
            groups.len() - 1
        });
        for (nth, day) in groups[at].1.iter_mut().enumerate() {
            if rule.days.weekdays.bits() >> nth & 1 == 1 {
                day.push((rule.opening.span, rule.opening.breaks.clone()));
            }
        }
    }
    groups
        .into_iter()
        .map(|(mut typed, mut days)| {
            for (text, shifts) in typed.days.iter_mut().zip(&mut days) {
                shifts.sort_by_key(|(span, _)| span.start());
                *text = spans::write(shifts);
            }
            typed
        })
        .collect()
}

/// What is wrong with a group: a day from 0, or all of it; and the word for it.
type Flaws = Vec<(usize, Option<usize>, &'static str)>;

/// The groups as rules; those without hours mean nothing.
fn rules_of(
    catalogue: &Catalogue,
    groups: &[Typed],
) -> Result<Vec<WeeklySchedule<BranchId>>, Flaws> {
    let mut flaws = Flaws::new();
    let mut rules = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        if group.days.iter().all(|day| day.trim().is_empty()) {
            continue;
        }
        let mut date = |text: &str| {
            let read = text.parse::<Date>();
            match read {
                _ if text.is_empty() => None,
                Ok(date) => Some(date),
                Err(_) => {
                    flaws.push((at, None, "desk-clinic-wrong-date"));
                    None
                }
            }
        };
        let (from, to) = (date(&group.from), date(&group.to));
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            flaws.push((at, None, "desk-clinic-wrong-dates"));
        }
        let branch = group
            .branch
            .parse::<BranchId>()
            .ok()
            .filter(|id| catalogue.branch_named(*id).is_some());
        let Some(branch) = branch else {
            flaws.push((at, None, "desk-clinic-wrong-branch"));
            continue;
        };
        let audience = of_word(&AUDIENCES, &group.audience).unwrap_or_default();
        let parity = of_word(&PARITIES, &group.parity).unwrap_or_default();
        // Days of the same hours are one rule.
        let mut shifts: Vec<(Shift, u8)> = Vec::new();
        for (nth, text) in group.days.iter().enumerate() {
            match spans::read(text) {
                Ok(read) => {
                    for shift in read {
                        match shifts.iter_mut().find(|(one, _)| *one == shift) {
                            Some((_, days)) => *days |= 1 << nth,
                            None => shifts.push((shift, 1 << nth)),
                        }
                    }
                }
                Err(_) => flaws.push((at, Some(nth), "desk-clinic-wrong-span")),
            }
        }
        rules.extend(
            shifts
                .into_iter()
                .map(|((span, breaks), days)| WeeklySchedule {
                    days: DayPattern {
                        weekdays: WeekdaySet::from_bits(days),
                        parity,
                    },
                    from,
                    to,
                    opening: Opening {
                        branch,
                        span,
                        breaks,
                        audience,
                    },
                }),
        );
    }
    if flaws.is_empty() {
        Ok(rules)
    } else {
        Err(flaws)
    }
}

/// Whose week it is.
fn whose(desk: &Desk, catalogue: &Catalogue) -> Result<(PractitionerId, String), Trouble> {
    let id: PractitionerId = desk.id("id")?;
    let of_people = desk.place("kind") == "people";
    let practitioner = catalogue.practitioner_named(id).filter(|_| of_people);
    let practitioner = practitioner.ok_or(Trouble::NotFound)?;
    Ok((id, practitioner.title.get(desk.words.0).to_owned()))
}

/// `GET /desk/clinic/people/{id}/week`.
pub(in crate::desk) async fn week(desk: Arc<Desk>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let (id, _) = whose(&desk, &catalogue)?;
    let rules = catalogue.shifts(id).map_or(&[][..], |shifts| &shifts.rules);
    let mut groups = typed_of(rules);
    if groups.is_empty() {
        groups.push(Typed::default());
    }
    let done = (desk.query.get("done") == "saved").then(|| desk.words.say("desk-clinic-saved"));
    let seen = catalogue
        .state_of(Thing::Week(id))
        .map(|state| state.to_string())
        .unwrap_or_default();
    let page = WeekPage {
        seen,
        done,
        ..bare(&desk, &catalogue, &groups, &[])?
    };
    Ok(desk.page(StatusCode::OK, &page))
}

fn bare(
    desk: &Desk,
    catalogue: &Catalogue,
    groups: &[Typed],
    flaws: &[(usize, Option<usize>, &'static str)],
) -> Result<WeekPage, Trouble> {
    let (id, name) = whose(desk, catalogue)?;
    let words = desk.words;
    let group = |(number, typed): (usize, &Typed)| {
        let flaw = |day: Option<usize>| {
            let found = flaws.iter().find(|(at, of, _)| *at == number && *of == day);
            found.map(|(.., key)| words.say(key))
        };
        Group {
            number,
            branches: catalogue
                .branches
                .iter()
                .map(|branch| Choice {
                    value: branch.id.to_string(),
                    title: branch.title.get(words.0).to_owned(),
                    chosen: branch.id.to_string() == typed.branch,
                })
                .collect(),
            audiences: choices(words, "audience", &AUDIENCES, &typed.audience),
            parities: choices(words, "parity", &PARITIES, &typed.parity),
            from: typed.from.clone(),
            to: typed.to.clone(),
            error: flaw(None),
            days: typed
                .days
                .iter()
                .enumerate()
                .map(|(nth, text)| Day {
                    name: format!("g{number}.d{nth}"),
                    title: words.say(&format!("weekday-{}", nth + 1)),
                    text: text.clone(),
                    error: flaw(Some(nth)),
                })
                .collect(),
        }
    };
    Ok(WeekPage {
        shell: desk.shell(),
        name,
        back: format!("/desk/clinic/people/{id}"),
        groups: groups.iter().enumerate().map(group).collect(),
        seen: desk.form.get("seen").to_owned(),
        now: Vec::new(),
        left: Vec::new(),
        wrong: None,
        done: None,
    })
}

fn choices<T>(words: Words, list: &str, of: &[(&'static str, T)], chosen: &str) -> Vec<Choice> {
    of.iter()
        .map(|(word, _)| Choice {
            value: (*word).to_owned(),
            title: words.say(&format!("desk-clinic-{list}-{word}")),
            chosen: *word == chosen,
        })
        .collect()
}

/// The groups as they were typed.
fn typed(desk: &Desk) -> Vec<Typed> {
    let count = desk.form.get("groups").parse().unwrap_or(1_usize);
    (0..count.min(MOST))
        .map(|number| {
            let field = |name: &str| desk.form.shown(&format!("g{number}.{name}"));
            let line = |name: &str| field(name).trim().to_owned();
            Typed {
                branch: line("branch"),
                audience: line("audience"),
                parity: line("parity"),
                from: line("from"),
                to: line("to"),
                days: std::array::from_fn(|nth| line(&format!("d{nth}"))),
            }
        })
        .collect()
}

/// Copies a day's hours to the other working days, or a day off's to the other one.
fn copied(groups: &mut [Typed], what: &str) {
    let places = what
        .split_once('.')
        .and_then(|(group, day)| Some((group.parse::<usize>().ok()?, day.parse::<usize>().ok()?)));
    let Some((group, day)) = places else { return };
    let Some(group) = groups.get_mut(group).filter(|_| day < 7) else {
        return;
    };
    let text = group.days[day].clone();
    let range = if day < 5 { 0..5 } else { 5..7 };
    for other in &mut group.days[range] {
        other.clone_from(&text);
    }
}

/// `POST /desk/clinic/people/{id}/week`.
pub(in crate::desk) async fn save(desk: Arc<Desk>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let (id, _) = whose(&desk, &catalogue)?;
    let mut groups = typed(&desk);
    let wish = desk.form.get("do");
    if let Some(what) = wish.strip_prefix("copy.") {
        copied(&mut groups, what);
        return Ok(desk.page(StatusCode::OK, &bare(&desk, &catalogue, &groups, &[])?));
    }
    if wish == "more" {
        if groups.len() < MOST {
            groups.push(Typed::default());
        }
        return Ok(desk.page(StatusCode::OK, &bare(&desk, &catalogue, &groups, &[])?));
    }
    let rules = match rules_of(&catalogue, &groups) {
        Ok(rules) => rules,
        Err(flaws) => {
            let page = WeekPage {
                wrong: Some(desk.words.say("desk-clinic-wrong")),
                ..bare(&desk, &catalogue, &groups, &flaws)?
            };
            return Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    match edit(&desk, Change::Week(id, rules)).await {
        Ok(_) => Ok(desk.see(&format!("/desk/clinic/people/{id}/week?done=saved"))),
        Err(stop) => {
            let bare = bare(&desk, &catalogue, &groups, &[])?;
            let page = match refusal(stop)? {
                EditRefusal::Leaves(left) => WeekPage {
                    left: visits(&desk, &catalogue, &left),
                    ..bare
                },
                EditRefusal::Changed(now) => WeekPage {
                    now: said(desk.words, &catalogue, &now),
                    seen: now.to_string(),
                    ..bare
                },
                EditRefusal::Flawed(_) | EditRefusal::Unknown | EditRefusal::Access(_) => {
                    return Err(Trouble::NotFound);
                }
            };
            Ok(desk.page(StatusCode::CONFLICT, &page))
        }
    }
}

/// A week as lines of words.
fn said(words: Words, catalogue: &Catalogue, state: &Value) -> Vec<String> {
    let rules: Vec<WeeklySchedule<BranchId>> =
        serde_json::from_value(state["rules"].clone()).unwrap_or_default();
    let mut lines: Vec<String> = typed_of(&rules)
        .iter()
        .flat_map(|group| {
            let branch = group
                .branch
                .parse()
                .ok()
                .and_then(|id| catalogue.branch_named(id));
            let branch = branch.map_or("", |branch| branch.title.get(words.0));
            let days = group.days.iter().enumerate();
            days.filter(|(_, text)| !text.is_empty())
                .map(|(nth, text)| {
                    let day = words.say(&format!("weekday-{}", nth + 1));
                    format!("{branch}, {day}: {text}")
                })
                .collect::<Vec<_>>()
        })
        .collect();
    if lines.is_empty() {
        lines.push(words.say("desk-clinic-no-hours"));
    }
    lines
}

impl DeskPage for WeekPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        super::samples::weeks(&shell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_copied_to_those_like_it() {
        let mut groups = vec![Typed::default()];
        groups[0].days[1] = "9–18".into();
        groups[0].days[6] = "10–14".into();
        copied(&mut groups, "0.1");
        assert!(groups[0].days[..5].iter().all(|day| day == "9–18"));
        assert_eq!(groups[0].days[5], "");
        copied(&mut groups, "0.6");
        assert_eq!(groups[0].days[5], "10–14");
        for nonsense in ["0.7", "5.0", "x", ""] {
            copied(&mut groups, nonsense);
        }
    }

    #[test]
    fn rules_come_back_as_the_lines_that_made_them() {
        let branch = BranchId::from_uuid(uuid::Uuid::from_u128(7));
        let span = |text: &str| spans::read(text).expect("hours")[0].clone();
        let rule = |days, text: &str| {
            let (span, breaks) = span(text);
            WeeklySchedule {
                days: DayPattern::weekly(WeekdaySet::from_bits(days)),
                from: None,
                to: None,
                opening: Opening {
                    branch,
                    span,
                    breaks,
                    audience: Audience::Everyone,
                },
            }
        };
        let groups = typed_of(&[
            rule(0b11111, "14–18"),
            rule(0b00001, "9–13 (11–11:15)"),
            WeeklySchedule {
                from: Some(jiff::civil::date(2026, 12, 1)),
                ..rule(0b0010_0000, "10–14")
            },
        ]);
        assert_eq!(groups.len(), 2);
        assert_eq!(groups[0].days[0], "09:00–13:00 (11:00–11:15), 14:00–18:00");
        assert_eq!(groups[0].days[4], "14:00–18:00");
        assert_eq!(
            (groups[1].from.as_str(), groups[1].days[5].as_str()),
            ("2026-12-01", "10:00–14:00")
        );
    }
}

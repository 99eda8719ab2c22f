//! `/desk/clinic/people/{id}/dates`: days of a practitioner that differ: leave, an absence, other hours.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use calendar::schedule::{Audience, Change as Differs, DaySpan, Exception, Opening};
use clinic::booking::Catalogue;
use clinic::booking::catalogue::edit::{Change, EditRefusal, Thing};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{BranchId, PractitionerId};
use serde_json::Value;

use super::super::asked::Desk;
use super::super::page::DeskPage;
use super::super::routes::Answered;
use super::super::shell::DeskShell;
use super::super::trouble::Trouble;
use super::fields::Choice;
use super::thing::{edit, refusal};
use super::{Visit, spans, visits};
use crate::wording;

/// Days of one entry at most.
const MOST: usize = 366;

/// A day that differs.
pub(super) struct DateRow {
    /// Its place among all of them.
    pub(super) at: usize,
    pub(super) day: String,
    pub(super) says: String,
}

/// The days.
#[derive(Template)]
#[template(path = "desk/clinic/dates.html")]
pub(in crate::desk) struct DatesPage {
    pub(super) shell: DeskShell,
    pub(super) name: String,
    pub(super) back: String,
    pub(super) rows: Vec<DateRow>,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) hours: String,
    pub(super) what: Vec<Choice>,
    pub(super) branches: Vec<Choice>,
    pub(super) seen: String,
    /// What was asked for, while it is asked about again.
    pub(super) removes: String,
    pub(super) left: Vec<Visit>,
    pub(super) wrong: Option<String>,
    pub(super) done: Option<String>,
}

fn whose(desk: &Desk, catalogue: &Catalogue) -> Result<(PractitionerId, String), Trouble> {
    let id: PractitionerId = desk.id("id")?;
    let of_people = desk.place("kind") == "people";
    let practitioner = catalogue.practitioner_named(id).filter(|_| of_people);
    let practitioner = practitioner.ok_or(Trouble::NotFound)?;
    Ok((id, practitioner.title.get(desk.words.0).to_owned()))
}

fn dates_in(state: &Value) -> Vec<Exception<BranchId>> {
    serde_json::from_value(state["dates"].clone()).unwrap_or_default()
}

/// `GET /desk/clinic/people/{id}/dates`.
pub(in crate::desk) async fn dates(desk: Arc<Desk>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let done = (desk.query.get("done") == "saved").then(|| desk.words.say("desk-clinic-saved"));
    let page = DatesPage {
        done,
        ..bare(&desk, &catalogue, None)?
    };
    Ok(desk.page(StatusCode::OK, &page))
}

/// The page as things are, with what was typed.
fn bare(desk: &Desk, catalogue: &Catalogue, state: Option<Value>) -> Result<DatesPage, Trouble> {
    let (id, name) = whose(desk, catalogue)?;
    let state = state
        .or_else(|| catalogue.state_of(Thing::Dates(id)))
        .unwrap_or_default();
    let words = desk.words;
    let today = wording::today(catalogue, desk.now());
    let mut all: Vec<(usize, Exception<BranchId>)> =
        dates_in(&state).into_iter().enumerate().collect();
    all.retain(|(_, one)| one.date >= today);
    all.sort_by_key(|(_, one)| one.date);
    let typed = |name: &str| desk.form.shown(name).trim().to_owned();
    let choice = |value: &str, title: String, chosen: bool| Choice {
        value: value.to_owned(),
        title,
        chosen,
    };
    let branch = typed("branch");
    Ok(DatesPage {
        shell: desk.shell(),
        name,
        back: format!("/desk/clinic/people/{id}"),
        rows: all
            .iter()
            .map(|(at, one)| DateRow {
                at: *at,
                day: format!(
                    "{} {}",
                    wording::day(words, one.date),
                    if one.date.year() == today.year() {
                        String::new()
                    } else {
                        one.date.year().to_string()
                    }
                )
                .trim()
                .to_owned(),
                says: said(desk, catalogue, &one.change),
            })
            .collect(),
        from: typed("from"),
        to: typed("to"),
        hours: typed("hours"),
        what: ["off", "absent", "works"]
            .map(|what| {
                choice(
                    what,
                    words.say(&format!("desk-clinic-date-{what}")),
                    typed("what") == what || (what == "off" && typed("what").is_empty()),
                )
            })
            .into(),
        branches: catalogue
            .branches
            .iter()
            .map(|one| {
                let id = one.id.to_string();
                choice(&id, one.title.get(words.0).to_owned(), id == branch)
            })
            .collect(),
        seen: state.to_string(),
        removes: String::new(),
        left: Vec::new(),
        wrong: None,
        done: None,
    })
}

fn said(desk: &Desk, catalogue: &Catalogue, change: &Differs<BranchId>) -> String {
    let words = desk.words;
    match change {
        Differs::DayOff => words.say("desk-clinic-date-off"),
        Differs::PartOff(span) => format!(
            "{}: {}",
            words.say("desk-clinic-date-absent"),
            spans::write(&[(*span, Vec::new())])
        ),
        Differs::Replace(openings) if openings.is_empty() => words.say("desk-clinic-date-off"),
        Differs::Replace(openings) => {
            let lines: Vec<String> = openings
                .iter()
                .map(|one| {
                    let branch = catalogue.branch_named(one.branch);
                    let hours = spans::write(&[(one.span, one.breaks.clone())]);
                    let title = branch.map_or("", |branch| branch.title.get(words.0));
                    format!("{hours}, {title}")
                })
                .collect();
            format!(
                "{}: {}",
                words.say("desk-clinic-date-works"),
                lines.join("; ")
            )
        }
    }
}

/// The days of a range as two fields name it.
pub(super) fn range(from: &str, to: &str) -> Result<Vec<Date>, &'static str> {
    let wrong = "desk-clinic-wrong-date";
    let first: Date = from.parse().map_err(|_| wrong)?;
    let last: Date = if to.is_empty() {
        first
    } else {
        to.parse().map_err(|_| wrong)?
    };
    if last < first {
        return Err("desk-clinic-wrong-dates");
    }
    let days: Vec<Date> = first
        .series(1.day())
        .take_while(|day| *day <= last)
        .take(MOST + 1)
        .collect();
    if days.len() > MOST {
        return Err("desk-clinic-wrong-long");
    }
    Ok(days)
}

/// What the form asks to add.
fn added(desk: &Desk, catalogue: &Catalogue) -> Result<Vec<Exception<BranchId>>, &'static str> {
    let form = &desk.form;
    let days = range(form.get("from"), form.get("to"))?;
    let hours = || match spans::read(form.get("hours")) {
        Ok(hours) if !hours.is_empty() => Ok(hours),
        _ => Err("desk-clinic-wrong-span"),
    };
    let changes: Vec<Differs<BranchId>> = match form.get("what") {
        "absent" => hours()?
            .into_iter()
            .map(|(span, _): (DaySpan, _)| Differs::PartOff(span))
            .collect(),
        "works" => {
            let branch: BranchId = form
                .get("branch")
                .parse()
                .ok()
                .filter(|id| catalogue.branch(*id).is_some())
                .ok_or("desk-clinic-wrong-branch")?;
            let openings = hours()?.into_iter().map(|(span, breaks)| Opening {
                branch,
                span,
                breaks,
                audience: Audience::Everyone,
            });
            vec![Differs::Replace(openings.collect())]
        }
        _ => vec![Differs::DayOff],
    };
    Ok(days
        .into_iter()
        .flat_map(|date| {
            changes.iter().map(move |change| Exception {
                date,
                change: change.clone(),
            })
        })
        .collect())
}

/// `POST /desk/clinic/people/{id}/dates`.
pub(in crate::desk) async fn save(desk: Arc<Desk>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let (id, _) = whose(&desk, &catalogue)?;
    // From what was seen: the same form sent again asks for what is so already.
    let seen: Value = serde_json::from_str(desk.form.get("seen")).unwrap_or_default();
    let mut all = dates_in(&seen);
    let removes = desk.form.get("remove").to_owned();
    if removes.is_empty() {
        match added(&desk, &catalogue) {
            // The same day said twice is said once.
            Ok(new) => {
                for one in new {
                    if !all.contains(&one) {
                        all.push(one);
                    }
                }
            }
            Err(key) => {
                let page = DatesPage {
                    wrong: Some(desk.words.say(key)),
                    ..bare(&desk, &catalogue, None)?
                };
                return Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
            }
        }
    } else {
        match removes.parse::<usize>() {
            Ok(at) if at < all.len() => {
                all.remove(at);
            }
            _ => return Err(Trouble::NotFound),
        }
    }
    match edit(&desk, Change::Dates(id, all)).await {
        Ok(_) => Ok(desk.see(&format!("/desk/clinic/people/{id}/dates?done=saved"))),
        Err(stop) => {
            let page = match refusal(stop)? {
                EditRefusal::Leaves(left) => DatesPage {
                    left: visits(&desk, &catalogue, &left),
                    removes,
                    ..bare(&desk, &catalogue, Some(seen))?
                },
                EditRefusal::Changed(now) => DatesPage {
                    wrong: Some(desk.words.say("desk-clinic-changed-list")),
                    ..bare(&desk, &catalogue, Some(now))?
                },
                EditRefusal::Flawed(_) | EditRefusal::Unknown | EditRefusal::Access(_) => {
                    return Err(Trouble::NotFound);
                }
            };
            Ok(desk.page(StatusCode::CONFLICT, &page))
        }
    }
}

impl DeskPage for DatesPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        super::samples::dates(&shell)
    }
}

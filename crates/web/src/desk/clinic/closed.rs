//! `/desk/clinic/closed`: holidays: days on which a branch, or the whole clinic, receives nobody.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use clinic::booking::Catalogue;
use clinic::booking::catalogue::ClosedDay;
use clinic::booking::catalogue::edit::{Change, EditRefusal, Thing};
use kernel::BranchId;
use serde_json::Value;

use super::super::asked::Desk;
use super::super::page::DeskPage;
use super::super::routes::Answered;
use super::super::shell::DeskShell;
use super::super::trouble::Trouble;
use super::dates::{DateRow, range};
use super::fields::Choice;
use super::thing::{edit, refusal};
use super::{Line, Visit, visits};
use crate::wording;
use crate::words::Words;

/// Characters of a reason at most.
const TITLE: usize = 100;

/// The closed days.
#[derive(Template)]
#[template(path = "desk/clinic/closed.html")]
pub(in crate::desk) struct ClosedPage {
    pub(super) shell: DeskShell,
    pub(super) rows: Vec<DateRow>,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) why: String,
    pub(super) branches: Vec<Choice>,
    pub(super) seen: String,
    pub(super) removes: String,
    pub(super) left: Vec<Visit>,
    pub(super) wrong: Option<String>,
    pub(super) done: Option<String>,
}

/// A closed day in the overview.
pub(super) fn line(words: Words, catalogue: &Catalogue, one: &ClosedDay) -> Line {
    Line {
        address: "/desk/clinic/closed".into(),
        title: wording::day(words, one.day),
        about: said(words, catalogue, one),
        lacks: None,
        up: None,
        down: None,
    }
}

fn said(words: Words, catalogue: &Catalogue, one: &ClosedDay) -> String {
    let branch = one.branch.and_then(|id| catalogue.branch_named(id));
    let place = branch.map_or_else(
        || words.say("desk-clinic-everywhere"),
        |branch| branch.title.get(words.0).to_owned(),
    );
    if one.title.is_empty() {
        place
    } else {
        format!("{place}: {}", one.title)
    }
}

fn days_in(state: &Value) -> Vec<ClosedDay> {
    serde_json::from_value(state["closed"].clone()).unwrap_or_default()
}

/// `GET /desk/clinic/closed`.
pub(in crate::desk) async fn closed(desk: Arc<Desk>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let done = (desk.query.get("done") == "saved").then(|| desk.words.say("desk-clinic-saved"));
    let page = ClosedPage {
        done,
        ..bare(&desk, &catalogue, None)
    };
    Ok(desk.page(StatusCode::OK, &page))
}

fn bare(desk: &Desk, catalogue: &Catalogue, state: Option<Value>) -> ClosedPage {
    let state = state
        .or_else(|| catalogue.state_of(Thing::Closed))
        .unwrap_or_default();
    let words = desk.words;
    let today = wording::today(catalogue, desk.now());
    let mut all: Vec<(usize, ClosedDay)> = days_in(&state).into_iter().enumerate().collect();
    all.retain(|(_, one)| one.day >= today);
    all.sort_by(|one, other| one.1.cmp(&other.1));
    let typed = |name: &str| desk.form.shown(name).trim().to_owned();
    let branch = typed("branch");
    let mut branches = vec![Choice {
        value: String::new(),
        title: words.say("desk-clinic-everywhere"),
        chosen: branch.is_empty(),
    }];
    branches.extend(catalogue.branches.iter().map(|one| Choice {
        value: one.id.to_string(),
        title: one.title.get(words.0).to_owned(),
        chosen: one.id.to_string() == branch,
    }));
    ClosedPage {
        shell: desk.shell(),
        rows: all
            .iter()
            .map(|(at, one)| DateRow {
                at: *at,
                day: wording::day(words, one.day),
                says: said(words, catalogue, one),
            })
            .collect(),
        from: typed("from"),
        to: typed("to"),
        why: typed("why"),
        branches,
        seen: state.to_string(),
        removes: String::new(),
        left: Vec::new(),
        wrong: None,
        done: None,
    }
}

fn added(desk: &Desk, catalogue: &Catalogue) -> Result<Vec<ClosedDay>, &'static str> {
    let form = &desk.form;
    let days = range(form.get("from"), form.get("to"))?;
    let branch = match form.get("branch") {
        "" => None,
        id => Some(
            id.parse::<BranchId>()
                .ok()
                .filter(|id| catalogue.branch(*id).is_some())
                .ok_or("desk-clinic-wrong-branch")?,
        ),
    };
    let title = form.get("why").to_owned();
    if form.is_unreadable("why") || title.chars().count() > TITLE {
        return Err("desk-clinic-wrong-why");
    }
    Ok(days
        .into_iter()
        .map(|day| ClosedDay {
            day,
            branch,
            title: title.clone(),
        })
        .collect())
}

/// `POST /desk/clinic/closed`.
pub(in crate::desk) async fn save(desk: Arc<Desk>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let seen: Value = serde_json::from_str(desk.form.get("seen")).unwrap_or_default();
    let mut all = days_in(&seen);
    let removes = desk.form.get("remove").to_owned();
    if removes.is_empty() {
        match added(&desk, &catalogue) {
            Ok(new) => {
                for one in new {
                    // A day is closed once at a place, whatever for.
                    all.retain(|known| (known.day, known.branch) != (one.day, one.branch));
                    all.push(one);
                }
            }
            Err(key) => {
                let page = ClosedPage {
                    wrong: Some(desk.words.say(key)),
                    ..bare(&desk, &catalogue, None)
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
    match edit(&desk, Change::Closed(all)).await {
        Ok(_) => Ok(desk.see("/desk/clinic/closed?done=saved")),
        Err(stop) => {
            let page = match refusal(stop)? {
                EditRefusal::Leaves(left) => ClosedPage {
                    left: visits(&desk, &catalogue, &left),
                    removes,
                    ..bare(&desk, &catalogue, Some(seen))
                },
                EditRefusal::Changed(now) => ClosedPage {
                    wrong: Some(desk.words.say("desk-clinic-changed-list")),
                    ..bare(&desk, &catalogue, Some(now))
                },
                EditRefusal::Flawed(_) | EditRefusal::Unknown | EditRefusal::Access(_) => {
                    return Err(Trouble::NotFound);
                }
            };
            Ok(desk.page(StatusCode::CONFLICT, &page))
        }
    }
}

impl DeskPage for ClosedPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        super::samples::closed(&shell)
    }
}

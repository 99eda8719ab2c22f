//! `/desk/clinic`: branches, people, rooms, services, hours and closed days, changed on screen.
//!
//! *Invariant*: a form carries the state that it was filled from, so that of two administrators the second is told what the
//! first did; what was typed comes back whatever is answered. What a change would leave outside the schedule is listed
//! before it is made, without a patient's name.

mod closed;
mod dates;
mod fields;
mod forms;
mod operator;
#[cfg(test)]
mod samples;
mod setup;
mod spans;
mod thing;
mod week;

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use clinic::booking::Catalogue;
use clinic::booking::catalogue::edit::Left;
use clinic::booking::catalogue::{Resource, ResourceKind};
use clinic::booking::money;
use trust::access::Action;

use super::asked::Desk;
use super::page::DeskPage;
use super::routes::Answered;
use super::shell::DeskShell;
use crate::wording;
use fields::Kind;

pub(super) use closed::{closed, save as save_closed};
pub(super) use dates::{dates, save as save_dates};
pub(super) use forms::{form, forms, save as save_form};
pub(super) use setup::{save as save_setup, setup};
pub(super) use thing::{one, place, restore, save, withdraw};
pub(super) use week::{save as save_week, week};

#[cfg(test)]
pub(super) use closed::ClosedPage;
#[cfg(test)]
pub(super) use dates::DatesPage;
#[cfg(test)]
pub(super) use forms::{FormPage, FormsPage};
#[cfg(test)]
pub(super) use setup::SetupPage;
#[cfg(test)]
pub(super) use thing::ThingPage;
#[cfg(test)]
pub(super) use week::WeekPage;

/// A visit that a change would leave outside.
struct Visit {
    /// The board of its day, for whoever may see it.
    address: Option<String>,
    says: String,
}

/// What a colleague changed.
struct Difference {
    field: String,
    was: String,
    now: String,
}

/// A thing in the overview.
struct Line {
    address: String,
    title: String,
    about: String,
    /// What is still missing before it can be booked.
    lacks: Option<String>,
    /// The forms by which it goes up and down: their addresses, and before what they put which.
    up: Option<Placing>,
    down: Option<Placing>,
}

/// A form that lets one thing stand right before another.
struct Placing {
    address: String,
    before: String,
}

impl Placing {
    fn of(kind: Kind, one: &str, before: &str) -> Self {
        Self {
            address: format!("/desk/clinic/{}/{one}/place", kind.word()),
            before: before.to_owned(),
        }
    }
}

impl Line {
    fn id(&self) -> &str {
        self.address.rsplit('/').next().unwrap_or_default()
    }
}

/// Offers each line to change places with its neighbours.
fn placed(kind: Kind, mut lines: Vec<Line>) -> Vec<Line> {
    let ids: Vec<String> = lines.iter().map(|line| line.id().to_owned()).collect();
    for (at, line) in lines.iter_mut().enumerate() {
        let above = at.checked_sub(1).and_then(|above| ids.get(above));
        line.up = above.map(|above| Placing::of(kind, &ids[at], above));
        let below = ids.get(at + 1);
        line.down = below.map(|below| Placing::of(kind, below, &ids[at]));
    }
    lines
}

/// Things of one kind.
struct Group {
    kind: &'static str,
    lines: Vec<Line>,
    withdrawn: Vec<Line>,
}

impl Group {
    fn title(&self) -> &'static str {
        match self.kind {
            "branches" => "desk-clinic-group-branches",
            "people" => "desk-clinic-group-people",
            "rooms" => "desk-clinic-group-rooms",
            _ => "desk-clinic-group-services",
        }
    }

    fn adds(&self) -> &'static str {
        match self.kind {
            "branches" => "desk-clinic-add-branches",
            "people" => "desk-clinic-add-people",
            "rooms" => "desk-clinic-add-rooms",
            _ => "desk-clinic-add-services",
        }
    }
}

/// The overview.
#[derive(Template)]
#[template(path = "desk/clinic/overview.html")]
pub(super) struct ClinicPage {
    shell: DeskShell,
    groups: Vec<Group>,
    closed: Vec<Line>,
    empty: bool,
    done: Option<String>,
}

/// Visits shown of those that a change leaves outside.
const SHOWN: usize = 50;

/// The visits that a change would leave outside, as lines.
fn visits(desk: &Desk, catalogue: &Catalogue, left: &[Left]) -> Vec<Visit> {
    let sees = desk.may(Action::SeeBoard);
    let mut lines: Vec<Visit> = left
        .iter()
        .take(SHOWN)
        .map(|one| {
            let branch = catalogue.branch_named(one.branch);
            let zone = branch.map_or_else(|| wording::zone(catalogue), |one| one.zone.clone());
            let at = wording::local(&zone, one.start);
            let language = desk.words.0;
            let parts = [
                catalogue
                    .practitioner_named(one.practitioner)
                    .map(|one| one.title.get(language)),
                catalogue
                    .service_named(one.service)
                    .map(|one| one.title.get(language)),
                branch.map(|one| one.title.get(language)),
            ];
            let parts: Vec<&str> = parts.into_iter().flatten().collect();
            Visit {
                address: sees
                    .then(|| format!("/desk/today?branch={}&day={}", one.branch, at.date())),
                says: format!(
                    "{} · {}",
                    wording::day_and_time(desk.words, &at),
                    parts.join(" · ")
                ),
            }
        })
        .collect();
    if left.len() > SHOWN {
        let more = left.len() - SHOWN;
        lines.push(Visit {
            address: None,
            says: desk.shell().count("desk-clinic-left-more", &more),
        });
    }
    lines
}

/// `GET /desk/clinic`.
pub(super) async fn overview(desk: Arc<Desk>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let done = match desk.query.get("done") {
        "deleted" => Some("desk-clinic-deleted"),
        "placed" => Some("desk-clinic-placed"),
        _ => None,
    };
    let words = desk.words;
    let (branches, resources, services) = catalogue.withdrawn();
    let is_person = |one: &&Resource| one.kind == ResourceKind::Practitioner;
    let groups = Kind::ALL.map(|kind| {
        let address = |id: String| format!("/desk/clinic/{}/{id}", kind.word());
        let of_branch = |one: &clinic::booking::catalogue::Branch| Line {
            address: address(one.id.to_string()),
            title: one.title.get(words.0).to_owned(),
            about: format!(
                "{}, {}",
                one.address.get(words.0),
                wording::hours(one.opens, one.closes)
            ),
            lacks: None,
            up: None,
            down: None,
        };
        let of_resource = |one: &Resource| Line {
            address: address(one.id.to_string()),
            title: one.title.get(words.0).to_owned(),
            about: about(&desk, &catalogue, one),
            lacks: lacks(&desk, &catalogue, one),
            up: None,
            down: None,
        };
        let of_service = |one: &clinic::booking::catalogue::Service| Line {
            address: address(one.id.to_string()),
            title: one.title.get(words.0).to_owned(),
            about: format!(
                "{}, {}",
                money(one.price),
                wording::length(words, one.visit.duration().into())
            ),
            lacks: one
                .practitioners
                .is_empty()
                .then(|| words.say("desk-clinic-lacks-people")),
            up: None,
            down: None,
        };
        let (lines, withdrawn) = match kind {
            Kind::Branch => (
                catalogue.branches.iter().map(of_branch).collect(),
                branches.iter().map(of_branch).collect(),
            ),
            Kind::Person => (
                catalogue.practitioners().map(of_resource).collect(),
                resources
                    .iter()
                    .filter(is_person)
                    .map(of_resource)
                    .collect(),
            ),
            Kind::Room => (
                catalogue
                    .resources
                    .iter()
                    .filter(|one| !is_person(one))
                    .map(of_resource)
                    .collect(),
                resources
                    .iter()
                    .filter(|one| !is_person(one))
                    .map(of_resource)
                    .collect(),
            ),
            Kind::Service => (
                catalogue.services.iter().map(of_service).collect(),
                services.iter().map(of_service).collect(),
            ),
        };
        Group {
            kind: kind.word(),
            lines: placed(kind, lines),
            withdrawn,
        }
    });
    let today = wording::today(&catalogue, desk.now());
    let page = ClinicPage {
        shell: desk.shell(),
        empty: catalogue.branches.is_empty(),
        closed: catalogue
            .closed
            .iter()
            .filter(|one| one.day >= today)
            .map(|one| closed::line(words, &catalogue, one))
            .collect(),
        groups: groups.into(),
        done: done.map(|key| words.say(key)),
    };
    Ok(desk.page(StatusCode::OK, &page))
}

fn about(desk: &Desk, catalogue: &Catalogue, one: &Resource) -> String {
    let words = desk.words;
    if one.kind == ResourceKind::Practitioner {
        return wording::speciality(words, one);
    }
    let branch = one.branch.and_then(|id| catalogue.branch_named(id));
    let kind = words.say(if one.kind == ResourceKind::Device {
        "desk-clinic-device"
    } else {
        "desk-clinic-room"
    });
    branch.map_or(kind.clone(), |branch| {
        format!("{kind}, {}", branch.title.get(words.0))
    })
}

/// Who has no hours, or gives no service, cannot be booked.
fn lacks(desk: &Desk, catalogue: &Catalogue, one: &Resource) -> Option<String> {
    let practitioner = catalogue
        .practitioners()
        .find(|practitioner| practitioner.id == one.id)?;
    let id = practitioner.id;
    if catalogue.works_at(id).is_empty() {
        return Some(desk.words.say("desk-clinic-lacks-hours"));
    }
    let gives = catalogue
        .services
        .iter()
        .any(|service| service.practitioners.contains(&id));
    (!gives).then(|| desk.words.say("desk-clinic-lacks-services"))
}

impl DeskPage for ClinicPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        samples::overviews(&shell)
    }
}

//! `/desk/calendars`, `/desk/account/calendar`: secret links by which practitioners' own calendars show when they are
//! taken. A link is shown once, when it is made.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use clinic::booking::calendars::CalendarRefusal;
use kernel::{Personal, PractitionerId, Purpose};
use trust::access::Action;

use super::asked::Desk;
use super::page::DeskPage;
use super::routes::Answered;
use super::shell::DeskShell;
use super::trouble::Trouble;
use crate::wording;

/// A practitioner's line.
struct Row {
    id: String,
    name: String,
    made: Option<String>,
    read: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "desk/calendars.html")]
pub(super) struct CalendarsPage {
    shell: DeskShell,
    /// Where the forms go: `/desk/calendars`, `/desk/account/calendar`.
    base: &'static str,
    own: bool,
    rows: Vec<Row>,
    /// Whose link was made just now, and the link.
    made: Option<(String, String)>,
    revoked: bool,
}

const ALL: &str = "/desk/calendars";
const OWN: &str = "/desk/account/calendar";

/// `GET /desk/calendars`.
pub(super) async fn all(desk: Arc<Desk>) -> Answered {
    listed(&desk, Action::ManageStaff, None).await
}

/// `GET /desk/account/calendar`.
pub(super) async fn own(desk: Arc<Desk>) -> Answered {
    listed(&desk, Action::OwnAccount, None).await
}

/// `POST /desk/calendars/{id}/make`.
pub(super) async fn make(desk: Arc<Desk>) -> Answered {
    let practitioner = desk.id("id")?;
    made(&desk, Action::ManageStaff, practitioner).await
}

/// `POST /desk/account/calendar/make`.
pub(super) async fn make_own(desk: Arc<Desk>) -> Answered {
    let practitioner = own_practitioner(&desk)?;
    made(&desk, Action::OwnAccount, practitioner).await
}

/// `POST /desk/calendars/{id}/revoke`.
pub(super) async fn revoke(desk: Arc<Desk>) -> Answered {
    let practitioner = desk.id("id")?;
    revoked(&desk, Action::ManageStaff, practitioner).await
}

/// `POST /desk/account/calendar/revoke`.
pub(super) async fn revoke_own(desk: Arc<Desk>) -> Answered {
    let practitioner = own_practitioner(&desk)?;
    revoked(&desk, Action::OwnAccount, practitioner).await
}

fn own_practitioner(desk: &Desk) -> Result<PractitionerId, Trouble> {
    desk.employee
        .reach
        .practitioner
        .flatten()
        .ok_or(Trouble::NotFound)
}

async fn made(desk: &Desk, action: Action, practitioner: PractitionerId) -> Answered {
    let scope = desk.scope(Purpose::Services);
    let secret = desk
        .site
        .booking
        .make_calendar(scope, action, practitioner)
        .await?;
    listed(desk, action, Some((practitioner, secret))).await
}

async fn revoked(desk: &Desk, action: Action, practitioner: PractitionerId) -> Answered {
    let scope = desk.scope(Purpose::Services);
    desk.site
        .booking
        .revoke_calendar(scope, action, practitioner)
        .await?;
    let base = if action == Action::ManageStaff {
        ALL
    } else {
        OWN
    };
    Ok(desk.see(&format!("{base}?done=revoked")))
}

async fn listed(
    desk: &Desk,
    action: Action,
    made: Option<(PractitionerId, Personal<String>)>,
) -> Result<Response, Trouble> {
    let scope = desk.scope(Purpose::Services);
    let links = desk.site.booking.calendar_links(scope, action).await?;
    let catalogue = desk.site.booking.catalogue().await?;
    let (zone, today) = (
        wording::zone(&catalogue),
        wording::today(&catalogue, desk.now()),
    );
    let own = action != Action::ManageStaff;
    let only = if own {
        Some(own_practitioner(desk)?)
    } else {
        None
    };
    let name = |id| {
        let known = catalogue.practitioner(id);
        known.map_or_else(String::new, |known| {
            known.title.get(desk.words.0).to_owned()
        })
    };
    let rows = catalogue
        .practitioners()
        .filter(|one| only.is_none_or(|only| only == one.id))
        .map(|one| {
            let link = links.get(&one.id);
            let made = link.map(|link| {
                let at = link.made_at.timestamp().to_zoned(zone.clone());
                wording::soon(desk.words, &at, today)
            });
            Row {
                id: one.id.to_string(),
                name: name(one.id),
                read: link
                    .and_then(|link| link.read_on)
                    .map(|day| wording::soon_day(desk.words, day, today)),
                made,
            }
        })
        .collect();
    let page = CalendarsPage {
        shell: desk.shell(),
        base: if own { OWN } else { ALL },
        own,
        rows,
        made: made.map(|(id, secret)| {
            let address = format!(
                "{}/calendar/{}/times.ics",
                desk.site.origin,
                secret.reveal()
            );
            (name(id), address)
        }),
        revoked: desk.query.get("done") == "revoked",
    };
    Ok(desk.page(StatusCode::OK, &page))
}

impl From<CalendarRefusal> for Trouble {
    fn from(refusal: CalendarRefusal) -> Self {
        match refusal {
            CalendarRefusal::Access(access) => access.into(),
            CalendarRefusal::Unknown => Self::NotFound,
        }
    }
}

impl DeskPage for CalendarsPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let row = |id: &str, made: Option<&str>| Row {
            id: id.into(),
            name: "Пчёлкин <script> А. С.".into(),
            made: made.map(str::to_owned),
            read: made.map(|_| "сегодня".into()),
        };
        let page = |own, rows, made, revoked| Self {
            shell: shell.clone(),
            base: if own { OWN } else { ALL },
            own,
            rows,
            made,
            revoked,
        };
        let address = "https://clinic.example/calendar/abc/times.ics".to_owned();
        vec![
            page(
                false,
                vec![row("1", Some("сегодня, 9:00")), row("2", None)],
                None,
                true,
            ),
            page(
                true,
                vec![row("1", None)],
                Some(("Пчёлкин <i>".into(), address)),
                false,
            ),
            page(false, Vec::new(), None, false),
        ]
    }
}

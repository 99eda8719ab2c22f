//! Whose telephone it is: who was booked with it before, masked, so that nobody is booked twice.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use clinic::people::sought;
use kernel::Purpose;

use super::super::asked::Desk;
use super::super::people::{PersonRow, found_row};
use super::super::routes::Answered;
use super::super::shell::DeskShell;
use crate::wording;

/// Who was found; nobody asked where the telephone is not whole yet.
#[derive(Template)]
#[template(path = "desk/book/found.html")]
pub(super) struct FoundPart {
    shell: DeskShell,
    found: Option<Vec<PersonRow>>,
}

/// `POST /desk/book/people`: looks for the telephone typed.
pub(in crate::desk) async fn people(desk: Arc<Desk>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let typed = ["patient.phone", "representative.phone", "booker.phone"]
        .into_iter()
        .find(|name| desk.form.has(name))
        .map(|name| desk.form.shown(name))
        .unwrap_or_default();
    // Four digits are the beginning of a telephone here, not its end.
    let long = typed.chars().filter(char::is_ascii_digit).count() > 6;
    let sought = long
        .then(|| sought(&typed, wording::today(&catalogue, desk.now())))
        .flatten();
    let found = match sought {
        None => None,
        Some(sought) => {
            let scope = desk.scope(Purpose::Identification);
            let found = desk.site.people.find(scope, sought).await?;
            let mut rows = Vec::with_capacity(found.len());
            for one in &found {
                rows.push(found_row(&desk, one).await?);
            }
            Some(rows)
        }
    };
    let part = FoundPart {
        shell: desk.shell(),
        found,
    };
    Ok(desk.html(StatusCode::OK, super::super::today::written(&part)?))
}

//! `/a/{token}` and `/appointment`: an appointment in the hands of whoever holds its secret link.
//!
//! *Invariant*: the secret stands in the address once and is traded at once for a cookie and a clean address.
//! GET never acts; a form acts on the appointment that its page showed, or not at all: a browser has one cookie and may
//! have pages of two appointments open. What is shown is opened by an act and stands in the journal.

mod consents;
mod moving;
mod pages;

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;
use clinic::booking::{Appointment, Refusal, Slot, Status};
use kernel::{Fault, Stop, entropy};

use super::shell::Section;
use super::summary::Summary;
use super::trouble::Trouble;
use super::visit::Visit;
use crate::door::ics;
use crate::typed::Typed;
use pages::{AppointmentPage, CancelPage};

#[cfg(test)]
pub(super) use consents::ConsentsPage;
pub(super) use consents::{consents, receipt};
pub(super) use moving::{move_form, moved};
#[cfg(test)]
pub(super) use pages::{AppointmentPage as ShownPage, CancelPage as CancellingPage, MovePage};

/// The cookie that holds the secret, sent back to these pages alone.
const COOKIE: &str = "appointment";
const PATH: &str = "/appointment";
/// Where a form leads whose page showed another appointment.
const ANOTHER: &str = "/appointment?done=another";

/// The answer with the secret put into its owner's cookie.
pub(super) fn remembered(visit: &Visit, response: Response, token: &str) -> Response {
    visit.with_cookie(response, COOKIE, token, PATH)
}

/// To the appointment's own page, with its secret put into its owner's cookie.
pub(super) fn shown_to_owner(visit: &Visit, token: &str) -> Response {
    remembered(visit, visit.see(PATH), token)
}

/// `GET /a/{token}`: trades the secret for a cookie and a clean address. Nothing is opened or done.
pub(super) async fn open(visit: Visit, Path(token): Path<String>) -> Response {
    if visit.site.trust.link_hash(&token).is_none() {
        return visit.answer(Err(Trouble::LinkUnknown));
    }
    shown_to_owner(&visit, &token)
}

/// `GET /appointment`.
pub(super) async fn show(visit: Visit) -> Response {
    let made = shown(&visit).await;
    visit.answer(made)
}

async fn shown(visit: &Visit) -> Result<Response, Trouble> {
    let appointment = appointment(visit).await?;
    let summary = summary(visit, &appointment).await?;
    let open = is_open(visit, &appointment);
    let message = message(
        visit.query.get("done"),
        appointment.status,
        appointment.moves,
        open,
    );
    let page = AppointmentPage {
        shell: visit.private_at(Section::None),
        summary,
        status: visit.words.say(&format!(
            "status-{}",
            appointment.status.code().replace('_', "-")
        )),
        open,
        phone_mask: appointment.phone_mask,
        message: message.map(|key| visit.words.say(key)),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

/// Whether it may still be moved or cancelled.
fn is_open(visit: &Visit, appointment: &Appointment) -> bool {
    appointment.status.is_open() && appointment.start > visit.clock().now().minutes()
}

/// What was just done, by its key. The address says what was asked, and anybody may write there what they like: it is
/// believed only where the appointment itself agrees.
fn message(done: &str, status: Status, moves: i32, open: bool) -> Option<&'static str> {
    match done {
        "moved" if open && moves > 0 => Some("appointment-moved"),
        "cancelled" if status == Status::Cancelled => Some("appointment-cancelled"),
        "settled" if !open => Some("appointment-settled"),
        "another" => Some("appointment-another"),
        _ => None,
    }
}

/// `GET /appointment/cancel`: asks once more.
pub(super) async fn cancel_form(visit: Visit) -> Response {
    let made = cancel_asked(&visit).await;
    visit.answer(made)
}

async fn cancel_asked(visit: &Visit) -> Result<Response, Trouble> {
    let appointment = appointment(visit).await?;
    if !is_open(visit, &appointment) {
        return Ok(visit.see(PATH));
    }
    let page = CancelPage {
        shell: visit.private_at(Section::None),
        summary: summary(visit, &appointment).await?,
        of: page_of(token(visit)?),
        key: entropy::random_id().to_string(),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

/// `POST /appointment/cancel`.
pub(super) async fn cancelled(visit: Visit, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let made = match Typed::read(&parts.headers, body).await {
        Err(trouble) => Err(Trouble::NotAForm(trouble)),
        Ok(typed) => cancel(&visit, &typed).await,
    };
    visit.answer(made)
}

async fn cancel(visit: &Visit, typed: &Typed) -> Result<Response, Trouble> {
    let token = token(visit)?;
    if typed.get("of") != page_of(token) {
        return Ok(visit.see(ANOTHER));
    }
    let key = typed.get("key");
    let once = (!key.is_empty()).then(|| {
        let trust = &visit.site.trust;
        trust.once("/appointment/cancel", &format!("{token}.{key}"), b"")
    });
    match visit.site.booking.cancel(token, once).await {
        Ok(_) => Ok(visit.see("/appointment?done=cancelled")),
        Err(Stop::Refused(Refusal::Settled)) => Ok(visit.see("/appointment?done=settled")),
        Err(stop) => Err(unexpected(stop)),
    }
}

/// `GET /appointment.ics`: to where the cookie is sent.
pub(super) async fn calendar_elsewhere(visit: Visit) -> Response {
    visit.see("/appointment/visit.ics")
}

/// `GET /appointment/visit.ics`.
pub(super) async fn calendar(visit: Visit) -> Response {
    let made = calendar_made(&visit).await;
    visit.answer(made)
}

async fn calendar_made(visit: &Visit) -> Result<Response, Trouble> {
    let appointment = appointment(visit).await?;
    let catalogue = visit.site.booking.catalogue().await?;
    Ok(ics::file(
        &visit.site,
        &catalogue,
        &appointment,
        visit.words.0,
    ))
}

/// The appointment of the visitor's cookie.
async fn appointment(visit: &Visit) -> Result<Appointment, Trouble> {
    visit
        .site
        .booking
        .show(token(visit)?)
        .await
        .map_err(unexpected)
}

async fn summary(visit: &Visit, appointment: &Appointment) -> Result<Summary, Trouble> {
    let catalogue = visit.site.booking.catalogue().await?;
    let slot = Slot {
        start: appointment.start,
        practitioner: appointment.practitioner,
        branch: appointment.branch,
    };
    let summary = Summary::of(visit.words, &catalogue, appointment.service, slot);
    Ok(summary.ok_or_else(|| Fault::broken("an appointment is not in the catalogue"))?)
}

/// By what a page says which appointment it shows: of the secret, but not to be turned back into it.
fn page_of(token: &str) -> String {
    trust::sha256_base64(format!("the page of {token}").as_bytes())
}

/// The secret of the visitor's cookie.
pub(super) fn token(visit: &Visit) -> Result<&str, Trouble> {
    visit.cookie(COOKIE).ok_or(Trouble::LinkUnknown)
}

fn unexpected(stop: Stop<Refusal>) -> Trouble {
    match stop {
        Stop::Refused(Refusal::LinkUnknown) => Trouble::LinkUnknown,
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_shown_only_where_the_appointment_agrees() {
        let (live, gone) = (Status::Requested, Status::Cancelled);
        for (done, status, moves, open, key) in [
            ("cancelled", gone, 0, false, Some("appointment-cancelled")),
            ("cancelled", live, 0, true, None),
            ("cancelled", live, 0, false, None),
            ("moved", live, 1, true, Some("appointment-moved")),
            ("moved", live, 0, true, None),
            ("moved", gone, 1, false, None),
            ("settled", live, 0, false, Some("appointment-settled")),
            ("settled", gone, 0, false, Some("appointment-settled")),
            ("settled", live, 0, true, None),
            ("another", live, 0, true, Some("appointment-another")),
            ("", gone, 1, false, None),
            ("anything", gone, 1, false, None),
        ] {
            assert_eq!(message(done, status, moves, open), key, "{done} {status:?}");
        }
    }
}

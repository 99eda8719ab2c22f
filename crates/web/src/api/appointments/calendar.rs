//! `GET /api/v1/appointments/{token}/calendar.ics`.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use clinic::booking::{Appointment, Catalogue, Status};
use kernel::Language;

use crate::Site;
use crate::api::ask::Ask;
use crate::api::refusal::{stopped, unread};
use crate::api::shapes::ProblemShape;
use crate::door::ics::{self, Event};
use crate::door::problem::Problem;

/// The appointment for a calendar (RFC 5545). It names the clinic, the place and the time, and nothing else.
#[utoipa::path(
    get, path = "/api/v1/appointments/{token}/calendar.ics", tag = "booking",
    params(("token" = String, Path), ("language" = Option<String>, Query)),
    responses(
        (status = 200, description = "An iCalendar file", content_type = "text/calendar"),
        (status = "default", body = ProblemShape, content_type = "application/problem+json"),
    ),
)]
pub(in crate::api) async fn calendar(
    State(site): State<Site>,
    Path(token): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let language = ask.language()?;
    let appointment = match site.booking.show(&token).await {
        Ok(appointment) => appointment,
        Err(stop) => return Err(stopped(&site, stop, language).await),
    };
    let catalogue = site
        .booking
        .catalogue()
        .await
        .map_err(unread("the catalogue", language))?;
    let headers = [
        (header::CONTENT_TYPE, ics::MEDIA_TYPE),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"appointment.ics\"",
        ),
    ];
    Ok((headers, file(&site, &catalogue, &appointment, language)).into_response())
}

fn file(
    site: &Site,
    catalogue: &Catalogue,
    appointment: &Appointment,
    language: Language,
) -> String {
    let branch = catalogue.branch_named(appointment.branch);
    let operator = site.texts.operator();
    let clinic = operator.name.get(language.into());
    let phone = branch.map_or("", |branch| branch.phone.as_str());
    let (title, note) = match language {
        Language::Ru => ("Визит", format!("{clinic}, телефон {phone}")),
        Language::En => ("Visit", format!("{clinic}, phone {phone}")),
    };
    let host = site
        .origin
        .split_once("://")
        .map_or(&*site.origin, |(_, host)| host);
    ics::calendar(&Event {
        id: &appointment.id.to_string(),
        host,
        start: appointment.start,
        end: appointment.end,
        title,
        place: branch.map_or("", |branch| branch.address.get(language)),
        note: &note,
        moves: appointment.moves,
        cancelled: appointment.status == Status::Cancelled,
        now: site.trust.clock().now(),
    })
}

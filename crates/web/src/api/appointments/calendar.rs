//! `GET /api/v1/appointments/{token}/calendar.ics`.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::Site;
use crate::api::ask::Ask;
use crate::api::refusal::{stopped, unread};
use crate::api::shapes::ProblemShape;
use crate::door::ics;
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
    Ok(ics::file(&site, &catalogue, &appointment, language))
}

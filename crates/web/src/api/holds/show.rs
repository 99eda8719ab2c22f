//! `GET /api/v1/holds/{hold}`.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{beforehand, id};
use crate::Site;
use crate::api::answer::{clock, moment};
use crate::api::ask::Ask;
use crate::api::refusal::stopped;
use crate::api::shapes::ProblemShape;
use crate::door::problem::Problem;

/// A time held, with what is held.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Shown {
    /// Its id.
    hold: String,
    /// Until when, RFC 3339.
    #[schema(format = DateTime)]
    expires_at: String,
    service: String,
    practitioner: String,
    branch: String,
    #[schema(format = DateTime)]
    start: String,
    #[schema(format = DateTime)]
    end: String,
}

/// Shows a time held to whoever has its id.
#[utoipa::path(
    get, path = "/api/v1/holds/{hold}", tag = "booking",
    params(("hold" = String, Path), ("language" = Option<String>, Query)),
    responses(
        (status = 200, body = Shown),
        (status = 404, description = "It has run out, was given up or confirmed, or never was", body = ProblemShape, content_type = "application/problem+json"),
        (status = "default", body = ProblemShape, content_type = "application/problem+json"),
    ),
)]
pub(in crate::api) async fn show(
    State(site): State<Site>,
    Path(hold): Path<String>,
    ask: Ask,
) -> Result<Json<Shown>, Problem> {
    let language = ask.language()?;
    let held = match site.booking.show_hold(id(&hold, language)?).await {
        Ok(held) => held,
        Err(stop) => return Err(stopped(&site, stop, language).await),
    };
    let catalogue = beforehand(&site, language).await?;
    let mut clock = clock(&catalogue, held.branch);
    Ok(Json(Shown {
        hold: held.hold.hold.to_string(),
        expires_at: moment(&catalogue, held.hold.expires_at),
        service: held.service.to_string(),
        practitioner: held.practitioner.to_string(),
        branch: held.branch.to_string(),
        start: clock.text(held.start),
        end: clock.text(held.end),
    }))
}

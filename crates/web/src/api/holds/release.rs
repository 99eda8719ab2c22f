//! `DELETE /api/v1/holds/{hold}`.

use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::id;
use crate::Site;
use crate::api::ask::Ask;
use crate::api::refusal::stopped;
use crate::api::shapes::ProblemShape;
use crate::door::problem::Problem;

/// Gives a held time up. One that is gone already is no error.
#[utoipa::path(
    delete, path = "/api/v1/holds/{hold}", tag = "booking",
    params(("hold" = String, Path)),
    responses((status = 204, description = "The time is free"), (status = "default", body = ProblemShape, content_type = "application/problem+json")),
)]
pub(in crate::api) async fn release(
    State(site): State<Site>,
    Path(hold): Path<String>,
    ask: Ask,
) -> Result<StatusCode, Problem> {
    let language = ask.language()?;
    match site.booking.release_hold(id(&hold, language)?).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(stop) => Err(stopped(&site, stop, language).await),
    }
}

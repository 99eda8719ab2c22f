//! `GET /api/v1/appointments/{token}`.

use axum::Json;
use axum::extract::{Path, State};

use super::{Shown, beforehand, shown};
use crate::Site;
use crate::api::ask::Ask;
use crate::api::refusal::stopped;
use crate::api::shapes::ProblemShape;
use crate::door::problem::Problem;

/// The appointment of a secret link.
#[utoipa::path(
    get, path = "/api/v1/appointments/{token}", tag = "booking",
    params(("token" = String, Path), ("language" = Option<String>, Query)),
    responses((status = 200, body = Shown), (status = "default", body = ProblemShape, content_type = "application/problem+json")),
)]
pub(in crate::api) async fn show(
    State(site): State<Site>,
    Path(token): Path<String>,
    ask: Ask,
) -> Result<Json<Shown>, Problem> {
    let language = ask.language()?;
    let catalogue = beforehand(&site, language).await?;
    match site.booking.show(&token).await {
        Ok(appointment) => Ok(Json(shown(&site, &catalogue, token, appointment))),
        Err(stop) => Err(stopped(&site, stop, language).await),
    }
}

//! `POST /api/v1/holds/{hold}/extend`.

use axum::Json;
use axum::extract::{Path, State};

use super::{Held, beforehand, held, id};
use crate::Site;
use crate::api::fields::Fields;
use crate::api::post::Post;
use crate::api::refusal::stopped;
use crate::api::shapes::{NothingShape, ProblemShape};
use crate::door::problem::Problem;

/// Holds the time for as long again, counted from now. Repeating it does no harm.
#[utoipa::path(
    post, path = "/api/v1/holds/{hold}/extend", tag = "booking",
    params(("hold" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Option<NothingShape>,
    responses(
        (status = 200, body = Held),
        (status = 404, description = "It has run out, or never was", body = ProblemShape, content_type = "application/problem+json"),
        (status = "default", body = ProblemShape, content_type = "application/problem+json"),
    ),
)]
pub(in crate::api) async fn extend(
    State(site): State<Site>,
    Path(hold): Path<String>,
    mut post: Post,
) -> Result<Json<Held>, Problem> {
    let language = post.language();
    let hold = id(&hold, language)?;
    let once = post.once(&site.trust, &format!("POST /api/v1/holds/{hold}/extend"));
    Fields::of(&post.object, "", &["language"], &mut post.flaws);
    post.flaws.check()?;
    let catalogue = beforehand(&site, language).await?;
    match site.booking.extend_hold(hold, once).await {
        Ok(hold) => Ok(Json(held(&catalogue, &hold))),
        Err(stop) => Err(stopped(&site, stop, language).await),
    }
}

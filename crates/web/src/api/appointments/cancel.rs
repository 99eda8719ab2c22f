//! `POST /api/v1/appointments/{token}/cancel`.

use axum::Json;
use axum::extract::{Path, State};

use super::{Shown, beforehand, shown};
use crate::Site;
use crate::api::fields::Fields;
use crate::api::post::Post;
use crate::api::refusal::stopped;
use crate::api::shapes::{NothingShape, ProblemShape};
use crate::door::problem::Problem;

/// Cancels the appointment and frees its time. One that is cancelled already stays so.
#[utoipa::path(
    post, path = "/api/v1/appointments/{token}/cancel", tag = "booking",
    params(("token" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Option<NothingShape>,
    responses(
        (status = 200, body = Shown),
        (status = 409, description = "settled: it has begun or is over", body = ProblemShape, content_type = "application/problem+json"),
        (status = "default", body = ProblemShape, content_type = "application/problem+json"),
    ),
)]
pub(in crate::api) async fn cancel(
    State(site): State<Site>,
    Path(token): Path<String>,
    mut post: Post,
) -> Result<Json<Shown>, Problem> {
    let language = post.language();
    let once = post.once(
        &site.trust,
        &format!("POST /api/v1/appointments/{token}/cancel"),
    );
    Fields::of(&post.object, "", &["language"], &mut post.flaws);
    post.flaws.check()?;
    let catalogue = beforehand(&site, language).await?;
    match site.booking.cancel(&token, once).await {
        Ok(appointment) => Ok(Json(shown(&site, &catalogue, token, appointment))),
        Err(stop) => Err(stopped(&site, stop, language).await),
    }
}

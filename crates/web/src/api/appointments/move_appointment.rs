//! `POST /api/v1/appointments/{token}/move`.

use axum::Json;
use axum::extract::{Path, State};
use clinic::booking::NewTime;

use super::{Shown, beforehand, shown};
use crate::Site;
use crate::api::fields::{Fields, id, time};
use crate::api::post::Post;
use crate::api::refusal::stopped;
use crate::api::shapes::{MoveShape, ProblemShape};
use crate::door::problem::Problem;

/// Moves the appointment to another free time; id and link stay.
#[utoipa::path(
    post, path = "/api/v1/appointments/{token}/move", tag = "booking",
    params(("token" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = MoveShape,
    responses(
        (status = 200, body = Shown),
        (status = 409, description = "slot-taken, with the nearest free times; or settled", body = ProblemShape, content_type = "application/problem+json"),
        (status = "default", body = ProblemShape, content_type = "application/problem+json"),
    ),
)]
pub(in crate::api) async fn move_appointment(
    State(site): State<Site>,
    Path(token): Path<String>,
    mut post: Post,
) -> Result<Json<Shown>, Problem> {
    let language = post.language();
    let once = post.once(
        &site.trust,
        &format!("POST /api/v1/appointments/{token}/move"),
    );
    let mut fields = Fields::of(
        &post.object,
        "",
        &["start", "practitioner", "branch", "language"],
        &mut post.flaws,
    );
    let start = fields.required("start", time);
    let (practitioner, branch) = (
        fields.required("practitioner", id),
        fields.required("branch", id),
    );
    let (Some(start), Some(practitioner), Some(branch)) = (start, practitioner, branch) else {
        return Err(post.flaws.problem());
    };
    post.flaws.check()?;
    let catalogue = beforehand(&site, language).await?;
    match site
        .booking
        .move_appointment(
            &token,
            NewTime {
                start,
                practitioner,
                branch,
            },
            once,
        )
        .await
    {
        Ok(appointment) => Ok(Json(shown(&site, &catalogue, token, appointment))),
        Err(stop) => Err(stopped(&site, stop, language).await),
    }
}

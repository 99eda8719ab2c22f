//! `POST /api/v1/holds`.

use axum::extract::State;
use axum::response::Response;
use clinic::booking::HoldRequest;

use super::{Held, beforehand, held};
use crate::Site;
use crate::api::answer::created;
use crate::api::fields::{Fields, id, time};
use crate::api::post::Post;
use crate::api::refusal::stopped;
use crate::api::shapes::{HoldRequestShape, ProblemShape};
use crate::door::client::ClientAddress;
use crate::door::problem::Problem;

/// Holds a time for some minutes.
#[utoipa::path(
    post, path = "/api/v1/holds", tag = "booking",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = HoldRequestShape,
    responses(
        (status = 201, body = Held, headers(("Location" = String))),
        (status = 409, description = "slot-taken, with the nearest free times", body = ProblemShape, content_type = "application/problem+json"),
        (status = 429, description = "Too many times held at once", body = ProblemShape, content_type = "application/problem+json"),
        (status = "default", body = ProblemShape, content_type = "application/problem+json"),
    ),
)]
pub(in crate::api) async fn hold(
    State(site): State<Site>,
    client: ClientAddress,
    mut post: Post,
) -> Result<Response, Problem> {
    let language = post.language();
    let mut fields = Fields::of(
        &post.object,
        "",
        &["service", "practitioner", "branch", "start", "language"],
        &mut post.flaws,
    );
    let (service, practitioner, branch) = (
        fields.required("service", id),
        fields.required("practitioner", id),
        fields.required("branch", id),
    );
    let start = fields.required("start", time);
    let once = post.once(&site.trust, "POST /api/v1/holds");
    let (Some(service), Some(practitioner), Some(branch), Some(start)) =
        (service, practitioner, branch, start)
    else {
        return Err(post.flaws.problem());
    };
    post.flaws.check()?;
    let catalogue = beforehand(&site, language).await?;
    let client = site.trust.client_hash(&client.key());
    match site
        .booking
        .hold(
            HoldRequest {
                instead: None,
                service,
                practitioner,
                branch,
                start,
                client,
            },
            once,
        )
        .await
    {
        Ok(hold) => Ok(created(
            &format!("/api/v1/holds/{}", hold.hold),
            &held(&catalogue, &hold),
        )),
        Err(stop) => Err(stopped(&site, stop, language).await),
    }
}

//! `POST /api/v1/submissions/{service}`: the form of any declared service that has no room of its own (policy clause
//! 2.4: a new service is a new declaration, not a new special case).

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use clinic::booking::SERVICE as BOOKING;
use clinic::submission::{NewSubmission, Refusal};
use kernel::{Language, Stop};
use serde::Serialize;
use trust::consent::Form;
use trust::consent::declaration::{Coded, Declaration, ForWhom};
use utoipa::ToSchema;

use super::answer::today;
use super::ask::LANGUAGES;
use super::consents::decided;
use super::fields::{Fields, word};
use super::flaw::{Flaws, What};
use super::people::{FOR_WHOM, people};
use super::post::Post;
use super::refusal::{consents, faulted, unread};
use super::shapes::{ProblemShape, SubmissionShape};
use crate::Site;
use crate::door::client::ClientAddress;
use crate::door::problem::{Code, Problem};

/// A received form.
#[derive(Serialize, ToSchema)]
pub(super) struct Received {
    id: String,
    /// The secret of its link; it is told this once.
    token: String,
    status: &'static str,
}

/// Receives the form of a declared service.
#[utoipa::path(
    post, path = "/api/v1/submissions/{service}", tag = "services",
    params(("service" = String, Path, description = "The code of a declared service"), ("Idempotency-Key" = Option<String>, Header)),
    request_body = SubmissionShape,
    responses(
        (status = 201, body = Received),
        (status = 404, description = "No such service, or one with a room of its own", body = ProblemShape, content_type = "application/problem+json"),
        (status = 422, description = "Fields or consents cannot be taken", body = ProblemShape, content_type = "application/problem+json"),
        (status = "default", body = ProblemShape, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn submit(
    State(site): State<Site>,
    Path(service): Path<String>,
    client: ClientAddress,
    post: Post,
) -> Result<Response, Problem> {
    let language = post.language();
    let declaration = site
        .texts
        .declaration(&service)
        .filter(|_| service != BOOKING);
    let declaration = declaration.ok_or_else(|| Problem::new(Code::NotFound, language))?;
    let once = post.once(&site.trust, &format!("POST /api/v1/submissions/{service}"));
    let new = read(&site, declaration, client, post).await?;
    match site.submissions.submit(declaration, new, once).await {
        Ok(done) => {
            let received = Received {
                id: done.id.to_string(),
                token: done.token,
                status: "received",
            };
            Ok((StatusCode::CREATED, Json(received)).into_response())
        }
        Err(stop) => Err(told(stop, language)),
    }
}

async fn read(
    site: &Site,
    declaration: &Declaration,
    client: ClientAddress,
    mut post: Post,
) -> Result<NewSubmission, Problem> {
    let language = post.language();
    let catalogue = site
        .booking
        .catalogue()
        .await
        .map_err(unread("the catalogue", language))?;
    let today = today(&catalogue, site.trust.clock().now());
    let flaws = &mut post.flaws;
    let mut fields = Fields::of(
        &post.object,
        "",
        &[
            "language",
            "for",
            "patient",
            "representative",
            "booker",
            "consents",
        ],
        flaws,
    );
    fields.optional(
        "language",
        word(&LANGUAGES, |text| text.parse::<Language>().ok()),
    );
    let for_whom = fields.required("for", word(&FOR_WHOM, ForWhom::from_code));
    let consents = decided(&post.object, flaws);
    let Some(for_whom) = for_whom else {
        return Err(post.flaws.problem());
    };
    let values = people(declaration, for_whom, &post.object, today, flaws);
    post.flaws.check()?;
    Ok(NewSubmission {
        for_whom,
        values,
        today,
        consents,
        form: Form {
            name: "api",
            language,
            address: Some(client.0),
        },
    })
}

fn told(stop: Stop<Refusal>, language: Language) -> Problem {
    let at_for = |what| {
        let mut flaws = Flaws::new(language);
        flaws.add("/for", what);
        flaws.problem()
    };
    match stop {
        Stop::Fault(fault) => faulted(&fault, language),
        Stop::Refused(Refusal::NotForThem) => at_for(What::NotForThem),
        Stop::Refused(Refusal::NotAdult) => at_for(What::NotAdult),
        Stop::Refused(Refusal::NotChild) => at_for(What::NotChild),
        Stop::Refused(Refusal::Consents(problems)) => consents(&problems, language),
        Stop::Refused(Refusal::AnotherBody) => Problem::new(Code::KeyReused, language),
    }
}

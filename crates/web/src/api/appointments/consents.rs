//! `GET /api/v1/appointments/{token}/consents` and the receipt of each.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use clinic::booking::Catalogue;
use kernel::ConsentId;
use serde::Serialize;
use trust::consent::declaration::Coded;
use utoipa::ToSchema;

use super::beforehand;
use crate::Site;
use crate::api::answer::moment;
use crate::api::ask::Ask;
use crate::api::refusal::stopped;
use crate::api::shapes::ProblemShape;
use crate::door::problem::{Code, Problem};

/// The media type of receipts (JSON-LD 1.1 §8).
const LINKED: &str = "application/ld+json";

/// What was decided with the booking.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct ConsentsGiven {
    consents: Vec<ConsentShown>,
}

/// A decision about a document.
#[derive(Serialize, ToSchema)]
struct ConsentShown {
    id: String,
    document: String,
    version: i32,
    /// The language of the text: `ru` or `en`.
    language: String,
    title: String,
    /// The state of the box.
    given: bool,
    #[schema(format = DateTime)]
    at: String,
    /// Whose data: `patient`, `representative` or `booker`.
    about: &'static str,
    /// When it was withdrawn for the last of its purposes.
    #[schema(format = DateTime)]
    withdrawn_at: Option<String>,
    /// Whether the receipt can be had: the journal is signed every few seconds.
    ready: bool,
    receipt_url: String,
}

/// The consents asked with the booking, as they were decided.
#[utoipa::path(
    get, path = "/api/v1/appointments/{token}/consents", tag = "booking",
    params(("token" = String, Path), ("language" = Option<String>, Query)),
    responses((status = 200, body = ConsentsGiven), (status = "default", body = ProblemShape, content_type = "application/problem+json")),
)]
pub(in crate::api) async fn consents(
    State(site): State<Site>,
    Path(token): Path<String>,
    ask: Ask,
) -> Result<Json<ConsentsGiven>, Problem> {
    let language = ask.language()?;
    let catalogue = beforehand(&site, language).await?;
    match site.booking.consents(&token).await {
        Ok(consents) => {
            let shown = consents
                .into_iter()
                .map(|one| shown(&site, &catalogue, &token, one));
            Ok(Json(ConsentsGiven {
                consents: shown.collect(),
            }))
        }
        Err(stop) => Err(stopped(&site, stop, language).await),
    }
}

fn shown(
    site: &Site,
    catalogue: &Catalogue,
    token: &str,
    of: clinic::booking::ConsentGiven,
) -> ConsentShown {
    let given = of.given;
    ConsentShown {
        id: given.id.to_string(),
        document: given.document,
        version: given.version,
        language: given.language,
        title: given.title,
        given: given.given,
        at: moment(catalogue, given.at),
        about: of.about.code(),
        withdrawn_at: given.withdrawn.map(|at| moment(catalogue, at)),
        ready: given.ready,
        receipt_url: format!(
            "{}/api/v1/appointments/{token}/consents/{}/receipt.json",
            site.origin, given.id
        ),
    }
}

/// The receipt of a consent, with the journal's proof: JSON-LD in the terms of the Data Privacy Vocabulary. `409 not-yet`
/// until the journal's signed end covers it.
#[utoipa::path(
    get, path = "/api/v1/appointments/{token}/consents/{consent}/receipt.json", tag = "booking",
    params(("token" = String, Path), ("consent" = String, Path), ("language" = Option<String>, Query)),
    responses(
        (status = 200, description = "A consent receipt (ISO/IEC TS 27560)", content_type = "application/ld+json"),
        (status = "default", body = ProblemShape, content_type = "application/problem+json"),
    ),
)]
pub(in crate::api) async fn receipt(
    State(site): State<Site>,
    Path((token, consent)): Path<(String, String)>,
    ask: Ask,
) -> Result<Response, Problem> {
    let language = ask.language()?;
    let id: ConsentId = consent
        .parse()
        .map_err(|_| Problem::new(Code::NotFound, language))?;
    match site.booking.consent_receipt(&token, id).await {
        Ok(receipt) => {
            let headers = [
                (header::CONTENT_TYPE, LINKED),
                (
                    header::CONTENT_DISPOSITION,
                    "attachment; filename=\"receipt.json\"",
                ),
                (header::CACHE_CONTROL, "private, no-store"),
            ];
            Ok((headers, receipt.to_json()).into_response())
        }
        Err(stop) => Err(stopped(&site, stop, language).await),
    }
}

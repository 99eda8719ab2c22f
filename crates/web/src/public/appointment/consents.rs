//! `/appointment/consents`: what was agreed to with an appointment, and its receipts, in the hands of whoever holds the
//! secret link.
//!
//! *Invariant*: a receipt is made anew each time and kept by nobody on the way; that it was given stands in the journal.

use askama::Template;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use clinic::booking::{ConsentGiven, Refusal};
use jiff::tz::TimeZone;
use kernel::{ConsentId, Moment, Stop};
use trust::consent::declaration::POLICY_DOCUMENT;

use super::super::page::Page;
use super::super::shell::{Section, Shell};
use super::super::trouble::Trouble;
use super::super::visit::Visit;
use super::{token, unexpected};
use crate::wording;

/// The list.
const PATH: &str = "/appointment/consents";

/// A decision as the page tells of it.
struct ConsentView {
    /// The document's title, in the language of its text.
    title: String,
    text_language: String,
    /// Where the text stands.
    address: String,
    version: i32,
    /// «Согласие дано 23 ноября 2026 года, 09:00».
    state: String,
    /// For a program (HTML `time`).
    machine: String,
    /// Whose data it is about.
    about: String,
    /// Where the receipt is, once it can be had.
    receipt: Option<String>,
}

/// «Ваши согласия».
#[derive(Template)]
#[template(path = "appointment/consents.html")]
pub(in super::super) struct ConsentsPage {
    shell: Shell,
    consents: Vec<ConsentView>,
    /// Whether a receipt is still to come.
    waiting: bool,
}

/// `GET /appointment/consents`.
pub(in super::super) async fn consents(visit: Visit) -> Response {
    let made = listed(&visit).await;
    visit.answer(made)
}

async fn listed(visit: &Visit) -> Result<Response, Trouble> {
    let consents = visit.site.booking.consents(token(visit)?).await;
    let consents = consents.map_err(unexpected)?;
    let catalogue = visit.site.booking.catalogue().await?;
    let zone = catalogue
        .branches
        .first()
        .map_or(TimeZone::UTC, |branch| branch.zone.clone());
    let consents: Vec<ConsentView> = consents
        .iter()
        .map(|consent| view(visit, consent, &zone))
        .collect();
    let page = ConsentsPage {
        shell: visit.private_at(Section::None),
        waiting: consents.iter().any(|consent| consent.receipt.is_none()),
        consents,
    };
    Ok(visit.page(StatusCode::OK, &page))
}

fn view(visit: &Visit, consent: &ConsentGiven, zone: &TimeZone) -> ConsentView {
    let given = &consent.given;
    let (key, at) = match (given.given, given.withdrawn) {
        (false, _) => ("receipts-refused", given.at),
        (true, None) => ("receipts-given", given.at),
        (true, Some(at)) => ("receipts-withdrawn", at),
    };
    let when = |at: Moment| {
        let day = wording::full_day(visit.words, at.timestamp(), zone);
        let clock = wording::clock(&at.timestamp().to_zoned(zone.clone()));
        format!("{day}, {clock}")
    };
    let base = match given.document.as_str() {
        POLICY_DOCUMENT => "/policy".to_owned(),
        code => format!("/documents/{code}"),
    };
    ConsentView {
        title: given.title.clone(),
        text_language: given.language.clone(),
        address: format!("{base}/{}?text={}", given.version, given.language),
        version: given.version,
        state: visit.words.with(key, "when", &when(at)),
        machine: at
            .timestamp()
            .to_zoned(zone.clone())
            .strftime("%Y-%m-%dT%H:%M%:z")
            .to_string(),
        about: consent.about.name(visit.words.of_texts()).to_owned(),
        receipt: given
            .ready
            .then(|| format!("{PATH}/{}/receipt.json", given.id)),
    }
}

/// `GET /appointment/consents/{id}/receipt.json`.
pub(in super::super) async fn receipt(visit: Visit, Path(id): Path<String>) -> Response {
    let made = receipt_made(&visit, &id).await;
    visit.answer(made)
}

async fn receipt_made(visit: &Visit, id: &str) -> Result<Response, Trouble> {
    let token = token(visit)?;
    let id: ConsentId = id.parse().map_err(|_| Trouble::NotFound)?;
    match visit.site.booking.consent_receipt(token, id).await {
        Ok(receipt) => {
            let headers = [
                (
                    CONTENT_TYPE,
                    HeaderValue::from_static("application/ld+json"),
                ),
                (
                    CONTENT_DISPOSITION,
                    HeaderValue::from_static("attachment; filename=\"receipt.json\""),
                ),
                (CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
            ];
            Ok((headers, receipt.to_json()).into_response())
        }
        // The page says that it will be ready in some seconds.
        Err(Stop::Refused(Refusal::NotSigned)) => Ok(visit.see(PATH)),
        Err(stop) => Err(unexpected(stop)),
    }
}

impl Page for ConsentsPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        let view = |title: &str, receipt: Option<&str>| ConsentView {
            title: title.into(),
            text_language: "ru".into(),
            address: "/documents/booking-self/1?text=ru".into(),
            version: 1,
            state: "Согласие дано 23 ноября 2026 года, 09:00".into(),
            machine: "2026-11-23T09:00+03:00".into(),
            about: "пациент".into(),
            receipt: receipt.map(Into::into),
        };
        let receipt = "/appointment/consents/018f3a5c-0000-7000-8000-000000000001/receipt.json";
        vec![
            Self {
                shell: shell.clone(),
                consents: vec![
                    view("Политика", Some(receipt)),
                    view("Согласие <script> & всё", None),
                ],
                waiting: true,
            },
            Self {
                shell,
                consents: Vec::new(),
                waiting: false,
            },
        ]
    }
}

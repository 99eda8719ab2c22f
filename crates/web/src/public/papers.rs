//! The clinic's papers as PDF: the policy in force at the address that never changes, every version of every document
//! at an address of its own, the slip of an appointment for whoever holds its link.
//!
//! *Invariant*: what stands at an address does not depend on who asks: the text is Russian, the authority, unless the
//! address names another language. A paper that cannot be made takes nothing else with it: the page says where the text
//! itself is.

use axum::Router;
use axum::extract::{Path, Request};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use clinic::booking::Refusal;
use clinic::papers::Edition;
use kernel::{Language, Stop};
use tower::ServiceExt;
use trust::policy::POLICY;

use super::appointment;
use super::documents::TEXT;
use super::trouble::{self, Trouble};
use super::visit::Visit;
use crate::Site;

/// The media type of a PDF (RFC 8118).
const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/pdf");

/// At an address whose version changes: kept, and asked about each time, which costs an empty answer. The version in
/// force is then in force for everybody at once.
const ASKED_EACH_TIME: HeaderValue = HeaderValue::from_static("public, no-cache");

/// At the address of one version, which never changes.
const KEPT_A_WHILE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The parameter by which the English text in force is asked for.
const LANGUAGE: &str = "language";

/// The handler of the operator's own address: the policy in force.
pub(crate) fn policy_in_force() -> MethodRouter<Site> {
    get(in_force)
}

/// Whether nothing else answers at the address where the operator wants the policy: asked of all other routes with a
/// method that none of them has.
///
/// # Errors
/// The address is taken, told with what to do about it.
pub(crate) async fn address_is_free(routes: Router<Site>, site: Site) -> Result<(), String> {
    let path = &site.texts.operator().policy_path;
    let probe = Request::builder()
        .method("PROBE")
        .uri(path.as_str())
        .body(axum::body::Body::empty());
    let taken = match probe {
        Ok(probe) => {
            let answered = routes.with_state(site.clone()).oneshot(probe).await;
            answered.is_ok_and(|answer| answer.status() != StatusCode::NOT_FOUND)
        }
        Err(_) => true,
    };
    if taken || is_room(path) {
        return Err(format!(
            "operator.toml: policy_path = \"{path}\" is an address that the site itself answers; write another one, such \
             as /upload/personal_medok.pdf"
        ));
    }
    Ok(())
}

/// Whether a path lies in a room whose addresses are all the site's own.
fn is_room(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next();
    matches!(
        first,
        Some("api" | "health" | "journal" | "static" | "my" | "desk" | "a" | "appointment")
    )
}

/// `GET {policy_path}`: the policy in force; with `?language=en` the English text, where there is one that is not
/// behind.
async fn in_force(visit: Visit, headers: HeaderMap) -> Response {
    let language = visit.query.get(LANGUAGE).parse().unwrap_or(Language::Ru);
    let edition = visit.site.papers.in_force(POLICY, language).await;
    let made = match edition {
        Ok(edition) => shown(&visit, &headers, edition, ASKED_EACH_TIME).await,
        Err(fault) => Err(fault.into()),
    };
    visit.answer(made)
}

/// `GET /policy/{version}/pdf`.
pub(super) async fn policy_version(
    visit: Visit,
    Path(version): Path<String>,
    headers: HeaderMap,
) -> Response {
    let made = numbered(&visit, &headers, POLICY, &version).await;
    visit.answer(made)
}

/// `GET /documents/{code}/{version}/pdf`.
pub(super) async fn document_version(
    visit: Visit,
    Path((code, version)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let made = numbered(&visit, &headers, &code, &version).await;
    visit.answer(made)
}

async fn numbered(
    visit: &Visit,
    headers: &HeaderMap,
    code: &str,
    version: &str,
) -> Result<Response, Trouble> {
    let number = version.parse().map_err(|_| Trouble::NotFound)?;
    let language = visit.query.get(TEXT).parse().unwrap_or(Language::Ru);
    let edition = visit.site.papers.numbered(code, number, language).await?;
    shown(visit, headers, edition, KEPT_A_WHILE).await
}

async fn shown(
    visit: &Visit,
    headers: &HeaderMap,
    edition: Option<Edition>,
    kept: HeaderValue,
) -> Result<Response, Trouble> {
    let edition = edition.ok_or(Trouble::NotFound)?;
    let version = &edition.version;
    let tag = format!("\"{}\"", edition.tag);
    let told = [
        (ETAG, ascii(&tag)),
        (CACHE_CONTROL, kept),
        (
            CONTENT_LANGUAGE,
            HeaderValue::from_static(version.language.code()),
        ),
    ];
    if knows(headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, told).into_response());
    }
    let pdf = visit.site.papers.legal(&edition).await.map_err(|fault| {
        trouble::log(&fault);
        Trouble::Paper
    })?;
    let name = format!(
        "{}-{}-{}.pdf",
        version.code, version.version, version.language
    );
    Ok((told, file(&name), pdf.to_vec()).into_response())
}

/// `GET /appointment/slip.pdf`: for whoever has the cookie of the link, kept by nobody.
pub(super) async fn slip(visit: Visit) -> Response {
    let made = slip_made(&visit).await;
    visit.answer(made)
}

async fn slip_made(visit: &Visit) -> Result<Response, Trouble> {
    let token = appointment::token(visit)?;
    let pdf = match visit.site.papers.slip(token, visit.words.0).await {
        Ok(pdf) => pdf,
        Err(Stop::Refused(Refusal::LinkUnknown)) => return Err(Trouble::LinkUnknown),
        Err(Stop::Refused(Refusal::Settled)) => return Ok(visit.see("/appointment?done=settled")),
        Err(Stop::Refused(refusal)) => return Err(Stop::Refused(refusal).into()),
        Err(Stop::Fault(fault)) => {
            trouble::log(&fault);
            return Err(Trouble::Slip);
        }
    };
    let private = [
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            HeaderName::from_static("x-robots-tag"),
            HeaderValue::from_static("noindex"),
        ),
    ];
    Ok((private, file("visit.pdf"), pdf).into_response())
}

/// `GET /appointment/consents/{id}/receipt.pdf`: the paper beside the file that a program checks.
pub(super) async fn receipt(visit: Visit, Path(id): Path<String>) -> Response {
    let made = receipt_made(&visit, &id).await;
    visit.answer(made)
}

async fn receipt_made(visit: &Visit, id: &str) -> Result<Response, Trouble> {
    let token = appointment::token(visit)?;
    let id = id.parse().map_err(|_| Trouble::NotFound)?;
    let made = visit.site.papers.receipt(token, id, visit.words.0).await;
    let pdf = match made {
        Ok(pdf) => pdf,
        Err(Stop::Refused(Refusal::LinkUnknown)) => return Err(Trouble::LinkUnknown),
        // The page says that it will be ready in some seconds.
        Err(Stop::Refused(Refusal::NotSigned)) => return Ok(visit.see("/appointment/consents")),
        Err(Stop::Refused(refusal)) => return Err(Stop::Refused(refusal).into()),
        Err(Stop::Fault(fault)) => {
            trouble::log(&fault);
            return Err(Trouble::Receipt);
        }
    };
    let private = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((private, file("receipt.pdf"), pdf).into_response())
}

/// What a browser is told of a file: its kind, and a name that says nothing of anybody.
fn file(name: &str) -> [(HeaderName, HeaderValue); 2] {
    [
        (CONTENT_TYPE, MEDIA_TYPE),
        (
            CONTENT_DISPOSITION,
            ascii(&format!("inline; filename=\"{name}\"")),
        ),
    ]
}

/// Codes, numbers and hashes are ASCII; what is not is told as nothing.
fn ascii(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

/// Whether the asker has these very bytes (RFC 9110 §13.1.2: compared weakly).
fn knows(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|one| one.trim())
        .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_tag_is_recognised_among_others() {
        let knows = |value: &'static str| {
            let headers = HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_static(value))]);
            super::knows(&headers, "\"ab-1\"")
        };
        for value in ["\"ab-1\"", "W/\"ab-1\"", "\"x\", \"ab-1\"", "*"] {
            assert!(knows(value), "{value}");
        }
        for value in ["", "ab-1", "\"ab-2\"", "\"ab-1"] {
            assert!(!knows(value), "{value}");
        }
        assert!(!super::knows(&HeaderMap::new(), "\"ab-1\""));
    }

    #[test]
    fn rooms_of_the_site_are_no_place_for_the_policy() {
        for path in ["/api/policy.pdf", "/static/p.pdf", "/my", "/a/p.pdf"] {
            assert!(is_room(path), "{path}");
        }
        for path in ["/upload/personal_medok.pdf", "/policy.pdf", "/apiary.pdf"] {
            assert!(!is_room(path), "{path}");
        }
    }
}

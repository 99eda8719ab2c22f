//! Every refusal gets a shape: problem+json for programs, a small page for people. What a library answered with a
//! status and a line of its own words is told in ours; a guard leaves a [`bare`] refusal, and its shape is given here.

use std::any::Any;
use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use kernel::Language;
use trust::consent::declaration::dialled;

use super::language::preferred;
use super::problem::{self, Code, Problem};
use crate::{Site, assets};

/// What the door's own pages tell of the clinic: whom to call.
#[derive(Clone, Debug)]
pub(super) struct Clinic {
    /// The phone as read.
    phone: String,
    /// As dialled.
    dialled: String,
}

impl Clinic {
    pub(super) fn of(site: &Site) -> Arc<Self> {
        Arc::new(Self::with(&site.texts.operator().phones))
    }

    /// A record without a phone is refused at the start, so there is a first one.
    fn with(phones: &[String]) -> Self {
        let phone = phones.first().cloned().unwrap_or_default();
        Self {
            dialled: dialled(&phone),
            phone,
        }
    }
}

/// Gives bare refusals their shape; leaves those that have one.
pub(super) async fn shape(
    State(clinic): State<Arc<Clinic>>,
    request: Request,
    next: Next,
) -> Response {
    let for_program = is_for_programs(request.uri().path());
    let is_form = request.method() == Method::POST;
    let language = request.headers().get(header::ACCEPT_LANGUAGE).cloned();
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || has_shape(&response, for_program)
    {
        return response;
    }
    let wanted = HeaderMap::from_iter(language.map(|language| (header::ACCEPT_LANGUAGE, language)));
    let language = preferred(&wanted);
    let code = response
        .extensions()
        .get::<Code>()
        .copied()
        .unwrap_or_else(|| Code::of(status));
    let mut shaped = if for_program {
        Problem::new(code, language).into_response()
    } else {
        page(&clinic, code, language, is_form)
    };
    *shaped.status_mut() = status;
    for kept in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = response.headers().get(&kept) {
            shaped.headers_mut().insert(kept, value.clone());
        }
    }
    shaped
}

/// A guard's refusal, to be given its shape on the way out.
pub(super) fn bare(code: Code) -> Response {
    let mut response = code.status().into_response();
    response.extensions_mut().insert(code);
    response
}

/// What is left of a handler that panicked: a bare 500. Its message stays with the process's own log of panics and
/// is not repeated here, for it may hold anything. What it had begun may have been done.
pub(super) fn panicked(_panic: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked; its request was answered 500");
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// Whether the address is one that programs ask.
pub(super) fn is_for_programs(path: &str) -> bool {
    ["/api", "/health", "/journal"].iter().any(|room| {
        path.strip_prefix(room)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn has_shape(response: &Response, for_program: bool) -> bool {
    let kind = response
        .headers()
        .get(header::CONTENT_TYPE)
        .map_or(b"".as_slice(), HeaderValue::as_bytes);
    if for_program {
        kind.starts_with(problem::MEDIA_TYPE.as_bytes())
    } else {
        !kind.is_empty() && !kind.starts_with(b"text/plain")
    }
}

/// The door's page. It stands before the visitor's own page is known, and so without its menu.
#[derive(Template)]
#[template(path = "door.html")]
struct DoorPage<'a> {
    language: Language,
    title: &'static str,
    detail: &'static str,
    /// What becomes of what was typed, where a form was sent.
    typed: Option<&'static str>,
    call: &'static str,
    clinic: &'a Clinic,
    home: &'static str,
    contacts: &'static str,
    icon: &'static str,
    style: &'static str,
}

fn page(clinic: &Clinic, code: Code, language: Language, is_form: bool) -> Response {
    let (title, detail) = code.people_words(language);
    let (typed, call, home, contacts) = match language {
        Language::Ru => (
            "Вернитесь назад: всё, что вы ввели, останется в форме.",
            "Можно просто позвонить:",
            "На главную",
            "Контакты",
        ),
        Language::En => (
            "Go back: all you typed is still in the form.",
            "Or simply call:",
            "To the first page",
            "Contacts",
        ),
    };
    let page = DoorPage {
        language,
        title,
        detail,
        typed: is_form.then_some(typed),
        call,
        clinic,
        home,
        contacts,
        icon: assets::path("medok.svg"),
        style: assets::style(),
    };
    match page.render() {
        Ok(html) => (code.status(), Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the door could not be written");
            code.status().into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::middleware::from_fn_with_state;
    use axum::routing::{get, post};
    use std::time::Duration;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    async fn asked(method: &str, path: &str) -> (StatusCode, HeaderMap, String) {
        async fn panics() {
            panic!("Пчёлкина");
        }
        let app = Router::new()
            .route("/api/panic", get(panics))
            .route("/panic", get(panics))
            .route(
                "/api/json",
                post(|_: axum::Json<serde_json::Value>| async {}),
            )
            .route("/api/slow", post(std::future::pending::<()>))
            .route("/slow", post(std::future::pending::<()>))
            .route("/forbidden", post(|| async { bare(Code::ForeignOrigin) }))
            .route("/named", get(|| async { bare(Code::HostMissing) }))
            .layer(super::super::patience(Duration::from_millis(20)))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(from_fn_with_state(
                Arc::new(Clinic::with(&["+7 495 <000>".to_owned()])),
                shape,
            ));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("accept-language", "en");
        let response = app
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 100_000).await.unwrap();
        (
            parts.status,
            parts.headers,
            String::from_utf8(body.to_vec()).unwrap(),
        )
    }

    #[tokio::test]
    async fn whatever_went_wrong_has_a_shape() {
        for (method, path, status, kind) in [
            ("GET", "/api/nothing", 404, "application/problem+json"),
            ("GET", "/nothing", 404, "text/html"),
            ("GET", "/apiary", 404, "text/html"),
            ("GET", "/api/json", 405, "application/problem+json"),
            ("POST", "/api/json", 415, "application/problem+json"),
            ("GET", "/api/panic", 500, "application/problem+json"),
            ("GET", "/panic", 500, "text/html"),
            ("POST", "/api/slow", 504, "application/problem+json"),
            ("POST", "/slow", 504, "text/html"),
            ("POST", "/forbidden", 403, "text/html"),
            ("GET", "/named", 400, "text/html"),
        ] {
            let (got, headers, body) = asked(method, path).await;
            assert_eq!(got, status, "{path}");
            assert!(
                headers[header::CONTENT_TYPE]
                    .to_str()
                    .unwrap()
                    .starts_with(kind),
                "{path}: {headers:?}"
            );
            assert!(!body.contains("Пчёлкина"), "{path}: {body}");
            assert!(!body.contains("Nothing was done"), "{path}: {body}");
        }
        let (_, headers, _) = asked("GET", "/api/json").await;
        assert_eq!(headers[header::ALLOW], "POST");
        let (_, _, body) = asked("POST", "/api/slow").await;
        let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            (&problem["type"], &problem["status"]),
            (&"/problems/outcome-unknown".into(), &504.into())
        );
        let (_, _, body) = asked("GET", "/named").await;
        let (title, _) = Code::HostMissing.words(Language::En);
        assert!(body.contains(title), "a guard's own word: {body}");
    }

    #[tokio::test]
    async fn a_page_of_the_door_says_whom_to_call_and_that_nothing_typed_is_lost() {
        for (method, path, form) in [
            ("POST", "/forbidden", true),
            ("POST", "/slow", true),
            ("GET", "/panic", false),
            ("GET", "/nothing", false),
        ] {
            let (_, _, body) = asked(method, path).await;
            assert!(body.contains("href=\"tel:+7495000\""), "{path}: {body}");
            assert!(body.contains("+7 495 &#60;000&#62;"), "{path}: {body}");
            assert_eq!(body.contains("still in the form"), form, "{path}: {body}");
        }
    }
}

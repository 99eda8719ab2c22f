//! Every refusal gets a shape: problem+json for programs, a small page for people. What a library answered with a
//! status and a line of its own words is told in ours.

use std::any::Any;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use kernel::Language;

use super::language::preferred;
use super::problem::{self, Code, Problem};
use crate::assets;

/// Gives bare refusals their shape; leaves those that have one.
pub(super) async fn shape(request: Request, next: Next) -> Response {
    let for_program = is_for_programs(request.uri().path());
    let language = request.headers().get(header::ACCEPT_LANGUAGE).cloned();
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || has_shape(&response, for_program)
    {
        return response;
    }
    let wanted = HeaderMap::from_iter(language.map(|language| (header::ACCEPT_LANGUAGE, language)));
    let mut shaped = refusal(Code::of(status), preferred(&wanted), for_program);
    *shaped.status_mut() = status;
    for kept in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = response.headers().get(&kept) {
            shaped.headers_mut().insert(kept, value.clone());
        }
    }
    shaped
}

/// What is left of a handler that panicked: a bare 500. Its message stays with the process's own log of panics and
/// is not repeated here, for it may hold anything.
pub(super) fn panicked(_panic: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked; its request was answered 500");
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// A refusal in the shape that fits whoever asked.
pub(super) fn refusal(code: Code, language: Language, for_program: bool) -> Response {
    if for_program {
        Problem::new(code, language).into_response()
    } else {
        page(code, language)
    }
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

fn page(code: Code, language: Language) -> Response {
    let (title, detail) = code.words(language);
    let home = match language {
        Language::Ru => "На главную",
        Language::En => "To the front page",
    };
    let (icon, style) = (assets::icon_path(), assets::stylesheet_path());
    let page = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"{icon}\">\n<link rel=\"stylesheet\" href=\"{style}\">\n<main>\n<h1>{title}</h1>\n<p>{detail}</p>\n<p><a href=\"/\">{home}</a></p>\n</main>\n</html>\n"
    );
    (code.status(), Html(page)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::middleware::from_fn;
    use axum::routing::{get, post};
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
            .layer(CatchPanicLayer::custom(panicked))
            .layer(from_fn(shape));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("accept-language", "en");
        let response = app
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 10_000).await.unwrap();
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
        }
        let (_, headers, _) = asked("GET", "/api/json").await;
        assert_eq!(headers[header::ALLOW], "POST");
    }
}

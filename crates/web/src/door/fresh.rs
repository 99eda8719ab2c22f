//! Whether a visitor has the page already: a validator on what may be kept, and 304 where it still holds.
//!
//! *Invariant*: only what may be kept gets a validator, and what sets a cookie never does. The validator follows from
//! the page's own bytes: it is the same for everybody who was shown the same page and tells nobody from anybody.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

/// Bodies that are looked at whole; larger ones go as they are.
const WHOLE: u64 = 8 * 1024 * 1024;

/// Adds an `ETag` (RFC 9110 §8.8.3), and answers 304 to who has the page.
pub(super) async fn check(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let known: Vec<HeaderValue> = request
        .headers()
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .cloned()
        .collect();
    let response = next.run(request).await;
    let headers = response.headers();
    let wants_one = may_be_kept(headers)
        && !headers.contains_key(header::SET_COOKIE)
        && !headers.contains_key(header::ETAG);
    if !reads || response.status() != StatusCode::OK || !wants_one {
        return response;
    }
    let (mut parts, body) = match whole(response).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let tag = tag(&body);
    let holds = holds(&known, &tag);
    parts.headers.insert(header::ETAG, tag);
    if !holds {
        return Response::from_parts(parts, Body::from(body));
    }
    // What was kept was perhaps packed (RFC 9110 §15.4.5: the same `Vary` as with the page itself).
    vary_by_coding(&mut parts.headers);
    for of_the_body in [
        header::CONTENT_TYPE,
        header::CONTENT_LENGTH,
        header::CONTENT_ENCODING,
    ] {
        parts.headers.remove(of_the_body);
    }
    parts.status = StatusCode::NOT_MODIFIED;
    Response::from_parts(parts, Body::empty())
}

/// Whether an answer may be kept by anybody, if only by the visitor's browser.
pub(super) fn may_be_kept(headers: &HeaderMap) -> bool {
    let caching = headers
        .get(header::CACHE_CONTROL)
        .map(HeaderValue::as_bytes);
    caching.is_some_and(|caching| !contains(caching, b"no-store"))
}

/// Says that the answer depends on what codings the client takes.
pub(crate) fn vary_by_coding(headers: &mut HeaderMap) {
    let told = headers
        .get_all(header::VARY)
        .iter()
        .any(|line| contains(line.as_bytes(), b"accept-encoding"));
    if !told {
        headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len())
        .any(|part| part.eq_ignore_ascii_case(word))
}

/// The body of an answer that is made already; the answer itself where it is not, or is large.
pub(super) async fn whole(
    response: Response,
) -> Result<(axum::http::response::Parts, Bytes), Response> {
    let size = response.body().size_hint().exact();
    if size.is_none_or(|size| size > WHOLE) {
        return Err(response);
    }
    let (parts, body) = response.into_parts();
    match to_bytes(body, usize::MAX).await {
        Ok(bytes) => Ok((parts, bytes)),
        Err(error) => {
            tracing::error!(%error, "an answer that was made could not be read");
            let mut failed = Response::new(Body::empty());
            *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            Err(failed)
        }
    }
}

/// Sixteen hexadecimal digits that change when the bytes do. Nothing is proved by it.
pub(crate) fn fingerprint(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Weak: one tag stands for the page plain and packed.
fn tag(body: &[u8]) -> HeaderValue {
    HeaderValue::try_from(format!("W/\"{}\"", fingerprint(body)))
        .expect("hexadecimal digits are visible ASCII")
}

/// Weak comparison (RFC 9110 §13.1.2).
fn holds(known: &[HeaderValue], tag: &HeaderValue) -> bool {
    let opaque = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    let ours = tag.to_str().map(opaque).unwrap_or_default();
    known
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .any(|one| one.trim() == "*" || opaque(one) == ours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::middleware::from_fn;
    use axum::response::IntoResponse;
    use axum::routing::get;
    use tower::ServiceExt;

    fn with(caching: &'static str, cookie: bool) -> Response {
        let mut response = ([(header::CACHE_CONTROL, caching)], "страница").into_response();
        let headers = response.headers_mut();
        headers.insert(header::VARY, HeaderValue::from_static("Cookie"));
        if cookie {
            headers.insert(header::SET_COOKIE, HeaderValue::from_static("language=en"));
        }
        response
    }

    async fn asked(method: &str, path: &str, known: Option<&str>) -> Response {
        let app = Router::new()
            .route(
                "/page",
                get(|| async { with("private, no-cache", false) })
                    .post(|| async { with("private, no-cache", false) }),
            )
            .route("/mine", get(|| async { with("no-store", false) }))
            .route("/chosen", get(|| async { with("private, no-cache", true) }))
            .route("/silent", get(|| async { "страница" }))
            .route(
                "/gone",
                get(|| async { (StatusCode::NOT_FOUND, with("private, no-cache", false)) }),
            )
            .layer(from_fn(check));
        let request = Request::builder().method(method).uri(path);
        let request = match known {
            Some(known) => request.header("if-none-match", known),
            None => request,
        };
        app.oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn who_has_the_page_is_told_so() {
        let first = asked("GET", "/page", None).await;
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        assert!(tag.starts_with("W/\""), "{tag}");
        let strong = tag.trim_start_matches("W/");
        for known in [tag.as_str(), strong, "*", &format!("\"other\", {tag}")] {
            for method in ["GET", "HEAD"] {
                let again = asked(method, "/page", Some(known)).await;
                assert_eq!(again.status(), 304, "{method} {known}");
                assert_eq!(again.headers()[header::ETAG], tag);
                assert_eq!(again.headers()[header::CACHE_CONTROL], "private, no-cache");
                let vary = again.headers().get_all(header::VARY);
                let vary: Vec<_> = vary.iter().map(HeaderValue::as_bytes).collect();
                assert_eq!(vary, [&b"Cookie"[..], b"Accept-Encoding"]);
                assert!(!again.headers().contains_key(header::CONTENT_TYPE));
                let body = to_bytes(again.into_body(), 10).await.unwrap();
                assert!(body.is_empty());
            }
        }
        for other in ["\"other\"", "W/\"\"", "", "страница"] {
            assert_eq!(asked("GET", "/page", Some(other)).await.status(), 200);
        }
    }

    #[tokio::test]
    async fn what_is_somebodys_or_sets_a_cookie_or_was_sent_is_never_validated() {
        for (method, path) in [
            ("POST", "/page"),
            ("GET", "/mine"),
            ("GET", "/chosen"),
            ("GET", "/silent"),
            ("GET", "/gone"),
        ] {
            let answer = asked(method, path, Some("*")).await;
            assert_ne!(answer.status(), 304, "{path}");
            assert!(!answer.headers().contains_key(header::ETAG), "{path}");
        }
    }
}

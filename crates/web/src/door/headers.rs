//! The headers that every answer carries, whatever it is.

use std::sync::{Arc, LazyLock};

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::fresh::may_be_kept;
use super::shape::is_for_programs;
use crate::{Site, assets};

/// Nothing is loaded from anywhere but the site itself, no script stands in a page and no style but our own one, and no
/// other site shows our pages in a frame.
static CONTENT_SECURITY_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let policy = format!(
        "default-src 'none'; style-src {}; img-src 'self' data:; script-src 'self'; font-src 'self'; \
         connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        assets::style_source()
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

const PERMISSIONS_POLICY: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()";

/// Set on every answer; a handler has no say in them.
const FIXED: [(HeaderName, HeaderValue); 7] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        HeaderValue::from_static("require-corp"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(PERMISSIONS_POLICY),
    ),
];

/// Set where a handler did not set its own.
fn defaults() -> [(HeaderName, HeaderValue); 2] {
    [
        (
            header::CONTENT_SECURITY_POLICY,
            CONTENT_SECURITY_POLICY.clone(),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ]
}

/// A year; browsers then ask for the site over TLS alone. It speaks for this host and no other: the clinic's sub-domains
/// are not ours to promise for.
const TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Set on what nobody keeps, and on all that programs ask for: none of it is found by a search. Pages say so themselves,
/// too; a calendar or a list cannot.
const NOT_FOUND_BY_SEARCH: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-robots-tag"),
    HeaderValue::from_static("noindex, nofollow"),
);

/// What the headers depend on.
#[derive(Clone)]
pub(super) struct Headers {
    secure: bool,
}

impl Headers {
    pub(super) fn of(site: &Site) -> Arc<Self> {
        Arc::new(Self {
            secure: site.origin.starts_with("https://"),
        })
    }
}

/// Adds them.
pub(super) async fn add(State(of): State<Arc<Headers>>, request: Request, next: Next) -> Response {
    let for_programs = is_for_programs(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.reserve(FIXED.len() + 4);
    for (name, value) in FIXED {
        headers.insert(name, value);
    }
    for (name, value) in defaults() {
        headers.entry(name).or_insert(value);
    }
    if for_programs || !may_be_kept(headers) {
        let (name, value) = NOT_FOUND_BY_SEARCH;
        headers.insert(name, value);
    }
    if of.secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, TRANSPORT);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower::ServiceExt;

    async fn answer(path: &str, secure: bool) -> Response {
        let app = Router::new()
            .route("/", get(|| async {}))
            .route(
                "/tile",
                get(|| async { [(header::CACHE_CONTROL, "public, immutable")] }),
            )
            .route(
                "/journal/tile",
                get(|| async { [(header::CACHE_CONTROL, "public, immutable")] }),
            )
            .layer(from_fn_with_state(Arc::new(Headers { secure }), add));
        app.oneshot(Request::builder().uri(path).body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn every_answer_carries_them_and_only_caching_is_the_handlers() {
        let plain = answer("/", false).await;
        assert_eq!(plain.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(plain.headers()["x-robots-tag"], "noindex, nofollow");
        assert_eq!(plain.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(plain.headers()[header::REFERRER_POLICY], "no-referrer");
        let policy = plain.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert!(
            !plain
                .headers()
                .contains_key(header::STRICT_TRANSPORT_SECURITY)
        );
        let secure = answer("/nothing", true).await;
        assert!(
            secure
                .headers()
                .contains_key(header::STRICT_TRANSPORT_SECURITY)
        );
        assert!(
            secure
                .headers()
                .contains_key(header::CONTENT_SECURITY_POLICY)
        );
        let kept = answer("/tile", false).await;
        assert_eq!(kept.headers()[header::CACHE_CONTROL], "public, immutable");
        assert!(!kept.headers().contains_key("x-robots-tag"));
        let program = answer("/journal/tile", false).await;
        assert_eq!(program.headers()["x-robots-tag"], "noindex, nofollow");
    }
}

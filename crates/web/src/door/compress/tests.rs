//! What is packed, what is not, and that every client reads the same.

use std::io::Read;

use super::super::fresh;
use super::*;
use axum::Router;
use axum::body::to_bytes;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{get, post};

const PAGE: &str = "<p>Запись к врачу — «Медок».</p>";

fn text() -> String {
    PAGE.repeat(60)
}

fn of(kind: &'static str, caching: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, caching),
    ];
    (headers, text()).into_response()
}

fn app() -> Router {
    let app = routes().layer(from_fn(fresh::check));
    app.layer(from_fn_with_state(Arc::<Kept>::default(), compress))
}

fn routes() -> Router {
    let html = "text/html; charset=utf-8";
    let packed = [
        (header::CONTENT_ENCODING, "br"),
        (header::CONTENT_TYPE, "text/css"),
    ];
    Router::new()
        .route(
            "/page",
            get(move || async move { of(html, "private, no-cache") }),
        )
        .route("/mine", get(move || async move { of(html, "no-store") }))
        .route("/done", post(move || async move { of(html, "no-store") }))
        .route(
            "/list",
            get(|| async { of("application/json", "no-store") }),
        )
        .route(
            "/refused",
            get(|| async { of("application/problem+json", "no-store") }),
        )
        .route(
            "/tile",
            get(|| async { of("application/octet-stream", "public") }),
        )
        .route(
            "/policy.pdf",
            get(|| async { of("application/pdf", "public") }),
        )
        .route(
            "/events",
            get(|| async { of("text/event-stream", "no-store") }),
        )
        .route(
            "/short",
            get(|| async { ([(header::CONTENT_TYPE, "text/html")], "short") }),
        )
        .route(
            "/file",
            get(|| async { of("text/css", "public, immutable") }),
        )
        .route("/asset", get(move || async move { (packed, text()) }))
}

async fn asked(
    app: &Router,
    method: &str,
    path: &str,
    takes: &str,
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("accept-encoding", takes);
    let response = app
        .clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1_000_000).await.unwrap().to_vec();
    (parts.status, parts.headers, body)
}

fn unpacked(headers: &HeaderMap, body: &[u8]) -> String {
    let mut plain = String::new();
    match headers
        .get(header::CONTENT_ENCODING)
        .map(axum::http::HeaderValue::as_bytes)
    {
        None => return String::from_utf8(body.to_vec()).unwrap(),
        Some(b"br") => brotli::Decompressor::new(body, 4096).read_to_string(&mut plain),
        Some(b"gzip") => flate2::read::GzDecoder::new(body).read_to_string(&mut plain),
        other => panic!("{other:?}"),
    }
    .unwrap();
    plain
}

#[tokio::test]
async fn every_client_reads_the_same_page_under_the_same_tag() {
    let app = app();
    let mut tags = std::collections::BTreeSet::new();
    for (takes, coding) in [
        ("gzip, br", Some("br")),
        ("gzip", Some("gzip")),
        ("identity", None),
        ("identity;q=0", None),
        ("", None),
    ] {
        // Twice: packed now, and found packed.
        for _ in 0..2 {
            let (status, headers, body) = asked(&app, "GET", "/page", takes).await;
            assert_eq!(status, 200, "{takes}");
            let got = headers
                .get(header::CONTENT_ENCODING)
                .map(|name| name.to_str().unwrap());
            assert_eq!(got, coding, "{takes}");
            assert_eq!(unpacked(&headers, &body), text(), "{takes}");
            assert_eq!(headers[header::VARY], "Accept-Encoding", "{takes}");
            assert_eq!(
                headers[header::CONTENT_LENGTH],
                body.len().to_string(),
                "{takes}"
            );
            tags.insert(headers[header::ETAG].to_str().unwrap().to_owned());
        }
    }
    assert_eq!(tags.len(), 1, "{tags:?}");
    let (_, headers, body) = asked(&app, "HEAD", "/page", "br").await;
    assert_eq!(headers[header::CONTENT_ENCODING], "br");
    assert!(body.is_empty());
}

#[tokio::test]
async fn texts_are_packed_and_nothing_else() {
    let app = app();
    for (method, path, packed) in [
        ("GET", "/list", true),
        ("GET", "/refused", true),
        ("POST", "/done", true),
        ("GET", "/mine", false),
        ("GET", "/tile", false),
        ("GET", "/policy.pdf", false),
        ("GET", "/events", false),
        ("GET", "/short", false),
    ] {
        let (status, headers, _) = asked(&app, method, path, "br").await;
        assert_eq!(status, 200, "{path}");
        assert_eq!(
            headers.contains_key(header::CONTENT_ENCODING),
            packed,
            "{path}"
        );
        assert_eq!(headers.contains_key(header::VARY), packed, "{path}");
    }
    let (_, headers, body) = asked(&app, "GET", "/asset", "gzip").await;
    assert_eq!(headers[header::CONTENT_ENCODING], "br", "packed before");
    assert_eq!(body, text().into_bytes());
}

#[tokio::test]
async fn files_are_packed_better_than_pages_and_before_anybody_asks() {
    let kept = Arc::<Kept>::default();
    let app = routes().layer(from_fn(fresh::check));
    let app = app.layer(from_fn_with_state(Arc::clone(&kept), compress));
    prepare(app.clone(), "clinic.test", vec!["/file".into()]).await;
    let packed = |coding| {
        let files = kept.files.lock().unwrap();
        files.young[&(Bytes::from(text()), coding)].clone()
    };
    let made = packed(Coding::Brotli);
    let (_, _, body) = asked(&app, "GET", "/file", "br").await;
    assert_eq!(body, made);
    assert_eq!(
        packed(Coding::Brotli).as_ptr(),
        made.as_ptr(),
        "packed once"
    );
    let (_, headers, body) = asked(&app, "GET", "/file", "gzip").await;
    assert_eq!(unpacked(&headers, &body), text());
    let best = Coding::Brotli.pack(text().as_bytes(), Effort::Forever);
    assert_eq!(made, best.unwrap());
    assert!(kept.pages.lock().unwrap().young.is_empty());
}

#[test]
fn memory_is_bounded_and_what_is_asked_for_stays() {
    let mut kept = Generations::default();
    let page = |number: usize| {
        (
            Bytes::from(format!("{number:010}").repeat(1000)),
            Coding::Gzip,
        )
    };
    let often = page(usize::MAX);
    kept.keep(often.clone(), Bytes::from_static(b"packed"));
    for number in 0..3000 {
        kept.keep(page(number), Bytes::from_static(b"packed"));
        assert!(kept.find(&often).is_some(), "{number}");
    }
    let size: usize = kept
        .young
        .iter()
        .chain(&kept.old)
        .map(|((plain, _), packed)| plain.len() + packed.len())
        .sum();
    assert!(size <= 2 * KEPT, "{size}");
}

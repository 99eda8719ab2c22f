//! The style sheet and the icon, under addresses that change with their content.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::routes::Routes;

const STYLESHEET: &str = include_str!("../static/medok.css");
const ICON: &str = include_str!("../static/medok.svg");

static STYLESHEET_PATH: LazyLock<String> =
    LazyLock::new(|| format!("/static/medok.{}.css", fingerprint(STYLESHEET)));
static ICON_PATH: LazyLock<String> =
    LazyLock::new(|| format!("/static/medok.{}.svg", fingerprint(ICON)));

/// `/static/medok.<hash>.css`.
pub(crate) fn stylesheet_path() -> &'static str {
    &STYLESHEET_PATH
}

/// `/static/medok.<hash>.svg`.
pub(crate) fn icon_path() -> &'static str {
    &ICON_PATH
}

/// The routes of both. They never change under their address, so they are kept for a year.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .route(
            stylesheet_path(),
            get(|| async { immutable("text/css; charset=utf-8", STYLESHEET) }),
        )
        .route(
            icon_path(),
            get(|| async { immutable("image/svg+xml", ICON) }),
        )
}

fn immutable(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ),
    ];
    (headers, text)
}

/// Sixteen hexadecimal digits that change when the text does. Nothing is proved by it.
fn fingerprint(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

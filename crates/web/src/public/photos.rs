//! `GET /photos/CODE.HASH.ext`: a practitioner's photo, kept for a year, for another one has another address.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::trouble::Trouble;
use super::visit::Visit;
use crate::Site;

const A_YEAR: &str = "public, max-age=31536000, immutable";

/// The photo of this name; the page for what is not there otherwise.
pub(super) async fn photo(
    State(site): State<Site>,
    Path(name): Path<String>,
    visit: Visit,
) -> Response {
    let Some(photo) = site.photos.named(&name) else {
        return visit.answer(Err(Trouble::NotFound));
    };
    let headers = [
        (CONTENT_TYPE, photo.kind.media_type()),
        (CACHE_CONTROL, A_YEAR),
    ];
    let bytes = Bytes::from_owner(photo.bytes.clone());
    (headers, bytes).into_response()
}

//! Bodies are small here: what is announced as larger is refused unread. (What turns out larger is
//! not read on: that is `DefaultBodyLimit`, which every extractor of a body honours.)

use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::limits;

/// Where staff propose legal texts, which are longer than any other form.
pub(crate) const TEXTS: &str = "/desk/texts/";

/// Refuses bodies that announce more than [`limits::BODY_BYTES`], or [`limits::TEXT_FORM_BYTES`] below [`TEXTS`].
pub(super) async fn check(request: Request, next: Next) -> Response {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok());
    let announced = announced
        .and_then(|length| length.parse().ok())
        .unwrap_or(0_usize);
    let may = if request.uri().path().starts_with(TEXTS) {
        limits::TEXT_FORM_BYTES
    } else {
        limits::BODY_BYTES
    };
    if announced > may {
        StatusCode::PAYLOAD_TOO_LARGE.into_response()
    } else {
        next.run(request).await
    }
}

//! `GET /calendar/{token}/times.ics`: when a practitioner is taken, for their own calendar program (RFC 5545). A link that
//! is wrong or revoked looks like an address where nothing is.

use axum::extract::Path;
use axum::response::Response;

use super::trouble::Trouble;
use super::visit::Visit;
use crate::door::ics;

pub(super) async fn times(Path(token): Path<String>, visit: Visit) -> Response {
    let made = made(&token, &visit).await;
    visit.answer(made)
}

async fn made(token: &str, visit: &Visit) -> Result<Response, Trouble> {
    let entries = visit.site.booking.calendar(token).await?;
    let entries = entries.ok_or(Trouble::NotFound)?;
    Ok(ics::times(&visit.site.origin, &entries, visit.words.0))
}

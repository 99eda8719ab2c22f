//! `/journal/…`: what anybody needs to verify the journal (C2SP tlog-tiles): checkpoint, tiles of hashes, public key.
//! Entries are not here: they are for those entitled.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use trust::journal::TileAnswer;

use super::ask::Ask;
use super::refusal::unread;
use super::shapes::ProblemShape;
use crate::Site;
use crate::door::problem::{Code, Problem};

/// A full tile never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A partial tile does not change either, but a larger one takes its place.
const FOR_A_MINUTE: &str = "public, max-age=60";
const TEXT: &str = "text/plain; charset=utf-8";

/// The last signed checkpoint.
#[utoipa::path(
    get, path = "/journal/checkpoint", tag = "journal",
    responses(
        (status = 200, description = "A signed note (C2SP tlog-checkpoint)", content_type = "text/plain", body = String),
        (status = 404, description = "Nothing was signed yet", body = ProblemShape, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn checkpoint(State(site): State<Site>, ask: Ask) -> Result<Response, Problem> {
    let language = ask.language()?;
    let note = site
        .trust
        .checkpoint()
        .await
        .map_err(unread("the checkpoint", language))?;
    let note = note.ok_or_else(|| Problem::new(Code::NotFound, language))?;
    Ok(([(header::CONTENT_TYPE, TEXT)], note).into_response())
}

/// A tile of hashes.
#[utoipa::path(
    get, path = "/journal/tile/{*path}", tag = "journal",
    params(("path" = String, Path, description = "`<level>/<index>[.p/<width>]`, such as 0/x001/067.p/8")),
    responses(
        (status = 200, description = "Hashes of 32 bytes each", content_type = "application/octet-stream"),
        (status = 404, description = "Beyond the tree", body = ProblemShape, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn tile(
    State(site): State<Site>,
    Path(path): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let language = ask.language()?;
    match site
        .trust
        .tile(&format!("tile/{path}"))
        .await
        .map_err(unread("a tile", language))?
    {
        TileAnswer::Absent => Err(Problem::new(Code::NotFound, language)),
        TileAnswer::Tile { bytes, full } => {
            let caching = if full { FOR_EVER } else { FOR_A_MINUTE };
            let headers = [
                (header::CONTENT_TYPE, "application/octet-stream"),
                (header::CACHE_CONTROL, caching),
            ];
            Ok((headers, bytes).into_response())
        }
    }
}

/// The public key of the journal.
#[utoipa::path(
    get, path = "/journal/key", tag = "journal",
    responses((status = 200, description = "A verifier's key (C2SP signed-note)", content_type = "text/plain", body = String)),
)]
pub(super) async fn key(State(site): State<Site>) -> Response {
    ([(header::CONTENT_TYPE, TEXT)], site.trust.journal_key()).into_response()
}

//! Answers are packed as the client takes them.
//!
//! *Invariant*: what is packed is whole and was made before, so that packing can fail nothing; and no page about
//! somebody is packed where a foreign site could have had the visitor's browser ask for it, for the length of a packed
//! page that repeats a part of the address tells what else stands on it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use tower::ServiceExt;

use super::coding::{Coding, Effort};
use super::fresh::{may_be_kept, vary_by_coding, whole};

/// Bytes below which packing saves nothing: they travel in one packet anyway.
const WORTH: u64 = 512;
/// Bytes above which packing would keep others waiting, and is done beside.
const LARGE: usize = 32 * 1024;
/// Bytes kept in each of the two generations of packed pages, plain and packed together.
const KEPT: usize = 4 * 1024 * 1024;

/// Asks for all files once in each coding, so that they are packed before a visitor waits for it: some tens of
/// milliseconds each.
pub(super) async fn prepare(router: Router, host: &str, files: Vec<String>) {
    for file in files {
        for takes in Coding::ALL {
            let request = Request::builder()
                .uri(&file)
                .header(header::HOST, host)
                .header(header::ACCEPT_ENCODING, takes.name())
                .body(Body::empty());
            if let Ok(request) = request {
                // A router always answers.
                let _: Result<Response, _> = router.clone().oneshot(request).await;
            }
        }
    }
}

/// Marks an answer that no other site can have a visitor's browser ask for: its cookie never goes with a request from
/// elsewhere (`SameSite=Strict`), so that its length tells nobody anything (decision 0014).
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotForgeable;

/// Packs what is worth it.
pub(super) async fn compress(
    State(kept): State<Arc<Kept>>,
    request: Request,
    next: Next,
) -> Response {
    let coding = Coding::chosen(request.headers());
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let response = next.run(request).await;
    let forgeable = response.extensions().get::<NotForgeable>().is_none();
    if !is_worth_it(&response) || (reads && forgeable && is_somebodys_page(response.headers())) {
        return response;
    }
    let (mut parts, plain) = match whole(response).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    vary_by_coding(&mut parts.headers);
    let packed = match (coding, effort(&parts.headers)) {
        (None, _) => None,
        (Some(coding), Effort::Once) => Some((coding, beside(coding, &plain, Effort::Once).await)),
        (Some(coding), effort) => Some((coding, kept.packed(coding, &plain, effort).await)),
    };
    let Some((coding, Some(packed))) = packed else {
        return Response::from_parts(parts, Body::from(plain));
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CONTENT_ENCODING, coding.name());
    Response::from_parts(parts, Body::from(packed))
}

/// What has a validator is the same for many: it is packed once, and better; what never changes under its address, once
/// and as well as can be.
fn effort(headers: &HeaderMap) -> Effort {
    let caching = headers
        .get(header::CACHE_CONTROL)
        .and_then(|caching| caching.to_str().ok())
        .unwrap_or_default();
    if !headers.contains_key(header::ETAG) {
        Effort::Once
    } else if caching.contains("immutable") {
        Effort::Forever
    } else {
        Effort::Often
    }
}

fn is_worth_it(response: &Response) -> bool {
    let bodiless = matches!(
        response.status(),
        StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED | StatusCode::PARTIAL_CONTENT
    );
    let headers = response.headers();
    let size = response.body().size_hint().exact().unwrap_or(0);
    !bodiless
        && size >= WORTH
        && !headers.contains_key(header::CONTENT_ENCODING)
        && shrinks(headers)
}

/// Texts do. Hashes, pictures and documents do not, or are packed in themselves; a stream of events is not a whole.
fn shrinks(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let of_application = kind.strip_prefix("application/").is_some_and(|kind| {
        matches!(kind, "json" | "xml" | "manifest+json" | "javascript")
            || kind.ends_with("+json")
            || kind.ends_with("+xml")
    });
    of_application
        || kind == "image/svg+xml"
        || (kind.starts_with("text/") && kind != "text/event-stream")
}

/// A page that nobody keeps is about somebody. One that says nothing of it yet is not kept.
fn is_somebodys_page(headers: &HeaderMap) -> bool {
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    is_page && !may_be_kept(headers)
}

/// Packs, on a thread of its own where it takes long. `None` where that failed.
async fn beside(coding: Coding, plain: &Bytes, effort: Effort) -> Option<Bytes> {
    let packed = if plain.len() < LARGE && effort != Effort::Forever {
        coding.pack(plain, effort).ok()
    } else {
        let plain = plain.clone();
        tokio::task::spawn_blocking(move || coding.pack(&plain, effort).ok())
            .await
            .ok()
            .flatten()
    };
    packed.map(Bytes::from)
}

/// What many are shown, packed once: pages, and files apart from them, so that pages drive no file out.
#[derive(Default)]
pub(super) struct Kept {
    pages: Mutex<Generations>,
    files: Mutex<Generations>,
}

/// Two generations: when the younger is full, the older is forgotten.
#[derive(Default)]
struct Generations {
    young: HashMap<(Bytes, Coding), Bytes>,
    old: HashMap<(Bytes, Coding), Bytes>,
    /// Bytes in `young`.
    size: usize,
}

impl Kept {
    async fn packed(&self, coding: Coding, plain: &Bytes, effort: Effort) -> Option<Bytes> {
        let kept = match effort {
            Effort::Forever => &self.files,
            Effort::Once | Effort::Often => &self.pages,
        };
        let kept = || kept.lock().unwrap_or_else(PoisonError::into_inner);
        // The page itself is the key: two pages are never taken for each other.
        let key = (plain.clone(), coding);
        let found = kept().find(&key);
        if found.is_some() {
            return found;
        }
        let packed = beside(coding, plain, effort).await?;
        kept().keep(key, packed.clone());
        Some(packed)
    }
}

impl Generations {
    fn find(&mut self, key: &(Bytes, Coding)) -> Option<Bytes> {
        if let Some(packed) = self.young.get(key) {
            return Some(packed.clone());
        }
        let (key, packed) = self.old.remove_entry(key)?;
        self.keep(key, packed.clone());
        Some(packed)
    }

    fn keep(&mut self, key: (Bytes, Coding), packed: Bytes) {
        let size = key.0.len() + packed.len();
        if self.size + size > KEPT {
            self.old = std::mem::take(&mut self.young);
            self.size = 0;
        }
        if self.young.insert(key, packed).is_none() {
            self.size += size;
        }
    }
}

#[cfg(test)]
mod tests;

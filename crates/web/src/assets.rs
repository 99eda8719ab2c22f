//! What pages load: the style sheet and the icon, under addresses that change with their content.
//!
//! *Invariant*: an asset never changes under its address, and is packed once in the life of the process, as well as can
//! be, never for a request.

use std::sync::{LazyLock, OnceLock};

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::door::coding::{Coding, Effort};
use crate::door::fresh::{fingerprint, vary_by_coding};
use crate::routes::Routes;

static STYLESHEET: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "css",
        "text/css; charset=utf-8",
        include_bytes!("../static/medok.css"),
    )
});
static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "svg",
        "image/svg+xml",
        include_bytes!("../static/medok.svg"),
    )
});

/// All of them: each is served and packed at the start.
static ALL: [&LazyLock<Asset>; 2] = [&STYLESHEET, &ICON];

/// `/static/medok.<hash>.css`.
pub(crate) fn stylesheet_path() -> &'static str {
    &STYLESHEET.path
}

/// `/static/medok.<hash>.svg`.
pub(crate) fn icon_path() -> &'static str {
    &ICON.path
}

/// The routes of all. They never change under their address, so they are kept for a year.
pub(crate) fn routes() -> Routes {
    ALL.into_iter().fold(Routes::new(), |routes, asset| {
        routes.route(
            &asset.path,
            get(move |headers: HeaderMap| async move { asset.answer(&headers) }),
        )
    })
}

/// Packs all of them: some tens of milliseconds, better spent before a visitor waits.
pub(crate) fn prepare() {
    for asset in ALL {
        for coding in Coding::ALL {
            asset.packed(coding);
        }
    }
}

/// A file of the program, as it is sent.
struct Asset {
    /// `/static/medok.<hash>.<extension>`.
    path: String,
    kind: &'static str,
    plain: &'static [u8],
    brotli: OnceLock<Option<Bytes>>,
    gzip: OnceLock<Option<Bytes>>,
}

impl Asset {
    fn new(extension: &str, kind: &'static str, plain: &'static [u8]) -> Self {
        Self {
            path: format!("/static/medok.{}.{extension}", fingerprint(plain)),
            kind,
            plain,
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
        }
    }

    fn answer(&self, asked: &HeaderMap) -> Response {
        let coding = Coding::chosen(asked);
        let packed = coding.and_then(|coding| Some((coding, self.packed(coding)?)));
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static(self.kind)),
            (
                CACHE_CONTROL,
                HeaderValue::from_static("public, max-age=31536000, immutable"),
            ),
        ];
        let mut response = match packed {
            None => (headers, self.plain).into_response(),
            Some((coding, packed)) => {
                (headers, [(CONTENT_ENCODING, coding.name())], packed).into_response()
            }
        };
        vary_by_coding(response.headers_mut());
        response
    }

    /// `None` where packing makes it no smaller.
    fn packed(&self, coding: Coding) -> Option<Bytes> {
        let room = match coding {
            Coding::Brotli => &self.brotli,
            Coding::Gzip => &self.gzip,
        };
        room.get_or_init(|| {
            let packed = coding.pack(self.plain, Effort::Forever).ok()?;
            (packed.len() < self.plain.len()).then(|| Bytes::from(packed))
        })
        .clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use axum::http::header::{ACCEPT_ENCODING, VARY};

    #[tokio::test]
    async fn each_is_served_as_it_is_taken_and_packed_once() {
        for asset in ALL {
            let mut lengths = Vec::new();
            for takes in ["", "gzip", "br"] {
                let mut headers = HeaderMap::new();
                headers.insert(ACCEPT_ENCODING, takes.parse().unwrap());
                let response = asset.answer(&headers);
                assert_eq!(response.headers()[VARY], "Accept-Encoding");
                assert!(
                    response.headers()[CACHE_CONTROL]
                        .to_str()
                        .unwrap()
                        .contains("immutable")
                );
                let coding = response.headers().get(CONTENT_ENCODING).cloned();
                let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
                if coding.is_none() {
                    assert_eq!(body, asset.plain);
                }
                lengths.push(body.len());
            }
            assert!(
                lengths[0] >= lengths[1] && lengths[1] >= lengths[2],
                "{lengths:?}"
            );
            let once = asset.packed(Coding::Brotli).unwrap();
            let again = asset.packed(Coding::Brotli).unwrap();
            assert_eq!(once.as_ptr(), again.as_ptr(), "the same bytes");
        }
    }
}

//! The style, the scripts and the icon, all of them written by us.
//!
//! *Invariant*: the style stands in the page, so that the first paint takes one journey, and is allowed there by its
//! hash alone; everything else lies under an address that changes with its content and is kept for a year.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::routes::Routes;

static STYLE: LazyLock<String> = LazyLock::new(|| {
    small(concat!(
        include_str!("../static/tokens.css"),
        include_str!("../static/medok.css")
    ))
});

/// Files with an address of their own: name, type, content. A module stands after those it imports.
const FILES: [(&str, &str, &str); 7] = [
    (
        "medok.svg",
        "image/svg+xml",
        include_str!("../static/medok.svg"),
    ),
    ("page.js", SCRIPT, include_str!("../static/page.js")),
    ("site.js", SCRIPT, include_str!("../static/site.js")),
    ("booking.js", SCRIPT, include_str!("../static/booking.js")),
    (
        "desk.css",
        STYLE_SHEET,
        concat!(
            include_str!("../static/tokens.css"),
            include_str!("../static/desk.css")
        ),
    ),
    (
        "desk-passkey.js",
        SCRIPT,
        include_str!("../static/desk-passkey.js"),
    ),
    ("desk.js", SCRIPT, include_str!("../static/desk.js")),
];

const STYLE_SHEET: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// A file as it is served.
struct Asset {
    name: &'static str,
    kind: &'static str,
    path: String,
    content: String,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    FILES
        .into_iter()
        .fold(Vec::new(), |mut assets: Vec<Asset>, (name, kind, text)| {
            // What a module imports changes its own content, and so its address.
            let content = assets.iter().fold(text.to_owned(), |content, one| {
                content.replace(&format!("\"./{}\"", one.name), &format!("\"{}\"", one.path))
            });
            let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
            assets.push(Asset {
                name,
                kind,
                path: format!("/static/{stem}.{}.{ending}", fingerprint(&content)),
                content,
            });
            assets
        })
});

static STYLE_SOURCE: LazyLock<String> =
    LazyLock::new(|| format!("'sha256-{}'", trust::sha256_base64(style().as_bytes())));

/// The style that every page carries.
pub(crate) fn style() -> &'static str {
    &STYLE
}

/// What names the style in a Content-Security-Policy (CSP 3 §2.3.1, hash-source).
pub(crate) fn style_source() -> &'static str {
    &STYLE_SOURCE
}

/// `/static/<stem>.<hash>.<ending>` of one of our files; the first page for a name that is none of them.
pub(crate) fn path(name: &str) -> &'static str {
    ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .map_or("/", |asset| &asset.path)
}

/// The routes of the files. They never change under their address, so they are kept for a year.
pub(crate) fn routes() -> Routes {
    ASSETS.iter().fold(Routes::new(), |routes, asset| {
        routes.route(&asset.path, get(move || async move { immutable(asset) }))
    })
}

fn immutable(asset: &'static Asset) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
        (
            CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ),
    ];
    (headers, asset.content.as_str())
}

/// A style sheet without its comments, indents and line ends.
fn small(sheet: &str) -> String {
    let mut rest = sheet;
    let mut bare = String::with_capacity(sheet.len());
    while let Some((before, comment)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    bare.lines().map(str::trim).collect::<Vec<_>>().join("\n")
}

/// Sixteen hexadecimal digits that change when the text does. Nothing is proved by it.
fn fingerprint(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_loses_what_nobody_reads_and_can_end_no_element() {
        assert_eq!(
            small("/* a */\na {\n  b: c; /* d */\n}\n"),
            "\na {\nb: c;\n}"
        );
        assert!(!style().contains('<') && !style().contains("/*"));
    }

    #[test]
    fn every_file_has_an_address_of_its_own_and_modules_name_them() {
        for asset in ASSETS.iter() {
            assert!(asset.path.starts_with("/static/"), "{}", asset.name);
            assert!(!asset.content.contains("\"./"), "{}", asset.name);
        }
        let site = ASSETS.iter().find(|asset| asset.name == "site.js");
        assert!(site.is_some_and(|site| site.content.contains(path("page.js"))));
    }
}

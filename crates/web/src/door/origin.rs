//! Forms count only when they were sent from the site itself: a page elsewhere cannot make a visitor's browser act.
//! The JSON interface needs no such check: it takes nothing but `application/json`, which no form can send.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;

use super::problem::Code;
use super::shape::{bare, is_for_programs};

/// Refuses a write that a browser made on another site's behalf.
pub(super) async fn check(
    State(origin): State<Arc<str>>,
    request: Request,
    next: Next,
) -> Response {
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if reads || is_for_programs(request.uri().path()) || is_own(request.headers(), &origin) {
        return next.run(request).await;
    }
    bare(Code::ForeignOrigin)
}

/// `Sec-Fetch-Site` has the word where there is one, else `Origin`. A write that carries a cookie needs one of them:
/// every browser of these years sends one; without a cookie there is nothing that a foreign page could misuse.
///
/// Our pages say `no-referrer`, and then a browser writes `Origin: null` on their forms, too (Fetch §3.2). Over plain http
/// it sends no `Sec-Fetch-Site` beside, and Safari before 16.4 never does: `null` alone must do there. It tells nothing of
/// where the form stood, and need not: our cookies are `SameSite=Lax`, so a foreign page's POST carries none, and without
/// them it can do no more than its visitor could by hand.
fn is_own(headers: &HeaderMap, origin: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some("null")) => true,
        (None, Some(from)) => is_ours(from, origin, text("host")),
        (None, None) => !headers.contains_key(header::COOKIE),
    }
}

/// The origin itself, or the host this very request was sent to, which the host's guard has let through.
fn is_ours(from: &str, origin: &str, host: Option<&str>) -> bool {
    let Some((scheme, authority)) = from.split_once("://") else {
        return false;
    };
    let scheme_fits = origin
        .split_once("://")
        .is_some_and(|(ours, _)| ours == scheme);
    from.eq_ignore_ascii_case(origin)
        || (scheme_fits && host.is_some_and(|host| host.eq_ignore_ascii_case(authority)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(headers: &[(&'static str, &'static str)]) -> bool {
        own_of("https://clinic.example", headers)
    }

    fn own_of(origin: &str, headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        is_own(&headers.collect::<HeaderMap>(), origin)
    }

    #[test]
    fn a_foreign_page_cannot_send_our_forms() {
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        assert!(own(&[("sec-fetch-site", "none")]));
        assert!(!own(&[("sec-fetch-site", "same-site")]));
        assert!(!own(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://clinic.example")
        ]));
        assert!(own(&[("origin", "https://clinic.example")]));
        assert!(own(&[
            ("origin", "https://www.clinic.example"),
            ("host", "www.clinic.example")
        ]));
        assert!(!own(&[
            ("origin", "http://www.clinic.example"),
            ("host", "www.clinic.example")
        ]));
        assert!(!own(&[
            ("origin", "https://evil.example"),
            ("host", "clinic.example")
        ]));
        assert!(own(&[]));
        assert!(!own(&[("cookie", "a=b")]));
    }

    #[test]
    fn a_form_that_hides_its_origin_is_ours_unless_the_browser_says_more() {
        let plain = |headers| own_of("http://192.168.1.5:8080", headers);
        for hidden in [
            &[("origin", "null")][..],
            &[("origin", "null"), ("cookie", "a=b")],
            &[("origin", "null"), ("sec-fetch-site", "same-origin")],
        ] {
            assert!(own(hidden) && plain(hidden), "{hidden:?}");
        }
        let foreign = [("origin", "null"), ("sec-fetch-site", "cross-site")];
        assert!(!own(&foreign) && !plain(&foreign));
        assert!(!plain(&[("origin", "http://evil.example")]));
    }
}

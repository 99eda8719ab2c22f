//! One request of a visitor: in which language, from where, with which cookies; and the answer to it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, LOCATION, SET_COOKIE, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use kernel::{Clock, Language};

use super::facts::DataBlock;
use super::found::Found;
use super::page::Page;
use super::shell::{Section, Shell, Switch};
use super::trouble::{Trouble, TroublePage};
use super::view::{VIEW, View};
use crate::Site;
use crate::door::client::ClientAddress;
use crate::door::language::preferred;
use crate::typed::Typed;
use crate::words::Words;

/// The cookie that remembers the language a visitor chose. It tells nothing else.
const LANGUAGE_COOKIE: &str = "language";

/// A request of a visitor.
pub(super) struct Visit {
    /// The house.
    pub(super) site: Site,
    /// In which language to answer.
    pub(super) words: Words,
    /// From where it came.
    pub(super) client: ClientAddress,
    /// What stood in the address after `?`: never anything personal.
    pub(super) query: Typed,
    view: View,
    path: String,
    cookies: CookieJar,
    remember: bool,
    remember_view: bool,
}

impl FromRequestParts<Site> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        let client = ClientAddress::from_request_parts(parts, site).await?;
        let query = Typed::of_address(parts.uri.query().unwrap_or_default());
        let cookies = CookieJar::from_headers(&parts.headers);
        let asked = query.get("language").parse().ok();
        let kept = || {
            cookies
                .get(LANGUAGE_COOKIE)
                .and_then(|cookie| cookie.value().parse().ok())
        };
        let language = asked
            .or_else(kept)
            .unwrap_or_else(|| preferred(&parts.headers));
        let path = parts.uri.path().to_owned();
        let view = cookies
            .get(VIEW)
            .map_or_else(View::default, |cookie| View::parse(cookie.value()));
        Ok(Self {
            site: site.clone(),
            words: Words(language),
            client,
            query,
            view,
            path,
            cookies,
            remember: asked.is_some() && !is_ahead(&parts.headers),
            remember_view: false,
        })
    }
}

impl Visit {
    /// The visit in the language that a form says it was shown in, or that its button asks for, and seen as another
    /// button asks.
    pub(super) fn shown_as(mut self, typed: &Typed) -> Self {
        if typed.has(VIEW) {
            self.view = self.view.pressed(typed.get(VIEW));
            self.remember_view = true;
        }
        let asked: Option<Language> = typed.get("speak").parse().ok();
        if let Some(language) = asked.or_else(|| typed.get("language").parse().ok()) {
            self.words = Words(language);
            self.remember = asked.is_some();
        }
        self
    }

    /// The time.
    pub(super) fn clock(&self) -> &Clock {
        self.site.trust.clock()
    }

    /// The clinic's name as patients know it.
    pub(super) fn clinic_name(&self) -> &str {
        self.site.texts.operator().name.get(self.words.of_texts())
    }

    /// A cookie's value.
    pub(super) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(Cookie::value)
    }

    /// What stands around a page that anybody may see and find.
    pub(super) fn shell(&self, section: Section) -> Shell {
        let other = Language::ALL
            .into_iter()
            .find(|language| *language != self.words.0)
            .unwrap_or_default();
        // One leading slash and no backslash: two of either would name a foreign host.
        let mut address = format!(
            "/{}?",
            self.path
                .trim_start_matches(['/', '\\'])
                .replace('\\', "%5C")
        );
        for name in self
            .query
            .names()
            .into_iter()
            .filter(|name| *name != "language")
        {
            address.push_str(&format!(
                "{}={}&",
                escaped(name),
                escaped(self.query.get(name))
            ));
        }
        let back = address.trim_end_matches(['?', '&']).to_owned();
        address.push_str(&format!("language={other}"));
        self.seen(section, Switch::Link(address), back)
    }

    /// The same for a page that search engines are to know: its title, what it is about in a sentence, and what a
    /// program may read of it.
    pub(super) fn found(
        &self,
        section: Section,
        title: String,
        description: String,
        facts: Option<DataBlock>,
    ) -> Shell {
        let place = (&*self.site.origin, self.path.as_str());
        Shell {
            found: Some(Found::of(place, self.words.0, title, description, facts)),
            ..self.shell(section)
        }
    }

    /// What stands around a page, seen as this visitor wants it. `back` is where the page can be had again.
    fn seen(&self, section: Section, switch: Switch, back: String) -> Shell {
        Shell {
            view: self.view,
            back,
            ..Shell::new(
                &self.site.texts,
                self.words,
                self.site.is_demo(),
                section,
                switch,
            )
        }
    }

    /// What stands around a page about somebody, or on the way to one: not kept by anybody, not found by anybody.
    /// Its language is changed by a button of its own form, where it has one, so that nothing typed is lost.
    pub(super) fn private(&self, section: Section, form: Option<&'static str>) -> Shell {
        let switch = form.map_or(Switch::None, Switch::Button);
        let back = match self.path.as_str() {
            // The answer to a booking cannot be had again; the appointment can.
            "/book" => "/appointment",
            // The address of a link is its secret.
            path if path.starts_with("/a/") => "/",
            path => path,
        };
        Shell {
            private: true,
            ..self.seen(section, switch, back.to_owned())
        }
    }

    /// The same for a page that is asked for by its address.
    pub(super) fn private_at(&self, section: Section) -> Shell {
        Shell {
            private: true,
            ..self.shell(section)
        }
    }

    /// Answers with a page.
    pub(super) fn page(&self, status: StatusCode, page: &impl Page) -> Response {
        let html = match page.render() {
            Ok(html) => html,
            Err(error) => {
                tracing::error!(%error, "a page could not be written");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        };
        let kept = if page.shell().private {
            "no-store"
        } else {
            "private, no-cache"
        };
        let headers = [
            (
                CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
            (
                CONTENT_LANGUAGE,
                HeaderValue::from_static(self.words.0.code()),
            ),
            (CACHE_CONTROL, HeaderValue::from_static(kept)),
            (VARY, HeaderValue::from_static("Accept-Language, Cookie")),
        ];
        self.remembering((status, headers, html).into_response())
    }

    /// Sends the visitor to a clean address (RFC 9110 §15.4.4). Nobody keeps the answer.
    pub(super) fn see(&self, address: &str) -> Response {
        let location = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("/"));
        let headers = [
            (LOCATION, location),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        self.remembering((StatusCode::SEE_OTHER, headers).into_response())
    }

    /// Answers with what a handler made, or with the page of its trouble.
    pub(super) fn answer(&self, made: Result<Response, Trouble>) -> Response {
        made.unwrap_or_else(|trouble| {
            // The address of a link is its secret: the page does not repeat it.
            let shell = match trouble {
                Trouble::LinkUnknown => self.private(Section::None, None),
                _ => self.private_at(Section::None),
            };
            let page = TroublePage::of(shell, &trouble);
            let mut response = self.page(trouble.status(), &page);
            if trouble.status() == StatusCode::SERVICE_UNAVAILABLE {
                response
                    .headers_mut()
                    .insert("retry-after", HeaderValue::from_static("5"));
            }
            response
        })
    }

    /// The answer with a cookie set; it goes back to `path` alone and no script reads it.
    pub(super) fn with_cookie(
        &self,
        response: Response,
        name: &'static str,
        value: &str,
        path: &'static str,
    ) -> Response {
        let secure = self.site.origin.starts_with("https://");
        let cookie = Cookie::build((name, value.to_owned()))
            .path(path)
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(secure);
        with_header(response, &cookie.build())
    }

    fn remembering(&self, response: Response) -> Response {
        let secure = self.site.origin.starts_with("https://");
        let cookie = |name: &'static str, value: String| {
            Cookie::build((name, value))
                .path("/")
                .same_site(SameSite::Lax)
                .secure(secure)
        };
        let mut response = response;
        if self.remember {
            let language = cookie(LANGUAGE_COOKIE, self.words.0.code().to_owned());
            response = with_header(response, &language.build());
        }
        if self.remember_view {
            // Whoever needs large letters needs them tomorrow too.
            let view = cookie(VIEW, self.view.to_string()).permanent();
            response = with_header(response, &view.build());
        }
        response
    }
}

/// Whether a browser asks before anybody chose to (`Sec-Purpose`, Fetch standard; older ones say `Purpose`): what is
/// fetched so changes nothing.
fn is_ahead(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose"]
        .into_iter()
        .filter_map(|name| headers.get(name)?.to_str().ok())
        .any(|purpose| purpose.contains("prefetch"))
}

fn with_header(mut response: Response, cookie: &Cookie<'_>) -> Response {
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

/// Percent-encodes what is not plainly allowed in a query (RFC 3986 §2.3).
pub(super) fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_so_that_it_is_read_back() {
        assert_eq!(escaped("a b&c=д"), "a%20b%26c%3D%D0%B4");
    }
}

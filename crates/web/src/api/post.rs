//! What a request brings in its body, and the key by which it may be repeated.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use kernel::{Language, limits};
use serde_json::{Map, Value};
use trust::Trust;
use trust::vault::Once;

use super::flaw::{Flaws, What};
use super::json;
use crate::Site;
use crate::door::language::preferred;
use crate::door::problem::{Code, Problem};

/// A body of JSON: an object. No body at all equals an empty one.
#[derive(Debug)]
pub(super) struct Post {
    /// Its members, none of them `null`.
    pub object: Map<String, Value>,
    /// What is wrong with it so far; told in the language the body names, else the one the client prefers.
    pub flaws: Flaws,
    key: Option<String>,
    bytes: Bytes,
}

impl FromRequest<Site> for Post {
    type Rejection = Problem;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Problem> {
        let language = preferred(request.headers());
        let key =
            idempotency_key(request.headers()).map_err(|code| Problem::new(code, language))?;
        let is_json = is_json(request.headers());
        let bytes = Bytes::from_request(request, site)
            .await
            .map_err(|rejection| {
                let large = rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE;
                Problem::new(
                    if large {
                        Code::TooLarge
                    } else {
                        Code::Malformed
                    },
                    language,
                )
            })?;
        Self::read(bytes, is_json, key, language)
    }
}

impl Post {
    fn read(
        bytes: Bytes,
        is_json: Option<bool>,
        key: Option<String>,
        language: Language,
    ) -> Result<Self, Problem> {
        let mut flaws = Flaws::new(language);
        if bytes.is_empty() && is_json.is_none() {
            return Ok(Self {
                object: Map::new(),
                flaws,
                key,
                bytes,
            });
        }
        if is_json != Some(true) {
            return Err(Problem::new(Code::NotJson, language));
        }
        let read = json::object(&bytes).ok_or_else(|| Problem::new(Code::Malformed, language))?;
        for pointer in read.twice {
            flaws.add(pointer, What::Twice);
        }
        if let Some(language) = read
            .object
            .get("language")
            .and_then(Value::as_str)
            .and_then(|text| text.parse().ok())
        {
            flaws.speak(language);
        }
        Ok(Self {
            object: read.object,
            flaws,
            key,
            bytes,
        })
    }

    /// What the request is recognised by when it comes again. `route` names the verb and its case.
    pub(super) fn once(&self, trust: &Trust, route: &str) -> Option<Once> {
        self.key
            .as_deref()
            .map(|key| trust.once(route, key, &self.bytes))
    }

    /// The language of the answer.
    pub(super) const fn language(&self) -> Language {
        self.flaws.language()
    }
}

/// Whether the body says that it is JSON; `None` where it says nothing.
fn is_json(headers: &HeaderMap) -> Option<bool> {
    let said = headers.get(header::CONTENT_TYPE)?;
    let Ok(said) = said.to_str() else {
        return Some(false);
    };
    let mut parts = said.split(';').map(str::trim);
    let kind = parts
        .next()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    let charset = parts
        .filter_map(|part| part.split_once('='))
        .all(|(name, value)| {
            !name.trim().eq_ignore_ascii_case("charset")
                || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        });
    Some(kind && charset)
}

/// One header of 1 to 255 visible ASCII characters, or none.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Code> {
    let mut all = headers.get_all("idempotency-key").iter();
    let Some(key) = all.next() else {
        return Ok(None);
    };
    let visible = !key.is_empty()
        && key.len() <= limits::IDEMPOTENCY_KEY_CHARACTERS
        && key.as_bytes().iter().all(u8::is_ascii_graphic);
    match key.to_str() {
        Ok(text) if visible && all.next().is_none() => Ok(Some(text.to_owned())),
        _ => Err(Code::IdempotencyKey),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        headers
    }

    fn read(bytes: &'static [u8], kind: Option<&str>) -> Result<Post, Code> {
        let kind = kind.map(|kind| headers(&[("content-type", kind)]));
        let is_json = kind.and_then(|headers| is_json(&headers));
        Post::read(Bytes::from_static(bytes), is_json, None, Language::Ru)
            .map_err(|problem| problem.code())
    }

    #[test]
    fn a_body_is_json_and_says_so() {
        assert!(read(b"{}", Some("application/json")).is_ok());
        assert!(read(b"{}", Some("Application/JSON; charset=\"UTF-8\"")).is_ok());
        assert!(read(b"", None).is_ok_and(|post| post.object.is_empty()));
        for kind in [
            None,
            Some("text/plain"),
            Some("application/json; charset=windows-1251"),
            Some("application/x-www-form-urlencoded"),
            Some("application/jsonp"),
            Some(""),
        ] {
            assert_eq!(
                read(b"{}", kind).map(|_| ()),
                Err(Code::NotJson),
                "{kind:?}"
            );
        }
        for bytes in [b"".as_slice(), b"{", b"[]", b"{\"a\":\"\xc3\x28\"}"] {
            assert_eq!(
                read(bytes, Some("application/json")).map(|_| ()),
                Err(Code::Malformed)
            );
        }
    }

    #[test]
    fn the_body_names_the_language_of_the_answer() {
        let language = |bytes| read(bytes, Some("application/json")).unwrap().language();
        assert_eq!(language(b"{\"language\":\"en\"}"), Language::En);
        assert_eq!(language(b"{\"language\":\"de\"}"), Language::Ru);
        assert_eq!(language(b"{\"language\":7}"), Language::Ru);
    }

    #[test]
    fn a_key_is_one_and_visible() {
        let long = "x".repeat(256);
        let key = |values: &[&str]| {
            idempotency_key(&headers(
                &values
                    .iter()
                    .map(|value| ("idempotency-key", *value))
                    .collect::<Vec<_>>(),
            ))
        };
        assert_eq!(key(&[]), Ok(None));
        assert_eq!(key(&["a-1!~"]), Ok(Some("a-1!~".to_owned())));
        assert_eq!(key(&[&long[1..]]), Ok(Some(long[1..].to_owned())));
        for bad in [
            &[""][..],
            &["a b"],
            &["ключ"],
            &[&long],
            &["a", "a"],
            &["a\t"],
        ] {
            assert_eq!(key(bad), Err(Code::IdempotencyKey), "{bad:?}");
        }
    }
}

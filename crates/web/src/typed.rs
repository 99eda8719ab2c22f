//! What came in a form: read leniently, so that whatever is wrong with it, what was typed can be shown again.
//!
//! *Invariant*: values are personal until somebody reveals them for the page or for a parser; nothing here prints.

use std::collections::BTreeSet;

use axum::body::{Body, to_bytes};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use kernel::{Personal, has_hidden_characters, is_hidden, limits};

/// A form's fields in the order in which they came. Where a name came twice the last value counts: a button
/// stands after the hidden field that it overrides. A form that is sent to be kept has no such pair, and there a name
/// that came [twice](Typed::twice) is refused.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    fields: Vec<(String, Personal<String>)>,
    unreadable: BTreeSet<String>,
}

/// Why a body is no form at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAForm {
    /// Another content type than `application/x-www-form-urlencoded`.
    Type,
    /// More than [`limits::BODY_BYTES`].
    TooLarge,
    /// More than [`MOST`] fields: no page of ours sends so many.
    TooMany,
}

/// Fields of a form at most.
const MOST: usize = 200;
/// Bytes of an address after its `?` at most. Whoever writes more asks for nothing that a page of ours offers.
const ADDRESS_BYTES: usize = 2048;

impl Typed {
    /// Reads a request's body.
    pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Result<Self, NotAForm> {
        Self::read_up_to(limits::BODY_BYTES, headers, body).await
    }

    /// Reads a body that may be longer or shorter than usual.
    pub(crate) async fn read_up_to(
        most: usize,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<Self, NotAForm> {
        let kind = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(NotAForm::Type);
        }
        let bytes = to_bytes(body, most).await.map_err(|_| NotAForm::TooLarge)?;
        if pairs(&bytes).count() > MOST {
            return Err(NotAForm::TooMany);
        }
        Ok(Self::parse(&bytes))
    }

    /// Reads what stands in an address after its `?`; nothing where that is longer than any of ours.
    pub(crate) fn of_address(query: &str) -> Self {
        if query.len() > ADDRESS_BYTES {
            return Self::default();
        }
        Self::parse(query.as_bytes())
    }

    /// Reads `name=value&…` (WHATWG URL, application/x-www-form-urlencoded), the first [`MOST`] of them. What is not
    /// UTF-8 keeps what can be kept and is remembered as [unreadable](Self::is_unreadable).
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let mut typed = Self::default();
        for pair in pairs(bytes).take(MOST) {
            let at = pair
                .iter()
                .position(|byte| *byte == b'=')
                .unwrap_or(pair.len());
            let (name, _) = decoded(&pair[..at]);
            let (value, whole) = decoded(pair.get(at + 1..).unwrap_or_default());
            if !whole {
                typed.unreadable.insert(name.clone());
            }
            typed.fields.push((name, Personal::new(value)));
        }
        typed
    }

    /// The value as it came, trimmed; empty if the field is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// Whether the field is there at all.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(one, _)| one == name)
    }

    /// Whether a button of the page's surroundings was pressed, its language or its looks, and none of the form's own.
    pub(crate) fn is_about_the_page(&self) -> bool {
        self.has("speak") || self.has("view")
    }

    /// The value to be shown again: without characters that do not print.
    pub(crate) fn shown(&self, name: &str) -> String {
        self.raw(name)
            .chars()
            .filter(|character| !is_hidden(*character) || *character == '\n')
            .collect()
    }

    /// Whether the value came broken: not UTF-8, or with characters nobody types into a line.
    pub(crate) fn is_unreadable(&self, name: &str) -> bool {
        self.unreadable.contains(name)
            || has_hidden_characters(&self.raw(name).replace(['\r', '\n', '\t'], ""))
    }

    /// Names, each once, in the order in which they first came.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        self.fields
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| seen.insert(*name))
            .collect()
    }

    /// Names that came more than once, each once, in the order in which they first came.
    pub(crate) fn twice(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        let again: BTreeSet<&str> = self
            .fields
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !seen.insert(*name))
            .collect();
        let mut names = self.names();
        names.retain(|name| again.contains(name));
        names
    }

    /// The form with one field set.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.fields.retain(|(one, _)| one != name);
        self.fields
            .push((name.to_owned(), Personal::new(value.into())));
    }

    /// The form without a field.
    pub(crate) fn remove(&mut self, name: &str) {
        self.fields.retain(|(one, _)| one != name);
    }

    fn raw(&self, name: &str) -> &str {
        self.fields
            .iter()
            .rev()
            .find(|(one, _)| one == name)
            .map_or("", |(_, value)| value.reveal())
    }
}

fn pairs(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
}

/// Percent-decoded text, and whether all of it was UTF-8.
fn decoded(bytes: &[u8]) -> (String, bool) {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        out.push(match (byte, after) {
            (b'+', _) => b' ',
            (b'%', [high, low, ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    rest = &after[2..];
                    high << 4 | low
                }
                _ => byte,
            },
            _ => byte,
        });
    }
    match String::from_utf8(out) {
        Ok(text) => (text, true),
        Err(error) => (
            String::from_utf8_lossy(error.as_bytes()).replace('\u{fffd}', ""),
            false,
        ),
    }
}

const fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_browsers_send_them() {
        let typed = Typed::parse("patient.surname=%D0%9F%D1%87%D1%91%D0%BB%D0%BA%D0%B8%D0%BD%D0%B0&a=1+2%2B3&day=x&day=y&&flag".as_bytes());
        assert_eq!(typed.get("patient.surname"), "Пчёлкина");
        assert_eq!(
            (
                typed.get("a"),
                typed.get("day"),
                typed.get("flag"),
                typed.get("none")
            ),
            ("1 2+3", "y", "", "")
        );
        assert!(typed.has("flag") && !typed.has("none"));
        assert_eq!(typed.names(), ["patient.surname", "a", "day", "flag"]);
        assert_eq!(typed.twice(), ["day"]);
        assert!(!typed.is_unreadable("a"));
        assert!(!format!("{typed:?}").contains("Пчёлкина"));
    }

    #[test]
    fn what_is_broken_keeps_what_can_be_kept() {
        let typed =
            Typed::parse(b"name=%D0%90%FFnna&note=a%00b%E2%80%AEc&odd=100%zz&area=one%0D%0Atwo");
        assert!(typed.is_unreadable("name") && typed.is_unreadable("note"));
        assert!(!typed.is_unreadable("odd") && !typed.is_unreadable("area"));
        assert_eq!(
            (typed.shown("name"), typed.shown("note")),
            ("Аnna".to_owned(), "abc".to_owned())
        );
        assert_eq!(
            (typed.get("odd"), typed.shown("area")),
            ("100%zz", "one\ntwo".to_owned())
        );
    }

    #[test]
    fn setting_replaces_and_removing_removes() {
        let mut typed = Typed::parse(b"a=1&a=2&b=3");
        typed.set("a", "4");
        typed.remove("b");
        assert_eq!((typed.get("a"), typed.has("b")), ("4", false));
        assert_eq!(typed.twice(), Vec::<&str>::new());
    }

    #[tokio::test]
    async fn only_a_form_of_decent_size_is_read() {
        let headers =
            |kind: &str| HeaderMap::from_iter([(CONTENT_TYPE, kind.parse().expect("a header"))]);
        let form = headers("Application/X-WWW-Form-Urlencoded; charset=utf-8");
        assert!(Typed::read(&form, Body::from("a=1")).await.is_ok());
        assert_eq!(
            Typed::read(&headers("application/json"), Body::from("{}"))
                .await
                .err(),
            Some(NotAForm::Type)
        );
        let large = Body::from(vec![b'a'; limits::BODY_BYTES + 1]);
        assert_eq!(
            Typed::read(&form, large).await.err(),
            Some(NotAForm::TooLarge)
        );
    }

    #[tokio::test]
    async fn a_form_of_very_many_fields_is_none() {
        let mut headers = HeaderMap::new();
        let kind = axum::http::HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, kind);
        let of = |count: usize| {
            let fields: Vec<String> = (0..count).map(|number| format!("f{number}")).collect();
            fields.join("&")
        };
        let read = |count| Typed::read(&headers, Body::from(of(count)));
        assert_eq!(read(MOST).await.expect("a form").names().len(), MOST);
        let refused = read(MOST + 1).await.map(|_| ());
        assert_eq!(refused, Err(NotAForm::TooMany));
        assert_eq!(Typed::of_address(&of(MOST * 2)).names().len(), MOST);
        assert!(Typed::of_address(&of(MOST * 5)).names().is_empty());
    }
}

//! Problems: how the house says no to a program (RFC 9457).
//!
//! *Invariant*: a problem names places and rules, never the value that was sent.

mod words;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::Language;
use serde_json::json;

/// The media type of problems.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// All kinds of problems. The code ends the problem's `type`, `/problems/<code>`, and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Not JSON, or not UTF-8.
    Malformed,
    /// The `Idempotency-Key` is empty, too long, or has other than visible ASCII characters.
    IdempotencyKey,
    /// No `Host`, or several.
    HostMissing,
    /// A form sent from another site.
    ForeignOrigin,
    /// Nothing is here.
    NotFound,
    /// The address is right, the method is not.
    MethodNotAllowed,
    /// Somebody has the time.
    SlotTaken,
    /// The appointment is over or cancelled.
    Settled,
    /// It is being made: in some seconds.
    NotYet,
    /// The body is too large.
    TooLarge,
    /// The body is not declared as JSON.
    NotJson,
    /// The site is not called so.
    ForeignHost,
    /// Some fields cannot be taken.
    Invalid,
    /// The `Idempotency-Key` came with another body before.
    KeyReused,
    /// Too many requests.
    TooManyRequests,
    /// Too many times held at once.
    TooManyHolds,
    /// Any other refusal of a request.
    Refused,
    /// A defect of ours; what was begun may have been done.
    Broken,
    /// Busy, or the store did not answer; asking again is right, and does nothing twice.
    Unavailable,
    /// It took too long to wait for; what was begun goes on.
    OutcomeUnknown,
}

impl Code {
    /// All of them, for the description of the interface.
    pub const ALL: [Self; 20] = [
        Self::Malformed,
        Self::IdempotencyKey,
        Self::HostMissing,
        Self::ForeignOrigin,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::SlotTaken,
        Self::Settled,
        Self::NotYet,
        Self::TooLarge,
        Self::NotJson,
        Self::ForeignHost,
        Self::Invalid,
        Self::KeyReused,
        Self::TooManyRequests,
        Self::TooManyHolds,
        Self::Refused,
        Self::Broken,
        Self::Unavailable,
        Self::OutcomeUnknown,
    ];

    /// The word at the end of the type.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::IdempotencyKey => "idempotency-key-invalid",
            Self::HostMissing => "host-missing",
            Self::ForeignOrigin => "foreign-origin",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::SlotTaken => "slot-taken",
            Self::Settled => "settled",
            Self::NotYet => "not-yet",
            Self::TooLarge => "too-large",
            Self::NotJson => "not-json",
            Self::ForeignHost => "foreign-host",
            Self::Invalid => "invalid",
            Self::KeyReused => "idempotency-key-reused",
            Self::TooManyRequests => "too-many-requests",
            Self::TooManyHolds => "too-many-holds",
            Self::Refused => "refused",
            Self::Broken => "broken",
            Self::Unavailable => "unavailable",
            Self::OutcomeUnknown => "outcome-unknown",
        }
    }

    /// Its status.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Malformed | Self::IdempotencyKey | Self::HostMissing | Self::Refused => {
                StatusCode::BAD_REQUEST
            }
            Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::SlotTaken | Self::Settled | Self::NotYet => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::ForeignHost => StatusCode::MISDIRECTED_REQUEST,
            Self::Invalid | Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyRequests | Self::TooManyHolds => StatusCode::TOO_MANY_REQUESTS,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::OutcomeUnknown => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    /// The code of an answer that came with a status alone.
    #[must_use]
    pub fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::FORBIDDEN => Self::ForeignOrigin,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::NotJson,
            StatusCode::MISDIRECTED_REQUEST => Self::ForeignHost,
            StatusCode::UNPROCESSABLE_ENTITY => Self::Invalid,
            StatusCode::TOO_MANY_REQUESTS => Self::TooManyRequests,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            StatusCode::GATEWAY_TIMEOUT => Self::OutcomeUnknown,
            status if status.is_server_error() => Self::Broken,
            _ => Self::Refused,
        }
    }
}

/// One place of a request that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Where: RFC 6901 in a body, `/name` for a parameter of the query. May hold a key the sender invented.
    pub pointer: String,
    /// A stable word for programs.
    pub code: &'static str,
    /// What to do about it.
    pub detail: String,
}

/// A problem, ready to be told.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    language: Language,
    flaws: Vec<Flaw>,
    /// A further member and its JSON.
    member: Option<(&'static str, Vec<u8>)>,
    retry_after: Option<u32>,
}

impl Problem {
    /// A problem told by its code alone.
    #[must_use]
    pub const fn new(code: Code, language: Language) -> Self {
        let retry_after = match code {
            Code::Unavailable | Code::OutcomeUnknown => Some(1),
            Code::NotYet => Some(5),
            _ => None,
        };
        Self {
            code,
            language,
            flaws: Vec::new(),
            member: None,
            retry_after,
        }
    }

    /// Fields that cannot be taken.
    #[must_use]
    pub fn invalid(language: Language, flaws: Vec<Flaw>) -> Self {
        Self {
            flaws,
            ..Self::new(Code::Invalid, language)
        }
    }

    /// Says when to come again, in seconds.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Adds a member; `json` is its value, already written.
    #[must_use]
    pub fn with(mut self, name: &'static str, json: Vec<u8>) -> Self {
        self.member = Some((name, json));
        self
    }

    /// Its code.
    #[cfg(test)]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Its body.
    fn json(&self) -> Vec<u8> {
        let (title, detail) = self.code.words(self.language);
        let mut object = json!({
            "type": format!("/problems/{}", self.code.text()),
            "title": title,
            "status": self.code.status().as_u16(),
            "detail": detail,
        });
        if !self.flaws.is_empty() {
            let flaw = |flaw: &Flaw| json!({ "pointer": flaw.pointer, "code": flaw.code, "detail": flaw.detail });
            object["errors"] = self.flaws.iter().map(flaw).collect();
        }
        let mut text = object.to_string().into_bytes();
        if let Some((name, json)) = &self.member {
            text.pop();
            text.extend_from_slice(format!(",\"{name}\":").as_bytes());
            text.extend_from_slice(json);
            text.push(b'}');
        }
        text
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (
            self.code.status(),
            [(header::CONTENT_TYPE, MEDIA_TYPE)],
            self.json(),
        )
            .into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(self.language.code()),
        );
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_problem_is_json_with_its_places_and_members() {
        let flaw = Flaw {
            pointer: "/patient/phone".into(),
            code: "shape",
            detail: "…\"…".into(),
        };
        let problem =
            Problem::invalid(Language::Ru, vec![flaw]).with("alternatives", b"[1,2]".to_vec());
        let body: serde_json::Value = serde_json::from_slice(&problem.json()).unwrap();
        assert_eq!(body["type"], "/problems/invalid");
        assert_eq!(body["status"], 422);
        assert_eq!(body["errors"][0]["pointer"], "/patient/phone");
        assert_eq!(body["alternatives"], json!([1, 2]));
        let response = Problem::new(Code::Unavailable, Language::En).into_response();
        assert_eq!(response.headers()[header::RETRY_AFTER], "1");
        assert_eq!(response.headers()[header::CONTENT_TYPE], MEDIA_TYPE);
    }

    #[test]
    fn what_may_have_been_done_is_never_said_not_to_have_been() {
        for code in [Code::Broken, Code::Unavailable, Code::OutcomeUnknown] {
            assert_eq!(Code::of(code.status()), code);
            for language in Language::ALL {
                for (_, detail) in [code.words(language), code.people_words(language)] {
                    for claim in ["Ничего не сделано", "Nothing was done"] {
                        assert!(!detail.contains(claim), "{code:?}: {detail}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_code_has_words_of_its_own_in_every_language() {
        for language in Language::ALL {
            let titles: BTreeSet<_> = Code::ALL
                .iter()
                .map(|code| code.words(language).0)
                .collect();
            assert_eq!(titles.len(), Code::ALL.len());
            for code in Code::ALL {
                let (title, detail) = code.people_words(language);
                assert!(!title.is_empty() && !detail.is_empty(), "{code:?}");
                for term in ["Idempotency", "Allow", "JSON", "errors", "alternatives"] {
                    assert!(!detail.contains(term), "{code:?}: {detail}");
                }
            }
        }
        let codes: BTreeSet<_> = Code::ALL.iter().map(|code| code.text()).collect();
        assert_eq!(codes.len(), Code::ALL.len());
    }
}

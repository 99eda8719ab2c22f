//! What a request asks in its address: parameters and language.

use std::convert::Infallible;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Query as Pairs};
use axum::http::request::Parts;
use jiff::civil::Date;
use kernel::Language;

use super::flaw::{Flaws, What};
use super::json::step;
use crate::Site;
use crate::door::language::preferred;
use crate::door::problem::Problem;
use crate::door::times;

/// The parameters of a request, unread, and the language its client prefers.
#[derive(Debug)]
pub(super) struct Ask {
    pairs: Vec<(String, String)>,
    preferred: Language,
}

impl FromRequestParts<Site> for Ask {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Infallible> {
        let pairs =
            Pairs::try_from_uri(&parts.uri).map_or_else(|_| Vec::new(), |Pairs(pairs)| pairs);
        Ok(Self {
            pairs,
            preferred: preferred(&parts.headers),
        })
    }
}

impl Ask {
    /// Reads the parameters. `language` is always known; others than `known`, and those that come twice, are flaws.
    pub(super) fn parameters(self, known: &[&str]) -> Parameters {
        let mut flaws = Flaws::new(self.preferred);
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in self.pairs {
            if name != "language" && !known.contains(&name.as_str()) {
                flaws.add(step(&name), What::Undeclared);
            } else if pairs.iter().any(|(there, _)| *there == name) {
                flaws.add(step(&name), What::Twice);
            } else if !value.is_empty() {
                pairs.push((name, value));
            }
        }
        let mut parameters = Parameters { pairs, flaws };
        if let Some(language) = parameters.optional("language", What::Option(&LANGUAGES), |text| {
            text.parse().ok()
        }) {
            parameters.flaws.speak(language);
        }
        parameters
    }

    /// Where only the language may be asked.
    ///
    /// # Errors
    /// Other parameters.
    pub(super) fn language(self) -> Result<Language, Problem> {
        self.parameters(&[]).language()
    }
}

/// The codes of the languages.
pub(super) const LANGUAGES: [&str; 2] = [Language::Ru.code(), Language::En.code()];

/// Parameters being read. An empty one equals an absent one.
#[derive(Debug)]
pub(super) struct Parameters {
    pairs: Vec<(String, String)>,
    flaws: Flaws,
}

impl Parameters {
    /// A parameter that may be absent.
    pub(super) fn optional<T>(
        &mut self,
        name: &str,
        wrong: What,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let (_, text) = self.pairs.iter().find(|(there, _)| there == name)?;
        let value = parse(text);
        if value.is_none() {
            self.flaws.add(step(name), wrong);
        }
        value
    }

    /// A parameter that must be there.
    pub(super) fn required<T>(
        &mut self,
        name: &str,
        wrong: What,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if !self.pairs.iter().any(|(there, _)| there == name) {
            self.flaws.add(step(name), What::Missing);
        }
        self.optional(name, wrong, parse)
    }

    /// An id that may be absent. Ids are opaque: what is not one of ours is an unknown one.
    pub(super) fn id<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.optional(name, What::Unknown, |text| text.parse().ok())
    }

    /// A date that must be there.
    pub(super) fn date(&mut self, name: &str) -> Option<Date> {
        self.required(name, What::Date, times::date)
    }

    /// The language of the answer, if nothing was wrong.
    ///
    /// # Errors
    /// All that was.
    pub(super) fn language(self) -> Result<Language, Problem> {
        let language = self.flaws.language();
        self.flaws.check().map(|()| language)
    }

    /// Tells what was wrong, where something that must be there was not.
    pub(super) fn refused(self) -> Problem {
        self.flaws.problem()
    }

    /// Tells what was wrong, and this.
    pub(super) fn refuse(mut self, name: &str, what: What) -> Problem {
        self.flaws.add(step(name), what);
        self.flaws.problem()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;
    use axum::response::IntoResponse;

    fn ask(pairs: &[(&str, &str)]) -> Ask {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Ask {
            pairs,
            preferred: Language::Ru,
        }
    }

    #[test]
    fn what_nobody_asked_for_and_what_comes_twice_is_refused() {
        assert_eq!(ask(&[("language", "en")]).language().unwrap(), Language::En);
        assert_eq!(ask(&[("language", "")]).language().unwrap(), Language::Ru);
        for pairs in [
            &[("x", "1")][..],
            &[("language", "de")],
            &[("language", "en"), ("language", "ru")],
        ] {
            let problem = ask(pairs).language().expect_err("a flaw");
            assert_eq!(
                problem.into_response().status(),
                StatusCode::UNPROCESSABLE_ENTITY,
                "{pairs:?}"
            );
        }
    }

    #[test]
    fn all_flaws_are_told_at_once() {
        let mut parameters =
            ask(&[("from", "24.11.2026"), ("x", "")]).parameters(&["from", "to", "branch"]);
        assert_eq!(
            (
                parameters.date("from"),
                parameters.date("to"),
                parameters.id::<kernel::BranchId>("branch")
            ),
            (None, None, None)
        );
        let found = format!("{:?}", parameters.flaws);
        for place in ["/x", "/from", "/to"] {
            assert!(found.contains(place), "{found}");
        }
        assert!(!found.contains("branch"), "{found}");
    }
}

//! How a page is found: its one address in each language, what it is called and about, what programs may read of it.
//!
//! *Invariant*: only pages that anybody may see have it, and nothing in it comes from what a visitor typed: an address
//! here never repeats a query.

use kernel::Language;

use super::facts::DataBlock;

/// What search engines and previews are told of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its title.
    pub(super) title: String,
    /// What it is about, in a sentence.
    pub(super) description: String,
    /// Its own address in its language (RFC 6596).
    pub(super) address: String,
    /// Its addresses in every language, and for everybody else.
    pub(super) alternates: Vec<Alternate>,
    /// The language and country of Open Graph.
    pub(super) locale: &'static str,
    /// Facts for programs.
    pub(super) facts: Option<DataBlock>,
}

/// The page in a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alternate {
    /// The language's code, or `x-default`.
    pub(super) language: &'static str,
    /// The whole address.
    pub(super) address: String,
}

impl Found {
    /// The page at this path of the site with this origin.
    pub(super) fn of(
        (origin, path): (&str, &str),
        language: Language,
        title: String,
        description: String,
        facts: Option<DataBlock>,
    ) -> Self {
        Self {
            title,
            description,
            address: address(origin, path, language),
            alternates: alternates(origin, path),
            locale: match language {
                Language::Ru => "ru_RU",
                Language::En => "en_GB",
            },
            facts,
        }
    }
}

/// A page in every language, and for whoever reads another.
pub(super) fn alternates(origin: &str, path: &str) -> Vec<Alternate> {
    let each = Language::ALL.map(|language| Alternate {
        language: language.code(),
        address: address(origin, path, language),
    });
    let others = Alternate {
        language: "x-default",
        address: address(origin, path, Language::default()),
    };
    each.into_iter().chain([others]).collect()
}

/// The whole address of a page in a language. Whoever names none is answered in the first, so its address is bare.
pub(super) fn address(origin: &str, path: &str, language: Language) -> String {
    if language == Language::default() {
        format!("{origin}{path}")
    } else {
        format!("{origin}{path}?language={language}")
    }
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    /// The site of the samples.
    pub(in super::super) const ORIGIN: &str = "https://clinic.example";

    /// Of a page with hostile words in all places.
    pub(in super::super) fn found(language: Language) -> Found {
        let facts = serde_json::json!({ "name": "</script><script>alert(1)</script>&\u{2028}" });
        Found::of(
            (ORIGIN, "/doctors"),
            language,
            "Врачи \"<b>\"".into(),
            "Кто принимает & когда \"><script>".into(),
            Some(DataBlock::of(&facts)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_address_and_the_rest_have_the_bare_one() {
        let found = samples::found(Language::En);
        assert_eq!(found.address, "https://clinic.example/doctors?language=en");
        let all: Vec<_> = found
            .alternates
            .iter()
            .map(|one| (one.language, one.address.as_str()))
            .collect();
        assert_eq!(
            all,
            [
                ("ru", "https://clinic.example/doctors"),
                ("en", "https://clinic.example/doctors?language=en"),
                ("x-default", "https://clinic.example/doctors"),
            ]
        );
    }
}

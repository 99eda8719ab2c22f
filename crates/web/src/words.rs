//! The pages' words: every sentence a visitor reads stands in `locales/`, Russian first.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};
use kernel::Language;
use trust::consent::declaration;

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "ru",
        // Isolating marks are invisible characters that would be copied along with phones and dates.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static RUSSIAN: LanguageIdentifier = langid!("ru");
static ENGLISH: LanguageIdentifier = langid!("en");

/// The words of one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Words(pub(crate) Language);

/// What fills a place in a sentence.
pub(crate) type Fill<'a> = FluentValue<'a>;

impl Words {
    /// The sentence of a key. A key nobody wrote shows itself in brackets, which the tests look for.
    pub(crate) fn say(self, key: &str) -> String {
        LOCALES
            .try_lookup(self.id(), key)
            .unwrap_or_else(|| unknown(key))
    }

    /// The sentence of a key, its places filled.
    pub(crate) fn fill<'a>(
        self,
        key: &str,
        places: impl IntoIterator<Item = (&'static str, Fill<'a>)>,
    ) -> String {
        let places: HashMap<Cow<'static, str>, Fill<'a>> = places
            .into_iter()
            .map(|(name, value)| (Cow::Borrowed(name), value))
            .collect();
        LOCALES
            .try_lookup_with_args(self.id(), key, &places)
            .unwrap_or_else(|| unknown(key))
    }

    /// The sentence of a key whose one place is a text.
    pub(crate) fn with(self, key: &str, place: &'static str, value: &str) -> String {
        self.fill(key, [(place, Fill::from(value))])
    }

    /// The sentence of a key, if there is one.
    pub(crate) fn maybe(self, key: &str) -> Option<String> {
        LOCALES.try_lookup(self.id(), key)
    }

    /// The same language as declarations and documents name it.
    pub(crate) fn of_texts(self) -> declaration::Language {
        self.0.into()
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self.0 {
            Language::Ru => &RUSSIAN,
            Language::En => &ENGLISH,
        }
    }
}

fn unknown(key: &str) -> String {
    tracing::error!(key, "a sentence is missing from locales/");
    format!("⟦{key}⟧")
}

//! Fields as the public interface tells of them: a form can be drawn from these alone.

use super::service::{Field, Required};
use super::words::{Category, Coded, Kind, Language, Party};

impl Field {
    /// The field as the public interface describes it.
    pub fn description(&self, language: Language) -> FieldDescription {
        FieldDescription {
            pointer: format!("/{}/{}", self.party.code(), self.code),
            party: self.party,
            code: self.code.clone(),
            kind: self.kind,
            category: self.category,
            label: self.label.get(language).to_owned(),
            required: self.required == Required::Always,
            required_unless: match &self.required {
                Required::Unless(others) => others
                    .iter()
                    .map(|(party, code)| format!("/{}/{code}", party.code()))
                    .collect(),
                _ => Vec::new(),
            },
            max: self.max,
            options: self
                .options
                .iter()
                .map(|option| OptionDescription {
                    code: option.code.clone(),
                    label: option.label.get(language).to_owned(),
                })
                .collect(),
        }
    }
}

/// A field as the public interface describes it (`"fields"` of `GET /api/v1/consents`).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldDescription {
    /// Where it stands in a request (RFC 6901).
    pub pointer: String,
    /// The object it stands in.
    pub party: Party,
    /// Its key there.
    pub code: String,
    /// What its values look like.
    pub kind: Kind,
    /// What kind of data it is.
    pub category: Category,
    /// What stands beside it.
    pub label: String,
    /// Whether it must be given in any case.
    pub required: bool,
    /// It must be given unless one of these is.
    pub required_unless: Vec<String>,
    /// The most characters.
    pub max: usize,
    /// The options of a choice.
    pub options: Vec<OptionDescription>,
}

/// An option as the public interface describes it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct OptionDescription {
    /// What is sent.
    pub code: String,
    /// What is shown.
    pub label: String,
}

//! A legal text as blocks: the closed set that `trust::policy::text` makes of a clinic's file.

use kernel::Language;
use serde::{Deserialize, Serialize};

use crate::{Operator, Origin};

/// A policy or the text of a consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Legal {
    /// The language of the text, and so of the paper.
    pub language: Language,
    /// What is the same in every printing.
    pub origin: Origin,
    /// Whose it is.
    pub operator: Operator,
    /// Its title.
    pub title: String,
    /// Its number.
    pub version: i32,
    /// From when it is in force: «24 ноября 2026 года».
    pub effective: String,
    /// When it was last changed, in the same form.
    pub changed: String,
    /// Where this version always is: `https://host/policy/3`.
    pub address: String,
    /// SHA-256 of the text as it is kept, hexadecimal.
    pub sha256: String,
    /// The text. A first heading that only repeats the title is not printed twice.
    pub blocks: Vec<Block>,
}

/// One block of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// The name a link may point at, unique in the text.
    pub anchor: Option<String>,
    /// Its words, in order.
    pub spans: Vec<Span>,
}

/// The closed set of blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A heading, 1 the highest. Only its order among the others counts, not the number.
    Heading(u8),
    /// A numbered clause; the number as written («2.1», «2.1.»).
    Clause(String),
    /// A paragraph.
    Paragraph,
    /// An item of a list; without a marker it continues the item before it.
    Item {
        /// 1 for an outermost list.
        depth: usize,
        /// What stands before it.
        marker: Option<Marker>,
    },
    /// A quoted paragraph.
    Quote,
    /// Preformatted lines.
    Code,
}

/// What stands before an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Marker {
    /// A dash.
    Bullet,
    /// A number.
    Number(u64),
}

/// Words of one look. A line feed inside is a line break.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// The words.
    pub text: String,
    /// Strong emphasis.
    pub strong: bool,
    /// Emphasis.
    pub emphasis: bool,
    /// Code.
    pub code: bool,
    /// An address: `https://…`, `mailto:…` or `#anchor`; any other is not followed.
    pub link: Option<String>,
}

impl Block {
    /// A paragraph of plain words.
    #[must_use]
    pub fn paragraph(words: &str) -> Self {
        Self::of(Kind::Paragraph, words)
    }

    /// A block of plain words.
    #[must_use]
    pub fn of(kind: Kind, words: &str) -> Self {
        let text = words.to_owned();
        Self {
            kind,
            anchor: None,
            spans: vec![Span {
                text,
                ..Span::default()
            }],
        }
    }

    /// The words without any look.
    #[must_use]
    pub fn words(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

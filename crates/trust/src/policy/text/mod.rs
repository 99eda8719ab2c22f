//! From an operator's file to a page: bytes are read once, hashed as they are, and turned into a closed set of blocks.
//! Page, plain text and print are made of the same blocks, so they cannot disagree; markup of the file's own — HTML,
//! scripts, images, foreign schemes — never passes, because only what a block can say is written.

mod blocks;
pub mod characters;
mod difference;
mod html;
mod tidy;

#[cfg(test)]
mod tests;

use std::fmt;

use sha2::{Digest, Sha256};

pub use blocks::{Block, Kind, Marker, Span};
pub use difference::{Change, Chunk, difference};

/// The largest file taken, in bytes: twenty times a long policy.
pub const LARGEST: usize = 512 * 1024;

/// A legal text as an operator gave it: plain text or Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    source: String,
    sha256: [u8; 32],
    blocks: Vec<Block>,
}

impl Text {
    /// Reads a file's bytes. The hash is of these exact bytes; the text kept has LF line ends and no byte order mark.
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        if bytes.len() > LARGEST {
            return Err(Unreadable::at(
                None,
                format!("the file has {} bytes, more than {LARGEST}", bytes.len()),
                "give the text alone, without pictures and attachments",
            ));
        }
        let text =
            std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
        let source = text
            .strip_prefix('\u{FEFF}')
            .unwrap_or(text)
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        if let Some((line, column, character)) = characters::first_refused(&source) {
            let what = format!(
                "column {column} holds U+{:04X}, a character that is not seen or that reorders the text",
                u32::from(character)
            );
            return Err(Unreadable::at(
                Some(line),
                what,
                "delete it; often it came along when the text was copied from another program",
            ));
        }
        let blocks = blocks::blocks(&tidy::to_markdown(&source));
        if blocks.is_empty() {
            return Err(Unreadable::at(
                None,
                "the file holds no text".to_owned(),
                "give the file that holds the text itself",
            ));
        }
        Ok(Self {
            source,
            sha256: Sha256::digest(bytes).into(),
            blocks,
        })
    }

    /// SHA-256 of the exact bytes read.
    pub fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// The same in lower-case hexadecimal, 64 digits.
    pub fn sha256_hex(&self) -> String {
        hex::encode(self.sha256)
    }

    /// The text as written, with LF line ends.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What the text says, piece by piece: for print, which takes data and never markup.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The first heading, in words.
    pub fn title(&self) -> Option<String> {
        self.blocks
            .iter()
            .find(|block| matches!(block.kind, Kind::Heading { .. }))
            .map(Block::words)
    }

    /// Safe HTML: headings from `<h1>`, paragraphs, lists, emphasis, links to https, mailto and this site.
    pub fn html(&self) -> String {
        self.html_from(1)
    }

    /// The same with the highest heading at `level` (1–6), for a page that has headings of its own.
    pub fn html_from(&self, level: u8) -> String {
        html::html(&self.blocks, level)
    }

    /// The same for a page whose own heading is `title`: a first heading that only repeats it is left out, and the
    /// highest of the rest is at `level` all the same.
    pub fn html_under(&self, title: &str, level: u8) -> String {
        let rest = match self.blocks.split_first() {
            Some((first, rest))
                if matches!(first.kind, Kind::Heading { .. })
                    && first.words().trim() == title.trim() =>
            {
                rest
            }
            _ => &self.blocks,
        };
        html::html(rest, level)
    }

    /// Words alone: a block a line, a blank line between blocks.
    pub fn plain(&self) -> String {
        let mut text = self
            .blocks
            .iter()
            .map(Block::line)
            .collect::<Vec<_>>()
            .join("\n\n");
        text.push('\n');
        text
    }
}

/// Why a file is not taken, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The line, counted from one, where one is to blame.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl Unreadable {
    fn at(line: Option<usize>, what: String, remedy: &str) -> Self {
        Self {
            line,
            what,
            remedy: remedy.to_owned(),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(out, "line {line}: ")?;
        }
        write!(out, "{}; {}", self.what, self.remedy)
    }
}

impl std::error::Error for Unreadable {}

fn not_utf8(bytes: &[u8], at: usize) -> Unreadable {
    let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    Unreadable::at(
        Some(line),
        format!("the bytes from {at} on are not UTF-8"),
        "save the file as UTF-8 (in an editor: «Save as», encoding UTF-8), not as windows-1251 or as a word processor's document",
    )
}

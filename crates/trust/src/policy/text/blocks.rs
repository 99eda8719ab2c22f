//! What a text says, as data: a flat list of blocks. There is no block for HTML, an image or a script, and a link holds
//! only an address that was allowed here.

use std::collections::HashMap;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde::Serialize;

use super::tidy::clause_number;

/// Lists nested deeper than this are written at this depth.
const DEEPEST: usize = 6;

/// One block of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Block {
    /// What it is.
    #[serde(flatten)]
    pub kind: Kind,
    /// The name a link may point at (`p-2.1`), unique in the text; numbered sections and clauses have one.
    pub anchor: Option<String>,
    /// Its words, in order.
    pub spans: Vec<Span>,
}

/// The closed set of blocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// A heading, 1 the highest, 6 the lowest.
    Heading {
        /// 1–6.
        level: u8,
    },
    /// A numbered clause; `number` as written («2.1», «2.1.»), not repeated in the words.
    Clause {
        /// As written.
        number: String,
    },
    /// A paragraph.
    Paragraph,
    /// An item of a list; without a marker it continues the item before it.
    Item {
        /// 1 for an outermost list.
        depth: usize,
        /// What stands before the item.
        marker: Option<Marker>,
    },
    /// A quoted paragraph.
    Quote,
    /// Preformatted lines.
    Code,
}

/// What stands before an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Marker {
    /// A bullet.
    Bullet,
    /// A number.
    Number(u64),
}

/// Words of one look. A line feed inside is a line break.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The words.
    pub text: String,
    /// Strong emphasis.
    pub strong: bool,
    /// Emphasis.
    pub emphasis: bool,
    /// Code.
    pub code: bool,
    /// An allowed address: `https://…`, `mailto:…`, `/…` or `#…`.
    pub link: Option<String>,
}

impl Block {
    /// The words without any look.
    pub fn words(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }

    /// The words as one piece of plain text, with the clause's number or the item's mark.
    pub fn line(&self) -> String {
        let words = self.words();
        match &self.kind {
            Kind::Clause { number } => format!("{number} {words}"),
            Kind::Item { depth, marker } => {
                let indent = "  ".repeat(depth.saturating_sub(1));
                match marker {
                    Some(Marker::Bullet) => format!("{indent}– {words}"),
                    Some(Marker::Number(number)) => format!("{indent}{number}. {words}"),
                    None => format!("{indent}{words}"),
                }
            }
            _ => words,
        }
    }
}

/// The blocks of a Markdown text.
pub(super) fn blocks(markdown: &str) -> Vec<Block> {
    let mut builder = Builder::default();
    for event in Parser::new_ext(markdown, Options::empty()) {
        builder.take(event);
    }
    builder.flush();
    name(&mut builder.done);
    builder.done
}

#[derive(Default)]
struct Builder {
    done: Vec<Block>,
    open: Option<Kind>,
    spans: Vec<Span>,
    lists: Vec<Option<u64>>,
    links: Vec<Option<String>>,
    quotes: usize,
    strong: usize,
    emphasis: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.words(&text, false),
            Event::Code(text) => self.words(&text, true),
            Event::Html(text) | Event::InlineHtml(text) => self.words(&text, false),
            Event::SoftBreak => self.words(" ", false),
            Event::HardBreak => self.words("\n", false),
            // Rulers say nothing, and the rest is of extensions that stay off.
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.begin(Kind::Paragraph),
            Tag::Heading { level, .. } => self.begin(Kind::Heading {
                level: depth_of(level),
            }),
            Tag::CodeBlock(_) => self.begin(Kind::Code),
            Tag::BlockQuote(_) => {
                self.flush();
                self.quotes += 1;
            }
            Tag::List(first) => {
                self.flush();
                self.lists.push(first);
            }
            Tag::Item => self.item(),
            Tag::Strong => self.strong += 1,
            Tag::Emphasis => self.emphasis += 1,
            Tag::Link { dest_url, .. } => self.links.push(allowed(&dest_url)),
            // Of an image only its words remain.
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph
            | TagEnd::HtmlBlock
            | TagEnd::Heading(_)
            | TagEnd::CodeBlock
            | TagEnd::Item => self.flush(),
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Emphasis => self.emphasis = self.emphasis.saturating_sub(1),
            TagEnd::Link => {
                self.links.pop();
            }
            _ => {}
        }
    }

    fn item(&mut self) {
        self.flush();
        let depth = self.depth();
        let marker = match self.lists.last_mut() {
            Some(Some(number)) => {
                let marker = Marker::Number(*number);
                *number = number.saturating_add(1);
                marker
            }
            _ => Marker::Bullet,
        };
        self.open = Some(Kind::Item {
            depth,
            marker: Some(marker),
        });
    }

    /// Opens a block; a paragraph that begins an item is that item, a later one continues it.
    fn begin(&mut self, kind: Kind) {
        let begins_item = matches!(self.open, Some(Kind::Item { .. })) && self.spans.is_empty();
        if kind == Kind::Paragraph && begins_item {
            return;
        }
        self.flush();
        self.open = Some(match kind {
            Kind::Paragraph if !self.lists.is_empty() => Kind::Item {
                depth: self.depth(),
                marker: None,
            },
            Kind::Paragraph if self.quotes > 0 => Kind::Quote,
            other => other,
        });
    }

    fn depth(&self) -> usize {
        self.lists.len().clamp(1, DEEPEST)
    }

    fn words(&mut self, text: &str, code: bool) {
        let span = Span {
            text: text.to_owned(),
            strong: self.strong > 0,
            emphasis: self.emphasis > 0,
            code,
            link: self.links.iter().rev().find_map(Clone::clone),
        };
        match self.spans.last_mut() {
            Some(last) if same_look(last, &span) => last.text.push_str(text),
            _ => self.spans.push(span),
        }
    }

    fn flush(&mut self) {
        let kind = self.open.take().unwrap_or(Kind::Paragraph);
        let mut spans = std::mem::take(&mut self.spans);
        if kind != Kind::Code {
            without_stray_stars(&mut spans);
            trim(&mut spans);
        }
        if spans.iter().any(|span| !span.text.trim().is_empty()) {
            self.done.push(numbered(Block {
                kind,
                anchor: None,
                spans,
            }));
        }
    }
}

fn same_look(one: &Span, other: &Span) -> bool {
    (one.strong, one.emphasis, one.code, &one.link)
        == (other.strong, other.emphasis, other.code, &other.link)
}

/// Where emphasis did not come about, its marks are litter.
fn without_stray_stars(spans: &mut [Span]) {
    for span in spans
        .iter_mut()
        .filter(|span| !span.code && span.text.contains("**"))
    {
        span.text = span.text.replace("** **", " ").replace("**", "");
    }
}

fn trim(spans: &mut Vec<Span>) {
    spans.retain(|span| !span.text.is_empty());
    if let Some(first) = spans.first_mut() {
        first.text = first.text.trim_start().to_owned();
    }
    if let Some(last) = spans.last_mut() {
        last.text = last.text.trim_end().to_owned();
    }
}

/// A paragraph that starts with a clause's number becomes that clause.
fn numbered(mut block: Block) -> Block {
    if block.kind != Kind::Paragraph {
        return block;
    }
    let Some(first) = block.spans.first_mut() else {
        return block;
    };
    let Some((number, rest)) = clause_number(&first.text) else {
        return block;
    };
    block.kind = Kind::Clause {
        number: number.to_owned(),
    };
    first.text = rest.trim_start().to_owned();
    if first.text.is_empty() {
        block.spans.remove(0);
        trim(&mut block.spans);
    }
    block
}

/// Gives sections and clauses their anchors; a repeated number (it happens) gets a suffix.
fn name(blocks: &mut [Block]) {
    let mut times: HashMap<String, usize> = HashMap::new();
    for block in blocks {
        let number = match &block.kind {
            Kind::Clause { number } => number.trim_end_matches('.').to_owned(),
            Kind::Heading { .. } => block
                .words()
                .chars()
                .take_while(char::is_ascii_digit)
                .take(3)
                .collect(),
            _ => continue,
        };
        if number.is_empty() {
            continue;
        }
        let time = times.entry(number.clone()).or_insert(0);
        *time += 1;
        let suffix = if *time == 1 {
            String::new()
        } else {
            format!("-{time}")
        };
        block.anchor = Some(format!("p-{number}{suffix}"));
    }
}

/// An address a text may link to: https, mailto, or a place of this very site. Nothing that runs, nothing relative
/// that a browser could take for another host (`//host`, `/\host`).
fn allowed(address: &str) -> Option<String> {
    let plain = address.chars().all(|character| {
        !character.is_whitespace() && !character.is_control() && character != '\\'
    });
    let scheme = |name: &str| {
        address
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
            && address.len() > name.len()
    };
    let here = (address.starts_with('/') && !address.starts_with("//")) || address.starts_with('#');
    (plain && (scheme("https://") || scheme("mailto:") || here)).then(|| address.to_owned())
}

fn depth_of(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

//! From a flat list of blocks to what a page is built of: lists inside lists, headings without gaps between levels.
//!
//! *Invariant*: nothing is lost and nothing added: the words of the pieces, in order, are the words of the blocks. A
//! heading is at most one level below the one it stands under, for a reader who goes from heading to heading (PDF/UA-1
//! §7.4.2, WCAG 1.3.1).

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{Block, Kind, Marker, Span};

/// Headings are written no deeper than this.
const DEEPEST_HEADING: usize = 6;

/// A piece of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(crate) enum Piece {
    /// A heading below the title.
    Heading {
        /// 2–6: the title is 1.
        level: usize,
        anchor: Option<String>,
        spans: Vec<Span>,
    },
    /// A numbered clause.
    Clause {
        number: String,
        anchor: Option<String>,
        spans: Vec<Span>,
    },
    /// A paragraph.
    Paragraph { spans: Vec<Span> },
    /// A quoted paragraph.
    Quote { spans: Vec<Span> },
    /// Preformatted lines.
    Code { text: String },
    /// A list, all of whose items have the same kind of marker.
    List { ordered: bool, items: Vec<Item> },
}

/// An item of a list, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Item {
    /// In an ordered list.
    number: Option<u64>,
    pieces: Vec<Piece>,
}

/// The pieces of a text below its title.
pub(crate) fn pieces(title: &str, blocks: &[Block]) -> Vec<Piece> {
    let blocks = match blocks.split_first() {
        Some((first, rest))
            if matches!(first.kind, Kind::Heading(_)) && first.words().trim() == title.trim() =>
        {
            rest
        }
        _ => blocks,
    };
    let anchors = places(blocks);
    let mut free = anchors.clone();
    let mut pieces = Vec::new();
    let mut above: Vec<u8> = Vec::new();
    for block in blocks {
        let spans = followed(&block.spans, &anchors);
        // The first of a name has it.
        let anchor = block
            .anchor
            .clone()
            .filter(|anchor| is_place(block) && free.remove(anchor.as_str()));
        match &block.kind {
            Kind::Heading(own) => {
                above.retain(|level| level < own);
                let level = (above.len() + 2).min(DEEPEST_HEADING);
                above.push(*own);
                pieces.push(Piece::Heading {
                    level,
                    anchor,
                    spans,
                });
            }
            Kind::Clause(number) => pieces.push(Piece::Clause {
                number: number.clone(),
                anchor,
                spans,
            }),
            Kind::Paragraph => pieces.push(Piece::Paragraph { spans }),
            Kind::Quote => pieces.push(Piece::Quote { spans }),
            Kind::Code => pieces.push(Piece::Code {
                text: block.words(),
            }),
            Kind::Item { depth, marker } => put(&mut pieces, (*depth).max(1), *marker, spans),
        }
    }
    pieces
}

/// The names of the places that a link may lead to.
fn places(blocks: &[Block]) -> BTreeSet<&str> {
    blocks
        .iter()
        .filter(|block| is_place(block))
        .filter_map(|block| block.anchor.as_deref())
        .collect()
}

/// Headings and clauses are what a text refers to; a name on anything else is not printed.
fn is_place(block: &Block) -> bool {
    matches!(block.kind, Kind::Heading(_) | Kind::Clause(_))
}

/// Puts an item where it belongs: into the list that the pieces end with, or a new one.
fn put(pieces: &mut Vec<Piece>, depth: usize, marker: Option<Marker>, spans: Vec<Span>) {
    if depth > 1
        && let Some(Piece::List { items, .. }) = pieces.last_mut()
        && let Some(item) = items.last_mut()
    {
        return put(&mut item.pieces, depth - 1, marker, spans);
    }
    let paragraph = Piece::Paragraph { spans };
    let Some(marker) = marker else {
        // What continues an item stands in it; after anything else it is a paragraph.
        if let Some(Piece::List { items, .. }) = pieces.last_mut()
            && let Some(item) = items.last_mut()
        {
            item.pieces.push(paragraph);
        } else {
            pieces.push(paragraph);
        }
        return;
    };
    let number = match marker {
        Marker::Bullet => None,
        Marker::Number(number) => Some(number),
    };
    let item = Item {
        number,
        pieces: vec![paragraph],
    };
    match pieces.last_mut() {
        Some(Piece::List { ordered, items }) if *ordered == number.is_some() => items.push(item),
        _ => pieces.push(Piece::List {
            ordered: number.is_some(),
            items: vec![item],
        }),
    }
}

/// The spans with links that lead somewhere: to the outside by https or mail, or to a place of this text.
fn followed(spans: &[Span], anchors: &BTreeSet<&str>) -> Vec<Span> {
    let leads = |link: &String| {
        link.starts_with("https://")
            || link.starts_with("mailto:")
            || link
                .strip_prefix('#')
                .is_some_and(|anchor| anchors.contains(anchor))
    };
    spans
        .iter()
        .map(|span| Span {
            link: span.link.clone().filter(leads),
            ..span.clone()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(depth: usize, marker: Option<Marker>, words: &str) -> Block {
        Block::of(Kind::Item { depth, marker }, words)
    }

    /// The pieces in one line: headings as `#2 words`, lists as `[– words … ]`.
    fn line(pieces: &[Piece]) -> String {
        let words = |spans: &[Span]| {
            spans
                .iter()
                .map(|span| span.text.as_str())
                .collect::<String>()
        };
        let one = |piece: &Piece| match piece {
            Piece::Heading { level, spans, .. } => format!("#{level} {}", words(spans)),
            Piece::Clause { number, spans, .. } => format!("{number} {}", words(spans)),
            Piece::Paragraph { spans } => words(spans),
            Piece::Quote { spans } => format!("> {}", words(spans)),
            Piece::Code { text } => format!("`{text}`"),
            Piece::List { items, .. } => {
                let items = items.iter().map(|item| {
                    let mark = item
                        .number
                        .map_or_else(|| "–".to_owned(), |n| format!("{n}."));
                    format!("{mark} {}", line(&item.pieces))
                });
                format!("[{}]", items.collect::<Vec<_>>().join(", "))
            }
        };
        pieces.iter().map(one).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn items_nest_continue_and_change_their_marks() {
        let (bullet, number) = (Some(Marker::Bullet), |n| Some(Marker::Number(n)));
        let blocks = [
            item(1, bullet, "a"),
            item(2, number(1), "b"),
            item(2, number(2), "c"),
            item(2, None, "c again"),
            item(1, None, "a again"),
            item(1, bullet, "d"),
            item(1, number(5), "e"),
            Block::paragraph("p"),
            item(3, bullet, "deep"),
            item(2, None, "stray"),
        ];
        assert_eq!(
            line(&pieces("", &blocks)),
            "[– a | [1. b, 2. c | c again] | a again, – d] | [5. e] | p | [– deep | stray]"
        );
    }

    #[test]
    fn headings_have_no_gaps_and_the_title_is_not_said_twice() {
        let heading = |level, words| Block::of(Kind::Heading(level), words);
        let blocks = [
            heading(1, "Policy "),
            heading(4, "one"),
            heading(6, "deep"),
            heading(4, "two"),
            heading(2, "three"),
        ];
        assert_eq!(
            line(&pieces("Policy", &blocks)),
            "#2 one | #3 deep | #2 two | #2 three"
        );
        assert!(line(&pieces("Another", &blocks)).starts_with("#2 Policy"));
        let steps: Vec<_> = (1..=9).map(|level| heading(level, "h")).collect();
        assert!(line(&pieces("", &steps)).ends_with("#6 h"));
    }

    #[test]
    fn only_links_that_lead_somewhere_are_followed() {
        let span = |link: &str| Span {
            text: link.into(),
            link: Some(link.into()),
            ..Span::default()
        };
        let links = [
            "https://a.example",
            "mailto:a@b.example",
            "#p-1",
            "#p-0",
            "#p-2",
            "#p-3",
            "/book",
            "file:///etc/passwd",
            "javascript:1",
        ];
        let named = |kind, anchor: &str| Block {
            anchor: Some(anchor.into()),
            ..Block::of(kind, "Title")
        };
        let blocks = [
            // The title itself is not printed again, and nothing can lead to a paragraph.
            named(Kind::Heading(1), "p-0"),
            named(Kind::Clause("1.".into()), "p-1"),
            named(Kind::Clause("1.".into()), "p-1"),
            Block {
                spans: links.map(span).to_vec(),
                ..named(Kind::Paragraph, "p-2")
            },
        ];
        let made = pieces("Title", &blocks);
        let [
            Piece::Clause { anchor: first, .. },
            Piece::Clause { anchor: again, .. },
            Piece::Paragraph { spans },
        ] = &made[..]
        else {
            panic!("two clauses and a paragraph")
        };
        assert_eq!((first.as_deref(), again), (Some("p-1"), &None));
        let kept: Vec<_> = spans
            .iter()
            .filter_map(|span| span.link.as_deref())
            .collect();
        assert_eq!(kept, ["https://a.example", "mailto:a@b.example", "#p-1"]);
        assert_eq!(spans.len(), links.len(), "no words are lost");
    }
}

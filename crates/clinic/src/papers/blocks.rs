//! From the blocks of a text to those of a paper. What points into the site points to it from outside.

use documents::{Block, Kind, Marker, Span};
use trust::policy::text;

/// The blocks for print; `site` is `https://host`.
pub(super) fn blocks(blocks: &[text::Block], site: &str) -> Vec<Block> {
    blocks
        .iter()
        .map(|block| Block {
            kind: kind(&block.kind),
            anchor: block.anchor.clone(),
            spans: block.spans.iter().map(|one| span(one, site)).collect(),
        })
        .collect()
}

fn kind(kind: &text::Kind) -> Kind {
    match kind {
        text::Kind::Heading { level } => Kind::Heading(*level),
        text::Kind::Clause { number } => Kind::Clause(number.clone()),
        text::Kind::Paragraph => Kind::Paragraph,
        text::Kind::Item { depth, marker } => Kind::Item {
            depth: *depth,
            marker: marker.map(|marker| match marker {
                text::Marker::Bullet => Marker::Bullet,
                text::Marker::Number(number) => Marker::Number(number),
            }),
        },
        text::Kind::Quote => Kind::Quote,
        text::Kind::Code => Kind::Code,
    }
}

fn span(span: &text::Span, site: &str) -> Span {
    let link = span.link.as_ref().map(|link| {
        if link.starts_with('/') {
            format!("{site}{link}")
        } else {
            link.clone()
        }
    });
    Span {
        text: span.text.clone(),
        strong: span.strong,
        emphasis: span.emphasis,
        code: span.code,
        link,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use text::Text;

    #[test]
    fn a_text_keeps_its_words_and_its_order_on_paper() {
        let source = "# Title\n\n1.1. A *clause*, [here](/book) and [there](#p-1.1).\n\n- one\n  1. deep\n\n> quoted\n\n    code\n";
        let text = Text::read(source.as_bytes()).expect("a text");
        let paper = blocks(text.blocks(), "https://clinic.example");
        let words: Vec<String> = paper.iter().map(Block::words).collect();
        let told: Vec<String> = text.blocks().iter().map(text::Block::words).collect();
        assert_eq!(words, told);
        let links: Vec<_> = paper
            .iter()
            .flat_map(|block| &block.spans)
            .filter_map(|span| span.link.as_deref())
            .collect();
        assert_eq!(links, ["https://clinic.example/book", "#p-1.1"]);
        assert_eq!(paper[1].kind, Kind::Clause("1.1.".into()));
    }
}

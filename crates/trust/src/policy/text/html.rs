//! Blocks as HTML. Every tag that can appear is written in this file; every word is escaped.

use super::blocks::{Block, Kind, Marker, Span};

/// HTML of `blocks`, the first heading written as `<h{level}>` and each further one at most a level deeper than the
/// one it stands under: whoever listens to a page goes from heading to heading, and a skipped level sounds like a
/// lost section (WCAG 1.3.1).
pub(super) fn html(blocks: &[Block], level: u8) -> String {
    let mut page = Page {
        out: String::new(),
        lists: Vec::new(),
        headings: Vec::new(),
    };
    for block in blocks {
        page.block(block, level.clamp(1, 6));
    }
    page.close_to(0);
    page.out
}

struct Page {
    out: String,
    /// Closing tags of the open lists, outermost first; each has an open `<li>`.
    lists: Vec<&'static str>,
    /// The levels of the headings that the next block stands under, as written in the text, outermost first.
    headings: Vec<u8>,
}

impl Page {
    fn block(&mut self, block: &Block, level: u8) {
        if let Kind::Item { depth, marker } = block.kind {
            return self.item(block, depth, marker);
        }
        self.close_to(0);
        let id = block
            .anchor
            .as_deref()
            .map(|anchor| format!(" id=\"{}\"", escaped(anchor)))
            .unwrap_or_default();
        let words = inline(&block.spans);
        self.out.push_str(&match &block.kind {
            Kind::Heading { level: own } => {
                self.headings.retain(|above| above < own);
                let depth = u8::try_from(self.headings.len()).unwrap_or(u8::MAX);
                self.headings.push(*own);
                let level = level.saturating_add(depth).min(6);
                format!("<h{level}{id}>{words}</h{level}>\n")
            }
            Kind::Clause { number } => format!(
                "<p class=\"clause\"{id}><span class=\"clause-number\">{}</span> {words}</p>\n",
                escaped(number)
            ),
            Kind::Quote => format!("<blockquote><p>{words}</p></blockquote>\n"),
            Kind::Code => format!("<pre>{}</pre>\n", escaped(&block.words())),
            Kind::Paragraph | Kind::Item { .. } => format!("<p{id}>{words}</p>\n"),
        });
    }

    fn item(&mut self, block: &Block, depth: usize, marker: Option<Marker>) {
        let words = inline(&block.spans);
        let Some(marker) = marker else {
            self.close_to(depth);
            self.out.push_str(&format!("<p>{words}</p>\n"));
            return;
        };
        let ordered = matches!(marker, Marker::Number(_));
        let closing = if ordered { "</ol>" } else { "</ul>" };
        self.close_to(depth);
        if self.lists.len() == depth {
            if self.lists.last() == Some(&closing) {
                self.out.push_str("</li>\n");
            } else {
                self.close_to(depth - 1);
            }
        }
        while self.lists.len() < depth {
            // A skipped level still needs an item of its own to hold the list inside.
            if self.lists.len() + 1 < depth {
                self.out.push_str("<ul>\n<li>");
                self.lists.push("</ul>");
                continue;
            }
            self.out.push_str(&match marker {
                Marker::Bullet => "<ul>\n".to_owned(),
                Marker::Number(1) => "<ol>\n".to_owned(),
                Marker::Number(first) => format!("<ol start=\"{first}\">\n"),
            });
            self.lists.push(closing);
        }
        self.out.push_str(&format!("<li>{words}"));
    }

    fn close_to(&mut self, depth: usize) {
        while self.lists.len() > depth {
            if let Some(closing) = self.lists.pop() {
                self.out.push_str("</li>\n");
                self.out.push_str(closing);
                self.out.push('\n');
            }
        }
    }
}

fn inline(spans: &[Span]) -> String {
    spans.iter().map(span).collect()
}

fn span(span: &Span) -> String {
    let mut words = escaped(&span.text).replace('\n', "<br>");
    if span.code {
        words = format!("<code>{words}</code>");
    }
    if span.emphasis {
        words = format!("<em>{words}</em>");
    }
    if span.strong {
        words = format!("<strong>{words}</strong>");
    }
    match &span.link {
        Some(address) if address.starts_with(['/', '#']) => {
            format!("<a href=\"{}\">{words}</a>", escaped(address))
        }
        Some(address) => format!(
            "<a href=\"{}\" rel=\"noopener noreferrer\">{words}</a>",
            escaped(address)
        ),
        None => words,
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

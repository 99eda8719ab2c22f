//! What a page makes a browser load, found as a browser finds it: in the page, and in the style sheets it names.

use std::collections::BTreeSet;

use journeys::Client;
use scraper::{ElementRef, Html, Selector};

/// Bytes that a server may send before it hears back from the browser: ten segments (RFC 6928) of 1,460 bytes.
const FIRST_FLIGHT: usize = 14_600;

/// What a page weighs, in bytes on the wire, without heads.
pub struct Weight {
    /// The page itself.
    pub own: usize,
    /// What it loads: address and bytes.
    pub loads: Vec<(String, usize)>,
    /// Addresses of other hosts.
    pub foreign: Vec<String>,
    /// Times the wire is gone until something can be painted: the page, and one for each step of style sheets or scripts
    /// that stand in the way, and one where page and style do not fit into the first flight.
    pub round_trips: u32,
    /// Bytes needed before anything can be painted.
    pub before_paint: usize,
}

/// Something that a page or a style sheet loads.
struct Load {
    address: String,
    /// Nothing is painted before it is there.
    blocks: bool,
    /// It may load more.
    is_style: bool,
}

/// Weighs a page, all asked for in this coding.
pub async fn of_page(client: &mut Client, page: &str, coding: &str) -> Weight {
    let plain = client.ask("GET", page, "").await;
    let html = String::from_utf8_lossy(&plain.body).into_owned();
    let own = bytes(client, page, coding).await;
    let mut weight = Weight {
        own,
        loads: Vec::new(),
        foreign: Vec::new(),
        round_trips: 1,
        before_paint: own,
    };
    let mut seen = BTreeSet::new();
    let mut wave = in_page(&html);
    while !wave.is_empty() {
        let mut next = Vec::new();
        let mut blocked = false;
        for load in wave {
            let Some(address) = own_address(&load.address) else {
                if !load.address.starts_with("data:") {
                    weight.foreign.push(load.address);
                }
                continue;
            };
            if !seen.insert(address.clone()) {
                continue;
            }
            let size = bytes(client, &address, coding).await;
            if load.blocks {
                blocked = true;
                weight.before_paint += size;
            }
            if load.is_style {
                let style = client.ask("GET", &address, "").await;
                next.extend(in_style(&String::from_utf8_lossy(&style.body), load.blocks));
            }
            weight.loads.push((address, size));
        }
        weight.round_trips += u32::from(blocked);
        wave = next;
    }
    // The next flight is twice as large: one more carries any page of ours.
    weight.round_trips += u32::from(weight.before_paint > FIRST_FLIGHT);
    weight
}

async fn bytes(client: &mut Client, address: &str, coding: &str) -> usize {
    let answer = client
        .ask("GET", address, &format!("accept-encoding: {coding}\r\n"))
        .await;
    assert_eq!(answer.status, 200, "{address}");
    answer.body.len()
}

/// `None` for another host's, and for what is no address of a file.
fn own_address(address: &str) -> Option<String> {
    let own = address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\");
    own.then(|| address.split('#').next().unwrap_or_default().to_owned())
}

fn in_page(html: &str) -> Vec<Load> {
    let page = Html::parse_document(html);
    let each = |selector: &str| -> Vec<ElementRef<'_>> {
        let selector = Selector::parse(selector).expect("a selector of ours");
        page.select(&selector).collect()
    };
    let mut loads = Vec::new();
    let mut load = |address: &str, blocks: bool, is_style: bool| {
        loads.push(Load {
            address: address.to_owned(),
            blocks,
            is_style,
        });
    };
    for link in each("link[rel][href]") {
        let of = |name: &str| link.value().attr(name).unwrap_or_default();
        let rels: Vec<&str> = of("rel").split_whitespace().collect();
        let is_style = rels.contains(&"stylesheet");
        let for_screen = !of("media").contains("print");
        let loaded = ["icon", "preload", "modulepreload", "manifest"]
            .iter()
            .any(|rel| rels.contains(rel));
        if is_style || loaded {
            load(of("href"), is_style && for_screen, is_style);
        }
    }
    for script in each("script[src]") {
        let has = |name: &str| script.value().attr(name).is_some();
        let waits = has("defer") || has("async") || script.value().attr("type") == Some("module");
        load(
            script.value().attr("src").unwrap_or_default(),
            !waits,
            false,
        );
    }
    for (selector, attribute) in [
        (
            "img[src], source[src], input[src], video[src], audio[src], iframe[src], embed[src]",
            "src",
        ),
        ("object[data]", "data"),
        ("video[poster]", "poster"),
        ("svg use[href], svg image[href]", "href"),
    ] {
        for element in each(selector) {
            load(
                element.value().attr(attribute).unwrap_or_default(),
                false,
                false,
            );
        }
    }
    for element in each("img[srcset], source[srcset]") {
        // A browser takes one of them; the largest stands last with us.
        let set = element.value().attr("srcset").unwrap_or_default();
        let last = set.split(',').next_back().unwrap_or_default();
        load(
            last.split_whitespace().next().unwrap_or_default(),
            false,
            false,
        );
    }
    for style in each("style") {
        loads.extend(in_style(&style.text().collect::<String>(), true));
    }
    for element in each("[style]") {
        loads.extend(in_style(
            element.value().attr("style").unwrap_or_default(),
            false,
        ));
    }
    // `#icon` is a part of the page itself.
    loads.retain(|load| !load.address.is_empty() && !load.address.starts_with('#'));
    loads
}

/// `@import` and `url(…)`.
fn in_style(css: &str, blocks: bool) -> Vec<Load> {
    let unquoted = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
    let mut loads = Vec::new();
    for rest in css.split("@import").skip(1) {
        let named = rest.split(';').next().unwrap_or_default().trim();
        let inner = named
            .strip_prefix("url(")
            .and_then(|rest| rest.split(')').next())
            .unwrap_or_else(|| named.split_whitespace().next().unwrap_or_default());
        loads.push(Load {
            address: unquoted(inner),
            blocks,
            is_style: true,
        });
    }
    for rest in css.split("url(").skip(1) {
        let address = unquoted(rest.split(')').next().unwrap_or_default());
        if !loads.iter().any(|load| load.address == address) {
            loads.push(Load {
                address,
                blocks: false,
                is_style: false,
            });
        }
    }
    loads
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(loads: &[Load]) -> Vec<(&str, bool, bool)> {
        loads
            .iter()
            .map(|load| (load.address.as_str(), load.blocks, load.is_style))
            .collect()
    }

    #[test]
    fn a_page_is_read_as_a_browser_reads_it() {
        let html = r##"<!DOCTYPE html><head>
            <link rel="icon" href="/i.svg"><link rel="stylesheet" href="/s.css"><link rel="alternate" href="/en">
            <link rel="stylesheet" media="print" href="/p.css"><script type="module" src="/m.js"></script>
            <script src="//evil.example/x.js"></script><style>@import "/t.css"; p { background: url('/b.png') }</style>
            </head><body><img src="/a.webp" srcset="/a1.webp 1x, /a2.webp 2x"><svg><use href="#mark"/></svg>
            <p style="background:url(/c.png)"></p></body>"##;
        assert_eq!(
            found(&in_page(html)),
            [
                ("/i.svg", false, false),
                ("/s.css", true, true),
                ("/p.css", false, true),
                ("/m.js", false, false),
                ("//evil.example/x.js", true, false),
                ("/a.webp", false, false),
                ("/a2.webp", false, false),
                ("/t.css", true, true),
                ("/b.png", false, false),
                ("/c.png", false, false),
            ]
        );
        assert_eq!(own_address("//evil.example/x.js"), None);
        assert_eq!(own_address("https://evil.example/"), None);
        assert_eq!(own_address("/i.svg#mark").as_deref(), Some("/i.svg"));
    }

    #[test]
    fn a_style_sheet_may_load_more() {
        let css = "@import url(\"/t.css\") screen; a { background: url(data:image/png;base64,x) } b { src: url( '/f.woff2' ) }";
        assert_eq!(
            found(&in_style(css, true)),
            [
                ("/t.css", true, true),
                ("data:image/png;base64,x", false, false),
                ("/f.woff2", false, false),
            ]
        );
    }
}

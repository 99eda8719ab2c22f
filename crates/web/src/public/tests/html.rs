//! A small reader of HTML: enough to tell a page that is well made from one that is not.

use std::collections::{BTreeMap, BTreeSet};

use super::super::found::samples::ORIGIN;

/// Elements that have no end.
const VOID: [&str; 6] = ["meta", "link", "input", "br", "hr", "img"];

#[derive(Debug)]
struct Tag {
    name: String,
    attributes: BTreeMap<String, String>,
    closes: bool,
}

/// What is wrong with a page.
pub(crate) fn faults(html: &str, language: &str, private: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let (tags, mut broken) = tags(html);
    faults.append(&mut broken);
    faults.extend(unbalanced(&tags));
    faults.extend(outline(&tags, language, private));
    faults.extend(ids(&tags));
    faults.extend(labels(&tags));
    faults.extend(addresses(&tags));
    if html.contains('⟦') {
        faults.push("a sentence is missing".into());
    }
    faults
}

fn tags(html: &str) -> (Vec<Tag>, Vec<String>) {
    let (mut tags, mut faults) = (Vec::new(), Vec::new());
    let mut rest = html.strip_prefix("<!DOCTYPE html>").unwrap_or_else(|| {
        faults.push("no doctype".into());
        html
    });
    while let Some(at) = rest.find('<') {
        if rest[..at].contains('>') {
            faults.push(format!(
                "a bare > in: {}",
                &rest[..at].chars().take(60).collect::<String>()
            ));
        }
        rest = &rest[at + 1..];
        let Some((tag, after)) = read_tag(rest) else {
            faults.push(format!(
                "a broken tag: {}",
                rest.chars().take(60).collect::<String>()
            ));
            break;
        };
        rest = after;
        let mut tag = tag;
        if let Some(doubled) = tag.attributes.remove("\u{0}doubled") {
            faults.push(format!("<{}> has {doubled} twice", tag.name));
        }
        tags.push(tag);
    }
    (tags, faults)
}

/// Reads from after `<`: a name, attributes in double quotes, `>`.
fn read_tag(text: &str) -> Option<(Tag, &str)> {
    let closes = text.starts_with('/');
    let text = text.strip_prefix('/').unwrap_or(text);
    let end = text.find(|character: char| !character.is_ascii_alphanumeric())?;
    let (name, mut rest) = text.split_at(end);
    let mut attributes = BTreeMap::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            return (!name.is_empty()).then(|| {
                (
                    Tag {
                        name: name.to_owned(),
                        attributes,
                        closes,
                    },
                    after,
                )
            });
        }
        let end = rest.find(['=', ' ', '>', '\n'])?;
        let (key, after) = rest.split_at(end);
        if key.is_empty() || key.contains(['"', '<', '\'']) {
            return None;
        }
        let mut value = String::new();
        rest = after;
        if let Some(after) = rest.strip_prefix("=\"") {
            let close = after.find('"')?;
            value = after[..close].to_owned();
            rest = &after[close + 1..];
        }
        if attributes.insert(key.to_owned(), value).is_some() {
            attributes.insert("\u{0}doubled".into(), key.to_owned());
        }
    }
}

fn unbalanced(tags: &[Tag]) -> Vec<String> {
    let mut open: Vec<&str> = Vec::new();
    // In SVG an element may end in itself.
    let whole = |tag: &&Tag| VOID.contains(&tag.name.as_str()) || tag.attributes.contains_key("/");
    for tag in tags.iter().filter(|tag| !whole(tag)) {
        if !tag.closes {
            // What a paragraph or a heading may not hold, a browser moves out of it.
            let inside = open
                .iter()
                .any(|one| matches!(*one, "p" | "h1" | "h3" | "button" | "label"));
            let block = matches!(
                tag.name.as_str(),
                "p" | "ul"
                    | "ol"
                    | "div"
                    | "section"
                    | "form"
                    | "fieldset"
                    | "dl"
                    | "h1"
                    | "h2"
                    | "h3"
            );
            if inside && block {
                return vec![format!("<{}> inside {open:?}", tag.name)];
            }
            if matches!(tag.name.as_str(), "a" | "button" | "form")
                && open.contains(&tag.name.as_str())
            {
                return vec![format!("<{}> inside itself", tag.name)];
            }
            open.push(&tag.name);
        } else if open.pop() != Some(&tag.name) {
            return vec![format!("</{}> closes nothing of {open:?}", tag.name)];
        }
    }
    open.iter()
        .map(|name| format!("<{name}> is never closed"))
        .collect()
}

fn outline(tags: &[Tag], language: &str, private: bool) -> Vec<String> {
    let count = |name: &str| {
        tags.iter()
            .filter(|tag| tag.name == name && !tag.closes)
            .count()
    };
    let mut faults = Vec::new();
    for one in [
        "html", "head", "body", "title", "main", "header", "footer", "h1",
    ] {
        if count(one) != 1 {
            faults.push(format!("{} of <{one}>", count(one)));
        }
    }
    let html = tags
        .iter()
        .find(|tag| tag.name == "html")
        .and_then(|tag| tag.attributes.get("lang"));
    if html.map(String::as_str) != Some(language) {
        faults.push(format!("its language is {html:?}"));
    }
    let first_link = tags
        .iter()
        .find(|tag| tag.name == "a")
        .and_then(|tag| tag.attributes.get("href"));
    if first_link.map(String::as_str) != Some("#content") {
        faults.push("its first link does not skip to the content".into());
    }
    let hidden = tags.iter().any(|tag| {
        tag.name == "meta"
            && tag
                .attributes
                .get("name")
                .is_some_and(|name| name == "robots")
    });
    if hidden != private {
        faults.push(format!("private: {private}, kept from search: {hidden}"));
    }
    let mut level = 1;
    for heading in tags
        .iter()
        .filter(|tag| !tag.closes && matches!(tag.name.as_bytes(), [b'h', b'1'..=b'6']))
    {
        let next = heading.name[1..].parse().unwrap_or(1);
        if next > level + 1 {
            faults.push(format!("<{}> follows <h{level}>", heading.name));
        }
        level = next;
    }
    faults
}

fn ids(tags: &[Tag]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut faults = Vec::new();
    for id in tags.iter().filter_map(|tag| tag.attributes.get("id")) {
        if id.is_empty() || id.contains(' ') || !seen.insert(id.as_str()) {
            faults.push(format!("the id {id:?} is empty or stands twice"));
        }
    }
    for tag in tags {
        for name in ["aria-labelledby", "aria-describedby", "for"] {
            for id in tag
                .attributes
                .get(name)
                .map(String::as_str)
                .unwrap_or_default()
                .split(' ')
                .filter(|id| !id.is_empty())
            {
                if !seen.contains(id) {
                    faults.push(format!("{name} names {id:?}, which is not there"));
                }
            }
        }
        let fragment = tag
            .attributes
            .get("href")
            .and_then(|href| href.strip_prefix('#'));
        if fragment.is_some_and(|id| !seen.contains(id)) {
            faults.push(format!("a link leads to {fragment:?}, which is not there"));
        }
    }
    faults
}

fn labels(tags: &[Tag]) -> Vec<String> {
    let labelled: BTreeSet<&str> = tags
        .iter()
        .filter(|tag| tag.name == "label")
        .filter_map(|tag| tag.attributes.get("for"))
        .map(String::as_str)
        .collect();
    let mut faults = Vec::new();
    let mut inside = false;
    for tag in tags {
        if tag.name == "label" {
            inside = !tag.closes;
        }
        if tag.closes || !matches!(tag.name.as_str(), "input" | "select" | "textarea") {
            continue;
        }
        if tag
            .attributes
            .get("type")
            .is_some_and(|kind| kind == "hidden")
        {
            continue;
        }
        let id = tag
            .attributes
            .get("id")
            .map(String::as_str)
            .unwrap_or_default();
        // What stands in a label, or says its name itself, needs none that points to it.
        let named = inside
            || tag.attributes.contains_key("aria-label")
            || tag.attributes.contains_key("aria-hidden");
        if !labelled.contains(id) && !named {
            faults.push(format!("no label for {:?}", tag.attributes));
        }
        let bad = tag.attributes.contains_key("aria-invalid");
        let told = tag.attributes.contains_key("aria-describedby")
            || tag
                .attributes
                .get("type")
                .is_some_and(|kind| kind == "radio");
        if bad && !told {
            faults.push(format!("{id} is wrong and does not say why"));
        }
    }
    faults
}

/// Whether a script element holds data, which nobody runs.
fn is_data(tag: &Tag) -> bool {
    let kind = tag.attributes.get("type");
    kind.is_some_and(|kind| kind == "application/ld+json") && tag.attributes.len() == 1
}

/// Nothing is loaded from, led to or sent to a foreign host.
fn addresses(tags: &[Tag]) -> Vec<String> {
    let own = |address: &str| {
        let local = address.starts_with('/') && !address.starts_with("//");
        local
            || address.starts_with('#')
            || address.starts_with("tel:+")
            || address.starts_with("mailto:")
    };
    let mut faults = Vec::new();
    for tag in tags {
        for name in [
            "src",
            "href",
            "action",
            "formaction",
            "srcset",
            "poster",
            "data",
        ] {
            // The page's own addresses are told whole; nobody loads them or is led to them.
            let told = tag.name == "link"
                && tag
                    .attributes
                    .get("rel")
                    .is_some_and(|rel| rel == "canonical" || rel == "alternate")
                && tag
                    .attributes
                    .get(name)
                    .is_some_and(|address| address.starts_with(&format!("{ORIGIN}/")));
            if let Some(address) = tag
                .attributes
                .get(name)
                .filter(|address| !told && !own(address))
            {
                faults.push(format!("<{} {name}={address:?}> leads away", tag.name));
            }
        }
        if tag
            .attributes
            .keys()
            .any(|name| name.starts_with("on") || name == "style")
            || matches!(tag.name.as_str(), "style" | "iframe")
            || tag.name == "script" && !tag.closes && !is_data(tag)
        {
            faults.push(format!("<{}> is inline: {:?}", tag.name, tag.attributes));
        }
        if tag.name == "input"
            && tag
                .attributes
                .get("type")
                .is_some_and(|kind| kind == "checkbox")
            && tag.attributes.contains_key("checked")
        {
            // Only the sample of the line that this person ticked a moment ago.
            if tag
                .attributes
                .get("name")
                .is_none_or(|name| name != "given.policy")
            {
                faults.push("a box is ticked by us".into());
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::faults;

    const GOOD: &str = "<!DOCTYPE html><html lang=\"ru\"><head><title>t</title></head><body><a href=\"#content\">s</a><header></header>\
        <main id=\"content\"><h1>h</h1><label for=\"a\">a</label><input id=\"a\"></main><footer></footer></body></html>";

    #[test]
    fn a_good_page_is_good() {
        assert_eq!(faults(GOOD, "ru", false), Vec::<String>::new());
    }

    #[test]
    fn each_fault_is_found() {
        for (good, bad) in [
            ("<!DOCTYPE html>", ""),
            ("lang=\"ru\"", "lang=\"en\""),
            ("<h1>h</h1>", "<h1>h"),
            ("<h1>h</h1>", "<h1>h</h1><h1>i</h1>"),
            ("<h1>h</h1>", "<h1>h</h1><h3>i</h3>"),
            ("<h1>h</h1>", "<h1>h</h1><p><ul></ul></p>"),
            ("<h1>h</h1>", "<h1 id=\"a\">h</h1>"),
            ("<h1>h</h1>", "<h1>⟦h⟧</h1>"),
            ("<h1>h</h1>", "<h1>a > b</h1>"),
            ("<label for=\"a\">a</label>", ""),
            ("<input id=\"a\">", "<input id=\"a\" aria-invalid=\"true\">"),
            ("<input id=\"a\">", "<input id=\"a\" id=\"b\">"),
            (
                "<input id=\"a\">",
                "<input id=\"a\" type=\"checkbox\" checked>",
            ),
            (
                "<header></header>",
                "<header><a href=\"https://evil.example\">x</a></header>",
            ),
            (
                "<header></header>",
                "<header><a href=\"//evil.example\">x</a></header>",
            ),
            ("<header></header>", "<header><script></script></header>"),
            (
                "<header></header>",
                "<header><script type=\"application/ld+json\" src=\"/x\"></script></header>",
            ),
            (
                "<header></header>",
                "<header><a href=\"https://clinic.example/\">x</a></header>",
            ),
            (
                "</title>",
                "</title><link rel=\"canonical\" href=\"https://clinic.example.evil/\">",
            ),
            (
                "<header></header>",
                "<header><b onclick=\"x\"></b></header>",
            ),
            (
                "<header></header>",
                "<header><a href=\"#nowhere\">x</a></header>",
            ),
        ] {
            let page = GOOD.replacen(good, bad, 1);
            assert_ne!(page, GOOD);
            assert_ne!(faults(&page, "ru", false), Vec::<String>::new(), "{bad}");
        }
        assert_ne!(faults(GOOD, "ru", true), Vec::<String>::new());
    }
}

//! A walk over the whole site by its links, as a search engine goes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use journeys::TestClinic;
use scraper::Html;

use super::{ORIGIN, all};

/// Addresses on a page: what leads on, and everything else that is loaded or sent to.
fn addresses(page: &Html) -> (Vec<String>, Vec<String>) {
    let of = |selector: &str, name: &str| -> Vec<String> {
        let found = all(page, selector);
        let values = found.iter().filter_map(|one| one.value().attr(name));
        values.map(str::to_owned).collect()
    };
    let mut rest = of("[src]", "src");
    rest.extend(of("[action]", "action"));
    rest.extend(of("[formaction]", "formaction"));
    rest.extend(of("link[href]", "href"));
    rest.extend(of("image[href], use[href]", "href"));
    (of("a[href]", "href"), rest)
}

/// Every page that a visitor can reach by links alone, and what is wrong on the way.
pub async fn crawled(clinic: &TestClinic) -> (BTreeMap<String, Html>, Vec<String>) {
    let mut wrong = Vec::new();
    let mut pages: BTreeMap<String, Html> = BTreeMap::new();
    let mut asked: BTreeSet<String> = BTreeSet::new();
    let mut fragments: Vec<(String, String, String)> = Vec::new();
    let mut queue = VecDeque::from([("the start".to_owned(), "/".to_owned())]);
    while let Some((from, path)) = queue.pop_front() {
        if !asked.insert(path.clone()) {
            continue;
        }
        let answer = clinic.get(&path).send().await;
        if answer.code() != 200 {
            wrong.push(format!("{from} -> {path}: {}", answer.code()));
            continue;
        }
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        let page = Html::parse_document(&answer.text());
        let (links, rest) = addresses(&page);
        for address in &rest {
            let own = address.starts_with('/') && !address.starts_with("//");
            if !own && !address.starts_with(&format!("{ORIGIN}/")) {
                wrong.push(format!("{path} names {address}"));
            }
        }
        for href in links {
            // The policy names its own address on the clinic's own site.
            let own = href.starts_with(&clinic.site.texts.operator().site);
            if own || href.starts_with("tel:+") || href.starts_with("mailto:") {
                continue;
            }
            if !(href.starts_with('#') || href.starts_with('/') && !href.starts_with("//")) {
                wrong.push(format!("{path} leads to {href}"));
                continue;
            }
            let (address, fragment) = href.split_once('#').unwrap_or((&href, ""));
            let address = if address.is_empty() { &path } else { address };
            if !fragment.is_empty() {
                fragments.push((path.clone(), address.to_owned(), fragment.to_owned()));
            }
            queue.push_back((path.clone(), address.to_owned()));
        }
        assert!(asked.len() < 3000, "the site has no end: {path}");
        pages.insert(path, page);
    }
    for (from, to, fragment) in fragments {
        let there = pages.get(&to).is_some_and(|page| {
            let found = all(page, "[id]");
            found
                .iter()
                .any(|one| one.value().attr("id") == Some(&fragment))
        });
        if !there {
            wrong.push(format!("{from} -> {to}#{fragment}: no such place"));
        }
    }
    (pages, wrong)
}

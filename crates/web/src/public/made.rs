//! Texts of documents as HTML, each made once: what a text is as HTML follows from its hash, its title and the place
//! where it stands alone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kernel::Fault;
use trust::policy::Version;
use trust::policy::text::Text;

use super::visit::Visit;

/// Where a text stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Alone on a page: its clauses can be linked to by name.
    Page,
    /// Among others: its headings stand deeper, and its clauses have no names, for each text has a clause 1.
    Among,
}

/// Hash, title, place.
type Key = (String, String, Place);

static MADE: Mutex<BTreeMap<Key, Arc<str>>> = Mutex::new(BTreeMap::new());
/// Texts kept at most.
const KEPT: usize = 200;

/// The HTML of a version.
///
/// # Errors
/// The database's; the text cannot be read.
pub(super) async fn html(
    visit: &Visit,
    version: &Version,
    place: Place,
) -> Result<Arc<str>, Fault> {
    if let Some(known) = known(&version.sha256, &version.title, place) {
        return Ok(known);
    }
    let body = visit.site.trust.document_text(version.id).await?;
    let html: Arc<str> = rendered(&Text::read(body.as_bytes())?, &version.title, place).into();
    let mut made = made();
    if made.len() >= KEPT {
        made.clear();
    }
    let key = (version.sha256.clone(), version.title.clone(), place);
    made.insert(key, Arc::clone(&html));
    Ok(html)
}

/// The HTML of a text of this hash, if it was made before.
pub(super) fn known(sha256: &str, title: &str, place: Place) -> Option<Arc<str>> {
    let key = (sha256.to_owned(), title.to_owned(), place);
    made().get(&key).cloned()
}

/// The HTML of a text under its title.
pub(super) fn rendered(text: &Text, title: &str, place: Place) -> String {
    match place {
        Place::Page => text.html_under(title, 2),
        Place::Among => without_anchors(&text.html_under(title, 4)),
    }
}

fn without_anchors(html: &str) -> String {
    let mut parts = html.split(" id=\"p-");
    let mut bare = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        bare.push_str(part.split_once('"').map_or(part, |(_, rest)| rest));
    }
    bare
}

fn made() -> MutexGuard<'static, BTreeMap<Key, Arc<str>>> {
    MADE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_lose_their_names_and_nothing_else() {
        assert_eq!(
            without_anchors("<h4 id=\"p-1\">1. А</h4><p class=\"clause\" id=\"p-1.1\">б</p>"),
            "<h4>1. А</h4><p class=\"clause\">б</p>"
        );
        assert_eq!(without_anchors(""), "");
    }
}

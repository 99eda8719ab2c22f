//! The policy and the consents: every version at an address of its own, with its hash and what changed in it. Where
//! the visitor's language is behind, the Russian text is shown, marked as Russian, and the page says so; an address
//! with `text=ru` names a text exactly.

use std::sync::Arc;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Fault, Language, Moment};
use trust::policy::text::{Change, Chunk, Text, difference};
use trust::policy::{History, POLICY, Version};

use super::made::{self, Place};
use super::page::Page;
use super::shell::{Section, Shell};
use super::trouble::Trouble;
use super::visit::Visit;
use crate::wording;

/// The parameter that names the language of a text where it is not the page's.
pub(super) const TEXT: &str = "text";

/// A version in the list of versions.
struct VersionView {
    number: i32,
    effective: String,
    sha256: String,
    state: State,
    /// Whether its text is Russian on a page in another language.
    russian: bool,
    /// Names the language of such a text in its address.
    query: String,
    /// Whether it is the page's own.
    shown: bool,
    /// Whether there is an earlier one to compare with.
    follows: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Past,
    InForce,
    Future,
}

/// A version of a document, whole.
#[derive(Template)]
#[template(path = "document.html")]
pub(super) struct DocumentPage {
    shell: Shell,
    title: String,
    /// The language of the text, which may not be the page's.
    text_language: &'static str,
    /// Why it is not the page's.
    note: Option<String>,
    /// The text, made of the closed set of blocks that `trust::policy::text` writes.
    html: Arc<str>,
    version: i32,
    effective: String,
    sha256: String,
    state: State,
    /// `/policy` or `/documents/{code}`.
    base: String,
    versions: Vec<VersionView>,
}

/// What changed in a version.
#[derive(Template)]
#[template(path = "changes.html")]
pub(super) struct ChangesPage {
    shell: Shell,
    title: String,
    text_language: &'static str,
    note: Option<String>,
    version: i32,
    before: i32,
    effective: String,
    base: String,
    /// Names the language of the texts where it is not the page's.
    query: String,
    chunks: Vec<Chunk>,
}

impl DocumentPage {
    fn is_past(&self) -> bool {
        self.state == State::Past
    }

    fn is_future(&self) -> bool {
        self.state == State::Future
    }
}

impl VersionView {
    fn is_in_force(&self) -> bool {
        self.state == State::InForce
    }

    fn is_future(&self) -> bool {
        self.state == State::Future
    }
}

impl ChangesPage {
    fn is_added(&self, chunk: &Chunk) -> bool {
        chunk.change == Change::Added
    }

    fn is_removed(&self, chunk: &Chunk) -> bool {
        chunk.change == Change::Removed
    }
}

/// `GET /policy`.
pub(super) async fn policy(visit: Visit) -> Response {
    let made = document_page(&visit, POLICY, None).await;
    visit.answer(made)
}

/// `GET /policy/{version}`.
pub(super) async fn policy_version(visit: Visit, Path(version): Path<String>) -> Response {
    let made = document_page(&visit, POLICY, Some(&version)).await;
    visit.answer(made)
}

/// `GET /policy/{version}/changes`.
pub(super) async fn policy_changes(visit: Visit, Path(version): Path<String>) -> Response {
    let made = changes_page(&visit, POLICY, &version).await;
    visit.answer(made)
}

/// `GET /documents/{code}`.
pub(super) async fn document(visit: Visit, Path(code): Path<String>) -> Response {
    let made = document_page(&visit, &code, None).await;
    visit.answer(made)
}

/// `GET /documents/{code}/{version}`.
pub(super) async fn document_version(
    visit: Visit,
    Path((code, version)): Path<(String, String)>,
) -> Response {
    let made = document_page(&visit, &code, Some(&version)).await;
    visit.answer(made)
}

/// `GET /documents/{code}/{version}/changes`.
pub(super) async fn document_changes(
    visit: Visit,
    Path((code, version)): Path<(String, String)>,
) -> Response {
    let made = changes_page(&visit, &code, &version).await;
    visit.answer(made)
}

async fn document_page(
    visit: &Visit,
    code: &str,
    version: Option<&str>,
) -> Result<Response, Trouble> {
    let now = visit.clock().now();
    let language = visit.words.0;
    let history = visit.site.trust.document_history(code).await?;
    let in_force = history.in_force(language, now);
    let shown = match version {
        None => in_force,
        Some(number) => named(visit, &history, number),
    };
    let shown = shown.ok_or(Trouble::NotFound)?;
    // Of a text in another language than the visitor's it is told whether it is in force where it was written.
    let is_in_force = |one: &Version| {
        let there = history.in_force(one.language, now);
        [in_force, there]
            .into_iter()
            .flatten()
            .any(|counts| counts.id == one.id)
    };
    let state = |one: &Version| {
        if effective(one) > now {
            State::Future
        } else if is_in_force(one) {
            State::InForce
        } else {
            State::Past
        }
    };
    let zone = wording::zone(visit.site.booking.catalogue().await?.as_ref());
    let day = |one: &Version| wording::full_day(visit.words, effective(one).timestamp(), &zone);
    let list = history.read_in(language, now);
    let list = list.into_iter().map(|one| VersionView {
        number: one.version,
        effective: day(one),
        sha256: one.sha256.clone(),
        state: state(one),
        russian: one.language != language,
        query: query(language, one),
        shown: one.id == shown.id,
        follows: history.before(one).is_some(),
    });
    let page = DocumentPage {
        shell: visit.found(
            Section::Documents,
            shown.title.clone(),
            visit.words.with("policy-about", "title", &shown.title),
            None,
        ),
        title: shown.title.clone(),
        text_language: shown.language.code(),
        note: note(visit, &history, shown),
        html: made::html(visit, shown, Place::Page).await?,
        version: shown.version,
        effective: day(shown),
        sha256: shown.sha256.clone(),
        state: state(shown),
        base: base(code),
        versions: list.collect(),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

async fn changes_page(visit: &Visit, code: &str, version: &str) -> Result<Response, Trouble> {
    let history = visit.site.trust.document_history(code).await?;
    let new = named(visit, &history, version).ok_or(Trouble::NotFound)?;
    let old = history.before(new).ok_or(Trouble::NotFound)?;
    let zone = wording::zone(visit.site.booking.catalogue().await?.as_ref());
    let page = ChangesPage {
        shell: visit.shell(Section::Documents),
        title: new.title.clone(),
        text_language: new.language.code(),
        note: note(visit, &history, new),
        version: new.version,
        before: old.version,
        effective: wording::full_day(visit.words, effective(new).timestamp(), &zone),
        base: base(code),
        query: query(visit.words.0, new),
        chunks: difference(
            &read(visit, old).await?.plain(),
            &read(visit, new).await?.plain(),
        ),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

/// The version that an address names: in the language of `text`, else in the visitor's, else in Russian.
fn named<'a>(visit: &Visit, history: &'a History, number: &str) -> Option<&'a Version> {
    let number = number.parse().ok()?;
    match visit.query.get(TEXT).parse() {
        Ok(language) => history.exact(number, language),
        Err(_) => history.numbered(number, visit.words.0),
    }
}

/// What the page of a version adds to its address so that no other text answers there.
fn query(visitor: Language, version: &Version) -> String {
    if version.language == visitor {
        String::new()
    } else {
        format!("?{TEXT}={}", version.language)
    }
}

/// Why a text is not in the visitor's language: it is not translated, and whether it counts all the same.
fn note(visit: &Visit, history: &History, shown: &Version) -> Option<String> {
    let language = visit.words.0;
    if shown.language == language || shown.language != Language::Ru {
        return None;
    }
    let counts = history.in_force(language, visit.clock().now());
    let key = if counts.is_some_and(|counts| counts.id == shown.id) {
        "document-untranslated"
    } else if history.exact(shown.version, language).is_none() {
        "document-only-russian"
    } else {
        return None;
    };
    Some(visit.words.say(key))
}

fn effective(version: &Version) -> Moment {
    version
        .effective_at
        .unwrap_or(Moment::from_micros(i64::MAX))
}

fn base(code: &str) -> String {
    if code == POLICY {
        "/policy".to_owned()
    } else {
        format!("/documents/{code}")
    }
}

async fn read(visit: &Visit, version: &Version) -> Result<Text, Fault> {
    let body = visit.site.trust.document_text(version.id).await?;
    Ok(Text::read(body.as_bytes())?)
}

impl Page for DocumentPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        const TITLE: &str = "Политика конфиденциальности";
        let html = |source: &str| -> Arc<str> {
            let text = Text::read(source.as_bytes()).expect("a text");
            made::rendered(&text, TITLE, Place::Page).into()
        };
        let body = "1.1. Пункт <b>первый</b>\n\n- один\n- два\n\n## Раздел\n\n[Ссылка](/book)\n";
        let view = |number, state, shown| VersionView {
            number,
            effective: "24 ноября 2026 года".into(),
            sha256: "ab".repeat(32),
            state,
            russian: false,
            query: String::new(),
            shown,
            follows: number > 1,
        };
        let page = |state, version| Self {
            shell: shell.clone(),
            title: TITLE.into(),
            text_language: "ru",
            note: None,
            html: html(&format!("# Другой заголовок\n\n{body}")),
            version,
            effective: "24 ноября 2026 года".into(),
            sha256: "ab".repeat(32),
            state,
            base: "/policy".into(),
            versions: vec![
                view(3, State::Future, version == 3),
                view(2, State::InForce, version == 2),
                view(1, State::Past, version == 1),
            ],
        };
        let behind = Self {
            note: Some(shell.say("document-untranslated")),
            html: html(&format!("# {TITLE}\n\n{body}")),
            versions: vec![VersionView {
                russian: true,
                query: "?text=ru".into(),
                ..view(2, State::InForce, true)
            }],
            ..page(State::InForce, 2)
        };
        vec![
            page(State::Future, 3),
            page(State::InForce, 2),
            page(State::Past, 1),
            behind,
        ]
    }
}

impl Page for ChangesPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        let page = |old: &str, new: &str| Self {
            shell: shell.clone(),
            title: "Политика конфиденциальности".into(),
            text_language: "ru",
            note: Some(shell.say("document-only-russian")),
            version: 2,
            before: 1,
            effective: "24 ноября 2026 года".into(),
            base: "/policy".into(),
            query: "?text=ru".into(),
            chunks: difference(old, new),
        };
        vec![
            page("Срок три года.\n<b>\n", "Срок пять лет.\n<b>\n"),
            page("Одно.\n", "Одно.\n"),
        ]
    }
}

//! The policy and the consents: every version at an address of its own, with its hash and what changed in it.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Language, Moment};
use trust::policy::text::{Change, Chunk, Kind, Text, difference};
use trust::policy::{POLICY, Version};

use super::page::Page;
use super::shell::{Section, Shell};
use super::trouble::Trouble;
use super::visit::Visit;
use super::wording;

/// A version in the list of versions.
struct VersionView {
    number: i32,
    effective: String,
    sha256: String,
    state: State,
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
    /// The text, made of the closed set of blocks that `trust::policy::text` writes.
    html: String,
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
    version: i32,
    before: i32,
    effective: String,
    base: String,
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
    let versions = versions(visit, code).await?;
    let in_force = versions.iter().find(|one| effective(one) <= now);
    let shown = match version {
        None => in_force,
        Some(number) => versions
            .iter()
            .find(|one| number.parse() == Ok(one.version)),
    };
    let shown = shown.ok_or(Trouble::NotFound)?;
    let state = |one: &Version| match in_force {
        _ if effective(one) > now => State::Future,
        Some(in_force) if in_force.version == one.version => State::InForce,
        _ => State::Past,
    };
    let zone = wording::zone(visit.site.booking.catalogue().await?.as_ref());
    let day = |one: &Version| wording::full_day(visit.words, effective(one).timestamp(), &zone);
    let list = versions.iter().map(|one| VersionView {
        number: one.version,
        effective: day(one),
        sha256: one.sha256.clone(),
        state: state(one),
        shown: one.version == shown.version,
        follows: versions.iter().any(|other| other.version < one.version),
    });
    let page = DocumentPage {
        shell: visit.shell(Section::Documents),
        title: shown.title.clone(),
        text_language: shown.language.code(),
        html: html(shown)?,
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
    let versions = versions(visit, code).await?;
    let at = versions
        .iter()
        .position(|one| version.parse() == Ok(one.version))
        .ok_or(Trouble::NotFound)?;
    let (new, old) = (
        &versions[at],
        versions.get(at + 1).ok_or(Trouble::NotFound)?,
    );
    let zone = wording::zone(visit.site.booking.catalogue().await?.as_ref());
    let page = ChangesPage {
        shell: visit.shell(Section::Documents),
        title: new.title.clone(),
        text_language: new.language.code(),
        version: new.version,
        before: old.version,
        effective: wording::full_day(visit.words, effective(new).timestamp(), &zone),
        base: base(code),
        chunks: difference(&read(old)?.plain(), &read(new)?.plain()),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

/// All versions, the newest first: in the visitor's language, or in the one the clinic published.
async fn versions(visit: &Visit, code: &str) -> Result<Vec<Version>, Trouble> {
    let own = visit
        .site
        .trust
        .document_versions(code, visit.words.0)
        .await?;
    if !own.is_empty() {
        return Ok(own);
    }
    for other in Language::ALL
        .into_iter()
        .filter(|language| *language != visit.words.0)
    {
        let versions = visit.site.trust.document_versions(code, other).await?;
        if !versions.is_empty() {
            return Ok(versions);
        }
    }
    Err(Trouble::NotFound)
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

fn read(version: &Version) -> Result<Text, Trouble> {
    Ok(Text::read(version.body.as_bytes()).map_err(kernel::Fault::from)?)
}

/// The text under the page's own heading: one that only repeats the title is left out.
fn html(version: &Version) -> Result<String, Trouble> {
    let text = read(version)?;
    let html = text.html_from(2);
    let repeats = text.blocks().first().is_some_and(|block| {
        matches!(block.kind, Kind::Heading { .. }) && block.words().trim() == version.title.trim()
    });
    let rest = html.find("</h2>\n").map(|at| at + "</h2>\n".len());
    Ok(match rest {
        Some(at) if repeats && html.starts_with("<h2") => html[at..].to_owned(),
        _ => html,
    })
}

impl Page for DocumentPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        let text = Text::read("# Политика\n\n1.1. Пункт <b>первый</b>\n\n- один\n- два\n\n## Раздел\n\n[Ссылка](/book)\n".as_bytes());
        let html = text.expect("a text").html_from(2);
        let view = |number, state, shown| VersionView {
            number,
            effective: "24 ноября 2026 года".into(),
            sha256: "ab".repeat(32),
            state,
            shown,
            follows: number > 1,
        };
        let page = |state, version| Self {
            shell: shell.clone(),
            title: "Политика конфиденциальности".into(),
            text_language: "ru",
            html: html.clone(),
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
        vec![
            page(State::Future, 3),
            page(State::InForce, 2),
            page(State::Past, 1),
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
            version: 2,
            before: 1,
            effective: "24 ноября 2026 года".into(),
            base: "/policy".into(),
            chunks: difference(old, new),
        };
        vec![
            page("Срок три года.\n<b>\n", "Срок пять лет.\n<b>\n"),
            page("Одно.\n", "Одно.\n"),
        ]
    }
}

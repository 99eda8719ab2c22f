//! `/consents`: what the clinic asks agreement to, in which service and case, each with its text as it is in force.
//!
//! *Invariant*: nothing is agreed to here; the texts are the very versions that the forms ask.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use trust::consent::Asked;
use trust::consent::declaration::{Coded, Declaration, POLICY_DOCUMENT};

use super::boxes::address;
use super::made::{self, Place};
use super::page::Page;
use super::shell::{Section, Shell};
use super::trouble::Trouble;
use super::visit::Visit;

/// A consent.
struct ConsentView {
    id: String,
    title: String,
    /// The language of title and text where it is not the page's.
    foreign: Option<&'static str>,
    /// Codes of the cases in which it is asked; none where the service is for one alone.
    cases: Vec<&'static str>,
    required: bool,
    /// The sentence beside the box.
    sentence: String,
    version: i32,
    sha256: String,
    /// Where the version is read.
    href: String,
    /// Its text, made of the closed set of blocks; the policy's is read at its own address.
    html: Option<Arc<str>>,
}

/// A service with what it asks.
struct ServiceView {
    code: String,
    title: String,
    aim: String,
    /// Where it is asked for.
    href: String,
    consents: Vec<ConsentView>,
}

/// `/consents`.
#[derive(Template)]
#[template(path = "site/consents.html")]
pub(super) struct ConsentsPage {
    shell: Shell,
    services: Vec<ServiceView>,
}

/// `GET /consents`.
pub(super) async fn consents(visit: Visit) -> Response {
    let made = page(&visit).await;
    visit.answer(made)
}

async fn page(visit: &Visit) -> Result<Response, Trouble> {
    let words = visit.words;
    let mut services = Vec::new();
    for declaration in visit.site.texts.declarations() {
        services.push(service(visit, declaration).await?);
    }
    let page = ConsentsPage {
        shell: visit.found(
            Section::Documents,
            words.say("consents-page-title"),
            words.with("consents-about", "clinic", visit.clinic_name()),
            None,
        ),
        services,
    };
    Ok(visit.page(StatusCode::OK, &page))
}

async fn service(visit: &Visit, declaration: &Declaration) -> Result<ServiceView, Trouble> {
    let words = visit.words;
    let mut consents: Vec<ConsentView> = Vec::new();
    for case in &declaration.for_whom {
        let asked = visit
            .site
            .trust
            .consents_asked(declaration, *case, words.0)
            .await?;
        for asked in asked {
            let id = format!("{}-{}", declaration.code, asked.document);
            if let Some(known) = consents.iter_mut().find(|one| one.id == id) {
                known.cases.push(case.code());
                continue;
            }
            consents.push(ConsentView {
                id,
                cases: vec![case.code()],
                foreign: (asked.language != words.0).then_some(asked.language.code()),
                required: asked.required,
                version: asked.version,
                href: address(&asked, words.0),
                html: text(visit, &asked).await?,
                title: asked.title,
                sentence: asked.text,
                sha256: asked.sha256,
            });
        }
    }
    if declaration.for_whom.len() == 1 {
        consents.iter_mut().for_each(|one| one.cases.clear());
    }
    Ok(ServiceView {
        title: declaration.title.get(words.of_texts()).to_owned(),
        aim: declaration.aim.get(words.of_texts()).to_owned(),
        href: if declaration.code == clinic::booking::SERVICE {
            "/book".to_owned()
        } else {
            format!("/services/{}", declaration.code)
        },
        code: declaration.code.clone(),
        consents,
    })
}

/// The text of a consent as HTML, its headings under the page's own.
async fn text(visit: &Visit, asked: &Asked) -> Result<Option<Arc<str>>, Trouble> {
    if asked.document == POLICY_DOCUMENT {
        return Ok(None);
    }
    let known = made::known(&asked.sha256, &asked.title, Place::Among);
    if known.is_some() {
        return Ok(known);
    }
    let history = visit.site.trust.document_history(&asked.document).await?;
    let version = history
        .exact(asked.version, asked.language)
        .ok_or(Trouble::NotFound)?;
    Ok(Some(made::html(visit, version, Place::Among).await?))
}

impl Page for ConsentsPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        let text =
            trust::policy::text::Text::read("# Согласие\n\n## Раздел <b>\n\n1. Пункт\n".as_bytes());
        let html = made::rendered(&text.expect("a text"), "Согласие", Place::Among);
        let own = ConsentView {
            id: "booking-own".into(),
            title: "Согласие на обработку <данных>".into(),
            foreign: None,
            cases: vec!["self", "child"],
            required: true,
            sentence: "Даю согласие & подтверждаю".into(),
            version: 2,
            sha256: "ab".repeat(32),
            href: "/documents/own/2?language=ru".into(),
            html: Some(html.into()),
        };
        let policy = ConsentView {
            id: "booking-policy".into(),
            foreign: Some("ru"),
            cases: Vec::new(),
            required: false,
            sentence: "Ознакомлен с политикой".into(),
            version: 1,
            title: "Политика".into(),
            sha256: "cd".repeat(32),
            href: "/policy/1?language=ru".into(),
            html: None,
        };
        let service = |consents| ServiceView {
            code: "booking".into(),
            title: "Запись на приём".into(),
            aim: "записать на приём".into(),
            href: "/book".into(),
            consents,
        };
        vec![
            Self {
                shell: shell.clone(),
                services: vec![service(vec![own, policy])],
            },
            Self {
                shell: shell.clone(),
                services: vec![service(Vec::new())],
            },
            Self {
                shell,
                services: Vec::new(),
            },
        ]
    }
}

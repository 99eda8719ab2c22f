//! `/prices`: what the clinic gives, for how much, by speciality.
//!
//! *Invariant*: no words of a visitor are looked for. Whoever looks for a service writes what ails them, and an address
//! is kept by browsers, proxies and logs; so the list is narrowed by speciality, a code of the clinic's own, and a
//! browser's own search finds words on the page.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use clinic::booking::Catalogue;
use clinic::booking::catalogue::Service;

use super::doctors::book_link;
use super::facts::Telling;
use super::page::Page;
use super::shell::{Section, Shell};
use super::trouble::Trouble;
use super::visit::{Visit, escaped};
use crate::wording;
use crate::words::Words;

/// Who gives a service.
struct Giver {
    name: String,
    href: String,
}

/// A service with its price.
struct Priced {
    code: String,
    title: String,
    about: String,
    length: String,
    price: String,
    ages: Option<String>,
    preparation: String,
    givers: Vec<Giver>,
    book: String,
}

/// Services of one speciality.
struct Group {
    code: String,
    title: String,
    services: Vec<Priced>,
}

/// A speciality to narrow the list to.
struct Choice {
    title: String,
    href: String,
    chosen: bool,
}

/// `/prices`.
#[derive(Template)]
#[template(path = "site/prices.html")]
pub(super) struct PricesPage {
    shell: Shell,
    choices: Vec<Choice>,
    /// Whether one speciality alone is shown.
    narrowed: bool,
    groups: Vec<Group>,
}

/// `GET /prices`.
pub(super) async fn prices(visit: Visit) -> Response {
    let made = page(&visit).await;
    visit.answer(made)
}

async fn page(visit: &Visit) -> Result<Response, Trouble> {
    let words = visit.words;
    let catalogue = visit.site.booking.catalogue().await?;
    let codes = codes(&catalogue);
    let asked = visit.query.get("speciality");
    let asked = codes.iter().copied().find(|code| *code == Some(asked));
    let choices = codes.iter().map(|code| Choice {
        title: title(words, *code),
        href: format!("/prices?speciality={}", escaped(code.unwrap_or_default())),
        chosen: asked == Some(*code),
    });
    let shown = codes
        .iter()
        .filter(|code| asked.is_none_or(|asked| asked == **code));
    let groups = shown.map(|code| Group {
        code: code.unwrap_or("other").to_owned(),
        title: title(words, *code),
        services: catalogue
            .services
            .iter()
            .filter(|service| speciality(&catalogue, service) == *code)
            .map(|service| priced(words, &catalogue, service))
            .collect(),
    });
    let shell = visit.shell(Section::Prices);
    let telling = Telling {
        words,
        origin: &visit.site.origin,
        clinic: &shell.clinic,
    };
    let about = words.with("prices-about", "clinic", visit.clinic_name());
    let page = PricesPage {
        shell: visit.found(
            Section::Prices,
            words.say("services-title"),
            about,
            Some(telling.prices(catalogue.services.iter())),
        ),
        choices: choices
            .filter(|choice| !choice.href.ends_with('='))
            .collect(),
        narrowed: asked.is_some(),
        groups: groups.collect(),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

/// Codes of the specialities that services belong to, in the services' order; what nobody gives has none and is last.
fn codes(catalogue: &Catalogue) -> Vec<Option<&str>> {
    let mut codes = Vec::new();
    for service in &catalogue.services {
        let code = speciality(catalogue, service);
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes.sort_by_key(Option::is_none);
    codes
}

/// The speciality of the first who gives it.
fn speciality<'a>(catalogue: &'a Catalogue, service: &Service) -> Option<&'a str> {
    let mut givers = service.practitioners.iter();
    let first = givers.find_map(|id| catalogue.practitioner(*id))?;
    Some(first.family.as_str())
}

fn title(words: Words, code: Option<&str>) -> String {
    code.map_or_else(
        || words.say("services-other"),
        |code| wording::speciality_coded(words, code),
    )
}

fn priced(words: Words, catalogue: &Catalogue, service: &Service) -> Priced {
    let own = |text: &clinic::booking::catalogue::Words| text.get(words.0).to_owned();
    let givers = catalogue
        .practitioners()
        .filter(|one| service.practitioners.contains(&one.id));
    Priced {
        code: service.code.clone(),
        title: own(&service.title),
        about: own(&service.about),
        length: wording::length(words, service.visit.duration().into()),
        price: wording::money(service.price),
        ages: wording::ages(words, service.age_from, service.age_to),
        preparation: own(&service.preparation),
        givers: givers
            .map(|one| Giver {
                name: one.title.get(words.0).to_owned(),
                href: format!("/doctors/{}", escaped(&one.code)),
            })
            .collect(),
        book: book_link(&[("service", &service.code)]),
    }
}

impl Page for PricesPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        let giver = || Giver {
            name: "Образцова <Проба>".into(),
            href: "/doctors/obraztsova".into(),
        };
        let full = |code: &str| Priced {
            code: code.into(),
            title: "Приём <терапевта> & осмотр".into(),
            about: "Осмотр и план".into(),
            length: "30 минут".into(),
            price: "1 800 ₽".into(),
            ages: Some("с 18 лет".into()),
            preparation: "Возьмите паспорт".into(),
            givers: vec![giver(), giver()],
            book: "/book?service=visit".into(),
        };
        let bare = Priced {
            about: String::new(),
            ages: None,
            preparation: String::new(),
            givers: Vec::new(),
            ..full("bare")
        };
        let page = |narrowed, groups| Self {
            shell: shell.clone(),
            choices: vec![
                Choice {
                    title: "Терапевт".into(),
                    href: "/prices?speciality=therapist".into(),
                    chosen: narrowed,
                },
                Choice {
                    title: "<ЛОР>".into(),
                    href: "/prices?speciality=ent".into(),
                    chosen: false,
                },
            ],
            narrowed,
            groups,
        };
        let group = |code: &str, services| Group {
            code: code.into(),
            title: "Терапевт".into(),
            services,
        };
        let empty = Self {
            choices: Vec::new(),
            ..page(false, Vec::new())
        };
        vec![
            page(
                false,
                vec![
                    group("therapist", vec![full("visit")]),
                    group("other", vec![bare]),
                ],
            ),
            page(true, vec![group("therapist", vec![full("visit")])]),
            empty,
        ]
    }
}

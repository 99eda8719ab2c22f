//! `/legal`: who the clinic is before the law: licence, registration, addresses, who governs it, who takes complaints;
//! and `/legal/{code}`, the clinic's rules and other texts. All of it from the operator's record and the clinic's own
//! files (the list of Приказ Минздрава 956н, which stays the safe base of what a clinic's site shows); what a clinic did
//! not write is left out.
//!
//! *Invariant*: the sites of authorities and insurers are told, and nobody is led or sent there by us.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::Language;
use trust::consent::declaration::{
    Authority, Insurer, LegalInformation, Official, Operator, day_in_words, dialled,
};

use super::page::Page;
use super::shell::{PhoneLink, Section, Shell};
use super::trouble::Trouble;
use super::visit::{Visit, escaped};
use crate::words::Words;

/// A line of the record.
struct Fact {
    name: String,
    value: String,
}

/// Somebody whom a patient may address: one who governs, an authority, an insurer.
struct Contact {
    name: String,
    /// The post, or what they look after.
    about: String,
    address: String,
    /// When patients are received.
    reception: String,
    phones: Vec<PhoneLink>,
    email: String,
    /// The host of the site, as text.
    site: String,
}

/// What the licence allows at an address.
struct Licensed {
    address: String,
    works: String,
}

/// A text with a page of its own.
struct TextLink {
    title: String,
    href: String,
    /// The language of the title where it is not the page's.
    foreign: Option<&'static str>,
}

/// `/legal`.
#[derive(Template)]
#[template(path = "site/legal.html")]
pub(super) struct LegalPage {
    shell: Shell,
    facts: Vec<Fact>,
    founders: Vec<String>,
    licence: Vec<Fact>,
    licensed: Vec<Licensed>,
    governing: Vec<Contact>,
    authorities: Vec<Contact>,
    insurance: String,
    insurers: Vec<Contact>,
    texts: Vec<TextLink>,
    privacy_email: String,
    responsible: String,
}

/// A text of the clinic: rules for patients, terms of paid services.
#[derive(Template)]
#[template(path = "site/text.html")]
pub(super) struct TextPage {
    shell: Shell,
    title: String,
    /// The language of the text, which may not be the page's.
    text_language: &'static str,
    /// The text, made of the closed set of blocks that `trust::policy::text` writes.
    html: String,
}

impl TextPage {
    fn is_foreign(&self) -> bool {
        self.text_language != self.shell.language()
    }
}

/// `GET /legal`.
pub(super) async fn legal(visit: Visit) -> Response {
    let words = visit.words;
    let about = words.with("legal-about", "clinic", visit.clinic_name());
    let shell = visit.found(Section::None, words.say("legal-title"), about, None);
    let texts = &visit.site.texts;
    let mut page = LegalPage::of(shell, texts.operator(), texts.site().legal());
    page.texts = texts
        .site()
        .texts()
        .iter()
        .map(|text| TextLink {
            title: text.title(words.0),
            href: format!("/legal/{}", escaped(&text.code)),
            foreign: foreign(text.text(words.0).1, words.0),
        })
        .collect();
    visit.page(StatusCode::OK, &page)
}

/// `GET /legal/{code}`.
pub(super) async fn text(visit: Visit, Path(code): Path<String>) -> Response {
    let words = visit.words;
    let Some(text) = visit.site.texts.site().text(&code) else {
        return visit.answer(Err(Trouble::NotFound));
    };
    let title = text.title(words.0);
    let about = words.fill(
        "text-about",
        [
            ("title", title.as_str().into()),
            ("clinic", visit.clinic_name().into()),
        ],
    );
    let page = TextPage {
        shell: visit.found(Section::None, title.clone(), about, None),
        title,
        text_language: text.text(words.0).1.code(),
        html: text.html(words.0),
    };
    visit.page(StatusCode::OK, &page)
}

fn foreign(text: Language, page: Language) -> Option<&'static str> {
    (text != page).then_some(text.code())
}

impl LegalPage {
    fn of(shell: Shell, operator: &Operator, legal: &LegalInformation) -> Self {
        let words = shell.words;
        let language = words.of_texts();
        let fact = |key: &str, value: &str| Fact {
            name: words.say(key),
            value: value.to_owned(),
        };
        let mut facts = vec![
            fact("legal-full-name", operator.legal_name.get(language)),
            fact("legal-short-name", operator.short_name.get(language)),
            fact("legal-address", operator.legal_address.get(language)),
            fact("legal-post-address", operator.postal_address.get(language)),
            fact("footer-ogrn", &operator.ogrn),
            fact("footer-inn", &operator.inn),
        ];
        if let Some(registration) = &legal.registration {
            let on = day_in_words(registration.on, language);
            facts.push(fact("legal-registered-on", &on));
            facts.push(fact("legal-registered-by", registration.by.get(language)));
        }
        let licence = &operator.licence;
        let insurance = legal.insurance.as_ref();
        Self {
            facts,
            founders: legal
                .founders
                .iter()
                .map(|name| name.get(language).to_owned())
                .collect(),
            licence: vec![
                fact("legal-licence-number", &licence.number),
                fact(
                    "legal-licence-date",
                    &day_in_words(licence.issued_on, language),
                ),
                fact("legal-licence-issuer", licence.issuer.get(language)),
            ],
            licensed: legal
                .licensed
                .iter()
                .map(|place| Licensed {
                    address: place.address.get(language).to_owned(),
                    works: place.works.get(language).to_owned(),
                })
                .collect(),
            governing: legal
                .governing
                .iter()
                .map(|one| Contact::governing(words, one))
                .collect(),
            authorities: legal
                .authorities
                .iter()
                .map(|one| Contact::authority(words, one))
                .collect(),
            insurance: insurance.map_or_else(String::new, |says| says.get(language).to_owned()),
            insurers: legal
                .insurers
                .iter()
                .map(|one| Contact::insurer(words, one))
                .collect(),
            texts: Vec::new(),
            privacy_email: operator.privacy_email.clone(),
            responsible: operator.responsible_post.get(language).to_owned(),
            shell,
        }
    }
}

impl Contact {
    fn governing(words: Words, one: &Official) -> Self {
        let language = words.of_texts();
        let reception = one.reception.as_ref();
        Self {
            name: one.name.get(language).to_owned(),
            about: one.post.get(language).to_owned(),
            address: String::new(),
            reception: reception.map_or_else(String::new, |when| when.get(language).to_owned()),
            phones: phones(&one.phones),
            email: one.email.clone().unwrap_or_default(),
            site: String::new(),
        }
    }

    fn authority(words: Words, one: &Authority) -> Self {
        let language = words.of_texts();
        let about = one.about.as_ref();
        Self {
            name: one.name.get(language).to_owned(),
            about: about.map_or_else(String::new, |about| about.get(language).to_owned()),
            address: one.address.get(language).to_owned(),
            reception: String::new(),
            phones: phones(&one.phones),
            email: one.email.clone().unwrap_or_default(),
            site: host(one.site.as_deref()),
        }
    }

    fn insurer(words: Words, one: &Insurer) -> Self {
        Self {
            name: one.name.get(words.of_texts()).to_owned(),
            about: String::new(),
            address: String::new(),
            reception: String::new(),
            phones: phones(&one.phones),
            email: String::new(),
            site: host(one.site.as_deref()),
        }
    }
}

fn phones(shown: &[String]) -> Vec<PhoneLink> {
    let links = shown.iter().map(|shown| PhoneLink {
        shown: shown.clone(),
        dialled: dialled(shown),
    });
    links.collect()
}

/// The host of a site, as people write it.
fn host(site: Option<&str>) -> String {
    let site = site.unwrap_or_default();
    site.trim_start_matches("https://").to_owned()
}

impl Page for LegalPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        use trust::consent::declaration::bundled;
        let operator = Operator::parse(bundled::DEMO_OPERATOR).expect("the operator");
        let told = LegalInformation::parse(bundled::DEMO_LEGAL).expect("the information");
        let mut full = Self::of(shell.clone(), &operator, &told);
        full.texts = vec![
            TextLink {
                title: "Правила <для пациентов>".into(),
                href: "/legal/rules".into(),
                foreign: None,
            },
            TextLink {
                title: "Права".into(),
                href: "/legal/rights".into(),
                foreign: Some("ru"),
            },
        ];
        let insurer = Insurer {
            name: told.founders[0].clone(),
            phones: vec!["+7 495 000-00-09".into()],
            site: Some("https://insurer.example".into()),
        };
        full.insurers = vec![Contact::insurer(shell.words, &insurer)];
        vec![
            full,
            Self::of(shell, &operator, &LegalInformation::default()),
        ]
    }
}

impl Page for TextPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        let text =
            trust::policy::text::Text::read("# Правила\n\n## До <приёма>\n\n- Раз\n".as_bytes());
        vec![Self {
            shell,
            title: "Правила".into(),
            text_language: "ru",
            html: text.expect("a text").html_under("Правила", 2),
        }]
    }
}

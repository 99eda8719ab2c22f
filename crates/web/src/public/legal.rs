//! `/legal`: who the clinic is before the law: licence, registration, addresses, who answers for what. All of it from
//! the operator's record (the list of Приказ Минздрава 956н, which stays the safe base of what a clinic's site shows).

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use trust::consent::declaration::{Operator, day_in_words};

use super::page::Page;
use super::shell::{Section, Shell};
use super::visit::Visit;
use super::words::Words;

/// A line of the record.
struct Fact {
    name: String,
    /// Lines of the value.
    value: Vec<String>,
}

/// `/legal`.
#[derive(Template)]
#[template(path = "site/legal.html")]
pub(super) struct LegalPage {
    shell: Shell,
    facts: Vec<Fact>,
    licence: Vec<Fact>,
    privacy_email: String,
    responsible: String,
}

/// `GET /legal`.
pub(super) async fn legal(visit: Visit) -> Response {
    let words = visit.words;
    let about = words.with("legal-about", "clinic", visit.clinic_name());
    let shell = visit.found(Section::None, words.say("legal-title"), about, None);
    let page = LegalPage::of(shell, visit.site.texts.operator());
    visit.page(StatusCode::OK, &page)
}

impl LegalPage {
    fn of(shell: Shell, operator: &Operator) -> Self {
        let words = shell.words;
        let language = words.of_texts();
        let fact = |key: &str, value: &str| fact(words, key, [value]);
        let licence = &operator.licence;
        Self {
            facts: vec![
                fact("legal-full-name", operator.legal_name.get(language)),
                fact("legal-short-name", operator.short_name.get(language)),
                fact("legal-address", operator.legal_address.get(language)),
                fact("legal-post-address", operator.postal_address.get(language)),
                fact("footer-ogrn", &operator.ogrn),
                fact("footer-inn", &operator.inn),
            ],
            licence: vec![
                fact("legal-licence-number", &licence.number),
                fact(
                    "legal-licence-date",
                    &day_in_words(licence.issued_on, language),
                ),
                fact("legal-licence-issuer", licence.issuer.get(language)),
            ],
            privacy_email: operator.privacy_email.clone(),
            responsible: operator.responsible_post.get(language).to_owned(),
            shell,
        }
    }
}

fn fact<'a>(words: Words, key: &str, value: impl IntoIterator<Item = &'a str>) -> Fact {
    Fact {
        name: words.say(key),
        value: value.into_iter().map(str::to_owned).collect(),
    }
}

impl Page for LegalPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        let source = trust::consent::declaration::bundled::DEMO_OPERATOR;
        let operator = Operator::parse(source).expect("the operator");
        vec![Self::of(shell, &operator)]
    }
}

//! The operator's record as a form, and the form as the record.

use serde_json::Value;
use trust::consent::declaration::{Operator, Words as Said};

use super::fields::{Field, Filled};
use crate::words::Words;

/// Fields of the record: name, kind, whether it must be filled.
const FIELDS: [(&str, &str, bool); 19] = [
    ("name", "text", true),
    ("name_en", "text", false),
    ("legal_name", "text", true),
    ("legal_name_en", "text", false),
    ("short_name", "text", true),
    ("inn", "text", true),
    ("ogrn", "text", true),
    ("legal_address", "text", true),
    ("postal_address", "text", false),
    ("phones", "text", true),
    ("outgoing", "text", false),
    ("email", "text", true),
    ("privacy_email", "text", false),
    ("site", "text", true),
    ("licence_number", "text", true),
    ("licence_date", "date", true),
    ("licence_issuer", "text", true),
    ("responsible", "text", true),
    ("system", "text", true),
];

/// The record as its fields have it.
pub(super) struct Record<'a> {
    /// Nothing for the sample's, which is nobody's: its fields begin empty.
    pub(super) operator: Option<&'a Operator>,
    /// How the outside names the site.
    pub(super) origin: &'a str,
}

impl Filled for Record<'_> {
    fn text(&self, name: &str) -> String {
        let Some(one) = self.operator else {
            return match name {
                "site" if self.origin.starts_with("https://") => self.origin.to_owned(),
                "system" => "ИСПДн «Регистратура»".to_owned(),
                "responsible" => {
                    "ответственный за организацию обработки персональных данных".to_owned()
                }
                _ => String::new(),
            };
        };
        let english = |words: &Said| {
            if words.en == words.ru {
                String::new()
            } else {
                words.en.clone()
            }
        };
        match name {
            "name" => one.name.ru.clone(),
            "name_en" => english(&one.name),
            "legal_name" => one.legal_name.ru.clone(),
            "legal_name_en" => english(&one.legal_name),
            "short_name" => one.short_name.ru.clone(),
            "inn" => one.inn.clone(),
            "ogrn" => one.ogrn.clone(),
            "legal_address" => one.legal_address.ru.clone(),
            "postal_address" => one.postal_address.ru.clone(),
            "phones" => one.phones.join(", "),
            "outgoing" => one.outgoing_numbers.join(", "),
            "email" => one.email.clone(),
            "privacy_email" => one.privacy_email.clone(),
            "site" => one.site.clone(),
            "licence_number" => one.licence.number.clone(),
            "licence_date" => one.licence.issued_on.to_string(),
            "licence_issuer" => one.licence.issuer.ru.clone(),
            "responsible" => one.responsible_post.ru.clone(),
            "system" => one.system_name.ru.clone(),
            _ => String::new(),
        }
    }

    fn ticked(&self, _: &str) -> std::collections::BTreeSet<String> {
        std::collections::BTreeSet::new()
    }
}

/// The fields, with what is wrong with those of these names.
pub(super) fn fields(words: Words, filled: &dyn Filled, wrong: &[String]) -> Vec<Field> {
    FIELDS
        .iter()
        .map(|(name, kind, must)| {
            let key = name.replace('_', "-");
            Field {
                name,
                label: words.say(&format!("desk-setup-field-{key}")),
                hint: words.maybe(&format!("desk-setup-hint-{key}")),
                kind,
                value: filled.text(name),
                must: *must,
                error: wrong.iter().any(|one| one == name).then(|| {
                    words
                        .maybe(&format!("desk-setup-wrong-{key}"))
                        .unwrap_or_else(|| words.say("desk-setup-wrong-empty"))
                }),
                choices: Vec::new(),
            }
        })
        .collect()
}

/// The record as a file of the clinic's folder.
///
/// # Errors
/// The names of the fields that cannot be so.
pub(super) fn file(filled: &dyn Filled, policy_path: &str) -> Result<String, Vec<String>> {
    let text = |name: &str| filled.text(name).trim().to_owned();
    let mut wrong: Vec<String> = FIELDS
        .iter()
        .filter(|(name, _, must)| *must && text(name).is_empty())
        .map(|(name, ..)| (*name).to_owned())
        .collect();
    // A string of JSON is one of TOML.
    let quoted = |text: &str| Value::String(text.to_owned()).to_string();
    let both = |ru: &str, en: &str| {
        if en.is_empty() {
            quoted(ru)
        } else {
            format!("{{ ru = {}, en = {} }}", quoted(ru), quoted(en))
        }
    };
    let list = |name: &str| {
        let numbers: Vec<String> = text(name)
            .split([',', ';', '\n'])
            .map(str::trim)
            .filter(|number| !number.is_empty())
            .map(quoted)
            .collect();
        format!("[{}]", numbers.join(", "))
    };
    let or = |name: &str, other: &str| {
        let own = text(name);
        if own.is_empty() { text(other) } else { own }
    };
    let date: jiff::civil::Date = match text("licence_date").parse() {
        Ok(date) => date,
        Err(_) => {
            wrong.push("licence_date".to_owned());
            jiff::civil::date(2000, 1, 1)
        }
    };
    let site = text("site");
    let site = site.trim_end_matches('/');
    let file = format!(
        "# Written on screen.\n\
         legal_name = {}\nshort_name = {}\nname = {}\nlegal_address = {}\npostal_address = {}\n\
         site = {}\npolicy_path = {}\nemail = {}\nprivacy_email = {}\nphones = {}\noutgoing_numbers = {}\n\
         ogrn = {}\ninn = {}\n\n\
         [licence]\nnumber = {}\nissued_on = {date}\nissuer = {}\n\n\
         [responsible]\npost = {}\n\n[system]\nname = {}\n",
        both(&text("legal_name"), &text("legal_name_en")),
        quoted(&text("short_name")),
        both(&text("name"), &text("name_en")),
        quoted(&text("legal_address")),
        quoted(&or("postal_address", "legal_address")),
        quoted(site),
        quoted(policy_path),
        quoted(&text("email")),
        quoted(&or("privacy_email", "email")),
        list("phones"),
        list("outgoing"),
        quoted(&text("ogrn")),
        quoted(&text("inn")),
        quoted(&text("licence_number")),
        quoted(&text("licence_issuer")),
        quoted(&text("responsible")),
        quoted(&text("system")),
    );
    if let Err(problems) = Operator::parse(&file) {
        wrong.extend(problems.iter().map(|problem| named(&problem.path)));
    }
    wrong.sort_unstable();
    wrong.dedup();
    if wrong.is_empty() {
        Ok(file)
    } else {
        Err(wrong)
    }
}

/// The field that holds a place of the file.
fn named(path: &str) -> String {
    let path = path.split('[').next().unwrap_or(path);
    match path {
        "licence.number" => "licence_number",
        "licence.issued_on" => "licence_date",
        "licence.issuer" => "licence_issuer",
        "responsible.post" => "responsible",
        "system.name" => "system",
        "outgoing_numbers" => "outgoing",
        other => other.split('.').next().unwrap_or(other),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};
    use trust::consent::declaration::bundled;

    struct Form(BTreeMap<&'static str, String>);

    impl Filled for Form {
        fn text(&self, name: &str) -> String {
            self.0.get(name).cloned().unwrap_or_default()
        }

        fn ticked(&self, _: &str) -> BTreeSet<String> {
            BTreeSet::new()
        }
    }

    fn sample() -> Form {
        let operator = Operator::parse(bundled::DEMO_OPERATOR).expect("the sample");
        let record = Record {
            operator: Some(&operator),
            origin: "",
        };
        let texts = FIELDS.map(|(name, ..)| (name, record.text(name)));
        Form(texts.into_iter().collect())
    }

    #[test]
    fn a_record_comes_back_from_its_form() {
        let written = file(&sample(), "/upload/policy.pdf").expect("a record");
        let read = Operator::parse(&written).expect("it reads");
        let known = Operator::parse(bundled::DEMO_OPERATOR).expect("the sample");
        assert_eq!(
            (&read.name, &read.legal_name),
            (&known.name, &known.legal_name)
        );
        assert_eq!(
            (&read.inn, &read.phones, &read.licence.issued_on),
            (&known.inn, &known.phones, &known.licence.issued_on)
        );
        assert_eq!(read.policy_path, "/upload/policy.pdf");
    }

    #[test]
    fn what_is_wrong_is_told_by_field_all_at_once() {
        let mut form = sample();
        form.0.insert("inn", "7707083894".into());
        form.0.insert("site", "клиника".into());
        form.0.insert("name", "\"] = 1\nx".into());
        form.0.insert("licence_date", "вчера".into());
        form.0.insert("phones", String::new());
        let wrong = file(&form, "/upload/policy.pdf").expect_err("it cannot be so");
        assert_eq!(wrong, ["inn", "licence_date", "name", "phones", "site"]);
    }
}

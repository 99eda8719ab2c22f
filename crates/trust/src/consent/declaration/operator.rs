//! The operator: one record that fills the policy, consents, acts, letters and pages (clause 2.1). Another clinic
//! changes one file; no operator's name stands in code.

use jiff::civil::Date;

use super::numbers::{is_inn, is_ogrn};
use super::problem::Problem;
use super::reader::{Reader, read};
use super::words::Words;

/// The operator of personal data (152-ФЗ ст. 3 п. 2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Full legal name.
    pub legal_name: Words,
    /// Short legal name.
    pub short_name: Words,
    /// The clinic's name as patients know it.
    pub name: Words,
    /// Registered address.
    pub legal_address: Words,
    /// Where letters go.
    pub postal_address: Words,
    /// The site, `https://host` without a path.
    pub site: String,
    /// Where on the site the policy in force always is (clause 2.5).
    pub policy_path: String,
    /// Questions and support (clause 7.1).
    pub email: String,
    /// Requests about personal data; the same as `email` where no other is named.
    pub privacy_email: String,
    /// Phones, as shown («+7 495 000-00-00»).
    pub phones: Vec<String>,
    /// The fixed numbers the clinic calls from; the phones where none are named.
    pub outgoing_numbers: Vec<String>,
    /// ОГРН or ОГРНИП.
    pub ogrn: String,
    /// ИНН.
    pub inn: String,
    /// The medical licence.
    pub licence: Licence,
    /// The post of the person responsible for organising the processing (152-ФЗ ст. 22.1).
    pub responsible_post: Words,
    /// The name of the information system (ИСПДн), for acts of destruction (Приказ РКН 179).
    pub system_name: Words,
}

/// A licence for medical activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licence {
    /// Its number.
    pub number: String,
    /// The day of issue.
    pub issued_on: Date,
    /// Who issued it.
    pub issuer: Words,
}

impl Operator {
    /// Reads the record from TOML; every problem of the file at once.
    pub fn parse(source: &str) -> Result<Self, Vec<Problem>> {
        read(source, operator)
    }

    /// The site's host.
    pub fn host(&self) -> &str {
        self.site.strip_prefix("https://").unwrap_or(&self.site)
    }

    /// The full address of the policy in force.
    pub fn policy_url(&self) -> String {
        format!("{}{}", self.site, self.policy_path)
    }
}

/// A shown phone as a `tel:` address takes it: `+74950000000`.
pub fn dialled(phone: &str) -> String {
    phone
        .chars()
        .filter(|character| character.is_ascii_digit() || *character == '+')
        .collect()
}

fn operator(file: &Reader<'_>) -> Option<Operator> {
    let legal_name = file.words_or_text("legal_name");
    let short_name = file.words_or_text("short_name");
    let name = file.words_or_text("name");
    let legal_address = file.words_or_text("legal_address");
    let postal_address = file.words_or_text("postal_address");
    let site = checked(
        file,
        "site",
        is_site,
        "https:// and the host alone, such as https://clinic.example",
    );
    let policy_path = file
        .optional_text("policy_path")
        .unwrap_or_else(|| "/upload/personal_medok.pdf".to_owned());
    if !is_path(&policy_path) {
        file.refuse(
            "policy_path",
            "this is not a path of the site",
            "write it from a slash: /upload/personal_medok.pdf",
        );
    }
    let email = checked(
        file,
        "email",
        is_email,
        "an e-mail address such as help@clinic.example",
    );
    let privacy_email = file
        .optional_text("privacy_email")
        .or_else(|| email.clone());
    if privacy_email
        .as_deref()
        .is_some_and(|address| !is_email(address))
        && email.is_some()
    {
        file.refuse(
            "privacy_email",
            "this is not an e-mail address",
            "write one such as privacy@clinic.example",
        );
    }
    let phones = phones(file, "phones");
    if phones.is_empty() {
        file.refuse("phones", "no phone is named", "name at least one: phones = [\"+7 495 000-00-00\"]; it stands at every step as another way to the clinic");
    }
    let outgoing_numbers = Some(self::phones(file, "outgoing_numbers"))
        .filter(|numbers| !numbers.is_empty())
        .unwrap_or_else(|| phones.clone());
    let ogrn = checked(
        file,
        "ogrn",
        is_ogrn,
        "13 digits (15 for a sole trader) as in the register; the last one checks the others",
    );
    let inn = checked(
        file,
        "inn",
        is_inn,
        "10 digits (12 for a sole trader) as in the register; the last ones check the others",
    );
    let licence = file.table("licence", |table| {
        let (number, issued_on, issuer) = (
            table.text("number"),
            table.date("issued_on"),
            table.words_or_text("issuer"),
        );
        Some(Licence {
            number: number?,
            issued_on: issued_on?,
            issuer: issuer?,
        })
    });
    let responsible_post = file.table("responsible", |table| table.words_or_text("post"));
    let system_name = file.table("system", |table| table.words_or_text("name"));
    Some(Operator {
        legal_name: legal_name?,
        short_name: short_name?,
        name: name?,
        legal_address: legal_address?,
        postal_address: postal_address?,
        site: site?,
        policy_path,
        email: email?,
        privacy_email: privacy_email?,
        phones,
        outgoing_numbers,
        ogrn: ogrn?,
        inn: inn?,
        licence: licence?,
        responsible_post: responsible_post?,
        system_name: system_name?,
    })
}

fn checked(file: &Reader<'_>, key: &str, holds: fn(&str) -> bool, wanted: &str) -> Option<String> {
    let text = file.text(key)?;
    if holds(&text) {
        return Some(text);
    }
    file.refuse(
        key,
        format!("`{text}` is not right"),
        format!("write {wanted}"),
    );
    None
}

/// Phones with the country's code; absent is none.
pub(super) fn phones(file: &Reader<'_>, key: &str) -> Vec<String> {
    let numbers = file.texts(key);
    for number in numbers.iter().filter(|number| !is_phone(number)) {
        file.refuse(
            key,
            format!("`{number}` is not a full phone number"),
            "write it with the country's code: +7 495 000-00-00",
        );
    }
    numbers
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.starts_with('+')
        && (11..=15).contains(&digits)
        && text.chars().skip(1).all(|character| {
            character.is_ascii_digit() || matches!(character, ' ' | '-' | '(' | ')')
        })
}

pub(super) fn is_email(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && part.chars().all(|character| {
                character.is_alphanumeric() || matches!(character, '.' | '-' | '_' | '+')
            })
    };
    text.split_once('@').is_some_and(|(name, host)| {
        plain(name)
            && plain(host)
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
    })
}

pub(super) fn is_site(text: &str) -> bool {
    let host = text.strip_prefix("https://").unwrap_or_default();
    host.contains('.')
        && !host.ends_with('.')
        && host
            .chars()
            .all(|character| character.is_alphanumeric() || matches!(character, '.' | '-' | ':'))
}

fn is_path(text: &str) -> bool {
    text.len() > 1
        && text.starts_with('/')
        && !text.starts_with("//")
        && text.chars().all(|character| {
            character.is_ascii_alphanumeric() || matches!(character, '/' | '.' | '-' | '_')
        })
}

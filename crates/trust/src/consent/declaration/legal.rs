//! What a clinic tells of itself beside the operator's record: registration, founders, governing bodies, the works of
//! its licence, who takes complaints, insurers. The list of what a clinic's site shows changes with the law, so every
//! part may be absent: an absent one is left off the page, and `medok doctor` names it.

use jiff::civil::Date;

use super::operator::{is_email, is_site, phones};
use super::problem::Problem;
use super::reader::{Reader, read};
use super::words::Words;

/// The clinic's legal information, in the order of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LegalInformation {
    /// The entry in the register of legal persons or sole traders.
    pub registration: Option<Registration>,
    /// Founders, by name.
    pub founders: Vec<Words>,
    /// Who governs the clinic, and when they receive.
    pub governing: Vec<Official>,
    /// What the licence allows, by address.
    pub licensed: Vec<LicensedPlace>,
    /// Who takes complaints.
    pub authorities: Vec<Authority>,
    /// What is said of insurance before the insurers, or instead of them.
    pub insurance: Option<Words>,
    /// Medical insurers with whom the clinic has contracts.
    pub insurers: Vec<Insurer>,
}

/// A state registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Its day.
    pub on: Date,
    /// The registering body.
    pub by: Words,
}

/// Somebody who governs the clinic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Official {
    /// The post.
    pub post: Words,
    /// The full name, publicly known.
    pub name: Words,
    /// When and where patients are received.
    pub reception: Option<Words>,
    /// Phones, as shown.
    pub phones: Vec<String>,
    /// The e-mail, if there is one.
    pub email: Option<String>,
}

/// What the licence allows at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicensedPlace {
    /// The address.
    pub address: Words,
    /// Works and services, as the register lists them.
    pub works: Words,
}

/// A body that takes complaints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Its name.
    pub name: Words,
    /// What it looks after.
    pub about: Option<Words>,
    /// Its address.
    pub address: Words,
    /// Phones, as shown; one at least.
    pub phones: Vec<String>,
    /// The e-mail, if there is one.
    pub email: Option<String>,
    /// The site, `https://host`.
    pub site: Option<String>,
}

/// A medical insurer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insurer {
    /// Its name.
    pub name: Words,
    /// Phones, as shown.
    pub phones: Vec<String>,
    /// The site, `https://host`.
    pub site: Option<String>,
}

impl LegalInformation {
    /// Reads it from TOML.
    ///
    /// # Errors
    /// Every problem of the file at once.
    pub fn parse(source: &str) -> Result<Self, Vec<Problem>> {
        read(source, |file| {
            let registration = file.has("registration").then(|| {
                file.table("registration", |table| {
                    let (on, by) = (table.date("on"), table.words_or_text("by"));
                    Some(Registration { on: on?, by: by? })
                })
            });
            let insurance = file
                .has("insurance")
                .then(|| file.table("insurance", |table| table.words_or_text("about")));
            Some(Self {
                registration: registration.flatten(),
                founders: file.tables("founders", |table| table.words_or_text("name")),
                governing: file.tables("governing", official),
                licensed: file.tables("licensed", |table| {
                    let (address, works) =
                        (table.words_or_text("address"), table.words_or_text("works"));
                    Some(LicensedPlace {
                        address: address?,
                        works: works?,
                    })
                }),
                authorities: file.tables("authorities", authority),
                insurance: insurance.flatten(),
                insurers: file.tables("insurers", |table| {
                    let name = table.words_or_text("name");
                    Some(Insurer {
                        phones: phones(table, "phones"),
                        site: site(table),
                        name: name?,
                    })
                }),
            })
        })
    }
}

fn official(table: &Reader<'_>) -> Option<Official> {
    let (post, name) = (table.words_or_text("post"), table.words_or_text("name"));
    let reception = optional(table, "reception");
    let (phones, email) = (phones(table, "phones"), email(table));
    Some(Official {
        post: post?,
        name: name?,
        reception,
        phones,
        email,
    })
}

fn authority(table: &Reader<'_>) -> Option<Authority> {
    let (name, address) = (table.words_or_text("name"), table.words_or_text("address"));
    let about = optional(table, "about");
    let phones = phones(table, "phones");
    if phones.is_empty() {
        table.refuse(
            "phones",
            "no phone is named",
            "name at least one: phones = [\"+7 495 000-00-00\"]",
        );
    }
    let (email, site) = (email(table), site(table));
    Some(Authority {
        name: name?,
        about,
        address: address?,
        phones,
        email,
        site,
    })
}

/// Words that may be absent, one text or both languages.
fn optional(table: &Reader<'_>, key: &str) -> Option<Words> {
    if table.has(key) {
        table.words_or_text(key)
    } else {
        None
    }
}

fn email(table: &Reader<'_>) -> Option<String> {
    let remedy = "write one such as help@clinic.example, or delete the line";
    right(table, "email", is_email, remedy)
}

fn site(table: &Reader<'_>) -> Option<String> {
    let remedy =
        "write https:// and the host alone, such as https://clinic.example, or delete the line";
    right(table, "site", is_site, remedy)
}

/// A text that may be absent and must be right.
fn right(table: &Reader<'_>, key: &str, holds: fn(&str) -> bool, remedy: &str) -> Option<String> {
    let text = table.optional_text(key)?;
    if !holds(&text) {
        table.refuse(key, format!("`{text}` is not right"), remedy);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::super::bundled;
    use super::*;

    #[test]
    fn the_sample_says_all_that_a_site_shows() {
        let legal = LegalInformation::parse(bundled::DEMO_LEGAL).unwrap();
        assert_eq!(
            legal.registration.unwrap().on,
            jiff::civil::date(2025, 9, 1)
        );
        assert_eq!((legal.founders.len(), legal.licensed.len()), (2, 2));
        assert!(legal.governing.iter().all(|one| one.reception.is_some()));
        assert_eq!(legal.authorities.len(), 3);
        assert!(legal.insurance.is_some() && legal.insurers.is_empty());
    }

    #[test]
    fn every_part_may_be_absent_and_a_single_text_serves_both_languages() {
        assert_eq!(
            LegalInformation::parse("").unwrap(),
            LegalInformation::default()
        );
        let legal = LegalInformation::parse("[[founders]]\nname = \"Пчёлкин\"\n").unwrap();
        assert_eq!(legal.founders, [Words::new("Пчёлкин", "Пчёлкин")]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_what_to_do() {
        for (source, line, path) in [
            ("founder = 1\n", 1, "founder"),
            ("founders = \"Пчёлкин\"\n", 1, "founders"),
            ("[registration]\non = 2025-09-31\nby = \"ИФНС\"\n", 2, ""),
            (
                "[registration]\non = \"вчера\"\nby = \"ИФНС\"\n",
                2,
                "registration.on",
            ),
            (
                "\n[[governing]]\npost = \"Директор\"\n",
                2,
                "governing[0].name",
            ),
            (
                "[[governing]]\npost = \"Директор\"\nname = \"Пчёлкин\"\nemail = \"почта\"\n",
                4,
                "governing[0].email",
            ),
            (
                "[[authorities]]\nname = \"Надзор\"\naddress = \"ул. Примерная\"\n",
                1,
                "authorities[0].phones",
            ),
            (
                "[[insurers]]\nname = \"Соты\"\nphones = [\"8-800\"]\n",
                3,
                "insurers[0].phones",
            ),
            (
                "[[insurers]]\nname = \"Соты\"\nsite = \"javascript:alert(1)\"\n",
                3,
                "insurers[0].site",
            ),
            (
                "[[founders]]\nname = { ru = \"Пчёлкин\" }\n",
                2,
                "founders[0].name.en",
            ),
            ("[[founders]]\nname = \"Пчёл\u{202e}кин\"\n", 2, ""),
        ] {
            let problems = LegalInformation::parse(source).unwrap_err();
            let problem = &problems[0];
            assert_eq!(
                (problem.line, problem.path.as_str()),
                (Some(line), path),
                "{source}: {problems:?}"
            );
            assert!(!problem.remedy.is_empty(), "{source}");
        }
    }
}

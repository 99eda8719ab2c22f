//! What a program may read of the clinic: branches, doctors and prices in the words of schema.org, as JSON-LD.
//!
//! *Invariant*: only what the catalogue and the operator's record say, never a judgement; and no value ends the script
//! element it stands in, for nothing in it is a bracket or an ampersand.

use clinic::booking::catalogue::{Branch, Resource, Service};
use serde_json::{Map, Value, json};

use super::shell::ClinicFacts;
use crate::words::Words;

/// The vocabulary's name. Nobody asks this address for anything.
const VOCABULARY: &str = "https://schema.org";

/// A block of data to stand in `<script type="application/ld+json">`, which no browser runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DataBlock(String);

impl DataBlock {
    /// The value written so that it stays inside its element (HTML, "restrictions for contents of script elements").
    pub(super) fn of(value: &Value) -> Self {
        let mut text = String::new();
        for character in value.to_string().chars() {
            match character {
                // In JSON these stand only inside strings, where an escape means the same.
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                    text.push_str(&format!("\\u{:04x}", u32::from(character)));
                }
                _ => text.push(character),
            }
        }
        Self(text)
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

/// What is told of things at this site.
pub(super) struct Telling<'a> {
    /// In which language.
    pub(super) words: Words,
    /// How the outside names the site.
    pub(super) origin: &'a str,
    /// The clinic.
    pub(super) clinic: &'a ClinicFacts,
}

impl Telling<'_> {
    /// The clinic with its branches.
    pub(super) fn clinic<'b>(&self, branches: impl Iterator<Item = &'b Branch>) -> DataBlock {
        let mut facts = self.organisation();
        facts.insert(
            "department".into(),
            branches.map(|branch| self.branch(branch)).collect(),
        );
        DataBlock::of(&facts.into())
    }

    /// The clinic with what it gives and for how much.
    pub(super) fn prices<'b>(&self, services: impl Iterator<Item = &'b Service>) -> DataBlock {
        let mut facts = self.organisation();
        facts.insert(
            "makesOffer".into(),
            services.map(|service| self.offer(service)).collect(),
        );
        DataBlock::of(&facts.into())
    }

    /// A doctor: where they see patients and what they give.
    pub(super) fn doctor<'b>(
        &self,
        doctor: &Resource,
        photo: Option<&str>,
        branches: impl Iterator<Item = &'b Branch>,
        services: impl Iterator<Item = &'b Service>,
    ) -> DataBlock {
        let mut facts = Map::new();
        facts.insert("@context".into(), VOCABULARY.into());
        facts.insert("@type".into(), "Physician".into());
        facts.insert("name".into(), doctor.title.get(self.words.0).into());
        facts.insert(
            "url".into(),
            self.address(&format!("/doctors/{}", super::visit::escaped(&doctor.code))),
        );
        if let Some(photo) = photo {
            facts.insert("image".into(), self.address(photo));
        }
        if let Some(speciality) = speciality(&doctor.family) {
            facts.insert(
                "medicalSpecialty".into(),
                format!("{VOCABULARY}/{speciality}").into(),
            );
        }
        if let Some(phone) = self.clinic.phones.first() {
            facts.insert("telephone".into(), phone.dialled.as_str().into());
        }
        let branches: Vec<&Branch> = branches.collect();
        facts.insert(
            "address".into(),
            branches
                .iter()
                .map(|branch| branch.address.get(self.words.0))
                .collect(),
        );
        facts.insert(
            "parentOrganization".into(),
            json!({ "@type": "MedicalClinic", "name": self.clinic.name, "url": self.address("/") }),
        );
        facts.insert(
            "makesOffer".into(),
            services.map(|service| self.offer(service)).collect(),
        );
        DataBlock::of(&facts.into())
    }

    fn organisation(&self) -> Map<String, Value> {
        let clinic = self.clinic;
        let phones = clinic.phones.iter().map(|phone| phone.dialled.as_str());
        let facts = json!({
            "@context": VOCABULARY,
            "@type": "MedicalClinic",
            "name": clinic.name,
            "legalName": clinic.legal_name,
            "url": self.address("/"),
            "email": clinic.email,
            "telephone": phones.collect::<Vec<_>>(),
            "address": clinic.legal_address,
            "taxID": clinic.inn,
        });
        match facts {
            Value::Object(facts) => facts,
            _ => Map::new(),
        }
    }

    fn branch(&self, branch: &Branch) -> Value {
        let language = self.words.0;
        let mut facts = json!({
            "@type": "MedicalClinic",
            "name": branch.title.get(language),
            "address": branch.address.get(language),
            "telephone": trust::consent::declaration::dialled(&branch.phone),
            "openingHours": format!("Mo-Su {}", crate::wording::hours(branch.opens, branch.closes).replace('–', "-")),
            "url": self.address(&format!("/contacts#branch-{}", super::visit::escaped(&branch.code))),
        });
        if !branch.email.is_empty() {
            facts["email"] = branch.email.as_str().into();
        }
        facts
    }

    fn offer(&self, service: &Service) -> Value {
        json!({
            "@type": "Offer",
            "price": format!("{}.{:02}", service.price / 100, service.price % 100),
            "priceCurrency": "RUB",
            "itemOffered": { "@type": "Service", "name": service.title.get(self.words.0) },
        })
    }

    fn address(&self, path: &str) -> Value {
        format!("{}{path}", self.origin).into()
    }
}

/// The name that the vocabulary's `MedicalSpecialty` has for a code of ours, where it has one.
fn speciality(code: &str) -> Option<&'static str> {
    Some(match code {
        "therapist" | "therapy" => "PrimaryCare",
        "paediatrician" | "pediatrician" | "pediatrics" | "paediatrics" => "Pediatric",
        "cardiologist" | "cardiology" => "Cardiovascular",
        "neurologist" | "neurology" => "Neurologic",
        "otolaryngologist" | "otolaryngology" | "ent" => "Otolaryngologic",
        "dermatologist" | "dermatology" => "Dermatologic",
        "gynaecologist" | "gynaecology" | "gynecologist" | "gynecology" => "Gynecologic",
        "urologist" | "urology" => "Urologic",
        "surgeon" | "surgery" => "Surgical",
        "endocrinologist" | "endocrinology" => "Endocrine",
        "gastroenterologist" | "gastroenterology" => "Gastroenterologic",
        "dentist" | "dentistry" => "Dentistry",
        "orthopaedics" | "orthopedics" => "Musculoskeletal",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_ends_the_element_and_all_of_it_is_read_back() {
        let hostile = "</script><script>alert(1)</script><!-- ]]> & \" \\ \u{2028}\u{2029} \u{7} ё";
        let value = json!({ hostile: [hostile, { "name": hostile }] });
        let block = DataBlock::of(&value);
        for forbidden in ['<', '>', '&', '\u{2028}', '\u{2029}', '\u{7}'] {
            assert!(!block.text().contains(forbidden), "{forbidden:?}");
        }
        let read: Value = serde_json::from_str(block.text()).expect("JSON");
        assert_eq!(read, value);
    }
}

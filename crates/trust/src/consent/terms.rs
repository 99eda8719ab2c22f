//! What stands beside a consent's box: the sentence, who asks, for what, which data, for how long, on which ground, in one
//! language, as one JSON text in its one byte form. The journal binds its hash to every consent given (decision 0013), so
//! that what somebody agreed to can be shown years after the clinic's files have changed.
//!
//! *Invariant*: a text is found by its hash and never changed; it is about nobody.

use std::collections::BTreeMap;

use kernel::Fault;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ClinicTexts;
use super::declaration::{
    AskedConsent, Coded, Declaration, ForWhom, Language, Operator, Party, ServedPurpose,
};
use super::table::consent_terms;
use crate::Trust;
use crate::journal::core::entry::FormatVersion;
use crate::journal::core::json;

/// What stands beside a box, in one language. The order of fields is part of its byte form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The form's version, always 1.
    pub v: FormatVersion,
    /// Code of the language of all words below: `ru` or `en`.
    pub language: String,
    /// The service: its code and title.
    pub service: Named,
    /// What all of the service is for.
    pub aim: String,
    /// For whom it is asked: `self`, `child`, `ward`, `adult`.
    pub for_whom: Named,
    /// Whose data the consent covers; absent for the policy line, which covers nobody's.
    pub about: Option<Named>,
    /// Who decides: `patient`, `representative`, `booker`.
    pub decides: Named,
    /// The sentence beside the box, exactly.
    pub sentence: String,
    /// Whether the service cannot be had without it.
    pub required: bool,
    /// Who asks.
    pub controller: Controller,
    /// For what.
    pub purposes: Vec<Named>,
    /// Which data.
    pub data: Vec<Datum>,
    /// What is done with it.
    pub actions: Vec<Named>,
    /// By machines, by people, or both.
    pub method: Named,
    /// On which grounds.
    pub grounds: Vec<Ground>,
    /// How long each case of data is kept and what then, a sentence each.
    pub retention: Vec<String>,
    /// The order of destruction; absent where nothing is kept.
    pub destruction: Option<String>,
}

/// A member of a closed set: its code and its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The code.
    pub code: String,
    /// The name.
    pub title: String,
}

/// A piece of data that is asked or recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Datum {
    /// The field.
    pub field: Named,
    /// Its category.
    pub category: Named,
}

/// A legal ground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// `consent`, `contract`, `medical_care`, `law`.
    pub kind: String,
    /// The article.
    pub norm: String,
    /// What it means here.
    pub title: String,
}

/// The operator of personal data (152-ФЗ ст. 3 п. 2) as its record stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Controller {
    /// Full legal name.
    pub legal_name: String,
    /// Short legal name.
    pub short_name: String,
    /// The name patients know.
    pub name: String,
    /// Registered address.
    pub legal_address: String,
    /// Where letters go.
    pub postal_address: String,
    /// The site, `https://host`.
    pub site: String,
    /// Questions and support.
    pub email: String,
    /// Requests about personal data, withdrawals among them.
    pub privacy_email: String,
    /// Phones, as shown.
    pub phones: Vec<String>,
    /// ОГРН or ОГРНИП.
    pub ogrn: String,
    /// ИНН.
    pub inn: String,
    /// Number of the medical licence.
    pub licence: String,
}

impl Terms {
    /// What stands beside a consent's box in a case, in a language.
    #[must_use]
    pub fn of(
        operator: &Operator,
        declaration: &Declaration,
        consent: &AskedConsent,
        for_whom: ForWhom,
        language: Language,
    ) -> Self {
        let served: Vec<&ServedPurpose> = consent
            .purposes
            .iter()
            .filter_map(|purpose| {
                let mut all = declaration.purposes.iter();
                all.find(|served| served.purpose == *purpose)
            })
            .collect();
        let named = |code: &str, title: &str| Named {
            code: code.to_owned(),
            title: title.to_owned(),
        };
        // The policy line covers nobody's data: nothing is done or kept because of it.
        let covers = consent.about.is_some();
        let party = |party: Party| named(party.code(), party.name(language));
        Self {
            v: FormatVersion,
            language: language.code().to_owned(),
            service: named(&declaration.code, declaration.title.get(language)),
            aim: declaration.aim.get(language).to_owned(),
            for_whom: named(for_whom.code(), for_whom.name(language)),
            about: consent.about.map(party),
            decides: party(for_whom.consenting()),
            sentence: consent.sentence.get(language).to_owned(),
            required: consent.required,
            controller: Controller::of(operator, language),
            purposes: served
                .iter()
                .map(|served| named(served.purpose.code(), served.words.get(language)))
                .collect(),
            data: data(declaration, consent.about, for_whom, &served, language),
            actions: declaration
                .actions
                .iter()
                .filter(|_| covers)
                .map(|action| named(action.code(), action.name(language)))
                .collect(),
            method: named(declaration.method.code(), declaration.method.name(language)),
            grounds: grounds(declaration, consent.about, for_whom, language),
            retention: declaration
                .retention
                .iter()
                .filter(|_| covers)
                .map(|retention| retention.words().get(language).to_owned())
                .collect(),
            destruction: covers.then(|| declaration.destruction.get(language).to_owned()),
        }
    }

    /// Its bytes, which are JSON text.
    #[must_use]
    pub fn encode(&self) -> String {
        String::from_utf8(json::encode(self)).expect("JSON is UTF-8")
    }

    /// Reads the text, and refuses any that [`encode`](Self::encode) would not have written.
    ///
    /// # Errors
    /// [`json::JsonError`].
    pub fn decode(text: &str) -> Result<Self, json::JsonError> {
        json::decode(text.as_bytes())
    }

    /// SHA-256 of a text, hexadecimal.
    #[must_use]
    pub fn hash(text: &str) -> String {
        hex::encode(Sha256::digest(text.as_bytes()))
    }

    /// Gives every consent of the declarations the hashes of what stands beside it; gives all texts, by hash.
    pub(super) fn note_all<'a>(
        operator: &Operator,
        declarations: impl Iterator<Item = &'a mut Declaration>,
    ) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        for declaration in declarations {
            let whole = declaration.clone();
            for consent in &mut declaration.consents {
                for &for_whom in consent.for_whom.clone().iter() {
                    for &language in Language::ALL {
                        let text = Self::of(operator, &whole, consent, for_whom, language).encode();
                        let hash = Self::hash(&text);
                        consent.terms.insert((for_whom, language), hash.clone());
                        texts.insert(hash, text);
                    }
                }
            }
        }
        texts
    }
}

impl Controller {
    fn of(operator: &Operator, language: Language) -> Self {
        let said = |words: &super::declaration::Words| words.get(language).to_owned();
        Self {
            legal_name: said(&operator.legal_name),
            short_name: said(&operator.short_name),
            name: said(&operator.name),
            legal_address: said(&operator.legal_address),
            postal_address: said(&operator.postal_address),
            site: operator.site.clone(),
            email: operator.email.clone(),
            privacy_email: operator.privacy_email.clone(),
            phones: operator.phones.clone(),
            ogrn: operator.ogrn.clone(),
            inn: operator.inn.clone(),
            licence: operator.licence.number.clone(),
        }
    }
}

/// What the purposes need of the party's data: asked in this case, or recorded about the patient.
fn data(
    declaration: &Declaration,
    about: Option<Party>,
    for_whom: ForWhom,
    served: &[&ServedPurpose],
    language: Language,
) -> Vec<Datum> {
    let needed = |code: &str| {
        served
            .iter()
            .any(|served| served.fields.iter().any(|field| field == code))
    };
    let asked = declaration
        .fields_for(for_whom)
        .into_iter()
        .filter(|field| Some(field.party) == about)
        .map(|field| (&field.code, &field.label, field.category));
    let recorded = declaration
        .recorded
        .iter()
        .filter(|_| about == Some(Party::Patient))
        .map(|recorded| (&recorded.code, &recorded.label, recorded.category));
    asked
        .chain(recorded)
        .filter(|(code, ..)| needed(code))
        .map(|(code, label, category)| Datum {
            field: Named {
                code: code.clone(),
                title: label.get(language).to_owned(),
            },
            category: Named {
                code: category.code().to_owned(),
                title: category.name(language).to_owned(),
            },
        })
        .collect()
}

fn grounds(
    declaration: &Declaration,
    about: Option<Party>,
    for_whom: ForWhom,
    language: Language,
) -> Vec<Ground> {
    let bases = about.map(|about| declaration.bases_for(for_whom, about));
    bases
        .into_iter()
        .flatten()
        .map(|basis| Ground {
            kind: basis.kind.code().to_owned(),
            norm: basis.norm.get(language).to_owned(),
            title: basis.words.get(language).to_owned(),
        })
        .collect()
}

impl Trust {
    /// Keeps what stands beside the clinic's boxes, before anybody is asked by them. Gives how many texts were new.
    ///
    /// # Errors
    /// The database's.
    pub async fn keep_terms(&self, texts: &ClinicTexts) -> Result<usize, Fault> {
        let known: Vec<String> = consent_terms::Entity::find()
            .select_only()
            .column(consent_terms::Column::Sha256)
            .filter(consent_terms::Column::Sha256.is_in(texts.terms().keys()))
            .into_tuple()
            .all(self.reads())
            .await?;
        let new: Vec<(String, String)> = texts
            .terms()
            .iter()
            .filter(|(hash, _)| !known.contains(hash))
            .map(|(hash, text)| (hash.clone(), text.clone()))
            .collect();
        let count = new.len();
        if count == 0 {
            return Ok(0);
        }
        self.upkeep("consent.terms", move |db| {
            let new = new.clone();
            Box::pin(async move {
                for (sha256, body) in new {
                    consent_terms::Entity::insert(consent_terms::ActiveModel {
                        sha256: Set(sha256),
                        body: Set(body),
                    })
                    .on_conflict(OnConflict::new().do_nothing().to_owned())
                    .exec_without_returning(db)
                    .await?;
                }
                Ok(())
            })
        })
        .await?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::super::declaration::{Whitelist, bundled};
    use super::*;

    fn booking() -> (Operator, Declaration) {
        let whitelist = Whitelist::parse(bundled::WHITELIST).expect("the whitelist");
        (
            Operator::parse(bundled::DEMO_OPERATOR).expect("the operator"),
            Declaration::parse(bundled::BOOKING, &whitelist).expect("the declaration"),
        )
    }

    #[test]
    fn the_terms_say_what_the_declaration_says() {
        let (operator, declaration) = booking();
        let consents = declaration.consents_for(ForWhom::Child);
        let of = |consent: &AskedConsent| {
            Terms::of(
                &operator,
                &declaration,
                consent,
                ForWhom::Child,
                Language::Russian,
            )
        };
        let [policy, own, childs] = [of(consents[0]), of(consents[1]), of(consents[2])];
        assert_eq!(policy.about, None);
        assert!(policy.data.is_empty() && policy.grounds.is_empty() && policy.purposes.is_empty());
        assert!(policy.actions.is_empty() && policy.retention.is_empty());
        assert_eq!(policy.destruction, None);
        let codes = |terms: &Terms| -> Vec<String> {
            terms
                .data
                .iter()
                .map(|datum| datum.field.code.clone())
                .collect()
        };
        assert_eq!(
            own.about.as_ref().map(|about| about.code.as_str()),
            Some("representative")
        );
        assert_eq!(own.decides.code, "representative");
        assert_eq!(
            codes(&own),
            ["surname", "given_name", "patronymic", "phone", "basis"]
        );
        assert_eq!(
            childs.about.as_ref().map(|about| about.code.as_str()),
            Some("patient")
        );
        assert!(codes(&childs).contains(&"practitioner".to_owned()));
        assert_eq!(childs.grounds[0].kind, "consent");
        assert_eq!(childs.purposes.len(), 3);
        assert_eq!(childs.retention.len(), 3);
        assert_eq!(childs.controller.ogrn, operator.ogrn);
    }

    #[test]
    fn the_text_has_one_form_and_each_case_its_hash() {
        let (operator, mut declaration) = booking();
        let texts = Terms::note_all(&operator, std::iter::once(&mut declaration));
        for consent in &declaration.consents {
            assert_eq!(consent.terms.len(), consent.for_whom.len() * 2);
            for hash in consent.terms.values() {
                let text = &texts[hash];
                assert_eq!(Terms::hash(text), *hash);
                assert_eq!(Terms::decode(text).expect("its own text").encode(), *text);
                assert!(Terms::decode(&format!(" {text}")).is_err());
            }
        }
    }
}

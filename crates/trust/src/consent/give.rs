//! Asking and giving: the consents a service asks in a case, checked against what was sent and recorded
//! word for word, version for version.

use std::collections::BTreeSet;
use std::net::IpAddr;

use kernel::{Fault, Language, Moment, PersonId, Purpose, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::declaration::{AskedConsent, Coded, Declaration, ForWhom, Party};
use super::table::{consent, legal_basis};
use crate::act::Act;
use crate::policy::Approvals;
use crate::vault::Record;

/// A consent as a form shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The document's code.
    pub document: String,
    /// The version in force.
    pub version: i32,
    /// The language of its text and title: Russian where the one asked for is behind.
    pub language: Language,
    /// SHA-256 of its text, hexadecimal.
    pub sha256: String,
    /// Its title.
    pub title: String,
    /// The sentence beside the box, empty when shown, in the language asked for.
    pub text: String,
    /// Whether the service cannot be given without it.
    pub required: bool,
}

/// A box as it came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The document's code.
    pub document: String,
    /// The version that was shown.
    pub version: i32,
    /// Its hash.
    pub sha256: String,
    /// The state of the box.
    pub given: bool,
}

/// What is wrong with the boxes sent. `Option<usize>` counts them from zero; none where one is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentProblem {
    /// A required one was not sent, or came without its tick.
    Missing(Option<usize>),
    /// A version that is not in force: the text changed since the form was shown.
    Outdated(usize),
    /// Not asked here, or sent twice.
    NotAsked(usize),
}

/// Who is who in a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parties {
    /// For whom the service is asked.
    pub for_whom: ForWhom,
    /// The patient.
    pub patient: PersonId,
    /// The legal representative.
    pub representative: Option<PersonId>,
    /// Who books for another adult.
    pub booker: Option<PersonId>,
}

impl Parties {
    /// Who has this part in the submission.
    #[must_use]
    pub fn of(&self, party: Party) -> Option<PersonId> {
        match party {
            Party::Patient => Some(self.patient),
            Party::Representative => self.representative,
            Party::Booker => self.booker,
        }
    }

    /// Who decided: the person, the representative, the booker.
    pub(super) fn decider(&self) -> PersonId {
        self.representative.or(self.booker).unwrap_or(self.patient)
    }
}

/// Where and how the boxes were shown.
#[derive(Clone, Debug)]
pub struct Form {
    /// The form: `book` for the page, `api` for a program.
    pub name: &'static str,
    /// In which language.
    pub language: Language,
    /// From which address it came, where it came over the network.
    pub address: Option<IpAddr>,
}

impl crate::Trust {
    /// The consents that a service asks in a case, with the versions in force now.
    ///
    /// # Errors
    /// A document that is asked is in force neither in this language nor in Russian; the database's.
    pub async fn consents_asked(
        &self,
        declaration: &Declaration,
        for_whom: ForWhom,
        language: Language,
    ) -> Result<Vec<Asked>, Fault> {
        let consents = declaration.consents_for(for_whom);
        let approvals = Approvals::of(self.reads(), &codes(&consents)).await?;
        asked(&consents, &approvals, self.0.clock.now(), language)
    }
}

fn codes<'a>(consents: &[&'a AskedConsent]) -> Vec<&'a str> {
    consents
        .iter()
        .map(|consent| consent.document.as_str())
        .collect()
}

fn asked(
    consents: &[&AskedConsent],
    approvals: &Approvals,
    now: Moment,
    language: Language,
) -> Result<Vec<Asked>, Fault> {
    let in_force = approvals.in_force(language, now);
    consents
        .iter()
        .map(|consent| {
            let document = in_force.get(consent.document.as_str()).ok_or_else(|| {
                Fault::broken(format!(
                    "the document {} has no version in force in {language} or Russian",
                    consent.document
                ))
            })?;
            Ok(Asked {
                document: consent.document.clone(),
                version: document.version,
                language: document.language,
                sha256: document.sha256.clone(),
                title: document.title.clone(),
                text: consent.sentence.get(language.into()).to_owned(),
                required: consent.required,
            })
        })
        .collect()
}

impl Act {
    /// Whether a person's data may be processed for this purpose now: by a consent in force or another basis.
    ///
    /// # Errors
    /// The database's.
    pub async fn may_process(&self, person: PersonId, purpose: Purpose) -> Result<bool, Fault> {
        let persons = BTreeSet::from([person]);
        let with = super::with_basis(self.db(), &persons, purpose).await?;
        Ok(with.contains(&person))
    }

    /// Holds the boxes sent against those asked. An empty list means all is well.
    ///
    /// # Errors
    /// The database's.
    pub async fn check_consents(
        &self,
        declaration: &Declaration,
        for_whom: ForWhom,
        language: Language,
        decided: &[Decided],
    ) -> Result<Vec<ConsentProblem>, Fault> {
        let consents = declaration.consents_for(for_whom);
        let approvals = self.approvals(&codes(&consents)).await?;
        let asked = asked(&consents, &approvals, self.now(), language)?;
        Ok(problems(&asked, decided))
    }

    /// Records each decision, one row a purpose, with who decided for whom, and the address it came from,
    /// sealed. To be called after [`check_consents`](Self::check_consents).
    ///
    /// # Errors
    /// The database's; a person's key is gone.
    pub async fn give_consents(
        &mut self,
        declaration: &Declaration,
        parties: &Parties,
        form: &Form,
        decided: &[Decided],
    ) -> Result<(), Fault> {
        let mut rows = Vec::new();
        // One after another, so that the rows of an act stand in the order in which they were asked.
        let mut ids = (entropy::ordered_id(self.now()).as_u128()..).map(Uuid::from_u128);
        let decider = parties.decider();
        let consents = declaration.consents_for(parties.for_whom);
        let approvals = self.approvals(&codes(&consents)).await?;
        let in_force = approvals.in_force(form.language, self.now());
        for consent in consents {
            let Some(box_) = decided
                .iter()
                .find(|decided| decided.document == consent.document)
            else {
                continue;
            };
            // The language of the text agreed to, which need not be the form's.
            let text = in_force.get(consent.document.as_str());
            let text = text.ok_or_else(|| Fault::broken("what is agreed to is not in force"))?;
            let person = consent
                .about
                .map_or(Some(decider), |party| parties.of(party));
            let person = person.ok_or_else(|| {
                Fault::broken("a consent is asked about a party that is not there")
            })?;
            let purposes: Vec<&str> = if consent.purposes.is_empty() {
                vec![POLICY_LINE]
            } else {
                consent
                    .purposes
                    .iter()
                    .map(|purpose| purpose.code())
                    .collect()
            };
            // What stood beside the box is bound once, by the first of its rows.
            let terms = consent
                .terms
                .get(&(parties.for_whom, form.language.into()))
                .map(String::as_str);
            let mut shown = Some(json!({ "terms": terms, "title": text.title }));
            for purpose in purposes {
                let id = ids.next().ok_or_else(|| Fault::broken("ids ran out"))?;
                let row = consent::Model {
                    id,
                    person: person.uuid(),
                    given_by: decider.uuid(),
                    document: consent.document.clone(),
                    version: box_.version,
                    language: text.language.code().into(),
                    sha256: box_.sha256.clone(),
                    purpose: purpose.into(),
                    given: box_.given,
                    form: form.name.into(),
                    at: self.now().micros(),
                    withdraws: None,
                    act: self.id().uuid(),
                };
                let what = if box_.given {
                    "consent.given"
                } else {
                    "consent.refused"
                };
                self.bind_consent(what, &row, shown.take()).await?;
                rows.push(consent::ActiveModel::from(row).reset_all());
            }
        }
        self.db().insert(rows).await?;
        if let Some(address) = form.address {
            let record = Record {
                place: "consent",
                id: self.id().uuid(),
            };
            self.seal(
                decider,
                record,
                super::NETWORK_ADDRESS,
                &address.to_string(),
            )
            .await?;
        }
        self.name_bases(declaration, parties).await
    }

    /// Names the other legal basis of a party whose consent is not asked: another adult is booked under
    /// 152-ФЗ ст. 6 ч. 1 п. 5 and gets a notice (ст. 18 ч. 3).
    async fn name_bases(
        &mut self,
        declaration: &Declaration,
        parties: &Parties,
    ) -> Result<(), Fault> {
        let mut rows = Vec::new();
        for party in [Party::Patient, Party::Representative, Party::Booker] {
            let Some(person) = parties.of(party) else {
                continue;
            };
            let asked = declaration
                .consents_for(parties.for_whom)
                .iter()
                .any(|consent| consent.about == Some(party));
            if asked {
                continue;
            }
            let Some(basis) = declaration
                .bases_for(parties.for_whom, party)
                .into_iter()
                .next()
            else {
                continue;
            };
            for served in &declaration.purposes {
                let row = legal_basis::Model {
                    person: person.uuid(),
                    purpose: served.purpose.code().into(),
                    norm: basis.norm.get(Language::Ru.into()).to_owned(),
                    at: self.now().micros(),
                    ended_at: None,
                    act: self.id().uuid(),
                };
                self.bind_basis("basis.named", &row).await?;
                rows.push(legal_basis::ActiveModel::from(row).reset_all());
            }
        }
        self.db().insert(rows).await
    }

    /// Withdraws the person's consents to a purpose (152-ФЗ ст. 9 ч. 2): it counts from this act on. Gives
    /// how many ended.
    ///
    /// # Errors
    /// The database's; the person's key is gone.
    pub async fn withdraw_consent(
        &mut self,
        person: PersonId,
        purpose: Purpose,
    ) -> Result<usize, Fault> {
        let mut ended = 0;
        while let Some(row) = super::consent_in_force(self.db(), person, purpose).await? {
            let withdrawal = consent::Model {
                id: entropy::ordered_id(self.now()),
                given: false,
                at: self.now().micros(),
                withdraws: Some(row.id),
                act: self.id().uuid(),
                ..row
            };
            self.bind_consent("consent.withdrawn", &withdrawal, None)
                .await?;
            let withdrawal = consent::ActiveModel::from(withdrawal).reset_all();
            self.db().insert(vec![withdrawal]).await?;
            ended += 1;
        }
        let live = legal_basis::Entity::find()
            .filter(legal_basis::Column::Person.eq(person.uuid()))
            .filter(legal_basis::Column::Purpose.eq(purpose.code()))
            .filter(legal_basis::Column::EndedAt.is_null());
        for row in live.all(self.db()).await? {
            let ended = legal_basis::Model {
                ended_at: Some(self.now().micros()),
                ..row
            };
            self.bind_basis("basis.ended", &ended).await?;
            legal_basis::Entity::update(legal_basis::ActiveModel {
                ended_at: Set(ended.ended_at),
                ..legal_basis::ActiveModel::from(ended)
            })
            .exec(self.db())
            .await?;
        }
        Ok(ended)
    }
}

/// The purpose word of the policy line of clause 5.2, which consents to nothing by itself.
const POLICY_LINE: &str = "policy";

fn problems(asked: &[Asked], decided: &[Decided]) -> Vec<ConsentProblem> {
    let mut problems = Vec::new();
    for (index, one) in decided.iter().enumerate() {
        let repeated = decided[..index]
            .iter()
            .any(|earlier| earlier.document == one.document);
        match asked.iter().find(|asked| asked.document == one.document) {
            Some(_) if repeated => problems.push(ConsentProblem::NotAsked(index)),
            None => problems.push(ConsentProblem::NotAsked(index)),
            Some(asked) if asked.version != one.version || asked.sha256 != one.sha256 => {
                problems.push(ConsentProblem::Outdated(index));
            }
            Some(asked) if asked.required && !one.given => {
                problems.push(ConsentProblem::Missing(Some(index)))
            }
            Some(_) => {}
        }
    }
    for asked in asked.iter().filter(|asked| asked.required) {
        if !decided
            .iter()
            .any(|decided| decided.document == asked.document)
        {
            problems.push(ConsentProblem::Missing(None));
        }
    }
    problems
}

impl From<Language> for super::declaration::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::Ru => Self::Russian,
            Language::En => Self::English,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(document: &str, version: i32, required: bool) -> Asked {
        let text = |t: &str| t.to_owned();
        Asked {
            document: text(document),
            version,
            language: Language::Ru,
            sha256: format!("{document}{version}"),
            title: text(""),
            text: text(""),
            required,
        }
    }

    fn decided(document: &str, version: i32, given: bool) -> Decided {
        Decided {
            document: document.to_owned(),
            version,
            sha256: format!("{document}{version}"),
            given,
        }
    }

    #[test]
    fn every_box_is_held_against_what_was_asked() {
        let asked = [
            asked("policy", 2, true),
            asked("booking-self", 1, true),
            asked("offers", 1, false),
        ];
        let fine = [decided("policy", 2, true), decided("booking-self", 1, true)];
        assert_eq!(problems(&asked, &fine), []);
        assert_eq!(
            problems(&asked, &fine[..1]),
            [ConsentProblem::Missing(None)]
        );
        let unticked = [
            decided("policy", 2, true),
            decided("booking-self", 1, false),
            decided("offers", 1, false),
        ];
        assert_eq!(
            problems(&asked, &unticked),
            [ConsentProblem::Missing(Some(1))]
        );
        let old = [decided("policy", 1, true), decided("booking-self", 1, true)];
        assert_eq!(problems(&asked, &old), [ConsentProblem::Outdated(0)]);
        let foreign = [
            decided("policy", 2, true),
            decided("booking-self", 1, true),
            decided("all", 1, true),
        ];
        assert_eq!(problems(&asked, &foreign), [ConsentProblem::NotAsked(2)]);
        let twice = [
            decided("policy", 2, true),
            decided("booking-self", 1, true),
            decided("policy", 2, true),
        ];
        assert_eq!(problems(&asked, &twice), [ConsentProblem::NotAsked(2)]);
        let mut forged = fine.clone();
        forged[1].sha256 = "other".into();
        assert_eq!(problems(&asked, &forged), [ConsentProblem::Outdated(1)]);
    }

    #[test]
    fn a_decider_is_whoever_filled_the_form() {
        let person = || PersonId::from_uuid(Uuid::from_u128(7));
        let alone = Parties {
            for_whom: ForWhom::Myself,
            patient: person(),
            representative: None,
            booker: None,
        };
        assert_eq!(alone.decider(), person());
    }
}

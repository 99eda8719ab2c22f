//! Grounds where no form asks: somebody calls or comes (policy clause 5.1). The contract made at their initiative is
//! named, or the paper that they signed is registered. *Invariant*: no box is ever ticked by staff.

use jiff::civil::Date;
use kernel::{ConsentId, Fault, Language, Outcome, PersonId, StaffId, Stop, entropy};
use sea_orm::ActiveModelTrait;
use serde_json::json;
use uuid::Uuid;

use super::declaration::{BasisKind, Coded, Declaration, Party, ServedPurpose};
use super::give::Parties;
use super::table::{consent, consent_paper, legal_basis};
use crate::act::Act;

/// Concluding a contract at the initiative of the person, or one of which the person will be the beneficiary.
const CONTRACT: &str = "152-ФЗ ст. 6 ч. 1 п. 5";

/// The form of a consent that was signed on paper.
const PAPER: &str = "paper";

/// A signed paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Under which the clinic files it.
    pub number: String,
    /// The date beside the signature.
    pub signed_on: Date,
    /// The document that was signed.
    pub document: String,
    /// Its version.
    pub version: i32,
}

/// Why a paper was not registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperRefusal {
    /// The service does not ask for this document in this case.
    NotAsked,
    /// There was no such version in force on the day of signing.
    NoSuchVersion,
    /// The date of signing lies ahead.
    NotYet,
    /// No number, or a longer one than any register has.
    Number,
}

/// Letters and digits of a paper's number at most.
const NUMBER_CHARACTERS: usize = 40;

impl Act {
    /// Names, for each party and purpose, the contract that is being made at their initiative.
    ///
    /// # Errors
    /// The database's; a person's key is gone.
    pub async fn name_contract(
        &mut self,
        declaration: &Declaration,
        parties: &Parties,
    ) -> Result<(), Fault> {
        self.name_contract_but(declaration, parties, |_, _| false)
            .await
    }

    /// Registers a paper: consents of the form `paper` for what it covers, the contract for the rest. `language` is that of
    /// the text signed, `seen_by` the employee who held it in their hands.
    ///
    /// # Errors
    /// [`PaperRefusal`].
    pub async fn register_paper(
        &mut self,
        declaration: &Declaration,
        parties: &Parties,
        paper: &Paper,
        (language, seen_by): (Language, StaffId),
    ) -> Outcome<(), PaperRefusal> {
        let refused = |refusal| Err(Stop::Refused(refusal));
        let number = paper.number.trim();
        let fits = (1..=NUMBER_CHARACTERS).contains(&number.chars().count());
        if !fits || number.chars().any(char::is_control) {
            return refused(PaperRefusal::Number);
        }
        let asked = declaration.consents_for(parties.for_whom);
        let asked = asked
            .iter()
            .find(|one| one.document == paper.document && !one.is_policy());
        let Some(asked) = asked else {
            return refused(PaperRefusal::NotAsked);
        };
        let about = asked.about.unwrap_or(Party::Patient);
        let Some(person) = parties.of(about) else {
            return refused(PaperRefusal::NotAsked);
        };
        let approvals = self.approvals(&[&paper.document]).await?;
        let Some((since, text)) = approvals.exact(&paper.document, paper.version, language) else {
            return refused(PaperRefusal::NoSuchVersion);
        };
        // A day has begun somewhere in the country before it begins in UTC.
        let (since, today) = (day_of(since), day_of(self.now().plus_minutes(14 * 60)));
        if since > paper.signed_on.saturating_add(jiff::Span::new().days(1)) {
            return refused(PaperRefusal::NoSuchVersion);
        }
        if paper.signed_on > today {
            return refused(PaperRefusal::NotYet);
        }
        self.keep_paper(person, number, paper, seen_by).await?;
        let mut ids = (entropy::ordered_id(self.now()).as_u128()..).map(Uuid::from_u128);
        let mut shown = Some(json!({ "terms": null, "title": text.title }));
        let mut rows = Vec::new();
        for purpose in &asked.purposes {
            let row = consent::Model {
                id: ids.next().ok_or_else(|| Fault::broken("ids ran out"))?,
                person: person.uuid(),
                given_by: parties.decider().uuid(),
                document: paper.document.clone(),
                version: paper.version,
                language: text.language.code().into(),
                sha256: text.sha256.clone(),
                purpose: purpose.code().into(),
                given: true,
                form: PAPER.into(),
                at: self.now().micros(),
                withdraws: None,
                act: self.id().uuid(),
            };
            self.bind_consent("consent.given", &row, shown.take())
                .await?;
            rows.push(consent::ActiveModel::from(row).reset_all());
        }
        self.db().insert(rows).await?;
        let covered = |party, served: &ServedPurpose| {
            party == about && asked.purposes.contains(&served.purpose)
        };
        self.name_contract_but(declaration, parties, covered)
            .await?;
        Ok(())
    }

    async fn keep_paper(
        &mut self,
        person: PersonId,
        number: &str,
        paper: &Paper,
        seen_by: StaffId,
    ) -> Result<(), Fault> {
        let row = consent_paper::Model {
            id: ConsentId::from_uuid(entropy::ordered_id(self.now())).uuid(),
            person: person.uuid(),
            number: number.to_owned(),
            signed_on: paper.signed_on.to_string(),
            document: paper.document.clone(),
            version: paper.version,
            seen_by: seen_by.uuid(),
            at: self.now().micros(),
            act: self.id().uuid(),
        };
        let noted = json!({
            "number": row.number, "signed_on": row.signed_on, "document": row.document, "version": row.version,
            "seen_by": row.seen_by, "at": row.at,
        });
        let bound = ("consent_paper", row.id);
        self.bind(person, "consent.paper", bound, noted).await?;
        let row = consent_paper::ActiveModel::from(row).reset_all();
        self.db().insert(vec![row]).await
    }

    async fn name_contract_but(
        &mut self,
        declaration: &Declaration,
        parties: &Parties,
        covered: impl Fn(Party, &ServedPurpose) -> bool,
    ) -> Result<(), Fault> {
        let mut rows = Vec::new();
        for party in [Party::Patient, Party::Representative, Party::Booker] {
            let Some(person) = parties.of(party) else {
                continue;
            };
            // The declaration's own words where it has some: another adult is also notified (152-ФЗ ст. 18 ч. 3).
            let declared = declaration.bases_for(parties.for_whom, party);
            let declared = declared.iter().find(|one| one.kind == BasisKind::Contract);
            let norm = declared.map_or(CONTRACT, |one| one.norm.get(Language::Ru.into()));
            for served in &declaration.purposes {
                if covered(party, served) {
                    continue;
                }
                let row = legal_basis::Model {
                    person: person.uuid(),
                    purpose: served.purpose.code().into(),
                    norm: norm.to_owned(),
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
}

fn day_of(at: kernel::Moment) -> Date {
    at.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date()
}

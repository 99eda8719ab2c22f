//! Consent: what a service may ask is declared; what a person agreed to is recorded as they saw it.
//!
//! *Invariant*: rows are only added. A consent names the exact version shown; withdrawal is a row of its
//! own and counts from the act that wrote it. No purpose is served without a consent in force or another
//! legal basis.

mod bind;
pub mod declaration;
mod desk;
mod give;
mod house;
pub mod receipt;
mod site;
pub(crate) mod table;
mod terms;
mod texts;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use kernel::{Fault, PersonId, Purpose};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use declaration::{Coded, Whitelist};

use crate::staff::secret;

pub use desk::{Paper, PaperRefusal};
pub use give::{Asked, ConsentProblem, Decided, Form, Parties};
pub use house::{HOUSE, code_of, file_of};
pub use receipt::{Given, Receipt, ReceiptRefusal};
pub use site::{SiteText, SiteTexts};
pub use terms::{Controller, Datum, Ground, Named, Terms};
pub use texts::{ClinicTexts, EditedFiles, OPERATOR_FILE, TextProblems};

static WHITELIST: LazyLock<Whitelist> = LazyLock::new(|| {
    Whitelist::parse(declaration::bundled::WHITELIST)
        .expect("the bundled whitelist is read by the tests of its own room")
});

/// The categories of these fields (policy clause 2.5). What the house seals of its own accord is technical, or what staff
/// sign in with.
///
/// # Errors
/// A field outside the whitelist: nothing of it may be sealed or opened.
pub(crate) fn categories_of<'a>(
    fields: impl IntoIterator<Item = &'a str>,
) -> Result<BTreeSet<String>, Fault> {
    fields
        .into_iter()
        .map(|field| match WHITELIST.rule(field) {
            Some(rule) => Ok(rule.category.code().to_owned()),
            None if field == NETWORK_ADDRESS => Ok("technical".to_owned()),
            None if field == secret::FIELD => Ok(secret::CATEGORY.to_owned()),
            None => Err(Fault::broken(format!(
                "the field {field} is not in the whitelist"
            ))),
        })
        .collect()
}

/// The address a form was sent from: sealed beside the consents given in it.
pub(crate) const NETWORK_ADDRESS: &str = "network_address";

/// Persons asked about in one question at most.
const ASKED_AT_ONCE: usize = 1000;

/// Those of these persons whose data may be processed for this purpose now.
pub(crate) async fn with_basis(
    db: &impl ConnectionTrait,
    persons: &BTreeSet<PersonId>,
    purpose: Purpose,
) -> Result<BTreeSet<PersonId>, Fault> {
    use table::{consent, legal_basis};
    // The law itself is the ground of answering, disclosing and safeguarding (152-ФЗ ст. 6 ч. 1 п. 2).
    if matches!(
        purpose,
        Purpose::Rights | Purpose::Disclosure | Purpose::Safeguard | Purpose::Rekey
    ) {
        return Ok(persons.clone());
    }
    let mut found = BTreeSet::new();
    let all: Vec<Uuid> = persons.iter().map(|person| person.uuid()).collect();
    for some in all.chunks(ASKED_AT_ONCE) {
        let rows: Vec<(Uuid, Uuid, bool, Option<Uuid>)> = consent::Entity::find()
            .select_only()
            .columns([
                consent::Column::Id,
                consent::Column::Person,
                consent::Column::Given,
                consent::Column::Withdraws,
            ])
            .filter(consent::Column::Person.is_in(some.iter().copied()))
            .filter(consent::Column::Purpose.eq(purpose.code()))
            .into_tuple()
            .all(db)
            .await?;
        let withdrawn: BTreeSet<Uuid> = rows.iter().filter_map(|row| row.3).collect();
        let consented = rows.iter().filter(|(id, _, given, withdraws)| {
            *given && withdraws.is_none() && !withdrawn.contains(id)
        });
        found.extend(consented.map(|(_, person, ..)| PersonId::from_uuid(*person)));
        let others: Vec<Uuid> = some
            .iter()
            .copied()
            .filter(|person| !found.contains(&PersonId::from_uuid(*person)))
            .collect();
        if others.is_empty() {
            continue;
        }
        let others: Vec<Uuid> = legal_basis::Entity::find()
            .select_only()
            .column(legal_basis::Column::Person)
            .filter(legal_basis::Column::Person.is_in(others))
            .filter(legal_basis::Column::Purpose.eq(purpose.code()))
            .filter(legal_basis::Column::EndedAt.is_null())
            .into_tuple()
            .all(db)
            .await?;
        found.extend(others.into_iter().map(PersonId::from_uuid));
    }
    Ok(found)
}

/// A consent given for this purpose and not withdrawn.
pub(crate) async fn consent_in_force(
    db: &impl ConnectionTrait,
    person: PersonId,
    purpose: Purpose,
) -> Result<Option<table::consent::Model>, Fault> {
    use table::consent::{Column, Entity};
    let rows = Entity::find()
        .filter(Column::Person.eq(person.uuid()))
        .filter(Column::Purpose.eq(purpose.code()))
        .all(db)
        .await?;
    let withdrawn: BTreeSet<Uuid> = rows.iter().filter_map(|row| row.withdraws).collect();
    Ok(rows
        .into_iter()
        .find(|row| row.given && row.withdraws.is_none() && !withdrawn.contains(&row.id)))
}

/// Ends other bases; consents stay as the proof that they had been given (152-ФЗ ст. 9 ч. 3): their rows
/// hold no data but the random id of somebody who is not there any more.
pub(crate) async fn erase_for(db: &impl ConnectionTrait, person: PersonId) -> Result<(), Fault> {
    table::legal_basis::Entity::delete_many()
        .filter(table::legal_basis::Column::Person.eq(person.uuid()))
        .exec(db)
        .await?;
    table::consent_paper::Entity::delete_many()
        .filter(table::consent_paper::Column::Person.eq(person.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

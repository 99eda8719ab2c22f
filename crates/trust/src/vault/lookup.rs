//! Finding people without reading anybody: blind indexes, and the question whether two records may be
//! of one person, asked after the answer has gone out, so that known and unknown phones look alike.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::tz::TimeZone;
use kernel::{BirthDate, Fault, PersonId};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, Statement};
use uuid::Uuid;

use super::core::{IndexKind, IndexTerm};
use super::opening::Opened;
use super::person::{Record, open_row};
use super::table::{blind_index, possible_same, sealed_field};
use crate::act::Act;
use crate::journal::Kind;

/// What a person can be found by, as far as it is known. Dates are ISO 8601.
#[derive(Clone, Copy, Default)]
pub struct Known<'a> {
    /// Фамилия.
    pub surname: Option<&'a str>,
    /// Имя.
    pub given_name: Option<&'a str>,
    /// Date of birth.
    pub birth_date: Option<&'a str>,
    /// Telephone, E.164.
    pub phone: Option<&'a str>,
    /// E-mail.
    pub email: Option<&'a str>,
}

impl<'a> Known<'a> {
    pub(super) fn of(opened: &'a Opened) -> Self {
        let value = |field: &str| opened.get(field).map(|value| value.reveal().as_str());
        Self {
            surname: value("surname"),
            given_name: value("given_name"),
            birth_date: value("birth_date"),
            phone: value("phone"),
            email: value("email"),
        }
    }
}

/// The terms by which a person can be found, out of what is known of them.
pub(super) fn terms_of(known: &Known<'_>) -> Vec<IndexTerm> {
    let Known {
        surname,
        given_name: given,
        birth_date: birth,
        phone,
        email,
    } = *known;
    let both =
        |a: Option<&str>, b: Option<&str>, term: fn(&str, &str) -> Option<IndexTerm>| term(a?, b?);
    [
        phone.and_then(IndexTerm::phone),
        phone.and_then(IndexTerm::phone_last4),
        email.and_then(IndexTerm::email),
        both(surname, birth, IndexTerm::surname_birth),
        both(surname, given, IndexTerm::surname_initial),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The terms that make two records likely to be of one person.
const STRONG: [IndexKind; 3] = [IndexKind::Phone, IndexKind::Email, IndexKind::SurnameBirth];

/// The fields that terms are made of.
pub(super) const INDEXED: [&str; 5] = ["phone", "email", "surname", "given_name", "birth_date"];

/// The number of an index in rows.
pub(super) const fn kind_number(kind: IndexKind) -> i32 {
    match kind {
        IndexKind::Phone => 1,
        IndexKind::PhoneLast4 => 2,
        IndexKind::Email => 3,
        IndexKind::SurnameBirth => 4,
        IndexKind::SurnameInitial => 5,
    }
}

/// The job that looks for records of the same person once a submission is in.
pub struct SuggestSame;

impl SuggestSame {
    /// Its name in the queue.
    pub const KIND: &'static str = "vault.suggest_same";
}

impl crate::Trust {
    /// Of these persons, those for whom [`Act::suggest_same`] may find anybody: a look at the index alone, so that the
    /// many who are like nobody cost no act.
    ///
    /// # Errors
    /// The database's.
    pub async fn may_have_same(&self, persons: Vec<Uuid>) -> Result<BTreeSet<Uuid>, Fault> {
        if self.0.keyring().live_epochs().nth(1).is_some() {
            // The same value has another tag in another epoch: only the act can tell.
            return Ok(persons.into_iter().collect());
        }
        let db = self.reads();
        let kinds = STRONG.map(|kind| kind_number(kind).to_string()).join(", ");
        let bound: Vec<String> = (1..=persons.len())
            .map(|nth| self.0.database.dialect().bound(nth))
            .collect();
        // A look by key for each of a person's few terms; a join PostgreSQL plans by the size that the table had once.
        let sql = format!(
            "SELECT mine.person AS person, (SELECT other.person FROM blind_index other WHERE other.kind = mine.kind \
             AND other.epoch = mine.epoch AND other.digest = mine.digest AND other.person <> mine.person LIMIT 1) AS other \
             FROM blind_index mine WHERE mine.person IN ({}) AND mine.kind IN ({kinds})",
            bound.join(", ")
        );
        let values = persons.into_iter().map(Into::into);
        let question = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        let mut found = BTreeSet::new();
        for row in db.query_all_raw(question).await? {
            if row.try_get::<Option<Uuid>>("", "other")?.is_some() {
                found.insert(row.try_get("", "person")?);
            }
        }
        Ok(found)
    }
}

impl Act {
    /// Makes the person findable by all that is known of them.
    pub fn index_person(&mut self, person: PersonId, known: &Known<'_>) {
        for term in terms_of(known) {
            self.index(person, &term);
        }
    }

    /// Looks for others with the same phone, e-mail, or surname and birth date, and notes them for a human
    /// to judge. Values never leave the vault. Gives how many were found.
    ///
    /// # Errors
    /// The database's; a value that is not what was sealed.
    pub async fn suggest_same(&mut self, person: PersonId) -> Result<usize, Fault> {
        let Some(known) = self.known(&[person]).await?.remove(&person) else {
            return Ok(0);
        };
        let terms: Vec<IndexTerm> = terms_of(&Known::of(&known))
            .into_iter()
            .filter(|term| STRONG.contains(&term.kind()))
            .collect();
        let candidates = self.candidates(person, &terms).await?;
        let others = self.known(&candidates).await?;
        let mut found = 0;
        for (other, values) in &others {
            let same = terms_of(&Known::of(values))
                .into_iter()
                .find(|term| terms.iter().any(|mine| mine.matches(term)));
            let Some(same) = same else { continue };
            found += 1;
            self.note_same(person, *other, same.kind()).await?;
        }
        if found > 0 {
            self.record(Kind::SameSuggested, serde_json::json!({ "found": found }))?;
        }
        Ok(found)
    }

    /// Persons whose index rows equal these terms, over all live epochs.
    pub(super) async fn candidates(
        &self,
        person: PersonId,
        terms: &[IndexTerm],
    ) -> Result<Vec<PersonId>, Fault> {
        let mut any = Condition::any();
        {
            let keyring = self.house().keyring();
            for epoch in keyring.live_epochs() {
                for term in terms {
                    any = any.add(
                        Condition::all()
                            .add(blind_index::Column::Kind.eq(kind_number(term.kind())))
                            .add(blind_index::Column::Epoch.eq(epoch.number().cast_signed()))
                            .add(blind_index::Column::Digest.eq(epoch.tag(term).as_i64())),
                    );
                }
            }
        }
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        let rows = blind_index::Entity::find()
            .filter(any)
            .filter(blind_index::Column::Person.ne(person.uuid()))
            .all(self.db())
            .await?;
        let mut found: Vec<PersonId> = rows
            .into_iter()
            .map(|row| PersonId::from_uuid(row.person))
            .collect();
        found.sort_unstable();
        found.dedup();
        // A number that hundreds gave is a call centre's or a joke: no suggestion helps there.
        found.truncate(50);
        Ok(found)
    }

    /// What the index is made of, for the vault's own comparing. Persons without a key are left out.
    pub(super) async fn known(
        &mut self,
        persons: &[PersonId],
    ) -> Result<BTreeMap<PersonId, Opened>, Fault> {
        if persons.is_empty() {
            return Ok(BTreeMap::new());
        }
        self.touch_all(persons).await?;
        let ids: Vec<Uuid> = persons.iter().map(|person| person.uuid()).collect();
        let rows = sealed_field::Entity::find()
            .filter(sealed_field::Column::Person.is_in(ids))
            .filter(sealed_field::Column::Place.eq(Record::person(persons[0]).place))
            .filter(sealed_field::Column::Field.is_in(INDEXED))
            .all(self.db())
            .await?;
        let operator = self.house().operator.uuid();
        let mut known: BTreeMap<PersonId, Opened> = persons
            .iter()
            .map(|person| (*person, Opened::new()))
            .collect();
        for row in rows {
            let person = PersonId::from_uuid(row.person);
            let touched = self.touch(person).await?;
            let value = open_row(operator, &touched.keys, &row)?;
            known.entry(person).or_default().insert(row.field, value);
        }
        Ok(known)
    }

    /// The date of birth, for a rule that the house itself applies within this act: it is told to nobody, and so stands
    /// in no journal. None where none was given.
    ///
    /// # Errors
    /// The person's key is gone; a value that is not what was sealed.
    pub async fn birth_date(&mut self, person: PersonId) -> Result<Option<BirthDate>, Fault> {
        let known = self.known(&[person]).await?;
        let Some(text) = known.get(&person).and_then(|known| known.get("birth_date")) else {
            return Ok(None);
        };
        let today = self.now().timestamp().to_zoned(TimeZone::UTC).date();
        // It was not in the future anywhere on earth when it was sealed.
        Ok(BirthDate::parse(text.reveal(), today.saturating_add(2.days())).ok())
    }

    async fn note_same(
        &mut self,
        person: PersonId,
        other: PersonId,
        by: IndexKind,
    ) -> Result<(), Fault> {
        let (person, other) = (person.min(other), person.max(other));
        let row = possible_same::ActiveModel {
            person: Set(person.uuid()),
            other: Set(other.uuid()),
            found_by: Set(by.label().into()),
            found_at: Set(self.now().micros()),
            act: Set(self.id().uuid()),
            dismissed_by: Set(None),
            dismissed_at: Set(None),
        };
        possible_same::Entity::insert(row)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(self.db())
            .await?;
        self.note(person, "compared", other.uuid()).await?;
        self.note(other, "compared", person.uuid()).await
    }

    /// Writes index rows anew for these persons, under the current epoch. Values never leave the vault.
    pub(crate) async fn reindex(&mut self, persons: &[PersonId]) -> Result<(), Fault> {
        let known = self.known(persons).await?;
        let ids: Vec<Uuid> = persons.iter().map(|person| person.uuid()).collect();
        blind_index::Entity::delete_many()
            .filter(blind_index::Column::Person.is_in(ids))
            .exec(self.db())
            .await?;
        for (person, values) in known {
            self.index_person(person, &Known::of(&values));
        }
        self.flush().await
    }
}

/// The tag is compared by the database; what it finds is decrypted and compared, for tags are short.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_made_of_what_is_known() {
        let born = |surname| Known {
            surname: Some(surname),
            birth_date: Some("1986-11-24"),
            ..Known::default()
        };
        assert_eq!(terms_of(&Known::default()).len(), 0);
        assert_eq!(
            terms_of(&Known {
                phone: Some("+79167770913"),
                ..Known::default()
            })
            .len(),
            2
        );
        assert_eq!(terms_of(&born("Пчёлкина")).len(), 1);
        let one = terms_of(&born("Пчелкина"));
        let two = terms_of(&born("ПЧЁЛКИНА"));
        assert!(one[0].matches(&two[0]));
    }
}

//! People enter the vault and their data is sealed.

use std::collections::BTreeSet;

use kernel::{Fault, PersonId, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::core::{self, IndexTerm, Kek, KeyPlace, PersonKey, Place, WrappedKey};
use super::table::{blind_index, person, person_key, sealed_field};
use crate::act::Act;
use crate::journal::Touched;

/// Keys are made once; a person who returns after destruction is another person.
pub(super) const GENERATION: u32 = 1;

/// Persons asked about in one question at most.
const ASKED_AT_ONCE: usize = 1000;

/// Whether somebody's identity was confirmed (policy clause 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// «Со слов пациента».
    AsStated,
    /// «Личность подтверждена»: by a document, at the clinic.
    Identified,
}

impl Standing {
    /// The word in rows.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::AsStated => "as_stated",
            Self::Identified => "identified",
        }
    }
}

/// Where a sealed value belongs: the row of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Record {
    /// The table's name.
    pub place: &'static str,
    /// The row's id.
    pub id: Uuid,
}

impl Record {
    /// What is known of the person wherever they appear.
    #[must_use]
    pub const fn person(person: PersonId) -> Self {
        Self {
            place: "person",
            id: person.uuid(),
        }
    }
}

impl Act {
    /// A new person, known by nothing yet. Stated contacts prove nothing: a form never finds an old one.
    pub fn new_person(&mut self) -> PersonId {
        let id = PersonId::from_uuid(entropy::random_id());
        let chain = entropy::random_id();
        let key = PersonKey::random(&mut entropy::rng());
        let place = KeyPlace {
            operator: self.house().operator.uuid(),
            person: id.uuid(),
            generation: GENERATION,
        };
        let (kek, wrapped) = {
            let keyring = self.house().keyring();
            let kek = keyring.current_kek();
            (
                kek.number(),
                core::wrap(kek, &place, &key, &mut entropy::rng()),
            )
        };
        let (created_at, act) = (self.now().micros(), self.id().uuid());
        let buffer = self.buffer();
        buffer.persons.push(person::ActiveModel {
            id: Set(id.uuid()),
            standing: Set(Standing::AsStated.code().into()),
            created_at: Set(created_at),
            act: Set(act),
        });
        buffer.keys.push(person_key::ActiveModel {
            person: Set(id.uuid()),
            kek: Set(kek.cast_signed()),
            wrapped: Set(wrapped.as_bytes().to_vec()),
            chain: Set(chain),
        });
        self.persons()
            .insert(id, Touched::fresh(chain, key.expand()));
        id
    }

    /// Seals the first value of a field of a new record.
    ///
    /// # Errors
    /// The person's key is gone.
    pub async fn seal(
        &mut self,
        person: PersonId,
        record: Record,
        field: &str,
        value: &str,
    ) -> Result<(), Fault> {
        let sealed = self.sealed(person, record, field, 1, value).await?;
        self.buffer().fields.push(sealed_field::ActiveModel {
            person: Set(person.uuid()),
            place: Set(record.place.into()),
            record: Set(record.id),
            field: Set(field.into()),
            version: Set(1),
            sealed: Set(sealed),
        });
        Ok(())
    }

    /// Seals a new value over the old one; a value that was not there before is its first.
    ///
    /// # Errors
    /// The person's key is gone.
    pub async fn reseal(
        &mut self,
        person: PersonId,
        record: Record,
        field: &str,
        value: &str,
    ) -> Result<(), Fault> {
        self.flush().await?;
        let key = (
            person.uuid(),
            record.place.to_owned(),
            record.id,
            field.to_owned(),
        );
        let Some(old) = sealed_field::Entity::find_by_id(key.clone())
            .one(self.db())
            .await?
        else {
            return self.seal(person, record, field, value).await;
        };
        let version = old.version + 1;
        let sealed = self.sealed(person, record, field, version, value).await?;
        sealed_field::Entity::update(sealed_field::ActiveModel {
            person: Set(key.0),
            place: Set(key.1),
            record: Set(key.2),
            field: Set(key.3),
            version: Set(version),
            sealed: Set(sealed),
        })
        .exec(self.db())
        .await?;
        Ok(())
    }

    /// Seals an empty value over the old one; what was never sealed stays absent.
    ///
    /// # Errors
    /// The person's key is gone.
    pub async fn blank(
        &mut self,
        person: PersonId,
        record: Record,
        field: &str,
    ) -> Result<(), Fault> {
        let key = (
            person.uuid(),
            record.place.to_owned(),
            record.id,
            field.to_owned(),
        );
        self.flush().await?;
        let there = sealed_field::Entity::find_by_id(key).one(self.db());
        if there.await?.is_some() {
            self.reseal(person, record, field, "").await?;
        }
        Ok(())
    }

    /// Reads a sealed row within this act, for a rule that the house itself applies. What is shown to anybody goes through
    /// [`open`](Self::open).
    pub(crate) async fn read_sealed(
        &mut self,
        person: PersonId,
        row: &sealed_field::Model,
    ) -> Result<kernel::Personal<String>, Fault> {
        let operator = self.house().operator.uuid();
        let touched = self.touch(person).await?;
        open_row(operator, &touched.keys, row)
    }

    async fn sealed(
        &mut self,
        person: PersonId,
        record: Record,
        field: &str,
        version: i32,
        value: &str,
    ) -> Result<Vec<u8>, Fault> {
        let operator = self.house().operator.uuid();
        let touched = self.touch(person).await?;
        touched.details.wrote(record, field, version);
        let place = Place {
            operator,
            person: person.uuid(),
            table: record.place,
            record: record.id.as_bytes(),
            field,
            version: version.into(),
        };
        Ok(core::seal(
            &place,
            &touched.keys,
            value.as_bytes(),
            &mut entropy::rng(),
        ))
    }

    /// Of these persons, those whose identity was confirmed. Nothing is opened for it.
    ///
    /// # Errors
    /// The database's.
    pub async fn identified(
        &self,
        persons: &BTreeSet<PersonId>,
    ) -> Result<BTreeSet<PersonId>, Fault> {
        let persons: Vec<Uuid> = persons.iter().map(|person| person.uuid()).collect();
        let mut identified = BTreeSet::new();
        for some in persons.chunks(ASKED_AT_ONCE) {
            let rows: Vec<Uuid> = person::Entity::find()
                .select_only()
                .column(person::Column::Id)
                .filter(person::Column::Id.is_in(some.iter().copied()))
                .filter(person::Column::Standing.eq(Standing::Identified.code()))
                .into_tuple()
                .all(self.db())
                .await?;
            identified.extend(rows.into_iter().map(PersonId::from_uuid));
        }
        Ok(identified)
    }

    /// Makes the person findable by this term, under the current epoch.
    pub(super) fn index(&mut self, person: PersonId, term: &IndexTerm) {
        let row = {
            let keyring = self.house().keyring();
            let epoch = keyring.current_epoch();
            blind_index::ActiveModel {
                kind: Set(super::lookup::kind_number(term.kind())),
                epoch: Set(epoch.number().cast_signed()),
                digest: Set(epoch.tag(term).as_i64()),
                person: Set(person.uuid()),
            }
        };
        self.buffer().indexes.push(row);
    }

    /// Writes what is gathered so far, so that it can be read back.
    pub(super) async fn flush(&mut self) -> Result<(), Fault> {
        let buffer = std::mem::take(self.buffer());
        buffer.write(self.db()).await
    }

    /// The person's key and record within this act.
    pub(crate) async fn touch(&mut self, person: PersonId) -> Result<&mut Touched, Fault> {
        self.touch_all(&[person]).await?;
        self.persons()
            .get_mut(&person)
            .ok_or_else(|| Fault::broken("a touched person is not there"))
    }

    /// Unwraps the keys of several persons with one question. All must have one.
    pub(crate) async fn touch_all(&mut self, persons: &[PersonId]) -> Result<(), Fault> {
        let missing: Vec<Uuid> = persons
            .iter()
            .filter(|person| !self.persons().contains_key(person))
            .map(|person| person.uuid())
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut rows = Vec::with_capacity(missing.len());
        for some in missing.chunks(ASKED_AT_ONCE) {
            let some = person_key::Entity::find()
                .filter(person_key::Column::Person.is_in(some.iter().copied()))
                .all(self.db())
                .await?;
            rows.extend(some);
        }
        if rows.len() != missing.len() {
            return Err(Fault::broken(
                "a person has no key: destroyed, or the row was taken away",
            ));
        }
        for row in rows {
            let touched = {
                let keyring = self.house().keyring();
                Touched::known(
                    row.chain,
                    unwrap_row(self.house().operator.uuid(), |kek| keyring.kek(kek), &row)?
                        .expand(),
                )
            };
            self.persons()
                .insert(PersonId::from_uuid(row.person), touched);
        }
        Ok(())
    }
}

/// Unwraps the key of a row with the KEK it names.
pub(crate) fn unwrap_row<'a>(
    operator: Uuid,
    kek: impl FnOnce(u32) -> Option<&'a Kek>,
    row: &person_key::Model,
) -> Result<PersonKey, Fault> {
    let wrapped = WrappedKey::parse(&row.wrapped)
        .map_err(|error| Fault::from(error).during("reading a person's key"))?;
    let kek = kek(wrapped.kek())
        .ok_or_else(|| Fault::broken(format!("the key folder has no KEK {}", wrapped.kek())))?;
    let place = KeyPlace {
        operator,
        person: row.person,
        generation: GENERATION,
    };
    core::unwrap(kek, &place, &wrapped)
        .map_err(|error| Fault::from(error).during("unwrapping a person's key"))
}

/// Opens one sealed row with the person's keys.
pub(super) fn open_row(
    operator: Uuid,
    keys: &core::FieldKeys,
    row: &sealed_field::Model,
) -> Result<kernel::Personal<String>, Fault> {
    let place = Place {
        operator,
        person: row.person,
        table: &row.place,
        record: row.record.as_bytes(),
        field: &row.field,
        version: row.version.into(),
    };
    let opened = core::open(&place, keys, &row.sealed)
        .map_err(|error| Fault::from(error).during("opening a sealed field"))?;
    let text =
        std::str::from_utf8(&opened).map_err(|_| Fault::broken("a sealed field is not text"))?;
    Ok(kernel::Personal::new(text.to_owned()))
}

/// Deletes the rows of the vault that are the person's.
pub(crate) async fn forget(db: &impl ConnectionTrait, persons: &[Uuid]) -> Result<(), Fault> {
    let ids = || persons.iter().copied();
    person_key::Entity::delete_many()
        .filter(person_key::Column::Person.is_in(ids()))
        .exec(db)
        .await?;
    blind_index::Entity::delete_many()
        .filter(blind_index::Column::Person.is_in(ids()))
        .exec(db)
        .await?;
    sealed_field::Entity::delete_many()
        .filter(sealed_field::Column::Person.is_in(ids()))
        .exec(db)
        .await?;
    super::table::idempotency::Entity::delete_many()
        .filter(super::table::idempotency::Column::Person.is_in(ids()))
        .exec(db)
        .await?;
    super::table::possible_same::Entity::delete_many()
        .filter(super::table::possible_same::Column::Person.is_in(ids()))
        .exec(db)
        .await?;
    super::table::possible_same::Entity::delete_many()
        .filter(super::table::possible_same::Column::Other.is_in(ids()))
        .exec(db)
        .await?;
    super::table::person_join::Entity::delete_many()
        .filter(super::table::person_join::Column::Person.is_in(ids()))
        .exec(db)
        .await?;
    super::table::person_join::Entity::delete_many()
        .filter(super::table::person_join::Column::Other.is_in(ids()))
        .exec(db)
        .await?;
    person::Entity::delete_many()
        .filter(person::Column::Id.is_in(ids()))
        .exec(db)
        .await?;
    Ok(())
}

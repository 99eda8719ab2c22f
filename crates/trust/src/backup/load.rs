//! Rows into an empty store, in one transaction: the keys of the newest keyset, the rows of any data
//! archive, without the rows of those who were destroyed since.

use std::collections::{BTreeMap, HashSet};

use kernel::Fault;
use platform::database::Dialect;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, Statement,
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::error::RestoreError;
use super::make::{NEVER_IN_DATA, WITH_KEYS};
use super::rows::{self, Sort, Table};
use super::unseal::{Part, Parts};
use crate::access::table::{destruction, destruction_person};

/// Whose a row of the vault is. A destroyed person's are not even written: deleting them again would leave
/// their bytes in the file. What other rooms hold is erased by them before the restore ends.
const OF_PERSON: [(&str, &str); 5] = [
    ("idempotency", "person"),
    ("person", "id"),
    ("possible_same", "other"),
    ("possible_same", "person"),
    ("sealed_field", "person"),
];

/// What was loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Loaded {
    /// Rows of the data archive that were written.
    pub(super) rows: u64,
    /// Persons who live.
    pub(super) persons: u64,
    /// Persons of the archive who were destroyed since.
    pub(super) destroyed: u64,
    /// Keys of persons who came after the data archive.
    pub(super) keys_dropped: u64,
    /// Persons without a key whom no destruction covers.
    pub(super) unreadable: u64,
    /// Sessions of staff that were ended.
    pub(super) sessions_ended: u64,
}

/// Writes archives into an empty store.
pub(super) struct Loading<'a> {
    db: &'a DatabaseTransaction,
    dialect: Dialect,
    tables: BTreeMap<String, Table>,
    /// Destructions that the keyset archive knows, and those of them carried out.
    known: HashSet<Uuid>,
    carried_out: HashSet<Uuid>,
    /// Destructions that the data archive knows, and those of them carried out.
    in_data: HashSet<Uuid>,
    ended_in_data: HashSet<Uuid>,
    /// Who was destroyed, as the keyset archive knows.
    gone: HashSet<Uuid>,
    loaded: Loaded,
}

/// A table of an archive, matched with the store's.
struct Target {
    table: Table,
    /// Columns that say whose a row is.
    of_person: Vec<usize>,
}

impl<'a> Loading<'a> {
    pub(super) async fn begin(
        db: &'a DatabaseTransaction,
        dialect: Dialect,
    ) -> Result<Self, RestoreError> {
        let tables = rows::tables(db, dialect).await?;
        refuse_used(db, &tables).await?;
        Ok(Self {
            db,
            dialect,
            tables: tables
                .into_iter()
                .map(|table| (table.name.clone(), table))
                .collect(),
            known: HashSet::new(),
            carried_out: HashSet::new(),
            in_data: HashSet::new(),
            ended_in_data: HashSet::new(),
            gone: HashSet::new(),
            loaded: Loaded::default(),
        })
    }

    /// The tables of the keyset archive; gives the number of destructions carried out.
    pub(super) async fn keys(&mut self, mut parts: Parts) -> Result<u64, RestoreError> {
        let mut target = None;
        loop {
            match parts.next().await? {
                Part::Head(_) | Part::File(..) => {}
                Part::Table(name, columns) => {
                    if !WITH_KEYS.contains(&name.as_str()) {
                        return Err(RestoreError::damaged(
                            parts.file(),
                            format!("it holds the table {name}"),
                        ));
                    }
                    target = Some(self.target(parts.file(), &name, &columns)?);
                }
                Part::Rows(rows) => {
                    let target = begun(&target, &parts)?;
                    let mut kept = Vec::with_capacity(rows.len());
                    for row in rows {
                        if self.keep_of_keys(target, &row) {
                            kept.push(row);
                        }
                    }
                    self.write(parts.file(), target, kept).await?;
                }
                Part::End => return Ok(self.carried_out.len() as u64),
            }
        }
    }

    /// The tables of the data archive.
    pub(super) async fn data(&mut self, mut parts: Parts) -> Result<(), RestoreError> {
        let mut target = None;
        loop {
            match parts.next().await? {
                Part::Head(_) => {}
                Part::File(name, _) => {
                    return Err(RestoreError::damaged(
                        parts.file(),
                        format!("it holds the key file {name}"),
                    ));
                }
                Part::Table(name, columns) => {
                    if NEVER_IN_DATA.contains(&name.as_str()) {
                        return Err(RestoreError::damaged(
                            parts.file(),
                            format!("it holds the table {name}"),
                        ));
                    }
                    target = Some(self.target(parts.file(), &name, &columns)?);
                }
                Part::Rows(rows) => {
                    let target = begun(&target, &parts)?;
                    let mut kept = Vec::with_capacity(rows.len());
                    for row in rows {
                        if self.keep_of_data(target, &row) {
                            kept.push(row);
                        }
                    }
                    self.loaded.rows += self.write(parts.file(), target, kept).await?;
                }
                Part::End => return Ok(()),
            }
        }
    }

    /// Makes keys and persons fit each other, ends what time has ended, continues generated numbers.
    /// Gives what was loaded, and the destructions to be carried out again.
    pub(super) async fn settle(mut self, now: i64) -> Result<(Loaded, Vec<Uuid>), RestoreError> {
        let db = self.db;
        let orphans = "DELETE FROM person_key WHERE NOT EXISTS (SELECT 1 FROM person WHERE person.id = person_key.person)";
        self.loaded.keys_dropped = self.run(orphans).await?;
        // What was only proposed after the data archive is as lost as the act that proposed it.
        for proposal in self
            .known
            .iter()
            .filter(|id| !self.carried_out.contains(id) && !self.in_data.contains(id))
        {
            destruction_person::Entity::delete_many()
                .filter(destruction_person::Column::Destruction.eq(*proposal))
                .exec(db)
                .await?;
            destruction::Entity::delete_by_id(*proposal)
                .exec(db)
                .await?;
        }
        let sessions = format!("UPDATE session SET ended_at = {now} WHERE ended_at IS NULL");
        self.loaded.sessions_ended = self.run(&sessions).await?;
        self.loaded.persons = rows::number(db, "SELECT count(*) FROM person").await?;
        let keyless = "SELECT count(*) FROM person WHERE NOT EXISTS (SELECT 1 FROM person_key WHERE person_key.person = person.id)";
        self.loaded.unreadable = rows::number(db, keyless).await?;
        for table in self.tables.values() {
            let whole = |column: &&rows::Column| column.in_key && column.sort == Sort::Big;
            for column in table.columns.iter().filter(whole) {
                // A column that is not generated has no sequence; setting none does nothing.
                if let Some(sql) = self.dialect.continue_numbers(&table.name, &column.name) {
                    db.query_one_raw(Statement::from_string(db.get_database_backend(), sql))
                        .await?;
                }
            }
        }
        let mut again: Vec<Uuid> = self
            .carried_out
            .difference(&self.ended_in_data)
            .copied()
            .collect();
        again.sort_unstable();
        Ok((self.loaded, again))
    }

    async fn run(&self, sql: &str) -> Result<u64, RestoreError> {
        Ok(self.db.execute_unprepared(sql).await?.rows_affected())
    }

    fn keep_of_keys(&mut self, target: &Target, row: &[Json]) -> bool {
        let id = |column: &str| target.uuid(column, row);
        match target.table.name.as_str() {
            "destruction" => {
                self.known.extend(id("id"));
                if target
                    .value("removed_at", row)
                    .is_some_and(|at| !at.is_null())
                {
                    self.carried_out.extend(id("id"));
                }
                true
            }
            "destruction_person" => {
                if id("destruction")
                    .is_some_and(|destruction| self.carried_out.contains(&destruction))
                {
                    self.gone.extend(id("person"));
                }
                true
            }
            _ => !id("person").is_some_and(|person| self.gone.contains(&person)),
        }
    }

    fn keep_of_data(&mut self, target: &Target, row: &[Json]) -> bool {
        let id = |column: &str| target.uuid(column, row);
        // The keyset archive is the newer list, and has these already.
        match target.table.name.as_str() {
            "destruction" => {
                self.in_data.extend(id("id"));
                if target
                    .value("removed_at", row)
                    .is_some_and(|at| !at.is_null())
                {
                    self.ended_in_data.extend(id("id"));
                }
                return !id("id").is_some_and(|destruction| self.known.contains(&destruction));
            }
            "destruction_person" => {
                return !id("destruction")
                    .is_some_and(|destruction| self.known.contains(&destruction));
            }
            _ => {}
        }
        let gone = target
            .of_person
            .iter()
            .filter_map(|index| uuid_of(row.get(*index)?))
            .any(|person| self.gone.contains(&person));
        if gone && target.table.name == "person" {
            self.loaded.destroyed += 1;
        }
        !gone
    }

    fn target(
        &self,
        file: &str,
        name: &str,
        columns: &[(String, String)],
    ) -> Result<Target, RestoreError> {
        let unknown = |what: &str| RestoreError::damaged(file, format!("the store has no {what}"));
        let table = self
            .tables
            .get(name)
            .ok_or_else(|| unknown(&format!("table {name}")))?;
        let mut matched = Vec::with_capacity(columns.len());
        for (column, sort) in columns {
            let found = table
                .columns
                .iter()
                .find(|known| known.name == *column && known.sort.word() == sort);
            matched.push(
                found
                    .ok_or_else(|| unknown(&format!("{sort} column {name}.{column}")))?
                    .clone(),
            );
        }
        let of_person = |column: &str| OF_PERSON.contains(&(name, column));
        let of_person = matched
            .iter()
            .enumerate()
            .filter(|(_, column)| of_person(&column.name))
            .map(|(index, _)| index)
            .collect();
        Ok(Target {
            table: Table {
                name: name.to_owned(),
                columns: matched,
            },
            of_person,
        })
    }

    async fn write(
        &self,
        file: &str,
        target: &Target,
        rows: Vec<Vec<Json>>,
    ) -> Result<u64, RestoreError> {
        let columns = &target.table.columns;
        let count = rows.len() as u64;
        let mut bound = Vec::with_capacity(rows.len());
        for row in &rows {
            let values: Option<Vec<_>> = columns
                .iter()
                .zip(row)
                .map(|(column, json)| column.sort.bind(json))
                .collect();
            let whole =
                values.filter(|values| values.len() == row.len() && row.len() == columns.len());
            bound.push(whole.ok_or_else(|| {
                RestoreError::damaged(
                    file,
                    format!("a row of {} does not fit its columns", target.table.name),
                )
            })?);
        }
        while !bound.is_empty() {
            let rest = bound.split_off(bound.len().min(target.table.rows_at_once()));
            target.table.insert(self.db, self.dialect, bound).await?;
            bound = rest;
        }
        Ok(count)
    }
}

impl Target {
    fn value<'r>(&self, column: &str, row: &'r [Json]) -> Option<&'r Json> {
        row.get(
            self.table
                .columns
                .iter()
                .position(|known| known.name == column)?,
        )
    }

    fn uuid(&self, column: &str, row: &[Json]) -> Option<Uuid> {
        uuid_of(self.value(column, row)?)
    }
}

/// Refuses a store that has rows already.
pub(super) async fn refuse_used(
    db: &impl ConnectionTrait,
    tables: &[Table],
) -> Result<(), RestoreError> {
    for table in tables {
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM \"{}\" LIMIT 1) AS first_row",
            table.name
        );
        if rows::number(db, sql).await? > 0 {
            return Err(RestoreError::NotEmpty(table.name.clone()));
        }
    }
    if tables.is_empty() {
        return Err(Fault::broken(
            "the store has not been made; run `medok init` or `medok serve`",
        )
        .into());
    }
    Ok(())
}

fn begun<'t>(target: &'t Option<Target>, parts: &Parts) -> Result<&'t Target, RestoreError> {
    target
        .as_ref()
        .ok_or_else(|| RestoreError::damaged(parts.file(), "rows come before their table"))
}

fn uuid_of(json: &Json) -> Option<Uuid> {
    Uuid::try_parse(json.as_str()?).ok()
}

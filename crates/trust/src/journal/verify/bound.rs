//! Rows about a person against what that person's own chain says of them: every row of a table that names a `person` and
//! an `act` was noted when it was written, column by column, and whatever changed it was noted too (decision 0010).
//!
//! *Invariant*: what a row says is never believed by itself. A table that joins the store is held to this as soon as it
//! is there; only [`APART`] are vouched for in another way.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Fault;
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult, Statement};
use uuid::Uuid;

use super::{Audit, Finding};
use crate::journal::core::json::{Object, Value};
use crate::journal::details::openings;

/// Tables that are not bound column by column: what was opened is held against the openings that the chain tells of, and
/// likenesses are hints for people to judge.
const APART: [&str; 2] = ["ticket_opening", "possible_same"];

/// What a column holds.
#[derive(Clone, Copy)]
enum Sort {
    Uuid,
    Big,
    Int,
    Text,
    Bytes,
    Bool,
}

/// A bound table.
pub(super) struct Table {
    name: String,
    columns: Vec<(String, Sort)>,
    /// What tells its rows apart, besides the person.
    key: Vec<String>,
}

#[derive(FromQueryResult)]
struct ColumnRow {
    table_name: String,
    column_name: String,
    kind: String,
    in_key: bool,
}

#[derive(FromQueryResult)]
pub(super) struct OpeningRow {
    ticket: Uuid,
    person: Uuid,
    fields: String,
    act: Uuid,
}

/// A row by its columns.
pub(super) type Row = BTreeMap<String, Value>;

/// What a chain tells besides versions of fields.
#[derive(Default)]
pub(super) struct Telling {
    /// Rows noted, with the entry, in the order of the chain.
    notes: Vec<(Uuid, Object)>,
    /// Openings, with the entry: permit, place, record, field.
    opened: BTreeSet<(Uuid, [String; 4])>,
    /// Hashes of what stood beside the boxes of consents.
    terms: BTreeSet<String>,
}

impl Telling {
    /// Takes over what a sub-entry of this entry tells.
    pub(super) fn take(&mut self, entry: Uuid, details: &Object) {
        self.opened
            .extend(openings(details).into_iter().map(|one| (entry, one)));
        let Some(Value::List(notes)) = details.get("notes") else {
            return;
        };
        for note in notes {
            if let Value::Object(note) = note
                && note.contains_key("table")
            {
                if let Some(Value::Object(shown)) = note.get("shown")
                    && let Some(Value::Text(terms)) = shown.get("terms")
                {
                    self.terms.insert(terms.clone());
                }
                self.notes.push((entry, note.clone()));
            }
        }
    }

    /// The rows of a table as they are after the last note, by key: with the entry that wrote each.
    fn rows_of(&self, table: &Table) -> BTreeMap<String, (Uuid, Row)> {
        let mut rows = BTreeMap::<String, (Uuid, Row)>::new();
        for (entry, note) in &self.notes {
            let (Some(Value::Text(name)), Some(Value::Object(columns))) =
                (note.get("table"), note.get("row"))
            else {
                continue;
            };
            if *name != table.name {
                continue;
            }
            let mut columns = columns.clone();
            if table.key.iter().any(|column| column == "id")
                && let Some(of) = note.get("of")
            {
                columns.insert("id".into(), of.clone());
            }
            rows.entry(table.key_of(&columns))
                .or_insert_with(|| (*entry, Row::new()))
                .1
                .extend(columns);
        }
        rows
    }
}

impl Table {
    fn key_of(&self, row: &Row) -> String {
        let parts = self.key.iter().map(|column| match row.get(column) {
            Some(Value::Text(text)) => text.clone(),
            Some(Value::Int(number)) => number.to_string(),
            _ => String::new(),
        });
        parts.collect::<Vec<_>>().join("\u{1f}")
    }

    /// By which id a finding names a row: its own, or that of the act that wrote it.
    fn record_of(row: &Row, act: Uuid) -> Uuid {
        match row.get("id") {
            Some(Value::Text(id)) => Uuid::parse_str(id).unwrap_or(act),
            _ => act,
        }
    }

    fn read(&self, found: &QueryResult) -> Row {
        self.columns
            .iter()
            .map(|(name, sort)| (name.clone(), sort.read(found, name)))
            .collect()
    }
}

impl Sort {
    fn of(declared: &str) -> Option<Self> {
        Some(match declared {
            "uuid" => Self::Uuid,
            "bigint" => Self::Big,
            "integer" => Self::Int,
            "text" => Self::Text,
            "blob" | "bytea" => Self::Bytes,
            "boolean" => Self::Bool,
            _ => return None,
        })
    }

    /// The value as a note has it. What is not of its column's sort equals nothing that was ever noted.
    fn read(self, row: &QueryResult, name: &str) -> Value {
        let value = match self {
            Self::Uuid => row
                .try_get::<Option<Uuid>>("", name)
                .map(|id| id.map(|id| id.to_string()).into()),
            Self::Big => row.try_get::<Option<i64>>("", name).map(Value::from),
            Self::Int => row
                .try_get::<Option<i32>>("", name)
                .map(|number| number.map(i64::from).into()),
            Self::Text => row.try_get::<Option<String>>("", name).map(Value::from),
            Self::Bytes => row
                .try_get::<Option<Vec<u8>>>("", name)
                .map(|bytes| bytes.map(hex::encode).into()),
            Self::Bool => row.try_get::<Option<bool>>("", name).map(Value::from),
        };
        value.unwrap_or_else(|_| Value::List(Vec::new()))
    }
}

impl Audit<'_> {
    /// The tables whose rows the chains vouch for.
    pub(super) async fn bound_tables(&self) -> Result<Vec<Table>, Fault> {
        let columns: Vec<ColumnRow> = self.rows(self.dialect.columns(), Vec::new()).await?;
        let mut tables = Vec::<Table>::new();
        for ColumnRow {
            table_name,
            column_name,
            kind,
            in_key,
        } in columns
        {
            if tables.last().is_none_or(|last| last.name != table_name) {
                tables.push(Table {
                    name: table_name,
                    columns: Vec::new(),
                    key: Vec::new(),
                });
            }
            let Some(table) = tables.last_mut() else {
                continue;
            };
            if in_key && column_name != "person" {
                table.key.push(column_name.clone());
            }
            if let Some(sort) = Sort::of(&kind) {
                table.columns.push((column_name, sort));
            }
        }
        let has =
            |table: &Table, name: &str| table.columns.iter().any(|(column, _)| column == name);
        tables.retain(|table| {
            has(table, "person") && has(table, "act") && !APART.contains(&table.name.as_str())
        });
        Ok(tables)
    }

    /// The rows of a table about the persons whose chains are in a range, by person.
    pub(super) async fn rows_about(
        &self,
        table: &Table,
        (after, last): (Uuid, Uuid),
    ) -> Result<BTreeMap<Uuid, Vec<Row>>, Fault> {
        let names: Vec<String> = table
            .columns
            .iter()
            .map(|(name, _)| format!("t.\"{name}\""))
            .collect();
        let sql = format!(
            "SELECT {} FROM person_key k JOIN \"{}\" t ON t.person = k.person WHERE k.chain > {} AND k.chain <= {}",
            names.join(", "),
            table.name,
            self.dialect.bound(1),
            self.dialect.bound(2)
        );
        let backend = self.db.get_database_backend();
        let values = [after.into(), last.into()];
        let found = self
            .db
            .query_all_raw(Statement::from_sql_and_values(backend, sql, values))
            .await?;
        let mut rows = BTreeMap::<Uuid, Vec<Row>>::new();
        for row in &found {
            let person: Uuid = row.try_get("", "person")?;
            rows.entry(person).or_default().push(table.read(row));
        }
        Ok(rows)
    }

    /// What was opened under which permit, of the same persons.
    pub(super) async fn openings_about(
        &self,
        (after, last): (Uuid, Uuid),
    ) -> Result<BTreeMap<Uuid, Vec<OpeningRow>>, Fault> {
        let sql = "SELECT t.ticket, t.person, t.fields, t.act FROM person_key k \
                   JOIN ticket_opening t ON t.person = k.person WHERE k.chain > $1 AND k.chain <= $2";
        let mut rows = BTreeMap::<Uuid, Vec<OpeningRow>>::new();
        for row in self
            .rows::<OpeningRow>(sql, vec![after.into(), last.into()])
            .await?
        {
            rows.entry(row.person).or_default().push(row);
        }
        Ok(rows)
    }

    /// Holds a person's rows of a table against what their chain tells, both ways. `gone` are destroyed persons: with
    /// one of them goes the tie to whoever remains.
    pub(super) fn bound(
        &mut self,
        person: Uuid,
        table: &Table,
        rows: &[Row],
        telling: &Telling,
        gone: &BTreeSet<Uuid>,
    ) {
        let mut noted = telling.rows_of(table);
        for row in rows {
            let act = match row.get("act") {
                Some(Value::Text(act)) => Uuid::parse_str(act).unwrap_or_default(),
                _ => Uuid::nil(),
            };
            let record = Table::record_of(row, act);
            let Some((entry, told)) = noted.remove(&table.key_of(row)) else {
                self.found(Finding::RowByHand {
                    table: table.name.clone(),
                    record,
                    person,
                });
                continue;
            };
            let unlinked = |told: &Value| match told {
                Value::Text(id) => Uuid::parse_str(id).is_ok_and(|id| gone.contains(&id)),
                _ => false,
            };
            let mut other = told.iter().filter(|(column, told)| match row.get(*column) {
                Some(Value::Null) => **told != Value::Null && !unlinked(told),
                found => found != Some(*told),
            });
            let other = other.next().map(|(column, _)| column.as_str());
            if let Some(column) = other.or((act != entry).then_some("act")) {
                self.found(Finding::RowDiffers {
                    table: table.name.clone(),
                    record,
                    column: column.to_owned(),
                });
            }
        }
        for (entry, row) in noted.into_values() {
            self.found(Finding::RowMissing {
                table: table.name.clone(),
                record: Table::record_of(&row, entry),
                person,
            });
        }
    }

    /// Looks for what stood beside the boxes that a person was shown. Each that is missing is told once.
    pub(super) fn shown(&mut self, telling: &Telling) {
        for sha256 in &telling.terms {
            if self.terms_kept.insert(sha256.clone()) {
                let sha256 = sha256.clone();
                self.found(Finding::TermsMissing { sha256 });
            }
        }
    }

    /// Holds the rows by which a second opening is not told again against the openings that were told.
    pub(super) fn openings(&mut self, rows: &[OpeningRow], telling: &Telling) {
        for row in rows {
            let told = row.fields.split_once(':').is_some_and(|(at, fields)| {
                at.split_once('/').is_some_and(|(place, record)| {
                    fields.split(',').all(|field| {
                        let opening = [&row.ticket.to_string(), place, record, field];
                        let opening = opening.map(str::to_owned);
                        telling.opened.contains(&(row.act, opening))
                    })
                })
            });
            if !told {
                self.found(Finding::OpeningByHand {
                    person: row.person,
                    permit: row.ticket,
                    act: row.act,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(key: &[&str]) -> Table {
        Table {
            name: "visit".into(),
            columns: Vec::new(),
            key: key.iter().map(|column| (*column).to_owned()).collect(),
        }
    }

    fn note(of: u128, row: &[(&str, &str)]) -> Object {
        let row = row
            .iter()
            .map(|(column, value)| ((*column).to_owned(), Value::from(*value)));
        let note = Object::from([
            ("what".to_owned(), Value::from("test")),
            (
                "of".to_owned(),
                Value::from(Uuid::from_u128(of).to_string()),
            ),
            ("table".to_owned(), Value::from("visit")),
            ("row".to_owned(), Value::Object(row.collect())),
        ]);
        Object::from([("notes".to_owned(), Value::List(vec![Value::Object(note)]))])
    }

    #[test]
    fn later_notes_change_the_columns_they_name() {
        let mut telling = Telling::default();
        let acts = [Uuid::from_u128(10), Uuid::from_u128(11)];
        telling.take(
            acts[0],
            &note(1, &[("status", "requested"), ("branch", "a")]),
        );
        telling.take(acts[1], &note(1, &[("status", "cancelled")]));
        telling.take(acts[1], &note(2, &[("status", "requested")]));
        let rows = telling.rows_of(&table(&["id"]));
        let (act, row) = &rows[&Uuid::from_u128(1).to_string()];
        assert_eq!(*act, acts[0], "the act that wrote the row");
        assert_eq!(row["status"], Value::from("cancelled"));
        assert_eq!(row["branch"], Value::from("a"));
        assert_eq!(rows.len(), 2);
        let mut other = table(&["id"]);
        other.name = "form".into();
        assert!(telling.rows_of(&other).is_empty());
    }

    #[test]
    fn rows_without_an_id_are_known_by_their_key() {
        let mut telling = Telling::default();
        telling.take(Uuid::nil(), &note(1, &[("norm", "n"), ("purpose", "p")]));
        telling.take(Uuid::nil(), &note(2, &[("norm", "n"), ("purpose", "p")]));
        telling.take(Uuid::nil(), &note(2, &[("norm", "n"), ("purpose", "q")]));
        let rows = telling.rows_of(&table(&["purpose", "norm"]));
        assert_eq!(rows.len(), 2);
        assert!(rows.values().all(|(_, row)| !row.contains_key("id")));
    }
}

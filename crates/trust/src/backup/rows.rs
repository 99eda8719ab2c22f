//! Rows of any table as JSON and back: a new table is in the backup because it is in the database.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use kernel::Fault;
use platform::database::Dialect;
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use serde_json::Value as Json;
use uuid::Uuid;

/// Rows read with one statement.
pub(super) const PAGE: usize = 200;
/// Values bound to one statement at most; SQLite takes 32,766, PostgreSQL 65,535.
const BOUND: usize = 8_000;
/// What the migrator keeps; its names travel in the manifest.
const MIGRATIONS: &str = "seaql_migrations";
/// Numbers of the database's own transactions mean nothing in another database: there the default is written.
const LOCAL: [(&str, &str); 1] = [("busy_change", "transaction")];

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Uuid,
    Big,
    Int,
    Text,
    Bytes,
    Bool,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) sort: Sort,
    pub(super) in_key: bool,
}

/// A table as the database describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
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

    /// The word in archives.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            // SQLite's generated numbers are declared otherwise than PostgreSQL's; both are whole numbers.
            Self::Big | Self::Int => "integer",
            Self::Text => "text",
            Self::Bytes => "bytes",
            Self::Bool => "boolean",
        }
    }

    fn read(self, row: &QueryResult, index: usize, dialect: Dialect) -> Result<Json, Fault> {
        Ok(match self {
            Self::Uuid => row
                .try_get_by_index::<Option<Uuid>>(index)?
                .map_or(Json::Null, |id| id.to_string().into()),
            // SQLite knows one whole number, of 64 bits.
            Self::Int if dialect == Dialect::Postgres => {
                row.try_get_by_index::<Option<i32>>(index)?.into()
            }
            Self::Int | Self::Big => row.try_get_by_index::<Option<i64>>(index)?.into(),
            Self::Text => row.try_get_by_index::<Option<String>>(index)?.into(),
            Self::Bytes => row
                .try_get_by_index::<Option<Vec<u8>>>(index)?
                .map_or(Json::Null, |bytes| BASE64_STANDARD.encode(bytes).into()),
            Self::Bool => row.try_get_by_index::<Option<bool>>(index)?.into(),
        })
    }

    /// The value to bind; `None` if the JSON is not one of this sort.
    pub(super) fn bind(self, json: &Json) -> Option<Value> {
        let null = json.is_null();
        Some(match self {
            Self::Uuid if null => Value::Uuid(None),
            Self::Uuid => Value::Uuid(Some(Uuid::try_parse(json.as_str()?).ok()?)),
            Self::Big if null => Value::BigInt(None),
            Self::Big => Value::BigInt(Some(json.as_i64()?)),
            Self::Int if null => Value::Int(None),
            Self::Int => Value::Int(Some(i32::try_from(json.as_i64()?).ok()?)),
            Self::Text if null => Value::String(None),
            Self::Text => Value::String(Some(json.as_str()?.to_owned())),
            Self::Bytes if null => Value::Bytes(None),
            Self::Bytes => Value::Bytes(Some(BASE64_STANDARD.decode(json.as_str()?).ok()?)),
            Self::Bool if null => Value::Bool(None),
            Self::Bool => Value::Bool(Some(json.as_bool()?)),
        })
    }
}

impl Table {
    fn list(&self, of: impl Iterator<Item = String>) -> String {
        of.collect::<Vec<_>>().join(", ")
    }

    fn key(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.in_key)
    }

    /// The rows after a key, in its order, as JSON; a page at most. `after` is the last row of the page before.
    pub(super) async fn page(
        &self,
        db: &impl ConnectionTrait,
        dialect: Dialect,
        after: Option<&[Json]>,
    ) -> Result<Vec<Vec<Json>>, Fault> {
        let names = self.list(self.columns.iter().map(|column| quoted(&column.name)));
        let key = self.list(self.key().map(|(_, column)| quoted(&column.name)));
        if key.is_empty() {
            return Err(Fault::broken(format!(
                "table {} has no primary key: a backup cannot page it",
                self.name
            )));
        }
        let mut values = Vec::new();
        let mut from = String::new();
        if let Some(after) = after {
            for (index, column) in self.key() {
                let value = after.get(index).and_then(|json| column.sort.bind(json));
                values.push(
                    value.ok_or_else(|| Fault::broken("a row's key could not be bound again"))?,
                );
            }
            from = format!(
                " WHERE ({key}) > ({})",
                self.list((1..=values.len()).map(|number| dialect.bound(number)))
            );
        }
        let sql = format!(
            "SELECT {names} FROM {}{from} ORDER BY {key} LIMIT {PAGE}",
            quoted(&self.name)
        );
        let rows = db
            .query_all_raw(Statement::from_sql_and_values(
                db.get_database_backend(),
                sql,
                values,
            ))
            .await?;
        rows.iter().map(|row| self.json(row, dialect)).collect()
    }

    fn json(&self, row: &QueryResult, dialect: Dialect) -> Result<Vec<Json>, Fault> {
        let read = |(index, column): (usize, &Column)| {
            column
                .sort
                .read(row, index, dialect)
                .map_err(|fault| fault.during(&format!("reading {}.{}", self.name, column.name)))
        };
        self.columns.iter().enumerate().map(read).collect()
    }

    /// Rows that one statement takes.
    pub(super) fn rows_at_once(&self) -> usize {
        (BOUND / self.columns.len().max(1)).clamp(1, 500)
    }

    /// Writes rows whose values are in the order of the columns.
    pub(super) async fn insert(
        &self,
        db: &impl ConnectionTrait,
        dialect: Dialect,
        rows: Vec<Vec<Value>>,
    ) -> Result<(), Fault> {
        if rows.is_empty() {
            return Ok(());
        }
        let names = self.list(self.columns.iter().map(|column| quoted(&column.name)));
        let wide = self.columns.len();
        let places = (0..rows.len()).map(|row| {
            format!(
                "({})",
                self.list((1..=wide).map(|column| dialect.bound(row * wide + column)))
            )
        });
        let sql = format!(
            "INSERT INTO {} ({names}) VALUES {}",
            quoted(&self.name),
            self.list(places)
        );
        let values: Vec<Value> = rows.into_iter().flatten().collect();
        db.execute_raw(Statement::from_sql_and_values(
            db.get_database_backend(),
            sql,
            values,
        ))
        .await
        .map_err(|error| Fault::from(error).during(&format!("writing table {}", self.name)))?;
        Ok(())
    }
}

/// All our tables, by name.
pub(super) async fn tables(
    db: &impl ConnectionTrait,
    dialect: Dialect,
) -> Result<Vec<Table>, Fault> {
    let rows = db
        .query_all_raw(Statement::from_string(
            db.get_database_backend(),
            dialect.columns(),
        ))
        .await?;
    let mut tables: Vec<Table> = Vec::new();
    for row in rows {
        let table: String = row.try_get("", "table_name")?;
        let name: String = row.try_get("", "column_name")?;
        if table == MIGRATIONS || LOCAL.contains(&(table.as_str(), name.as_str())) {
            continue;
        }
        let declared: String = row.try_get("", "kind")?;
        let sort = Sort::of(&declared).ok_or_else(|| {
            Fault::broken(format!(
                "{table}.{name} is a {declared}, which no backup knows how to carry"
            ))
        })?;
        let column = Column {
            name,
            sort,
            in_key: row.try_get("", "in_key")?,
        };
        match tables.last_mut() {
            Some(last) if last.name == table => last.columns.push(column),
            _ => tables.push(Table {
                name: table,
                columns: vec![column],
            }),
        }
    }
    Ok(tables)
}

/// The migrations that made the tables, in order.
pub(super) async fn migrations(db: &impl ConnectionTrait) -> Result<Vec<String>, Fault> {
    let sql = format!("SELECT version FROM {MIGRATIONS} ORDER BY version");
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .map_err(|error| {
            Fault::from(error)
                .during("the store has not been made; run `medok init` or `medok serve`")
        })?;
    rows.iter()
        .map(|row| Ok(row.try_get("", "version")?))
        .collect()
}

/// One whole number.
pub(super) async fn number(
    db: &impl ConnectionTrait,
    sql: impl Into<String>,
) -> Result<u64, Fault> {
    let row = db
        .query_one_raw(Statement::from_string(
            db.get_database_backend(),
            sql.into(),
        ))
        .await?;
    let row = row.ok_or_else(|| Fault::broken("a count gave nothing"))?;
    Ok(row.try_get_by_index::<i64>(0)?.cast_unsigned())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_bind_by_their_sort_or_not_at_all() {
        let id = "00000000-0000-4000-8000-000000000001";
        for (sort, sound, wrong) in [
            (Sort::Uuid, json!(id), json!("no id")),
            (Sort::Big, json!(i64::MIN), json!("1")),
            (Sort::Int, json!(i32::MAX), json!(i64::from(i32::MAX) + 1)),
            (Sort::Text, json!("ё"), json!(1)),
            (Sort::Bytes, json!("AAE="), json!("A")),
            (Sort::Bool, json!(true), json!(1)),
        ] {
            assert!(sort.bind(&sound).is_some(), "{sort:?}");
            assert!(sort.bind(&Json::Null).is_some(), "{sort:?}");
            assert!(sort.bind(&wrong).is_none(), "{sort:?}");
        }
    }

    #[test]
    fn statements_stay_below_what_both_databases_take() {
        let column = Column {
            name: "c".into(),
            sort: Sort::Int,
            in_key: false,
        };
        for wide in [1, 5, 20, 400] {
            let table = Table {
                name: "t".into(),
                columns: vec![column.clone(); wide],
            };
            assert!(table.rows_at_once() * wide <= 32_766, "{wide}");
        }
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }
}

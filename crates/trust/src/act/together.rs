//! Several writes as one statement. Invariant: the writes that go in are those that come out, in order, each with its
//! own values; nothing is taken from outside but what the query builder wrote.

use sea_orm::{DbBackend, Statement, Value, Values};

/// For SQLite: one text, whose statements run one after another; unnumbered places take the values in order.
pub(super) fn as_text(writes: Vec<Statement>, then: &str) -> Statement {
    let mut text = String::new();
    let mut values: Vec<Value> = Vec::new();
    for write in writes {
        text.push_str(&write.sql);
        text.push(';');
        values.extend(write.values.map(|values| values.0).unwrap_or_default());
    }
    text.push_str(then);
    Statement {
        sql: text,
        values: Some(Values(values)),
        db_backend: DbBackend::Sqlite,
    }
}

/// For PostgreSQL: one statement of which all but the last are common table expressions (manual §7.8.4). They see one
/// state and none of each other's rows, which fits what nobody waits for.
pub(super) fn as_one(writes: Vec<Statement>) -> Statement {
    let last = writes.len().saturating_sub(1);
    let mut text = String::new();
    let mut values: Vec<Value> = Vec::new();
    for (at, write) in writes.into_iter().enumerate() {
        match (at, at == last) {
            (0, true) => {}
            (0, false) => text.push_str("WITH w0 AS ("),
            (_, false) => text.push_str(&format!("), w{at} AS (")),
            (_, true) => text.push_str(") "),
        }
        renumbered(&write.sql, values.len(), &mut text);
        values.extend(write.values.map(|values| values.0).unwrap_or_default());
    }
    Statement {
        sql: text,
        values: Some(Values(values)),
        db_backend: DbBackend::Postgres,
    }
}

/// Writes a statement with its numbered places counted on from `before`. What stands in quotes is no place.
fn renumbered(sql: &str, before: usize, out: &mut String) {
    let mut quote = None;
    let mut rest = sql.char_indices().peekable();
    while let Some((at, character)) = rest.next() {
        match quote {
            Some(open) if character == open => quote = None,
            None if matches!(character, '\'' | '"') => quote = Some(character),
            None if character == '$' => {
                let digits = sql[at + 1..]
                    .find(|next: char| !next.is_ascii_digit())
                    .map_or(&sql[at + 1..], |end| &sql[at + 1..at + 1 + end]);
                if let Ok(number) = digits.parse::<usize>() {
                    out.push_str(&format!("${}", before + number));
                    for _ in digits.chars() {
                        rest.next();
                    }
                    continue;
                }
            }
            _ => {}
        }
        out.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(sql: &str, values: &[i32], db_backend: DbBackend) -> Statement {
        Statement {
            sql: sql.into(),
            values: Some(Values(values.iter().map(|one| Value::from(*one)).collect())),
            db_backend,
        }
    }

    fn values(statement: &Statement) -> Vec<Value> {
        statement
            .values
            .clone()
            .map(|values| values.0)
            .unwrap_or_default()
    }

    #[test]
    fn sqlite_gets_a_text() {
        let one = |sql, values| write(sql, values, DbBackend::Sqlite);
        let whole = as_text(
            vec![one("INSERT ?", &[1]), one("INSERT ?, ?", &[2, 3])],
            "RELEASE act",
        );
        assert_eq!(whole.sql, "INSERT ?;INSERT ?, ?;RELEASE act");
        assert_eq!(values(&whole), [1, 2, 3].map(Value::from));
    }

    #[test]
    fn postgresql_gets_one_statement() {
        let one = |sql, values| write(sql, values, DbBackend::Postgres);
        let alone = as_one(vec![one("INSERT $1", &[1])]);
        assert_eq!(alone.sql, "INSERT $1");
        let whole = as_one(vec![
            one(r#"INSERT "a$1" $1, $2"#, &[1, 2]),
            one("UPDATE '$1' $1", &[3]),
            one("INSERT $1, $2, $10", &[4, 5]),
        ]);
        assert_eq!(
            whole.sql,
            r#"WITH w0 AS (INSERT "a$1" $1, $2), w1 AS (UPDATE '$1' $3) INSERT $4, $5, $13"#
        );
        assert_eq!(values(&whole), [1, 2, 3, 4, 5].map(Value::from));
    }
}

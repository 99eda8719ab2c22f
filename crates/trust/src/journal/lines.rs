//! Lines of the journal for whoever oversees: who did what, when and why, of how many persons. No person is named: their
//! part of each line is sealed with their own key.

use std::collections::BTreeMap;

use kernel::{EntryId, Fault, Moment, StaffId};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::core::entry::Entry;
use super::core::json::Value;
use super::verify::rows;
use crate::Trust;

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The entry.
    pub entry: EntryId,
    /// Its number in the journal.
    pub number: u64,
    /// What happened.
    pub kind: String,
    /// When.
    pub at: Moment,
    /// Which employee acted, if one did.
    pub staff: Option<StaffId>,
    /// What kind of actor it was: `staff`, `visitor`, `holder`, `worker`, `console`.
    pub actor: String,
    /// Why.
    pub purpose: Option<String>,
    /// The kind of the case, where there is one.
    pub case: Option<String>,
    /// Categories of the data touched.
    pub categories: Vec<String>,
    /// Of how many persons.
    pub persons: usize,
    /// What the house itself found unusual when it happened.
    pub flags: Vec<String>,
}

/// The journal as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Entries.
    pub size: u64,
    /// Entries that the last checkpoint covers.
    pub signed: u64,
    /// When it was signed.
    pub signed_at: Option<Moment>,
    /// Entries that wait for a number.
    pub waiting: u64,
    /// The journal's public key, as outsiders' tools take it.
    pub key: String,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    number: i64,
    kind: String,
    at: i64,
    leaf: Vec<u8>,
}

#[derive(FromQueryResult)]
struct Count {
    entry: Uuid,
    persons: i64,
}

impl Trust {
    /// Lines with a number below `before`, of these kinds, not older than `since`; the latest first, `most` at most.
    ///
    /// # Errors
    /// The database's; a journal that is not what was written.
    pub async fn journal_lines(
        &self,
        before: Option<u64>,
        since: Moment,
        kinds: &[&'static str],
        most: u32,
    ) -> Result<Vec<Line>, Fault> {
        let end = before.map_or(i64::MAX, u64::cast_signed);
        let places: Vec<String> = (4..kinds.len() + 4).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT id, number, kind, at, leaf FROM journal_entry WHERE number < $1 AND at >= $2 AND kind IN ({}) \
             ORDER BY number DESC LIMIT $3",
            places.join(", ")
        );
        let mut values: Vec<sea_orm::Value> =
            vec![end.into(), since.micros().into(), i64::from(most).into()];
        values.extend(kinds.iter().map(|kind| sea_orm::Value::from(*kind)));
        let found: Vec<Row> = rows(self.reads(), &sql, values).await?;
        let counts = self.persons_in(found.iter().map(|row| row.id)).await?;
        found.into_iter().map(|row| line(row, &counts)).collect()
    }

    async fn persons_in(
        &self,
        entries: impl Iterator<Item = Uuid>,
    ) -> Result<BTreeMap<Uuid, usize>, Fault> {
        let ids: Vec<sea_orm::Value> = entries.map(Into::into).collect();
        let mut counts = BTreeMap::new();
        for page in ids.chunks(500) {
            let places: Vec<String> = (1..=page.len()).map(|n| format!("${n}")).collect();
            let sql = format!(
                "SELECT entry, count(*) AS persons FROM journal_sub WHERE entry IN ({}) GROUP BY entry",
                places.join(", ")
            );
            let found: Vec<Count> = rows(self.reads(), &sql, page.to_vec()).await?;
            counts.extend(
                found
                    .into_iter()
                    .map(|row| (row.entry, usize::try_from(row.persons).unwrap_or_default())),
            );
        }
        Ok(counts)
    }

    /// The journal as it stands.
    ///
    /// # Errors
    /// The database's.
    pub async fn journal_state(&self) -> Result<State, Fault> {
        use super::table::{checkpoint, pending};
        use sea_orm::{EntityTrait, PaginatorTrait, QueryOrder};
        let last = checkpoint::Entity::find()
            .order_by_desc(checkpoint::Column::Size)
            .one(self.reads())
            .await?;
        let waiting = pending::Entity::find().count(self.reads()).await?;
        Ok(State {
            size: self.0.journal.tree().size(),
            signed: last.as_ref().map_or(0, |row| row.size.cast_unsigned()),
            signed_at: last.map(|row| Moment::from_micros(row.at)),
            waiting,
            key: self.0.journal.key().verifier().to_string(),
        })
    }
}

fn line(row: Row, counts: &BTreeMap<Uuid, usize>) -> Result<Line, Fault> {
    let entry = Entry::decode(&row.leaf)?;
    let flags = match entry.data.get("flags") {
        Some(Value::List(flags)) => flags.iter().filter_map(|flag| text(Some(flag))).collect(),
        _ => Vec::new(),
    };
    Ok(Line {
        entry: EntryId::from_uuid(row.id),
        number: row.number.cast_unsigned(),
        kind: row.kind,
        at: Moment::from_micros(row.at),
        staff: text(entry.actor.get("staff")).and_then(|id| id.parse().ok()),
        actor: text(entry.actor.get("is")).unwrap_or_default(),
        purpose: entry.purpose,
        case: entry
            .case
            .and_then(|case| case.split(':').next().map(str::to_owned)),
        categories: entry.categories.into_iter().collect(),
        persons: counts.get(&row.id).copied().unwrap_or_default(),
        flags,
    })
}

/// The text of a value that is one.
pub(super) fn text(value: Option<&Value>) -> Option<String> {
    match value {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

//! Following the journal as it grows: what happened, by ids and kinds, for whoever keeps a page up to date.

use std::collections::BTreeMap;

use kernel::{Case, CaseKind, Fault};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Kind;
use super::core::entry::Entry;
use super::core::json::Value;
use super::table::{entry, tree};
use crate::Trust;

/// Something that happened: an entry without its persons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// The entry's number.
    pub number: u64,
    /// What it tells.
    pub kind: Kind,
    /// About which case.
    pub case: Option<Case>,
    /// Ids, dates and codes that the entry names beside: never a personal value.
    pub words: BTreeMap<String, String>,
}

/// A stretch of the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// What happened, in order.
    pub happened: Vec<Happened>,
    /// The number from which to go on.
    pub next: u64,
}

impl Trust {
    /// How many entries have a number.
    ///
    /// # Errors
    /// The database's.
    pub async fn journal_size(&self) -> Result<u64, Fault> {
        let row = tree::Entity::find_by_id(tree::ONLY)
            .one(self.reads())
            .await?;
        Ok(row.map_or(0, |row| row.size.cast_unsigned()))
    }

    /// What happened of these kinds from a number on, in the order of numbers, `limit` entries at most. Entries get their
    /// numbers in one order, so nothing appears later below `next`.
    ///
    /// # Errors
    /// The database's; an entry that cannot be read.
    pub async fn happened_since(
        &self,
        number: u64,
        kinds: &[Kind],
        limit: u64,
    ) -> Result<Stretch, Fault> {
        let size = self.journal_size().await?;
        if size <= number {
            return Ok(Stretch {
                happened: Vec::new(),
                next: number,
            });
        }
        let rows: Vec<(i64, String, Vec<u8>)> = entry::Entity::find()
            .select_only()
            .columns([
                entry::Column::Number,
                entry::Column::Kind,
                entry::Column::Leaf,
            ])
            .filter(entry::Column::Number.gte(number.cast_signed()))
            .filter(entry::Column::Number.lt(size.cast_signed()))
            .filter(entry::Column::Kind.is_in(kinds.iter().map(|kind| kind.code())))
            .order_by_asc(entry::Column::Number)
            .limit(limit)
            .into_tuple()
            .all(self.reads())
            .await?;
        let full = rows.len() as u64 >= limit;
        let last = rows.last().map(|(number, ..)| number.cast_unsigned() + 1);
        let happened: Result<Vec<Happened>, Fault> = rows
            .into_iter()
            .filter_map(|(number, kind, leaf)| {
                let kind = kinds.iter().copied().find(|one| one.code() == kind)?;
                Some(happened(number.cast_unsigned(), kind, &leaf))
            })
            .collect();
        Ok(Stretch {
            happened: happened?,
            next: last.filter(|_| full).unwrap_or(size),
        })
    }
}

fn happened(number: u64, kind: Kind, leaf: &[u8]) -> Result<Happened, Fault> {
    let entry = Entry::decode(leaf)
        .map_err(|_| Fault::broken("an entry cannot be read; run `medok journal verify`"))?;
    let words = entry
        .data
        .into_iter()
        .filter_map(|(name, value)| match value {
            Value::Text(text) => Some((name, text)),
            _ => None,
        });
    Ok(Happened {
        number,
        kind,
        case: entry.case.as_deref().and_then(case_of),
        words: words.collect(),
    })
}

fn case_of(text: &str) -> Option<Case> {
    const KINDS: [CaseKind; 6] = [
        CaseKind::Appointment,
        CaseKind::Submission,
        CaseKind::Request,
        CaseKind::Destruction,
        CaseKind::Batch,
        CaseKind::Inquiry,
    ];
    let (kind, id) = text.split_once(':')?;
    let kind = KINDS.into_iter().find(|one| one.code() == kind)?;
    Uuid::parse_str(id).ok().map(|id| Case { kind, id })
}

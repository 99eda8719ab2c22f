//! Who looked: all that the journal says of a person, line by line, as their own chain tells it.

use std::collections::{BTreeSet, HashMap};

use kernel::{EntryId, Fault, Moment, PersonId};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter};
use uuid::Uuid;

use super::core::chain::SubEntry;
use super::core::entry::Entry;
use super::core::json::Value;
use super::details::openings;
use super::lines::text;
use super::verify::rows;
use super::write::sub_place;
use crate::access::table::ticket;
use crate::act::Act;
use crate::vault::core::open;

/// Fields opened under a permit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opening {
    /// The ticket, or what stands for one.
    pub permit: String,
    /// The table of the record.
    pub place: String,
    /// The field's code.
    pub field: String,
}

/// A line of the journal about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The entry.
    pub entry: EntryId,
    /// Its number in the journal; none while it waits for one.
    pub number: Option<u64>,
    /// Which line of this person's it is, from one.
    pub n: u64,
    /// What happened.
    pub kind: String,
    /// When.
    pub at: Moment,
    /// Which employee acted, if one did.
    pub staff: Option<kernel::StaffId>,
    /// What kind of actor it was: `staff`, `visitor`, `holder`, `worker`, `console`.
    pub actor: String,
    /// Why.
    pub purpose: Option<String>,
    /// About which case: its kind.
    pub case: Option<String>,
    /// What was opened.
    pub opened: Vec<Opening>,
    /// What whoever opened it said why, where no case of the patient's gave the ticket.
    pub reason: Option<String>,
    /// What else is told, by its words.
    pub notes: Vec<String>,
}

#[derive(FromQueryResult)]
struct Row {
    entry: Uuid,
    n: i64,
    sealed: Vec<u8>,
    number: Option<i64>,
    at: i64,
    kind: String,
    leaf: Vec<u8>,
}

impl Act {
    /// The last lines of the journal about a person, the latest first, `most` at most. To be noted by whoever asks.
    ///
    /// # Errors
    /// The person's key is gone; a journal that is not what was written.
    pub async fn looks_at(&mut self, person: PersonId, most: u32) -> Result<Vec<Look>, Fault> {
        let chain = self.touch(person).await?.chain;
        let sql = "SELECT s.entry, s.n, s.sealed, e.number, e.at, e.kind, e.leaf \
                   FROM journal_sub s JOIN journal_entry e ON e.id = s.entry WHERE s.chain = $1 ORDER BY s.n DESC LIMIT $2";
        let found: Vec<Row> =
            rows(self.db(), sql, vec![chain.into(), i64::from(most).into()]).await?;
        let operator = self.house().operator.uuid();
        let keys = &self.touch(person).await?.keys;
        let mut looks = found
            .into_iter()
            .map(|row| {
                let place = sub_place(operator, person.uuid(), &row.entry);
                let content = open(&place, keys, &row.sealed)?;
                let sub = SubEntry::decode(&content)?;
                let entry = Entry::decode(&row.leaf)?;
                Ok(Look {
                    entry: EntryId::from_uuid(row.entry),
                    number: row.number.map(i64::cast_unsigned),
                    n: row.n.cast_unsigned(),
                    kind: row.kind,
                    at: Moment::from_micros(row.at),
                    staff: text(entry.actor.get("staff")).and_then(|id| id.parse().ok()),
                    actor: text(entry.actor.get("is")).unwrap_or_default(),
                    purpose: entry.purpose,
                    case: entry
                        .case
                        .and_then(|case| case.split(':').next().map(str::to_owned)),
                    opened: openings(&sub.details)
                        .into_iter()
                        .map(|[permit, place, _, field]| Opening {
                            permit,
                            place,
                            field,
                        })
                        .collect(),
                    reason: None,
                    notes: notes(sub.details.get("notes")),
                })
            })
            .collect::<Result<Vec<Look>, Fault>>()?;
        let reasons = self.reasons_of(&looks).await?;
        for look in &mut looks {
            let mut permits = look.opened.iter().map(|one| &one.permit);
            look.reason = permits.find_map(|permit| reasons.get(permit).cloned());
        }
        Ok(looks)
    }

    /// The reasons with which tickets were issued, by ticket.
    async fn reasons_of(&self, looks: &[Look]) -> Result<HashMap<String, String>, Fault> {
        let permits: BTreeSet<Uuid> = looks
            .iter()
            .flat_map(|look| &look.opened)
            .filter_map(|one| one.permit.parse().ok())
            .collect();
        let tickets = ticket::Entity::find()
            .filter(ticket::Column::Id.is_in(permits))
            .filter(ticket::Column::Reason.is_not_null())
            .all(self.db())
            .await?;
        let each = tickets.into_iter();
        Ok(each
            .filter_map(|row| Some((row.id.to_string(), row.reason?)))
            .collect())
    }
}

fn notes(told: Option<&Value>) -> Vec<String> {
    let Some(Value::List(notes)) = told else {
        return Vec::new();
    };
    notes
        .iter()
        .filter_map(|note| match note {
            Value::Object(note) => text(note.get("what")),
            _ => None,
        })
        .collect()
}

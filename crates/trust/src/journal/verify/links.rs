//! Each person's chain, opened with the person's key, and the rows about them against what the chain tells of: sealed
//! rows by their versions, all others column by column. What no key opens must be covered by a destruction.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Fault;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::bound::{OpeningRow, Row, Table, Telling};
use super::decisions::Covered;
use super::{Audit, FieldAt, Finding, IdRow};
use crate::journal::core::chain::{ChainId, Head, Salt, SubEntry, Walk};
use crate::journal::core::hash::Hash;
use crate::journal::core::json::{Object, Value};
use crate::journal::write::sub_place;
use crate::vault::core::{FieldKeys, Place, open};
use crate::vault::table::person_key;

/// Chains looked at together.
const PAGE: usize = 128;

#[derive(FromQueryResult)]
struct LinkRow {
    chain: Uuid,
    n: i64,
    entry: Uuid,
    sealed: Vec<u8>,
    /// The entry, if it is there.
    found: Option<Uuid>,
    /// The leaf at the link's position.
    leaf: Option<Vec<u8>>,
}

#[derive(FromQueryResult)]
struct ChainRow {
    chain: Uuid,
    n: i64,
    head: Vec<u8>,
}

#[derive(FromQueryResult)]
struct FieldRow {
    person: Uuid,
    place: String,
    record: Uuid,
    field: String,
    version: i32,
    sealed: Vec<u8>,
}

impl FieldRow {
    fn at(&self) -> FieldAt {
        FieldAt {
            person: self.person,
            place: self.place.clone(),
            record: self.record,
            field: self.field.clone(),
        }
    }
}

/// Versions last told of, by place, record and field.
type Versions = BTreeMap<(String, Uuid, String), i64>;

/// All that is stored about a page of chains.
#[derive(Default)]
struct Page {
    links: BTreeMap<Uuid, Vec<LinkRow>>,
    ends: BTreeMap<Uuid, ChainRow>,
    keys: BTreeMap<Uuid, Vec<person_key::Model>>,
    fields: BTreeMap<Uuid, Vec<FieldRow>>,
    /// By table, then by person.
    rows: Vec<BTreeMap<Uuid, Vec<Row>>>,
    openings: BTreeMap<Uuid, Vec<OpeningRow>>,
}

impl Audit<'_> {
    /// Checks every chain; `covered` is what recorded destructions cover.
    pub(super) async fn links(&mut self, covered: &Covered) -> Result<(), Fault> {
        let tables = self.bound_tables().await?;
        let mut after = Uuid::nil();
        loop {
            let chains = self.chains_after(after).await?;
            let Some(last) = chains.last().copied() else {
                break;
            };
            let mut page = self.page_of(after, last, &tables).await?;
            for chain in chains {
                self.chain(chain, &mut page, &tables, covered);
            }
            after = last;
        }
        self.strays().await
    }

    /// The next chains that a head, a key or a link names, in order.
    async fn chains_after(&self, after: Uuid) -> Result<BTreeSet<Uuid>, Fault> {
        let mut chains = BTreeSet::new();
        for table in ["journal_chain", "person_key", "journal_sub"] {
            let sql = format!(
                "SELECT DISTINCT chain AS id FROM {table} WHERE chain > $1 ORDER BY chain LIMIT {PAGE}"
            );
            chains.extend(
                self.rows::<IdRow>(&sql, vec![after.into()])
                    .await?
                    .into_iter()
                    .map(|row| row.id),
            );
        }
        Ok(chains.into_iter().take(PAGE).collect())
    }

    async fn page_of(&self, after: Uuid, last: Uuid, tables: &[Table]) -> Result<Page, Fault> {
        let range = || vec![after.into(), last.into()];
        let mut page = Page::default();
        // The leaf is cut out by the database: a tree of sub-entries may be a thousand times as long.
        let links = "SELECT s.chain, s.n, s.entry, s.sealed, e.id AS found, \
                     CASE WHEN s.position BETWEEN 0 AND 1000000 THEN substr(e.subtree, s.position * 32 + 1, 32) END AS leaf \
                     FROM journal_sub s LEFT JOIN journal_entry e ON e.id = s.entry \
                     WHERE s.chain > $1 AND s.chain <= $2 ORDER BY s.chain, s.n";
        for row in self.rows::<LinkRow>(links, range()).await? {
            page.links.entry(row.chain).or_default().push(row);
        }
        let ends = "SELECT chain, n, head FROM journal_chain WHERE chain > $1 AND chain <= $2";
        page.ends = self
            .rows::<ChainRow>(ends, range())
            .await?
            .into_iter()
            .map(|row| (row.chain, row))
            .collect();
        let keys =
            "SELECT person, kek, wrapped, chain FROM person_key WHERE chain > $1 AND chain <= $2";
        for row in self.rows::<person_key::Model>(keys, range()).await? {
            page.keys.entry(row.chain).or_default().push(row);
        }
        let fields = "SELECT f.person, f.place, f.record, f.field, f.version, f.sealed \
                      FROM person_key k JOIN sealed_field f ON f.person = k.person WHERE k.chain > $1 AND k.chain <= $2";
        for row in self.rows::<FieldRow>(fields, range()).await? {
            page.fields.entry(row.person).or_default().push(row);
        }
        for table in tables {
            page.rows.push(self.rows_about(table, (after, last)).await?);
        }
        page.openings = self.openings_about((after, last)).await?;
        Ok(page)
    }

    fn chain(&mut self, chain: Uuid, page: &mut Page, tables: &[Table], covered: &Covered) {
        let destroyed = covered.chains.contains(&chain);
        let links = page.links.remove(&chain).unwrap_or_default();
        let owners = page.keys.remove(&chain).unwrap_or_default();
        self.report.persons += owners.len() as u64;
        if owners.len() > 1 {
            self.found(Finding::ChainShared { chain });
        }
        if owners.is_empty() && !destroyed {
            self.found(Finding::KeyDropped { chain });
        }
        for owner in &owners {
            if destroyed {
                self.found(Finding::KeyOfDestroyed {
                    person: owner.person,
                });
            }
        }
        let owner = owners.into_iter().next();
        let keys = owner
            .as_ref()
            .and_then(|owner| match self.keys.unwrap(self.operator, owner) {
                Ok(keys) => Some((owner.person, keys)),
                Err(why) => {
                    self.found(Finding::KeyUnopened {
                        person: owner.person,
                        why: why.to_string(),
                    });
                    None
                }
            });
        let (mut versions, mut telling) = (Versions::new(), Telling::default());
        let told = (&mut versions, &mut telling);
        let head = self.walk(chain, &links, keys.as_ref(), told);
        match page.ends.get(&chain) {
            None => self.found(Finding::ChainRowMissing { chain }),
            Some(row)
                if (row.n, row.head.as_slice())
                    != (head.n.cast_signed(), head.hash.0.as_slice()) =>
            {
                self.found(Finding::HeadDiffers {
                    chain,
                    links: head.n,
                    stated: row.n,
                });
            }
            Some(_) => {}
        }
        if let Some((person, keys)) = &keys {
            let fields = page.fields.remove(person).unwrap_or_default();
            self.fields(*person, keys, &fields, versions);
            for (table, rows) in tables.iter().zip(&mut page.rows) {
                let rows = rows.remove(person).unwrap_or_default();
                self.bound(*person, table, &rows, &telling, &covered.persons);
            }
            let openings = page.openings.remove(person).unwrap_or_default();
            self.openings(&openings, &telling);
            self.shown(&telling);
        }
    }

    /// Follows a chain from its first link; gives its end, and what it tells in `versions` and `telling`. After a fault it
    /// goes on from the row where it met it, so that one change is one finding.
    fn walk(
        &mut self,
        chain: Uuid,
        links: &[LinkRow],
        keys: Option<&(Uuid, FieldKeys)>,
        (versions, telling): (&mut Versions, &mut Telling),
    ) -> Head {
        let id = ChainId(*chain.as_bytes());
        let mut walk = Walk::start(id);
        for link in links {
            let (n, entry) = (link.n, link.entry);
            if link.found.is_none() {
                self.found(Finding::LinkWithoutEntry { chain, n, entry });
            }
            let due = walk.head().n + 1;
            let follows = n.cast_unsigned() == due;
            if !follows {
                self.found(Finding::ChainGap {
                    chain,
                    due,
                    found: n,
                });
            }
            let leaf = link
                .leaf
                .as_deref()
                .and_then(|bytes| Hash::try_from(bytes).ok());
            let stored = Head {
                n: n.cast_unsigned(),
                hash: leaf.unwrap_or(Hash::ZERO),
            };
            let Some((person, keys)) = keys else {
                walk = Walk::after(id, stored);
                continue;
            };
            let content = match open(
                &sub_place(self.operator, *person, &entry),
                keys,
                &link.sealed,
            ) {
                Ok(content) => content,
                Err(why) => {
                    self.found(Finding::LinkUnopened { chain, n, why });
                    walk = Walk::after(id, stored);
                    continue;
                }
            };
            let salt = Salt::from(keys.journal_salt(entry.as_bytes()));
            let mut alone = walk.clone();
            let step = alone.step(&content, &salt);
            let sub = match step {
                Ok(sub) if follows => {
                    walk = alone;
                    Some(sub)
                }
                other => {
                    if let (Err(why), true) = (other, follows) {
                        self.found(Finding::LinkBroken { chain, n, why });
                    }
                    let hash = crate::journal::core::chain::sub_leaf_hash(&salt, &content);
                    walk = Walk::after(
                        id,
                        Head {
                            n: n.cast_unsigned(),
                            hash,
                        },
                    );
                    SubEntry::decode(&content).ok()
                }
            };
            if link.found.is_some() && leaf != Some(walk.head().hash) {
                self.found(Finding::LinkDiffers { chain, n, entry });
            }
            if let Some(sub) = sub {
                if sub.entry != entry {
                    self.found(Finding::LinkOfAnother { chain, n, entry });
                }
                wrote(&sub.details, versions);
                telling.take(entry, &sub.details);
            }
        }
        walk.head()
    }

    /// Holds a person's sealed rows against the versions told of, and opens each in its place.
    fn fields(
        &mut self,
        person: Uuid,
        keys: &FieldKeys,
        rows: &[FieldRow],
        mut versions: Versions,
    ) {
        for row in rows {
            let at = row.at();
            match versions.remove(&(row.place.clone(), row.record, row.field.clone())) {
                None => self.found(Finding::FieldUntold { at: at.clone() }),
                Some(told) if told != i64::from(row.version) => {
                    self.found(Finding::FieldRewound {
                        at: at.clone(),
                        told,
                        found: row.version,
                    });
                }
                Some(_) => {}
            }
            let place = Place {
                operator: self.operator,
                person,
                table: &row.place,
                record: row.record.as_bytes(),
                field: &row.field,
                version: row.version.into(),
            };
            if let Err(why) = open(&place, keys, &row.sealed) {
                self.found(Finding::FieldUnopened { at, why });
            }
        }
        for (place, record, field) in versions.into_keys() {
            self.found(Finding::FieldMissing {
                at: FieldAt {
                    person,
                    place,
                    record,
                    field,
                },
            });
        }
    }

    /// Rows of persons that are only half there.
    async fn strays(&mut self) -> Result<(), Fault> {
        let keyless = "SELECT p.id AS id FROM person p LEFT JOIN person_key k ON k.person = p.id WHERE k.person IS NULL";
        for person in self.ids(keyless).await? {
            self.found(Finding::PersonWithoutKey { person });
        }
        let nobodys = "SELECT k.person AS id FROM person_key k LEFT JOIN person p ON p.id = k.person WHERE p.id IS NULL";
        for person in self.ids(nobodys).await? {
            self.found(Finding::KeyWithoutPerson { person });
        }
        let keyless = "SELECT f.person, f.place, f.record, f.field, f.version, f.sealed FROM sealed_field f \
                       LEFT JOIN person_key k ON k.person = f.person WHERE k.person IS NULL";
        for row in self.rows::<FieldRow>(keyless, Vec::new()).await? {
            self.found(Finding::FieldWithoutKey { at: row.at() });
        }
        Ok(())
    }
}

/// Takes over the versions that a sub-entry tells of: `{"wrote":[{"place","record","fields":{field: version}}]}`.
fn wrote(details: &Object, versions: &mut Versions) {
    let Some(Value::List(records)) = details.get("wrote") else {
        return;
    };
    for record in records {
        let Value::Object(record) = record else {
            continue;
        };
        let (Some(Value::Text(place)), Some(Value::Text(id)), Some(Value::Object(fields))) = (
            record.get("place"),
            record.get("record"),
            record.get("fields"),
        ) else {
            continue;
        };
        let Ok(id) = Uuid::parse_str(id) else {
            continue;
        };
        for (field, version) in fields {
            if let Value::Int(version) = version {
                versions.insert((place.clone(), id, field.clone()), *version);
            }
        }
    }
}

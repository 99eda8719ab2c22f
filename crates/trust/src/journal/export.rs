//! Proofs for a person to take home: one entry, or all entries about them, which anybody can check with the journal's
//! public key and nothing else (`core::proof`).
//!
//! *Invariant*: a proof shows what the journal says about one person, so it is made inside an act and noted in that
//! person's chain. It holds names of fields and their versions, never a value. Whether the asker is that person, the verb
//! decides that runs the act.

use kernel::{EntryId, Fault, PersonId};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Value};
use uuid::Uuid;

use super::Kind;
use super::core::chain::{ChainId, Head, Salt};
use super::core::entry::{Entry, FormatVersion};
use super::core::hash::Hash;
use super::core::map::{ChainMap, MapCommitment};
use super::core::note::Checkpoint;
use super::core::proof::{EntryEvidence, EntryProof, MapEvidence, PersonProof, SubEvidence};
use super::core::subtree::Subtree;
use super::core::tree::{prove_inclusion, tiles_for_inclusion};
use super::read::load_tiles;
use super::table::{checkpoint, entry};
use super::verify::{Running, rows};
use super::write::sub_place;
use crate::Trust;
use crate::act::Act;
use crate::vault::core::open;

/// Numbers of entries read at once.
const PAGE: i64 = 1024;

/// The signed end of the journal and the last map of chains before it: what proofs hang on. It serves any number of them.
pub struct Published {
    checkpoint: String,
    size: u64,
    index: u64,
    leaf: String,
    path: Vec<Hash>,
    map: ChainMap,
}

impl Published {
    /// Entries that the checkpoint covers.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }
}

#[derive(FromQueryResult)]
struct LinkRow {
    number: i64,
    chain: Uuid,
    n: i64,
    leaf: Vec<u8>,
}

#[derive(FromQueryResult)]
struct EvidenceRow {
    entry: Uuid,
    position: i32,
    sealed: Vec<u8>,
    number: i64,
    leaf: Vec<u8>,
    subtree: Vec<u8>,
}

impl Trust {
    /// The last signed checkpoint with the last map of chains that it covers; `None` before there are both. Reads every
    /// link once, and holds the map in memory: 200 bytes and some per chain.
    ///
    /// # Errors
    /// The database's; a journal that is not what was signed.
    pub async fn published(&self) -> Result<Option<Published>, Fault> {
        let Some(row) = checkpoint::Entity::find()
            .order_by_desc(checkpoint::Column::Size)
            .one(self.reads())
            .await?
        else {
            return Ok(None);
        };
        let checkpoint = Checkpoint::open(&row.note, &[self.0.journal.key().verifier().clone()])?;
        let size = checkpoint.size;
        let mapped = entry::Entity::find()
            .filter(entry::Column::Kind.eq(Kind::ChainsMapped.code()))
            .filter(entry::Column::Number.lt(size.cast_signed()))
            .order_by_desc(entry::Column::Number)
            .one(self.reads())
            .await?;
        let Some((mapped, number)) = mapped.and_then(|row| row.number.map(|number| (row, number)))
        else {
            return Ok(None);
        };
        let commitment = MapCommitment::of_entry(&Entry::decode(&mapped.leaf)?);
        let running = self.running_until(number).await?;
        let map = commitment.and_then(|map| running.map_of(&map)).ok_or_else(|| {
            Fault::broken("the chains are not those that the journal committed to; run `medok journal verify`")
        })?;
        let index = number.cast_unsigned();
        let tiles = load_tiles(self.reads(), tiles_for_inclusion(index, size)).await?;
        let path = prove_inclusion(&tiles, index, size)?;
        Ok(Some(Published {
            checkpoint: row.note,
            size,
            index,
            leaf: String::from_utf8(mapped.leaf)?,
            path,
            map,
        }))
    }

    /// The ends of all chains before the entry of this number.
    async fn running_until(&self, end: i64) -> Result<Running, Fault> {
        let sql = "SELECT e.number, s.chain, s.n, substr(e.subtree, s.position * 32 + 1, 32) AS leaf \
                   FROM journal_entry e JOIN journal_sub s ON s.entry = e.id \
                   WHERE e.number >= $1 AND e.number < $2 ORDER BY e.number";
        let mut running = Running::default();
        for start in (0..end).step_by(PAGE as usize) {
            let stop = end.min(start + PAGE);
            let page: Vec<LinkRow> =
                rows(self.reads(), sql, vec![start.into(), stop.into()]).await?;
            let mut links = page.into_iter().peekable();
            for number in start..stop {
                let mut of_entry = Vec::new();
                while let Some(link) = links.next_if(|link| link.number == number) {
                    let hash = Hash::try_from(link.leaf.as_slice())?;
                    of_entry.push((
                        ChainId(*link.chain.as_bytes()),
                        Head {
                            n: link.n.cast_unsigned(),
                            hash,
                        },
                    ));
                }
                running.entry(of_entry);
            }
        }
        Ok(running)
    }
}

/// The last signed checkpoint as the transaction sees it: what is signed, and how many entries it covers.
pub(crate) async fn last_checkpoint(act: &Act) -> Result<Option<(String, u64)>, Fault> {
    let row = checkpoint::Entity::find()
        .order_by_desc(checkpoint::Column::Size)
        .one(act.db())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let key = act.house().journal.key().verifier().clone();
    let size = Checkpoint::open(&row.note, &[key])?.size;
    Ok(Some((row.note, size)))
}

impl Act {
    /// The proof of one entry for a person it is about; `None` when it is not about them, or not signed yet.
    /// The act notes that it was shown, and records itself like any other.
    ///
    /// # Errors
    /// The person's key is gone; a journal that is not what was written.
    pub async fn prove_entry(
        &mut self,
        person: PersonId,
        entry: EntryId,
        published: &Published,
    ) -> Result<Option<EntryProof>, Fault> {
        let Some(evidence) = self
            .evidence(person, Some(&[entry.uuid()]), published.size)
            .await?
            .pop()
        else {
            return Ok(None);
        };
        self.note(person, "journal.shown", entry.uuid()).await?;
        Ok(Some(EntryProof {
            v: FormatVersion,
            checkpoint: published.checkpoint.clone(),
            entry: evidence,
        }))
    }

    /// The proof of all entries about a person that the checkpoint covers, and that they are all up to the last map.
    /// The act notes that it was shown, and records itself like any other.
    ///
    /// # Errors
    /// The person's key is gone; a journal that is not what was written.
    pub async fn prove_person(
        &mut self,
        person: PersonId,
        published: &Published,
    ) -> Result<PersonProof, Fault> {
        let entries = self.evidence(person, None, published.size).await?;
        let chain = ChainId(*self.touch(person).await?.chain.as_bytes());
        self.note(person, "journal.shown", self.id().uuid()).await?;
        Ok(PersonProof {
            v: FormatVersion,
            chain,
            checkpoint: published.checkpoint.clone(),
            entries,
            map: MapEvidence {
                index: published.index,
                leaf: published.leaf.clone(),
                path: published.path.clone(),
                proof: published.map.prove(&chain),
            },
        })
    }

    /// What proves entries to the person they are about, in the order of their chain: those named, or all, that the first
    /// `size` entries hold.
    pub(crate) async fn evidence(
        &mut self,
        person: PersonId,
        entries: Option<&[Uuid]>,
        size: u64,
    ) -> Result<Vec<EntryEvidence>, Fault> {
        let chain = self.touch(person).await?.chain;
        let sql = "SELECT s.entry, s.position, s.sealed, e.number, e.leaf, e.subtree \
                   FROM journal_sub s JOIN journal_entry e ON e.id = s.entry WHERE s.chain = $1 AND e.number < $2";
        let mut values = vec![chain.into(), size.cast_signed().into()];
        let named = match entries {
            None => String::new(),
            Some(entries) => {
                let places: Vec<String> = (3..entries.len() + 3).map(|n| format!("${n}")).collect();
                values.extend(entries.iter().map(|entry| Value::from(*entry)));
                format!(" AND s.entry IN ({})", places.join(", "))
            }
        };
        let sql = format!("{sql}{named} ORDER BY s.n");
        let links: Vec<EvidenceRow> = rows(self.db(), &sql, values).await?;
        let wanted = links
            .iter()
            .flat_map(|link| tiles_for_inclusion(link.number.cast_unsigned(), size));
        let wanted: std::collections::BTreeSet<_> = wanted.collect();
        let tiles = load_tiles(self.db(), wanted).await?;
        let operator = self.house().operator.uuid();
        let keys = &self.touch(person).await?.keys;
        links
            .into_iter()
            .map(|link| {
                let index = link.number.cast_unsigned();
                let path = prove_inclusion(&tiles, index, size)?;
                let (leaves, _) = link.subtree.as_chunks::<{ Hash::LENGTH }>();
                let position = link.position.cast_unsigned();
                let subtree = Subtree::from_leaves(leaves.iter().copied().map(Hash).collect())?;
                let content = open(
                    &sub_place(operator, person.uuid(), &link.entry),
                    keys,
                    &link.sealed,
                )?;
                let sub = SubEvidence {
                    position,
                    path: subtree
                        .inclusion(position)
                        .ok_or_else(|| Fault::broken("a sub-entry stands outside its tree"))?,
                    salt: Salt::from(keys.journal_salt(link.entry.as_bytes())),
                    content: String::from_utf8(content.to_vec())?,
                };
                Ok(EntryEvidence {
                    index,
                    leaf: String::from_utf8(link.leaf)?,
                    path,
                    sub,
                })
            })
            .collect()
    }
}

//! Entries are written: on SQLite numbered inside the group commit, on PostgreSQL left for the sequencer.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Fault, Moment, PersonId, entropy};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait};
use uuid::Uuid;

use super::core::chain::{self, ChainId, Head, Link, Salt};
use super::core::entry::{Entry, FormatVersion, Kind as EntryKind, Timestamp};
use super::core::hash::{Hash, leaf_hash};
use super::core::json::object;
use super::core::subtree::Subtree;
use super::core::tree::{TileWrite, TreeState};
use super::details::Touched;
use super::table::{chain as chain_row, entry, pending, sub, tile, tree};
use crate::House;
use crate::act::{Pending, Statements};
use crate::jobs;
use crate::vault::core::{self as seal, Place};

/// Writes the records of a batch with their numbers; gives the tree as it will be once the batch commits.
pub(crate) async fn numbered(
    house: &House,
    db: &Statements,
    acts: Vec<Pending>,
) -> Result<TreeState, Fault> {
    let mut tree = house.journal.tree();
    if acts.is_empty() {
        return Ok(tree);
    }
    let first = tree.size();
    let written = records(house, db, acts, |index| Some(first + index)).await?;
    let writes = tree.append(&written);
    write_tiles(db, writes, tree.size()).await?;
    Ok(tree)
}

/// Writes the record of one act, to be numbered after its commit.
pub(crate) async fn pending(house: &House, db: &Statements, act: Pending) -> Result<(), Fault> {
    let id = act.id.uuid();
    records(house, db, vec![act], |_| None).await?;
    let row = pending::ActiveModel {
        arrival: NotSet,
        entry: Set(id),
    };
    db.insert(vec![row]).await?;
    db.send("").await?;
    Ok(())
}

/// Stores changed tiles and the size of the tree.
pub(super) async fn write_tiles(
    db: &Statements,
    writes: Vec<TileWrite>,
    size: u64,
) -> Result<(), Fault> {
    let rows: Vec<tile::ActiveModel> = writes
        .into_iter()
        .map(|write| tile::ActiveModel {
            level: Set(write.level.into()),
            number: Set(write.index.cast_signed()),
            hashes: Set(write.bytes),
        })
        .collect();
    let replace = OnConflict::columns([tile::Column::Level, tile::Column::Number])
        .update_column(tile::Column::Hashes)
        .to_owned();
    let tiles = tile::Entity::insert_many(rows).on_conflict(replace);
    db.write(&tiles.into_query()).await?;
    let grown = tree::Entity::update_many()
        .col_expr(tree::Column::Size, Expr::value(size.cast_signed()))
        .filter(tree::Column::Id.eq(tree::ONLY));
    db.write(&grown.into_query()).await
}

/// Writes entries, sub-entries, heads of chains and jobs of several acts, a statement a table.
/// Gives the leaf hashes in order.
async fn records(
    house: &House,
    db: &Statements,
    acts: Vec<Pending>,
    number: impl Fn(u64) -> Option<u64>,
) -> Result<Vec<Hash>, Fault> {
    let mut heads = begun(&acts);
    let (mut entries, mut subs, mut queued) = (Vec::new(), Vec::new(), Vec::new());
    let mut hashes = Vec::with_capacity(acts.len());
    for (act, index) in acts.into_iter().zip(0..) {
        let act = Drafted::of(house, act, &mut heads)?;
        hashes.push(leaf_hash(&act.leaf));
        entries.push(entry::ActiveModel {
            id: Set(act.id),
            number: Set(number(index).map(u64::cast_signed)),
            kind: Set(act.kind.into()),
            at: Set(act.at.micros()),
            leaf: Set(act.leaf),
            subtree: Set(act.subtree),
        });
        subs.extend(act.subs);
        queued.extend(act.jobs);
    }
    db.insert(entries).await?;
    db.insert(subs).await?;
    jobs::insert_all(db, queued).await?;
    write_heads(db, heads).await?;
    Ok(hashes)
}

/// The heads of the chains of persons whom an act knew before, as the store has them; of chains that an earlier act of
/// the same batch began the store has none yet, and the batch goes on from there ([`begun`]). Read inside the act, so that a
/// chain that is broken fails the act that touches it and not its batch.
pub(crate) async fn heads(
    db: &Statements,
    persons: &BTreeMap<PersonId, Touched>,
) -> Result<BTreeMap<Uuid, Head>, Fault> {
    let known: BTreeSet<Uuid> = persons
        .values()
        .filter(|touched| !touched.fresh && !db.has_begun(touched.chain))
        .map(|touched| touched.chain)
        .collect();
    if known.is_empty() {
        return Ok(BTreeMap::new());
    }
    let wanted = known.len();
    let rows = chain_row::Entity::find()
        .filter(chain_row::Column::Chain.is_in(known))
        .all(db)
        .await?;
    if rows.len() != wanted {
        return Err(Fault::broken(
            "a person's chain has no head; run `medok journal verify`",
        ));
    }
    let broken =
        || Fault::broken("the head of a chain is not what was written; run `medok journal verify`");
    rows.into_iter()
        .map(|row| {
            let hash: [u8; 32] = row.head.as_slice().try_into().map_err(|_| broken())?;
            let n = u64::try_from(row.n).map_err(|_| broken())?;
            Ok((
                row.chain,
                Head {
                    n,
                    hash: Hash(hash),
                },
            ))
        })
        .collect()
}

/// The heads from which a batch begins: fresh chains at their start, known ones as the first act that touches them
/// read them. Later acts of the batch go on from where the earlier ones end.
fn begun(acts: &[Pending]) -> BTreeMap<Uuid, Head> {
    let mut heads = BTreeMap::new();
    for act in acts {
        heads.extend(act.begun().map(|chain| (chain, Head::START)));
        for (chain, head) in &act.heads {
            heads.entry(*chain).or_insert(*head);
        }
    }
    heads
}

async fn write_heads(db: &Statements, heads: BTreeMap<Uuid, Head>) -> Result<(), Fault> {
    if heads.is_empty() {
        return Ok(());
    }
    let rows = heads
        .into_iter()
        .map(|(chain, head)| chain_row::ActiveModel {
            chain: Set(chain),
            n: Set(head.n.cast_signed()),
            head: Set(head.hash.0.to_vec()),
        });
    let replace = OnConflict::column(chain_row::Column::Chain)
        .update_columns([chain_row::Column::N, chain_row::Column::Head])
        .to_owned();
    let heads = chain_row::Entity::insert_many(rows).on_conflict(replace);
    db.write(&heads.into_query()).await
}

/// An act's record in the form of rows.
struct Drafted {
    id: Uuid,
    at: Moment,
    kind: &'static str,
    leaf: Vec<u8>,
    subtree: Vec<u8>,
    subs: Vec<sub::ActiveModel>,
    jobs: Vec<jobs::NewJobOf>,
}

impl Drafted {
    fn of(house: &House, act: Pending, heads: &mut BTreeMap<Uuid, Head>) -> Result<Self, Fault> {
        let id = act.id.uuid();
        let mut links = Vec::with_capacity(act.persons.len());
        for (person, touched) in act.persons {
            links.push(extend(house, id, person, touched, heads)?);
        }
        let leaves: Vec<Hash> = links.iter().map(|link| link.leaf).collect();
        let mut entry = Entry {
            v: FormatVersion,
            id,
            kind: EntryKind::parse(act.kind.code())?,
            at: Timestamp::parse(&super::written(act.now))?,
            actor: object(&act.scope.actor)?,
            purpose: Some(act.scope.purpose.code().to_owned()),
            case: act
                .scope
                .case
                .map(|case| format!("{}:{}", case.kind.code(), case.id)),
            categories: act.categories,
            root: Hash::ZERO,
            data: act.data,
        };
        let (mark, fillers) = (entry.mark()?, house.journal.fillers());
        let (subtree, positions) = Subtree::shuffle(&leaves, &mark, fillers, &mut entropy::rng());
        entry.root = subtree.root();
        let subs = links
            .into_iter()
            .zip(positions)
            .map(|(link, position)| sub::ActiveModel {
                chain: Set(link.chain),
                n: Set(link.n),
                entry: Set(id),
                position: Set(position.cast_signed()),
                sealed: Set(link.sealed),
            });
        Ok(Self {
            id,
            at: act.now,
            kind: act.kind.code(),
            leaf: entry.encode()?,
            subtree: subtree.leaves().iter().flat_map(|hash| hash.0).collect(),
            subs: subs.collect(),
            jobs: act
                .jobs
                .into_iter()
                .map(|job| jobs::NewJobOf {
                    job,
                    act: id,
                    now: act.now,
                })
                .collect(),
        })
    }
}

/// A link, sealed.
struct SealedLink {
    chain: Uuid,
    n: i64,
    leaf: Hash,
    sealed: Vec<u8>,
}

fn extend(
    house: &House,
    entry: Uuid,
    person: PersonId,
    touched: Touched,
    heads: &mut BTreeMap<Uuid, Head>,
) -> Result<SealedLink, Fault> {
    let head = heads
        .get_mut(&touched.chain)
        .ok_or_else(|| Fault::broken("a chain was not loaded"))?;
    let salt = Salt::from(touched.keys.journal_salt(entry.as_bytes()));
    let details = touched.details.into_object();
    let Link {
        content,
        head: next,
    } = chain::extend(
        head,
        ChainId(*touched.chain.as_bytes()),
        entry,
        details,
        &salt,
    );
    *head = next;
    let place = sub_place(house.operator.uuid(), person.uuid(), &entry);
    let sealed = seal::seal(&place, &touched.keys, &content, &mut entropy::rng());
    Ok(SealedLink {
        chain: touched.chain,
        n: next.n.cast_signed(),
        leaf: next.hash,
        sealed,
    })
}

/// Where a sealed sub-entry stands.
pub(super) fn sub_place(operator: Uuid, person: Uuid, entry: &Uuid) -> Place<'_> {
    Place {
        operator,
        person,
        table: "journal_sub",
        record: entry.as_bytes(),
        field: "content",
        version: 1,
    }
}

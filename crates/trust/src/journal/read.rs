//! Reading the journal: tiles and checkpoints for anybody, entries for the house itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::{Fault, PersonId};
use platform::database::Dialect;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::Kind;
use super::core::chain::{Salt, SubEntry, sub_leaf_hash};
use super::core::entry::Entry;
use super::core::hash::{Hash, leaf_hash};
use super::core::merkle::verify_inclusion;
use super::core::subtree::Subtree;
use super::core::tile::{TileKind, TilePath};
use super::core::tree::{prove_inclusion, tiles_for_inclusion};
use super::details::openings;
use super::table::{checkpoint, entry, pending, sub, tile};
use super::write::sub_place;
use crate::act::Statements;
use crate::vault::Record;
use crate::vault::core::{FieldKeys, open};
use crate::{House, Trust};

/// Rows asked for in one question at most.
const ASKED_AT_ONCE: usize = 1000;

/// Tiles by level and number.
pub(crate) type Tiles = BTreeMap<(u8, u64), Vec<u8>>;

/// What a request for a tile gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TileAnswer {
    /// The bytes; a full tile never changes again.
    Tile {
        /// Hashes, 32 bytes each.
        bytes: Vec<u8>,
        /// Whether it is full.
        full: bool,
    },
    /// Beyond the tree, or entries, which only those entitled may read.
    Absent,
}

/// Loads the tiles that a computation will ask for.
pub(crate) async fn load_tiles(
    db: &impl ConnectionTrait,
    wanted: impl IntoIterator<Item = (u8, u64)>,
) -> Result<Tiles, Fault> {
    let mut any = Condition::any();
    let mut some = false;
    for (level, number) in wanted {
        some = true;
        any = any.add(
            Condition::all()
                .add(tile::Column::Level.eq(i32::from(level)))
                .add(tile::Column::Number.eq(number.cast_signed())),
        );
    }
    if !some {
        return Ok(Tiles::new());
    }
    let rows = tile::Entity::find().filter(any).all(db).await?;
    rows.into_iter()
        .map(|row| {
            Ok((
                (u8::try_from(row.level)?, row.number.cast_unsigned()),
                row.hashes,
            ))
        })
        .collect()
}

/// Whether an act stands in the journal as an entry of this kind that satisfies the condition: numbered
/// and included in the tree, or still waiting for its number.
pub(crate) async fn stands(
    house: &House,
    db: &Statements,
    act: Uuid,
    kind: Kind,
    condition: impl Fn(&Entry) -> bool,
) -> Result<bool, Fault> {
    let Some(row) = entry::Entity::find_by_id(act).one(db).await? else {
        return Ok(false);
    };
    let sound = |found: &Entry| found.kind.as_str() == kind.code() && condition(found);
    included(house, db, &row, sound).await
}

/// Whether each of these acts stands in the journal and told its person, in a sub-entry under their own key, that all the
/// fields of the record were opened under the permit. An act is looked at once, whoever it told.
pub(crate) async fn told_opened(
    house: &House,
    db: &Statements,
    asked: &[OpenedOf<'_>],
) -> Result<Vec<bool>, Fault> {
    let (links, entries) = links_and_entries(db, asked).await?;
    let mut vouched = HashMap::<Uuid, bool>::new();
    let mut answers = Vec::with_capacity(asked.len());
    for of in asked {
        let told = match (links.get(&(of.chain, of.act)), entries.get(&of.act)) {
            (Some(link), Some(row)) if tells(house, link, row, of) => match vouched.get(&of.act) {
                Some(known) => *known,
                None => {
                    let stands = vouches(house, db, row).await?;
                    vouched.insert(of.act, stands);
                    stands
                }
            },
            _ => false,
        };
        answers.push(told);
    }
    Ok(answers)
}

type Links = HashMap<(Uuid, Uuid), sub::Model>;
type Entries = HashMap<Uuid, entry::Model>;

/// The sub-entries and entries that are said to tell of openings, by chain and act.
async fn links_and_entries(
    db: &Statements,
    asked: &[OpenedOf<'_>],
) -> Result<(Links, Entries), Fault> {
    let (mut links, mut entries) = (Links::new(), Entries::new());
    for some in asked.chunks(ASKED_AT_ONCE) {
        let acts: BTreeSet<Uuid> = some.iter().map(|of| of.act).collect();
        let chains: BTreeSet<Uuid> = some.iter().map(|of| of.chain).collect();
        let rows = sub::Entity::find()
            .filter(sub::Column::Chain.is_in(chains))
            .filter(sub::Column::Entry.is_in(acts.iter().copied()))
            .all(db)
            .await?;
        links.extend(rows.into_iter().map(|row| ((row.chain, row.entry), row)));
        let missing = acts.into_iter().filter(|act| !entries.contains_key(act));
        let rows = entry::Entity::find()
            .filter(entry::Column::Id.is_in(missing.collect::<Vec<_>>()))
            .all(db)
            .await?;
        entries.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok((links, entries))
}

/// Whether a sub-entry is one of its entry's, the person's own, and tells of this opening.
fn tells(house: &House, link: &sub::Model, row: &entry::Model, of: &OpenedOf<'_>) -> bool {
    let place = sub_place(house.operator.uuid(), of.person.uuid(), &of.act);
    let Ok(content) = open(&place, of.keys, &link.sealed) else {
        return false;
    };
    let leaf = sub_leaf_hash(
        &Salt::from(of.keys.journal_salt(of.act.as_bytes())),
        &content,
    );
    let committed = usize::try_from(link.position).ok().and_then(|position| {
        let (leaves, _) = row.subtree.as_chunks::<{ Hash::LENGTH }>();
        leaves.get(position)
    });
    if committed != Some(&leaf.0) {
        return false;
    }
    let Ok(sub) = SubEntry::decode(&content) else {
        return false;
    };
    let openings = openings(&sub.details);
    let all = of.fields.iter().all(|field| {
        openings.contains(&[
            of.permit.to_string(),
            of.record.place.to_owned(),
            of.record.id.to_string(),
            (*field).to_owned(),
        ])
    });
    all && sub.entry == of.act
}

/// Whether an entry may be believed.
async fn vouches(house: &House, db: &Statements, row: &entry::Model) -> Result<bool, Fault> {
    if row.number.is_none() && db.dialect() == Dialect::Postgres {
        // That the entry waits is not asked: it would have every opening cross with every act under way.
        return Ok(Entry::decode(&row.leaf).is_ok_and(|found| written_here(house, row, &found)));
    }
    included(house, db, row, |_| true).await
}

/// What is said to have been opened.
pub(crate) struct OpenedOf<'a> {
    /// The act that is said to have told of it.
    pub(crate) act: Uuid,
    pub(crate) person: PersonId,
    pub(crate) chain: Uuid,
    pub(crate) keys: &'a FieldKeys,
    pub(crate) permit: Uuid,
    pub(crate) record: Record,
    pub(crate) fields: &'a [&'a str],
}

/// Whether the row's leaf is its own, its tree the one that the leaf commits to, and both made with the journal's key:
/// what waits for its number is signed by nobody yet.
fn written_here(house: &House, row: &entry::Model, found: &Entry) -> bool {
    let (leaves, _) = row.subtree.as_chunks::<{ Hash::LENGTH }>();
    let tree = Subtree::from_leaves(leaves.iter().copied().map(Hash).collect());
    let (Ok(tree), Ok(mark)) = (tree, found.mark()) else {
        return false;
    };
    found.id == row.id && found.root == tree.root() && house.journal.fillers().in_tree(&mark, &tree)
}

/// Whether the entry of a row is its own, satisfies the condition and is in the tree, or waits for its number.
async fn included(
    house: &House,
    db: &Statements,
    row: &entry::Model,
    condition: impl Fn(&Entry) -> bool,
) -> Result<bool, Fault> {
    let act = row.id;
    let Ok(found) = Entry::decode(&row.leaf) else {
        return Ok(false);
    };
    let sound = written_here(house, row, &found) && condition(&found);
    let numbers_itself = db.dialect() == Dialect::Sqlite;
    let Some(number) = row.number else {
        // SQLite numbers entries as it commits them: nothing waits there.
        if numbers_itself {
            return Ok(false);
        }
        let waiting = pending::Entity::find()
            .filter(pending::Column::Entry.eq(act))
            .one(db)
            .await?;
        return Ok(sound && waiting.is_some());
    };
    let number = number.cast_unsigned();
    let mut tree = house.journal.tree();
    if number >= tree.size() && !numbers_itself {
        // Another process numbered it.
        tree = super::log::rebuild(db).await?;
    }
    if number >= tree.size() {
        return Ok(false);
    }
    let tiles = load_tiles(db, tiles_for_inclusion(number, tree.size())).await?;
    let Ok(path) = prove_inclusion(&tiles, number, tree.size()) else {
        return Ok(false);
    };
    Ok(sound
        && verify_inclusion(
            &leaf_hash(&row.leaf),
            number,
            tree.size(),
            &path,
            &tree.root(),
        )
        .is_ok())
}

impl Trust {
    /// The last signed checkpoint (C2SP tlog-checkpoint), if one was signed.
    ///
    /// # Errors
    /// The database's.
    pub async fn checkpoint(&self) -> Result<Option<String>, Fault> {
        let last = checkpoint::Entity::find()
            .order_by_desc(checkpoint::Column::Size)
            .one(self.reads())
            .await?;
        Ok(last.map(|row| row.note))
    }

    /// A tile of hashes by its path below the journal's address, such as `tile/0/x001/067.p/8` (C2SP tlog-tiles).
    ///
    /// # Errors
    /// The database's.
    pub async fn tile(&self, path: &str) -> Result<TileAnswer, Fault> {
        let Ok(path) = path.parse::<TilePath>() else {
            return Ok(TileAnswer::Absent);
        };
        let TileKind::Hashes(level) = path.kind() else {
            return Ok(TileAnswer::Absent);
        };
        let key = (i32::from(level), path.index().cast_signed());
        let Some(row) = tile::Entity::find_by_id(key).one(self.reads()).await? else {
            return Ok(TileAnswer::Absent);
        };
        Ok(match path.take(&row.hashes) {
            Some(bytes) => TileAnswer::Tile {
                bytes: bytes.to_vec(),
                full: path.is_full(),
            },
            None => TileAnswer::Absent,
        })
    }

    /// The public key of the journal, as verifiers write it (C2SP signed-note).
    #[must_use]
    pub fn journal_key(&self) -> String {
        self.0.journal.key().verifier().to_string()
    }
}

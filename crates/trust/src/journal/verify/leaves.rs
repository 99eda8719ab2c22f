//! The log itself: entries without a gap, leaves that lead to every stored tile and every signed root, trees of sub-entries
//! that lead to the leaves, and the maps of chains.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::{Fault, Moment};
use sea_orm::{EntityTrait, FromQueryResult};
use uuid::Uuid;

use super::told::Told;
use super::{Audit, Finding, Running, Witness, subtree_of};
use crate::journal::core::chain::{ChainId, Head};
use crate::journal::core::entry::Entry;
use crate::journal::core::hash::{Hash, leaf_hash};
use crate::journal::core::map::MapCommitment;
use crate::journal::core::note::{Checkpoint, LogKey, NoteError};
use crate::journal::core::subtree::Subtree;
use crate::journal::core::tile::{TILE_WIDTH, TileFault, TilePath};
use crate::journal::core::tree::{TileWrite, TreeState};
use crate::journal::read::load_tiles;
use crate::journal::table::tree;
use crate::journal::{Kind, written};
use crate::vault::SignedState;

/// Entries read at once.
const PAGE: u64 = 1024;
/// Missing entries in a row past which the rest of the log is not looked at.
const GAP: u64 = 65_536;

#[derive(FromQueryResult)]
struct EntryRow {
    id: Uuid,
    number: Option<i64>,
    kind: String,
    at: i64,
    leaf: Vec<u8>,
    subtree: Vec<u8>,
}

#[derive(FromQueryResult)]
struct SubRow {
    chain: Uuid,
    n: i64,
    entry: Uuid,
    position: i32,
}

#[derive(FromQueryResult)]
struct TileRow {
    level: i32,
    number: i64,
}

#[derive(FromQueryResult)]
struct NoteRow {
    size: i64,
    note: String,
}

/// The log as it grows under the eyes of the verification.
struct Growing {
    tree: TreeState,
    /// The unfinished tile of each level.
    partial: BTreeMap<u8, TileWrite>,
    /// Roots still to be met, by size.
    due: BTreeMap<u64, Vec<(Witness, Hash)>>,
    running: Running,
    maps_differ: bool,
    told: Told,
}

impl Audit<'_> {
    /// Checks all numbered entries, tiles, checkpoints and maps.
    pub(super) async fn leaves(
        &mut self,
        key: &LogKey,
        remembered: &SignedState,
        held: Option<(u64, Hash)>,
    ) -> Result<Told, Fault> {
        let mut due = self.checkpoints(key).await?;
        let mut witness = |size, witness, root| due.entry(size).or_default().push((witness, root));
        witness(
            remembered.journal_size,
            Witness::Remembered,
            Hash(remembered.root),
        );
        if let Some((size, root)) = held {
            witness(size, Witness::Held, root);
        }
        let size = match tree::Entity::find_by_id(tree::ONLY).one(&self.db).await? {
            Some(row) => row.size.cast_unsigned(),
            None => {
                self.found(Finding::NoTree);
                0
            }
        };
        let mut log = Growing {
            tree: TreeState::new(),
            partial: BTreeMap::new(),
            due,
            running: Running::default(),
            maps_differ: false,
            told: Told::default(),
        };
        self.roots(&mut log);
        let mut after = i64::MIN;
        loop {
            let page = self.entries_after(after).await?;
            let Some(last) = page.last().and_then(|row| row.number) else {
                break;
            };
            let subs = self.subs_between(after, last).await?;
            if !self.page(&mut log, size, page, subs).await? {
                return Ok(log.told);
            }
            after = last;
        }
        if log.tree.size() < size {
            self.found(Finding::EntriesMissing {
                from: log.tree.size(),
                to: size,
            });
        }
        self.end(&log, size).await?;
        Ok(log.told)
    }

    /// Entries without a number: they wait for one, and nothing that waits is gone.
    pub(super) async fn pending(&mut self, told: &mut Told) -> Result<(), Fault> {
        let mut after = Uuid::nil();
        loop {
            let sql = format!(
                "SELECT id, number, kind, at, leaf, subtree FROM journal_entry WHERE number IS NULL AND id > $1 ORDER BY id LIMIT {PAGE}"
            );
            let page: Vec<EntryRow> = self.rows(&sql, vec![after.into()]).await?;
            let Some(last) = page.last() else { break };
            after = last.id;
            for row in &page {
                let sql = "SELECT chain, n, entry, position FROM journal_sub WHERE entry = $1";
                let subs: Vec<SubRow> = self.rows(sql, vec![row.id.into()]).await?;
                if let (Some(entry), _) = self.entry(row, &subs) {
                    told.keep(&entry);
                }
            }
        }
        let unnumbered = "SELECT e.id AS id FROM journal_entry e LEFT JOIN journal_pending p ON p.entry = e.id \
                          WHERE e.number IS NULL AND p.entry IS NULL";
        for entry in self.ids(unnumbered).await? {
            self.found(Finding::NeitherNumberedNorPending { entry });
        }
        let astray = "SELECT p.entry AS id FROM journal_pending p LEFT JOIN journal_entry e ON e.id = p.entry \
                      WHERE e.id IS NULL OR e.number IS NOT NULL";
        for entry in self.ids(astray).await? {
            self.found(Finding::PendingAstray { entry });
        }
        Ok(())
    }

    /// Reads every checkpoint; gives the roots of those that are to be believed.
    async fn checkpoints(
        &mut self,
        key: &LogKey,
    ) -> Result<BTreeMap<u64, Vec<(Witness, Hash)>>, Fault> {
        let mut due = BTreeMap::<u64, Vec<(Witness, Hash)>>::new();
        let mut after = i64::MIN;
        loop {
            let sql = format!(
                "SELECT size, note FROM journal_checkpoint WHERE size > $1 ORDER BY size LIMIT {PAGE}"
            );
            let page: Vec<NoteRow> = self.rows(&sql, vec![after.into()]).await?;
            let Some(last) = page.last() else {
                return Ok(due);
            };
            after = last.size;
            for NoteRow { size, note } in page {
                self.report.checkpoints += 1;
                match believed(&note, key) {
                    Err(why) => self.found(Finding::CheckpointFalse { size, why }),
                    Ok(checkpoint) => {
                        if checkpoint.size != size.cast_unsigned() {
                            self.found(Finding::CheckpointSize {
                                size,
                                noted: checkpoint.size,
                            });
                        }
                        due.entry(checkpoint.size)
                            .or_default()
                            .push((Witness::Checkpoint, checkpoint.root));
                    }
                }
            }
        }
    }

    async fn entries_after(&self, after: i64) -> Result<Vec<EntryRow>, Fault> {
        let sql = format!(
            "SELECT id, number, kind, at, leaf, subtree FROM journal_entry WHERE number > $1 ORDER BY number LIMIT {PAGE}"
        );
        self.rows(&sql, vec![after.into()]).await
    }

    /// Sub-entries of the entries with numbers past `after` up to `last`, by entry.
    async fn subs_between(
        &self,
        after: i64,
        last: i64,
    ) -> Result<HashMap<Uuid, Vec<SubRow>>, Fault> {
        let sql = "SELECT s.chain, s.n, s.entry, s.position FROM journal_entry e JOIN journal_sub s ON s.entry = e.id \
                   WHERE e.number > $1 AND e.number <= $2";
        let rows: Vec<SubRow> = self.rows(sql, vec![after.into(), last.into()]).await?;
        let mut subs = HashMap::<Uuid, Vec<SubRow>>::new();
        for row in rows {
            subs.entry(row.entry).or_default().push(row);
        }
        Ok(subs)
    }

    /// Checks a page of entries and lets the tree grow by it. `false` when too much is missing to go on.
    async fn page(
        &mut self,
        log: &mut Growing,
        size: u64,
        page: Vec<EntryRow>,
        mut subs: HashMap<Uuid, Vec<SubRow>>,
    ) -> Result<bool, Fault> {
        let mut leaves = Vec::with_capacity(page.len());
        for row in &page {
            let number = row.number.unwrap_or(i64::MIN);
            let subs = subs.remove(&row.id).unwrap_or_default();
            if number < 0 || number.cast_unsigned() >= size {
                self.found(Finding::EntryOutside {
                    entry: row.id,
                    number,
                });
                continue;
            }
            let due = log.tree.size() + leaves.len() as u64;
            let number = number.cast_unsigned();
            if number > due {
                self.found(Finding::EntriesMissing {
                    from: due,
                    to: number,
                });
                if number - due > GAP {
                    return Ok(false);
                }
                leaves.extend(self.stored_leaves(due, number).await?);
            }
            leaves.push(leaf_hash(&row.leaf));
            let (entry, links) = self.entry(row, &subs);
            if let Some(entry) = entry {
                log.told.keep(&entry);
                self.map(log, number, &entry);
            }
            log.running.entry(links);
        }
        self.grow(log, &leaves).await?;
        Ok(true)
    }

    /// Leaf hashes of missing entries as the tiles still have them, so that the rest of the tree can be checked.
    async fn stored_leaves(&self, from: u64, to: u64) -> Result<Vec<Hash>, Fault> {
        let width = u64::from(TILE_WIDTH);
        let tiles = load_tiles(
            &self.db,
            (from / width..=(to - 1) / width).map(|index| (0, index)),
        )
        .await?;
        let leaf = |number: u64| {
            let start = (number % width) as usize * Hash::LENGTH;
            let bytes = tiles
                .get(&(0, number / width))?
                .get(start..start + Hash::LENGTH)?;
            Hash::try_from(bytes).ok()
        };
        Ok((from..to)
            .map(|number| leaf(number).unwrap_or(Hash::ZERO))
            .collect())
    }

    /// Checks one entry by itself; gives what its leaf says and the links in it.
    fn entry(&mut self, row: &EntryRow, subs: &[SubRow]) -> (Option<Entry>, Vec<(ChainId, Head)>) {
        self.report.entries += 1;
        let id = row.id;
        let decoded = Entry::decode(&row.leaf);
        let mark = decoded.as_ref().ok().and_then(|entry| entry.mark().ok());
        let tree = subtree_of(&row.subtree);
        let leaves = tree.as_ref().map_or(&[][..], Subtree::leaves);
        let fillers = mark.map_or_else(BTreeSet::new, |mark| self.fillers_in(&mark, leaves));
        let mut taken = BTreeSet::new();
        let mut links = Vec::with_capacity(subs.len());
        for sub in subs {
            let leaf = usize::try_from(sub.position)
                .ok()
                .filter(|position| !fillers.contains(position) && taken.insert(*position));
            match leaf.and_then(|position| leaves.get(position)) {
                Some(leaf) => links.push((
                    ChainId(*sub.chain.as_bytes()),
                    Head {
                        n: sub.n.cast_unsigned(),
                        hash: *leaf,
                    },
                )),
                None => self.found(Finding::SubPosition {
                    entry: id,
                    chain: sub.chain,
                    n: sub.n,
                }),
            }
        }
        let entry = match decoded {
            Ok(entry) => entry,
            Err(why) => {
                self.found(Finding::LeafUnreadable { entry: id, why });
                return (None, links);
            }
        };
        // The house puts a filler into every tree. Where there is one, what is neither a filler nor any row's was
        // somebody's sub-entry.
        let missing = (0..leaves.len()).filter(|at| !fillers.contains(at) && !taken.contains(at));
        let missing = missing.count() as u64;
        let by_hand = fillers.is_empty() && tree.is_some();
        if by_hand {
            self.found(Finding::EntryByHand { entry: id });
        } else if missing > 0 {
            let there = subs.len() as u64;
            self.found(Finding::SubsMissing {
                entry: id,
                missing,
                there,
            });
        }
        if entry.id != id {
            self.found(Finding::LeafOfAnother {
                entry: id,
                named: entry.id,
            });
        }
        if entry.kind.as_str() != row.kind {
            self.found(Finding::ColumnDiffers {
                entry: id,
                column: "kind",
            });
        }
        if entry.at.as_str() != written(Moment::from_micros(row.at)) {
            self.found(Finding::ColumnDiffers {
                entry: id,
                column: "at",
            });
        }
        if tree.is_none_or(|tree| tree.root() != entry.root) {
            self.found(Finding::SubtreeDiffers { entry: id });
        }
        (Some(entry).filter(|_| !by_hand), links)
    }

    /// Holds a map of chains against the links so far.
    fn map(&mut self, log: &mut Growing, number: u64, entry: &Entry) {
        if entry.kind.as_str() != Kind::ChainsMapped.code() || log.maps_differ {
            return;
        }
        let sound =
            MapCommitment::of_entry(entry).is_some_and(|map| log.running.map_of(&map).is_some());
        if !sound {
            // Once the chains differ, every later map does too.
            log.maps_differ = true;
            self.found(Finding::MapDiffers { number });
        }
    }

    /// Appends leaves, meeting every root on the way, and compares the tiles that are full now.
    async fn grow(&mut self, log: &mut Growing, leaves: &[Hash]) -> Result<(), Fault> {
        let mut rest = leaves;
        let mut full = Vec::new();
        while !rest.is_empty() {
            let next = log
                .due
                .range(log.tree.size() + 1..)
                .next()
                .map_or(u64::MAX, |(size, _)| *size);
            let room = usize::try_from(next - log.tree.size()).unwrap_or(usize::MAX);
            let (now, later) = rest.split_at(rest.len().min(room));
            for write in log.tree.append(now) {
                if write.width == TILE_WIDTH {
                    log.partial.remove(&write.level);
                    full.push(write);
                } else {
                    log.partial.insert(write.level, write);
                }
            }
            self.roots(log);
            rest = later;
        }
        self.compare(&full).await
    }

    /// Compares the root with those that witnesses know of this size.
    fn roots(&mut self, log: &mut Growing) {
        let size = log.tree.size();
        for (witness, root) in log.due.remove(&size).unwrap_or_default() {
            if root != log.tree.root() {
                self.found(Finding::RootDiffers { size, witness });
            }
        }
    }

    async fn compare(&mut self, due: &[TileWrite]) -> Result<(), Fault> {
        let stored =
            load_tiles(&self.db, due.iter().map(|write| (write.level, write.index))).await?;
        for TileWrite {
            level,
            index,
            width,
            bytes,
        } in due
        {
            let (level, index) = (*level, *index);
            let fault = match stored.get(&(level, index)) {
                None => Some(TileFault::Missing { level, index }),
                Some(found) if found.len() != bytes.len() => Some(TileFault::Width {
                    level,
                    index,
                    bytes: found.len(),
                    wanted: *width,
                }),
                Some(found) => found
                    .iter()
                    .zip(bytes)
                    .position(|(found, due)| found != due)
                    .map(|byte| TileFault::Differs {
                        level,
                        index,
                        place: (byte / Hash::LENGTH) as u16,
                    }),
            };
            if let Some(fault) = fault {
                self.found(Finding::Tile(fault));
            }
        }
        Ok(())
    }

    /// What can be said once all leaves are in: unfinished tiles, tiles past the end, roots past the end.
    async fn end(&mut self, log: &Growing, size: u64) -> Result<(), Fault> {
        let partial: Vec<TileWrite> = log.partial.values().cloned().collect();
        self.compare(&partial).await?;
        let there = log.tree.size();
        for (size, witnesses) in &log.due {
            for (witness, _) in witnesses {
                self.found(Finding::Shorter {
                    size: *size,
                    there,
                    witness: *witness,
                });
            }
        }
        let mut after = (i32::MIN, i64::MIN);
        loop {
            let sql = format!(
                "SELECT level, number FROM journal_tile WHERE level > $1 OR (level = $1 AND number > $2) \
                 ORDER BY level, number LIMIT {PAGE}"
            );
            let page: Vec<TileRow> = self
                .rows(&sql, vec![after.0.into(), after.1.into()])
                .await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = (last.level, last.number);
            for TileRow { level, number } in page {
                let place = u8::try_from(level).ok().zip(u64::try_from(number).ok());
                let path = place.and_then(|(level, number)| TilePath::hashes(level, number, 1));
                if !path.is_some_and(|path| path.is_within(size)) {
                    self.found(Finding::TileOutside { level, number });
                }
            }
        }
    }
}

/// A checkpoint that our key signed: for this log, or for one before it, which a restore ended (decision 0003).
fn believed(note: &str, key: &LogKey) -> Result<Checkpoint, NoteError> {
    match Checkpoint::open(note, std::slice::from_ref(key.verifier())) {
        Err(NoteError::UnknownSigner) => {
            let earlier = key.named(note.lines().next().unwrap_or_default())?;
            Checkpoint::open(note, std::slice::from_ref(earlier.verifier()))
        }
        other => other,
    }
}

//! The growing right edge of the log. A [`TreeState`] needs no reading back: it holds the unfinished tile of each level, a
//! few KiB, and is cloned, appended to, and kept only if the tiles it reported were committed.

use std::{cell::RefCell, collections::BTreeSet, convert::Infallible, fmt};

use serde::{Deserialize, Serialize, de};

use super::{
    base64_text,
    hash::{Hash, node_hash},
    merkle::{self, Nodes},
    tile::{
        Place, TILE_HEIGHT, TILE_WIDTH, TileFault, TileNodes, TilePath, TileSource, hashes,
        read_tile,
    },
};

const TILE_BYTES: usize = TILE_WIDTH as usize * Hash::LENGTH;

/// A tile as it must now be stored: the row (level, index) gets all of `bytes`, replacing what it had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileWrite {
    /// Tile level; 0 holds leaf hashes.
    pub level: u8,
    /// Index within the level.
    pub index: u64,
    /// Hashes in the tile, 1 to 256.
    pub width: u16,
    /// The hashes: `width` × 32 bytes.
    pub bytes: Vec<u8>,
}

impl TileWrite {
    /// The address under which the tile is served now.
    pub fn path(&self) -> TilePath {
        TilePath::hashes(self.level, self.index, self.width)
            .expect("level and width are within the limits of a tile")
    }
}

/// The log so far: its size, the roots of its complete subtrees, and the unfinished tile of each level.
/// Serialises as the size and the unfinished tiles; reading checks that they belong together.
#[derive(Clone, PartialEq, Eq)]
pub struct TreeState {
    size: u64,
    /// Roots of the maximal complete subtrees, from the largest to the smallest: one per bit set in `size`.
    edge: Vec<Hash>,
    /// Bytes of the unfinished tile of each level, possibly empty; as many levels as the log has hashes on.
    tiles: Vec<Vec<u8>>,
}

impl TreeState {
    /// The empty log.
    pub fn new() -> Self {
        Self {
            size: 0,
            edge: Vec::new(),
            tiles: Vec::new(),
        }
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root of the log: at most one node hash per bit of the size.
    pub fn root(&self) -> Hash {
        merkle::join(&self.edge)
    }

    /// Appends leaf hashes in order and reports every tile that changed, once, as it must now be stored; sorted by level
    /// and index. Costs one node hash per leaf on the average.
    pub fn append(&mut self, leaves: &[Hash]) -> Vec<TileWrite> {
        let before = self.size;
        let mut writes = Vec::new();
        for leaf in leaves {
            self.push(*leaf, &mut writes);
        }
        for (level, tile) in (0_u8..).zip(&self.tiles) {
            if !tile.is_empty() && count(before, level) != count(self.size, level) {
                writes.push(TileWrite {
                    level,
                    index: count(self.size, level) / u64::from(TILE_WIDTH),
                    width: width(self.size, level),
                    bytes: tile.clone(),
                });
            }
        }
        writes.sort_unstable_by_key(|write| (write.level, write.index));
        writes
    }

    fn push(&mut self, leaf: Hash, full: &mut Vec<TileWrite>) {
        let mut hash = leaf;
        let mut height = 0_u8;
        let mut ones = self.size;
        self.size += 1;
        self.grow_tile(0, &hash, full);
        while ones & 1 == 1 {
            let left = self
                .edge
                .pop()
                .expect("the edge has a subtree for each bit set in the size");
            hash = node_hash(&left, &hash);
            height += 1;
            ones >>= 1;
            if height.is_multiple_of(TILE_HEIGHT) {
                self.grow_tile(height / TILE_HEIGHT, &hash, full);
            }
        }
        self.edge.push(hash);
    }

    fn grow_tile(&mut self, level: u8, hash: &Hash, full: &mut Vec<TileWrite>) {
        let place = usize::from(level);
        if self.tiles.len() == place {
            self.tiles.push(Vec::new());
        }
        let tile = &mut self.tiles[place];
        tile.extend_from_slice(&hash.0);
        if tile.len() == TILE_BYTES {
            let index = count(self.size, level) / u64::from(TILE_WIDTH) - 1;
            full.push(TileWrite {
                level,
                index,
                width: TILE_WIDTH,
                bytes: std::mem::take(tile),
            });
        }
    }

    /// The state of the log at `size`, from its stored tiles: one tile per level. Wider rows, of a log that has grown
    /// since, do as well. The caller compares [`TreeState::root`] with what was signed.
    ///
    /// # Errors
    /// [`TileFault`] when an unfinished tile is missing or too narrow.
    pub fn rebuild(size: u64, source: &impl TileSource) -> Result<Self, TileFault> {
        let tiles = (0..levels(size))
            .map(|level| match width(size, level) {
                0 => Ok(Vec::new()),
                width => read_tile(
                    source,
                    level,
                    count(size, level) / u64::from(TILE_WIDTH),
                    width,
                ),
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            size,
            edge: edge_of(size, &tiles),
            tiles,
        })
    }
}

impl Default for TreeState {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TreeState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TreeState")
            .field("size", &self.size)
            .field("root", &self.root())
            .finish()
    }
}

/// Hashes that a log of `size` leaves has on a tile level.
fn count(size: u64, level: u8) -> u64 {
    size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT))
        .unwrap_or(0)
}

/// Width of the unfinished tile of a level; 0 when the last tile is full.
fn width(size: u64, level: u8) -> u16 {
    (count(size, level) % u64::from(TILE_WIDTH)) as u16
}

/// Tile levels on which a log of `size` leaves has hashes.
fn levels(size: u64) -> u8 {
    size.checked_ilog2()
        .map_or(0, |log| (log / u32::from(TILE_HEIGHT) + 1) as u8)
}

/// Roots of the complete subtrees on the right edge, the largest first.
fn edge_of(size: u64, tiles: &[Vec<u8>]) -> Vec<Hash> {
    let mut edge = Vec::new();
    for (level, tile) in (0..levels(size)).zip(tiles).rev() {
        let tile = hashes(tile);
        let mut start = 0;
        for height in (0..TILE_HEIGHT).rev() {
            let wide = 1 << height;
            if usize::from(width(size, level)) & wide != 0 {
                edge.push(merkle::root(&tile[start..start + wide]));
                start += wide;
            }
        }
    }
    edge
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Frozen {
    size: u64,
    tiles: Vec<String>,
}

impl Serialize for TreeState {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tiles = self
            .tiles
            .iter()
            .map(|tile| base64_text::encode(tile))
            .collect();
        Frozen {
            size: self.size,
            tiles,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TreeState {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Frozen { size, tiles } = Frozen::deserialize(deserializer)?;
        let tiles = tiles
            .iter()
            .map(|tile| base64_text::decode_all(tile))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| de::Error::custom("a tile is not base64"))?;
        let fits = tiles.len() == usize::from(levels(size))
            && (0_u8..)
                .zip(&tiles)
                .all(|(level, tile)| tile.len() == usize::from(width(size, level)) * Hash::LENGTH);
        if !fits {
            return Err(de::Error::custom(
                "the tiles are not those of a log of this size",
            ));
        }
        Ok(Self {
            size,
            edge: edge_of(size, &tiles),
            tiles,
        })
    }
}

/// Path from the leaf at `index` to the root of the first `size` leaves, from stored tiles (RFC 9162 §2.1.3.1).
///
/// # Errors
/// [`TileFault`] when a tile is missing or too narrow.
///
/// # Panics
/// When `index` is not below `size`.
pub fn prove_inclusion(
    source: &impl TileSource,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, TileFault> {
    assert!(index < size, "leaf {index} is outside a log of {size}");
    merkle::inclusion_path(&mut TileNodes(source), index, size)
}

/// Path from the log of `old` leaves to the log of `new` leaves, from stored tiles (RFC 9162 §2.1.4.1); empty when `old`
/// is 0 or equals `new`.
///
/// # Errors
/// [`TileFault`] when a tile is missing or too narrow.
///
/// # Panics
/// When `old` is above `new`.
pub fn prove_consistency(
    source: &impl TileSource,
    old: u64,
    new: u64,
) -> Result<Vec<Hash>, TileFault> {
    assert!(
        old <= new,
        "a log of {new} leaves cannot extend one of {old}"
    );
    merkle::consistency_path(&mut TileNodes(source), old, new)
}

/// Number of tiles a log of `size` has on all levels: a store with more rows has some that no audit looks at.
pub fn tile_count(size: u64) -> u64 {
    (0..levels(size))
        .map(|level| count(size, level).div_ceil(u64::from(TILE_WIDTH)))
        .sum()
}

/// Tiles (level, index) that [`TreeState::rebuild`] reads for a log of `size`.
pub fn tiles_for_rebuild(size: u64) -> BTreeSet<(u8, u64)> {
    (0..levels(size))
        .filter(|&level| width(size, level) > 0)
        .map(|level| (level, count(size, level) / u64::from(TILE_WIDTH)))
        .collect()
}

/// Tiles (level, index) that [`prove_inclusion`] reads; none when `index` is not below `size`.
pub fn tiles_for_inclusion(index: u64, size: u64) -> BTreeSet<(u8, u64)> {
    wanted(|nodes| {
        if index < size {
            merkle::inclusion_path(nodes, index, size)
        } else {
            Ok(Vec::new())
        }
    })
}

/// Tiles (level, index) that [`prove_consistency`] reads; none when `old` is above `new`.
pub fn tiles_for_consistency(old: u64, new: u64) -> BTreeSet<(u8, u64)> {
    wanted(|nodes| {
        if old <= new {
            merkle::consistency_path(nodes, old, new)
        } else {
            Ok(Vec::new())
        }
    })
}

/// Runs a proof without any tile, to see which it asks for.
fn wanted(prove: impl FnOnce(&mut Wanted) -> Result<Vec<Hash>, Infallible>) -> BTreeSet<(u8, u64)> {
    let mut nodes = Wanted(RefCell::default());
    let Ok(_) = prove(&mut nodes);
    nodes.0.into_inner()
}

struct Wanted(RefCell<BTreeSet<(u8, u64)>>);

impl Nodes for Wanted {
    type Error = Infallible;

    fn node(&mut self, level: u8, index: u64) -> Result<Hash, Infallible> {
        let place = Place::of(level, index);
        self.0.borrow_mut().insert((place.level, place.index));
        Ok(Hash::ZERO)
    }
}

/// Recomputes the whole log from its leaf hashes and compares every stored tile with what it must be, exactly. Returns the
/// state reached: the caller compares its size and root with what was signed. One node hash per leaf, a few KiB of memory.
///
/// # Errors
/// The first [`TileFault`]: missing, of another width, or with a hash the leaves do not lead to.
pub fn audit(
    source: &impl TileSource,
    leaves: impl IntoIterator<Item = Hash>,
) -> Result<TreeState, TileFault> {
    let mut state = TreeState::new();
    let mut leaves = leaves.into_iter();
    loop {
        let chunk: Vec<Hash> = leaves.by_ref().take(usize::from(TILE_WIDTH)).collect();
        let last = chunk.len() < usize::from(TILE_WIDTH);
        for write in state.append(&chunk) {
            if write.width == TILE_WIDTH {
                compare(source, &write)?;
            }
        }
        if last {
            break;
        }
    }
    for (level, tile) in (0_u8..).zip(&state.tiles) {
        if !tile.is_empty() {
            let index = count(state.size, level) / u64::from(TILE_WIDTH);
            compare(
                source,
                &TileWrite {
                    level,
                    index,
                    width: width(state.size, level),
                    bytes: tile.clone(),
                },
            )?;
        }
    }
    Ok(state)
}

fn compare(source: &impl TileSource, due: &TileWrite) -> Result<(), TileFault> {
    let TileWrite {
        level,
        index,
        width,
        ..
    } = *due;
    let found = source
        .tile(level, index)
        .ok_or(TileFault::Missing { level, index })?;
    if found.len() != due.bytes.len() {
        return Err(TileFault::Width {
            level,
            index,
            bytes: found.len(),
            wanted: width,
        });
    }
    match found
        .iter()
        .zip(&due.bytes)
        .position(|(found, due)| found != due)
    {
        None => Ok(()),
        Some(byte) => Err(TileFault::Differs {
            level,
            index,
            place: (byte / Hash::LENGTH) as u16,
        }),
    }
}

#[cfg(test)]
mod tests;

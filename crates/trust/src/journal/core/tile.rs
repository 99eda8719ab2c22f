//! Addresses of tiles and bundles, and hashes read out of stored tiles (C2SP tlog-tiles). A tile row holds all hashes its
//! tile has so far; a narrower tile of the past is a prefix of it, so one row serves every request.

use std::{collections::BTreeMap, fmt, str::FromStr};

use super::{
    hash::Hash,
    merkle::{self, Nodes},
};

/// Hashes in a full tile; entries in a full bundle.
pub const TILE_WIDTH: u16 = 256;

/// Tree levels between a tile and the tile above it.
pub const TILE_HEIGHT: u8 = 8;

/// The highest tile level an address may name (C2SP tlog-tiles).
const MAX_LEVEL: u8 = 63;

/// What an address under `/journal/tile/` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TileKind {
    /// Hashes of the tile level, 0 (leaf hashes) to 63.
    Hashes(u8),
    /// The entries themselves.
    Entries,
}

/// The address of a tile or an entry bundle: `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]` (C2SP tlog-tiles).
/// Parsing accepts exactly what displaying writes, without a leading slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TilePath {
    kind: TileKind,
    index: u64,
    width: u16,
}

impl TilePath {
    /// Address of the first `width` (1 to 256) hashes of the tile `index` at `level` (0 to 63); `None` outside these limits.
    pub fn hashes(level: u8, index: u64, width: u16) -> Option<Self> {
        let sound = level <= MAX_LEVEL && (1..=TILE_WIDTH).contains(&width);
        sound.then_some(Self {
            kind: TileKind::Hashes(level),
            index,
            width,
        })
    }

    /// Address of the first `width` (1 to 256) entries of the bundle `index`; `None` outside these limits.
    pub fn entries(index: u64, width: u16) -> Option<Self> {
        (1..=TILE_WIDTH).contains(&width).then_some(Self {
            kind: TileKind::Entries,
            index,
            width,
        })
    }

    /// Hashes of which level, or entries.
    pub fn kind(&self) -> TileKind {
        self.kind
    }

    /// Index of the tile within its level.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Hashes or entries asked for, 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Whether the width is 256.
    pub fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// Whether a log of `size` entries has all that is asked for. What lies beyond the published checkpoint is not served.
    pub fn is_within(&self, size: u64) -> bool {
        let level = match self.kind {
            TileKind::Hashes(level) => u32::from(level),
            TileKind::Entries => 0,
        };
        let available = size
            .checked_shr(u32::from(TILE_HEIGHT) * level)
            .unwrap_or(0);
        let end = self
            .index
            .checked_mul(u64::from(TILE_WIDTH))
            .and_then(|start| start.checked_add(u64::from(self.width)));
        end.is_some_and(|end| end <= available)
    }

    /// The answer to a request for hashes out of the row's bytes: their first `width` hashes; `None` when it has fewer.
    pub fn take<'a>(&self, stored: &'a [u8]) -> Option<&'a [u8]> {
        stored.get(..usize::from(self.width) * Hash::LENGTH)
    }

    /// Indexes of the entries in a bundle, first and number; for hash tiles the places of the hashes within their level.
    /// `None` when they lie beyond 2⁶⁴.
    pub fn first_and_count(&self) -> Option<(u64, u16)> {
        Some((self.index.checked_mul(u64::from(TILE_WIDTH))?, self.width))
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(f, "tile/{level}/")?,
            TileKind::Entries => f.write_str("tile/entries/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for group in groups[1..].iter().rev() {
            write!(f, "x{group:03}/")?;
        }
        write!(f, "{:03}", groups[0])?;
        if self.is_full() {
            Ok(())
        } else {
            write!(f, ".p/{}", self.width)
        }
    }
}

/// A path that is not the address of a tile or bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATilePath;

impl fmt::Display for NotATilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the address of a tile: tile/<level>/<index>[.p/<width>] is expected")
    }
}

impl std::error::Error for NotATilePath {}

impl FromStr for TilePath {
    type Err = NotATilePath;

    fn from_str(text: &str) -> Result<Self, NotATilePath> {
        let path = parse_loosely(text).ok_or(NotATilePath)?;
        // One address per tile: leading zeros, empty groups, `.p/256` and the like come out otherwise than they came in.
        if path.to_string() == text {
            Ok(path)
        } else {
            Err(NotATilePath)
        }
    }
}

fn parse_loosely(text: &str) -> Option<TilePath> {
    // The longest canonical address has seven groups: `tile/entries/` + 6 × `x123/` + `123` + `.p/255`.
    if text.len() > 52 {
        return None;
    }
    let (kind, rest) = text.strip_prefix("tile/")?.split_once('/')?;
    let (index, width) = match rest.split_once(".p/") {
        Some((index, width)) => (
            index,
            width.parse().ok().filter(|width| *width < TILE_WIDTH)?,
        ),
        None => (rest, TILE_WIDTH),
    };
    let index = index.split('/').try_fold(0_u64, |number, group| {
        let digits: u64 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
        number.checked_mul(1000)?.checked_add(digits)
    })?;
    match kind {
        "entries" => TilePath::entries(index, width),
        level => TilePath::hashes(level.parse().ok()?, index, width),
    }
}

/// Where stored hash tiles come from.
pub trait TileSource {
    /// All hashes the tile has so far, 32 bytes each, in order; `None` when there is no such tile.
    fn tile(&self, level: u8, index: u64) -> Option<Vec<u8>>;
}

/// Tiles loaded beforehand, by (level, index): what a proof needs is listed by [`super::tree::tiles_for_inclusion`] and its like.
impl TileSource for BTreeMap<(u8, u64), Vec<u8>> {
    fn tile(&self, level: u8, index: u64) -> Option<Vec<u8>> {
        self.get(&(level, index)).cloned()
    }
}

/// Any function (level, index) → bytes.
impl<F: Fn(u8, u64) -> Option<Vec<u8>>> TileSource for F {
    fn tile(&self, level: u8, index: u64) -> Option<Vec<u8>> {
        self(level, index)
    }
}

/// What is wrong with a stored tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TileFault {
    /// There is no such tile.
    Missing {
        /// Tile level.
        level: u8,
        /// Index within the level.
        index: u64,
    },
    /// The tile has another number of hashes than the size of the log demands, or its bytes are not whole hashes.
    Width {
        /// Tile level.
        level: u8,
        /// Index within the level.
        index: u64,
        /// Bytes found.
        bytes: usize,
        /// Hashes demanded.
        wanted: u16,
    },
    /// A hash in the tile is not the one that the leaves lead to.
    Differs {
        /// Tile level.
        level: u8,
        /// Index within the level.
        index: u64,
        /// Place of the first wrong hash within the tile.
        place: u16,
    },
}

impl fmt::Display for TileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { level, index } => write!(f, "tile {level}/{index} is missing"),
            Self::Width {
                level,
                index,
                bytes,
                wanted,
            } => {
                write!(
                    f,
                    "tile {level}/{index} has {bytes} bytes where {wanted} hashes are due"
                )
            }
            Self::Differs {
                level,
                index,
                place,
            } => {
                write!(
                    f,
                    "hash {place} of tile {level}/{index} is not the one the leaves lead to"
                )
            }
        }
    }
}

impl std::error::Error for TileFault {}

/// Reads at least `wanted` hashes of a tile, and cuts off what came later.
pub(super) fn read_tile(
    source: &impl TileSource,
    level: u8,
    index: u64,
    wanted: u16,
) -> Result<Vec<u8>, TileFault> {
    let mut bytes = source
        .tile(level, index)
        .ok_or(TileFault::Missing { level, index })?;
    let length = usize::from(wanted) * Hash::LENGTH;
    if bytes.len() < length
        || bytes.len() % Hash::LENGTH != 0
        || bytes.len() > usize::from(TILE_WIDTH) * Hash::LENGTH
    {
        return Err(TileFault::Width {
            level,
            index,
            bytes: bytes.len(),
            wanted,
        });
    }
    bytes.truncate(length);
    Ok(bytes)
}

/// The hashes in a tile's bytes, whose length is a multiple of 32.
pub(super) fn hashes(bytes: &[u8]) -> Vec<Hash> {
    let (hashes, _) = bytes.as_chunks::<{ Hash::LENGTH }>();
    hashes.iter().copied().map(Hash).collect()
}

/// Tree nodes computed from tiles.
pub(super) struct TileNodes<'a, S>(pub(super) &'a S);

impl<S: TileSource> Nodes for TileNodes<'_, S> {
    type Error = TileFault;

    fn node(&mut self, level: u8, index: u64) -> Result<Hash, TileFault> {
        let place = Place::of(level, index);
        let bytes = read_tile(self.0, place.level, place.index, place.end)?;
        Ok(merkle::root(&hashes(
            &bytes[usize::from(place.start) * Hash::LENGTH..],
        )))
    }
}

/// Which hashes of which tile a tree node is computed from.
pub(super) struct Place {
    pub(super) level: u8,
    pub(super) index: u64,
    /// First hash within the tile.
    pub(super) start: u16,
    /// One past the last hash within the tile.
    pub(super) end: u16,
}

impl Place {
    /// Place of the node over leaves `index·2^level .. (index+1)·2^level`.
    pub(super) fn of(level: u8, index: u64) -> Self {
        let height = level % TILE_HEIGHT;
        let first = index << height;
        let start = (first % u64::from(TILE_WIDTH)) as u16;
        Self {
            level: level / TILE_HEIGHT,
            index: first / u64::from(TILE_WIDTH),
            start,
            end: start + (1 << height),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_those_of_the_specification() {
        let path = |level, index, width| TilePath::hashes(level, index, width).unwrap().to_string();
        assert_eq!(path(0, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(path(0, 273, 112), "tile/0/273.p/112");
        assert_eq!(path(1, 0, 256), "tile/1/000");
        assert_eq!(path(63, 1000, 1), "tile/63/x001/000.p/1");
        assert_eq!(
            TilePath::entries(5, 256).unwrap().to_string(),
            "tile/entries/005"
        );
        assert_eq!(
            TilePath::entries(70_000, 17).unwrap().to_string(),
            "tile/entries/x070/000.p/17"
        );
        assert_eq!(TilePath::hashes(64, 0, 1), None);
        assert_eq!(TilePath::hashes(0, 0, 257), None);
        assert_eq!(TilePath::entries(0, 0), None);
    }

    #[test]
    fn each_tile_has_one_address() {
        for wrong in [
            "",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "/tile/0/000",
            "tile/0/0",
            "tile/0/00",
            "tile/0/0000",
            "tile/00/000",
            "tile/+1/000",
            "tile/-1/000",
            "tile/64/000",
            "tile/256/000",
            "tile/0/x000/000",
            "tile/0/x001",
            "tile/0/001/002",
            "tile/0/001/x002",
            "tile/0/xx01/000",
            "tile/0/+01",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000.p",
            "tile/0/000.p/1/",
            "tile/0/000.p/1.p/1",
            "tile/data/000",
            "tile/Entries/000",
            "tile/0/000 ",
            "tile/0/x01/000",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
            "tile/0/x/000",
            "tile/0/0a0",
            "tile/0//000",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/x999/999",
            "tile/0/١٢٣",
        ] {
            assert_eq!(wrong.parse::<TilePath>(), Err(NotATilePath), "{wrong}");
        }
        let last = TilePath::entries(u64::MAX, 255).unwrap();
        assert_eq!(
            last.to_string(),
            "tile/entries/x018/x446/x744/x073/x709/x551/615.p/255"
        );
        assert_eq!(last.to_string().parse(), Ok(last));
    }

    #[test]
    fn only_what_the_checkpoint_covers_is_within() {
        // The specification's example: 70,000 entries are 273 full level-0 tiles + 112, one full level-1 tile + 17, and 1.
        let within = |path: &str| path.parse::<TilePath>().unwrap().is_within(70_000);
        for covered in [
            "tile/0/272",
            "tile/0/273.p/112",
            "tile/0/273.p/5",
            "tile/1/000",
            "tile/1/001.p/17",
            "tile/2/000.p/1",
            "tile/entries/273.p/112",
        ] {
            assert!(within(covered), "{covered}");
        }
        for beyond in [
            "tile/0/273",
            "tile/0/273.p/113",
            "tile/1/001",
            "tile/1/001.p/18",
            "tile/2/000.p/2",
            "tile/3/000.p/1",
            "tile/63/000.p/1",
            "tile/entries/273",
        ] {
            assert!(!within(beyond), "{beyond}");
        }
        assert!(
            !TilePath::entries(u64::MAX, 256)
                .unwrap()
                .is_within(u64::MAX)
        );
    }

    #[test]
    fn a_narrower_tile_is_a_prefix_of_the_row() {
        let row: Vec<u8> = (0..96).collect();
        assert_eq!(
            TilePath::hashes(0, 0, 2).unwrap().take(&row),
            Some(&row[..64])
        );
        assert_eq!(
            TilePath::hashes(0, 0, 3).unwrap().take(&row),
            Some(&row[..])
        );
        assert_eq!(TilePath::hashes(0, 0, 4).unwrap().take(&row), None);
        assert_eq!(
            TilePath::entries(3, 7).unwrap().first_and_count(),
            Some((768, 7))
        );
    }

    proptest! {
        #[test]
        fn addresses_read_back(level in 0_u8..=63, index in prop_oneof![0_u64..3000, any::<u64>()], width in 1_u16..=256) {
            for path in [TilePath::hashes(level, index, width).unwrap(), TilePath::entries(index, width).unwrap()] {
                prop_assert_eq!(path.to_string().parse(), Ok(path));
            }
            // The other implementation writes the height too, and calls bundles `data`.
            let theirs = tlog_tiles::tile::Tile::new(8, level, index, u32::from(width), false).path();
            prop_assert_eq!(TilePath::hashes(level, index, width).unwrap().to_string(), theirs.replacen("tile/8/", "tile/", 1));
        }

        #[test]
        fn no_text_breaks_the_parser(text in "tile/[0-9x/.pe]{0,40}") {
            if let Ok(path) = text.parse::<TilePath>() {
                prop_assert_eq!(path.to_string(), text);
            }
        }
    }
}

//! The growing log against the whole tree in memory, against another implementation, and against tampering.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::{
    hash::leaf_hash,
    merkle::{Tree, verify_consistency, verify_inclusion},
};
use super::*;

type Tiles = BTreeMap<(u8, u64), Vec<u8>>;

fn leaves(range: std::ops::Range<u64>) -> Vec<Hash> {
    range.map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

fn store(tiles: &mut Tiles, writes: Vec<TileWrite>) {
    for write in writes {
        assert_eq!(write.bytes.len(), usize::from(write.width) * 32);
        tiles.insert((write.level, write.index), write.bytes);
    }
}

fn log(size: u64) -> (TreeState, Tiles) {
    let mut state = TreeState::new();
    let mut tiles = Tiles::new();
    store(&mut tiles, state.append(&leaves(0..size)));
    (state, tiles)
}

#[test]
fn one_by_one_the_root_is_that_of_the_whole_tree() {
    let mut state = TreeState::new();
    let mut tiles = Tiles::new();
    assert_eq!(state.root(), Hash::EMPTY);
    let all = leaves(0..800);
    for size in 1..=800_u64 {
        store(
            &mut tiles,
            state.append(&all[size as usize - 1..size as usize]),
        );
        assert_eq!(state.size(), size);
        if size < 40 || size % 37 == 0 || size % 256 < 2 {
            assert_eq!(state.root(), merkle::root(&all[..size as usize]), "{size}");
            assert_eq!(TreeState::rebuild(size, &tiles).unwrap(), state, "{size}");
            assert_eq!(
                audit(&tiles, all[..size as usize].iter().copied()).unwrap(),
                state
            );
        }
    }
}

#[test]
fn a_log_of_70000_has_the_tiles_of_the_specification() {
    let (state, tiles) = log(70_000);
    let width = |level, index| {
        tiles
            .get(&(level, index))
            .map(|bytes: &Vec<u8>| bytes.len() / 32)
    };
    assert_eq!(tiles.len(), 274 + 2 + 1);
    assert_eq!(tile_count(70_000), 274 + 2 + 1);
    assert_eq!(width(0, 272), Some(256));
    assert_eq!(width(0, 273), Some(112));
    assert_eq!(width(1, 0), Some(256));
    assert_eq!(width(1, 1), Some(17));
    assert_eq!(width(2, 0), Some(1));
    assert_eq!(state.root(), merkle::root(&leaves(0..70_000)));
    // The hash above a full tile is the root of that tile.
    assert_eq!(
        tiles[&(1, 1)][..32],
        merkle::root(&hashes(&tiles[&(0, 256)])).0
    );
    assert_eq!(tiles[&(2, 0)][..], merkle::root(&hashes(&tiles[&(1, 0)])).0);
}

#[test]
fn each_changed_tile_is_reported_once_as_the_other_implementation_lists_them() {
    for (old, new) in [
        (0, 1),
        (0, 256),
        (0, 257),
        (5, 5),
        (5, 6),
        (250, 260),
        (255, 256),
        (256, 257),
        (300, 1000),
        (65_500, 65_600),
    ] {
        let (mut state, _) = log(old);
        let writes = state.append(&leaves(old..new));
        let mut ours: Vec<_> = writes
            .iter()
            .map(|write| (write.level, write.index, u32::from(write.width)))
            .collect();
        let mut theirs: Vec<_> = tlog_tiles::tile::Tile::new_tiles(8, old, new)
            .iter()
            .map(|tile| (tile.level(), tile.level_index(), tile.width()))
            .collect();
        theirs.sort_unstable();
        assert_eq!(ours, theirs, "{old} -> {new}");
        ours.dedup_by_key(|write| (write.0, write.1));
        assert_eq!(ours.len(), theirs.len());
    }
    let (mut state, _) = log(70_000);
    let paths: Vec<_> = state
        .append(&leaves(70_000..70_001))
        .iter()
        .map(|write| write.path().to_string())
        .collect();
    assert_eq!(paths, ["tile/0/273.p/113"]);
}

#[test]
fn a_clone_that_is_dropped_leaves_no_trace() {
    let (state, _) = log(300);
    let mut attempt = state.clone();
    attempt.append(&leaves(1000..1300));
    assert_eq!(state, log(300).0);
    assert_ne!(state, attempt);
}

#[test]
fn the_state_survives_writing_down_and_refuses_what_does_not_fit() {
    for size in [0, 1, 255, 256, 257, 1000, 65_537] {
        let (state, _) = log(size);
        let json = serde_json::to_string(&state).unwrap();
        let mut back: TreeState = serde_json::from_str(&json).unwrap();
        assert_eq!(back, state, "{size}");
        let mut on = state;
        assert_eq!(back.append(&leaves(0..300)), on.append(&leaves(0..300)));
        assert_eq!(back.root(), on.root());
    }
    let json = serde_json::to_string(&log(3).0).unwrap();
    for (from, to) in [
        ("\"size\":3", "\"size\":4"),
        ("\"size\":3", "\"size\":259"),
        ("[\"", "[\"!"),
    ] {
        let wrong = json.replacen(from, to, 1);
        assert_ne!(wrong, json);
        assert!(
            serde_json::from_str::<TreeState>(&wrong).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn proofs_from_tiles_need_exactly_the_tiles_they_list() {
    let (state, tiles) = log(70_000);
    let root = state.root();
    for index in [0, 1, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999] {
        let only: Tiles = tiles_for_inclusion(index, 70_000)
            .into_iter()
            .map(|key| (key, tiles[&key].clone()))
            .collect();
        let path = prove_inclusion(&only, index, 70_000).unwrap();
        verify_inclusion(
            &leaf_hash(&index.to_be_bytes()),
            index,
            70_000,
            &path,
            &root,
        )
        .unwrap();
        assert!(only.len() <= 4, "{index}: {:?}", only.keys());
        for key in only.keys() {
            let mut fewer = only.clone();
            fewer.remove(key);
            assert_eq!(
                prove_inclusion(&fewer, index, 70_000),
                Err(TileFault::Missing {
                    level: key.0,
                    index: key.1
                })
            );
        }
    }
    for old in [0, 1, 256, 300, 65_536, 69_888, 69_999, 70_000] {
        let only: Tiles = tiles_for_consistency(old, 70_000)
            .into_iter()
            .map(|key| (key, tiles[&key].clone()))
            .collect();
        let path = prove_consistency(&only, old, 70_000).unwrap();
        verify_consistency(
            old,
            &TreeState::rebuild(old, &tiles).unwrap().root(),
            70_000,
            &root,
            &path,
        )
        .unwrap();
    }
    let only: Tiles = tiles_for_rebuild(70_000)
        .into_iter()
        .map(|key| (key, tiles[&key].clone()))
        .collect();
    assert_eq!(TreeState::rebuild(70_000, &only).unwrap(), state);
    assert_eq!(only.len(), 3);
    assert!(tiles_for_inclusion(7, 7).is_empty());
    assert!(tiles_for_consistency(8, 7).is_empty());
}

#[test]
fn an_audit_finds_a_flipped_byte_in_any_tile() {
    let all = leaves(0..66_000);
    let (state, tiles) = log(66_000);
    assert_eq!(audit(&tiles, all.iter().copied()).unwrap(), state);
    for (key, byte) in [
        ((0, 0), 0),
        ((0, 20), 8191),
        ((0, 257), 100),
        ((1, 0), 4000),
        ((2, 0), 31),
    ] {
        let mut spoiled = tiles.clone();
        spoiled.get_mut(&key).unwrap()[byte] ^= 0x10;
        let place = (byte / 32) as u16;
        assert_eq!(
            audit(&spoiled, all.iter().copied()),
            Err(TileFault::Differs {
                level: key.0,
                index: key.1,
                place
            })
        );
    }
    let mut missing = tiles.clone();
    missing.remove(&(1, 0));
    assert_eq!(
        audit(&missing, all.iter().copied()),
        Err(TileFault::Missing { level: 1, index: 0 })
    );
    let mut wider = tiles.clone();
    wider.get_mut(&(2, 0)).unwrap().extend([0; 32]);
    assert_eq!(
        audit(&wider, all.iter().copied()),
        Err(TileFault::Width {
            level: 2,
            index: 0,
            bytes: 64,
            wanted: 1
        })
    );
    // A dropped last leaf: the tile holds a hash that no entry stands behind.
    assert!(matches!(
        audit(&tiles, all[..65_999].iter().copied()),
        Err(TileFault::Width {
            level: 0,
            index: 257,
            ..
        })
    ));
}

#[test]
fn unusable_rows_are_named() {
    let (_, tiles) = log(300);
    let fault = |bytes: Vec<u8>| {
        let mut tiles = tiles.clone();
        tiles.insert((0, 1), bytes);
        TreeState::rebuild(300, &tiles).unwrap_err()
    };
    for length in [0, 32, 44 * 32 - 1, 44 * 32 + 1, 257 * 32] {
        assert_eq!(
            fault(vec![0; length]),
            TileFault::Width {
                level: 0,
                index: 1,
                bytes: length,
                wanted: 44
            }
        );
    }
    assert_eq!(
        TreeState::rebuild(600, &tiles),
        Err(TileFault::Missing { level: 0, index: 2 })
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_batches_make_the_same_log(batches in proptest::collection::vec(0_u64..400, 1..8), pick in any::<u64>(), old in any::<u64>()) {
        let mut state = TreeState::new();
        let mut tiles = Tiles::new();
        let mut size = 0;
        for batch in &batches {
            let writes = state.append(&leaves(size..size + batch));
            prop_assert!(writes.is_sorted_by_key(|write| (write.level, write.index)));
            store(&mut tiles, writes);
            size += batch;
        }
        let (whole, whole_tiles) = log(size);
        prop_assert_eq!(&state, &whole);
        prop_assert_eq!(&tiles, &whole_tiles);
        prop_assert_eq!(tile_count(size), tiles.len() as u64);
        let reader = |level, index| tiles.get(&(level, index)).cloned();
        prop_assert_eq!(&TreeState::rebuild(size, &reader).unwrap(), &state);
        // An older state is rebuilt from the wider rows of today.
        let old = old % (size + 1);
        let past = TreeState::rebuild(old, &tiles).unwrap();
        prop_assert_eq!(&past, &log(old).0);

        let tree = Tree::new(leaves(0..size));
        prop_assert_eq!(prove_consistency(&tiles, old, size).unwrap(), tree.consistency(old).unwrap());
        if size > 0 {
            let index = pick % size;
            prop_assert_eq!(prove_inclusion(&tiles, index, size).unwrap(), tree.inclusion(index).unwrap());
        }
    }
}

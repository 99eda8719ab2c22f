//! Attacks on the journal itself: leaves, tiles, chains, checkpoints.

use kernel::PersonId;
use trust::journal::core::hash::Hash;
use trust::journal::core::note::{Checkpoint, LogKey};
use trust::journal::core::tile::TileFault;
use trust::journal::verify::{Finding, Witness, verify_closed};
use uuid::Uuid;

use crate::clinic::{Clinic, finds, is_field, sound};
use crate::store::stores;

#[tokio::test]
async fn a_deleted_pending_leaf_is_found() {
    for store in stores().await {
        if !store.postgres {
            continue;
        }
        let clinic = Clinic::of(store).await;
        let chain = clinic.chain(clinic.anna).await;
        let end = clinic
            .store
            .bytes(&format!(
                "SELECT head AS value FROM journal_chain WHERE chain = {}",
                clinic.id(chain)
            ))
            .await;
        clinic
            .store
            .reseal(clinic.anna, "phone", "+79035556677")
            .await;
        let entry = clinic
            .store
            .uuid("SELECT id AS value FROM journal_entry WHERE number IS NULL")
            .await;
        let link = clinic
            .store
            .number(&format!(
                "SELECT n AS value FROM journal_sub WHERE entry = {}",
                clinic.id(entry)
            ))
            .await;
        sound(&clinic.verify().await);
        clinic
            .sql(&format!(
                "DELETE FROM journal_entry WHERE id = {}",
                clinic.id(entry)
            ))
            .await;
        let report = clinic.verify().await;
        finds(&report, "the entry that waits", |finding| {
            *finding == Finding::PendingAstray { entry }
        });
        let without = Finding::LinkWithoutEntry {
            chain,
            n: link,
            entry,
        };
        finds(&report, "its sub-entry", |finding| *finding == without);
        // Numbering passes over it, and it is still missed.
        clinic.store.trust.sign_checkpoint().await.unwrap();
        finds(
            &clinic.verify().await,
            "its sub-entry after numbering",
            |finding| *finding == without,
        );
        // The same with its sub-entry, and the chain rewound: the row it wrote is of a version nobody told of.
        clinic
            .sql(&format!(
                "DELETE FROM journal_sub WHERE entry = {}",
                clinic.id(entry)
            ))
            .await;
        clinic
            .sql(&format!(
                "UPDATE journal_chain SET n = n - 1, head = {} WHERE chain = {}",
                clinic.store.blob(&end),
                clinic.id(chain)
            ))
            .await;
        finds(
            &clinic.verify().await,
            "the version it wrote",
            |finding| matches!(finding, Finding::FieldRewound { at, told: 2, found: 3 } if is_field(at, clinic.anna, "phone")),
        );
    }
}

/// Cuts the newest leaf off with everything that names it in the journal: entry, links, heads, tile, size.
async fn cut_off_newest(clinic: &Clinic, person: PersonId) {
    let (store, chain) = (&clinic.store, clinic.id(clinic.chain(person).await));
    let size = store.number("SELECT size AS value FROM journal_tree").await;
    assert!(size <= 256, "one tile");
    let entry = store
        .uuid(&format!(
            "SELECT id AS value FROM journal_entry WHERE number = {}",
            size - 1
        ))
        .await;
    let before = store
        .bytes(&format!(
            "SELECT substr(e.subtree, s.position * 32 + 1, 32) AS value FROM journal_sub s JOIN journal_entry e \
             ON e.id = s.entry WHERE s.chain = {chain} AND s.entry <> {} ORDER BY s.n DESC LIMIT 1",
            store.id(entry)
        ))
        .await;
    let mut tile = store
        .bytes("SELECT hashes AS value FROM journal_tile WHERE level = 0 AND number = 0")
        .await;
    tile.truncate(tile.len() - 32);
    store
        .sql(&format!(
            "DELETE FROM journal_sub WHERE entry = {}",
            store.id(entry)
        ))
        .await;
    store
        .sql(&format!(
            "DELETE FROM journal_entry WHERE id = {}",
            store.id(entry)
        ))
        .await;
    store
        .sql(&format!(
            "UPDATE journal_chain SET n = n - 1, head = {} WHERE chain = {chain}",
            store.blob(&before)
        ))
        .await;
    store
        .sql(&format!(
            "UPDATE journal_tile SET hashes = {} WHERE level = 0 AND number = 0",
            store.blob(&tile)
        ))
        .await;
    store.sql("UPDATE journal_tree SET size = size - 1").await;
}

#[tokio::test]
async fn a_newest_leaf_cut_off_is_found() {
    for store in stores().await {
        if store.postgres {
            continue;
        }
        let clinic = Clinic::of(store).await;
        clinic
            .store
            .reseal(clinic.anna, "phone", "+79035556677")
            .await;
        cut_off_newest(&clinic, clinic.anna).await;
        let report = clinic.verify().await;
        finds(
            &report,
            "the version it wrote",
            |finding| matches!(finding, Finding::FieldRewound { at, told: 2, found: 3 } if is_field(at, clinic.anna, "phone")),
        );
        finds(
            &report,
            "a shorter tree than the process holds",
            |finding| {
                matches!(
                    finding,
                    Finding::Shorter {
                        witness: Witness::Held,
                        ..
                    }
                )
            },
        );
        let closed = verify_closed(clinic.store.database(), clinic.store.keys())
            .await
            .unwrap();
        finds(&closed, "the version it wrote", |finding| {
            matches!(finding, Finding::FieldRewound { .. })
        });
        assert_eq!(closed.findings.len(), 1, "{:?}", closed.findings);
    }
}

#[tokio::test]
async fn a_leaf_whose_act_wrote_rows_is_missed_by_them() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let nina = clinic.store.employee("nina", "registrar").await;
        let act = clinic
            .store
            .uuid(&format!(
                "SELECT act AS value FROM staff WHERE id = {}",
                clinic.id(nina.0)
            ))
            .await;
        clinic
            .sql(&format!(
                "DELETE FROM journal_entry WHERE id = {}",
                clinic.id(act)
            ))
            .await;
        clinic
            .sql(&format!(
                "DELETE FROM journal_pending WHERE entry = {}",
                clinic.id(act)
            ))
            .await;
        let report = clinic.verify().await;
        let missing = Finding::ActMissing {
            table: "staff".into(),
            act,
        };
        finds(&report, "the act of the row", |finding| *finding == missing);
        finds(&report, "the employee", |finding| {
            *finding
                == Finding::StaffByHand {
                    staff: nina.0.uuid(),
                }
        });
        if !clinic.store.postgres {
            finds(
                &report,
                "the number",
                |finding| matches!(finding, Finding::EntriesMissing { from, to } if to - from == 1),
            );
        }
    }
}

#[tokio::test]
async fn a_signed_end_cut_off_is_found() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let size = clinic
            .store
            .number("SELECT size AS value FROM journal_tree")
            .await;
        let last = clinic
            .store
            .uuid(&format!(
                "SELECT id AS value FROM journal_entry WHERE number = {}",
                size - 1
            ))
            .await;
        let mut tile = clinic
            .store
            .bytes("SELECT hashes AS value FROM journal_tile WHERE level = 0 AND number = 0")
            .await;
        tile.truncate(tile.len() - 32);
        // The newest entry is a map of chains, about nobody: nothing but the signature misses it.
        clinic
            .sql(&format!(
                "DELETE FROM journal_entry WHERE id = {}",
                clinic.id(last)
            ))
            .await;
        clinic
            .sql(&format!(
                "UPDATE journal_tile SET hashes = {} WHERE level = 0",
                clinic.store.blob(&tile)
            ))
            .await;
        clinic.sql("UPDATE journal_tree SET size = size - 1").await;
        clinic
            .sql(&format!(
                "DELETE FROM journal_checkpoint WHERE size = {size}"
            ))
            .await;
        let (size, there) = (size.cast_unsigned(), size.cast_unsigned() - 1);
        let shorter = Finding::Shorter {
            size,
            there,
            witness: Witness::Remembered,
        };
        finds(&clinic.verify().await, "the end", |finding| {
            *finding == shorter
        });
        let closed = verify_closed(clinic.store.database(), clinic.store.keys())
            .await
            .unwrap();
        assert_eq!(closed.findings, [shorter]);
        assert!(
            clinic.store.reopen().await.is_err(),
            "a house that was rewound does not open"
        );
    }
}

#[tokio::test]
async fn a_renumbered_chain_is_found() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let chain = clinic.chain(clinic.anna).await;
        let of = format!("chain = {}", clinic.id(chain));
        // One up, from the last: no two rows meet.
        clinic
            .sql(&format!("UPDATE journal_sub SET n = -n WHERE {of}"))
            .await;
        clinic
            .sql(&format!("UPDATE journal_sub SET n = 1 - n WHERE {of}"))
            .await;
        finds(&clinic.verify().await, "the gap", |finding| {
            *finding
                == Finding::ChainGap {
                    chain,
                    due: 1,
                    found: 2,
                }
        });
        // Two links exchanged: no gap, and neither says its number.
        clinic
            .sql(&format!("UPDATE journal_sub SET n = n - 1001 WHERE {of}"))
            .await;
        clinic
            .sql(&format!(
                "UPDATE journal_sub SET n = n + 1000 WHERE {of} AND n < 1"
            ))
            .await;
        clinic
            .sql(&format!(
                "UPDATE journal_sub SET n = 0 WHERE {of} AND n = 1"
            ))
            .await;
        clinic
            .sql(&format!(
                "UPDATE journal_sub SET n = 1 WHERE {of} AND n = 2"
            ))
            .await;
        clinic
            .sql(&format!(
                "UPDATE journal_sub SET n = 2 WHERE {of} AND n = 0"
            ))
            .await;
        let report = clinic.verify().await;
        finds(
            &report,
            "the exchange",
            |finding| matches!(finding, Finding::LinkBroken { chain: c, n: 1, .. } if *c == chain),
        );
        finds(&report, "the map", |finding| {
            matches!(finding, Finding::MapDiffers { .. })
        });
    }
}

#[tokio::test]
async fn a_flipped_byte_in_a_tile_is_found() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let mut tile = clinic
            .store
            .bytes("SELECT hashes AS value FROM journal_tile WHERE level = 0 AND number = 0")
            .await;
        tile[5 * 32 + 7] ^= 1;
        clinic
            .sql(&format!(
                "UPDATE journal_tile SET hashes = {} WHERE level = 0",
                clinic.store.blob(&tile)
            ))
            .await;
        let differs = Finding::Tile(TileFault::Differs {
            level: 0,
            index: 0,
            place: 5,
        });
        assert_eq!(clinic.verify().await.findings, [differs]);
        clinic.sql("DELETE FROM journal_tile").await;
        clinic.sql("INSERT INTO journal_tile (level, number, hashes) SELECT 1, 3, subtree FROM journal_entry WHERE number = 0").await;
        let closed = verify_closed(clinic.store.database(), clinic.store.keys())
            .await
            .unwrap();
        let missing = Finding::Tile(TileFault::Missing { level: 0, index: 0 });
        assert_eq!(
            closed.findings,
            [
                missing,
                Finding::TileOutside {
                    level: 1,
                    number: 3
                }
            ]
        );
    }
}

#[tokio::test]
async fn a_changed_leaf_is_found() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let leaf = clinic
            .store
            .bytes("SELECT leaf AS value FROM journal_entry WHERE number = 3")
            .await;
        let text = String::from_utf8(leaf).unwrap();
        // Still an entry in its one byte form, of another second.
        let at = text.find("\"at\":\"").unwrap() + 6 + "2026-02-03T04:05:0".len();
        let mut other = text.clone().into_bytes();
        other[at] = if other[at] == b'1' { b'2' } else { b'1' };
        clinic
            .sql(&format!(
                "UPDATE journal_entry SET leaf = {} WHERE number = 3",
                clinic.store.blob(&other)
            ))
            .await;
        let entry = clinic
            .store
            .uuid("SELECT id AS value FROM journal_entry WHERE number = 3")
            .await;
        let report = clinic.verify().await;
        finds(&report, "the column", |finding| {
            *finding
                == Finding::ColumnDiffers {
                    entry,
                    column: "at",
                }
        });
        let differs = Finding::Tile(TileFault::Differs {
            level: 0,
            index: 0,
            place: 3,
        });
        finds(&report, "the tile", |finding| *finding == differs);
        finds(&report, "the signed root", |finding| {
            matches!(
                finding,
                Finding::RootDiffers {
                    witness: Witness::Checkpoint,
                    ..
                }
            )
        });
        // No entry at all.
        other[0] = b'[';
        clinic
            .sql(&format!(
                "UPDATE journal_entry SET leaf = {} WHERE number = 3",
                clinic.store.blob(&other)
            ))
            .await;
        finds(
            &clinic.verify().await,
            "the leaf",
            |finding| matches!(finding, Finding::LeafUnreadable { entry: e, .. } if *e == entry),
        );
    }
}

#[tokio::test]
async fn a_deleted_sub_entry_is_found() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let chain = clinic.chain(clinic.anna).await;
        let of = format!("chain = {}", clinic.id(chain));
        let links = clinic
            .store
            .number(&format!("SELECT n AS value FROM journal_chain WHERE {of}"))
            .await;
        assert_eq!(links, 3);
        // The last one, with the chain's end rewound to the one before: the map knows better, and so does the row it wrote.
        let before = clinic
            .store
            .bytes(&format!(
                "SELECT substr(e.subtree, s.position * 32 + 1, 32) AS value FROM journal_sub s JOIN journal_entry e \
                 ON e.id = s.entry WHERE s.{of} AND s.n = 2"
            ))
            .await;
        clinic
            .sql(&format!("DELETE FROM journal_sub WHERE {of} AND n = 3"))
            .await;
        let report = clinic.verify().await;
        finds(&report, "the end", |finding| {
            *finding
                == Finding::HeadDiffers {
                    chain,
                    links: 2,
                    stated: 3,
                }
        });
        clinic
            .sql(&format!(
                "UPDATE journal_chain SET n = 2, head = {} WHERE {of}",
                clinic.store.blob(&before)
            ))
            .await;
        let report = clinic.verify().await;
        finds(&report, "the map", |finding| {
            matches!(finding, Finding::MapDiffers { .. })
        });
        finds(
            &report,
            "the row",
            |finding| matches!(finding, Finding::FieldRewound { at, .. } if is_field(at, clinic.anna, "given_name")),
        );
        clinic
            .sql(&format!("DELETE FROM journal_sub WHERE {of} AND n = 1"))
            .await;
        finds(&clinic.verify().await, "the gap", |finding| {
            *finding
                == Finding::ChainGap {
                    chain,
                    due: 1,
                    found: 2,
                }
        });
    }
}

#[tokio::test]
async fn a_replaced_checkpoint_is_found() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let last = clinic
            .store
            .number("SELECT max(size) AS value FROM journal_checkpoint")
            .await;
        let first = clinic
            .store
            .number("SELECT min(size) AS value FROM journal_checkpoint")
            .await;
        // Ours, but of another size.
        clinic
            .sql(&format!(
                "UPDATE journal_checkpoint SET note = (SELECT note FROM journal_checkpoint WHERE size = {first}) WHERE size = {last}"
            ))
            .await;
        let size = Finding::CheckpointSize {
            size: last,
            noted: first.cast_unsigned(),
        };
        assert_eq!(clinic.verify().await.findings, [size]);
        // Another's, of another root.
        let key = LogKey::from_seed("clinic.example/journal", &[7; 32]).unwrap();
        let root = Hash([1; 32]);
        let note = Checkpoint::new("clinic.example/journal", last.cast_unsigned(), root)
            .sign(&key)
            .unwrap();
        clinic
            .sql(&format!(
                "UPDATE journal_checkpoint SET note = '{note}' WHERE size = {last}"
            ))
            .await;
        finds(
            &clinic.verify().await,
            "the signature",
            |finding| matches!(finding, Finding::CheckpointFalse { size, .. } if *size == last),
        );
    }
}

#[tokio::test]
async fn an_entry_put_in_before_it_is_numbered_is_found() {
    for store in stores().await {
        if !store.postgres {
            continue;
        }
        let clinic = Clinic::of(store).await;
        // A copy of a real entry about nobody, under an id of its own, waits like any other and is numbered and signed.
        let leaf = clinic
            .store
            .bytes("SELECT leaf AS value FROM journal_entry WHERE kind = 'session.began' ORDER BY number LIMIT 1")
            .await;
        let old = clinic
            .store
            .uuid("SELECT id AS value FROM journal_entry WHERE kind = 'session.began' ORDER BY number LIMIT 1")
            .await;
        let entry = Uuid::from_u128(7);
        let forged = String::from_utf8(leaf)
            .unwrap()
            .replace(&old.to_string(), &entry.to_string());
        clinic
            .sql(&format!(
                "INSERT INTO journal_entry (id, number, kind, at, leaf, subtree) \
                 SELECT {}, NULL, kind, at, {}, subtree FROM journal_entry WHERE id = {}",
                clinic.id(entry),
                clinic.store.blob(forged.as_bytes()),
                clinic.id(old)
            ))
            .await;
        clinic
            .sql(&format!(
                "INSERT INTO journal_pending (entry) VALUES ({})",
                clinic.id(entry)
            ))
            .await;
        let by_hand = [Finding::EntryByHand { entry }];
        assert_eq!(clinic.verify().await.findings, by_hand);
        clinic.store.trust.sign_checkpoint().await.unwrap();
        assert_eq!(clinic.verify().await.findings, by_hand);
    }
}

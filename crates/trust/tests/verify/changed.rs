//! What stands in the journal is changed in place, taken out of its middle, or put in: each is found by its own name.

use trust::journal::core::hash::Hash;
use trust::journal::core::note::{Checkpoint, LogKey};
use trust::journal::core::tile::TileFault;
use trust::journal::verify::{Finding, Witness, verify_closed};
use uuid::Uuid;

use crate::clinic::{Clinic, finds, is_field};
use crate::store::stores;

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

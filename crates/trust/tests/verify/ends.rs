//! Ends are cut off and chains renumbered: what should follow is missed.

use kernel::PersonId;
use trust::journal::verify::{Finding, Witness, verify_closed};

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

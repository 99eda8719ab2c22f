//! What no receipt may be: changed, another clinic's, made of texts that were changed, or no receipt at all.

use journeys::{Store, TestClinic, on_both};
use serde_json::{Value, json};

use super::{AT, asked_for, booked_for_oneself, key, listed, receipts, verified, written};

on_both!(
    a_changed_receipt_is_refused_by_name,
    |clinic: TestClinic| async move {
        let receipt = receipts(&clinic, &booked_for_oneself(&clinic, AT).await)
            .await
            .remove(1);
        let key = key(&clinic).await;
        let record = "/dpv:hasRecordOfActivity";
        let salt = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        for (pointer, value, words) in [
            (
                format!("{record}/medok:state"),
                json!("refused"),
                "the state of the consent",
            ),
            (
                format!("{record}/dct:created"),
                json!("2026-11-23T06:00:01.000000Z"),
                "the time of the decision",
            ),
            (
                format!("{record}/dpv:hasNotice/medok:text"),
                json!("Другое"),
                "the document's text",
            ),
            (
                format!("{record}/dpv:hasNotice/dct:hasVersion"),
                json!(9),
                "the version of the document",
            ),
            (
                format!("{record}/dpv:hasNotice/dct:title"),
                json!("Другое"),
                "the document says otherwise",
            ),
            (
                format!("{record}/dpv:hasNotice/medok:sentence"),
                json!("Другое"),
                "the sentence beside the box",
            ),
            (
                format!("{record}/dpv:hasProcess/dpv:hasPurpose/1/dct:identifier"),
                json!("offers"),
                "the purposes",
            ),
            (
                format!("{record}/dpv:hasDataController/dpv:hasName"),
                json!("Другая"),
                "the operator's record",
            ),
            (
                format!("{record}/dpv:hasConsentStatus/0/@type"),
                json!("dpv:ConsentRefused"),
                "the decision",
            ),
            (
                "/journal/entries/0/sub/salt".into(),
                json!(salt),
                "the sub-entry is not in its entry",
            ),
            (
                "/journal/entries/0/sub/position".into(),
                json!(9),
                "the sub-entry is not in its entry",
            ),
            (
                "/journal/entries/0/index".into(),
                json!(0),
                "the entry is not in the log",
            ),
            (
                "/journal/prev".into(),
                json!(salt),
                "chain, n, prev or head",
            ),
            ("/journal/n".into(), json!(2), "chain, n, prev or head"),
        ] {
            let mut changed: Value = serde_json::from_str(&receipt).expect("JSON");
            let place = changed
                .pointer_mut(&pointer)
                .unwrap_or_else(|| panic!("no {pointer}"));
            if *place == value {
                continue;
            }
            *place = value;
            let file = written(&clinic, "changed.json", changed.to_string());
            let Some((sound, said)) = verified(&[&file], &["--key", key.trim()], None) else {
                return;
            };
            assert!(!sound && said.contains(words), "{pointer}: {said}");
            assert!(said.contains("THE RECEIPT IS NOT SOUND"), "{said}");
        }
    }
);

on_both!(
    another_clinics_key_does_not_vouch,
    |clinic: TestClinic| async move {
        let receipt = receipts(&clinic, &booked_for_oneself(&clinic, AT).await)
            .await
            .remove(1);
        let other = TestClinic::open(Store::Sqlite)
            .await
            .expect("a second clinic");
        let file = written(&clinic, "receipt.json", receipt);
        let foreign = key(&other).await;
        let Some((sound, words)) = verified(&[&file], &["--key", foreign.trim()], None) else {
            return;
        };
        assert!(!sound && words.contains("names another key"), "{words}");
        let (sound, words) = verified(&[&file], &[], Some(&other.keys())).expect("built");
        assert!(!sound && words.contains("names another key"), "{words}");
        let (sound, words) = verified(&[&file], &["--key", "no key"], None).expect("built");
        assert!(!sound && words.contains("/journal/key"), "{words}");
    }
);

on_both!(
    what_stood_beside_a_box_is_neither_changed_nor_lost_unseen,
    |clinic: TestClinic| async move {
        use trust::journal::verify::Finding;
        let token = booked_for_oneself(&clinic, AT).await;
        let receipt = receipts(&clinic, &token).await.remove(1);
        let json: Value = serde_json::from_str(&receipt).expect("JSON");
        let terms = json["journal"]["terms"].as_str().expect("a text");
        let sha256 = trust::consent::Terms::hash(terms);
        let consent = listed(&clinic, &token).await.remove(1);
        let change = "UPDATE consent_terms SET body = replace(body, 'Даю', 'Не даю')";
        let kept = clinic.count("consent_terms").await;
        for (sql, finding) in [
            (
                change,
                Finding::TermsDiffer {
                    sha256: sha256.clone(),
                },
            ),
            (
                "DELETE FROM consent_terms",
                Finding::TermsMissing {
                    sha256: sha256.clone(),
                },
            ),
        ] {
            assert!(clinic.sql(sql).await > 0, "{sql}");
            let report = clinic.trust.verify().await.expect("a report");
            assert!(
                report.findings.contains(&finding),
                "{sql}: {:?}",
                report.findings
            );
            let answer = asked_for(&clinic, &token, &consent).await;
            assert_eq!(answer.code(), 500, "no receipt of another text: {sql}");
        }
        // The clinic's files have them still.
        let put_back = clinic.trust.keep_terms(&clinic.site.texts).await;
        assert_eq!(i64::try_from(put_back.expect("kept")).expect("few"), kept);
        assert!(clinic.trust.verify().await.expect("a report").sound());
        let answer = asked_for(&clinic, &token, &consent).await;
        assert_eq!(answer.code(), 200, "{}", answer.text());
    }
);

#[test]
fn hostile_files_end_the_command_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, bytes: &[u8]| {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).expect("a file");
        file
    };
    let huge = file("huge.json", &vec![b'['; 9 * 1024 * 1024]);
    let deep = file("deep.json", "[".repeat(200_000).as_bytes());
    for (file, words) in [
        (file("empty.json", b""), "not the JSON of a receipt"),
        (
            file("text.json", "Согласен".as_bytes()),
            "not the JSON of a receipt",
        ),
        (file("latin.json", b"{\"a\":\"\xe9\"}"), "not UTF-8"),
        (file("list.json", b"[1,2]"), "not an object"),
        (file("types.json", b"{\"journal\":[true]}"), "not a proof"),
        (
            file("number.json", b"{\"journal\":1e999}"),
            "not the JSON of a receipt",
        ),
        (
            file("long.json", b"{\"journal\":99999999999999999999999}"),
            "not the JSON of a receipt",
        ),
        (deep, "not the JSON of a receipt"),
        (huge, "larger than"),
        (folder.path().to_owned(), "no plain file"),
        (folder.path().join("absent"), "absent"),
    ] {
        let Some((sound, said)) = verified(&[&file], &[], None) else {
            return;
        };
        assert!(!sound && said.contains(words), "{}: {said}", file.display());
        assert!(!said.contains("panicked"), "{said}");
    }
}

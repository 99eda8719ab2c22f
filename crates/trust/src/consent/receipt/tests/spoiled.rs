//! Receipts spoiled in every way: each value, each part, each kind of file, each with words of its own.

use super::*;

#[test]
fn what_the_entries_do_not_say_is_not_derived() {
    let log = given();
    let spoiled = |change: fn(&mut JournalProof)| {
        let mut proof = log.proof(&[0]);
        change(&mut proof);
        log.derived(proof, TEXT)
    };
    type Case = (fn(&mut JournalProof), ReceiptFailure);
    let cases: [Case; 9] = [
        (|p| p.record = row_id(77), ReceiptFailure::NoConsent),
        (|p| p.record = row_id(2), ReceiptFailure::NoConsent),
        (|p| p.n += 1, ReceiptFailure::Link),
        (|p| p.prev = Hash([1; 32]), ReceiptFailure::Link),
        (|p| p.head = Hash([1; 32]), ReceiptFailure::Link),
        (|p| p.chain = ChainId([8; 16]), ReceiptFailure::Link),
        (|p| p.terms = None, ReceiptFailure::Terms),
        (|p| p.terms = Some("{}".into()), ReceiptFailure::Terms),
        (|p| p.origin = "other/log".into(), ReceiptFailure::Origin),
    ];
    for (at, (change, failure)) in cases.into_iter().enumerate() {
        assert_eq!(spoiled(change), Err(failure), "{at}");
    }
    assert_eq!(
        log.derived(log.proof(&[0]), "other"),
        Err(ReceiptFailure::Text)
    );
    let mut twice = log.proof(&[0]);
    twice.entries.push(twice.entries[0].clone());
    assert_eq!(log.derived(twice, TEXT), Err(ReceiptFailure::Order));
}

/// Changes one value of a receipt's file, by pointer.
fn changed(receipt: &Receipt, pointer: &str, value: Json) -> Vec<u8> {
    let mut json: Json = serde_json::from_str(&receipt.to_json()).unwrap();
    let place = json
        .pointer_mut(pointer)
        .unwrap_or_else(|| panic!("no {pointer}"));
    assert_ne!(*place, value, "{pointer}");
    *place = value;
    json.to_string().into_bytes()
}

#[test]
fn every_single_value_of_the_file_is_held() {
    let log = given();
    let receipt = log.receipt(&[0]).unwrap();
    let json: Json = serde_json::from_str(&receipt.to_json()).unwrap();
    let mut pending = vec![(String::new(), &json)];
    let (mut leaves, trusted) = (0, log.trusted());
    while let Some((place, value)) = pending.pop() {
        let other = match value {
            Json::Object(fields) => {
                for (key, inner) in fields {
                    let key = key.replace('~', "~0").replace('/', "~1");
                    pending.push((format!("{place}/{key}"), inner));
                }
                continue;
            }
            Json::Array(items) => {
                for (at, inner) in items.iter().enumerate() {
                    pending.push((format!("{place}/{at}"), inner));
                }
                continue;
            }
            Json::String(text) => json!(format!("{text}x")),
            Json::Number(number) => json!(number.as_i64().unwrap() + 1),
            Json::Bool(value) => json!(!value),
            Json::Null => json!("x"),
        };
        leaves += 1;
        let failed = check(&changed(&receipt, &place, other), &trusted);
        assert!(failed.is_err(), "{place} is not held");
    }
    assert!(leaves > 100, "{leaves}");
    // Nor can anything be added or left out.
    let mut more = json.clone();
    more["dpv:hasRecordOfActivity"]["x\u{7}/y"] = json!(1);
    let failure = check(more.to_string().as_bytes(), &trusted).unwrap_err();
    assert!(matches!(failure, ReceiptFailure::Differs { .. }));
    assert!(!failure.to_string().contains('\u{7}'), "{failure}");
    for key in json.as_object().unwrap().keys() {
        let mut less = json.clone();
        less.as_object_mut().unwrap().remove(key);
        assert!(
            check(less.to_string().as_bytes(), &trusted).is_err(),
            "{key}"
        );
    }
}

#[test]
fn each_kind_of_tampering_has_its_own_words() {
    let log = given();
    let receipt = log.receipt(&[0]).unwrap();
    let record = "/dpv:hasRecordOfActivity";
    let mut said = BTreeSet::new();
    for (pointer, value, words) in [
        (
            format!("{record}/medok:state"),
            json!("refused"),
            "the state of the consent",
        ),
        (
            format!("{record}/dct:created"),
            json!("2026-02-03T04:05:08.000000Z"),
            "the time",
        ),
        (
            format!("{record}/dpv:hasConsentStatus/0/@type"),
            json!("dpv:ConsentRefused"),
            "the decision",
        ),
        (
            format!("{record}/dpv:hasNotice/medok:text"),
            json!("Другое"),
            "document's text",
        ),
        (
            format!("{record}/dpv:hasNotice/medok:sentence"),
            json!("Другое"),
            "the sentence",
        ),
        (
            format!("{record}/dpv:hasNotice/dct:hasVersion"),
            json!(3),
            "the version",
        ),
        (
            format!("{record}/dpv:hasProcess/dpv:hasPurpose/0/dct:identifier"),
            json!("offers"),
            "the purposes",
        ),
        (
            format!("{record}/dpv:hasDataController/medok:inn"),
            json!("1"),
            "operator",
        ),
        (
            format!("{record}/dpv:hasDataSubject/@id"),
            json!("urn:medok:chain:00"),
            "whose data",
        ),
        ("/journal/terms".into(), json!("{}"), "beside the box"),
        ("/journal/n".into(), json!(2), "chain"),
        (
            "/journal/origin".into(),
            json!("other/log"),
            "the log named",
        ),
        (
            "/journal/entries/0/sub/content".into(),
            json!("{}"),
            "sub-entry is malformed",
        ),
        (
            "/journal/entries/0/sub/salt".into(),
            json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            "not in its entry",
        ),
        (
            "/journal/entries/0/index".into(),
            json!(0),
            "not in the log",
        ),
        ("/journal/entries".into(), json!([]), "no entry"),
        ("/journal/checkpoint".into(), json!("x"), "checkpoint"),
        ("/journal/key".into(), json!("x"), "the key in the receipt"),
        ("/journal/v".into(), json!(2), "not a proof"),
    ] {
        let failure = check(&changed(&receipt, &pointer, value), &log.trusted()).unwrap_err();
        let told = failure.to_string();
        assert!(told.contains(words), "{pointer}: {told}");
        assert!(said.insert(told), "{pointer}: the same words twice");
    }
}

#[test]
fn another_clinics_receipt_is_not_believed_by_this_ones_key() {
    let (ours, mut theirs) = (given(), Log::new(9));
    theirs.record(1, decision("consent.given", 1));
    let receipt = theirs.receipt(&[0]).unwrap().to_json();
    assert_eq!(
        check(receipt.as_bytes(), &ours.trusted()).unwrap_err(),
        ReceiptFailure::ForeignKey
    );
    // Nor with our key written into it.
    let forged = receipt.replace(
        &theirs.key.verifier().to_string(),
        &ours.key.verifier().to_string(),
    );
    assert_eq!(
        check(forged.as_bytes(), &ours.trusted()).unwrap_err(),
        ReceiptFailure::Checkpoint(NoteError::UnknownSigner)
    );
}

#[test]
fn an_entry_of_another_log_is_not_taken() {
    let (ours, mut theirs) = (given(), Log::new(9));
    theirs.record(0, vec![]);
    theirs.record(1, decision("consent.refused", 1));
    theirs.record(2, vec![]);
    let mut proof = ours.proof(&[0]);
    proof.entries = theirs.proof(&[0]).entries;
    let mut json: Json = serde_json::from_str(&ours.receipt(&[0]).unwrap().to_json()).unwrap();
    json["journal"] = serde_json::to_value(&proof).unwrap();
    let failure = check(json.to_string().as_bytes(), &ours.trusted()).unwrap_err();
    assert!(
        matches!(
            failure,
            ReceiptFailure::Entry {
                place: 1,
                failure: EntryFailure::NotInLog(_)
            }
        ),
        "{failure:?}"
    );
}

#[test]
fn hostile_files_are_refused_without_harm() {
    let deep = "[".repeat(100_000);
    let within = format!("{{\"journal\":{deep}");
    for (bytes, words) in [
        (&b""[..], "not the JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "not an object"),
        (b"5", "not an object"),
        (b"{}", "no part `journal`"),
        (b"{\"journal\":5}", "not a proof"),
        (b"{\"journal\":{\"v\":1}}", "not a proof"),
        (b"{\"a\":1e400}", "not the JSON"),
        (b"{\"a\":0.5}", "not the JSON"),
        (b"{\"a\":123456789012345678901234567890}", "not the JSON"),
        (b"{\"a\":1,\"a\":1}", "not the JSON"),
        (deep.as_bytes(), "not the JSON"),
        (within.as_bytes(), "not the JSON"),
        (b"{\"journal\":\"\\ud800\"}", "not the JSON"),
    ] {
        let failure = check(bytes, &Trusted::Nobody).unwrap_err().to_string();
        assert!(failure.contains(words), "{failure}");
    }
    let huge = vec![b' '; MAX_BYTES + 1];
    assert_eq!(
        check(&huge, &Trusted::Nobody).unwrap_err(),
        ReceiptFailure::TooLong
    );
    // A proof with far too many entries is not even looked at.
    let log = given();
    let mut json: Json = serde_json::from_str(&log.receipt(&[0]).unwrap().to_json()).unwrap();
    let one = json["journal"]["entries"][0].clone();
    json["journal"]["entries"] = Json::Array(vec![one; 1000]);
    let failure = check(json.to_string().as_bytes(), &log.trusted()).unwrap_err();
    assert_eq!(
        failure,
        ReceiptFailure::NotAReceipt("it has too many entries")
    );
}

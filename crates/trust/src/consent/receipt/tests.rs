//! A small journal is written as the house writes it; receipts are made of it and checked.

mod spoiled;

use std::collections::{BTreeMap, BTreeSet};

use rand::{SeedableRng as _, rngs::StdRng};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::*;
use crate::consent::declaration::{Declaration, ForWhom, Language, Operator, Whitelist, bundled};
use crate::journal::core::chain::{Head, Salt, extend};
use crate::journal::core::entry::{Entry, Kind, Timestamp};
use crate::journal::core::hash::leaf_hash;
use crate::journal::core::json::{Object, object};
use crate::journal::core::note::{LogKey, NoteError};
use crate::journal::core::proof::{EntryFailure, SubEvidence};
use crate::journal::core::subtree::Subtree;
use crate::journal::core::tree::{TreeState, prove_inclusion};

const ORIGIN: &str = "medok.example/journal";
const TEXT: &str = "# Согласие\n\nЯ даю согласие.\n";
const PURPOSES: [&str; 3] = ["services", "identification", "contact"];

/// One person's entries in a log.
struct Log {
    key: LogKey,
    random: StdRng,
    tree: TreeState,
    tiles: BTreeMap<(u8, u64), Vec<u8>>,
    head: Head,
    parts: Vec<(u64, String, SubEvidence)>,
}

fn chain() -> ChainId {
    ChainId([7; 16])
}

fn row_id(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n)
}

fn terms() -> (String, String) {
    let whitelist = Whitelist::parse(bundled::WHITELIST).unwrap();
    let operator = Operator::parse(bundled::DEMO_OPERATOR).unwrap();
    let booking = Declaration::parse(bundled::BOOKING, &whitelist).unwrap();
    let consent = booking.consents_for(ForWhom::Myself)[1];
    let text = Terms::of(
        &operator,
        &booking,
        consent,
        ForWhom::Myself,
        Language::Russian,
    )
    .encode();
    (Terms::hash(&text), text)
}

fn at(second: i64) -> i64 {
    1_770_091_506_000_000 + second * 1_000_000
}

/// A note of a consent's row, as `Act::give_consents` writes it.
fn note(what: &str, n: u128, purpose: &str, second: i64, withdraws: Option<Uuid>) -> Json {
    json!({
        "what": what, "of": row_id(n), "table": "consent",
        "row": {
            "given_by": row_id(900), "document": "booking-self", "version": 2, "language": "ru",
            "sha256": Terms::hash(TEXT), "purpose": purpose, "given": what == "consent.given", "form": "book",
            "at": at(second), "withdraws": withdraws,
        },
    })
}

/// Three rows of one decision, the first with what was shown.
fn decision(what: &str, second: i64) -> Vec<Json> {
    let mut notes: Vec<Json> = (1..)
        .zip(PURPOSES)
        .map(|(n, purpose)| note(what, n, purpose, second, None))
        .collect();
    notes[0]["shown"] = json!({ "terms": terms().0, "title": "Согласие" });
    notes
}

impl Log {
    fn new(seed: u8) -> Self {
        Self {
            key: LogKey::from_seed(ORIGIN, &[seed; 32]).unwrap(),
            random: StdRng::seed_from_u64(seed.into()),
            tree: TreeState::new(),
            tiles: BTreeMap::new(),
            head: Head::START,
            parts: Vec::new(),
        }
    }

    /// An entry with these notes about the person; an empty list for one about others.
    fn record(&mut self, second: i64, notes: Vec<Json>) {
        let index = self.tree.size();
        let id = Uuid::from_u128(u128::from(index) + 1);
        let salt = Salt::derive(&[0x55; 32], &id);
        let mut real = vec![leaf_hash(b"somebody else")];
        let mut content = None;
        if !notes.is_empty() {
            let details = object(&json!({ "notes": notes })).unwrap();
            let link = extend(&self.head, chain(), id, details, &salt);
            self.head = link.head;
            real.push(link.leaf());
            content = Some(link.content);
        }
        let mark = leaf_hash(id.as_bytes());
        let (subtree, positions) =
            Subtree::shuffle(&real, &mark, &self.key.fillers(), &mut self.random);
        let when = jiff::Timestamp::from_microsecond(at(second)).unwrap();
        let entry = Entry {
            v: FormatVersion,
            id,
            kind: Kind::parse("appointment.booked").unwrap(),
            at: Timestamp::parse(&when.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()).unwrap(),
            actor: Object::from([("is".to_owned(), "visitor".into())]),
            purpose: None,
            case: None,
            categories: BTreeSet::new(),
            root: subtree.root(),
            data: Object::new(),
        };
        let leaf = String::from_utf8(entry.encode().unwrap()).unwrap();
        for write in self.tree.append(&[leaf_hash(leaf.as_bytes())]) {
            self.tiles.insert((write.level, write.index), write.bytes);
        }
        if let Some(content) = content {
            let position = positions[1];
            let sub = SubEvidence {
                position,
                path: subtree.inclusion(position).unwrap(),
                salt,
                content: String::from_utf8(content).unwrap(),
            };
            self.parts.push((index, leaf, sub));
        }
    }

    fn proof(&self, parts: &[usize]) -> JournalProof {
        let size = self.tree.size();
        let checkpoint = Checkpoint::new(ORIGIN, size, self.tree.root());
        let entries: Vec<EntryEvidence> = parts
            .iter()
            .map(|&part| {
                let (index, leaf, sub) = &self.parts[part];
                EntryEvidence {
                    index: *index,
                    leaf: leaf.clone(),
                    path: prove_inclusion(&self.tiles, *index, size).unwrap(),
                    sub: sub.clone(),
                }
            })
            .collect();
        let first = entries[0].verify(&checkpoint).unwrap();
        JournalProof {
            v: FormatVersion,
            record: row_id(1),
            key: self.key.verifier().to_string(),
            origin: ORIGIN.to_owned(),
            checkpoint: checkpoint.sign(&self.key).unwrap(),
            chain: chain(),
            n: first.sub.n,
            prev: first.sub.prev,
            head: first.head.hash,
            terms: Some(terms().1),
            entries,
        }
    }

    fn receipt(&self, parts: &[usize]) -> Result<Receipt, ReceiptFailure> {
        self.derived(self.proof(parts), TEXT)
    }

    fn derived(&self, proof: JournalProof, text: &str) -> Result<Receipt, ReceiptFailure> {
        let checkpoint = Checkpoint::new(ORIGIN, self.tree.size(), self.tree.root());
        let entries: Vec<VerifiedEntry> = proof
            .entries
            .iter()
            .map(|entry| entry.verify(&checkpoint).unwrap())
            .collect();
        Receipt::of(proof, checkpoint, &entries, text.to_owned())
    }

    fn trusted(&self) -> Trusted {
        Trusted::Key(self.key.verifier().clone())
    }
}

/// A log with others' entries, a decision and more entries.
fn given() -> Log {
    let mut log = Log::new(1);
    log.record(0, vec![]);
    log.record(1, decision("consent.given", 1));
    log.record(2, vec![]);
    log
}

#[test]
fn a_receipt_says_what_the_journal_says_and_is_believed() {
    let log = given();
    let receipt = log.receipt(&[0]).unwrap();
    assert_eq!(receipt.state(), State::Given);
    assert_eq!(receipt.decisions.len(), 3);
    assert_eq!(receipt.notice.title.as_deref(), Some("Согласие"));
    let checked = check(receipt.to_json().as_bytes(), &log.trusted()).unwrap();
    assert_eq!(
        (checked.receipt, checked.vouched),
        (receipt.clone(), Vouched::Key)
    );
    let alone = check(receipt.to_json().as_bytes(), &Trusted::Nobody).unwrap();
    assert_eq!(alone.vouched, Vouched::Itself);
    // However the file was saved: other spaces, another order, a byte order mark.
    let compact: Json = serde_json::from_str(&receipt.to_json()).unwrap();
    assert!(check(format!("\u{feff}{compact}").as_bytes(), &log.trusted()).is_ok());
}

#[test]
fn the_form_is_that_of_the_guide() {
    let receipt = given().receipt(&[0]).unwrap();
    let json: Json = serde_json::from_str(&receipt.to_json()).unwrap();
    assert_eq!(json["@type"], "dpv:ConsentReceipt");
    assert_eq!(json["@context"]["dpv"], "https://w3id.org/dpv#");
    let record = &json["dpv:hasRecordOfActivity"];
    assert_eq!(record["@type"], "dpv:ConsentRecord");
    assert_eq!(record["dct:identifier"], row_id(1).to_string());
    assert_eq!(
        record["dpv:hasConsentStatus"][0]["@type"],
        "dpv:ConsentGiven"
    );
    assert_eq!(
        record["dpv:hasDataController"]["medok:ogrn"],
        "1000000000000"
    );
    assert_eq!(record["dpv:hasNotice"]["medok:text"], TEXT);
    let process = &record["dpv:hasProcess"];
    assert_eq!(
        process["dpv:hasPurpose"][0]["@type"],
        "dpv:RequestedServiceProvision"
    );
    assert!(process["dpv:hasPersonalData"].as_array().unwrap().len() > 5);
    assert_eq!(process["dpv:hasLegalBasis"][0]["@type"], "dpv:Consent");
    assert_eq!(
        process["dpv:hasStorageCondition"].as_array().unwrap().len(),
        4
    );
    // Every prefix that is used stands in the context, and no foreign context is named.
    let prefixes = json["@context"].as_object().unwrap();
    let mut pending = vec![record];
    while let Some(value) = pending.pop() {
        match value {
            Json::Object(fields) => {
                for (key, inner) in fields {
                    let prefix = key.split(':').next().unwrap();
                    assert!(
                        key.starts_with('@') || prefixes.contains_key(prefix),
                        "{key}"
                    );
                    if key == "@type" {
                        let kinds = inner
                            .as_array()
                            .cloned()
                            .unwrap_or_else(|| vec![inner.clone()]);
                        for kind in kinds {
                            let kind = kind.as_str().unwrap().to_owned();
                            assert!(
                                prefixes.contains_key(kind.split(':').next().unwrap()),
                                "{kind}"
                            );
                        }
                    }
                    pending.push(inner);
                }
            }
            Json::Array(items) => pending.extend(items),
            _ => {}
        }
    }
}

#[test]
fn a_refusal_and_a_withdrawal_are_told_as_such() {
    let mut refused = Log::new(2);
    refused.record(1, decision("consent.refused", 1));
    let receipt = refused.receipt(&[0]).unwrap();
    assert_eq!(receipt.state(), State::Refused);
    assert!(check(receipt.to_json().as_bytes(), &refused.trusted()).is_ok());

    let mut log = given();
    let withdrawal = note("consent.withdrawn", 11, "contact", 60, Some(row_id(3)));
    log.record(60, vec![withdrawal]);
    log.record(61, vec![]);
    let rest = [(12, "services", 1), (13, "identification", 2)];
    let rest =
        rest.map(|(n, purpose, of)| note("consent.withdrawn", n, purpose, 70, Some(row_id(of))));
    log.record(70, rest.to_vec());
    for (parts, state) in [
        (&[0][..], State::Given),
        (&[0, 1], State::PartlyWithdrawn),
        (&[0, 1, 2], State::Withdrawn),
    ] {
        let receipt = log.receipt(parts).unwrap();
        assert_eq!(receipt.state(), state);
        let checked = check(receipt.to_json().as_bytes(), &log.trusted()).unwrap();
        assert_eq!(checked.receipt, receipt);
    }
    assert_eq!(log.receipt(&[0, 2, 1]), Err(ReceiptFailure::Order));
    assert_eq!(log.receipt(&[1]), Err(ReceiptFailure::NoConsent));
}

#[test]
fn a_consent_from_before_terms_were_bound_still_has_its_receipt() {
    let mut log = Log::new(3);
    let mut notes = decision("consent.given", 1);
    notes[0].as_object_mut().unwrap().remove("shown");
    log.record(1, notes);
    let mut proof = log.proof(&[0]);
    assert_eq!(log.derived(proof.clone(), TEXT), Err(ReceiptFailure::Terms));
    proof.terms = None;
    let receipt = log.derived(proof, TEXT).unwrap();
    assert_eq!((&receipt.terms, &receipt.notice.title), (&None, &None));
    assert!(check(receipt.to_json().as_bytes(), &log.trusted()).is_ok());
}

#[test]
fn two_receipts_of_one_chain_are_held_against_each_other() {
    let mut log = given();
    let first = log.receipt(&[0]).unwrap();
    log.record(5, vec![json!({ "what": "receipt.given", "of": row_id(1) })]);
    let same = log.receipt(&[0]).unwrap();
    assert_eq!(extends(&first, &same), Ok(Extension::Same));
    let again = |log: &Log, part: usize| {
        let mut proof = log.proof(&[part]);
        proof.record = row_id(1);
        log.derived(proof, TEXT).unwrap()
    };
    let mut next = given();
    next.record(3, decision("consent.given", 3));
    let (one, two) = (again(&next, 0), again(&next, 1));
    assert_eq!(extends(&one, &two), Ok(Extension::Next));
    assert_eq!(extends(&two, &one), Ok(Extension::Next));
    next.record(4, vec![json!({ "what": "test", "of": row_id(5) })]);
    next.record(5, decision("consent.given", 5));
    let three = again(&next, 3);
    assert_eq!(extends(&one, &three), Ok(Extension::Apart { between: 2 }));

    // A log of the same key that tells another story.
    let mut forked = Log::new(1);
    forked.record(0, vec![]);
    forked.record(1, decision("consent.refused", 1));
    forked.record(2, vec![]);
    let lie = forked.receipt(&[0]).unwrap();
    assert_eq!(
        extends(&first, &lie),
        Err(ExtensionFailure::Forked { size: 3 })
    );
    forked.record(3, vec![]);
    let later = forked.receipt(&[0]).unwrap();
    assert_eq!(
        extends(&first, &later),
        Err(ExtensionFailure::OtherLink { n: 1 })
    );
    forked.record(4, decision("consent.given", 4));
    let broken = again(&forked, 1);
    assert_eq!(
        extends(&first, &broken),
        Err(ExtensionFailure::Broken { n: 2 })
    );
    let mut other = Log::new(9);
    other.record(1, decision("consent.given", 1));
    assert_eq!(
        extends(&first, &other.receipt(&[0]).unwrap()),
        Ok(Extension::OtherLog)
    );
}

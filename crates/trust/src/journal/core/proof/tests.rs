//! A small journal is written as the house writes it; its proofs are taken home, checked, and spoiled in every way.

use std::collections::BTreeMap;

use rand::{SeedableRng as _, rngs::StdRng};
use uuid::Uuid;

use super::{
    super::{
        chain::{ChainError, extend},
        entry::{EntryError, Kind},
        json::{Object, Value},
        map::{ChainMap, MAP_ENTRY_KIND, MapError},
        merkle::ProofError,
        note::{LogKey, NoteError},
        subtree::Subtree,
        tree::{TreeState, prove_consistency, prove_inclusion},
    },
    *,
};

const ORIGIN: &str = "medok.example/journal";

struct Part {
    index: u64,
    position: u32,
    salt: Salt,
    content: Vec<u8>,
}

struct Journal {
    key: LogKey,
    random: StdRng,
    tree: TreeState,
    tiles: BTreeMap<(u8, u64), Vec<u8>>,
    leaves: Vec<Vec<u8>>,
    subtrees: Vec<Subtree>,
    heads: BTreeMap<ChainId, Head>,
    parts: BTreeMap<ChainId, Vec<Part>>,
    map: Option<(u64, ChainMap)>,
}

fn person(i: u8) -> ChainId {
    ChainId([i; 16])
}

fn person_key(chain: ChainId) -> [u8; 32] {
    [chain.0[0] ^ 0x55; 32]
}

impl Journal {
    fn new(seed: u8) -> Self {
        Self {
            key: LogKey::from_seed(ORIGIN, &[seed; 32]).unwrap(),
            random: StdRng::seed_from_u64(seed.into()),
            tree: TreeState::new(),
            tiles: BTreeMap::new(),
            leaves: Vec::new(),
            subtrees: Vec::new(),
            heads: BTreeMap::new(),
            parts: BTreeMap::new(),
            map: None,
        }
    }

    fn keys(&self) -> [VerifierKey; 1] {
        [self.key.verifier().clone()]
    }

    fn record(&mut self, kind: &str, persons: &[ChainId], data: Object) {
        let index = self.tree.size();
        let id = Uuid::from_u128(u128::from(index) + 1);
        let links: Vec<_> = persons
            .iter()
            .map(|chain| {
                let salt = Salt::derive(&person_key(*chain), &id);
                let head = self.heads.entry(*chain).or_insert(Head::START);
                let link = extend(
                    head,
                    *chain,
                    id,
                    Object::from([("opened".to_owned(), Value::from("phone"))]),
                    &salt,
                );
                *head = link.head;
                (link, salt)
            })
            .collect();
        let real: Vec<Hash> = links.iter().map(|(link, _)| link.leaf()).collect();
        let (subtree, positions) = Subtree::shuffle(
            &real,
            &leaf_hash(id.as_bytes()),
            &self.key.fillers(),
            &mut self.random,
        );
        for ((chain, (link, salt)), position) in persons.iter().zip(links).zip(positions) {
            self.parts.entry(*chain).or_default().push(Part {
                index,
                position,
                salt,
                content: link.content,
            });
        }
        let leaf = Entry {
            v: FormatVersion,
            id,
            kind: Kind::parse(kind).unwrap(),
            at: Timestamp::parse(&format!("2026-02-03T04:05:06.{index:06}Z")).unwrap(),
            actor: Object::from([("is".to_owned(), "visitor".into())]),
            purpose: None,
            case: None,
            categories: ["phone".to_owned()].into(),
            root: subtree.root(),
            data,
        }
        .encode()
        .unwrap();
        for write in self.tree.append(&[leaf_hash(&leaf)]) {
            self.tiles.insert((write.level, write.index), write.bytes);
        }
        self.leaves.push(leaf);
        self.subtrees.push(subtree);
    }

    fn commit_map(&mut self) {
        let map = ChainMap::new(self.heads.iter().map(|(chain, head)| (*chain, *head))).unwrap();
        self.map = Some((self.tree.size(), map.clone()));
        self.record(MAP_ENTRY_KIND, &[], map.commitment().to_data());
    }

    fn checkpoint(&self) -> String {
        Checkpoint::new(ORIGIN, self.tree.size(), self.tree.root())
            .sign(&self.key)
            .unwrap()
    }

    fn leaf(&self, index: u64) -> (String, Vec<Hash>) {
        let leaf = String::from_utf8(self.leaves[index as usize].clone()).unwrap();
        (
            leaf,
            prove_inclusion(&self.tiles, index, self.tree.size()).unwrap(),
        )
    }

    fn evidence(&self, part: &Part) -> EntryEvidence {
        let (leaf, path) = self.leaf(part.index);
        let subtree =
            Subtree::from_leaves(self.subtrees[part.index as usize].leaves().to_vec()).unwrap();
        let sub = SubEvidence {
            position: part.position,
            path: subtree.inclusion(part.position).unwrap(),
            salt: part.salt.clone(),
            content: String::from_utf8(part.content.clone()).unwrap(),
        };
        EntryEvidence {
            index: part.index,
            leaf,
            path,
            sub,
        }
    }

    fn receipt(&self, chain: ChainId, n: usize) -> EntryProof {
        EntryProof {
            v: FormatVersion,
            checkpoint: self.checkpoint(),
            entry: self.evidence(&self.parts[&chain][n - 1]),
        }
    }

    fn person_proof(&self, chain: ChainId) -> PersonProof {
        let (index, map) = self.map.as_ref().unwrap();
        let (leaf, path) = self.leaf(*index);
        PersonProof {
            v: FormatVersion,
            chain,
            checkpoint: self.checkpoint(),
            entries: self
                .parts
                .get(&chain)
                .into_iter()
                .flatten()
                .map(|part| self.evidence(part))
                .collect(),
            map: MapEvidence {
                index: *index,
                leaf,
                path,
                proof: map.prove(&chain),
            },
        }
    }
}

/// 300 entries about five persons, a map, and one more entry about person 1 after it.
fn journal() -> Journal {
    let mut journal = Journal::new(1);
    for i in 0..300_u32 {
        let persons: Vec<ChainId> = (1..=5_u8)
            .filter(|p| i.is_multiple_of(u32::from(*p) * 10))
            .map(person)
            .collect();
        journal.record("contact.opened", &persons, Object::new());
    }
    journal.commit_map();
    journal.record("contact.opened", &[person(1)], Object::new());
    journal
}

#[test]
fn a_receipt_verifies_after_a_trip_through_json() {
    let journal = journal();
    let proof = EntryProof::from_json(&journal.receipt(person(2), 3).to_json()).unwrap();
    let verified = proof.verify(&journal.keys()).unwrap();
    assert_eq!(verified.checkpoint.size, 302);
    assert_eq!(
        (
            verified.entry.index,
            verified.entry.sub.n,
            verified.entry.head.n
        ),
        (40, 3, 3)
    );
    assert_eq!(verified.entry.entry.kind.as_str(), "contact.opened");
    assert_eq!(verified.entry.sub.chain, person(2));
    assert!(EntryProof::from_json(&proof.to_json().replacen("\"v\": 1", "\"v\": 2", 1)).is_err());
    assert!(!format!("{proof:?}").contains(&proof.entry.sub.content));
}

#[test]
fn each_spoiled_part_of_a_receipt_is_named() {
    let journal = journal();
    let keys = journal.keys();
    let good = journal.receipt(person(2), 3);
    let other = journal.receipt(person(2), 4);
    let spoil = |change: &dyn Fn(&mut EntryProof)| {
        let mut proof = good.clone();
        change(&mut proof);
        proof.verify(&keys).unwrap_err()
    };
    let differs = ProofError::RootDiffers;
    assert_eq!(
        good.verify(&[]).unwrap_err(),
        EntryFailure::Checkpoint(NoteError::UnknownSigner)
    );
    assert_eq!(
        spoil(&|proof| proof.checkpoint = proof.checkpoint.replacen("\n302\n", "\n303\n", 1)),
        EntryFailure::Checkpoint(NoteError::BadSignature {
            name: ORIGIN.to_owned()
        })
    );
    assert!(matches!(
        spoil(&|proof| proof.entry.leaf.push(' ')),
        EntryFailure::Leaf(EntryError::Json(_))
    ));
    assert_eq!(
        spoil(&|proof| proof.entry.leaf = proof.entry.leaf.replacen("phone", "names", 1)),
        EntryFailure::NotInLog(differs)
    );
    assert_eq!(
        spoil(&|proof| proof.entry.index += 1),
        EntryFailure::NotInLog(differs)
    );
    assert_eq!(
        spoil(&|proof| proof.entry.index = 302),
        EntryFailure::NotInLog(ProofError::IndexOutside {
            index: 302,
            size: 302
        })
    );
    assert_eq!(
        spoil(&|proof| proof.entry.path[0].0[0] ^= 1),
        EntryFailure::NotInLog(differs)
    );
    assert_eq!(
        spoil(&|proof| proof.entry.path.truncate(3)),
        EntryFailure::NotInLog(ProofError::PathTooShort)
    );
    assert!(matches!(
        spoil(&|proof| proof.entry.sub.content.push(' ')),
        EntryFailure::SubEntry(JsonError::Malformed { .. } | JsonError::NotCanonical)
    ));
    assert!(matches!(
        spoil(&|proof| proof.entry.sub = other.entry.sub.clone()),
        EntryFailure::SubEntryOfAnother { .. }
    ));
    assert_eq!(
        spoil(&|proof| proof.entry.sub.content =
            proof.entry.sub.content.replacen("phone", "names", 1)),
        EntryFailure::NotInEntry(differs)
    );
    assert_eq!(
        spoil(&|proof| proof.entry.sub.salt = other.entry.sub.salt.clone()),
        EntryFailure::NotInEntry(differs)
    );
    assert_eq!(
        spoil(&|proof| proof.entry.sub.position ^= 1),
        EntryFailure::NotInEntry(differs)
    );
    assert_eq!(
        spoil(&|proof| proof.entry.sub.path.clear()),
        EntryFailure::NotInEntry(ProofError::PathTooShort)
    );
    assert_eq!(
        spoil(&|proof| proof.entry.sub.path[1].0[31] ^= 1),
        EntryFailure::NotInEntry(differs)
    );
}

#[test]
fn a_persons_list_is_complete_up_to_the_map() {
    let journal = journal();
    for (p, listed, complete_to) in [(1, 31, 30), (2, 15, 15), (5, 6, 6)] {
        let proof = PersonProof::from_json(&journal.person_proof(person(p)).to_json()).unwrap();
        let verified = proof.verify(&journal.keys()).unwrap();
        assert_eq!(
            (verified.entries.len(), verified.complete_to),
            (listed, complete_to),
            "{p}"
        );
        assert_eq!(verified.complete_at.as_str(), "2026-02-03T04:05:06.000300Z");
    }
    // A person the journal never mentioned: nothing, provably.
    let verified = journal
        .person_proof(person(9))
        .verify(&journal.keys())
        .unwrap();
    assert_eq!((verified.entries.len(), verified.complete_to), (0, 0));
}

#[test]
fn each_spoiled_part_of_a_list_is_named() {
    let journal = journal();
    let keys = journal.keys();
    let good = journal.person_proof(person(1));
    let spoil = |change: &dyn Fn(&mut PersonProof)| {
        let mut proof = good.clone();
        change(&mut proof);
        proof.verify(&keys).unwrap_err()
    };
    assert_eq!(
        good.verify(&[]).unwrap_err(),
        PersonFailure::Checkpoint(NoteError::UnknownSigner)
    );
    assert_eq!(
        spoil(&|proof| drop(proof.entries.remove(10))),
        PersonFailure::Chain(ChainError::Gap {
            expected: 11,
            found: 12
        })
    );
    assert_eq!(
        spoil(&|proof| proof.entries.truncate(29)),
        PersonFailure::Incomplete {
            listed: 29,
            committed: 30
        }
    );
    assert_eq!(
        spoil(&|proof| proof.entries.clear()),
        PersonFailure::Incomplete {
            listed: 0,
            committed: 30
        }
    );
    assert_eq!(
        spoil(&|proof| proof.entries[7].sub.salt = proof.entries[8].sub.salt.clone()),
        PersonFailure::Entry {
            place: 7,
            failure: EntryFailure::NotInEntry(ProofError::RootDiffers)
        }
    );
    assert_eq!(
        spoil(&|proof| proof.chain = person(2)),
        PersonFailure::Chain(ChainError::ForeignChain { next: 1 })
    );
    assert_eq!(
        spoil(&|proof| proof.map.index += 1),
        PersonFailure::MapEntry(EntryFailure::NotInLog(ProofError::RootDiffers))
    );
    assert_eq!(
        spoil(&|proof| {
            let EntryEvidence {
                index, leaf, path, ..
            } = proof.entries[0].clone();
            proof.map = MapEvidence {
                index,
                leaf,
                path,
                proof: proof.map.proof.clone(),
            };
        }),
        PersonFailure::NotAMapEntry
    );
    assert_eq!(
        spoil(&|proof| proof.map.proof = journal.person_proof(person(2)).map.proof),
        PersonFailure::Map(MapError::Chain(ProofError::RootDiffers))
    );
    assert_eq!(
        spoil(&|proof| proof.map.proof = MapProof::Absent {
            left: None,
            right: None
        }),
        PersonFailure::Map(MapError::NotNeighbours),
        "a chain in the map cannot be shown as absent"
    );
    // The link beyond the map may be withheld unnoticed: that is what `complete_to` says, and receipts are for.
    let mut shorter = good.clone();
    shorter.entries.pop();
    let verified = shorter.verify(&keys).unwrap();
    assert_eq!((verified.entries.len(), verified.complete_to), (30, 30));
    let receipt = journal.receipt(person(1), 31).verify(&keys).unwrap();
    assert_eq!(
        verified.extends(&receipt, &[]),
        Err(PersonFailure::ReceiptNotListed { n: 31, listed: 30 })
    );
}

#[test]
fn a_map_that_disagrees_with_the_list_is_found() {
    let mut journal = journal();
    // The operator commits to another last link than the one he shows.
    journal.heads.get_mut(&person(2)).unwrap().hash = Hash([3; 32]);
    journal.commit_map();
    assert_eq!(
        journal.person_proof(person(2)).verify(&journal.keys()),
        Err(PersonFailure::OtherEnd { n: 15 })
    );
    assert!(
        journal
            .person_proof(person(1))
            .verify(&journal.keys())
            .is_ok()
    );
    // A head without links is one only if it is the start.
    journal.heads.get_mut(&person(2)).unwrap().n = 0;
    journal.commit_map();
    assert_eq!(
        journal.person_proof(person(2)).verify(&journal.keys()),
        Err(PersonFailure::OtherEnd { n: 0 })
    );
}

#[test]
fn a_later_list_must_extend_every_receipt() {
    let mut journal = Journal::new(1);
    let keys = journal.keys();
    for _ in 0..7 {
        journal.record("contact.opened", &[person(1), person(2)], Object::new());
    }
    let receipt = journal.receipt(person(1), 5).verify(&keys).unwrap();
    for _ in 0..400 {
        journal.record("contact.opened", &[person(2)], Object::new());
    }
    journal.record("contact.opened", &[person(1)], Object::new());
    journal.commit_map();
    let list = journal.person_proof(person(1)).verify(&keys).unwrap();
    let path = prove_consistency(&journal.tiles, 7, journal.tree.size()).unwrap();
    assert_eq!(list.extends(&receipt, &path), Ok(()));
    assert_eq!(
        list.extends(&receipt, &path[1..]).unwrap_err(),
        PersonFailure::Forked(ProofError::PathTooShort)
    );
    let foreign = journal.person_proof(person(2)).verify(&keys).unwrap();
    assert_eq!(
        foreign.extends(&receipt, &path),
        Err(PersonFailure::ReceiptOfAnotherChain)
    );

    // The same key signs a rewritten history that never opened anything the fifth time.
    let mut rewritten = Journal::new(1);
    for _ in 0..4 {
        rewritten.record("contact.opened", &[person(1)], Object::new());
    }
    for _ in 0..10 {
        rewritten.record("contact.opened", &[person(2)], Object::new());
    }
    rewritten.commit_map();
    let list = rewritten.person_proof(person(1)).verify(&keys).unwrap();
    let path = prove_consistency(&rewritten.tiles, 7, rewritten.tree.size()).unwrap();
    assert_eq!(
        list.extends(&receipt, &path),
        Err(PersonFailure::Forked(ProofError::OldRootDiffers))
    );

    let newer = journal.receipt(person(1), 5).verify(&keys).unwrap();
    assert!(matches!(
        list.extends(&newer, &[]),
        Err(PersonFailure::Forked(ProofError::SizesReversed { .. }))
    ));
    let mut elsewhere = receipt.clone();
    elsewhere.checkpoint.origin = "other.example".to_owned();
    assert_eq!(
        list.extends(&elsewhere, &[]),
        Err(PersonFailure::ReceiptOfAnotherLog)
    );
    // Two branches of one person inside one log: the log grew honestly, the chain did not.
    let mut branched = list.clone();
    branched.checkpoint = receipt.checkpoint.clone();
    branched.entries[3].head.hash = Hash([9; 32]);
    let fourth = {
        let mut receipt = receipt.clone();
        receipt.entry.head = Head {
            n: 4,
            hash: Hash([8; 32]),
        };
        receipt
    };
    assert_eq!(
        branched.extends(&fourth, &[]),
        Err(PersonFailure::ReceiptDiffers { n: 4 })
    );
}

#[test]
fn destroying_one_person_of_a_batch_of_300_keeps_the_299_other_proofs() {
    let mut journal = Journal::new(1);
    let everybody: Vec<ChainId> = (0..300_u16)
        .map(|i| ChainId(u128::from(i).to_be_bytes()))
        .collect();
    journal.record("board.opened", &everybody, Object::new());
    journal.record("contact.opened", &everybody[..1], Object::new());
    journal.commit_map();
    // What destruction takes: salts and contents of one chain. What stays: leaves, trees, map.
    journal.parts.remove(&everybody[42]);
    for chain in everybody.iter().filter(|chain| **chain != everybody[42]) {
        journal
            .person_proof(*chain)
            .verify(&journal.keys())
            .unwrap();
    }
    // Nobody can pass an empty list off as theirs: the map still knows that there was one link.
    let gone = journal.person_proof(everybody[42]).verify(&journal.keys());
    assert_eq!(
        gone,
        Err(PersonFailure::Incomplete {
            listed: 0,
            committed: 1
        })
    );
}

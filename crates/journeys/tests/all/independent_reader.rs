//! An outsider's reader of the journal, written from the published texts alone — C2SP signed-note,
//! tlog-checkpoint and tlog-tiles, RFC 6962 §2.1 — with none of the house's own code.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use journeys::{TestClinic, on_both};
use sea_orm::{ConnectionTrait, Statement};
use sha2::{Digest, Sha256};

type Hash = [u8; 32];

fn leaf(data: &[u8]) -> Hash {
    Sha256::new()
        .chain_update([0])
        .chain_update(data)
        .finalize()
        .into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new()
        .chain_update([1])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// C2SP signed-note: the key `name+hash+base64(0x01 || key)`; its id is the head of SHA-256(name \n 0x01 || key).
struct Verifier {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl Verifier {
    fn parse(vkey: &str) -> Self {
        let mut parts = vkey.trim().splitn(3, '+');
        let (name, id, key) = (
            parts.next().expect("a name"),
            parts.next().expect("an id"),
            parts.next().expect("a key"),
        );
        let key = STANDARD.decode(key).expect("base64");
        assert_eq!((key.len(), key[0]), (33, 1), "an Ed25519 key");
        let digest = Sha256::new()
            .chain_update(name.as_bytes())
            .chain_update(b"\n")
            .chain_update(&key)
            .finalize();
        assert_eq!(
            hex::encode(&digest[..4]),
            id,
            "the id is that of the name and the key"
        );
        let bytes: [u8; 32] = key[1..].try_into().expect("32 bytes");
        Self {
            name: name.into(),
            id: digest[..4].try_into().expect("4 bytes"),
            key: VerifyingKey::from_bytes(&bytes).expect("a point"),
        }
    }

    /// C2SP tlog-checkpoint: origin, size, root; a blank line; signatures.
    fn open(&self, note: &str) -> Option<(u64, Hash)> {
        let (text, signatures) = note.split_once("\n\n")?;
        let text = format!("{text}\n");
        let good = signatures.lines().any(|line| {
            let Some((name, signature)) = line
                .strip_prefix("\u{2014} ")
                .and_then(|rest| rest.split_once(' '))
            else {
                return false;
            };
            let Ok(signature) = STANDARD.decode(signature) else {
                return false;
            };
            if name != self.name || signature.len() != 68 || signature[..4] != self.id {
                return false;
            }
            let bytes: [u8; 64] = signature[4..].try_into().expect("64 bytes");
            self.key
                .verify_strict(text.as_bytes(), &Signature::from_bytes(&bytes))
                .is_ok()
        });
        let mut lines = text.lines();
        if !good || lines.next()? != self.name {
            return None;
        }
        let size = lines.next()?.parse().ok()?;
        let root = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
        Some((size, root))
    }
}

/// The log as its tiles tell it.
struct Log<'a> {
    clinic: &'a TestClinic,
    size: u64,
    tiles: HashMap<(u8, u64), Vec<u8>>,
}

impl Log<'_> {
    /// C2SP tlog-tiles: `tile/<L>/<N>[.p/<W>]`, N in groups of three digits, all but the last with an `x`.
    async fn tile(&mut self, level: u8, number: u64) -> Vec<u8> {
        if let Some(tile) = self.tiles.get(&(level, number)) {
            return tile.clone();
        }
        let hashes = self.size >> (8 * u32::from(level));
        let width = (hashes - number * 256).min(256);
        let mut path = format!("{:03}", number % 1000);
        let mut rest = number / 1000;
        while rest > 0 {
            path = format!("x{:03}/{path}", rest % 1000);
            rest /= 1000;
        }
        if width < 256 {
            path = format!("{path}.p/{width}");
        }
        let answer = self
            .clinic
            .get(format!("/journal/tile/{level}/{path}"))
            .send()
            .await;
        assert_eq!(answer.code(), 200, "{path}");
        assert_eq!(answer.body.len() as u64, width * 32, "{path}");
        self.tiles.insert((level, number), answer.body.clone());
        answer.body
    }

    async fn leaf(&mut self, index: u64) -> Hash {
        let tile = self.tile(0, index / 256).await;
        let at = usize::try_from(index % 256).expect("small") * 32;
        tile[at..at + 32].try_into().expect("32 bytes")
    }

    async fn leaves(&mut self) -> Vec<Hash> {
        let mut leaves = Vec::new();
        for index in 0..self.size {
            leaves.push(self.leaf(index).await);
        }
        leaves
    }
}

/// RFC 6962 §2.1: the Merkle tree hash.
fn root(leaves: &[Hash]) -> Hash {
    match leaves.len() {
        0 => Sha256::digest([]).into(),
        1 => leaves[0],
        n => {
            let k = n.next_power_of_two() / 2;
            node(&root(&leaves[..k]), &root(&leaves[k..]))
        }
    }
}

/// RFC 6962 §2.1.1: the audit path of a leaf.
fn path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (mut path, other) = if index < k {
        (path(index, &leaves[..k]), root(&leaves[k..]))
    } else {
        (path(index - k, &leaves[k..]), root(&leaves[..k]))
    };
    path.push(other);
    path
}

/// RFC 9162 §2.1.3.2: verifying inclusion.
fn includes(leaf: Hash, index: u64, size: u64, path: &[Hash], wanted: Hash) -> bool {
    let (mut fn_, mut sn, mut r) = (index, size - 1, leaf);
    for p in path {
        if sn == 0 {
            return false;
        }
        if fn_ & 1 == 1 || fn_ == sn {
            r = node(p, &r);
            while fn_ & 1 == 0 && fn_ != 0 {
                fn_ >>= 1;
                sn >>= 1;
            }
        } else {
            r = node(&r, p);
        }
        fn_ >>= 1;
        sn >>= 1;
    }
    sn == 0 && r == wanted
}

async fn checkpoint(clinic: &TestClinic) -> String {
    clinic
        .trust
        .sign_checkpoint()
        .await
        .expect("a checkpoint can be signed");
    let answer = clinic.get("/journal/checkpoint").send().await;
    assert_eq!(answer.code(), 200);
    answer.text()
}

async fn book(clinic: &TestClinic, times: &[&str]) {
    for time in times {
        let body = clinic
            .booking("anna", &format!("2026-11-24T{time}:00+03:00"))
            .await;
        assert_eq!(
            clinic
                .post("/api/v1/appointments", &body)
                .send()
                .await
                .code(),
            201
        );
    }
}

on_both!(
    an_outsider_verifies_checkpoint_tiles_inclusion_and_consistency,
    |clinic: TestClinic| async move {
        let vkey = clinic.get("/journal/key").send().await.text();
        let verifier = Verifier::parse(&vkey);
        book(&clinic, &["09:00", "09:30", "10:00"]).await;
        let (old_size, old_root) = verifier
            .open(&checkpoint(&clinic).await)
            .expect("signed by the clinic");
        // Enough for the first level to be full and the second begun.
        for _ in 0..300 {
            let filler: kernel::Outcome<(), ()> = clinic
                .trust
                .act("test.filler", kernel::Scope::console(), |act| {
                    Box::pin(async move {
                        Ok(act.record(
                            trust::journal::Kind::BackupMade,
                            serde_json::json!({ "filler": true }),
                        )?)
                    })
                })
                .await;
            journeys::settled(filler);
        }
        book(&clinic, &["11:00", "11:30"]).await;
        let note = checkpoint(&clinic).await;
        let (size, signed) = verifier.open(&note).expect("signed by the clinic");
        assert!(size > 256 && size > old_size);

        let mut log = Log {
            clinic: &clinic,
            size,
            tiles: HashMap::new(),
        };
        let leaves = log.leaves().await;
        assert_eq!(root(&leaves), signed, "the tiles lead to the signed root");
        assert_eq!(
            root(&leaves[..usize::try_from(old_size).expect("small")]),
            old_root,
            "the old log is the head of the new"
        );
        let second = log.tile(1, 0).await;
        assert_eq!(
            second[..32],
            root(&leaves[..256]),
            "the second level is made of the first"
        );

        let db = clinic.trust.reads();
        let rows = db
            .query_all_raw(Statement::from_string(
                db.get_database_backend(),
                "SELECT number, leaf FROM journal_entry ORDER BY number",
            ))
            .await
            .expect("the entries");
        assert_eq!(rows.len() as u64, size);
        for row in rows {
            let number: i64 = row.try_get("", "number").expect("a number");
            let bytes: Vec<u8> = row.try_get("", "leaf").expect("bytes");
            let index = usize::try_from(number).expect("small");
            assert!(
                includes(
                    leaf(&bytes),
                    index as u64,
                    size,
                    &path(index, &leaves),
                    signed
                ),
                "entry {index} is in the log"
            );
            let mut other = bytes.clone();
            other[20] ^= 1;
            assert!(!includes(
                leaf(&other),
                index as u64,
                size,
                &path(index, &leaves),
                signed
            ));
        }
        assert!(
            verifier
                .open(&note.replace(&size.to_string(), &(size + 1).to_string()))
                .is_none(),
            "a changed note is not believed"
        );
        for absent in [
            "/journal/tile/0/999",
            "/journal/tile/entries/000",
            "/journal/tile/0/0",
            "/journal/tile/64/000",
        ] {
            assert_eq!(
                clinic.get(absent).send().await.code(),
                404,
                "{absent}: entries are for those entitled, the rest is not there"
            );
        }
    }
);

/// Proves the consent of a receipt: key, checkpoint, entry, sub-entry, and what they bind, by the texts named above and the
/// receipt's own words (decision 0013).
pub(crate) fn proves_consent(vkey: &str, receipt: &serde_json::Value) {
    let (journal, record) = (&receipt["journal"], &receipt["dpv:hasRecordOfActivity"]);
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let bytes = |value: &serde_json::Value| STANDARD.decode(text(value)).expect("base64");
    let hash = |value: &serde_json::Value| -> Hash { bytes(value).try_into().expect("32 bytes") };
    let hashes = |value: &serde_json::Value| -> Vec<Hash> {
        value.as_array().expect("a list").iter().map(hash).collect()
    };
    let sha256 = |text: &str| hex::encode(Sha256::digest(text.as_bytes()));

    let verifier = Verifier::parse(vkey);
    assert_eq!(text(&journal["key"]), vkey.trim());
    let note = text(&journal["checkpoint"]);
    let (size, root) = verifier.open(&note).expect("signed by the clinic");
    let entry = &journal["entries"][0];
    let leaf_text = text(&entry["leaf"]);
    let index = entry["index"].as_u64().expect("a number");
    let path = hashes(&entry["path"]);
    assert!(includes(
        leaf(leaf_text.as_bytes()),
        index,
        size,
        &path,
        root
    ));
    assert!(!includes(leaf(b"another"), index, size, &path, root));

    // The sub-entry's leaf is SHA-256(0x00, salt, content); its tree is a full one of the entry's `root`.
    let sub = &entry["sub"];
    let content = text(&sub["content"]);
    let mut salted = bytes(&sub["salt"]);
    salted.extend_from_slice(content.as_bytes());
    let own = leaf(&salted);
    let sub_path = hashes(&sub["path"]);
    let public: serde_json::Value = serde_json::from_str(&leaf_text).expect("JSON");
    let position = sub["position"].as_u64().expect("a number");
    assert!(
        sub_path.len() >= 2,
        "an entry about one looks like one about a few"
    );
    let (of_entry, width) = (hash(&public["root"]), 1 << sub_path.len());
    assert!(includes(own, position, width, &sub_path, of_entry));

    // Place in the chain, and what the row says.
    let inner: serde_json::Value = serde_json::from_str(&content).expect("JSON");
    assert_eq!(inner["entry"], public["id"]);
    for name in ["chain", "n", "prev"] {
        assert_eq!(journal[name], inner[name], "{name}");
    }
    assert_eq!(hash(&journal["head"]), own);
    let notes = inner["details"]["notes"].as_array().expect("notes");
    let bound = notes
        .iter()
        .find(|note| note["of"] == journal["record"] && note["table"] == "consent")
        .expect("the entry tells of the consent");
    let (row, notice) = (&bound["row"], &record["dpv:hasNotice"]);
    assert_eq!(record["dct:identifier"], bound["of"]);
    assert_eq!(bound["what"], "consent.given");
    assert_eq!(row["given"], true);
    assert_eq!(record["medok:state"], "given");
    assert_eq!(row["document"], notice["dct:identifier"]);
    assert_eq!(row["version"], notice["dct:hasVersion"]);
    assert_eq!(row["language"], notice["dct:language"]);
    assert_eq!(text(&row["sha256"]), sha256(&text(&notice["medok:text"])));
    assert_eq!(bound["shown"]["title"], notice["dct:title"]);
    assert_eq!(public["at"], record["dct:created"]);
    let at: jiff::Timestamp = text(&public["at"]).parse().expect("a time");
    assert_eq!(row["at"].as_i64(), Some(at.as_microsecond()));

    // What stood beside the box, and one word of it in the open.
    let terms = text(&journal["terms"]);
    assert_eq!(text(&bound["shown"]["terms"]), sha256(&terms));
    let terms: serde_json::Value = serde_json::from_str(&terms).expect("JSON");
    assert_eq!(terms["sentence"], notice["medok:sentence"]);
    assert_eq!(
        terms["controller"]["legal_name"],
        record["dpv:hasDataController"]["dpv:hasName"]
    );
}

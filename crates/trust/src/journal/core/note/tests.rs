//! Our notes against another implementation of the same specification, and against every way to forge one.

use proptest::prelude::*;
use signed_note::{Note, StandardVerifier, VerifierList};

use super::{super::hash::leaf_hash, *};

const ORIGIN: &str = "medok.example/journal";

fn key(name: &str, seed: u8) -> LogKey {
    LogKey::from_seed(name, &[seed; 32]).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint::new(ORIGIN, 70_000, leaf_hash(b"root"))
}

#[test]
fn a_published_note_verifies() {
    // The example of Go's sumdb/note documentation and of C2SP's reference implementations.
    let vkey: VerifierKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        .parse()
        .unwrap();
    let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    let note = format!(
        "{text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    );
    let parsed = SignedNote::parse(&note).unwrap();
    assert_eq!(parsed.text(), text);
    assert_eq!(parsed.verify(std::slice::from_ref(&vkey)), Ok(vec![&vkey]));
    assert_eq!(parsed.to_string(), note);
    let spoiled = SignedNote::parse(&note.replacen("answer", "Answer", 1)).unwrap();
    assert_eq!(
        spoiled.verify(&[vkey]),
        Err(NoteError::BadSignature {
            name: "PeterNeumann".to_owned()
        })
    );
}

#[test]
fn what_we_sign_others_verify() {
    let key = key(ORIGIN, 7);
    let vkey = key.verifier().to_string();
    let mut checkpoint = checkpoint();
    checkpoint.extensions = vec!["one".to_owned(), "two words".to_owned()];
    let note = checkpoint.sign(&key).unwrap();

    let theirs = Note::from_bytes(note.as_bytes()).unwrap();
    let verifier = StandardVerifier::new(&vkey).unwrap();
    assert_eq!(
        signed_note::Verifier::key_id(&verifier),
        key.verifier().id()
    );
    let (verified, rest) = theirs
        .verify(&VerifierList::new(vec![Box::new(verifier)]))
        .unwrap();
    assert_eq!((verified.len(), rest.len()), (1, 0));
    let read = tlog_tiles::checkpoint::Checkpoint::from_bytes(theirs.text()).unwrap();
    assert_eq!(
        (read.origin(), read.size(), read.hash().0),
        (ORIGIN, 70_000, checkpoint.root.0)
    );
    assert_eq!(read.extension(), "one\ntwo words\n");

    assert_eq!(
        Checkpoint::open(&note, &[vkey.parse().unwrap()]),
        Ok(checkpoint)
    );
}

#[test]
fn what_others_sign_we_verify() {
    let seed = [9; 32];
    let ours = LogKey::from_seed(ORIGIN, &seed).unwrap();
    let secret = [&[1], &seed[..]].concat();
    let skey = format!(
        "PRIVATE+KEY+{ORIGIN}+{:08x}+{}",
        ours.verifier().id(),
        super::super::base64_text::encode(&secret)
    );
    let signer = signed_note::StandardSigner::new(&skey).unwrap();
    let mut note = Note::new(checkpoint().text().as_bytes(), &[]).unwrap();
    note.add_sigs(&[&signer]).unwrap();
    let note = String::from_utf8(note.to_bytes()).unwrap();
    assert_eq!(note, checkpoint().sign(&ours).unwrap());
    assert_eq!(
        Checkpoint::open(&note, &[ours.verifier().clone()]),
        Ok(checkpoint())
    );
}

#[test]
fn only_the_origins_own_key_is_believed() {
    let (own, other) = (key(ORIGIN, 1), key("other.example", 2));
    let keys = [own.verifier().clone(), other.verifier().clone()];
    let note = checkpoint().sign(&own).unwrap();
    assert_eq!(Checkpoint::open(&note, &keys), Ok(checkpoint()));
    assert_eq!(
        Checkpoint::open(&note, &keys[1..]),
        Err(NoteError::UnknownSigner)
    );
    assert_eq!(Checkpoint::open(&note, &[]), Err(NoteError::UnknownSigner));
    assert_eq!(checkpoint().sign(&other), Err(NoteError::ForeignOrigin));

    let mut foreign = SignedNote::new(checkpoint().text()).unwrap();
    foreign.sign(&other);
    assert_eq!(
        Checkpoint::open(&foreign.to_string(), &keys),
        Err(NoteError::ForeignOrigin)
    );
    // Another key under our name has another id: unknown, not false.
    let namesake = key(ORIGIN, 3);
    assert_eq!(
        Checkpoint::open(&checkpoint().sign(&namesake).unwrap(), &keys),
        Err(NoteError::UnknownSigner)
    );
}

#[test]
fn witnesses_are_ignored_and_a_false_known_signature_is_not() {
    let (own, rotated) = (key(ORIGIN, 1), key(ORIGIN, 4));
    let mut note = SignedNote::parse(&checkpoint().sign(&own).unwrap()).unwrap();
    note.add(NoteSignature {
        name: "witness.example".to_owned(),
        id: 77,
        bytes: vec![4; 72],
    });
    note.sign(&rotated);
    note.sign(&own);
    assert_eq!(note.signatures().len(), 3, "signing again replaces");
    let text = note.to_string();
    assert_eq!(SignedNote::parse(&text).unwrap(), note);
    let keys = [own.verifier().clone(), rotated.verifier().clone()];
    assert_eq!(note.verify(&keys).unwrap().len(), 2);
    for keys in [&keys[..], &keys[..1], &keys[1..]] {
        assert_eq!(Checkpoint::open(&text, keys), Ok(checkpoint()));
    }

    note.add(NoteSignature {
        name: ORIGIN.to_owned(),
        id: rotated.verifier().id(),
        bytes: vec![0; 64],
    });
    let bad = NoteError::BadSignature {
        name: ORIGIN.to_owned(),
    };
    assert_eq!(Checkpoint::open(&note.to_string(), &keys), Err(bad.clone()));
    note.add(NoteSignature {
        name: ORIGIN.to_owned(),
        id: rotated.verifier().id(),
        bytes: vec![0; 3],
    });
    assert_eq!(Checkpoint::open(&note.to_string(), &keys), Err(bad));
    assert_eq!(
        Checkpoint::open(&note.to_string(), &keys[..1]),
        Ok(checkpoint())
    );
}

#[test]
fn malformed_notes_say_what_is_wrong() {
    let note = checkpoint().sign(&key(ORIGIN, 1)).unwrap();
    let parse = |text: &str| SignedNote::parse(text).unwrap_err();
    assert_eq!(parse(""), NoteError::NoSignatures);
    assert_eq!(parse("text\n"), NoteError::NoSignatures);
    assert_eq!(parse(note.trim_end()), NoteError::NoSignatures);
    assert_eq!(parse(&format!("{note}\n")), NoteError::NoSignatures);
    assert_eq!(
        parse(&note.replacen('\n', "\r\n", 1)),
        NoteError::ControlCharacter
    );
    assert_eq!(
        parse(&note.replacen("— ", "- ", 1)),
        NoteError::MalformedSignature
    );
    assert_eq!(
        parse(&note.replacen("— ", "—  ", 1)),
        NoteError::MalformedSignature
    );
    assert_eq!(
        parse(&note.replacen("=\n", "=", 9)),
        NoteError::NoSignatures
    );
    assert_eq!(
        parse("text\n\n— name AAAAAQ==\n"),
        NoteError::MalformedSignature,
        "an id without a signature"
    );
    assert_eq!(
        parse("text\n\n— na+me AAAAAQE=\n"),
        NoteError::MalformedSignature
    );
    let line = "— name AAAAAQE=\n";
    assert!(SignedNote::parse(&format!("text\n\n{}", line.repeat(100))).is_ok());
    assert_eq!(
        parse(&format!("text\n\n{}", line.repeat(101))),
        NoteError::TooLong
    );
    assert_eq!(
        parse(&format!("{}\n\n{line}", "x".repeat(600_000))),
        NoteError::TooLong
    );
    // The text may have blank lines of its own.
    assert_eq!(
        SignedNote::parse(&format!("a\n\nb\n\n{line}"))
            .unwrap()
            .text(),
        "a\n\nb\n"
    );
}

#[test]
fn malformed_checkpoints_say_what_is_wrong() {
    let root = leaf_hash(b"root");
    let good = format!("o\n12\n{root}\next\n");
    assert_eq!(Checkpoint::parse(&good).unwrap().text(), good);
    for (text, part) in [
        (String::new(), "last line"),
        (format!("o\n12\n{root}"), "last line"),
        (format!("\n12\n{root}\n"), "origin"),
        ("o\n".to_owned(), "size"),
        (format!("o\n012\n{root}\n"), "size"),
        (format!("o\n+12\n{root}\n"), "size"),
        (format!("o\n-1\n{root}\n"), "size"),
        (format!("o\n18446744073709551616\n{root}\n"), "size"),
        ("o\n12\n".to_owned(), "root"),
        ("o\n12\nAAAA\n".to_owned(), "root"),
        (format!("o\n12\n{root}\n\n"), "extension"),
        (format!("o\n12\n{root}\na\n\nb\n"), "extension"),
    ] {
        assert_eq!(
            Checkpoint::parse(&text),
            Err(NoteError::Malformed(part)),
            "{text:?}"
        );
    }
    let key = key(ORIGIN, 1);
    for extension in ["", "a\nb"] {
        let mut wrong = checkpoint();
        wrong.extensions.push(extension.to_owned());
        assert!(wrong.sign(&key).is_err(), "{extension:?}");
    }
    let mut wrong = checkpoint();
    wrong.extensions.push("tab\there".to_owned());
    assert_eq!(wrong.sign(&key), Err(NoteError::ControlCharacter));
}

#[test]
fn keys_are_read_strictly_and_never_print_their_secret() {
    let key = key(ORIGIN, 0xab);
    let vkey = key.verifier().to_string();
    assert_eq!(vkey.parse().as_ref(), Ok(key.verifier()));
    assert!(!format!("{key:?}").contains("abab"));
    assert_eq!(format!("{key:?}"), format!("LogKey(VerifierKey({vkey}))"));

    let id = format!("{:08x}", key.verifier().id());
    for (from, to) in [
        (id.as_str(), "00000000"),
        (id.as_str(), "0"),
        ("+A", "+A="),
        ("medok", "nedok"),
    ] {
        let wrong = vkey.replacen(from, to, 1);
        assert_ne!(wrong, vkey);
        assert_eq!(
            wrong.parse::<VerifierKey>(),
            Err(NoteError::MalformedKey),
            "{wrong}"
        );
    }
    assert_eq!(
        "name+00000000+".parse::<VerifierKey>(),
        Err(NoteError::MalformedKey)
    );
    assert_eq!(
        "name+00000000".parse::<VerifierKey>(),
        Err(NoteError::MalformedKey)
    );
    assert_eq!(
        "name+00000000+BAAA".parse::<VerifierKey>(),
        Err(NoteError::UnknownAlgorithm(4))
    );
    for name in ["", "a b", "a+b", "a\u{a0}b", "a\nb", "a\u{7f}b"] {
        assert_eq!(
            LogKey::from_seed(name, &[1; 32]).unwrap_err(),
            NoteError::KeyName,
            "{name:?}"
        );
    }
    assert!(LogKey::from_seed("медок.рф/журнал", &[1; 32]).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_changed_character_goes_unnoticed(place in any::<prop::sample::Index>(), to in "[ -~\n]") {
        let key = key(ORIGIN, 1);
        let note = checkpoint().sign(&key).unwrap();
        let places: Vec<(usize, char)> = note.char_indices().collect();
        let (at, was) = places[place.index(places.len())];
        let mut changed = note.clone();
        changed.replace_range(at..at + was.len_utf8(), &to);
        let opened = Checkpoint::open(&changed, &[key.verifier().clone()]);
        prop_assert_eq!(opened.is_ok(), changed == note);
    }

    #[test]
    fn checkpoints_read_back(origin in "[a-z./:0-9]{1,30}", size in any::<u64>(), root in any::<[u8; 32]>(), extensions in prop::collection::vec("[!-~]{1,20}", 0..3)) {
        let checkpoint = Checkpoint { origin, size, root: Hash(root), extensions };
        prop_assert_eq!(Checkpoint::parse(&checkpoint.text()), Ok(checkpoint.clone()));
        let key = LogKey::from_seed(&checkpoint.origin, &root).unwrap();
        let note = checkpoint.sign(&key).unwrap();
        prop_assert_eq!(Checkpoint::open(&note, &[key.verifier().clone()]), Ok(checkpoint));
    }
}

//! A key folder is made, checked, rotated and never half-written.

use super::super::suite::PersonKey;
use super::super::wrap::{self, KeyPlace};
use super::*;
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

struct Folder {
    _temp: tempfile::TempDir,
    path: PathBuf,
    rng: StdRng,
}

const OPERATOR: Uuid = Uuid::from_u128(77);

/// A key folder just made.
fn made() -> (Folder, Keyring) {
    let mut folder = empty(1);
    let ring = Keyring::create(folder.path.clone(), OPERATOR, 1000, &mut folder.rng).unwrap();
    (folder, ring)
}

fn empty(seed: u64) -> Folder {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("data.keys");
    Folder {
        _temp: temp,
        path,
        rng: StdRng::seed_from_u64(seed),
    }
}

impl Folder {
    fn open(&self) -> Result<Keyring, KeyringError> {
        Keyring::open(self.path.clone(), Some(OPERATOR))
    }

    fn names(&self) -> Vec<String> {
        KeySource::Folder(self.path.clone()).names().unwrap()
    }

    fn refusal(&self) -> String {
        self.open().unwrap_err().to_string()
    }
}

fn state(journal_size: u64, destructions: u64) -> SignedState {
    SignedState {
        origin: "clinic/journal".to_owned(),
        journal_size,
        root: [3; 32],
        destructions,
    }
}

const PLACE: KeyPlace = KeyPlace {
    operator: OPERATOR,
    person: Uuid::from_u128(5),
    generation: 1,
};

#[test]
fn a_new_folder_holds_one_key_of_each_kind_for_the_owner_alone() {
    let (folder, ring) = made();
    let files = [
        "index-0001.key",
        "journal-0001.key",
        "kek-0001.key",
        "keyset.json",
        "lookup-0001.key",
        "signed_state.json",
    ];
    assert_eq!(folder.names(), files);
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder.path.clone()), 0o700);
    assert!(
        files
            .iter()
            .all(|file| mode(folder.path.join(file)) == 0o600)
    );
    assert_eq!(
        (
            ring.keyset().operator,
            ring.keyset().number,
            ring.keyset().keys[0].created
        ),
        (OPERATOR, 1, 1000)
    );
    assert_eq!(ring.recall().unwrap(), SignedState::nothing());
    assert!(ring.strays().unwrap().is_empty());
    assert_eq!(format!("{ring:?}"), "[sealed]");
}

#[test]
fn an_opened_folder_has_the_same_keys() {
    let (mut folder, ring) = made();
    let key = PersonKey::random(&mut folder.rng);
    let wrapped = wrap::wrap(ring.current_kek(), &PLACE, &key, &mut folder.rng);
    let again = folder.open().unwrap();
    assert_eq!(
        wrap::unwrap(again.kek(1).unwrap(), &PLACE, &wrapped)
            .unwrap()
            .expose(),
        key.expose()
    );
    assert_eq!(again.journal_seed(), ring.journal_seed());
    assert_eq!(again.keyset(), ring.keyset());
    assert_eq!(
        again.lookup_key().hash_request("r", "k", b"body"),
        ring.lookup_key().hash_request("r", "k", b"body"),
    );
    assert_ne!(*ring.journal_seed(), Secret::default());
}

#[test]
fn creating_over_anything_is_refused_and_changes_nothing() {
    let (mut folder, _) = made();
    let before = fs::read(folder.path.join("kek-0001.key")).unwrap();
    let again = Keyring::create(folder.path.clone(), OPERATOR, 2, &mut folder.rng);
    assert!(matches!(again, Err(KeyringError::AlreadyThere { .. })));
    fs::remove_file(folder.path.join("keyset.json")).unwrap();
    let again = Keyring::create(folder.path.clone(), OPERATOR, 2, &mut folder.rng);
    assert!(
        matches!(again, Err(KeyringError::AlreadyThere { .. })),
        "keys whose keyset was lost are still keys"
    );
    assert_eq!(fs::read(folder.path.join("kek-0001.key")).unwrap(), before);
}

#[test]
fn what_is_wrong_with_a_folder_is_said_with_what_to_do() {
    let missing = empty(1);
    assert!(missing.refusal().contains("MEDOK_KEYS"));

    let (folder, _) = made();
    let stranger = Keyring::open(folder.path.clone(), Some(Uuid::from_u128(8))).unwrap_err();
    assert!(
        matches!(stranger, KeyringError::OtherStore { .. })
            && stranger.to_string().contains("MEDOK_KEYS")
    );
    assert!(Keyring::open(folder.path.clone(), None).is_ok());

    for file in folder.names() {
        let path = folder.path.join(&file);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(folder.refusal().contains("chmod 600"), "{file}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();

        let whole = fs::read(&path).unwrap();
        for cut in [0, 1, whole.len() / 2, whole.len() - 3] {
            fs::write(&path, &whole[..cut]).unwrap();
            let refusal = folder.refusal();
            assert!(
                refusal.contains(&file) && refusal.contains("damaged"),
                "{file} cut to {cut}: {refusal}"
            );
        }
        fs::remove_file(&path).unwrap();
        let refusal = folder.refusal();
        assert!(
            refusal.contains(&file) && refusal.contains("newest keyset archive"),
            "{refusal}"
        );
        fs::write(&path, &whole).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(folder.open().is_ok());
    }
    fs::set_permissions(&folder.path, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(folder.refusal().contains("chmod 700"));
}

#[test]
fn a_key_file_of_another_folder_is_recognised() {
    let (folder, _) = made();
    let mut other = empty(2);
    Keyring::create(other.path.clone(), OPERATOR, 1, &mut other.rng).unwrap();
    for file in [
        "kek-0001.key",
        "index-0001.key",
        "journal-0001.key",
        "lookup-0001.key",
    ] {
        let own = fs::read(folder.path.join(file)).unwrap();
        fs::copy(other.path.join(file), folder.path.join(file)).unwrap();
        assert!(
            matches!(folder.open(), Err(KeyringError::OtherKey { .. })),
            "{file}"
        );
        fs::write(folder.path.join(file), own).unwrap();
    }
    assert!(folder.open().is_ok());
}

#[test]
fn a_kek_is_added_rewrapped_to_and_retired() {
    let (mut folder, mut ring) = made();
    let key = PersonKey::random(&mut folder.rng);
    let old = wrap::wrap(ring.current_kek(), &PLACE, &key, &mut folder.rng);
    assert!(matches!(
        ring.retire_kek(1, 3),
        Err(KeyringError::KeyInUse { .. })
    ));

    assert_eq!(ring.add_kek(2000, &mut folder.rng).unwrap(), 2);
    assert_eq!((ring.keyset().number, ring.current_kek().number()), (2, 2));
    let new = wrap::rewrap(
        ring.kek(1).unwrap(),
        ring.current_kek(),
        &PLACE,
        &old,
        &mut folder.rng,
    )
    .unwrap();
    ring.retire_kek(1, 3000).unwrap();
    ring.retire_kek(1, 3500).unwrap();
    assert!(matches!(
        ring.retire_kek(9, 3),
        Err(KeyringError::UnknownKey { .. })
    ));

    for ring in [&ring, &folder.open().unwrap()] {
        assert!(ring.kek(1).is_none());
        assert_eq!(
            wrap::unwrap(ring.kek(2).unwrap(), &PLACE, &new)
                .unwrap()
                .expose(),
            key.expose()
        );
        assert_eq!(
            (ring.keyset().number, ring.keyset().keys[0].retired),
            (3, Some(3000))
        );
    }
    assert!(!folder.names().contains(&"kek-0001.key".to_owned()));
    assert_eq!(
        ring.add_kek(4000, &mut folder.rng).unwrap(),
        3,
        "a number is never used twice"
    );
}

#[test]
fn a_retirement_cut_short_by_a_crash_is_finished_at_the_next_start() {
    let (mut folder, mut ring) = made();
    ring.add_kek(2, &mut folder.rng).unwrap();
    let key = fs::read(folder.path.join("kek-0001.key")).unwrap();
    ring.retire_kek(1, 3).unwrap();
    fs::write(folder.path.join("kek-0001.key"), &key).unwrap();
    ring.retire_kek(1, 4).unwrap();
    assert!(!folder.names().contains(&"kek-0001.key".to_owned()));

    fs::write(folder.path.join("kek-0001.key"), &key).unwrap();
    assert!(folder.open().unwrap().kek(1).is_none());
    assert!(!folder.names().contains(&"kek-0001.key".to_owned()));
}

#[test]
fn a_file_no_keyset_names_is_never_overwritten() {
    let (mut folder, mut ring) = made();
    fs::write(folder.path.join("kek-0002.key"), "left by a crash").unwrap();
    assert_eq!(ring.strays().unwrap(), ["kek-0002.key"]);
    assert_eq!(ring.add_kek(2, &mut folder.rng).unwrap(), 3);
    assert_eq!(
        fs::read(folder.path.join("kek-0002.key")).unwrap(),
        b"left by a crash"
    );
    assert_eq!(folder.open().unwrap().current_kek().number(), 3);
}

#[test]
fn index_epochs_live_side_by_side_until_retired() {
    let (mut folder, mut ring) = made();
    ring.add_index_epoch(2, &mut folder.rng).unwrap();
    let numbers = |ring: &Keyring| {
        ring.live_epochs()
            .map(IndexEpoch::number)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (numbers(&ring), ring.current_epoch().number()),
        (vec![2, 1], 2)
    );
    assert_eq!(numbers(&folder.open().unwrap()), [2, 1]);
    ring.retire_index_epoch(1, 3).unwrap();
    assert_eq!(
        (numbers(&ring), numbers(&folder.open().unwrap())),
        (vec![2], vec![2])
    );
}

#[test]
fn a_snapshot_restores_into_an_empty_place() {
    let (mut folder, mut ring) = made();
    ring.add_kek(2, &mut folder.rng).unwrap();
    ring.retire_kek(1, 3).unwrap();
    ring.remember(&state(10, 1)).unwrap();
    let archive = ring.snapshot().unwrap();
    assert!(archive.iter().all(|(name, _)| name != "kek-0001.key"));

    let elsewhere = empty(3);
    let restored = Keyring::restore(elsewhere.path.clone(), &archive, Some(OPERATOR)).unwrap();
    assert_eq!(restored.keyset(), ring.keyset());
    assert_eq!(restored.journal_seed(), ring.journal_seed());
    assert_eq!(restored.recall().unwrap(), state(10, 1));
    assert_eq!(elsewhere.names(), folder.names());

    let untouched = empty(4);
    let stranger = Keyring::restore(untouched.path.clone(), &archive, Some(Uuid::from_u128(8)));
    assert!(matches!(stranger, Err(KeyringError::OtherStore { .. })));
    assert!(!untouched.path.exists());
}

#[test]
fn newer_wins_older_and_parted_archives_are_refused() {
    let (mut folder, mut ring) = made();
    let oldest = ring.snapshot().unwrap();
    ring.add_kek(2, &mut folder.rng).unwrap();
    let middle = ring.snapshot().unwrap();
    ring.retire_kek(1, 3).unwrap();
    ring.remember(&state(10, 1)).unwrap();
    let newest = ring.snapshot().unwrap();

    for old in [&oldest, &middle] {
        let refused = Keyring::restore(folder.path.clone(), old, Some(OPERATOR));
        assert!(matches!(refused, Err(KeyringError::OlderArchive { .. })));
    }
    assert!(
        Keyring::restore(folder.path.clone(), &newest, Some(OPERATOR)).is_ok(),
        "restoring what is there is fine"
    );

    // An older folder takes the newest archive, and the key retired since is destroyed in it.
    let elsewhere = empty(3);
    Keyring::restore(elsewhere.path.clone(), &middle, None).unwrap();
    assert!(elsewhere.names().contains(&"kek-0001.key".to_owned()));
    Keyring::restore(elsewhere.path.clone(), &newest, None).unwrap();
    assert!(!elsewhere.names().contains(&"kek-0001.key".to_owned()));

    // Two folders that went on separately from one archive.
    let fork = empty(4);
    let mut forked = Keyring::restore(fork.path.clone(), &oldest, None).unwrap();
    forked.add_kek(2, &mut StdRng::seed_from_u64(98)).unwrap();
    forked.retire_kek(1, 3).unwrap();
    assert_eq!(
        forked.keyset().number,
        folder.open().unwrap().keyset().number
    );
    let parted = Keyring::restore(folder.path.clone(), &forked.snapshot().unwrap(), None);
    assert!(matches!(
        parted,
        Err(KeyringError::Parted {
            what: "two keysets of one number"
        })
    ));
    for now in 0..4 {
        forked.add_kek(now, &mut StdRng::seed_from_u64(99)).unwrap();
    }
    let parted = Keyring::restore(folder.path.clone(), &forked.snapshot().unwrap(), None);
    assert!(matches!(parted, Err(KeyringError::Parted { .. })));
    assert!(folder.open().is_ok());
}

#[test]
fn a_restore_repairs_damaged_keys_but_keeps_the_later_signed_state() {
    let (folder, ring) = made();
    let archive = ring.snapshot().unwrap();
    ring.remember(&state(10, 1)).unwrap();
    fs::write(folder.path.join("kek-0001.key"), "rubbish").unwrap();
    assert!(folder.open().is_err());
    let restored = Keyring::restore(folder.path.clone(), &archive, Some(OPERATOR)).unwrap();
    assert_eq!(restored.recall().unwrap(), state(10, 1));
}

#[test]
fn a_restore_cut_short_by_a_crash_is_taken_up_again_but_other_keys_are_never_replaced() {
    let (_folder, ring) = made();
    let archive = ring.snapshot().unwrap();
    let elsewhere = empty(3);
    Keyring::restore(elsewhere.path.clone(), &archive, None).unwrap();
    fs::remove_file(elsewhere.path.join("keyset.json")).unwrap();
    fs::remove_file(elsewhere.path.join("lookup-0001.key")).unwrap();
    Keyring::restore(elsewhere.path.clone(), &archive, None).unwrap();

    let mut other = empty(4);
    Keyring::create(other.path.clone(), OPERATOR, 1, &mut other.rng).unwrap();
    fs::remove_file(other.path.join("keyset.json")).unwrap();
    let before = fs::read(other.path.join("kek-0001.key")).unwrap();
    let refused = Keyring::restore(other.path.clone(), &archive, None);
    assert!(matches!(refused, Err(KeyringError::AlreadyThere { .. })));
    assert_eq!(fs::read(other.path.join("kek-0001.key")).unwrap(), before);
}

#[test]
fn an_incomplete_archive_touches_nothing() {
    let (_folder, ring) = made();
    let archive = ring.snapshot().unwrap();
    for left_out in 0..archive.len() {
        let mut less = archive.clone();
        less.remove(left_out);
        let elsewhere = empty(3);
        assert!(Keyring::restore(elsewhere.path.clone(), &less, None).is_err());
        assert!(!elsewhere.path.exists());
    }
}

#[test]
fn the_signed_state_never_goes_backwards() {
    let (folder, ring) = made();
    ring.remember(&state(10, 1)).unwrap();
    ring.remember(&state(10, 2)).unwrap();
    for back in [
        state(9, 2),
        state(11, 1),
        SignedState::nothing(),
        SignedState {
            root: [4; 32],
            ..state(10, 2)
        },
    ] {
        assert!(
            matches!(ring.remember(&back), Err(KeyringError::Backwards { .. })),
            "{back:?}"
        );
    }
    assert_eq!(folder.open().unwrap().recall().unwrap(), state(10, 2));
    ring.remember(&state(12, 2)).unwrap();

    let anew = |destructions| SignedState {
        origin: "clinic/journal/2".to_owned(),
        ..state(1, destructions)
    };
    assert!(ring.remember(&anew(2)).is_err());
    assert!(
        ring.remember_new_journal(&anew(2), &state(10, 2)).is_err(),
        "must name the true end"
    );
    assert!(
        ring.remember_new_journal(&anew(1), &state(12, 2)).is_err(),
        "destructions stay"
    );
    assert!(
        ring.remember_new_journal(&state(1, 2), &state(12, 2))
            .is_err(),
        "needs an origin of its own"
    );
    ring.remember_new_journal(&anew(2), &state(12, 2)).unwrap();
    assert_eq!(ring.recall().unwrap(), anew(2));
}

#[test]
fn no_message_holds_a_key() {
    let (folder, ring) = made();
    let secrets: Vec<String> = ring
        .snapshot()
        .unwrap()
        .iter()
        .filter(|(name, _)| name.ends_with(".key"))
        .map(|(_, bytes)| {
            std::str::from_utf8(bytes)
                .unwrap()
                .split(' ')
                .nth(4)
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(secrets.len(), 4);
    let json = fs::read_to_string(folder.path.join("keyset.json")).unwrap();
    fs::write(
        folder.path.join("kek-0001.key"),
        format!("medok-key v1 kek 1 {} 00000000\n", secrets[0]),
    )
    .unwrap();
    let refusal = folder.open().unwrap_err();
    for secret in &secrets {
        assert!(!json.contains(secret) && !format!("{refusal} {refusal:?}").contains(secret));
    }
}

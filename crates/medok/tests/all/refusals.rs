//! A start that cannot be: each says what to do, and nothing is changed or lost.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use medok::house::FolderLock;

use crate::store::Store;

#[test]
fn keys_that_others_can_read_are_refused() {
    let store = Store::made();
    let key = store.keys().join("kek-0001.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    store
        .run(["keys", "rotate"])
        .refused(&["kek-0001.key", "0644", "chmod 600"]);
    let ran = store.run(["doctor"]);
    assert!(
        !ran.well && ran.said.contains("fail  key folder") && ran.said.contains("chmod 600"),
        "{ran:?}"
    );

    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(store.keys(), fs::Permissions::from_mode(0o750)).unwrap();
    store.run(["init"]).refused(&["0750", "chmod 700"]);

    fs::set_permissions(store.keys(), fs::Permissions::from_mode(0o700)).unwrap();
    store.run(["keys", "rotate"]).told(&["KEK 2"]);
}

#[test]
fn a_missing_key_is_named() {
    let store = Store::made();
    let (key, aside) = (
        store.keys().join("kek-0001.key"),
        store.data().join("aside"),
    );
    fs::rename(&key, &aside).unwrap();
    store
        .run(["keys", "rotate"])
        .refused(&["kek-0001.key is missing", "medok restore"]);
    assert!(!key.exists(), "nothing is made in its place");
    fs::rename(&aside, &key).unwrap();
    store.run(["keys", "rotate"]).told(&["KEK 2"]);
}

#[test]
fn a_missing_key_folder_is_not_made_anew() {
    let store = Store::made();
    let aside = store.data().with_file_name("aside");
    fs::rename(store.keys(), &aside).unwrap();
    store
        .run(["init"])
        .refused(&["no key folder", "MEDOK_KEYS"]);
    assert!(!store.keys().exists());
}

#[test]
fn the_keys_of_another_store_are_refused() {
    let (store, other) = (Store::made(), Store::made());
    let foreign = other.keys();
    store
        .run_with(["keys", "rotate"], [("MEDOK_KEYS", foreign.as_os_str())])
        .refused(&["belong to the operator", "MEDOK_KEYS"]);
    assert!(foreign.join("kek-0001.key").exists());
    let new = Store::nowhere();
    new.run_with(["init"], [("MEDOK_KEYS", foreign.as_os_str())])
        .refused(&["already holds keys of another"]);
}

#[test]
fn a_folder_in_use_is_refused_with_the_number_of_its_holder() {
    let store = Store::made();
    let lock = FolderLock::take(store.data()).unwrap();
    let process = format!("process {}", std::process::id());
    for words in [
        &["init"][..],
        &["keys", "rotate"],
        &["doctor"],
        &["journal", "verify"],
        &["restore", "/nowhere"],
    ] {
        let variables = [("MEDOK_IDENTITY", KEY.as_ref())];
        store
            .run_with(words, variables)
            .refused(&["in use by", &process, "--data"]);
    }
    drop(lock);
    store.run(["doctor"]).told(&["ok    data folder"]);
}

/// A key of age that opens nothing.
const KEY: &str = include_str!("secret.txt");

#[test]
fn every_bad_setting_is_told_at_once() {
    let store = Store::nowhere();
    let file = store.file(
        "medok.toml",
        "origin = \"clinic\"\n[booking]\nhorizon_days = 0\n",
    );
    let ran = store.run(["init", "--config", file.to_str().unwrap()]);
    ran.refused(&["setting `origin`", "setting `booking.horizon_days`"]);
    assert_eq!(ran.complained.lines().count(), 2, "{ran:?}");
    store
        .run(["init", "--config", "absent.toml"])
        .refused(&["absent.toml", "--config"]);
    store
        .run_with(["init"], [("MEDOK_LOG", "trust=loud".as_ref())])
        .refused(&["setting `log`"]);
    store
        .run_with(["init"], [("MEDOK_DATABASE_URL", "mysql:x".as_ref())])
        .refused(&["postgres://"]);
    let inside = store.data().join("keys");
    store
        .run_with(["init"], [("MEDOK_KEYS", inside.as_os_str())])
        .refused(&["outside"]);
    assert!(!store.data().exists() && !store.keys().exists());
}

#[test]
fn a_command_makes_no_store_by_the_way() {
    let store = Store::nowhere();
    for words in [
        &["policy", "publish", "p.txt"][..],
        &["keys", "rotate"],
        &["journal", "verify"],
        &["backup", "x"],
    ] {
        store.run(words).refused(&["no store", "medok init"]);
    }
    assert!(!store.data().exists() && !store.keys().exists());
}

#[test]
fn texts_that_cannot_be_used_stop_the_start_with_file_and_line() {
    let store = Store::made();
    let booking = store.data().join("clinic/declarations/booking.toml");
    let text = fs::read_to_string(&booking).unwrap();
    fs::write(&booking, format!("{text}\nsurprise = 1\n")).unwrap();
    fs::remove_file(store.data().join("clinic/operator.toml")).unwrap();
    store.run(["keys", "rotate"]).refused(&[
        "booking.toml:",
        "surprise",
        "operator.toml",
        "medok init",
    ]);
}

#[test]
fn a_policy_that_is_no_text_is_refused_with_its_line() {
    let store = Store::made();
    let publish = |name: &str, bytes: &[u8]| {
        let file = store.file(name, bytes);
        store.run(["policy", "publish", file.to_str().unwrap()])
    };
    publish("a.txt", b"\xcf\xee\xeb\xe8\xf2\xe8\xea\xe0").refused(&["a.txt: line 1", "UTF-8"]);
    publish("b.txt", "Политика\n\nтекст\u{202e}тскет\n".as_bytes())
        .refused(&["b.txt: line 3", "U+202E"]);
    publish("c.txt", b"").refused(&["c.txt", "no text"]);
    publish("d.md", b"+++\ncode = \"policy\"\n+++\n").refused(&["d.md", "title"]);
    store
        .run(["policy", "publish", "absent.txt"])
        .refused(&["absent.txt"]);
}

#[test]
fn backups_need_a_recipient() {
    let store = Store::made();
    let archives = store.data().with_file_name("archives");
    store
        .run(["backup", archives.to_str().unwrap()])
        .refused(&["age1", "recipients"]);
}

#[test]
fn the_policy_is_not_put_where_something_else_stands() {
    for taken in [
        "/",
        "/policy",
        "/policy/3/pdf",
        "/static/policy.pdf",
        "/api/v1/policy",
    ] {
        let store = Store::made();
        let operator = store.data().join("clinic/operator.toml");
        let own = fs::read_to_string(&operator).unwrap();
        let moved = own.replace("\"/upload/personal_medok.pdf\"", &format!("\"{taken}\""));
        assert_ne!(own, moved);
        fs::write(&operator, moved).unwrap();
        let ran = store.run(["serve", "--listen", "127.0.0.1:0"]);
        if taken == "/" {
            // No path at all for the file's own reader.
            ran.refused(&["policy_path"]);
        } else {
            ran.refused(&["policy_path", taken, "write another one"]);
        }
        assert!(!ran.said.contains("listening"), "{ran:?}");
    }
}

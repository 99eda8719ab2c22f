//! What each command does when all is well.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use trust::policy::text::Text;

use crate::store::Store;

/// A key pair of age for this test; it protects nothing.
const SECRET: &str = "AGE-SECRET-KEY-1PN6ZD0FNRH6H2R646W7W8KUJ5PSVCQTVP5WUUWLSCYEQGRGYJTJSD82ZRQ";
const RECIPIENT: &str = "age1g595k2ep0hzkm3r3qjr2dvuwvns8seswsa7p8mulvkyvsn89wddqpdlw72";

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn init_makes_a_store_for_its_owner_alone() {
    let store = Store::nowhere();
    store.run(["init"]).told(&[
        "the store is made",
        "samples",
        "medok policy publish FILE",
        "medok doctor",
    ]);
    for folder in [store.data(), &store.keys(), &store.data().join("clinic")] {
        assert_eq!(mode(folder), 0o700, "{}", folder.display());
    }
    for file in [
        "medok.db",
        "medok.lock",
        "clinic/operator.toml",
        "clinic/declarations/booking.toml",
        "clinic/site/legal.toml",
        "clinic/site/rules.ru.md",
    ] {
        assert_eq!(mode(&store.data().join(file)), 0o600, "{file}");
    }
    assert!(!store.data().join("clinic.new").exists());
}

#[test]
fn init_again_changes_nothing() {
    let store = Store::made();
    let operator = store.data().join("clinic/operator.toml");
    let own = fs::read_to_string(&operator)
        .unwrap()
        .replace("Медок-Демо", "Своя");
    fs::write(&operator, &own).unwrap();
    fs::remove_file(store.data().join("clinic/documents/policy.en.md")).unwrap();
    let keyset = fs::read(store.keys().join("keyset.json")).unwrap();

    let again = store.run(["init"]);
    again.told(&["made before; nothing of it was changed"]);
    assert!(!again.said.contains("samples"), "{again:?}");
    assert_eq!(fs::read(store.keys().join("keyset.json")).unwrap(), keyset);
    assert_eq!(fs::read_to_string(&operator).unwrap(), own);
    assert!(!store.data().join("clinic/documents/policy.en.md").exists());
}

#[test]
fn the_doctor_finds_nothing_broken_in_a_new_store_and_much_to_do() {
    let store = Store::made();
    let ran = store.run(["doctor"]);
    ran.told(&[
        "ok    data folder",
        "ok    key folder",
        "ok    database: Sqlite",
        "ok    journal",
        "ok    clock",
        "warn  settings: backups have no recipients",
        "warn  operator: the record is the sample's",
        "warn  site: the legal information is the sample's",
        "warn  documents: `policy` is not in force (ru)",
    ]);
    assert!(!ran.said.contains("fail"), "{ran:?}");
}

#[test]
fn the_doctor_tells_what_is_broken_and_changes_nothing() {
    let nothing = Store::nowhere();
    let ran = nothing.run(["doctor"]);
    assert!(
        !ran.well && ran.said.contains("fail  data folder") && ran.said.contains("medok init"),
        "{ran:?}"
    );
    assert!(!nothing.data().exists() && !nothing.keys().exists());

    let store = Store::made();
    fs::set_permissions(store.data(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(store.keys().join("kek-0009.key"), "left by somebody").unwrap();
    fs::write(
        store.data().join("clinic/declarations/booking.toml"),
        "code = 1",
    )
    .unwrap();
    let ran = store.run(["doctor"]);
    assert!(!ran.well, "{ran:?}");
    for words in [
        "warn  data folder",
        "chmod 700",
        "kek-0009.key",
        "fail  texts",
        "booking.toml",
    ] {
        assert!(ran.said.contains(words), "no {words:?} in {ran:?}");
    }

    fs::remove_file(store.data().join("medok.db")).unwrap();
    let ran = store.run(["doctor"]);
    assert!(!ran.well && ran.said.contains("fail  database"), "{ran:?}");
    assert!(!store.data().join("medok.db").exists());

    let ran = store.run_with(["doctor"], [("MEDOK_ORIGIN", "clinic".as_ref())]);
    assert!(
        !ran.well && ran.said.contains("fail  settings: setting `origin`"),
        "{ran:?}"
    );
}

#[test]
fn a_policy_is_published_byte_for_byte() {
    let store = Store::made();
    let text = "\u{feff}ПОЛИТИКА КОНФИДЕНЦИАЛЬНОСТИ\r\n\r\n1. Общие положения:\r\n\r\n1.1 Настоящая политика.\r\n";
    let file = store.file("policy.txt", text);
    let hash = Text::read(text.as_bytes()).unwrap().sha256_hex();
    let publish = |words: &[&str]| {
        store.run(
            ["policy", "publish", file.to_str().unwrap()]
                .iter()
                .chain(words),
        )
    };

    let behind = |version| format!("behind   en: version {version} is not translated");
    publish(&[]).told(&["version  1 (ru)", &hash, "in force at once", &behind(1)]);
    publish(&[]).told(&["version  1 (ru)", "nothing was changed", &behind(1)]);
    let english = publish(&["--language", "en"]);
    english.told(&["version  1 (en)", &hash, "in force at once"]);
    assert!(!english.said.contains("behind"), "{english:?}");

    fs::write(&file, text.replace("Настоящая", "Новая")).unwrap();
    publish(&["--effective", "2120-01-01"]).told(&[
        "version  2 (ru)",
        "from 2120-01-01 00:00 +03:00",
        &behind(2),
    ]);
    // A translation begins with what it translates, also where its words are those of the last one.
    fs::write(&file, text).unwrap();
    publish(&["--language", "en"]).told(&[
        "version  2 (en)",
        &hash,
        "in force from 2120-01-01 00:00 +03:00",
    ]);
    publish(&["--language", "en"]).told(&["version  2 (en)", "nothing was changed"]);
    fs::write(&file, text.replace("Настоящая", "Совсем новая")).unwrap();
    publish(&[]).refused(&["takes effect later", "--effective"]);
    publish(&["--effective", "2020-01-01"]).refused(&["has passed"]);
}

#[test]
fn the_clinics_real_policy_is_taken() {
    let real =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/policy/medok-policy-ru.txt");
    let Ok(bytes) = fs::read(&real) else {
        eprintln!("absent, not tested: {}", real.display());
        return;
    };
    let store = Store::made();
    let hash = Text::read(&bytes).unwrap().sha256_hex();
    store
        .run(["policy".as_ref(), "publish".as_ref(), real.as_os_str()])
        .told(&["version  1 (ru)", &hash, "ПОЛИТИКА КОНФИДЕНЦИАЛЬНОСТИ"]);
}

#[test]
fn a_document_with_blanks_is_filled_from_the_clinics_record() {
    let store = Store::made();
    let policy = store.data().join("clinic/documents/policy.en.md");
    let ran = store.run([
        "policy".as_ref(),
        "publish".as_ref(),
        policy.as_os_str(),
        "--language".as_ref(),
        "en".as_ref(),
    ]);
    ran.told(&["version  1 (en)"]);
    store
        .run(["policy".as_ref(), "publish".as_ref(), policy.as_os_str()])
        .refused(&["--language"]);
    let consent = store.data().join("clinic/documents/booking-self.ru.md");
    store
        .run(["policy".as_ref(), "publish".as_ref(), consent.as_os_str()])
        .refused(&["booking-self", "not the policy"]);
}

#[test]
fn keys_are_rotated_and_the_old_ones_are_gone() {
    let store = Store::made();
    store
        .run(["keys", "rotate"])
        .told(&["KEK 2 is in use", "KEKs erased: 1", "make a backup"]);
    assert!(
        !store.keys().join("kek-0001.key").exists() && store.keys().join("kek-0002.key").exists()
    );
    store
        .run(["keys", "rotate", "--index"])
        .told(&["KEK 3", "indexes are rebuilt"]);
    assert!(
        !store.keys().join("index-0001.key").exists()
            && store.keys().join("index-0002.key").exists()
    );
    store
        .run(["journal", "verify"])
        .told(&["the journal is sound"]);
}

#[test]
fn a_backup_comes_back() {
    let store = Store::made();
    let settings = store.file(
        "medok.toml",
        format!("[backup]\nrecipients = [\"{RECIPIENT}\"]\n"),
    );
    let secret = store.file("secret.txt", format!("# of a test\n{SECRET}\n"));
    let (settings, secret) = (settings.to_str().unwrap(), secret.to_str().unwrap());
    let policy = store.file("policy.txt", "# Политика\n\nТекст.\n");
    store
        .run(["policy", "publish", policy.to_str().unwrap()])
        .told(&["version  1"]);
    let archives = store.data().with_file_name("archives");
    let archives = archives.to_str().unwrap();
    store
        .run(["backup", archives, "--config", settings])
        .told(&["data ", "keys ", "manifest ", "clinic"]);

    let other = Store::nowhere();
    other
        .run(["restore", archives])
        .refused(&["--identity", "MEDOK_IDENTITY"]);
    assert!(!other.data().exists());
    other
        .run(["restore", archives, "--identity", secret])
        .told(&["restored", "journal ", "clinic"]);
    other
        .run(["journal", "verify"])
        .told(&["the journal is sound"]);
    // The texts are the operator's own files; `init` writes samples where there are none.
    other.run(["init"]).told(&["made before", "samples"]);
    other
        .run(["policy", "publish", policy.to_str().unwrap()])
        .told(&["nothing was changed"]);
    let full = Store::made();
    full.run(["restore", archives, "--identity", secret])
        .refused(&["medok"]);
}

#[test]
fn a_catalogue_is_imported_whole_or_not_at_all() {
    let store = Store::made();
    let file = store.file("catalogue.csv", clinic::demo::FILE);
    let import = |words: &[&str]| store.run(["import", file.to_str().unwrap()].iter().chain(words));
    import(&["--dry-run"]).told(&["20"]);
    store.run(["journal", "verify"]).told(&["entries: 1,"]);
    import(&[]).told(&["20"]);
    store.run(["journal", "verify"]).told(&["entries: 2,"]);

    fs::write(&file, format!("{}\nне строка\n", clinic::demo::FILE)).unwrap();
    let lines = clinic::demo::FILE.lines().count();
    for words in [&["--dry-run"][..], &[]] {
        let ran = import(words);
        assert!(!ran.well, "{ran:?}");
        let told = ran.said + &ran.complained;
        assert!(
            (lines..=lines + 2).any(|line| told.contains(&format!("{line}"))),
            "the line is named: {told}"
        );
    }
    store.run(["journal", "verify"]).told(&["entries: 2,"]);
}

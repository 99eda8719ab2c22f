//! What the site tells of doctors, services and branches: it comes from the import, passes a migration and a restart,
//! and is served to programs; photos come from the clinic's folder.

use clinic::booking::catalogue::Words;
use clinic::booking::import;
use jiff::civil::date;
use journeys::{TestClinic, on_both, small_catalogue};
use kernel::Scope;
use serde_json::{Value, json};

/// The only one of a list that has this value under this key.
fn one<'a>(answer: &'a Value, list: &str, key: &str, value: &str) -> &'a Value {
    let all = answer[list].as_array().expect("a list");
    let mut found = all.iter().filter(|one| one[key] == value);
    let first = found
        .next()
        .unwrap_or_else(|| panic!("no {value} in {answer}"));
    assert!(found.next().is_none(), "{value} twice in {answer}");
    first
}

/// What a file tells is what programs read, in either language; what a file leaves out is there and empty.
async fn a_file_tells_programs(clinic: TestClinic) {
    let mut catalogue = small_catalogue();
    let words = |ru: &str, en: &str| Words {
        ru: ru.into(),
        en: en.into(),
    };
    catalogue.branches[0].way = words("Налево\nи прямо", "");
    catalogue.resources[1].education = Words::default();
    catalogue.resources[1].practising_since = None;
    catalogue.services[0].title = words("Первая", "First");
    let file = import::write(&catalogue);
    let read = import::read(file.as_bytes(), date(2026, 11, 23)).expect("it was written by us");
    assert_eq!(read, catalogue);
    clinic
        .booking
        .replace_catalogue(Scope::console(), read)
        .await
        .expect("it can be stored");

    let get = async |path: &str| clinic.get(path).send().await.json();
    let people = get("/api/v1/practitioners?language=ru").await;
    let anna = one(&people, "practitioners", "name", "Пчёлкина Анна");
    assert_eq!(
        (
            &anna["education"],
            &anna["practising_since"],
            &anna["photo"]
        ),
        (
            &json!(["2004 — Медовый университет — лечебное дело"]),
            &json!(2005),
            &Value::Null
        )
    );
    let boris = one(&people, "practitioners", "name", "Липов Борис");
    assert_eq!(
        (&boris["education"], &boris["practising_since"]),
        (&json!([]), &Value::Null)
    );
    let people = get("/api/v1/practitioners?language=en").await;
    let anna = one(&people, "practitioners", "name", "Anna Pchelkina");
    assert_eq!(
        anna["education"],
        json!(["2004 — Honey University — general medicine"])
    );
    let branches = get("/api/v1/branches?language=en").await;
    // Where a clinic has no English it has Russian.
    let main = one(&branches, "branches", "title", "Honey Street");
    assert_eq!(main["way"], "Налево\nи прямо");
    assert_eq!(main["email"], "main@example.org");
    let services = get("/api/v1/services?language=en").await;
    let first = one(&services, "services", "title", "First");
    assert_eq!(first["about"], "An examination and advice");
}

on_both!(file, a_file_tells_programs);

/// A store of the release before keeps its rows, its ids and its bookings, and tells nothing new until an import does;
/// what that release goes on to write is read as well.
async fn an_older_store_keeps_everything(clinic: TestClinic) {
    let start = clinic
        .free("visit", "anna", journeys::WORK_DAY)
        .await
        .remove(0);
    let body = clinic.booking("anna", &start).await;
    let booked = clinic.post("/api/v1/appointments", &body).send().await;
    assert_eq!(booked.code(), 201);
    let before = clinic.booking.catalogue().await.expect("a catalogue");
    for (table, columns) in [
        ("branch", &["way_ru", "way_en", "email"][..]),
        (
            "resource",
            &["education_ru", "education_en", "practising_since"],
        ),
        ("service", &["about_ru", "about_en"]),
    ] {
        for column in columns {
            let sql = format!("ALTER TABLE {table} DROP COLUMN {column}");
            clinic.sql(&sql).await;
        }
    }
    let gone = clinic
        .sql("DELETE FROM seaql_migrations WHERE version = 'm0004_public'")
        .await;
    assert_eq!(gone, 1);

    let clinic = clinic.restart().await;
    let after = clinic.booking.catalogue().await.expect("a catalogue");
    assert_eq!(after.version, before.version);
    let bare = |mut all: Vec<clinic::booking::catalogue::Branch>| {
        for one in &mut all {
            one.way = Words::default();
            one.email = String::new();
        }
        all
    };
    assert_eq!(after.branches, bare(before.branches.clone()));
    let bare = |mut all: Vec<clinic::booking::catalogue::Resource>| {
        for one in &mut all {
            one.education = Words::default();
            one.practising_since = None;
        }
        all
    };
    assert_eq!(after.resources, bare(before.resources.clone()));
    let bare = |mut all: Vec<clinic::booking::catalogue::Service>| {
        for one in &mut all {
            one.about = Words::default();
        }
        all
    };
    assert_eq!(after.services, bare(before.services.clone()));
    let token = booked.json()["token"].as_str().expect("a token").to_owned();
    let path = format!("/api/v1/appointments/{token}");
    assert_eq!(clinic.get(path.clone()).send().await.code(), 200);
    let report = clinic
        .trust
        .verify()
        .await
        .expect("the journal can be read");
    assert!(report.findings.is_empty(), "{:?}", report.findings);

    // The release before knows nothing of the new columns, and writes as it did.
    clinic
        .sql(
            "INSERT INTO branch (id, code, title_ru, title_en, address_ru, address_en, phone, zone, opens, closes, \
             position, withdrawn) SELECT service, 'older', 'Старый', '', 'Там', '', '+7 495 000-00-02', \
             'Europe/Moscow', 0, 60, 9, false FROM appointment",
        )
        .await;
    let clinic = clinic.restart().await;
    let found = clinic.booking.catalogue().await.expect("a catalogue");
    let older = found.branches.iter().find(|one| one.code == "older");
    assert_eq!(older.map(|one| one.email.as_str()), Some(""));

    clinic
        .booking
        .replace_catalogue(Scope::console(), small_catalogue())
        .await
        .expect("it can be stored");
    let told = clinic.booking.catalogue().await.expect("a catalogue");
    assert_eq!(told.branches, before.branches);
    assert_eq!(told.resources, before.resources);
    assert_eq!(told.services, before.services);
}

on_both!(older, an_older_store_keeps_everything);

/// A photo is served as a picture, kept for a year, and nothing else of the folder is served at all.
async fn photos_come_from_the_folder(clinic: TestClinic) {
    let folder = clinic.folder().join("clinic/photos");
    std::fs::create_dir_all(&folder).expect("a folder");
    // The smallest PNG: one pixel; the name says another kind.
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\
                \0\0\0\x0aIDAT\x78\xda\x63\x60\0\0\0\x02\0\x01\xe5\x27\xde\xfc\0\0\0\0IEND\xae\x42\x60\x82";
    std::fs::write(folder.join("anna.jpg"), png).expect("a photo");
    std::fs::write(folder.join("boris.png"), "<svg onload=alert(1)>").expect("a file");
    let clinic = clinic.restart().await;

    let people = clinic.get("/api/v1/practitioners?language=ru").send().await;
    let people = people.json();
    let boris = one(&people, "practitioners", "name", "Липов Борис");
    assert_eq!(boris["photo"], Value::Null);
    let anna = one(&people, "practitioners", "name", "Пчёлкина Анна");
    let address = anna["photo"].as_str().expect("an address").to_owned();
    let answer = clinic.get(address.clone()).send().await;
    assert_eq!((answer.code(), answer.body.as_slice()), (200, &png[..]));
    for (name, value) in [
        ("content-type", "image/png"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    for other in [
        "/photos/anna",
        "/photos/anna.jpg",
        "/photos/boris.png",
        "/photos/anna.0000000000000000.png",
        "/photos/..%2Foperator.toml",
        "/photos/%2e%2e/operator.toml",
        "/photos/%ff",
        "/photos/",
        "/photos",
    ] {
        let answer = clinic.get(other).send().await;
        assert!(
            matches!(answer.code(), 400 | 404),
            "{other}: {}",
            answer.code()
        );
        assert_ne!(
            answer.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert!(!answer.text().contains("legal_name"), "{other}");
    }
}

on_both!(photo, photos_come_from_the_folder);

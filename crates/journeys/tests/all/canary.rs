//! Unmistakable values go in; then none of them stands in any common encoding in any file of data, keys,
//! backups, logs or metrics — and all of them come back through the vault with a ticket.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use journeys::{Client, Medok, TestClinic, on_both, settled};
use kernel::{Case, PersonId, Purpose};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use trust::vault::{Record, Wanted};

const SURNAME: &str = "Канарейкина-Жёлтая";
const GIVEN: &str = "Цинциннати";
const PATRONYMIC: &str = "Выхухолевна";
const PHONE: &str = "+79167770913";
const EMAIL: &str = "zheltaya.kanareika@example.ru";
const BIRTH_DATE: &str = "1931-07-19";

/// The value as it could stand in a file.
fn encodings(value: &str) -> Vec<Vec<u8>> {
    let utf16: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let percent: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let escaped: String = value
        .chars()
        .map(|c| format!("\\u{:04x}", u32::from(c)))
        .collect();
    let mut all = vec![
        value.as_bytes().to_vec(),
        value.to_lowercase().into_bytes(),
        value.to_uppercase().into_bytes(),
        utf16,
        percent.to_lowercase().into_bytes(),
        percent.into_bytes(),
        escaped.into_bytes(),
        hex::encode(value).into_bytes(),
        hex::encode_upper(value).into_bytes(),
        value.chars().rev().collect::<String>().into_bytes(),
    ];
    // Base64 of the value at each of the three places it may begin in.
    for shift in 0..3 {
        let mut bytes = vec![0; shift];
        bytes.extend(value.as_bytes());
        for text in [STANDARD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)] {
            let inner = text.trim_end_matches('=');
            all.push(inner.as_bytes()[4..inner.len() - 4].to_vec());
        }
    }
    all
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found)
        } else {
            found.push(path)
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

/// Fails if a value stands in a file; the name is printed, never the value.
fn nowhere_below(folder: &Path, values: &[&str]) {
    let mut found = Vec::new();
    files(folder, &mut found);
    assert!(found.len() > 3, "there are files to look into");
    for file in found {
        let Ok(bytes) = std::fs::read(&file) else {
            continue;
        };
        for (index, value) in values.iter().enumerate() {
            for (kind, encoded) in encodings(value).iter().enumerate() {
                assert!(
                    !find(&bytes, encoded),
                    "canary {index} stands in {} (encoding {kind})",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn the_search_finds_what_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a", "b", "c", "d"] {
        std::fs::write(folder.path().join(name), "nothing").expect("a file");
    }
    nowhere_below(folder.path(), &[SURNAME]);
    for encoded in encodings(SURNAME) {
        std::fs::write(
            folder.path().join("d"),
            [b"x".as_slice(), &encoded, b"y"].concat(),
        )
        .expect("a file");
        let caught = std::panic::catch_unwind(|| nowhere_below(folder.path(), &[SURNAME]));
        assert!(caught.is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_canary_leaves_the_vault() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(medok) = Medok::below(folder.path(), None) else {
        return;
    };
    let medok = medok.with("MEDOK_LOG", "trace");
    let recipient = age::x25519::Identity::generate().to_public();
    medok.set_up(&clinic::booking::import::write(&journeys::small_catalogue()));
    let settings = folder.path().join("medok.toml");
    std::fs::write(
        &settings,
        format!("[backup]\nrecipients = [\"{}\"]\n", recipient),
    )
    .expect("a file");
    let serving = medok
        .clone()
        .with("MEDOK_METRICS_LISTEN", "127.0.0.1:0")
        .serve()
        .await;
    let served = serving.clinic().await;
    let (practitioner, start) = served.free(serving.address, 0, 3).await[0].clone();
    let mut body = served.booking(&practitioner, &start, 0);
    body["patient"] = json!({
        "surname": SURNAME, "given_name": GIVEN, "patronymic": PATRONYMIC, "birth_date": BIRTH_DATE, "phone": PHONE, "email": EMAIL,
    });
    let mut client = Client::connect(serving.address).await;
    let key = "idempotency-key: canary\r\n";
    let booked = client
        .try_post("/api/v1/appointments", &body.to_string(), key)
        .await
        .expect("an answer");
    assert_eq!(
        booked.status,
        201,
        "{}",
        String::from_utf8_lossy(&booked.body)
    );
    let booked: serde_json::Value = serde_json::from_slice(&booked.body).expect("JSON");
    let token = booked["token"].as_str().expect("a token").to_owned();
    for path in [
        format!("/api/v1/appointments/{token}"),
        format!("/a/{token}"),
        "/policy".into(),
    ] {
        client.get(&path).await;
    }
    // What is wrong is logged and answered without its value.
    let mut wrong = body.clone();
    wrong["patient"]["phone"] = json!(format!("{PHONE}{PHONE}"));
    wrong["patient"]["surname"] = json!(format!("{SURNAME}<"));
    assert_eq!(
        client
            .post("/api/v1/appointments", &wrong.to_string())
            .await
            .status,
        422
    );
    serving.stop();
    let backup = folder.path().join("backups");
    medok.run(&[
        "--config",
        &settings.display().to_string(),
        "backup",
        &backup.display().to_string(),
    ]);
    let token_values = [
        SURNAME,
        GIVEN,
        PATRONYMIC,
        PHONE,
        &PHONE[1..],
        EMAIL,
        BIRTH_DATE,
        token.as_str(),
    ];
    nowhere_below(folder.path(), &token_values);
}

on_both!(
    all_canaries_come_back_with_a_ticket,
    |clinic: TestClinic| async move {
        let mut body = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        body["patient"] = json!({
            "surname": SURNAME, "given_name": GIVEN, "patronymic": PATRONYMIC, "birth_date": BIRTH_DATE, "phone": PHONE, "email": EMAIL,
        });
        let booked = clinic.post("/api/v1/appointments", &body).send().await;
        assert_eq!(booked.code(), 201, "{}", booked.text());
        let id: kernel::AppointmentId = booked.json()["id"]
            .as_str()
            .expect("an id")
            .parse()
            .expect("an id");
        let db = clinic.trust.reads();
        let row = db
            .query_one_raw(Statement::from_string(
                db.get_database_backend(),
                "SELECT person FROM appointment",
            ))
            .await;
        let person = PersonId::from_uuid(
            row.expect("a question")
                .expect("a row")
                .try_get("", "person")
                .expect("an id"),
        );
        let registrar = clinic.staff("registrar", "registrar").await;
        let scope = TestClinic::at_work(registrar, Purpose::Services, Some(Case::appointment(id)));
        let ticket = settled(
            clinic
                .trust
                .act("test.ticket", scope, |act| {
                    Box::pin(async move { act.issue_ticket(None).await })
                })
                .await,
        );
        const FIELDS: &[&str] = &[
            "surname",
            "given_name",
            "patronymic",
            "birth_date",
            "phone",
            "email",
        ];
        let wanted = move || {
            [Wanted {
                person,
                record: Record::person(person),
                fields: FIELDS,
            }]
        };
        let subs = clinic.count("journal_sub").await;
        for _ in 0..2 {
            let opened = clinic
                .trust
                .act("test.open", scope, move |act| {
                    Box::pin(async move {
                        let opened = act.open(Some(ticket), &wanted()).await?;
                        Ok::<_, kernel::Stop<trust::vault::OpeningRefusal>>(
                            FIELDS
                                .iter()
                                .map(|field| opened[0][*field].reveal().clone())
                                .collect::<Vec<_>>(),
                        )
                    })
                })
                .await;
            assert_eq!(
                settled(opened),
                [SURNAME, GIVEN, PATRONYMIC, BIRTH_DATE, PHONE, EMAIL]
            );
        }
        assert_eq!(
            clinic.count("journal_sub").await,
            subs + 1,
            "told to the journal once a person and ticket"
        );
        // Without a ticket, for another purpose, by another role, after fifteen minutes: nothing.
        let refused = async |scope, ticket| {
            let outcome = clinic
                .trust
                .act("test.open", scope, move |act| {
                    Box::pin(async move { act.open(ticket, &wanted()).await.map(|_| ()) })
                })
                .await;
            assert!(
                matches!(outcome, Err(kernel::Stop::Refused(_))),
                "{outcome:?}"
            );
        };
        refused(scope, None).await;
        refused(
            TestClinic::at_work(registrar, Purpose::Statistics, scope.case),
            Some(ticket),
        )
        .await;
        let owner = clinic.staff("owner", "owner").await;
        let owners = TestClinic::at_work(owner, Purpose::Services, scope.case);
        refused(owners, Some(ticket)).await;
        let own = settled(
            clinic
                .trust
                .act("test.ticket", owners, |act| {
                    Box::pin(async move { act.issue_ticket(None).await })
                })
                .await,
        );
        refused(owners, Some(own)).await;
        clinic.clock.advance_seconds(15 * 60);
        refused(scope, Some(ticket)).await;
    }
);

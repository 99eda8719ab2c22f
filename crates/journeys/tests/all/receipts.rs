//! Receipts of consents: had by the secret link, checked by the command without a store and by an outsider's own
//! code; what must not pass is in `receipts/spoiled.rs`.

mod spoiled;

use std::path::{Path, PathBuf};
use std::process::Command;

use journeys::{Answer, BINARY, TestClinic, Visitor, on_both, settled};
use kernel::{PersonId, Purpose, Scope};
use serde_json::{Value, json};
use trust::consent::receipt::{Trusted, Vouched, check};

use crate::bound::destroyed;
use crate::independent_reader;

const AT: &str = "2026-11-24T09:00:00+03:00";

/// Books for oneself; gives the link's secret.
async fn booked_for_oneself(clinic: &TestClinic, start: &str) -> String {
    let body = clinic.booking("anna", start).await;
    token(&clinic.post("/api/v1/appointments", &body).send().await)
}

async fn booked_for_a_child(clinic: &TestClinic, start: &str) -> String {
    let mut body = clinic.booking("anna", start).await;
    body["for"] = json!("child");
    body["patient"]["birth_date"] = json!("2019-05-01");
    body["patient"]["phone"] = Value::Null;
    body["representative"] = json!({
        "surname": "Тестова", "given_name": "Мария", "patronymic": null, "phone": "+7 916 777-09-13", "basis": "parent",
    });
    body["consents"] = clinic.consents("booking", "child").await;
    token(&clinic.post("/api/v1/appointments", &body).send().await)
}

fn token(answer: &Answer) -> String {
    assert_eq!(answer.code(), 201, "{}", answer.text());
    answer.json()["token"].as_str().expect("a token").to_owned()
}

async fn listed(clinic: &TestClinic, token: &str) -> Vec<Value> {
    let path = format!("/api/v1/appointments/{token}/consents");
    let answer = clinic.get(path).send().await;
    assert_eq!(answer.code(), 200, "{}", answer.text());
    answer.json()["consents"]
        .as_array()
        .cloned()
        .expect("a list")
}

async fn asked_for(clinic: &TestClinic, token: &str, consent: &Value) -> Answer {
    let id = consent["id"].as_str().expect("an id");
    let path = format!("/api/v1/appointments/{token}/consents/{id}/receipt.json");
    assert_eq!(consent["receipt_url"], format!("http://clinic.test{path}"));
    clinic.get(path).send().await
}

/// All receipts of an appointment, once the journal is signed.
async fn receipts(clinic: &TestClinic, token: &str) -> Vec<String> {
    clinic.trust.sign_checkpoint().await.expect("a checkpoint");
    let mut receipts = Vec::new();
    for consent in listed(clinic, token).await {
        assert_eq!(consent["ready"], true);
        let answer = asked_for(clinic, token, &consent).await;
        assert_eq!(answer.code(), 200, "{}", answer.text());
        assert_eq!(answer.header("content-type"), "application/ld+json");
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert_eq!(
            answer.header("content-disposition"),
            "attachment; filename=\"receipt.json\""
        );
        assert_eq!(
            answer.json()["dpv:hasRecordOfActivity"]["dct:identifier"],
            consent["id"]
        );
        receipts.push(answer.text());
    }
    receipts
}

/// The clinic's key, as it is published.
async fn key(clinic: &TestClinic) -> String {
    clinic.get("/journal/key").send().await.text()
}

/// Runs `medok journal verify --receipt …` in an empty folder; none where the binary was not built.
fn verified(files: &[&Path], more: &[&str], keys: Option<&Path>) -> Option<(bool, String)> {
    let Ok(binary) = std::env::var(BINARY) else {
        eprintln!("SKIPPED: {BINARY} is not set; run `cargo xtask test`");
        return None;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(binary);
    command
        .current_dir(folder.path())
        .env_clear()
        .args(["journal", "verify"])
        .args(more);
    for file in files {
        command.arg("--receipt").arg(file);
    }
    if let Some(keys) = keys {
        command.env("MEDOK_KEYS", keys);
    }
    let output = command.output().expect("the binary runs");
    let words = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        std::fs::read_dir(folder.path())
            .expect("a folder")
            .next()
            .is_none(),
        "checking a receipt writes nothing"
    );
    Some((output.status.success(), words))
}

fn written(clinic: &TestClinic, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let file = clinic.folder().join(name);
    std::fs::write(&file, text).expect("a file");
    file
}

on_both!(
    a_receipt_is_had_by_the_link_and_verifies_without_a_store,
    |clinic: TestClinic| async move {
        let key = key(&clinic).await;
        for count in [2, 3] {
            let token = match count {
                2 => booked_for_oneself(&clinic, AT).await,
                _ => booked_for_a_child(&clinic, "2026-11-24T10:00:00+03:00").await,
            };
            let before = listed(&clinic, &token).await;
            assert_eq!(before.len(), count);
            assert!(
                before
                    .iter()
                    .all(|one| one["given"] == true && one["ready"] == false)
            );
            assert_eq!(before[0]["document"], "policy");
            // Not signed yet: a clear "in some seconds", and nothing broken.
            let early = asked_for(&clinic, &token, &before[0]).await;
            assert_eq!((early.code(), early.header("retry-after")), (409, "5"));
            assert_eq!(early.json()["type"], "/problems/not-yet");

            for (at, receipt) in receipts(&clinic, &token).await.iter().enumerate() {
                let trusted = Trusted::key(&key).expect("a key");
                let checked = check(receipt.as_bytes(), &trusted).expect("sound");
                assert_eq!(checked.vouched, Vouched::Key);
                let terms = checked.receipt.terms.as_ref().expect("bound");
                let about = terms.about.as_ref().map(|about| about.code.as_str());
                match (count, at) {
                    (_, 0) => assert_eq!(about, None),
                    (3, 1) => assert_eq!(about, Some("representative")),
                    _ => assert_eq!(about, Some("patient")),
                }
                let file = written(&clinic, "receipt.json", receipt);
                let keyfile = written(&clinic, "key.txt", &key);
                let Some((sound, words)) =
                    verified(&[&file], &["--key", &keyfile.display().to_string()], None)
                else {
                    return;
                };
                assert!(
                    sound && words.contains("checked with the key given"),
                    "{words}"
                );
                assert!(
                    words.contains("consent was given at 2026-11-23T06:00:00Z"),
                    "{words}"
                );
                let (sound, words) =
                    verified(&[&file], &["--key", key.trim()], None).expect("built");
                assert!(sound, "{words}");
                let (sound, words) = verified(&[&file], &[], Some(&clinic.keys())).expect("built");
                assert!(
                    sound && words.contains("the key of the store at hand"),
                    "{words}"
                );
                let (sound, words) = verified(&[&file], &[], None).expect("built");
                assert!(
                    sound && words.contains("ONLY WITH THE KEY IN THE RECEIPT ITSELF"),
                    "{words}"
                );
            }
        }
        assert!(clinic.trust.verify().await.expect("a report").sound());
    }
);

on_both!(
    no_name_and_no_phone_stand_in_a_receipt,
    |clinic: TestClinic| async move {
        let mut all = receipts(&clinic, &booked_for_oneself(&clinic, AT).await).await;
        let child = booked_for_a_child(&clinic, "2026-11-24T10:00:00+03:00").await;
        all.extend(receipts(&clinic, &child).await);
        for receipt in &all {
            // Also where the journal's own texts stand as texts within texts.
            for canary in [
                "Тестова",
                "Мария",
                "Ивановна",
                "1986-11-24",
                "2019-05-01",
                "+7 916",
                "+7916",
                "7770913",
                "777-09-13",
                "192.0.2.7",
            ] {
                assert!(!receipt.contains(canary), "{canary}: {receipt}");
            }
            assert!(!receipt.contains(&child), "the secret of the link");
        }
    }
);

on_both!(
    receipts_outlive_restarts_changed_texts_withdrawals_and_the_person,
    |clinic: TestClinic| async move {
        let token = booked_for_oneself(&clinic, AT).await;
        let old = receipts(&clinic, &token).await;
        // The clinic changes its sentence and restarts: what was shown then is still what the receipt says.
        let declaration = clinic.folder().join("clinic/declarations/booking.toml");
        let text = std::fs::read_to_string(&declaration).expect("a declaration");
        let sentence = "Даю согласие на обработку моих персональных данных для записи на приём";
        assert!(text.contains(sentence));
        let changed = text.replace(sentence, "Даю согласие на всё");
        std::fs::write(&declaration, changed).expect("a file");
        let clinic = clinic.restart().await;
        clinic.publish_texts().await;
        let again = receipts(&clinic, &token).await;
        let body = |text: &str| -> Value {
            let json: Value = serde_json::from_str(text).expect("JSON");
            json["dpv:hasRecordOfActivity"].clone()
        };
        for (old, new) in old.iter().zip(&again) {
            assert_eq!(body(old), body(new), "only the checkpoint is newer");
        }
        assert_eq!(body(&again[1])["dpv:hasNotice"]["medok:sentence"], sentence);
        let pair = [
            written(&clinic, "old.json", &old[1]),
            written(&clinic, "new.json", &again[1]),
        ];
        if let Some((sound, words)) = verified(&[&pair[0], &pair[1]], &[], Some(&clinic.keys())) {
            assert!(sound && words.contains("the same link"), "{words}");
            assert!(words.contains("not by two receipts"), "{words}");
        }

        let person = patient(&clinic).await;
        let withdrawn = clinic
            .trust
            .act("test.withdraw", Scope::console(), move |act| {
                Box::pin(async move {
                    let ended = act.withdraw_consent(person, Purpose::Contact).await?;
                    act.record(trust::journal::Kind::ConsentWithdrawn, Value::Null)?;
                    Ok::<_, kernel::Stop<()>>(ended)
                })
            })
            .await;
        assert_eq!(settled(withdrawn), 1);
        let consents = listed(&clinic, &token).await;
        assert_eq!(
            consents[1]["ready"], false,
            "the withdrawal is not signed yet"
        );
        let newest = receipts(&clinic, &token).await;
        assert_eq!(body(&newest[1])["medok:state"], "partly-withdrawn");
        let published = key(&clinic).await;
        let trusted = || Trusted::key(&published).expect("a key");
        check(newest[1].as_bytes(), &trusted()).expect("sound");

        destroyed(&clinic, person).await;
        let path = format!("/api/v1/appointments/{token}/consents");
        assert_eq!(clinic.get(path).send().await.code(), 404);
        for receipt in old.iter().chain(&newest) {
            check(receipt.as_bytes(), &trusted()).expect("the log keeps the hash");
        }
        assert!(clinic.trust.verify().await.expect("a report").sound());
    }
);

async fn patient(clinic: &TestClinic) -> PersonId {
    use sea_orm::{ConnectionTrait, Statement};
    let db = clinic.trust.reads();
    let sql = "SELECT person FROM appointment";
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .expect("the table is there")
        .expect("an appointment");
    PersonId::from_uuid(row.try_get("", "person").expect("an id"))
}

on_both!(
    the_owners_page_lists_the_consents,
    |clinic: TestClinic| async move {
        let token = booked_for_a_child(&clinic, AT).await;
        let mut owner = Visitor::at(&clinic, &format!("/a/{token}")).await;
        let link = owner
            .link("/appointment/consents")
            .expect("a link to the consents");
        owner.go(&link).await;
        assert_eq!(
            (owner.code(), owner.heading().as_str()),
            (200, "Ваши согласия")
        );
        assert!(
            owner.text().contains("будет готова через несколько секунд"),
            "{}",
            owner.text()
        );
        assert!(owner.link("/appointment/consents/").is_none());
        let early = listed(&clinic, &token).await[0]["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        owner
            .go(&format!("/appointment/consents/{early}/receipt.json"))
            .await;
        assert_eq!((owner.code(), owner.path()), (200, "/appointment/consents"));

        clinic.trust.sign_checkpoint().await.expect("a checkpoint");
        owner.go("/appointment/consents").await;
        let text = owner.text();
        for words in [
            "Согласие дано 23 ноября 2026 года, 09:00",
            "О ком: законный представитель пациента",
            "О ком: пациент",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(!text.contains("через несколько секунд."), "{text}");
        let paper = owner.link("/appointment/consents/").expect("a receipt");
        let receipt = paper.replace(".pdf", ".json");
        owner.go(&receipt).await;
        assert_eq!(owner.code(), 200);
        let trusted = Trusted::key(&key(&clinic).await).expect("a key");
        check(owner.html().as_bytes(), &trusted).expect("sound");

        // Not without the cookie, nor those of another appointment.
        assert_eq!(clinic.get("/appointment/consents").send().await.code(), 404);
        assert_eq!(clinic.get(receipt.as_str()).send().await.code(), 404);
        let other = booked_for_oneself(&clinic, "2026-11-24T11:00:00+03:00").await;
        clinic.trust.sign_checkpoint().await.expect("a checkpoint");
        let foreign = listed(&clinic, &other).await[1]["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        for id in [foreign.as_str(), "no-id", "%00"] {
            let page = format!("/appointment/consents/{id}/receipt.json");
            owner.go(&page).await;
            assert_eq!(owner.code(), 404, "{id}");
            let path = format!("/api/v1/appointments/{token}/consents/{id}/receipt.json");
            assert_eq!(clinic.get(path).send().await.code(), 404, "{id}");
        }
        let nobody = clinic
            .get("/api/v1/appointments/no-token/consents")
            .send()
            .await;
        assert_eq!(nobody.code(), 404);
    }
);

on_both!(
    an_outsider_proves_a_consent_by_code_of_their_own,
    |clinic: TestClinic| async move {
        let token = booked_for_oneself(&clinic, AT).await;
        booked_for_oneself(&clinic, "2026-11-24T11:00:00+03:00").await;
        let vkey = key(&clinic).await;
        for receipt in receipts(&clinic, &token).await {
            let json: Value = serde_json::from_str(&receipt).expect("JSON");
            independent_reader::proves_consent(&vkey, &json);
        }
    }
);

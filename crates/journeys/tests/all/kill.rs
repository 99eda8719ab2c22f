//! `kill -9` at random moments under load: every acknowledged booking is there once, none is half-made, the
//! journal verifies. Fifty rounds; `MEDOK_KILL_ROUNDS` for more.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use journeys::{Client, Medok, Store};
use sea_orm::{ConnectionTrait, Database, Statement};

const CLIENTS: usize = 8;

async fn rounds(store: Store, rounds: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(url) = store.fresh(folder.path()).await else {
        return;
    };
    let url = if store == Store::Sqlite {
        format!("sqlite:{}", folder.path().join("data/medok.db").display())
    } else {
        url
    };
    let Some(medok) = Medok::below(folder.path(), Some(&url)) else {
        return;
    };
    medok.set_up(&clinic::booking::import::write(&journeys::small_catalogue()));
    let acknowledged: Arc<Mutex<BTreeMap<String, String>>> = Arc::default();
    let mut next = 0;
    for round in 0..rounds {
        let serving = medok.serve().await;
        let served = Arc::new(serving.clinic().await);
        let slots = Arc::new(served.free(serving.address, 0, 58).await);
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (served, slots, acknowledged) = (
                    Arc::clone(&served),
                    Arc::clone(&slots),
                    Arc::clone(&acknowledged),
                );
                let (address, first) = (serving.address, next + client);
                tokio::spawn(async move {
                    let mut connection = Client::connect(address).await;
                    for number in (first..).step_by(CLIENTS) {
                        let Some((practitioner, start)) = slots.get((number * 31) % slots.len())
                        else {
                            return;
                        };
                        let body = served.booking(practitioner, start, number).to_string();
                        let key = format!("idempotency-key: kill-{number}\r\n");
                        let Ok(answer) = connection
                            .try_post("/api/v1/appointments", &body, &key)
                            .await
                        else {
                            return;
                        };
                        if answer.status == 201 {
                            let value: serde_json::Value =
                                serde_json::from_slice(&answer.body).expect("JSON");
                            let id = value["id"].as_str().expect("an id").to_owned();
                            let token = value["token"].as_str().expect("a token").to_owned();
                            acknowledged.lock().expect("no panic").insert(id, token);
                        }
                    }
                })
            })
            .collect();
        next += 1000;
        let pause =
            u64::from(kernel::entropy::bytes::<1>()[0]) + if round % 5 == 0 { 400 } else { 20 };
        tokio::time::sleep(Duration::from_millis(pause)).await;
        serving.kill();
        for client in clients {
            client.await.expect("a client does not panic");
        }
    }
    // Once more up, so that PostgreSQL's last entries get their numbers and the last checkpoint is signed.
    let serving = medok.serve().await;
    let known = acknowledged.lock().expect("no panic").clone();
    assert!(known.len() >= rounds, "there was load: {}", known.len());
    let mut client = Client::connect(serving.address).await;
    for (id, token) in known.iter().take(300) {
        let answer = client.get(&format!("/api/v1/appointments/{token}")).await;
        assert_eq!(answer.status, 200, "{id} is lost");
    }
    serving.stop();
    let db = Database::connect(url.replace("sqlite:", "sqlite://"))
        .await
        .expect("the store opens");
    let count = async |sql: &str| -> i64 {
        let sql = format!("SELECT count(*) AS n FROM {sql}");
        let row = db
            .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
            .await
            .expect("a question");
        row.expect("a count is a row")
            .try_get("", "n")
            .expect("a number")
    };
    let rows = db
        .query_all_raw(Statement::from_string(
            db.get_database_backend(),
            "SELECT id FROM appointment",
        ))
        .await
        .expect("a question");
    let there: Vec<String> = rows
        .iter()
        .map(|row| {
            row.try_get::<uuid::Uuid>("", "id")
                .expect("an id")
                .to_string()
        })
        .collect();
    for id in known.keys() {
        assert_eq!(
            there.iter().filter(|other| *other == id).count(),
            1,
            "{id} was acknowledged"
        );
    }
    let appointments = there.len() as i64;
    for (table, each) in [
        ("person", 1),
        ("person_key", 1),
        ("consent", 4),
        ("busy", 1),
        ("claim", 6),
    ] {
        assert_eq!(
            count(table).await,
            appointments * each,
            "{table}: none is half-made"
        );
    }
    assert_eq!(
        count("journal_entry WHERE kind = 'appointment.booked'").await,
        appointments
    );
    db.close().await.expect("the store closes");
    let words = medok.run(&["journal", "verify"]);
    eprintln!(
        "{store:?}: {} acknowledged of {appointments} in {rounds} rounds; {words}",
        known.len()
    );
}

fn wanted() -> usize {
    std::env::var("MEDOK_KILL_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(50)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_survives_kill_9() {
    rounds(Store::Sqlite, wanted()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_survives_kill_9() {
    rounds(Store::Postgres, wanted()).await;
}

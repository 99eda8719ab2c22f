//! Whoever changes rows of a whole clinic by plain SQL, without the keys, is found by `medok journal verify`, each change
//! by its own name; and what a forged row would hide or allow, the house does not believe.

use std::collections::BTreeSet;

use journeys::{Store, TestClinic, on_both, settled};
use kernel::{AppointmentId, Case, PersonId, Purpose, Scope, Stop};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use trust::access::TicketRefusal;
use trust::journal::Kind;
use trust::journal::verify::{Finding, Report};
use trust::vault::{OpeningRefusal, Record, Wanted};
use uuid::Uuid;

/// A booking with its ids.
#[derive(Clone)]
struct Booked {
    id: AppointmentId,
    person: PersonId,
    token: String,
}

async fn booked(clinic: &TestClinic, start: &str) -> Booked {
    let body = clinic
        .booking("anna", &format!("2026-11-24T{start}:00+03:00"))
        .await;
    posted(clinic, &body).await
}

async fn posted(clinic: &TestClinic, body: &Value) -> Booked {
    let answer = clinic.post("/api/v1/appointments", body).send().await;
    assert_eq!(answer.code(), 201, "{}", answer.text());
    let answer = answer.json();
    let text = |name: &str| answer[name].as_str().expect("a text").to_owned();
    let id: AppointmentId = text("id").parse().expect("an id");
    let row = format!(
        "SELECT person AS value FROM appointment WHERE id = {}",
        sql_id(clinic, id.uuid())
    );
    Booked {
        id,
        person: PersonId::from_uuid(value(clinic, &row).await),
        token: text("token"),
    }
}

async fn value(clinic: &TestClinic, select: &str) -> Uuid {
    let db = clinic.trust.reads();
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), select))
        .await;
    let row = row.expect("a question").expect("a row");
    row.try_get("", "value").expect("an id")
}

/// An id as SQL writes it.
fn sql_id(clinic: &TestClinic, id: Uuid) -> String {
    match clinic.store {
        Store::Sqlite => format!("X'{}'", id.simple()),
        Store::Postgres => format!("'{id}'::uuid"),
    }
}

async fn verified(clinic: &TestClinic) -> Report {
    clinic.trust.verify().await.expect("the store can be read")
}

pub async fn sound(clinic: &TestClinic) {
    let report = verified(clinic).await;
    let found: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    assert!(report.sound(), "{found:#?}");
}

/// A row of this table is found to differ from what was told of it.
pub async fn unsound(clinic: &TestClinic, table: &str) {
    let report = verified(clinic).await;
    let found: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    let differs =
        |finding: &Finding| matches!(finding, Finding::RowDiffers { table: of, .. } if of == table);
    assert!(report.findings.iter().any(differs), "{found:#?}");
}

/// Makes one change, and expects it to be found by its name.
async fn found(clinic: &TestClinic, change: &str, expected: impl Fn(&Finding) -> bool) {
    assert!(
        clinic.sql(change).await > 0,
        "nothing was changed: {change}"
    );
    let report = verified(clinic).await;
    let found: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    assert!(
        report.findings.iter().any(expected),
        "{change} was not found, but: {found:#?}"
    );
    assert!(
        !found.iter().any(|text| text.contains("Тестова")),
        "a finding shows a value: {found:#?}"
    );
}

fn differs<'a>(of: &'a str, named: &'a str) -> impl Fn(&Finding) -> bool + 'a {
    move |finding| matches!(finding, Finding::RowDiffers { table, column, .. } if table == of && column == named)
}

fn by_hand<'a>(of: &'a str, about: PersonId) -> impl Fn(&Finding) -> bool + 'a {
    move |finding| matches!(finding, Finding::RowByHand { table, person, .. } if table == of && *person == about.uuid())
}

fn missing<'a>(of: &'a str, about: PersonId) -> impl Fn(&Finding) -> bool + 'a {
    move |finding| matches!(finding, Finding::RowMissing { table, person, .. } if table == of && *person == about.uuid())
}

async fn withdraw(clinic: &TestClinic, person: PersonId) -> usize {
    let ended = clinic
        .trust
        .act("test.withdraw", Scope::console(), move |act| {
            Box::pin(async move {
                let ended = act.withdraw_consent(person, Purpose::Services).await?;
                act.record(Kind::ConsentWithdrawn, Value::Null)?;
                Ok::<_, Stop<()>>(ended)
            })
        })
        .await;
    settled(ended)
}

on_both!(
    consents_changed_by_hand_are_found,
    |clinic: TestClinic| async move {
        let mut people = Vec::new();
        for start in ["10:00", "10:30", "11:00", "11:30", "12:00"] {
            people.push(booked(&clinic, start).await.person);
        }
        assert_eq!(withdraw(&clinic, people[3]).await, 1);
        sound(&clinic).await;
        let of = |person: PersonId| {
            let person = sql_id(&clinic, person.uuid());
            format!("purpose = 'services' AND person = {person}")
        };
        let flipped = format!("UPDATE consent SET given = false WHERE {}", of(people[0]));
        found(&clinic, &flipped, differs("consent", "given")).await;
        let other = of(people[1]);
        let newer = format!("UPDATE consent SET version = version + 1 WHERE {other}");
        found(&clinic, &newer, differs("consent", "version")).await;
        let reworded = format!("UPDATE consent SET sha256 = 'ab' WHERE {other}");
        found(&clinic, &reworded, differs("consent", "sha256")).await;
        let deleted = format!("DELETE FROM consent WHERE {}", of(people[2]));
        found(&clinic, &deleted, missing("consent", people[2])).await;
        // The withdrawal taken back: its row deleted.
        let undone = format!(
            "DELETE FROM consent WHERE withdraws IS NOT NULL AND {}",
            of(people[3])
        );
        found(&clinic, &undone, missing("consent", people[3])).await;
        // A consent put in, and a withdrawal nobody asked for.
        let new = |id, given: &str, withdraws: &str| {
            format!(
                "INSERT INTO consent (id, person, given_by, document, version, language, sha256, purpose, given, form, at, withdraws, act) \
                 SELECT {}, person, given_by, document, version, language, sha256, purpose, {given}, form, at, {withdraws}, act \
                 FROM consent WHERE {}",
                sql_id(&clinic, Uuid::from_u128(id)),
                of(people[4])
            )
        };
        found(
            &clinic,
            &new(1, "false", "id"),
            by_hand("consent", people[4]),
        )
        .await;
        let forged = format!(
            "INSERT INTO legal_basis (person, purpose, norm, at, ended_at, act) \
             SELECT person, 'statistics', 'закон', at, NULL, act FROM consent WHERE withdraws IS NULL AND {}",
            of(people[0])
        );
        found(&clinic, &forged, by_hand("legal_basis", people[0])).await;
    }
);

pub(crate) async fn destroyed(clinic: &TestClinic, person: PersonId) {
    let proposed = clinic
        .trust
        .act("test.propose", Scope::console(), move |act| {
            Box::pin(async move {
                act.propose_destruction(&BTreeSet::from([person]), "срок хранения истёк")
                    .await
            })
        });
    let proposal = settled(proposed.await);
    for (login, role) in [("olga", "responsible"), ("pavel", "owner")] {
        let approver = clinic.staff(login, role).await;
        let list = proposal.list_hash.clone();
        let id = proposal.id;
        let scope = TestClinic::at_work(approver, Purpose::Safeguard, None);
        let approved = clinic.trust.act("test.approve", scope, move |act| {
            let list = list.clone();
            Box::pin(async move { act.approve_destruction(id, &list).await })
        });
        settled(approved.await);
    }
    settled(clinic.trust.destroy(Scope::console(), proposal.id).await);
}

on_both!(
    every_kind_of_booking_leaves_a_sound_store,
    |clinic: TestClinic| async move {
        let for_whom = async |whom: &str, birth_date: &str, start: &str| {
            let mut body = clinic
                .booking("boris", &format!("2026-11-24T{start}:00+03:00"))
                .await;
            body["for"] = json!(whom);
            body["patient"]["birth_date"] = json!(birth_date);
            body["patient"]["phone"] = Value::Null;
            body["consents"] = clinic.consents("booking", whom).await;
            body
        };
        let mut child = for_whom("child", "2020-03-01", "10:00").await;
        child["representative"] = json!({
            "surname": "Тестов", "given_name": "Пётр", "patronymic": null, "phone": "+7 916 777-09-14", "basis": "parent",
        });
        let child = posted(&clinic, &child).await;
        let mut adult = for_whom("adult", "1986-11-24", "10:30").await;
        adult["booker"] = json!({ "given_name": "Пётр", "phone": "+7 916 777-09-14" });
        let adult = posted(&clinic, &adult).await;
        sound(&clinic).await;
        withdraw(&clinic, adult.person).await;
        sound(&clinic).await;
        // With the representative goes the tie to the child, whose appointment stays as it was noted.
        let representative = format!(
            "SELECT representative AS value FROM appointment WHERE id = {}",
            sql_id(&clinic, child.id.uuid())
        );
        let representative = PersonId::from_uuid(value(&clinic, &representative).await);
        destroyed(&clinic, representative).await;
        assert_eq!(
            clinic
                .count("appointment WHERE for_whom = 'child' AND representative IS NULL")
                .await,
            1
        );
        sound(&clinic).await;
        // The legal basis that was ended comes back to life.
        let revived = "UPDATE legal_basis SET ended_at = NULL WHERE ended_at IS NOT NULL";
        found(&clinic, revived, differs("legal_basis", "ended_at")).await;
        let deleted = format!(
            "DELETE FROM legal_basis WHERE purpose = 'services' AND person = {}",
            sql_id(&clinic, adult.person.uuid())
        );
        found(&clinic, &deleted, missing("legal_basis", adult.person)).await;
    }
);

on_both!(
    appointments_changed_by_hand_are_found,
    |clinic: TestClinic| async move {
        let mut all = Vec::new();
        for start in ["10:00", "10:30", "11:00", "11:30", "12:00", "12:30"] {
            all.push(booked(&clinic, start).await);
        }
        // What the house itself changes, it notes.
        let to = json!({
            "start": "2026-11-24T15:00:00+03:00",
            "practitioner": clinic.id("practitioner", "boris").await,
            "branch": clinic.id("branch", "main").await,
        });
        let path =
            |booked: &Booked, verb: &str| format!("/api/v1/appointments/{}{verb}", booked.token);
        let moved = clinic.post(path(&all[0], "/move"), &to).send().await;
        assert_eq!(moved.code(), 200, "{}", moved.text());
        let cancelled = clinic
            .post(path(&all[1], "/cancel"), &json!({}))
            .send()
            .await;
        assert_eq!(cancelled.code(), 200, "{}", cancelled.text());
        clinic.clock.advance_seconds(60 * 60);
        clinic.work().await;
        assert!(
            clinic
                .count("appointment WHERE escalated_at IS NOT NULL")
                .await
                > 0
        );
        sound(&clinic).await;

        let set = |booked: &Booked, change: &str| {
            format!(
                "UPDATE appointment SET {change} WHERE id = {}",
                sql_id(&clinic, booked.id.uuid())
            )
        };
        let rewound = set(&all[0], "starts = starts - 30");
        found(&clinic, &rewound, differs("appointment", "starts")).await;
        let revived = set(&all[1], "status = 'requested'");
        found(&clinic, &revived, differs("appointment", "status")).await;
        let link = set(
            &all[2],
            &format!(
                "link_hash = {}",
                match clinic.store {
                    Store::Sqlite => "X'00'",
                    Store::Postgres => "'\\x00'::bytea",
                }
            ),
        );
        found(&clinic, &link, differs("appointment", "link_hash")).await;
        let deleted = format!(
            "DELETE FROM appointment WHERE id = {}",
            sql_id(&clinic, all[3].id.uuid())
        );
        found(&clinic, &deleted, missing("appointment", all[3].person)).await;
        let person = sql_id(&clinic, all[5].person.uuid());
        let given_away = set(&all[4], &format!("person = {person}"));
        found(&clinic, &given_away, by_hand("appointment", all[5].person)).await;
        finds(&clinic, missing("appointment", all[4].person)).await;
        // Of somebody who never was.
        let nobody = Uuid::from_u128(7);
        let person = sql_id(&clinic, nobody);
        let to_nobody = set(&all[5], &format!("person = {person}"));
        found(&clinic, &to_nobody, |finding| {
            matches!(finding, Finding::PersonMissing { table, person } if table == "appointment" && *person == nobody)
        })
        .await;
    }
);

async fn finds(clinic: &TestClinic, expected: impl Fn(&Finding) -> bool) {
    let report = verified(clinic).await;
    let found: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    assert!(report.findings.iter().any(expected), "{found:#?}");
}

on_both!(
    persons_deleted_with_all_their_rows_are_missed,
    |clinic: TestClinic| async move {
        let gone = booked(&clinic, "10:00").await.person;
        booked(&clinic, "10:30").await;
        clinic.trust.map_chains().await.expect("a map");
        clinic.trust.sign_checkpoint().await.expect("a checkpoint");
        sound(&clinic).await;
        let person = sql_id(&clinic, gone.uuid());
        let chain = value(
            &clinic,
            &format!("SELECT chain AS value FROM person_key WHERE person = {person}"),
        )
        .await;
        let chain = sql_id(&clinic, chain);
        for table in ["journal_sub", "journal_chain"] {
            clinic
                .sql(&format!("DELETE FROM {table} WHERE chain = {chain}"))
                .await;
        }
        for table in ["sealed_field", "person_key", "blind_index", "appointment"] {
            clinic
                .sql(&format!("DELETE FROM {table} WHERE person = {person}"))
                .await;
        }
        clinic
            .sql(&format!("DELETE FROM person WHERE id = {person}"))
            .await;
        let named = |finding: &Finding| matches!(finding, Finding::PersonMissing { table, person } if table == "consent" && *person == gone.uuid());
        finds(&clinic, named).await;
        // And without a row that names them: the padding of the entry does not hide the gap.
        clinic
            .sql(&format!("DELETE FROM consent WHERE person = {person}"))
            .await;
        finds(&clinic, |finding| {
            matches!(
                finding,
                Finding::SubsMissing {
                    missing: 1,
                    there: 0,
                    ..
                }
            )
        })
        .await;
    }
);

/// What stands for a ticket of the holder of a link: the case and a quarter of an hour.
fn permit_of(case: Uuid, minutes: i64) -> Uuid {
    let mut bytes = *case.as_bytes();
    let window = minutes.div_euclid(15).to_be_bytes();
    for (byte, of_window) in bytes.iter_mut().rev().zip(window.iter().rev()) {
        *byte ^= of_window;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

on_both!(
    a_forged_row_hides_no_opening,
    |clinic: TestClinic| async move {
        let booked = booked(&clinic, "10:00").await;
        let path = format!("/api/v1/appointments/{}", booked.token);
        let openings = "journal_entry WHERE kind = 'person.opened'";
        for _ in 0..2 {
            assert_eq!(clinic.get(&path).send().await.code(), 200);
        }
        assert_eq!(clinic.count(openings).await, 1, "told once");
        sound(&clinic).await;
        // The next quarter of an hour, as if it had been told: the same person, fields and act.
        clinic.clock.advance_seconds(15 * 60);
        let permit = permit_of(booked.id.uuid(), clinic.clock.now().minutes());
        let forged = format!(
            "INSERT INTO ticket_opening (ticket, person, fields, act) SELECT {}, person, fields, act FROM ticket_opening",
            sql_id(&clinic, permit)
        );
        found(&clinic, &forged, |finding| {
            matches!(finding, Finding::OpeningByHand { person, permit: of, .. } if *person == booked.person.uuid() && *of == permit)
        })
        .await;
        assert_eq!(clinic.get(&path).send().await.code(), 200);
        assert_eq!(
            clinic.count(openings).await,
            2,
            "the forged row was not believed"
        );
        // A row whose act is no longer in the journal is not believed either.
        clinic.clock.advance_seconds(15 * 60);
        assert_eq!(clinic.get(&path).send().await.code(), 200);
        assert_eq!(clinic.count(openings).await, 3);
        let permit = permit_of(booked.id.uuid(), clinic.clock.now().minutes());
        let act = value(
            &clinic,
            &format!(
                "SELECT act AS value FROM ticket_opening WHERE ticket = {}",
                sql_id(&clinic, permit)
            ),
        )
        .await;
        clinic
            .sql(&format!(
                "DELETE FROM journal_entry WHERE id = {}",
                sql_id(&clinic, act)
            ))
            .await;
        // The house that told it remembers having told; what it has lost since is found.
        assert_eq!(clinic.get(&path).send().await.code(), 200);
        assert_eq!(clinic.count(openings).await, 2, "told before it was taken");
        finds(
            &clinic,
            |finding| matches!(finding, Finding::ActMissing { act: of, .. } if *of == act),
        )
        .await;
        // One that starts anew remembers nothing, and believes no row whose act is gone.
        let clinic = clinic.restart().await;
        assert_eq!(clinic.get(&path).send().await.code(), 200);
        assert_eq!(clinic.count(openings).await, 3, "one taken away, one told");
    }
);

on_both!(
    forged_tickets_and_sessions_open_nothing,
    |clinic: TestClinic| async move {
        let (one, other) = (
            booked(&clinic, "10:00").await,
            booked(&clinic, "10:30").await,
        );
        let registrar = clinic.staff("registrar", "registrar").await;
        let scope = |of: &Booked| {
            TestClinic::at_work(registrar, Purpose::Services, Some(Case::appointment(of.id)))
        };
        let issued = clinic.trust.act("test.ticket", scope(&one), |act| {
            Box::pin(async move { act.issue_ticket(None).await })
        });
        let ticket = settled(issued.await);
        let open = async |of: &Booked, ticket| {
            let person = of.person;
            let opened = clinic.trust.act("test.open", scope(of), move |act| {
                Box::pin(async move {
                    let wanted = Wanted {
                        person,
                        record: Record::person(person),
                        fields: &["phone"],
                    };
                    act.open(Some(ticket), &[wanted]).await.map(|_| ())
                })
            });
            match opened.await {
                Ok(()) => None,
                Err(Stop::Refused(refusal)) => Some(refusal),
                Err(Stop::Fault(fault)) => panic!("{fault}"),
            }
        };
        assert_eq!(open(&one, ticket).await, None);
        sound(&clinic).await;
        // Longer than it was issued for.
        let id = sql_id(&clinic, ticket.uuid());
        let shift =
            |by: &str| format!("UPDATE ticket SET expires_at = expires_at {by} WHERE id = {id}");
        let is =
            |ticket: Uuid| move |finding: &Finding| *finding == Finding::TicketByHand { ticket };
        found(&clinic, &shift("+ 60000000"), is(ticket.uuid())).await;
        let unknown = Some(OpeningRefusal::Ticket(TicketRefusal::None));
        assert_eq!(open(&one, ticket).await, unknown);
        clinic.sql(&shift("- 60000000")).await;
        assert_eq!(open(&one, ticket).await, None);
        sound(&clinic).await;
        // For another case, under the act of the true one.
        let forged = Uuid::from_u128(11);
        let put_in = format!(
            "INSERT INTO ticket (id, session, staff, purpose, case_kind, case_id, reason, issued_at, expires_at, act) \
             SELECT {}, session, staff, purpose, case_kind, {}, reason, issued_at, expires_at, act FROM ticket",
            sql_id(&clinic, forged),
            sql_id(&clinic, other.id.uuid())
        );
        found(&clinic, &put_in, is(forged)).await;
        assert_eq!(
            open(&other, kernel::TicketId::from_uuid(forged)).await,
            unknown
        );
        let session = Uuid::from_u128(12);
        let put_in = format!(
            "INSERT INTO session (id, staff, created_at, expires_at, ended_at) \
             SELECT {}, staff, created_at, expires_at, ended_at FROM session",
            sql_id(&clinic, session)
        );
        found(&clinic, &put_in, |finding| {
            *finding == Finding::SessionByHand { session }
        })
        .await;
        let of_registrar = registrar.1.uuid();
        let longer = format!(
            "UPDATE session SET expires_at = expires_at + 1 WHERE id = {}",
            sql_id(&clinic, of_registrar)
        );
        found(&clinic, &longer, |finding| {
            *finding
                == Finding::SessionByHand {
                    session: of_registrar,
                }
        })
        .await;
    }
);

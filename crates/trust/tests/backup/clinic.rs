//! A clinic with unmistakable patients, its backups, and empty stores to restore into.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use age::secrecy::ExposeSecret;
use futures::future::BoxFuture;
use kernel::{
    Actor, Case, CaseKind, Clock, Fault, Moment, Outcome, PersonId, Purpose, Scope, SessionId,
    StaffId, Stop,
};
use platform::database::{Database, Dialect};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use tempfile::TempDir;
use trust::access::Role;
use trust::backup::{Backup, Identity, RestoreError, Restored, Restoring};
use trust::journal::Kind;
use trust::staff::NewAccount;
use trust::vault::{Known, Record, Wanted};
use trust::{Act, Context, HouseError, Opening, Statements, Trust};
use uuid::Uuid;

pub const ORIGIN: &str = "clinic.example/journal";
/// Anna lives; Boris is destroyed; Clara comes late.
pub const ANNA: [&str; 2] = ["Канарейкина-Живая", "+79160000001"];
pub const BORIS: [&str; 2] = ["Канарейкин-Ушедший", "+79160000002"];
pub const CLARA: [&str; 2] = ["Канарейкина-Поздняя", "+79160000003"];

/// Where a test's stores are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Sqlite,
    Postgres,
}

/// From which database to which; those of PostgreSQL only where a server is named.
pub fn ways() -> Vec<(Side, Side)> {
    let mut ways = vec![(Side::Sqlite, Side::Sqlite)];
    if std::env::var("MEDOK_TEST_POSTGRES").is_ok_and(|server| !server.is_empty()) {
        ways.extend([
            (Side::Postgres, Side::Postgres),
            (Side::Sqlite, Side::Postgres),
            (Side::Postgres, Side::Sqlite),
        ]);
    } else {
        println!("MEDOK_TEST_POSTGRES is not set: PostgreSQL was skipped");
    }
    ways
}

/// A new, empty, migrated store.
pub async fn empty_store(side: Side, folder: &Path) -> Database {
    let name = format!("medok_{}", kernel::entropy::random_id().simple());
    let url = match side {
        Side::Sqlite => format!("sqlite:{}", folder.join(&name).display()),
        Side::Postgres => {
            let server = std::env::var("MEDOK_TEST_POSTGRES").unwrap();
            let admin = Database::connect(&server, 1).await.unwrap();
            admin
                .reads()
                .execute_unprepared(&format!("CREATE DATABASE {name}"))
                .await
                .unwrap();
            admin.close().await.unwrap();
            format!("{}/{name}", server.rsplit_once('/').unwrap().0)
        }
    };
    let database = Database::connect(&url, 4).await.unwrap();
    migrations::up(database.acts()).await.unwrap();
    database
}

/// The clinic's room: a row of `submission` is about a person. Fails to erase while it is told to.
#[derive(Default)]
pub struct Room {
    pub broken: AtomicBool,
}

impl Context for Room {
    fn cases(&self) -> &'static [CaseKind] {
        &[CaseKind::Submission]
    }

    fn persons_of<'a>(
        &'a self,
        db: &'a Statements,
        case: Case,
    ) -> BoxFuture<'a, Result<Vec<PersonId>, Fault>> {
        Box::pin(async move {
            let sql = format!(
                "SELECT person FROM submission WHERE id = {}",
                db.dialect().bound(1)
            );
            let statement =
                Statement::from_sql_and_values(db.get_database_backend(), sql, [case.id.into()]);
            let rows = db.query_all_raw(statement).await?;
            rows.iter()
                .map(|row| Ok(PersonId::from_uuid(row.try_get("", "person")?)))
                .collect()
        })
    }

    fn place_of<'a>(
        &'a self,
        _: &'a Statements,
        _: Case,
    ) -> BoxFuture<'a, Result<Option<trust::CasePlace>, Fault>> {
        Box::pin(async { Ok(Some(trust::CasePlace::default())) })
    }

    fn export_for<'a>(
        &'a self,
        _: &'a mut Act,
        _: PersonId,
    ) -> BoxFuture<'a, Result<serde_json::Value, Fault>> {
        Box::pin(async { Ok(json!({})) })
    }

    fn erase_for<'a>(
        &'a self,
        act: &'a mut Act,
        person: PersonId,
    ) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            if self.broken.load(Ordering::SeqCst) {
                return Err(Fault::broken("the room burns"));
            }
            let db = act.db();
            let sql = format!(
                "DELETE FROM submission WHERE person = {}",
                db.dialect().bound(1)
            );
            db.execute_raw(Statement::from_sql_and_values(
                db.get_database_backend(),
                sql,
                [person.uuid().into()],
            ))
            .await?;
            Ok(())
        })
    }
}

pub struct Clinic {
    pub trust: Trust,
    pub folder: TempDir,
    pub clock: Clock,
    pub key: age::x25519::Identity,
    approvers: Vec<(StaffId, SessionId)>,
}

/// A person and the case they are in.
#[derive(Clone, Copy, Debug)]
pub struct Patient {
    pub id: PersonId,
    pub case: Case,
}

pub async fn open(database: Database, keys: &Path, clock: &Clock) -> Result<Trust, HouseError> {
    let contexts: Vec<Arc<dyn Context>> = vec![Arc::new(Room::default())];
    Trust::open(Opening {
        database,
        keys: keys.to_owned(),
        clock: clock.clone(),
        origin: ORIGIN.into(),
        contexts,
    })
    .await
}

async fn responsible(act: &mut Act, login: &str) -> Outcome<StaffId, ()> {
    let role = Role::parse("responsible").expect("a role");
    act.add_staff(&NewAccount::simple(login, role))
        .await
        .map_err(|stop| stop.map_refusal(|refusal| panic!("{refusal:?}")))
}

pub async fn done<T>(act: impl Future<Output = Outcome<T, ()>>) -> T {
    act.await.expect("the act is done")
}

impl Clinic {
    pub async fn open(side: Side) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing_at(Moment::from_micros(1_770_091_506_000_000));
        let database = empty_store(side, folder.path()).await;
        let trust = open(database, &folder.path().join("keys"), &clock)
            .await
            .unwrap();
        let mut approvers = Vec::new();
        for login in ["olga", "pavel"] {
            let staff = done(trust.act("test.staff", Scope::console(), move |act| {
                Box::pin(async move { responsible(act, login).await })
            }))
            .await;
            let session = done(trust.act("test.session", Scope::console(), move |act| {
                Box::pin(async move { Ok(act.begin_session(staff, 600).await?) })
            }))
            .await;
            approvers.push((staff, session));
        }
        Self {
            trust,
            folder,
            clock,
            key: age::x25519::Identity::generate(),
            approvers,
        }
    }

    pub fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    pub fn backups(&self) -> PathBuf {
        self.folder.path().join("backups")
    }

    pub async fn backup(&self) -> Backup {
        self.clock.advance_seconds(60);
        self.trust
            .backup(&self.backups(), &[self.key.to_public().to_string()])
            .await
            .unwrap()
    }

    pub fn identity(&self) -> Identity {
        Identity::read(self.key.to_string().expose_secret()).unwrap()
    }

    /// What restores the newest data into a store of this side, beside this key folder.
    pub fn restoring(&self, database: Database, keys: &Path) -> Restoring {
        Restoring {
            folder: self.backups(),
            data: None,
            identity: self.identity(),
            database,
            keys: keys.to_owned(),
            clock: self.clock.clone(),
            contexts: vec![Arc::new(Room::default())],
            journal_key: None,
        }
    }

    pub async fn restore(
        &self,
        database: &Database,
        keys: &Path,
        data: Option<&Backup>,
    ) -> Result<Restored, RestoreError> {
        let mut restoring = self.restoring(database.clone(), keys);
        restoring.data = data.map(|backup| backup.time.clone());
        Trust::restore(restoring).await
    }

    pub async fn destroy(&self, patient: Patient) {
        let persons = BTreeSet::from([patient.id]);
        let proposal = self
            .trust
            .act("test.propose", Scope::console(), move |act| {
                let persons = persons.clone();
                Box::pin(async move {
                    act.propose_destruction(&persons, "срок хранения истёк")
                        .await
                })
            })
            .await
            .unwrap();
        let id = proposal.id;
        for (staff, session) in self.approvers.clone() {
            let list = proposal.list_hash.clone();
            let scope = Scope::staff(staff, session, Purpose::Safeguard, None);
            let approved = self.trust.act("test.approve", scope, move |act| {
                let list = list.clone();
                Box::pin(async move { act.approve_destruction(id, &list).await })
            });
            approved.await.unwrap();
        }
        self.trust
            .act("test.destroy", Scope::console(), move |act| {
                Box::pin(async move { act.destroy(id).await })
            })
            .await
            .unwrap();
    }
}

/// Somebody fills in a form: sealed, indexed, with a row in the room and a ground to be served.
pub async fn patient(trust: &Trust, [surname, phone]: [&'static str; 2]) -> Patient {
    let record = kernel::entropy::random_id();
    let id = done(trust.act("test.patient", Scope::visitor(), move |act| {
        Box::pin(async move {
            let person = act.new_person();
            for (field, value) in [("surname", surname), ("given_name", "Канарейка"), ("phone", phone)] {
                act.seal(person, Record::person(person), field, value).await?;
            }
            act.index_person(person, &Known { phone: Some(phone), ..Known::default() });
            let db = act.db();
            let bound = |from: usize, to: usize| (from..=to).map(|n| db.dialect().bound(n)).collect::<Vec<_>>().join(", ");
            let (hash, now, entry) = (record.as_bytes().to_vec(), act.now().micros(), act.id().uuid());
            let form = format!(
                "INSERT INTO submission (id, service, person, for_whom, status, language, link_hash, created_at, act) VALUES ({})",
                bound(1, 9)
            );
            let values = [
                record.into(),
                "tax".into(),
                person.uuid().into(),
                "self".into(),
                "received".into(),
                "ru".into(),
                hash.into(),
                now.into(),
                entry.into(),
            ];
            db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), form, values)).await?;
            let basis = format!("INSERT INTO legal_basis (person, purpose, norm, at, act) VALUES ({})", bound(1, 5));
            let values = [person.uuid().into(), "services".into(), "договор".into(), now.into(), entry.into()];
            db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), basis, values)).await?;
            act.bind(person, "test.form", ("submission", record), json!({ "service": "tax", "status": "received" })).await?;
            let noted = json!({ "purpose": "services", "norm": "договор", "at": now, "ended_at": null });
            act.bind(person, "test.basis", ("legal_basis", entry), noted).await?;
            act.record(Kind::SubmissionReceived, json!({}))?;
            Ok::<_, Stop<()>>(person)
        })
    }))
    .await;
    Patient {
        id,
        case: Case {
            kind: CaseKind::Submission,
            id: record,
        },
    }
}

/// The phone, opened by whoever holds the link of the case; `None` where it does not open.
pub async fn phone_of(trust: &Trust, patient: Patient) -> Option<String> {
    let scope = Scope {
        actor: Actor::Holder,
        purpose: Purpose::Services,
        case: Some(patient.case),
    };
    let wanted = Wanted {
        person: patient.id,
        record: Record::person(patient.id),
        fields: &["phone"],
    };
    let opened = trust
        .act("test.open", scope, move |act| {
            let wanted = wanted.clone();
            Box::pin(async move { act.open(None, &[wanted]).await })
        })
        .await
        .ok()?;
    Some(opened.first()?.get("phone")?.reveal().clone())
}

/// How many others have this phone, as the index finds them.
pub async fn found_by_phone(trust: &Trust, phone: &'static str) -> usize {
    let asker = patient(trust, ["Спрашивающий", phone]).await;
    done(trust.act("test.same", Scope::console(), move |act| {
        Box::pin(async move { Ok(act.suggest_same(asker.id).await?) })
    }))
    .await
}

/// The tables and columns in which a person's id stands.
pub async fn places_of(database: &Database, person: PersonId) -> BTreeSet<String> {
    let db = database.reads();
    let columns = db
        .query_all_raw(Statement::from_string(
            db.get_database_backend(),
            database.dialect().columns(),
        ))
        .await
        .unwrap();
    let mut places = BTreeSet::new();
    for row in columns {
        let kind: String = row.try_get("", "kind").unwrap();
        if kind != "uuid" {
            continue;
        }
        let (table, column): (String, String) = (
            row.try_get("", "table_name").unwrap(),
            row.try_get("", "column_name").unwrap(),
        );
        let sql = format!(
            "SELECT count(*) FROM \"{table}\" WHERE \"{column}\" = {}",
            database.dialect().bound(1)
        );
        let statement =
            Statement::from_sql_and_values(db.get_database_backend(), sql, [person.uuid().into()]);
        let count: i64 = db
            .query_one_raw(statement)
            .await
            .unwrap()
            .unwrap()
            .try_get_by_index(0)
            .unwrap();
        if count > 0 {
            places.insert(format!("{table}.{column}"));
        }
    }
    places
}

pub async fn number(database: &Database, sql: &str) -> i64 {
    let db = database.reads();
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

/// An id as SQL writes it.
pub fn id_in(database: &Database, id: Uuid) -> String {
    match database.dialect() {
        Dialect::Sqlite => format!("X'{}'", id.simple()),
        Dialect::Postgres => format!("'{id}'::uuid"),
    }
}

/// Everything in an archive.
pub fn plain(path: &Path, key: &age::x25519::Identity) -> String {
    String::from_utf8(age::decrypt(key, &std::fs::read(path).unwrap()).unwrap()).unwrap()
}

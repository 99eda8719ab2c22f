//! A store of its own for each test, on either database, with the few verbs the tests need and raw SQL for the attacker.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::future::BoxFuture;
use kernel::{
    Case, CaseKind, Clock, Fault, Outcome, PersonId, PractitionerId, Purpose, Scope, SessionId,
    StaffId, Stop,
};
use platform::database::{Database, Dialect};
use sea_orm::{ConnectionTrait, Statement, TryGetable};
use serde_json::json;
use tempfile::TempDir;
use trust::access::Role;
use trust::journal::Kind;
use trust::staff::NewAccount;
use trust::vault::Record;
use trust::{Act, Context, HouseError, Opening, Statements, Trust};
use uuid::Uuid;

/// The journal's origin in tests.
const ORIGIN: &str = "clinic.example/journal";

/// A house with a store and key folder of its own. A database on PostgreSQL is left to the server of the tests.
pub struct Store {
    pub trust: Trust,
    pub postgres: bool,
    keys: PathBuf,
    _folder: TempDir,
}

/// An empty store on each database there is.
pub async fn stores() -> Vec<Store> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("medok.db").display());
    let mut stores = vec![Store::open(folder, &url).await];
    match std::env::var("MEDOK_TEST_POSTGRES") {
        Ok(server) if !server.is_empty() => {
            let name = format!("medok_{}", kernel::entropy::random_id().simple());
            let admin = Database::connect(&server, 1).await.unwrap();
            admin
                .reads()
                .execute_unprepared(&format!("CREATE DATABASE {name}"))
                .await
                .unwrap();
            admin.close().await.unwrap();
            let (address, _) = server
                .rsplit_once('/')
                .expect("an address ends in the name of a database");
            stores.push(
                Store::open(tempfile::tempdir().unwrap(), &format!("{address}/{name}")).await,
            );
        }
        _ => println!("MEDOK_TEST_POSTGRES is not set: PostgreSQL was skipped"),
    }
    stores
}

/// The value of an act that must succeed.
pub async fn done<T, R: fmt::Debug>(act: impl Future<Output = Outcome<T, R>>) -> T {
    act.await.expect("the act is done")
}

impl Store {
    async fn open(folder: TempDir, url: &str) -> Self {
        let database = Database::connect(url, 8).await.unwrap();
        migrations::up(database.acts()).await.unwrap();
        let postgres = database.dialect() == Dialect::Postgres;
        let keys = folder.path().join("keys");
        let trust = open(database, &keys).await.unwrap();
        Self {
            trust,
            postgres,
            keys,
            _folder: folder,
        }
    }

    /// Opens the house a second time over the same store and keys.
    pub async fn reopen(&self) -> Result<Trust, HouseError> {
        open(self.database().clone(), &self.keys).await
    }

    pub fn database(&self) -> &Database {
        self.trust.database()
    }

    pub fn keys(&self) -> &Path {
        &self.keys
    }

    /// Somebody with a surname, a given name, a phone and an e-mail.
    pub async fn person(&self, surname: &'static str, phone: &'static str) -> PersonId {
        done(self.trust.act("test.person", Scope::visitor(), move |act| {
            Box::pin(async move {
                let person = act.new_person();
                let known = [
                    ("surname", surname),
                    ("given_name", "Иван"),
                    ("phone", phone),
                    ("email", "i@example.org"),
                ];
                for (field, value) in known {
                    act.seal(person, Record::person(person), field, value)
                        .await?;
                }
                act.record(Kind::AppointmentBooked, json!({ "test": true }))?;
                Ok::<_, Stop<()>>(person)
            })
        }))
        .await
    }

    pub async fn reseal(&self, person: PersonId, field: &'static str, value: &'static str) {
        done(self.trust.act("test.reseal", Scope::console(), move |act| {
            Box::pin(async move {
                act.reseal(person, Record::person(person), field, value)
                    .await?;
                act.record(Kind::AppointmentMoved, json!({}))?;
                Ok::<_, Stop<()>>(())
            })
        }))
        .await;
    }

    pub async fn note(&self, person: PersonId) {
        done(self.trust.act("test.note", Scope::console(), move |act| {
            Box::pin(async move {
                act.note(person, "test.noted", person.uuid()).await?;
                act.record(Kind::AppointmentAccepted, json!({}))?;
                Ok::<_, Stop<()>>(())
            })
        }))
        .await;
    }

    pub async fn employee(&self, login: &'static str, role: &'static str) -> (StaffId, SessionId) {
        let staff = done(self.trust.act("test.staff", Scope::console(), move |act| {
            Box::pin(async move {
                let mut new = NewAccount::simple(login, Role::parse(role).expect("a role"));
                new.terms.practitioner = Some(PractitionerId::from_uuid(uuid::Uuid::from_u128(1)));
                act.add_staff(&new).await
            })
        }))
        .await;
        let session = done(
            self.trust
                .act("test.session", Scope::console(), move |act| {
                    Box::pin(
                        async move { act.begin_session(staff, 60).await.map_err(Stop::<()>::from) },
                    )
                }),
        )
        .await;
        (staff, session)
    }

    /// Proposes, approves and carries out a destruction.
    pub async fn destroy(
        &self,
        persons: &BTreeSet<PersonId>,
        approvers: &[(StaffId, SessionId)],
    ) -> Uuid {
        let persons = persons.clone();
        let proposal = done(
            self.trust
                .act("test.propose", Scope::console(), move |act| {
                    let persons = persons.clone();
                    Box::pin(async move {
                        act.propose_destruction(&persons, "срок хранения истёк")
                            .await
                    })
                }),
        )
        .await;
        let id = proposal.id;
        for (staff, session) in approvers {
            let list = proposal.list_hash.clone();
            done(self.trust.act(
                "test.approve",
                Scope::staff(*staff, *session, Purpose::Safeguard, None),
                move |act| {
                    let list = list.clone();
                    Box::pin(async move { act.approve_destruction(id, &list).await })
                },
            ))
            .await;
        }
        done(
            self.trust
                .act("test.destroy", Scope::console(), move |act| {
                    Box::pin(async move { act.destroy(id).await })
                }),
        )
        .await;
        id.uuid()
    }

    /// Runs a statement past the house.
    pub async fn sql(&self, statement: &str) {
        self.database()
            .acts()
            .execute_unprepared(statement)
            .await
            .unwrap();
    }

    pub async fn uuid(&self, select: &str) -> Uuid {
        self.value(select).await
    }

    pub async fn bytes(&self, select: &str) -> Vec<u8> {
        self.value(select).await
    }

    pub async fn number(&self, select: &str) -> i64 {
        self.value(select).await
    }

    /// An id as SQL writes it.
    pub fn id(&self, id: Uuid) -> String {
        if self.postgres {
            format!("'{id}'::uuid")
        } else {
            format!("X'{}'", id.simple())
        }
    }

    /// Bytes as SQL writes them.
    pub fn blob(&self, bytes: &[u8]) -> String {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        if self.postgres {
            format!("'\\x{digits}'::bytea")
        } else {
            format!("X'{digits}'")
        }
    }

    async fn value<T: TryGetable>(&self, select: &str) -> T {
        let db = self.database().reads();
        let row = db
            .query_one_raw(Statement::from_string(db.get_database_backend(), select))
            .await
            .unwrap();
        row.unwrap_or_else(|| panic!("no row: {select}"))
            .try_get("", "value")
            .unwrap()
    }
}

async fn open(database: Database, keys: &Path) -> Result<Trust, HouseError> {
    Trust::open(Opening {
        database,
        keys: keys.to_owned(),
        clock: Clock::system(),
        origin: ORIGIN.into(),
        contexts: vec![Arc::new(Rooms)],
    })
    .await
}

/// Rooms that own nothing.
struct Rooms;

impl Context for Rooms {
    fn cases(&self) -> &'static [CaseKind] {
        &[CaseKind::Appointment]
    }

    fn persons_of<'a>(
        &'a self,
        _db: &'a Statements,
        _case: Case,
    ) -> BoxFuture<'a, Result<Vec<PersonId>, Fault>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn place_of<'a>(
        &'a self,
        _db: &'a Statements,
        _case: Case,
    ) -> BoxFuture<'a, Result<Option<trust::CasePlace>, Fault>> {
        Box::pin(async { Ok(Some(trust::CasePlace::default())) })
    }

    fn export_for<'a>(
        &'a self,
        _act: &'a mut Act,
        _person: PersonId,
    ) -> BoxFuture<'a, Result<serde_json::Value, Fault>> {
        Box::pin(async { Ok(serde_json::Value::Null) })
    }

    fn erase_for<'a>(
        &'a self,
        _act: &'a mut Act,
        _person: PersonId,
    ) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async { Ok(()) })
    }
}

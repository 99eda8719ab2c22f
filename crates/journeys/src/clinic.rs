//! A whole clinic, opened as the binary opens it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clinic::booking::catalogue::NewCatalogue;
use clinic::booking::desk::Live;
use clinic::booking::{Booking, BookingContext};
use clinic::oversight::Oversight;
use clinic::papers::Papers;
use clinic::people::{People, PeopleContext};
use clinic::photos::Photos;
use clinic::submission::{SubmissionContext, Submissions};
use kernel::{Clock, Language, Moment, Outcome, Purpose, Scope, SessionId, StaffId, Stop};
use platform::config::{Limits, Settings};
use platform::database::Database;
use tempfile::TempDir;
use trust::access::{Contract, Role};
use trust::consent::ClinicTexts;
use trust::consent::declaration::bundled;
use trust::policy::NewVersion;
use trust::staff::NewAccount;
use trust::{Opening, Trust};
use web::{Closing, Site};

use crate::{Store, small_catalogue};

/// How a story's clinic differs from the usual one.
pub struct ClinicOptions {
    /// Its settings, but for the places of things.
    pub settings: Settings,
    /// Its catalogue.
    pub catalogue: NewCatalogue,
    /// Further declarations and documents: path below the clinic's folder, and text.
    pub files: Vec<(String, String)>,
}

impl Default for ClinicOptions {
    fn default() -> Self {
        let settings = Settings {
            limits: Limits::Off,
            ..Settings::default()
        };
        Self {
            settings,
            catalogue: small_catalogue(),
            files: Vec::new(),
        }
    }
}

/// A clinic for one story. Its folder goes when it is dropped.
pub struct TestClinic {
    /// Trust.
    pub trust: Trust,
    /// Booking.
    pub booking: Booking,
    /// The clock: 23 November 2026, 09:00 in Moscow, until moved.
    pub clock: Clock,
    /// The site, as the doors see it.
    pub site: Site,
    /// Which database it is on.
    pub store: Store,
    /// The database's address.
    pub database_url: String,
    folder: Arc<TempDir>,
}

impl ClinicOptions {
    /// The usual clinic with a fourth service, declared by files alone: справка для налогового вычета.
    #[must_use]
    pub fn with_tax_certificate() -> Self {
        let [russian, english] = bundled::TAX_CERTIFICATE_CONSENTS;
        let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        Self {
            files: vec![
                file(
                    "declarations/tax_certificate.toml",
                    bundled::TAX_CERTIFICATE,
                ),
                file("documents/tax-certificate.ru.md", russian),
                file("documents/tax-certificate.en.md", english),
            ],
            ..Self::default()
        }
    }
}

impl TestClinic {
    /// Opens the usual clinic; none where the database is not there.
    pub async fn open(store: Store) -> Option<Self> {
        Self::open_with(store, ClinicOptions::default()).await
    }

    /// Opens a clinic that differs.
    ///
    /// # Panics
    /// Something of it cannot be made: the story cannot be told.
    pub async fn open_with(store: Store, options: ClinicOptions) -> Option<Self> {
        let folder = Arc::new(tempfile::tempdir().expect("a folder for the story"));
        let database_url = store.fresh(folder.path()).await?;
        let clock = Clock::standing_at(
            "2026-11-23T06:00:00Z"
                .parse::<jiff::Timestamp>()
                .expect("a time")
                .into(),
        );
        let clinic_folder = folder.path().join("clinic");
        ClinicTexts::write_demo(&clinic_folder).expect("the demo's texts can be written");
        for (name, text) in &options.files {
            let file = clinic_folder.join(name);
            std::fs::create_dir_all(file.parent().expect("a file lies in a folder"))
                .expect("a folder");
            std::fs::write(file, text).expect("a text can be written");
        }
        let clinic = Self::start(store, folder, database_url, clock, options.settings).await;
        clinic.publish_texts().await;
        clinic
            .booking
            .replace_catalogue(Scope::console(), options.catalogue)
            .await
            .expect("the catalogue can be stored");
        Some(clinic)
    }

    /// Closes the clinic and opens it again on the same rows and keys, as after a restart.
    pub async fn restart(self) -> Self {
        let Self {
            trust,
            booking,
            clock,
            site,
            store,
            database_url,
            folder,
        } = self;
        let settings = (*site.settings).clone();
        drop((trust, booking, site));
        Self::start(store, folder, database_url, clock, settings).await
    }

    async fn start(
        store: Store,
        folder: Arc<TempDir>,
        database_url: String,
        clock: Clock,
        settings: Settings,
    ) -> Self {
        let database = Database::connect(&database_url, settings.database_connections)
            .await
            .expect("the database opens");
        migrations::up(database.acts())
            .await
            .expect("the migrations run");
        let trust = Trust::open(Opening {
            database,
            keys: folder.path().join("keys"),
            clock: clock.clone(),
            origin: "clinic.test/journal".into(),
            contexts: vec![
                Arc::new(BookingContext),
                Arc::new(PeopleContext),
                Arc::new(SubmissionContext),
            ],
        })
        .await
        .expect("the house opens");
        let texts = Arc::new(
            ClinicTexts::read(&folder.path().join("clinic")).expect("the texts are sound"),
        );
        trust
            .refresh_texts(&texts)
            .await
            .expect("what was edited on screen is sound");
        let booking = Booking::open(trust.clone(), settings.booking.clone());
        let papers = Papers::open(
            trust.clone(),
            booking.clone(),
            Arc::clone(&texts),
            crate::pdf::printer(),
        );
        let site = Site {
            trust: trust.clone(),
            booking: booking.clone(),
            submissions: Submissions::open(trust.clone()),
            live: Some(
                Live::follow(booking.clone())
                    .await
                    .expect("the journal is followed"),
            ),
            closing: Closing::default(),
            people: People::open(trust.clone()),
            oversight: Oversight::open(trust.clone()),
            papers,
            texts,
            photos: Arc::new(Photos::read(&folder.path().join("clinic/photos"))),
            settings: Arc::new(settings),
            origin: "http://clinic.test".into(),
            demo: false,
            demonstration: None,
            identity: None,
            sample: false,
        };
        Self {
            trust,
            booking,
            clock,
            site,
            store,
            database_url,
            folder,
        }
    }

    /// The story's folder: data, keys, texts.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The key folder.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    /// The ids of the catalogue by code: `("service", "visit")`, `("practitioner", "anna")`, `("branch", "main")`.
    pub async fn id(&self, kind: &str, code: &str) -> String {
        let catalogue = self
            .booking
            .catalogue()
            .await
            .expect("the catalogue is there");
        let found = match kind {
            "service" => catalogue
                .services
                .iter()
                .find(|one| one.code == code)
                .map(|one| one.id.to_string()),
            "practitioner" => catalogue
                .resources
                .iter()
                .find(|one| one.code == code)
                .map(|one| one.id.to_string()),
            _ => catalogue
                .branches
                .iter()
                .find(|one| one.code == code)
                .map(|one| one.id.to_string()),
        };
        found.unwrap_or_else(|| panic!("no {kind} has the code {code}"))
    }

    /// Publishes every text of the clinic's folder that changed.
    pub async fn publish_texts(&self) {
        self.trust
            .keep_terms(&self.site.texts)
            .await
            .expect("what stands beside the boxes is kept");
        let composed = self
            .site
            .texts
            .compose(jiff::civil::date(2026, 11, 23))
            .expect("the texts are whole");
        for one in composed {
            let language = match one.language {
                trust::consent::declaration::Language::Russian => Language::Ru,
                trust::consent::declaration::Language::English => Language::En,
            };
            self.publish(&one.code, language, &one.title, &one.markdown, None)
                .await;
        }
    }

    /// Publishes one text.
    pub async fn publish(
        &self,
        code: &str,
        language: Language,
        title: &str,
        body: &str,
        effective_at: Option<Moment>,
    ) {
        let new = NewVersion {
            code: code.into(),
            language,
            title: title.into(),
            body: body.into(),
            effective_at,
        };
        let done = self
            .trust
            .act("test.publish", Scope::console(), move |act| {
                let new = new.clone();
                Box::pin(async move { act.propose_document(&new).await })
            })
            .await;
        done.expect("the text is taken");
    }

    /// A member of staff who reaches every branch, made by the tests' own builder, with a session of eight hours.
    pub async fn staff(&self, login: &str, role: &str) -> (StaffId, SessionId) {
        let role = Role::parse(role).unwrap_or_else(|| panic!("no role {role}"));
        let new = self.account(login, role).await;
        self.employ(new).await
    }

    /// An account of this role in every branch: a practitioner's is that of the first practitioner, a partner's contract
    /// names the board.
    pub async fn account(&self, login: &str, role: Role) -> NewAccount {
        let mut new = NewAccount::simple(login, role);
        if role.is_own_schedule() {
            let catalogue = self.site.booking.catalogue().await.expect("a catalogue");
            new.terms.practitioner = catalogue.practitioners().next().map(|one| one.id);
        }
        if role.code() == "partner" {
            let words = |of: &[&str]| of.iter().map(|word| (*word).to_owned()).collect();
            new.terms.contract = Some(Contract {
                number: "7 от 01.09.2026".into(),
                actions: words(&["see_board"]),
                purposes: words(&["services"]),
                categories: words(&["identity"]),
            });
        }
        new
    }

    /// A member of staff on these terms, with a session of eight hours.
    pub async fn employ(&self, new: NewAccount) -> (StaffId, SessionId) {
        let staff = self.trust.act("test.staff", Scope::console(), move |act| {
            let new = new.clone();
            Box::pin(async move { act.add_staff(&new).await })
        });
        let staff = settled(staff.await);
        let session: Outcome<SessionId, ()> = self
            .trust
            .act("test.session", Scope::console(), move |act| {
                Box::pin(async move { Ok(act.begin_session(staff, 8 * 60).await?) })
            })
            .await;
        (staff, session.expect("a session"))
    }

    /// The scope of a member of staff at work.
    #[must_use]
    pub fn at_work(
        (staff, session): (StaffId, SessionId),
        purpose: Purpose,
        case: Option<kernel::Case>,
    ) -> Scope {
        Scope::staff(staff, session, purpose, case)
    }

    /// Runs the queue until nothing is due.
    pub async fn work(&self) -> trust::jobs::Worked {
        let handlers: BTreeMap<_, _> = clinic::booking::jobs::handlers();
        let mut all = trust::jobs::Worked::default();
        loop {
            let worked = self
                .trust
                .work_once(&handlers)
                .await
                .expect("the queue can be read");
            all.done += worked.done;
            all.failed += worked.failed;
            all.buried += worked.buried;
            if worked.done == 0 {
                return all;
            }
        }
    }

    /// Rows of a table, counted.
    pub async fn count(&self, table: &str) -> i64 {
        use sea_orm::{ConnectionTrait, Statement};
        let db = self.trust.reads();
        let sql = format!("SELECT count(*) AS n FROM {table}");
        let row = db
            .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
            .await;
        row.expect("the table is there")
            .expect("a count is a row")
            .try_get("", "n")
            .expect("a number")
    }

    /// Entries of the journal of this kind, counted.
    pub async fn entries(&self, kind: trust::journal::Kind) -> i64 {
        self.count(&format!("journal_entry WHERE kind = '{}'", kind.code()))
            .await
    }

    /// Runs a statement behind the house's back, as whoever holds the database can.
    pub async fn sql(&self, sql: &str) -> u64 {
        use sea_orm::ConnectionTrait;
        let done = self.trust.database().acts().execute_unprepared(sql).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error}"))
            .rows_affected()
    }
}

/// Says why a refused act was not expected.
pub fn settled<T, R: std::fmt::Debug>(outcome: Outcome<T, R>) -> T {
    match outcome {
        Ok(value) => value,
        Err(Stop::Refused(refusal)) => panic!("refused: {refusal:?}"),
        Err(Stop::Fault(fault)) => panic!("fault: {fault}"),
    }
}

//! Settings: defaults, then a TOML file, then `MEDOK_…` variables; checked once, at start.

mod check;
mod sources;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

pub use check::{SettingsError, key_folder_beside};

/// Whether requests are limited per client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Limits {
    /// They are.
    #[default]
    On,
    /// They are not: for benches and tests.
    Off,
}

/// What booking allows, unless a service says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BookingSettings {
    /// Days ahead that the site shows, today included.
    pub horizon_days: u16,
    /// Minutes before a visit until which the site still books it.
    pub notice_minutes: u16,
    /// Minutes for which a chosen time is held.
    pub hold_minutes: u16,
    /// Holds one client may have at once.
    pub holds_per_client: u16,
    /// Working minutes after which a booking nobody accepted is escalated (policy clause 4.1).
    pub acceptance_minutes: u16,
}

impl Default for BookingSettings {
    fn default() -> Self {
        Self {
            horizon_days: 60,
            notice_minutes: 30,
            hold_minutes: 10,
            holds_per_client: 3,
            acceptance_minutes: 30,
        }
    }
}

/// How backups are made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BackupSettings {
    /// Public keys (`age1…`) to which archives are encrypted.
    pub recipients: Vec<String>,
}

/// The journal's cadence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JournalSettings {
    /// Seconds between signed checkpoints.
    pub checkpoint_seconds: u16,
    /// Entries after which the journal commits to every person's chain again.
    pub map_every_entries: u64,
}

impl Default for JournalSettings {
    fn default() -> Self {
        Self {
            checkpoint_seconds: 5,
            map_every_entries: 10_000,
        }
    }
}

/// The clinic's own provider of identities (OpenID Connect), at which staff may sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProviderSettings {
    /// Its address, as it names itself: `https://id.clinic.example`.
    pub issuer: String,
    /// How it knows this site.
    pub client_id: String,
    /// The file of this site's secret there, mode 0600; none for a public client.
    pub client_secret_file: Option<PathBuf>,
    /// How staff call it, as the button says.
    pub title: String,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// Methods (`amr`, RFC 8176) by which it vouches for a second factor.
    pub strong_methods: Vec<String>,
    /// Contexts (`acr`) by which it does.
    pub strong_contexts: Vec<String>,
}

impl Default for ProviderSettings {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            client_id: String::new(),
            client_secret_file: None,
            title: "учётная запись клиники".into(),
            scopes: Vec::new(),
            strong_methods: ["mfa", "otp", "hwk", "sc"].map(Into::into).into(),
            strong_contexts: Vec::new(),
        }
    }
}

/// How long staff stay signed in, and where else than here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeskSettings {
    /// Minutes without a request after which a session is locked until a second factor is shown.
    pub idle_minutes: u16,
    /// Hours after which a session ends whatever happens: a shift.
    pub shift_hours: u16,
    /// The clinic's own provider of identities; none unless set.
    pub identity_provider: Option<ProviderSettings>,
}

impl Default for DeskSettings {
    fn default() -> Self {
        Self {
            idle_minutes: 15,
            shift_hours: 12,
            identity_provider: None,
        }
    }
}

/// What stands beside Medok: another system whose busy times are read from files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExternalSettings {
    /// The folder in which the other system leaves its files; nothing is read where it is not set.
    pub folder: Option<PathBuf>,
    /// Minutes between readings.
    pub minutes: u16,
}

impl Default for ExternalSettings {
    fn default() -> Self {
        Self {
            folder: None,
            minutes: 5,
        }
    }
}

/// All settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The data folder.
    pub data: PathBuf,
    /// The key folder; beside the data folder, never inside it.
    pub keys: Option<PathBuf>,
    /// Where the site listens.
    pub listen: SocketAddr,
    /// How the outside names the site: scheme, host and port. Default: the address it listens on.
    pub origin: Option<String>,
    /// Further host names under which the site may be asked for.
    pub hosts: Vec<String>,
    /// Where metrics are served; nowhere if absent.
    pub metrics_listen: Option<SocketAddr>,
    /// `sqlite:PATH` or `postgres://…`; `DATA/medok.db` if absent.
    pub database_url: Option<String>,
    /// The message bus of several machines.
    pub nats_url: Option<String>,
    /// Whether requests are limited per client.
    pub limits: Limits,
    /// Addresses of proxies whose `X-Forwarded-For` is believed; a list, or a text with commas between them.
    #[serde(deserialize_with = "sources::addresses")]
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// What is logged, in the syntax of `RUST_LOG`.
    pub log: String,
    /// Connections for acts on PostgreSQL.
    pub database_connections: u16,
    /// Booking.
    pub booking: BookingSettings,
    /// The desk.
    pub desk: DeskSettings,
    /// Another system beside Medok.
    pub external: ExternalSettings,
    /// Backups.
    pub backup: BackupSettings,
    /// The journal.
    pub journal: JournalSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
            keys: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            origin: None,
            hosts: Vec::new(),
            metrics_listen: None,
            database_url: None,
            nats_url: None,
            limits: Limits::On,
            trusted_proxies: Vec::new(),
            log: String::from("info"),
            database_connections: 16,
            booking: BookingSettings::default(),
            desk: DeskSettings::default(),
            external: ExternalSettings::default(),
            backup: BackupSettings::default(),
            journal: JournalSettings::default(),
        }
    }
}

/// What a command line says; each word there overrides file and variables.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Overrides {
    /// `--data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<PathBuf>,
    /// `--listen`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
}

impl Settings {
    /// Reads and checks the settings.
    ///
    /// # Errors
    /// Every problem at once, each with what to do about it.
    pub fn read(file: Option<&Path>, overrides: &Overrides) -> Result<Self, SettingsError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            sources::readable(file)?;
            figment = figment.merge(Toml::file_exact(file));
        }
        let unknown = sources::unknown_variables();
        let read = figment
            .merge(sources::variables())
            .merge(Serialized::defaults(overrides))
            .extract()
            .map_err(SettingsError::from);
        let settings: Self = match (read, unknown) {
            (Ok(settings), None) => settings,
            (Ok(_), Some(unknown)) => return Err(unknown),
            (Err(problems), unknown) => return Err(problems.and(unknown)),
        };
        check::check(&settings)?;
        Ok(settings)
    }

    /// The key folder: as set, or the data folder's sibling `DIR.keys`.
    #[must_use]
    pub fn key_folder(&self) -> PathBuf {
        self.keys
            .clone()
            .unwrap_or_else(|| key_folder_beside(&self.data))
    }

    /// The database: as set, or SQLite in the data folder.
    #[must_use]
    pub fn database(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", self.data.join("medok.db").display()))
    }
}

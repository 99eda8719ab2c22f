//! The binary itself: a process of its own, its data in a folder of its own. For what only a process can
//! show: being killed, being traced, being measured.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::Client;

/// The variable that names the built binary; `cargo xtask test` and `bench` set it.
pub const BINARY: &str = "MEDOK_TEST_BINARY";

/// The binary with the place of its data.
#[derive(Clone, Debug)]
pub struct Medok {
    binary: PathBuf,
    data: PathBuf,
    variables: Vec<(String, String)>,
}

/// A running server; it is ended when dropped.
pub struct Serving {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

/// What a booking needs to know of a served clinic.
#[derive(Clone, Debug)]
pub struct Served {
    /// The first service.
    pub service: String,
    /// The practitioners.
    pub practitioners: Vec<String>,
    /// The first branch.
    pub branch: String,
    /// The consents asked for oneself, given.
    pub consents: Value,
    /// The first whole day ahead.
    pub first_day: jiff::civil::Date,
}

impl Medok {
    /// The built binary, its data below this folder; none where it was not built, which is said aloud.
    #[must_use]
    pub fn below(folder: &Path, database_url: Option<&str>) -> Option<Self> {
        let Ok(binary) = std::env::var(BINARY) else {
            eprintln!("SKIPPED: {BINARY} is not set; run `cargo xtask test`");
            return None;
        };
        let mut variables: Vec<(String, String)> = [("MEDOK_LIMITS", "off"), ("MEDOK_LOG", "info")]
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .into();
        variables.extend(database_url.map(|url| ("MEDOK_DATABASE_URL".to_owned(), url.to_owned())));
        Some(Self {
            binary: binary.into(),
            data: folder.join("data"),
            variables,
        })
    }

    /// Sets a variable for every run.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Runs a command to its end; gives whether it succeeded and what it printed.
    ///
    /// # Panics
    /// The binary cannot be started.
    #[must_use]
    pub fn try_run(&self, arguments: &[&str]) -> (bool, String) {
        let output = self
            .command(&self.binary)
            .args(arguments)
            .output()
            .expect("the binary runs");
        let words = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        (output.status.success(), words)
    }

    /// Runs a command that must succeed.
    ///
    /// # Panics
    /// It did not.
    pub fn run(&self, arguments: &[&str]) -> String {
        let (done, words) = self.try_run(arguments);
        assert!(done, "medok {arguments:?}: {words}");
        words
    }

    /// Makes a clinic with this catalogue on an empty store.
    ///
    /// # Panics
    /// A command fails.
    pub fn set_up(&self, catalogue_csv: &str) {
        self.run(&["init"]);
        let file = self.data.with_file_name("catalogue.csv");
        std::fs::write(&file, catalogue_csv).expect("a file");
        self.run(&["import", &file.display().to_string()]);
    }

    /// Serves on a free port; gives the server once it says that it listens.
    ///
    /// # Panics
    /// It does not come to listen.
    pub async fn serve(&self) -> Serving {
        self.serve_under::<&str>(&[]).await
    }

    /// The same below another program, such as a tracer.
    ///
    /// # Panics
    /// It does not come to listen.
    pub async fn serve_under<A: AsRef<OsStr>>(&self, program: &[A]) -> Serving {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.data.with_file_name("serve.log"))
            .expect("a file for the log");
        let mut command = match program.split_first() {
            None => self.command(&self.binary),
            Some((tracer, arguments)) => {
                let mut command = self.command(Path::new(tracer.as_ref()));
                command
                    .args(arguments.iter().map(AsRef::as_ref))
                    .arg(&self.binary);
                command
            }
        };
        let mut child = command
            .args(["serve", "--listen", &address.to_string()])
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the binary runs");
        let stdout = child.stdout.take().expect("a pipe");
        let line = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            let mut reader = BufReader::new(stdout);
            reader.read_line(&mut line).expect("a line");
            // The rest is read away, so that the server never waits for us.
            std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
            line
        })
        .await
        .expect("reading ends");
        let log =
            || std::fs::read_to_string(self.data.with_file_name("serve.log")).unwrap_or_default();
        assert!(line.starts_with("listening on"), "{line}{}", log());
        Serving { child, address }
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env("MEDOK_DATA", &self.data);
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command
    }
}

impl Serving {
    /// Its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Processor time used so far, user and system; clock ticks are hundredths of a second.
    #[must_use]
    pub fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id())).unwrap_or_default();
        let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks: u64 = after
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<u64>().ok())
            .sum();
        Duration::from_millis(ticks * 10)
    }

    /// Resident memory in bytes.
    #[must_use]
    pub fn memory(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap_or_default();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap_or("0");
        line.split_whitespace()
            .next()
            .and_then(|kib| kib.parse::<u64>().ok())
            .unwrap_or(0)
            * 1024
    }

    /// Ends it at once, as a power cut does to a process.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end, and waits.
    pub fn stop(mut self) {
        let asked = Command::new("kill").arg(self.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }

    /// Asks what a booking needs to know.
    ///
    /// # Panics
    /// The clinic has no service, nobody and no branch.
    pub async fn clinic(&self) -> Served {
        let mut client = Client::connect(self.address).await;
        let mut list = async |path: &str, key: &str| -> Vec<Value> {
            let answer = client.get(path).await;
            assert_eq!(
                answer.status,
                200,
                "{path}: {}",
                String::from_utf8_lossy(&answer.body)
            );
            let value: Value = serde_json::from_slice(&answer.body).expect("JSON");
            value[key].as_array().cloned().expect("a list")
        };
        let id = |value: &Value| value["id"].as_str().expect("an id").to_owned();
        let service = id(&list("/api/v1/services", "services").await[0]);
        let practitioners = list("/api/v1/practitioners", "practitioners")
            .await
            .iter()
            .map(id)
            .collect();
        let branch = id(&list("/api/v1/branches", "branches").await[0]);
        let asked = list("/api/v1/consents?service=booking&for=self", "consents").await;
        let given = asked.iter().map(|one| {
            json!({ "document": one["document"], "version": one["version"], "sha256": one["sha256"], "given": true })
        });
        let today = kernel::Clock::system()
            .now()
            .timestamp()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date();
        let first_day = today.tomorrow().expect("there is a tomorrow");
        Served {
            service,
            practitioners,
            branch,
            consents: Value::Array(given.collect()),
            first_day,
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    /// The body of a booking for oneself.
    #[must_use]
    pub fn booking(&self, practitioner: &str, start: &str, number: usize) -> Value {
        json!({
            "service": self.service, "practitioner": practitioner, "branch": self.branch, "start": start,
            "hold": null, "language": "ru", "for": "self",
            "patient": {
                "surname": surname(number), "given_name": "Мария", "patronymic": "Ивановна", "birth_date": birth_date(number),
                "phone": format!("+7916{number:07}"), "email": format!("maria{number}@example.ru"),
            },
            "representative": null, "booker": null, "consents": self.consents,
        })
    }

    /// Free slots `(practitioner, start)` of so many days, from so many after the first.
    ///
    /// # Panics
    /// The clinic has none.
    pub async fn free(&self, address: SocketAddr, after: i64, days: i64) -> Vec<(String, String)> {
        use jiff::ToSpan;
        let from = self.first_day.saturating_add(after.days());
        let to = from.saturating_add((days - 1).days());
        let path = format!("/api/v1/slots?service={}&from={from}&to={to}", self.service);
        let answer = Client::connect(address).await.get(&path).await;
        assert_eq!(
            answer.status,
            200,
            "{}",
            String::from_utf8_lossy(&answer.body)
        );
        let value: Value = serde_json::from_slice(&answer.body).expect("JSON");
        let slots = value["slots"].as_array().expect("slots");
        assert!(!slots.is_empty(), "the clinic has free time");
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        slots
            .iter()
            .map(|slot| (text(&slot["practitioner"]), text(&slot["start"])))
            .collect()
    }
}

/// Another surname for each number, in letters: people differ, or every record would seem to be of one person.
fn surname(number: usize) -> String {
    const LETTERS: [char; 10] = ['а', 'е', 'и', 'к', 'л', 'м', 'н', 'о', 'р', 'с'];
    let digits = number.to_string().into_bytes();
    let tail: String = digits
        .iter()
        .map(|digit| LETTERS[usize::from(digit - b'0')])
        .collect();
    format!("Тест{tail}ва")
}

fn birth_date(number: usize) -> String {
    format!(
        "19{:02}-{:02}-{:02}",
        30 + number % 70,
        1 + number % 12,
        1 + number % 28
    )
}

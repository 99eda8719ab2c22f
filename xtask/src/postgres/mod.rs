//! A PostgreSQL for one run. Invariant: it lives in a fresh folder, listens on the loopback and a socket in that folder,
//! asks for a password made for it, and is gone with its folder when this process is, also after `kill -9`.
//!
//! The work is done by `guard.sh`, which holds the other end of a pipe; see there.

mod programs;

use std::fs::{DirBuilder, File};
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};

use crate::shell::{self, Done};

/// Names the server to tests and benches: `postgres://user:password@host:port/postgres`, a role that may create databases.
pub const URL_VARIABLE: &str = "MEDOK_TEST_POSTGRES";

/// A server for tests: one of our own, which ends when this is dropped, or one given by `MEDOK_TEST_POSTGRES`.
pub struct Server {
    url: String,
    version: String,
    guard: Option<Guard>,
}

impl Server {
    /// Takes the server the environment names, or starts one, installing PostgreSQL where apt-get can.
    ///
    /// # Errors
    /// What is missing and how to install it, or why the server did not start.
    pub fn start() -> Done<Self> {
        match std::env::var(URL_VARIABLE) {
            Ok(url) if !url.is_empty() => Ok(Self {
                url,
                version: format!("the PostgreSQL of {URL_VARIABLE}"),
                guard: None,
            }),
            _ => Self::own(),
        }
    }

    fn own() -> Done<Self> {
        let programs = programs::found_or_installed()?;
        let [name, password] = secrets()?;
        let (folder, owner) = folder(&name)?;
        let guard =
            Guard::start(&folder, owner, &programs.folder, &password).inspect_err(|_| {
                // Gone already if the guard ran at all.
                std::fs::remove_dir_all(&folder).ok();
            })?;
        let url = format!(
            "postgres://postgres:{password}@127.0.0.1:{}/postgres",
            guard.port
        );
        Ok(Self {
            url,
            version: format!("PostgreSQL {}", programs.version),
            guard: Some(guard),
        })
    }

    /// The address with its password.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// `PostgreSQL 15.18`.
    pub fn version(&self) -> &str {
        &self.version
    }
}

/// An empty database for one run, on a server as [`Server::start`] finds it. One made on a server of others is dropped
/// in the end.
pub struct Database {
    server: Server,
    url: String,
    psql: PathBuf,
    name: String,
}

impl Database {
    /// Makes one.
    ///
    /// # Errors
    /// As [`Server::start`]; `psql` is missing; the server does not let us.
    pub fn create() -> Done<Self> {
        let server = Server::start()?;
        let psql = shell::find("psql")
            .or_else(|| Some(programs::found()?.folder.join("psql")))
            .filter(|file| shell::is_program(file))
            .ok_or("psql is missing, and it makes the database (Debian, Ubuntu: apt-get install postgresql-client)")?;
        let [random, _] = secrets()?;
        let name = format!("medok_e2e_{random}");
        let url = beside(server.url(), &name)
            .ok_or("the address of the PostgreSQL names no database to begin from")?;
        let database = Self {
            server,
            url,
            psql,
            name,
        };
        database.says("CREATE")?;
        Ok(database)
    }

    /// Its address, with the password.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn says(&self, verb: &str) -> Done<()> {
        let statement = format!("{verb} DATABASE {}", self.name);
        shell::read(Command::new(&self.psql).args([
            "--no-psqlrc",
            "--quiet",
            "-c",
            &statement,
            "-d",
            self.server.url(),
        ]))
        .map(drop)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.server.guard.is_none()
            && let Err(why) = self.says("DROP")
        {
            eprintln!("the database {} is left behind: {why}", self.name);
        }
    }
}

/// The address of another database on the same server.
fn beside(url: &str, name: &str) -> Option<String> {
    let (start, query) = url
        .split_once('?')
        .map_or((url, None), |(start, query)| (start, Some(query)));
    let (server, _) = start
        .rsplit_once('/')
        .filter(|(server, _)| !server.ends_with('/'))?;
    Some(match query {
        Some(query) => format!("{server}/{name}?{query}"),
        None => format!("{server}/{name}"),
    })
}

/// Runs a server until this command is ended, or the server is.
///
/// # Errors
/// As [`Server::start`].
pub fn foreground() -> Done<ExitCode> {
    let mut server = Server::own()?;
    println!(
        "{} is ready; Ctrl-C ends it and removes its folder",
        server.version()
    );
    println!("export {URL_VARIABLE}={}", server.url());
    if let Some(guard) = &mut server.guard {
        guard.wait_for_its_end();
    }
    Err("the server's guard ended before this command did".into())
}

/// Where the guard's script lies in the server's folder.
const SCRIPT: &str = "guard.sh";

/// The shell that keeps a server. Dropping it closes the pipe and waits until server and folder are gone.
struct Guard {
    shell: Child,
    says: BufReader<ChildStdout>,
    port: u16,
}

impl Guard {
    fn start(folder: &Path, owner: Option<User>, programs: &Path, password: &str) -> Done<Self> {
        let mut command = Command::new("/bin/sh");
        command
            .arg(folder.join(SCRIPT))
            .args([folder, programs])
            .args(free_ports()?.map(|port| port.to_string()))
            .env_clear()
            .env(
                "PATH",
                std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into()),
            )
            .env("LC_ALL", "C")
            .env("MEDOK_GUARD_PASSWORD", password)
            .current_dir(folder)
            // Its own group: a Ctrl-C is for us, the guard hears of it by the pipe.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if let Some(user) = owner {
            command.uid(user.uid).gid(user.gid);
        }
        let mut shell = command
            .spawn()
            .map_err(|e| format!("cannot start the server's guard: {e}"))?;
        let says = BufReader::new(shell.stdout.take().expect("asked for as a pipe"));
        let mut guard = Self {
            shell,
            says,
            port: 0,
        };
        let mut line = String::new();
        guard
            .says
            .read_line(&mut line)
            .map_err(|e| format!("cannot read the server's guard: {e}"))?;
        let port = line
            .trim_end()
            .strip_prefix("ready ")
            .and_then(|port| port.parse().ok());
        guard.port = port.ok_or("PostgreSQL did not start; its log is above")?;
        Ok(guard)
    }

    fn wait_for_its_end(&mut self) {
        // What else it says does not matter: only that the pipe ends.
        self.says.read_to_end(&mut Vec::new()).ok();
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        self.shell.wait().ok();
    }
}

/// Whom the server runs as when we are root, which PostgreSQL refuses.
#[derive(Clone, Copy)]
struct User {
    uid: u32,
    gid: u32,
}

impl User {
    fn unprivileged() -> Done<Self> {
        let number = |option: &str, name: &str| {
            shell::read(Command::new("id").args([option, name]))
                .ok()?
                .trim()
                .parse()
                .ok()
        };
        let user = |name: &&str| {
            Some(Self {
                uid: number("-u", name)?,
                gid: number("-g", name)?,
            })
        };
        let found = ["postgres", "nobody"].iter().find_map(user);
        found.ok_or_else(|| "PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody` here".into())
    }
}

/// A fresh folder for the server with the guard's script in it, and its owner if that is not us.
fn folder(name: &str) -> Done<(PathBuf, Option<User>)> {
    let path = base().join(format!("medok-pg-{name}"));
    let failed = |e: std::io::Error| format!("cannot make {}: {e}", path.display());
    DirBuilder::new()
        .mode(0o700)
        .create(&path)
        .map_err(failed)?;
    let given = hand_over(&path).inspect_err(|_| {
        std::fs::remove_dir_all(&path).ok();
    })?;
    Ok((path, given))
}

/// Puts the script into the folder and, when we are root, gives the folder to another.
fn hand_over(folder: &Path) -> Done<Option<User>> {
    let failed = |e: std::io::Error| format!("cannot prepare {}: {e}", folder.display());
    let script = folder.join(SCRIPT);
    std::fs::write(&script, include_str!("guard.sh")).map_err(failed)?;
    if std::fs::metadata(folder).map_err(failed)?.uid() != 0 {
        return Ok(None);
    }
    let user = User::unprivileged()?;
    for path in [&script, folder] {
        std::os::unix::fs::chown(path, Some(user.uid), Some(user.gid)).map_err(failed)?;
    }
    Ok(Some(user))
}

/// The temporary folder, unless another user could not enter it or a socket's path in it would be too long (104 bytes
/// on the strictest systems).
fn base() -> PathBuf {
    let open_to_all = |folder: &Path| {
        std::fs::metadata(folder).is_ok_and(|data| data.permissions().mode() & 0o001 != 0)
    };
    let wanted = std::env::temp_dir();
    let fits = wanted.as_os_str().len() <= 60
        && wanted.is_absolute()
        && wanted.ancestors().all(open_to_all);
    if fits { wanted } else { "/tmp".into() }
}

/// A name for the folder and a password, both hexadecimal.
fn secrets() -> Done<[String; 2]> {
    let mut bytes = [0; 20];
    let mut source =
        File::open("/dev/urandom").map_err(|e| format!("cannot open /dev/urandom: {e}"))?;
    source
        .read_exact(&mut bytes)
        .map_err(|e| format!("cannot read /dev/urandom: {e}"))?;
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    Ok([hex(&bytes[..4]), hex(&bytes[4..])])
}

/// Ports that were free a moment ago. Several: between asking and starting another may take one.
fn free_ports() -> Done<[u16; 4]> {
    let failed = |e: std::io::Error| format!("no free port on 127.0.0.1: {e}");
    let mut held = Vec::new();
    let mut ports = [0; 4];
    for port in &mut ports {
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(failed)?;
        *port = listener.local_addr().map_err(failed)?.port();
        held.push(listener);
    }
    Ok(ports)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_and_its_folder_end_together() {
        if programs::found().is_none() {
            eprintln!("not tested: no PostgreSQL is installed here");
            return;
        }
        let server = Server::own().unwrap();
        let port = server.guard.as_ref().unwrap().port;
        assert!(
            server.url().starts_with("postgres://postgres:")
                && server
                    .url()
                    .ends_with(&format!("@127.0.0.1:{port}/postgres"))
        );
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        let folder = folders_with(port);
        assert_eq!(folder.len(), 1, "its socket lies in its folder");

        drop(server);
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
        assert!(!folder[0].exists());
    }

    /// The folders of servers that hold the socket of this port.
    fn folders_with(port: u16) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(base())
            .unwrap()
            .flatten()
            .map(|entry| entry.path());
        let ours = entries.filter(|path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("medok-pg-")
        });
        ours.filter(|path| path.join(format!(".s.PGSQL.{port}")).exists())
            .collect()
    }

    #[test]
    fn another_database_stands_beside_the_first() {
        for (url, expected) in [
            ("postgres://u:p@h:5/postgres", Some("postgres://u:p@h:5/x")),
            (
                "postgres://h/one?sslmode=off",
                Some("postgres://h/x?sslmode=off"),
            ),
            ("postgres://h", None),
        ] {
            assert_eq!(beside(url, "x").as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn secrets_differ_each_time() {
        let ([a, b], [c, d]) = (secrets().unwrap(), secrets().unwrap());
        assert_eq!((a.len(), b.len()), (8, 32));
        assert!(a != c && b != d);
    }

    #[test]
    fn ports_differ() {
        let mut ports = free_ports().unwrap().to_vec();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 4);
    }
}

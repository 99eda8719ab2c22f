//! Where PostgreSQL's programs are. Invariant: a folder counts only if it holds `initdb`, `postgres` and `pg_ctl` of a
//! version that Medok supports; `psql` alone is no server.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::packages;
use crate::shell::{self, Done};

/// Names a folder of programs that is to be taken instead of those found.
const FOLDER_VARIABLE: &str = "MEDOK_POSTGRES_BIN";

/// The oldest major version the tests run on.
const OLDEST: u32 = 13;

/// A folder with the server's programs.
#[derive(Debug, PartialEq, Eq)]
pub struct Programs {
    /// The real folder, links followed.
    pub folder: PathBuf,
    /// Major and minor: `15.18`.
    pub version: Version,
}

/// `15.18`; a pre-release `19beta1` is 19.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    major: u32,
    minor: u32,
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The programs of this machine, after installing them if there are none and apt-get can.
///
/// # Errors
/// What to install, where we cannot.
pub fn found_or_installed() -> Done<Programs> {
    if let Some(programs) = found() {
        return Ok(programs);
    }
    packages::install("the PostgreSQL server", INSTALL).map_err(|why| format!("{why} {ADVICE}"))?;
    found().ok_or_else(|| {
        format!("apt-get installed no PostgreSQL of version {OLDEST} or later. {ADVICE}")
    })
}

/// The programs of this machine: those the environment names, else those in `PATH`, else the newest where
/// distributions put them.
pub fn found() -> Option<Programs> {
    let named = std::env::var_os(FOLDER_VARIABLE)
        .map(PathBuf::from)
        .into_iter();
    // Links in PATH lead to the folder where all three lie together.
    let in_path = ["initdb", "postgres", "pg_ctl"]
        .iter()
        .filter_map(|name| shell::find(name));
    let in_path = in_path.filter_map(|file| Some(file.canonicalize().ok()?.parent()?.to_owned()));
    named
        .chain(in_path)
        .find_map(|folder| programs(&folder))
        .or_else(|| newest(usual_folders()))
}

const ADVICE: &str = "Install the PostgreSQL server (Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install \
                      postgresql-server; Alpine: apk add postgresql; macOS: brew install postgresql), or name its folder of \
                      programs in MEDOK_POSTGRES_BIN, or a running server in MEDOK_TEST_POSTGRES.";

/// Run as root. A server package would start a server on port 5432 that nobody asked for: told not to for this time.
const INSTALL: &str = r"
set -eu
export DEBIAN_FRONTEND=noninteractive
settings=/etc/postgresql-common/createcluster.d
mkdir -p $settings
echo 'create_main_cluster = false' >$settings/medok-tests.conf
trap 'rm -f $settings/medok-tests.conf; rmdir $settings 2>/dev/null || true' EXIT
apt-get update -q || echo 'apt-get update failed; trying with the lists that are here'
apt-get install -y -q --no-install-recommends postgresql
";

/// Folders where packages put the programs, beside `PATH`.
fn usual_folders() -> Vec<PathBuf> {
    let versioned = [
        ("/usr/lib/postgresql", "", "bin"),
        ("/usr/libexec", "postgresql", ""),
        ("/usr", "pgsql-", "bin"),
        ("/opt/homebrew/opt", "postgresql", "bin"),
        ("/usr/local/opt", "postgresql", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ];
    let below = |(folder, start, rest): (&str, &str, &str)| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let meant = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(start));
        meant
            .map(|entry| entry.path().join(rest))
            .collect::<Vec<_>>()
    };
    versioned
        .into_iter()
        .flat_map(below)
        .chain(["/usr/local/pgsql/bin".into()])
        .collect()
}

fn newest(folders: Vec<PathBuf>) -> Option<Programs> {
    folders
        .iter()
        .filter_map(|folder| programs(folder))
        .max_by_key(|programs| programs.version)
}

/// The programs in this folder, if all are there and new enough.
fn programs(folder: &Path) -> Option<Programs> {
    if !["initdb", "postgres", "pg_ctl"]
        .iter()
        .all(|name| shell::is_program(&folder.join(name)))
    {
        return None;
    }
    let version =
        version(&shell::read(Command::new(folder.join("postgres")).arg("--version")).ok()?)?;
    (version.major >= OLDEST).then(|| Programs {
        folder: folder.to_owned(),
        version,
    })
}

/// Reads `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn version(text: &str) -> Option<Version> {
    let (_, text) = text.split_once("(PostgreSQL) ")?;
    let number = |text: &str| {
        text.split(|c: char| !c.is_ascii_digit())
            .next()
            .and_then(|digits| digits.parse().ok())
    };
    let minor = text.split_once('.').and_then(|(_, minor)| number(minor));
    Some(Version {
        major: number(text)?,
        minor: minor.unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn versions_are_read() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(
                version(text).map(|version| version.to_string()).as_deref(),
                expected,
                "{text}"
            );
        };
        check(
            "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n",
            Some("15.18"),
        );
        check("postgres (PostgreSQL) 19beta1\n", Some("19.0"));
        check("psql 15", None);
    }

    #[test]
    fn only_whole_and_recent_folders_count() {
        let base = std::env::temp_dir().join(format!("medok-programs-{}", std::process::id()));
        let make = |name: &str, version: &str, programs: &[&str]| {
            let folder = base.join(name);
            std::fs::create_dir_all(&folder).unwrap();
            for program in programs {
                let file = folder.join(program);
                std::fs::write(
                    &file,
                    format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n"),
                )
                .unwrap();
                std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
            }
            folder
        };
        let all = ["initdb", "postgres", "pg_ctl"];
        let folders = vec![
            make("9", "9.6.24", &all),
            make("16", "16.4", &all),
            make("17", "17.0", &all),
            make("18", "18.1", &["psql", "postgres"]),
            base.join("absent"),
        ];
        let found = newest(folders).map(|programs| (programs.folder, programs.version.to_string()));
        std::fs::remove_dir_all(&base).unwrap();
        assert_eq!(found, Some((base.join("17"), "17.0".to_owned())));
    }
}

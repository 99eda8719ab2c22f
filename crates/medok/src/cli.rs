//! The command line. Its words are a contract: others script against them.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use jiff::civil::Date;
use kernel::Language;

use trust::access::Role;

use crate::commands::Command;
use crate::commands::staff::{Secret, StaffAdd};
use crate::house::StartError;
use crate::restore::Restore;

/// The front desk of a clinic that keeps its word.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "medok",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// The data folder [default: ./data]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The settings file (TOML); each setting can also be a MEDOK_… variable
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What `medok` can do.
#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// Serve the site until SIGTERM or SIGINT; prints one line `listening on http://…` when ready
    Serve {
        /// The address to listen on [default: 127.0.0.1:8080]
        #[arg(long, value_name = "ADDR")]
        listen: Option<SocketAddr>,
        /// Fill an empty store with a clinic that does not exist; on this machine's own addresses only
        #[arg(long)]
        demo: bool,
    },
    /// Make the store, its keys and sample texts of the clinic
    Init,
    /// The clinic's privacy policy
    #[command(subcommand)]
    Policy(Policy),
    /// The keys of the vault
    #[command(subcommand)]
    Keys(Keys),
    /// Write encrypted archives of data and keys, and a signed manifest, into a folder
    Backup {
        /// Made if it is not there
        folder: PathBuf,
    },
    /// Bring a backup back into an empty store
    Restore {
        /// The folder of the backups: a data archive, the newest keyset archive, their manifests
        folder: PathBuf,
        /// The file with the secret half of a recipient [default: the variable MEDOK_IDENTITY]
        #[arg(long, value_name = "FILE")]
        identity: Option<PathBuf>,
        /// Which data archive, such as 20260203T040506Z [default: the newest]
        #[arg(long, value_name = "TIME")]
        archive: Option<String>,
        /// The journal's public key, if you wrote it down: the archives must be signed with it
        #[arg(long, value_name = "KEY")]
        journal_key: Option<String>,
    },
    /// The clinic's people: who may sign in to the desk
    #[command(subcommand)]
    Staff(Staff),
    /// The journal of who did what with whose data
    #[command(subcommand)]
    Journal(Journal),
    /// Look whether all is well, and say what to do where it is not
    Doctor,
    /// Replace the catalogue: branches, people, rooms, services, schedules
    Import {
        /// CSV, UTF-8 or windows-1251
        file: PathBuf,
        /// Only say what is wrong, line by line
        #[arg(long)]
        dry_run: bool,
    },
}

/// `medok policy …`
#[derive(Clone, Debug, Subcommand)]
pub enum Policy {
    /// Propose a new version; it takes effect at once only while no second employee could approve it
    Publish {
        /// Plain text or Markdown, UTF-8; or a document with blanks like those in DATA/clinic/documents
        file: PathBuf,
        /// The first day in force, such as 2026-12-01 [default: at once]
        #[arg(long, value_name = "DATE")]
        effective: Option<Date>,
        /// The language of the text: ru or en
        #[arg(long, default_value = "ru")]
        language: Language,
    },
}

/// `medok keys …`
#[derive(Clone, Debug, Subcommand)]
pub enum Keys {
    /// Wrap every person's key with a new one and erase the old; what was destroyed becomes unrecoverable
    Rotate {
        /// Also rebuild the look-up indexes with a new key
        #[arg(long)]
        index: bool,
    },
}

/// `medok staff …`
#[derive(Clone, Debug, Subcommand)]
pub enum Staff {
    /// Make an account; prints the address of its second factor (otpauth://) and recovery codes, both once
    Add {
        /// How its holder signs in
        #[arg(long, value_name = "LOGIN")]
        login: String,
        /// The role, such as administrator or registrar
        #[arg(long, value_name = "ROLE", value_parser = role)]
        role: String,
        /// The name as colleagues and patients read it [default: the login]
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// For a practitioner: the code in the catalogue
        #[arg(long, value_name = "CODE")]
        practitioner: Option<String>,
        /// Read the password from standard input, one line
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

/// A role of the desk. A partner's needs a contract, which is written on screen.
fn role(text: &str) -> Result<String, String> {
    let of_command = || {
        Role::all()
            .map(Role::code)
            .filter(|code| *code != "partner")
    };
    if of_command().any(|code| code == text) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "is no role; roles are {}",
        of_command().collect::<Vec<_>>().join(", ")
    ))
}

/// `medok journal …`
#[derive(Clone, Debug, Subcommand)]
pub enum Journal {
    /// Check offline that nothing was taken out, put in or changed
    Verify {
        /// Check a receipt instead: no store is needed; given twice, also that the one continues the other
        #[arg(long, value_name = "FILE")]
        receipt: Vec<PathBuf>,
        /// The journal's public key, or a file with it: whose word counts for a receipt [default: the key of the store]
        #[arg(long, value_name = "KEY", requires = "receipt")]
        key: Option<String>,
    },
}

/// A verb, told apart by what it needs of the house.
#[derive(Clone, Debug)]
pub enum Errand {
    /// Opens the house and serves.
    Serve {
        /// As the demonstration.
        demo: bool,
    },
    /// Makes the house.
    Init,
    /// Brings a house back.
    Restore(Restore),
    /// Checks receipts of consents; needs no house.
    Receipts {
        /// The files.
        files: Vec<PathBuf>,
        /// The key that is trusted, or its file.
        key: Option<String>,
    },
    /// Makes an account once a password was read.
    StaffAdd(Box<StaffAdd>),
    /// Needs the house open, here or in the serving process.
    Command(Command),
}

impl Verb {
    /// The address to listen on, where the verb names one.
    #[must_use]
    pub const fn listen(&self) -> Option<SocketAddr> {
        match self {
            Self::Serve { listen, .. } => *listen,
            _ => None,
        }
    }

    /// What is to be done. Paths become absolute: the serving process has another working folder.
    ///
    /// # Errors
    /// The working folder is gone.
    pub fn into_errand(self) -> Result<Errand, StartError> {
        let absolute = |path: PathBuf| std::path::absolute(path).map_err(StartError::Process);
        Ok(match self {
            Self::Serve { demo, .. } => Errand::Serve { demo },
            Self::Init => Errand::Init,
            Self::Policy(Policy::Publish {
                file,
                effective,
                language,
            }) => Errand::Command(Command::PolicyPublish {
                file: absolute(file)?,
                effective,
                language,
            }),
            Self::Keys(Keys::Rotate { index }) => Errand::Command(Command::KeysRotate { index }),
            Self::Backup { folder } => Errand::Command(Command::Backup {
                folder: absolute(folder)?,
            }),
            Self::Restore {
                folder,
                identity,
                archive,
                journal_key,
            } => Errand::Restore(Restore {
                folder,
                identity,
                archive,
                journal_key,
            }),
            Self::Staff(Staff::Add {
                login,
                role,
                name,
                practitioner,
                password_stdin: _,
            }) => Errand::StaffAdd(Box::new(StaffAdd {
                name: name.unwrap_or_else(|| login.clone()),
                login,
                role,
                practitioner,
                password: Secret::default(),
            })),
            Self::Journal(Journal::Verify { receipt, key }) if receipt.is_empty() => {
                debug_assert!(key.is_none(), "the grammar asks for a receipt beside a key");
                Errand::Command(Command::JournalVerify)
            }
            Self::Journal(Journal::Verify { receipt, key }) => Errand::Receipts {
                files: receipt,
                key,
            },
            Self::Doctor => Errand::Command(Command::Doctor),
            Self::Import { file, dry_run } => Errand::Command(Command::Import {
                file: absolute(file)?,
                dry_run,
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_grammar_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn data_and_config_may_stand_anywhere() {
        for line in [
            "medok --data d --config c doctor",
            "medok doctor --data d --config c",
            "medok --data d keys rotate --index --config c",
            "medok policy publish p.txt --data d --config c",
        ] {
            let cli = parse(line).expect(line);
            assert_eq!(
                (cli.data, cli.config),
                (Some("d".into()), Some("c".into())),
                "{line}"
            );
        }
    }

    #[test]
    fn a_policy_is_published_in_russian_at_once_unless_said_otherwise() {
        let command = |line: &str| match parse(line).expect(line).verb.into_errand() {
            Ok(Errand::Command(command)) => command,
            other => panic!("{line}: {other:?}"),
        };
        assert_eq!(
            command("medok policy publish /p.txt"),
            Command::PolicyPublish {
                file: "/p.txt".into(),
                effective: None,
                language: Language::Ru
            }
        );
        assert_eq!(
            command("medok policy publish /p.txt --effective 2026-12-01 --language en"),
            Command::PolicyPublish {
                file: "/p.txt".into(),
                effective: Some(jiff::civil::date(2026, 12, 1)),
                language: Language::En
            }
        );
        let Command::PolicyPublish { file, .. } = command("medok policy publish p.txt") else {
            panic!("another command")
        };
        assert!(file.is_absolute());
    }

    #[test]
    fn a_receipt_is_checked_without_a_house() {
        let errand = |line: &str| parse(line).expect(line).verb.into_errand().expect(line);
        assert!(matches!(
            errand("medok journal verify"),
            Errand::Command(Command::JournalVerify)
        ));
        let Errand::Receipts { files, key } =
            errand("medok journal verify --receipt a.json --receipt b.json --key k+1+AA")
        else {
            panic!("another errand");
        };
        assert_eq!(files, [PathBuf::from("a.json"), PathBuf::from("b.json")]);
        assert_eq!(key.as_deref(), Some("k+1+AA"));
    }

    #[test]
    fn what_is_not_in_the_grammar_is_refused() {
        for line in [
            "medok",
            "medok policy",
            "medok policy publish",
            "medok policy publish p --effective 01.12.2026",
            "medok policy publish p --effective 2026-02-30",
            "medok policy publish p --language de",
            "medok keys",
            "medok doctor x",
            "medok init --force",
            "medok journal verify --key k",
            "medok journal verify --receipt",
            "medok journal verify receipt.json",
            "medok staff",
            "medok staff add --login anna --role registrar",
            "medok staff add --login anna --role root --password-stdin",
            "medok staff add --login anna --role partner --password-stdin",
            "medok staff add --role registrar --password-stdin",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}

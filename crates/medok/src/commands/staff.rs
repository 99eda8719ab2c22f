//! `medok staff add`.

use std::fmt;
use std::io::BufRead;

use kernel::{Fault, Language, Personal, Stop};
use serde::{Deserialize, Serialize};
use trust::access::Role;
use trust::staff::{AccountRefusal, NewAccount, Terms, WeakPassword};

use crate::house::House;
use crate::output::Output;

/// Bytes of a password at most, with its line end.
const LONGEST: u64 = 1024;

/// An account to make. Of its holder it prints nothing: commands are logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffAdd {
    /// How its holder signs in.
    pub login: String,
    /// The role's code.
    pub role: String,
    /// The holder's name.
    pub name: String,
    /// The practitioner's code in the catalogue.
    pub practitioner: Option<String>,
    /// The password.
    pub password: Secret,
}

/// A password on its way from the terminal to the process that has the store open: through memory, or the local socket of
/// the same account. It does not print.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

impl fmt::Debug for StaffAdd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaffAdd")
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl StaffAdd {
    /// Reads the password: the first line, without its end.
    ///
    /// # Errors
    /// Nothing came, or it is no UTF-8.
    pub fn with_password(mut self, mut input: impl BufRead) -> Result<Self, Fault> {
        let mut line = String::new();
        std::io::Read::take(&mut input, LONGEST).read_line(&mut line)?;
        let password = line.trim_end_matches(['\r', '\n']);
        if password.is_empty() {
            return Err(Fault::broken(
                "no password came on standard input; write it there, one line",
            ));
        }
        self.password = Secret(password.to_owned());
        Ok(self)
    }
}

/// Makes the account and prints what is shown once.
pub(super) async fn add(house: &House, add: StaffAdd, output: &Output) -> Result<(), Fault> {
    let role = Role::parse(&add.role)
        .ok_or_else(|| Fault::broken(format!("there is no role {}", add.role)))?;
    let catalogue = house.booking.catalogue().await?;
    let practitioner = match &add.practitioner {
        None => None,
        Some(code) => Some(
            catalogue
                .practitioner_coded(code)
                .ok_or_else(|| {
                    Fault::broken(format!(
                        "the catalogue has no practitioner {code}; import it first, or look for the code there"
                    ))
                })?
                .id,
        ),
    };
    let new = NewAccount {
        login: add.login,
        name: add.name,
        terms: Terms {
            practitioner,
            ..Terms::of(role)
        },
    };
    let clinic = house
        .texts
        .operator()
        .name
        .get(Language::Ru.into())
        .to_owned();
    let password = Personal::new(add.password.0);
    let made = house
        .trust
        .add_staff_with_password(new, password, &clinic)
        .await;
    let (_, second, codes) = made.map_err(|stop| match stop {
        Stop::Fault(fault) => fault,
        Stop::Refused(refusal) => Fault::broken(said(refusal)),
    })?;
    output.line(second.address()?.reveal());
    for code in codes.printed() {
        output.line(format_args!("recovery {code}"));
    }
    Ok(())
}

/// What is wrong and what to do.
const fn said(refusal: AccountRefusal) -> &'static str {
    match refusal {
        AccountRefusal::LoginTaken => "there is an account with this login already; take another",
        AccountRefusal::BadLogin => {
            "a login has 2 to 64 letters and digits, with `.`, `-`, `_`, `@` and no spaces"
        }
        AccountRefusal::BadName => "a name has 1 to 100 characters, none of them hidden",
        AccountRefusal::NoPractitioner => {
            "a practitioner's account says whose schedule it sees: --practitioner CODE, as in the catalogue"
        }
        AccountRefusal::Everywhere => {
            "this role is for the whole clinic and has no branches of its own"
        }
        AccountRefusal::NoContract => "a partner's contract is written on screen: /desk/staff",
        AccountRefusal::Password(WeakPassword::Short) => {
            "the password is shorter than 10 characters; take several words in a row"
        }
        AccountRefusal::Password(WeakPassword::Long) => {
            "the password is longer than 128 characters"
        }
        AccountRefusal::Password(WeakPassword::Guessable) => {
            "the password is easily guessed: it holds the login, digits alone or repetitions"
        }
        AccountRefusal::Access(_)
        | AccountRefusal::Unknown
        | AccountRefusal::Own
        | AccountRefusal::LastAdministrator => "the account could not be made",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_a_line_and_does_not_print() {
        let new = StaffAdd {
            login: "anna".into(),
            role: "registrar".into(),
            name: "Анна".into(),
            practitioner: None,
            password: Secret::default(),
        };
        let read = new
            .clone()
            .with_password("три слова подряд\r\nещё".as_bytes())
            .unwrap();
        assert_eq!(read.password.0, "три слова подряд");
        assert_eq!(format!("{read:?}"), "StaffAdd { role: \"registrar\", .. }");
        assert!(new.with_password("\n".as_bytes()).is_err());
    }
}

//! Somebody of the clinic's staff with a browser of their own: signs in with a password and a device that shows codes, and
//! asks for pages of the desk.

use std::collections::BTreeMap;

use kernel::{Personal, StaffId};
use trust::access::Role;
use trust::staff::{NewAccount, SecondFactor};

use crate::{Answer, TestClinic, Visit, settled};

/// A password that will do.
pub const PASSWORD: &str = "лошадь верно скрепка";

/// A colleague and their browser.
pub struct Colleague<'a> {
    clinic: &'a TestClinic,
    /// Their account.
    pub id: StaffId,
    /// How they sign in.
    pub login: String,
    /// What their device makes codes of.
    pub second: SecondFactor,
    /// Codes on paper.
    pub recovery: Vec<String>,
    /// The browser's cookies.
    pub cookies: BTreeMap<String, String>,
}

impl<'a> Colleague<'a> {
    /// Somebody with an account in every branch, who has not signed in yet.
    ///
    /// # Panics
    /// There is no such role, or the login is taken.
    pub async fn hired(clinic: &'a TestClinic, login: &str, role: &str) -> Self {
        let role = Role::parse(role).unwrap_or_else(|| panic!("no role {role}"));
        let new = clinic.account(login, role).await;
        Self::hired_as(clinic, new).await
    }

    /// Somebody on these terms, who has not signed in yet.
    ///
    /// # Panics
    /// The account is refused.
    pub async fn hired_as(clinic: &'a TestClinic, new: NewAccount) -> Self {
        let login = new.login.clone();
        let password = Personal::new(PASSWORD.to_owned());
        let made = clinic.trust.add_staff_with_password(new, password, "МЕДОК");
        let (id, second, codes) = settled(made.await);
        Self {
            clinic,
            id,
            login,
            second,
            recovery: codes.printed().to_vec(),
            cookies: BTreeMap::new(),
        }
    }

    /// The browser of somebody whose account was made otherwise; what their device shows is for the story to set.
    ///
    /// # Panics
    /// The library refuses the login.
    #[must_use]
    pub fn nobody(clinic: &'a TestClinic, id: StaffId, login: &str) -> Self {
        Self {
            clinic,
            id,
            login: login.to_owned(),
            second: SecondFactor::random("МЕДОК", login).expect("a second factor"),
            recovery: Vec::new(),
            cookies: BTreeMap::new(),
        }
    }

    /// The same with a device that shows these codes.
    #[must_use]
    pub fn with(self, second: SecondFactor) -> Self {
        Self { second, ..self }
    }

    /// Somebody at work: signed in, the obligation accepted.
    ///
    /// # Panics
    /// They are not let in.
    pub async fn at_work(clinic: &'a TestClinic, login: &str, role: &str) -> Self {
        let mut one = Self::hired(clinic, login, role).await;
        one.begins_work().await;
        one
    }

    /// Signs in and accepts the obligation.
    ///
    /// # Panics
    /// They are not let in.
    pub async fn begins_work(&mut self) -> &mut Self {
        let answer = self.signs_in().await;
        assert_eq!(answer.code(), 303, "{}: {}", self.login, answer.text());
        let answer = self.post("/desk/obligation", &[("obliged", "yes")]).await;
        assert_eq!(answer.code(), 303, "{}: {}", self.login, answer.text());
        self
    }

    /// Signs in with the code that the device shows.
    pub async fn signs_in(&mut self) -> Answer {
        let code = self.code();
        self.signs_in_with(PASSWORD, &code).await
    }

    /// Signs in with these.
    pub async fn signs_in_with(&mut self, password: &str, code: &str) -> Answer {
        let login = self.login.clone();
        let form = [
            ("login", login.as_str()),
            ("password", password),
            ("code", code),
        ];
        self.post("/desk/sign-in", &form).await
    }

    /// The code that the device shows now.
    #[must_use]
    pub fn code(&self) -> String {
        self.second.code(self.clinic.clock.now())
    }

    /// The colleague takes a seat at another's computer: the browser's own cookie is there, the session's is not.
    pub fn comes_to(&mut self, computer: &Self) -> &mut Self {
        self.cookies.clear();
        if let Some(device) = computer.cookies.get("desk_device") {
            self.cookies.insert("desk_device".into(), device.clone());
        }
        self
    }

    /// Asks for a page. Redirects are not followed.
    pub async fn get(&mut self, path: &str) -> Answer {
        let visit = self.clinic.get(path);
        self.send(visit).await
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let visit = self.clinic.form(path, form);
        self.send(visit).await
    }

    /// Asks for a part of a page, as a script does.
    pub async fn get_part(&mut self, path: &str, part: &str) -> Answer {
        let visit = self.clinic.get(path).header("x-medok-part", part);
        self.send(visit).await
    }

    /// Sends a form as a script does: parts of the page come back.
    pub async fn post_part(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let visit = self.clinic.form(path, form).header("x-medok-part", "1");
        self.send(visit).await
    }

    /// Sends a request with the browser's cookies, and keeps those that come back.
    pub async fn send(&mut self, visit: Visit<'a>) -> Answer {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let answer = visit.header("cookie", &pairs.join("; ")).send().await;
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().expect("an ASCII cookie");
            let (pair, rest) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            if rest.to_ascii_lowercase().contains("max-age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.into(), value.into());
            }
        }
        answer
    }
}

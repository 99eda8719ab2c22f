//! Somebody with a browser without scripts: cookies are kept, redirects followed, forms filled in as they stand on
//! the page, buttons pressed.

use std::collections::BTreeMap;

use scraper::{ElementRef, Html, Selector};

use crate::{Answer, TestClinic};

/// A visitor and the page before them.
pub struct Visitor<'a> {
    clinic: &'a TestClinic,
    cookies: BTreeMap<String, String>,
    path: String,
    answer: Answer,
    form: Option<Form>,
    last: Option<(String, Vec<(String, String)>)>,
}

/// The form of a page.
struct Form {
    action: String,
    /// Names with what would be sent now; an unticked box has none.
    fields: Vec<(String, Option<String>)>,
    buttons: Vec<(String, String)>,
}

/// Redirects followed at most.
const REDIRECTS: usize = 5;

impl<'a> Visitor<'a> {
    /// Opens a page.
    pub async fn at(clinic: &'a TestClinic, path: &str) -> Self {
        let mut visitor = Self {
            clinic,
            cookies: BTreeMap::new(),
            path: String::new(),
            answer: Answer {
                status: axum::http::StatusCode::OK,
                headers: axum::http::HeaderMap::new(),
                body: Vec::new(),
            },
            form: None,
            last: None,
        };
        visitor.go(path).await;
        visitor
    }

    /// Walks to the form of who comes, at the `nth` free time of the service of this code.
    ///
    /// # Panics
    /// No such time is offered.
    pub async fn at_who(clinic: &'a TestClinic, for_whom: &str, service: &str, nth: usize) -> Self {
        let mut visitor = Self::at(clinic, &format!("/book?for={for_whom}")).await;
        if for_whom == "child" {
            visitor
                .submit(&[("patient.birth_date", "01.01.2018")])
                .await;
        }
        let service = clinic.id("service", service).await;
        visitor.press(("choose", &service), &[]).await;
        visitor.choose("slot", nth).await;
        assert_eq!(visitor.code(), 200, "{}", visitor.text());
        visitor
    }

    /// Goes to another page.
    pub async fn go(&mut self, path: &str) -> &mut Self {
        let visit = self.clinic.get(path).header("cookie", &self.cookie());
        let answer = visit.send().await;
        self.follow(path, answer).await
    }

    /// Presses a button of the form, after filling in these fields; the rest is sent as it stands.
    ///
    /// # Panics
    /// The page has no such button, or no such field.
    pub async fn press(&mut self, (name, value): (&str, &str), fill: &[(&str, &str)]) -> &mut Self {
        let form = self.form.as_ref().expect("a form on the page");
        assert!(
            form.buttons.iter().any(|(n, v)| n == name && v == value),
            "{}: no button {name}={value}",
            self.path
        );
        self.send(&[(name, value)], fill).await
    }

    /// Presses the only button of the form, which has no name.
    pub async fn submit(&mut self, fill: &[(&str, &str)]) -> &mut Self {
        self.send(&[], fill).await
    }

    /// Presses the `nth` button of this name.
    pub async fn choose(&mut self, name: &str, nth: usize) -> &mut Self {
        let values = self.buttons(name);
        let value = values
            .get(nth)
            .unwrap_or_else(|| panic!("{}: {} buttons {name}", self.path, values.len()))
            .clone();
        self.press((name, &value), &[]).await
    }

    /// Sends the form that was last filled in again, with some values changed this once.
    pub async fn again(&mut self, changed: &[(&str, &str)]) -> &mut Self {
        let (action, mut fields) = self.last.clone().expect("a form was sent");
        for (name, value) in changed {
            fields.retain(|(known, _)| known != name);
            fields.push(((*name).into(), (*value).into()));
        }
        self.post(action, fields).await
    }

    async fn send(&mut self, button: &[(&str, &str)], fill: &[(&str, &str)]) -> &mut Self {
        let form = self.form.as_ref().expect("a form on the page");
        for (name, _) in fill {
            assert!(
                form.fields.iter().any(|(known, _)| known == name),
                "{}: the form has no field {name}",
                self.path
            );
        }
        let mut fields: Vec<(String, String)> = Vec::new();
        for (name, value) in &form.fields {
            let filled = fill.iter().find(|(known, _)| known == name);
            let value = filled
                .map(|(_, value)| (*value).to_owned())
                .or(value.clone());
            let already = filled.is_some() && fields.iter().any(|(known, _)| known == name);
            fields.extend(
                value
                    .filter(|_| !already)
                    .map(|value| (name.clone(), value)),
            );
        }
        fields.extend(button.iter().map(|(n, v)| ((*n).into(), (*v).into())));
        let action = form.action.clone();
        self.last = Some((action.clone(), fields.clone()));
        self.post(action, fields).await
    }

    async fn post(&mut self, action: String, fields: Vec<(String, String)>) -> &mut Self {
        let pairs: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let visit = self
            .clinic
            .form(&action, &pairs)
            .header("cookie", &self.cookie());
        let answer = visit.send().await;
        self.follow(&action, answer).await
    }

    async fn follow(&mut self, path: &str, answer: Answer) -> &mut Self {
        let (mut path, mut answer) = (path.to_owned(), answer);
        for _ in 0..=REDIRECTS {
            self.remember(&answer);
            if !answer.status.is_redirection() {
                self.form = Form::of(&answer.text(), &path);
                (self.path, self.answer) = (path, answer);
                return self;
            }
            path = answer.header("location").to_owned();
            assert!(path.starts_with('/'), "a redirect leads elsewhere: {path}");
            let visit = self.clinic.get(&path).header("cookie", &self.cookie());
            answer = visit.send().await;
        }
        panic!("{path}: too many redirects")
    }

    fn remember(&mut self, answer: &Answer) {
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
    }

    fn cookie(&self) -> String {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// The status of the page.
    #[must_use]
    pub fn code(&self) -> u16 {
        self.answer.code()
    }

    /// The address of the page, after redirects.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The page as it came.
    #[must_use]
    pub fn html(&self) -> String {
        self.answer.text()
    }

    /// What a reader sees.
    #[must_use]
    pub fn text(&self) -> String {
        self.text_of("body")
    }

    /// The heading.
    #[must_use]
    pub fn heading(&self) -> String {
        let page = Html::parse_document(&self.html());
        page.select(&selector("h1"))
            .next()
            .map(words)
            .unwrap_or_default()
    }

    /// The values of a field of the form.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<String> {
        let form = self.form.as_ref().expect("a form on the page");
        form.fields
            .iter()
            .filter(|(known, _)| known == name)
            .filter_map(|(_, value)| value.clone())
            .collect()
    }

    /// The names of the form's fields.
    #[must_use]
    pub fn fields(&self) -> Vec<String> {
        let form = self.form.as_ref().expect("a form on the page");
        form.fields.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The values of the buttons of this name.
    #[must_use]
    pub fn buttons(&self, name: &str) -> Vec<String> {
        let form = self.form.as_ref().expect("a form on the page");
        form.buttons
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
            .collect()
    }

    /// What a reader sees in the first element that the selector finds.
    ///
    /// # Panics
    /// There is none.
    #[must_use]
    pub fn text_of(&self, found_by: &str) -> String {
        let page = Html::parse_document(&self.html());
        let found = page.select(&selector(found_by)).next();
        words(found.unwrap_or_else(|| panic!("{}: nothing is {found_by}", self.path)))
    }

    /// The first link that begins so.
    #[must_use]
    pub fn link(&self, start: &str) -> Option<String> {
        let page = Html::parse_document(&self.html());
        page.select(&selector("a[href]"))
            .filter_map(|link| link.value().attr("href"))
            .find(|href| href.starts_with(start))
            .map(str::to_owned)
    }
}

impl Form {
    /// The main form of a page.
    fn of(html: &str, path: &str) -> Option<Self> {
        let page = Html::parse_document(html);
        let form = page.select(&selector("main form")).next()?;
        let mut fields = Vec::new();
        for field in form.select(&selector("input[name], select[name], textarea[name]")) {
            let of = |name: &str| field.value().attr(name);
            let name = of("name").unwrap_or_default().to_owned();
            let value = match (field.value().name(), of("type").unwrap_or("text")) {
                ("select", _) => field
                    .select(&selector("option[selected]"))
                    .next()
                    .or_else(|| field.select(&selector("option")).next())
                    .and_then(|option| option.value().attr("value"))
                    .map(str::to_owned),
                ("textarea", _) => Some(field.text().collect()),
                (_, "checkbox" | "radio") => of("checked").and(of("value")).map(str::to_owned),
                _ => Some(of("value").unwrap_or_default().to_owned()),
            };
            fields.push((name, value));
        }
        // A button may stand elsewhere on the page and belong to the form by its id.
        let id = form.value().attr("id").unwrap_or_default();
        let elsewhere = selector("button[form][name]:not([disabled])");
        let elsewhere = page
            .select(&elsewhere)
            .filter(|button| button.value().attr("form") == Some(id));
        let buttons = form
            .select(&selector("button[name]:not([disabled])"))
            .chain(elsewhere)
            .map(|button| {
                let of = |name: &str| button.value().attr(name).unwrap_or_default().to_owned();
                (of("name"), of("value"))
            })
            .collect();
        let action = form.value().attr("action").unwrap_or(path).to_owned();
        Some(Self {
            action,
            fields,
            buttons,
        })
    }
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("a selector of ours")
}

fn words(element: ElementRef<'_>) -> String {
    let text: String = element.text().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

//! `/services/{code}`: the form of any declared service that has no room of its own, all from its declaration
//! (policy clause 2.4).

use askama::Template;
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;
use clinic::submission::{NewSubmission, Refusal};
use kernel::{Stop, entropy};
use trust::consent::declaration::{Coded, Declaration, ForWhom};
use trust::consent::{Decided, Form};
use trust::vault::Once;

use super::boxes::{self, BoxView};
use super::page::Page;
use super::shell::{Section, Shell};
use super::trouble::{self, Trouble};
use super::visit::Visit;
use crate::fields::{Answers, GroupView, Wrong, groups, read};
use crate::typed::Typed;
use crate::wording;

/// Names of the form's own: steps and keys.
const OWN: [&str; 6] = ["for", "go", "key", "language", "speak", "view"];

/// For whom, where a service is for several.
#[derive(Template)]
#[template(path = "service/for_whom.html")]
pub(super) struct CasePage {
    shell: Shell,
    code: String,
    title: String,
    cases: Vec<&'static str>,
}

/// The form.
#[derive(Template)]
#[template(path = "service/form.html")]
pub(super) struct FormPage {
    shell: Shell,
    code: String,
    title: String,
    aim: String,
    case: &'static str,
    key: String,
    groups: Vec<GroupView>,
    boxes: Vec<BoxView>,
    wrongs: Vec<Wrong>,
}

/// Received.
#[derive(Template)]
#[template(path = "service/received.html")]
pub(super) struct ReceivedPage {
    shell: Shell,
    title: String,
}

/// `GET /services/{code}`.
pub(super) async fn form(visit: Visit, Path(code): Path<String>) -> Response {
    let made = shown(&visit, &code).await;
    visit.answer(made)
}

async fn shown(visit: &Visit, code: &str) -> Result<Response, Trouble> {
    if code == clinic::booking::SERVICE {
        return Ok(visit.see("/book"));
    }
    let declaration = declared(visit, code)?;
    match case(declaration, &visit.query) {
        None => Ok(choose(visit, found(visit, declaration), declaration)),
        Some(for_whom) => {
            let shell = found(visit, declaration);
            page(
                visit,
                shell,
                declaration,
                for_whom,
                &Typed::default(),
                Vec::new(),
                StatusCode::OK,
            )
            .await
        }
    }
}

/// What stands around the empty form, which anybody may find.
fn found(visit: &Visit, declaration: &Declaration) -> Shell {
    let language = visit.words.of_texts();
    let title = declaration.title.get(language).to_owned();
    let aim = declaration.aim.get(language);
    visit.found(
        Section::None,
        title,
        visit.words.with("service-aim", "aim", aim),
        None,
    )
}

/// `POST /services/{code}`.
pub(super) async fn send(visit: Visit, Path(code): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    match Typed::read(&parts.headers, body).await {
        Err(trouble) => visit.answer(Err(Trouble::NotAForm(trouble))),
        Ok(typed) => {
            let visit = visit.shown_as(&typed);
            let made = sent(&visit, &code, &typed).await;
            visit.answer(made)
        }
    }
}

async fn sent(visit: &Visit, code: &str, typed: &Typed) -> Result<Response, Trouble> {
    let declaration = declared(visit, code)?;
    let shell = visit.private(Section::None, Some("form"));
    let Some(for_whom) = case(declaration, typed) else {
        return Ok(choose(visit, shell, declaration));
    };
    if typed.is_about_the_page() || typed.get("go") != "send" {
        return page(
            visit,
            shell,
            declaration,
            for_whom,
            typed,
            Vec::new(),
            StatusCode::OK,
        )
        .await;
    }
    let words = visit.words;
    let today = wording::today(
        visit.site.booking.catalogue().await?.as_ref(),
        visit.clock().now(),
    );
    let asked = visit
        .site
        .trust
        .consents_asked(declaration, for_whom, words.0)
        .await?;
    let own = |name: &str| OWN.contains(&name) || boxes::is_asked(&asked, name);
    let answers = read(words, declaration, for_whom, typed, today, own);
    let mut wrongs = answers.wrongs.clone();
    wrongs.extend(boxes::wrongs(words, &asked, typed));
    if !wrongs.is_empty() {
        return page(
            visit,
            shell,
            declaration,
            for_whom,
            typed,
            wrongs,
            StatusCode::UNPROCESSABLE_ENTITY,
        )
        .await;
    }
    let consents = boxes::decided(typed);
    let once = once(
        visit,
        declaration,
        for_whom,
        typed.get("key"),
        &answers,
        &consents,
    );
    let submission = NewSubmission {
        for_whom,
        values: answers.values,
        today,
        consents: consents.clone(),
        form: Form {
            name: "service",
            language: words.0,
            address: Some(visit.client.0),
        },
    };
    let (wrongs, status) = match visit
        .site
        .submissions
        .submit(declaration, submission, once)
        .await
    {
        Ok(_) => {
            let page = ReceivedPage {
                shell: visit.private(Section::None, None),
                title: declaration.title.get(words.of_texts()).to_owned(),
            };
            return Ok(visit.page(StatusCode::OK, &page));
        }
        Err(Stop::Refused(refusal)) => (
            told(visit, &refusal, &consents),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        Err(Stop::Fault(fault)) => {
            trouble::log(&fault);
            (
                vec![Wrong::whole(words.say("not-now"))],
                trouble::status_of(&fault),
            )
        }
    };
    page(visit, shell, declaration, for_whom, typed, wrongs, status).await
}

fn told(visit: &Visit, refusal: &Refusal, consents: &[Decided]) -> Vec<Wrong> {
    match refusal {
        Refusal::NotForThem => vec![Wrong::whole(visit.words.say("not-for-them"))],
        Refusal::NotAdult => vec![Wrong::at(
            "patient.birth_date",
            visit.words.say("age-not-adult"),
        )],
        Refusal::NotChild => vec![Wrong::at(
            "patient.birth_date",
            visit.words.say("age-not-child"),
        )],
        Refusal::Consents(problems) => boxes::wrongs_of(visit.words, problems, consents),
        Refusal::AnotherBody => vec![Wrong::whole(visit.words.say("sent-already-form"))],
    }
}

fn once(
    visit: &Visit,
    declaration: &Declaration,
    for_whom: ForWhom,
    key: &str,
    answers: &Answers,
    consents: &[Decided],
) -> Option<Once> {
    if key.is_empty() {
        return None;
    }
    let mut said = vec![declaration.code.clone(), for_whom.code().to_owned()];
    for (party, values) in &answers.values {
        said.extend(
            values
                .iter()
                .map(|(code, value)| format!("{}.{code}={}", party.code(), value.reveal())),
        );
    }
    said.extend(consents.iter().map(|one| {
        format!(
            "{}.{}.{}={}",
            one.document, one.version, one.sha256, one.given
        )
    }));
    Some(
        visit
            .site
            .trust
            .once("/services", key, said.join("\n").as_bytes()),
    )
}

fn declared<'a>(visit: &'a Visit, code: &str) -> Result<&'a Declaration, Trouble> {
    visit
        .site
        .texts
        .declaration(code)
        .filter(|one| one.code != clinic::booking::SERVICE)
        .ok_or(Trouble::NotFound)
}

/// For whom the form is: what was chosen, or the only case there is.
fn case(declaration: &Declaration, typed: &Typed) -> Option<ForWhom> {
    match declaration.for_whom[..] {
        [only] => Some(only),
        _ => {
            ForWhom::from_code(typed.get("for")).filter(|case| declaration.for_whom.contains(case))
        }
    }
}

fn choose(visit: &Visit, shell: Shell, declaration: &Declaration) -> Response {
    let page = CasePage {
        shell,
        code: declaration.code.clone(),
        title: declaration.title.get(visit.words.of_texts()).to_owned(),
        cases: declaration
            .for_whom
            .iter()
            .map(|case| case.code())
            .collect(),
    };
    visit.page(StatusCode::OK, &page)
}

async fn page(
    visit: &Visit,
    shell: Shell,
    declaration: &Declaration,
    for_whom: ForWhom,
    typed: &Typed,
    wrongs: Vec<Wrong>,
    status: StatusCode,
) -> Result<Response, Trouble> {
    let words = visit.words;
    let asked = visit
        .site
        .trust
        .consents_asked(declaration, for_whom, words.0)
        .await?;
    let key = typed.get("key");
    let groups = groups(words, declaration, for_whom, typed, &wrongs);
    let boxes = boxes::views(words, &asked, typed, &wrongs);
    let page = FormPage {
        shell,
        code: declaration.code.clone(),
        title: declaration.title.get(words.of_texts()).to_owned(),
        aim: declaration.aim.get(words.of_texts()).to_owned(),
        case: for_whom.code(),
        key: if key.is_empty() {
            entropy::random_id().to_string()
        } else {
            typed.shown("key")
        },
        wrongs: boxes::named(wrongs, &groups, &boxes),
        groups,
        boxes,
    };
    Ok(visit.page(status, &page))
}

impl Page for CasePage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        vec![Self {
            shell,
            code: "tax_certificate".into(),
            title: "Справка".into(),
            cases: vec!["self", "child"],
        }]
    }
}

impl Page for FormPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        use super::book::samples;
        use trust::consent::declaration::{Whitelist, bundled};
        let whitelist = Whitelist::parse(bundled::WHITELIST).expect("the whitelist");
        let tax =
            Declaration::parse(bundled::TAX_CERTIFICATE, &whitelist).expect("the declaration");
        // Every kind of field that a declaration can ask.
        let every = "[[fields]]\ncode = \"sex\"\ncategory = \"identity\"\nparties = [\"patient\"]\n\n[[fields]]\ncode = \"message\"\ncategory = \"free_text\"\nparties = [\"patient\"]\n\n[[retention]]";
        let named = "fields = [\"surname\", \"given_name\", \"patronymic\", \"birth_date\", \"inn\", \"year\", \"payments\", \"sex\", \"message\"]";
        let source = bundled::TAX_CERTIFICATE
            .replacen("[[retention]]", every, 1)
            .replacen("fields = [\"surname\", \"given_name\", \"patronymic\", \"birth_date\", \"inn\", \"year\", \"payments\"]", named, 1);
        let wide = Declaration::parse(&source, &whitelist).expect("a wider declaration");
        let page = |declaration: &Declaration, wrongs: Vec<Wrong>| Self {
            shell: shell.clone(),
            code: declaration.code.clone(),
            title: declaration.title.get(shell.words.of_texts()).to_owned(),
            aim: declaration.aim.get(shell.words.of_texts()).to_owned(),
            case: "self",
            key: "k".into(),
            groups: groups(
                shell.words,
                declaration,
                ForWhom::Myself,
                &Typed::default(),
                &wrongs,
            ),
            boxes: samples::boxes(&shell, &wrongs),
            wrongs,
        };
        let wrongs = vec![
            Wrong::at("patient.inn", "Проверьте ИНН"),
            Wrong::at("patient.message", "Слишком длинно"),
            Wrong::at("patient.sex", "Выберите"),
        ];
        vec![
            page(&tax, Vec::new()),
            page(&wide, Vec::new()),
            page(&wide, wrongs),
        ]
    }
}

impl Page for ReceivedPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        vec![Self {
            shell,
            title: "Справка".into(),
        }]
    }
}

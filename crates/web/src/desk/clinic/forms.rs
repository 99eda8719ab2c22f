//! `/desk/forms`: what each declared service asks, and which consents: their order, what must be filled, the sentences.
//!
//! A changed declaration is proposed by one employee and approved by another, like any text (decision 0018).

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use kernel::Purpose;
use trust::consent::declaration::edit::{Asked, ConsentBlock, FieldBlock, Parts, edited, parts};
use trust::consent::{EditedFiles, code_of};
use trust::policy::{Proposed, Standing};

use super::super::asked::Desk;
use super::super::page::DeskPage;
use super::super::routes::Answered;
use super::super::shell::DeskShell;
use super::super::texts::refused;
use super::super::trouble::Trouble;

/// A declared service in the list.
pub(super) struct Service {
    pub(super) code: String,
    pub(super) title: String,
    pub(super) fields: usize,
    pub(super) consents: usize,
    pub(super) waits: bool,
}

/// The declared services.
#[derive(Template)]
#[template(path = "desk/clinic/forms.html")]
pub(in crate::desk) struct FormsPage {
    pub(super) shell: DeskShell,
    pub(super) services: Vec<Service>,
}

/// A field of the form.
pub(super) struct FieldRow {
    pub(super) place: usize,
    pub(super) title: String,
    pub(super) whose: String,
    pub(super) required: bool,
}

/// A consent of the form.
pub(super) struct ConsentRow {
    pub(super) place: usize,
    pub(super) title: String,
    pub(super) cases: String,
    pub(super) fixed: bool,
    pub(super) required: bool,
    pub(super) ru: String,
    pub(super) en: String,
}

/// One service's form.
#[derive(Template)]
#[template(path = "desk/clinic/form.html")]
pub(in crate::desk) struct FormPage {
    pub(super) shell: DeskShell,
    pub(super) code: String,
    pub(super) title: String,
    pub(super) fields: Vec<FieldRow>,
    pub(super) consents: Vec<ConsentRow>,
    /// The version that waits, if one does.
    pub(super) waits: Option<String>,
    pub(super) wrong: Option<String>,
    /// What does not go together, as those who check files are told.
    pub(super) problems: Vec<String>,
    pub(super) done: Option<String>,
}

fn file_of(code: &str) -> String {
    format!("declarations/{code}.toml")
}

/// The version of a file that waits for a decision.
async fn waits(desk: &Desk, file: &str) -> Result<Option<String>, Trouble> {
    let code = code_of(file);
    let all = desk.site.trust.proposals().await?;
    let waiting = all
        .get(&code)
        .into_iter()
        .flatten()
        .find(|one| one.standing == Standing::Waiting);
    Ok(waiting.map(|one| format!("/desk/texts/{code}/{}", one.version.id)))
}

/// `GET /desk/forms`.
pub(in crate::desk) async fn forms(desk: Arc<Desk>) -> Answered {
    let mut services = Vec::new();
    for declaration in desk.site.texts.declarations() {
        services.push(Service {
            code: declaration.code.clone(),
            title: declaration.title.get(desk.words.of_texts()).to_owned(),
            fields: declaration.fields.len(),
            consents: declaration.consents.len(),
            waits: waits(&desk, &file_of(&declaration.code)).await?.is_some(),
        });
    }
    let page = FormsPage {
        shell: desk.shell(),
        services,
    };
    Ok(desk.page(StatusCode::OK, &page))
}

/// The declaration that the address names: its file and the parts of it that are changed here.
fn named(desk: &Desk) -> Result<(String, String, Option<Parts>), Trouble> {
    let code = desk.place("code");
    let texts = &desk.site.texts;
    texts.declaration(code).ok_or(Trouble::NotFound)?;
    let file = file_of(code);
    let source = texts.source(&file).ok_or(Trouble::NotFound)?;
    let parts = parts(&source).ok();
    Ok((file, source, parts))
}

/// `GET /desk/forms/{code}`.
pub(in crate::desk) async fn form(desk: Arc<Desk>) -> Answered {
    let (file, _, parts) = named(&desk)?;
    let Some(parts) = parts else {
        return unlike(&desk, &file).await;
    };
    let done = match desk.query.get("done") {
        "in-force" => Some("desk-forms-done"),
        "unchanged" => Some("desk-texts-done-unchanged"),
        _ => None,
    };
    let page = FormPage {
        done: done.map(|key| desk.words.say(key)),
        ..page(&desk, &file, &parts, &as_it_is(&parts)).await?
    };
    Ok(desk.page(StatusCode::OK, &page))
}

/// A file that is written in another way than the samples are is changed where it lies.
async fn unlike(desk: &Desk, file: &str) -> Answered {
    let nothing = Parts {
        fields: Vec::new(),
        consents: Vec::new(),
    };
    let page = FormPage {
        wrong: Some(desk.words.with("desk-forms-unlike", "file", file)),
        ..page(desk, file, &nothing, &Asked::default()).await?
    };
    Ok(desk.page(StatusCode::OK, &page))
}

fn as_it_is(parts: &Parts) -> Asked {
    let fields = parts.fields.iter().map(|one| one.required);
    let consents = parts.consents.iter().map(|one| one.sentence.clone());
    Asked {
        fields: fields.enumerate().collect(),
        consents: consents.enumerate().collect(),
    }
}

async fn page(desk: &Desk, file: &str, parts: &Parts, asked: &Asked) -> Result<FormPage, Trouble> {
    let words = desk.words;
    let code = desk.place("code").to_owned();
    let declaration = desk
        .site
        .texts
        .declaration(&code)
        .ok_or(Trouble::NotFound)?;
    let said = |prefix: &str, codes: &[String]| {
        let all: Vec<String> = codes
            .iter()
            .map(|code| {
                words
                    .maybe(&format!("{prefix}{}", code.replace('_', "-")))
                    .unwrap_or_else(|| code.clone())
            })
            .collect();
        all.join(", ")
    };
    let label = |block: &FieldBlock| {
        let known = declaration
            .fields
            .iter()
            .find(|field| field.code == block.code);
        known.map_or_else(
            || block.code.clone(),
            |field| field.label.get(words.of_texts()).to_owned(),
        )
    };
    let history = desk.site.trust.proposals().await?;
    let title = |block: &ConsentBlock| {
        history.get(&block.document).map_or_else(
            || block.document.clone(),
            |versions| super::super::texts::titled(words, &block.document, versions),
        )
    };
    Ok(FormPage {
        shell: desk.shell(),
        title: declaration.title.get(words.of_texts()).to_owned(),
        fields: asked
            .fields
            .iter()
            .filter_map(|(place, required)| {
                let block = parts.fields.get(*place)?;
                Some(FieldRow {
                    place: *place,
                    title: label(block),
                    whose: said("desk-forms-party-", &block.parties),
                    required: *required,
                })
            })
            .collect(),
        consents: asked
            .consents
            .iter()
            .filter_map(|(place, (ru, en))| {
                let block = parts.consents.get(*place)?;
                Some(ConsentRow {
                    place: *place,
                    title: title(block),
                    cases: if block.cases.is_empty() {
                        words.say("desk-forms-everybody")
                    } else {
                        said("desk-forms-case-", &block.cases)
                    },
                    fixed: block.is_fixed(),
                    required: block.required,
                    ru: ru.clone(),
                    en: en.clone(),
                })
            })
            .collect(),
        waits: waits(desk, file).await?,
        code,
        wrong: None,
        problems: Vec::new(),
        done: None,
    })
}

/// What the form asks for: the order as it was shown, what is ticked, what is typed.
fn typed(desk: &Desk, parts: &Parts) -> Asked {
    let order = |name: &str, count: usize| {
        let mut seen = BTreeSet::new();
        let typed = desk.form.get(name).split(',');
        let mut places: Vec<usize> = typed
            .filter_map(|place| place.parse().ok())
            .filter(|place| *place < count && seen.insert(*place))
            .collect();
        // What a form forgot keeps its place behind the others.
        places.extend((0..count).filter(|place| !seen.contains(place)));
        places
    };
    Asked {
        fields: order("fields", parts.fields.len())
            .into_iter()
            .map(|place| (place, desk.form.has(&format!("required.{place}"))))
            .collect(),
        consents: order("consents", parts.consents.len())
            .into_iter()
            .map(|place| {
                let sentence = |language: &str| {
                    let name = format!("sentence.{place}.{language}");
                    let text = desk.form.shown(&name);
                    text.split_whitespace().collect::<Vec<_>>().join(" ")
                };
                let known = &parts.consents[place];
                let own = if known.is_fixed() {
                    known.sentence.clone()
                } else {
                    (sentence("ru"), sentence("en"))
                };
                (place, own)
            })
            .collect(),
    }
}

/// Moves a part one step up or down: `up.fields.3`.
fn moved(asked: &mut Asked, what: &str) {
    fn step<T>(list: &mut [T], at: Option<usize>, up: bool) {
        let Some(at) = at else { return };
        let other = if up { at.checked_sub(1) } else { Some(at + 1) };
        if let Some(other) = other.filter(|other| *other < list.len()) {
            list.swap(at, other);
        }
    }
    let mut words = what.split('.');
    let up = words.next() == Some("up");
    let list = words.next();
    let Some(place) = words.next().and_then(|place| place.parse::<usize>().ok()) else {
        return;
    };
    if list == Some("fields") {
        let at = asked.fields.iter().position(|(one, _)| *one == place);
        step(&mut asked.fields, at, up);
    } else {
        let at = asked.consents.iter().position(|(one, _)| *one == place);
        step(&mut asked.consents, at, up);
    }
}

/// `POST /desk/forms/{code}`.
pub(in crate::desk) async fn save(desk: Arc<Desk>) -> Answered {
    let (file, source, parts) = named(&desk)?;
    let Some(parts) = parts else {
        return unlike(&desk, &file).await;
    };
    let mut asked = typed(&desk, &parts);
    let wish = desk.form.get("do");
    if wish.starts_with("up.") || wish.starts_with("down.") {
        moved(&mut asked, wish);
        let page = page(&desk, &file, &parts, &asked).await?;
        return Ok(desk.page(StatusCode::OK, &page));
    }
    let empty = asked
        .consents
        .iter()
        .any(|(_, (ru, en))| ru.is_empty() || en.is_empty());
    let wrong = |key: &str, problems: Vec<String>| {
        let (desk, file, parts, asked) = (&desk, &file, &parts, &asked);
        let says = desk.words.say(key);
        async move {
            let page = FormPage {
                wrong: Some(says),
                problems,
                ..page(desk, file, parts, asked).await?
            };
            Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    };
    if empty {
        return wrong("desk-forms-wrong-sentence", Vec::new()).await;
    }
    let Ok(body) = edited(&source, &asked) else {
        return wrong("desk-forms-wrong", Vec::new()).await;
    };
    if body == source {
        let code = desk.place("code");
        return Ok(desk.see(&format!("/desk/forms/{code}?done=unchanged")));
    }
    // All of the clinic's texts must go with it before anybody is asked to approve it.
    let tried = EditedFiles::from([(file.clone(), body.clone())]);
    if let Err(problems) = desk.site.texts.tried(tried) {
        let lines = problems.to_string().lines().map(str::to_owned).collect();
        return wrong("desk-forms-wrong", lines).await;
    }
    let trust = &desk.site.trust;
    let proposed = trust
        .propose_file(desk.scope(Purpose::Safeguard), &file, body)
        .await;
    let code = desk.place("code");
    match proposed {
        Ok(Proposed::Waiting { .. }) => {
            let document = code_of(&file);
            Ok(desk.see(&format!("/desk/texts/{document}?done=waits")))
        }
        Ok(Proposed::Approved { .. }) => {
            trust.refresh_texts(&desk.site.texts).await?;
            Ok(desk.see(&format!("/desk/forms/{code}?done=in-force")))
        }
        Ok(Proposed::Unchanged { .. }) => {
            Ok(desk.see(&format!("/desk/forms/{code}?done=unchanged")))
        }
        Err(stop) => wrong(refused(stop)?, Vec::new()).await,
    }
}

impl FormPage {
    /// The order as it is shown.
    fn fields_order(&self) -> String {
        joined(self.fields.iter().map(|one| one.place))
    }

    fn consents_order(&self) -> String {
        joined(self.consents.iter().map(|one| one.place))
    }
}

fn joined(places: impl Iterator<Item = usize>) -> String {
    let places: Vec<String> = places.map(|place| place.to_string()).collect();
    places.join(",")
}

impl DeskPage for FormsPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        super::samples::forms(&shell)
    }
}

impl DeskPage for FormPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        super::samples::form(&shell)
    }
}

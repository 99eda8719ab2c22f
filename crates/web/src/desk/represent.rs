//! `/desk/people/{id}/representatives`: who acts for whom, on a card: looked for, named by a paper, ended, taken back.

use std::sync::Arc;

use axum::http::StatusCode;
use clinic::booking::Basis;
use clinic::people::{NewRepresentation, Paper, Refusal, RepresentRefusal, Tie, TieId, sought};
use kernel::{Outcome, PersonId, Purpose, Stop};

use super::asked::Desk;
use super::people::{Choice, Extra, PersonRow, card_page, found_row, person_row, purpose};
use super::routes::Answered;
use super::trouble::Trouble;
use crate::wording;

/// A tie on a card.
pub(super) struct TieRow {
    /// Its id, where staff established it.
    pub(super) id: Option<String>,
    pub(super) person: PersonRow,
    /// What the other is to the card's person.
    pub(super) says: String,
    /// What shows it: a paper, or a booking's word.
    pub(super) shown: String,
    pub(super) ended: bool,
}

/// The form by which a representative is named, as far as it is filled in.
#[derive(Default)]
pub(super) struct TieForm {
    /// What was looked for.
    pub(super) query: String,
    /// Who was found; nothing before anybody was looked for.
    pub(super) found: Option<Vec<PersonRow>>,
    /// Whom of them.
    pub(super) other: String,
    pub(super) bases: Vec<Choice>,
    pub(super) papers: Vec<Choice>,
    /// The field that is wrong, and what is.
    pub(super) wrong: Option<(&'static str, String)>,
}

impl TieForm {
    /// What is wrong with a field.
    pub(super) fn error(&self, field: &str) -> Option<&String> {
        let wrong = self.wrong.as_ref().filter(|(of, _)| *of == field);
        wrong.map(|(_, says)| says)
    }
}

const BASES: [Basis; 3] = [Basis::Parent, Basis::Guardian, Basis::Attorney];

/// A form in which nothing was chosen yet, or what was sent.
pub(super) fn blank(desk: &Desk) -> TieForm {
    let choice = |kind: &str, code: &'static str| Choice {
        code,
        title: desk
            .words
            .say(&format!("desk-tie-{kind}-{}", code.replace('_', "-"))),
        chosen: desk.form.get(kind) == code,
    };
    TieForm {
        bases: BASES.map(|basis| choice("basis", basis.code())).into(),
        papers: Paper::ALL.map(|paper| choice("paper", paper.code())).into(),
        ..TieForm::default()
    }
}

/// The ties of a card, those who act for its person first.
pub(super) fn rows(desk: &Desk, ties: &[Tie]) -> (Vec<TieRow>, Vec<TieRow>) {
    let row = |tie: &Tie| {
        let side = if tie.acts { "acts" } else { "acted" };
        let basis = tie.basis.map_or("unknown", Basis::code);
        let shown = match (tie.id, tie.paper) {
            (None, _) => desk.words.say("desk-tie-by-booking"),
            (Some(_), Some(paper)) => desk.words.say(&format!(
                "desk-tie-paper-{}",
                paper.code().replace('_', "-")
            )),
            (Some(_), None) => String::new(),
        };
        TieRow {
            id: tie.id.map(|id| id.to_string()),
            person: person_row(tie.person, &tie.masked),
            says: desk.words.say(&format!("desk-tie-{side}-{basis}")),
            shown,
            ended: tie.ended.is_some(),
        }
    };
    (
        ties.iter().filter(|tie| tie.acts).map(row).collect(),
        ties.iter().filter(|tie| !tie.acts).map(row).collect(),
    )
}

/// The card with the form as it was sent. Nobody is looked for before the card itself is within reach.
async fn answer(desk: &Desk, wrong: Option<(&'static str, &str)>, status: StatusCode) -> Answered {
    let query = desk.form.shown("query");
    let form = TieForm {
        query: query.clone(),
        other: desk.form.get("other").to_owned(),
        wrong: wrong.map(|(field, key)| (field, desk.words.say(key))),
        ..blank(desk)
    };
    let extra = Extra {
        form: Some(form),
        ..Extra::default()
    };
    let mut page = card_page(desk, extra).await?;
    page.tie.found = found(desk, &query).await?;
    if page.tie.found.is_none() && page.tie.wrong.is_none() {
        page.tie.wrong = Some(("query", desk.words.say("desk-find-wrong")));
        return Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    Ok(desk.page(status, &page))
}

/// Who was found by what was typed, without the card's own person; nothing where it can find nobody.
async fn found(desk: &Desk, query: &str) -> Result<Option<Vec<PersonRow>>, Trouble> {
    let person: PersonId = desk.id("id")?;
    let catalogue = desk.site.booking.catalogue().await?;
    let today = wording::today(&catalogue, desk.now());
    let Some(sought) = sought(query, today) else {
        return Ok(None);
    };
    let scope = desk.scope(purpose(desk));
    let mut rows = Vec::new();
    for one in &desk.site.people.find(scope, sought).await? {
        if one.person != person {
            rows.push(found_row(desk, one).await?);
        }
    }
    Ok(Some(rows))
}

/// `POST /desk/people/{id}/representatives/find`: looks for whoever is to be named.
pub(super) async fn find(desk: Arc<Desk>) -> Answered {
    answer(&desk, None, StatusCode::OK).await
}

/// `POST /desk/people/{id}/representatives`: names one.
pub(super) async fn name(desk: Arc<Desk>) -> Answered {
    let person: PersonId = desk.id("id")?;
    let other = desk.form.get("other").parse::<PersonId>();
    let basis = Basis::from_code(desk.form.get("basis"));
    let paper = Paper::from_code(desk.form.get("paper"));
    let (representative, basis, paper) = match (other, basis, paper) {
        (Ok(other), Some(basis), Some(paper)) => (other, basis, paper),
        (Err(_), ..) => return wrong(&desk, "other", "desk-tie-wrong-other").await,
        (_, None, _) => return wrong(&desk, "basis", "desk-tie-wrong-basis").await,
        (.., None) => return wrong(&desk, "paper", "desk-tie-wrong-paper").await,
    };
    let new = NewRepresentation {
        person,
        representative,
        basis,
        paper,
    };
    let scope = desk.scope(Purpose::Identification);
    let named = desk.site.people.name_representative(scope, new).await;
    let (field, key) = match named {
        Ok(_) => return Ok(desk.see(&format!("/desk/people/{person}?done=tie-named"))),
        Err(Stop::Refused(Refusal::Represent(refusal))) => said(refusal),
        Err(stop) => return Err(stop.into()),
    };
    wrong(&desk, field, key).await
}

const fn said(refusal: RepresentRefusal) -> (&'static str, &'static str) {
    match refusal {
        RepresentRefusal::Oneself => ("other", "desk-tie-wrong-oneself"),
        RepresentRefusal::Paper => ("paper", "desk-tie-wrong-shows"),
        RepresentRefusal::Already => ("other", "desk-tie-wrong-already"),
    }
}

/// The card again with the form as it was filled in: those who were found stay found.
async fn wrong(desk: &Desk, field: &'static str, key: &str) -> Answered {
    answer(desk, Some((field, key)), StatusCode::UNPROCESSABLE_ENTITY).await
}

/// `POST /desk/people/{id}/representatives/{tie}/end`.
pub(super) async fn end(desk: Arc<Desk>) -> Answered {
    let (person, tie): (PersonId, TieId) = (desk.id("id")?, desk.id("tie")?);
    let scope = desk.scope(Purpose::Identification);
    let people = &desk.site.people;
    let done = people.end_representative(scope, person, tie).await;
    settled(&desk, person, done, "tie-ended").await
}

/// `POST /desk/people/{id}/representatives/{tie}/restore`.
pub(super) async fn restore(desk: Arc<Desk>) -> Answered {
    let (person, tie): (PersonId, TieId) = (desk.id("id")?, desk.id("tie")?);
    let scope = desk.scope(Purpose::Identification);
    let people = &desk.site.people;
    let done = people.restore_representative(scope, person, tie).await;
    settled(&desk, person, done, "tie-restored").await
}

async fn settled(
    desk: &Desk,
    person: PersonId,
    done: Outcome<(), Refusal>,
    word: &str,
) -> Answered {
    match done {
        Ok(()) => Ok(desk.see(&format!("/desk/people/{person}?done={word}"))),
        Err(Stop::Refused(Refusal::Represent(refusal))) => {
            let (_, key) = said(refusal);
            let extra = Extra {
                wrong: Some(desk.words.say(key)),
                ..Extra::default()
            };
            let page = card_page(desk, extra).await?;
            Ok(desk.page(StatusCode::CONFLICT, &page))
        }
        Err(stop) => Err(stop.into()),
    }
}

#[cfg(test)]
pub(super) fn sample_rows() -> Vec<TieRow> {
    let row = |id: Option<&str>, ended| TieRow {
        id: id.map(str::to_owned),
        person: super::people::sample_row(ended),
        says: "мать или отец <b>".into(),
        shown: "Свидетельство о рождении".into(),
        ended,
    };
    vec![
        row(Some("5"), false),
        row(Some("6"), true),
        row(None, false),
    ]
}

#[cfg(test)]
pub(super) fn sample_form(field: Option<&'static str>) -> TieForm {
    let choice = |code, chosen| Choice {
        code,
        title: "Родитель <i>".into(),
        chosen,
    };
    TieForm {
        query: "\"><script>".into(),
        found: match field {
            Some("query") => None,
            Some(_) => Some(vec![
                super::people::sample_row(true),
                PersonRow {
                    id: "2".into(),
                    ..super::people::sample_row(false)
                },
            ]),
            None => Some(Vec::new()),
        },
        other: "1".into(),
        bases: vec![choice("parent", true)],
        papers: vec![choice("court", false)],
        wrong: field.map(|field| (field, "Выберите <b>".into())),
    }
}

//! `/desk/people`: looked for, shown masked, opened for a purpose, identified, joined.
//!
//! *Invariant*: what somebody is looked for by travels in a form's body and comes back in its field alone. What was opened is
//! shown in the answer to the form that asked for it, and nowhere else.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use clinic::booking::{AppointmentOf, Part};
use clinic::people::{Card, Found, Refusal, Via, sought};
use kernel::{AppointmentId, Outcome, PersonId, Purpose, Stop};
use trust::access::Action;
use trust::vault::{JoinRefusal, Masked, Opened, OpeningRefusal, Standing};

use super::asked::Desk;
use super::page::DeskPage;
use super::represent::{self, TieForm, TieRow};
use super::routes::Answered;
use super::shell::DeskShell;
use super::trouble::Trouble;
use crate::wording;

/// Purposes that an employee names, by their codes.
const PURPOSES: [&str; 4] = ["contact", "identification", "support", "services"];
/// Documents by which an identity is confirmed, by their codes.
const DOCUMENTS: [&str; 4] = ["passport", "birth_certificate", "foreign_passport", "other"];

/// Somebody in a list.
pub(super) struct PersonRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) born: Option<i16>,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
    pub(super) identified: bool,
    pub(super) visit: Option<String>,
}

/// The search and what it found.
#[derive(Template)]
#[template(path = "desk/people.html")]
pub(super) struct PeoplePage {
    shell: DeskShell,
    query: String,
    found: Option<Vec<PersonRow>>,
    wrong: Option<String>,
}

/// An appointment on a card.
struct VisitRow {
    when: String,
    what: String,
    state: &'static str,
    says: String,
    part: Option<String>,
}

/// Somebody who may be the same.
struct LikeRow {
    person: PersonRow,
    joined: bool,
}

/// A value that was opened.
pub(super) struct Fact {
    title: String,
    says: String,
}

/// A choice of a list.
pub(super) struct Choice {
    pub(super) code: &'static str,
    pub(super) title: String,
    pub(super) chosen: bool,
}

/// A person's card.
#[derive(Template)]
#[template(path = "desk/person.html")]
pub(super) struct PersonPage {
    shell: DeskShell,
    person: PersonRow,
    via: String,
    visits: Vec<VisitRow>,
    likes: Vec<LikeRow>,
    /// Who acts for the person, and for whom they act.
    acting: Vec<TieRow>,
    acted: Vec<TieRow>,
    pub(super) tie: TieForm,
    tie_open: bool,
    opened: Option<Vec<Fact>>,
    purposes: Vec<Choice>,
    documents: Vec<Choice>,
    reason: String,
    may_reveal: bool,
    may_identify: bool,
    may_join: bool,
    may_see_looks: bool,
    wrong: Option<String>,
    done: Option<String>,
}

impl PersonPage {
    /// Both sides of a tie with their titles.
    fn sides(&self) -> [(&'static str, &[TieRow]); 2] {
        [
            ("desk-tie-acting", &self.acting),
            ("desk-tie-acted", &self.acted),
        ]
    }
}

/// `GET /desk/people`.
pub(super) async fn form(desk: Arc<Desk>) -> Answered {
    let page = PeoplePage {
        shell: desk.shell(),
        query: String::new(),
        found: None,
        wrong: None,
    };
    Ok(desk.page(StatusCode::OK, &page))
}

/// What a card shows beside itself.
#[derive(Default)]
pub(super) struct Extra {
    /// What was opened.
    pub(super) opened: Option<Vec<Fact>>,
    /// What is wrong with what was asked.
    pub(super) wrong: Option<String>,
    /// What was done.
    pub(super) done: Option<String>,
    /// The form of a representative, as it was sent.
    pub(super) form: Option<TieForm>,
}

/// The purpose under which somebody is looked for and shown: the overseers' own, or identification.
pub(super) fn purpose(desk: &Desk) -> Purpose {
    if desk.may(Action::SeeAllLooks) {
        Purpose::Rights
    } else {
        Purpose::Identification
    }
}

/// `POST /desk/people`.
pub(super) async fn find(desk: Arc<Desk>) -> Answered {
    let query = desk.form.shown("query");
    let catalogue = desk.site.booking.catalogue().await?;
    let today = wording::today(&catalogue, desk.now());
    let Some(sought) = sought(&query, today) else {
        let page = PeoplePage {
            shell: desk.shell(),
            wrong: Some(desk.words.say("desk-find-wrong")),
            query,
            found: None,
        };
        return Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let found = desk
        .site
        .people
        .find(desk.scope(purpose(&desk)), sought)
        .await?;
    let mut rows = Vec::with_capacity(found.len());
    for one in &found {
        rows.push(found_row(&desk, one).await?);
    }
    let page = PeoplePage {
        shell: desk.shell(),
        query,
        found: Some(rows),
        wrong: None,
    };
    Ok(desk.page(StatusCode::OK, &page))
}

pub(super) async fn found_row(desk: &Desk, found: &Found) -> Result<PersonRow, Trouble> {
    let visit = match &found.last {
        Some(last) => Some(when(desk, last).await?),
        None => None,
    };
    Ok(PersonRow {
        visit,
        ..person_row(found.person, &found.masked)
    })
}

pub(super) fn person_row(person: PersonId, masked: &Masked) -> PersonRow {
    PersonRow {
        id: person.to_string(),
        name: masked.name.clone(),
        born: masked.born,
        phone: masked.phone.clone(),
        email: masked.email.clone(),
        identified: masked.identified,
        visit: None,
    }
}

async fn when(desk: &Desk, one: &AppointmentOf) -> Result<String, Trouble> {
    let catalogue = desk.site.booking.catalogue().await?;
    let zone = catalogue
        .branch_named(one.branch)
        .map_or_else(|| wording::zone(&catalogue), |branch| branch.zone.clone());
    let local = wording::local(&zone, one.start);
    let year = local.year();
    let said = wording::day_and_time(desk.words, &local);
    Ok(if year == wording::today(&catalogue, desk.now()).year() {
        said
    } else {
        format!("{said} ({year})")
    })
}

/// `GET /desk/people/{id}`.
pub(super) async fn card(desk: Arc<Desk>) -> Answered {
    let done = match desk.query.get("done") {
        "identified" => Some("desk-identified"),
        "as-stated" => Some("desk-as-stated"),
        "joined" => Some("desk-joined"),
        "parted" => Some("desk-parted"),
        "others" => Some("desk-others"),
        "tie-named" => Some("desk-tie-named"),
        "tie-ended" => Some("desk-tie-ended"),
        "tie-restored" => Some("desk-tie-restored"),
        _ => None,
    };
    let done = done.map(|key| desk.words.say(key));
    let page = page(&desk, None, None, done).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

async fn page(
    desk: &Desk,
    opened: Option<Vec<Fact>>,
    wrong: Option<String>,
    done: Option<String>,
) -> Result<PersonPage, Trouble> {
    let extra = Extra {
        opened,
        wrong,
        done,
        form: None,
    };
    card_page(desk, extra).await
}

/// A card with what was asked of it.
pub(super) async fn card_page(desk: &Desk, extra: Extra) -> Result<PersonPage, Trouble> {
    let Extra {
        opened,
        wrong,
        done,
        form,
    } = extra;
    let person: PersonId = desk.id("id")?;
    let card = desk
        .site
        .people
        .card(desk.scope(purpose(desk)), person)
        .await?;
    let visits = visits(desk, &card).await?;
    let via = card
        .appointments
        .iter()
        .find(|one| one.person == person || one.patient == person)
        .map(|one| one.id.to_string())
        .unwrap_or_default();
    let choice = |kind: &str, code: &'static str| Choice {
        code,
        title: desk
            .words
            .say(&format!("desk-{kind}-{}", code.replace('_', "-"))),
        chosen: false,
    };
    let (acting, acted) = represent::rows(desk, &card.ties);
    Ok(PersonPage {
        shell: desk.shell(),
        person: person_row(person, &card.masked),
        via,
        visits,
        likes: card
            .likes
            .iter()
            .map(|like| LikeRow {
                person: person_row(like.person, &like.masked),
                joined: like.joined,
            })
            .collect(),
        acting,
        acted,
        tie_open: form.is_some(),
        tie: form.unwrap_or_else(|| represent::blank(desk)),
        opened,
        purposes: PURPOSES.map(|code| choice("why", code)).into(),
        documents: DOCUMENTS.map(|code| choice("document", code)).into(),
        reason: desk.form.shown("reason"),
        may_reveal: desk.may(Action::Reveal),
        may_identify: desk.may(Action::Identify),
        may_join: desk.may(Action::Join),
        may_see_looks: desk.may(Action::SeeLooks) || desk.may(Action::SeeAllLooks),
        wrong,
        done,
    })
}

async fn visits(desk: &Desk, card: &Card) -> Result<Vec<VisitRow>, Trouble> {
    let catalogue = desk.site.booking.catalogue().await?;
    let mut rows = Vec::new();
    for one in &card.appointments {
        let title = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let service = catalogue.service_named(one.service);
        let practitioner = catalogue.practitioner_named(one.practitioner);
        let past = one.start < desk.now().minutes();
        let what = if past && !desk.may(Action::SeeVisits) {
            let branch = catalogue.branch_named(one.branch);
            title(branch.map(|branch| branch.title.get(desk.words.0)))
        } else {
            format!(
                "{}, {}",
                title(service.map(|service| service.title.get(desk.words.0))),
                title(practitioner.map(|one| one.title.get(desk.words.0))),
            )
        };
        let part = match one.part {
            Part::Patient => None,
            Part::Representative => Some(desk.words.say("desk-part-representative")),
            Part::Booker => Some(desk.words.say("desk-part-booker")),
        };
        let state = one.status.code();
        rows.push(VisitRow {
            when: when(desk, one).await?,
            what,
            says: desk
                .words
                .say(&format!("desk-short-{}", state.replace('_', "-"))),
            state: if state == "no_show" { "no-show" } else { state },
            part,
        });
    }
    Ok(rows)
}

/// `POST /desk/people/{id}/reveal`: asks nothing where a case gives the ticket, else a purpose and a reason.
pub(super) async fn reveal(desk: Arc<Desk>) -> Answered {
    let person: PersonId = desk.id("id")?;
    let reason = Some(desk.form.shown("reason").trim().to_owned()).filter(|text| !text.is_empty());
    let named: Option<Purpose> = desk.form.get("purpose").parse().ok();
    let named = named.filter(|purpose| PURPOSES.contains(&purpose.code()));
    let appointment: Option<AppointmentId> = desk.form.get("via").parse().ok();
    let oversees = desk.may(Action::SeeAllLooks);
    let purpose = match (oversees, appointment, named) {
        (true, ..) => Purpose::Rights,
        (false, Some(_), None) => Purpose::Services,
        (false, _, Some(named)) => named,
        (false, None, None) => {
            let wrong = desk.words.say("desk-reveal-purpose");
            let page = page(&desk, None, Some(wrong), None).await?;
            return Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    let via = match appointment {
        Some(id) if !oversees => Via::Appointment(id, reason),
        _ => Via::Inquiry(reason),
    };
    let revealed = desk
        .site
        .people
        .reveal(desk.scope(purpose), person, via)
        .await;
    match revealed {
        Ok(revealed) => {
            let facts = facts(&desk, &revealed.values);
            let page = page(&desk, Some(facts), None, None).await?;
            Ok(desk.page(StatusCode::OK, &page))
        }
        Err(Stop::Refused(refusal)) => {
            let key = match refusal {
                Refusal::ReasonNeeded => "desk-reveal-reason",
                Refusal::Closed(OpeningRefusal::NoBasis) => "desk-reveal-no-basis",
                Refusal::Closed(_) => "desk-reveal-denied",
                other => return Err(other.into()),
            };
            let page = page(&desk, None, Some(desk.words.say(key)), None).await?;
            Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(Stop::Fault(fault)) => Err(fault.into()),
    }
}

fn facts(desk: &Desk, values: &Opened) -> Vec<Fact> {
    const ORDER: [&str; 7] = [
        "surname",
        "given_name",
        "patronymic",
        "name",
        "birth_date",
        "phone",
        "email",
    ];
    ORDER
        .into_iter()
        .filter_map(|field| {
            let value = values.get(field)?.reveal();
            let says = match field {
                "birth_date" => value.parse::<jiff::civil::Date>().map_or_else(
                    |_| value.clone(),
                    |date| date.strftime("%d.%m.%Y").to_string(),
                ),
                "phone" => spaced(value),
                _ => value.clone(),
            };
            Some(Fact {
                title: desk
                    .words
                    .say(&format!("desk-field-{}", field.replace('_', "-"))),
                says,
            })
        })
        .collect()
}

/// A Russian number as people read it: «+7 916 777-09-13».
fn spaced(phone: &str) -> String {
    match phone.strip_prefix("+7") {
        Some(rest) if rest.len() == 10 => format!(
            "+7 {} {}-{}-{}",
            &rest[..3],
            &rest[3..6],
            &rest[6..8],
            &rest[8..]
        ),
        _ => phone.to_owned(),
    }
}

/// `POST /desk/people/{id}/identify`.
pub(super) async fn identify(desk: Arc<Desk>) -> Answered {
    let person: PersonId = desk.id("id")?;
    let scope = desk.scope(Purpose::Identification);
    if desk.form.get("standing") == "as_stated" {
        desk.site
            .people
            .identify(scope, person, Standing::AsStated, "mistake")
            .await?;
        return Ok(desk.see(&format!("/desk/people/{person}?done=as-stated")));
    }
    let document = DOCUMENTS
        .into_iter()
        .find(|code| *code == desk.form.get("document"));
    let Some(document) = document else {
        let wrong = desk.words.say("desk-identify-document");
        let page = page(&desk, None, Some(wrong), None).await?;
        return Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    desk.site
        .people
        .identify(scope, person, Standing::Identified, document)
        .await?;
    Ok(desk.see(&format!("/desk/people/{person}?done=identified")))
}

/// `POST /desk/people/{id}/join`.
pub(super) async fn join(desk: Arc<Desk>) -> Answered {
    let (person, other) = pair(&desk)?;
    let scope = desk.scope(purpose(&desk));
    let done = desk.site.people.join(scope, person, other).await;
    joined(&desk, person, done, "joined").await
}

/// `POST /desk/people/{id}/part`.
pub(super) async fn part(desk: Arc<Desk>) -> Answered {
    let (person, other) = pair(&desk)?;
    let scope = desk.scope(purpose(&desk));
    let done = desk.site.people.part(scope, person, other).await;
    joined(&desk, person, done, "parted").await
}

/// `POST /desk/people/{id}/others`: the two are two people.
pub(super) async fn others(desk: Arc<Desk>) -> Answered {
    let (person, other) = pair(&desk)?;
    let scope = desk.scope(purpose(&desk));
    let done = desk
        .site
        .people
        .dismiss_likeness(scope, person, other)
        .await;
    joined(&desk, person, done, "others").await
}

fn pair(desk: &Desk) -> Result<(PersonId, PersonId), Trouble> {
    let other = desk.form.get("other").parse();
    Ok((desk.id("id")?, other.map_err(|_| Trouble::NotFound)?))
}

async fn joined(desk: &Desk, person: PersonId, done: Outcome<(), Refusal>, word: &str) -> Answered {
    let key = match done {
        Ok(()) => return Ok(desk.see(&format!("/desk/people/{person}?done={word}"))),
        Err(Stop::Refused(Refusal::Join(JoinRefusal::NotIdentified))) => "desk-join-not-identified",
        Err(Stop::Refused(Refusal::Join(JoinRefusal::Already))) => "desk-join-already",
        Err(Stop::Refused(Refusal::Join(JoinRefusal::NotJoined))) => "desk-join-not-joined",
        Err(stop) => return Err(stop.into()),
    };
    let page = page(desk, None, Some(desk.words.say(key)), None).await?;
    Ok(desk.page(StatusCode::CONFLICT, &page))
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Access(access) => access.into(),
            Refusal::Closed(_) => Self::NotAllowed,
            Refusal::Unknown
            | Refusal::NotSought
            | Refusal::ReasonNeeded
            | Refusal::Join(_)
            | Refusal::Represent(_) => Self::NotFound,
        }
    }
}

#[cfg(test)]
pub(super) fn sample_row(identified: bool) -> PersonRow {
    PersonRow {
        id: "1".into(),
        name: "П••••••а <b> А.".into(),
        born: Some(1986),
        phone: Some("+7 *** ***-09-13".into()),
        email: identified.then(|| "a•••@mail.example".into()),
        identified,
        visit: identified.then(|| "24 ноября, 13:20".into()),
    }
}

impl DeskPage for PeoplePage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let page = |query: &str, found, wrong: Option<&str>| Self {
            query: query.into(),
            found,
            wrong: wrong.map(|key| shell.say(key)),
            shell: shell.clone(),
        };
        vec![
            page("", None, None),
            page("\"><script>", None, Some("desk-find-wrong")),
            page("0913", Some(Vec::new()), None),
            page(
                "0913",
                Some(vec![sample_row(true), sample_row(false)]),
                None,
            ),
        ]
    }
}

impl DeskPage for PersonPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let choice = |code, title: &str| Choice {
            code,
            title: title.into(),
            chosen: false,
        };
        let page = |identified, opened: Option<Vec<Fact>>, wrong: Option<&str>| Self {
            person: sample_row(identified),
            via: if identified {
                "7".into()
            } else {
                String::new()
            },
            visits: vec![VisitRow {
                when: "24 ноября, 13:20".into(),
                what: "Приём <i>, Чабрецов".into(),
                state: "accepted",
                says: "Подтверждена".into(),
                part: identified.then(|| "представитель".into()),
            }],
            likes: [true, false]
                .into_iter()
                .map(|joined| LikeRow {
                    person: PersonRow {
                        id: if joined { "2".into() } else { "3".into() },
                        ..sample_row(joined)
                    },
                    joined,
                })
                .collect(),
            acting: represent::sample_rows(),
            acted: represent::sample_rows(),
            tie: represent::sample_form(identified.then_some("other")),
            tie_open: wrong.is_some(),
            opened,
            purposes: vec![choice("contact", "Связаться")],
            documents: vec![choice("passport", "Паспорт")],
            reason: "\"><script>".into(),
            may_reveal: true,
            may_identify: true,
            may_join: true,
            may_see_looks: true,
            wrong: wrong.map(|key| shell.say(key)),
            done: wrong.is_none().then(|| shell.say("desk-joined")),
            shell: shell.clone(),
        };
        let fact = Fact {
            title: "Фамилия".into(),
            says: "Пчёлкина <script>".into(),
        };
        let plain = Self {
            visits: Vec::new(),
            likes: Vec::new(),
            acting: Vec::new(),
            acted: Vec::new(),
            may_reveal: false,
            may_identify: false,
            may_join: false,
            may_see_looks: false,
            done: None,
            ..page(true, None, None)
        };
        vec![
            page(false, None, Some("desk-reveal-reason")),
            page(true, Some(vec![fact]), None),
            plain,
        ]
    }
}

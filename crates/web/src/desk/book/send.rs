//! Sending the form: read by the declaration, done in one act, and every answer has a page.

use std::sync::Arc;

use axum::http::StatusCode;
use clinic::booking::desk::{DeskBooking, DeskRefusal, Ground};
use clinic::booking::{Booked, Refusal, Slot};
use jiff::civil::Date;
use kernel::{Language, Purpose, Stop};
use trust::consent::declaration::Coded;
use trust::consent::{Paper, PaperRefusal};

use super::super::asked::Desk;
use super::super::routes::Answered;
use super::super::trouble::Trouble;
use super::chosen::Chosen;
use super::{declaration, kept, shown, times};
use crate::fields::{Answers, Wrong, birth_date_says, read};
use crate::parties::Parties;
use crate::slot_text::SlotText;
use crate::typed::Typed;
use crate::wording;
use crate::words::Fill;

/// Names of the form that are data of nobody.
const OWN: [&str; 14] = [
    "key",
    "service",
    "practitioner",
    "branch",
    "day",
    "at",
    "slot",
    "for",
    "outside",
    "ground",
    "speaks",
    "paper.number",
    "paper.signed_on",
    "paper.document",
];

/// The field of the patient's date of birth.
const BORN: &str = "patient.birth_date";

/// `POST /desk/book`.
pub(in crate::desk) async fn send(desk: Arc<Desk>) -> Answered {
    let typed = kept(&desk);
    let chosen = Chosen::of(&desk, &typed).await?;
    let declaration = declaration(&desk)?;
    let today = wording::today(&chosen.catalogue, desk.now());
    let answers = read(
        desk.words,
        declaration,
        chosen.for_whom,
        &typed,
        today,
        |name| OWN.contains(&name),
    );
    let mut wrongs = answers.wrongs.clone();
    let slot = slot(&desk, &chosen).map_err(|wrong| wrongs.push(wrong));
    let ground = ground(&desk, &typed, today).map_err(|wrong| wrongs.push(wrong));
    let (Ok(slot), Ok(ground), true) = (slot, ground, wrongs.is_empty()) else {
        return shown(&desk, &typed, StatusCode::UNPROCESSABLE_ENTITY, wrongs).await;
    };
    let once = once(&desk, &typed, &chosen, slot, &answers);
    let parties = Parties::of(&answers, chosen.for_whom, today)?;
    let Some(service) = &chosen.service else {
        return Err(Trouble::NotFound);
    };
    let booking = DeskBooking {
        service: service.id,
        practitioner: slot.practitioner,
        branch: slot.branch,
        start: slot.start,
        for_whom: chosen.for_whom,
        patient: parties.patient,
        representative: parties.representative,
        booker: parties.booker,
        more: parties.more,
        language: typed.get("speaks").parse().unwrap_or(Language::Ru),
        ground,
        outside: chosen.outside,
    };
    let scope = desk.scope(Purpose::Services);
    let room = &desk.site.booking;
    match room.book_for(scope, declaration, booking, Some(once)).await {
        Ok(booked) => Ok(desk.see(&on_the_board(&chosen, &booked))),
        Err(Stop::Refused(refusal)) => {
            let (status, wrongs) = said(&desk, &chosen, refusal)?;
            shown(&desk, &typed, status, wrongs).await
        }
        Err(Stop::Fault(fault)) => Err(fault.into()),
    }
}

/// Where it stands now, chosen.
fn on_the_board(chosen: &Chosen, booked: &Booked) -> String {
    let zone = chosen
        .catalogue
        .branch_named(booked.branch)
        .map_or(&chosen.branch.zone, |branch| &branch.zone);
    let day = wording::local(zone, booked.start).date();
    format!(
        "/desk/today?branch={}&day={day}&appointment={}&done=booked",
        booked.branch, booked.id
    )
}

/// The time: a free one, or an exact one outside the schedule.
fn slot(desk: &Desk, chosen: &Chosen) -> Result<Slot, Wrong> {
    if chosen.outside.is_none() {
        let missing = || Wrong::at("slot", desk.words.say("desk-book-choose-time"));
        return chosen.slot.ok_or_else(missing);
    }
    let missing = || Wrong::at("at", desk.words.say("desk-book-exact-needs"));
    Ok(Slot {
        start: chosen.exact().ok_or_else(missing)?,
        practitioner: chosen.practitioner.ok_or_else(missing)?,
        branch: chosen.branch.id,
    })
}

/// What allows it.
fn ground(desk: &Desk, typed: &Typed, today: Date) -> Result<Ground, Wrong> {
    if typed.get("ground") != "paper" {
        return Ok(Ground::Contract);
    }
    let wrong = |field: &str, key| Wrong::at(field, desk.words.say(key));
    let number = typed.get("paper.number");
    if number.is_empty() || typed.is_unreadable("paper.number") {
        return Err(wrong("paper.number", "desk-book-paper-number-wrong"));
    }
    let signed_on: Date = typed
        .get("paper.signed_on")
        .parse()
        .map_err(|_| wrong("paper.signed_on", "desk-book-paper-day-wrong"))?;
    if signed_on > today {
        return Err(wrong("paper.signed_on", "desk-book-paper-ahead"));
    }
    let document = typed.get("paper.document").rsplit_once('.');
    let document = document.and_then(|(code, version)| Some((code, version.parse().ok()?)));
    let (document, version) =
        document.ok_or_else(|| wrong("paper.document", "desk-book-paper-which"))?;
    Ok(Ground::Paper(Paper {
        number: number.to_owned(),
        signed_on,
        document: document.to_owned(),
        version,
    }))
}

/// By what the form is known again if it is sent twice: all that it says.
fn once(
    desk: &Desk,
    typed: &Typed,
    chosen: &Chosen,
    slot: Slot,
    answers: &Answers,
) -> trust::vault::Once {
    let mut said = vec![
        desk.employee.staff.to_string(),
        chosen.for_whom.code().to_owned(),
        SlotText(slot).to_string(),
    ];
    let own = [
        "service",
        "outside",
        "ground",
        "speaks",
        "paper.number",
        "paper.signed_on",
        "paper.document",
    ];
    said.extend(
        own.into_iter()
            .map(|name| format!("{name}={}", typed.get(name))),
    );
    said.extend(answers.said());
    let trust = &desk.site.trust;
    trust.once("/desk/book", typed.get("key"), said.join("\n").as_bytes())
}

/// Why the house said no, beside the field where it can be put right.
fn said(
    desk: &Desk,
    chosen: &Chosen,
    refusal: DeskRefusal,
) -> Result<(StatusCode, Vec<Wrong>), Trouble> {
    let words = desk.words;
    let bad = |wrong| Ok((StatusCode::UNPROCESSABLE_ENTITY, vec![wrong]));
    let at_birth_date = |says: String| bad(Wrong::at(BORN, says));
    let gone = |says| Ok((StatusCode::CONFLICT, vec![Wrong::at("slot", says)]));
    match refusal {
        DeskRefusal::Conflict(conflicts) if chosen.outside.is_some() => {
            let says = times::said(desk, chosen, &conflicts);
            let wrongs = says.into_iter().map(|says| Wrong::at("at", says));
            Ok((StatusCode::CONFLICT, wrongs.collect()))
        }
        DeskRefusal::Conflict(_) => gone(words.say("desk-book-taken")),
        DeskRefusal::Paper(refusal) => {
            let (field, key) = match refusal {
                PaperRefusal::Number => ("paper.number", "desk-book-paper-number-wrong"),
                PaperRefusal::NotYet => ("paper.signed_on", "desk-book-paper-ahead"),
                PaperRefusal::NotAsked => ("paper.document", "desk-book-paper-which"),
                PaperRefusal::NoSuchVersion => ("paper.signed_on", "desk-book-paper-version-wrong"),
            };
            bad(Wrong::at(field, words.say(key)))
        }
        DeskRefusal::Booking(refusal) => match refusal {
            Refusal::Age { from, to } => {
                let ages = wording::ages(words, from, to).unwrap_or_default();
                at_birth_date(words.fill("age-other", [("ages", Fill::from(ages))]))
            }
            Refusal::NotAdult => at_birth_date(words.say("desk-book-not-adult")),
            Refusal::NotChild => at_birth_date(words.say("desk-book-not-child")),
            Refusal::BirthDate(error) => at_birth_date(birth_date_says(words, error)),
            Refusal::NotForThem => bad(Wrong::whole(words.say("not-for-them"))),
            Refusal::AnotherBody => bad(Wrong::whole(words.say("desk-book-sent-already"))),
            Refusal::TooSoon
            | Refusal::TooFar
            | Refusal::NeverOffered
            | Refusal::SlotTaken { .. } => gone(words.say("desk-book-taken")),
            _ => gone(words.say("desk-not-possible")),
        },
        other => Err(other.into()),
    }
}

//! The steps of the first set-up carried out: each is one or two acts of the same verbs that the desk's other pages use.

use std::sync::Arc;

use axum::http::StatusCode;
use calendar::schedule::{Audience, DayPattern, Opening, Parity, WeekdaySet, WeeklySchedule};
use clinic::booking::catalogue::edit::{Change, Edit, EditRefusal, Edited, Thing};
use clinic::booking::catalogue::typed::{self, slug};
use kernel::Purpose;
use trust::consent::{OPERATOR_FILE, code_of};
use trust::policy::Proposed;

use super::super::super::asked::Desk;
use super::super::super::routes::Answered;
use super::super::super::texts::refused;
use super::super::super::trouble::Trouble;
use super::super::fields::{Asked, Filled};
use super::super::thing::{edit, refusal};
use super::super::{operator, spans};
use super::{Back, Progress, SERVICES, STEPS, page, record};
use crate::wording;

/// `POST /desk/setup/{step}`.
pub(in crate::desk) async fn save(desk: Arc<Desk>) -> Answered {
    let step = desk.place("step").to_owned();
    let step = STEPS.into_iter().find(|one| *one == step);
    match step {
        Some("operator") => save_operator(&desk).await,
        Some("branch") => save_branch(&desk).await,
        Some("people") => save_person(&desk).await,
        Some("services") => save_services(&desk).await,
        Some("texts") => save_texts(&desk).await,
        _ => Err(Trouble::NotFound),
    }
}

async fn again(desk: &Desk, step: &'static str, back: Back<'_>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let progress = Progress::of(desk, &catalogue).await?;
    let page = page(desk, &catalogue, &progress, step, Some(back));
    Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn asked(desk: &Desk) -> Asked<'_> {
    Asked {
        form: &desk.form,
        code: slug(desk.form.get("title")),
    }
}

async fn save_operator(desk: &Desk) -> Answered {
    let asked = asked(desk);
    let path = desk.site.texts.operator().policy_path.clone();
    let file = match operator::file(&asked, &path) {
        Ok(file) => file,
        Err(wrong) => {
            let back = Back {
                filled: &asked,
                flaws: Vec::new(),
                wrong,
                says: Some(desk.words.say("desk-clinic-wrong")),
            };
            return again(desk, "operator", back).await;
        }
    };
    let trust = &desk.site.trust;
    let proposed = trust
        .propose_file(desk.scope(Purpose::Safeguard), OPERATOR_FILE, file)
        .await;
    match proposed {
        Ok(Proposed::Approved { .. } | Proposed::Unchanged { .. }) => {
            trust.refresh_texts(&desk.site.texts).await?;
            Ok(desk.see("/desk/setup"))
        }
        // Somebody else decides: the record is shown to them as it will be.
        Ok(Proposed::Waiting { .. }) => {
            let document = code_of(OPERATOR_FILE);
            Ok(desk.see(&format!("/desk/texts/{document}?done=waits")))
        }
        Err(stop) => {
            let back = Back {
                filled: &asked,
                flaws: Vec::new(),
                wrong: Vec::new(),
                says: Some(desk.words.say(refused(stop)?)),
            };
            again(desk, "operator", back).await
        }
    }
}

/// Changes the catalogue; gives what cannot be.
async fn change(
    desk: &Desk,
    change: Change,
) -> Result<Result<uuid::Uuid, Vec<typed::FieldFlaw>>, Trouble> {
    match edit(desk, change).await {
        Ok(Edited::Done(id) | Edited::Same(id)) => Ok(Ok(id)),
        Ok(Edited::Deleted) => Err(Trouble::NotFound),
        Err(stop) => match refusal(stop)? {
            EditRefusal::Flawed(flaws) => Ok(Err(flaws)),
            _ => Err(Trouble::NotFound),
        },
    }
}

async fn flawed(
    desk: &Desk,
    step: &'static str,
    filled: &dyn Filled,
    flaws: Vec<typed::FieldFlaw>,
) -> Answered {
    // A code is not asked for here: that another has it is said of the name it was made of.
    let says = flaws.iter().find(|flaw| flaw.field == "code").map_or_else(
        || desk.words.say("desk-clinic-wrong"),
        |flaw| flaw.says(desk.words.0),
    );
    let back = Back {
        filled,
        flaws,
        wrong: Vec::new(),
        says: Some(says),
    };
    again(desk, step, back).await
}

async fn save_branch(desk: &Desk) -> Answered {
    let asked = asked(desk);
    let new = match typed::branch(&asked, None) {
        Ok(new) => new,
        Err(flaws) => return flawed(desk, "branch", &asked, flaws).await,
    };
    match change(desk, Change::Branch(None, new)).await? {
        Ok(_) => Ok(desk.see("/desk/setup")),
        Err(flaws) => flawed(desk, "branch", &asked, flaws).await,
    }
}

async fn save_person(desk: &Desk) -> Answered {
    let asked = asked(desk);
    let catalogue = desk.site.booking.catalogue().await?;
    let today = wording::today(&catalogue, desk.now());
    let new = typed::practitioner(&asked, None, today);
    let Some(branch) = catalogue.branches.first().map(|one| one.id) else {
        return Ok(desk.see("/desk/setup?step=branch"));
    };
    let mut rules = Vec::new();
    let mut wrong = Vec::new();
    for (name, days) in [
        ("work", 0b001_1111),
        ("saturday", 0b010_0000),
        ("sunday", 0b100_0000),
    ] {
        match spans::read(desk.form.get(name)) {
            Ok(shifts) => rules.extend(shifts.into_iter().map(|(span, breaks)| WeeklySchedule {
                days: DayPattern {
                    weekdays: WeekdaySet::from_bits(days),
                    parity: Parity::Any,
                },
                from: None,
                to: None,
                opening: Opening {
                    branch,
                    span,
                    breaks,
                    audience: Audience::Everyone,
                },
            })),
            Err(_) => wrong.push(name.to_owned()),
        }
    }
    // Who has no hours cannot be booked.
    if rules.is_empty() && wrong.is_empty() {
        wrong.push("work".to_owned());
    }
    let new = match (new, wrong.is_empty()) {
        (Ok(new), true) => new,
        (new, _) => {
            let back = Back {
                filled: &asked,
                flaws: new.err().unwrap_or_default(),
                wrong,
                says: Some(desk.words.say("desk-clinic-wrong")),
            };
            return again(desk, "people", back).await;
        }
    };
    let id = match change(desk, Change::Resource(None, new)).await? {
        Ok(id) => kernel::PractitionerId::from_uuid(id),
        Err(flaws) => return flawed(desk, "people", &asked, flaws).await,
    };
    let catalogue = desk.site.booking.catalogue().await?;
    let hours = Edit {
        change: Change::Week(id, rules),
        seen: catalogue.state_of(Thing::Week(id)),
        sure: false,
    };
    let scope = desk.scope(Purpose::Safeguard);
    match desk.site.booking.edit(scope, hours).await {
        Ok(_) => Ok(desk.see("/desk/setup?step=people")),
        Err(stop) => {
            refusal(stop)?;
            // The hours would leave visits outside: that is decided where all of the week is seen.
            Ok(desk.see(&format!("/desk/clinic/people/{id}/week")))
        }
    }
}

/// One ticked service as a form of its own.
struct Row<'a> {
    asked: &'a Asked<'a>,
    number: usize,
}

impl typed::Sheet for Row<'_> {
    fn field(&self, name: &str) -> String {
        let (ru, en, _) = SERVICES[self.number];
        match name {
            "title" => ru.to_owned(),
            "title_en" => en.to_owned(),
            "duration" => self.asked.text(&format!("minutes{}", self.number)),
            "price" => self
                .asked
                .text(&format!("price{}", self.number))
                .trim()
                .to_owned(),
            _ => String::new(),
        }
    }

    fn ticked(&self, list: &str) -> Vec<String> {
        typed::Sheet::ticked(self.asked, list)
    }
}

async fn save_services(desk: &Desk) -> Answered {
    let asked = asked(desk);
    let ticked = Filled::ticked(&asked, "service");
    let numbers: Vec<usize> = ticked
        .iter()
        .filter_map(|number| number.parse().ok())
        .filter(|number| *number < SERVICES.len())
        .collect();
    let says = if numbers.is_empty() {
        Some("desk-setup-wrong-services")
    } else if Filled::ticked(&asked, "practitioners").is_empty() {
        Some("desk-setup-wrong-people")
    } else {
        None
    };
    if let Some(key) = says {
        let back = Back {
            filled: &asked,
            flaws: Vec::new(),
            wrong: Vec::new(),
            says: Some(desk.words.say(key)),
        };
        return again(desk, "services", back).await;
    }
    let mut new = Vec::new();
    let mut flaws = Vec::new();
    for number in numbers {
        let row = Row {
            asked: &asked,
            number,
        };
        match typed::service(&row, None) {
            Ok(service) => new.push((number, service)),
            Err(found) => flaws.extend(found.into_iter().map(|mut flaw| {
                flaw.field = number.to_string();
                flaw
            })),
        }
    }
    if flaws.is_empty() {
        for (number, service) in new {
            if let Err(found) = change(desk, Change::Service(None, service)).await? {
                flaws.extend(found.into_iter().map(|mut flaw| {
                    flaw.field = number.to_string();
                    flaw
                }));
            }
        }
    }
    if flaws.is_empty() {
        return Ok(desk.see("/desk/setup"));
    }
    flawed(desk, "services", &asked, flaws).await
}

async fn save_texts(desk: &Desk) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let today = wording::today(&catalogue, desk.now());
    let trust = &desk.site.trust;
    trust.refresh_texts(&desk.site.texts).await?;
    if !record(desk.site.texts.operator()) {
        return Ok(desk.see("/desk/setup?step=operator"));
    }
    let proposed = trust
        .propose_composed(desk.scope(Purpose::Safeguard), &desk.site.texts, today)
        .await;
    match proposed {
        Ok(0) => Ok(desk.see("/desk/setup")),
        Ok(_) => Ok(desk.see("/desk/texts")),
        Err(stop) => {
            let asked = asked(desk);
            let back = Back {
                filled: &asked,
                flaws: Vec::new(),
                wrong: Vec::new(),
                says: Some(desk.words.say(refused(stop)?)),
            };
            again(desk, "texts", back).await
        }
    }
}

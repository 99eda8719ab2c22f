//! Choosing another time for an appointment.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use clinic::booking::{Appointment, NewTime, Refusal};
use kernel::{Stop, entropy};

use super::super::shell::Section;
use super::super::times::{SlotView, Wish, choice, nearest_views};
use super::super::trouble::{self, Trouble};
use super::super::visit::Visit;
use super::pages::MovePage;
use super::{ANOTHER, PATH, appointment, is_open, page_of, summary, token, unexpected};
use crate::door::times::date;
use crate::slot_text::SlotText;
use crate::typed::Typed;
use crate::wording;

/// What the page tells beside the times.
enum Told {
    Nothing,
    Notice(&'static str),
    Taken(Vec<SlotView>),
    Failed(StatusCode),
}

/// `GET /appointment/move`.
pub(in super::super) async fn move_form(visit: Visit) -> Response {
    let made = first(&visit).await;
    visit.answer(made)
}

async fn first(visit: &Visit) -> Result<Response, Trouble> {
    let appointment = appointment(visit).await?;
    if !is_open(visit, &appointment) {
        return Ok(visit.see(PATH));
    }
    let mut typed = Typed::default();
    typed.set("practitioner", appointment.practitioner.to_string());
    page(visit, &appointment, &typed, Told::Nothing, true).await
}

/// `POST /appointment/move`: with a time it moves, otherwise it shows other days.
pub(in super::super) async fn moved(visit: Visit, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    match Typed::read(&parts.headers, body).await {
        Err(trouble) => visit.answer(Err(Trouble::NotAForm(trouble))),
        Ok(typed) => {
            let visit = visit.shown_as(&typed);
            let made = go_on(&visit, &typed).await;
            visit.answer(made)
        }
    }
}

async fn go_on(visit: &Visit, typed: &Typed) -> Result<Response, Trouble> {
    let token = token(visit)?;
    if typed.get("of") != page_of(token) {
        return Ok(visit.see(ANOTHER));
    }
    // Two times at once are none: which of them was meant is not ours to say.
    let wanted = typed.get("slot").parse().ok();
    let Some(SlotText(slot)) = wanted.filter(|_| !typed.twice().contains(&"slot")) else {
        let appointment = appointment(visit).await?;
        let told = if typed.has("slot") {
            Told::Notice("time-not-offered")
        } else {
            Told::Nothing
        };
        return page(visit, &appointment, typed, told, false).await;
    };
    let to = NewTime {
        start: slot.start,
        practitioner: slot.practitioner,
        branch: slot.branch,
    };
    let turn = typed.get("turn");
    let once = (!turn.is_empty()).then(|| {
        let key = format!("{token}.{turn}.{}", SlotText(slot));
        visit.site.trust.once("/appointment/move", &key, b"")
    });
    let told = match visit.site.booking.move_appointment(token, to, once).await {
        Ok(_) => return Ok(visit.see("/appointment?done=moved")),
        Err(Stop::Refused(Refusal::Settled)) => return Ok(visit.see("/appointment?done=settled")),
        Err(Stop::Refused(Refusal::SlotTaken {
            service,
            practitioner,
            start,
        })) => {
            let found = visit
                .site
                .booking
                .nearest(service, practitioner, start)
                .await?;
            Told::Taken(nearest_views(visit.words, &found))
        }
        Err(Stop::Refused(
            Refusal::Unknown(_)
            | Refusal::Range
            | Refusal::TooSoon
            | Refusal::TooFar
            | Refusal::NeverOffered,
        )) => Told::Notice("time-not-offered"),
        Err(Stop::Fault(fault)) => {
            trouble::log(&fault);
            Told::Failed(trouble::status_of(&fault))
        }
        Err(stop) => return Err(unexpected(stop)),
    };
    let appointment = appointment(visit).await?;
    page(visit, &appointment, typed, told, false).await
}

async fn page(
    visit: &Visit,
    appointment: &Appointment,
    typed: &Typed,
    told: Told,
    by_address: bool,
) -> Result<Response, Trouble> {
    let catalogue = visit.site.booking.catalogue().await?;
    let today = wording::today(&catalogue, visit.clock().now());
    let giving = catalogue
        .service(appointment.service)
        .map(|service| service.practitioners.as_slice())
        .unwrap_or_default();
    let wish = Wish {
        service: appointment.service,
        practitioner: typed
            .get("practitioner")
            .parse()
            .ok()
            .filter(|id| giving.contains(id)),
        branch: typed
            .get("branch")
            .parse()
            .ok()
            .filter(|id| catalogue.branch(*id).is_some()),
        from: date(typed.get("from")),
        day: date(typed.get("day")),
        hold: None,
    };
    let status = match told {
        Told::Nothing => StatusCode::OK,
        Told::Notice(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Told::Taken(_) => StatusCode::CONFLICT,
        Told::Failed(status) => status,
    };
    let notice = match &told {
        Told::Notice(key) => Some(visit.words.say(key)),
        Told::Failed(_) => Some(visit.words.say("not-now")),
        _ => None,
    };
    let page = MovePage {
        shell: if by_address {
            visit.private_at(Section::None)
        } else {
            visit.private(Section::None, Some("moving"))
        },
        summary: summary(visit, appointment).await?,
        of: page_of(token(visit)?),
        from: wish.from.map(|date| date.to_string()).unwrap_or_default(),
        day: wish.day.map(|date| date.to_string()).unwrap_or_default(),
        turn: entropy::random_id().to_string(),
        choice: choice(&visit.site.booking, visit.words, wish, today).await?,
        notice,
        taken: if let Told::Taken(nearest) = told {
            Some(nearest)
        } else {
            None
        },
    };
    Ok(visit.page(status, &page))
}

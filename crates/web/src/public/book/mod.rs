//! `/book`: a whole booking by plain forms, a step a page. Where a visitor is and all they typed travels in the form.
//!
//! *Invariant*: nothing is kept of a visitor before the last step but a hold on a time, which names nobody; no
//! personal value stands in an address; whatever goes wrong, what was typed is shown again.

mod draft;
mod pages;
mod steps;
mod submit;
mod time;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use clinic::booking::SERVICE;
use kernel::Fault;
use trust::consent::declaration::Declaration;

use super::trouble::Trouble;
use super::visit::Visit;
use crate::typed::Typed;
use draft::{Draft, Step};
use steps::Told;

pub(super) use pages::StepView;
#[cfg(test)]
pub(super) use pages::samples;
#[cfg(test)]
pub(super) use pages::{BornPage, DonePage, ForWhomPage, ServicePage, TimePage, WhoPage};

/// A booking under way: who asks, by which declaration, with what so far.
pub(super) struct Booking<'a> {
    visit: &'a Visit,
    declaration: &'a Declaration,
    draft: Draft,
    /// Whether the page was asked for by its address, and can be again.
    by_address: bool,
}

/// `GET /book`: from the beginning, or from where an address without personal data leads.
pub(super) async fn begin(visit: Visit) -> Response {
    let made = begun(&visit).await;
    visit.answer(made)
}

async fn begun(visit: &Visit) -> Result<Response, Trouble> {
    let catalogue = visit.site.booking.catalogue().await?;
    let draft = Draft::preselected(&visit.query, &catalogue);
    let mut booking = Booking {
        visit,
        declaration: declaration(visit)?,
        draft,
        by_address: true,
    };
    let step = booking.furthest();
    booking.show(step, Told::Nothing).await
}

/// `POST /book`: one step on, or back, or the whole booking.
pub(super) async fn go_on(visit: Visit, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    match Typed::read(&parts.headers, body).await {
        Err(trouble) => visit.answer(Err(Trouble::NotAForm(trouble))),
        Ok(typed) => {
            let visit = visit.shown_as(&typed);
            let made = gone_on(&visit, typed).await;
            visit.answer(made)
        }
    }
}

async fn gone_on(visit: &Visit, typed: Typed) -> Result<Response, Trouble> {
    let mut booking = Booking {
        visit,
        declaration: declaration(visit)?,
        draft: Draft { typed },
        by_address: false,
    };
    let typed = &booking.draft.typed;
    let at = Step::from_code(typed.get("at")).unwrap_or(Step::ForWhom);
    if typed.is_about_the_page() {
        return booking.show(at, Told::Nothing).await;
    }
    if let Ok(slot) = typed.get("slot").parse() {
        return booking.take(slot, at).await;
    }
    if typed.has("choose") {
        return booking.choose_service().await;
    }
    match (typed.get("go"), at) {
        ("extend", _) => booking.extend().await,
        ("book", _) | ("", Step::Who) => booking.send().await,
        ("", Step::Born) => booking.born().await,
        ("", Step::ForWhom) => {
            let step = booking.furthest();
            booking.show(step, Told::Nothing).await
        }
        ("", Step::Service | Step::Time) => booking.show(Step::Time, Told::Nothing).await,
        (wanted, _) => {
            booking
                .show(Step::from_code(wanted).unwrap_or(at), Told::Nothing)
                .await
        }
    }
}

impl Booking<'_> {
    /// The furthest page for which everything before it is known.
    fn furthest(&self) -> Step {
        if self.draft.slot().is_some() {
            Step::Who
        } else if self.draft.service().is_some() {
            Step::Time
        } else if self.draft.for_whom().is_some() {
            Step::Service
        } else {
            Step::ForWhom
        }
    }

    /// The status of a page with nothing wrong on it.
    const fn well() -> StatusCode {
        StatusCode::OK
    }
}

fn declaration(visit: &Visit) -> Result<&Declaration, Trouble> {
    visit
        .site
        .texts
        .declaration(SERVICE)
        .ok_or_else(|| Fault::broken("booking is not declared").into())
}

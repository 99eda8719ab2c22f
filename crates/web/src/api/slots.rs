//! `GET /api/v1/slots`.

use axum::extract::State;
use axum::response::Response;
use clinic::booking::SlotQuery;

use super::ask::Ask;
use super::flaw::What;
use super::refusal::stopped;
use super::shapes::{ProblemShape, SlotsShape};
use super::{answer, slot_writer};
use crate::Site;
use crate::door::problem::Problem;

/// Free times of a service, by time. Past the horizon there are none.
#[utoipa::path(
    get, path = "/api/v1/slots", tag = "booking",
    params(
        ("service" = String, Query),
        ("from" = String, Query, format = Date, description = "The first day, on the branch's calendar"),
        ("to" = String, Query, format = Date, description = "The last day, included; at most 62 days in all"),
        ("practitioner" = Option<String>, Query),
        ("branch" = Option<String>, Query),
        ("hold" = Option<String>, Query, description = "The asker's own hold: its time is shown as free"),
        ("language" = Option<String>, Query, description = "ru or en: of refusals"),
    ),
    responses((status = 200, body = SlotsShape), (status = "default", body = ProblemShape, content_type = "application/problem+json")),
)]
pub(super) async fn slots(State(site): State<Site>, ask: Ask) -> Result<Response, Problem> {
    let mut asked = ask.parameters(&["service", "from", "to", "practitioner", "branch", "hold"]);
    let service = asked.required("service", What::Unknown, |text| text.parse().ok());
    let (from, to) = (asked.date("from"), asked.date("to"));
    let (practitioner, branch) = (asked.id("practitioner"), asked.id("branch"));
    // A hold that ran out, or never was, gives nothing back: it is no error to name it.
    let hold = asked.id("hold");
    let (Some(service), Some(from), Some(to)) = (service, from, to) else {
        return Err(asked.refused());
    };
    let language = asked.language()?;
    let query = SlotQuery {
        service,
        from,
        to,
        practitioner,
        branch,
        hold,
    };
    match site.booking.slots(&query).await {
        Ok(found) => Ok(answer::written(slot_writer::answer(&found))),
        Err(stop) => Err(stopped(&site, stop, language).await),
    }
}

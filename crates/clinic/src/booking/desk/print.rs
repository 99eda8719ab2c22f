//! What leaves the desk on paper: the list of a day and the slip of an appointment. *Invariant*: that it was printed, by whom
//! and what of, stands in the journal before the paper does.

use std::sync::Arc;

use kernel::{AppointmentId, Outcome, PractitionerId, Scope, ServiceId};
use serde_json::json;
use trust::access::Action;
use trust::journal::Kind;

use super::board::{self, BoardQuery};
use super::gate;
use super::names::{Names, names_of_days};
use super::refusal::DeskRefusal;
use crate::booking::show::Status;
use crate::booking::{Appointment, Booking};

impl Booking {
    /// The names of a day's list, for paper: opened as [`names`](Self::names) opens them, and the printing recorded.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn print_day(&self, scope: Scope, query: BoardQuery) -> Outcome<Names, DeskRefusal> {
        // The list's ticket is an act of its own, where none lives any more.
        self.names(scope, query).await?;
        let catalogue = self.drawn();
        self.trust
            .act("desk.print_day", scope, move |act| {
                let catalogue = Arc::clone(&catalogue);
                Box::pin(async move {
                    let employee = gate::allowed(act, Action::Print).await?;
                    let (query, span) = board::asked(&catalogue, &employee, query)?;
                    let names = names_of_days(act, &catalogue, query, span).await?;
                    act.record(
                        Kind::DayPrinted,
                        json!({
                            "branch": query.branch, "day": query.first.to_string(), "days": query.days,
                            "practitioner": query.practitioner, "names": names.names.len(),
                        }),
                    )?;
                    Ok(names)
                })
            })
            .await
    }

    /// An appointment to come, for its slip. The slip names no patient: nothing of them is opened.
    ///
    /// # Errors
    /// [`DeskRefusal::Absent`]; [`DeskRefusal::NotNow`] where nobody is expected to come any more; others.
    pub async fn print_slip(
        &self,
        scope: Scope,
        id: AppointmentId,
    ) -> Outcome<Appointment, DeskRefusal> {
        self.trust
            .act("desk.print_slip", scope, move |act| {
                Box::pin(async move {
                    let employee = gate::allowed(act, Action::Print).await?;
                    let row = gate::reached(act, &employee, id).await?;
                    let status = Status::from_code(&row.status).filter(|status| status.is_open());
                    let Some(status) = status.filter(|_| row.ends > act.now().minutes()) else {
                        return gate::not_now(&row);
                    };
                    act.record(Kind::SlipPrinted, json!({ "revision": row.revision }))?;
                    Ok(Appointment {
                        id,
                        status,
                        start: row.starts,
                        end: row.ends,
                        practitioner: PractitionerId::from_uuid(row.practitioner),
                        branch: kernel::BranchId::from_uuid(row.branch),
                        service: ServiceId::from_uuid(row.service),
                        phone_mask: None,
                        moves: row.moves,
                    })
                })
            })
            .await
    }
}

//! Tickets: fifteen minutes of permission for one session and one case, checked again at each use.

use kernel::{
    Actor, Case, CaseKind, Fault, Moment, Outcome, SessionId, StaffId, Stop, TicketId, entropy,
    limits,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::table::ticket;
use crate::CasePlace;
use crate::act::Act;
use crate::journal::core::entry::Entry;
use crate::journal::core::json::{Value, object};
use crate::journal::{self, Kind};
use crate::staff::{Employee, SessionRefusal};

/// Why a ticket was not issued or is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketRefusal {
    /// None was shown, or there is none of this id.
    None,
    /// It was issued to another session or employee, or for another case or purpose.
    NotYours,
    /// Its time is over.
    Expired,
    /// The session has ended or the employee was dismissed.
    SignedOut,
    /// Only a named employee in a session gets one, for a case.
    NotStaff,
    /// The case is not there, or stands where the employee does not reach: the two look alike.
    OutOfReach,
    /// The employee made the case without the patient, and says why before opening it.
    ReasonNeeded,
}

impl From<SessionRefusal> for TicketRefusal {
    fn from(refusal: SessionRefusal) -> Self {
        match refusal {
            SessionRefusal::SignedOut => Self::SignedOut,
            SessionRefusal::NotStaff => Self::NotStaff,
        }
    }
}

impl Act {
    /// Issues a ticket for the act's case and purpose to the employee who acts. `reason` is what they
    /// gave where the case is one they made themselves.
    ///
    /// # Errors
    /// [`TicketRefusal`].
    pub async fn issue_ticket(&mut self, reason: Option<&str>) -> Outcome<TicketId, TicketRefusal> {
        let (Actor::Staff { staff, session }, Some(case)) = (self.scope().actor, self.scope().case)
        else {
            return Err(Stop::Refused(TicketRefusal::NotStaff));
        };
        let employee = self.employee_in(staff, session).await?;
        let place = self.check_reach(&employee, case).await?;
        if place.made_by == Some(staff) && reason.is_none() {
            return Err(Stop::Refused(TicketRefusal::ReasonNeeded));
        }
        let flags = self.unusual_in(&employee, case, &place).await?;
        let id = TicketId::from_uuid(entropy::random_id());
        let row = ticket::ActiveModel {
            id: Set(id.uuid()),
            session: Set(session.uuid()),
            staff: Set(staff.uuid()),
            purpose: Set(self.scope().purpose.code().into()),
            case_kind: Set(case.kind.code().into()),
            case_id: Set(case.id),
            reason: Set(reason.map(str::to_owned)),
            issued_at: Set(self.now().micros()),
            expires_at: Set(self.now().plus_minutes(limits::TICKET_MINUTES).micros()),
            act: Set(self.id().uuid()),
        };
        self.db().insert(vec![row]).await?;
        // Session, employee, purpose, case and time stand in every entry (`issued`).
        self.record(
            Kind::TicketIssued,
            json!({ "ticket": id, "reason_given": reason.is_some(), "flags": flags }),
        )?;
        Ok(id)
    }

    /// The ticket that the employee who acts holds for the act's case and purpose, or a new one. Who made the case alone gives
    /// a reason for the first.
    ///
    /// # Errors
    /// [`TicketRefusal`].
    pub async fn ticket(&mut self, reason: Option<&str>) -> Outcome<TicketId, TicketRefusal> {
        let (Actor::Staff { staff, session }, Some(case)) = (self.scope().actor, self.scope().case)
        else {
            return Err(Stop::Refused(TicketRefusal::NotStaff));
        };
        let held = ticket::Entity::find()
            .filter(ticket::Column::Session.eq(session.uuid()))
            .filter(ticket::Column::Staff.eq(staff.uuid()))
            .filter(ticket::Column::CaseId.eq(case.id))
            .filter(ticket::Column::CaseKind.eq(case.kind.code()))
            .filter(ticket::Column::Purpose.eq(self.scope().purpose.code()))
            .filter(ticket::Column::ExpiresAt.gt(self.now().micros()))
            .order_by_desc(ticket::Column::ExpiresAt)
            .one(self.db())
            .await?;
        match held {
            Some(row) => Ok(TicketId::from_uuid(row.id)),
            None => self.issue_ticket(reason).await,
        }
    }

    /// Checks a ticket at its use; gives the employee. A row that no entry of the journal issued is none.
    pub(crate) async fn check_ticket(
        &self,
        id: TicketId,
        staff: StaffId,
        session: SessionId,
        case: Case,
    ) -> Outcome<Employee, TicketRefusal> {
        let row = ticket::Entity::find_by_id(id.uuid())
            .one(self.db())
            .await?
            .ok_or(Stop::Refused(TicketRefusal::None))?;
        let ours = row.session == session.uuid()
            && row.staff == staff.uuid()
            && row.case_kind == case.kind.code()
            && row.case_id == case.id
            && row.purpose == self.scope().purpose.code();
        if !ours {
            return Err(Stop::Refused(TicketRefusal::NotYours));
        }
        if row.expires_at <= self.now().micros() {
            return Err(Stop::Refused(TicketRefusal::Expired));
        }
        // An act that issues and uses a ticket has no entry yet; nobody else knows its id.
        let issued_here = row.act == self.id().uuid();
        let stands = issued_here
            || journal::stands(
                self.house(),
                self.db(),
                row.act,
                Kind::TicketIssued,
                |entry| issued(entry, &row),
            )
            .await?;
        if !stands {
            return Err(Stop::Refused(TicketRefusal::None));
        }
        let employee = self.employee_in(staff, session).await?;
        self.check_reach(&employee, case).await?;
        Ok(employee)
    }

    /// What is unusual about this employee opening this case, for whoever oversees: nothing is refused for it.
    async fn unusual_in(
        &mut self,
        employee: &Employee,
        case: Case,
        place: &CasePlace,
    ) -> Result<Vec<&'static str>, Fault> {
        let mut flags = Vec::new();
        if place.made_by == Some(employee.staff) {
            flags.push("own_case");
        }
        // A day's board is everybody's who comes that day.
        if case.kind != CaseKind::Batch {
            let context = self.house().context_of(case.kind)?;
            let context = std::sync::Arc::clone(context);
            let persons = context.persons_of(self.db(), case).await?;
            if self.has_surname_of(&persons, &employee.name).await? {
                flags.push("same_surname");
            }
        }
        Ok(flags)
    }

    /// Whether the act's case is there and within the reach of the employee who acts.
    ///
    /// # Errors
    /// The database's.
    pub async fn reaches(&self, employee: &Employee, case: Case) -> Result<bool, Fault> {
        match self.check_reach(employee, case).await {
            Ok(_) => Ok(true),
            Err(Stop::Refused(_)) => Ok(false),
            Err(Stop::Fault(fault)) => Err(fault),
        }
    }

    /// Where a case stands, if the employee reaches it.
    async fn check_reach(
        &self,
        employee: &Employee,
        case: Case,
    ) -> Outcome<CasePlace, TicketRefusal> {
        let context = self.house().context_of(case.kind)?;
        let place = context.place_of(self.db(), case).await?;
        place
            .filter(|place| employee.reach.has(place))
            .ok_or(Stop::Refused(TicketRefusal::OutOfReach))
    }
}

/// Whether the entry of a ticket's act issues exactly this ticket.
pub(crate) fn issued(entry: &Entry, row: &ticket::Model) -> bool {
    let actor = Actor::Staff {
        staff: StaffId::from_uuid(row.staff),
        session: SessionId::from_uuid(row.session),
    };
    let issued_at = Moment::from_micros(row.issued_at);
    entry.data.get("ticket") == Some(&Value::Text(row.id.to_string()))
        && entry.data.get("reason_given") == Some(&Value::Bool(row.reason.is_some()))
        && object(&actor).is_ok_and(|actor| actor == entry.actor)
        && entry.purpose.as_deref() == Some(row.purpose.as_str())
        && entry.case.as_deref() == Some(format!("{}:{}", row.case_kind, row.case_id).as_str())
        && entry.at.as_str() == journal::written(issued_at)
        && row.expires_at == issued_at.plus_minutes(limits::TICKET_MINUTES).micros()
}

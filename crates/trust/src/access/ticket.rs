//! Tickets: fifteen minutes of permission for one session and one case, checked again at each use.

use kernel::{
    Actor, Case, Fault, Moment, Outcome, SessionId, StaffId, Stop, TicketId, entropy, limits,
};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::json;

use super::table::{session, staff, ticket};
use crate::act::Act;
use crate::journal::core::entry::Entry;
use crate::journal::core::json::{Value, object};
use crate::journal::{self, Kind};

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
        self.check_session(staff, session).await?;
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
            json!({ "ticket": id, "reason_given": reason.is_some() }),
        )?;
        Ok(id)
    }

    /// Checks a ticket at its use; gives the employee's role. A row that no entry of the journal issued is none.
    pub(crate) async fn check_ticket(
        &self,
        id: TicketId,
        staff: StaffId,
        session: SessionId,
        case: Case,
    ) -> Outcome<String, TicketRefusal> {
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
        self.check_session(staff, session).await
    }

    /// The role of an employee whose session lives.
    pub(crate) async fn check_session(
        &self,
        staff: StaffId,
        session: SessionId,
    ) -> Outcome<String, TicketRefusal> {
        let signed_out = || Stop::Refused(TicketRefusal::SignedOut);
        let now = self.now().micros();
        let session = session::Entity::find_by_id(session.uuid())
            .one(self.db())
            .await?
            .ok_or_else(signed_out)?;
        let employee = staff::Entity::find_by_id(staff.uuid())
            .one(self.db())
            .await?
            .ok_or_else(signed_out)?;
        let live =
            session.staff == employee.id && session.ended_at.is_none() && session.expires_at > now;
        if live && employee.dismissed_at.is_none() {
            Ok(employee.role)
        } else {
            Err(signed_out())
        }
    }

    /// Gives a member of staff an account.
    ///
    /// # Errors
    /// The login is taken; the database's.
    pub async fn add_staff(&mut self, login: &str, role: &str) -> Result<StaffId, Fault> {
        let id = StaffId::from_uuid(entropy::ordered_id(self.now()));
        let row = staff::ActiveModel {
            id: Set(id.uuid()),
            login: Set(login.into()),
            role: Set(role.into()),
            created_at: Set(self.now().micros()),
            dismissed_at: Set(None),
            act: Set(self.id().uuid()),
        };
        self.db().insert(vec![row]).await?;
        self.record(Kind::StaffAdded, json!({ "staff": id, "role": role }))?;
        Ok(id)
    }

    /// Begins a session of a member of staff who has proved who they are.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin_session(
        &mut self,
        staff: StaffId,
        minutes: i64,
    ) -> Result<SessionId, Fault> {
        let id = SessionId::from_uuid(entropy::random_id());
        let row = session::ActiveModel {
            id: Set(id.uuid()),
            staff: Set(staff.uuid()),
            created_at: Set(self.now().micros()),
            expires_at: Set(self.now().plus_minutes(minutes).micros()),
            ended_at: Set(None),
        };
        self.db().insert(vec![row]).await?;
        self.record(
            Kind::SessionBegan,
            json!({ "staff": staff, "session": id, "minutes": minutes }),
        )?;
        Ok(id)
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

/// Whether the entry by which a session began tells of exactly this one. Whether it has ended is not the journal's to say.
pub(crate) fn began(entry: &Entry, row: &session::Model) -> bool {
    let began_at = Moment::from_micros(row.created_at);
    let Some(Value::Int(minutes)) = entry.data.get("minutes") else {
        return false;
    };
    entry.data.get("session") == Some(&Value::Text(row.id.to_string()))
        && entry.data.get("staff") == Some(&Value::Text(row.staff.to_string()))
        && entry.at.as_str() == journal::written(began_at)
        && row.expires_at == began_at.plus_minutes(*minutes).micros()
}

//! Who acts: an employee in a living session, with a role, a reach, and what they may do.

use kernel::{Actor, Fault, Outcome, PersonId, SessionId, StaffId, Stop};
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::access::table::{session, staff};
use crate::access::{Access, Action, Contract, Decision, Reach, Role};
use crate::act::Act;

/// An employee at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Employee {
    /// Whose account.
    pub staff: StaffId,
    /// In which session.
    pub session: SessionId,
    /// How they sign in.
    pub login: String,
    /// As colleagues and patients read it.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// How far they reach.
    pub reach: Reach,
    /// What a partner's contract names; nothing for all others.
    pub contract: Contract,
    /// Whether they accepted the obligation of non-disclosure. Until then they do nothing else.
    pub obliged: bool,
    /// They themselves in the vault; none for accounts that cannot sign in.
    pub(crate) person: Option<PersonId>,
}

/// Why there is no employee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionRefusal {
    /// The session has ended or the employee was dismissed.
    SignedOut,
    /// Nobody of the staff acts.
    NotStaff,
}

/// Why an employee may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessRefusal {
    /// The session has ended or the employee was dismissed.
    SignedOut,
    /// The policies of access do not allow it, or one of them failed.
    NotAllowed,
}

impl From<SessionRefusal> for AccessRefusal {
    fn from(refusal: SessionRefusal) -> Self {
        match refusal {
            SessionRefusal::SignedOut => Self::SignedOut,
            SessionRefusal::NotStaff => Self::NotAllowed,
        }
    }
}

impl Employee {
    pub(super) fn of(row: staff::Model, session: Uuid) -> Result<Self, Fault> {
        let role = Role::parse(&row.role)
            .ok_or_else(|| Fault::broken(format!("there is no role {}", row.role)))?;
        let contract = match &row.contract {
            Some(text) => serde_json::from_str(text)?,
            None => Contract::default(),
        };
        Ok(Self {
            staff: StaffId::from_uuid(row.id),
            session: SessionId::from_uuid(session),
            reach: reach_of(&row, role)?,
            login: row.login,
            name: row.name,
            role,
            contract,
            obliged: row.obliged_at.is_some(),
            person: row.person.map(PersonId::from_uuid),
        })
    }
}

/// How far an account reaches.
pub(super) fn reach_of(row: &staff::Model, role: Role) -> Result<Reach, Fault> {
    let branches = match &row.branches {
        Some(text) => Some(serde_json::from_str(text)?),
        None => None,
    };
    Ok(Reach {
        branches,
        practitioner: role
            .is_own_schedule()
            .then(|| row.practitioner.map(kernel::PractitionerId::from_uuid)),
    })
}

impl Employee {
    /// What the policies say; and whoever reaches some branches alone does nothing that is of the whole clinic.
    fn may(&self, access: &Access, action: Action) -> bool {
        let decided = access.may(self.role.code(), action, &self.contract);
        decided == Decision::Allow && (self.reach.branches.is_none() || action.has_branches())
    }
}

impl Act {
    /// The employee whose session lives.
    pub(crate) async fn employee_in<R: From<SessionRefusal>>(
        &self,
        staff: StaffId,
        session: SessionId,
    ) -> Outcome<Employee, R> {
        let signed_out = || Stop::Refused(R::from(SessionRefusal::SignedOut));
        let now = self.now().micros();
        // A verb asks who acts, and so does each ticket that it uses.
        let (session, staff) = (session.uuid(), staff.uuid());
        let asked = session::Entity::find_by_id(session).one(self.db());
        let asked = async { Ok(asked.await?) };
        let session = self.db().seldom("session", session.to_string(), asked);
        let session = Option::clone(&*session.await?).ok_or_else(signed_out)?;
        let asked = staff::Entity::find_by_id(staff).one(self.db());
        let asked = async { Ok(asked.await?) };
        let employee = self.db().seldom("staff", staff.to_string(), asked);
        let employee = Option::clone(&*employee.await?).ok_or_else(signed_out)?;
        let live =
            session.staff == employee.id && session.ended_at.is_none() && session.expires_at > now;
        if live && employee.dismissed_at.is_none() {
            Ok(Employee::of(employee, session.id)?)
        } else {
            Err(signed_out())
        }
    }

    /// The employee who acts.
    ///
    /// # Errors
    /// [`SessionRefusal`].
    pub async fn employee(&self) -> Outcome<Employee, SessionRefusal> {
        let Actor::Staff { staff, session } = self.scope().actor else {
            return Err(Stop::Refused(SessionRefusal::NotStaff));
        };
        self.employee_in(staff, session).await
    }

    /// The employee who acts, if they may do this. A verb asks it first, whatever its door has asked.
    ///
    /// # Errors
    /// [`AccessRefusal`].
    pub async fn allowed(&self, action: Action) -> Outcome<Employee, AccessRefusal> {
        let employee = self
            .employee()
            .await
            .map_err(|stop| stop.map_refusal(AccessRefusal::from))?;
        match employee.may(&self.house().access, action) {
            true => Ok(employee),
            false => Err(Stop::Refused(AccessRefusal::NotAllowed)),
        }
    }
}

impl crate::Trust {
    /// Whether an employee may do this: what a door asks before it lets them in.
    #[must_use]
    pub fn may(&self, employee: &Employee, action: Action) -> bool {
        employee.may(&self.0.access, action)
    }
}

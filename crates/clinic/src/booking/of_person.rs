//! The appointments in which a person has a part: for the rooms that know persons.

use kernel::{AppointmentId, BranchId, Fault, PersonId, PractitionerId, ServiceId};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use trust::{Act, CasePlace};
use uuid::Uuid;

use super::people::Basis;
use super::show::Status;
use super::table::appointment;

/// Which part a person has in an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It is theirs.
    Patient,
    /// They decide for the patient.
    Representative,
    /// They booked it for another adult.
    Booker,
}

/// An appointment in which a person has a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppointmentOf {
    /// Its id.
    pub id: AppointmentId,
    /// The person.
    pub person: PersonId,
    /// Their part.
    pub part: Part,
    /// The patient.
    pub patient: PersonId,
    /// Who decides for the patient, where somebody does.
    pub representative: Option<PersonId>,
    /// On what ground they do, as the booking says.
    pub basis: Option<Basis>,
    /// Its state.
    pub status: Status,
    /// When it begins, minutes since 1970 UTC.
    pub start: i64,
    /// With whom.
    pub practitioner: PractitionerId,
    /// Where.
    pub branch: BranchId,
    /// The service.
    pub service: ServiceId,
}

impl AppointmentOf {
    /// Where it stands.
    #[must_use]
    pub const fn place(&self) -> CasePlace {
        CasePlace {
            branch: Some(self.branch),
            practitioner: Some(self.practitioner),
            made_by: None,
        }
    }
}

/// The appointments in which these persons have a part, the latest first.
///
/// # Errors
/// The database's; a row whose state is none.
pub async fn appointments_of(act: &Act, persons: &[PersonId]) -> Result<Vec<AppointmentOf>, Fault> {
    let ids = || persons.iter().map(|person| person.uuid());
    let rows = appointment::Entity::find()
        .filter(
            Condition::any()
                .add(appointment::Column::Person.is_in(ids()))
                .add(appointment::Column::Representative.is_in(ids()))
                .add(appointment::Column::Booker.is_in(ids())),
        )
        .order_by_desc(appointment::Column::Starts)
        .all(act.db())
        .await?;
    let mut found = Vec::new();
    for row in rows {
        let status = Status::from_code(&row.status).ok_or_else(|| {
            Fault::broken(format!("no appointment is in the state {}", row.status))
        })?;
        let parts = [
            (Some(row.person), Part::Patient),
            (row.representative, Part::Representative),
            (row.booker, Part::Booker),
        ];
        for (id, part) in parts {
            let Some(person) = id
                .map(PersonId::from_uuid)
                .filter(|id| persons.contains(id))
            else {
                continue;
            };
            found.push(AppointmentOf {
                id: AppointmentId::from_uuid(row.id),
                person,
                part,
                patient: PersonId::from_uuid(row.person),
                representative: row.representative.map(|id: Uuid| PersonId::from_uuid(id)),
                basis: row.basis.as_deref().and_then(Basis::from_code),
                status,
                start: row.starts,
                practitioner: PractitionerId::from_uuid(row.practitioner),
                branch: BranchId::from_uuid(row.branch),
                service: ServiceId::from_uuid(row.service),
            });
        }
    }
    Ok(found)
}

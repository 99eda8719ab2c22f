//! Who may, and what they reach. Every verb of the desk begins here.

use std::sync::Arc;

use kernel::{AppointmentId, BranchId, Case, Outcome, PractitionerId, StaffId, Stop};
use sea_orm::EntityTrait;
use trust::access::Action;
use trust::staff::Employee;
use trust::{Act, CasePlace};

use super::refusal::{Current, DeskRefusal, said};
use crate::booking::Booking;
use crate::booking::catalogue::{Branch, Catalogue};
use crate::booking::refusal::{Pointer, Refusal};
use crate::booking::table::appointment;

/// An appointment as whoever changes it saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which.
    pub appointment: AppointmentId,
    /// In which revision.
    pub revision: i32,
}

/// The employee who acts, if they may do this.
pub(super) async fn allowed(act: &Act, action: Action) -> Outcome<Employee, DeskRefusal> {
    act.allowed(action).await.map_err(said)
}

/// Where an appointment stands.
pub(in crate::booking) fn place_of(row: &appointment::Model) -> CasePlace {
    CasePlace {
        branch: Some(BranchId::from_uuid(row.branch)),
        practitioner: Some(PractitionerId::from_uuid(row.practitioner)),
        made_by: row.made_by.map(StaffId::from_uuid),
    }
}

/// The appointment, if the employee reaches it; the act is about it from now on.
pub(super) async fn reached(
    act: &mut Act,
    employee: &Employee,
    id: AppointmentId,
) -> Outcome<appointment::Model, DeskRefusal> {
    let row = appointment::Entity::find_by_id(id.uuid())
        .one(act.db())
        .await?
        .filter(|row| employee.reach.has(&place_of(row)))
        .ok_or(Stop::Refused(DeskRefusal::Absent))?;
    act.about(Case::appointment(id));
    Ok(row)
}

/// Whether it is still as it was seen.
pub(super) fn unchanged(row: &appointment::Model, seen: Seen) -> Outcome<(), DeskRefusal> {
    if row.revision == seen.revision {
        Ok(())
    } else {
        let current = Box::new(Current::of(row)?);
        Err(Stop::Refused(DeskRefusal::Changed(current)))
    }
}

/// Says that its state does not allow it.
pub(super) fn not_now<T>(row: &appointment::Model) -> Outcome<T, DeskRefusal> {
    let current = Box::new(Current::of(row)?);
    Err(Stop::Refused(DeskRefusal::NotNow(current)))
}

/// The branch, if the employee reaches it.
pub(super) fn branch_of<'a>(
    catalogue: &'a Catalogue,
    employee: &Employee,
    id: BranchId,
) -> Outcome<&'a Branch, DeskRefusal> {
    catalogue
        .branch_named(id)
        .filter(|branch| employee.reach.has_branch(branch.id))
        .ok_or_else(|| unknown(Pointer::Branch))
}

/// Checks that the employee reaches a place to which something shall go.
pub(super) fn check_place(
    employee: &Employee,
    branch: BranchId,
    practitioner: PractitionerId,
) -> Outcome<(), DeskRefusal> {
    if !employee.reach.has_branch(branch) {
        return Err(unknown(Pointer::Branch));
    }
    if !employee.reach.has_practitioner(practitioner) {
        return Err(unknown(Pointer::Practitioner));
    }
    Ok(())
}

pub(super) fn unknown(pointer: Pointer) -> Stop<DeskRefusal> {
    Stop::Refused(DeskRefusal::Booking(Refusal::Unknown(pointer)))
}

impl Booking {
    /// The catalogue as the picture has it.
    pub(super) fn drawn(&self) -> Arc<Catalogue> {
        Arc::clone(&self.timetable.picture().catalogue)
    }
}

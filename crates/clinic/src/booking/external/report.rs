//! Appointments that another system's busy times overlap: told until they are moved, cancelled or said to be known.

use std::sync::atomic::Ordering;

use kernel::{AppointmentId, BranchId, Fault, Outcome, PractitionerId, Scope, Stop};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use trust::access::Action;
use trust::journal::Kind;
use uuid::Uuid;

use super::{ExternalRefusal, said};
use crate::booking::Booking;
use crate::booking::show::Status;
use crate::booking::table::{appointment, external_conflict};

/// An appointment and what lies over it, without a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// Of which source.
    pub source: Uuid,
    /// Which appointment.
    pub appointment: AppointmentId,
    /// With whom.
    pub practitioner: PractitionerId,
    /// Where.
    pub branch: BranchId,
    /// When the visit begins, minutes since 1970 UTC.
    pub start: i64,
    /// When it ends.
    pub end: i64,
    /// The part that is busy elsewhere.
    pub busy: (i64, i64),
    /// Whether somebody said that it is known.
    pub known: bool,
}

impl Booking {
    /// What overlaps now, the nearest first; what is known comes last. Only at branches that the employee reaches.
    ///
    /// # Errors
    /// [`ExternalRefusal::Access`].
    pub async fn overlaps(&self, scope: Scope) -> Outcome<Vec<Overlap>, ExternalRefusal> {
        let employee = self
            .trust
            .act("external.overlaps", scope, |act| {
                Box::pin(async move { act.allowed(Action::ImportBusy).await.map_err(said) })
            })
            .await?;
        let mut found = self.all_overlaps().await?;
        self.tell_overlaps(&found);
        found.retain(|one| employee.reach.has_branch(one.branch));
        Ok(found)
    }

    /// How many overlaps wait to be settled, as this process last saw.
    #[must_use]
    pub fn open_overlaps(&self) -> usize {
        self.overlaps.load(Ordering::Relaxed)
    }

    /// Says that an overlap is known and stays as it is.
    ///
    /// # Errors
    /// [`ExternalRefusal`].
    pub async fn overlap_known(
        &self,
        scope: Scope,
        source: Uuid,
        appointment: AppointmentId,
    ) -> Outcome<(), ExternalRefusal> {
        self.trust
            .act("external.known", scope, move |act| {
                Box::pin(async move {
                    let employee = act.allowed(Action::ImportBusy).await.map_err(said)?;
                    let row = external_conflict::Entity::find_by_id((source, appointment.uuid()))
                        .one(act.db())
                        .await?
                        .filter(|row| employee.reach.has_branch(BranchId::from_uuid(row.branch)))
                        .ok_or(Stop::Refused(ExternalRefusal::Unknown))?;
                    if row.known_by.is_some() {
                        return Ok(());
                    }
                    external_conflict::Entity::update(external_conflict::ActiveModel {
                        source: Set(source),
                        appointment: Set(appointment.uuid()),
                        known_by: Set(Some(employee.staff.uuid())),
                        known_at: Set(Some(act.now().micros())),
                        ..Default::default()
                    })
                    .exec(act.db())
                    .await?;
                    act.record(
                        Kind::ExternalKnown,
                        json!({ "source": source, "appointment": appointment }),
                    )?;
                    Ok(())
                })
            })
            .await?;
        Ok(self.count_overlaps().await?)
    }

    pub(super) async fn count_overlaps(&self) -> Result<(), Fault> {
        let found = self.all_overlaps().await?;
        self.tell_overlaps(&found);
        Ok(())
    }

    fn tell_overlaps(&self, found: &[Overlap]) {
        let open = found.iter().filter(|one| !one.known).count();
        self.overlaps.store(open, Ordering::Relaxed);
    }

    /// Rows of readings that are still so: a visit that was moved or cancelled since is settled at once.
    async fn all_overlaps(&self) -> Result<Vec<Overlap>, Fault> {
        let db = self.trust.reads();
        let rows = external_conflict::Entity::find()
            .order_by_asc(external_conflict::Column::Starts)
            .all(db)
            .await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.appointment).collect();
        let visits = appointment::Entity::find()
            .filter(appointment::Column::Id.is_in(ids))
            .filter(appointment::Column::Status.is_in([
                Status::Requested.code(),
                Status::Accepted.code(),
                Status::Arrived.code(),
            ]))
            .all(db)
            .await?;
        let now = self.trust.clock().now().minutes();
        let mut found: Vec<Overlap> = rows
            .into_iter()
            .filter_map(|row| {
                let visit = visits.iter().find(|visit| visit.id == row.appointment)?;
                let still = visit.practitioner == row.resource
                    && visit.starts < row.ends
                    && row.starts < visit.ends
                    && visit.ends > now;
                still.then(|| Overlap {
                    source: row.source,
                    appointment: AppointmentId::from_uuid(row.appointment),
                    practitioner: PractitionerId::from_uuid(visit.practitioner),
                    branch: BranchId::from_uuid(visit.branch),
                    start: visit.starts,
                    end: visit.ends,
                    busy: (row.starts, row.ends),
                    known: row.known_by.is_some(),
                })
            })
            .collect();
        found.sort_by_key(|one| (one.known, one.start));
        Ok(found)
    }
}

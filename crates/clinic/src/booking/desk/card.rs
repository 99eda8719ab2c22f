//! An appointment as the desk's lists show it, and what is read of its row for that.

use std::collections::BTreeSet;

use kernel::{
    AppointmentId, BranchId, Fault, Moment, PersonId, PractitionerId, ServiceId, StaffId,
};
use sea_orm::FromQueryResult;
use trust::consent::declaration::{Coded, ForWhom};
use trust::vault::Standing;
use trust::{Act, CasePlace};
use uuid::Uuid;

use super::change::{CancelReason, Outside};
use crate::booking::catalogue::Catalogue;
use crate::booking::show::Status;
use crate::booking::table::appointment;

/// An appointment as the board shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its id.
    pub id: AppointmentId,
    /// Who comes.
    pub person: PersonId,
    /// To whom.
    pub practitioner: PractitionerId,
    /// For what.
    pub service: ServiceId,
    /// From when, minutes since 1970 UTC.
    pub start: i64,
    /// Until when.
    pub end: i64,
    /// Its state.
    pub status: Status,
    /// For whom it was booked.
    pub for_whom: ForWhom,
    /// The employee who booked it; nobody where the site did.
    pub made_by: Option<StaffId>,
    /// When it was booked.
    pub made_at: Moment,
    /// Since when somebody waits: for acceptance, or in the hall.
    pub waits_since: Option<Moment>,
    /// Whether nobody accepted it in time.
    pub escalated: bool,
    /// Whether the patient's identity was confirmed.
    pub standing: Standing,
    /// How often it was moved.
    pub moves: i32,
    /// How often it was changed.
    pub revision: i32,
    /// Whether the last change can be taken back now.
    pub undoable: bool,
    /// Why it was cancelled.
    pub cancel_reason: Option<CancelReason>,
    /// Why it stands where the schedule offers nothing.
    pub outside: Option<Outside>,
}

/// As little of an appointment as tells whether a list shows it, and whom.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Glance {
    pub(super) id: Uuid,
    pub(super) person: Uuid,
    branch: Uuid,
    status: String,
    was: Option<String>,
    changed_at: Option<i64>,
    changed_by: Option<Uuid>,
}

impl Glance {
    pub(super) const COLUMNS: [appointment::Column; 7] = [
        appointment::Column::Id,
        appointment::Column::Person,
        appointment::Column::Branch,
        appointment::Column::Status,
        appointment::Column::Was,
        appointment::Column::ChangedAt,
        appointment::Column::ChangedBy,
    ];

    pub(super) fn of(row: &appointment::Model) -> Self {
        Self {
            id: row.id,
            person: row.person,
            branch: row.branch,
            status: row.status.clone(),
            was: row.was.clone(),
            changed_at: row.changed_at,
            changed_by: row.changed_by,
        }
    }

    /// Who cancelled is not on the board any more, but for what staff did by mistake.
    pub(super) fn is_shown(&self, catalogue: &Catalogue, now: Moment) -> bool {
        self.status != Status::Cancelled.code() || self.is_undoable(catalogue, now)
    }

    /// Whether staff changed its state today, by the branch's own day, and nothing happened since.
    pub(super) fn is_undoable(&self, catalogue: &Catalogue, now: Moment) -> bool {
        let (Some(_), Some(_), Some(at)) = (&self.was, self.changed_by, self.changed_at) else {
            return false;
        };
        let branch = catalogue.branch_named(BranchId::from_uuid(self.branch));
        branch.is_some_and(|branch| {
            branch.day_of(Moment::from_micros(at).minutes()) == branch.day_of(now.minutes())
        })
    }
}

/// What a card needs of a row: three hundred of them are read for one board.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct CardRow {
    #[sea_orm(nested)]
    pub(super) glance: Glance,
    practitioner: Uuid,
    service: Uuid,
    starts: i64,
    ends: i64,
    for_whom: String,
    made_by: Option<Uuid>,
    created_at: i64,
    arrived_at: Option<i64>,
    escalated_at: Option<i64>,
    moves: i32,
    revision: i32,
    cancel_reason: Option<String>,
    outside: Option<String>,
}

impl CardRow {
    pub(super) const COLUMNS: [appointment::Column; 20] = [
        appointment::Column::Id,
        appointment::Column::Person,
        appointment::Column::Branch,
        appointment::Column::Status,
        appointment::Column::Was,
        appointment::Column::ChangedAt,
        appointment::Column::ChangedBy,
        appointment::Column::Practitioner,
        appointment::Column::Service,
        appointment::Column::Starts,
        appointment::Column::Ends,
        appointment::Column::ForWhom,
        appointment::Column::MadeBy,
        appointment::Column::CreatedAt,
        appointment::Column::ArrivedAt,
        appointment::Column::EscalatedAt,
        appointment::Column::Moves,
        appointment::Column::Revision,
        appointment::Column::CancelReason,
        appointment::Column::Outside,
    ];

    pub(super) fn of(row: appointment::Model) -> Self {
        Self {
            glance: Glance::of(&row),
            practitioner: row.practitioner,
            service: row.service,
            starts: row.starts,
            ends: row.ends,
            for_whom: row.for_whom,
            made_by: row.made_by,
            created_at: row.created_at,
            arrived_at: row.arrived_at,
            escalated_at: row.escalated_at,
            moves: row.moves,
            revision: row.revision,
            cancel_reason: row.cancel_reason,
            outside: row.outside,
        }
    }

    pub(super) const fn branch(&self) -> BranchId {
        BranchId::from_uuid(self.glance.branch)
    }

    /// Where it stands.
    pub(super) fn place(&self) -> CasePlace {
        CasePlace {
            branch: Some(self.branch()),
            practitioner: Some(PractitionerId::from_uuid(self.practitioner)),
            made_by: self.made_by.map(StaffId::from_uuid),
        }
    }
}

/// The cards of these rows.
pub(super) async fn cards(
    act: &Act,
    catalogue: &Catalogue,
    rows: Vec<CardRow>,
) -> Result<Vec<Card>, Fault> {
    let persons: BTreeSet<PersonId> = rows
        .iter()
        .map(|row| PersonId::from_uuid(row.glance.person))
        .collect();
    let identified = act.identified(&persons).await?;
    rows.into_iter()
        .map(|row| card(catalogue, &identified, act.now(), row))
        .collect()
}

fn card(
    catalogue: &Catalogue,
    identified: &BTreeSet<PersonId>,
    now: Moment,
    row: CardRow,
) -> Result<Card, Fault> {
    let undoable = row.glance.is_undoable(catalogue, now);
    let broken =
        |what: &str, word: &str| Fault::broken(format!("no appointment has the {what} {word}"));
    let status =
        Status::from_code(&row.glance.status).ok_or_else(|| broken("state", &row.glance.status))?;
    let for_whom =
        ForWhom::from_code(&row.for_whom).ok_or_else(|| broken("patient", &row.for_whom))?;
    let person = PersonId::from_uuid(row.glance.person);
    let waits_since = match status {
        Status::Requested => Some(row.created_at),
        Status::Arrived => row.arrived_at,
        _ => None,
    };
    Ok(Card {
        id: AppointmentId::from_uuid(row.glance.id),
        person,
        practitioner: PractitionerId::from_uuid(row.practitioner),
        service: ServiceId::from_uuid(row.service),
        start: row.starts,
        end: row.ends,
        status,
        for_whom,
        made_by: row.made_by.map(StaffId::from_uuid),
        made_at: Moment::from_micros(row.created_at),
        waits_since: waits_since.map(Moment::from_micros),
        escalated: status == Status::Requested && row.escalated_at.is_some(),
        standing: match identified.contains(&person) {
            true => Standing::Identified,
            false => Standing::AsStated,
        },
        moves: row.moves,
        revision: row.revision,
        undoable,
        cancel_reason: row
            .cancel_reason
            .as_deref()
            .and_then(CancelReason::from_code),
        outside: row.outside.as_deref().and_then(Outside::from_code),
    })
}

//! What is done to an appointment: each change counts, says what and who, and is bound to the patient's chain.

use kernel::{Actor, Fault, PersonId};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::json;
use trust::Act;

use super::table::appointment;

/// What was done to an appointment last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A registrar accepted it.
    Accepted,
    /// The patient came.
    Arrived,
    /// The visit ended.
    Completed,
    /// The patient did not come.
    NoShow,
    /// It was cancelled.
    Cancelled,
    /// The change before was taken back.
    Undone,
    /// It got another time, practitioner or branch.
    Moved,
}

impl Change {
    const ALL: [Self; 7] = [
        Self::Accepted,
        Self::Arrived,
        Self::Completed,
        Self::NoShow,
        Self::Cancelled,
        Self::Undone,
        Self::Moved,
    ];

    /// The word in rows.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Arrived => "arrived",
            Self::Completed => "completed",
            Self::NoShow => "no_show",
            Self::Cancelled => "cancelled",
            Self::Undone => "undone",
            Self::Moved => "moved",
        }
    }

    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.code() == code)
    }

    /// The word in the patient's own chain.
    const fn noted(self) -> &'static str {
        match self {
            Self::Accepted => "appointment.accepted",
            Self::Arrived => "appointment.arrived",
            Self::Completed => "appointment.completed",
            Self::NoShow => "appointment.missed",
            Self::Cancelled => "appointment.cancelled",
            Self::Undone => "appointment.undone",
            Self::Moved => "appointment.moved",
        }
    }
}

/// Writes an appointment as a change made it; gives it with its new revision. `row.was` is the state to which the change
/// can be undone.
pub(super) async fn write(
    act: &mut Act,
    change: Change,
    row: appointment::Model,
) -> Result<appointment::Model, Fault> {
    let by = match act.scope().actor {
        Actor::Staff { staff, .. } => Some(staff.uuid()),
        _ => None,
    };
    let row = appointment::Model {
        revision: row.revision + 1,
        last_change: Some(change.code().into()),
        changed_at: Some(act.now().micros()),
        changed_by: by,
        ..row
    };
    appointment::Entity::update(appointment::ActiveModel {
        id: Set(row.id),
        practitioner: Set(row.practitioner),
        branch: Set(row.branch),
        starts: Set(row.starts),
        ends: Set(row.ends),
        status: Set(row.status.clone()),
        accepted_at: Set(row.accepted_at),
        accepted_by: Set(row.accepted_by),
        moves: Set(row.moves),
        revision: Set(row.revision),
        last_change: Set(row.last_change.clone()),
        was: Set(row.was.clone()),
        changed_at: Set(row.changed_at),
        changed_by: Set(row.changed_by),
        arrived_at: Set(row.arrived_at),
        cancel_reason: Set(row.cancel_reason.clone()),
        outside: Set(row.outside.clone()),
        ..Default::default()
    })
    .exec(act.db())
    .await?;
    let noted = json!({
        "practitioner": row.practitioner, "branch": row.branch, "starts": row.starts, "ends": row.ends,
        "status": row.status, "accepted_at": row.accepted_at, "accepted_by": row.accepted_by, "moves": row.moves,
        "revision": row.revision, "last_change": row.last_change, "was": row.was, "changed_at": row.changed_at,
        "changed_by": row.changed_by, "arrived_at": row.arrived_at, "cancel_reason": row.cancel_reason,
        "outside": row.outside,
    });
    let (person, bound) = (PersonId::from_uuid(row.person), ("appointment", row.id));
    act.bind(person, change.noted(), bound, noted).await?;
    Ok(row)
}

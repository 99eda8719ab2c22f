//! What the holder of a secret link sees of an appointment.

use kernel::{
    Actor, AppointmentId, BranchId, Case, Outcome, PersonId, Phone, PractitionerId, Purpose, Scope,
    ServiceId, Stop,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use trust::Act;
use trust::vault::{Record, Wanted};

use super::Booking;
use super::refusal::Refusal;
use super::table::appointment;

/// The states of an appointment: `requested -> accepted -> arrived -> completed`, or `cancelled | no_show`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// «Новая»: firm, and waiting for a registrar's acceptance.
    Requested,
    /// «Подтверждена».
    Accepted,
    /// «Пациент пришёл».
    Arrived,
    /// «Приём завершён».
    Completed,
    /// «Отменена».
    Cancelled,
    /// «Не пришёл».
    NoShow,
}

impl Status {
    const ALL: [Self; 6] = [
        Self::Requested,
        Self::Accepted,
        Self::Arrived,
        Self::Completed,
        Self::Cancelled,
        Self::NoShow,
    ];

    /// The word in rows and answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Accepted => "accepted",
            Self::Arrived => "arrived",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::NoShow => "no_show",
        }
    }

    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Whether its time is still claimed and it may be moved or cancelled.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Requested | Self::Accepted)
    }
}

/// An appointment as its holder sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Its id.
    pub id: AppointmentId,
    /// Its state.
    pub status: Status,
    /// When it begins, minutes since 1970 UTC.
    pub start: i64,
    /// When it ends.
    pub end: i64,
    /// With whom.
    pub practitioner: PractitionerId,
    /// Where.
    pub branch: BranchId,
    /// The service.
    pub service: ServiceId,
    /// The patient's telephone, masked; absent where none was given.
    pub phone_mask: Option<String>,
    /// How often it was moved: the sequence number of its calendar event.
    pub moves: i32,
}

impl Appointment {
    /// What is told at the desk or by phone instead of the whole id: the chance's last forty bits of it in letters that
    /// are not taken for one another (Crockford's base 32), «7K3M-Q2XD». It opens nothing.
    #[must_use]
    pub fn number(&self) -> String {
        const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let bits = self.id.uuid().as_u128();
        let mut number = String::with_capacity(9);
        for place in (0..8_u32).rev() {
            let letter = usize::try_from(bits >> (place * 5) & 31).unwrap_or_default();
            number.push(char::from(LETTERS[letter]));
            if place == 4 {
                number.push('-');
            }
        }
        number
    }
}

impl Booking {
    /// Shows the appointment of a secret link. What is opened of the patient stands in the journal.
    ///
    /// # Errors
    /// [`Refusal::LinkUnknown`]; the database's.
    pub async fn show(&self, token: &str) -> Outcome<Appointment, Refusal> {
        let scope = Scope {
            actor: Actor::Holder,
            purpose: Purpose::Services,
            case: None,
        };
        let link = self
            .trust
            .link_hash(token)
            .ok_or(Stop::Refused(Refusal::LinkUnknown))?;
        self.trust
            .act("booking.show", scope, move |act| {
                let link = link.clone();
                Box::pin(async move {
                    let row = find(act, &link).await?;
                    shown(act, row).await
                })
            })
            .await
    }
}

/// The appointment of a link; a link of nothing looks like any other.
pub(super) async fn find(act: &mut Act, link: &[u8]) -> Outcome<appointment::Model, Refusal> {
    let row = appointment::Entity::find()
        .filter(appointment::Column::LinkHash.eq(link))
        .one(act.db())
        .await?
        .ok_or(Stop::Refused(Refusal::LinkUnknown))?;
    act.about(Case::appointment(AppointmentId::from_uuid(row.id)));
    Ok(row)
}

/// The appointment with the patient's masked telephone.
pub(super) async fn shown(act: &mut Act, row: appointment::Model) -> Outcome<Appointment, Refusal> {
    let person = PersonId::from_uuid(row.person);
    let wanted = Wanted {
        person,
        record: Record::person(person),
        fields: &["phone"],
    };
    // After a withdrawal nothing is opened any more, and the page shows the appointment without the phone.
    let opened = match act.open(None, &[wanted]).await {
        Ok(opened) => opened,
        Err(Stop::Refused(_)) => Vec::new(),
        Err(Stop::Fault(fault)) => return Err(Stop::Fault(fault)),
    };
    let phone = opened.first().and_then(|fields| fields.get("phone"));
    let phone_mask = phone
        .and_then(|phone| Phone::parse(phone.reveal()).ok())
        .map(|phone| phone.mask());
    let status = Status::from_code(&row.status).ok_or_else(|| {
        kernel::Fault::broken(format!("no appointment is in the state {}", row.status))
    })?;
    Ok(Appointment {
        id: AppointmentId::from_uuid(row.id),
        status,
        start: row.starts,
        end: row.ends,
        practitioner: PractitionerId::from_uuid(row.practitioner),
        branch: BranchId::from_uuid(row.branch),
        service: ServiceId::from_uuid(row.service),
        phone_mask,
        moves: row.moves,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{BranchId, PractitionerId, ServiceId};
    use uuid::Uuid;

    #[test]
    fn the_number_of_an_appointment_is_short_and_easily_said() {
        let of = |bits: u128| {
            let id = Uuid::from_u128(bits);
            let appointment = Appointment {
                id: AppointmentId::from_uuid(id),
                status: Status::Requested,
                start: 0,
                end: 0,
                practitioner: PractitionerId::from_uuid(id),
                branch: BranchId::from_uuid(id),
                service: ServiceId::from_uuid(id),
                phone_mask: None,
                moves: 0,
            };
            appointment.number()
        };
        assert_eq!(of(0), "0000-0000");
        assert_eq!(of(u128::MAX), "ZZZZ-ZZZZ");
        assert_eq!(of(0b10010), "0000-000J");
        assert_eq!(of(1 << 20), "0001-0000");
        assert_eq!(of(1 << 40), "0000-0000", "only the end counts");
    }
}

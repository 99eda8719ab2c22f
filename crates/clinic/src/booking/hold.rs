//! Holds: a chosen time is kept for ten minutes while somebody types.

use kernel::{
    BranchId, Fault, HoldId, Moment, Outcome, PractitionerId, Scope, ServiceId, Stop, entropy,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;
use trust::Act;
use trust::journal::Kind;
use trust::vault::Once;

use super::Booking;
use super::book::{Leave, Place};
use super::claim::{self, Taken};
use super::refusal::{self, Refusal};
use super::table::hold;

/// How many times a hold's usual length it lasts at most.
const LONGEST: i64 = 3;

/// A time to be held.
#[derive(Clone, Debug)]
pub struct HoldRequest {
    /// For which service.
    pub service: ServiceId,
    /// With whom.
    pub practitioner: PractitionerId,
    /// Where.
    pub branch: BranchId,
    /// When, minutes since 1970 UTC.
    pub start: i64,
    /// Who asks: a keyed hash of the client, for the cap alone.
    pub client: Vec<u8>,
    /// The asker's earlier hold, given up if this time can be had, and only then.
    pub instead: Option<HoldId>,
}

/// A time held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Its id; whoever has it may confirm the time.
    pub hold: HoldId,
    /// Until when.
    pub expires_at: Moment,
}

/// What is held, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldTime {
    /// The hold.
    pub hold: Hold,
    /// For which service.
    pub service: ServiceId,
    /// With whom.
    pub practitioner: PractitionerId,
    /// Where.
    pub branch: BranchId,
    /// When it begins, minutes since 1970 UTC.
    pub start: i64,
    /// When it ends.
    pub end: i64,
}

impl Booking {
    /// Holds a time.
    ///
    /// # Errors
    /// [`Refusal`]: taken, never offered, too many holds; the database's.
    pub async fn hold(&self, request: HoldRequest, once: Option<Once>) -> Outcome<Hold, Refusal> {
        self.steady(|| {
            let (booking, request, once) = (self.clone(), request.clone(), once.clone());
            self.trust
                .act("booking.hold", Scope::visitor(), move |act| {
                    let (booking, request, once) = (booking.clone(), request.clone(), once.clone());
                    Box::pin(async move { booking.hold_in(act, &request, once.as_ref()).await })
                })
        })
        .await
    }

    async fn hold_in(
        &self,
        act: &mut Act,
        request: &HoldRequest,
        once: Option<&Once>,
    ) -> Outcome<Hold, Refusal> {
        if let Some(hold) = refusal::answered(act, once).await? {
            return Ok(hold);
        }
        let place = Place {
            service: request.service,
            practitioner: request.practitioner,
            branch: request.branch,
            start: request.start,
        };
        let stood = self.stand(act, &place, Leave::Site).await?;
        let instead = match request.instead {
            Some(earlier) if give_up(act, earlier).await? => Some(told(earlier)),
            _ => None,
        };
        self.may_hold_more(act, &request.client).await?;
        let id = HoldId::from_uuid(entropy::random_id());
        let expires_at = act.now().plus_minutes(self.settings.hold_minutes.into());
        claim::claim_all(act, id.uuid(), Some(expires_at), &stood.wants())
            .await
            .map_err(|stop| stop.map_refusal(|Taken| place.taken()))?;
        let row = hold::ActiveModel {
            id: Set(id.uuid()),
            client: Set(request.client.clone()),
            service: Set(request.service.uuid()),
            practitioner: Set(request.practitioner.uuid()),
            branch: Set(request.branch.uuid()),
            starts: Set(request.start),
            ends: Set(request.start + stood.duration()),
            expires_at: Set(expires_at.micros()),
            created_at: Set(act.now().micros()),
        };
        act.db().insert(vec![row]).await?;
        let hold = Hold {
            hold: id,
            expires_at,
        };
        act.answer(once, None, &hold).await?;
        act.record(
            Kind::SlotHeld,
            json!({ "hold": told(id), "instead": instead }),
        )?;
        Ok(hold)
    }

    /// The cap on what one client holds at once.
    async fn may_hold_more(&self, act: &Act, client: &[u8]) -> Outcome<(), Refusal> {
        let live: Vec<i64> = hold::Entity::find()
            .select_only()
            .column(hold::Column::ExpiresAt)
            .filter(hold::Column::Client.eq(client))
            .filter(hold::Column::ExpiresAt.gt(act.now().micros()))
            .order_by_asc(hold::Column::ExpiresAt)
            .into_tuple()
            .all(act.db())
            .await?;
        match live.first() {
            Some(first) if live.len() >= usize::from(self.settings.holds_per_client) => {
                let until = Moment::from_micros(*first);
                Err(Stop::Refused(Refusal::TooManyHolds { until }))
            }
            // A clinic may allow none at all.
            None if self.settings.holds_per_client == 0 => {
                let until = act.now().plus_minutes(self.settings.hold_minutes.into());
                Err(Stop::Refused(Refusal::TooManyHolds { until }))
            }
            _ => Ok(()),
        }
    }

    /// Shows a time held to whoever has its id. Nothing in it is about anybody: it is read without an act.
    ///
    /// # Errors
    /// [`Refusal::LinkUnknown`] if the hold has run out, was given up or confirmed, or never was.
    pub async fn show_hold(&self, id: HoldId) -> Outcome<HeldTime, Refusal> {
        let row = hold::Entity::find_by_id(id.uuid())
            .one(self.trust.reads())
            .await?
            .filter(|row| row.expires_at > self.trust.clock().now().micros())
            .ok_or(Stop::Refused(Refusal::LinkUnknown))?;
        Ok(HeldTime {
            hold: Hold {
                hold: id,
                expires_at: Moment::from_micros(row.expires_at),
            },
            service: ServiceId::from_uuid(row.service),
            practitioner: PractitionerId::from_uuid(row.practitioner),
            branch: BranchId::from_uuid(row.branch),
            start: row.starts,
            end: row.ends,
        })
    }

    /// Holds the time for as long again, counted from now, but not past three times that from its beginning: who types
    /// for half an hour has left.
    ///
    /// # Errors
    /// [`Refusal::LinkUnknown`] if the hold has run out or never was.
    pub async fn extend_hold(&self, id: HoldId, once: Option<Once>) -> Outcome<Hold, Refusal> {
        let minutes = self.settings.hold_minutes;
        self.trust
            .act("booking.extend_hold", Scope::visitor(), move |act| {
                let once = once.clone();
                Box::pin(async move { extend_in(act, id, minutes, once.as_ref()).await })
            })
            .await
    }

    /// Gives a held time up. A hold that is gone already is no error.
    ///
    /// # Errors
    /// The database's.
    pub async fn release_hold(&self, id: HoldId) -> Outcome<(), Refusal> {
        self.trust
            .act("booking.release_hold", Scope::visitor(), move |act| {
                Box::pin(async move {
                    if give_up(act, id).await? {
                        act.record(Kind::HoldReleased, json!({ "hold": told(id) }))?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// Frees a held time; whether there was one.
async fn give_up(act: &Act, id: HoldId) -> Result<bool, Fault> {
    let row = hold::Entity::find_by_id(id.uuid()).one(act.db()).await?;
    if row.is_none() {
        return Ok(false);
    }
    claim::free(act, id.uuid()).await?;
    hold::Entity::delete_by_id(id.uuid()).exec(act.db()).await?;
    Ok(true)
}

/// A hold as the journal names it: whoever has the whole id may confirm the time.
fn told(id: HoldId) -> String {
    id.to_string().chars().take(8).collect()
}

async fn extend_in(
    act: &mut Act,
    id: HoldId,
    minutes: u16,
    once: Option<&Once>,
) -> Outcome<Hold, Refusal> {
    if let Some(extended) = refusal::answered(act, once).await? {
        return Ok(extended);
    }
    let row = live(act, id)
        .await?
        .ok_or(Stop::Refused(Refusal::LinkUnknown))?;
    let longest = Moment::from_micros(row.created_at).plus_minutes(i64::from(minutes) * LONGEST);
    let expires_at = act.now().plus_minutes(minutes.into()).min(longest);
    claim::extend(act, id.uuid(), expires_at).await?;
    hold::Entity::update(hold::ActiveModel {
        id: Set(id.uuid()),
        expires_at: Set(expires_at.micros()),
        ..Default::default()
    })
    .exec(act.db())
    .await?;
    let hold = Hold {
        hold: id,
        expires_at,
    };
    act.answer(once, None, &hold).await?;
    act.record(
        Kind::SlotHeld,
        json!({ "hold": told(id), "extended": true }),
    )?;
    Ok(hold)
}

/// The hold, if it has not run out.
pub(super) async fn live(act: &Act, id: HoldId) -> Result<Option<hold::Model>, Fault> {
    let row = hold::Entity::find_by_id(id.uuid()).one(act.db()).await?;
    Ok(row.filter(|row| row.expires_at > act.now().micros()))
}

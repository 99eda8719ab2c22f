//! Calendars of practitioners for their own programs: a secret link each, without a name and without a service.
//!
//! *Invariant*: of a link a keyed hash is kept. A practitioner has one link that works; making another revokes it. What a
//! calendar tells is when its practitioner is taken: a visit, a break, or otherwise. A link that is wrong, revoked or of
//! somebody who left looks like none.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use kernel::{Fault, Moment, Outcome, Personal, PractitionerId, Scope, StaffId, Stop, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use trust::Act;
use trust::access::Action;
use trust::journal::Kind;
use trust::staff::AccessRefusal;
use uuid::Uuid;

use super::Booking;
use super::desk::BlockKind;
use super::show::Status;
use super::table::{appointment, block, practitioner_calendar};

/// Days back that a calendar shows.
const BACK: i64 = 7;
/// Days ahead.
const AHEAD: i64 = 60;
const DAY: i64 = 1440;

/// What somebody is taken by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Taken {
    /// A visit.
    Visit,
    /// A rest.
    Break,
    /// Anything else.
    Otherwise,
}

/// A stretch of a practitioner's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Random, and of no use anywhere else.
    pub id: Uuid,
    /// From when, minutes since 1970 UTC.
    pub start: i64,
    /// Until when.
    pub end: i64,
    /// By what.
    pub by: Taken,
    /// When it was changed last.
    pub changed: Moment,
    /// How often it was changed (RFC 5545 §3.8.7.4).
    pub revision: i32,
}

/// A link as the desk lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CalendarLink {
    /// When it was made.
    pub made_at: Moment,
    /// The last day on which it was read, by the clinic's clock.
    pub read_on: Option<jiff::civil::Date>,
}

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarRefusal {
    /// The role does not allow it, or the session is over.
    Access(AccessRefusal),
    /// There is no such practitioner, or they are not one's own to share.
    Unknown,
}

impl From<AccessRefusal> for CalendarRefusal {
    fn from(refusal: AccessRefusal) -> Self {
        Self::Access(refusal)
    }
}

impl Booking {
    /// The links that work, by practitioner: of everybody for who keeps accounts, one's own else.
    ///
    /// # Errors
    /// [`CalendarRefusal`].
    pub async fn calendar_links(
        &self,
        scope: Scope,
        action: Action,
    ) -> Outcome<BTreeMap<PractitionerId, CalendarLink>, CalendarRefusal> {
        self.trust
            .act("calendar.links", scope, move |act| {
                Box::pin(async move {
                    let whose = whose(act, action).await?;
                    let rows = practitioner_calendar::Entity::find()
                        .filter(practitioner_calendar::Column::RevokedAt.is_null())
                        .all(act.db())
                        .await?;
                    let links = rows.into_iter().map(|row| {
                        let link = CalendarLink {
                            made_at: Moment::from_micros(row.made_at),
                            read_on: row.read_on.and_then(|day| day.parse().ok()),
                        };
                        (PractitionerId::from_uuid(row.practitioner), link)
                    });
                    Ok(links
                        .filter(|(id, _)| whose.is_none_or(|own| own == *id))
                        .collect())
                })
            })
            .await
    }

    /// Makes a link; an earlier one works no more. Gives its secret, which is told once.
    ///
    /// # Errors
    /// [`CalendarRefusal`].
    pub async fn make_calendar(
        &self,
        scope: Scope,
        action: Action,
        practitioner: PractitionerId,
    ) -> Outcome<Personal<String>, CalendarRefusal> {
        self.timetable.fresh().await?;
        let known = self.drawn_has(practitioner);
        self.trust
            .act("calendar.make", scope, move |act| {
                Box::pin(async move {
                    let own = reached(act, action, practitioner, known).await?;
                    let employee = act.allowed(action).await.map_err(said)?;
                    revoke(act, practitioner).await?;
                    let link = act.new_link();
                    let row = practitioner_calendar::Model {
                        id: entropy::random_id(),
                        practitioner: practitioner.uuid(),
                        link_hash: link.hash.clone(),
                        staff: own.then(|| employee.staff.uuid()),
                        made_by: employee.staff.uuid(),
                        made_at: act.now().micros(),
                        revoked_at: None,
                        read_on: None,
                        act: act.id().uuid(),
                    };
                    let insert = practitioner_calendar::ActiveModel::from(row.clone()).reset_all();
                    act.db().insert(vec![insert]).await?;
                    act.record(
                        Kind::CalendarMade,
                        json!({ "calendar": row.id, "practitioner": row.practitioner }),
                    )?;
                    Ok(link.secret)
                })
            })
            .await
    }

    /// Revokes a practitioner's link. Where there is none nothing is done.
    ///
    /// # Errors
    /// [`CalendarRefusal`].
    pub async fn revoke_calendar(
        &self,
        scope: Scope,
        action: Action,
        practitioner: PractitionerId,
    ) -> Outcome<(), CalendarRefusal> {
        self.trust
            .act("calendar.revoke", scope, move |act| {
                Box::pin(async move {
                    reached(act, action, practitioner, true).await?;
                    if let Some(id) = revoke(act, practitioner).await? {
                        act.record(
                            Kind::CalendarRevoked,
                            json!({ "calendar": id, "practitioner": practitioner }),
                        )?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// What a link's practitioner is taken by, from a week ago to two months ahead. That it was read stands in the journal
    /// once a day. Nothing for a link that is wrong, revoked, or of somebody who left.
    ///
    /// # Errors
    /// The database's.
    pub async fn calendar(&self, secret: &str) -> Result<Option<Vec<Entry>>, Fault> {
        let Some(hash) = self.trust.link_hash(secret) else {
            return Ok(None);
        };
        self.timetable.fresh().await?;
        let row = practitioner_calendar::Entity::find()
            .filter(practitioner_calendar::Column::LinkHash.eq(hash))
            .filter(practitioner_calendar::Column::RevokedAt.is_null())
            .one(self.trust.reads())
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let practitioner = PractitionerId::from_uuid(row.practitioner);
        if !self.drawn_has(practitioner) || !self.still_theirs(row.staff, practitioner).await? {
            return Ok(None);
        }
        let today = self.clinic_day();
        if row.read_on.as_deref() != Some(&today) {
            self.note_reading(row.id, today).await?;
        }
        self.entries(practitioner).await.map(Some)
    }

    async fn entries(&self, practitioner: PractitionerId) -> Result<Vec<Entry>, Fault> {
        let now = self.trust.clock().now().minutes();
        let (from, until) = (now - BACK * DAY, now + AHEAD * DAY);
        let db = self.trust.reads();
        let visits: Vec<(Uuid, i64, i64, i64, Option<i64>, i32)> = appointment::Entity::find()
            .select_only()
            .columns([
                appointment::Column::Id,
                appointment::Column::Starts,
                appointment::Column::Ends,
                appointment::Column::CreatedAt,
                appointment::Column::ChangedAt,
                appointment::Column::Revision,
            ])
            .filter(appointment::Column::Practitioner.eq(practitioner.uuid()))
            .filter(appointment::Column::Starts.gte(from))
            .filter(appointment::Column::Starts.lt(until))
            .filter(
                appointment::Column::Status
                    .is_not_in([Status::Cancelled.code(), Status::NoShow.code()]),
            )
            .order_by_asc(appointment::Column::Starts)
            .into_tuple()
            .all(db)
            .await?;
        let visits = visits
            .into_iter()
            .map(|(id, start, end, made, changed, revision)| Entry {
                id,
                start,
                end,
                by: Taken::Visit,
                changed: Moment::from_micros(changed.unwrap_or(made)),
                revision,
            });
        let blocks = block::Entity::find()
            .filter(block::Column::Resource.eq(practitioner.uuid()))
            .filter(block::Column::Starts.gte(from - DAY))
            .filter(block::Column::Starts.lt(until))
            .filter(block::Column::Ends.gt(from))
            .order_by_asc(block::Column::Starts)
            .all(db)
            .await?;
        let blocks = blocks.into_iter().map(|row| Entry {
            id: row.id,
            start: row.starts,
            end: row.ends,
            by: match row.kind == BlockKind::Break.code() {
                true => Taken::Break,
                false => Taken::Otherwise,
            },
            changed: Moment::from_micros(row.made_at),
            revision: 0,
        });
        let mut entries: Vec<Entry> = visits.chain(blocks).collect();
        entries.sort_by_key(|entry| (entry.start, entry.id));
        Ok(entries)
    }

    fn drawn_has(&self, practitioner: PractitionerId) -> bool {
        let picture = self.timetable.picture();
        picture.catalogue.practitioner(practitioner).is_some()
    }

    /// Whether the account whose own link it is has not ended, and is this practitioner's still: another role's holder has
    /// no schedule of their own.
    async fn still_theirs(
        &self,
        staff: Option<Uuid>,
        practitioner: PractitionerId,
    ) -> Result<bool, Fault> {
        let Some(staff) = staff.map(StaffId::from_uuid) else {
            return Ok(true);
        };
        let accounts = self.trust.accounts().await?;
        let own = accounts.into_iter().find(|account| account.id == staff);
        Ok(own.is_some_and(|account| {
            account.dismissed_at.is_none() && account.reach.practitioner == Some(Some(practitioner))
        }))
    }

    /// The day it is at the clinic, by its first branch's clock.
    fn clinic_day(&self) -> String {
        let picture = self.timetable.picture();
        let zone = picture
            .catalogue
            .branches
            .first()
            .map(|branch| branch.zone.clone());
        let now = self.trust.clock().now().timestamp();
        now.to_zoned(zone.unwrap_or(TimeZone::UTC))
            .date()
            .to_string()
    }

    async fn note_reading(&self, id: Uuid, today: String) -> Result<(), Fault> {
        let noted: Outcome<(), ()> = self
            .trust
            .act("calendar.read", Scope::visitor(), move |act| {
                let today = today.clone();
                Box::pin(async move {
                    let row = practitioner_calendar::Entity::find_by_id(id)
                        .one(act.db())
                        .await?;
                    // Two programs that come at once are told of once.
                    let Some(row) = row.filter(|row| row.read_on.as_ref() != Some(&today)) else {
                        return Ok(());
                    };
                    practitioner_calendar::Entity::update(practitioner_calendar::ActiveModel {
                        id: Set(id),
                        read_on: Set(Some(today)),
                        ..Default::default()
                    })
                    .exec(act.db())
                    .await?;
                    act.record(
                        Kind::CalendarRead,
                        json!({ "calendar": id, "practitioner": row.practitioner }),
                    )?;
                    Ok(())
                })
            })
            .await;
        match noted {
            Ok(()) | Err(Stop::Refused(())) => Ok(()),
            Err(Stop::Fault(fault)) => Err(fault),
        }
    }
}

/// Whose links may be seen: nothing where all of them may.
async fn whose(act: &Act, action: Action) -> Outcome<Option<PractitionerId>, CalendarRefusal> {
    let employee = act.allowed(action).await.map_err(said)?;
    match (action, employee.reach.practitioner) {
        (Action::ManageStaff, _) => Ok(None),
        (_, Some(Some(own))) => Ok(Some(own)),
        _ => Err(Stop::Refused(CalendarRefusal::Unknown)),
    }
}

/// Whether the practitioner's link may be made; gives whether it is the employee's own.
async fn reached(
    act: &Act,
    action: Action,
    practitioner: PractitionerId,
    known: bool,
) -> Outcome<bool, CalendarRefusal> {
    let whose = whose(act, action).await?;
    if !known || whose.is_some_and(|own| own != practitioner) {
        return Err(Stop::Refused(CalendarRefusal::Unknown));
    }
    Ok(whose.is_some())
}

/// Revokes the link that works; gives its id.
async fn revoke(act: &Act, practitioner: PractitionerId) -> Result<Option<Uuid>, Fault> {
    let row = practitioner_calendar::Entity::find()
        .filter(practitioner_calendar::Column::Practitioner.eq(practitioner.uuid()))
        .filter(practitioner_calendar::Column::RevokedAt.is_null())
        .one(act.db())
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    practitioner_calendar::Entity::update(practitioner_calendar::ActiveModel {
        id: Set(row.id),
        revoked_at: Set(Some(act.now().micros())),
        ..Default::default()
    })
    .exec(act.db())
    .await?;
    Ok(Some(row.id))
}

fn said(stop: Stop<AccessRefusal>) -> Stop<CalendarRefusal> {
    stop.map_refusal(CalendarRefusal::from)
}

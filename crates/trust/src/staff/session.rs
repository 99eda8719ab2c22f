//! Sessions: rows that every act looks at. A browser holds the secret of one; a session of a colleague who signed in at the
//! same browser waits there, locked, until its owner shows a factor again.

use std::collections::BTreeMap;

use kernel::{Actor, DeviceId, Fault, Moment, Outcome, Personal, SessionId, StaffId, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::employee::Employee;
use super::table::device;
use crate::Trust;
use crate::access::Action;
use crate::access::Role;
use crate::access::table::{session, staff};
use crate::act::Act;
use crate::journal::core::entry::Entry;
use crate::journal::core::json::Value;
use crate::journal::{self, Kind};
use crate::staff::AccessRefusal;
use crate::vault::NewLink;

/// Seconds after which a use of a session is written down again.
const SEEN_EVERY: i64 = 60;
/// Days after which a browser that nobody signed in at is forgotten.
const DEVICE_DAYS: i64 = 90;

/// How long sessions last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// Minutes without a request after which a session is locked.
    pub idle_minutes: i64,
    /// Minutes after which a session ends whatever happens: a shift.
    pub shift_minutes: i64,
}

/// What a browser's secret stands for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Session {
    /// Nothing: signed out, run out, never there.
    None,
    /// An employee who has to show a factor again: nobody was there for a while, or a colleague took the place.
    Locked(Employee),
    /// An employee at work.
    Live(Employee),
}

/// A session just begun or resumed: its secrets go to the browser, their hashes stand in the rows.
pub struct Signed {
    /// Who.
    pub staff: StaffId,
    /// In which session.
    pub session: SessionId,
    /// The session's secret.
    pub link: Personal<String>,
    /// The browser's own secret, where it had none.
    pub device: Option<Personal<String>>,
}

/// A colleague whose session waits at a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtDevice {
    /// Who.
    pub staff: StaffId,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// When they signed in.
    pub since: Moment,
}

/// A session as its owner sees it in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSession {
    /// Its id.
    pub id: SessionId,
    /// When it began.
    pub since: Moment,
    /// When it was used last.
    pub seen: Moment,
    /// When it ends.
    pub until: Moment,
    /// Whether it waits for a factor.
    pub locked: bool,
    /// The browser.
    pub device: Option<DeviceId>,
}

/// The browser in which a session begins, and the secret by which it is known there.
pub(super) struct At {
    pub(super) device: Uuid,
    pub(super) link: NewLink,
}

impl Trust {
    /// What a browser's secret stands for. Reads rows without personal data of patients; no act.
    ///
    /// # Errors
    /// The database's.
    pub async fn session(&self, link: &str, limits: SessionLimits) -> Result<Session, Fault> {
        let (session, unseen_for) = self.session_row(link, limits).await?;
        if let Session::Live(employee) = &session
            && unseen_for >= SEEN_EVERY * 1_000_000
        {
            self.see_session(employee.session.uuid(), self.0.clock.now())
                .await?;
        }
        Ok(session)
    }

    /// The same for what a page asks by itself, without anybody at it: it keeps no session alive.
    ///
    /// # Errors
    /// The database's.
    pub async fn session_unseen(
        &self,
        link: &str,
        limits: SessionLimits,
    ) -> Result<Session, Fault> {
        Ok(self.session_row(link, limits).await?.0)
    }

    /// The session, and for how many microseconds nobody was seen in it.
    async fn session_row(
        &self,
        link: &str,
        limits: SessionLimits,
    ) -> Result<(Session, i64), Fault> {
        let none = Ok((Session::None, 0));
        let Some(hash) = self.link_hash(link) else {
            return none;
        };
        let row = session::Entity::find()
            .filter(session::Column::LinkHash.eq(hash))
            .one(self.reads())
            .await?;
        let now = self.0.clock.now();
        let Some(row) = row.filter(|row| row.ended_at.is_none() && row.expires_at > now.micros())
        else {
            return none;
        };
        let account = staff::Entity::find_by_id(row.staff)
            .one(self.reads())
            .await?
            .filter(|account| account.dismissed_at.is_none());
        let Some(account) = account else {
            return none;
        };
        let employee = Employee::of(account, row.id)?;
        let idle = row.seen_at <= now.plus_minutes(-limits.idle_minutes).micros();
        if idle || row.locked_at.is_some() {
            return Ok((Session::Locked(employee), 0));
        }
        Ok((Session::Live(employee), now.micros() - row.seen_at))
    }

    async fn see_session(&self, id: Uuid, now: Moment) -> Result<(), Fault> {
        self.upkeep("staff.see_session", move |db| {
            Box::pin(async move {
                session::Entity::update_many()
                    .col_expr(session::Column::SeenAt, Expr::value(now.micros()))
                    .filter(session::Column::Id.eq(id))
                    .filter(session::Column::SeenAt.lt(now.micros()))
                    .exec(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Locks a session: its owner shows a factor before they go on.
    ///
    /// # Errors
    /// The database's.
    pub async fn lock_session(&self, id: SessionId) -> Result<(), Fault> {
        let now = self.0.clock.now().micros();
        self.upkeep("staff.lock_session", move |db| {
            Box::pin(async move {
                session::Entity::update_many()
                    .col_expr(session::Column::LockedAt, Expr::value(Some(now)))
                    .filter(session::Column::Id.eq(id.uuid()))
                    .filter(session::Column::LockedAt.is_null())
                    .exec(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// The browser that has this secret.
    pub(super) async fn device(&self, link: Option<&str>) -> Result<Option<Uuid>, Fault> {
        let Some(hash) = link.and_then(|link| self.link_hash(link)) else {
            return Ok(None);
        };
        let row = device::Entity::find()
            .filter(device::Column::LinkHash.eq(hash))
            .one(self.reads())
            .await?;
        Ok(row.map(|row| row.id))
    }

    /// Colleagues whose sessions wait at the browser that has this secret, by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn at_device(&self, link: &str) -> Result<Vec<AtDevice>, Fault> {
        let Some(device) = self.device(Some(link)).await? else {
            return Ok(Vec::new());
        };
        let now = self.0.clock.now().micros();
        let rows = session::Entity::find()
            .filter(session::Column::Device.eq(device))
            .filter(session::Column::EndedAt.is_null())
            .filter(session::Column::ExpiresAt.gt(now))
            .order_by_asc(session::Column::CreatedAt)
            .all(self.reads())
            .await?;
        let since: BTreeMap<Uuid, i64> =
            rows.iter().map(|row| (row.staff, row.created_at)).collect();
        let accounts = staff::Entity::find()
            .filter(staff::Column::Id.is_in(since.keys().copied()))
            .filter(staff::Column::DismissedAt.is_null())
            .order_by_asc(staff::Column::Name)
            .all(self.reads())
            .await?;
        Ok(accounts
            .into_iter()
            .filter_map(|account| {
                Some(AtDevice {
                    staff: StaffId::from_uuid(account.id),
                    role: Role::parse(&account.role)?,
                    since: Moment::from_micros(*since.get(&account.id)?),
                    name: account.name,
                })
            })
            .collect())
    }

    /// The living sessions of an employee, the latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn sessions_of(&self, staff: StaffId) -> Result<Vec<OwnSession>, Fault> {
        let now = self.0.clock.now().micros();
        let rows = session::Entity::find()
            .filter(session::Column::Staff.eq(staff.uuid()))
            .filter(session::Column::EndedAt.is_null())
            .filter(session::Column::ExpiresAt.gt(now))
            .order_by_desc(session::Column::CreatedAt)
            .all(self.reads())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| OwnSession {
                id: SessionId::from_uuid(row.id),
                since: Moment::from_micros(row.created_at),
                seen: Moment::from_micros(row.seen_at.max(row.created_at)),
                until: Moment::from_micros(row.expires_at),
                locked: row.locked_at.is_some(),
                device: row.device.map(DeviceId::from_uuid),
            })
            .collect())
    }

    /// Forgets sessions that ran out long ago, but for each employee's last: it says when they were seen. What was done in
    /// them stays in the journal.
    async fn forget_sessions(&self) -> Result<(), Fault> {
        let before = self
            .0
            .clock
            .now()
            .plus_minutes(-DEVICE_DAYS * 24 * 60)
            .micros();
        self.upkeep("staff.forget_sessions", move |db| {
            Box::pin(async move {
                let later = Expr::cust(
                    "EXISTS (SELECT 1 FROM session later WHERE later.staff = session.staff \
                     AND later.created_at > session.created_at)",
                );
                session::Entity::delete_many()
                    .filter(session::Column::ExpiresAt.lt(before))
                    .filter(later)
                    .exec(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Forgets browsers at which nobody signed in for long, and failures of the day before.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget_devices(&self) -> Result<(), Fault> {
        self.forget_failures().await?;
        self.forget_ceremonies().await?;
        self.forget_sessions().await?;
        let before = self
            .0
            .clock
            .now()
            .plus_minutes(-DEVICE_DAYS * 24 * 60)
            .micros();
        self.upkeep("staff.forget_devices", move |db| {
            Box::pin(async move {
                device::Entity::delete_many()
                    .filter(device::Column::SeenAt.lt(before))
                    .exec(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}

impl Act {
    /// Begins a session of a member of staff who has proved who they are, in no browser.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin_session(
        &mut self,
        staff: StaffId,
        minutes: i64,
    ) -> Result<SessionId, Fault> {
        self.begin_session_at(staff, minutes, None, "console").await
    }

    /// Begins a session; `by` names the factors shown.
    pub(super) async fn begin_session_at(
        &mut self,
        staff: StaffId,
        minutes: i64,
        at: Option<&At>,
        by: &str,
    ) -> Result<SessionId, Fault> {
        let id = SessionId::from_uuid(entropy::random_id());
        let row = session::ActiveModel {
            id: Set(id.uuid()),
            staff: Set(staff.uuid()),
            created_at: Set(self.now().micros()),
            expires_at: Set(self.now().plus_minutes(minutes).micros()),
            ended_at: Set(None),
            device: Set(at.map(|at| at.device)),
            link_hash: Set(at.map(|at| at.link.hash.clone())),
            seen_at: Set(self.now().micros()),
            locked_at: Set(None),
        };
        self.db().insert(vec![row]).await?;
        self.record(
            Kind::SessionBegan,
            json!({ "staff": staff, "session": id, "minutes": minutes, "by": by }),
        )?;
        Ok(id)
    }

    /// Ends sessions of the employee who acts: one of them, all, or all but their own. Gives how many ended.
    ///
    /// # Errors
    /// [`AccessRefusal`].
    pub async fn end_own_sessions(&mut self, which: Which) -> Outcome<usize, AccessRefusal> {
        let employee = self.allowed(Action::OwnAccount).await?;
        let ended = self
            .end_sessions(employee.staff, |id| match which {
                Which::One(one) => id == one,
                Which::All => true,
                Which::Others => id != employee.session,
            })
            .await?;
        if ended > 0 {
            self.record(
                Kind::SessionEnded,
                json!({ "staff": employee.staff, "ended": ended }),
            )?;
        }
        Ok(ended)
    }

    /// Ends the sessions of an employee that are meant.
    pub(super) async fn end_sessions(
        &mut self,
        staff: StaffId,
        meant: impl Fn(SessionId) -> bool,
    ) -> Result<usize, Fault> {
        let rows = session::Entity::find()
            .filter(session::Column::Staff.eq(staff.uuid()))
            .filter(session::Column::EndedAt.is_null())
            .all(self.db())
            .await?;
        let ids: Vec<Uuid> = rows
            .iter()
            .map(|row| row.id)
            .filter(|id| meant(SessionId::from_uuid(*id)))
            .collect();
        if ids.is_empty() {
            return Ok(0);
        }
        session::Entity::update_many()
            .col_expr(
                session::Column::EndedAt,
                Expr::value(Some(self.now().micros())),
            )
            .col_expr(
                session::Column::LinkHash,
                Expr::value(Option::<Vec<u8>>::None),
            )
            .filter(session::Column::Id.is_in(ids.iter().copied()))
            .exec(self.db())
            .await?;
        Ok(ids.len())
    }
}

/// Which of one's own sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(SessionId),
    /// Every one.
    All,
    /// Every one but that in which it is asked.
    Others,
}

impl Trust {
    /// Signs the employee who acts out of the sessions that are meant.
    ///
    /// # Errors
    /// [`AccessRefusal`].
    pub async fn sign_out(
        &self,
        employee: &Employee,
        which: Which,
    ) -> Outcome<usize, AccessRefusal> {
        self.act("staff.sign_out", employee.about_themselves(), move |act| {
            Box::pin(async move { act.end_own_sessions(which).await })
        })
        .await
    }
}

impl Employee {
    /// The scope of what an employee does with their own account.
    #[must_use]
    pub const fn about_themselves(&self) -> kernel::Scope {
        kernel::Scope {
            actor: Actor::Staff {
                staff: self.staff,
                session: self.session,
            },
            purpose: kernel::Purpose::Safeguard,
            case: None,
        }
    }
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

//! Signing in: password and second factor in one step, once a shift; and by the second factor alone at the browser where a
//! session of the same employee waits.
//!
//! *Invariant*: an attempt is counted before it is looked at. What was wrong is told to nobody, nor by how long it took:
//! a login that does not exist is hashed against, too. A one-time code counts once.

use std::sync::Arc;

use kernel::{
    Actor, DeviceId, Fault, Moment, Outcome, PersonId, Personal, Purpose, Scope, SessionId,
    StaffId, Stop, entropy,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::account::login_of;
use super::factor::{FactorKind, RecoveryCodes, SecondFactor, verify_password};
use super::session::{At, SessionLimits, Signed};
use super::table::{device, factor_use, staff_factor};
use crate::Trust;
use crate::access::table::{session, staff};
use crate::act::Act;
use crate::journal::Kind;
use crate::vault::NewLink;

/// Who says they are who, and what they show for it.
pub struct Attempt {
    /// The login.
    pub login: String,
    /// The password.
    pub password: Personal<String>,
    /// The code that their device shows, or one of the recovery codes.
    pub code: Personal<String>,
    /// The browser's own secret, where it has one.
    pub device: Option<String>,
    /// How long the session will last.
    pub limits: SessionLimits,
}

/// Why nobody was let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInRefusal {
    /// Too many attempts: the way is closed until then.
    Closed(Moment),
    /// Login, password and code do not belong together.
    Wrong,
}

/// Whoever has not proved yet who they are: the house keeps itself safe.
pub(super) const AT_THE_DOOR: Scope = Scope {
    actor: Actor::Visitor,
    purpose: Purpose::Safeguard,
    case: None,
};

/// What is known of a login before anything was proved.
struct Claimed {
    staff: StaffId,
    person: PersonId,
    password: Uuid,
}

impl Trust {
    /// Signs somebody in.
    ///
    /// # Errors
    /// [`SignInRefusal`].
    pub async fn sign_in(&self, attempt: Attempt) -> Outcome<Signed, SignInRefusal> {
        let login = login_of(&attempt.login);
        let device = self.device(attempt.device.as_deref()).await?;
        let known = self.known_device(&login, device).await?;
        let key = self.failure_key(&login, known);
        if let Err(until) = self.attempt(&key).await? {
            return Err(Stop::Refused(SignInRefusal::Closed(until)));
        }
        let claimed = self.claimed(&login).await?;
        let hashed = self.hashed(claimed.as_ref()).await?;
        let right = verify_password(attempt.password, hashed).await?;
        let shared = Arc::new((claimed, attempt.code, entropy::random_id()));
        let minutes = attempt.limits.shift_minutes;
        let signed = self
            .act("staff.sign_in", AT_THE_DOOR, move |act| {
                let shared = Arc::clone(&shared);
                Box::pin(async move {
                    let (claimed, code, new_device) = shared.as_ref();
                    let wrong = || Stop::Refused(SignInRefusal::Wrong);
                    // Looked at in either case, so that a right password with a wrong code takes no longer than a wrong one.
                    let shown = act.show_factor(claimed.as_ref(), code).await?;
                    let (Some(of), Some(by), true) = (claimed, shown, right) else {
                        return Err(wrong());
                    };
                    act.let_in(of, by, device, *new_device, minutes).await
                })
            })
            .await?;
        self.succeeded(&key).await?;
        Ok(signed)
    }

    /// Lets a session that waits at a browser go on, once its owner has shown a second factor. Whoever was at work there
    /// before is locked.
    ///
    /// # Errors
    /// [`SignInRefusal`].
    pub async fn resume(
        &self,
        device_link: &str,
        staff: StaffId,
        code: Personal<String>,
    ) -> Outcome<Signed, SignInRefusal> {
        let Some(device) = self.device(Some(device_link)).await? else {
            return Err(Stop::Refused(SignInRefusal::Wrong));
        };
        let key = self.failure_key(&staff.to_string(), Some(device));
        if let Err(until) = self.attempt(&key).await? {
            return Err(Stop::Refused(SignInRefusal::Closed(until)));
        }
        let code = Arc::new(code);
        let signed = self
            .act("staff.resume", AT_THE_DOOR, move |act| {
                let code = Arc::clone(&code);
                Box::pin(async move { act.resume_in(device, staff, &code).await })
            })
            .await?;
        self.succeeded(&key).await?;
        Ok(signed)
    }

    /// The browser, if this login has signed in there before.
    async fn known_device(&self, login: &str, at: Option<Uuid>) -> Result<Option<Uuid>, Fault> {
        let Some(device) = at else { return Ok(None) };
        let account = staff::Entity::find()
            .filter(staff::Column::Login.eq(login))
            .one(self.reads())
            .await?;
        let Some(account) = account else {
            return Ok(None);
        };
        let session = session::Entity::find()
            .filter(session::Column::Staff.eq(account.id))
            .filter(session::Column::Device.eq(device))
            .one(self.reads())
            .await?;
        Ok(session.map(|_| device))
    }

    async fn claimed(&self, login: &str) -> Result<Option<Claimed>, Fault> {
        let account = staff::Entity::find()
            .filter(staff::Column::Login.eq(login))
            .one(self.reads())
            .await?
            .filter(|account| account.dismissed_at.is_none());
        let of = account
            .as_ref()
            .map_or_else(Uuid::nil, |account| account.id);
        let password = staff_factor::Entity::find()
            .filter(staff_factor::Column::Staff.eq(of))
            .filter(staff_factor::Column::Kind.eq(FactorKind::Password.code()))
            .filter(staff_factor::Column::RemovedAt.is_null())
            .one(self.reads())
            .await?;
        Ok(account.zip(password).and_then(|(account, password)| {
            Some(Claimed {
                staff: StaffId::from_uuid(account.id),
                person: PersonId::from_uuid(account.person?),
                password: password.id,
            })
        }))
    }

    /// The hash of the password; looked for in an act whether there is one or not.
    async fn hashed(&self, claimed: Option<&Claimed>) -> Result<Option<Personal<String>>, Fault> {
        let of = claimed.map(|claimed| (claimed.person, claimed.password));
        let found = self
            .act("staff.hashed", AT_THE_DOOR, move |act| {
                Box::pin(async move {
                    let Some((person, password)) = of else {
                        return Ok::<_, Stop<()>>(None);
                    };
                    Ok(act.secret(person, password).await?)
                })
            })
            .await;
        match found {
            Ok(found) => Ok(found),
            Err(Stop::Fault(fault)) => Err(fault),
            Err(Stop::Refused(())) => Ok(None),
        }
    }
}

impl Act {
    /// Which factor a code shows, if any: used up by that.
    async fn show_factor(
        &mut self,
        claimed: Option<&Claimed>,
        code: &Personal<String>,
    ) -> Result<Option<&'static str>, Fault> {
        match claimed {
            Some(claimed) => self.show_code(claimed.staff, claimed.person, code).await,
            None => Ok(None),
        }
    }

    async fn show_code(
        &mut self,
        staff: StaffId,
        person: PersonId,
        code: &Personal<String>,
    ) -> Result<Option<&'static str>, Fault> {
        let factors = staff_factor::Entity::find()
            .filter(staff_factor::Column::Staff.eq(staff.uuid()))
            .filter(staff_factor::Column::RemovedAt.is_null())
            .all(self.db())
            .await?;
        let of = |kind: FactorKind| factors.iter().find(|row| row.kind == kind.code());
        if let Some(totp) = of(FactorKind::Totp)
            && self.use_totp(person, totp.id, code.reveal()).await?
        {
            return Ok(Some("totp"));
        }
        if let Some(recovery) = of(FactorKind::Recovery)
            && self
                .use_recovery(person, recovery.id, code.reveal())
                .await?
        {
            return Ok(Some("recovery"));
        }
        Ok(None)
    }

    async fn use_totp(
        &mut self,
        person: PersonId,
        factor: Uuid,
        code: &str,
    ) -> Result<bool, Fault> {
        let Some(secret) = self.secret(person, factor).await? else {
            return Ok(false);
        };
        let second = SecondFactor::parse(secret.reveal(), "", "-");
        let Some(step) = second.and_then(|second| second.step(code, self.now())) else {
            return Ok(false);
        };
        let last = factor_use::Entity::find_by_id(factor)
            .one(self.db())
            .await?;
        if last.is_some_and(|last| last.step >= step) {
            return Ok(false);
        }
        let used = factor_use::ActiveModel {
            factor: Set(factor),
            used_at: Set(self.now().micros()),
            step: Set(step),
        };
        let again = OnConflict::column(factor_use::Column::Factor)
            .update_columns([factor_use::Column::UsedAt, factor_use::Column::Step])
            .to_owned();
        factor_use::Entity::insert(used)
            .on_conflict(again)
            .exec_without_returning(self.db())
            .await?;
        Ok(true)
    }

    async fn use_recovery(
        &mut self,
        person: PersonId,
        factor: Uuid,
        code: &str,
    ) -> Result<bool, Fault> {
        let Some(kept) = self.secret(person, factor).await? else {
            return Ok(false);
        };
        let Some(left) = RecoveryCodes::without(kept.reveal(), code) else {
            return Ok(false);
        };
        self.keep_secret(person, factor, &left).await?;
        Ok(true)
    }

    /// Begins the session of somebody who proved who they are; an older one of theirs at this browser ends, and whoever was
    /// at work there is locked.
    async fn let_in(
        &mut self,
        of: &Claimed,
        by: &str,
        at: Option<Uuid>,
        new_device: Uuid,
        minutes: i64,
    ) -> Outcome<Signed, SignInRefusal> {
        let still = staff::Entity::find_by_id(of.staff.uuid())
            .one(self.db())
            .await?
            .is_some_and(|row| row.dismissed_at.is_none());
        let factor = staff_factor::Entity::find_by_id(of.password)
            .one(self.db())
            .await?
            .is_some_and(|row| row.removed_at.is_none());
        if !still || !factor {
            return Err(Stop::Refused(SignInRefusal::Wrong));
        }
        let (device, device_secret) = self.device_for(at, new_device).await?;
        self.leave_device(device, of.staff).await?;
        let link = self.new_link();
        let secret = link.secret.clone();
        let at = At { device, link };
        let session = self
            .begin_session_at(of.staff, minutes, Some(&at), &format!("password {by}"))
            .await?;
        Ok(Signed {
            staff: of.staff,
            session,
            link: secret,
            device: device_secret,
        })
    }

    /// The browser's row; made where there is none.
    async fn device_for(
        &self,
        at: Option<Uuid>,
        new_device: Uuid,
    ) -> Result<(Uuid, Option<Personal<String>>), Fault> {
        let now = self.now().micros();
        if let Some(device) = at {
            device::Entity::update_many()
                .col_expr(device::Column::SeenAt, Expr::value(now))
                .filter(device::Column::Id.eq(device))
                .exec(self.db())
                .await?;
            return Ok((device, None));
        }
        let NewLink { secret, hash } = self.new_link();
        let row = device::Model {
            id: new_device,
            link_hash: hash,
            created_at: now,
            seen_at: now,
        };
        self.db()
            .insert(vec![device::ActiveModel::from(row).reset_all()])
            .await?;
        Ok((new_device, Some(secret)))
    }

    /// Sessions at a browser: the coming employee's own end, those of others are locked.
    async fn leave_device(&self, at: Uuid, coming: StaffId) -> Result<(), Fault> {
        let now = self.now().micros();
        let here = || {
            session::Entity::update_many()
                .filter(session::Column::Device.eq(at))
                .filter(session::Column::EndedAt.is_null())
        };
        here()
            .col_expr(session::Column::EndedAt, Expr::value(Some(now)))
            .col_expr(
                session::Column::LinkHash,
                Expr::value(Option::<Vec<u8>>::None),
            )
            .filter(session::Column::Staff.eq(coming.uuid()))
            .exec(self.db())
            .await?;
        self.lock_others(at, coming).await
    }

    async fn lock_others(&self, at: Uuid, coming: StaffId) -> Result<(), Fault> {
        session::Entity::update_many()
            .col_expr(
                session::Column::LockedAt,
                Expr::value(Some(self.now().micros())),
            )
            .filter(session::Column::Device.eq(at))
            .filter(session::Column::EndedAt.is_null())
            .filter(session::Column::LockedAt.is_null())
            .filter(session::Column::Staff.ne(coming.uuid()))
            .exec(self.db())
            .await?;
        Ok(())
    }

    async fn resume_in(
        &mut self,
        at: Uuid,
        staff: StaffId,
        code: &Personal<String>,
    ) -> Outcome<Signed, SignInRefusal> {
        let wrong = || Stop::Refused(SignInRefusal::Wrong);
        let row = session::Entity::find()
            .filter(session::Column::Device.eq(at))
            .filter(session::Column::Staff.eq(staff.uuid()))
            .filter(session::Column::EndedAt.is_null())
            .filter(session::Column::ExpiresAt.gt(self.now().micros()))
            .one(self.db())
            .await?
            .ok_or_else(wrong)?;
        let (_, person) = self
            .account(staff)
            .await
            .map_err(|stop| stop.map_refusal(|_| SignInRefusal::Wrong))?;
        let by = self
            .show_code(staff, person, code)
            .await?
            .ok_or_else(wrong)?;
        self.lock_others(at, staff).await?;
        // The old secret is worth nothing any more, wherever it may have got to.
        let link = self.new_link();
        session::Entity::update(session::ActiveModel {
            id: Set(row.id),
            link_hash: Set(Some(link.hash.clone())),
            seen_at: Set(self.now().micros()),
            locked_at: Set(None),
            ..Default::default()
        })
        .exec(self.db())
        .await?;
        let session = SessionId::from_uuid(row.id);
        self.record(
            Kind::SessionResumed,
            json!({ "staff": staff, "session": session, "device": DeviceId::from_uuid(at), "by": by }),
        )?;
        Ok(Signed {
            staff,
            session,
            link: link.secret,
            device: None,
        })
    }
}

//! Signing in: password and second factor in one step, once a shift.
//!
//! *Invariant*: an attempt is counted before it is looked at. What was wrong is told to nobody, nor by how long it took:
//! a login that does not exist is hashed against, too. A one-time code counts once.

use std::sync::Arc;

use kernel::{
    Actor, Fault, Moment, Outcome, PersonId, Personal, Purpose, Scope, StaffId, Stop, entropy,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::account::login_of;
use super::factor::{FactorKind, verify_password};
use super::proof::{Proved, Shown, Unproved};
use super::session::{At, SessionLimits, Signed};
use super::table::{device, staff_factor};
use crate::Trust;
use crate::access::table::{session, staff};
use crate::act::Act;
use crate::vault::NewLink;

/// Who says they are who, and what they show for it.
pub struct Attempt {
    /// The login.
    pub login: String,
    /// The password.
    pub password: Personal<String>,
    /// What they show beside it.
    pub shown: Shown,
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
        let proof = self.proof(attempt.shown).await?;
        let shared = Arc::new((claimed, proof, entropy::random_id()));
        let minutes = attempt.limits.shift_minutes;
        let signed = self
            .act("staff.sign_in", AT_THE_DOOR, move |act| {
                let shared = Arc::clone(&shared);
                Box::pin(async move {
                    let (claimed, proof, new_device) = shared.as_ref();
                    let wrong = || Stop::Refused(Unproved::Wrong);
                    let Some(of) = claimed else {
                        return Err(wrong());
                    };
                    // Looked at in either case, so that a right password with a wrong code takes no longer than a wrong one.
                    let by = match (act.prove(of.staff, of.person, proof).await?, right) {
                        (Proved::By(factor), true) => factor,
                        (Proved::Copied(factor), true) => {
                            return Err(Stop::Refused(Unproved::Copied(of.staff, factor)));
                        }
                        _ => return Err(wrong()),
                    };
                    act.let_in(of, by, device, *new_device, minutes).await
                })
            })
            .await;
        let signed = match signed {
            Ok(signed) => signed,
            Err(Stop::Fault(fault)) => return Err(fault.into()),
            Err(Stop::Refused(why)) => return Err(Stop::Refused(self.unproved(why).await?)),
        };
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
    /// Begins the session of somebody who proved who they are; an older one of theirs at this browser ends, and whoever was
    /// at work there is locked.
    async fn let_in(
        &mut self,
        of: &Claimed,
        by: &str,
        at: Option<Uuid>,
        new_device: Uuid,
        minutes: i64,
    ) -> Outcome<Signed, Unproved> {
        let still = staff::Entity::find_by_id(of.staff.uuid())
            .one(self.db())
            .await?
            .is_some_and(|row| row.dismissed_at.is_none());
        let factor = staff_factor::Entity::find_by_id(of.password)
            .one(self.db())
            .await?
            .is_some_and(|row| row.removed_at.is_none());
        if !still || !factor {
            return Err(Stop::Refused(Unproved::Wrong));
        }
        let by = format!("password {by}");
        Ok(self.seat(of.staff, &by, at, new_device, minutes).await?)
    }

    /// The same for whoever proved it otherwise: `by` names how.
    pub(super) async fn seat(
        &mut self,
        staff: StaffId,
        by: &str,
        at: Option<Uuid>,
        new_device: Uuid,
        minutes: i64,
    ) -> Result<Signed, Fault> {
        let (device, device_secret) = self.device_for(at, new_device).await?;
        self.leave_device(device, staff).await?;
        let link = self.new_link();
        let secret = link.secret.clone();
        let at = At { device, link };
        let session = self.begin_session_at(staff, minutes, Some(&at), by).await?;
        Ok(Signed {
            staff,
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
}

//! Links by which the people of a demonstration sign in: no password of theirs is known to anybody.
//!
//! *Invariant*: a link works once. Accounts with such a link are made with it, by whoever holds the machine: no account that
//! anybody works with ever gets one.

use std::sync::Arc;

use kernel::{Fault, Moment, Outcome, Personal, Scope, StaffId, Stop, entropy};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::account::{AccountRefusal, NewAccount};
use super::session::{SessionLimits, Signed};
use super::sign_in::{AT_THE_DOOR, SignInRefusal};
use super::table::sign_in_link;
use crate::Trust;
use crate::access::Role;
use crate::access::table::staff;
use crate::journal::Kind;

/// Days for which a link works.
const DAYS: i64 = 30;

/// Whom a link lets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetIn {
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
}

impl Trust {
    /// Makes the account of somebody who does not exist. Gives the secret of the one link by which they sign in.
    ///
    /// # Errors
    /// [`AccountRefusal`]; nothing was made then.
    pub async fn add_fictional_staff(
        &self,
        new: NewAccount,
    ) -> Outcome<Personal<String>, AccountRefusal> {
        let new = Arc::new(new);
        self.act("staff.add_fictional", Scope::console(), move |act| {
            let new = Arc::clone(&new);
            Box::pin(async move {
                let (id, _) = act.new_account(&new).await?;
                let link = act.new_link();
                let row = sign_in_link::Model {
                    link_hash: link.hash.clone(),
                    staff: id.uuid(),
                    expires_at: act.now().plus_minutes(DAYS * 24 * 60).micros(),
                    used_at: None,
                };
                act.db()
                    .insert(vec![sign_in_link::ActiveModel::from(row).reset_all()])
                    .await?;
                act.record(
                    Kind::StaffAdded,
                    json!({ "staff": id, "role": new.terms.role.code(), "by": "demonstration" }),
                )?;
                Ok(link.secret)
            })
        })
        .await
    }

    /// Whom a link lets in; nobody where it was used, has run out, or never was.
    ///
    /// # Errors
    /// The database's.
    pub async fn let_in_by(&self, link: &str) -> Result<Option<LetIn>, Fault> {
        let Some(hash) = self.link_hash(link) else {
            return Ok(None);
        };
        let row = sign_in_link::Entity::find_by_id(hash)
            .one(self.reads())
            .await?
            .filter(|row| is_open(row, self.0.clock.now()));
        let Some(row) = row else { return Ok(None) };
        let account = staff::Entity::find_by_id(row.staff)
            .one(self.reads())
            .await?
            .filter(|account| account.dismissed_at.is_none());
        Ok(account.and_then(|account| {
            Some(LetIn {
                role: Role::parse(&account.role)?,
                name: account.name,
            })
        }))
    }

    /// Signs in by such a link and uses it up. `device` is the browser's own secret, where it has one.
    ///
    /// # Errors
    /// [`SignInRefusal::Wrong`] for a link that lets nobody in.
    pub async fn sign_in_by_link(
        &self,
        link: &str,
        device: Option<&str>,
        limits: SessionLimits,
    ) -> Outcome<Signed, SignInRefusal> {
        let wrong = || Stop::Refused(SignInRefusal::Wrong);
        let hash = self.link_hash(link).ok_or_else(wrong)?;
        let device = self.device(device).await?;
        let shared = Arc::new((hash, entropy::random_id()));
        self.act("staff.sign_in_by_link", AT_THE_DOOR, move |act| {
            let shared = Arc::clone(&shared);
            Box::pin(async move {
                let (hash, new_device) = shared.as_ref();
                let row = sign_in_link::Entity::find_by_id(hash.clone())
                    .one(act.db())
                    .await?
                    .filter(|row| is_open(row, act.now()))
                    .ok_or_else(wrong)?;
                let id = StaffId::from_uuid(row.staff);
                act.account(id)
                    .await
                    .map_err(|stop| stop.map_refusal(|_| SignInRefusal::Wrong))?;
                sign_in_link::Entity::update_many()
                    .col_expr(
                        sign_in_link::Column::UsedAt,
                        Expr::value(Some(act.now().micros())),
                    )
                    .filter(sign_in_link::Column::LinkHash.eq(hash.clone()))
                    .exec(act.db())
                    .await?;
                let minutes = limits.shift_minutes;
                Ok(act.seat(id, "link", device, *new_device, minutes).await?)
            })
        })
        .await
    }
}

const fn is_open(row: &sign_in_link::Model, now: Moment) -> bool {
    row.used_at.is_none() && row.expires_at > now.micros()
}

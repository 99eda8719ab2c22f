//! Invitations: a link that works once, by which somebody sets what they sign in with. Also the way back for whoever lost it.

use kernel::{Fault, Moment, Outcome, PersonId, Personal, Scope, StaffId, Stop, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::account::{AccountRefusal, NewAccount};
use super::factor::{
    FactorKind, RecoveryCodes, SecondFactor, WeakPassword, check_password, hash_password,
};
use super::relying::RelyingParty;
use super::sign_in::AT_THE_DOOR;
use super::table::{factor_use, staff_invitation};
use crate::Trust;
use crate::access::Role;
use crate::access::table::staff;
use crate::act::Act;
use crate::journal::Kind;

/// Hours for which an invitation is open.
const HOURS: i64 = 72;

/// Whom an invitation is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// Whose account.
    pub staff: StaffId,
    /// How they will sign in.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// Until when the link works.
    pub until: Moment,
}

/// What somebody sets who followed an invitation.
pub struct Welcomed {
    /// The link's secret.
    pub link: String,
    /// The password they chose.
    pub password: Personal<String>,
    /// The secret that their device has taken over.
    pub second: SecondFactor,
    /// The code that it shows.
    pub code: String,
    /// Whether they accept the obligation of non-disclosure.
    pub obliged: bool,
    /// SHA-256 of the obligation's text as it was shown, in hexadecimal digits.
    pub obligation: String,
    /// A passkey beside it, where they made one.
    pub passkey: Option<WelcomedPasskey>,
}

/// A passkey that somebody made who followed an invitation.
pub struct WelcomedPasskey {
    /// The site.
    pub party: RelyingParty,
    /// The secret of the ceremony's cookie.
    pub ceremony: String,
    /// What the browser gave: JSON of a `PublicKeyCredential`.
    pub answer: Personal<String>,
    /// What it is called.
    pub title: String,
}

/// Why nothing was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationRefusal {
    /// The link was used, has run out, or never was.
    Unknown,
    /// The password will not do.
    Password(WeakPassword),
    /// The device shows another code.
    Code,
    /// The obligation was not accepted.
    NotObliged,
    /// The passkey's answer does not fit what the device was asked, came too late, or is somebody's already.
    Passkey,
}

impl From<AccountRefusal> for InvitationRefusal {
    fn from(_: AccountRefusal) -> Self {
        Self::Unknown
    }
}

impl Act {
    /// Invites the holder of an account to set what they sign in with; earlier invitations are void. Gives the link's secret.
    ///
    /// # Errors
    /// [`AccountRefusal`].
    pub async fn invite_staff(&mut self, id: StaffId) -> Outcome<Personal<String>, AccountRefusal> {
        let (_, person) = self.managed(id).await?;
        self.void_invitations(id, person).await?;
        let secret = self.invitation(id, person).await?;
        self.record(Kind::StaffInvited, json!({ "staff": id, "hours": HOURS }))?;
        Ok(secret)
    }

    /// Makes an account and invites its holder.
    ///
    /// # Errors
    /// [`AccountRefusal`].
    pub async fn add_and_invite(
        &mut self,
        new: &NewAccount,
    ) -> Outcome<(StaffId, Personal<String>), AccountRefusal> {
        let (id, person) = self.new_account(new).await?;
        let secret = self.invitation(id, person).await?;
        self.record(
            Kind::StaffAdded,
            json!({ "staff": id, "role": new.terms.role.code(), "invited_hours": HOURS }),
        )?;
        Ok((id, secret))
    }

    async fn invitation(
        &mut self,
        id: StaffId,
        person: PersonId,
    ) -> Result<Personal<String>, Fault> {
        let link = self.new_link();
        let row = staff_invitation::Model {
            id: entropy::random_id(),
            staff: id.uuid(),
            person: person.uuid(),
            link_hash: link.hash.clone(),
            made_at: self.now().micros(),
            expires_at: self.now().plus_minutes(HOURS * 60).micros(),
            used_at: None,
            act: self.id().uuid(),
        };
        let noted = json!({
            "staff": row.staff, "link_hash": link.digits(), "made_at": row.made_at, "expires_at": row.expires_at,
            "used_at": row.used_at,
        });
        let bound = ("staff_invitation", row.id);
        self.bind(person, "staff.invited", bound, noted).await?;
        self.db()
            .insert(vec![staff_invitation::ActiveModel::from(row).reset_all()])
            .await?;
        Ok(link.secret)
    }

    /// Sets password, second factor and recovery codes of an account, over whatever there was.
    async fn set_factors(
        &mut self,
        id: StaffId,
        person: PersonId,
        hashed: &Personal<String>,
        second: &SecondFactor,
        step: Option<i64>,
    ) -> Result<RecoveryCodes, Fault> {
        self.remove_factors(id, person, |_| true).await?;
        self.set_factor(id, person, FactorKind::Password, hashed.reveal())
            .await?;
        let secret = second.base32();
        let totp = self
            .set_factor(id, person, FactorKind::Totp, secret.reveal())
            .await?;
        let codes = RecoveryCodes::random();
        self.set_factor(id, person, FactorKind::Recovery, &codes.kept())
            .await?;
        if let Some(step) = step {
            let used = factor_use::ActiveModel {
                factor: Set(totp),
                used_at: Set(self.now().micros()),
                step: Set(step),
            };
            self.db().insert(vec![used]).await?;
        }
        Ok(codes)
    }
}

impl Trust {
    /// Whom an invitation is for. Looks at rows of staff alone.
    ///
    /// # Errors
    /// [`InvitationRefusal::Unknown`].
    pub async fn invited(&self, link: &str) -> Outcome<Invited, InvitationRefusal> {
        let unknown = || Stop::Refused(InvitationRefusal::Unknown);
        let hash = self.link_hash(link).ok_or_else(unknown)?;
        let row = staff_invitation::Entity::find()
            .filter(staff_invitation::Column::LinkHash.eq(hash))
            .one(self.reads())
            .await?
            .filter(|row| is_open(row, self.0.clock.now()))
            .ok_or_else(unknown)?;
        let account = staff::Entity::find_by_id(row.staff)
            .one(self.reads())
            .await?
            .filter(|account| account.dismissed_at.is_none())
            .ok_or_else(unknown)?;
        Ok(Invited {
            staff: StaffId::from_uuid(account.id),
            role: Role::parse(&account.role).ok_or_else(unknown)?,
            login: account.login,
            name: account.name,
            until: Moment::from_micros(row.expires_at),
        })
    }

    /// Sets what the holder of an invitation signs in with. The link is used up; sessions that were open end. Gives the
    /// recovery codes, shown once.
    ///
    /// # Errors
    /// [`InvitationRefusal`]; nothing was set then.
    pub async fn welcome(&self, set: Welcomed) -> Outcome<RecoveryCodes, InvitationRefusal> {
        let refused = |refusal| Err(Stop::Refused(refusal));
        let invited = self.invited(&set.link).await?;
        if let Err(weak) = check_password(&invited.login, set.password.reveal()) {
            return refused(InvitationRefusal::Password(weak));
        }
        let Some(step) = set.second.step(&set.code, self.0.clock.now()) else {
            return refused(InvitationRefusal::Code);
        };
        if !set.obliged {
            return refused(InvitationRefusal::NotObliged);
        }
        let mut made = None;
        if let Some(new) = &set.passkey {
            let shown = (new.ceremony.as_str(), &new.answer);
            let whose = (invited.staff, None);
            let Some(key) = self.made_passkey(&new.party, shown, whose).await? else {
                return refused(InvitationRefusal::Passkey);
            };
            made = Some((new.title.clone(), key));
        }
        let hash = self.link_hash(&set.link);
        let hashed = hash_password(set.password).await?;
        let shared = std::sync::Arc::new((hash, hashed, set.second, made, set.obligation));
        self.act("staff.welcome", AT_THE_DOOR, move |act| {
            let shared = std::sync::Arc::clone(&shared);
            Box::pin(async move {
                let (hash, hashed, second, made, obligation) = shared.as_ref();
                let unknown = || Stop::Refused(InvitationRefusal::Unknown);
                let row = staff_invitation::Entity::find()
                    .filter(staff_invitation::Column::LinkHash.eq(hash.clone()))
                    .one(act.db())
                    .await?
                    .filter(|row| is_open(row, act.now()))
                    .ok_or_else(unknown)?;
                let id = StaffId::from_uuid(row.staff);
                let (account, person) = act
                    .account(id)
                    .await
                    .map_err(|stop| stop.map_refusal(InvitationRefusal::from))?;
                act.void_invitations(id, person).await?;
                act.end_sessions(id, |_| true).await?;
                let codes = act
                    .set_factors(id, person, hashed, second, Some(step))
                    .await?;
                let mut set = vec!["password", "totp", "recovery"];
                if let Some((title, key)) = made {
                    if !act.keep_passkey(id, person, title, key).await? {
                        return Err(Stop::Refused(InvitationRefusal::Passkey));
                    }
                    set.push("passkey");
                }
                act.oblige(account.id, person, obligation).await?;
                act.record(
                    Kind::FactorsChanged,
                    json!({ "staff": id, "set": set, "by": "invitation", "obligation": obligation }),
                )?;
                Ok(codes)
            })
        })
        .await
    }

    /// Makes an account by a command in the machine's terminal, with a password given there. Gives the second factor, to be
    /// taken over by a device, and recovery codes; both are shown once.
    ///
    /// # Errors
    /// [`AccountRefusal`]; nothing was made then.
    pub async fn add_staff_with_password(
        &self,
        new: NewAccount,
        password: Personal<String>,
        clinic: &str,
    ) -> Outcome<(StaffId, SecondFactor, RecoveryCodes), AccountRefusal> {
        let login = super::account::login_of(&new.login);
        if let Err(weak) = check_password(&login, password.reveal()) {
            return Err(Stop::Refused(AccountRefusal::Password(weak)));
        }
        let second = SecondFactor::random(clinic, &login)?;
        let hashed = hash_password(password).await?;
        let shared = std::sync::Arc::new((new, hashed, second));
        self.act("staff.add", Scope::console(), move |act| {
            let shared = std::sync::Arc::clone(&shared);
            Box::pin(async move {
                let (new, hashed, second) = shared.as_ref();
                let (id, person) = act.new_account(new).await?;
                let codes = act.set_factors(id, person, hashed, second, None).await?;
                act.record(
                    Kind::StaffAdded,
                    json!({ "staff": id, "role": new.terms.role.code(), "set": ["password", "totp", "recovery"] }),
                )?;
                Ok((id, second.clone(), codes))
            })
        })
        .await
    }
}

fn is_open(row: &staff_invitation::Model, now: Moment) -> bool {
    row.used_at.is_none() && row.expires_at > now.micros()
}

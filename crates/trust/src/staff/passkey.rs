//! Passkeys of an employee: added in a session of theirs or by an invitation, listed, taken away.
//!
//! *Invariant*: a key belongs to one employee for ever; what is kept of it is sealed as every factor is. Whoever sits down at
//! somebody's open session cannot add a key of their own: the password is asked for again, and attempts are counted.

use std::sync::Arc;

use kernel::{
    Fault, Moment, Outcome, PersonId, Personal, SessionId, StaffId, Stop, has_hidden_characters,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;
use webauthn_rs::prelude::Passkey;

use super::ceremony::CeremonyKind;
use super::employee::{AccessRefusal, Employee};
use super::factor::{FactorKind, verify_password};
use super::invitation::Invited;
use super::relying::RelyingParty;
use super::table::{factor_use, staff_factor};
use crate::Trust;
use crate::access::Action;
use crate::act::Act;
use crate::journal::Kind;

/// Passkeys of one employee at most.
const MOST: usize = 10;
/// Characters of a key's name at most.
const TITLE: usize = 60;

/// A passkey to be added.
pub struct NewPasskey {
    /// The site.
    pub party: RelyingParty,
    /// The secret of the ceremony's cookie.
    pub ceremony: String,
    /// What the browser gave: JSON of a `PublicKeyCredential` (WebAuthn Level 3 §5.1.8).
    pub answer: Personal<String>,
    /// How its owner calls it.
    pub title: String,
    /// Their password.
    pub password: Personal<String>,
}

/// A passkey as its owner sees it in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPasskey {
    /// Its id.
    pub id: Uuid,
    /// How its owner calls it.
    pub title: String,
    /// When it was added.
    pub added: Moment,
    /// When it opened the door last.
    pub used: Option<Moment>,
}

/// Why no passkey was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyRefusal {
    /// Not signed in, or not theirs to do.
    Access(AccessRefusal),
    /// Too many attempts with another password: the way is closed until then.
    Closed(Moment),
    /// Another password.
    Password,
    /// The name is empty, too long, or has hidden signs.
    Title,
    /// The device's answer does not fit what it was asked, or came too late.
    Answer,
    /// This very key is somebody's already.
    Known,
    /// There are ten already.
    Many,
}

impl From<AccessRefusal> for PasskeyRefusal {
    fn from(refusal: AccessRefusal) -> Self {
        Self::Access(refusal)
    }
}

/// The name as it is kept.
fn title_of(text: &str) -> Option<String> {
    let title = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain =
        !title.is_empty() && title.chars().count() <= TITLE && !has_hidden_characters(&title);
    plain.then_some(title)
}

impl Trust {
    /// Begins to add a passkey in a session of its owner's. Gives what the browser is to be told and the secret of the
    /// ceremony's cookie.
    ///
    /// # Errors
    /// [`AccessRefusal`].
    pub async fn new_passkey(
        &self,
        party: &RelyingParty,
        employee: &Employee,
    ) -> Outcome<(serde_json::Value, Personal<String>), AccessRefusal> {
        let known = self
            .act("staff.passkeys", employee.about_themselves(), |act| {
                Box::pin(async move { act.own_passkeys().await })
            })
            .await?;
        let named = (employee.login.as_str(), employee.name.as_str());
        let (options, state) = party.new_key(employee.staff.uuid(), named, &known)?;
        let kind = CeremonyKind::New {
            staff: employee.staff,
            session: Some(employee.session),
        };
        Ok((options, self.begin_ceremony(kind, state).await?))
    }

    /// Begins to add a passkey for the holder of an invitation.
    ///
    /// # Errors
    /// The database's.
    pub async fn new_passkey_of_invited(
        &self,
        party: &RelyingParty,
        invited: &Invited,
    ) -> Result<(serde_json::Value, Personal<String>), Fault> {
        let named = (invited.login.as_str(), invited.name.as_str());
        let (options, state) = party.new_key(invited.staff.uuid(), named, &[])?;
        let kind = CeremonyKind::New {
            staff: invited.staff,
            session: None,
        };
        Ok((options, self.begin_ceremony(kind, state).await?))
    }

    /// The key that a browser made, if its ceremony is this employee's.
    pub(super) async fn made_passkey(
        &self,
        party: &RelyingParty,
        (ceremony, answer): (&str, &Personal<String>),
        (staff, session): (StaffId, Option<SessionId>),
    ) -> Result<Option<Passkey>, Fault> {
        let kind = CeremonyKind::New { staff, session };
        let state = self.take_ceremony(ceremony, kind).await?;
        Ok(state.and_then(|state| party.made(answer.reveal(), &state)))
    }

    /// Adds a passkey.
    ///
    /// # Errors
    /// [`PasskeyRefusal`]; nothing was added then. A wrong name or password leaves the answer as good as it was.
    pub async fn add_passkey(
        &self,
        employee: &Employee,
        new: NewPasskey,
    ) -> Outcome<(), PasskeyRefusal> {
        let refused = |refusal| Err(Stop::Refused(refusal));
        let Some(title) = title_of(&new.title) else {
            return refused(PasskeyRefusal::Title);
        };
        let key = self.failure_key("passkey.new", Some(employee.staff.uuid()));
        if let Err(until) = self.attempt(&key).await? {
            return refused(PasskeyRefusal::Closed(until));
        }
        let hashed = self
            .act("staff.own_hash", employee.about_themselves(), |act| {
                Box::pin(async move { act.own_hash().await })
            })
            .await
            .map_err(|stop| stop.map_refusal(PasskeyRefusal::from))?;
        if !verify_password(new.password, hashed).await? {
            return refused(PasskeyRefusal::Password);
        }
        self.succeeded(&key).await?;
        let whose = (employee.staff, Some(employee.session));
        let shown = (new.ceremony.as_str(), &new.answer);
        let Some(made) = self.made_passkey(&new.party, shown, whose).await? else {
            return refused(PasskeyRefusal::Answer);
        };
        let shared = Arc::new((title, made));
        self.act(
            "staff.add_passkey",
            employee.about_themselves(),
            move |act| {
                let shared = Arc::clone(&shared);
                Box::pin(async move {
                    let (title, made) = shared.as_ref();
                    let (staff, person) = act
                        .own()
                        .await
                        .map_err(|stop| stop.map_refusal(PasskeyRefusal::from))?;
                    if act.passkeys(staff).await?.len() >= MOST {
                        return Err(Stop::Refused(PasskeyRefusal::Many));
                    }
                    if !act.keep_passkey(staff, person, title, made).await? {
                        return Err(Stop::Refused(PasskeyRefusal::Known));
                    }
                    act.record(
                        Kind::FactorsChanged,
                        json!({ "staff": staff, "set": ["passkey"], "by": "own" }),
                    )?;
                    Ok(())
                })
            },
        )
        .await
    }

    /// Takes a passkey of the employee who acts away. One that is gone already stays gone.
    ///
    /// # Errors
    /// [`AccessRefusal`].
    pub async fn remove_passkey(
        &self,
        employee: &Employee,
        id: Uuid,
    ) -> Outcome<(), AccessRefusal> {
        self.act(
            "staff.remove_passkey",
            employee.about_themselves(),
            move |act| {
                Box::pin(async move {
                    let (staff, person) = act.own().await?;
                    let passkey = FactorKind::Passkey.code();
                    let removed = act
                        .remove_factors(staff, person, |row| row.kind == passkey && row.id == id)
                        .await?;
                    if removed > 0 {
                        act.record(
                            Kind::FactorsChanged,
                            json!({ "staff": staff, "removed": ["passkey"], "by": "own" }),
                        )?;
                    }
                    Ok(())
                })
            },
        )
        .await
    }

    /// An employee's passkeys, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn passkeys_of(&self, staff: StaffId) -> Result<Vec<OwnPasskey>, Fault> {
        let rows = staff_factor::Entity::find()
            .filter(staff_factor::Column::Staff.eq(staff.uuid()))
            .filter(staff_factor::Column::Kind.eq(FactorKind::Passkey.code()))
            .filter(staff_factor::Column::RemovedAt.is_null())
            .order_by_asc(staff_factor::Column::CreatedAt)
            .all(self.reads())
            .await?;
        let uses = factor_use::Entity::find()
            .filter(factor_use::Column::Factor.is_in(rows.iter().map(|row| row.id)))
            .all(self.reads())
            .await?;
        let used = |id| {
            let found = uses.iter().find(|one| one.factor == id);
            found.map(|one| Moment::from_micros(one.used_at))
        };
        Ok(rows
            .into_iter()
            .map(|row| OwnPasskey {
                used: used(row.id),
                id: row.id,
                title: row.title,
                added: Moment::from_micros(row.created_at),
            })
            .collect())
    }
}

impl Act {
    /// The employee who acts, with who they are in the vault.
    async fn own(&self) -> Outcome<(StaffId, PersonId), AccessRefusal> {
        let employee = self.allowed(Action::OwnAccount).await?;
        let person = employee
            .person
            .ok_or(Stop::Refused(AccessRefusal::NotAllowed))?;
        Ok((employee.staff, person))
    }

    async fn passkeys(&self, staff: StaffId) -> Result<Vec<staff_factor::Model>, Fault> {
        Ok(staff_factor::Entity::find()
            .filter(staff_factor::Column::Staff.eq(staff.uuid()))
            .filter(staff_factor::Column::Kind.eq(FactorKind::Passkey.code()))
            .filter(staff_factor::Column::RemovedAt.is_null())
            .all(self.db())
            .await?)
    }

    async fn own_passkeys(&mut self) -> Outcome<Vec<Passkey>, AccessRefusal> {
        let (staff, person) = self.own().await?;
        let mut keys = Vec::new();
        for row in self.passkeys(staff).await? {
            if let Some(kept) = self.secret(person, row.id).await? {
                keys.push(serde_json::from_str(kept.reveal()).map_err(Fault::from)?);
            }
        }
        Ok(keys)
    }

    /// The hash of the own password, for comparing.
    async fn own_hash(&mut self) -> Outcome<Option<Personal<String>>, AccessRefusal> {
        let (staff, person) = self.own().await?;
        let password = staff_factor::Entity::find()
            .filter(staff_factor::Column::Staff.eq(staff.uuid()))
            .filter(staff_factor::Column::Kind.eq(FactorKind::Password.code()))
            .filter(staff_factor::Column::RemovedAt.is_null())
            .one(self.db())
            .await?;
        match password {
            Some(password) => Ok(self.secret(person, password.id).await?),
            None => Ok(None),
        }
    }

    /// Keeps a passkey; not one that was anybody's before.
    pub(super) async fn keep_passkey(
        &mut self,
        staff: StaffId,
        person: PersonId,
        title: &str,
        key: &Passkey,
    ) -> Result<bool, Fault> {
        let hash = self.credential_hash(key.cred_id());
        let known = staff_factor::Entity::find()
            .filter(staff_factor::Column::CredentialHash.eq(hash.clone()))
            .one(self.db())
            .await?;
        if known.is_some() {
            return Ok(false);
        }
        let secret = serde_json::to_string(key)?;
        let kind = FactorKind::Passkey;
        self.new_factor(staff, person, kind, title, Some(hash), &secret)
            .await?;
        Ok(true)
    }

    /// By what a passkey is found.
    pub(super) fn credential_hash(&self, credential: &[u8]) -> Vec<u8> {
        let keyring = self.house().keyring();
        let hash = keyring.lookup_key().hash_request("passkey", "", credential);
        hash.as_bytes().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_key_is_a_short_plain_text() {
        assert_eq!(
            title_of("  Ключ  на связке ").as_deref(),
            Some("Ключ на связке")
        );
        for bad in ["", "  ", "a\u{202e}b", &"я".repeat(61)] {
            assert_eq!(title_of(bad), None, "{bad}");
        }
    }
}

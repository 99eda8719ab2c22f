//! What is shown at the door beside a password, or alone by whoever takes the place again: a code, or a passkey.
//!
//! *Invariant*: what is shown is used up by being right: a code counts once, a recovery code goes, a passkey's counter moves
//! on. A passkey that answers for another account is wrong, whatever it proves.

use kernel::{Fault, PersonId, Personal, Scope, StaffId};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::ceremony::CeremonyKind;
use super::factor::{FactorKind, RecoveryCodes, SecondFactor};
use super::relying::{Asserted, RelyingParty, Verified};
use super::sign_in::{AT_THE_DOOR, SignInRefusal};
use super::table::{factor_use, staff_factor};
use crate::Trust;
use crate::act::Act;
use crate::journal::Kind;

/// What somebody shows.
pub enum Shown {
    /// The code that their device shows, or one of the recovery codes.
    Code(Personal<String>),
    /// What their passkey answered.
    Passkey(Box<ShownPasskey>),
}

/// An answer of a passkey, as the browser gave it.
pub struct ShownPasskey {
    /// The site that asked.
    pub party: RelyingParty,
    /// The secret of the ceremony's cookie.
    pub ceremony: String,
    /// The answer: JSON of a `PublicKeyCredential` (WebAuthn Level 3 §5.1.8).
    pub answer: Personal<String>,
}

/// What is held against the employee's factors.
#[derive(Clone)]
pub(super) enum Proof {
    Code(Personal<String>),
    Passkey(Box<Asserted>),
    /// Nothing that could prove anything.
    Nothing,
}

/// Whether it proves who they are.
pub(super) enum Proved {
    /// It does, by this factor.
    By(&'static str),
    /// It does not.
    No,
    /// A passkey's counter went backwards: told to the journal, and nobody let in.
    Copied(Uuid),
}

/// Why nobody was let in, as the act says it.
pub(super) enum Unproved {
    /// Nothing is told.
    Wrong,
    /// A copy of a passkey was shown.
    Copied(StaffId, Uuid),
}

impl Proof {
    /// Whose passkey it says to be.
    pub(super) fn of(&self) -> Option<StaffId> {
        match self {
            Self::Passkey(asserted) => Some(StaffId::from_uuid(asserted.staff)),
            Self::Code(_) | Self::Nothing => None,
        }
    }
}

impl Trust {
    /// Begins to ask for a passkey. Gives what the browser is to be told (WebAuthn options as JSON) and the secret of the
    /// ceremony's cookie. Nothing of it depends on who asks.
    ///
    /// # Errors
    /// The database's.
    pub async fn ask_passkey(
        &self,
        party: &RelyingParty,
    ) -> Result<(serde_json::Value, Personal<String>), Fault> {
        let (options, state) = party.ask()?;
        let secret = self.begin_ceremony(CeremonyKind::Ask, state).await?;
        Ok((options, secret))
    }

    /// Reads what is shown. The challenge it answers is used up.
    pub(super) async fn proof(&self, shown: Shown) -> Result<Proof, Fault> {
        let ShownPasskey {
            party,
            ceremony,
            answer,
        } = match shown {
            Shown::Code(code) => return Ok(Proof::Code(code)),
            Shown::Passkey(shown) => *shown,
        };
        let state = self.take_ceremony(&ceremony, CeremonyKind::Ask).await?;
        let asserted = state.and_then(|state| party.asserted(answer.reveal(), &state));
        Ok(asserted.map_or(Proof::Nothing, |asserted| {
            Proof::Passkey(Box::new(asserted))
        }))
    }

    /// Tells the journal of a copied passkey, and the door that nobody comes in.
    pub(super) async fn unproved(&self, why: Unproved) -> Result<SignInRefusal, Fault> {
        let Unproved::Copied(staff, factor) = why else {
            return Ok(SignInRefusal::Wrong);
        };
        tracing::error!(%staff, "a passkey's counter went backwards: there is a copy of it");
        metrics::counter!("medok_passkeys_copied_total").increment(1);
        let scope: Scope = AT_THE_DOOR;
        let told = self.act("staff.copied", scope, move |act| {
            Box::pin(async move {
                act.record(
                    Kind::FactorRefused,
                    json!({ "staff": staff, "factor": factor, "why": "counter" }),
                )?;
                Ok::<_, kernel::Stop<()>>(())
            })
        });
        match told.await {
            Err(kernel::Stop::Fault(fault)) => Err(fault),
            _ => Ok(SignInRefusal::Wrong),
        }
    }
}

impl Act {
    /// Whether an employee is who they say they are.
    pub(super) async fn prove(
        &mut self,
        staff: StaffId,
        person: PersonId,
        proof: &Proof,
    ) -> Result<Proved, Fault> {
        match proof {
            Proof::Code(code) => Ok(self
                .show_code(staff, person, code)
                .await?
                .map_or(Proved::No, Proved::By)),
            Proof::Passkey(asserted) => self.show_passkey(staff, person, asserted).await,
            Proof::Nothing => Ok(Proved::No),
        }
    }

    async fn show_passkey(
        &mut self,
        staff: StaffId,
        person: PersonId,
        asserted: &Asserted,
    ) -> Result<Proved, Fault> {
        if asserted.staff != staff.uuid() {
            return Ok(Proved::No);
        }
        let hash = self.credential_hash(&asserted.credential);
        let factor = staff_factor::Entity::find()
            .filter(staff_factor::Column::CredentialHash.eq(hash))
            .filter(staff_factor::Column::Staff.eq(staff.uuid()))
            .filter(staff_factor::Column::RemovedAt.is_null())
            .one(self.db())
            .await?;
        let Some(factor) = factor else {
            return Ok(Proved::No);
        };
        let Some(kept) = self.secret(person, factor.id).await? else {
            return Ok(Proved::No);
        };
        match asserted.verify(serde_json::from_str(kept.reveal())?) {
            Verified::Wrong => Ok(Proved::No),
            Verified::Copied => Ok(Proved::Copied(factor.id)),
            Verified::Right(key) => {
                let key = serde_json::to_string(&key)?;
                if key != *kept.reveal() {
                    self.keep_secret(person, factor.id, &key).await?;
                }
                self.use_factor(factor.id, 0).await?;
                Ok(Proved::By("passkey"))
            }
        }
    }

    /// Writes down that a factor was used now.
    async fn use_factor(&self, factor: Uuid, step: i64) -> Result<(), Fault> {
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
        Ok(())
    }

    pub(super) async fn show_code(
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
        self.use_factor(factor, step).await?;
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
}

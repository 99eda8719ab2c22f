//! Accounts: made, changed, ended. Each is a row bound to the employee's own chain.

use std::collections::BTreeSet;

use kernel::{
    Actor, BranchId, Fault, Outcome, PersonId, PractitionerId, StaffId, Stop, entropy,
    has_hidden_characters,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::employee::AccessRefusal;
use super::factor::WeakPassword;
use super::table::staff_invitation;
use crate::access::table::staff;
use crate::access::{Action, Contract, Role};
use crate::act::Act;
use crate::journal::Kind;

/// Characters of a login.
const LOGIN: std::ops::RangeInclusive<usize> = 2..=64;

/// On what terms somebody works here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Their role.
    pub role: Role,
    /// The branches they reach; every one where none is named.
    pub branches: Option<BTreeSet<BranchId>>,
    /// The practitioner they are, where they are one.
    pub practitioner: Option<PractitionerId>,
    /// What a partner's contract names.
    pub contract: Option<Contract>,
}

impl Terms {
    /// A role in every branch.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        Self {
            role,
            branches: None,
            practitioner: None,
            contract: None,
        }
    }
}

/// An account to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// How its holder signs in: letters, digits, `.`, `-`, `_`, `@`; kept in lower case.
    pub login: String,
    /// As colleagues and patients read it.
    pub name: String,
    /// On what terms.
    pub terms: Terms,
}

impl NewAccount {
    /// An account in every branch, whose holder is called like the login.
    #[must_use]
    pub fn simple(login: &str, role: Role) -> Self {
        Self {
            login: login.to_owned(),
            name: login.to_owned(),
            terms: Terms::of(role),
        }
    }
}

/// Why an account stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountRefusal {
    /// Not theirs to change.
    Access(AccessRefusal),
    /// Another account has the login.
    LoginTaken,
    /// The login is empty, too long, or has other signs.
    BadLogin,
    /// The name is empty, too long, or has hidden signs.
    BadName,
    /// There is no such account, or it was ended.
    Unknown,
    /// Nobody changes or ends their own account.
    Own,
    /// The last administrator stays: else nobody could let anybody in.
    LastAdministrator,
    /// A partner without a contract does nothing.
    NoContract,
    /// A practitioner's account names the practitioner.
    NoPractitioner,
    /// A role that keeps or oversees the clinic as a whole has no branches of its own.
    Everywhere,
    /// The password will not do.
    Password(WeakPassword),
}

impl From<AccessRefusal> for AccountRefusal {
    fn from(refusal: AccessRefusal) -> Self {
        Self::Access(refusal)
    }
}

/// The login as it is kept and looked up.
pub(super) fn login_of(text: &str) -> String {
    text.trim().to_lowercase()
}

fn is_login(login: &str) -> bool {
    LOGIN.contains(&login.chars().count())
        && login
            .chars()
            .all(|sign| sign.is_alphanumeric() || ".-_@".contains(sign))
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().count() <= kernel::limits::NAME_CHARACTERS
        && !has_hidden_characters(name)
}

fn check_terms(terms: &Terms) -> Outcome<(), AccountRefusal> {
    if terms.role.code() == "partner" && terms.contract.is_none() {
        return Err(Stop::Refused(AccountRefusal::NoContract));
    }
    if terms.role.is_own_schedule() && terms.practitioner.is_none() {
        return Err(Stop::Refused(AccountRefusal::NoPractitioner));
    }
    if terms.role.is_everywhere() && terms.branches.is_some() {
        return Err(Stop::Refused(AccountRefusal::Everywhere));
    }
    Ok(())
}

/// Terms as a row has them.
struct Written {
    branches: Option<String>,
    practitioner: Option<Uuid>,
    contract: Option<String>,
}

impl Written {
    fn of(terms: &Terms) -> Result<Self, Fault> {
        let branches = terms.branches.as_ref().map(serde_json::to_string);
        let contract = terms.contract.as_ref().map(serde_json::to_string);
        Ok(Self {
            branches: branches.transpose()?,
            practitioner: terms.practitioner.map(PractitionerId::uuid),
            contract: contract.transpose()?,
        })
    }
}

impl Act {
    /// Whoever may do this at the desk; and whoever holds the machine, by a command.
    async fn allowed_or_console(&self, action: Action) -> Outcome<Option<StaffId>, AccountRefusal> {
        if self.scope().actor == Actor::Console {
            return Ok(None);
        }
        let employee = self
            .allowed(action)
            .await
            .map_err(|stop| stop.map_refusal(AccountRefusal::from))?;
        Ok(Some(employee.staff))
    }

    /// Gives a member of staff an account, with which they cannot sign in yet.
    ///
    /// # Errors
    /// [`AccountRefusal`].
    pub async fn add_staff(&mut self, new: &NewAccount) -> Outcome<StaffId, AccountRefusal> {
        let (id, _) = self.new_account(new).await?;
        self.record(
            Kind::StaffAdded,
            json!({ "staff": id, "role": new.terms.role.code() }),
        )?;
        Ok(id)
    }

    pub(super) async fn new_account(
        &mut self,
        new: &NewAccount,
    ) -> Outcome<(StaffId, PersonId), AccountRefusal> {
        let refused = |refusal| Err(Stop::Refused(refusal));
        self.allowed_or_console(Action::ManageStaff).await?;
        let login = login_of(&new.login);
        let name = new.name.split_whitespace().collect::<Vec<_>>().join(" ");
        if !is_login(&login) {
            return refused(AccountRefusal::BadLogin);
        }
        if !is_name(&name) {
            return refused(AccountRefusal::BadName);
        }
        check_terms(&new.terms)?;
        let taken = staff::Entity::find()
            .filter(staff::Column::Login.eq(login.as_str()))
            .one(self.db())
            .await?;
        if taken.is_some() {
            return refused(AccountRefusal::LoginTaken);
        }
        let id = StaffId::from_uuid(entropy::ordered_id(self.now()));
        let person = self.new_person();
        let Written {
            branches,
            practitioner,
            contract,
        } = Written::of(&new.terms)?;
        let row = staff::Model {
            id: id.uuid(),
            login,
            role: new.terms.role.code().into(),
            created_at: self.now().micros(),
            dismissed_at: None,
            act: self.id().uuid(),
            person: Some(person.uuid()),
            name,
            branches,
            practitioner,
            contract,
            obliged_at: None,
            obliged_text: None,
        };
        // Their own login and name, in their own sealed record: the account cannot be given to another behind the journal.
        let noted = json!({
            "login": row.login, "role": row.role, "name": row.name, "branches": row.branches,
            "practitioner": row.practitioner, "contract": row.contract, "dismissed_at": row.dismissed_at,
            "obliged_at": row.obliged_at, "obliged_text": row.obliged_text,
        });
        self.bind(person, "staff.added", ("staff", row.id), noted)
            .await?;
        self.db()
            .insert(vec![staff::ActiveModel::from(row).reset_all()])
            .await?;
        Ok((id, person))
    }

    /// An account that was not ended, with its holder in the vault.
    pub(super) async fn account(
        &self,
        id: StaffId,
    ) -> Outcome<(staff::Model, PersonId), AccountRefusal> {
        let row = staff::Entity::find_by_id(id.uuid())
            .one(self.db())
            .await?
            .filter(|row| row.dismissed_at.is_none());
        let unknown = || Stop::Refused(AccountRefusal::Unknown);
        let row = row.ok_or_else(unknown)?;
        let person = row.person.map(PersonId::from_uuid).ok_or_else(unknown)?;
        Ok((row, person))
    }

    /// An account that another than its holder may change.
    pub(super) async fn managed(
        &self,
        id: StaffId,
    ) -> Outcome<(staff::Model, PersonId), AccountRefusal> {
        if self.allowed_or_console(Action::ManageStaff).await? == Some(id) {
            return Err(Stop::Refused(AccountRefusal::Own));
        }
        self.account(id).await
    }

    async fn check_not_last(&self, row: &staff::Model) -> Outcome<(), AccountRefusal> {
        const KEEPER: &str = "administrator";
        if row.role != KEEPER {
            return Ok(());
        }
        let others = staff::Entity::find()
            .filter(staff::Column::Role.eq(KEEPER))
            .filter(staff::Column::DismissedAt.is_null())
            .filter(staff::Column::Id.ne(row.id))
            .one(self.db())
            .await?;
        match others {
            Some(_) => Ok(()),
            None => Err(Stop::Refused(AccountRefusal::LastAdministrator)),
        }
    }

    /// Changes on what terms somebody works here. It counts from their next request on.
    ///
    /// # Errors
    /// [`AccountRefusal`].
    pub async fn change_staff(
        &mut self,
        id: StaffId,
        terms: &Terms,
    ) -> Outcome<(), AccountRefusal> {
        let (row, person) = self.managed(id).await?;
        check_terms(terms)?;
        if row.role != terms.role.code() {
            self.check_not_last(&row).await?;
        }
        let Written {
            branches,
            practitioner,
            contract,
        } = Written::of(terms)?;
        let noted = json!({
            "role": terms.role.code(), "branches": branches, "practitioner": practitioner, "contract": contract,
        });
        staff::Entity::update(staff::ActiveModel {
            id: Set(row.id),
            role: Set(terms.role.code().into()),
            branches: Set(branches),
            practitioner: Set(practitioner),
            contract: Set(contract),
            ..Default::default()
        })
        .exec(self.db())
        .await?;
        self.bind(person, "staff.changed", ("staff", row.id), noted)
            .await?;
        self.record(
            Kind::StaffChanged,
            json!({ "staff": id, "role": terms.role.code(), "before": row.role }),
        )?;
        Ok(())
    }

    /// Ends an account: its sessions end at once, what its holder signed in with is wiped, open invitations are void.
    ///
    /// # Errors
    /// [`AccountRefusal`].
    pub async fn dismiss_staff(&mut self, id: StaffId) -> Outcome<(), AccountRefusal> {
        let (row, person) = self.managed(id).await?;
        self.check_not_last(&row).await?;
        let now = self.now().micros();
        staff::Entity::update(staff::ActiveModel {
            id: Set(row.id),
            dismissed_at: Set(Some(now)),
            ..Default::default()
        })
        .exec(self.db())
        .await?;
        self.bind(
            person,
            "staff.dismissed",
            ("staff", row.id),
            json!({ "dismissed_at": now }),
        )
        .await?;
        let ended = self.end_sessions(id, |_| true).await?;
        self.remove_factors(id, person, |_| true).await?;
        self.remove_identities(id, person).await?;
        self.void_invitations(id, person).await?;
        self.record(
            Kind::StaffDismissed,
            json!({ "staff": id, "sessions": ended }),
        )?;
        Ok(())
    }

    /// Accepts the obligation of non-disclosure in the employee's own name (152-ФЗ ст. 7, 18.1); `text` is the SHA-256 of
    /// what they read, in hexadecimal digits.
    ///
    /// # Errors
    /// [`AccountRefusal`].
    pub async fn oblige_staff(&mut self, text: &str) -> Outcome<(), AccountRefusal> {
        let employee = self
            .allowed(Action::OwnAccount)
            .await
            .map_err(|stop| stop.map_refusal(AccountRefusal::from))?;
        let (row, person) = self.account(employee.staff).await?;
        if row.obliged_at.is_none() {
            self.oblige(row.id, person, text).await?;
            self.record(
                Kind::StaffObliged,
                json!({ "staff": employee.staff, "text": text }),
            )?;
        }
        Ok(())
    }

    pub(super) async fn oblige(
        &mut self,
        id: Uuid,
        person: PersonId,
        text: &str,
    ) -> Result<(), Fault> {
        let now = self.now().micros();
        staff::Entity::update(staff::ActiveModel {
            id: Set(id),
            obliged_at: Set(Some(now)),
            obliged_text: Set(Some(text.to_owned())),
            ..Default::default()
        })
        .exec(self.db())
        .await?;
        self.bind(
            person,
            "staff.obliged",
            ("staff", id),
            json!({ "obliged_at": now, "obliged_text": text }),
        )
        .await
    }

    /// Makes open invitations worthless.
    pub(super) async fn void_invitations(
        &mut self,
        id: StaffId,
        person: PersonId,
    ) -> Result<(), Fault> {
        let open = staff_invitation::Entity::find()
            .filter(staff_invitation::Column::Staff.eq(id.uuid()))
            .filter(staff_invitation::Column::UsedAt.is_null())
            .all(self.db())
            .await?;
        let now = self.now().micros();
        for row in open {
            staff_invitation::Entity::update_many()
                .col_expr(staff_invitation::Column::UsedAt, Expr::value(Some(now)))
                .filter(staff_invitation::Column::Id.eq(row.id))
                .exec(self.db())
                .await?;
            let noted = json!({ "used_at": now });
            self.bind(
                person,
                "invitation.void",
                ("staff_invitation", row.id),
                noted,
            )
            .await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_plain_words_and_names_can_be_read() {
        for good in ["anna", "а.соколова", "anna-2@clinic", "ab"] {
            assert!(is_login(&login_of(good)), "{good}");
        }
        for bad in ["", "a", "anna sokolova", "anna\u{202e}", "<b>", "anna'--"] {
            assert!(!is_login(&login_of(bad)), "{bad}");
        }
        assert_eq!(login_of("  Anna "), "anna");
        assert!(is_name("Соколова Анна") && !is_name("") && !is_name("a\u{200b}b"));
    }
}

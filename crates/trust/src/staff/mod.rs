//! Staff: named accounts, what proves their holders, and the sessions in which they act.
//!
//! *Invariant*: an employee is a person of the vault, too: what they sign in with is sealed with their own key, opened by
//! nobody and compared by the house alone. A session counts while its row says so, looked at in every act; whoever is
//! dismissed has none. Whether a login exists is told to nobody who has not proved that it is theirs.

mod account;
mod ceremony;
mod demo_link;
mod employee;
pub(crate) mod factor;
mod failure;
mod identity;
mod invitation;
mod listed;
mod passkey;
mod proof;
mod relying;
mod resume;
pub(crate) mod secret;
mod session;
mod sign_in;
pub(crate) mod table;

pub use account::{AccountRefusal, NewAccount, Terms};
pub use demo_link::LetIn;
pub use employee::{AccessRefusal, Employee, SessionRefusal};
pub use factor::{FactorKind, Factors, RecoveryCodes, SecondFactor, WeakPassword};
pub use identity::Vouched;
pub use invitation::{InvitationRefusal, Invited, Welcomed, WelcomedPasskey};
pub use listed::Account;
pub use passkey::{NewPasskey, OwnPasskey, PasskeyRefusal};
pub use proof::{Shown, ShownPasskey};
pub use relying::RelyingParty;
pub(crate) use session::began;
pub use session::{AtDevice, OwnSession, Session, SessionLimits, Signed, Which};
pub use sign_in::{Attempt, SignInRefusal};

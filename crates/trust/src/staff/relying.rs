//! The clinic's site as authenticators know it (WebAuthn Level 3): what it asks them, and whether what they answer is right.
//!
//! *Invariant*: a passkey is asked for by this site's own name alone, the user's presence and verification are demanded each
//! time, and an answer counts for the challenge it was given for, this origin and this key. Holds no row.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Fault;
use serde_json::Value;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Url, Uuid, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// The site.
#[derive(Clone)]
pub struct RelyingParty(Webauthn);

impl fmt::Debug for RelyingParty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RelyingParty")
    }
}

/// What an answer to a challenge showed.
#[derive(Debug)]
pub(super) enum Verified {
    /// The key, its counter moved on where it has one.
    Right(Box<Passkey>),
    /// Another challenge, origin, key or signature.
    Wrong,
    /// Everything fits but the counter went backwards: somebody has a copy of the key (WebAuthn §6.1.1).
    Copied,
}

impl RelyingParty {
    /// The site at an origin (`https://clinic.example`). None where its host is an address of numbers: passkeys belong to
    /// names (WebAuthn §5.1.2: effective domain).
    #[must_use]
    pub fn at(origin: &str, clinic: &str) -> Option<Self> {
        let url = Url::parse(origin).ok()?;
        let webauthn = WebauthnBuilder::new(url.domain()?, &url)
            .ok()?
            .rp_name(clinic)
            .build()
            .ok()?;
        Some(Self(webauthn))
    }

    /// What a new key of an employee is made by, and the state by which the answer is checked.
    pub(super) fn new_key(
        &self,
        staff: Uuid,
        (login, name): (&str, &str),
        known: &[Passkey],
    ) -> Result<(Value, String), Fault> {
        let (options, state) = self
            .0
            .start_passkey_registration(staff, login, name, None)
            .map_err(|error| broken(&error))?;
        let mut options = serde_json::to_value(options)?;
        let asked = &mut options["publicKey"];
        // Found by the device itself, so that the house never has to tell which keys a login has.
        asked["authenticatorSelection"]["residentKey"] = "required".into();
        asked["authenticatorSelection"]["requireResidentKey"] = true.into();
        asked["excludeCredentials"] = known
            .iter()
            .map(|key| serde_json::json!({ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(key.cred_id()) }))
            .collect();
        Ok((options, serde_json::to_string(&state)?))
    }

    /// The key that a device made, if it answers this challenge.
    pub(super) fn made(&self, answer: &str, state: &str) -> Option<Passkey> {
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).ok()?;
        let state: PasskeyRegistration = serde_json::from_str(state).ok()?;
        self.0.finish_passkey_registration(&answer, &state).ok()
    }

    /// What a device is asked by, whosever its keys are, and the state by which the answer is checked.
    pub(super) fn ask(&self) -> Result<(Value, String), Fault> {
        let (mut options, state) = self
            .0
            .start_discoverable_authentication()
            .map_err(|error| broken(&error))?;
        // A button was pressed: the browser may ask at once.
        options.mediation = None;
        Ok((
            serde_json::to_value(options)?,
            serde_json::to_string(&state)?,
        ))
    }

    /// Reads an answer to what was asked; none where it is not one.
    pub(super) fn asserted(self, answer: &str, state: &str) -> Option<Asserted> {
        let answer: PublicKeyCredential = serde_json::from_str(answer).ok()?;
        let (staff, credential) = self.0.identify_discoverable_authentication(&answer).ok()?;
        Some(Asserted {
            staff,
            credential: credential.to_vec(),
            state: serde_json::from_str(state).ok()?,
            answer,
            party: self,
        })
    }
}

/// An answer that names an employee and a key; nothing of it is proved yet.
#[derive(Clone)]
pub(super) struct Asserted {
    /// Whose key it says to be.
    pub(super) staff: Uuid,
    /// Which.
    pub(super) credential: CredentialID,
    answer: PublicKeyCredential,
    state: DiscoverableAuthentication,
    party: RelyingParty,
}

impl Asserted {
    /// Holds the answer against the key.
    pub(super) fn verify(&self, mut key: Passkey) -> Verified {
        let found = DiscoverableKey::from(&key);
        let checked = self.party.0.finish_discoverable_authentication_v2(
            &self.answer,
            self.state.clone(),
            &found,
        );
        match checked {
            Ok(result) if result.user_verified() => {
                key.update_credential(&result);
                Verified::Right(Box::new(key))
            }
            Err(WebauthnError::CredentialPossibleCompromise) => Verified::Copied,
            _ => Verified::Wrong,
        }
    }
}

fn broken(error: &WebauthnError) -> Fault {
    Fault::broken(format!("passkeys: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_passkeys_and_addresses_of_numbers_have_none() {
        for good in [
            "https://clinic.example",
            "http://localhost:8080",
            "https://запись.клиника.рф",
        ] {
            assert!(RelyingParty::at(good, "МЕДОК").is_some(), "{good}");
        }
        for bad in [
            "http://127.0.0.1:8080",
            "https://[::1]",
            "clinic.example",
            "",
        ] {
            assert!(RelyingParty::at(bad, "МЕДОК").is_none(), "{bad}");
        }
    }

    #[test]
    fn what_is_asked_names_no_key_and_demands_verification() {
        let party = RelyingParty::at("https://clinic.example", "МЕДОК").unwrap();
        let (asked, _) = party.ask().unwrap();
        let asked = &asked["publicKey"];
        assert_eq!(asked["rpId"], "clinic.example");
        assert_eq!(asked["userVerification"], "required");
        assert_eq!(asked["allowCredentials"], serde_json::json!([]));
        let (made, _) = party.new_key(Uuid::nil(), ("anna", "Анна"), &[]).unwrap();
        let made = &made["publicKey"];
        assert_eq!(made["rp"]["name"], "МЕДОК");
        assert_eq!(
            made["authenticatorSelection"]["userVerification"],
            "required"
        );
        assert_eq!(made["authenticatorSelection"]["residentKey"], "required");
        assert!(party.made("{}", "{}").is_none());
        assert!(party.asserted("{}", "{}").is_none());
    }
}

//! An authenticator made of software: does what a security key and its browser do (WebAuthn Level 3 §6, §7), and what a
//! dishonest pair of them would.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// User present, user verified (§6.1).
const PRESENT_AND_VERIFIED: u8 = 0x05;
/// Attested credential data follows.
const ATTESTED: u8 = 0x40;

/// A device that holds one passkey, and the browser in which it is used.
#[derive(Clone)]
pub struct Device {
    key: SigningKey,
    id: [u8; 16],
    /// Where the browser stands.
    pub origin: String,
    /// For which name the key was made.
    pub rp_id: String,
    /// How often it signed.
    pub counter: u32,
    /// What it says of its user.
    pub flags: u8,
    /// Whose key it says to be; empty until one was made.
    pub user: Vec<u8>,
}

impl Device {
    /// A device at the stories' clinic.
    pub fn new() -> Self {
        Self {
            key: SigningKey::from_slice(&kernel::entropy::bytes::<32>()).expect("a scalar"),
            id: kernel::entropy::bytes(),
            origin: "http://clinic.test".into(),
            rp_id: "clinic.test".into(),
            counter: 0,
            flags: PRESENT_AND_VERIFIED,
            user: Vec::new(),
        }
    }

    fn client_data(&self, kind: &str, challenge: &str) -> Vec<u8> {
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn authenticator_data(&self, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(self.rp_id.as_bytes()).to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// Makes the key that is asked for.
    pub fn create(&mut self, options: &Value) -> String {
        let asked = &options["publicKey"];
        self.user = BASE64
            .decode(asked["user"]["id"].as_str().expect("a user"))
            .expect("base64url");
        self.counter += 1;
        let challenge = asked["challenge"].as_str().expect("a challenge");
        let client = self.client_data("webauthn.create", challenge);
        let mut data = self.authenticator_data(self.flags | ATTESTED);
        data.extend([0; 16]);
        data.extend((self.id.len() as u16).to_be_bytes());
        data.extend(self.id);
        // COSE_Key of ES256 (RFC 9053): {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
        let point = self.key.verifying_key().to_encoded_point(false);
        data.extend([0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(point.x().expect("x"));
        data.extend([0x22, 0x58, 0x20]);
        data.extend(point.y().expect("y"));
        // {"fmt": "none", "attStmt": {}, "authData": bytes} in CBOR.
        let mut object = vec![0xA3, 0x63];
        object.extend(b"fmt\x64none\x67attStmt\xA0\x68authData\x58");
        object.push(u8::try_from(data.len()).expect("less than 256 bytes"));
        object.extend(data);
        let id = BASE64.encode(self.id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
            "response": {
                "attestationObject": BASE64.encode(object),
                "clientDataJSON": BASE64.encode(client),
                "transports": ["internal"],
            },
        })
        .to_string()
    }

    /// Answers what is asked.
    pub fn get(&mut self, options: &Value) -> String {
        let asked = &options["publicKey"];
        self.counter += 1;
        let challenge = asked["challenge"].as_str().expect("a challenge");
        let client = self.client_data("webauthn.get", challenge);
        let data = self.authenticator_data(self.flags);
        let mut signed = data.clone();
        signed.extend(Sha256::digest(&client));
        let signature: Signature = self.key.sign(&signed);
        let id = BASE64.encode(self.id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
            "response": {
                "authenticatorData": BASE64.encode(data),
                "clientDataJSON": BASE64.encode(client),
                "signature": BASE64.encode(signature.to_der()),
                "userHandle": BASE64.encode(&self.user),
            },
        })
        .to_string()
    }
}

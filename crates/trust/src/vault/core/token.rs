//! Secret links, and keyed hashes of what is remembered without its content. A token is never stored, only its keyed
//! hash; hashes are compared in constant time.

use std::fmt;

use hkdf::Hkdf;
use hmac::digest::CtOutput;
use hmac::{Hmac, Mac};
use rand::CryptoRng;
use sha2::Sha256;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::hash::{expand, keyed};

/// Bytes of a token: 160 random bits, which is exactly 32 letters.
const TOKEN: usize = 20;
const LETTERS: usize = 32;
/// RFC 4648 §6 in lower case. No sign that a mail program cuts from the end of a link, and none that case can change.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The text is not a token. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenError;

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not a secret link of this clinic")
    }
}

impl std::error::Error for TokenError {}

/// The secret of a link: 160 random bits, written as 32 lower-case base32 letters without padding. Printed as
/// `[sealed]`, wiped on drop.
#[derive(Clone, ZeroizeOnDrop)]
pub struct SecretToken([u8; TOKEN]);

impl SecretToken {
    /// A new token.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut token = Self([0; TOKEN]);
        rng.fill_bytes(&mut token.0);
        token
    }

    /// Reads a token from an address. Exactly one spelling of each token is accepted.
    ///
    /// # Errors
    /// Anything else than 32 letters of the alphabet.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let letters: &[u8; LETTERS] = text.as_bytes().try_into().map_err(|_| TokenError)?;
        let mut token = Self([0; TOKEN]);
        for (five, eight) in token.0.chunks_exact_mut(5).zip(letters.chunks_exact(8)) {
            let mut bits = 0u64;
            for letter in eight {
                let value = match letter {
                    b'a'..=b'z' => letter - b'a',
                    b'2'..=b'7' => letter - b'2' + 26,
                    _ => return Err(TokenError),
                };
                bits = bits << 5 | u64::from(value);
            }
            five.copy_from_slice(&bits.to_be_bytes()[3..]);
        }
        Ok(token)
    }

    /// The token as it stands in an address. Goes to the person it belongs to and nowhere else.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(LETTERS));
        for five in self.0.chunks_exact(5) {
            let bits = five
                .iter()
                .fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
            for place in (0..8).rev() {
                let value = usize::try_from(bits >> (place * 5) & 31).expect("five bits");
                text.push(char::from(ALPHABET[value]));
            }
        }
        text
    }

    /// The keyed hash that is stored in its place.
    #[must_use]
    pub fn hash(&self, key: &LookupKey) -> TokenHash {
        TokenHash(
            key.links
                .clone()
                .chain_update(self.0)
                .finalize()
                .into_bytes()
                .into(),
        )
    }
}

impl fmt::Debug for SecretToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

/// A keyed hash in place of a secret or a body. May be stored and used as a look-up key; equality is constant-time.
#[derive(Clone, Copy, Eq)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash as a row holds it; `None` if it has not 32 bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        CtOutput::<Hmac<Sha256>>::new(self.0.into()) == CtOutput::new(other.0.into())
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

/// The key of these hashes, from the key folder: without it, a stolen table says nothing about links or bodies.
#[derive(Clone)]
pub struct LookupKey {
    links: Hmac<Sha256>,
    bodies: Hmac<Sha256>,
}

impl LookupKey {
    /// From the 32 random bytes of a `lookup` key file; links and bodies get keys of their own (HKDF-SHA256).
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        let root = Hkdf::<Sha256>::new(Some(b"medok/lookup/v1"), secret);
        let derive = |label: &[u8]| keyed(&expand(&root, &[label]));
        Self {
            links: derive(b"medok/lookup/link"),
            bodies: derive(b"medok/lookup/body"),
        }
    }

    /// The keyed hash by which a repeated request is recognised: of its route, its idempotency key and its exact body.
    #[must_use]
    pub fn hash_request(&self, route: &str, idempotency_key: &str, body: &[u8]) -> TokenHash {
        let mut mac = self.bodies.clone();
        for part in [route.as_bytes(), idempotency_key.as_bytes(), body] {
            mac.update(
                &u64::try_from(part.len())
                    .expect("a length fits in 64 bits")
                    .to_be_bytes(),
            );
            mac.update(part);
        }
        TokenHash(mac.finalize().into_bytes().into())
    }
}

impl fmt::Debug for LookupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn tokens_are_spelled_as_in_rfc_4648() {
        // §10: "fooba" is MZXW6YTB.
        let token = SecretToken(*b"foobafoobafoobafooba");
        assert_eq!(*token.reveal(), "mzxw6ytb".repeat(4));
        assert_eq!(
            SecretToken::parse(&"mzxw6ytb".repeat(4)).unwrap().0,
            token.0
        );
    }

    #[test]
    fn nothing_but_the_one_spelling_is_read() {
        let good = SecretToken::random(&mut StdRng::seed_from_u64(1)).reveal();
        let bad = [
            String::new(),
            good[1..].to_owned(),
            format!("{}a", *good),
            format!(" {}", &good[1..]),
            format!("{}=", &good[1..]),
            good.to_uppercase(),
            format!("{}1", &good[1..]),
            format!("{}я", &good[2..]),
        ];
        for text in bad {
            assert_eq!(
                SecretToken::parse(&text).err(),
                Some(TokenError),
                "{text:?}"
            );
        }
        assert!(SecretToken::parse(&good).is_ok());
    }

    #[test]
    fn links_and_bodies_never_share_a_hash_and_nothing_prints() {
        let (key, token) = (LookupKey::new(&[1; 32]), SecretToken([0; TOKEN]));
        assert_eq!(token.hash(&key), token.hash(&LookupKey::new(&[1; 32])));
        assert_ne!(token.hash(&key), token.hash(&LookupKey::new(&[2; 32])));
        assert_ne!(token.hash(&key), key.hash_request("", "", &token.0));
        assert_ne!(
            key.hash_request("ab", "c", b"d"),
            key.hash_request("a", "bc", b"d")
        );
        assert_ne!(
            key.hash_request("a", "b", b"{}"),
            key.hash_request("a", "b", b"{ }")
        );
        assert_eq!(
            format!("{token:?} {key:?} {:?}", token.hash(&key)),
            "[sealed] [sealed] [sealed]"
        );
    }

    #[test]
    fn stored_hashes_stay_byte_for_byte() {
        // Recomputed independently; a change here makes every link in patients' hands dead.
        let hash = SecretToken([0; TOKEN]).hash(&LookupKey::new(&[1; 32]));
        assert_eq!(
            hex::encode(hash.as_bytes()),
            "dceb14a62c4f86706810503030cb9277298bcc6d3d68aed6ba69a8e496ae1137"
        );
    }

    proptest! {
        #[test]
        fn every_token_has_one_spelling(bytes: [u8; TOKEN], other: [u8; TOKEN]) {
            let (token, key) = (SecretToken(bytes), LookupKey::new(&[1; 32]));
            let text = token.reveal();
            prop_assert_eq!(text.len(), LETTERS);
            let parsed = SecretToken::parse(&text).unwrap();
            prop_assert_eq!(parsed.0, bytes);
            prop_assert_eq!(token.hash(&key), parsed.hash(&key));
            prop_assert_eq!(SecretToken(other).hash(&key) == token.hash(&key), other == bytes);
            let stored = TokenHash::from_bytes(token.hash(&key).as_bytes()).unwrap();
            prop_assert_eq!(stored, token.hash(&key));
        }

        #[test]
        fn what_parses_is_spelled_the_same(text in "[a-z2-7]{30,34}") {
            if let Ok(token) = SecretToken::parse(&text) {
                prop_assert_eq!(&*token.reveal(), &text);
            }
        }
    }
}

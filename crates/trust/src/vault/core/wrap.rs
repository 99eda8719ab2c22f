//! Wraps person keys under a KEK (key-encryption key) of the key folder. Only wrapped keys name a KEK, so rotating
//! KEKs rewraps keys and touches no sealed field; a wrapped key whose KEK is gone is unrecoverable.
//!
//! # The wrapped key, byte by byte (suite 1), always 110 bytes
//!
//! ```text
//! offset  bytes  what
//!      0      1  kind: 0x4B 'K', a wrapped person key
//!      1      1  suite, as in `suite.rs`
//!      2      4  number of the KEK (u32, big-endian)
//!      6     24  nonce, random
//!     30     32  key commitment, see `xchacha.rs`
//!     62     32  ciphertext of the person key
//!     94     16  tag
//! ```
//!
//! *Keys*: `PRK = HKDF-Extract(salt "medok/kek/v1", KEK)`, `HKDF-Expand(PRK, "medok/wrap", 64)`.
//! *Associated data*, each part length-prefixed: the header (62 bytes, with the KEK's number) · "medok/wrap" ·
//! operator (16) · person (16) · generation of the person's key (u32, big-endian).

use hkdf::Hkdf;
use rand::CryptoRng;
use sha2::Sha256;
use uuid::Uuid;

use super::suite::{OpenError, PersonKey, Suite};
use super::xchacha::{self, Body, COMMITMENT, MessageKey, NONCE, TAG};

const KIND: u8 = b'K';
const PREFIX: usize = 6;
const KEY: usize = 32;
const LEN: usize = PREFIX + NONCE + COMMITMENT + KEY + TAG;
const KEK_SALT: &[u8] = b"medok/kek/v1";
const WRAP_LABEL: &[u8] = b"medok/wrap";

/// A key-encryption key: random, numbered, from the key folder. Never printed, never serialised.
pub struct Kek {
    number: u32,
    key: MessageKey,
}

impl Kek {
    /// The KEK of this number, from its 32 random bytes.
    pub fn new(number: u32, secret: &[u8; 32]) -> Self {
        Self {
            number,
            key: MessageKey::derive(&Hkdf::<Sha256>::new(Some(KEK_SALT), secret), &[WRAP_LABEL]),
        }
    }

    /// Its number in the key folder and in the wrapped keys.
    pub fn number(&self) -> u32 {
        self.number
    }
}

/// Whose key is wrapped. It unwraps only under the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPlace {
    /// The operator of personal data this store belongs to.
    pub operator: Uuid,
    /// Whose key it is.
    pub person: Uuid,
    /// Counts the keys this person has had, from 1; rewrapping keeps it.
    pub generation: u32,
}

/// A person key under a KEK, in the form that is stored. Not secret without the KEK.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey([u8; LEN]);

impl WrappedKey {
    /// Reads the stored form; checks shape and suite, not the key.
    ///
    /// # Errors
    /// [`OpenError::Malformed`] or [`OpenError::UnknownSuite`].
    pub fn parse(bytes: &[u8]) -> Result<Self, OpenError> {
        let bytes: [u8; LEN] = bytes.try_into().map_err(|_| OpenError::Malformed)?;
        if bytes[0] != KIND {
            return Err(OpenError::Malformed);
        }
        Suite::from_number(bytes[1])?;
        Ok(Self(bytes))
    }

    /// How the stored form begins under this KEK: what tells it from all others without opening anything.
    pub fn begins(kek: u32) -> [u8; PREFIX] {
        let mut prefix = [KIND, Suite::CURRENT.number(), 0, 0, 0, 0];
        prefix[2..].copy_from_slice(&kek.to_be_bytes());
        prefix
    }

    /// The stored form, 110 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The number of the KEK that wrapped it.
    pub fn kek(&self) -> u32 {
        let [_, _, a, b, c, d, ..] = self.0;
        u32::from_be_bytes([a, b, c, d])
    }
}

/// Wraps a person key under this KEK.
pub fn wrap(
    kek: &Kek,
    place: &KeyPlace,
    person_key: &PersonKey,
    rng: &mut dyn CryptoRng,
) -> WrappedKey {
    let prefix = WrappedKey::begins(kek.number);
    let body = Body {
        lead: &[],
        bytes: person_key.expose(),
        room: KEY,
    };
    let sealed = match Suite::CURRENT {
        Suite::XChaCha => xchacha::seal(
            &kek.key,
            &prefix,
            &context(place, &place.generation.to_be_bytes()),
            &body,
            rng,
        ),
    };
    WrappedKey(
        sealed
            .try_into()
            .expect("the parts of a wrapped key have fixed lengths"),
    )
}

/// Unwraps a person key.
///
/// # Errors
/// [`OpenError::WrongKey`] for a KEK of another number or with other bytes, [`OpenError::Tampered`] for another place.
pub fn unwrap(kek: &Kek, place: &KeyPlace, wrapped: &WrappedKey) -> Result<PersonKey, OpenError> {
    if wrapped.kek() != kek.number {
        return Err(OpenError::WrongKey);
    }
    let body = match Suite::from_number(wrapped.0[1])? {
        Suite::XChaCha => xchacha::open(
            &kek.key,
            &wrapped.0,
            PREFIX,
            &context(place, &place.generation.to_be_bytes()),
        )?,
    };
    PersonKey::from_bytes(&body).ok_or(OpenError::Malformed)
}

/// Moves a wrapped key from one KEK to another, for rotation; the person key itself does not change.
///
/// # Errors
/// As [`unwrap`] under the old KEK.
pub fn rewrap(
    old: &Kek,
    new: &Kek,
    place: &KeyPlace,
    wrapped: &WrappedKey,
    rng: &mut dyn CryptoRng,
) -> Result<WrappedKey, OpenError> {
    Ok(wrap(new, place, &unwrap(old, place, wrapped)?, rng))
}

fn context<'a>(place: &'a KeyPlace, generation: &'a [u8; 4]) -> [&'a [u8]; 4] {
    [
        WRAP_LABEL,
        place.operator.as_bytes(),
        place.person.as_bytes(),
        generation,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::super::testing::Counting;

    fn place() -> KeyPlace {
        KeyPlace {
            operator: Uuid::from_u128(1),
            person: Uuid::from_u128(2),
            generation: 1,
        }
    }

    #[test]
    fn a_wrapped_key_names_its_kek_and_comes_back_exact() {
        let rng = &mut StdRng::seed_from_u64(1);
        let (kek, key) = (Kek::new(0x0102_0304, &[7; 32]), PersonKey::random(rng));
        let wrapped = wrap(&kek, &place(), &key, rng);
        assert_eq!(wrapped.as_bytes().len(), 110);
        assert_eq!(&wrapped.as_bytes()[..6], &[b'K', 1, 1, 2, 3, 4]);
        assert_eq!(wrapped.kek(), 0x0102_0304);
        let stored = WrappedKey::parse(wrapped.as_bytes()).unwrap();
        assert_eq!(
            unwrap(&kek, &place(), &stored).unwrap().expose(),
            key.expose()
        );
        assert!(
            !wrapped
                .as_bytes()
                .windows(8)
                .any(|eight| key.expose().windows(8).any(|part| part == eight))
        );
    }

    #[test]
    fn the_format_stays_byte_for_byte() {
        // Recomputed independently from the description at the head of this file; a change here needs a new suite number.
        let key = PersonKey::random(&mut Counting(0x80));
        let wrapped = wrap(&Kek::new(3, &[7; 32]), &place(), &key, &mut Counting(0));
        let expected = concat!(
            "4b0100000003000102030405060708090a0b0c0d0e0f1011121314151617",
            "6e032d9147cf8b5f64b8b93ffc23205f7f85f619ba172593221e97d8554ffbd6",
            "0a263fa641971024c0224b2fa405e0d44577ad02eb48ff6af3c8c0ae5671c011",
            "28fd70fe9b8fd55a44d989773db4d8a1",
        );
        assert_eq!(hex::encode(wrapped.as_bytes()), expected);
    }

    #[test]
    fn rewrapping_keeps_the_key_and_the_old_kek_no_longer_opens_it() {
        let rng = &mut StdRng::seed_from_u64(2);
        let (old, new, key) = (
            Kek::new(1, &[7; 32]),
            Kek::new(2, &[8; 32]),
            PersonKey::random(rng),
        );
        let moved = rewrap(&old, &new, &place(), &wrap(&old, &place(), &key, rng), rng).unwrap();
        assert_eq!(moved.kek(), 2);
        assert_eq!(
            unwrap(&new, &place(), &moved).unwrap().expose(),
            key.expose()
        );
        assert_eq!(
            unwrap(&old, &place(), &moved).err(),
            Some(OpenError::WrongKey)
        );
        let renumbered = Kek::new(9, &[8; 32]);
        assert_eq!(
            unwrap(&renumbered, &place(), &moved).err(),
            Some(OpenError::WrongKey)
        );
        let forged = Kek::new(2, &[7; 32]);
        assert_eq!(
            unwrap(&forged, &place(), &moved).err(),
            Some(OpenError::WrongKey)
        );
    }

    #[test]
    fn another_operator_person_or_generation_does_not_unwrap() {
        let rng = &mut StdRng::seed_from_u64(3);
        let kek = Kek::new(1, &[7; 32]);
        let wrapped = wrap(&kek, &place(), &PersonKey::random(rng), rng);
        let others = [
            KeyPlace {
                operator: Uuid::from_u128(9),
                ..place()
            },
            KeyPlace {
                person: Uuid::from_u128(9),
                ..place()
            },
            KeyPlace {
                generation: 2,
                ..place()
            },
        ];
        for other in others {
            assert_eq!(
                unwrap(&kek, &other, &wrapped).err(),
                Some(OpenError::Tampered)
            );
        }
    }

    #[test]
    fn every_flipped_bit_and_every_other_length_is_refused() {
        let rng = &mut StdRng::seed_from_u64(4);
        let kek = Kek::new(1, &[7; 32]);
        let whole = wrap(&kek, &place(), &PersonKey::random(rng), rng)
            .as_bytes()
            .to_vec();
        for bit in 0..whole.len() * 8 {
            let mut changed = whole.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let opened =
                WrappedKey::parse(&changed).and_then(|wrapped| unwrap(&kek, &place(), &wrapped));
            assert!(opened.is_err(), "bit {bit}");
        }
        for cut in 0..whole.len() {
            assert_eq!(
                WrappedKey::parse(&whole[..cut]).err(),
                Some(OpenError::Malformed)
            );
        }
        assert_eq!(
            WrappedKey::parse(&[&whole[..], &[0]].concat()).err(),
            Some(OpenError::Malformed)
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn only_the_same_kek_and_place_unwrap(seed: u64, number: u32, secret: [u8; 32], other: [u8; 32], generation: u32) {
            let rng = &mut StdRng::seed_from_u64(seed);
            let (kek, key) = (Kek::new(number, &secret), PersonKey::random(rng));
            let here = KeyPlace { generation, ..place() };
            let wrapped = wrap(&kek, &here, &key, rng);
            let opened = unwrap(&kek, &here, &wrapped).unwrap();
            prop_assert_eq!(opened.expose(), key.expose());
            prop_assume!(secret != other);
            prop_assert_eq!(unwrap(&Kek::new(number, &other), &here, &wrapped).err(), Some(OpenError::WrongKey));
        }
    }
}

//! Sealed values: byte for byte the same format, opened only in their own place.

use super::*;
use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::super::testing::Counting;

const RECORD: &[u8] = &[5; 16];

fn place() -> Place<'static> {
    Place {
        operator: Uuid::from_u128(1),
        person: Uuid::from_u128(2),
        table: "person",
        record: RECORD,
        field: "phone",
        version: 3,
    }
}

fn keys_of(seed: u64) -> FieldKeys {
    PersonKey::random(&mut StdRng::seed_from_u64(seed)).expand()
}

#[test]
fn values_come_back_exact_at_every_edge_of_the_buckets() {
    let (keys, rng) = (keys_of(1), &mut StdRng::seed_from_u64(9));
    for (plaintext, room) in [
        (0, 32),
        (1, 32),
        (28, 32),
        (29, 64),
        (60, 64),
        (61, 128),
        (124, 128),
        (252, 256),
        (253, 512),
        (1020, 1024),
        (1021, 2048),
        (2044, 2048),
        (2045, 3072),
        (100_000, 100_352),
    ] {
        let value: Vec<u8> = (0..plaintext).map(|i| i as u8).collect();
        let sealed = seal(&place(), &keys, &value, rng);
        assert_eq!(sealed.len(), 58 + room + 16, "{plaintext} bytes");
        assert_eq!(*open(&place(), &keys, &sealed).unwrap(), value);
    }
}

#[test]
fn the_format_stays_byte_for_byte() {
    // Recomputed independently from the description at the head of `suite.rs`; a change here needs a new suite number.
    let key = PersonKey::random(&mut Counting(0x80));
    let sealed = seal(
        &place(),
        &key.expand(),
        "+79210000913".as_bytes(),
        &mut Counting(0),
    );
    assert_eq!(
        hex::encode(sealed),
        concat!(
            "4601000102030405060708090a0b0c0d0e0f1011121314151617",
            "589248cd797018001420fa48cb324185964b894507a69083e2813e594fe049b6",
            "6f96a0a05af643fdba8fef43242ba0aaafadcd2945ecbf842f0c4bcb6dd36f30",
            "4be5e4e58cbeb8be9a4f428296d925f8",
        )
    );
}

#[test]
fn two_seals_of_one_value_share_nothing_but_their_shape() {
    let (keys, rng) = (keys_of(1), &mut StdRng::seed_from_u64(9));
    let (one, two) = (
        seal(&place(), &keys, b"same", rng),
        seal(&place(), &keys, b"same", rng),
    );
    assert_eq!(one.len(), two.len());
    assert_eq!(one[..2], two[..2]);
    assert!(
        one[2..]
            .windows(8)
            .zip(two[2..].windows(8))
            .all(|(a, b)| a != b)
    );
}

#[test]
fn every_flipped_bit_every_cut_and_every_addition_is_refused() {
    let (keys, rng) = (keys_of(1), &mut StdRng::seed_from_u64(9));
    let whole = seal(&place(), &keys, b"+79210000913", rng);
    for bit in 0..whole.len() * 8 {
        let mut changed = whole.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let expected = match bit / 8 {
            0 => OpenError::Malformed,
            1 => OpenError::UnknownSuite,
            2..58 => OpenError::WrongKey,
            _ => OpenError::Tampered,
        };
        assert_eq!(
            open(&place(), &keys, &changed).err(),
            Some(expected),
            "bit {bit}"
        );
    }
    for cut in 0..whole.len() {
        assert!(
            open(&place(), &keys, &whole[..cut]).is_err(),
            "cut to {cut}"
        );
    }
    assert!(open(&place(), &keys, &[&whole[..], &[0]].concat()).is_err());
}

#[test]
fn each_part_of_the_place_is_bound() {
    let (keys, rng) = (keys_of(1), &mut StdRng::seed_from_u64(9));
    let sealed = seal(&place(), &keys, b"value", rng);
    let elsewhere = [
        (
            Place {
                operator: Uuid::from_u128(7),
                ..place()
            },
            OpenError::Tampered,
        ),
        (
            Place {
                person: Uuid::from_u128(7),
                ..place()
            },
            OpenError::Tampered,
        ),
        (
            Place {
                table: "callback",
                ..place()
            },
            OpenError::WrongKey,
        ),
        (
            Place {
                record: &[6; 16],
                ..place()
            },
            OpenError::Tampered,
        ),
        (
            Place {
                field: "email",
                ..place()
            },
            OpenError::WrongKey,
        ),
        (
            Place {
                version: 2,
                ..place()
            },
            OpenError::Tampered,
        ),
        // The same letters divided otherwise.
        (
            Place {
                table: "personp",
                field: "hone",
                ..place()
            },
            OpenError::WrongKey,
        ),
    ];
    for (other, error) in elsewhere {
        assert_eq!(open(&other, &keys, &sealed).err(), Some(error), "{other:?}");
    }
    assert_eq!(
        open(&place(), &keys_of(2), &sealed).err(),
        Some(OpenError::WrongKey)
    );
}

#[test]
fn the_reserved_suite_and_a_wrapped_key_are_not_fields() {
    let keys = keys_of(1);
    let mut sealed = seal(&place(), &keys, b"value", &mut StdRng::seed_from_u64(9));
    sealed[1] = 2;
    assert_eq!(open(&place(), &keys, &sealed), Err(OpenError::UnknownSuite));
    sealed[0] = b'K';
    assert_eq!(open(&place(), &keys, &sealed), Err(OpenError::Malformed));
}

#[test]
fn a_padded_value_that_lies_about_its_length_is_refused() {
    let (keys, rng) = (keys_of(1), &mut StdRng::seed_from_u64(9));
    let key = keys.of_field(place().table, place().field);
    let version = place().version.to_be_bytes();
    for (stated, room) in [(29u32, 32usize), (0, 64), (u32::MAX, 32), (1, 3), (0, 0)] {
        let lead = &stated.to_be_bytes()[..room.min(4)];
        let body = Body {
            lead,
            bytes: &[],
            room,
        };
        let sealed = xchacha::seal(&key, &[KIND, 1], &context(&place(), &version), &body, rng);
        assert_eq!(
            open(&place(), &keys, &sealed),
            Err(OpenError::Malformed),
            "{stated} in {room}"
        );
    }
}

#[test]
fn journal_salts_differ_by_entry_and_person() {
    assert_eq!(
        keys_of(1).journal_salt(b"entry"),
        keys_of(1).journal_salt(b"entry")
    );
    assert_ne!(
        keys_of(1).journal_salt(b"entry"),
        keys_of(1).journal_salt(b"entrz")
    );
    assert_ne!(
        keys_of(1).journal_salt(b"entry"),
        keys_of(2).journal_salt(b"entry")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_value_opens_only_in_its_own_place(
        value in proptest::collection::vec(any::<u8>(), 0..1500),
        here in any::<(u128, u128, [u8; 16], i64, u64)>(),
        there in any::<(u128, u128, [u8; 16], i64, u64)>(),
        names in ("[a-z]{1,12}", "[a-z]{1,12}"),
        other_names in ("[a-z]{1,12}", "[a-z]{1,12}"),
    ) {
        let keys_here = keys_of(here.4);
        let at = Place { operator: Uuid::from_u128(here.0), person: Uuid::from_u128(here.1), table: &names.0, record: &here.2, field: &names.1, version: here.3 };
        let sealed = seal(&at, &keys_here, &value, &mut StdRng::seed_from_u64(here.4));
        prop_assert_eq!(&*open(&at, &keys_here, &sealed).unwrap(), &value);

        let elsewhere = [
            Place { operator: Uuid::from_u128(there.0), ..at },
            Place { person: Uuid::from_u128(there.1), ..at },
            Place { table: &other_names.0, ..at },
            Place { record: &there.2, ..at },
            Place { field: &other_names.1, ..at },
            Place { version: there.3, ..at },
            Place { table: &names.1, field: &names.0, ..at },
        ];
        for other in elsewhere.into_iter().filter(|other| *other != at) {
            prop_assert!(open(&other, &keys_here, &sealed).is_err());
        }
        if there.4 != here.4 {
            prop_assert_eq!(open(&at, &keys_of(there.4), &sealed).err(), Some(OpenError::WrongKey));
        }
    }

    #[test]
    fn any_changed_byte_fails(value in proptest::collection::vec(any::<u8>(), 0..300), at: proptest::sample::Index, change in 1u8..) {
        let keys = keys_of(1);
        let mut sealed = seal(&place(), &keys, &value, &mut StdRng::seed_from_u64(2));
        let at = at.index(sealed.len());
        sealed[at] ^= change;
        prop_assert!(open(&place(), &keys, &sealed).is_err());
    }

    #[test]
    fn noise_never_opens_and_never_panics(noise in proptest::collection::vec(any::<u8>(), 0..400), headed: bool) {
        let mut noise = noise;
        if headed && noise.len() >= 2 {
            noise[..2].copy_from_slice(&[KIND, 1]);
        }
        prop_assert!(open(&place(), &keys_of(1), &noise).is_err());
    }
}

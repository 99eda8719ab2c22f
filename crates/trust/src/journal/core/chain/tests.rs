//! A chain proves its order and its content, and nothing about anybody else's.

use proptest::prelude::*;

use super::{super::hash::leaf_hash, *};

const CHAIN: ChainId = ChainId([7; 16]);
const KEY: [u8; 32] = [9; 32];

type Links = Vec<(Vec<u8>, Salt, Head)>;

fn details(i: u64) -> Object {
    Object::from([("step".to_owned(), i64::try_from(i).unwrap().into())])
}

/// A chain of `length` links, each in an entry of its own.
fn chain(length: u64) -> Links {
    let mut head = Head::START;
    (1..=length)
        .map(|i| {
            let entry = Uuid::from_u128(i.into());
            let salt = Salt::derive(&KEY, &entry);
            let link = extend(&head, CHAIN, entry, details(i), &salt);
            head = link.head;
            (link.content, salt, link.head)
        })
        .collect()
}

fn check(links: &[(Vec<u8>, Salt, Head)]) -> Result<Vec<Head>, ChainError> {
    verify(
        CHAIN,
        links.iter().map(|(content, salt, _)| (&content[..], salt)),
    )
}

#[test]
fn a_link_has_these_bytes() {
    let link = extend(
        &Head {
            n: 4,
            hash: Hash([1; 32]),
        },
        CHAIN,
        Uuid::from_u128(5),
        details(3),
        &Salt([2; 32]),
    );
    let expected = concat!(
        r#"{"chain":"BwcHBwcHBwcHBwcHBwcHBw==","n":5,"prev":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=","#,
        r#""entry":"00000000-0000-0000-0000-000000000005","details":{"step":3}}"#
    );
    assert_eq!(String::from_utf8(link.content.clone()).unwrap(), expected);
    assert_eq!(link.head.n, 5);
    assert_eq!(
        link.leaf(),
        leaf_hash(&[&[2; 32], expected.as_bytes()].concat())
    );
    assert_eq!(
        SubEntry::decode(&link.content).unwrap().encode(),
        link.content
    );
    for wrong in [
        expected.replace("\"n\":5", "\"n\":-5"),
        expected.replace("\"n\":5", "\"n\": 5"),
        expected.replace("details", "detail"),
    ] {
        assert!(SubEntry::decode(wrong.as_bytes()).is_err(), "{wrong}");
    }
}

#[test]
fn salts_differ_by_person_and_entry_and_follow_rfc_5869() {
    let entry = Uuid::from_u128(1);
    let salt = Salt::derive(&KEY, &entry);
    // HKDF by its definition, from HMAC alone: extract with a zero salt, then one block of expand.
    let hmac = |key: &[u8; 32], message: &[u8]| -> [u8; 32] {
        let pad = |byte: u8| -> Vec<u8> {
            key.iter()
                .copied()
                .chain([0; 32])
                .map(|k| k ^ byte)
                .collect()
        };
        let inner = Sha256::digest([&pad(0x36)[..], message].concat());
        Sha256::digest([&pad(0x5c)[..], &inner[..]].concat()).into()
    };
    let key = hmac(&[0; 32], &KEY);
    assert_eq!(
        salt.0,
        hmac(&key, &[SALT_INFO, entry.as_bytes(), &[1]].concat())
    );
    assert_ne!(salt, Salt::derive(&KEY, &Uuid::from_u128(2)));
    assert_ne!(salt, Salt::derive(&[8; 32], &entry));
    assert_eq!(format!("{salt:?}"), "[salt]");
}

#[test]
fn a_whole_chain_verifies_and_continues_after_any_link() {
    let links = chain(20);
    assert_eq!(
        check(&links).unwrap(),
        links.iter().map(|link| link.2).collect::<Vec<_>>()
    );
    assert_eq!(check(&[]), Ok(vec![]));
    let mut walk = Walk::after(CHAIN, links[9].2);
    for (content, salt, head) in &links[10..] {
        assert_eq!(walk.step(content, salt).unwrap().n, head.n);
    }
    assert_eq!(walk.head(), links[19].2);
}

#[test]
fn each_kind_of_tampering_is_named() {
    let links = chain(9);
    let spoil = |change: &dyn Fn(&mut Links)| {
        let mut links = links.clone();
        change(&mut links);
        check(&links).unwrap_err()
    };
    assert_eq!(
        spoil(&|links| drop(links.remove(4))),
        ChainError::Gap {
            expected: 5,
            found: 6
        }
    );
    assert_eq!(
        spoil(&|links| drop(links.remove(0))),
        ChainError::Gap {
            expected: 1,
            found: 2
        }
    );
    assert_eq!(
        spoil(&|links| links.swap(3, 4)),
        ChainError::Gap {
            expected: 4,
            found: 5
        }
    );
    assert_eq!(
        spoil(&|links| links.insert(2, links[1].clone())),
        ChainError::Gap {
            expected: 3,
            found: 2
        }
    );
    assert_eq!(
        spoil(&|links| links[5].1 = Salt([0; 32])),
        ChainError::Broken { n: 7 }
    );
    assert_eq!(
        spoil(&|links| {
            let mut link = SubEntry::decode(&links[5].0).unwrap();
            link.details.insert("step".to_owned(), 60_i64.into());
            links[5].0 = link.encode();
        }),
        ChainError::Broken { n: 7 },
        "a changed content is found at the next link"
    );
    assert_eq!(
        // Renumbered over a dropped link: the hash of the one before gives it away.
        spoil(&|links| {
            links.remove(4);
            for (i, link) in links.iter_mut().enumerate() {
                let mut entry = SubEntry::decode(&link.0).unwrap();
                entry.n = i as u64 + 1;
                link.0 = entry.encode();
            }
        }),
        ChainError::Broken { n: 5 }
    );
    assert!(matches!(
        spoil(&|links| links[2].0.push(b' ')),
        ChainError::Malformed { next: 3, .. }
    ));
    let foreign = links.iter().map(|(content, salt, _)| (&content[..], salt));
    assert_eq!(
        verify(ChainId([8; 16]), foreign),
        Err(ChainError::ForeignChain { next: 1 })
    );
}

#[test]
fn details_stay_out_of_debug_output() {
    let (content, salt, _) = &chain(1)[0];
    let link = extend(
        &Head::START,
        CHAIN,
        Uuid::nil(),
        Object::from([("name".to_owned(), "Ivanov".into())]),
        salt,
    );
    assert!(
        !format!(
            "{link:?} {:?} {:?}",
            SubEntry::decode(&link.content),
            SubEntry::decode(content)
        )
        .contains("Ivanov")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_flipped_bit_but_in_the_last_link_is_found(length in 2_u64..8, pick in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let mut links = chain(length);
        let last_head = links.last().unwrap().2;
        let link = pick.index(links.len());
        let at = place.index(links[link].0.len());
        links[link].0[at] ^= 1 << bit;
        // A change of the last link shows in its head, which the map commits to.
        match check(&links) {
            Err(_) => {}
            Ok(heads) => {
                prop_assert_eq!(link, links.len() - 1);
                prop_assert_ne!(*heads.last().unwrap(), last_head);
            }
        }
    }
}

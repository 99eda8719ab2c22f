//! Blind indexes: what a look-up may find without the database knowing what is looked up. A tag is a keyed, truncated
//! hash of a normalised value; rows with equal tags are candidates, which the caller opens and compares.
//!
//! `key(kind) = HKDF-SHA256(epoch root, salt "medok/index/v1", info "medok/index" ‖ label)` and
//! `tag = HMAC-SHA256(key(kind), parts, each preceded by its length)`, first 8 bytes.
//!
//! **Known leak**: whoever reads the database sees which rows of one kind and epoch are equal, and how often (a family's
//! shared phone, a common surname and initial, the last four digits that one row in ten thousand shares). Without the
//! key folder nothing can be guessed and tried. Two values share a tag by chance once in 2^64, hence the comparison.

use std::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::hash::{expand, keyed, length};
use super::normal;

/// What may be looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IndexKind {
    /// The whole phone.
    Phone,
    /// Its last four digits, as callers say them at the desk.
    PhoneLast4,
    /// The e-mail address.
    Email,
    /// Surname and birth date.
    SurnameBirth,
    /// Surname and the first letter of the given name.
    SurnameInitial,
}

impl IndexKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Phone,
        Self::PhoneLast4,
        Self::Email,
        Self::SurnameBirth,
        Self::SurnameInitial,
    ];

    /// The name rows carry; never changes.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::PhoneLast4 => "phone_last4",
            Self::Email => "email",
            Self::SurnameBirth => "surname_birth",
            Self::SurnameInitial => "surname_initial",
        }
    }
}

/// A normalised value to be indexed or looked up. Printed as `[sealed]`, wiped on drop.
#[derive(Clone)]
pub struct IndexTerm {
    kind: IndexKind,
    parts: [Zeroizing<String>; 2],
}

impl IndexTerm {
    /// A phone in any usual spelling, best E.164. `None` if it is none.
    #[must_use]
    pub fn phone(phone: &str) -> Option<Self> {
        Some(Self::of(IndexKind::Phone, normal::phone(phone)?, ""))
    }

    /// The last four digits: of a whole phone, or these four alone. `None` if there are not four.
    #[must_use]
    pub fn phone_last4(phone: &str) -> Option<Self> {
        let alone = phone.len() == 4 && phone.bytes().all(|byte| byte.is_ascii_digit());
        let digits = if alone {
            Zeroizing::new(phone.to_owned())
        } else {
            normal::phone(phone)?
        };
        let last = Zeroizing::new(digits[digits.len() - 4..].to_owned());
        Some(Self::of(IndexKind::PhoneLast4, last, ""))
    }

    /// An e-mail address. `None` if it is none.
    #[must_use]
    pub fn email(address: &str) -> Option<Self> {
        Some(Self::of(IndexKind::Email, normal::email(address)?, ""))
    }

    /// A surname with a birth date `YYYY-MM-DD`. `None` if either is none.
    #[must_use]
    pub fn surname_birth(surname: &str, birth_date: &str) -> Option<Self> {
        Some(Self::of(
            IndexKind::SurnameBirth,
            normal::name(surname)?,
            normal::date(birth_date)?,
        ))
    }

    /// A surname with a given name, of which the first letter counts. `None` if either has no letter.
    #[must_use]
    pub fn surname_initial(surname: &str, given_name: &str) -> Option<Self> {
        let given_name = normal::name(given_name)?;
        let initial = given_name.chars().next().map_or(0, char::len_utf8);
        Some(Self::of(
            IndexKind::SurnameInitial,
            normal::name(surname)?,
            &given_name[..initial],
        ))
    }

    /// What it looks up.
    #[must_use]
    pub fn kind(&self) -> IndexKind {
        self.kind
    }

    /// Whether two terms are equal in kind and normal form: for comparing an opened candidate with what was asked.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.kind == other.kind && self.parts == other.parts
    }

    fn of(kind: IndexKind, first: Zeroizing<String>, second: &str) -> Self {
        Self {
            kind,
            parts: [first, Zeroizing::new(second.to_owned())],
        }
    }
}

impl fmt::Debug for IndexTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

/// The blind index of a term in one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IndexTag([u8; 8]);

impl IndexTag {
    /// The tag as a BIGINT column holds it.
    #[must_use]
    pub fn as_i64(self) -> i64 {
        i64::from_be_bytes(self.0)
    }

    /// The tag read back from a BIGINT column.
    #[must_use]
    pub fn from_i64(column: i64) -> Self {
        Self(column.to_be_bytes())
    }

    /// The eight bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

/// One epoch of the blind indexes, with a key per kind. Rebuilding makes a new epoch and retires the old.
pub struct IndexEpoch {
    number: u32,
    keys: [Hmac<Sha256>; 5],
}

impl IndexEpoch {
    /// The epoch of this number, from the 32 random bytes of its `index` key file.
    #[must_use]
    pub fn new(number: u32, root: &[u8; 32]) -> Self {
        let root = Hkdf::<Sha256>::new(Some(b"medok/index/v1"), root);
        let keys = IndexKind::ALL
            .map(|kind| keyed(&expand(&root, &[b"medok/index", kind.label().as_bytes()])));
        Self { number, keys }
    }

    /// Its number, which rows carry.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The tag of a term in this epoch.
    #[must_use]
    pub fn tag(&self, term: &IndexTerm) -> IndexTag {
        let mut mac = self.keys[term.kind as usize].clone();
        for part in &term.parts {
            mac.update(&length(part.len()));
            mac.update(part.as_bytes());
        }
        let whole = mac.finalize().into_bytes();
        let mut tag = [0; 8];
        tag.copy_from_slice(&whole[..8]);
        IndexTag(tag)
    }
}

impl fmt::Debug for IndexEpoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

/// What to ask the database for: the term's tag in each epoch, with the epoch's number.
pub fn probes<'a>(
    epochs: impl IntoIterator<Item = &'a IndexEpoch>,
    term: &'a IndexTerm,
) -> impl Iterator<Item = (u32, IndexTag)> {
    epochs
        .into_iter()
        .map(|epoch| (epoch.number, epoch.tag(term)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn epoch() -> IndexEpoch {
        IndexEpoch::new(1, &[1; 32])
    }

    #[test]
    fn spellings_of_one_value_share_a_tag() {
        let epoch = epoch();
        let tag = |term: Option<IndexTerm>| epoch.tag(&term.unwrap());
        assert_eq!(
            tag(IndexTerm::phone("8 921 000-09-13")),
            tag(IndexTerm::phone("+79210000913"))
        );
        assert_eq!(
            tag(IndexTerm::phone_last4("0913")),
            tag(IndexTerm::phone_last4("+7 921 000-09-13"))
        );
        assert_eq!(
            tag(IndexTerm::email("A@b.ru")),
            tag(IndexTerm::email("a@B.ru"))
        );
        assert_eq!(
            tag(IndexTerm::surname_birth("Пчёлкина", "1990-02-03")),
            tag(IndexTerm::surname_birth("пчелкина", "1990-02-03"))
        );
        assert_eq!(
            tag(IndexTerm::surname_initial("Ким", "Ёлка")),
            tag(IndexTerm::surname_initial("КИМ", "Е."))
        );
        assert_ne!(
            tag(IndexTerm::surname_initial("Ким", "Анна")),
            tag(IndexTerm::surname_initial("Ким", "Борис"))
        );
        assert_ne!(
            tag(IndexTerm::surname_birth("Ким", "1990-02-03")),
            tag(IndexTerm::surname_birth("Ким", "1990-02-04"))
        );
    }

    #[test]
    fn kinds_and_epochs_never_share_a_tag() {
        let digits = IndexTerm::phone("0000913").unwrap();
        let mut seen = HashSet::new();
        for root in 0..4 {
            for kind in IndexKind::ALL {
                let term = IndexTerm {
                    kind,
                    ..digits.clone()
                };
                assert!(seen.insert(IndexEpoch::new(1, &[root; 32]).tag(&term)));
            }
        }
        let labels: HashSet<_> = IndexKind::ALL.map(IndexKind::label).into();
        assert_eq!(labels.len(), 5);
        assert!(
            IndexKind::ALL
                .iter()
                .enumerate()
                .all(|(at, kind)| *kind as usize == at),
            "keys are found by kind"
        );
    }

    #[test]
    fn a_look_up_asks_every_live_epoch() {
        let epochs = [IndexEpoch::new(7, &[1; 32]), IndexEpoch::new(5, &[2; 32])];
        let term = IndexTerm::email("a@b.ru").unwrap();
        let asked: Vec<_> = probes(&epochs, &term).collect();
        assert_eq!(
            asked,
            [(7, epochs[0].tag(&term)), (5, epochs[1].tag(&term))]
        );
        assert_ne!(asked[0].1, asked[1].1);
    }

    #[test]
    fn what_is_no_value_has_no_term_and_nothing_prints() {
        assert!(IndexTerm::phone("позвоните").is_none());
        assert!(IndexTerm::phone_last4("913").is_none());
        assert!(IndexTerm::phone_last4("٠٩١٣").is_none());
        assert!(IndexTerm::email("anna").is_none());
        assert!(IndexTerm::surname_birth("Ким", "03.02.1990").is_none());
        assert!(IndexTerm::surname_initial("Ким", "-").is_none());
        let term = IndexTerm::phone("+79210000913").unwrap();
        assert_eq!(format!("{term:?} {:?}", epoch()), "[sealed] [sealed]");
    }

    #[test]
    fn tags_stay_byte_for_byte() {
        // Recomputed independently from the description at the head of this file; a change here loses every index.
        let tag = epoch().tag(&IndexTerm::surname_birth("Пчёлкина", "1990-02-03").unwrap());
        assert_eq!(hex::encode(tag.as_bytes()), "98c3178d9d55309d");
    }

    proptest! {
        #[test]
        fn tags_follow_equality_and_survive_the_column(one in "[а-я]{1,8}", two in "[а-я]{1,8}", other in "[а-я]{1,8}") {
            let (epoch, term) = (epoch(), |a: &str, b: &str| IndexTerm { kind: IndexKind::SurnameInitial, parts: [a, b].map(|part| Zeroizing::new(part.to_owned())) });
            let tag = epoch.tag(&term(&one, &two));
            prop_assert_eq!(tag, epoch.tag(&term(&one, &two)));
            prop_assert_eq!(tag == epoch.tag(&term(&one, &other)), two == other);
            prop_assert_eq!(IndexTag::from_i64(tag.as_i64()), tag);
            let (joined, none) = (format!("{one}{two}"), String::new());
            prop_assert_ne!(tag, epoch.tag(&term(&joined, &none)), "parts do not run together");
        }
    }
}

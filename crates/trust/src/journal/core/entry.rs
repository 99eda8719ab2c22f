//! The public leaf of the log: what happened, when, by whom, why, to which categories of data — never to whom. Its persons
//! stand behind `root`, the root of its [`super::subtree`].

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize, de};
use uuid::Uuid;

use super::{
    bundle::MAX_ENTRY,
    hash::{Hash, leaf_hash},
    json::{self, JsonError, Object},
};

/// An entry of the journal. Its bytes are JSON without spaces, fields in this order, keys of objects sorted; its leaf
/// hash is RFC 6962's over these bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The form's version, always 1.
    pub v: FormatVersion,
    /// The entry's id; salts of its sub-entries are derived from it, so it never repeats.
    pub id: Uuid,
    /// What happened: lower-case words with dots, such as `appointment.booked`.
    pub kind: Kind,
    /// When: RFC 3339 in UTC with microseconds, such as `2026-02-03T04:05:06.000007Z`.
    pub at: Timestamp,
    /// Who acted, without personal data: a role and opaque ids.
    pub actor: Object,
    /// For which purpose, as the register of purposes calls it; absent for the house's own upkeep.
    pub purpose: Option<String>,
    /// About which case; absent where there is none.
    pub case: Option<String>,
    /// Which categories of personal data were touched.
    pub categories: BTreeSet<String>,
    /// Root of the padded and shuffled tree of sub-entries.
    pub root: Hash,
    /// Whatever else is public: no personal data.
    pub data: Object,
}

impl Entry {
    /// The leaf's bytes.
    ///
    /// # Errors
    /// [`EntryError::TooLong`] past 65,535 bytes, which no entry bundle holds (C2SP tlog-tiles).
    pub fn encode(&self) -> Result<Vec<u8>, EntryError> {
        let bytes = json::encode(self);
        if bytes.len() > MAX_ENTRY {
            Err(EntryError::TooLong { bytes: bytes.len() })
        } else {
            Ok(bytes)
        }
    }

    /// The leaf hash that the entry would have without its root: what the fillers of its tree are made for
    /// ([`super::subtree::Fillers`]).
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    pub fn mark(&self) -> Result<Hash, EntryError> {
        let rootless = Self {
            root: Hash::ZERO,
            ..self.clone()
        };
        Ok(leaf_hash(&rootless.encode()?))
    }

    /// Reads a leaf's bytes, and refuses any that [`Entry::encode`] would not have written.
    ///
    /// # Errors
    /// [`EntryError::TooLong`], [`EntryError::Json`].
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > MAX_ENTRY {
            return Err(EntryError::TooLong { bytes: bytes.len() });
        }
        json::decode(bytes).map_err(EntryError::Json)
    }
}

/// Why an entry cannot be written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryError {
    /// More than 65,535 bytes.
    TooLong {
        /// Length found.
        bytes: usize,
    },
    /// Not an entry's JSON, or not in its one byte form.
    Json(JsonError),
    /// A kind that is not lower-case words with dots, at most 64 bytes.
    Kind,
    /// A time that is not RFC 3339 in UTC with microseconds.
    Timestamp,
}

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => {
                write!(f, "an entry of {bytes} bytes is longer than {MAX_ENTRY}")
            }
            Self::Json(error) => write!(f, "not an entry: {error}"),
            Self::Kind => f.write_str(
                "an entry's kind is lower-case words with dots, such as appointment.booked",
            ),
            Self::Timestamp => f.write_str("an entry's time is RFC 3339 in UTC with microseconds"),
        }
    }
}

impl std::error::Error for EntryError {}

/// Version 1, written as the number: the only one there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FormatVersion;

impl Serialize for FormatVersion {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(1)
    }
}

impl<'de> Deserialize<'de> for FormatVersion {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            1 => Ok(Self),
            other => Err(de::Error::custom(format_args!(
                "version {other} is unknown"
            ))),
        }
    }
}

/// What happened: lower-case Latin words and digits, joined by dots, underscores or hyphens; at most 64 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Kind(String);

impl Kind {
    /// Reads a kind.
    ///
    /// # Errors
    /// [`EntryError::Kind`].
    pub fn parse(text: &str) -> Result<Self, EntryError> {
        let words = |joint| matches!(joint, '.' | '_' | '-');
        let word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if text.len() <= 64 && text.split(words).all(word) {
            Ok(Self(text.to_owned()))
        } else {
            Err(EntryError::Kind)
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Kind {
    type Error = EntryError;

    fn try_from(text: String) -> Result<Self, EntryError> {
        Self::parse(&text)
    }
}

impl From<Kind> for String {
    fn from(kind: Kind) -> Self {
        kind.0
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A moment as RFC 3339 in UTC with exactly six digits of the second: 27 bytes whose order is the order of time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(String);

impl Timestamp {
    /// Reads a moment.
    ///
    /// # Errors
    /// [`EntryError::Timestamp`] for any other form, and for dates and times of day that do not exist.
    pub fn parse(text: &str) -> Result<Self, EntryError> {
        if is_moment(text.as_bytes()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(EntryError::Timestamp)
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Timestamp {
    type Error = EntryError;

    fn try_from(text: String) -> Result<Self, EntryError> {
        Self::parse(&text)
    }
}

impl From<Timestamp> for String {
    fn from(moment: Timestamp) -> Self {
        moment.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_moment(text: &[u8]) -> bool {
    const FORM: &[u8; 27] = b"0000-00-00T00:00:00.000000Z";
    let shaped = text.len() == FORM.len()
        && text.iter().zip(FORM).all(|(byte, form)| {
            if *form == b'0' {
                byte.is_ascii_digit()
            } else {
                byte == form
            }
        });
    if !shaped {
        return false;
    }
    let number = |from: usize, to: usize| {
        text[from..to]
            .iter()
            .fold(0_u32, |number, digit| number * 10 + u32::from(digit - b'0'))
    };
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day) && number(11, 13) < 24 && number(14, 16) < 60 && number(17, 19) < 60
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry() -> Entry {
        Entry {
            v: FormatVersion,
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001),
            kind: Kind::parse("appointment.booked").unwrap(),
            at: Timestamp::parse("2026-02-03T04:05:06.000007Z").unwrap(),
            actor: Object::from([("is".to_owned(), "visitor".into())]),
            purpose: Some("services".to_owned()),
            case: None,
            categories: ["phone", "name"].map(str::to_owned).into(),
            root: Hash::ZERO,
            data: Object::from([
                ("service".to_owned(), "consultation".into()),
                ("minutes".to_owned(), 30_i64.into()),
            ]),
        }
    }

    #[test]
    fn an_entry_has_these_bytes_and_no_others() {
        let bytes = entry().encode().unwrap();
        let expected = concat!(
            r#"{"v":1,"id":"01900000-0000-7000-8000-000000000001","kind":"appointment.booked","at":"2026-02-03T04:05:06.000007Z","#,
            r#""actor":{"is":"visitor"},"purpose":"services","case":null,"categories":["name","phone"],"#,
            r#""root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","data":{"minutes":30,"service":"consultation"}}"#
        );
        assert_eq!(String::from_utf8(bytes.clone()).unwrap(), expected);
        assert_eq!(Entry::decode(&bytes), Ok(entry()));
    }

    #[test]
    fn reading_is_strict() {
        let text = String::from_utf8(entry().encode().unwrap()).unwrap();
        for (from, to) in [
            ("\"v\":1", "\"v\":2"),
            ("\"v\":1,", ""),
            ("\"case\":null,", ""),
            ("\"case\":null", "\"case\":null,\"more\":1"),
            ("\"name\",\"phone\"", "\"phone\",\"name\""),
            ("\"name\",\"phone\"", "\"name\",\"name\""),
            ("01900000-0000-7000", "0190000000007000"),
            ("{\"v\"", "{ \"v\""),
            ("\"minutes\":30", "\"minutes\":30.5"),
            ("appointment.booked", "Appointment booked"),
            ("02-03T04", "02-30T04"),
            ("AAA=", "AAA"),
            (
                "\"kind\":\"appointment.booked\",",
                "\"kind\":\"appointment.booked\",\"kind\":\"appointment.booked\",",
            ),
        ] {
            let wrong = text.replacen(from, to, 1);
            assert_ne!(wrong, text, "{from}");
            assert!(
                matches!(Entry::decode(wrong.as_bytes()), Err(EntryError::Json(_))),
                "{wrong}"
            );
        }
        let upper = text.replacen("01900000-", "0190000A-", 1);
        assert_eq!(
            Entry::decode(upper.as_bytes()),
            Err(EntryError::Json(JsonError::NotCanonical))
        );
    }

    #[test]
    fn an_entry_past_the_bundles_limit_is_refused() {
        let mut entry = entry();
        entry.data.insert("filler".to_owned(), "".into());
        let room = MAX_ENTRY - entry.encode().unwrap().len();
        entry
            .data
            .insert("filler".to_owned(), "x".repeat(room).into());
        let bytes = entry.encode().unwrap();
        assert_eq!(bytes.len(), MAX_ENTRY);
        assert_eq!(Entry::decode(&bytes), Ok(entry.clone()));
        entry
            .data
            .insert("filler".to_owned(), "x".repeat(room + 1).into());
        assert_eq!(
            entry.encode(),
            Err(EntryError::TooLong {
                bytes: MAX_ENTRY + 1
            })
        );
        assert_eq!(
            Entry::decode(&vec![b' '; MAX_ENTRY + 1]),
            Err(EntryError::TooLong {
                bytes: MAX_ENTRY + 1
            })
        );
    }

    #[test]
    fn kinds_and_moments_parse_at_the_door() {
        for kind in [
            "a",
            "appointment.booked",
            "keys.rotated_2",
            "journal.chain-map",
        ] {
            assert_eq!(Kind::parse(kind).unwrap().as_str(), kind);
        }
        for kind in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "A",
            "a b",
            "запись",
            &"x".repeat(65),
        ] {
            assert_eq!(Kind::parse(kind), Err(EntryError::Kind), "{kind}");
        }
        for moment in [
            "2024-02-29T23:59:59.999999Z",
            "2000-02-29T00:00:00.000000Z",
            "0001-01-01T00:00:00.000000Z",
        ] {
            assert_eq!(Timestamp::parse(moment).unwrap().to_string(), moment);
        }
        for moment in [
            "",
            "2026-02-03T04:05:06Z",
            "2026-02-03T04:05:06.007Z",
            "2026-02-03T04:05:06.0000070Z",
            "2026-02-03T04:05:06.000007z",
            "2026-02-03 04:05:06.000007Z",
            "2026-02-03T04:05:06.000007+",
            "2026-02-29T04:05:06.000007Z",
            "1900-02-29T04:05:06.000007Z",
            "2026-00-03T04:05:06.000007Z",
            "2026-13-03T04:05:06.000007Z",
            "2026-04-31T04:05:06.000007Z",
            "2026-02-00T04:05:06.000007Z",
            "2026-02-03T24:05:06.000007Z",
            "2026-02-03T04:60:06.000007Z",
            "2026-02-03T04:05:60.000007Z",
            "２026-02-03T04:05:06.00007Z",
        ] {
            assert_eq!(
                Timestamp::parse(moment),
                Err(EntryError::Timestamp),
                "{moment}"
            );
        }
        assert!(
            Timestamp::parse("2026-02-03T04:05:06.000007Z").unwrap()
                < Timestamp::parse("2026-02-03T04:05:06.000010Z").unwrap()
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn any_entry_reads_back(
            id in any::<u128>(),
            purpose in prop::option::of(any::<String>()),
            categories in prop::collection::btree_set(any::<String>(), 0..4),
            data in prop::collection::btree_map(any::<String>(), any::<i64>(), 0..4),
            root in any::<[u8; 32]>(),
        ) {
            let data = data.into_iter().map(|(key, value)| (key, value.into())).collect();
            let entry = Entry { id: Uuid::from_u128(id), purpose: purpose.clone(), case: purpose, categories, data, root: Hash(root), ..entry() };
            prop_assert_eq!(Entry::decode(&entry.encode().unwrap()), Ok(entry));
        }

        #[test]
        fn a_flipped_bit_is_another_entry_or_none(place in any::<prop::sample::Index>(), bit in 0_u8..8) {
            let mut bytes = entry().encode().unwrap();
            let at = place.index(bytes.len());
            bytes[at] ^= 1 << bit;
            if let Ok(other) = Entry::decode(&bytes) {
                prop_assert_ne!(other, entry());
            }
        }
    }
}

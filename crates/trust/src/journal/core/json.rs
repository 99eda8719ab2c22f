//! The one byte form of a JSON document. What is hashed must have no second spelling: fields in a fixed order, keys sorted,
//! no spaces, no fractions; and what does not come out as it came in is refused.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize, de};

/// A JSON object with sorted keys.
pub type Object = BTreeMap<String, Value>;

/// A JSON value whose byte form depends on nothing but itself: no fractions, and object keys in order whatever features
/// of `serde_json` a build turns on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// An object.
    Object(Object),
}

/// The bytes of `document`. Its type must fix the order of fields and hold no fractions and no unordered maps.
pub(crate) fn encode<T: Serialize>(document: &T) -> Vec<u8> {
    serde_json::to_vec(document)
        .expect("the journal's documents have text keys only, and writing to memory does not fail")
}

/// Reads a document and refuses bytes that [`encode`] would not have written: repeated or reordered fields, spaces,
/// other escapes.
pub(crate) fn decode<T: Serialize + de::DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    let document: T = serde_json::from_slice(bytes).map_err(|error| JsonError::at(&error))?;
    if encode(&document) == bytes {
        Ok(document)
    } else {
        Err(JsonError::NotCanonical)
    }
}

/// An object out of any serialisable struct, map or enum: how the house's own types enter an entry.
///
/// # Errors
/// [`JsonError::NotCanonical`] when it is not an object, or holds a fraction or a number past 2⁶³ − 1.
pub fn object<T: Serialize>(value: &T) -> Result<Object, JsonError> {
    match serde_json::to_value(value)
        .map_err(|error| JsonError::at(&error))
        .and_then(Value::try_from)?
    {
        Value::Object(object) => Ok(object),
        _ => Err(JsonError::NotCanonical),
    }
}

/// Why bytes are not one of the journal's JSON documents. Never repeats what they say: they may be about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonError {
    /// Not JSON, or not of the document's shape.
    Malformed {
        /// Byte on the line at which reading stopped, counted from 1; 0 when unknown.
        column: usize,
    },
    /// Readable, but not in its one byte form.
    NotCanonical,
}

impl JsonError {
    pub(crate) fn at(error: &serde_json::Error) -> Self {
        Self::Malformed {
            column: error.column(),
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { column } => write!(f, "malformed JSON at byte {column}"),
            Self::NotCanonical => f.write_str("JSON that is not in its one byte form"),
        }
    }
}

impl std::error::Error for JsonError {}

impl TryFrom<serde_json::Value> for Value {
    type Error = JsonError;

    fn try_from(value: serde_json::Value) -> Result<Self, JsonError> {
        Ok(match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Bool(value),
            serde_json::Value::Number(number) => {
                Self::Int(number.as_i64().ok_or(JsonError::NotCanonical)?)
            }
            serde_json::Value::String(text) => Self::Text(text),
            serde_json::Value::Array(items) => Self::List(
                items
                    .into_iter()
                    .map(Self::try_from)
                    .collect::<Result<_, _>>()?,
            ),
            serde_json::Value::Object(fields) => Self::Object(
                fields
                    .into_iter()
                    .map(|(key, value)| Ok((key, Self::try_from(value)?)))
                    .collect::<Result<_, JsonError>>()?,
            ),
        })
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl From<Object> for Value {
    fn from(fields: Object) -> Self {
        Self::Object(fields)
    }
}

impl Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => items.serialize(serializer),
            Self::Object(fields) => fields.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> de::Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without fractions")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Int(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        i64::try_from(number)
            .map(Value::Int)
            .map_err(|_| E::custom("a number past 2^63 - 1"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Object::new();
        while let Some((key, value)) = fields.next_entry()? {
            // Two readers would see two things.
            if object.insert(key, value).is_some() {
                return Err(de::Error::custom("a field stands twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Result<Value, JsonError> {
        decode(text.as_bytes())
    }

    #[test]
    fn a_document_has_one_spelling() {
        let text = r#"{"a":[1,-2,true,null,"\n\"я"],"b":{"c":{}},"d":9223372036854775807}"#;
        let value = read(text).unwrap();
        assert_eq!(encode(&value), text.as_bytes());
        for other in [
            r#"{"b":1,"a":2}"#,
            r#"{"a": 1}"#,
            r#"{"a":1} "#,
            r#""\u0041""#,
            r#""\/""#,
        ] {
            assert_eq!(read(other), Err(JsonError::NotCanonical), "{other}");
        }
        for broken in [
            "",
            "{",
            "1.0",
            "1e3",
            "-0",
            "9223372036854775808",
            "01",
            r#"{"a":1,"a":1}"#,
            "nul",
            "\"\u{1}\"",
            "{\"a\":1}x",
            "[1,]",
            "\u{feff}1",
        ] {
            assert!(
                matches!(read(broken), Err(JsonError::Malformed { .. })),
                "{broken}: {:?}",
                read(broken)
            );
        }
        assert!(matches!(
            decode::<Value>(b"\"\xff\""),
            Err(JsonError::Malformed { .. })
        ));
        let deep = "[".repeat(5000);
        assert!(read(&deep).is_err(), "no depth overflows the stack");
    }

    #[test]
    fn an_error_repeats_nothing_of_the_document() {
        let error = decode::<u8>(b"\"Ivanov\"").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("Ivanov"));
    }

    #[test]
    fn the_houses_types_become_objects() {
        #[derive(Serialize)]
        #[serde(tag = "is")]
        enum Actor {
            Staff {
                session: u32,
                note: Option<&'static str>,
            },
        }
        let object = object(&Actor::Staff {
            session: 5,
            note: None,
        })
        .unwrap();
        assert_eq!(
            encode(&object),
            br#"{"is":"Staff","note":null,"session":5}"#
        );
        assert_eq!(super::object(&5), Err(JsonError::NotCanonical));
        assert_eq!(
            super::object(&json!({"x": 0.5})),
            Err(JsonError::NotCanonical)
        );
        assert_eq!(
            super::object(&json!({"x": [u64::MAX]})),
            Err(JsonError::NotCanonical)
        );
    }

    #[test]
    fn plain_values_become_json() {
        let object = Object::from([
            ("bool".to_owned(), true.into()),
            ("int".to_owned(), Value::from(7_u32)),
            ("list".to_owned(), vec!["a", "b"].into()),
            ("none".to_owned(), None::<i64>.into()),
            ("object".to_owned(), Object::new().into()),
            ("some".to_owned(), Some("x".to_owned()).into()),
        ]);
        assert_eq!(
            encode(&object),
            br#"{"bool":true,"int":7,"list":["a","b"],"none":null,"object":{},"some":"x"}"#
        );
    }

    fn values() -> impl Strategy<Value = Value> {
        let plain = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            any::<String>().prop_map(Value::Text),
        ];
        plain.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                prop::collection::btree_map(any::<String>(), inner, 0..4).prop_map(Value::Object),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn any_value_reads_back(value in values()) {
            let bytes = encode(&value);
            prop_assert_eq!(decode::<Value>(&bytes), Ok(value.clone()));
            // The same by way of serde_json's own type, whatever order it keeps keys in.
            let theirs: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            prop_assert_eq!(Value::try_from(theirs), Ok(value));
        }
    }
}

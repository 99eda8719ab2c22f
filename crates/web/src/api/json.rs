//! JSON as it is taken at the door: strict where `serde_json` is lenient.
//!
//! *Invariant*: a key that comes twice is a flaw, for two readers would take two different values; `null` equals
//! absent and is not there any more once read (but stays in lists, where it takes a place).

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// An object read, and where keys came twice.
#[derive(Debug, PartialEq)]
pub(super) struct Read {
    /// Its members that are not `null`.
    pub object: Map<String, Value>,
    /// Pointers of keys that came twice.
    pub twice: Vec<String>,
}

/// Reads one object. `None` if the bytes are not UTF-8, not JSON, or not an object.
pub(super) fn object(bytes: &[u8]) -> Option<Read> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut twice = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Node {
        at: "",
        twice: &mut twice,
    }
    .deserialize(&mut deserializer)
    .ok()?;
    deserializer.end().ok()?;
    match value {
        Value::Object(object) => Some(Read { object, twice }),
        _ => None,
    }
}

/// One step of a pointer (RFC 6901 §3); a key longer than 64 characters is cut.
pub(super) fn step(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 1);
    out.push('/');
    for character in key.chars().take(64) {
        match character {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            other => out.push(other),
        }
    }
    out
}

/// A value and where it stands.
struct Node<'a> {
    at: &'a str,
    twice: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        loop {
            let at = format!("{}/{}", self.at, values.len());
            match list.next_element_seed(Node {
                at: &at,
                twice: self.twice,
            })? {
                Some(value) => values.push(value),
                None => return Ok(Value::Array(values)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        let mut seen = HashSet::new();
        while let Some(key) = members.next_key::<String>()? {
            let at = format!("{}{}", self.at, step(&key));
            let value = members.next_value_seed(Node {
                at: &at,
                twice: self.twice,
            })?;
            if !seen.insert(key.clone()) {
                self.twice.push(at);
            } else if !value.is_null() {
                object.insert(key, value);
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn an_object_is_read_without_its_nulls() {
        let read =
            object(br#"{"a":1,"b":null,"c":{"d":null,"e":-2.5},"f":[null,true,"x"]}"#).unwrap();
        assert_eq!(
            Value::Object(read.object),
            json!({"a": 1, "c": {"e": -2.5}, "f": [null, true, "x"]})
        );
        assert!(read.twice.is_empty());
    }

    #[test]
    fn keys_that_come_twice_are_found_wherever_they_stand() {
        let read =
            object(br#"{"a":1,"a":2,"b":[{"c/d":null,"c/d":1}],"e":{"f":1,"\u0066":1}}"#).unwrap();
        assert_eq!(read.twice, ["/a", "/b/0/c~1d", "/e/f"]);
        assert_eq!(read.object["a"], 1);
    }

    #[test]
    fn what_is_not_an_object_of_json_is_not_read() {
        let deep = "[".repeat(1000);
        for bytes in [
            b"".as_slice(),
            b"[]",
            b"null",
            b"{",
            b"{}{}",
            b"{} x",
            b"{'a':1}",
            b"{\"a\":01}",
            b"{\"a\":NaN}",
            b"{\"a\":1,}",
            b"{\"a\":\"\xff\"}",
            b"\xef\xbb\xbf{}",
            b"{\"a\":\"\\ud800\"}",
            b"{\"a\":\"\n\"}",
            b"{\"a\":1e999}",
            deep.as_bytes(),
        ] {
            assert_eq!(object(bytes), None, "{}", String::from_utf8_lossy(bytes));
        }
    }

    proptest! {
        #[test]
        fn it_reads_what_the_library_reads(keys in prop::collection::hash_set("[a-zа-я/~]{0,5}", 0..6), number in any::<i64>(), text in ".*") {
            let values: Map<String, Value> = keys.into_iter().map(|key| (key, json!([number, text, {"x": text}]))).collect();
            let read = object(Value::Object(values.clone()).to_string().as_bytes()).unwrap();
            prop_assert_eq!(read.object, values);
        }
    }
}

//! Reading an object member by member: what fits is taken, what does not is noted, and reading goes on.

use std::str::FromStr;

use kernel::HoldId;
use serde_json::{Map, Value};

use super::flaw::{Flaws, Type, What};
use super::json::step;
use crate::door::times;

/// An object being read.
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    at: &'a str,
    flaws: &'a mut Flaws,
}

impl<'a> Fields<'a> {
    /// Begins reading the object at `at` (a pointer, empty for the body itself); members not `known` are flaws.
    pub(super) fn of(
        object: &'a Map<String, Value>,
        at: &'a str,
        known: &[&str],
        flaws: &'a mut Flaws,
    ) -> Self {
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            flaws.add(format!("{at}{}", step(key)), What::Undeclared);
        }
        Self { object, at, flaws }
    }

    /// A member that may be absent.
    pub(super) fn optional<T>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&'a Value) -> Result<T, What>,
    ) -> Option<T> {
        let value = self.object.get(key)?;
        parse(value)
            .map_err(|what| self.flaws.add(format!("{}{}", self.at, step(key)), what))
            .ok()
    }

    /// A member that must be there.
    pub(super) fn required<T>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&'a Value) -> Result<T, What>,
    ) -> Option<T> {
        if !self.object.contains_key(key) {
            self.flaws
                .add(format!("{}{}", self.at, step(key)), What::Missing);
        }
        self.optional(key, parse)
    }
}

/// A string.
pub(super) fn text(value: &Value) -> Result<&str, What> {
    value.as_str().ok_or(What::Type(Type::Text))
}

/// `true` or `false`.
pub(super) fn flag(value: &Value) -> Result<bool, What> {
    value.as_bool().ok_or(What::Type(Type::Flag))
}

/// A whole number that counts versions.
pub(super) fn number(value: &Value) -> Result<i32, What> {
    value
        .as_i64()
        .and_then(|number| i32::try_from(number).ok())
        .ok_or(What::Type(Type::Number))
}

/// A list.
pub(super) fn list(value: &Value) -> Result<&Vec<Value>, What> {
    value.as_array().ok_or(What::Type(Type::List))
}

/// An id. Ids are opaque: what is not one of ours is an unknown one.
pub(super) fn id<T: FromStr>(value: &Value) -> Result<T, What> {
    text(value)?.parse().map_err(|_| What::Unknown)
}

/// The id of a hold. Like others it is opaque, but no catalogue has it: it came with the answer to a hold.
pub(super) fn held(value: &Value) -> Result<HoldId, What> {
    text(value)?.parse().map_err(|_| What::NoSuchHold)
}

/// A time: minutes since 1970 UTC.
pub(super) fn time(value: &Value) -> Result<i64, What> {
    times::minutes(text(value)?).ok_or(What::Time)
}

/// One of a closed set of words.
pub(super) fn word<T>(
    words: &'static [&'static str],
    parse: impl FnOnce(&str) -> Option<T>,
) -> impl FnOnce(&Value) -> Result<T, What> {
    move |value| parse(text(value)?).ok_or(What::Option(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Language, ServiceId};
    use serde_json::json;

    #[test]
    fn reading_goes_on_past_what_does_not_fit() {
        let value = json!({"service": 7, "start": "tomorrow", "given": "yes", "extra": 1, "a/b": 2, "version": 3});
        let mut flaws = Flaws::new(Language::En);
        let mut fields = Fields::of(
            value.as_object().unwrap(),
            "/consents/0",
            &["service", "start", "given", "version", "hold"],
            &mut flaws,
        );
        assert_eq!(fields.required("service", id::<ServiceId>), None);
        assert_eq!(fields.required("start", time), None);
        assert_eq!(fields.required("given", flag), None);
        assert_eq!(fields.required("version", number), Some(3));
        assert_eq!(fields.optional("absent", text), None);
        assert_eq!(fields.required("hold", text), None);
        assert_eq!(held(&json!("xyz")), Err(What::NoSuchHold));
        assert_eq!(held(&json!(7)), Err(What::Type(Type::Text)));
        let told = format!("{flaws:?}");
        for (pointer, what) in [
            ("/consents/0/service", "Type(Text)"),
            ("/consents/0/start", "Time"),
            ("/consents/0/given", "Type(Flag)"),
            ("/consents/0/extra", "Undeclared"),
            ("/consents/0/a~1b", "Undeclared"),
            ("/consents/0/hold", "Missing"),
        ] {
            assert!(
                told.contains(&format!("(\"{pointer}\", {what})")),
                "{pointer}: {told}"
            );
        }
        assert!(
            !told.contains("absent") && !told.contains("tomorrow"),
            "{told}"
        );
    }
}

//! Fixed-length bytes as base64 text (RFC 4648 §4, with padding). One text per value: unpadded or non-canonical forms are refused.

use std::{fmt, marker::PhantomData};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::de;

/// Base64 of `bytes`.
pub(super) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads exactly `N` bytes; `None` for another length or a non-canonical text.
pub(super) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    // Checked before decoding: a hostile proof must not make us allocate what it will not be believed for.
    if text.len() != N.div_ceil(3) * 4 {
        return None;
    }
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// Reads any number of bytes; `None` for a non-canonical text.
pub(super) fn decode_all(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// A serde visitor for a text of `N` bytes that become a `T`.
pub(super) struct ArrayVisitor<T, const N: usize>(PhantomData<T>);

impl<T, const N: usize> ArrayVisitor<T, N> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: From<[u8; N]>, const N: usize> de::Visitor<'_> for ArrayVisitor<T, N> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "base64 of {N} bytes")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        // The text itself stays out of the error: it may be a salt.
        decode::<N>(text)
            .map(T::from)
            .ok_or_else(|| E::custom(format_args!("not base64 of {N} bytes")))
    }
}

/// Gives a newtype over `[u8; N]` the conversion from its bytes and serde as base64 text.
macro_rules! base64_newtype {
    ($name:ident, $length:literal) => {
        impl From<[u8; $length]> for $name {
            fn from(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&super::base64_text::encode(&self.0))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer
                    .deserialize_str(super::base64_text::ArrayVisitor::<Self, $length>::new())
            }
        }
    };
}
pub(super) use base64_newtype;

//! The few hash constructions the core shares. Everything hashed in parts is length-prefixed, so that parts never run
//! together.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _};
use sha2::Sha256;
use zeroize::Zeroizing;

/// HMAC-SHA256 (RFC 2104) under a key of 32 bytes.
pub(super) fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

/// HKDF-Expand (RFC 5869 §2.3) to so many bytes, at most 8160. The parts of `info` must not be able to run together.
pub(super) fn expand<const N: usize>(root: &Hkdf<Sha256>, info: &[&[u8]]) -> Zeroizing<[u8; N]> {
    let mut out = Zeroizing::new([0; N]);
    root.expand_multi_info(info, out.as_mut())
        .expect("every key here is far under HKDF's limit of 8160 bytes");
    out
}

/// A length as four big-endian bytes, the prefix of every part that is hashed or authenticated.
pub(super) fn length(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes)
        .expect("no header, name or sealed value reaches 4 GiB")
        .to_be_bytes()
}

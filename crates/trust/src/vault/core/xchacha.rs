//! Suite 1: XChaCha20-Poly1305 with a key commitment. The only file that calls the cipher.
//! A sealed message is `prefix ‖ nonce ‖ commitment ‖ ciphertext ‖ tag`; everything before the ciphertext is its header,
//! and the whole header is authenticated together with the context the caller names.
//!
//! The commitment is `HMAC-SHA256(commitment key, "medok/commit" ‖ prefix length ‖ prefix ‖ nonce)`. XChaCha20-Poly1305
//! alone does not commit to its key: a message can be made that opens under two keys. Both halves of a [`MessageKey`]
//! are one HKDF output, so committing to one half commits to the key and the label they came from.

use chacha20poly1305::{AeadInOut, KeyInit as _, Tag, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use rand::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::hash::{expand, keyed, length};
use super::suite::OpenError;

/// Bytes of the random nonce: long enough to be drawn at random for ever (2^96 messages per key to a likely repeat).
pub(super) const NONCE: usize = 24;
/// Bytes of the key commitment: 32, so that two keys with one commitment cost 2^128 work to find.
pub(super) const COMMITMENT: usize = 32;
/// Bytes of the Poly1305 tag.
pub(super) const TAG: usize = 16;

const COMMIT_LABEL: &[u8] = b"medok/commit";

/// The two keys of a message: one seals, the other commits to it. Wiped on drop.
pub(super) struct MessageKey {
    sealing: Zeroizing<[u8; 32]>,
    committing: Zeroizing<[u8; 32]>,
}

impl MessageKey {
    /// HKDF-Expand (RFC 5869 §2.3) of 64 bytes: sealing key ‖ commitment key. `info` must be injective.
    pub(super) fn derive(secret: &Hkdf<Sha256>, info: &[&[u8]]) -> Self {
        let both = expand::<64>(secret, info);
        let mut key = Self {
            sealing: Zeroizing::new([0; 32]),
            committing: Zeroizing::new([0; 32]),
        };
        key.sealing.copy_from_slice(&both[..32]);
        key.committing.copy_from_slice(&both[32..]);
        key
    }

    fn commitment(&self, prefix: &[u8], nonce: &[u8]) -> Hmac<Sha256> {
        let mut mac = keyed(&self.committing);
        mac.update(COMMIT_LABEL);
        mac.update(&length(prefix.len()));
        mac.update(prefix);
        mac.update(nonce);
        mac
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.sealing).into())
    }
}

/// What is written under the cipher: `bytes` grown to `room` by zeros, after an optional `lead`.
pub(super) struct Body<'a> {
    pub(super) lead: &'a [u8],
    pub(super) bytes: &'a [u8],
    pub(super) room: usize,
}

/// Seals `body` after `prefix`, bound to `context` (each part length-prefixed).
pub(super) fn seal(
    key: &MessageKey,
    prefix: &[u8],
    context: &[&[u8]],
    body: &Body<'_>,
    rng: &mut dyn CryptoRng,
) -> Vec<u8> {
    let mut nonce = [0u8; NONCE];
    rng.fill_bytes(&mut nonce);
    let header = prefix.len() + NONCE + COMMITMENT;
    // The exact capacity: growing would leave a copy of the plaintext behind in freed memory.
    let mut out = Vec::with_capacity(header + body.room + TAG);
    out.extend_from_slice(prefix);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&key.commitment(prefix, &nonce).finalize().into_bytes());
    let associated = associated(&out, context);
    out.extend_from_slice(body.lead);
    out.extend_from_slice(body.bytes);
    out.resize(header + body.room, 0);
    let tag = key
        .cipher()
        .encrypt_inout_detached(
            &XNonce::from(nonce),
            &associated,
            (&mut out[header..]).into(),
        )
        .expect("a message of memory size is under the cipher's limit of 256 GiB");
    out.extend_from_slice(&tag);
    out
}

/// Opens what [`seal`] made, given how long its prefix is. The commitment is compared in constant time before any
/// decryption, so a wrong key is told from a changed message.
pub(super) fn open(
    key: &MessageKey,
    sealed: &[u8],
    prefix: usize,
    context: &[&[u8]],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let header = prefix + NONCE + COMMITMENT;
    let body_end = sealed
        .len()
        .checked_sub(TAG)
        .filter(|end| *end >= header)
        .ok_or(OpenError::Malformed)?;
    let (nonce, commitment) = sealed[prefix..header].split_at(NONCE);
    key.commitment(&sealed[..prefix], nonce)
        .verify_slice(commitment)
        .map_err(|_| OpenError::WrongKey)?;

    let nonce = XNonce::try_from(nonce).expect("the nonce was cut to its length");
    let tag = Tag::try_from(&sealed[body_end..]).expect("the tag was cut to its length");
    let associated = associated(&sealed[..header], context);
    let mut body = Zeroizing::new(sealed[header..body_end].to_vec());
    key.cipher()
        .decrypt_inout_detached(&nonce, &associated, body.as_mut_slice().into(), &tag)
        .map_err(|_| OpenError::Tampered)?;
    Ok(body)
}

fn associated(header: &[u8], context: &[&[u8]]) -> Vec<u8> {
    let mut all = Vec::with_capacity(256);
    for part in std::iter::once(&header).chain(context) {
        all.extend_from_slice(&length(part.len()));
        all.extend_from_slice(part);
    }
    all
}

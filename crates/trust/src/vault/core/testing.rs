//! What the tests of the core share: predictable "randomness" for the examples that pin the formats.

use std::convert::Infallible;

use rand::rand_core;
use rand::{TryCryptoRng, TryRng};

/// Bytes n, n + 1, n + 2 … in place of randomness.
pub(super) struct Counting(pub(super) u8);

impl TryRng for Counting {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        rand_core::utils::next_word_via_fill(self)
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        rand_core::utils::next_word_via_fill(self)
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for byte in bytes {
            *byte = self.0;
            self.0 = self.0.wrapping_add(1);
        }
        Ok(())
    }
}
impl TryCryptoRng for Counting {}

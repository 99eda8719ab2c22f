//! Randomness enters the house here.

use rand::CryptoRng;
use uuid::Uuid;

use crate::Moment;

/// A cryptographically secure generator, seeded by the system and reseeded as it runs.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that draws randomness"
)]
pub fn rng() -> impl CryptoRng {
    rand::rng()
}

/// So many random bytes.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::Rng::fill_bytes(&mut rng(), &mut bytes);
    bytes
}

/// A random identifier (RFC 9562 §5.4): for what must not tell when it was made.
#[must_use]
pub fn random_id() -> Uuid {
    uuid::Builder::from_random_bytes(bytes()).into_uuid()
}

/// A time-ordered identifier (RFC 9562 §5.7): rows made together lie together.
#[must_use]
pub fn ordered_id(now: Moment) -> Uuid {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes()).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordered_ids_follow_time_and_random_ids_do_not_repeat() {
        assert!(ordered_id(Moment::from_minutes(1)) < ordered_id(Moment::from_minutes(2)));
        assert_eq!(ordered_id(Moment::from_minutes(1)).get_version_num(), 7);
        assert_ne!(random_id(), random_id());
        assert_eq!(random_id().get_version_num(), 4);
    }
}

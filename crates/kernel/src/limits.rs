//! Sizes that bad input may not exceed. Each is far above what an honest visitor needs.

/// Characters in one part of a name.
pub const NAME_CHARACTERS: usize = 100;
/// Years a living person can have.
pub const AGE_YEARS: i16 = 125;
/// Bytes in the body of a request that carries a form or JSON.
pub const BODY_BYTES: usize = 64 * 1024;
/// Bytes in the body of a form by which staff propose a legal text: the longest text, each byte written as `%D0`.
pub const TEXT_FORM_BYTES: usize = 1536 * 1024;
/// Days in one question for free time, the last included.
pub const SLOT_RANGE_DAYS: i32 = 62;
/// Visible ASCII characters in an `Idempotency-Key`.
pub const IDEMPOTENCY_KEY_CHARACTERS: usize = 255;
/// Hours for which the first answer to an `Idempotency-Key` is kept.
pub const IDEMPOTENCY_HOURS: i64 = 24;
/// Minutes for which a ticket opens the data of its case.
pub const TICKET_MINUTES: i64 = 15;

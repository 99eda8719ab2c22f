//! The whole of `calendar` from outside: the law's vectors, the hard cases of booking, and a slow second engine.

#![expect(
    clippy::unwrap_used,
    reason = "a test says by its panic what went wrong"
)]

mod agreement;
mod algebra;
mod clinic;
mod hard_cases;
mod hours;
mod lanes;
mod norms;
mod slow;
mod terms;
mod week;
mod working_days;
mod zones;

//! A free time as it stands in a form.

use std::fmt;
use std::str::FromStr;

use clinic::booking::Slot;

/// A time in a form: start, practitioner and branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SlotText(pub(crate) Slot);

impl fmt::Display for SlotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{}.{}",
            self.0.start, self.0.practitioner, self.0.branch
        )
    }
}

impl FromStr for SlotText {
    type Err = NotASlot;

    fn from_str(text: &str) -> Result<Self, NotASlot> {
        /// Minutes of nine thousand years: no sum of times overflows.
        const FARTHEST: i64 = 5_000_000_000;
        let mut parts = text.splitn(3, '.');
        let mut next = || parts.next().ok_or(NotASlot);
        let start: i64 = next()?.parse().map_err(|_| NotASlot)?;
        let practitioner = next()?.parse().map_err(|_| NotASlot)?;
        let branch = next()?.parse().map_err(|_| NotASlot)?;
        if (0..FARTHEST).contains(&start) {
            Ok(Self(Slot {
                start,
                practitioner,
                branch,
            }))
        } else {
            Err(NotASlot)
        }
    }
}

/// The text names no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotASlot;

#[cfg(test)]
mod tests {
    use kernel::{BranchId, PractitionerId};

    use super::*;

    #[test]
    fn a_time_is_written_so_that_it_is_read_back() {
        let id = uuid::Uuid::from_u128(7);
        let slot = SlotText(Slot {
            start: 29_926_020,
            practitioner: PractitionerId::from_uuid(id),
            branch: BranchId::from_uuid(id),
        });
        assert_eq!(slot.to_string().parse(), Ok(slot));
        for text in [
            "",
            "1",
            "1.2.3",
            &format!("-1.{id}.{id}"),
            &format!("99999999999999.{id}.{id}"),
            &format!("1.{id}.{id}.4"),
        ] {
            assert_eq!(text.parse::<SlotText>(), Err(NotASlot), "{text}");
        }
    }
}

//! Bookings as they were made, cancellations by whom and how long before.

use kernel::Fault;
use sea_orm::DatabaseConnection;

use super::sql::{Counting, number};
use super::zones::{self, Zone};
use super::{Channel, Tally};

/// By whom a visit was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// The patient, by the link or by asking staff.
    Patient,
    /// The clinic: the practitioner could not.
    Clinic,
    /// Neither: booked twice, misuse, anything else.
    Other,
}

impl Whose {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Patient, Self::Clinic, Self::Other];

    /// The word in pages.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Clinic => "clinic",
            Self::Other => "other",
        }
    }
}

/// How long before its beginning a visit was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lead {
    /// Less than two hours, or after it.
    Hours,
    /// Less than a day.
    Day,
    /// Less than three.
    Days,
    /// Three or more.
    Longer,
}

impl Lead {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Hours, Self::Day, Self::Days, Self::Longer];

    /// The word in pages.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Day => "day",
            Self::Days => "days",
            Self::Longer => "longer",
        }
    }
}

pub(super) async fn count(
    db: &DatabaseConnection,
    zone: &Zone,
    tally: &mut Tally,
) -> Result<(), Fault> {
    made(db, zone, tally).await?;
    cancelled(db, zone, tally).await
}

async fn made(db: &DatabaseConnection, zone: &Zone, tally: &mut Tally) -> Result<(), Fault> {
    const MICROS: i64 = 60_000_000;
    for stretch in &zone.stretches {
        let rows = Counting::new(db)
            .say("SELECT (created_at +")
            .bind(stretch.ahead * MICROS)
            .say(") / 86400000000 AS day,")
            .say("coalesce(channel, CASE WHEN made_by IS NULL THEN 'site' ELSE 'desk' END) AS way,")
            .say("count(*) AS n FROM appointment WHERE")
            .at(&zone.branches)
            .say("AND")
            .between("created_at", stretch.start * MICROS, stretch.end * MICROS)
            .say("GROUP BY 1, 2")
            .rows()
            .await?;
        for row in rows {
            let way: String = row.try_get("", "way")?;
            let channel = Channel::from_code(&way)
                .ok_or_else(|| Fault::broken(format!("no booking comes by the way {way}")))?;
            let Some(day) = zones::day(row.try_get("", "day")?) else {
                continue;
            };
            *tally.made.entry((day, channel)).or_default() += number(&row, "n")?;
        }
    }
    Ok(())
}

async fn cancelled(db: &DatabaseConnection, zone: &Zone, tally: &mut Tally) -> Result<(), Fault> {
    let (start, end) = zone.whole();
    let rows = Counting::new(db)
        .say("SELECT whose, CASE WHEN lead < 120 THEN 0 WHEN lead < 1440 THEN 1 WHEN lead < 4320 THEN 2 ELSE 3 END AS step,")
        .say("count(*) AS n FROM (SELECT CASE WHEN changed_by IS NULL OR cancel_reason = 'patient' THEN 0")
        .say("WHEN cancel_reason = 'practitioner' THEN 1 ELSE 2 END AS whose,")
        .say("starts - coalesce(changed_at, created_at) / 60000000 AS lead")
        .say("FROM appointment WHERE status = 'cancelled' AND")
        .at(&zone.branches)
        .say("AND")
        .between("starts", start, end)
        .say(") c GROUP BY 1, 2")
        .rows()
        .await?;
    for row in rows {
        // Small numbers of an expression: PostgreSQL has them as integers, SQLite as any.
        let nth = |column| -> Result<usize, Fault> {
            let nth: i32 = row.try_get("", column)?;
            Ok(usize::try_from(nth).unwrap_or_default())
        };
        let whose = Whose::ALL.get(nth("whose")?).copied();
        let lead = Lead::ALL.get(nth("step")?).copied();
        if let Some(key) = whose.zip(lead) {
            *tally.cancelled.entry(key).or_default() += number(&row, "n")?;
        }
    }
    Ok(())
}

//! How long bookings of the site waited for a human (policy clause 4.1), in working minutes of the branch.
//!
//! The database adds up: each working day is a row of when it opens, how long it is, and how many working minutes lie
//! before it. A year that the calendar of the country does not know counts every day as a working one.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Fault, Moment};
use sea_orm::DatabaseConnection;

use super::TallyQuery;
use super::sql::{Counting, number};
use super::zones::midnight;
use crate::booking::catalogue::Branch;
use crate::booking::jobs::CALENDAR;

/// Days after the last one counted in which an acceptance is still looked for.
const LATER: i64 = 366;

/// How long bookings waited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// How many waited so many working minutes.
    pub minutes: BTreeMap<i64, u64>,
    /// How many wait now.
    pub waiting: u64,
    /// Of these: longer than they should.
    pub escalated: u64,
}

impl Waits {
    /// How many were accepted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.minutes.values().sum()
    }

    /// The working minutes that so many of a hundred did not exceed: the smallest such value (nearest rank).
    #[must_use]
    pub fn percentile(&self, percent: u64) -> Option<i64> {
        let rank = (self.count() * percent).div_ceil(100).max(1);
        let mut passed = 0;
        self.minutes.iter().find_map(|(minutes, count)| {
            passed += count;
            (passed >= rank).then_some(*minutes)
        })
    }

    /// How many waited longer than so many working minutes.
    #[must_use]
    pub fn over(&self, minutes: i64) -> u64 {
        let longer = self.minutes.range(minutes + 1..);
        longer.map(|(_, count)| count).sum()
    }
}

pub(super) async fn count(
    db: &DatabaseConnection,
    branch: &Branch,
    query: TallyQuery,
    now: Moment,
    waits: &mut Waits,
) -> Result<(), Fault> {
    waiting(db, branch, waits).await?;
    let today = now.timestamp().to_zoned(branch.zone.clone()).date();
    let last = today
        .max(query.to)
        .min(query.to.saturating_add(LATER.days()));
    let (start, end) = (
        midnight(&branch.zone, query.from).as_microsecond(),
        midnight(&branch.zone, query.to.saturating_add(1.day())).as_microsecond(),
    );
    let ahead = i64::from(
        branch
            .zone
            .to_offset(midnight(&branch.zone, query.from))
            .seconds(),
    ) / 60;
    let passed = |end: &str, day: &str| {
        format!(
            "{day}.before + CASE WHEN w.{end} <= {day}.opens THEN 0 \
             WHEN w.{end} - {day}.opens >= {day}.length THEN {day}.length ELSE w.{end} - {day}.opens END"
        )
    };
    let rows = Counting::new(db)
        .say("WITH days(day, opens, length, before) AS (VALUES")
        .say(&days(branch, query.from, last, ahead))
        .say("), waited AS (SELECT created_at / 60000000 AS made, accepted_at / 60000000 AS taken")
        .say("FROM appointment WHERE made_by IS NULL AND accepted_at IS NOT NULL AND")
        .at(&[branch.id])
        .say("AND")
        .between("created_at", start, end)
        .say(") SELECT minutes, count(*) AS n FROM (SELECT CAST((")
        .say(&passed("taken", "until"))
        .say(") - (")
        .say(&passed("made", "since"))
        .say(") AS bigint) AS minutes FROM waited w JOIN days since ON since.day = (w.made +")
        .bind(ahead)
        .say(") / 1440 JOIN days until ON until.day = (w.taken +")
        .bind(ahead)
        .say(") / 1440) m GROUP BY 1")
        .rows()
        .await?;
    for row in rows {
        let minutes: i64 = row.try_get("", "minutes")?;
        *waits.minutes.entry(minutes.max(0)).or_default() += number(&row, "n")?;
    }
    Ok(())
}

async fn waiting(db: &DatabaseConnection, branch: &Branch, waits: &mut Waits) -> Result<(), Fault> {
    let rows = Counting::new(db)
        .say("SELECT count(*) AS n, count(escalated_at) AS late FROM appointment WHERE status = 'requested' AND")
        .at(&[branch.id])
        .rows()
        .await?;
    for row in rows {
        waits.waiting += number(&row, "n")?;
        waits.escalated += number(&row, "late")?;
    }
    Ok(())
}

/// The days as rows: which one, by a clock that stands off as on the first of them; when it opens, minutes since 1970
/// UTC; how many minutes it is open; how many working minutes lie before it.
fn days(branch: &Branch, from: Date, last: Date, ahead: i64) -> String {
    let (mut rows, mut day, mut before) = (String::new(), from, 0);
    while day <= last {
        let begins = midnight(&branch.zone, day).as_second().div_euclid(60);
        let works = CALENDAR.is_working(day).unwrap_or(true);
        let length = i64::from(branch.closes.saturating_sub(branch.opens));
        let length = if works { length } else { 0 };
        let (number, opens) = (
            (begins + ahead + 720).div_euclid(1440),
            begins + i64::from(branch.opens),
        );
        let comma = if rows.is_empty() { "" } else { "," };
        write!(rows, "{comma}({number},{opens},{length},{before})").expect("a string takes text");
        before += length;
        // The calendar itself ends (9999-12-31): a day that has none after it is the last.
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_the_nearest() {
        let waits = Waits {
            minutes: BTreeMap::from([(0, 2), (4, 5), (12, 2), (31, 1)]),
            ..Waits::default()
        };
        assert_eq!(waits.count(), 10);
        assert_eq!(waits.percentile(50), Some(4));
        assert_eq!(waits.percentile(90), Some(12));
        assert_eq!(waits.percentile(100), Some(31));
        assert_eq!((waits.over(30), waits.over(31), waits.over(3)), (1, 0, 8));
        assert_eq!(Waits::default().percentile(50), None);
    }
}

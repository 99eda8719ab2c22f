//! Figures: what the clinic's days come to, for whoever leads it.
//!
//! *Invariant*: numbers alone. Nobody is named, nothing is opened, no ticket is asked for; a count behind which a single
//! patient could be seen is not shown (`shown.rs`). Rows are counted by their owner ([`crate::booking::tally`]).

mod period;
mod report;
mod shown;

use kernel::{BranchId, Outcome, Scope, Stop};
use serde_json::json;
use trust::Trust;
use trust::access::Action;
use trust::journal::Kind;

use crate::booking::Booking;
use crate::booking::tally::{TallyQuery, TallyRefusal};

pub use period::{Named, Period, PeriodProblem};
pub use report::{
    Compared, Day, Ended, Hour, PractitionerLoad, Report, Speciality, Waited, acceptable_minutes,
};
pub use shown::{FEW, Shown};

/// A figure that can be taken along as a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Bookings by day and way.
    Bookings,
    /// Load by practitioner.
    Load,
    /// Load by the hours of the week.
    Hours,
    /// What became of visits, and who cancelled.
    Ended,
    /// Waiting for acceptance.
    Waiting,
    /// The earliest free time.
    Earliest,
}

impl Figure {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 6] = [
        Self::Bookings,
        Self::Load,
        Self::Hours,
        Self::Ended,
        Self::Waiting,
        Self::Earliest,
    ];

    /// The word in addresses and entries.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bookings => "bookings",
            Self::Load => "load",
            Self::Hours => "hours",
            Self::Ended => "ended",
            Self::Waiting => "waiting",
            Self::Earliest => "earliest",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// The room, open. Cheap to clone.
#[derive(Clone)]
pub struct Figures {
    trust: Trust,
    booking: Booking,
}

impl Figures {
    /// Opens the room.
    #[must_use]
    pub const fn open(trust: Trust, booking: Booking) -> Self {
        Self { trust, booking }
    }

    /// The figures of a period beside those of the one before it.
    ///
    /// # Errors
    /// [`TallyRefusal`].
    pub async fn report(
        &self,
        scope: Scope,
        period: Period,
        branch: Option<BranchId>,
    ) -> Outcome<Report, TallyRefusal> {
        let query = |period: Period| TallyQuery {
            from: period.from,
            to: period.to,
            branch,
        };
        let before = period.before();
        let (now, earlier, earliest) = futures::join!(
            self.booking.tally(scope, query(period)),
            self.booking.tally(scope, query(before)),
            self.booking.earliest(scope, branch),
        );
        Ok(Report::of((period, &now?), (before, &earlier?), earliest?))
    }

    /// The same, to be taken along: the journal tells that a figure was, by whom and of which days, and of no person.
    ///
    /// # Errors
    /// [`TallyRefusal`].
    pub async fn download(
        &self,
        scope: Scope,
        figure: Figure,
        period: Period,
        branch: Option<BranchId>,
    ) -> Outcome<Report, TallyRefusal> {
        let report = self.report(scope, period, branch).await?;
        self.trust
            .act("figures.download", scope, move |act| {
                Box::pin(async move {
                    act.allowed(Action::SeeFigures)
                        .await
                        .map_err(|stop| stop.map_refusal(TallyRefusal::from))?;
                    act.record(
                        Kind::FiguresDownloaded,
                        json!({
                            "figure": figure.code(), "from": period.from, "to": period.to,
                            "branch": branch.map(BranchId::uuid),
                        }),
                    )?;
                    Ok::<_, Stop<TallyRefusal>>(())
                })
            })
            .await?;
        Ok(report)
    }
}

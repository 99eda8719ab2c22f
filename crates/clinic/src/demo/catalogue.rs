//! Owns the demo clinic's catalogue.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::booking::catalogue::new::NewCatalogue;
use crate::booking::import;

/// The catalogue's file, in the format of [`import`](mod@crate::booking::import): a sample as well. Its schedules
/// have no dates.
pub const FILE: &str = include_str!("../../data/demo-catalogue.csv");

/// Days for which the demo clinic has schedules, the first included.
pub const DAYS: i32 = 60;

/// Two branches, 20 practitioners of 8 specialities, 25 services; schedules from `today` for [`DAYS`] days.
///
/// The first service has no limit of age and is given on every one of these days.
#[must_use]
pub fn catalogue(today: Date) -> NewCatalogue {
    let mut catalogue =
        import::read(FILE.as_bytes(), today).expect("the demo's file is tested with the code");
    let last = today.saturating_add((DAYS - 1).days());
    for schedule in &mut catalogue.schedules {
        schedule.rule.from = Some(today);
        schedule.rule.to = Some(last);
    }
    catalogue
}

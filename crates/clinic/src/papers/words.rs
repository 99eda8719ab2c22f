//! Days and hours as papers write them.

use jiff::tz::TimeZone;
use kernel::{Language, Moment};
use trust::consent::declaration::day_in_words;

/// «24 ноября 2026 года» on the clock of a zone.
pub(super) fn day(at: Moment, zone: &TimeZone, language: Language) -> String {
    day_in_words(
        at.timestamp().to_zoned(zone.clone()).date(),
        language.into(),
    )
}

/// «10:00» on the clock of a zone.
pub(super) fn time(at: Moment, zone: &TimeZone) -> String {
    at.timestamp()
        .to_zoned(zone.clone())
        .strftime("%H:%M")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn papers_write_as_clinics_do() {
        let zone = TimeZone::get("Europe/Moscow").expect("a zone");
        let at: jiff::Timestamp = "2026-11-23T21:05:00Z".parse().expect("a time");
        assert_eq!(day(at.into(), &zone, Language::Ru), "24 ноября 2026 года");
        assert_eq!(day(at.into(), &zone, Language::En), "24 November 2026");
        assert_eq!(time(at.into(), &zone), "00:05");
    }
}

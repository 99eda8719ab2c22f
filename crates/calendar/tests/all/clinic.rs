//! A small language to write schedules in.

use calendar::schedule::{
    Audience, Break, Change, DayPattern, DaySpan, Exception, Interval, Minute, Opening, Request,
    Start, Viewer, Visit, WeekdaySet, WeeklySchedule, Window, free, windows,
};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

pub type Branch = u8;
pub type Rule = WeeklySchedule<Branch>;

pub const HERE: Branch = 1;
pub const THERE: Branch = 2;

pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("zones are bundled")
}

pub fn span(text: &str) -> DaySpan {
    let (start, end) = text.split_once('-').expect("a span is HH:MM-HH:MM");
    DaySpan::new(start.parse().unwrap(), end.parse().unwrap()).unwrap()
}

pub fn pause(text: &str) -> Break {
    let span = span(text);
    Break::new(span.start(), span.end()).unwrap()
}

pub fn opening(text: &str) -> Opening<Branch> {
    Opening {
        branch: HERE,
        span: span(text),
        breaks: Vec::new(),
        audience: Audience::Everyone,
    }
}

/// A shift on every day.
pub fn daily(text: &str) -> Rule {
    Rule {
        days: DayPattern::weekly(WeekdaySet::ALL),
        from: None,
        to: None,
        opening: opening(text),
    }
}

/// A shift that begins on one date.
pub fn once(day: Date, text: &str) -> Rule {
    Rule {
        from: Some(day),
        to: Some(day),
        ..daily(text)
    }
}

pub trait Described {
    fn with_break(self, text: &str) -> Self;
    fn for_(self, audience: Audience) -> Self;
    fn at(self, branch: Branch) -> Self;
}

impl Described for Rule {
    fn with_break(mut self, text: &str) -> Self {
        self.opening.breaks.push(pause(text));
        self
    }

    fn for_(mut self, audience: Audience) -> Self {
        self.opening.audience = audience;
        self
    }

    fn at(mut self, branch: Branch) -> Self {
        self.opening.branch = branch;
        self
    }
}

pub fn on(date: Date, change: Change<Branch>) -> Exception<Branch> {
    Exception { date, change }
}

pub fn everywhen() -> Interval {
    Interval::new(Minute(i64::MIN), Minute(i64::MAX)).unwrap()
}

/// A visit of `duration` minutes without buffers, one after the other.
pub fn visit(duration: u16) -> Visit {
    Visit::new(duration, 0, 0, duration).unwrap()
}

pub fn request(visit: Visit) -> Request<Branch> {
    Request {
        visit,
        viewer: Viewer::Site,
        branch: None,
        within: everywhen(),
    }
}

/// The minute a plain local reading means.
pub fn minute(zone: &TimeZone, local: DateTime) -> Minute {
    Minute::floor(
        zone.to_ambiguous_timestamp(local)
            .unambiguous()
            .expect("a plain reading"),
    )
}

pub fn interval(zone: &TimeZone, from: DateTime, to: DateTime) -> Interval {
    Interval::new(minute(zone, from), minute(zone, to)).unwrap()
}

/// A minute as the zone's clock shows it, `day HH:MM`.
pub fn shown(zone: &TimeZone, minute: Minute) -> String {
    minute
        .timestamp()
        .to_zoned(zone.clone())
        .strftime("%d %H:%M")
        .to_string()
}

/// Windows as `day HH:MM–day HH:MM`.
pub fn shown_windows(zone: &TimeZone, windows: &[Window<Branch>]) -> Vec<String> {
    let text = |window: &Window<Branch>| {
        format!(
            "{}–{}",
            shown(zone, window.interval.start()),
            shown(zone, window.interval.end())
        )
    };
    windows.iter().map(text).collect()
}

pub fn starts(
    windows: &[Window<Branch>],
    busy: &[Interval],
    request: &Request<Branch>,
) -> Vec<Start<Branch>> {
    let mut starts = Vec::new();
    free(windows, busy, request, &mut starts);
    starts
}

/// Starts as `day HH:MM`.
pub fn shown_starts(zone: &TimeZone, starts: &[Start<Branch>]) -> Vec<String> {
    starts.iter().map(|start| shown(zone, start.at)).collect()
}

/// Free starts of one date or more, as the clock shows them.
pub fn free_on(zone: &TimeZone, rules: &[Rule], from: Date, to: Date, visit: Visit) -> Vec<String> {
    let windows = windows(rules, &[], zone, from, to);
    shown_starts(zone, &starts(&windows, &[], &request(visit)))
}

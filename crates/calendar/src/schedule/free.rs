//! Owns the grid of starts over windows, and the walk that leaves out what is taken.
//!
//! A start lies on its window's grid, its visit `[start, start + duration)` inside the window's open time, and its
//! claim, the visit with its buffers, on no busy minute. Buffers may reach outside open time: cleaning up
//! after the last patient is no reason not to see them.

use std::fmt;

use super::interval::{Interval, Minute};
use super::lanes::BlockedStarts;
use super::rule::Audience;
use super::windows::Window;

/// How much time a visit takes, in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Visit {
    duration: u16,
    before: u16,
    after: u16,
    step: u16,
}

impl Visit {
    /// A visit of `duration` (1–1440 minutes) whose claim also takes the buffers `before` and `after` it (0–1440),
    /// offered every `step` (1–1440) minutes from the start of a window.
    pub const fn new(duration: u16, before: u16, after: u16, step: u16) -> Result<Self, NotAVisit> {
        if duration == 0 || step == 0 {
            return Err(NotAVisit::Zero);
        }
        if duration > 1440 || before > 1440 || after > 1440 || step > 1440 {
            return Err(NotAVisit::LongerThanADay);
        }
        Ok(Self {
            duration,
            before,
            after,
            step,
        })
    }

    /// Minutes with the patient.
    pub const fn duration(self) -> u16 {
        self.duration
    }

    /// Minutes claimed before.
    pub const fn before(self) -> u16 {
        self.before
    }

    /// Minutes claimed after.
    pub const fn after(self) -> u16 {
        self.after
    }

    /// Minutes from one start to the next.
    pub const fn step(self) -> u16 {
        self.step
    }

    /// The visit itself, from `start`.
    pub fn interval(self, start: Minute) -> Interval {
        Interval::new(start, start.plus(self.duration.into()))
            .expect("a visit lasts a minute at least")
    }

    /// What the visit claims: itself and its buffers.
    pub fn claim(self, start: Minute) -> Interval {
        let from = start.plus(-i64::from(self.before));
        let to = start.plus(i64::from(self.duration) + i64::from(self.after));
        Interval::new(from, to).expect("a claim is no shorter than its visit")
    }

    /// The starts whose claims would overlap `busy`.
    #[inline]
    pub(super) fn starts_hitting(self, busy: Interval) -> (i64, i64) {
        let reach = i64::from(self.duration) + i64::from(self.after) - 1;
        (
            busy.start().plus(-reach).0,
            busy.end().plus(self.before.into()).0,
        )
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// A patient on the site.
    Site,
    /// Staff at the desk.
    Desk,
}

impl Viewer {
    /// Whether a window for `audience` is open to them.
    #[inline]
    pub const fn may_book(self, audience: Audience) -> bool {
        matches!(
            (audience, self),
            (Audience::Everyone, _) | (Audience::Site, Self::Site) | (Audience::Desk, Self::Desk)
        )
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<B> {
    /// How long, on which grid.
    pub visit: Visit,
    /// Who asks.
    pub viewer: Viewer,
    /// At one branch, or at any.
    pub branch: Option<B>,
    /// Where starts may lie: from now and the shortest notice to the horizon.
    pub within: Interval,
}

/// A start a visit can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Start<B> {
    /// When it begins.
    pub at: Minute,
    /// At which branch.
    pub branch: B,
}

/// Adds to `starts` every start of `request` in `windows` that `busy` leaves.
///
/// `windows` are those of one practitioner as [`windows`](super::windows) gives them; `busy`, their claims and
/// holds, is sorted by start and may overlap. `starts` come in the order of the windows: ascending, except where
/// two branches are open at once.
pub fn free<B: Copy + PartialEq>(
    windows: &[Window<B>],
    busy: &[Interval],
    request: &Request<B>,
    starts: &mut Vec<Start<B>>,
) {
    free_except(windows, busy, &[], request, starts);
}

/// [`free`], leaving out also the starts that are blocked: how many practitioners share the rooms worked out once.
/// Everything in `blocked` must be made for the visit of `request`.
pub fn free_except<B: Copy + PartialEq>(
    windows: &[Window<B>],
    busy: &[Interval],
    blocked: &[&BlockedStarts],
    request: &Request<B>,
    starts: &mut Vec<Start<B>>,
) {
    debug_assert!(
        windows.is_sorted_by_key(|window| window.interval.start()),
        "windows are sorted by start"
    );
    debug_assert!(
        busy.is_sorted_by_key(|busy| busy.start()),
        "busy intervals are sorted by start"
    );
    debug_assert!(
        blocked
            .iter()
            .all(|blocked| blocked.visit() == request.visit),
        "blocked for this visit"
    );
    let step = i64::from(request.visit.step);
    let mut busy = Walk::over(busy, |interval| request.visit.starts_hitting(interval));
    let mut blocked: Vec<_> = blocked
        .iter()
        .map(|blocked| Walk::over(blocked.as_slice(), plain))
        .collect();

    for window in windows {
        let Some(asked) = asked_part(window, request) else {
            continue;
        };
        busy.open(asked.start().0);
        blocked
            .iter_mut()
            .for_each(|walk| walk.open(asked.start().0));
        let end = asked.end().0;
        let mut at = on_grid(window, step, asked.start().0);
        while at < end {
            // The free run goes as far as every list allows; a list that forbids its start moves it on.
            let mut allowed = busy.from(at);
            for walk in &mut blocked {
                allowed = allowed.and_then(|until| Ok(until.min(walk.from(at)?)));
            }
            match allowed {
                Ok(until) => {
                    let until = until.min(end);
                    while at < until {
                        starts.push(Start {
                            at: Minute(at),
                            branch: window.branch,
                        });
                        at += step;
                    }
                }
                Err(next) if next < end => at = on_grid(window, step, next),
                Err(_) => break,
            }
        }
    }
}

/// Whether `start` is one that `request` could have if nothing were taken. A start that is not was never there:
/// off the grid, outside the schedule or outside `request.within`.
pub fn is_offered<B: Copy + PartialEq>(
    windows: &[Window<B>],
    request: &Request<B>,
    start: Minute,
) -> bool {
    windows.iter().any(|window| {
        let in_sight = asked_part(window, request).is_some_and(|asked| asked.contains(start));
        in_sight && (start.0 - window.anchor.0) % i64::from(request.visit.step) == 0
    })
}

/// The part of a window in which a visit may begin, whatever the grid and whatever is taken.
fn asked_part<B: Copy + PartialEq>(window: &Window<B>, request: &Request<B>) -> Option<Interval> {
    if !request.viewer.may_book(window.audience)
        || request.branch.is_some_and(|branch| branch != window.branch)
    {
        return None;
    }
    let asked = window.interval.common(request.within)?;
    let too_late = window.runs_to.plus(1 - i64::from(request.visit.duration));
    Interval::new(asked.start(), asked.end().min(too_late))
}

/// The first minute of the window's grid not before `minute`, which is not before its anchor.
#[inline]
fn on_grid<B>(window: &Window<B>, step: i64, minute: i64) -> i64 {
    let passed = (minute - window.anchor.0 + step - 1) / step;
    window.anchor.0 + passed * step
}

/// A walk forward over intervals sorted by start, each read as the stretch of starts it forbids.
struct Walk<'a, F> {
    intervals: &'a [Interval],
    forbids: F,
    /// Everything before is over for this window and all later ones.
    over: usize,
    /// Everything before is over in this window; windows of two branches may overlap.
    next: usize,
}

impl<'a, F: Fn(Interval) -> (i64, i64)> Walk<'a, F> {
    fn over(intervals: &'a [Interval], forbids: F) -> Self {
        Self {
            intervals,
            forbids,
            over: 0,
            next: 0,
        }
    }

    /// Begins a window in which no start lies before `from`; windows are opened with ascending `from`.
    fn open(&mut self, from: i64) {
        let ahead = &self.intervals[self.over..];
        self.over += ahead
            .iter()
            .take_while(|interval| (self.forbids)(**interval).1 <= from)
            .count();
        self.next = self.over;
    }

    /// Until when starts from `at` on are free of the list; or the first minute that may be, if `at` is not.
    #[inline]
    fn from(&mut self, at: i64) -> Result<i64, i64> {
        while let Some(&interval) = self.intervals.get(self.next) {
            let (from, to) = (self.forbids)(interval);
            if to <= at {
                self.next += 1;
            } else if from <= at {
                return Err(to);
            } else {
                return Ok(from);
            }
        }
        Ok(i64::MAX)
    }
}

fn plain(interval: Interval) -> (i64, i64) {
    (interval.start().0, interval.end().0)
}

/// Why some minutes make no visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAVisit {
    /// Duration and step are one minute at least.
    Zero,
    /// Nothing here is longer than 24 hours.
    LongerThanADay,
}

impl fmt::Display for NotAVisit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Zero => "a visit and the step between starts last one minute at least",
            Self::LongerThanADay => "a visit, its buffers and its step are at most 24 hours each",
        })
    }
}

impl std::error::Error for NotAVisit {}

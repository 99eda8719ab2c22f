//! Owns the question whether rooms and devices are free together with the practitioner.
//!
//! A resource kind has lanes (room 1, room 2, …). A visit keeps one lane for its whole claim, so it is not enough
//! that some lane is free at every minute: [`BlockedStarts`] are the starts at which too few lanes are free *throughout*.

use super::free::{Request, Start, Visit, free_except};
use super::interval::{Interval, Minute, merge_sorted};
use super::windows::Window;

/// A kind of resource a visit needs, with the claims on each of its lanes.
#[derive(Clone, Copy, Debug)]
pub struct Requirement<'a> {
    /// One list of busy time per lane, each sorted by start.
    pub lanes: &'a [&'a [Interval]],
    /// How many lanes the visit takes at once, mostly one.
    pub needed: usize,
}

/// The starts at which a requirement cannot be met, for one visit. Worked out once, used for every practitioner
/// who shares the resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockedStarts {
    visit: Visit,
    starts: Vec<Interval>,
}

/// Adds to `starts` every start of `request` at which the practitioner is free and every requirement can be met,
/// as [`free`](super::free) does for the practitioner alone.
pub fn free_of_all<B: Copy + PartialEq>(
    windows: &[Window<B>],
    busy: &[Interval],
    requirements: &[Requirement<'_>],
    request: &Request<B>,
    starts: &mut Vec<Start<B>>,
) {
    let blocked: Vec<BlockedStarts> = requirements
        .iter()
        .map(|requirement| BlockedStarts::of(requirement, request.visit))
        .collect();
    free_except(
        windows,
        busy,
        &blocked.iter().collect::<Vec<_>>(),
        request,
        starts,
    );
}

/// The lanes that are free for the whole claim of a visit at `start`, in the order they should be tried.
pub fn free_lanes<'a>(
    requirement: &Requirement<'a>,
    visit: Visit,
    start: Minute,
) -> impl Iterator<Item = usize> + use<'a> {
    let claim = visit.claim(start);
    let is_free = move |busy: &[Interval]| !busy.iter().any(|busy| busy.overlaps(claim));
    requirement
        .lanes
        .iter()
        .enumerate()
        .filter(move |(_, busy)| is_free(busy))
        .map(|(lane, _)| lane)
}

impl BlockedStarts {
    /// The starts of `visit` at which fewer than `requirement.needed` lanes are free.
    pub fn of(requirement: &Requirement<'_>, visit: Visit) -> Self {
        let lanes = requirement.lanes.len();
        if requirement.needed == 0 {
            return Self {
                visit,
                starts: Vec::new(),
            };
        }
        let Some(spare) = lanes.checked_sub(requirement.needed) else {
            let always = Interval::new(Minute(i64::MIN), Minute(i64::MAX))
                .expect("all of time is not empty");
            return Self {
                visit,
                starts: vec![always],
            };
        };

        let mut edges = Vec::new();
        let mut forbidden = Vec::new();
        for busy in requirement.lanes {
            forbidden.clear();
            forbidden.extend(busy.iter().filter_map(|&busy| {
                let (from, to) = visit.starts_hitting(busy);
                Interval::new(Minute(from), Minute(to))
            }));
            // One lane counts once, however its claims lie.
            forbidden.sort_unstable();
            merge_sorted(&mut forbidden);
            edges.extend(
                forbidden
                    .iter()
                    .flat_map(|stretch| [(stretch.start(), 1), (stretch.end(), -1)]),
            );
        }
        Self {
            visit,
            starts: covered_more_than(spare, edges),
        }
    }

    /// The visit they were made for.
    pub fn visit(&self) -> Visit {
        self.visit
    }

    /// The stretches of blocked starts, ascending, apart.
    pub fn as_slice(&self) -> &[Interval] {
        &self.starts
    }
}

/// Where more than `spare` of the stretches with these edges (+1 begins, -1 ends) lie over one another.
fn covered_more_than(spare: usize, mut edges: Vec<(Minute, i32)>) -> Vec<Interval> {
    edges.sort_unstable_by_key(|(minute, _)| *minute);
    let spare = i32::try_from(spare).unwrap_or(i32::MAX);
    let mut covered = Vec::new();
    let mut depth = 0;
    let mut since = None;
    for edges in edges.chunk_by(|(one, _), (other, _)| one == other) {
        let (minute, _) = edges[0];
        depth += edges.iter().map(|(_, change)| change).sum::<i32>();
        match since {
            None if depth > spare => since = Some(minute),
            Some(start) if depth <= spare => {
                covered.extend(Interval::new(start, minute));
                since = None;
            }
            _ => {}
        }
    }
    covered
}

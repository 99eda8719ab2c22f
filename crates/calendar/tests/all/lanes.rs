//! Rooms and devices together with the practitioner.

use calendar::schedule::{
    BlockedStarts, Interval, Minute, Request, Requirement, Start, Visit, free_except, free_lanes,
    free_of_all, windows,
};
use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::clinic::*;

const MONDAY: Date = date(2026, 11, 23);

fn at(hour: i8, minutes: i8) -> Minute {
    minute(&zone("Europe/Moscow"), MONDAY.at(hour, minutes, 0, 0))
}

fn taken(from: (i8, i8), to: (i8, i8)) -> Interval {
    Interval::new(at(from.0, from.1), at(to.0, to.1)).unwrap()
}

fn found(requirements: &[Requirement<'_>], busy: &[Interval], visit: Visit) -> Vec<String> {
    let moscow = zone("Europe/Moscow");
    let windows = windows(&[once(MONDAY, "09:00-12:00")], &[], &moscow, MONDAY, MONDAY);
    let mut starts = Vec::new();
    free_of_all(&windows, busy, requirements, &request(visit), &mut starts);
    starts
        .iter()
        .map(|start| shown(&moscow, start.at))
        .collect()
}

#[test]
fn partial_availability_of_several_resources() {
    // The practitioner, one of two rooms and the only device must be free at once.
    let rooms = [
        &[taken((9, 0), (11, 0))][..],
        &[taken((9, 30), (10, 30))][..],
    ];
    let device = [&[taken((11, 0), (11, 30))][..]];
    let requirements = [
        Requirement {
            lanes: &rooms,
            needed: 1,
        },
        Requirement {
            lanes: &device,
            needed: 1,
        },
    ];
    let busy = [taken((9, 0), (9, 30))];
    assert_eq!(
        found(&requirements, &[], visit(30)),
        ["23 09:00", "23 10:30", "23 11:30"]
    );
    assert_eq!(
        found(&requirements, &busy, visit(30)),
        ["23 10:30", "23 11:30"]
    );
}

#[test]
fn a_visit_keeps_one_lane_for_its_whole_length() {
    // At every minute some room is free, yet none for an hour from 09:30.
    let rooms = [
        &[taken((9, 0), (10, 0))][..],
        &[taken((10, 0), (12, 0))][..],
    ];
    let requirement = [Requirement {
        lanes: &rooms,
        needed: 1,
    }];
    let half_hours = Visit::new(60, 0, 0, 30).unwrap();
    assert_eq!(
        found(&requirement, &[], half_hours),
        ["23 09:00", "23 10:00", "23 10:30", "23 11:00"]
    );
}

#[test]
fn two_holds_at_once_take_two_lanes() {
    let hold = [taken((9, 0), (10, 0))];
    let third = Requirement {
        lanes: &[&hold, &hold, &[]],
        needed: 1,
    };
    assert_eq!(
        free_lanes(&third, visit(60), at(9, 0)).collect::<Vec<_>>(),
        [2]
    );
    assert_eq!(found(&[third], &[], visit(60)).len(), 3);
    let none = Requirement {
        lanes: &[&hold, &hold, &hold],
        needed: 1,
    };
    assert_eq!(free_lanes(&none, visit(60), at(9, 0)).count(), 0);
    assert_eq!(found(&[none], &[], visit(60)), ["23 10:00", "23 11:00"]);
}

#[test]
fn lanes_that_are_not_there() {
    assert!(
        found(
            &[Requirement {
                lanes: &[],
                needed: 1
            }],
            &[],
            visit(60)
        )
        .is_empty()
    );
    assert!(
        found(
            &[Requirement {
                lanes: &[&[]],
                needed: 2
            }],
            &[],
            visit(60)
        )
        .is_empty()
    );
    assert_eq!(
        found(
            &[Requirement {
                lanes: &[],
                needed: 0
            }],
            &[],
            visit(60)
        )
        .len(),
        3
    );
}

#[test]
fn buffers_take_the_room_as_well() {
    let room = [taken((10, 0), (10, 30))];
    let cleaning = Visit::new(30, 0, 10, 10).unwrap();
    let starts = found(
        &[Requirement {
            lanes: &[&room],
            needed: 1,
        }],
        &[],
        cleaning,
    );
    assert_eq!(
        starts[..4],
        ["23 09:00", "23 09:10", "23 09:20", "23 10:30"]
    );
}

fn lane() -> impl Strategy<Value = Vec<Interval>> {
    prop::collection::vec((0..400_i64, 1..60_i64), 0..8).prop_map(|stretches| {
        let interval =
            |(start, length)| Interval::new(Minute(start), Minute(start + length)).unwrap();
        let mut lane: Vec<_> = stretches.into_iter().map(interval).collect();
        lane.sort_unstable();
        lane
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_start_is_found_when_enough_lanes_are_free(
        kinds in prop::collection::vec((prop::collection::vec(lane(), 0..4), 0..3_usize), 0..3),
        busy in lane(),
        visit in (1..80_u16, 0..20_u16, 0..20_u16, 1..30_u16),
        opens in 0..200_i64,
    ) {
        let visit = Visit::new(visit.0, visit.1, visit.2, visit.3).unwrap();
        let interval = Interval::new(Minute(opens), Minute(400)).unwrap();
        let window = calendar::schedule::Window { interval, branch: HERE, audience: Default::default(), anchor: interval.start(), runs_to: interval.end() };
        let request: Request<Branch> = request(visit);
        let lanes: Vec<Vec<&[Interval]>> = kinds.iter().map(|(lanes, _)| lanes.iter().map(Vec::as_slice).collect()).collect();
        let requirements: Vec<_> = lanes.iter().zip(&kinds).map(|(lanes, (_, needed))| Requirement { lanes, needed: *needed }).collect();

        let mut found = Vec::new();
        free_of_all(&[window], &busy, &requirements, &request, &mut found);
        let is_free = |busy: &[Interval], start| !busy.iter().any(|busy| busy.overlaps(visit.claim(start)));
        let enough = |start| kinds.iter().all(|(lanes, needed)| lanes.iter().filter(|lane| is_free(lane, start)).count() >= *needed);
        let expected: Vec<_> = (opens..=400 - i64::from(visit.duration()))
            .step_by(visit.step().into())
            .map(Minute)
            .filter(|start| is_free(&busy, *start) && enough(*start))
            .map(|at| Start { at, branch: HERE })
            .collect();
        prop_assert_eq!(&found, &expected);
        for requirement in &requirements {
            let blocked = BlockedStarts::of(requirement, visit);
            for start in &found {
                prop_assert!(free_lanes(requirement, visit, start.at).count() >= requirement.needed);
                prop_assert!(!blocked.as_slice().iter().any(|blocked| blocked.contains(start.at)));
            }
        }

        // What is worked out once serves as well as what is worked out each time.
        let blocked: Vec<_> = requirements.iter().map(|requirement| BlockedStarts::of(requirement, visit)).collect();
        let mut again = Vec::new();
        free_except(&[window], &busy, &blocked.iter().collect::<Vec<_>>(), &request, &mut again);
        prop_assert_eq!(again, expected);
    }
}

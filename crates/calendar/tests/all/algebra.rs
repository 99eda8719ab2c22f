//! Sets of minutes against the same sets written out minute by minute.

use std::collections::BTreeSet;

use calendar::schedule::{Interval, IntervalSet, Minute};
use proptest::prelude::*;

fn intervals() -> impl Strategy<Value = Vec<Interval>> {
    let interval = (-60..60_i64, 1..25_i64)
        .prop_map(|(start, length)| Interval::new(Minute(start), Minute(start + length)).unwrap());
    prop::collection::vec(interval, 0..7)
}

fn minutes(intervals: &[Interval]) -> BTreeSet<i64> {
    intervals
        .iter()
        .flat_map(|interval| interval.start().0..interval.end().0)
        .collect()
}

#[test]
fn an_interval_is_never_empty() {
    assert_eq!(Interval::new(Minute(5), Minute(5)), None);
    assert_eq!(Interval::new(Minute(6), Minute(5)), None);
    assert_eq!(
        Interval::new(Minute(5), Minute(6)).map(Interval::minutes),
        Some(1)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn sets_are_what_their_minutes_are(one in intervals(), other in intervals()) {
        let (a, b) = (one.iter().copied().collect::<IntervalSet>(), other.iter().copied().collect::<IntervalSet>());
        let (naive_a, naive_b) = (minutes(&one), minutes(&other));
        for (set, naive) in [
            (&a, naive_a.clone()),
            (&a.union(&b), &naive_a | &naive_b),
            (&a.difference(&b), &naive_a - &naive_b),
            (&a.intersection(&b), &naive_a & &naive_b),
        ] {
            prop_assert_eq!(minutes(set.as_slice()), naive.clone());
            prop_assert_eq!(set.minutes(), i64::try_from(naive.len()).unwrap());
            prop_assert!(set.as_slice().windows(2).all(|pair| pair[0].end() < pair[1].start()), "apart and ascending");
            for minute in -70..100 {
                prop_assert_eq!(set.contains(Minute(minute)), naive.contains(&minute));
            }
        }
    }

    #[test]
    fn advancing_passes_exactly_so_many_minutes(set in intervals(), start in -70..70_i64, count in 0..60_u32) {
        let naive: Vec<i64> = minutes(&set).into_iter().filter(|minute| *minute >= start).collect();
        let expected = match count {
            0 => naive.first().copied(),
            _ => naive.get(count as usize - 1).map(|last| last + 1),
        };
        let set: IntervalSet = set.into_iter().collect();
        prop_assert_eq!(set.advance(Minute(start), count), expected.map(Minute));
    }
}

//! What of a count is shown. Behind one to four stands somebody whom a colleague could name: such a count is shown as
//! "fewer than five". A line whose sum stands beside it would give a single missing count away, so another of the line is
//! kept back with it. Nothing is never kept back: nobody stands behind it. Decision 0019.

/// Counts below this one are not shown.
pub const FEW: u64 = 5;

/// A count as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As it is.
    Number(u64),
    /// One to four.
    Few,
    /// Kept back, so that the one beside it cannot be told by subtraction.
    Kept,
}

impl Shown {
    /// A count that no sum stands beside.
    #[must_use]
    pub const fn of(count: u64) -> Self {
        if count > 0 && count < FEW {
            Self::Few
        } else {
            Self::Number(count)
        }
    }

    /// The number, where it is shown.
    #[must_use]
    pub const fn number(self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Few | Self::Kept => None,
        }
    }

    const fn is_hidden(self) -> bool {
        !matches!(self, Self::Number(_))
    }
}

/// A table of counts with the sum of each row at its end and a row of sums below, as it is shown.
///
/// All rows have as many counts as the first.
pub(super) fn guarded(counts: &[Vec<u64>]) -> Vec<Vec<Shown>> {
    let width = counts.first().map_or(0, Vec::len);
    let mut whole: Vec<Vec<u64>> = counts
        .iter()
        .map(|row| row.iter().copied().chain([row.iter().sum()]).collect())
        .collect();
    let sums = (0..=width).map(|at| whole.iter().map(|row| row[at]).sum());
    let sums = sums.collect();
    whole.push(sums);
    let mut shown: Vec<Vec<Shown>> = whole
        .iter()
        .map(|row| row.iter().map(|count| Shown::of(*count)).collect())
        .collect();
    // Keeping one back may leave another alone in its column: again, until no line has a single one. Each round keeps
    // back one more, so it ends.
    while let Some((row, column)) = alone(&whole, &shown) {
        shown[row][column] = Shown::Kept;
    }
    shown
}

/// What must be kept back next: in a line with a single hidden count the smallest other one that is not nothing.
fn alone(counts: &[Vec<u64>], shown: &[Vec<Shown>]) -> Option<(usize, usize)> {
    let (height, width) = (counts.len(), counts.first().map_or(0, Vec::len));
    let rows = (0..height).map(|row| (0..width).map(|column| (row, column)).collect());
    let columns = (0..width).map(|column| (0..height).map(|row| (row, column)).collect());
    rows.chain(columns).find_map(|line: Vec<(usize, usize)>| {
        let hidden = line
            .iter()
            .filter(|(row, column)| shown[*row][*column].is_hidden());
        if hidden.count() != 1 {
            return None;
        }
        let others = line
            .into_iter()
            .filter(|(row, column)| !shown[*row][*column].is_hidden() && counts[*row][*column] > 0);
        others.min_by_key(|(row, column)| counts[*row][*column])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_to_four_are_few() {
        let shown: Vec<Shown> = (0..=5).map(Shown::of).collect();
        use Shown::{Few, Number};
        assert_eq!(shown, [Number(0), Few, Few, Few, Few, Number(5)]);
    }

    #[test]
    fn a_count_beside_its_sum_is_not_left_alone() {
        let shown = guarded(&[vec![3, 40], vec![20, 50]]);
        assert_eq!(shown[0], [Shown::Few, Shown::Kept, Shown::Number(43)]);
        assert_eq!(shown[1], [Shown::Kept, Shown::Kept, Shown::Number(70)]);
        assert_eq!(
            shown[2],
            [Shown::Number(23), Shown::Number(90), Shown::Number(113)]
        );
        let nobody = guarded(&[vec![0, 0], vec![0, 9]]);
        assert_eq!(nobody[0], [Shown::Number(0); 3]);
        assert_eq!(nobody[2][2], Shown::Number(9));
        assert_eq!(guarded(&[]), [vec![Shown::Number(0)]]);
    }

    proptest! {
        #[test]
        fn no_line_gives_a_single_count_away(
            counts in (1_usize..5, 1_usize..5).prop_flat_map(|(height, width)| {
                prop::collection::vec(prop::collection::vec(0_u64..12, width), height)
            }),
        ) {
            let shown = guarded(&counts);
            let width = shown[0].len();
            let columns = (0..width).map(|at| shown.iter().map(|row| row[at]).collect());
            let lines: Vec<Vec<Shown>> = shown.iter().cloned().chain(columns).collect();
            for line in lines {
                let hidden = line.iter().filter(|one| one.is_hidden()).count();
                prop_assert!(hidden != 1, "{line:?}");
            }
            for (row, counts) in shown.iter().zip(&counts) {
                for (shown, count) in row.iter().zip(counts) {
                    prop_assert_eq!(*shown == Shown::Few, (1..FEW).contains(count));
                    prop_assert!(shown.number().is_none_or(|number| number == *count));
                }
            }
        }
    }
}

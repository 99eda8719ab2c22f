//! Bars: where each stands in a drawing, so that the template only writes them down. A day whose ways may not be told apart
//! is one bar of its sum; a sum that may not be told has a bar of one height, whatever it is.

use clinic::figures::{Day, Shown};

/// Width of the drawing.
pub(super) const WIDTH: usize = 720;
/// Where the bars stand.
pub(super) const GROUND: usize = 168;
const TOP: usize = 16;
const LEFT: usize = 40;
/// Height of the bar of a count that is not shown.
const UNTOLD: usize = 4;
/// Words below the bars at most.
const WORDS: usize = 16;

/// A piece of a bar.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// How it is drawn: `site`, `desk`, `paper`, `all`, `untold`.
    pub(super) class: &'static str,
    pub(super) y: usize,
    pub(super) height: usize,
}

/// A bar.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) x: usize,
    pub(super) width: usize,
    pub(super) middle: usize,
    pub(super) pieces: Vec<Piece>,
    /// What stands below it; nothing where there is no room.
    pub(super) word: String,
    /// What stands above it.
    pub(super) count: String,
    pub(super) count_y: usize,
}

/// A line across.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) y: usize,
    pub(super) word_y: usize,
    pub(super) count: String,
}

/// The drawing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Bars {
    pub(super) bars: Vec<Bar>,
    pub(super) lines: Vec<Line>,
}

/// Draws. `classes` are those of the ways, `word` says a day, `number` a count.
pub(super) fn bars(
    days: &[Day],
    classes: &[&'static str],
    word: impl Fn(&Day) -> String,
    number: impl Fn(u64) -> String,
) -> Bars {
    let highest = days.iter().filter_map(|day| day.all.number()).max();
    let highest = usize::try_from(highest.unwrap_or_default()).unwrap_or(usize::MAX);
    let step = round_up(highest.div_ceil(2).max(1));
    let top = step * 2;
    let scale = |count: usize| count * (GROUND - TOP) / top;
    let lines = (0..=2)
        .map(|nth| {
            let y = GROUND - scale(step * nth);
            Line {
                y,
                word_y: y + 4,
                count: number((step * nth) as u64),
            }
        })
        .collect();
    let room = (WIDTH - LEFT) / days.len().max(1);
    let width = (room * 7 / 10).clamp(2, 64);
    let every = days.len().div_ceil(WORDS).max(1);
    let bars = days.iter().enumerate().map(|(nth, day)| {
        let x = LEFT + nth * (WIDTH - LEFT) / days.len() + (room.saturating_sub(width)) / 2;
        let pieces = pieces(day, classes, scale);
        let height: usize = pieces.iter().map(|piece| piece.height).sum();
        let told = days.len() <= WORDS;
        Bar {
            x,
            width,
            middle: x + width / 2,
            word: if nth % every == 0 {
                word(day)
            } else {
                String::new()
            },
            count: match day.all {
                Shown::Number(count) if told && count > 0 => number(count),
                _ => String::new(),
            },
            count_y: GROUND - height - 4,
            pieces,
        }
    });
    Bars {
        bars: bars.collect(),
        lines,
    }
}

fn pieces(day: &Day, classes: &[&'static str], scale: impl Fn(usize) -> usize) -> Vec<Piece> {
    let one = |class, height| Piece {
        class,
        y: GROUND - height,
        height,
    };
    let Some(all) = day.all.number() else {
        return vec![one("untold", UNTOLD)];
    };
    let all = usize::try_from(all).unwrap_or(usize::MAX);
    let told: Option<Vec<u64>> = day.ways.iter().map(|way| way.number()).collect();
    let Some(ways) = told else {
        return vec![one("all", scale(all))];
    };
    let (mut pieces, mut sum) = (Vec::new(), 0);
    for (way, class) in ways.into_iter().zip(classes) {
        let from = scale(sum);
        sum += usize::try_from(way).unwrap_or_default();
        let until = scale(sum);
        if until > from {
            pieces.push(Piece {
                class,
                y: GROUND - until,
                height: until - from,
            });
        }
    }
    pieces
}

/// The next of 1, 2, 5, 10, 20, 50, …
fn round_up(number: usize) -> usize {
    let mut size = 1;
    loop {
        for step in [1, 2, 5] {
            if step * size >= number {
                return step * size;
            }
        }
        size *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn day(ways: [Shown; 2], all: Shown) -> Day {
        Day {
            first: date(2026, 11, 23),
            ways: ways.into(),
            all,
        }
    }

    #[test]
    fn a_bar_tells_no_more_than_its_counts() {
        use Shown::{Few, Kept, Number};
        let days = [
            day([Number(60), Number(40)], Number(100)),
            day([Few, Kept], Number(50)),
            day([Few, Number(0)], Few),
            day([Number(0), Number(0)], Number(0)),
        ];
        let drawn = bars(
            &days,
            &["site", "desk"],
            |_| "пн".into(),
            |count| count.to_string(),
        );
        let heights: Vec<Vec<(&str, usize)>> = drawn
            .bars
            .iter()
            .map(|bar| {
                bar.pieces
                    .iter()
                    .map(|piece| (piece.class, piece.height))
                    .collect()
            })
            .collect();
        assert_eq!(heights[0], [("site", 91), ("desk", 61)]);
        assert_eq!(heights[1], [("all", 76)], "its ways are not told apart");
        assert_eq!(heights[2], [("untold", UNTOLD)], "whatever it is");
        assert_eq!(heights[3], []);
        let counts: Vec<&str> = drawn.lines.iter().map(|line| line.count.as_str()).collect();
        assert_eq!(counts, ["0", "50", "100"]);
        assert_eq!(
            bars(&[], &[], |_| String::new(), |_| String::new()).bars,
            []
        );
    }

    #[test]
    fn lines_stand_at_round_numbers() {
        let rounded: Vec<usize> = [1, 3, 7, 11, 134, 156].map(round_up).into();
        assert_eq!(rounded, [1, 5, 10, 20, 200, 200]);
    }
}

//! One table: what was measured, the figure, its limit, and whether it holds.

use std::time::{Duration, Instant};

/// What a figure is held against.
pub enum Limit {
    /// At least so much.
    AtLeast(f64, f64, &'static str),
    /// At most so much.
    AtMost(f64, f64, &'static str),
    /// Nothing: it is told.
    None,
}

/// All figures of a run.
#[derive(Default)]
pub struct Figures {
    section: String,
    rows: Vec<[String; 5]>,
}

impl Figures {
    /// What follows is about this.
    pub fn section(&mut self, name: &str) {
        name.clone_into(&mut self.section);
    }

    /// Adds a figure.
    pub fn put(&mut self, group: &str, what: &str, figure: String, limit: Limit) {
        let (limit, holds) = match limit {
            Limit::AtLeast(value, least, unit) => (
                format!("≥ {least} {unit}"),
                if value >= least { "yes" } else { "NO" },
            ),
            Limit::AtMost(value, most, unit) => (
                format!("≤ {most} {unit}"),
                if value <= most { "yes" } else { "NO" },
            ),
            Limit::None => (String::new(), ""),
        };
        let of = if self.section.is_empty() {
            group.to_owned()
        } else {
            format!("{}: {group}", self.section)
        };
        println!("{of} | {what} | {figure} | {limit} | {holds}");
        self.rows
            .push([of, what.to_owned(), figure, limit, holds.to_owned()]);
    }

    /// Prints the table, as Markdown.
    pub fn print(&self) {
        println!("\n| part | what | figure | limit | holds |\n|---|---|---|---|---|");
        for row in &self.rows {
            println!("| {} |", row.join(" | "));
        }
    }
}

/// Measures wall time; the one place of the bench that reads the clock.
#[derive(Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts.
    #[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    #[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// The value below which so many percent of the times lie.
pub fn percentile(times: &mut [Duration], percent: f64) -> Duration {
    if times.is_empty() {
        return Duration::ZERO;
    }
    times.sort_unstable();
    let at = ((times.len() - 1) as f64 * percent / 100.0).round() as usize;
    times[at]
}

/// Milliseconds for people.
pub fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

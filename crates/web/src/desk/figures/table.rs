//! The figures as tables for a spreadsheet.

use clinic::booking::tally::{Channel, Lead, Whose};
use clinic::figures::{Figure, Hour, Report, acceptable_minutes};

use super::csv::Csv;
use super::page::practitioner_name;
use super::say;
use crate::wording;
use crate::words::Words;

/// The table.
pub(super) fn written(words: Words, figure: Figure, report: &Report) -> String {
    let mut csv = Csv::new(words);
    match figure {
        Figure::Bookings => bookings(words, report, &mut csv),
        Figure::Load => load(words, report, &mut csv),
        Figure::Hours => hours(words, report, &mut csv),
        Figure::Ended => ended(words, report, &mut csv),
        Figure::Waiting => waiting(words, report, &mut csv),
        Figure::Earliest => earliest(words, report, &mut csv),
    }
    csv.into_text()
}

fn bookings(words: Words, report: &Report, csv: &mut Csv) {
    let ways = Channel::ALL.map(|way| words.say(&format!("figures-way-{}", way.code())));
    let first = words.say(if report.weeks {
        "figures-week-from"
    } else {
        "figures-day"
    });
    csv.line(
        [first]
            .into_iter()
            .chain(ways)
            .chain([words.say("figures-all")]),
    );
    for day in &report.days {
        let counts = day.ways.iter().chain([&day.all]);
        let counts = counts.map(|one| say::plain(words, *one));
        csv.line([day.first.to_string()].into_iter().chain(counts));
    }
    let sums = report.ways.iter().chain([&report.bookings.now]);
    let sums = sums.map(|one| say::plain(words, *one));
    csv.line([words.say("figures-all")].into_iter().chain(sums));
}

fn load(words: Words, report: &Report, csv: &mut Csv) {
    csv.line(
        [
            "figures-practitioner",
            "figures-speciality",
            "figures-visits",
            "figures-claimed-minutes",
            "figures-external-minutes",
            "figures-offered-minutes",
            "figures-load-percent",
        ]
        .map(|key| words.say(key)),
    );
    for one in &report.practitioners {
        let known = report.catalogue.practitioner_named(one.practitioner);
        csv.line([
            practitioner_name(words, report, one.practitioner),
            known.map_or_else(String::new, |known| wording::speciality(words, known)),
            say::plain(words, one.visits),
            one.claimed
                .map_or_else(String::new, |minutes| minutes.to_string()),
            one.external.to_string(),
            one.offered.to_string(),
            one.share
                .map_or_else(String::new, |share| say::plain_percent(words, share)),
        ]);
    }
}

fn hours(words: Words, report: &Report, csv: &mut Csv) {
    let days = (1..=7).map(|day| words.say(&format!("weekday-{day}")));
    csv.line([words.say("figures-hour")].into_iter().chain(days));
    for hour in 0..24 {
        let cells = report.hours.iter().map(|day| match day.get(hour) {
            Some(Hour::Share(share)) => say::plain_percent(words, *share),
            Some(Hour::Few) => words.say("figures-few"),
            _ => String::new(),
        });
        csv.line([format!("{hour:02}:00")].into_iter().chain(cells));
    }
}

fn ended(words: Words, report: &Report, csv: &mut Csv) {
    csv.line([words.say("figures-state"), words.say("figures-visits")]);
    for (status, count) in &report.ended.states {
        let state = words.say(&format!(
            "figures-state-{}",
            status.code().replace('_', "-")
        ));
        csv.line([state, say::plain(words, *count)]);
    }
    let missed = report.ended.missed.now;
    csv.line([
        words.say("figures-missed-percent"),
        missed.map_or_else(String::new, |share| say::plain_percent(words, share)),
    ]);
    csv.line([""; 0]);
    let steps = Lead::ALL.map(|lead| words.say(&format!("figures-lead-{}", lead.code())));
    csv.line(
        [words.say("figures-cancelled-by")]
            .into_iter()
            .chain(steps)
            .chain([words.say("figures-all")]),
    );
    let whose = Whose::ALL.map(|whose| words.say(&format!("figures-whose-{}", whose.code())));
    let names = whose.into_iter().chain([words.say("figures-all")]);
    for (name, row) in names.zip(&report.ended.cancelled) {
        let cells = row.iter().map(|one| say::plain(words, *one));
        csv.line([name].into_iter().chain(cells));
    }
}

fn waiting(words: Words, report: &Report, csv: &mut Csv) {
    let waited = &report.waited;
    let minutes = |of: Option<i64>| of.map_or_else(String::new, |minutes| minutes.to_string());
    csv.line([words.say("figures-what"), words.say("figures-value")]);
    for (key, value) in [
        ("figures-accepted", say::plain(words, waited.accepted)),
        ("figures-median-minutes", minutes(waited.median.now)),
        ("figures-ninetieth-minutes", minutes(waited.ninetieth.now)),
        ("figures-waiting-now", say::plain(words, waited.waiting)),
        ("figures-escalated-now", say::plain(words, waited.escalated)),
    ] {
        csv.line([words.say(key), value]);
    }
    let over = words.with("figures-over", "minutes", &acceptable_minutes().to_string());
    csv.line([over, say::plain(words, waited.over)]);
}

fn earliest(words: Words, report: &Report, csv: &mut Csv) {
    csv.line(
        ["figures-speciality", "figures-earliest", "figures-branch"].map(|key| words.say(key)),
    );
    for one in &report.earliest {
        let branch = one
            .earliest
            .and_then(|slot| report.catalogue.branch_named(slot.branch));
        let when = one.earliest.zip(branch).map(|(slot, branch)| {
            let at = wording::local(&branch.zone, slot.start);
            format!("{} {}", at.date(), wording::clock(&at))
        });
        csv.line([
            wording::speciality_coded(words, &one.code),
            when.unwrap_or_default(),
            branch.map_or_else(String::new, |branch| branch.title.get(words.0).to_owned()),
        ]);
    }
}

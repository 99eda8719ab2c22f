//! The page of figures: everything said, so that the template only writes it down.

use askama::Template;
use clinic::booking::tally::{Channel, Lead, Whose};
use clinic::figures::{Compared, Figure, Hour, Named, Report, Shown, acceptable_minutes};
use kernel::{BranchId, PractitionerId};

use super::chart::{self, Bars};
use super::{OWN, Typed, Wrong, say};
use crate::desk::page::DeskPage;
use crate::desk::shell::DeskShell;
use crate::wording;
use crate::words::{Fill, Words};

/// A choice of a list.
pub(super) struct Choice {
    value: String,
    title: String,
    chosen: bool,
}

/// The form, as it was sent.
pub(super) struct Form {
    periods: Vec<Choice>,
    from: String,
    to: String,
    branches: Vec<Choice>,
    /// The field that is wrong, and what is.
    wrong: Option<(&'static str, String)>,
}

impl Form {
    /// What is wrong with a field.
    fn error(&self, field: &str) -> Option<&String> {
        let wrong = self.wrong.as_ref().filter(|(of, _)| *of == field);
        wrong.map(|(_, says)| says)
    }
}

/// A figure at the top.
pub(super) struct Head {
    title: String,
    figure: String,
    says: String,
}

/// A table: its head, its rows with a name each.
pub(super) struct Grid {
    head: Vec<String>,
    rows: Vec<(String, Vec<String>)>,
}

/// A practitioner's line.
pub(super) struct LoadRow {
    name: String,
    speciality: String,
    visits: String,
    share: String,
    /// Of a hundred, for the bar; nothing where it is not told.
    bar: Option<u32>,
    external: String,
}

/// An hour's cell: how it is coloured, what it says.
pub(super) struct HeatCell {
    class: &'static str,
    says: String,
}

/// A day of the week.
pub(super) struct HeatRow {
    day: String,
    cells: Vec<HeatCell>,
}

/// The figures.
pub(super) struct Said {
    about: String,
    heads: Vec<Head>,
    bars: Bars,
    chart_says: String,
    ways: Vec<(&'static str, String)>,
    days: Grid,
    sources: Grid,
    load: Vec<LoadRow>,
    hours: Vec<String>,
    heat: Vec<HeatRow>,
    states: Grid,
    cancelled: Grid,
    waiting: Vec<(String, String)>,
    earliest: Vec<(String, String)>,
    /// What stands behind the `?` of a table's address.
    query: String,
}

/// The page.
#[derive(Template)]
#[template(path = "desk/figures.html")]
pub(in crate::desk) struct FiguresPage {
    shell: DeskShell,
    form: Form,
    said: Option<Said>,
}

/// Whose load it is; somebody who left is named as such.
pub(super) fn practitioner_name(words: Words, report: &Report, id: PractitionerId) -> String {
    let known = report.catalogue.practitioner_named(id);
    known.map_or_else(
        || words.say("figures-left"),
        |known| known.title.get(words.0).to_owned(),
    )
}

impl FiguresPage {
    pub(super) fn of(
        shell: DeskShell,
        report: &Report,
        typed: &Typed,
        branch: Option<BranchId>,
    ) -> Self {
        let words = shell.words;
        let branches = report.reached.iter().filter_map(|id| {
            let of = report.catalogue.branch_named(*id)?;
            Some(Choice {
                value: id.to_string(),
                title: of.title.get(words.0).to_owned(),
                chosen: branch == Some(*id),
            })
        });
        let all = Choice {
            value: String::new(),
            title: words.say("figures-every-branch"),
            chosen: branch.is_none(),
        };
        let form = Form {
            periods: periods(words, typed),
            from: report.period.from.to_string(),
            to: report.period.to.to_string(),
            branches: [all].into_iter().chain(branches).collect(),
            wrong: None,
        };
        Self {
            said: Some(said(words, report, branch)),
            form,
            shell,
        }
    }

    pub(super) fn wrong(shell: DeskShell, typed: &Typed, wrong: &Wrong) -> Self {
        let words = shell.words;
        let form = Form {
            periods: periods(words, typed),
            from: typed.from.clone(),
            to: typed.to.clone(),
            branches: vec![Choice {
                value: String::new(),
                title: words.say("figures-every-branch"),
                chosen: true,
            }],
            wrong: Some((
                wrong.field,
                words.say(&format!("figures-wrong-{}", wrong.word)),
            )),
        };
        Self {
            form,
            said: None,
            shell,
        }
    }
}

fn periods(words: Words, typed: &Typed) -> Vec<Choice> {
    let own = typed.period == OWN || typed.period.is_empty() && !typed.from.is_empty();
    let chosen = Named::from_code(&typed.period).unwrap_or(Named::Week);
    let named = Named::ALL.map(|one| Choice {
        value: one.code().to_owned(),
        title: words.say(&format!("figures-period-{}", one.code())),
        chosen: !own && one == chosen,
    });
    let days = Choice {
        value: OWN.to_owned(),
        title: words.say("figures-period-own"),
        chosen: own,
    };
    named.into_iter().chain([days]).collect()
}

fn days_said(words: Words, from: jiff::civil::Date, to: jiff::civil::Date) -> String {
    if from == to {
        return wording::short_day(words, from);
    }
    format!(
        "{}\u{a0}—\u{a0}{}",
        wording::short_day(words, from),
        wording::short_day(words, to)
    )
}

fn was(words: Words, before: Option<String>) -> String {
    before.map_or_else(String::new, |value| {
        words.with("figures-was", "value", &value)
    })
}

fn minutes(words: Words, of: Option<i64>) -> String {
    of.map_or_else(
        || say::NOTHING.to_owned(),
        |minutes| {
            let count = u64::try_from(minutes).unwrap_or_default();
            words.with("figures-minutes", "minutes", &say::number(words, count))
        },
    )
}

fn percent(words: Words, of: Option<u32>) -> String {
    of.map_or_else(
        || say::NOTHING.to_owned(),
        |share| say::percent(words, share),
    )
}

fn said(words: Words, report: &Report, branch: Option<BranchId>) -> Said {
    let classes = Channel::ALL.map(Channel::code);
    let number = |of: u64| say::number(words, of);
    let bars = chart::bars(
        &report.days,
        &classes,
        |day| format!("{}.{:02}", day.first.day(), day.first.month()),
        number,
    );
    let way = |one: Channel| words.say(&format!("figures-way-{}", one.code()));
    let counts = report.days.iter().map(|day| {
        format!(
            "{} — {}",
            wording::short_day(words, day.first),
            say::shown(words, day.all)
        )
    });
    Said {
        about: words.fill(
            "figures-about",
            [
                (
                    "days",
                    Fill::from(days_said(words, report.period.from, report.period.to)),
                ),
                (
                    "before",
                    Fill::from(days_said(words, report.before.from, report.before.to)),
                ),
            ],
        ),
        heads: heads(words, report),
        chart_says: counts.collect::<Vec<_>>().join("; "),
        ways: Channel::ALL.map(|one| (one.code(), way(one))).into(),
        days: days(words, report),
        sources: sources(words, report),
        load: load(words, report),
        hours: hours(report).map(|hour| hour.to_string()).collect(),
        heat: heat(words, report),
        states: states(words, report),
        cancelled: cancelled(words, report),
        waiting: waiting(words, report),
        earliest: earliest(words, report),
        query: format!(
            "period={OWN}&from={}&to={}&branch={}",
            report.period.from,
            report.period.to,
            branch.map_or_else(String::new, |id| id.to_string())
        ),
        bars,
    }
}

fn heads(words: Words, report: &Report) -> Vec<Head> {
    let Compared { now, before } = report.bookings;
    let share = |of: Compared<Option<u32>>| {
        let before = of.before.map(|share| say::percent(words, share));
        (percent(words, of.now), was(words, before))
    };
    let (load, load_was) = share(report.load);
    let (missed, missed_was) = share(report.ended.missed);
    let median = report.waited.median;
    let median_was = median.before.map(|_| minutes(words, median.before));
    let head = |key: &str, figure: String, says: String| Head {
        title: words.say(key),
        figure,
        says,
    };
    vec![
        head(
            "figures-bookings",
            say::shown(words, now),
            was(
                words,
                before.number().map(|count| say::number(words, count)),
            ),
        ),
        head("figures-load", load, load_was),
        head("figures-missed", missed, missed_was),
        head(
            "figures-median",
            minutes(words, median.now),
            was(words, median_was),
        ),
    ]
}

fn days(words: Words, report: &Report) -> Grid {
    let first = words.say(if report.weeks {
        "figures-week-from"
    } else {
        "figures-day"
    });
    let ways = Channel::ALL.map(|one| words.say(&format!("figures-way-{}", one.code())));
    let row = |day: &clinic::figures::Day| {
        let counts = day.ways.iter().chain([&day.all]);
        (
            wording::day(words, day.first),
            counts.map(|one| say::shown(words, *one)).collect(),
        )
    };
    Grid {
        head: [first]
            .into_iter()
            .chain(ways)
            .chain([words.say("figures-all")])
            .collect(),
        rows: report.days.iter().map(row).collect(),
    }
}

fn sources(words: Words, report: &Report) -> Grid {
    let all = report.bookings.now.number();
    let share = |count: Shown| {
        let (part, whole) = (count.number()?, all?);
        u32::try_from((part * 1000 + whole / 2).checked_div(whole)?).ok()
    };
    let rows = Channel::ALL.iter().zip(&report.ways).map(|(one, count)| {
        (
            words.say(&format!("figures-way-{}", one.code())),
            vec![say::shown(words, *count), percent(words, share(*count))],
        )
    });
    Grid {
        head: ["figures-from-where", "figures-bookings", "figures-share"]
            .map(|key| words.say(key))
            .into(),
        rows: rows.collect(),
    }
}

fn load(words: Words, report: &Report) -> Vec<LoadRow> {
    let rows = report.practitioners.iter().map(|one| {
        let known = report.catalogue.practitioner_named(one.practitioner);
        let external = (one.offered > 0 && one.external > 0)
            .then(|| u32::try_from(one.external * 1000 / one.offered).ok())
            .flatten();
        LoadRow {
            name: practitioner_name(words, report, one.practitioner),
            speciality: known.map_or_else(String::new, |known| wording::speciality(words, known)),
            visits: say::shown(words, one.visits),
            share: percent(words, one.share),
            bar: one.share.map(|share| (share / 10).min(100)),
            external: external.map_or_else(String::new, |share| say::percent(words, share)),
        }
    });
    rows.collect()
}

/// The hours in which anything is offered on any day, without holes.
fn hours(report: &Report) -> std::ops::Range<usize> {
    let open = |hour: &usize| {
        report
            .hours
            .iter()
            .any(|day| day.get(*hour).is_some_and(|one| *one != Hour::Closed))
    };
    let first = (0..24).find(open).unwrap_or_default();
    let last = (0..24).rev().find(open).map_or(first, |last| last + 1);
    first..last
}

fn heat(words: Words, report: &Report) -> Vec<HeatRow> {
    let shown = hours(report);
    let cell = |one: &Hour| match one {
        Hour::Closed => HeatCell {
            class: "closed",
            says: String::new(),
        },
        Hour::Few => HeatCell {
            class: "h1",
            says: words.say("figures-few"),
        },
        Hour::Share(share) => HeatCell {
            class: match share {
                0..100 => "h0",
                100..300 => "h1",
                300..500 => "h2",
                500..700 => "h3",
                700..900 => "h4",
                _ => "h5",
            },
            says: ((share + 5) / 10).to_string(),
        },
    };
    let rows = report.hours.iter().enumerate().map(|(nth, day)| HeatRow {
        day: words.say(&format!("weekday-{}", nth + 1)),
        cells: day[shown.clone()].iter().map(cell).collect(),
    });
    let open = |row: &HeatRow| row.cells.iter().any(|cell| cell.class != "closed");
    rows.filter(open).collect()
}

fn states(words: Words, report: &Report) -> Grid {
    let rows = report.ended.states.iter().map(|(status, count)| {
        let key = format!("figures-state-{}", status.code().replace('_', "-"));
        (words.say(&key), vec![say::shown(words, *count)])
    });
    Grid {
        head: ["figures-state", "figures-visits"]
            .map(|key| words.say(key))
            .into(),
        rows: rows.collect(),
    }
}

fn cancelled(words: Words, report: &Report) -> Grid {
    let steps = Lead::ALL.map(|lead| words.say(&format!("figures-lead-{}", lead.code())));
    let whose = Whose::ALL.map(|whose| words.say(&format!("figures-whose-{}", whose.code())));
    let all = || words.say("figures-all");
    let rows = whose
        .into_iter()
        .chain([all()])
        .zip(&report.ended.cancelled);
    Grid {
        head: [words.say("figures-cancelled-by")]
            .into_iter()
            .chain(steps)
            .chain([all()])
            .collect(),
        rows: rows
            .map(|(name, row)| {
                (
                    name,
                    row.iter().map(|one| say::shown(words, *one)).collect(),
                )
            })
            .collect(),
    }
}

fn waiting(words: Words, report: &Report) -> Vec<(String, String)> {
    let waited = &report.waited;
    let over = words.with("figures-over", "minutes", &acceptable_minutes().to_string());
    vec![
        (
            words.say("figures-accepted"),
            say::shown(words, waited.accepted),
        ),
        (
            words.say("figures-median"),
            minutes(words, waited.median.now),
        ),
        (
            words.say("figures-ninetieth"),
            minutes(words, waited.ninetieth.now),
        ),
        (over, say::shown(words, waited.over)),
        (
            words.say("figures-waiting-now"),
            say::shown(words, waited.waiting),
        ),
        (
            words.say("figures-escalated-now"),
            say::shown(words, waited.escalated),
        ),
    ]
}

fn earliest(words: Words, report: &Report) -> Vec<(String, String)> {
    let rows = report.earliest.iter().map(|one| {
        let branch = one
            .earliest
            .and_then(|slot| report.catalogue.branch_named(slot.branch));
        let when = one.earliest.zip(branch).map(|(slot, branch)| {
            let at = wording::local(&branch.zone, slot.start);
            format!(
                "{}, {}",
                wording::day_and_time(words, &at),
                branch.title.get(words.0)
            )
        });
        (
            wording::speciality_coded(words, &one.code),
            when.unwrap_or_else(|| words.say("figures-no-time")),
        )
    });
    rows.collect()
}

impl FiguresPage {
    /// The figures that can be taken along from a place of the page.
    fn take(&self, figure: &str, said: &Said) -> Option<(String, String)> {
        let figure = Figure::from_code(figure)?;
        let title = self.shell.say(&format!("figures-take-{}", figure.code()));
        Some((
            format!("/desk/figures/{}?{}", figure.code(), said.query),
            title,
        ))
    }
}

impl DeskPage for FiguresPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        super::samples::pages(&shell)
    }
}

#[cfg(test)]
pub(super) fn sample(shell: &DeskShell, bars: Bars, full: bool) -> FiguresPage {
    let words = shell.words;
    let typed = Typed {
        period: "month".into(),
        from: String::new(),
        to: String::new(),
        branch: String::new(),
    };
    let grid = |rows: usize| Grid {
        head: vec!["День".into(), "Сайт".into()],
        rows: (0..rows)
            .map(|nth| (format!("{nth} <i>"), vec!["<\u{a0}5".into()]))
            .collect(),
    };
    let pair = || vec![("Медиана".to_owned(), "4\u{a0}мин".to_owned())];
    let some = usize::from(full);
    let said = Said {
        about: "16—22 ноября".into(),
        heads: vec![Head {
            title: "Записей".into(),
            figure: "1\u{a0}742".into(),
            says: if full {
                "было 1\u{a0}640".into()
            } else {
                String::new()
            },
        }],
        bars,
        chart_says: "23 ноября — 268".into(),
        ways: vec![("site", "Сайт".into())],
        days: grid(some),
        sources: grid(some),
        load: (0..some * 2)
            .map(|nth| LoadRow {
                name: "Пчёлкин <script> А. С.".into(),
                speciality: "Терапевт".into(),
                visits: "12".into(),
                share: "81\u{a0}%".into(),
                bar: (nth == 0).then_some(81),
                external: if nth == 0 {
                    "7\u{a0}%".into()
                } else {
                    String::new()
                },
            })
            .collect(),
        hours: vec!["8".into(); some],
        heat: (0..some)
            .map(|_| HeatRow {
                day: "понедельник".into(),
                cells: vec![HeatCell {
                    class: "h3",
                    says: "62".into(),
                }],
            })
            .collect(),
        states: grid(some),
        cancelled: grid(some),
        waiting: pair(),
        earliest: if full { pair() } else { Vec::new() },
        query: "period=own&from=2026-11-16&to=2026-11-22&branch=".into(),
    };
    FiguresPage {
        shell: shell.clone(),
        form: Form {
            periods: periods(words, &typed),
            from: "2026-11-16".into(),
            to: "2026-11-22".into(),
            branches: vec![Choice {
                value: String::new(),
                title: "Все".into(),
                chosen: true,
            }],
            wrong: None,
        },
        said: Some(said),
    }
}

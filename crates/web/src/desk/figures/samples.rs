//! The page in its states: a usual week, an empty clinic, a form that is wrong.

use clinic::figures::{Day, Shown};
use jiff::civil::date;

use super::chart;
use super::page::{FiguresPage, sample};
use super::{Typed, Wrong};
use crate::desk::shell::DeskShell;

pub(super) fn pages(shell: &DeskShell) -> Vec<FiguresPage> {
    let day = |day, site, desk| Day {
        first: date(2026, 11, day),
        ways: vec![Shown::of(site), Shown::of(desk), Shown::Number(0)],
        all: Shown::of(site + desk),
    };
    let days = [day(23, 268, 40), day(24, 301, 3), day(25, 2, 0)];
    let bars = |days: &[Day]| {
        chart::bars(
            days,
            &["site", "desk", "paper"],
            |_| "23.11".into(),
            |count| count.to_string(),
        )
    };
    let typed = Typed {
        period: "own".into(),
        from: "31.02.2026<i>".into(),
        to: String::new(),
        branch: String::new(),
    };
    let wrong = |field| {
        let wrong = Wrong { field, word: "day" };
        FiguresPage::wrong(shell.clone(), &typed, &wrong)
    };
    vec![
        sample(shell, bars(&days), true),
        sample(shell, bars(&[]), false),
        wrong("from"),
        wrong("to"),
        wrong("branch"),
    ]
}

//! Owns the reading of services.

use super::cell;
use super::columns::{Column, Section};
use super::flaw::Flaw;
use super::known::Known;
use super::people::told;
use super::problem::Problems;
use super::reading::{PROSE, Reading, TITLE};
use super::table::{Row, Sheets};
use crate::booking::catalogue::new::NewService;

/// Minutes of the longest visit, and of the longest buffer.
const DAY: u16 = 1440;

/// The services, each with its row.
pub(super) fn services<'a>(
    sheets: &'a Sheets,
    known: &mut Known,
    problems: &mut Problems,
) -> Vec<(&'a Row, NewService)> {
    let rows = sheets.of(Section::Services).rows.iter();
    let service = |row| Some((row, service(&mut Reading::of(row, problems), known)?));
    rows.filter_map(service).collect()
}

fn service(row: &mut Reading<'_>, known: &mut Known) -> Option<NewService> {
    let code = row.must(Column::Code, cell::code);
    let title = row.words(Column::Title, Column::TitleEn, TITLE, false);
    let about = row.words(Column::About, Column::AboutEn, PROSE, true);
    let preparation = row.words(Column::Preparation, Column::PreparationEn, PROSE, true);
    let duration = row.must(Column::Duration, cell::number(1, DAY));
    let buffer_before = row.usual(Column::BufferBefore, 0, cell::number(0, DAY));
    let buffer_after = row.usual(Column::BufferAfter, 0, cell::number(0, DAY));
    let step = row.may(Column::Step, cell::number(1, DAY));
    let price = row.must(Column::Price, cell::price);
    let age_from = row.may(Column::AgeFrom, cell::age);
    let age_to = row.may(Column::AgeTo, cell::age);
    let practitioners = row.usual(Column::Practitioners, Vec::new(), cell::codes);
    let requires = row.usual(Column::Requires, Vec::new(), cell::codes);

    let people = practitioners.as_deref().unwrap_or_default();
    let families = requires.as_deref().unwrap_or_default();
    known.gives(people, families);
    if practitioners.as_ref().is_some_and(Vec::is_empty) {
        row.refuse(Column::Practitioners, &Flaw::NoPractitioner);
    }
    if let Err(flaw) = known.has_practitioners(people) {
        row.refuse(Column::Practitioners, &flaw);
    }
    if let Err(flaw) = known.has_families(families) {
        row.refuse(Column::Requires, &flaw);
    }
    if let Some((grain, whose)) = known.grid(people, families) {
        for (column, minutes) in [
            (Column::Duration, duration),
            (Column::BufferBefore, buffer_before),
            (Column::BufferAfter, buffer_after),
            (Column::Step, step.flatten()),
        ] {
            if minutes.is_some_and(|minutes| !minutes.is_multiple_of(grain)) {
                row.refuse(column, &Flaw::OffGrain(grain, whose.clone()));
            }
        }
    }
    if let (Some(Some(from)), Some(Some(to))) = (age_from, age_to)
        && to < from
    {
        row.refuse(Column::AgeTo, &Flaw::AgeReversed);
    }

    let code = code?;
    told(row, known.service(&code, row.line()))?;
    Some(NewService {
        code,
        title: title?,
        about: about?,
        preparation: preparation?,
        duration: duration?,
        buffer_before: buffer_before?,
        buffer_after: buffer_after?,
        step: step?.or(duration)?,
        price: price?,
        age_from: age_from?,
        age_to: age_to?,
        practitioners: practitioners?,
        requires: requires?,
    })
}

/// Tells of branches at which a service is not offered for want of a room or device. Comes after the schedules.
pub(super) fn tell_of_the_lacking(
    services: &[(&Row, NewService)],
    known: &Known,
    problems: &mut Problems,
) {
    for (row, service) in services {
        let mut row = Reading::of(row, problems);
        for (practitioner, branch, family) in
            known.lacking(&service.practitioners, &service.requires)
        {
            let flaw = Flaw::NowhereGiven(practitioner, branch, family);
            row.warn(Column::Requires, &flaw);
        }
    }
}

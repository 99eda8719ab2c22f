//! Times for whoever called: those of the day asked, or of the first day after it that has any; and whether an exact time that
//! the schedule does not offer would fit.

use clinic::booking::desk::{Conflict, DeskRefusal, Fit, With};
use clinic::booking::{NewTime, Refusal, Slot, SlotQuery};
use jiff::ToSpan;
use kernel::{Purpose, Stop};

use super::super::asked::Desk;
use super::super::today::card::initials;
use super::super::trouble::Trouble;
use super::chosen::Chosen;
use crate::slot_text::SlotText;
use crate::wording;

/// Times shown at once.
const MOST: usize = 60;
/// Days looked through at once.
const DAYS: i64 = 30;

/// A time to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SlotRow {
    pub(super) value: String,
    pub(super) time: String,
    pub(super) who: String,
    pub(super) chosen: bool,
}

/// What there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Free {
    /// «24 ноября, вторник».
    pub(super) day: Option<String>,
    /// Said before the times: the day asked is full, or there is nothing at all.
    pub(super) notice: Option<String>,
    /// The times.
    pub(super) slots: Vec<SlotRow>,
    /// Of an exact time: whether it can be had, and what is known of it.
    pub(super) exact: Option<(bool, Vec<String>)>,
}

/// Looks for what fits.
pub(super) async fn free(desk: &Desk, chosen: &Chosen) -> Result<Free, Trouble> {
    let words = desk.words;
    let Some(service) = &chosen.service else {
        return Ok(Free {
            notice: Some(words.say("desk-book-no-services")),
            ..Free::default()
        });
    };
    if chosen.outside.is_some() {
        return exact(desk, chosen).await;
    }
    let ask = |from: jiff::civil::Date, to: jiff::civil::Date| SlotQuery {
        service: service.id,
        from,
        to,
        practitioner: chosen.practitioner,
        branch: Some(chosen.branch.id),
        hold: None,
    };
    let mut slots = within(desk, &ask(chosen.day, chosen.day)).await?;
    let full = slots.is_empty();
    if full {
        let after = chosen.day.saturating_add(1.day());
        slots = within(desk, &ask(after, after.saturating_add(DAYS.days()))).await?;
    }
    let day_of = |slot: &Slot| wording::local(&chosen.branch.zone, slot.start).date();
    let Some(day) = slots.first().map(day_of) else {
        return Ok(Free {
            notice: Some(words.say("desk-book-nothing")),
            ..Free::default()
        });
    };
    slots.retain(|slot| day_of(slot) == day);
    let wanted = wanted(&slots, chosen);
    // Around the time wanted, where a day has more than can be shown.
    let from = wanted
        .map_or(0, |at| at.saturating_sub(MOST / 4))
        .min(slots.len().saturating_sub(MOST));
    let rows = slots.iter().enumerate().skip(from).take(MOST);
    Ok(Free {
        day: Some(wording::day(words, day)),
        notice: full.then(|| words.with("desk-book-full", "day", &wording::day(words, chosen.day))),
        slots: rows
            .map(|(at, slot)| SlotRow {
                value: SlotText(*slot).to_string(),
                time: wording::clock(&wording::local(&chosen.branch.zone, slot.start)),
                who: chosen
                    .catalogue
                    .practitioner(slot.practitioner)
                    .map(|one| initials(one.title.get(words.0)))
                    .unwrap_or_default(),
                chosen: Some(at) == wanted,
            })
            .collect(),
        exact: None,
    })
}

/// The one chosen before if it is still free, else the first from the time asked on.
fn wanted(slots: &[Slot], chosen: &Chosen) -> Option<usize> {
    let same = slots.iter().position(|slot| Some(*slot) == chosen.slot);
    let from = chosen.exact();
    same.or_else(|| {
        slots
            .iter()
            .position(|slot| from.is_none_or(|from| slot.start >= from))
    })
    .or((!slots.is_empty()).then_some(0))
}

async fn within(desk: &Desk, query: &SlotQuery) -> Result<Vec<Slot>, Trouble> {
    match desk.site.booking.slots_of_desk(query).await {
        Ok(found) => Ok(found
            .slots
            .into_iter()
            .filter(|slot| desk.employee.reach.has_practitioner(slot.practitioner))
            .collect()),
        // Whoever typed a day beyond all calendars finds nothing there.
        Err(Stop::Refused(_)) => Ok(Vec::new()),
        Err(Stop::Fault(fault)) => Err(fault.into()),
    }
}

/// Whether the exact time could be had, told before anything is done.
async fn exact(desk: &Desk, chosen: &Chosen) -> Result<Free, Trouble> {
    let words = desk.words;
    let told = |good: bool, says: Vec<String>| Free {
        exact: Some((good, says)),
        ..Free::default()
    };
    let (Some(service), Some(practitioner), Some(start)) =
        (&chosen.service, chosen.practitioner, chosen.exact())
    else {
        return Ok(told(false, vec![words.say("desk-book-exact-needs")]));
    };
    let to = NewTime {
        start,
        practitioner,
        branch: chosen.branch.id,
    };
    let scope = desk.scope(Purpose::Services);
    Ok(
        match desk.site.booking.could_book(scope, service.id, to).await {
            Ok(Fit::Fits) => told(true, vec![words.say("desk-book-exact-fits")]),
            Ok(Fit::NotOffered(Refusal::TooSoon)) => {
                told(false, vec![words.say("desk-book-exact-past")])
            }
            Ok(Fit::NotOffered(Refusal::TooFar)) => {
                told(false, vec![words.say("desk-not-in-sight")])
            }
            Ok(Fit::NotOffered(_)) if service.practitioners.contains(&practitioner) => {
                told(true, vec![words.say("desk-book-exact-outside")])
            }
            Ok(Fit::NotOffered(_)) => told(false, vec![words.say("desk-not-possible")]),
            Ok(Fit::Conflict(conflicts)) => told(false, said(desk, chosen, &conflicts)),
            Err(Stop::Refused(DeskRefusal::Booking(_))) => {
                told(false, vec![words.say("desk-not-possible")])
            }
            Err(stop) => return Err(stop.into()),
        },
    )
}

/// What stands in the way, in sentences.
pub(super) fn said(desk: &Desk, chosen: &Chosen, conflicts: &[Conflict]) -> Vec<String> {
    let clock = |minutes| wording::clock(&wording::local(&chosen.branch.zone, minutes));
    conflicts
        .iter()
        .map(|one| {
            let whose = chosen
                .catalogue
                .resource(one.resource)
                .map(|resource| initials(resource.title.get(desk.words.0)))
                .unwrap_or_default();
            let what = desk.words.say(match one.with {
                With::Appointment(_) => "desk-conflict-appointment",
                With::Block(_) => "desk-conflict-block",
                With::Hold { .. } => "desk-conflict-hold",
            });
            format!("{whose}, {}–{}: {what}", clock(one.start), clock(one.end))
        })
        .collect()
}

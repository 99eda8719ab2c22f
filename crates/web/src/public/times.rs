//! Choosing a time: the nearest ones, the days that have any, and one day by doctor. The same for booking and moving.

use clinic::booking::catalogue::Service;
use clinic::booking::{Booking, Catalogue, Found, Refusal, Slot, SlotQuery};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{BranchId, HoldId, Outcome, PractitionerId, ServiceId, limits};

use crate::fields::OptionView;
use crate::slot_text::SlotText;
use crate::wording;
use crate::words::Words;

/// Days shown at once.
const STRIP_DAYS: i32 = 14;
/// Nearest times shown above the days.
const NEAREST: usize = 3;

/// What is asked of free time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    /// The service.
    pub(super) service: ServiceId,
    /// One practitioner, or any.
    pub(super) practitioner: Option<PractitionerId>,
    /// One branch, or any.
    pub(super) branch: Option<BranchId>,
    /// The first day shown.
    pub(super) from: Option<Date>,
    /// The day opened.
    pub(super) day: Option<Date>,
    /// The asker's own hold, whose time is free to them.
    pub(super) hold: Option<HoldId>,
}

/// A time as a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SlotView {
    /// What is sent.
    pub(super) value: String,
    /// «10:00».
    pub(super) time: String,
    /// «24 ноября, вторник, 10:00».
    pub(super) when: String,
    /// With whom.
    pub(super) who: String,
    /// Where.
    pub(super) place: String,
}

/// A day of the strip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DayView {
    /// ISO.
    pub(super) value: String,
    /// «24 ноября».
    pub(super) day: String,
    /// «вторник».
    pub(super) weekday: String,
    /// How many times are free.
    pub(super) free: usize,
    /// Whether it is open.
    pub(super) chosen: bool,
}

/// A practitioner's times of the open day at one branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DoctorDay {
    /// Their name.
    pub(super) name: String,
    /// Their speciality.
    pub(super) speciality: String,
    /// The branch.
    pub(super) place: String,
    /// The times.
    pub(super) slots: Vec<SlotView>,
}

/// Everything a visitor chooses a time from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TimeChoice {
    /// The nearest times.
    pub(super) nearest: Vec<SlotView>,
    /// The days.
    pub(super) days: Vec<DayView>,
    /// The open day in words; none where no day has a free time.
    pub(super) open_day: Option<String>,
    /// Its times.
    pub(super) doctors: Vec<DoctorDay>,
    /// Who gives the service.
    pub(super) practitioners: Vec<OptionView>,
    /// Where it is given.
    pub(super) branches: Vec<OptionView>,
    /// The first day of the strip before.
    pub(super) earlier: Option<String>,
    /// The first day of the strip after.
    pub(super) later: Option<String>,
}

impl TimeChoice {
    /// Whether any practitioner will do.
    pub(super) fn is_any(&self) -> bool {
        !self.practitioners.iter().any(|option| option.chosen)
    }
}

/// Looks for free time as wished. Without a first day named, the strip begins where something is free.
pub(super) async fn choice(
    booking: &Booking,
    words: Words,
    wish: Wish,
    today: Date,
) -> Outcome<TimeChoice, Refusal> {
    let horizon = today.saturating_add((i32::from(booking.settings().horizon_days) - 1).days());
    let asked = wish.from.filter(|from| (today..=horizon).contains(from));
    let mut from = asked.unwrap_or(today);
    let mut found = search(
        booking,
        wish,
        from,
        from.saturating_add((STRIP_DAYS - 1).days()),
    )
    .await?;
    if found.slots.is_empty() && asked.is_none() {
        let rest = search(
            booking,
            wish,
            from,
            from.saturating_add((limits::SLOT_RANGE_DAYS - 1).days()),
        )
        .await?;
        if let Some(first) = rest
            .slots
            .first()
            .and_then(|slot| local_day(&rest.catalogue, slot))
        {
            from = first;
            found = search(
                booking,
                wish,
                from,
                from.saturating_add((STRIP_DAYS - 1).days()),
            )
            .await?;
        }
    }
    Ok(arranged(words, &found, wish, from, (today, horizon)))
}

/// Times as buttons that say all about themselves: for the nearest ones to one that was taken.
pub(super) fn nearest_views(words: Words, found: &Found) -> Vec<SlotView> {
    found
        .slots
        .iter()
        .filter_map(|slot| slot_view(words, &found.catalogue, slot))
        .collect()
}

async fn search(booking: &Booking, wish: Wish, from: Date, to: Date) -> Outcome<Found, Refusal> {
    let query = SlotQuery {
        service: wish.service,
        from,
        to,
        practitioner: wish.practitioner,
        branch: wish.branch,
        hold: wish.hold,
    };
    booking.slots(&query).await
}

/// The answer laid out.
fn arranged(
    words: Words,
    found: &Found,
    wish: Wish,
    from: Date,
    (today, horizon): (Date, Date),
) -> TimeChoice {
    let catalogue = &found.catalogue;
    let dated: Vec<(Date, &Slot)> = found
        .slots
        .iter()
        .filter_map(|slot| Some((local_day(catalogue, slot)?, slot)))
        .collect();
    let free = |date: Date| dated.iter().filter(|(day, _)| *day == date).count();
    let shown: Vec<Date> = (0..STRIP_DAYS)
        .map(|day| from.saturating_add(day.days()))
        .filter(|date| *date <= horizon)
        .collect();
    let open = wish
        .day
        .filter(|day| free(*day) > 0)
        .or_else(|| dated.first().map(|(day, _)| *day));
    let days = shown.iter().map(|date| DayView {
        value: date.to_string(),
        day: wording::short_day(words, *date),
        weekday: wording::weekday(words, *date),
        free: free(*date),
        chosen: Some(*date) == open,
    });
    let later = from.saturating_add(STRIP_DAYS.days());
    let earlier = from.saturating_sub(STRIP_DAYS.days()).max(today);
    TimeChoice {
        nearest: found
            .slots
            .iter()
            .take(NEAREST)
            .filter_map(|slot| slot_view(words, catalogue, slot))
            .collect(),
        days: days.collect(),
        open_day: open.map(|day| wording::day(words, day)),
        doctors: open.map_or_else(Vec::new, |open| doctors(words, catalogue, &dated, open)),
        practitioners: catalogue
            .service(found.service)
            .map_or_else(Vec::new, |service| givers(words, catalogue, service, wish)),
        branches: branches(words, catalogue, wish),
        earlier: (from > today).then(|| earlier.to_string()),
        later: (later <= horizon).then(|| later.to_string()),
    }
}

/// The open day by doctor and branch, in the catalogue's order.
fn doctors(
    words: Words,
    catalogue: &Catalogue,
    dated: &[(Date, &Slot)],
    open: Date,
) -> Vec<DoctorDay> {
    let mut days = Vec::new();
    for practitioner in catalogue.practitioners() {
        for branch in &catalogue.branches {
            let slots: Vec<SlotView> = dated
                .iter()
                .filter(|(day, slot)| {
                    *day == open && slot.practitioner == practitioner.id && slot.branch == branch.id
                })
                .filter_map(|(_, slot)| slot_view(words, catalogue, slot))
                .collect();
            if !slots.is_empty() {
                days.push(DoctorDay {
                    name: practitioner.title.get(words.0).to_owned(),
                    speciality: wording::speciality(words, practitioner),
                    place: wording::place(words, branch),
                    slots,
                });
            }
        }
    }
    days
}

fn givers(words: Words, catalogue: &Catalogue, service: &Service, wish: Wish) -> Vec<OptionView> {
    let known = service
        .practitioners
        .iter()
        .filter_map(|id| catalogue.practitioner(*id));
    known
        .map(|practitioner| OptionView {
            value: practitioner.id.to_string(),
            label: practitioner.title.get(words.0).to_owned(),
            chosen: wish.practitioner == Some(practitioner.id),
        })
        .collect()
}

fn branches(words: Words, catalogue: &Catalogue, wish: Wish) -> Vec<OptionView> {
    let view = |branch: &clinic::booking::catalogue::Branch| OptionView {
        value: branch.id.to_string(),
        label: wording::place(words, branch),
        chosen: wish.branch == Some(branch.id),
    };
    catalogue.branches.iter().map(view).collect()
}

fn slot_view(words: Words, catalogue: &Catalogue, slot: &Slot) -> Option<SlotView> {
    let branch = catalogue.branch(slot.branch)?;
    let at = wording::local(&branch.zone, slot.start);
    Some(SlotView {
        value: SlotText(*slot).to_string(),
        time: wording::clock(&at),
        when: wording::day_and_time(words, &at),
        who: catalogue
            .practitioner(slot.practitioner)?
            .title
            .get(words.0)
            .to_owned(),
        place: wording::place(words, branch),
    })
}

fn local_day(catalogue: &Catalogue, slot: &Slot) -> Option<Date> {
    Some(wording::local(&catalogue.branch(slot.branch)?.zone, slot.start).date())
}

#[cfg(test)]
pub(super) mod samples;

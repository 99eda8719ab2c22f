//! `/desk/figures`: what the clinic's days come to, for whoever leads it. Numbers alone.

mod chart;
mod csv;
mod page;
#[cfg(test)]
mod samples;
mod say;
mod table;

use std::sync::Arc;

use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, VARY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::IntoResponse;
use clinic::booking::tally::TallyRefusal;
use clinic::figures::{Figure, Figures, Named, Period, PeriodProblem};
use jiff::civil::Date;
use kernel::{BranchId, Purpose};

use super::asked::Desk;
use super::routes::Answered;
use super::trouble::Trouble;
use crate::wording;

pub(super) use page::FiguresPage;

/// The word of the form for days of one's own.
const OWN: &str = "own";

/// What the form asks for.
struct Wanted {
    period: Period,
    branch: Option<BranchId>,
}

/// What is wrong with the form: the field, and the word that says so.
struct Wrong {
    field: &'static str,
    word: &'static str,
}

/// What stands in the form, as it was typed.
struct Typed {
    period: String,
    from: String,
    to: String,
    branch: String,
}

impl Typed {
    fn of(desk: &Desk) -> Self {
        let text = |name| desk.query.shown(name).trim().to_owned();
        Self {
            period: text("period"),
            from: text("from"),
            to: text("to"),
            branch: text("branch"),
        }
    }

    fn read(&self, today: Date) -> Result<Wanted, Wrong> {
        let branch = match self.branch.as_str() {
            "" => None,
            id => Some(id.parse().map_err(|_| Wrong {
                field: "branch",
                word: "branch",
            })?),
        };
        let own = self.period == OWN
            || self.period.is_empty() && !(self.from.is_empty() && self.to.is_empty());
        let period = if own {
            let day = |field, text: &str| day_of(text).ok_or(Wrong { field, word: "day" });
            let (from, to) = (day("from", &self.from)?, day("to", &self.to)?);
            Period::between(from, to).map_err(|problem| match problem {
                PeriodProblem::Reversed => Wrong {
                    field: "to",
                    word: "reversed",
                },
                PeriodProblem::TooLong => Wrong {
                    field: "to",
                    word: "too-long",
                },
                PeriodProblem::OutOfTime => Wrong {
                    field: "to",
                    word: "out-of-time",
                },
            })?
        } else {
            Period::named(Named::from_code(&self.period).unwrap_or(Named::Week), today)
        };
        Ok(Wanted { period, branch })
    }
}

/// A date as a browser sends it, or as people type it where the browser has no calendar: 2026-11-23, 23.11.2026.
fn day_of(text: &str) -> Option<Date> {
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let mut parts = text.split('.').map(str::parse::<i16>);
    let (day, month, year) = (
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    );
    if parts.next().is_some() {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn room(desk: &Desk) -> Figures {
    Figures::open(desk.site.trust.clone(), desk.site.booking.clone())
}

/// `GET /desk/figures`.
pub(super) async fn show(desk: Arc<Desk>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let today = wording::today(&catalogue, desk.now());
    let typed = Typed::of(&desk);
    match typed.read(today) {
        Ok(wanted) => {
            let scope = desk.scope(Purpose::Services);
            let report = room(&desk)
                .report(scope, wanted.period, wanted.branch)
                .await?;
            let page = FiguresPage::of(desk.shell(), &report, &typed, wanted.branch);
            Ok(desk.page(StatusCode::OK, &page))
        }
        Err(wrong) => {
            let page = FiguresPage::wrong(desk.shell(), &typed, &wrong);
            Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// `GET /desk/figures/{figure}`: a table for a spreadsheet.
pub(super) async fn download(desk: Arc<Desk>) -> Answered {
    let figure = Figure::from_code(desk.place("figure")).ok_or(Trouble::NotFound)?;
    let catalogue = desk.site.booking.catalogue().await?;
    let today = wording::today(&catalogue, desk.now());
    let wanted = Typed::of(&desk)
        .read(today)
        .map_err(|_| Trouble::NotFound)?;
    let scope = desk.scope(Purpose::Services);
    let report = room(&desk)
        .download(scope, figure, wanted.period, wanted.branch)
        .await?;
    let text = table::written(desk.words, figure, &report);
    let name = format!(
        "attachment; filename=\"{}-{}-{}.csv\"",
        figure.code(),
        wanted.period.from,
        wanted.period.to
    );
    let name = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8; header=present"),
        ),
        (CONTENT_DISPOSITION, name),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (VARY, HeaderValue::from_static("Accept-Language, Cookie")),
    ];
    Ok((headers, text).into_response())
}

impl From<TallyRefusal> for Trouble {
    fn from(refusal: TallyRefusal) -> Self {
        match refusal {
            TallyRefusal::Access(access) => access.into(),
            // The form lets no other days through.
            TallyRefusal::Branch | TallyRefusal::Span => Self::NotFound,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_read_as_browsers_and_people_write_them() {
        for text in ["2026-11-23", "23.11.2026", "23.11.2026"] {
            assert_eq!(day_of(text), Some(date(2026, 11, 23)), "{text}");
        }
        for text in [
            "",
            "23.11",
            "99.99.2026",
            "23.11.2026.1",
            "вчера",
            "2026-13-01",
        ] {
            assert_eq!(day_of(text), None, "{text}");
        }
    }
}

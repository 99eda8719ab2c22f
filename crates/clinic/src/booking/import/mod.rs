//! Owns the reading of a clinic's catalogue from a table, and the writing of one.
//!
//! *Invariant*: a file is taken whole or not at all, and whatever is wrong with it is told at once, line by line.
//!
//! # The format
//!
//! One CSV file (RFC 4180) of at most [`MAX_BYTES`], in UTF-8, with its mark or without, or in windows-1251;
//! `;` or `,` between cells, quotes around cells that need them, a row to a line. Several sections, in any order,
//! each a row with its name in square brackets, then a row with the heads of its columns in any order, then rows:
//!
//! ```text
//! [Филиалы]
//! Код;Название;Адрес;Телефон;Часовой пояс;Открытие;Закрытие
//! center;Центр;ул. Примерная, д. 5;+7 495 000-00-01;Europe/Moscow;08:00;20:00
//! ```
//!
//! | section | columns, the optional ones in brackets |
//! |---|---|
//! | Филиалы, Branches | Код, Название, Адрес, Телефон, Часовой пояс, Открытие, Закрытие \[Название (англ.), Адрес (англ.), Как добраться, Как добраться (англ.), Эл. почта\] |
//! | Специалисты, Practitioners | Код, ФИО, Специальность \[ФИО (англ.), Описание, Описание (англ.), Образование, Образование (англ.), Стаж с года, Одновременно, Сетка\] |
//! | Кабинеты и аппараты, Rooms and devices | Код, Вид, Семейство, Название, Филиал \[Название (англ.), Описание, Описание (англ.), Одновременно, Сетка\] |
//! | Услуги, Services | Код, Название, Длительность, Цена, Специалисты \[Название (англ.), Описание, Описание (англ.), Подготовка, Подготовка (англ.), Буфер до, Буфер после, Шаг, Возраст от, Возраст до, Требуется\] |
//! | Расписание, Schedules | Специалист, Филиал, Дни, Начало, Конец \[Чётность, Действует с, Действует по, Перерывы, Для кого\] |
//! | Исключения, Exceptions | Специалист, Дата, Что \[Филиал, Начало, Конец, Перерывы, Для кого\] |
//!
//! - Rooms and exceptions may be missing altogether. A section may come again, with other columns.
//! - A **code** is letters, digits and hyphens of one alphabet. Codes of practitioners, rooms and devices are one
//!   kind: none of them twice. Specialities and families are codes too, shared on purpose.
//! - A **list** (practitioners, families, breaks, days) is parted by `|` or by a comma; with a comma between cells
//!   such a cell stands in quotes.
//! - **Lines** of education and of the way to a branch are parted by `|` alone: «2004 — университет — лечебное дело |
//!   2006 — ординатура — терапия». All of a cell has 2000 characters at most.
//! - **Стаж с года** is the year in which a practitioner began to practise, from 1940 to this one: the site counts the
//!   experience from it, so nobody has to change it every January.
//! - **Dates** are ДД.ММ.ГГГГ, **times** ЧЧ:ММ up to 24:00. An end that is not later than its start is of the next day.
//! - **Prices** are `1500`, `1 500,00` or `1500.50`, with «руб.» or «₽» if wished.
//! - **Days**: `Пн-Пт`, `Пн|Ср`, «ежедневно», «будни», «выходные». **Parity**: «чётные», «нечётные».
//! - **What** differs on a date: «выходной»; «отсутствие» from Начало to Конец; «замена» with a branch and a shift,
//!   several rows for several shifts.
//! - What is left empty: the grid is 5 minutes, one visit at once, the step as long as the visit, no buffers, no
//!   limit of age or dates, for everyone.
//!
//! Russian and English names of sections, columns and words are read alike.

pub(super) mod cell;
mod columns;
mod flaw;
mod known;
mod people;
mod problem;
mod reading;
mod services;
mod shifts;
mod summary;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod write;

pub use problem::{LineProblem, MOST_PROBLEMS, Severity};
pub use summary::{Summary, summary};
pub use text::MAX_BYTES;
pub use write::write;

use columns::Section;
pub(super) use flaw::Flaw;
use known::Known;
use problem::Problems;
pub(super) use reading::{PROSE, TITLE};
use table::Sheets;

use jiff::civil::Date;

use super::catalogue::new::NewCatalogue;

/// What a file has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// The catalogue, if nothing stands in the way.
    pub catalogue: Option<NewCatalogue>,
    /// All errors and warnings by line, at most [`MOST_PROBLEMS`] and one that says how many there are besides.
    pub problems: Vec<LineProblem>,
}

/// Reads a catalogue on the day `today`, after which nobody can have begun to practise.
///
/// # Errors
/// All problems by line, warnings among them, if one at least stands in the way.
pub fn read(bytes: &[u8], today: Date) -> Result<NewCatalogue, Vec<LineProblem>> {
    let examined = examine(bytes, today);
    examined.catalogue.ok_or(examined.problems)
}

/// Reads a catalogue and tells of warnings as well: the dry run.
#[must_use]
pub fn examine(bytes: &[u8], today: Date) -> Examined {
    let mut problems = Problems::default();
    let catalogue = match text::decode(bytes) {
        Ok(text) => catalogue(&text, today.year(), &mut problems),
        Err((line, flaw)) => {
            problems.error(line, None, &flaw);
            NewCatalogue::default()
        }
    };
    Examined {
        catalogue: (!problems.has_errors()).then_some(catalogue),
        problems: problems.listed(),
    }
}

/// The catalogue of a text; not to be used if there are errors.
fn catalogue(text: &str, this_year: i16, problems: &mut Problems) -> NewCatalogue {
    let sheets = Sheets::read(text, problems);
    for section in [
        Section::Branches,
        Section::Practitioners,
        Section::Services,
        Section::Schedules,
    ] {
        let sheet = sheets.of(section);
        match sheet.line {
            None => problems.error(1, None, &Flaw::NoSection(section)),
            Some(line) if sheet.rows.is_empty() && !sheet.torn => {
                problems.warning(line, None, &Flaw::NoRows(section));
            }
            Some(_) => {}
        }
    }

    // Each knows those before it.
    let mut known = Known::new(&sheets);
    let branches = people::branches(&sheets, &mut known, problems);
    let resources = people::resources(&sheets, &mut known, this_year, problems);
    let services = services::services(&sheets, &mut known, problems);
    let schedules = shifts::schedules(&sheets, &mut known, problems);
    let exceptions = shifts::exceptions(&sheets, &mut known, problems);

    let rows = |section| sheets.of(section).rows.len();
    let counted = [
        branches.len(),
        resources.len(),
        services.len(),
        schedules.len(),
    ];
    let there = [
        rows(Section::Branches),
        rows(Section::Practitioners) + rows(Section::Rooms),
        rows(Section::Services),
        rows(Section::Schedules),
    ];
    // A row left out without a word would be a service nobody can book and nobody misses.
    debug_assert!(
        problems.has_errors() || counted == there,
        "{counted:?} of {there:?}"
    );

    services::tell_of_the_lacking(&services, &known, problems);
    for (line, code) in known.idle() {
        problems.warning(line, None, &Flaw::NoSchedule(code));
    }
    let services = services.into_iter().map(|(_, service)| service).collect();
    NewCatalogue {
        branches,
        resources,
        services,
        schedules,
        exceptions,
    }
}

/// The text of another system's file, read as ours are, or the line at which it cannot be.
pub(in crate::booking) fn decoded(
    bytes: &[u8],
) -> Result<std::borrow::Cow<'_, str>, (u64, super::external::Wrong)> {
    use super::external::Wrong;
    text::decode(bytes).map_err(|(line, flaw)| {
        let wrong = match flaw {
            flaw::Flaw::TooBig => Wrong::TooBig,
            flaw::Flaw::EmptyFile => Wrong::Empty,
            _ => Wrong::Encoding,
        };
        (line, wrong)
    })
}

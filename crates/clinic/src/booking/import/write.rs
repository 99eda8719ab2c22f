//! Owns the writing of a catalogue in the format that [`super::read`] reads.

use calendar::DayMinute;
use calendar::schedule::{Audience, Break, Change, Opening, Parity, WeekdaySet};
use csv::{Terminator, Writer, WriterBuilder};
use jiff::civil::Date;

use super::cell::DAY_NAMES;
use super::columns::{Column, Section};
use crate::booking::catalogue::new::{
    NewBranch, NewCatalogue, NewException, NewResource, NewSchedule, NewService, ResourceKind,
};

/// The catalogue as a file: UTF-8 with its mark, `;` between cells, lines as spreadsheets want them.
///
/// What [`super::read`] gave it reads again as the same catalogue. A replacement without shifts is written as a day
/// off, which the format has a word for.
#[must_use]
pub fn write(catalogue: &NewCatalogue) -> String {
    let mut sheet = Sheet::new();
    sheet.section(Section::Branches);
    catalogue.branches.iter().for_each(|one| sheet.branch(one));

    // Practitioners and rooms are sections of their own, and their order is kept: a section may come again.
    let is_practitioner = |one: &NewResource| one.kind == ResourceKind::Practitioner;
    for kept in [true, false] {
        if !catalogue
            .resources
            .iter()
            .any(|one| is_practitioner(one) == kept)
        {
            sheet.section(if kept {
                Section::Practitioners
            } else {
                Section::Rooms
            });
        }
    }
    let alike =
        |one: &NewResource, other: &NewResource| is_practitioner(one) == is_practitioner(other);
    for run in catalogue.resources.chunk_by(alike) {
        if run.first().is_some_and(is_practitioner) {
            sheet.section(Section::Practitioners);
            run.iter().for_each(|one| sheet.practitioner(one));
        } else {
            sheet.section(Section::Rooms);
            run.iter().for_each(|one| sheet.room(one));
        }
    }

    sheet.section(Section::Services);
    catalogue.services.iter().for_each(|one| sheet.service(one));
    sheet.section(Section::Schedules);
    catalogue
        .schedules
        .iter()
        .for_each(|one| sheet.schedule(one));
    sheet.section(Section::Exceptions);
    catalogue
        .exceptions
        .iter()
        .for_each(|one| sheet.exception(one));
    sheet.text()
}

/// The file so far; the section decides which column a cell belongs to.
struct Sheet {
    rows: Writer<Vec<u8>>,
    columns: Vec<Column>,
}

type Cells = Vec<(Column, String)>;

impl Sheet {
    fn new() -> Self {
        let rows = WriterBuilder::new()
            .delimiter(b';')
            .flexible(true)
            .terminator(Terminator::CRLF)
            .from_writer(b"\xef\xbb\xbf".to_vec());
        Self {
            rows,
            columns: Vec::new(),
        }
    }

    fn section(&mut self, section: Section) {
        if !self.columns.is_empty() {
            self.record(&[""]);
        }
        self.record(&[&format!("[{}]", section.title())]);
        self.columns = section
            .needed()
            .iter()
            .chain(section.optional())
            .copied()
            .collect();
        let heads: Vec<&str> = self.columns.iter().map(|column| column.head()).collect();
        self.record(&heads);
    }

    fn row(&mut self, cells: &Cells) {
        let cell = |column: &Column| {
            let mut cells = cells.iter();
            cells
                .find(|(known, _)| known == column)
                .map_or("", |(_, text)| text.as_str())
        };
        let texts: Vec<&str> = self.columns.iter().map(cell).collect();
        self.record(&texts);
    }

    fn record(&mut self, cells: &[&str]) {
        self.rows
            .write_record(cells)
            .expect("memory takes every row");
    }

    fn text(self) -> String {
        let bytes = self.rows.into_inner().expect("memory takes every row");
        String::from_utf8(bytes).expect("every cell is a string")
    }

    fn branch(&mut self, branch: &NewBranch) {
        let hour = |minutes: u16| {
            DayMinute::new(minutes)
                .unwrap_or(DayMinute::END)
                .to_string()
        };
        self.row(&vec![
            (Column::Code, branch.code.clone()),
            (Column::Title, branch.title.ru.clone()),
            (Column::TitleEn, branch.title.en.clone()),
            (Column::Address, branch.address.ru.clone()),
            (Column::AddressEn, branch.address.en.clone()),
            (Column::Phone, branch.phone.clone()),
            (Column::Zone, branch.zone.clone()),
            (Column::Opens, hour(branch.opens)),
            (Column::Closes, hour(branch.closes)),
            (Column::Way, lines(&branch.way.ru)),
            (Column::WayEn, lines(&branch.way.en)),
            (Column::Email, branch.email.clone()),
        ]);
    }

    fn practitioner(&mut self, practitioner: &NewResource) {
        let mut cells = resource(practitioner);
        cells.extend([
            (Column::Name, practitioner.title.ru.clone()),
            (Column::NameEn, practitioner.title.en.clone()),
            (Column::Speciality, practitioner.family.clone()),
            (Column::Education, lines(&practitioner.education.ru)),
            (Column::EducationEn, lines(&practitioner.education.en)),
            (
                Column::Since,
                practitioner
                    .practising_since
                    .map_or_else(String::new, |year| year.to_string()),
            ),
        ]);
        self.row(&cells);
    }

    fn room(&mut self, room: &NewResource) {
        let kind = if room.kind == ResourceKind::Device {
            "аппарат"
        } else {
            "кабинет"
        };
        let mut cells = resource(room);
        cells.extend([
            (Column::Kind, kind.to_owned()),
            (Column::Family, room.family.clone()),
            (Column::Title, room.title.ru.clone()),
            (Column::TitleEn, room.title.en.clone()),
            (Column::Branch, room.branch.clone().unwrap_or_default()),
        ]);
        self.row(&cells);
    }

    fn service(&mut self, service: &NewService) {
        let age = |age: Option<u8>| age.map_or_else(String::new, |age| age.to_string());
        self.row(&vec![
            (Column::Code, service.code.clone()),
            (Column::Title, service.title.ru.clone()),
            (Column::TitleEn, service.title.en.clone()),
            (Column::About, service.about.ru.clone()),
            (Column::AboutEn, service.about.en.clone()),
            (Column::Preparation, service.preparation.ru.clone()),
            (Column::PreparationEn, service.preparation.en.clone()),
            (Column::Duration, service.duration.to_string()),
            (Column::BufferBefore, service.buffer_before.to_string()),
            (Column::BufferAfter, service.buffer_after.to_string()),
            (Column::Step, service.step.to_string()),
            (
                Column::Price,
                format!("{},{:02}", service.price / 100, service.price % 100),
            ),
            (Column::AgeFrom, age(service.age_from)),
            (Column::AgeTo, age(service.age_to)),
            (Column::Practitioners, service.practitioners.join("|")),
            (Column::Requires, service.requires.join("|")),
        ]);
    }

    fn schedule(&mut self, schedule: &NewSchedule) {
        let rule = &schedule.rule;
        let parity = match rule.days.parity {
            Parity::Any => "",
            Parity::Odd => "нечётные",
            Parity::Even => "чётные",
        };
        let limit = |limit: Option<Date>| limit.map_or_else(String::new, date);
        let mut cells = opening(&rule.opening);
        cells.extend([
            (Column::Practitioner, schedule.practitioner.clone()),
            (Column::Days, days(rule.days.weekdays)),
            (Column::Parity, parity.to_owned()),
            (Column::From, limit(rule.from)),
            (Column::To, limit(rule.to)),
        ]);
        self.row(&cells);
    }

    fn exception(&mut self, exception: &NewException) {
        let mut row = |word: &str, mut cells: Cells| {
            cells.extend([
                (Column::Practitioner, exception.practitioner.clone()),
                (Column::Date, date(exception.exception.date)),
                (Column::Change, word.to_owned()),
            ]);
            self.row(&cells);
        };
        match &exception.exception.change {
            Change::PartOff(span) => row(
                "отсутствие",
                vec![
                    (Column::Start, span.start().to_string()),
                    (Column::End, span.end().to_string()),
                ],
            ),
            Change::Replace(openings) if !openings.is_empty() => {
                openings.iter().for_each(|one| row("замена", opening(one)));
            }
            Change::DayOff | Change::Replace(_) => row("выходной", Vec::new()),
        }
    }
}

/// Lines as one cell: a row of the file is one line.
fn lines(text: &str) -> String {
    text.replace('\n', " | ")
}

fn resource(resource: &NewResource) -> Cells {
    vec![
        (Column::Code, resource.code.clone()),
        (Column::About, resource.about.ru.clone()),
        (Column::AboutEn, resource.about.en.clone()),
        (Column::Lanes, resource.lanes.to_string()),
        (Column::Grain, resource.grain.to_string()),
    ]
}

fn opening(opening: &Opening<String>) -> Cells {
    let audience = match opening.audience {
        Audience::Everyone => "",
        Audience::Site => "сайт",
        Audience::Desk => "регистратура",
    };
    let pause = |pause: &Break| format!("{}-{}", pause.span().start(), pause.span().end());
    let breaks: Vec<String> = opening.breaks.iter().map(pause).collect();
    vec![
        (Column::Branch, opening.branch.clone()),
        (Column::Start, opening.span.start().to_string()),
        (Column::End, opening.span.end().to_string()),
        (Column::Breaks, breaks.join("|")),
        (Column::Audience, audience.to_owned()),
    ]
}

fn days(weekdays: WeekdaySet) -> String {
    match weekdays {
        WeekdaySet::ALL => "ежедневно".to_owned(),
        WeekdaySet::MONDAY_TO_FRIDAY => "Пн-Пт".to_owned(),
        some => {
            let named = DAY_NAMES.iter().enumerate();
            let named = named.filter(|(at, _)| some.bits() >> at & 1 == 1);
            named.map(|(_, name)| *name).collect::<Vec<_>>().join("|")
        }
    }
}

fn date(date: Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}

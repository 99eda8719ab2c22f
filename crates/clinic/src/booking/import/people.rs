//! Owns the reading of branches, practitioners, rooms and devices.

use super::cell;
use super::columns::{Column, Section};
use super::flaw::Flaw;
use super::known::Known;
use super::problem::Problems;
use super::reading::{PROSE, Reading, TITLE};
use super::table::{Row, Sheets};
use crate::booking::catalogue::new::{Code, NewBranch, NewResource, ResourceKind, Words};

/// Minutes in a cell where the file does not say.
const USUAL_GRAIN: u16 = 5;
/// The most visits a resource takes at once.
const MOST_LANES: u16 = 100;

/// The branches.
pub(super) fn branches(
    sheets: &Sheets,
    known: &mut Known,
    problems: &mut Problems,
) -> Vec<NewBranch> {
    let rows = sheets.of(Section::Branches).rows.iter();
    rows.filter_map(|row| branch(&mut Reading::of(row, problems), known))
        .collect()
}

fn branch(row: &mut Reading<'_>, known: &mut Known) -> Option<NewBranch> {
    let code = row.must(Column::Code, cell::code);
    let title = row.words(Column::Title, Column::TitleEn, TITLE, false);
    let address = row.words(Column::Address, Column::AddressEn, TITLE, false);
    let phone = row.must(Column::Phone, cell::phone);
    let zone = row.must(Column::Zone, cell::zone);
    let opens = row.must(Column::Opens, cell::time);
    let closes = row.must(Column::Closes, cell::time);
    let way = row.lines(Column::Way, Column::WayEn, PROSE);
    let email = row.usual(Column::Email, String::new(), cell::email);
    let hours = opens
        .zip(closes)
        .map(|(opens, closes)| (opens.minutes(), closes.minutes()));
    if hours.is_some_and(|(opens, closes)| closes <= opens) {
        row.refuse(Column::Closes, &Flaw::HoursReversed);
    }
    let hours = hours.filter(|(opens, closes)| opens < closes);
    let Some(code) = code else {
        known.tear(Section::Branches);
        return None;
    };
    told(row, known.branch(&code, row.line(), hours))?;
    let (opens, closes) = hours?;
    Some(NewBranch {
        code,
        title: title?,
        address: address?,
        phone: phone?,
        zone: zone?,
        opens,
        closes,
        way: way?,
        email: email?,
    })
}

/// Practitioners, rooms and devices, in the order of the file.
pub(super) fn resources(
    sheets: &Sheets,
    known: &mut Known,
    this_year: i16,
    problems: &mut Problems,
) -> Vec<NewResource> {
    let of = |section| {
        sheets
            .of(section)
            .rows
            .iter()
            .map(move |row| (section, row))
    };
    let mut rows: Vec<(Section, &Row)> = of(Section::Practitioners)
        .chain(of(Section::Rooms))
        .collect();
    rows.sort_by_key(|(_, row)| row.line);
    rows.into_iter()
        .filter_map(|(section, row)| {
            let mut row = Reading::of(row, problems);
            if section == Section::Practitioners {
                practitioner(&mut row, known, this_year)
            } else {
                room(&mut row, known)
            }
        })
        .collect()
}

fn practitioner(row: &mut Reading<'_>, known: &mut Known, this_year: i16) -> Option<NewResource> {
    let code = row.must(Column::Code, cell::code);
    let name = row.must(Column::Name, cell::name);
    let name_en = row.usual(Column::NameEn, String::new(), cell::name);
    let speciality = row.must(Column::Speciality, cell::code);
    let about = row.words(Column::About, Column::AboutEn, PROSE, true);
    let education = row.lines(Column::Education, Column::EducationEn, PROSE);
    let practising_since = row.may(Column::Since, cell::year(this_year));
    let lanes = row.usual(Column::Lanes, 1, cell::number(1, MOST_LANES));
    let grain = row.usual(Column::Grain, USUAL_GRAIN, cell::grain);
    let code = resource_code(row, known, Section::Practitioners, code, grain)?;
    Some(NewResource {
        code,
        kind: ResourceKind::Practitioner,
        family: speciality?,
        title: Words {
            ru: name?,
            en: name_en?,
        },
        about: about?,
        education: education?,
        practising_since: practising_since?,
        branch: None,
        lanes: lanes?,
        grain: grain?,
    })
}

fn room(row: &mut Reading<'_>, known: &mut Known) -> Option<NewResource> {
    let code = row.must(Column::Code, cell::code);
    let kind = row.must(Column::Kind, cell::kind);
    let family = row.must(Column::Family, cell::code);
    let title = row.words(Column::Title, Column::TitleEn, TITLE, false);
    let about = row.words(Column::About, Column::AboutEn, PROSE, true);
    let branch = row.must(Column::Branch, cell::code);
    let lanes = row.usual(Column::Lanes, 1, cell::number(1, MOST_LANES));
    let grain = row.usual(Column::Grain, USUAL_GRAIN, cell::grain);
    if let Some(Err(flaw)) = branch.as_ref().map(|code| known.has_branch(code)) {
        row.refuse(Column::Branch, &flaw);
    }
    match &family {
        Some(family) => known.family(family, branch.as_ref(), grain.unwrap_or(1)),
        None => known.tear(Section::Rooms),
    }
    let code = resource_code(row, known, Section::Rooms, code, grain)?;
    Some(NewResource {
        code,
        kind: kind?,
        family: family?,
        title: title?,
        about: about?,
        education: Words::default(),
        practising_since: None,
        branch: Some(branch?),
        lanes: lanes?,
        grain: grain?,
    })
}

fn resource_code(
    row: &mut Reading<'_>,
    known: &mut Known,
    section: Section,
    code: Option<Code>,
    grain: Option<u16>,
) -> Option<Code> {
    let Some(code) = code else {
        known.tear(section);
        return None;
    };
    let is_practitioner = section == Section::Practitioners;
    // A grid that cannot be read asks nothing of others.
    let added = known.resource(&code, row.line(), is_practitioner, grain.unwrap_or(1));
    told(row, added).map(|()| code)
}

/// Tells of a code that is there already.
pub(super) fn told(row: &mut Reading<'_>, added: Result<(), Flaw>) -> Option<()> {
    added.map_err(|flaw| row.refuse(Column::Code, &flaw)).ok()
}

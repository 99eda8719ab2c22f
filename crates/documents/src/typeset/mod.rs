//! From a paper to its bytes, in this process: only the child and tests call it.
//!
//! *Invariant*: what is refused is refused in words of ours ([`Failed`]): a typesetter's own messages quote what they
//! complain of.

mod world;

use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Serialize;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::shape::{self, Piece};
use crate::{Document, Origin};
use world::{Sheet, World};

/// Changes with every change of how papers look: the templates, the typesetter and what makes pieces of blocks.
#[must_use]
pub fn fingerprint() -> u64 {
    // What `shape` and this file add to the look is counted by hand.
    const LOOK: u32 = 1;
    let mut hasher = DefaultHasher::new();
    (LOOK, typst::utils::version().raw()).hash(&mut hasher);
    world::SOURCES.hash(&mut hasher);
    hasher.finish()
}

/// A paper on its pages.
#[derive(Debug)]
pub(crate) struct Typeset {
    /// The file.
    pub pdf: Vec<u8>,
    /// Whether it is PDF/A-2a and PDF/UA-1. A letter that no font of ours has — a picture, a rare script — does not
    /// keep a clinic from printing its text, but such a file is not for the archive.
    #[cfg_attr(not(test), expect(dead_code, reason = "told by the file itself"))]
    pub archival: bool,
}

/// What went wrong, without a word of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// The template could not be filled.
    Layout,
    /// The pages could not be written as a file.
    Export,
}

/// What a template is given: the paper, with its text in pieces where it has one.
#[derive(Serialize)]
struct Filling<'a> {
    paper: &'a Document,
    pieces: Vec<Piece>,
    /// Whether the shown text is in another language than the paper.
    text_language: &'a str,
}

/// Typesets a paper.
pub(crate) fn typeset(document: &Document) -> Result<Typeset, Failed> {
    let (sheet, pieces, text_language) = match document {
        Document::Legal(legal) => (
            Sheet::Legal,
            shape::pieces(&legal.title, &legal.blocks),
            legal.language,
        ),
        Document::Slip(slip) => (Sheet::Slip, Vec::new(), slip.language),
        Document::Receipt(receipt) => (
            Sheet::Receipt,
            shape::pieces(&receipt.title, &receipt.blocks),
            receipt.text_language,
        ),
    };
    let filling = Filling {
        paper: document,
        pieces,
        text_language: text_language.code(),
    };
    let data = serde_json::to_vec(&filling).map_err(|_| Failed::Layout)?;
    let world = World::of(sheet, data);
    let pages = typst::compile::<PagedDocument>(&world)
        .output
        .map_err(|complaints| told(&complaints, Failed::Layout))?;
    let archival = export(&pages, document.origin(), true);
    match archival {
        Ok(pdf) => Ok(Typeset {
            pdf,
            archival: true,
        }),
        Err(_) => Ok(Typeset {
            pdf: export(&pages, document.origin(), false)?,
            archival: false,
        }),
    }
}

fn export(pages: &PagedDocument, origin: &Origin, archival: bool) -> Result<Vec<u8>, Failed> {
    // ISO 19005-2, level A: tagged, and every letter can be read out; ISO 14289-1 on top.
    let standards: &[PdfStandard] = if archival {
        &[PdfStandard::A_2a, PdfStandard::Ua_1]
    } else {
        &[PdfStandard::V_1_7]
    };
    let options = PdfOptions {
        ident: Smart::Custom(origin.identifier.clone()),
        creator: Smart::Custom(Some("Medok".to_owned())),
        timestamp: datetime(origin.made_at).map(Timestamp::new_utc),
        standards: PdfStandards::new(standards).map_err(|_| Failed::Export)?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(pages, &options).map_err(|complaints| told(&complaints, Failed::Export))
}

/// Seconds since 1970 UTC as a calendar's date and time (the civil calendar counted from 1 March of the year 0).
fn datetime(seconds: i64) -> Option<Datetime> {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let since_march = days + 719_468;
    let (era, of_era) = (
        since_march.div_euclid(146_097),
        since_march.rem_euclid(146_097),
    );
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let small = |number: i64| u8::try_from(number).ok();
    Datetime::from_ymd_hms(
        i32::try_from(year).ok()?,
        small(month)?,
        small(day)?,
        small(rest / 3_600)?,
        small(rest / 60 % 60)?,
        small(rest % 60)?,
    )
}

/// Keeps what the typesetter complains of to tests: it quotes the paper.
#[cfg(not(test))]
fn told(_complaints: &[typst::diag::SourceDiagnostic], failed: Failed) -> Failed {
    failed
}

#[cfg(test)]
fn told(complaints: &[typst::diag::SourceDiagnostic], failed: Failed) -> Failed {
    for complaint in complaints {
        eprintln!("{}: {:?}", complaint.message, complaint.hints);
    }
    failed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_the_calendars_days() {
        for (seconds, told) in [
            (0, (1970, 1, 1, 0, 0, 0)),
            (951_827_696, (2000, 2, 29, 12, 34, 56)),
            (1_795_413_600, (2026, 11, 23, 6, 0, 0)),
            (4_107_542_400, (2100, 3, 1, 0, 0, 0)),
            (-1, (1969, 12, 31, 23, 59, 59)),
        ] {
            let date = datetime(seconds).expect("a date");
            let (year, month, day, hour, minute, second) = told;
            assert_eq!(date.year(), Some(year), "{seconds}");
            assert_eq!((date.month(), date.day()), (Some(month), Some(day)));
            assert_eq!(
                (date.hour(), date.minute(), date.second()),
                (Some(hour), Some(minute), Some(second))
            );
        }
        assert_eq!(datetime(i64::MAX), None);
    }
}

//! What the site tells of the clinic, its doctors and services: what of the recommended list is missing, which photos
//! cannot be shown. Nothing here is broken, so nothing here fails.

use std::collections::BTreeSet;

use clinic::booking::{Booking, Catalogue};
use clinic::photos::Photos;
use platform::config::Settings;
use trust::Trust;
use trust::consent::{ClinicTexts, SiteTexts};

use super::Finding;
use crate::house::{Sample, photos_folder};

/// Whether the clinic's texts hold a part of the list.
type Held = fn(&SiteTexts) -> bool;

/// What a clinic's site is expected to show beside the operator's record and the catalogue. Which of it binds a clinic
/// its lawyer says; the list is the widest one known to us.
const RECOMMENDED: [(&str, Held); 10] = [
    ("the registration", |site| {
        site.legal().registration.is_some()
    }),
    ("the founders", |site| !site.legal().founders.is_empty()),
    ("who governs the clinic and when they receive", |site| {
        let governing = &site.legal().governing;
        governing.iter().any(|one| one.reception.is_some())
    }),
    ("the works of the licence", |site| {
        !site.legal().licensed.is_empty()
    }),
    // Росздравнадзор, Роспотребнадзор and the region's health authority.
    ("three bodies that take complaints", |site| {
        site.legal().authorities.len() >= 3
    }),
    ("insurers, or that there are none", |site| {
        site.legal().insurance.is_some() || !site.legal().insurers.is_empty()
    }),
    ("the rules for patients (rules.ru.md)", |site| {
        site.text(SiteTexts::RULES).is_some()
    }),
    ("the terms of paid services (paid-services.ru.md)", |site| {
        site.text(SiteTexts::PAID_SERVICES).is_some()
    }),
    ("patients’ rights and duties (rights.ru.md)", |site| {
        site.text(SiteTexts::RIGHTS).is_some()
    }),
    (
        "the programme of state guarantees (guarantees.ru.md)",
        |site| site.text(SiteTexts::GUARANTEES).is_some(),
    ),
];

/// What the clinic's folder lacks.
pub(super) fn of_texts(texts: &ClinicTexts) -> Vec<Finding> {
    let site = texts.site();
    let missing: Vec<&str> = RECOMMENDED
        .iter()
        .filter(|(_, held)| !held(site))
        .map(|(what, _)| *what)
        .collect();
    let mut findings = Vec::new();
    if Sample::is_legal(site.legal()) {
        findings.push(Finding::warn(
            "site: the legal information is the sample's, of a clinic that does not exist",
            "write your clinic's own into site/legal.toml and start again",
        ));
    }
    if missing.is_empty() {
        findings.push(Finding::ok(
            "site: all parts of the recommended list are told",
        ));
    } else {
        findings.push(Finding::warn(
            format!("site: not told yet: {}", missing.join(", ")),
            "ask a lawyer what your clinic must show, and write it into clinic/site (`medok init` in a new folder writes \
             samples)",
        ));
    }
    findings
}

/// What the catalogue and the photos lack.
pub(super) async fn of_catalogue(settings: &Settings, trust: &Trust) -> Vec<Finding> {
    let booking = Booking::open(trust.clone(), settings.booking.clone());
    let photos = Photos::read(&photos_folder(settings));
    match booking.catalogue().await {
        Ok(catalogue) => lacking(&catalogue, &photos),
        Err(fault) => vec![Finding::failed("catalogue", &fault.during("reading it"))],
    }
}

fn lacking(catalogue: &Catalogue, photos: &Photos) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut tell = |what: &str, column: &str, codes: Vec<&str>| {
        if !codes.is_empty() {
            findings.push(Finding::warn(
                format!("catalogue: {what}: {}", few(&codes)),
                format!("fill the column «{column}» and run `medok import FILE`"),
            ));
        }
    };
    let people = || catalogue.practitioners();
    tell(
        "practitioners whose education is not told",
        "Образование",
        people()
            .filter(|one| one.education.ru.is_empty())
            .map(|one| one.code.as_str())
            .collect(),
    );
    tell(
        "practitioners whose experience is not told",
        "Стаж с года",
        people()
            .filter(|one| one.practising_since.is_none())
            .map(|one| one.code.as_str())
            .collect(),
    );
    tell(
        "branches without the way there",
        "Как добраться",
        catalogue
            .branches
            .iter()
            .filter(|one| one.way.ru.is_empty())
            .map(|one| one.code.as_str())
            .collect(),
    );
    tell(
        "services of which nothing is said",
        "Описание",
        catalogue
            .services
            .iter()
            .filter(|one| one.about.ru.is_empty())
            .map(|one| one.code.as_str())
            .collect(),
    );
    findings.extend(photos.problems().iter().map(|problem| {
        Finding::warn(
            format!("photos: {} {}", problem.file.display(), problem.what),
            problem.remedy,
        )
    }));
    let known: BTreeSet<&str> = people().map(|one| one.code.as_str()).collect();
    let strangers: Vec<&str> = photos
        .codes()
        .filter(|code| !known.contains(code))
        .collect();
    if !strangers.is_empty() && !known.is_empty() {
        findings.push(Finding::warn(
            format!("photos: no practitioner has the code {}", few(&strangers)),
            "name the file by the code in the catalogue, or delete it",
        ));
    }
    let shown = photos.codes().count() - strangers.len();
    if shown > 0 {
        findings.push(Finding::ok(format!(
            "photos: {shown} of {} practitioners",
            known.len()
        )));
    }
    findings
}

/// The first of many.
fn few(codes: &[&str]) -> String {
    const SHOWN: usize = 8;
    let rest = codes.len().saturating_sub(SHOWN);
    let shown = codes[..codes.len() - rest].join(", ");
    if rest == 0 {
        shown
    } else {
        format!("{shown} and {rest} more")
    }
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn many_codes_are_told_by_the_first_of_them() {
        assert_eq!(few(&["a", "b"]), "a, b");
        assert_eq!(few(&["a"; 10]), "a, a, a, a, a, a, a, a and 2 more");
    }

    #[test]
    fn what_the_folder_lacks_is_named_and_a_sample_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        ClinicTexts::write_demo(folder.path()).unwrap();
        let found = || {
            let texts = ClinicTexts::read(folder.path()).unwrap();
            of_texts(&texts)
        };
        let whole = found();
        assert_eq!((whole[0].state, whole[1].state), (State::Warn, State::Ok));

        let legal = folder.path().join("site/legal.toml");
        let own = std::fs::read_to_string(&legal).unwrap();
        let own = own
            .replace("Мелиссова", "Другая")
            .replace("[[authorities]]", "[[insurers]]");
        let own: String = own
            .lines()
            .filter(|line| {
                !line.starts_with("about") && !line.starts_with("address = { ru = \"000")
            })
            .filter(|line| !line.starts_with("email = \"care") && *line != "[insurance]")
            .map(|line| format!("{line}\n"))
            .collect();
        std::fs::write(&legal, own).unwrap();
        std::fs::remove_file(folder.path().join("site/rules.ru.md")).unwrap();
        std::fs::remove_file(folder.path().join("site/rules.en.md")).unwrap();
        let found = found();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            found[0].what,
            "site: not told yet: three bodies that take complaints, the rules for patients (rules.ru.md)"
        );
    }
}

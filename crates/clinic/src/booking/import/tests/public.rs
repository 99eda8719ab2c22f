//! What the site tells: columns that a file may have or not, and what is wrong in them.

use super::*;
use crate::booking::catalogue::new::Words;

/// The small clinic with a column more in a section: its head, and the cell of the section's first row.
fn with_column(section: &str, head: &str, cell: &str) -> String {
    let mut lines: Vec<String> = SMALL.lines().map(str::to_owned).collect();
    let at = lines.iter().position(|line| line == section).unwrap();
    // The other rows of the section leave the cell out.
    lines[at + 1] += &format!(";{head}");
    lines[at + 2] += &format!(";{cell}");
    lines.join("\n")
}

#[test]
fn a_file_without_these_columns_is_what_it_was() {
    let clinic = read(SMALL.as_bytes()).unwrap();
    assert_eq!(clinic.branches[0].way, Words::default());
    assert_eq!(clinic.branches[0].email, "");
    assert_eq!(clinic.resources[0].education, Words::default());
    assert_eq!(clinic.resources[0].practising_since, None);
    assert_eq!(clinic.services[0].about, Words::default());
}

#[test]
fn what_the_columns_hold_is_read_by_either_name() {
    let read = |section, head, cell| read(with_column(section, head, cell).as_bytes()).unwrap();
    for head in ["Как добраться", "way", "КАК  ДОБРАТЬСЯ"] {
        let clinic = read("[Филиалы]", head, "Метро «Сотовая» | три минуты пешком ||");
        assert_eq!(
            clinic.branches[0].way.ru,
            "Метро «Сотовая»\nтри минуты пешком"
        );
    }
    for head in ["Эл. почта", "email", "E-mail"] {
        let clinic = read("[Филиалы]", head, "Center@Clinic.example");
        assert_eq!(clinic.branches[0].email, "Center@clinic.example");
    }
    for head in ["Образование (англ.)", "education_en"] {
        let clinic = read("[Специалисты]", head, "2004 — Honey University, medicine");
        assert_eq!(
            clinic.resources[0].education.en,
            "2004 — Honey University, medicine"
        );
    }
    for (cell, year) in [("1940", 1940), ("2004", 2004), ("2026", 2026)] {
        let clinic = read("[Специалисты]", "Стаж с года", cell);
        assert_eq!(clinic.resources[0].practising_since, Some(year));
    }
    let clinic = read("[Услуги]", "Описание", "Осмотр и совет врача.");
    assert_eq!(clinic.services[0].about.ru, "Осмотр и совет врача.");
    assert_eq!(clinic.services[1].about.ru, "");
}

#[test]
fn a_mistake_has_its_line_and_column() {
    let long = "ё".repeat(2001);
    for (section, head, cell, told_so) in [
        (
            "[Специалисты]",
            "Стаж с года",
            "2027",
            "строка 6, «Стаж с года»: это не год от 1940 до 2026; напишите четырьмя",
        ),
        (
            "[Специалисты]",
            "Стаж с года",
            "1939",
            "строка 6, «Стаж с года»: это не год",
        ),
        (
            "[Специалисты]",
            "Стаж с года",
            "22 года",
            "строка 6, «Стаж с года»: это не год",
        ),
        (
            "[Специалисты]",
            "Образование",
            &long,
            "строка 6, «Образование»: длиннее 2000 знаков; сократите",
        ),
        (
            "[Специалисты]",
            "Образование",
            "2004\u{2028}ё",
            "строка 6, «Образование»: есть невидимые",
        ),
        (
            "[Филиалы]",
            "Как добраться",
            "направо\u{202e}налево",
            "строка 3, «Как добраться»: есть невидимые или меняющие направление",
        ),
        (
            "[Филиалы]",
            "Как добраться",
            "=HYPERLINK(1)",
            "строка 3, «Как добраться»: текст начинается с =",
        ),
        (
            "[Филиалы]",
            "Эл. почта",
            "спросите в регистратуре",
            "строка 3, «Эл. почта»: это не адрес электронной почты; напишите",
        ),
        (
            "[Услуги]",
            "Описание",
            &long,
            "строка 12, «Описание»: длиннее 2000 знаков",
        ),
    ] {
        let told = told(&with_column(section, head, cell));
        assert!(
            told.len() == 1 && told[0].starts_with(told_so),
            "{section} {head} {cell:.40}: {told:#?}"
        );
    }
}

//! The same clinic comes out of the file however it is written.

use calendar::schedule::{Audience, Change, DaySpan, Parity, WeekdaySet};
use jiff::civil::date;
use kernel::Language;

use super::*;
use crate::booking::catalogue::new::ResourceKind;

fn small() -> NewCatalogue {
    read(SMALL.as_bytes()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

#[test]
fn a_small_clinic_is_read() {
    assert_eq!(told(SMALL), [""; 0]);
    let clinic = small();
    let branch = &clinic.branches[0];
    assert_eq!((branch.opens, branch.closes), (480, 1200));
    assert_eq!(branch.address.ru, "ул. Примерная, д. 5");
    assert_eq!(branch.zone, "Europe/Moscow");
    let [person, device] = &clinic.resources[..] else {
        panic!()
    };
    assert_eq!(
        (person.kind, person.lanes, person.grain),
        (ResourceKind::Practitioner, 1, 5)
    );
    assert_eq!(
        (device.kind, device.lanes, device.branch.as_deref()),
        (ResourceKind::Device, 2, Some("center"))
    );
    let [visit, scan] = &clinic.services[..] else {
        panic!()
    };
    assert_eq!(
        (visit.price, visit.step, visit.buffer_after, visit.age_from),
        (150_000, 20, 0, None)
    );
    assert_eq!(
        (scan.price, scan.requires.as_slice()),
        (200_000, &["ultrasound".to_owned()][..])
    );
    let rule = &clinic.schedules[0].rule;
    assert_eq!(rule.days.weekdays, WeekdaySet::MONDAY_TO_FRIDAY);
    assert_eq!(
        format!("{:?} {:?}", rule.opening.span, rule.opening.breaks),
        "08:00–14:00 [11:00–11:30]"
    );
    assert_eq!(clinic.exceptions[0].exception.change, Change::DayOff);
    assert_eq!(
        summary(&clinic).tell(Language::Ru),
        "Филиалы: 1, специалисты: 1, кабинеты: 0, аппараты: 1, услуги: 2, строки расписания: 1, исключения: 1"
    );
    assert_eq!(
        summary(&clinic).tell(Language::En),
        "Branches: 1, practitioners: 1, rooms: 0, devices: 1, services: 2, schedule rows: 1, exceptions: 1"
    );
}

#[test]
fn encodings_line_ends_separators_and_blanks_do_not_matter() {
    let clinic = small();
    let (windows, _, lossy) = encoding_rs::WINDOWS_1251.encode(SMALL);
    assert!(!lossy && std::str::from_utf8(&windows).is_err());
    assert_eq!(read(&windows), Ok(clinic.clone()));

    let commas: String = SMALL
        .lines()
        .map(|line| {
            let quoted = |cell: &str| {
                if cell.contains(',') {
                    format!("\"{cell}\"")
                } else {
                    cell.to_owned()
                }
            };
            line.split(';').map(quoted).collect::<Vec<_>>().join(",") + "\r\n"
        })
        .collect();
    let spreadsheet: String = SMALL
        .lines()
        .map(|line| format!("{line};;;;\r\n;;;;\r\n"))
        .collect();
    for file in [
        format!("\u{feff}{SMALL}"),
        SMALL.replace('\n', "\r\n"),
        SMALL.replace('\n', "\r"),
        SMALL.replace('\n', "\n\n"),
        SMALL.replace(';', " ; "),
        SMALL.trim_end().to_owned(),
        format!("sep=;\n{SMALL}"),
        commas,
        spreadsheet,
    ] {
        assert_eq!(told(&file), [""; 0], "{file}");
        assert_eq!(read(file.as_bytes()), Ok(clinic.clone()), "{file}");
    }
}

#[test]
fn sections_and_columns_come_in_any_order_and_in_english() {
    let english = "\
[Exceptions]
change;DATE;practitioner
day off;31.12.2026;pchela
[schedules]
breaks;days;start;end;practitioner;branch;parity;audience;valid_from
11:00-11:30;Mon-Fri;08:00;14:00;pchela;center;any;everyone;
[services]
requires;title;code;duration_min;price;practitioners
;Консультация;visit;20;1500.00;pchela
ultrasound;УЗИ;scan;30;2000;pchela
[practitioners]
name;code;specialty
Пчёлкин Аркадий Савельевич;pchela;therapist
[rooms and devices]
kind;lanes;code;family;title;branch
device;2;us-1;ultrasound;Аппарат УЗИ;center
[branches]
zone;code;title;address;phone;opens;closes
europe/moscow;center;Центр;ул. Примерная, д. 5;+7 495 000-00-01;8:00;20:00
";
    assert_eq!(told(english), [""; 0]);
    assert_eq!(read(english.as_bytes()), Ok(small()));
}

#[test]
fn prices_days_and_words_are_read_as_people_write_them() {
    for (written, kopecks) in [
        ("1500", 150_000),
        ("1500,5", 150_050),
        ("1500.05", 150_005),
        ("1\u{a0}500,00 ₽", 150_000),
        ("12 345 678,90 руб.", 1_234_567_890),
        ("0", 0),
    ] {
        let file = with("1 500,00", written);
        match read(file.as_bytes()) {
            Ok(clinic) => assert_eq!(clinic.services[0].price, kopecks, "{written}"),
            Err(_) => assert!(kopecks > 1_000_000_000, "{written}"),
        }
    }
    for (written, bits) in [
        ("Пн-Пт", 0b1_1111),
        ("пн – пт", 0b1_1111),
        ("будни", 0b1_1111),
        ("Пн|Ср|Пт", 0b1_0101),
        ("Пн, Ср, Пт.", 0b1_0101),
        ("сб-пн", 0b110_0001),
        ("Вторник", 0b10),
        ("выходные", 0b110_0000),
        ("Sat-Sun", 0b110_0000),
        ("ежедневно", 0b111_1111),
    ] {
        let clinic = read(with("Пн-Пт", written).as_bytes())
            .unwrap_or_else(|found| panic!("{written}: {found:?}"));
        assert_eq!(
            clinic.schedules[0].rule.days.weekdays.bits(),
            bits,
            "{written}"
        );
    }
    for (written, parity, audience) in [
        ("чётные;сайт", Parity::Even, Audience::Site),
        ("Нечет;Регистратура", Parity::Odd, Audience::Desk),
        ("по четным;все", Parity::Even, Audience::Everyone),
        (";", Parity::Any, Audience::Everyone),
    ] {
        let file = with("Дни;Начало", "Дни;Чётность;Для кого;Начало").replacen(
            "Пн-Пт;",
            &format!("Пн-Пт;{written};"),
            1,
        );
        let clinic = read(file.as_bytes()).unwrap_or_else(|found| panic!("{written}: {found:?}"));
        let rule = &clinic.schedules[0].rule;
        assert_eq!(
            (rule.days.parity, rule.opening.audience),
            (parity, audience),
            "{written}"
        );
    }
}

#[test]
fn shifts_may_go_over_midnight_and_dates_may_differ_in_three_ways() {
    let file = with("pchela;ultrasound", "pchela;").replacen("Закрытие\ncenter", "Закрытие\nnight;Ночной;ул. Примерная, д. 7;+7 495 000-00-03;Europe/Moscow;00:00;24:00\ncenter", 1)
        + "pchela;01.01.2027;отсутствие;;22:00;02:00\n\
           pchela;2.1.2027;замена;night;20:00;08:00\n\
           pchela;03.01.2027;выходной\n\
           pchela;02.01.2027;замена;center;08:00;12:00\n";
    assert_eq!(told(&file), [""; 0]);
    let clinic = read(file.as_bytes()).unwrap();
    let changes: Vec<_> = clinic
        .exceptions
        .iter()
        .map(|one| (one.exception.date, &one.exception.change))
        .collect();
    let span =
        |from: &str, to: &str| DaySpan::new(from.parse().unwrap(), to.parse().unwrap()).unwrap();
    assert_eq!(
        changes[1],
        (date(2027, 1, 1), &Change::PartOff(span("22:00", "02:00")))
    );
    let Change::Replace(openings) = changes[2].1 else {
        panic!()
    };
    let shifts: Vec<_> = openings
        .iter()
        .map(|one| (one.branch.as_str(), one.span))
        .collect();
    assert_eq!(
        shifts,
        [
            ("night", span("20:00", "08:00")),
            ("center", span("08:00", "12:00"))
        ]
    );
    assert!(openings[0].span.is_overnight());
    assert_eq!(changes[3], (date(2027, 1, 3), &Change::DayOff));
    assert_eq!(changes.len(), 4);
}

//! A small catalogue whose every time a story can name.

use calendar::DayMinute;
use calendar::schedule::{Audience, DayPattern, DaySpan, Opening, WeekdaySet, WeeklySchedule};
use clinic::booking::catalogue::Words;
use clinic::booking::catalogue::new::{
    NewBranch, NewCatalogue, NewResource, NewSchedule, NewService, ResourceKind,
};

/// Tuesday 24 November 2026: the day most stories are about. The clock stands at 09:00 Moscow time the day before.
pub const WORK_DAY: &str = "2026-11-24";

fn words(ru: &str, en: &str) -> Words {
    Words {
        ru: ru.into(),
        en: en.into(),
    }
}

/// One branch, three practitioners, a room, a device of three lanes, five services, every day 09:00–18:00.
#[must_use]
pub fn small_catalogue() -> NewCatalogue {
    let span = |from: (u16, u16), to: (u16, u16)| {
        let at = |(hour, minute)| DayMinute::at(hour, minute).expect("a time of day");
        DaySpan::new(at(from), at(to)).expect("a stretch of the day")
    };
    let practitioner = |code: &str, ru: &str, en: &str| NewResource {
        code: code.into(),
        kind: ResourceKind::Practitioner,
        family: "therapist".into(),
        title: words(ru, en),
        about: words("Терапевт", "Therapist"),
        education: words(
            "2004 — Медовый университет — лечебное дело",
            "2004 — Honey University — general medicine",
        ),
        practising_since: Some(2005),
        branch: None,
        lanes: 1,
        grain: 5,
    };
    let thing = |code: &str, kind, family: &str, lanes| NewResource {
        code: code.into(),
        kind,
        family: family.into(),
        title: words("Кабинет", "Room"),
        about: words("", ""),
        education: words("", ""),
        practising_since: None,
        branch: Some("main".into()),
        lanes,
        grain: 5,
    };
    let service =
        |code: &str, duration, step, requires: &[&str], ages: (Option<u8>, Option<u8>)| {
            NewService {
                code: code.into(),
                title: words("Консультация", "Consultation"),
                about: words("Осмотр и совет врача", "An examination and advice"),
                preparation: words("Возьмите паспорт", "Bring your passport"),
                duration,
                buffer_before: 0,
                buffer_after: 0,
                step,
                price: 150_000,
                age_from: ages.0,
                age_to: ages.1,
                practitioners: vec!["anna".into(), "boris".into(), "vera".into()],
                requires: requires.iter().map(|family| (*family).into()).collect(),
            }
        };
    NewCatalogue {
        branches: vec![NewBranch {
            code: "main".into(),
            title: words("На Медовой", "Honey Street"),
            address: words("Москва, ул. Медовая, 1", "1 Honey Street, Moscow"),
            phone: "+7 495 000-00-01".into(),
            zone: "Europe/Moscow".into(),
            opens: 540,
            closes: 1080,
            way: words("Пять минут от станции", "Five minutes from the station"),
            email: "main@example.org".into(),
        }],
        resources: vec![
            practitioner("anna", "Пчёлкина Анна", "Anna Pchelkina"),
            practitioner("boris", "Липов Борис", "Boris Lipov"),
            practitioner("vera", "Донникова Вера", "Vera Donnikova"),
            thing("room-1", ResourceKind::Room, "procedure", 1),
            thing("device-1", ResourceKind::Device, "drip", 3),
        ],
        services: vec![
            service("visit", 30, 30, &[], (None, None)),
            service("long", 60, 15, &[], (None, None)),
            service("in-room", 30, 30, &["procedure"], (None, None)),
            service("on-device", 30, 30, &["drip"], (None, None)),
            service("children", 30, 30, &[], (None, Some(17))),
        ],
        schedules: ["anna", "boris", "vera"]
            .into_iter()
            .map(|code| NewSchedule {
                practitioner: code.into(),
                rule: WeeklySchedule {
                    days: DayPattern::weekly(WeekdaySet::ALL),
                    from: None,
                    to: None,
                    opening: Opening {
                        branch: "main".into(),
                        span: span((9, 0), (18, 0)),
                        breaks: Vec::new(),
                        audience: Audience::Everyone,
                    },
                },
            })
            .collect(),
        exceptions: Vec::new(),
    }
}

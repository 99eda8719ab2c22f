//! Nanoseconds of the inner loops, without a server.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::Duration;

use calendar::DayMinute;
use calendar::schedule::{
    Audience, DayPattern, DaySpan, Interval, LocalDays, Minute, Opening, Request, Viewer, Visit,
    WeekdaySet, WeeklySchedule, free, windows_into,
};
use clinic::booking::catalogue::Words;
use clinic::booking::catalogue::new::{
    NewBranch, NewCatalogue, NewResource, NewSchedule, NewService, ResourceKind,
};
use jiff::civil::date;
use kernel::entropy;
use trust::access::{Access, Question};
use trust::journal::core::chain::{ChainId, Head, Salt};
use trust::journal::core::hash::leaf_hash;
use trust::journal::core::json::Object;
use trust::journal::core::tree::TreeState;
use trust::journal::core::{
    chain,
    subtree::{Fillers, Subtree},
};
use trust::vault::core::{PersonKey, Place, open, seal};

use crate::figures::{Figures, Limit, Stopwatch};

/// All of them.
pub fn measure(figures: &mut Figures) {
    let keys = PersonKey::random(&mut entropy::rng()).expand();
    let id = entropy::random_id();
    let record = *id.as_bytes();
    let place = Place {
        operator: id,
        person: id,
        table: "person",
        record: &record,
        field: "surname",
        version: 1,
    };
    let value = "Тестова".as_bytes();
    let sealed = seal(&place, &keys, value, &mut entropy::rng());
    let each = time(20_000, || {
        drop(black_box(seal(&place, &keys, value, &mut entropy::rng())))
    });
    figures.put("engine", "seal a field", nanos(each), Limit::None);
    let each = time(20_000, || drop(black_box(open(&place, &keys, &sealed))));
    figures.put("engine", "open a field", nanos(each), Limit::None);

    let access = Access::bundled().expect("the bundled policies are valid");
    let question = Question {
        role: "registrar".into(),
        purpose: kernel::Purpose::Services,
        case: kernel::CaseKind::Appointment,
        categories: BTreeSet::from(["contact".to_owned(), "identity".to_owned()]),
        contract: trust::access::Contract::default(),
    };
    let each = time(5_000, || {
        black_box(access.decide(&question));
    });
    figures.put("engine", "decide", nanos(each), Limit::None);

    let mut tree = TreeState::new();
    let salt = Salt::from(entropy::bytes::<32>());
    let fillers = Fillers::new(&entropy::bytes::<32>());
    let mut head = Head::START;
    let each = time(20_000, || {
        let link = chain::extend(&head, ChainId([7; 16]), id, Object::new(), &salt);
        head = link.head;
        let (subtree, _) =
            Subtree::shuffle(&[link.leaf()], &head.hash, &fillers, &mut entropy::rng());
        drop(black_box(tree.append(&[leaf_hash(&subtree.root().0)])));
    });
    figures.put(
        "engine",
        "journal: link, subtree and append",
        nanos(each),
        Limit::None,
    );
    free_time(figures);
}

/// 200 practitioners × 60 days, 40 % booked, computed from what is in memory.
fn free_time(figures: &mut Figures) {
    let zone = jiff::tz::TimeZone::get("Europe/Moscow").expect("a zone");
    let rule = rule(0u32, 9, 17);
    let days = LocalDays::new(&zone, date(2026, 11, 24), date(2027, 1, 22));
    let mut windows = Vec::new();
    windows_into(&[rule], &[], &days, &mut windows);
    let visit = Visit::new(30, 0, 0, 30).expect("a visit");
    let mut busy = Vec::new();
    for window in &windows {
        for slot in (0..16).filter(|slot| slot % 5 < 2) {
            let from = window.interval.start().plus(slot * 30);
            busy.extend(Interval::new(from, from.plus(30)));
        }
    }
    let within = Interval::new(Minute(0), Minute(i64::MAX / 2)).expect("all time");
    let request = Request {
        visit,
        viewer: Viewer::Site,
        branch: None,
        within,
    };
    let mut starts = Vec::new();
    let all = time(20, || {
        starts.clear();
        for _ in 0..200 {
            free(&windows, &busy, &request, &mut starts);
        }
        black_box(&starts);
    });
    let ms = all.as_secs_f64() * 1e3;
    figures.put(
        "engine",
        &format!(
            "free time of 200 practitioners × 60 days ({} slots)",
            starts.len()
        ),
        format!("{ms:.2} ms"),
        Limit::AtMost(ms, 10.0, "ms"),
    );
}

fn rule<B>(branch: B, from: u16, to: u16) -> WeeklySchedule<B> {
    let at = |hour| DayMinute::at(hour, 0).expect("an hour");
    WeeklySchedule {
        days: DayPattern::weekly(WeekdaySet::ALL),
        from: None,
        to: None,
        opening: Opening {
            branch,
            span: DaySpan::new(at(from), at(to)).expect("a shift"),
            breaks: Vec::new(),
            audience: Audience::Everyone,
        },
    }
}

fn time(times: u32, mut run: impl FnMut()) -> Duration {
    for _ in 0..times / 10 {
        run();
    }
    let watch = Stopwatch::start();
    for _ in 0..times {
        run();
    }
    watch.elapsed() / times
}

fn nanos(each: Duration) -> String {
    format!("{} ns", each.as_nanos())
}

/// The clinic that is served: so many practitioners, 16 slots a day each.
pub fn catalogue_csv(practitioners: usize) -> String {
    let words = |text: &str| Words {
        ru: text.into(),
        en: text.into(),
    };
    let codes: Vec<String> = (1..=practitioners)
        .map(|number| format!("p{number}"))
        .collect();
    let names = [
        "Пчёлкин",
        "Липов",
        "Донников",
        "Гречихин",
        "Клеверов",
        "Вересков",
        "Медуницын",
        "Акациев",
        "Ивин",
        "Рябинин",
    ];
    let given = ["Аркадий", "Вениамин"];
    let catalogue = NewCatalogue {
        branches: vec![NewBranch {
            code: "main".into(),
            title: words("Филиал"),
            address: words("Москва, ул. Медовая, 1"),
            phone: "+7 495 000-00-01".into(),
            zone: "Europe/Moscow".into(),
            opens: 540,
            closes: 1020,
            way: words(""),
            email: String::new(),
        }],
        resources: codes
            .iter()
            .enumerate()
            .map(|(at, code)| NewResource {
                code: code.clone(),
                kind: ResourceKind::Practitioner,
                family: "therapist".into(),
                title: words(&format!(
                    "{} {}",
                    names[at % names.len()],
                    given[at / names.len() % given.len()]
                )),
                about: words("Терапевт"),
                education: words(""),
                practising_since: None,
                branch: None,
                lanes: 1,
                grain: 5,
            })
            .collect(),
        services: vec![NewService {
            code: "visit".into(),
            title: words("Консультация"),
            about: words(""),
            preparation: words("Паспорт"),
            duration: 30,
            buffer_before: 0,
            buffer_after: 0,
            step: 30,
            price: 150_000,
            age_from: None,
            age_to: None,
            practitioners: codes.clone(),
            requires: Vec::new(),
        }],
        schedules: codes
            .iter()
            .map(|code| NewSchedule {
                practitioner: code.clone(),
                rule: rule(String::from("main"), 9, 17),
            })
            .collect(),
        exceptions: Vec::new(),
    };
    clinic::booking::import::write(&catalogue)
}

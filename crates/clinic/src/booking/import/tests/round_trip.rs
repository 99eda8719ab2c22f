//! What is written is read again as it was.

use calendar::DayMinute;
use calendar::schedule::{
    Audience, Break, Change, DayPattern, DaySpan, Exception, Opening, Parity, WeekdaySet,
    WeeklySchedule,
};
use jiff::civil::{Date, date};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::*;
use crate::booking::catalogue::new::{
    Code, NewBranch, NewException, NewResource, NewSchedule, NewService, ResourceKind, Words,
};

fn text() -> impl Strategy<Value = String> {
    "[А-Яа-яA-Za-z0-9«„(\"'|;,!?#№\u{a0}][А-Яа-яё0-9 ;,\"'|«»()№!?:=+@<>-]{0,20}[а-яё.»\"]"
        .prop_map(|text| {
            text.trim_start_matches(['\u{a0}', ' ', '+', '-', '=', '@'])
                .to_owned()
        })
}

fn words() -> impl Strategy<Value = Words> {
    (text(), prop_oneof![Just(String::new()), text()]).prop_map(|(ru, en)| Words { ru, en })
}

fn prose() -> impl Strategy<Value = Words> {
    prop_oneof![Just(Words::default()), words()]
}

/// Lines, none of which the mark between lines parts again.
fn lines() -> impl Strategy<Value = Words> {
    let line = || text().prop_map(|text| text.replace('|', "/"));
    let some = move || vec(line(), 0..3).prop_map(|lines| lines.join("\n"));
    (some(), some()).prop_map(|(ru, en)| Words { ru, en })
}

fn name() -> impl Strategy<Value = String> {
    "[А-ЯЁ][а-яё]{1,8}(-[А-ЯЁ][а-яё]{1,8})?( [А-ЯЁ][а-яё]{1,8}){0,2}"
}

fn branch(number: usize) -> impl Strategy<Value = NewBranch> {
    let zone = select(vec![
        "Europe/Moscow",
        "Asia/Kamchatka",
        "Asia/Kathmandu",
        "America/Argentina/Ushuaia",
    ]);
    let told = (lines(), select(vec!["", "a.b@clinic.example"]));
    (words(), words(), zone, 0_u16..1440, told).prop_flat_map(
        move |(title, address, zone, opens, (way, email))| {
            (opens + 1..=1440).prop_map(move |closes| NewBranch {
                code: format!("филиал-{number}"),
                title: title.clone(),
                address: address.clone(),
                phone: format!("+7 495 000-00-{number:02}"),
                zone: zone.to_owned(),
                opens,
                closes,
                way: way.clone(),
                email: email.to_owned(),
            })
        },
    )
}

/// Resource `number`; rooms stand at one of the branches.
fn resource(number: usize, branches: usize, unit: u16) -> impl Strategy<Value = NewResource> {
    let kinds = [
        ResourceKind::Practitioner,
        ResourceKind::Room,
        ResourceKind::Device,
    ];
    let kind = select(if branches == 0 {
        kinds[..1].to_vec()
    } else {
        kinds.to_vec()
    });
    let grain = select(if unit == 5 { vec![1, 5] } else { vec![1] });
    (
        kind,
        name(),
        words(),
        prose(),
        any::<Index>(),
        (1_u16..=100, grain, 0..3),
        (lines(), option::of(1940_i16..=2026)),
    )
        .prop_map(
            move |(kind, name, words, about, at, (lanes, grain, family), (education, since))| {
                let is_practitioner = kind == ResourceKind::Practitioner;
                let title = if is_practitioner {
                    Words {
                        ru: name,
                        en: String::new(),
                    }
                } else {
                    words
                };
                NewResource {
                    code: format!("r{number}"),
                    kind,
                    family: format!("family-{family}"),
                    title,
                    about,
                    education: if is_practitioner {
                        education
                    } else {
                        Words::default()
                    },
                    practising_since: since.filter(|_| is_practitioner),
                    branch: (!is_practitioner).then(|| format!("филиал-{}", at.index(branches))),
                    lanes,
                    grain,
                }
            },
        )
}

/// A multiple of `unit` minutes from `least` units on.
fn minutes(unit: u16, least: u16) -> impl Strategy<Value = u16> {
    (least..=1440 / unit).prop_map(move |units| units * unit)
}

fn service(
    number: usize,
    people: Vec<Code>,
    families: Vec<Code>,
    unit: u16,
) -> impl Strategy<Value = NewService> {
    let most = people.len();
    let ages = (option::of(0_u8..60), option::of(60_u8..=125));
    let lengths = (
        minutes(unit, 1),
        minutes(unit, 0),
        minutes(unit, 0),
        minutes(unit, 1),
    );
    let count = families.len();
    let lists = (
        subsequence(people, 1..=most),
        subsequence(families, 0..=count),
    );
    (
        words(),
        (prose(), prose()),
        lengths,
        0_i64..=1_000_000_000,
        ages,
        lists,
    )
        .prop_map(
            move |(
                title,
                (about, preparation),
                (duration, buffer_before, buffer_after, step),
                price,
                ages,
                lists,
            )| NewService {
                code: format!("s{number}"),
                title,
                about,
                preparation,
                duration,
                buffer_before,
                buffer_after,
                step,
                price,
                age_from: ages.0,
                age_to: ages.1,
                practitioners: lists.0,
                requires: lists.1,
            },
        )
}

fn minute(minutes: u16) -> DayMinute {
    DayMinute::new(minutes % 1440).unwrap()
}

fn opening(branches: usize, unit: u16) -> impl Strategy<Value = Opening<Code>> {
    let pieces = vec(1_u16..=280 / unit, 5);
    let audience = select(vec![Audience::Everyone, Audience::Site, Audience::Desk]);
    (
        0..1440 / unit,
        pieces,
        0_usize..=2,
        any::<Index>(),
        audience,
    )
        .prop_map(move |(start, pieces, breaks, at, audience)| {
            // A shift of five pieces, of which the second and the fourth may be breaks; 1400 minutes at most.
            let mut edges = vec![start * unit];
            for piece in pieces {
                edges.push(edges[edges.len() - 1] + piece * unit);
            }
            let pause = |at: &usize| Break::new(minute(edges[*at]), minute(edges[at + 1])).unwrap();
            Opening {
                branch: format!("филиал-{}", at.index(branches)),
                span: DaySpan::new(minute(edges[0]), minute(edges[5])).unwrap(),
                breaks: [1, 3].iter().take(breaks).map(pause).collect(),
                audience,
            }
        })
}

fn day() -> impl Strategy<Value = Date> {
    (2000_i16..=2199, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| date(year, month, day))
}

fn schedule(people: Vec<Code>, branches: usize, unit: u16) -> impl Strategy<Value = NewSchedule> {
    let parity = select(vec![Parity::Any, Parity::Odd, Parity::Even]);
    let dates = (option::of(day()), option::of(day()));
    (
        select(people),
        1_u8..128,
        parity,
        dates,
        opening(branches, unit),
    )
        .prop_map(|(practitioner, bits, parity, (from, to), opening)| {
            let reversed = from.zip(to).is_some_and(|(from, to)| to < from);
            let (from, to) = if reversed { (to, from) } else { (from, to) };
            let days = DayPattern {
                weekdays: WeekdaySet::from_bits(bits),
                parity,
            };
            NewSchedule {
                practitioner,
                rule: WeeklySchedule {
                    days,
                    from,
                    to,
                    opening,
                },
            }
        })
}

fn exception(people: Vec<Code>, branches: usize, unit: u16) -> impl Strategy<Value = NewException> {
    let change = prop_oneof![
        Just(Change::DayOff),
        opening(branches, unit).prop_map(|opening| Change::PartOff(opening.span)),
        vec(opening(branches, unit), 1..3).prop_map(Change::Replace),
    ];
    (select(people), day(), change).prop_map(|(practitioner, date, change)| NewException {
        practitioner,
        exception: Exception { date, change },
    })
}

fn lawful() -> impl Strategy<Value = NewCatalogue> {
    (1_usize..4, 1_usize..6, select(vec![1_u16, 5])).prop_flat_map(|(branches, resources, unit)| {
        let branch_list: Vec<_> = (0..branches).map(branch).collect();
        let resource_list: Vec<_> = (0..resources)
            .map(|number| resource(number, branches, unit))
            .collect();
        (branch_list, resource_list)
            .prop_flat_map(move |(branch_list, mut resource_list)| {
                resource_list[0].kind = ResourceKind::Practitioner;
                resource_list[0].branch = None;
                resource_list[0].title = Words {
                    ru: "Пчёлкин".into(),
                    en: "Pchyolkin".into(),
                };
                let (people, rooms): (Vec<_>, Vec<_>) = resource_list
                    .iter()
                    .partition(|one| one.kind == ResourceKind::Practitioner);
                let people: Vec<Code> = people.iter().map(|one| one.code.clone()).collect();
                let mut families: Vec<Code> = rooms.iter().map(|one| one.family.clone()).collect();
                families.sort();
                families.dedup();
                let services: Vec<_> = (0..3)
                    .map(|number| service(number, people.clone(), families.clone(), unit))
                    .collect();
                let schedules = vec(schedule(people.clone(), branches, unit), 0..4);
                let exceptions = vec(exception(people, branches, unit), 0..4);
                (
                    Just(branch_list),
                    Just(resource_list),
                    services,
                    schedules,
                    exceptions,
                )
            })
            .prop_map(
                |(branches, resources, services, schedules, mut exceptions)| {
                    // The replacements of one date are one exception in a file.
                    let mut seen = Vec::new();
                    exceptions.retain(|one| {
                        let key = (one.practitioner.clone(), one.exception.date);
                        let fresh = !seen.contains(&key);
                        seen.push(key);
                        fresh
                    });
                    NewCatalogue {
                        branches,
                        resources,
                        services,
                        schedules,
                        exceptions,
                    }
                },
            )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_written_is_read_again_as_it_was(catalogue in lawful()) {
        let file = write(&catalogue);
        let again = read(file.as_bytes());
        prop_assert!(again.is_ok(), "{:#?}\n{}", again.map(|_| ()), file);
        prop_assert_eq!(again.unwrap(), catalogue);
    }
}

#[test]
fn an_empty_catalogue_and_a_small_one_come_back() {
    let empty = NewCatalogue::default();
    assert_eq!(read(write(&empty).as_bytes()), Ok(empty));
    let small = read(SMALL.as_bytes()).unwrap();
    let file = write(&small);
    assert!(file.starts_with("\u{feff}[Филиалы]\r\nКод;Название;"));
    assert_eq!(read(file.as_bytes()), Ok(small));
}

#[test]
fn replacements_of_a_date_come_back_as_one() {
    let file = SMALL.to_owned()
        + "pchela;02.01.2027;замена;center;08:00;10:00\npchela;02.01.2027;замена;center;12:00;14:00\n";
    let catalogue = read(file.as_bytes()).unwrap();
    assert_eq!(read(write(&catalogue).as_bytes()), Ok(catalogue));
}

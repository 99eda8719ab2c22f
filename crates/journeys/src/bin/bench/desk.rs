//! The desk's board: 20 practitioners, 300 visits a day; the picture, its names at first and seen again. Inside the
//! house, without a network: what the server itself takes.

use std::time::Duration;

use clinic::booking::desk::{BoardQuery, DeskBooking, Ground};
use clinic::booking::{Booking, Patient};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use journeys::{ClinicOptions, Store, TestClinic, WORK_DAY, settled, small_catalogue};
use kernel::{BirthDate, Language, NamePart, PersonName, Phone, Purpose, Scope};
use trust::consent::declaration::ForWhom;

use crate::boards;
use crate::figures::{Figures, Limit, Stopwatch, ms, percentile};

const PRACTITIONERS: usize = 20;
const VISITS_EACH: usize = 15;
/// Looks measured: p99 is the second slowest.
const LOOKS: usize = 100;
/// Looks of one employee: a session lasts as long as their tickets.
const LOOKS_A_SESSION: usize = 25;

/// Draws the board, opens its names, opens them again; and a quarter of an hour later once more.
///
/// # Panics
/// The clinic cannot be made.
pub async fn measure(store: Store, figures: &mut Figures, name: &str) {
    let Some(clinic) = clinic(store).await else {
        return;
    };
    let query = fill(&clinic).await;
    let (mut pictures, mut first, mut again) = (Vec::new(), Vec::new(), Vec::new());
    let mut scope = at_work(&clinic, 0).await;
    for look in 0..LOOKS {
        if look > 0 && look % LOOKS_A_SESSION == 0 {
            scope = at_work(&clinic, look).await;
        }
        let desk: &Booking = &clinic.booking;
        between_looks().await;
        let watch = Stopwatch::start();
        let board = settled(desk.board(scope, query).await);
        pictures.push(watch.elapsed());
        let watch = Stopwatch::start();
        let names = settled(desk.names(scope, query).await);
        first.push(watch.elapsed());
        between_looks().await;
        let watch = Stopwatch::start();
        settled(desk.names(scope, query).await);
        again.push(watch.elapsed());
        assert_eq!(board.cards.len(), PRACTITIONERS * VISITS_EACH);
        assert!(names.names.values().all(Option::is_some));
        clinic.clock.advance_seconds(15 * 60);
    }
    for (what, mut times, limit) in [
        (
            "board, 20 practitioners × 300 visits, without names: p99",
            pictures,
            50.0,
        ),
        ("300 names, first view: p99", first, 50.0),
        (
            "300 names, seen again under the same ticket: p99",
            again,
            15.0,
        ),
    ] {
        let p50 = ms(percentile(&mut times, 50.0));
        let p99 = ms(percentile(&mut times, 99.0));
        let limit = Limit::AtMost(p99, limit, "ms");
        figures.put(name, what, format!("{p99:.1} ms (p50 {p50:.1})"), limit);
    }
    boards::measure(&clinic, query, figures, name).await;
}

/// A quarter of an hour lies between two first looks, and some time before the next: what the store does by itself meanwhile
/// (SQLite brings its log over) is no part of either.
pub async fn between_looks() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}

async fn clinic(store: Store) -> Option<TestClinic> {
    let mut catalogue = small_catalogue();
    let (model, schedule) = (
        catalogue.resources[0].clone(),
        catalogue.schedules[0].clone(),
    );
    for number in 3..PRACTITIONERS {
        let code = format!("more-{number}");
        let mut one = model.clone();
        one.code.clone_from(&code);
        catalogue.resources.insert(number, one);
        let mut shifts = schedule.clone();
        shifts.practitioner.clone_from(&code);
        catalogue.schedules.push(shifts);
        for service in &mut catalogue.services {
            service.practitioners.push(code.clone());
        }
    }
    let options = ClinicOptions {
        catalogue,
        ..ClinicOptions::default()
    };
    TestClinic::open_with(store, options).await
}

async fn at_work(clinic: &TestClinic, number: usize) -> Scope {
    let who = clinic
        .staff(&format!("registrar-{number}"), "registrar")
        .await;
    TestClinic::at_work(who, Purpose::Services, None)
}

/// Books the whole day by phone; gives the day.
async fn fill(clinic: &TestClinic) -> BoardQuery {
    let scope = at_work(clinic, usize::MAX).await;
    let catalogue = clinic.booking.catalogue().await.expect("a catalogue");
    let (branch, service) = (catalogue.branches[0].id, catalogue.services[0].id);
    let declaration = clinic
        .site
        .texts
        .declaration("booking")
        .expect("booking is declared");
    // Far enough to be ahead of all that the clock is moved by.
    let first: Date = WORK_DAY.parse::<Date>().expect("a date") + 7.days();
    let nine: jiff::Timestamp = format!("{first}T09:00:00+03:00").parse().expect("a time");
    let practitioners: Vec<_> = catalogue.practitioners().map(|one| one.id).collect();
    for (column, practitioner) in practitioners.iter().enumerate() {
        for visit in 0..VISITS_EACH {
            let number = column * VISITS_EACH + visit;
            let booking = DeskBooking {
                service,
                practitioner: *practitioner,
                branch,
                start: nine.as_second() / 60 + 30 * i64::try_from(visit).expect("few visits"),
                for_whom: ForWhom::Myself,
                patient: patient(number),
                representative: None,
                booker: None,
                more: Default::default(),
                language: Language::Ru,
                ground: Ground::Contract,
                outside: None,
            };
            settled(
                clinic
                    .booking
                    .book_for(scope, declaration, booking, None)
                    .await,
            );
        }
    }
    BoardQuery {
        branch,
        first,
        days: 1,
        practitioner: None,
    }
}

fn patient(number: usize) -> Patient {
    let part = |text: &str| NamePart::parse(text).expect("a name");
    Patient {
        name: PersonName {
            surname: part("Тестова"),
            given_name: part("Мария"),
            patronymic: Some(part("Ивановна")),
        },
        birth_date: BirthDate::parse("24.11.1986", date(2026, 11, 23)).expect("a date"),
        phone: Phone::parse(&format!("+7916{number:07}")).ok(),
        email: None,
    }
}

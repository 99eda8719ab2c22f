//! Somebody calls or comes: booked under a named basis or by a signed paper, for oneself and for others.

use clinic::booking::desk::{DeskBooking, DeskRefusal, Ground, Outside, With};
use clinic::booking::{Basis, Booker, Patient, Refusal, Representative, Status};
use jiff::civil::date;
use journeys::{TestClinic, on_both};
use kernel::{BirthDate, Language, NamePart, PersonName, Phone};
use trust::consent::declaration::{Declaration, ForWhom};
use trust::consent::{Paper, PaperRefusal};
use trust::staff::AccessRefusal;

use super::{at, at_work, booked, branch, done, practitioner, refused, service, sound, the_day};

pub(crate) fn name(surname: &str, given_name: &str) -> PersonName {
    PersonName {
        surname: NamePart::parse(surname).expect("a name"),
        given_name: NamePart::parse(given_name).expect("a name"),
        patronymic: None,
    }
}

pub(crate) fn phone(text: &str) -> Phone {
    Phone::parse(text).expect("a phone")
}

pub(crate) fn declaration(clinic: &TestClinic) -> Declaration {
    clinic
        .site
        .texts
        .declaration("booking")
        .expect("booking is declared")
        .clone()
}

/// Vera Zvonkova, who called.
pub(crate) async fn caller(clinic: &TestClinic, whom: &str, time: &str) -> DeskBooking {
    DeskBooking {
        service: service(clinic, "visit").await,
        practitioner: practitioner(clinic, whom).await,
        branch: branch(clinic).await,
        start: at(time),
        for_whom: ForWhom::Myself,
        patient: Patient {
            name: name("Звонкова", "Вера"),
            birth_date: BirthDate::parse("24.11.1986", date(2026, 11, 23)).expect("a date"),
            phone: Some(phone("+7 916 777-09-15")),
            email: None,
        },
        representative: None,
        booker: None,
        more: Default::default(),
        language: Language::Ru,
        ground: Ground::Contract,
        outside: None,
    }
}

on_both!(
    everybody_who_may_come_can_be_booked_by_phone,
    |clinic: TestClinic| async move {
        let olga = at_work(&clinic, "olga", "operator").await;
        let texts = declaration(&clinic);
        let desk = &clinic.booking;
        let own = caller(&clinic, "anna", "10:00").await;
        let once = clinic.trust.once("desk.book_for", "key", b"body");
        let booked = done(
            desk.book_for(olga, &texts, own.clone(), Some(once.clone()))
                .await,
        );
        assert_eq!(booked.status, Status::Accepted, "a human made it");
        let again = done(desk.book_for(olga, &texts, own.clone(), Some(once)).await);
        assert_eq!(
            (again.id, &again.token, again.again),
            (booked.id, &booked.token, true)
        );
        assert_eq!(clinic.count("appointment").await, 1);
        // The link works as any other.
        assert_eq!(done(desk.show(&booked.token).await).id, booked.id);

        let child = DeskBooking {
            for_whom: ForWhom::Child,
            patient: Patient {
                birth_date: BirthDate::parse("01.03.2020", date(2026, 11, 23)).expect("a date"),
                phone: None,
                ..own.patient.clone()
            },
            representative: Some(Representative {
                name: name("Звонков", "Пётр"),
                phone: phone("+7 916 777-09-16"),
                basis: Basis::Parent,
            }),
            start: at("10:30"),
            ..own.clone()
        };
        done(desk.book_for(olga, &texts, child.clone(), None).await);
        let grown = DeskBooking {
            patient: own.patient.clone(),
            start: at("11:00"),
            ..child
        };
        let refusal = refused(desk.book_for(olga, &texts, grown, None).await);
        assert_eq!(refusal, DeskRefusal::Booking(Refusal::NotChild));
        let adult = DeskBooking {
            for_whom: ForWhom::Adult,
            booker: Some(Booker {
                given_name: NamePart::parse("Пётр").expect("a name"),
                phone: phone("+7 916 777-09-16"),
            }),
            start: at("11:30"),
            ..own.clone()
        };
        done(desk.book_for(olga, &texts, adult, None).await);
        assert_eq!(clinic.count("consent").await, 0, "staff tick nothing");
        let named = "legal_basis WHERE norm LIKE '152-ФЗ ст. 6 ч. 1 п. 5%'";
        assert_eq!(
            clinic.count(named).await,
            5 * 3,
            "five people, three purposes"
        );
        // Nobody was asked to accept them; the board says who made them, and their names open.
        assert!(done(desk.waiting(olga).await).cards.is_empty());
        let board = done(desk.board(olga, the_day(&clinic).await).await);
        assert!(board.cards.iter().all(|card| card.made_by.is_some()));
        let names = done(desk.names(olga, the_day(&clinic).await).await);
        assert!(names.names.values().all(Option::is_some));
        sound(&clinic).await;
    }
);

on_both!(
    nobody_is_booked_over_anybody_nor_outside_without_a_reason,
    |clinic: TestClinic| async move {
        let olga = at_work(&clinic, "olga", "registrar").await;
        let irina = at_work(&clinic, "irina", "supervisor").await;
        let texts = declaration(&clinic);
        let desk = &clinic.booking;
        let there = booked(&clinic, "anna", "10:00").await;
        let over = DeskBooking {
            outside: Some(Outside::Urgent),
            ..caller(&clinic, "anna", "10:00").await
        };
        let DeskRefusal::Conflict(found) =
            refused(desk.book_for(irina, &texts, over.clone(), None).await)
        else {
            panic!("booked over somebody");
        };
        assert_eq!(found[0].with, With::Appointment(there.appointment));
        let late = caller(&clinic, "anna", "19:00").await;
        let refusal = refused(desk.book_for(irina, &texts, late.clone(), None).await);
        assert_eq!(refusal, DeskRefusal::Booking(Refusal::NeverOffered));
        let late = DeskBooking {
            outside: Some(Outside::Agreed),
            ..late
        };
        let refusal = refused(desk.book_for(olga, &texts, late.clone(), None).await);
        assert_eq!(refusal, DeskRefusal::Access(AccessRefusal::NotAllowed));
        done(desk.book_for(irina, &texts, late, None).await);
        let board = done(desk.board(irina, the_day(&clinic).await).await);
        assert_eq!(board.cards[1].outside, Some(Outside::Agreed));
        // The notice keeps the next minutes from the site; who stands at the desk may have them, but not what is past.
        crate::desk::wait_until(&clinic, "11:55");
        let olga = at_work(&clinic, "olga-today", "registrar").await;
        let past = caller(&clinic, "boris", "11:00").await;
        let refusal = refused(desk.book_for(olga, &texts, past, None).await);
        assert_eq!(refusal, DeskRefusal::Booking(Refusal::TooSoon));
        let soon = caller(&clinic, "boris", "12:00").await;
        done(desk.book_for(olga, &texts, soon, None).await);
        sound(&clinic).await;
    }
);

on_both!(a_paper_is_what_it_says, |clinic: TestClinic| async move {
    let olga = at_work(&clinic, "olga", "registrar").await;
    let texts = declaration(&clinic);
    let desk = &clinic.booking;
    let paper = Paper {
        number: "17/11".into(),
        signed_on: date(2026, 11, 23),
        document: "booking-self".into(),
        version: 1,
    };
    let with = async |paper: Paper| DeskBooking {
        ground: Ground::Paper(paper),
        ..caller(&clinic, "anna", "10:00").await
    };
    for (wrong, refusal) in [
        (
            Paper {
                document: "booking-child".into(),
                ..paper.clone()
            },
            PaperRefusal::NotAsked,
        ),
        (
            Paper {
                document: "policy".into(),
                ..paper.clone()
            },
            PaperRefusal::NotAsked,
        ),
        (
            Paper {
                version: 9,
                ..paper.clone()
            },
            PaperRefusal::NoSuchVersion,
        ),
        (
            Paper {
                signed_on: date(2020, 1, 1),
                ..paper.clone()
            },
            PaperRefusal::NoSuchVersion,
        ),
        (
            Paper {
                signed_on: date(2027, 1, 1),
                ..paper.clone()
            },
            PaperRefusal::NotYet,
        ),
        (
            Paper {
                number: " ".into(),
                ..paper.clone()
            },
            PaperRefusal::Number,
        ),
    ] {
        let outcome = desk.book_for(olga, &texts, with(wrong).await, None).await;
        assert_eq!(refused(outcome), DeskRefusal::Paper(refusal));
    }
    assert_eq!(clinic.count("person").await, 1, "the registrar alone");
    done(desk.book_for(olga, &texts, with(paper).await, None).await);
    assert_eq!(
        clinic.count("consent WHERE form = 'paper' AND given").await,
        3
    );
    assert_eq!(
        clinic.count("legal_basis").await,
        0,
        "the paper covers it all"
    );
    sound(&clinic).await;
    assert_eq!(
        clinic
            .sql("UPDATE consent_paper SET number = '18/11'")
            .await,
        1
    );
    let report = clinic.trust.verify().await.expect("the store can be read");
    assert!(!report.sound(), "a forged paper was not found");
});

//! 5.1: who refuses is named another way and leaves no trace.

use clinic::booking::desk::{DeskBooking, Ground};
use jiff::civil::date;
use journeys::{TestClinic, Visitor, on_both};
use trust::consent::Paper;

use super::personal_rows;
use crate::desk::callers::{caller, declaration};
use crate::desk::{at_work, done, sound};

on_both!(
    refusing_costs_nothing_and_shows_the_phone,
    |clinic: TestClinic| async move {
        let phone = clinic
            .site
            .texts
            .operator()
            .phones
            .first()
            .cloned()
            .expect("the clinic has a phone");
        let page = clinic.get("/book").send().await;
        assert!(page.text().contains(&phone), "the page names another way");
        let mut body = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        for consent in body["consents"].as_array_mut().expect("consents") {
            consent["given"] = serde_json::json!(false);
        }
        let before = clinic.count("journal_entry").await;
        let answer = clinic.post("/api/v1/appointments", &body).send().await;
        assert_eq!(answer.code(), 422, "{}", answer.text());
        assert_eq!(personal_rows(&clinic).await, 0);
        assert_eq!(
            clinic.count("claim").await,
            0,
            "the time is not taken either"
        );
        assert_eq!(clinic.count("journal_entry").await, before);
    }
);

on_both!(
    who_leaves_the_boxes_empty_is_told_of_the_phone_and_forgotten,
    |clinic: TestClinic| async move {
        let phones = clinic.site.texts.operator().phones.clone();
        let typed = [
            ("patient.surname", "Пчёлкина"),
            ("patient.given_name", "Анна"),
            ("patient.birth_date", "24.11.1986"),
            ("patient.phone", "8 916 777-09-13"),
        ];
        for consented in [None, Some("given.policy"), Some("given.booking-self")] {
            let mut anna = Visitor::at_who(&clinic, "self", "visit", 0).await;
            // What the hold is known by when it is sent again.
            let before = personal_rows(&clinic).await;
            let entries = clinic.count("journal_entry").await;
            let ticked = consented.map(|one| (one, "yes"));
            let sent: Vec<_> = typed.into_iter().chain(ticked).collect();
            anna.press(("go", "book"), &sent).await;
            assert_eq!(anna.code(), 422, "{consented:?}: {}", anna.text());
            for (name, value) in typed {
                assert_eq!(anna.values(name), [value], "what was typed is kept");
            }
            let instead = anna.text_of(".consents .instead");
            assert!(
                instead.contains(phones.first().expect("the clinic has a phone")),
                "{instead}"
            );
            for box_of in ["given.policy", "given.booking-self"] {
                let ticked = !anna.values(box_of).is_empty();
                assert_eq!(ticked, consented == Some(box_of), "{box_of}");
            }
            assert_eq!(personal_rows(&clinic).await, before, "{consented:?}");
            assert_eq!(clinic.count("journal_entry").await, entries);
            assert_eq!(clinic.count("person").await, 0);
        }
        assert_eq!(clinic.count("appointment").await, 0);
    }
);

on_both!(
    who_calls_or_comes_is_booked_without_a_tick,
    |clinic: TestClinic| async move {
        let olga = at_work(&clinic, "olga", "registrar").await;
        let texts = declaration(&clinic);
        let desk = &clinic.booking;
        // By phone: under a named legal basis.
        let by_phone = caller(&clinic, "anna", "10:00").await;
        done(desk.book_for(olga, &texts, by_phone, None).await);
        assert_eq!(
            clinic.count("consent").await,
            0,
            "nobody consented by voice"
        );
        let norm = "legal_basis WHERE norm = '152-ФЗ ст. 6 ч. 1 п. 5' AND ended_at IS NULL";
        assert_eq!(clinic.count(norm).await, 3, "one a purpose");
        // At the desk: by the paper that was signed there.
        let paper = Paper {
            number: "1".into(),
            signed_on: date(2026, 11, 23),
            document: "booking-self".into(),
            version: 1,
        };
        let at_the_desk = DeskBooking {
            ground: Ground::Paper(paper),
            ..caller(&clinic, "anna", "11:00").await
        };
        done(desk.book_for(olga, &texts, at_the_desk, None).await);
        assert_eq!(
            clinic.count("consent WHERE given AND form = 'paper'").await,
            3
        );
        assert_eq!(clinic.count("consent WHERE form <> 'paper'").await, 0);
        assert_eq!(clinic.count("consent_paper").await, 1);
        sound(&clinic).await;
    }
);

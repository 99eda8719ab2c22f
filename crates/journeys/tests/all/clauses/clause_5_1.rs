//! 5.1: who refuses is named another way and leaves no trace.

use journeys::{TestClinic, Visitor, on_both};

use super::personal_rows;

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

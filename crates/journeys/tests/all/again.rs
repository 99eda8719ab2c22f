//! Pages that are old, sent again, or open twice: none acts on what it did not show, and none tells what is not so any
//! more.

use journeys::{TestClinic, Visitor, on_both};

const BOOK: (&str, &str) = ("go", "book");
const TIME: (&str, &str) = ("go", "time");

const ANNA: [(&str, &str); 6] = [
    ("patient.surname", "Пчёлкина"),
    ("patient.given_name", "Анна"),
    ("patient.birth_date", "24.11.1986"),
    ("patient.phone", "8 916 777-09-13"),
    ("given.policy", "yes"),
    ("given.booking-self", "yes"),
];

/// A booking made on the pages: whoever made it, and the secret link.
async fn booked(clinic: &TestClinic, nth: usize) -> (Visitor<'_>, String) {
    let mut anna = Visitor::at_who(clinic, "self", "visit", nth).await;
    anna.press(BOOK, &ANNA).await;
    assert_eq!(anna.heading(), "Вы записаны", "{}", anna.text());
    let link = anna.link("/a/").expect("a link");
    (anna, link)
}

fn value(visitor: &Visitor<'_>, name: &str) -> String {
    let values = visitor.values(name);
    let [value] = &values[..] else {
        panic!("{name}: {values:?}");
    };
    value.clone()
}

async fn lives(clinic: &TestClinic, hold: &str) -> bool {
    let id = hold.split('.').next().expect("an id");
    let answer = clinic.get(format!("/api/v1/holds/{id}")).send().await;
    match answer.code() {
        200 => true,
        404 => false,
        other => panic!("{other}: {}", answer.text()),
    }
}

on_both!(
    a_page_changes_the_appointment_that_it_showed,
    |clinic: TestClinic| async move {
        let (_, first) = booked(&clinic, 0).await;
        let (_, second) = booked(&clinic, 3).await;
        let mut anna = Visitor::at(&clinic, &first).await;
        anna.go("/appointment/cancel").await;
        let (of, key) = (value(&anna, "of"), value(&anna, "key"));
        anna.go("/appointment/move").await;
        let turn = value(&anna, "turn");

        // Another window of the same browser opens the other link; then the first window's forms are sent.
        anna.go(&second).await;
        anna.go("/appointment/cancel").await;
        anna.submit(&[("of", &of), ("key", &key)]).await;
        assert!(
            anna.text().contains("была другая запись"),
            "{}",
            anna.text()
        );
        anna.go("/appointment/move").await;
        let slot = anna.buttons("slot").remove(4);
        anna.press(("slot", &slot), &[("of", &of), ("turn", &turn)])
            .await;
        assert!(
            anna.text().contains("была другая запись"),
            "{}",
            anna.text()
        );
        let open = "appointment WHERE status = 'requested' AND moves = 0";
        assert_eq!(clinic.count(open).await, 2, "neither was touched");

        // A key that served one appointment does not stand in the way of another.
        anna.go(&first).await;
        anna.go("/appointment/cancel").await;
        anna.submit(&[("key", &key)]).await;
        assert!(anna.text().contains("Запись отменена"), "{}", anna.text());
        anna.go(&second).await;
        anna.go("/appointment/cancel").await;
        anna.submit(&[("key", &key)]).await;
        assert!(anna.text().contains("Запись отменена"), "{}", anna.text());
        assert_eq!(clinic.count(open).await, 0);
    }
);

on_both!(
    a_booking_sent_again_tells_what_became_of_it,
    |clinic: TestClinic| async move {
        let (mut anna, link) = booked(&clinic, 0).await;
        anna.again(&[]).await;
        assert_eq!(anna.heading(), "Вы записаны", "it stands as it was booked");

        let mut owner = Visitor::at(&clinic, &link).await;
        owner.go("/appointment/move").await;
        owner.choose("slot", 5).await;
        let moved = owner.text_of(".summary");
        anna.again(&[]).await;
        assert_eq!(anna.path(), "/appointment");
        assert_eq!(anna.text_of(".summary"), moved, "the time it was moved to");

        owner.go("/appointment/cancel").await;
        owner.submit(&[]).await;
        anna.again(&[]).await;
        assert_eq!(anna.path(), "/appointment");
        assert_ne!(anna.heading(), "Вы записаны");
        assert!(anna.text_of("main").contains("отменена"), "{}", anna.text());
        assert_eq!(clinic.count("appointment").await, 1);
    }
);

on_both!(
    a_hold_that_is_promised_is_there,
    |clinic: TestClinic| async move {
        let mut anna = Visitor::at(&clinic, "/book?for=self").await;
        let service = clinic.id("service", "visit").await;
        anna.press(("choose", &service), &[]).await;
        let (turn, slots) = (value(&anna, "turn"), anna.buttons("slot"));
        anna.press(("slot", &slots[0]), &[]).await;
        let first = value(&anna, "hold");
        anna.press(TIME, &[]).await;
        let last = slots.last().expect("times");
        anna.press(("slot", last), &[]).await;
        let second = value(&anna, "hold");
        assert!(!lives(&clinic, &first).await, "the second took its place");
        assert!(lives(&clinic, &second).await);

        // The browser's way back leads to the page of the first choice, which knows of no hold.
        anna.press(TIME, &[]).await;
        let old = [("turn", &*turn), ("hold", ""), ("start", "")];
        anna.press(("slot", &slots[0]), &old).await;
        assert!(anna.text().contains("Время за вами до"), "{}", anna.text());
        assert!(lives(&clinic, &value(&anna, "hold")).await);
    }
);

on_both!(
    who_tries_a_taken_time_keeps_the_own,
    |clinic: TestClinic| async move {
        let mut anna = Visitor::at_who(&clinic, "self", "visit", 0).await;
        let hers = value(&anna, "hold");
        anna.press(TIME, &[]).await;
        let slots = anna.buttons("slot");
        let mut boris = Visitor::at(&clinic, "/book?for=self").await;
        let service = clinic.id("service", "visit").await;
        boris.press(("choose", &service), &[]).await;
        boris.press(("slot", &slots[5]), &[]).await;
        assert_eq!(boris.code(), 200, "{}", boris.text());

        anna.press(("slot", &slots[5]), &[]).await;
        assert_eq!(anna.code(), 409, "{}", anna.text());
        assert_eq!(value(&anna, "hold"), hers);
        assert!(lives(&clinic, &hers).await);
        anna.press(("go", "who"), &[]).await;
        anna.press(BOOK, &ANNA).await;
        assert_eq!(anna.heading(), "Вы записаны", "{}", anna.text());
    }
);

on_both!(
    a_page_fetched_ahead_changes_nothing,
    |clinic: TestClinic| async move {
        let path = "/doctors?language=en";
        let ahead = clinic.get(path).header("sec-purpose", "prefetch");
        let ahead = ahead.send().await;
        assert_eq!((ahead.code(), ahead.header("set-cookie")), (200, ""));
        let chosen = clinic.get(path).send().await;
        assert!(chosen.header("set-cookie").starts_with("language=en"));
    }
);

on_both!(
    a_form_of_thousands_of_fields_is_refused_at_once,
    |clinic: TestClinic| async move {
        let (mut anna, _) = booked(&clinic, 0).await;
        anna.again(&[]).await;
        let names: Vec<String> = (0..15_000).map(|number| format!("f{number}")).collect();
        let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
        for path in ["/book", "/appointment/move", "/view"] {
            let refused = clinic.form(path, &many[..5_000]).send().await;
            assert_eq!(refused.code(), 400, "{path}");
            assert!(refused.body.len() < 60_000, "{path}: it repeats nothing");
        }
        let read = clinic
            .get(format!("/prices?{}", names[..9_000].join("&")))
            .send()
            .await;
        assert_eq!(read.code(), 200);
        assert!(read.body.len() < 60_000, "it repeats nothing");
        let undeclared: Vec<(&str, &str)> = (0..150)
            .map(|number| (names[number].as_str(), ""))
            .collect();
        anna.again(&undeclared).await;
        assert_eq!(anna.code(), 422);
        let told = anna.text_of(".wrongs");
        assert_eq!(told.matches("Этого поля здесь нет").count(), 1, "{told}");
    }
);

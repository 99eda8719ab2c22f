//! The pages as forms, without scripts: a visit booked in each of the four cases, moved and cancelled; what was typed
//! is kept whatever goes wrong; nothing that was not asked is taken.

use journeys::{TestClinic, Visitor, on_both};

const BOOK: (&str, &str) = ("go", "book");
const YES: &str = "yes";

const ANNA: [(&str, &str); 6] = [
    ("patient.surname", "Пчёлкина"),
    ("patient.given_name", "Анна"),
    ("patient.birth_date", "24.11.1986"),
    ("patient.phone", "8 916 777-09-13"),
    ("given.policy", YES),
    ("given.booking-self", YES),
];

fn heading(visitor: &Visitor<'_>, expected: &str) {
    assert_eq!(visitor.heading(), expected, "{}", visitor.text());
}

async fn for_oneself(clinic: TestClinic) {
    let mut anna = Visitor::at(&clinic, "/book").await;
    heading(&anna, "Кого записываем?");
    anna.press(("for", "self"), &[]).await;
    let service = clinic.id("service", "visit").await;
    anna.press(("choose", &service), &[]).await;
    heading(&anna, "Когда удобно?");
    anna.choose("slot", 3).await;
    heading(&anna, "Кто придёт на приём");
    assert!(anna.text().contains("Время за вами до"), "{}", anna.text());
    assert!(
        anna.values("given.policy").is_empty(),
        "no box comes ticked"
    );
    anna.press(("go", "extend"), &[]).await;
    anna.press(
        BOOK,
        &[
            ("patient.surname", "Пчёлкина"),
            ("patient.birth_date", "31.02.1986"),
        ],
    )
    .await;
    assert_eq!(anna.code(), 422);
    assert_eq!(
        anna.values("patient.surname"),
        ["Пчёлкина"],
        "what was typed is kept"
    );
    assert_eq!(anna.values("patient.birth_date"), ["31.02.1986"]);
    anna.press(("go", "time"), &[]).await;
    anna.press(("go", "who"), &[]).await;
    assert_eq!(
        anna.values("patient.surname"),
        ["Пчёлкина"],
        "going back loses nothing"
    );
    anna.press(("speak", "en"), &[]).await;
    heading(&anna, "Who is coming");
    assert_eq!(
        anna.values("patient.surname"),
        ["Пчёлкина"],
        "nor does the other language"
    );
    anna.press(("speak", "ru"), &[]).await;
    assert_eq!(clinic.count("appointment").await, 0);
    anna.press(BOOK, &ANNA).await;
    heading(&anna, "Вы записаны");
    let link = anna.link("/a/").expect("the link is told once");
    anna.again(&[]).await;
    assert_eq!(
        anna.link("/a/").as_deref(),
        Some(link.as_str()),
        "sent twice, booked once"
    );
    anna.again(&[("patient.birth_date", "24.11.1987")]).await;
    assert_eq!(
        anna.code(),
        422,
        "the same form with another content is another form"
    );
    assert_eq!(clinic.count("appointment").await, 1);
    manage(&clinic, &link).await;
}

async fn manage(clinic: &TestClinic, link: &str) {
    let mut owner = Visitor::at(clinic, link).await;
    assert_eq!(
        owner.path(),
        "/appointment",
        "the secret leaves the address bar"
    );
    assert!(
        owner.text().contains("***-09-13"),
        "the telephone is masked: {}",
        owner.text()
    );
    owner.go("/appointment.ics").await;
    assert!(owner.html().starts_with("BEGIN:VCALENDAR"));
    assert!(
        !owner.html().contains("Консультация"),
        "a calendar names no service"
    );
    owner.go("/appointment/move").await;
    owner.choose("day", 2).await;
    owner.choose("slot", 4).await;
    assert!(
        owner.text().contains("Запись перенесена"),
        "{}",
        owner.text()
    );
    owner.go("/appointment/cancel").await;
    owner.submit(&[]).await;
    assert!(owner.text().contains("Запись отменена"), "{}", owner.text());
    for page in ["/appointment/move", "/appointment/cancel"] {
        owner.go(page).await;
        assert_eq!(owner.path(), "/appointment", "{page}: nothing to change");
    }
    assert_eq!(
        clinic.count("appointment WHERE status = 'cancelled'").await,
        1
    );
    assert_eq!(clinic.count("claim").await, 0, "the time is free again");
}

async fn for_others(clinic: TestClinic) {
    let mut mother = Visitor::at(&clinic, "/book").await;
    mother.press(("for", "child"), &[]).await;
    mother.submit(&[("patient.birth_date", "01.01.1990")]).await;
    assert_eq!(mother.code(), 422, "no child is 36: {}", mother.text());
    mother.submit(&[("patient.birth_date", "1.1.2018")]).await;
    let service = clinic.id("service", "children").await;
    mother.press(("choose", &service), &[]).await;
    mother.choose("slot", 0).await;
    assert_eq!(
        mother.values("patient.birth_date"),
        ["1.1.2018"],
        "asked once"
    );
    let representative = |basis| {
        [
            ("representative.surname", "Пчёлкина"),
            ("representative.given_name", "Анна"),
            ("representative.phone", "+7 916 777-09-13"),
            ("representative.basis", basis),
            ("given.policy", YES),
            ("given.booking-representative", YES),
        ]
    };
    let child = [
        ("patient.surname", "Пчёлкин"),
        ("patient.given_name", "Пётр"),
    ];
    mother
        .press(BOOK, &[&child[..], &representative("parent")].concat())
        .await;
    assert_eq!(mother.code(), 422, "the consent about the child is missing");
    assert_eq!(mother.values("representative.basis"), ["parent"]);
    mother.press(BOOK, &[("given.booking-child", YES)]).await;
    heading(&mother, "Вы записаны");

    let mut guardian = Visitor::at_who(&clinic, "ward&language=en", "visit", 2).await;
    let ward = [
        ("patient.surname", "Липов"),
        ("patient.given_name", "Борис"),
        ("patient.birth_date", "01.02.1960"),
        ("given.booking-ward", YES),
    ];
    guardian
        .press(BOOK, &[&ward[..], &representative("guardian")].concat())
        .await;
    heading(&guardian, "You are booked");

    let mut friend = Visitor::at_who(&clinic, "adult", "visit", 4).await;
    let adult = [
        ("patient.surname", "Липов"),
        ("patient.given_name", "Борис"),
        ("patient.birth_date", "01.02.1960"),
        ("booker.given_name", "Анна"),
        ("booker.phone", "+7 916 777-09-13"),
        ("given.policy", YES),
        ("given.booking-other", YES),
    ];
    friend.press(BOOK, &adult).await;
    heading(&friend, "Вы записаны");
    assert_eq!(clinic.count("appointment").await, 3);
    assert_eq!(
        clinic.count("legal_basis").await,
        3,
        "the adult's data stands on another basis"
    );

    let mut minor = Visitor::at_who(&clinic, "self", "visit", 6).await;
    let young = ANNA.map(|(name, value)| match name {
        "patient.birth_date" => (name, "01.02.2015"),
        _ => (name, value),
    });
    minor.press(BOOK, &young).await;
    assert_eq!(minor.code(), 422, "{}", minor.text());
    assert!(minor.text().contains("нет 18"), "{}", minor.text());
    assert_eq!(clinic.count("appointment").await, 3);
}

async fn a_time_taken_meanwhile(clinic: TestClinic) {
    let mut anna = Visitor::at_who(&clinic, "self", "visit", 6).await;
    let start = anna.values("start").remove(0);
    let mut boris = Visitor::at(&clinic, "/book?for=self").await;
    let service = clinic.id("service", "visit").await;
    boris.press(("choose", &service), &[]).await;
    assert!(
        !boris.buttons("slot").contains(&start),
        "a held time is not offered"
    );
    clinic.clock.advance_seconds(16 * 60);
    let mut boris = Visitor::at(&clinic, "/book?for=self").await;
    boris.press(("choose", &service), &[]).await;
    boris.press(("slot", &start), &[]).await;
    assert_eq!(boris.code(), 200, "the hold ran out: {}", boris.text());
    boris.press(BOOK, &ANNA).await;
    heading(&boris, "Вы записаны");
    anna.press(BOOK, &ANNA).await;
    assert_eq!(anna.code(), 409, "{}", anna.text());
    assert_eq!(
        anna.values("patient.surname"),
        ["Пчёлкина"],
        "nothing is typed again"
    );
    assert_eq!(anna.values("given.policy"), [YES]);
    anna.choose("slot", 0).await;
    assert_eq!(anna.values("patient.given_name"), ["Анна"]);
    anna.press(BOOK, &[]).await;
    heading(&anna, "Вы записаны");
    assert_eq!(clinic.count("appointment").await, 2);
}

async fn what_nobody_asked(clinic: TestClinic) {
    let mut anna = Visitor::at_who(&clinic, "self", "visit", 0).await;
    anna.press(("go", "extend"), &ANNA).await;
    let rows = clinic.count("person").await;
    for (changed, status) in [
        (("patient.sex", "female"), 422),
        (("patient.surname", "<script>alert(1)</script>"), 422),
        (("patient.surname", "Пчёл\u{202e}кина"), 422),
        (("patient.surname", "Пчёл\0кина"), 422),
        (("patient.phone", "911"), 422),
        (("patient.birth_date", "24.11.2086"), 422),
        (("given.policy", "no"), 422),
        (("start", "1.2.3"), 422),
    ] {
        anna.again(&[changed, BOOK]).await;
        assert_eq!(anna.code(), status, "{changed:?}: {}", anna.text());
        assert!(
            !anna.html().contains("<script>alert"),
            "what was typed is no markup"
        );
    }
    let large = "а".repeat(70_000);
    anna.again(&[("x", &large)]).await;
    assert_eq!(anna.code(), 413);
    let foreign = clinic
        .form("/book", &[("go", "book")])
        .header("origin", "http://evil.example")
        .header("sec-fetch-site", "cross-site");
    assert_eq!(foreign.send().await.code(), 403);
    let json = clinic
        .form("/book", &[])
        .header("content-type", "application/json")
        .bytes("{}");
    assert_eq!(json.send().await.code(), 415);
    assert_eq!(clinic.count("person").await, rows, "not a row changed");
    assert_eq!(clinic.count("appointment").await, 0);
}

on_both!(oneself, for_oneself);
on_both!(others, for_others);
on_both!(taken, a_time_taken_meanwhile);
on_both!(unasked, what_nobody_asked);

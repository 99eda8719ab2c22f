//! An administrator's day: the clinic is changed on screen.

use journeys::{Colleague, TestClinic, Visitor, WORK_DAY, on_both};

use super::{booked, offered, sound};

/// What a hidden field of a page holds.
pub(crate) fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let at = page.find(&start).expect("a hidden field") + start.len();
    let value: String = page[at..].chars().take_while(|sign| *sign != '"').collect();
    value
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
}

/// What stands in the fields of the page's form, as a browser would send it back.
pub(crate) async fn seen(one: &mut Colleague<'_>, path: &str) -> String {
    let answer = one.get(path).await;
    assert_eq!(answer.code(), 200, "{path}: {}", answer.text());
    hidden(&answer.text(), "seen")
}

async fn person(clinic: &TestClinic, code: &str) -> String {
    format!(
        "/desk/clinic/people/{}",
        clinic.id("practitioner", code).await
    )
}

/// The same hours every day of the week.
fn every_day<'a>(branch: &'a str, seen: &'a str, hours: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("groups", "1"),
        ("seen", seen),
        ("do", "save"),
        ("g0.branch", branch),
        ("g0.audience", "everyone"),
        ("g0.parity", "any"),
        ("g0.d0", hours),
        ("g0.d1", hours),
        ("g0.d2", hours),
        ("g0.d3", hours),
        ("g0.d4", hours),
        ("g0.d5", hours),
        ("g0.d6", hours),
    ]
}

on_both!(
    a_practitioner_and_a_service_are_added_and_can_be_booked,
    |clinic: TestClinic| async move {
        let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
        let branch = clinic.id("branch", "main").await;

        // What does not do is said at its field, and what was typed stays.
        let answer = keeper
            .post(
                "/desk/clinic/people/new",
                &[
                    ("title", "Щукина Юлия"),
                    ("family", "therapist"),
                    ("since", "1812"),
                ],
            )
            .await;
        assert_eq!(answer.code(), 422);
        let page = answer.text();
        assert!(page.contains("Это не год от 1940"), "{page}");
        assert!(page.contains("value=\"Щукина Юлия\""), "{page}");

        let form = [
            ("title", "Щукина Юлия"),
            ("family", "cardiologist"),
            ("since", "2010"),
            ("lanes", "1"),
            ("grain", "5"),
        ];
        let made = keeper.post("/desk/clinic/people/new", &form).await;
        assert_eq!(made.code(), 303, "{}", made.text());
        let week = made.header("location").to_owned();
        let week = week.trim_end_matches("?done=saved");
        assert!(
            week.ends_with("/week"),
            "whoever is new needs hours: {week}"
        );
        // The same form again makes nobody else.
        let again = keeper.post("/desk/clinic/people/new", &form).await;
        assert_eq!(again.header("location"), made.header("location"));
        let overview = keeper.get("/desk/clinic").await.text();
        assert_eq!(overview.matches(">Щукина Юлия</a>").count(), 1);
        assert!(overview.contains("нет часов приёма"), "{overview}");

        // The hours: a day is copied to the others, nonsense is told at its line, then they are saved.
        let was = seen(&mut keeper, week).await;
        let copied = keeper
            .post(
                week,
                &[
                    ("groups", "1"),
                    ("seen", &was),
                    ("do", "copy.0.1"),
                    ("g0.d1", "9-13"),
                ],
            )
            .await;
        assert_eq!(copied.code(), 200);
        assert_eq!(copied.text().matches("value=\"9-13\"").count(), 5);
        let wrong = keeper.post(week, &every_day(&branch, &was, "утром")).await;
        assert_eq!(wrong.code(), 422);
        assert!(wrong.text().contains("Не понять часы"));
        let saved = keeper
            .post(week, &every_day(&branch, &was, "9-13, 14–18"))
            .await;
        assert_eq!(saved.code(), 303, "{}", saved.text());
        assert!(
            keeper
                .get(week)
                .await
                .text()
                .contains("value=\"09:00–13:00, 14:00–18:00\"")
        );

        // A service that she gives.
        let form = [
            ("title", "Приём кардиолога"),
            ("price", "2 500"),
            ("duration", "30"),
            ("practitioners.schukina-yuliya", "yes"),
        ];
        let made = keeper.post("/desk/clinic/services/new", &form).await;
        assert_eq!(made.code(), 303, "{}", made.text());
        assert!(
            !keeper
                .get("/desk/clinic")
                .await
                .text()
                .contains("нет часов приёма")
        );

        let free = clinic
            .free("priem-kardiologa", "schukina-yuliya", WORK_DAY)
            .await;
        assert_eq!(free.len(), 16, "{free:?}");
        let prices = Visitor::at(&clinic, "/prices").await.text();
        assert!(prices.contains("Приём кардиолога"), "{prices}");
        sound(&clinic).await;
    }
);

on_both!(
    what_stands_first_on_screen_stands_first_on_the_site,
    |clinic: TestClinic| async move {
        let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
        let order = |page: &str| {
            let at = |name: &str| page.find(name).unwrap_or_else(|| panic!("{name}: {page}"));
            at("Пчёлкина") < at("Липов")
        };
        let page = keeper.get("/desk/clinic").await.text();
        assert!(order(&page), "{page}");
        let (anna, boris) = (
            clinic.id("practitioner", "anna").await,
            clinic.id("practitioner", "boris").await,
        );
        let up = format!("/desk/clinic/people/{boris}/place");
        assert!(page.contains(&format!("action=\"{up}\"")), "{page}");
        let changes = clinic.entries(trust::journal::Kind::CatalogueChanged).await;
        for _ in 0..2 {
            let done = keeper.post(&up, &[("before", &anna)]).await;
            assert_eq!(done.header("location"), "/desk/clinic?done=placed#people");
        }
        assert_eq!(
            clinic.entries(trust::journal::Kind::CatalogueChanged).await,
            changes + 1,
            "sent twice, once done"
        );
        assert!(!order(&keeper.get("/desk/clinic").await.text()));
        let site = Visitor::at(&clinic, "/doctors").await;
        assert_eq!(site.code(), 200);
        assert!(!order(&site.text()), "the site shows that order");
        // What is not there, or is of another kind, has no place.
        for before in ["", "1", &boris, &clinic.id("service", "visit").await] {
            let answer = keeper.post(&up, &[("before", before)]).await;
            assert_eq!(answer.code(), 404, "{before}");
        }
        sound(&clinic).await;
    }
);

on_both!(
    visits_that_a_change_leaves_outside_are_told_before_it_is_made,
    |clinic: TestClinic| async move {
        let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
        let branch = clinic.id("branch", "main").await;
        let card = person(&clinic, "anna").await;
        let week = format!("{card}/week");
        booked(&clinic, "anna", "10:00").await;
        booked(&clinic, "anna", "15:00").await;

        let was = seen(&mut keeper, &week).await;
        let mut form = every_day(&branch, &was, "12-18");
        let told = keeper.post(&week, &form).await;
        assert_eq!(told.code(), 409, "{}", told.text());
        let page = told.text();
        assert!(
            page.contains("24 ноября, вторник, 10:00 · Пчёлкина Анна"),
            "{page}"
        );
        assert!(
            !page.contains("15:00 ·"),
            "what stays inside is not told: {page}"
        );
        assert!(page.contains("value=\"12-18\""), "what was typed stays");
        assert!(
            offered(&clinic, "anna", "09:00").await,
            "nothing changed yet"
        );
        form.push(("sure", "yes"));
        assert_eq!(keeper.post(&week, &form).await.code(), 303);
        assert!(!offered(&clinic, "anna", "09:00").await);
        assert!(offered(&clinic, "anna", "12:00").await);

        // A day's leave, asked about in the same way, and taken back.
        let dates = format!("{card}/dates");
        let was = seen(&mut keeper, &dates).await;
        let mut form = vec![("seen", was.as_str()), ("what", "off"), ("from", WORK_DAY)];
        let told = keeper.post(&dates, &form).await;
        assert_eq!(told.code(), 409, "{}", told.text());
        assert!(told.text().contains("15:00 · Пчёлкина Анна"));
        form.push(("sure", "yes"));
        for _ in 0..2 {
            assert_eq!(
                keeper.post(&dates, &form).await.code(),
                303,
                "twice is once"
            );
        }
        assert!(clinic.free("visit", "anna", WORK_DAY).await.is_empty());
        let was = seen(&mut keeper, &dates).await;
        let back = keeper
            .post(&dates, &[("seen", &was), ("remove", "0")])
            .await;
        assert_eq!(back.code(), 303, "{}", back.text());
        assert!(offered(&clinic, "anna", "12:00").await);

        // Who has visits is withdrawn and not deleted, and comes back.
        let was = seen(&mut keeper, &card).await;
        let told = keeper
            .post(&format!("{card}/withdraw"), &[("seen", &was)])
            .await;
        assert_eq!(told.code(), 409, "{}", told.text());
        let form = [("seen", was.as_str()), ("sure", "yes")];
        let done = keeper.post(&format!("{card}/withdraw"), &form).await;
        assert_eq!(done.header("location"), format!("{card}?done=withdrawn"));
        assert!(clinic.free("visit", "boris", WORK_DAY).await.len() > 1);
        assert!(
            !Visitor::at(&clinic, "/doctors")
                .await
                .text()
                .contains("Пчёлкина Анна")
        );
        let was = seen(&mut keeper, &card).await;
        let done = keeper
            .post(&format!("{card}/restore"), &[("seen", &was)])
            .await;
        assert_eq!(done.header("location"), format!("{card}?done=restored"));
        assert!(offered(&clinic, "anna", "12:00").await);
        sound(&clinic).await;
    }
);

on_both!(
    of_two_administrators_the_second_is_told_what_the_first_did,
    |clinic: TestClinic| async move {
        let mut first = Colleague::at_work(&clinic, "petrov", "administrator").await;
        let mut second = Colleague::at_work(&clinic, "sidorov", "administrator").await;
        let service = format!(
            "/desk/clinic/services/{}",
            clinic.id("service", "visit").await
        );
        let was = seen(&mut first, &service).await;
        let form = |title: &'static str, price: &'static str, seen: &str| {
            vec![
                ("title", title.to_owned()),
                ("price", price.to_owned()),
                ("duration", "30".to_owned()),
                ("practitioners.anna", "yes".to_owned()),
                ("seen", seen.to_owned()),
            ]
        };
        async fn send(
            one: &mut Colleague<'_>,
            path: &str,
            form: &[(&'static str, String)],
        ) -> journeys::Answer {
            let form: Vec<(&str, &str)> = form
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            one.post(path, &form).await
        }
        let done = send(&mut first, &service, &form("Приём", "2000", &was)).await;
        assert_eq!(done.code(), 303, "{}", done.text());

        let told = send(&mut second, &service, &form("Осмотр", "1900", &was)).await;
        assert_eq!(told.code(), 409);
        let page = told.text();
        assert!(page.contains("коллега сохранил другое"), "{page}");
        assert!(page.contains("<del>1500</del> → 2000"), "{page}");
        assert!(
            page.contains("value=\"Осмотр\"") && page.contains("value=\"1900\""),
            "{page}"
        );
        // Knowing it, the second may say so again.
        let now = hidden(&page, "seen");
        let done = send(&mut second, &service, &form("Осмотр", "1900", &now)).await;
        assert_eq!(done.code(), 303, "{}", done.text());
        assert!(first.get(&service).await.text().contains("value=\"1900\""));
        sound(&clinic).await;
    }
);

on_both!(
    a_closed_day_has_no_free_time_and_the_next_one_has,
    |clinic: TestClinic| async move {
        let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
        let closed = "/desk/clinic/closed";
        let branch = clinic.id("branch", "main").await;
        let before = clinic.free("visit", "anna", "2026-11-25").await;
        for place in ["", branch.as_str()] {
            let was = seen(&mut keeper, closed).await;
            let form = [
                ("seen", was.as_str()),
                ("from", WORK_DAY),
                ("branch", place),
                ("why", "Санитарный день"),
            ];
            assert_eq!(keeper.post(closed, &form).await.code(), 303, "{place}");
            assert!(clinic.free("visit", "anna", WORK_DAY).await.is_empty());
            assert_eq!(clinic.free("visit", "anna", "2026-11-25").await, before);
            assert!(
                keeper
                    .get("/desk/clinic")
                    .await
                    .text()
                    .contains("Санитарный день")
            );
            let was = seen(&mut keeper, closed).await;
            let done = keeper
                .post(closed, &[("seen", &was), ("remove", "0")])
                .await;
            assert_eq!(done.code(), 303, "{}", done.text());
            assert!(offered(&clinic, "anna", "10:00").await);
        }
        sound(&clinic).await;
    }
);

on_both!(
    every_change_stands_in_the_journal_before_and_after,
    |clinic: TestClinic| async move {
        let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
        let path = format!(
            "/desk/clinic/branches/{}",
            clinic.id("branch", "main").await
        );
        let was = seen(&mut keeper, &path).await;
        let form = [
            ("title", "На Липовой"),
            ("address", "Москва, ул. Липовая, 2"),
            ("phone", "+7 495 000-00-01"),
            ("zone", "Europe/Moscow"),
            ("opens", "08:00"),
            ("closes", "21:00"),
            ("seen", was.as_str()),
        ];
        let before = clinic.count("journal_entry").await;
        for _ in 0..2 {
            assert_eq!(keeper.post(&path, &form).await.code(), 303);
        }
        sound(&clinic).await;
        let contacts = Visitor::at(&clinic, "/contacts").await.text();
        assert!(
            contacts.contains("На Липовой") && contacts.contains("08:00–21:00"),
            "{contacts}"
        );
        assert!(clinic.count("journal_entry").await > before);
    }
);

//! The day on screen: a registrar runs it, a practitioner has their own, pages follow what others do.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use calendar::schedule::{DayPattern, WeekdaySet};
use futures::StreamExt;
use jiff::civil::Weekday;
use journeys::{Answer, ClinicOptions, Colleague, TestClinic, on_both};
use tower::ServiceExt;

const DAY: &str = "/desk/today?day=2026-11-24";

async fn books(clinic: &TestClinic, whom: &str, time: &str) {
    let body = clinic
        .booking(whom, &format!("2026-11-24T{time}:00+03:00"))
        .await;
    let answer = clinic.post("/api/v1/appointments", &body).send().await;
    assert_eq!(answer.code(), 201, "{}", answer.text());
}

/// What stands between two texts.
fn between(html: &str, start: &str, end: &str) -> String {
    let at = html
        .find(start)
        .unwrap_or_else(|| panic!("no {start} in {html}"))
        + start.len();
    let rest = &html[at..];
    rest[..rest.find(end).expect("an end")].to_owned()
}

/// The address of the only card of a board, and its revision.
fn card(page: &Answer) -> (String, String) {
    let html = page.text();
    let of_card = between(&html, "<li class=\"card ", "</li>");
    (
        format!(
            "/desk/boards/{}",
            between(&of_card, "href=\"/desk/boards/", "\"")
        ),
        between(&of_card, "data-version=\"", "\""),
    )
}

async fn part(one: &mut Colleague<'_>, path: &str, form: &[(&str, &str)]) -> Answer {
    one.post_part(path, form).await
}

on_both!(
    a_registrars_day_on_screen,
    |clinic: TestClinic| async move {
        books(&clinic, "anna", "10:00").await;
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
        let page = anna.get(DAY).await;
        assert_eq!(page.code(), 200, "{}", page.text());
        let html = page.text();
        assert!(
            html.contains("24 ноября") && html.contains("Тестова\u{a0}М.\u{a0}И."),
            "{html}"
        );
        assert!(
            !html.contains("Мария") && !html.contains("777-09-13"),
            "a board shows no more than it needs"
        );
        assert!(
            html.contains("Ждут подтверждения <span class=\"count\">1</span>"),
            "{html}"
        );
        let (address, version) = card(&page);

        // One key accepts; the page gets the card, who waits, and what was done.
        let done = part(
            &mut anna,
            &format!("{address}/accept"),
            &[("version", &version)],
        )
        .await;
        assert_eq!(done.code(), 200, "{}", done.text());
        let html = done.text();
        assert!(
            html.contains("class=\"card accepted")
                && html.contains("Все новые записи приняты")
                && html.contains("Принята: "),
            "{html}"
        );
        assert!(!html.contains("<html"), "parts alone");

        // The other registrar had the old page: she is told what happened, and nothing is lost.
        let late = part(
            &mut olga,
            &format!("{address}/cancel"),
            &[("version", &version), ("reason", "patient")],
        )
        .await;
        assert_eq!(late.code(), 409);
        assert!(
            late.text().contains("Запись уже изменена. anna: принята")
                && late.text().contains("class=\"card accepted"),
            "{}",
            late.text()
        );

        // Without a script the same forms lead back to the board.
        let (_, version) = card(&anna.get(DAY).await);
        let undone = anna
            .post(&format!("{address}/undo"), &[("version", &version)])
            .await;
        assert_eq!(undone.code(), 303);
        assert!(
            undone.header("location").starts_with("/desk/today?branch="),
            "{}",
            undone.header("location")
        );
        let (_, version) = card(&anna.get(DAY).await);
        let moved = part(
            &mut anna,
            &format!("{address}/move"),
            &[
                ("version", &version),
                ("day", "2026-11-24"),
                ("at", "11:00"),
                ("column", &clinic.id("practitioner", "anna").await),
            ],
        )
        .await;
        assert_eq!(moved.code(), 200, "{}", moved.text());
        assert!(
            moved.text().contains("data-from=\"11:00\""),
            "{}",
            moved.text()
        );
        let (_, version) = card(&anna.get(DAY).await);
        for (form, says) in [
            (
                vec![("day", "2026-11-24"), ("at", "3:70"), ("column", "x")],
                "Выберите день",
            ),
            (
                vec![("day", "2026-11-24"), ("at", "23:00"), ("column", "")],
                "Выберите день",
            ),
        ] {
            let form: Vec<(&str, &str)> = [("version", version.as_str())]
                .into_iter()
                .chain(form)
                .collect();
            let answer = part(&mut anna, &format!("{address}/move"), &form).await;
            assert_eq!(answer.code(), 409, "{says}");
            assert!(answer.text().contains(says), "{}", answer.text());
        }
        // A place taken by another is refused, and the appointment stays.
        books(&clinic, "anna", "12:00").await;
        let column = clinic.id("practitioner", "anna").await;
        let form = [
            ("version", version.as_str()),
            ("day", "2026-11-24"),
            ("at", "12:00"),
            ("column", &column),
        ];
        let taken = part(&mut anna, &format!("{address}/move"), &form).await;
        assert_eq!(taken.code(), 409);
        assert!(
            taken.text().contains("Это время занято"),
            "{}",
            taken.text()
        );

        // On the day itself.
        clinic.clock.advance_seconds(24 * 3600 + 1800);
        assert_eq!(anna.signs_in().await.code(), 303);
        let arrived = part(
            &mut anna,
            &format!("{address}/arrive"),
            &[("version", &version)],
        )
        .await;
        assert_eq!(arrived.code(), 200, "{}", arrived.text());
        let version = between(&arrived.text(), "data-version=\"", "\"");
        let over = part(
            &mut anna,
            &format!("{address}/complete"),
            &[("version", &version)],
        )
        .await;
        assert!(
            over.text().contains("class=\"card completed"),
            "{}",
            over.text()
        );
        let version = between(&over.text(), "data-version=\"", "\"");
        let no = part(
            &mut anna,
            &format!("{address}/cancel"),
            &[("version", &version), ("reason", "patient")],
        )
        .await;
        assert_eq!(no.code(), 409);
        assert!(no.text().contains("так сейчас нельзя"), "{}", no.text());
        crate::bound::sound(&clinic).await;
    }
);

on_both!(cancelling_wants_a_reason, |clinic: TestClinic| async move {
    books(&clinic, "anna", "10:00").await;
    let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
    let (address, version) = card(&anna.get(DAY).await);
    let without = part(
        &mut anna,
        &format!("{address}/cancel"),
        &[("version", &version)],
    )
    .await;
    assert_eq!(without.code(), 409);
    assert!(
        without.text().contains("Выберите, почему"),
        "{}",
        without.text()
    );
    let done = part(
        &mut anna,
        &format!("{address}/cancel"),
        &[("version", &version), ("reason", "patient")],
    )
    .await;
    assert!(
        done.text().contains("class=\"card cancelled") && done.text().contains("/undo"),
        "{}",
        done.text()
    );
    let version = between(&done.text(), "data-version=\"", "\"");
    let back = part(
        &mut anna,
        &format!("{address}/undo"),
        &[("version", &version)],
    )
    .await;
    assert!(
        back.text().contains("class=\"card requested"),
        "{}",
        back.text()
    );
    crate::bound::sound(&clinic).await;
});

on_both!(
    a_practitioners_day_is_their_own,
    |clinic: TestClinic| async move {
        books(&clinic, "anna", "10:00").await;
        let mut boris = clinic.booking("boris", "2026-11-24T10:00:00+03:00").await;
        boris["patient"]["surname"] = "Чужакова".into();
        assert_eq!(
            clinic
                .post("/api/v1/appointments", &boris)
                .send()
                .await
                .code(),
            201
        );
        let mut registrar = Colleague::at_work(&clinic, "olga", "registrar").await;
        let all = registrar.get(DAY).await.text();
        assert!(all.contains("Тестова") && all.contains("Чужакова"), "{all}");
        let mut doctor = Colleague::at_work(&clinic, "doctor", "practitioner").await;
        let page = doctor.get(DAY).await;
        assert_eq!(page.code(), 200);
        let own = page.text();
        assert!(
            own.contains("Тестова\u{a0}М.\u{a0}И.") && !own.contains("Чужакова"),
            "{own}"
        );
        assert!(
            !own.contains("Ждут подтверждения") && !own.contains("/desk/people/"),
            "{own}"
        );
        let (address, version) = card(&page);
        assert_eq!(
            doctor
                .post(&format!("{address}/accept"), &[("version", &version)])
                .await
                .code(),
            403
        );
        // Another's card by its id looks absent.
        let others = registrar.get(DAY).await.text();
        let board = between(&others, "data-card=\"/desk/boards/", "/\"");
        let id = between(
            &others[others.find("Чужакова").expect("a card") - 400..],
            "id=\"a-",
            "\"",
        );
        assert_eq!(
            doctor
                .get(&format!("/desk/boards/{board}/{id}"))
                .await
                .code(),
            404
        );
        crate::bound::sound(&clinic).await;
    }
);

/// A stream of events, read as a browser does.
struct Stream {
    body: BodyDataStream,
    text: String,
}

impl Stream {
    async fn of(
        clinic: &TestClinic,
        one: &Colleague<'_>,
        path: &str,
        cursor: Option<&str>,
    ) -> Self {
        let cookies: Vec<String> = one
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder()
            .uri(path)
            .header("host", "clinic.test")
            .header("cookie", cookies.join("; "));
        if let Some(cursor) = cursor {
            request = request.header("last-event-id", cursor);
        }
        let request = request.body(Body::empty()).expect("a request");
        let answer = web::router(clinic.site.clone())
            .oneshot(request)
            .await
            .expect("an answer");
        assert_eq!(answer.status().as_u16(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self {
            body: answer.into_body().into_data_stream(),
            text: String::new(),
        }
    }

    /// The next event: its name, data and id.
    async fn next(&mut self) -> (String, String, String) {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let event: String = self.text.drain(..end + 2).collect();
                let of = |name: &str| {
                    event
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .unwrap_or_default()
                        .trim_start_matches(": ")
                        .to_owned()
                };
                if event.starts_with(':') {
                    continue;
                }
                return (of("event"), of("data"), of("id"));
            }
            let more = tokio::time::timeout(Duration::from_secs(10), self.body.next()).await;
            let more = more
                .expect("an event in time")
                .expect("the stream goes on")
                .expect("bytes");
            self.text
                .push_str(std::str::from_utf8(&more).expect("UTF-8"));
        }
    }
}

on_both!(
    a_booking_is_on_the_board_at_once_and_a_dismissed_colleague_is_out,
    |clinic: TestClinic| async move {
        let keep = tokio::spawn(clinic.trust.clone().keep_numbering());
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        let live = between(&anna.get(DAY).await.text(), "data-live=\"", "\"")
            .replace("&amp;", "&")
            .replace("&#38;", "&");
        let mut stream = Stream::of(&clinic, &anna, &live, None).await;
        books(&clinic, "anna", "10:00").await;
        let (event, data, cursor) = stream.next().await;
        assert_eq!(event, "appointment");
        assert!(
            data.contains("\"day\":\"2026-11-24\"") && !data.contains("Тестова"),
            "{data}"
        );
        let id = between(&data, "\"appointment\":\"", "\"");

        // The page asks for the one card under the list's ticket.
        let board = between(&anna.get(DAY).await.text(), "data-card=\"", "\"");
        let opened = clinic.count("journal_sub").await;
        let card = anna.get_part(&format!("{board}{id}"), "card").await;
        assert_eq!(card.code(), 200);
        assert!(
            card.text().starts_with("<li class=\"card requested")
                && card.text().contains("data-of="),
            "{}",
            card.text()
        );
        assert_eq!(
            clinic.count("journal_sub").await,
            opened,
            "opened with the board already: told once"
        );

        // A page that was away comes back where it was.
        drop(stream);
        books(&clinic, "anna", "11:00").await;
        let mut again = Stream::of(&clinic, &anna, &live, Some(&cursor)).await;
        let (_, data, _) = again.next().await;
        assert!(!data.contains(&id), "what it had is not told again: {data}");

        // Whoever is dismissed is out at once, and so is the stream.
        let staff = anna.id;
        let dismissed = clinic
            .trust
            .act("test.dismiss", kernel::Scope::console(), move |act| {
                Box::pin(async move { act.dismiss_staff(staff).await })
            });
        journeys::settled(dismissed.await);
        let (event, data, _) = again.next().await;
        assert_eq!((event.as_str(), data.as_str()), ("ended", "{}"));
        assert_eq!(
            anna.get_part(&format!("{board}{id}"), "card").await.code(),
            401
        );
        keep.abort();
    }
);

on_both!(
    the_second_to_cancel_is_told_what_the_first_did,
    |clinic: TestClinic| async move {
        books(&clinic, "anna", "10:00").await;
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
        let (hers, _) = card(&anna.get(DAY).await);
        let (others, _) = card(&olga.get(DAY).await);
        let cancel = |version| [("version", version), ("reason", "patient"), ("note", "")];
        let first = part(&mut anna, &format!("{hers}/cancel"), &cancel("0")).await;
        assert_eq!(first.code(), 200, "{}", first.text());
        // Sent twice by the same hand, it is one cancelling.
        let again = part(&mut anna, &format!("{hers}/cancel"), &cancel("0")).await;
        assert_eq!(again.code(), 200, "{}", again.text());
        let second = part(&mut olga, &format!("{others}/cancel"), &cancel("0")).await;
        assert_eq!(second.code(), 409, "{}", second.text());
        assert!(second.text().contains("anna"), "{}", second.text());
        assert_eq!(
            clinic
                .count("journal_entry WHERE kind = 'appointment.cancelled'")
                .await,
            1
        );
        // The reason stands beside the board, with what was written to it: told to the patient once.
        books(&clinic, "boris", "12:00").await;
        let noted = own_path(&anna.get(DAY).await.text(), 1);
        let form = [
            ("version", "0"),
            ("reason", "other"),
            ("note", "едет <в отпуск>"),
        ];
        let done = part(&mut anna, &format!("{noted}/cancel"), &form).await;
        assert!(
            done.text().contains(": едет &#60;в отпуск&#62;</p>"),
            "{}",
            done.text()
        );
        let subs = clinic.count("journal_sub").await;
        let panel = anna.get_part(&noted, "panel").await.text();
        assert!(panel.contains("едет"), "{panel}");
        assert_eq!(clinic.count("journal_sub").await, subs, "told already");
        let undone = part(&mut anna, &format!("{noted}/undo"), &[("version", "1")]).await;
        assert_eq!(undone.code(), 200, "{}", undone.text());
        let form = [("version", "2"), ("reason", "patient"), ("note", "")];
        let done = part(&mut anna, &format!("{noted}/cancel"), &form).await;
        assert!(!done.text().contains("едет"), "{}", done.text());
        // A note that is too long is told so.
        let long = "я".repeat(501);
        books(&clinic, "anna", "11:00").await;
        let page = anna.get("/desk/today?day=2026-11-24").await.text();
        let at = page.rfind("/desk/boards/").expect("a card");
        let path: String = page[at..]
            .chars()
            .take_while(|sign| *sign != '"' && *sign != '?')
            .collect();
        let form = [
            ("version", "0"),
            ("reason", "other"),
            ("note", long.as_str()),
        ];
        let path = path.split('/').take(5).collect::<Vec<_>>().join("/");
        let answer = part(&mut anna, &format!("{path}/cancel"), &form).await;
        assert!(
            answer.text().contains("длиннее 500 знаков"),
            "{}",
            answer.text()
        );
        crate::desk::sound(&clinic).await;
    }
);

/// The address of the card that stands at this place of a board.
fn own_path(html: &str, nth: usize) -> String {
    let mut cards = html.split("<li class=\"card ").skip(1 + nth);
    let card = cards.next().expect("a card");
    format!(
        "/desk/boards/{}",
        between(card, "href=\"/desk/boards/", "\"")
    )
}

/// The usual clinic, and a second branch where the first practitioner receives on Wednesdays.
fn two_branches() -> ClinicOptions {
    let mut options = ClinicOptions::default();
    let catalogue = &mut options.catalogue;
    let mut second = catalogue.branches[0].clone();
    second.code = "second".into();
    second.title.ru = "На Пасечной".into();
    catalogue.branches.push(second);
    let all = WeekdaySet::ALL.bits();
    let wednesday = WeekdaySet::NONE.with(Weekday::Wednesday);
    let first = &mut catalogue.schedules[0];
    first.rule.days = DayPattern::weekly(WeekdaySet::from_bits(all & !wednesday.bits()));
    let mut there = first.clone();
    there.rule.days = DayPattern::weekly(wednesday);
    there.rule.opening.branch = "second".into();
    catalogue.schedules.push(there);
    options
}

on_both!(
    the_board_is_of_where_one_receives_that_day,
    two_branches(),
    |clinic: TestClinic| async move {
        let chosen = |page: &Answer| between(&page.text(), "\" selected>", "<");
        let mut doctor = Colleague::at_work(&clinic, "pchelkina", "practitioner").await;
        let tuesday = doctor.get(DAY).await;
        assert_eq!(chosen(&tuesday), "На Медовой");
        let after = between(&tuesday.text(), "aria-keyshortcuts=\"T\"", "BracketRight");
        let after = between(&after, "href=\"", "\"").replace("&#38;", "&");
        assert!(after.ends_with("day=2026-11-25"), "{after}");
        assert_eq!(chosen(&doctor.get(&after).await), "На Пасечной");
        let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
        let day = olga.get("/desk/today?day=2026-11-25").await;
        assert_eq!(chosen(&day), "На Медовой");
    }
);

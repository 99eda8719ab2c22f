//! A practitioner's day: their own patients and no other's, their own calendar, no contacts, no booking.

use journeys::{Colleague, TestClinic, WORK_DAY, on_both};
use trust::journal::Kind;

use super::super::attacks::references::ids_of;
use super::super::{booked, posted, wait_until};
use super::{Day, does, goes_home};

const DAY: &str = "/desk/today?day=2026-11-24";

on_both!(a_practitioners_day, |clinic: TestClinic| async move {
    let own = booked(&clinic, "anna", "09:00").await;
    let mut other = clinic.booking("boris", "2026-11-24T09:00:00+03:00").await;
    other["patient"]["surname"] = "Чужакова".into();
    let (other, _) = posted(&clinic, &other).await;
    let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
    let (hers, others) = (
        ids_of(&mut olga, own.appointment).await,
        ids_of(&mut olga, other).await,
    );
    let accept = format!("/desk/boards/{}/{}", hers.board, hers.appointment);
    let version = does(&mut olga, &accept, "accept", &[("version", "0")]).await;
    let mut doctor = Colleague::hired(&clinic, "pchelkina", "practitioner").await;
    wait_until(&clinic, "08:59");
    let day = Day::begins(&clinic);

    doctor.begins_work().await;
    assert_eq!(doctor.get("/desk").await.header("location"), "/desk/today");
    let html = doctor.get(DAY).await.text();
    assert!(
        html.contains("Тестова") && !html.contains("Чужакова"),
        "{html}"
    );
    assert!(
        html.contains("Пчёлкина") && !html.contains("Липов") && !html.contains("Донникова"),
        "the times of others are closed: {html}"
    );
    let week = doctor
        .get(&format!("/desk/week?day={WORK_DAY}"))
        .await
        .text();
    assert!(
        !week.contains("Липов") && !week.contains("Чужакова"),
        "{week}"
    );

    // Her patient's card opens by the visit: who comes, and not how to reach them.
    let board = {
        let at = html.find("data-card=\"/desk/boards/").expect("a list") + 24;
        html[at..].split('/').next().expect("an id").to_owned()
    };
    let card = format!("/desk/boards/{board}/{}", hers.appointment);
    let panel = doctor.get_part(&card, "panel").await;
    assert_eq!(panel.code(), 200, "{}", panel.text());
    let panel = panel.text();
    assert!(
        panel.contains("Тестова") && !panel.contains("777-09-13"),
        "{panel}"
    );
    // Another's does not, by whatever list.
    for list in [&board, &others.board] {
        let closed = format!("/desk/boards/{list}/{}", others.appointment);
        assert_eq!(doctor.get_part(&closed, "panel").await.code(), 404);
        let arrive = format!("{closed}/arrive");
        let form = [("version", "0")];
        assert_eq!(doctor.post(&arrive, &form).await.code(), 404);
    }
    // Nor is anybody looked for, opened, booked, moved or cancelled.
    for path in [
        "/desk/people",
        "/desk/book",
        "/desk/waiting",
        "/desk/blocks",
        "/desk/looks",
    ] {
        assert_eq!(doctor.get(path).await.code(), 403, "{path}");
    }
    let person = format!("/desk/people/{}", hers.person);
    assert_eq!(doctor.get(&person).await.code(), 403);
    for verb in ["cancel", "move", "accept"] {
        let form = [("version", version.as_str()), ("reason", "patient")];
        assert_eq!(
            doctor.post(&format!("{card}/{verb}"), &form).await.code(),
            403,
            "{verb}"
        );
    }

    // She receives.
    let version = does(&mut doctor, &card, "arrive", &[("version", &version)]).await;
    does(&mut doctor, &card, "complete", &[("version", &version)]).await;
    let printed = doctor.post("/desk/today/print", &[("day", WORK_DAY)]).await;
    assert_eq!(printed.code(), 200);
    let printed = printed.text();
    assert!(
        printed.contains("Тестова") && !printed.contains("Чужакова"),
        "{printed}"
    );

    // Her own calendar: made, read by a telephone, taken away.
    let page = doctor.post("/desk/account/calendar/make", &[]).await.text();
    let at = page.find("/calendar/").expect("an address");
    let link: String = page[at..].chars().take_while(|sign| *sign != '<').collect();
    let feed = clinic.get(&link).send().await;
    assert_eq!(feed.code(), 200);
    assert!(
        !feed.text().contains("Тестов") && feed.text().contains("Приём"),
        "{}",
        feed.text()
    );
    let revoked = doctor.post("/desk/account/calendar/revoke", &[]).await;
    assert_eq!(revoked.code(), 303);
    assert_eq!(clinic.get(&link).send().await.code(), 404);

    goes_home(&mut doctor).await;
    let lines = day
        .ends(
            &clinic,
            &[doctor.id],
            &[
                (Kind::SessionBegan, 1),
                (Kind::StaffObliged, 1),
                (Kind::AppointmentArrived, 1),
                (Kind::AppointmentCompleted, 1),
                (Kind::DayPrinted, 1),
                (Kind::CalendarMade, 1),
                (Kind::CalendarRead, 1),
                (Kind::CalendarRevoked, 1),
                (Kind::TicketIssued, 1),
                (Kind::SessionEnded, 1),
            ],
        )
        .await;
    for line in lines {
        assert!(
            line.kind != Kind::Opened.code() && !line.categories.contains(&"contact".to_owned()),
            "no contact was opened: {line:?}"
        );
    }
});

//! A registrar's day: bookings accepted, a caller booked, visits moved, people received and identified, time closed, the
//! list printed.

use journeys::{Colleague, TestClinic, WORK_DAY, on_both};
use trust::journal::Kind;

use super::super::attacks::references::ids_of;
use super::super::calls::Filled;
use super::super::{booked, offered, wait_until};
use super::{Day, comes_back, does, goes_home};

on_both!(a_registrars_day, |clinic: TestClinic| async move {
    let first = booked(&clinic, "anna", "10:00").await;
    let second = booked(&clinic, "anna", "10:30").await;
    let third = booked(&clinic, "boris", "12:00").await;
    let mut olga = Colleague::hired(&clinic, "olga", "registrar").await;
    wait_until(&clinic, "08:50");
    let day = Day::begins(&clinic);

    // Full sign-in once a shift; the day is what she sees first.
    olga.begins_work().await;
    assert_eq!(olga.get("/desk").await.header("location"), "/desk/today");
    let ids = ids_of(&mut olga, first.appointment).await;
    let of = |id: kernel::AppointmentId| format!("/desk/boards/{}/{id}", ids.board);
    let (first, second, third) = (
        of(first.appointment),
        of(second.appointment),
        of(third.appointment),
    );
    let waiting = olga.get("/desk/waiting").await.text();
    assert_eq!(waiting.matches("/accept").count(), 3, "{waiting}");
    let mut revisions = Vec::new();
    for one in [&first, &second, &third] {
        revisions.push(does(&mut olga, one, "accept", &[("version", "0")]).await);
    }
    assert!(
        olga.get("/desk/waiting")
            .await
            .text()
            .contains("Все новые записи приняты")
    );

    // The telephone rings.
    let call = Filled::begun(&mut olga, &clinic, "anna", "13:00").await;
    assert_eq!(call.sent(&mut olga).await.code(), 303);
    assert!(!offered(&clinic, "anna", "13:00").await);

    // Somebody asks for a later hour; the doctor for half an hour of her own, and then not.
    let column = clinic.id("practitioner", "anna").await;
    let later = [
        ("version", revisions[1].as_str()),
        ("day", WORK_DAY),
        ("at", "11:00"),
        ("column", column.as_str()),
    ];
    does(&mut olga, &second, "move", &later).await;
    let branch = clinic.id("branch", "main").await;
    let block = [
        ("branch", branch.as_str()),
        ("column", column.as_str()),
        ("day", WORK_DAY),
        ("from", "16:00"),
        ("to", "16:30"),
        ("kind", "break"),
        ("reason", ""),
    ];
    let made = olga.post("/desk/blocks", &block).await;
    assert_eq!(made.code(), 303, "{}", made.text());
    assert!(!offered(&clinic, "anna", "16:00").await);
    let blocks = olga
        .get(&format!("/desk/blocks?day={WORK_DAY}"))
        .await
        .text();
    let at = blocks.find("/remove\"").expect("a form that gives it free");
    let start = blocks[..at].rfind("/desk/blocks/").expect("its address");
    let remove = format!("{}/remove", &blocks[start..at]);
    assert_eq!(olga.post(&remove, &[]).await.code(), 303);
    assert!(offered(&clinic, "anna", "16:00").await);
    let list = [("branch", branch.as_str()), ("day", WORK_DAY)];
    let printed = olga.post("/desk/today/print", &list).await;
    assert_eq!(printed.code(), 200, "{}", printed.text());
    assert!(printed.text().contains("Тестова"), "{}", printed.text());

    // A slip for whoever asks for one at the counter.
    let slip = olga.post(&format!("{first}/slip"), &[]).await;
    assert_eq!(
        slip.header("content-type"),
        "application/pdf",
        "{}",
        slip.text()
    );

    // The first patient is there, with her passport. The screen had closed itself meanwhile.
    wait_until(&clinic, "10:05");
    assert_eq!(
        olga.get("/desk/today").await.header("location"),
        "/desk/switch?to=/desk/today"
    );
    comes_back(&mut olga).await;
    let found = olga.post("/desk/people", &[("query", "0913")]).await.text();
    assert!(
        found.contains(&ids.person) && !found.contains("Тестова"),
        "masked: {found}"
    );
    let card = format!("/desk/people/{}", ids.person);
    assert!(olga.get(&card).await.text().contains("Со слов пациента"));
    let reveal = [("via", ids.appointment.as_str())];
    let opened = olga.post(&format!("{card}/reveal"), &reveal).await.text();
    assert!(
        opened.contains("Тестова") && opened.contains("+7 916 777-09-13"),
        "{opened}"
    );
    let passport = [("document", "passport")];
    assert_eq!(
        olga.post(&format!("{card}/identify"), &passport)
            .await
            .code(),
        303
    );
    let version = does(&mut olga, &first, "arrive", &[("version", &revisions[0])]).await;
    does(&mut olga, &first, "complete", &[("version", &version)]).await;

    // One cancels, and calls again a minute later: it was a mistake.
    let cancel = [("version", revisions[2].as_str()), ("reason", "patient")];
    let version = does(&mut olga, &third, "cancel", &cancel).await;
    does(&mut olga, &third, "undo", &[("version", &version)]).await;

    goes_home(&mut olga).await;
    let lines = day
        .ends(
            &clinic,
            &[olga.id],
            &[
                (Kind::SessionBegan, 1),
                (Kind::StaffObliged, 1),
                (Kind::AppointmentAccepted, 3),
                (Kind::AppointmentBooked, 1),
                (Kind::AppointmentMoved, 1),
                (Kind::BlockMade, 1),
                (Kind::BlockRemoved, 1),
                (Kind::DayPrinted, 1),
                (Kind::SlipPrinted, 1),
                (Kind::SessionResumed, 1),
                (Kind::PeopleSearched, 1),
                // The card before it was opened, and the card as it was opened.
                (Kind::CardShown, 2),
                (Kind::PersonIdentified, 1),
                (Kind::AppointmentArrived, 1),
                (Kind::AppointmentCompleted, 1),
                (Kind::AppointmentCancelled, 1),
                (Kind::AppointmentUndone, 1),
                // The list of those who wait and the day, in the morning and after the break; the case of the visit.
                (Kind::TicketIssued, 4),
                // Her card; and on paper who came to the list since it was opened.
                (Kind::Opened, 2),
                (Kind::SessionEnded, 1),
            ],
        )
        .await;
    // Whatever was opened had its purpose and its case.
    for line in lines.iter().filter(|line| line.kind == Kind::Opened.code()) {
        assert!(line.purpose.is_some() && line.case.is_some(), "{line:?}");
    }
});

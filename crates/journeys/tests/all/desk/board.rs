//! The board: a picture without names, and the names beside it, told to each patient once.

use clinic::booking::desk::{BoardQuery, DeskRefusal, PatientName, Span};
use clinic::booking::{Refusal, Status};
use journeys::{Colleague, Store, TestClinic, on_both};
use kernel::{PersonId, Purpose, Scope, Stop};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;
use trust::journal::Kind;
use trust::vault::{Record, Standing};

use super::{
    at, at_work, booked, branch, done, practitioner, refused, seen, sound, the_day, unknown,
};

on_both!(
    a_board_has_the_whole_day_and_not_a_name,
    |clinic: TestClinic| async move {
        let olga = at_work(&clinic, "olga", "registrar").await;
        let visit = booked(&clinic, "boris", "10:00").await;
        let body = clinic
            .booking_of("in-room", "vera", "2026-11-24T12:00:00+03:00")
            .await;
        let (in_room, _) = crate::desk::posted(&clinic, &body).await;
        let entries = clinic.count("journal_entry").await;
        let board = done(clinic.booking.board(olga, the_day(&clinic).await).await);
        assert_eq!(
            clinic.count("journal_entry").await,
            entries,
            "nothing was opened"
        );
        assert_eq!(board.columns.len(), 3, "all who receive that day");
        let boris = &board.columns[1];
        assert_eq!(
            boris.open,
            [Span {
                start: at("09:00"),
                end: at("18:00")
            }]
        );
        assert_eq!((boris.load.booked, boris.load.available), (30, 540));
        let [first, second] = board.cards.as_slice() else {
            panic!("{:#?}", board.cards);
        };
        assert_eq!(
            (first.id, first.start, first.status),
            (visit.appointment, at("10:00"), Status::Requested)
        );
        assert_eq!((first.standing, first.made_by), (Standing::AsStated, None));
        assert_eq!(first.waits_since, Some(clinic.clock.now()));
        assert_eq!(board.lanes.len(), 1);
        assert_eq!(board.lanes[0].appointment, Some(second.id));
        assert_eq!(second.id, in_room);
        let week = BoardQuery {
            days: 7,
            first: jiff::civil::date(2026, 11, 23),
            ..the_day(&clinic).await
        };
        let week = done(clinic.booking.board(olga, week).await);
        assert_eq!(week.cards.len(), 2);
        assert_eq!(week.columns[0].load.available, 7 * 540);
        let three = BoardQuery {
            days: 3,
            ..the_day(&clinic).await
        };
        let refusal = refused(clinic.booking.board(olga, three).await);
        assert_eq!(refusal, DeskRefusal::Booking(Refusal::Range));
    }
);

/// Sub-entries of the entry that an act wrote last.
async fn subs(clinic: &TestClinic) -> i64 {
    clinic.count("journal_sub").await
}

on_both!(
    names_are_told_once_a_ticket_one_sub_entry_a_person,
    |clinic: TestClinic| async move {
        let olga = at_work(&clinic, "olga", "registrar").await;
        let times = ["10:00", "10:30", "11:00", "11:30", "12:00"];
        for time in times {
            booked(&clinic, "anna", time).await;
        }
        let day = the_day(&clinic).await;
        let (entries, before) = (clinic.count("journal_entry").await, subs(&clinic).await);
        let names = done(clinic.booking.names(olga, day).await);
        assert_eq!(names.names.len(), times.len());
        let surname = |name: &clinic::booking::desk::PatientName| {
            name.surname.as_ref().map(|part| part.reveal().clone())
        };
        assert!(
            names
                .names
                .values()
                .flatten()
                .all(|name| surname(name).as_deref() == Some("Тестова"))
        );
        assert_eq!(
            clinic.count("journal_entry").await,
            entries + 1,
            "one entry"
        );
        assert_eq!(
            subs(&clinic).await,
            before + 5,
            "exactly one sub-entry a person"
        );

        // Seen again under the same ticket: nothing new is told.
        let again = done(clinic.booking.names(olga, day).await);
        assert_eq!((again.board, again.names.len()), (names.board, 5));
        assert_eq!(clinic.count("journal_entry").await, entries + 1);
        // A card that comes in is opened under the board's own ticket, and told to its one patient.
        let new = booked(&clinic, "boris", "10:00").await;
        let (entries, before) = (clinic.count("journal_entry").await, subs(&clinic).await);
        let card = done(
            clinic
                .booking
                .card(olga, names.board, new.appointment)
                .await,
        );
        assert_eq!(
            card.name.as_ref().and_then(surname).as_deref(),
            Some("Тестова")
        );
        assert_eq!(
            (clinic.count("journal_entry").await, subs(&clinic).await),
            (entries + 1, before + 1)
        );
        done(clinic.booking.names(olga, day).await);
        done(
            clinic
                .booking
                .card(olga, names.board, new.appointment)
                .await,
        );
        assert_eq!(clinic.count("journal_entry").await, entries + 1);
        assert_eq!(clinic.count("ticket").await, 1);

        // A quarter of an hour later the ticket is over; the same list gets a new one.
        clinic.clock.advance_seconds(15 * 60);
        let later = done(clinic.booking.names(olga, day).await);
        assert_eq!(later.board, names.board);
        assert_eq!(clinic.count("ticket").await, 2);
        assert_eq!(subs(&clinic).await, before + 1 + 6);
        // A colleague's look is another one.
        let pavel = at_work(&clinic, "pavel", "registrar").await;
        let before = subs(&clinic).await;
        assert_eq!(
            done(clinic.booking.names(pavel, day).await).board,
            names.board
        );
        assert_eq!(subs(&clinic).await, before + 6);
        sound(&clinic).await;
    }
);

on_both!(
    a_list_drawn_again_shows_what_the_store_has,
    |clinic: TestClinic| async move {
        let olga = at_work(&clinic, "olga", "registrar").await;
        for time in ["10:00", "10:30"] {
            booked(&clinic, "anna", time).await;
        }
        let day = the_day(&clinic).await;
        let surnames = async |clinic: &TestClinic| {
            let names = clinic.booking.names(olga, day).await;
            let names = names.map(|names| names.names.into_values().collect::<Vec<_>>());
            names.map(|names| {
                let surname = |name: PatientName| name.surname.map(|part| part.reveal().clone());
                let mut all: Vec<_> = names
                    .into_iter()
                    .map(|name| name.and_then(surname))
                    .collect();
                all.sort();
                all
            })
        };
        let said = |name: &str| Some(name.to_owned());
        assert_eq!(
            done(surnames(&clinic).await),
            [said("Тестова"), said("Тестова")]
        );
        let board = done(clinic.booking.board(olga, day).await);
        let (one, other) = (board.cards[0].person, board.cards[1].person);
        // A name is corrected: the next look under the same ticket has it.
        let corrected = clinic
            .trust
            .act("test.correct", Scope::console(), move |act| {
                Box::pin(async move {
                    act.reseal(one, Record::person(one), "surname", "Новова")
                        .await?;
                    act.record(Kind::AppointmentAccepted, serde_json::json!({}))?;
                    Ok::<_, Stop<()>>(())
                })
            });
        assert!(corrected.await.is_ok());
        assert_eq!(clinic.count("ticket").await, 1);
        let entries = clinic.count("journal_entry").await;
        assert_eq!(
            done(surnames(&clinic).await),
            [said("Новова"), said("Тестова")]
        );
        assert_eq!(
            done(surnames(&clinic).await),
            [said("Новова"), said("Тестова")]
        );
        assert_eq!(
            clinic.count("journal_entry").await,
            entries,
            "told under this ticket already"
        );
        // Whose key is gone is shown to nobody, whatever was shown before.
        let id = match clinic.store {
            Store::Sqlite => format!("X'{}'", other.uuid().simple()),
            Store::Postgres => format!("'{}'", other.uuid()),
        };
        clinic
            .sql(&format!("DELETE FROM person_key WHERE person = {id}"))
            .await;
        assert!(matches!(surnames(&clinic).await, Err(Stop::Fault(_))));
    }
);

on_both!(
    who_withdrew_stays_closed_and_the_others_do_not,
    |clinic: TestClinic| async move {
        let olga = at_work(&clinic, "olga", "registrar").await;
        let (gone, stays) = (
            booked(&clinic, "anna", "10:00").await,
            booked(&clinic, "anna", "10:30").await,
        );
        let db = clinic.trust.reads();
        let sql = "SELECT person FROM appointment ORDER BY starts";
        let row = db
            .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
            .await;
        let row = row.expect("a question").expect("a row");
        let person = PersonId::from_uuid(row.try_get("", "person").expect("an id"));
        let withdrawn = clinic
            .trust
            .act("test.withdraw", Scope::console(), move |act| {
                Box::pin(async move {
                    act.withdraw_consent(person, Purpose::Services).await?;
                    act.record(Kind::ConsentWithdrawn, Value::Null)?;
                    Ok::<_, Stop<()>>(())
                })
            });
        done(withdrawn.await);
        let names = done(clinic.booking.names(olga, the_day(&clinic).await).await).names;
        assert!(names[&gone.appointment].is_none());
        assert!(names[&stays.appointment].is_some());
        sound(&clinic).await;
    }
);

on_both!(
    a_practitioner_has_their_own_day_and_nobody_else_s,
    |clinic: TestClinic| async move {
        // The builder makes them the first of the catalogue: Anna.
        let anna = at_work(&clinic, "anna", "practitioner").await;
        let olga = at_work(&clinic, "olga", "registrar").await;
        let own = booked(&clinic, "anna", "10:00").await;
        let foreign = booked(&clinic, "boris", "10:00").await;
        let everybody = the_day(&clinic).await;
        let boris = BoardQuery {
            practitioner: Some(practitioner(&clinic, "boris").await),
            ..everybody
        };
        let desk = &clinic.booking;
        for asked in [everybody, boris] {
            let board = done(desk.board(anna, asked).await);
            assert_eq!(
                board.query.practitioner,
                Some(practitioner(&clinic, "anna").await)
            );
            assert_eq!(
                board.cards.iter().map(|card| card.id).collect::<Vec<_>>(),
                [own.appointment]
            );
            assert_eq!(board.columns.len(), 1);
        }
        let mine = done(desk.names(anna, everybody).await);
        assert_eq!(
            mine.names.keys().copied().collect::<Vec<_>>(),
            [own.appointment]
        );
        // The hall's list is not theirs, nor a card of another's patient.
        let all = done(desk.names(olga, everybody).await);
        assert_eq!(all.names.len(), 2);
        assert_ne!(all.board, mine.board);
        assert!(unknown(&refused(
            desk.card(anna, all.board, own.appointment).await
        )));
        assert!(unknown(&refused(
            desk.card(anna, mine.board, foreign.appointment).await
        )));
        assert!(unknown(&refused(desk.arrived(anna, foreign).await)));
        // Once moved away it is gone from the list, for the page as well.
        let to = crate::desk::to(&clinic, "boris", "14:00").await;
        done(desk.move_by_staff(olga, own, to, None).await);
        assert!(unknown(&refused(
            desk.card(anna, mine.board, own.appointment).await
        )));
        done(desk.card(olga, all.board, own.appointment).await);
        sound(&clinic).await;
    }
);

on_both!(
    those_who_wait_are_named_without_the_rest_of_their_days,
    |clinic: TestClinic| async move {
        let olga = at_work(&clinic, "olga", "registrar").await;
        let (done_already, waits) = (
            booked(&clinic, "anna", "10:00").await,
            booked(&clinic, "anna", "10:30").await,
        );
        booked(&clinic, "anna", "11:00").await; // waits too, below what is shown
        let desk = &clinic.booking;
        done(desk.accept(olga, done_already).await);
        let before = subs(&clinic).await;
        let shown = vec![done_already.appointment, waits.appointment];
        let names = desk.waiting_names(olga, branch(&clinic).await, shown);
        let names = done(names.await);
        assert_eq!(
            names.names.keys().copied().collect::<Vec<_>>(),
            [waits.appointment]
        );
        assert_eq!(subs(&clinic).await, before + 1);
        done(desk.accept(olga, waits).await);
        assert!(unknown(&refused(
            desk.card(olga, names.board, waits.appointment).await
        )));
        done(desk.undo(olga, seen(waits.appointment, 1)).await);
        done(desk.card(olga, names.board, waits.appointment).await);
        sound(&clinic).await;
    }
);

on_both!(
    a_day_is_printed_whether_or_not_its_board_was_open,
    |clinic: TestClinic| async move {
        booked(&clinic, "anna", "10:00").await;
        let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
        let here = branch(&clinic).await.to_string();
        let form = [("branch", here.as_str()), ("day", "2026-11-24")];
        for printed in 1..=2 {
            let list = olga.post("/desk/today/print", &form).await;
            assert_eq!(list.code(), 200, "{}", list.text());
            assert!(list.text().contains("Тестова"), "{}", list.text());
            assert_eq!(clinic.entries(Kind::DayPrinted).await, printed);
            // Its ticket runs out.
            clinic.clock.advance_seconds(10 * 60);
            olga.get("/desk/account").await;
            clinic.clock.advance_seconds(6 * 60);
        }
        // Nobody gets another list than they asked for.
        let elsewhere = kernel::entropy::random_id().to_string();
        for branch in ["main", elsewhere.as_str()] {
            let form = [("branch", branch), ("day", "2026-11-24")];
            let answer = olga.post("/desk/today/print", &form).await;
            assert_eq!(answer.code(), 404, "{branch}");
        }
        assert_eq!(clinic.entries(Kind::DayPrinted).await, 2);
        sound(&clinic).await;
    }
);

//! A registrar's day: accepting, receiving, moving, cancelling, taking back; and two who do it at once.

use clinic::booking::desk::{CancelReason, DeskRefusal, Fit, Outside, With};
use clinic::booking::{Change, Refusal, Status};
use journeys::{TestClinic, on_both};
use kernel::Personal;
use serde_json::json;
use trust::staff::AccessRefusal;

use super::super::{
    at, at_work, booked, done, elsewhere, offered, posted, refused, seen, sound, the_day, to,
    unknown, wait_until,
};

on_both!(a_registrar_s_day, |clinic: TestClinic| async move {
    let olga = at_work(&clinic, "olga", "registrar").await;
    let first = booked(&clinic, "anna", "10:00").await;
    let second = booked(&clinic, "anna", "10:30").await;
    let desk = &clinic.booking;
    assert_eq!(done(desk.waiting(olga).await).cards.len(), 2);

    let accepted = done(desk.accept(olga, first).await);
    assert_eq!((accepted.status, accepted.revision), (Status::Accepted, 1));
    assert!(accepted.accepted_by.is_some() && accepted.changed_at.is_some());
    let entries = clinic.count("journal_entry").await;
    // Pressed again, on the page as it was: the same answer, and no entry.
    assert_eq!(done(desk.accept(olga, first).await), accepted);
    assert_eq!(clinic.count("journal_entry").await, entries);
    assert_eq!(done(desk.waiting(olga).await).cards.len(), 1);

    // Nobody comes the day before, nobody stays away before the hour.
    let first = seen(first.appointment, 1);
    for early in [
        desk.arrived(olga, first).await,
        desk.no_show(olga, first).await,
    ] {
        assert!(
            matches!(refused(early), DeskRefusal::NotNow(now) if now.status == Status::Accepted)
        );
    }
    wait_until(&clinic, "09:50");
    let olga = at_work(&clinic, "olga-today", "registrar").await;
    let arrived = done(desk.arrived(olga, first).await);
    assert_eq!(arrived.status, Status::Arrived);
    let board = done(desk.board(olga, the_day(&clinic).await).await);
    let card = &board.cards[0];
    assert_eq!(card.waits_since, Some(clinic.clock.now()));
    assert!(card.undoable && !board.cards[1].undoable);
    let completed = done(desk.completed(olga, seen(first.appointment, 2)).await);
    assert_eq!(
        (completed.status, completed.revision),
        (Status::Completed, 3)
    );

    wait_until(&clinic, "10:45");
    let missed = done(desk.no_show(olga, second).await);
    assert_eq!(
        (missed.status, missed.change),
        (Status::NoShow, Some(Change::NoShow))
    );
    sound(&clinic).await;
    // What the desk wrote is bound like the rest.
    let forged = "UPDATE appointment SET changed_by = NULL WHERE status = 'no_show'";
    assert_eq!(clinic.sql(forged).await, 1);
    let report = clinic.trust.verify().await.expect("the store can be read");
    assert!(!report.sound(), "a forged column was not found");
});

on_both!(
    of_two_registrars_one_is_told_what_the_other_did,
    |clinic: TestClinic| async move {
        let olga = at_work(&clinic, "olga", "registrar").await;
        let pavel = at_work(&clinic, "pavel", "registrar").await;
        let visit = booked(&clinic, "anna", "10:00").await;
        let desk = &clinic.booking;
        let (left, right) = (
            to(&clinic, "anna", "11:00").await,
            to(&clinic, "boris", "12:00").await,
        );
        let (one, other) = tokio::join!(
            desk.move_by_staff(olga, visit, left, None),
            desk.move_by_staff(pavel, visit, right, None),
        );
        let (won, lost) = match (one, other) {
            (Ok(won), lost) => (won, lost),
            (lost, Ok(won)) => (won, lost),
            (one, other) => panic!("nobody moved it: {one:?}, {other:?}"),
        };
        let DeskRefusal::Changed(now) = refused(lost) else {
            panic!("told nothing");
        };
        assert_eq!(
            *now, won,
            "the loser hears what the winner did, when and who it was"
        );
        assert_eq!((now.change, now.revision), (Some(Change::Moved), 1));
        assert!(now.changed_by.is_some());
        // The winner's second press is the same.
        let (scope, to) = if won.start == left.start {
            (olga, left)
        } else {
            (pavel, right)
        };
        let entries = clinic.count("journal_entry").await;
        assert_eq!(done(desk.move_by_staff(scope, visit, to, None).await), won);
        assert_eq!(clinic.count("journal_entry").await, entries);
        assert!(
            offered(&clinic, "anna", "10:00").await,
            "the old time is free at once"
        );
        sound(&clinic).await;
    }
);

on_both!(
    a_move_shows_its_conflict_before_it_is_made,
    |clinic: TestClinic| async move {
        let olga = at_work(&clinic, "olga", "operator").await;
        let irina = at_work(&clinic, "irina", "supervisor").await;
        let (visit, other) = (
            booked(&clinic, "anna", "10:00").await,
            booked(&clinic, "anna", "11:00").await,
        );
        let desk = &clinic.booking;
        let taken = to(&clinic, "anna", "11:00").await;
        let Fit::Conflict(found) = done(desk.could_move(olga, visit, taken).await) else {
            panic!("no conflict");
        };
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].with, With::Appointment(other.appointment));
        assert_eq!((found[0].start, found[0].end), (at("11:00"), at("11:30")));
        let refusal = refused(desk.move_by_staff(olga, visit, taken, None).await);
        assert_eq!(refusal, DeskRefusal::Conflict(found));
        let free = to(&clinic, "anna", "11:30").await;
        assert_eq!(done(desk.could_move(olga, visit, free).await), Fit::Fits);
        // Outside the schedule goes who may, and says why.
        let late = to(&clinic, "anna", "19:00").await;
        let never = Refusal::NeverOffered;
        assert_eq!(
            done(desk.could_move(olga, visit, late).await),
            Fit::NotOffered(never.clone())
        );
        let refusal = refused(desk.move_by_staff(irina, visit, late, None).await);
        assert_eq!(refusal, DeskRefusal::Booking(never));
        let refusal = refused(
            desk.move_by_staff(olga, visit, late, Some(Outside::Agreed))
                .await,
        );
        assert_eq!(refusal, DeskRefusal::Access(AccessRefusal::NotAllowed));
        let moved = desk
            .move_by_staff(irina, visit, late, Some(Outside::Agreed))
            .await;
        assert_eq!(done(moved).start, at("19:00"));
        let agreed = clinic.count("appointment WHERE outside = 'agreed'").await;
        assert_eq!(agreed, 1);
        // But never over somebody.
        let refusal = desk.move_by_staff(
            irina,
            seen(visit.appointment, 1),
            taken,
            Some(Outside::Urgent),
        );
        assert!(matches!(refused(refusal.await), DeskRefusal::Conflict(_)));
        sound(&clinic).await;
    }
);

on_both!(
    a_cancellation_by_mistake_is_taken_back_while_its_time_is_free,
    |clinic: TestClinic| async move {
        let olga = at_work(&clinic, "olga", "registrar").await;
        let desk = &clinic.booking;
        let visit = booked(&clinic, "anna", "10:00").await;
        let note = Personal::new("соседка звонила за Марию".to_owned());
        let other = desk
            .cancel_by_staff(olga, visit, CancelReason::Other, None)
            .await;
        assert_eq!(
            refused(other),
            DeskRefusal::Reason,
            "another reason is said"
        );
        let cancelled = desk
            .cancel_by_staff(olga, visit, CancelReason::Other, Some(note))
            .await;
        assert_eq!(done(cancelled).status, Status::Cancelled);
        assert_eq!(
            clinic
                .count("sealed_field WHERE field = 'cancellation'")
                .await,
            1
        );
        assert!(offered(&clinic, "anna", "10:00").await);
        let board = done(desk.board(olga, the_day(&clinic).await).await);
        assert_eq!(board.cards[0].cancel_reason, Some(CancelReason::Other));
        assert!(board.cards[0].undoable);

        let undone = done(desk.undo(olga, seen(visit.appointment, 1)).await);
        assert_eq!((undone.status, undone.revision), (Status::Requested, 2));
        assert!(!offered(&clinic, "anna", "10:00").await);
        let entries = clinic.count("journal_entry").await;
        assert_eq!(
            done(desk.undo(olga, seen(visit.appointment, 1)).await),
            undone
        );
        assert_eq!(clinic.count("journal_entry").await, entries);
        // There is one step back, no more.
        let again = desk.undo(olga, seen(visit.appointment, 2)).await;
        assert!(matches!(refused(again), DeskRefusal::NotNow(_)));

        let cancelled =
            desk.cancel_by_staff(olga, seen(visit.appointment, 2), CancelReason::Double, None);
        done(cancelled.await);
        let taker = booked(&clinic, "anna", "10:00").await;
        let DeskRefusal::Conflict(found) =
            refused(desk.undo(olga, seen(visit.appointment, 3)).await)
        else {
            panic!("the time was free");
        };
        assert_eq!(found[0].with, With::Appointment(taker.appointment));
        // The next day it is history.
        let late = booked(&clinic, "boris", "12:00").await;
        done(desk.accept(olga, late).await);
        clinic.clock.advance_seconds(24 * 3600);
        let olga = at_work(&clinic, "olga2", "registrar").await;
        let refusal = refused(desk.undo(olga, seen(late.appointment, 1)).await);
        assert!(matches!(refusal, DeskRefusal::NotNow(now) if now.status == Status::Accepted));
        sound(&clinic).await;
    }
);

on_both!(
    what_the_patient_cancelled_is_not_for_staff_to_take_back,
    |clinic: TestClinic| async move {
        let olga = at_work(&clinic, "olga", "registrar").await;
        let body = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        let (id, token) = posted(&clinic, &body).await;
        let path = format!("/api/v1/appointments/{token}/cancel");
        assert_eq!(clinic.post(path, &json!({})).send().await.code(), 200);
        let desk = &clinic.booking;
        let DeskRefusal::Changed(now) = refused(desk.accept(olga, seen(id, 0)).await) else {
            panic!("told nothing");
        };
        assert_eq!(
            (now.change, now.changed_by),
            (Some(Change::Cancelled), None)
        );
        let refusal = refused(desk.undo(olga, seen(id, 1)).await);
        assert!(matches!(refusal, DeskRefusal::NotNow(_)));
        assert!(
            done(desk.board(olga, the_day(&clinic).await).await)
                .cards
                .is_empty()
        );
        sound(&clinic).await;
    }
);

on_both!(
    an_escalated_booking_stands_first_and_an_undone_acceptance_escalates,
    |clinic: TestClinic| async move {
        let olga = at_work(&clinic, "olga", "registrar").await;
        let desk = &clinic.booking;
        let first = booked(&clinic, "anna", "10:00").await;
        done(desk.accept(olga, first).await);
        clinic.clock.advance_seconds(10 * 60);
        let second = booked(&clinic, "anna", "11:00").await;
        clinic.clock.advance_seconds(25 * 60);
        clinic.work().await;
        let waiting = done(desk.waiting(olga).await);
        assert!(!waiting.cards[0].1.escalated, "ten minutes are left");
        // Back to those who wait, and its half an hour begins again.
        done(desk.undo(olga, seen(first.appointment, 1)).await);
        clinic.clock.advance_seconds(10 * 60);
        clinic.work().await;
        let waiting = done(desk.waiting(olga).await);
        let order: Vec<_> = waiting
            .cards
            .iter()
            .map(|(_, card)| (card.id, card.escalated))
            .collect();
        assert_eq!(
            order,
            [(second.appointment, true), (first.appointment, false)]
        );
        clinic.clock.advance_seconds(30 * 60);
        clinic.work().await;
        let waiting = done(desk.waiting(olga).await);
        assert!(waiting.cards.iter().all(|(_, card)| card.escalated));
        // Escalation is no change: who saw the card before it accepts it all the same.
        done(desk.accept(olga, second).await);
        sound(&clinic).await;
    }
);

on_both!(
    another_branch_looks_absent_and_roles_do_their_own,
    |clinic: TestClinic| async move {
        let visit = booked(&clinic, "anna", "10:00").await;
        let stranger = elsewhere(&clinic, "zoya").await;
        let desk = &clinic.booking;
        let there = to(&clinic, "anna", "11:00").await;
        assert!(unknown(&refused(desk.accept(stranger, visit).await)));
        assert!(unknown(&refused(desk.undo(stranger, visit).await)));
        assert!(unknown(&refused(
            desk.move_by_staff(stranger, visit, there, None).await
        )));
        assert!(unknown(&refused(
            desk.could_move(stranger, visit, there).await
        )));
        let cancelled = desk.cancel_by_staff(stranger, visit, CancelReason::Patient, None);
        assert!(unknown(&refused(cancelled.await)));
        assert!(unknown(&refused(
            desk.board(stranger, the_day(&clinic).await).await
        )));
        assert!(unknown(&refused(
            desk.names(stranger, the_day(&clinic).await).await
        )));
        assert!(done(desk.waiting(stranger).await).cards.is_empty());
        for role in ["administrator", "owner", "inspector", "marketing"] {
            let scope = at_work(&clinic, role, role).await;
            let refusal = refused(desk.board(scope, the_day(&clinic).await).await);
            assert_eq!(
                refusal,
                DeskRefusal::Access(AccessRefusal::NotAllowed),
                "{role}"
            );
            let refusal = refused(desk.accept(scope, visit).await);
            assert_eq!(
                refusal,
                DeskRefusal::Access(AccessRefusal::NotAllowed),
                "{role}"
            );
        }
        sound(&clinic).await;
    }
);

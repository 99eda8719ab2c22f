//! Breaks and blocks: the site stops offering the time at once, and nothing is put over anybody.

use clinic::booking::desk::{BlockKind, DeskRefusal, Fit, NewBlock, With};
use journeys::{TestClinic, on_both};
use kernel::ResourceId;

use super::{
    at, at_work, booked, branch, done, elsewhere, offered, practitioner, refused, sound, the_day,
    unknown,
};

async fn block(clinic: &TestClinic, whose: &str, from: &str, until: &str) -> NewBlock {
    NewBlock {
        resource: practitioner(clinic, whose).await,
        branch: branch(clinic).await,
        start: at(from),
        end: at(until),
        kind: BlockKind::Block,
        reason: "Планёрка".into(),
    }
}

on_both!(a_block_and_the_site, |clinic: TestClinic| async move {
    let olga = at_work(&clinic, "olga", "registrar").await;
    let desk = &clinic.booking;
    let visit = booked(&clinic, "anna", "10:00").await;
    let over = block(&clinic, "anna", "09:30", "10:15").await;
    let Fit::Conflict(found) = done(desk.could_block(olga, over.clone()).await) else {
        panic!("no conflict");
    };
    assert_eq!(found[0].with, With::Appointment(visit.appointment));
    assert_eq!(
        refused(desk.block(olga, over).await),
        DeskRefusal::Conflict(found)
    );

    assert!(offered(&clinic, "anna", "14:00").await);
    let made = done(
        desk.block(olga, block(&clinic, "anna", "14:00", "15:00").await)
            .await,
    );
    let again = desk.block(olga, block(&clinic, "anna", "14:00", "15:00").await);
    assert_eq!(done(again.await), made, "the same form sent twice");
    let boss = at_work(&clinic, "boss", "supervisor").await;
    let theirs = desk.block(boss, block(&clinic, "anna", "14:00", "15:00").await);
    assert!(
        matches!(refused(theirs.await), DeskRefusal::Conflict(_)),
        "a colleague's is another"
    );
    assert!(!offered(&clinic, "anna", "14:00").await && !offered(&clinic, "anna", "14:30").await);
    assert!(offered(&clinic, "anna", "15:00").await && offered(&clinic, "anna", "13:30").await);
    let start = "2026-11-24T14:30:00+03:00";
    let body = clinic.booking("anna", start).await;
    assert_eq!(
        clinic
            .post("/api/v1/appointments", &body)
            .send()
            .await
            .code(),
        409
    );
    let board = done(desk.board(olga, the_day(&clinic).await).await);
    assert_eq!(board.blocks, std::slice::from_ref(&made));
    assert_eq!(board.columns[0].load.available, 540 - 60);
    let to = crate::desk::to(&clinic, "anna", "14:30").await;
    let Fit::Conflict(found) = done(desk.could_move(olga, visit, to).await) else {
        panic!("no conflict");
    };
    assert_eq!(found[0].with, With::Block(made.id));

    // Whoever does not reach it takes nothing away.
    done(
        desk.unblock(elsewhere(&clinic, "zoya").await, made.id)
            .await,
    );
    assert!(!offered(&clinic, "anna", "14:00").await);
    done(desk.unblock(olga, made.id).await);
    done(desk.unblock(olga, made.id).await);
    assert!(offered(&clinic, "anna", "14:00").await && offered(&clinic, "anna", "14:30").await);
    assert_eq!(
        clinic.count("claim").await,
        6,
        "the visit's own cells are left"
    );
    sound(&clinic).await;
});

on_both!(
    a_device_is_kept_free_in_all_its_lanes,
    |clinic: TestClinic| async move {
        let olga = at_work(&clinic, "olga", "registrar").await;
        let device: ResourceId = clinic
            .id("practitioner", "device-1")
            .await
            .parse()
            .expect("an id");
        let new = NewBlock {
            resource: device,
            kind: BlockKind::Break,
            ..block(&clinic, "anna", "10:00", "11:00").await
        };
        let desk = &clinic.booking;
        let made = done(desk.block(olga, new.clone()).await);
        assert_eq!(clinic.count("busy").await, 3, "three lanes");
        let drip = clinic
            .booking_of("on-device", "anna", "2026-11-24T10:30:00+03:00")
            .await;
        assert_eq!(
            clinic
                .post("/api/v1/appointments", &drip)
                .send()
                .await
                .code(),
            409
        );
        let Fit::Conflict(found) = done(desk.could_block(olga, new.clone()).await) else {
            panic!("no conflict");
        };
        assert!(found.iter().all(|one| one.with == With::Block(made.id)));
        done(desk.unblock(olga, made.id).await);
        assert_eq!(clinic.count("claim").await, 0);
        let night = NewBlock {
            end: new.start + 1441,
            ..new.clone()
        };
        assert_eq!(refused(desk.block(olga, night).await), DeskRefusal::Span);
        let nothing = NewBlock {
            end: new.start,
            ..new.clone()
        };
        assert_eq!(refused(desk.block(olga, nothing).await), DeskRefusal::Span);
        let stranger = elsewhere(&clinic, "zoya").await;
        assert!(unknown(&refused(desk.block(stranger, new).await)));
        sound(&clinic).await;
    }
);

//! Pages hear what happens, by ids alone, and whoever was away misses nothing.

use std::time::Duration;

use clinic::booking::desk::{BlockKind, CancelReason, Event, Live, NewBlock, Replay, Subject};
use jiff::civil::date;
use journeys::{TestClinic, on_both};
use tokio::sync::broadcast::Receiver;
use trust::access::Reach;
use trust::journal::Kind;

use super::{at, at_work, booked, branch, done, practitioner, seen, to};

async fn hears(from: &mut Receiver<Event>, kind: Kind) -> Event {
    let next = async {
        loop {
            let event = from.recv().await.expect("the stream lives");
            if event.kind == kind {
                return event;
            }
        }
    };
    let heard = tokio::time::timeout(Duration::from_secs(20), next).await;
    heard.unwrap_or_else(|_| panic!("nobody told of {kind:?}"))
}

on_both!(
    a_page_hears_what_happens_and_catches_up,
    |clinic: TestClinic| async move {
        let olga = at_work(&clinic, "olga", "registrar").await;
        let desk = clinic.booking.clone();
        // As the binary does: on PostgreSQL entries get their numbers after the commit.
        let numbering = tokio::spawn(clinic.trust.clone().keep_numbering());
        let live = Live::follow(desk.clone())
            .await
            .expect("the journal can be read");
        let mut page = live.subscribe();
        let board = done(desk.board(olga, crate::desk::the_day(&clinic).await).await);
        let visit = booked(&clinic, "anna", "10:00").await;
        let heard = hears(&mut page, Kind::AppointmentBooked).await;
        let here = branch(&clinic).await;
        assert!(heard.index >= board.index);
        assert_eq!(heard.subject, Subject::Appointment(visit.appointment));
        assert_eq!(heard.places, [(here, [date(2026, 11, 24)].into())].into());

        done(desk.accept(olga, visit).await);
        hears(&mut page, Kind::AppointmentAccepted).await;
        let mut next_day = to(&clinic, "boris", "10:00").await;
        next_day.start += 1440;
        done(
            desk.move_by_staff(olga, seen(visit.appointment, 1), next_day, None)
                .await,
        );
        let moved = hears(&mut page, Kind::AppointmentMoved).await;
        let days = [date(2026, 11, 24), date(2026, 11, 25)];
        assert_eq!(
            moved.places,
            [(here, days.into())].into(),
            "both days hear of it"
        );
        let mut told = Vec::new();
        for code in ["anna", "boris", "vera"] {
            let reach = Reach {
                branches: None,
                practitioner: Some(Some(practitioner(&clinic, code).await)),
            };
            told.push((heard.concerns(&reach), moved.concerns(&reach)));
        }
        let (annas, boriss, veras) = ((true, true), (false, true), (false, false));
        assert_eq!(told, [annas, boriss, veras], "whose schedule it is");
        let made = NewBlock {
            resource: practitioner(&clinic, "anna").await,
            branch: here,
            start: at("14:00"),
            end: at("15:00"),
            kind: BlockKind::Break,
            reason: String::new(),
        };
        let made = done(desk.block(olga, made).await);
        let heard = hears(&mut page, Kind::BlockMade).await;
        assert_eq!(heard.subject, Subject::Block(made.id));
        assert_eq!(heard.places, [(here, [date(2026, 11, 24)].into())].into());
        let cancel = desk.cancel_by_staff(
            olga,
            seen(visit.appointment, 2),
            CancelReason::Patient,
            None,
        );
        done(cancel.await);
        let last = hears(&mut page, Kind::AppointmentCancelled).await;

        // A page that was away since the board was drawn.
        let Replay::Events(missed, next) = live.since(board.index).await.expect("a journal") else {
            panic!("too long");
        };
        let kinds: Vec<Kind> = missed.iter().map(|event| event.kind).collect();
        assert_eq!(
            kinds,
            [
                Kind::AppointmentBooked,
                Kind::AppointmentAccepted,
                Kind::AppointmentMoved,
                Kind::BlockMade,
                Kind::AppointmentCancelled,
            ]
        );
        assert!(missed.windows(2).all(|pair| pair[0].index < pair[1].index));
        assert!(next > last.index);
        let nothing = live.since(next).await.expect("a journal");
        assert_eq!(nothing, Replay::Events(Vec::new(), next));
        let ahead = live.since(next + 100).await.expect("a journal");
        assert_eq!(ahead, Replay::TooLong, "a cursor of another journal");
        numbering.abort();
    }
);

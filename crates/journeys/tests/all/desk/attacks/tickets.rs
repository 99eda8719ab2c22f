//! What opens a card, and who was first: tickets end, belong to one session and one case; what a colleague did meanwhile is
//! told and not overwritten.

use journeys::{Colleague, TestClinic, on_both, settled};
use kernel::{Case, PersonId, Purpose, Scope, Stop, TicketId};
use trust::access::TicketRefusal;
use trust::vault::{OpeningRefusal, Record, Wanted};

use super::super::{at, booked, practitioner, sound};
use super::references::ids_of;

async fn issue(clinic: &TestClinic, scope: Scope) -> TicketId {
    let issued = clinic.trust.act("test.ticket", scope, |act| {
        Box::pin(async move { act.issue_ticket(None).await })
    });
    settled(issued.await)
}

async fn open(
    clinic: &TestClinic,
    scope: Scope,
    ticket: TicketId,
    person: PersonId,
) -> Option<OpeningRefusal> {
    let opened = clinic.trust.act("test.open", scope, move |act| {
        Box::pin(async move {
            let wanted = Wanted {
                person,
                record: Record::person(person),
                fields: &["surname"],
            };
            act.open(Some(ticket), &[wanted]).await.map(|_| ())
        })
    });
    match opened.await {
        Ok(()) => None,
        Err(Stop::Refused(refusal)) => Some(refusal),
        Err(Stop::Fault(fault)) => panic!("{fault}"),
    }
}

on_both!(
    a_ticket_is_good_for_its_quarter_of_an_hour_its_session_and_its_case,
    |clinic: TestClinic| async move {
        let one = booked(&clinic, "anna", "10:00").await;
        let other = booked(&clinic, "anna", "10:30").await;
        let mut seer = Colleague::at_work(&clinic, "seer", "supervisor").await;
        let person: PersonId = ids_of(&mut seer, one.appointment)
            .await
            .person
            .parse()
            .expect("an id");
        let olga = clinic.staff("olga", "registrar").await;
        let pavel = clinic.staff("pavel", "registrar").await;
        let scope = |who, about: kernel::AppointmentId, purpose| {
            TestClinic::at_work(who, purpose, Some(Case::appointment(about)))
        };
        let hers = scope(olga, one.appointment, Purpose::Services);
        let ticket = issue(&clinic, hers).await;
        assert_eq!(open(&clinic, hers, ticket, person).await, None);
        // A colleague's session, another case, another purpose.
        let not_yours = Some(OpeningRefusal::Ticket(TicketRefusal::NotYours));
        for wrong in [
            scope(pavel, one.appointment, Purpose::Services),
            scope(olga, other.appointment, Purpose::Services),
            scope(olga, one.appointment, Purpose::Contact),
        ] {
            assert_eq!(open(&clinic, wrong, ticket, person).await, not_yours);
        }
        clinic.clock.advance_seconds(15 * 60 - 1);
        assert_eq!(open(&clinic, hers, ticket, person).await, None);
        clinic.clock.advance_seconds(1);
        let expired = Some(OpeningRefusal::Ticket(TicketRefusal::Expired));
        assert_eq!(open(&clinic, hers, ticket, person).await, expired);
        sound(&clinic).await;
    }
);

on_both!(
    of_two_who_move_one_is_told_on_screen,
    |clinic: TestClinic| async move {
        let visit = booked(&clinic, "anna", "10:00").await;
        let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
        let mut pavel = Colleague::at_work(&clinic, "pavel", "registrar").await;
        let anna = practitioner(&clinic, "anna").await.to_string();
        let boris = practitioner(&clinic, "boris").await.to_string();
        let forms = [(&anna, "11:00"), (&boris, "12:00")].map(|(whose, at)| {
            [
                ("version", "0"),
                ("day", journeys::WORK_DAY),
                ("at", at),
                ("column", whose.as_str()),
            ]
        });
        let (hers, his) = (
            ids_of(&mut olga, visit.appointment).await,
            ids_of(&mut pavel, visit.appointment).await,
        );
        let addresses =
            [&hers, &his].map(|ids| format!("/desk/boards/{}/{}/move", ids.board, ids.appointment));
        let (one, other) = tokio::join!(
            olga.post_part(&addresses[0], &forms[0]),
            pavel.post_part(&addresses[1], &forms[1]),
        );
        let mut codes = [one.code(), other.code()];
        codes.sort_unstable();
        assert_eq!(codes, [200, 409], "{} {}", one.text(), other.text());
        let (won, lost, first) = if one.code() == 200 {
            (0, &other, "olga")
        } else {
            (1, &one, "pavel")
        };
        let text = lost.text();
        assert!(
            text.contains(first) && text.contains("перен"),
            "who was first, and what they did: {text}"
        );
        // It stands where the first put it, once.
        let start = at(forms[won][2].1);
        let there = format!("appointment WHERE starts = {start} AND revision = 1");
        assert_eq!(clinic.count(&there).await, 1);
        assert_eq!(
            clinic.entries(trust::journal::Kind::AppointmentMoved).await,
            1
        );
        sound(&clinic).await;
    }
);

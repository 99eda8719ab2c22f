//! 4.1: a named employee takes part in what is done with a booking and stands in the record; a job only marks.

use clinic::booking::Status;
use journeys::{TestClinic, on_both};

use crate::desk::{at_work, booked, done, sound};

on_both!(
    a_named_employee_accepts_and_stands_in_the_record,
    |clinic: TestClinic| async move {
        let visit = booked(&clinic, "anna", "10:00").await;
        clinic.clock.advance_seconds(60 * 60);
        clinic.work().await;
        let open = "appointment WHERE status = 'requested' AND accepted_by IS NULL";
        assert_eq!(
            clinic.count(open).await,
            1,
            "the job marks it and decides nothing"
        );
        let olga = at_work(&clinic, "olga", "registrar").await;
        let accepted = done(clinic.booking.accept(olga, visit).await);
        assert_eq!(accepted.status, Status::Accepted);
        let kernel::Actor::Staff { staff, .. } = olga.actor else {
            panic!("nobody of the staff");
        };
        assert_eq!(accepted.accepted_by, Some(staff));
        assert_eq!(accepted.changed_at, Some(clinic.clock.now()));
        let entry = "journal_entry WHERE kind = 'appointment.accepted'";
        assert_eq!(clinic.count(entry).await, 1);
        sound(&clinic).await;
        assert_eq!(
            clinic
                .sql("UPDATE appointment SET accepted_by = made_by")
                .await,
            1
        );
        let report = clinic.trust.verify().await.expect("the store can be read");
        assert!(!report.sound(), "who accepted was changed unseen");
    }
);

//! 4.2: technical measures at the desk: two factors, what is allowed and no more, sealed proofs, and a record that cannot be
//! changed unseen. What else the clause promises is shown by the stories of backups, keys and the journal.

use journeys::{Colleague, TestClinic, on_both};

use crate::desk::{booked, sound};

on_both!(
    a_password_alone_opens_no_door,
    |clinic: TestClinic| async move {
        let mut olga = Colleague::hired(&clinic, "olga", "registrar").await;
        let begun = "journal_entry WHERE kind = 'session.began'";
        for code in ["", "000000", "12345", "olga"] {
            let answer = olga.signs_in_with(journeys::PASSWORD, code).await;
            assert!(
                matches!(answer.code(), 401 | 403 | 422 | 429),
                "{code}: {}",
                answer.code()
            );
            assert_eq!(clinic.count(begun).await, 0, "{code}");
            clinic.clock.advance_seconds(15 * 60);
        }
        assert_eq!(olga.signs_in().await.code(), 303);
        assert_eq!(clinic.count(begun).await, 1);
    }
);

on_both!(
    each_access_is_told_and_the_record_cannot_be_thinned,
    |clinic: TestClinic| async move {
        booked(&clinic, "anna", "10:00").await;
        let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
        let before = clinic.count("journal_sub").await;
        assert_eq!(olga.get("/desk/today?day=2026-11-24").await.code(), 200);
        assert_eq!(
            clinic.count("journal_sub").await,
            before + 2,
            "the day and who waits"
        );
        sound(&clinic).await;
        // Whoever takes that line away is found.
        assert!(
            clinic
                .sql("DELETE FROM journal_sub WHERE n = (SELECT max(n) FROM journal_sub)")
                .await
                > 0
        );
        let report = clinic.trust.verify().await.expect("the store can be read");
        assert!(
            !report.sound(),
            "an access was taken out of the record unseen"
        );
    }
);

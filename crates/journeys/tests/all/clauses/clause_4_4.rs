//! 4.4: each consent is recorded apart: the exact text shown, its version and hash, the state of the box,
//! time, form and address.

use journeys::{TestClinic, on_both};
use sea_orm::{ConnectionTrait, Statement};

on_both!(
    what_was_agreed_to_can_be_shown,
    |clinic: TestClinic| async move {
        let body = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        assert_eq!(
            clinic
                .post("/api/v1/appointments", &body)
                .send()
                .await
                .code(),
            201
        );
        let db = clinic.trust.reads();
        let sql = "SELECT c.document, c.version, c.language, c.sha256, c.given, c.form, c.at, d.body, c.act FROM consent c \
               JOIN document d ON d.code = c.document AND d.version = c.version AND d.language = c.language \
               WHERE c.document = 'booking-self'";
        let rows = db
            .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
            .await
            .expect("rows");
        assert_eq!(rows.len(), 3, "one row a purpose");
        for row in &rows {
            let text: String = row.try_get("", "body").expect("the text");
            let hash: String = row.try_get("", "sha256").expect("the hash");
            assert_eq!(
                hash,
                hex::encode(<sha2::Sha256 as sha2::Digest>::digest(text.as_bytes())),
                "the hash is of the text shown"
            );
            assert!(row.try_get::<bool>("", "given").expect("the box"));
            assert_eq!(row.try_get::<String>("", "form").expect("the form"), "api");
            assert_eq!(
                row.try_get::<i64>("", "at").expect("the time"),
                clinic.clock.now().micros()
            );
        }
        assert_eq!(
            clinic
                .count("sealed_field WHERE place = 'consent' AND field = 'network_address'")
                .await,
            1
        );
    }
);

on_both!(
    withdrawal_is_a_row_and_counts_at_once,
    |clinic: TestClinic| async move {
        use kernel::{PersonId, Purpose, Scope};
        let body = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        let token = clinic
            .post("/api/v1/appointments", &body)
            .send()
            .await
            .json()["token"]
            .as_str()
            .expect("a token")
            .to_owned();
        let rows = clinic.count("consent").await;
        let db = clinic.trust.reads();
        let row = db
            .query_one_raw(Statement::from_string(
                db.get_database_backend(),
                "SELECT person FROM appointment",
            ))
            .await
            .expect("a question")
            .expect("a row");
        let person = PersonId::from_uuid(row.try_get("", "person").expect("an id"));
        let ended = clinic
            .trust
            .act("test.withdraw", Scope::console(), move |act| {
                Box::pin(async move {
                    let ended = act.withdraw_consent(person, Purpose::Services).await?;
                    act.record(
                        trust::journal::Kind::ConsentWithdrawn,
                        serde_json::Value::Null,
                    )?;
                    Ok::<_, kernel::Stop<()>>(ended)
                })
            })
            .await;
        assert_eq!(journeys::settled(ended), 1);
        assert_eq!(
            clinic.count("consent").await,
            rows + 1,
            "nothing is overwritten"
        );
        let shown = clinic
            .get(format!("/api/v1/appointments/{token}"))
            .send()
            .await;
        assert_eq!(
            shown.json()["patient"]["phone_mask"],
            serde_json::Value::Null,
            "nothing is opened after a withdrawal"
        );
    }
);

//! 5.1: who refuses is named another way and leaves no trace.

use journeys::{TestClinic, on_both};

use super::personal_rows;

on_both!(
    refusing_costs_nothing_and_shows_the_phone,
    |clinic: TestClinic| async move {
        let phone = clinic
            .site
            .texts
            .operator()
            .phones
            .first()
            .cloned()
            .expect("the clinic has a phone");
        let page = clinic.get("/book").send().await;
        assert!(page.text().contains(&phone), "the page names another way");
        let mut body = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        for consent in body["consents"].as_array_mut().expect("consents") {
            consent["given"] = serde_json::json!(false);
        }
        let before = clinic.count("journal_entry").await;
        let answer = clinic.post("/api/v1/appointments", &body).send().await;
        assert_eq!(answer.code(), 422, "{}", answer.text());
        assert_eq!(personal_rows(&clinic).await, 0);
        assert_eq!(
            clinic.count("claim").await,
            0,
            "the time is not taken either"
        );
        assert_eq!(clinic.count("journal_entry").await, before);
    }
);

//! 3.3: contacts are kept as stated. A new form with somebody's phone never shows or changes what is kept of
//! the phone's owner; a human may later judge that two records are of one person.

use journeys::{TestClinic, on_both};
use serde_json::json;

on_both!(
    a_stated_phone_proves_nothing,
    |clinic: TestClinic| async move {
        let first = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        let first = clinic.post("/api/v1/appointments", &first).send().await;
        let mut other = clinic.booking("boris", "2026-11-24T10:00:00+03:00").await;
        other["patient"]["surname"] = json!("Чужакова");
        other["patient"]["birth_date"] = json!("1990-01-01");
        let other = clinic.post("/api/v1/appointments", &other).send().await;
        let mut unknown = clinic.booking("vera", "2026-11-24T10:00:00+03:00").await;
        unknown["patient"]["phone"] = json!("+7 916 777-09-99");
        unknown["patient"]["surname"] = json!("Никтова");
        let unknown = clinic.post("/api/v1/appointments", &unknown).send().await;
        for answer in [&first, &other, &unknown] {
            assert_eq!(answer.code(), 201, "{}", answer.text());
        }
        let keys = |answer: &journeys::Answer| {
            answer
                .json()
                .as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(
            keys(&other),
            keys(&unknown),
            "known and unknown phones look alike"
        );
        assert_eq!(
            clinic.count("person WHERE standing = 'as_stated'").await,
            3,
            "each form makes a person of its own"
        );
        // Afterwards, out of sight, the queue notes that two records may be of one person.
        clinic.work().await;
        assert_eq!(clinic.count("possible_same").await, 1);
        assert_eq!(clinic.count("person").await, 3, "a suggestion joins nobody");
        let shown = clinic
            .get(format!(
                "/api/v1/appointments/{}",
                other.json()["token"].as_str().expect("a token")
            ))
            .send()
            .await;
        assert_eq!(shown.json()["patient"]["phone_mask"], "+7 *** ***-09-13");
    }
);

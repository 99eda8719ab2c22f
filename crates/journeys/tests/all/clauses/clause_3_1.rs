//! 3.1: only what is needed. A field that the service did not declare is refused at the door, not ignored.

use journeys::{TestClinic, on_both};
use serde_json::json;

use super::personal_rows;

on_both!(
    an_undeclared_field_is_refused_with_its_pointer,
    |clinic: TestClinic| async move {
        let usual = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        for (pointer, value) in [
            ("/patient/sex", json!("female")),
            ("/patient/comment", json!("болит спина")),
            ("/patient/passport", json!("4500 123456")),
            ("/comment", json!("болит спина")),
            ("/patient/phone2", json!("+79167770914")),
        ] {
            let mut body = usual.clone();
            let (object, key) = pointer.rsplit_once('/').expect("a pointer");
            body.pointer_mut(object).expect("the object is there")[key] = value;
            let answer = clinic.post("/api/v1/appointments", &body).send().await;
            assert_eq!(answer.code(), 422, "{pointer}: {}", answer.text());
            assert_eq!(answer.header("content-type"), "application/problem+json");
            let errors = answer.json()["errors"].clone();
            assert!(
                errors
                    .as_array()
                    .expect("errors")
                    .iter()
                    .any(|e| e["pointer"] == pointer),
                "{pointer}: {errors}"
            );
            assert!(
                !answer.text().contains("болит"),
                "the value is not repeated"
            );
            assert_eq!(personal_rows(&clinic).await, 0, "{pointer}");
        }
        // Absent and null are the same.
        let mut body = usual;
        body["patient"]["sex"] = json!(null);
        body["patient"]
            .as_object_mut()
            .expect("an object")
            .remove("patronymic");
        let answer = clinic.post("/api/v1/appointments", &body).send().await;
        assert_eq!(answer.code(), 201, "{}", answer.text());
    }
);

//! 5.2: the exact sentence, never ticked beforehand, linked to the version in force; separate consents beside it.

use journeys::{TestClinic, on_both};

const SENTENCE: &str =
    "Настоящим подтверждаю, что я ознакомлен и согласен с условиями политики конфиденциальности";

on_both!(the_tick_of_the_policy, |clinic: TestClinic| async move {
    let asked = clinic
        .get("/api/v1/consents?service=booking&for=self")
        .send()
        .await
        .json();
    let consents = asked["consents"].as_array().expect("consents");
    assert_eq!(consents.len(), 2, "two lines are asked for oneself");
    assert_eq!(
        consents
            .iter()
            .filter(|one| one["text"] == SENTENCE && one["document"] == "policy")
            .count(),
        1
    );
    let policy = clinic.get("/api/v1/policy").send().await.json();
    let line = consents
        .iter()
        .find(|one| one["document"] == "policy")
        .expect("the policy's line");
    assert_eq!(
        (&line["version"], &line["sha256"]),
        (&policy["version"], &policy["sha256"])
    );
    for (whom, lines) in [("child", 3), ("ward", 3), ("adult", 2)] {
        let asked = clinic
            .get(format!("/api/v1/consents?service=booking&for={whom}"))
            .send()
            .await
            .json();
        assert_eq!(
            asked["consents"].as_array().expect("consents").len(),
            lines,
            "{whom}"
        );
    }
});

on_both!(
    an_outdated_version_is_refused,
    |clinic: TestClinic| async move {
        let old = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        clinic
            .publish(
                "policy",
                kernel::Language::Ru,
                "Политика",
                "# Политика\n\nДругая редакция.\n",
                None,
            )
            .await;
        let answer = clinic.post("/api/v1/appointments", &old).send().await;
        assert_eq!(answer.code(), 422, "{}", answer.text());
        assert_eq!(clinic.count("person").await, 0);
        let new = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        assert_eq!(
            clinic
                .post("/api/v1/appointments", &new)
                .send()
                .await
                .code(),
            201
        );
    }
);

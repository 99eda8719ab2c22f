//! 6.1: versions are immutable, each in force from its date; old consents keep the version they saw.

use journeys::{TestClinic, Visitor, on_both};
use kernel::Language;

on_both!(
    a_new_version_takes_effect_on_its_date,
    |clinic: TestClinic| async move {
        let before = clinic.get("/api/v1/policy").send().await.json();
        let body = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        assert_eq!(
            clinic
                .post("/api/v1/appointments", &body)
                .send()
                .await
                .code(),
            201
        );
        let tomorrow = clinic.clock.now().plus_minutes(24 * 60);
        clinic
            .publish(
                "policy",
                Language::Ru,
                "Политика",
                "# Политика\n\nРедакция с завтрашнего дня.\n",
                Some(tomorrow),
            )
            .await;
        let still = clinic.get("/api/v1/policy").send().await.json();
        assert_eq!(still["version"], before["version"], "not before its date");
        clinic.clock.set(tomorrow);
        let now = clinic.get("/api/v1/policy").send().await.json();
        assert_ne!(now["sha256"], before["sha256"]);
        let page = clinic.get("/policy").send().await.text();
        assert!(
            page.contains("Редакция с завтрашнего дня"),
            "the page is the version in force"
        );
        let version = before["version"].as_i64().expect("a number");
        assert_eq!(
            clinic
                .count(&format!(
                    "consent WHERE document = 'policy' AND version = {version}"
                ))
                .await,
            1
        );
        let old = clinic.get(format!("/policy/{version}")).send().await;
        assert_eq!(old.code(), 200, "old versions stay readable");
    }
);

on_both!(
    whoever_consented_reads_what_they_saw,
    |clinic: TestClinic| async move {
        let first = clinic.get("/api/v1/policy").send().await.json();
        let hash =
            |policy: &serde_json::Value| policy["sha256"].as_str().expect("a hash").to_owned();
        let mut anna = Visitor::at_who(&clinic, "self", "visit", 0).await;
        let filled = [
            ("patient.surname", "Пчёлкина"),
            ("patient.given_name", "Анна"),
            ("patient.birth_date", "24.11.1986"),
            ("patient.phone", "8 916 777-09-13"),
            ("given.policy", "yes"),
            ("given.booking-self", "yes"),
        ];
        anna.press(("go", "book"), &filled).await;
        let hers = anna.link("/a/").expect("the secret link");
        let tomorrow = clinic.clock.now().plus_minutes(24 * 60);
        clinic
            .publish(
                "policy",
                Language::Ru,
                "Политика",
                "# Политика\n\nРедакция с завтрашнего дня.\n",
                Some(tomorrow),
            )
            .await;

        // The new one is announced, told apart and compared with the old before it is in force.
        let mut reader = Visitor::at(&clinic, "/policy").await;
        assert!(reader.html().contains(&hash(&first)));
        let coming = reader.link("/policy/2").expect("the coming version");
        reader.go(&coming).await;
        assert!(
            reader.text_of("h1 ~ .notice").contains("в силу"),
            "{}",
            reader.text()
        );
        reader.go("/policy/2/changes").await;
        assert!(
            reader.text_of(".difference").contains("с завтрашнего дня"),
            "{}",
            reader.text()
        );

        clinic.clock.set(tomorrow);
        reader.go("/policy").await;
        let now = clinic.get("/api/v1/policy").send().await.json();
        assert_ne!(hash(&now), hash(&first));
        assert!(reader.html().contains(&hash(&now)));

        // Hers is the old one still, word by word.
        let mut owner = Visitor::at(&clinic, &hers).await;
        owner.go("/appointment/consents").await;
        let read = owner.link("/policy/1").expect("the version she saw");
        owner.go(&read).await;
        assert!(owner.html().contains(&hash(&first)));
        assert!(!owner.text().contains("с завтрашнего дня"));
        let past = owner.text_of("h1 ~ .notice");
        assert!(past.contains("прежняя редакция"), "{past}");
    }
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clinics_real_policy_is_published_and_served() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/policy/medok-policy-ru.txt");
    let Ok(bytes) = std::fs::read(&file) else {
        eprintln!("SKIPPED: the real policy is not beside the checkout");
        return;
    };
    let text = trust::policy::text::Text::read(&bytes).expect("the real policy is readable");
    let clinic = TestClinic::open(journeys::Store::Sqlite)
        .await
        .expect("a file can always be made");
    clinic
        .publish(
            "policy",
            Language::Ru,
            "Политика конфиденциальности",
            text.source(),
            None,
        )
        .await;
    let page = clinic.get("/policy").send().await;
    assert_eq!(page.code(), 200);
    for words in [
        "Рождественский бульвар",
        "marketing@mcmedok.ru",
        "обратный звонок",
        "Фактическое использование",
    ] {
        assert!(page.text().contains(words), "{words}");
    }
    let shown = clinic.get("/api/v1/policy").send().await.json();
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(
        text.source().as_bytes(),
    ));
    assert_eq!(shown["sha256"], hash);
}

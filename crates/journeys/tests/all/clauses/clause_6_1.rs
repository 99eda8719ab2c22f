//! 6.1: versions are immutable, each in force from its date; old consents keep the version they saw.

use journeys::{TestClinic, on_both};
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

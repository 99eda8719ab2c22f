//! 2.1: one operator record stands behind policy, consents and pages; another clinic changes one file.

use journeys::{ClinicOptions, Store, TestClinic, on_both};

on_both!(
    the_operator_is_named_where_data_is_asked,
    |clinic: TestClinic| async move {
        let operator = clinic.site.texts.operator();
        let name = operator.legal_name.ru.clone();
        for path in ["/", "/policy", "/book", "/documents/booking-self"] {
            let answer = clinic.get(path).send().await;
            assert_eq!(answer.code(), 200, "{path}");
            let text = answer.text().replace("&quot;", "\"");
            assert!(
                text.contains(&name),
                "{path} does not name the operator {name}"
            );
        }
    }
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_clinic_changes_one_file() {
    let record = trust::consent::declaration::bundled::DEMO_OPERATOR;
    let usual =
        trust::consent::declaration::Operator::parse(record).expect("the demo's record is sound");
    let other = record.replace(&usual.legal_name.ru, "ООО «Тестовая пасека»");
    assert_ne!(other, record);
    let options = ClinicOptions {
        files: vec![("operator.toml".into(), other)],
        ..ClinicOptions::default()
    };
    let clinic = TestClinic::open_with(Store::Sqlite, options)
        .await
        .expect("a file can always be made");
    for path in ["/", "/policy", "/documents/booking-self"] {
        let text = clinic.get(path).send().await.text();
        assert!(
            text.contains("Тестовая пасека"),
            "{path} still names the other clinic"
        );
    }
}

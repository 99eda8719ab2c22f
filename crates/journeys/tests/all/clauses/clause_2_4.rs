//! 2.4: a service is a declaration. A fourth one — справка для налогового вычета — is a new file, not a new
//! special case: its form, validation, consents and storage follow.

use journeys::{ClinicOptions, TestClinic, Visitor, on_both};
use serde_json::json;
use trust::consent::declaration::bundled;

async fn story(clinic: TestClinic) {
    let asked = clinic
        .get("/api/v1/consents?service=tax_certificate&for=self")
        .send()
        .await;
    assert_eq!(asked.code(), 200, "{}", asked.text());
    let asked = asked.json();
    let fields = asked["fields"].as_array().expect("fields").clone();
    let codes: Vec<&str> = fields
        .iter()
        .filter_map(|field| field["code"].as_str())
        .collect();
    for code in ["surname", "given_name", "birth_date", "inn"] {
        assert!(
            codes.contains(&code),
            "{code} is declared, asked: {codes:?}"
        );
    }
    let page = clinic.get("/services/tax_certificate").send().await;
    assert_eq!(page.code(), 200, "{}", page.text());
    for field in &fields {
        let label = field["label"].as_str().expect("a label");
        assert!(page.text().contains(label), "the form asks {label}");
    }
    let mut patient = serde_json::Map::new();
    for field in &fields {
        let value = match field["kind"].as_str().expect("a kind") {
            "surname" => json!("Тестова"),
            "given_name" | "name" => json!("Мария"),
            "patronymic" => json!("Ивановна"),
            "birth_date" => json!("1986-11-24"),
            "phone" => json!("+79167770913"),
            "email" => json!("maria@example.ru"),
            "inn" => json!("500100732259"),
            "year" => json!("2025"),
            "choice" => field["options"][0]["code"].clone(),
            _ => continue,
        };
        patient.insert(field["code"].as_str().expect("a code").into(), value);
    }
    let mut body = json!({
        "language": "ru", "for": "self", "patient": patient,
        "consents": clinic.consents("tax_certificate", "self").await,
    });
    let answer = clinic
        .post("/api/v1/submissions/tax_certificate", &body)
        .send()
        .await;
    assert_eq!(answer.code(), 201, "{}", answer.text());
    assert_eq!(clinic.count("submission").await, 1);
    assert_eq!(clinic.count("person").await, 1);
    assert!(
        clinic
            .count("sealed_field WHERE field = 'inn' AND place = 'submission'")
            .await
            == 1
    );
    body["patient"]["complaint"] = json!("болит");
    let undeclared = clinic
        .post("/api/v1/submissions/tax_certificate", &body)
        .send()
        .await;
    assert_eq!(undeclared.code(), 422, "{}", undeclared.text());
    assert!(!undeclared.text().contains("болит"));
    assert_eq!(clinic.count("submission").await, 1);
    let register = trust::consent::declaration::register(
        &clinic
            .site
            .texts
            .declarations()
            .cloned()
            .collect::<Vec<_>>(),
        clinic.site.texts.operator(),
    );
    assert!(
        register
            .iter()
            .any(|row| row.name().starts_with("tax_certificate/")),
        "the register has the new service"
    );
    let absent = clinic.get("/services/no_such_service").send().await;
    assert_eq!(absent.code(), 404);
}

/// Booking itself, asking one field more than booking has a name for.
fn with_sex_asked() -> ClinicOptions {
    let field = "\n[[fields]]\ncode = \"sex\"\ncategory = \"identity\"\nparties = [\"patient\"]\nrequired = true\n";
    let declaration = bundled::BOOKING
        .replacen(
            "fields = [\"surname\",",
            "fields = [\"sex\", \"surname\",",
            1,
        )
        .replacen("\n[[fields]]", &format!("{field}\n[[fields]]"), 1);
    let files = vec![("declarations/booking.toml".into(), declaration)];
    ClinicOptions {
        files,
        ..ClinicOptions::default()
    }
}

async fn one_field_more(clinic: TestClinic) {
    let start = clinic
        .free("visit", "anna", journeys::WORK_DAY)
        .await
        .remove(0);
    let mut body = clinic.booking("anna", &start).await;
    let missing = clinic.post("/api/v1/appointments", &body).send().await;
    assert_eq!(
        missing.code(),
        422,
        "the field is required: {}",
        missing.text()
    );
    body["patient"]["sex"] = json!("female");
    let booked = clinic.post("/api/v1/appointments", &body).send().await;
    assert_eq!(booked.code(), 201, "{}", booked.text());

    let mut page = Visitor::at(&clinic, "/book?for=self").await;
    let service = clinic.id("service", "visit").await;
    page.press(("choose", &service), &[]).await;
    page.choose("slot", 3).await;
    let filled = [
        ("patient.surname", "Тестова"),
        ("patient.given_name", "Мария"),
        ("patient.birth_date", "24.11.1986"),
        ("patient.phone", "+7 916 777-09-14"),
        ("patient.sex", "female"),
        ("given.policy", "yes"),
        ("given.booking-self", "yes"),
    ];
    page.press(("go", "book"), &filled).await;
    assert_eq!(page.heading(), "Вы записаны", "{}", page.text());
    let sealed = "sealed_field WHERE field = 'sex' AND place = 'appointment'";
    assert_eq!(clinic.count(sealed).await, 2, "sealed with the appointment");
}

on_both!(
    a_fourth_service_is_a_file,
    ClinicOptions::with_tax_certificate(),
    story
);
on_both!(a_field_more_is_a_line, with_sex_asked(), one_field_more);

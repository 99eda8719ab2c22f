//! An empty house becomes a clinic that can be booked, step by step.

use clinic::booking::catalogue::NewCatalogue;
use journeys::{ClinicOptions, Colleague, TestClinic, Visitor, WORK_DAY, on_both};

use super::sound;

/// The record of a clinic of its own: numbers that check themselves, a host that is reserved.
const RECORD: [(&str, &str); 15] = [
    ("name", "Клиника «Липа»"),
    (
        "legal_name",
        "Общество с ограниченной ответственностью «Липа»",
    ),
    ("short_name", "ООО «Липа»"),
    ("inn", "7700000009"),
    ("ogrn", "1027700000008"),
    ("legal_address", "101000, г. Москва, ул. Липовая, д. 1"),
    ("phones", "+7 495 000-00-07, +7 495 000-00-08"),
    ("email", "help@lipa.example"),
    ("site", "https://lipa.example"),
    ("licence_number", "Л041-00110-77/00000001"),
    ("licence_date", "2025-02-03"),
    ("licence_issuer", "Департамент здравоохранения"),
    ("responsible", "главный врач"),
    ("system", "ИСПДн «Регистратура»"),
    ("postal_address", ""),
];

async fn post(one: &mut Colleague<'_>, step: &str, form: &[(&str, &str)]) {
    let answer = one.post(&format!("/desk/setup/{step}"), form).await;
    assert_eq!(answer.code(), 303, "{step}: {}", answer.text());
}

async fn step(one: &mut Colleague<'_>) -> String {
    one.get("/desk/setup").await.text()
}

fn empty() -> ClinicOptions {
    ClinicOptions {
        catalogue: NewCatalogue::default(),
        ..ClinicOptions::default()
    }
}

on_both!(
    an_empty_house_is_set_up_and_booked,
    empty(),
    |clinic: TestClinic| async move {
        let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
        let overview = keeper.get("/desk/clinic").await.text();
        assert!(overview.contains("/desk/setup"), "{overview}");
        let first = step(&mut keeper).await;
        assert!(first.contains("Полное наименование"), "{first}");
        assert!(
            !first.contains("Медок-Демо“"),
            "the sample's record is nobody's"
        );

        // What cannot be is told at its field, and what was typed stays.
        let mut wrong = RECORD.to_vec();
        wrong[3].1 = "7700000008";
        let told = keeper.post("/desk/setup/operator", &wrong).await;
        assert_eq!(told.code(), 422);
        assert!(told.text().contains("Это не ИНН"), "{}", told.text());
        assert!(told.text().contains("value=\"7700000008\""));
        for _ in 0..2 {
            post(&mut keeper, "operator", &RECORD).await;
        }
        let contacts = Visitor::at(&clinic, "/").await.text();
        assert!(
            contacts.contains("ООО «Липа»") || contacts.contains("«Липа»"),
            "{contacts}"
        );

        let branch = [
            ("title", "На Липовой"),
            ("address", "Москва, ул. Липовая, 1"),
            ("phone", "+7 495 000-00-07"),
            ("opens", "08:00"),
            ("closes", "20:00"),
            ("zone", "Europe/Moscow"),
        ];
        assert!(
            step(&mut keeper).await.contains("Часовой пояс"),
            "the next step"
        );
        post(&mut keeper, "branch", &branch).await;
        let person = [
            ("title", "Щукина Юлия"),
            ("family", "therapist"),
            ("work", "9-13, 14-18"),
            ("saturday", ""),
            ("sunday", ""),
        ];
        let mut without = person;
        without[2].1 = "";
        let told = keeper.post("/desk/setup/people", &without).await;
        assert_eq!(told.code(), 422, "nobody without hours");
        for _ in 0..2 {
            post(&mut keeper, "people", &person).await;
        }
        let told = keeper
            .post(
                "/desk/setup/services",
                &[
                    ("service.0", "yes"),
                    ("practitioners.schukina-yuliya", "yes"),
                    ("minutes0", "30"),
                ],
            )
            .await;
        assert_eq!(told.code(), 422, "a price is the clinic's own");
        let services = [
            ("service.0", "yes"),
            ("minutes0", "30"),
            ("price0", "1 900"),
            ("practitioners.schukina-yuliya", "yes"),
        ];
        for _ in 0..2 {
            post(&mut keeper, "services", &services).await;
        }

        // It can be left and taken up again, also after a restart.
        let cookies = keeper.cookies.clone();
        let (id, login, second) = (keeper.id, keeper.login.clone(), keeper.second.clone());
        drop(keeper);
        let clinic = clinic.restart().await;
        let mut keeper = Colleague::nobody(&clinic, id, &login).with(second);
        keeper.cookies = cookies;
        let texts = step(&mut keeper).await;
        assert!(texts.contains("Подготовить тексты"), "{texts}");
        for _ in 0..2 {
            post(&mut keeper, "texts", &[]).await;
        }
        let ready = step(&mut keeper).await;
        assert!(
            ready.contains("Клиника готова") && ready.contains("href=\"/book\""),
            "{ready}"
        );

        let policy = Visitor::at(&clinic, "/policy").await.text();
        assert!(
            policy.contains("«Липа»") && !policy.contains("Медок-Демо"),
            "{policy}"
        );
        // The record itself is no document for visitors.
        let record = Visitor::at(&clinic, "/documents/house:operator.toml").await;
        assert_eq!(record.code(), 404);

        // A visitor books what was set up.
        let free = clinic
            .free("priem-terapevta", "schukina-yuliya", WORK_DAY)
            .await;
        assert_eq!(free.len(), 16, "{free:?}");
        let body = serde_json::json!({
            "service": clinic.id("service", "priem-terapevta").await,
            "practitioner": clinic.id("practitioner", "schukina-yuliya").await,
            "branch": clinic.id("branch", "na-lipovoy").await,
            "start": free[0],
            "hold": null,
            "language": "ru",
            "for": "self",
            "patient": {
                "surname": "Тестова", "given_name": "Мария", "patronymic": "Ивановна",
                "birth_date": "1986-11-24", "phone": "+7 916 777-09-13", "email": null
            },
            "representative": null,
            "booker": null,
            "consents": clinic.consents("booking", "self").await,
        });
        let answer = clinic.post("/api/v1/appointments", &body).send().await;
        assert_eq!(answer.code(), 201, "{}", answer.text());
        sound(&clinic).await;
    }
);

//! Papers handed out: the slip of an appointment, other documents, and what happens where none can be printed.

use std::time::Duration;

use clinic::papers::Papers;
use documents::{Limits, Renderer};
use journeys::{ClinicOptions, Store, TestClinic, fold, on_both, pdf_text};
use kernel::Language;
use serde_json::{Value, json};

const SLIP: &str = "/appointment/slip.pdf";

/// Books for tomorrow at ten; gives the answer and the cookie of its link.
async fn booked(clinic: &TestClinic) -> (Value, String) {
    let body = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
    let answer = clinic.post("/api/v1/appointments", &body).send().await;
    assert_eq!(answer.code(), 201, "{}", answer.text());
    let booked = answer.json();
    let token = booked["token"].as_str().expect("a token");
    (booked.clone(), format!("appointment={token}"))
}

async fn slip(clinic: &TestClinic, cookie: &str) -> journeys::Answer {
    clinic.get(SLIP).header("cookie", cookie).send().await
}

on_both!(
    a_slip_is_had_with_the_link_alone,
    |clinic: TestClinic| async move {
        let (appointment, cookie) = booked(&clinic).await;
        for nobody in [
            "",
            "appointment=",
            "appointment=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            let none = slip(&clinic, nobody).await;
            assert_eq!(none.code(), 404, "{nobody}");
            assert!(none.header("content-type").starts_with("text/html"));
        }

        let before = clinic.count("journal_sub").await;
        let paper = slip(&clinic, &cookie).await;
        assert_eq!(paper.code(), 200, "{}", paper.text());
        assert_eq!(paper.header("content-type"), "application/pdf");
        assert_eq!(paper.header("cache-control"), "no-store");
        assert_eq!(paper.header("etag"), "");
        assert_eq!(
            paper.header("content-disposition"),
            "inline; filename=\"visit.pdf\""
        );
        assert!(
            clinic.count("journal_sub").await > before,
            "what was opened for it stands in the journal"
        );
        let page = clinic
            .get("/appointment")
            .header("cookie", &cookie)
            .send()
            .await;
        assert!(page.text().contains(&format!("href=\"{SLIP}\"")));
        let read = fold(&pdf_text(&paper.body));
        let catalogue = clinic.booking.catalogue().await.expect("a catalogue");
        let (branch, doctor) = (
            &catalogue.branches[0],
            &clinic.id("practitioner", "anna").await,
        );
        let doctor = catalogue
            .resources
            .iter()
            .find(|one| one.id.to_string() == *doctor)
            .expect("the doctor");
        for words in [
            "10:00",
            "24 ноября 2026 года, вторник",
            branch.address.get(Language::Ru),
            branch.phone.as_str(),
            doctor.title.get(Language::Ru),
            clinic.site.texts.operator().outgoing_numbers[0].as_str(),
            "+7 *** ***-09-13",
        ] {
            assert!(read.contains(&fold(words)), "{words}: {read}");
        }
        // No more of the patient than the page says, and no secret.
        let token = appointment["token"].as_str().expect("a token");
        for never in ["Тестова", "Мария", "777-09", "1986", token] {
            assert!(!read.contains(&fold(never)), "{never}: {read}");
        }

        let english = clinic
            .get(format!("{SLIP}?language=en"))
            .header("cookie", &cookie)
            .send()
            .await;
        let read = fold(&pdf_text(&english.body));
        assert!(read.contains("24November2026,Tuesday"), "{read}");

        let cancel = format!("/api/v1/appointments/{token}/cancel");
        assert_eq!(clinic.post(cancel, &json!({})).send().await.code(), 200);
        let settled = slip(&clinic, &cookie).await;
        assert_eq!(settled.code(), 303, "a time that is gone is not printed");
        assert_eq!(settled.header("location"), "/appointment?done=settled");
    }
);

on_both!(
    every_document_is_printed_at_its_own_address,
    |clinic: TestClinic| async move {
        let consents = clinic
            .get("/api/v1/consents?service=booking&for=self")
            .send()
            .await
            .json();
        for one in consents["consents"].as_array().expect("consents") {
            let of = |name: &str| one[name].as_str().expect("a text").to_owned();
            if of("document") == "policy" {
                continue;
            }
            let path = format!("/documents/{}/{}/pdf", of("document"), one["version"]);
            let paper = clinic.get(&path).send().await;
            assert_eq!(paper.code(), 200, "{path}");
            let read = fold(&pdf_text(&paper.body));
            assert!(read.contains(&fold(&of("title"))), "{path}: {read}");
            assert!(read.contains(&of("sha256")), "{path}: {read}");
        }
    }
);

on_both!(
    the_receipt_of_a_consent_is_printed_for_its_holder,
    |clinic: TestClinic| async move {
        let (_, cookie) = booked(&clinic).await;
        clinic.trust.sign_checkpoint().await.expect("a checkpoint");
        let page = clinic
            .get("/appointment/consents")
            .header("cookie", &cookie)
            .send()
            .await
            .text();
        let start = page.find("/appointment/consents/").expect("a receipt");
        let pdf = page[start..].split('"').next().expect("an address");
        let json = pdf.replace(".pdf", ".json");
        let told = clinic.get(&json).header("cookie", &cookie).send().await;
        assert_eq!(told.code(), 200, "{}", told.text());
        let told = told.text();
        assert_eq!(
            clinic.get(pdf).send().await.code(),
            404,
            "not without the link"
        );
        let paper = clinic.get(pdf).header("cookie", &cookie).send().await;
        assert_eq!(paper.code(), 200, "{}", paper.text());
        assert_eq!(paper.header("content-type"), "application/pdf");
        assert_eq!(paper.header("cache-control"), "no-store");
        let read = fold(&pdf_text(&paper.body));
        let operator = clinic.site.texts.operator();
        for words in [
            "Подтверждение согласия",
            "Согласие дано",
            "clinic.test/journal",
            &operator.privacy_email,
            &operator.ogrn,
        ] {
            assert!(read.contains(&fold(words)), "{words}: {read}");
        }
        // The same hash of the text stands in the file and on the paper.
        let hash = read.split("SHA-256текста").nth(1).expect("a hash");
        let hash: String = hash.chars().take(64).collect();
        assert!(told.contains(&hash), "{hash}");
        for never in ["Тестова", "777-09"] {
            assert!(!read.contains(never), "{never}: {read}");
        }
    }
);

/// The clinic with another printer.
fn printed_by(clinic: &mut TestClinic, renderer: Renderer) {
    clinic.site.papers = Papers::open(
        clinic.trust.clone(),
        clinic.booking.clone(),
        clinic.site.texts.clone(),
        renderer,
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_can_be_printed_the_page_says_what_to_do() {
    let mut clinic = TestClinic::open(Store::Sqlite)
        .await
        .expect("a file can always be made");
    let (_, cookie) = booked(&clinic).await;
    let soon = Limits {
        time: Duration::ZERO,
        ..Limits::default()
    };
    for renderer in [
        Renderer::new("/nowhere/medok".into()),
        Renderer::with_limits("/bin/cat".into(), soon),
        Renderer::new("/bin/false".into()),
    ] {
        printed_by(&mut clinic, renderer);
        let policy = clinic.get("/upload/personal_medok.pdf").send().await;
        assert_eq!(policy.code(), 503);
        assert!(policy.header("retry-after").parse::<u32>().is_ok());
        assert!(policy.header("content-type").starts_with("text/html"));
        assert_eq!(policy.header("etag"), "");
        assert!(policy.text().contains("href=\"/policy\""));
        assert!(policy.text().contains("Сам текст цел"), "{}", policy.text());
        assert_eq!(clinic.get("/policy").send().await.code(), 200);

        let slip = slip(&clinic, &cookie).await;
        assert_eq!(slip.code(), 503);
        assert!(slip.text().contains("Ваша запись на месте"));
        let page = clinic.get("/appointment").header("cookie", &cookie);
        assert_eq!(page.send().await.code(), 200, "nothing else breaks");
    }
    // A failure is not kept: with the printer back, the paper is.
    printed_by(&mut clinic, journeys::printer());
    let policy = clinic.get("/upload/personal_medok.pdf").send().await;
    assert_eq!(policy.code(), 200, "{}", policy.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clinic_may_choose_another_address_for_its_policy() {
    let clinic = TestClinic::open_with(Store::Sqlite, ClinicOptions::default())
        .await
        .expect("a file can always be made");
    assert_eq!(web::check(&clinic.site).await, Ok(()));
    for (path, free) in [
        ("/docs/privacy.pdf", true),
        ("/policy.pdf", true),
        ("/policy", false),
        ("/policy/privacy.pdf", false),
        ("/documents/policy/1/pdf", false),
        ("/book", false),
        ("/api/v1/policy", false),
        ("/journal/policy.pdf", false),
        ("/appointment/policy.pdf", false),
    ] {
        let file = clinic.folder().join("clinic/operator.toml");
        let own = std::fs::read_to_string(&file).expect("the record");
        let moved = own.replace("/upload/personal_medok.pdf", path);
        std::fs::write(&file, &moved).expect("the record is written");
        let texts = trust::consent::ClinicTexts::read(&clinic.folder().join("clinic"));
        std::fs::write(&file, &own).expect("the record is written back");
        let mut site = clinic.site.clone();
        site.texts = std::sync::Arc::new(texts.expect("the texts are sound"));
        let checked = web::check(&site).await;
        assert_eq!(checked.is_ok(), free, "{path}: {checked:?}");
        if let Err(why) = checked {
            assert!(
                why.contains(path) && why.contains("write another one"),
                "{why}"
            );
        }
    }
}

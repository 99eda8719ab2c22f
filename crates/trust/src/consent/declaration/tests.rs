//! The bundled files through the whole of the module, and what happens to wrong ones.

use std::path::Path;

use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::policy::text::Text;

mod broken;
mod submitted;

fn whitelist() -> Whitelist {
    Whitelist::parse(bundled::WHITELIST).expect("the bundled whitelist is right")
}

fn booking() -> Declaration {
    Declaration::parse(bundled::BOOKING, &whitelist()).expect("the bundled booking is right")
}

fn tax_certificate() -> Declaration {
    Declaration::parse(bundled::TAX_CERTIFICATE, &whitelist()).expect("the bundled sample is right")
}

fn demo() -> bundled::DemoTexts {
    bundled::demo(date(2026, 11, 24)).unwrap_or_else(|problems| {
        panic!(
            "{}",
            problems
                .iter()
                .map(|problem| format!("{problem}\n"))
                .collect::<String>()
        )
    })
}

#[test]
fn booking_asks_exactly_the_fields_of_the_public_contract() {
    let booking = booking();
    let asked = |for_whom| {
        booking
            .fields_for(for_whom)
            .iter()
            .map(|field| format!("{}.{}", field.party.code(), field.code))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let patient = "patient.surname patient.given_name patient.patronymic patient.birth_date patient.phone patient.email";
    let mut expected: Vec<&str> = patient.split(' ').collect();
    let sorted = |text: String| {
        let mut list: Vec<String> = text.split(' ').map(str::to_owned).collect();
        list.sort();
        list
    };
    expected.sort_unstable();
    assert_eq!(sorted(asked(ForWhom::Myself)), expected);
    let representative = format!(
        "{patient} representative.surname representative.given_name representative.patronymic representative.phone representative.basis"
    );
    assert_eq!(
        sorted(asked(ForWhom::Child)),
        sorted(representative.clone())
    );
    assert_eq!(sorted(asked(ForWhom::Ward)), sorted(representative));
    assert_eq!(
        sorted(asked(ForWhom::Adult)),
        sorted(format!("{patient} booker.given_name booker.phone"))
    );
    assert!(
        booking.is_secret(),
        "a person and a doctor in one row are a medical secret"
    );
}

#[test]
fn two_lines_for_oneself_one_more_for_a_child_and_nobodys_name_is_used() {
    let booking = booking();
    let asked = |for_whom| {
        booking
            .consents_for(for_whom)
            .iter()
            .map(|consent| consent.document.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(asked(ForWhom::Myself), "policy booking-self");
    assert_eq!(
        asked(ForWhom::Child),
        "policy booking-representative booking-child"
    );
    assert_eq!(
        asked(ForWhom::Ward),
        "policy booking-representative booking-ward"
    );
    assert_eq!(asked(ForWhom::Adult), "policy booking-other");
    assert!(
        booking
            .consents_for(ForWhom::Adult)
            .iter()
            .all(|consent| consent.about != Some(Party::Patient))
    );
    assert_eq!(booking.consents[0].sentence.ru, POLICY_SENTENCE);
    assert!(
        booking
            .consents
            .iter()
            .all(|consent| consent.required && !consent.purposes.contains(&Purpose::Offers))
    );
}

#[test]
fn the_fourth_service_comes_by_declaration_alone() {
    let certificate = tax_certificate();
    let codes: Vec<_> = certificate
        .fields_for(ForWhom::Myself)
        .iter()
        .map(|field| field.code.as_str())
        .collect();
    assert_eq!(
        codes,
        [
            "surname",
            "given_name",
            "patronymic",
            "birth_date",
            "inn",
            "year",
            "phone",
            "email"
        ]
    );
    assert!(
        certificate.fields_for(ForWhom::Child).is_empty()
            && certificate.consents_for(ForWhom::Child).is_empty()
    );
    let operator = demo().operator;
    for source in bundled::TAX_CERTIFICATE_CONSENTS {
        let composed = Document::parse(source)
            .expect("read")
            .compose_consent(&operator, &certificate)
            .expect("filled");
        assert!(
            composed.markdown.contains("ИНН налогоплательщика")
                || composed.markdown.contains("taxpayer number (INN)"),
            "{}",
            composed.markdown
        );
    }
}

#[test]
fn the_demo_clinics_documents_are_whole_in_both_languages() {
    let texts = demo();
    let composed: Vec<_> = texts.policy.iter().chain(&texts.consents).collect();
    assert_eq!(composed.len(), 12);
    for document in &composed {
        let text = Text::read(document.markdown.as_bytes()).expect("a text");
        let plain = text.plain();
        assert_eq!(text.title().as_deref(), Some(document.title.as_str()));
        assert!(
            !plain.contains(['{', '}', '*', '\\', '[']),
            "{}: {plain}",
            document.code
        );
        for value in [
            texts.operator.legal_name.get(document.language),
            texts.operator.legal_address.get(document.language),
            &texts.operator.privacy_email,
            "1000000000000",
        ] {
            assert!(plain.contains(value), "{} lacks {value}", document.code);
        }
        assert!(
            text.html()
                .contains("href=\"mailto:privacy@medok-demo.example\""),
            "{}",
            document.code
        );
    }
    for asked in &texts.declarations[0].consents {
        for language in Language::ALL {
            assert_eq!(
                composed
                    .iter()
                    .filter(|document| document.code == asked.document
                        && document.language == *language)
                    .count(),
                1,
                "{} {}",
                asked.document,
                language.code()
            );
        }
    }
}

#[test]
fn a_consent_lists_exactly_what_the_form_asks() {
    let texts = demo();
    let list = |code: &str| {
        let document = texts
            .consents
            .iter()
            .find(|document| document.code == code && document.language == Language::Russian)
            .expect("there");
        let start = document
            .markdown
            .split("Перечень: ")
            .nth(1)
            .expect("a list");
        start.split('.').next().expect("an end").to_owned()
    };
    let made = ", врач, к которому сделана запись, специальность врача, выбранная услуга, дата, время и место приёма, состояние записи";
    let patient = format!(
        "фамилия, имя, отчество (по желанию), дата рождения, телефон, электронная почта (по желанию){made}"
    );
    assert_eq!(list("booking-self"), patient);
    assert_eq!(list("booking-child"), patient);
    assert_eq!(
        list("booking-representative"),
        "фамилия, имя, отчество (по желанию), телефон, основание представительства"
    );
    assert_eq!(list("booking-other"), "имя, телефон");
}

#[test]
fn the_policy_says_per_purpose_all_that_the_law_asks() {
    let texts = demo();
    let policy = Text::read(texts.policy[0].markdown.as_bytes())
        .expect("a text")
        .plain();
    let rows = register(&texts.declarations, &texts.operator);
    for heading in [
        "Категории данных:",
        "Чьи данные:",
        "Способ обработки:",
        "Сроки обработки и хранения:",
        "Порядок уничтожения:",
        "Правовое основание:",
    ] {
        assert_eq!(policy.matches(heading).count(), rows.len(), "{heading}");
    }
    for needed in [
        "24 ноября 2026 года",
        POLICY_SENTENCE,
        "заместитель главного врача по защите данных",
        "https://medok-demo.example/upload/personal_medok.pdf",
        "Как отозвать согласие",
        "Роскомнадзор",
        "законные представители пациентов",
        "не дольше 3 лет",
    ] {
        assert!(policy.contains(needed), "{needed}");
    }
    let english = Text::read(texts.policy[1].markdown.as_bytes())
        .expect("a text")
        .plain();
    for heading in [
        "Categories of data:",
        "Whose data:",
        "Method:",
        "Terms:",
        "Order of destruction:",
    ] {
        assert_eq!(english.matches(heading).count(), rows.len(), "{heading}");
    }
    let numbers = |text: &str| {
        text.lines()
            .filter_map(|line| {
                line.split_once(". ")
                    .filter(|(number, _)| number.contains('.'))
                    .map(|(number, _)| number.to_owned())
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers(&policy), numbers(&english), "clause by clause");
}

#[test]
fn the_register_has_a_whole_row_per_service_and_purpose() {
    let rows = register(&[booking(), tax_certificate()], &demo().operator);
    assert_eq!(
        rows.iter().map(RegisterRow::name).collect::<Vec<_>>(),
        [
            "booking/services",
            "booking/identification",
            "booking/contact",
            "tax_certificate/services",
            "tax_certificate/contact"
        ]
    );
    for row in &rows {
        assert!(
            row.secret
                && !row.categories.is_empty()
                && !row.data.is_empty()
                && !row.subjects.is_empty()
                && !row.bases.is_empty()
                && !row.terms.is_empty(),
            "{row:?}"
        );
    }
    let contact = &rows[2];
    assert_eq!(
        contact.categories,
        [Category::Identity, Category::Contact, Category::Special]
    );
    assert_eq!(
        contact
            .subjects
            .iter()
            .map(|words| words.en.as_str())
            .collect::<Vec<_>>(),
        [
            "patients",
            "patients' legal representatives",
            "persons booking for another adult"
        ]
    );
    assert_eq!(
        rows[1].subjects.len(),
        2,
        "the booker's consent names no identification"
    );
    assert_eq!(
        rows[4].terms[0].ru,
        "обращение исполнено — хранение не дольше 30 календарных дней, затем данные уничтожаются (152-ФЗ ст. 21 ч. 4)"
    );
}

#[test]
fn another_clinic_changes_one_file() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/policy/medok-policy-ru.txt");
    let Ok(policy) = std::fs::read_to_string(&path) else {
        eprintln!(
            "skipped: the real policy is not beside the checkout ({})",
            path.display()
        );
        return;
    };
    let between = |from: &str, to: &str| {
        policy
            .split(from)
            .nth(1)
            .and_then(|rest| rest.split(to).next())
            .map(str::trim)
            .expect("the policy says it")
            .to_owned()
    };
    let (legal, postal) = (
        between("Юридический адрес:", ", почтовый адрес"),
        between("почтовый адрес:", ".\n"),
    );
    let (host, email) = (
        between("по адресу ", " и являющийся"),
        between("по электронной почте ", ".\n\n")
            .trim_end_matches('.')
            .to_owned(),
    );
    let name = between("- 2.1** **", "**");
    let record = format!(
        "legal_name = \"{name}\"\nshort_name = \"{name}\"\nname = \"{name}\"\nlegal_address = \"{legal}\"\npostal_address = \"{postal}\"\nsite = \"https://{host}\"\nemail = \"{email}\"\n\
         phones = [\"+7 495 000-00-00\"]\nogrn = \"1000000000000\"\ninn = \"0000000000\"\n[licence]\nnumber = \"0\"\nissued_on = 2026-01-12\nissuer = \"0\"\n[responsible]\npost = \"врач\"\n[system]\nname = \"ИСПДн\"\n"
    );
    let operator = Operator::parse(&record).expect("a record");
    assert_eq!(
        operator.policy_url(),
        format!("https://{}", between("доступна на сайте по адресу: ", "\n"))
    );
    assert_eq!(
        (
            operator.privacy_email.as_str(),
            operator.outgoing_numbers.len()
        ),
        (email.as_str(), 1)
    );
    let booking = booking();
    for source in bundled::BOOKING_CONSENTS {
        let text = Document::parse(source)
            .expect("read")
            .compose_consent(&operator, &booking)
            .expect("filled")
            .markdown;
        assert!(text.contains(&legal) && text.contains(&postal) && text.contains(&name));
        assert!(
            !text.contains("Демо") && !text.contains("demo"),
            "nothing of another operator"
        );
    }
}

#[test]
fn nothing_in_the_texts_names_a_real_clinic() {
    let texts = [
        &[
            bundled::DEMO_OPERATOR,
            bundled::BOOKING,
            bundled::TAX_CERTIFICATE,
            bundled::WHITELIST,
        ],
        &bundled::DEMO_POLICY[..],
        &bundled::BOOKING_CONSENTS[..],
        &bundled::TAX_CERTIFICATE_CONSENTS[..],
    ]
    .concat();
    for text in texts {
        for name in ["МЕДОК»", "mcmedok", "Никопольская", "Рождественский"]
        {
            assert!(!text.contains(name), "{name}");
        }
    }
}

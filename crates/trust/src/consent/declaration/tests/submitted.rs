//! Submissions at the door.

use std::sync::LazyLock;

use super::*;

fn patient() -> Value {
    json!({"surname": "Ёлкина-Оглы", "given_name": "Анна", "patronymic": null, "birth_date": "1990-02-28", "phone": "8 (916) 000-00-00", "email": "a@b.example"})
}

fn told(declaration: &Declaration, for_whom: ForWhom, submitted: &Value) -> Vec<String> {
    let map = submitted.as_object().expect("an object");
    declaration
        .check(for_whom, map)
        .iter()
        .map(|refusal| format!("{} {}", refusal.pointer, refusal.reason.code()))
        .collect()
}

#[test]
fn a_right_submission_is_taken_in_every_case() {
    let booking = booking();
    let representative = json!({"surname": "О’Нил", "given_name": "Жан Поль", "phone": "+79160000000", "basis": "parent"});
    let mut child = patient();
    child["phone"] = Value::Null;
    let none: Vec<String> = Vec::new();
    assert_eq!(
        told(
            &booking,
            ForWhom::Myself,
            &json!({"patient": patient(), "representative": null, "booker": null})
        ),
        none
    );
    assert_eq!(
        told(
            &booking,
            ForWhom::Child,
            &json!({"patient": child, "representative": representative})
        ),
        none
    );
    assert_eq!(
        told(
            &booking,
            ForWhom::Ward,
            &json!({"patient": child, "representative": representative, "booker": null})
        ),
        none
    );
    assert_eq!(
        told(
            &booking,
            ForWhom::Adult,
            &json!({"patient": child, "booker": {"given_name": "Иван", "phone": "+7 916 000-00-00"}})
        ),
        none
    );
    assert_eq!(
        told(
            &tax_certificate(),
            ForWhom::Myself,
            &json!({"patient": {"surname": "А", "given_name": "Б", "birth_date": "1990-01-01", "inn": "500100732259", "year": 2025, "phone": "+79160000000"}})
        ),
        none
    );
}

#[test]
fn undeclared_fields_are_refused_and_null_equals_absent() {
    let booking = booking();
    let mut more = patient();
    more["sex"] = json!("female");
    more["comment"] = json!("болит");
    more["diagnosis"] = Value::Null;
    more["a/b~c"] = json!(1);
    let mut undeclared = told(
        &booking,
        ForWhom::Myself,
        &json!({"patient": more, "snils": "1", "utm": null}),
    );
    // The order of keys is the sender's, or the alphabet's: it depends on how the JSON library was built.
    undeclared.sort_unstable();
    assert_eq!(
        undeclared,
        [
            "/patient/a~1b~0c undeclared",
            "/patient/comment undeclared",
            "/patient/sex undeclared",
            "/snils undeclared",
        ]
    );
    assert_eq!(
        told(
            &booking,
            ForWhom::Myself,
            &json!({"patient": patient(), "booker": {"given_name": "И", "phone": "+79160000000"}})
        ),
        ["/booker not-asked"]
    );
    assert_eq!(
        told(
            &booking,
            ForWhom::Adult,
            &json!({"patient": patient(), "booker": {"given_name": "И", "phone": "+79160000000", "surname": "К"}})
        ),
        ["/booker/surname undeclared"]
    );
    assert_eq!(
        told(&tax_certificate(), ForWhom::Child, &json!({})),
        ["/for not-asked"]
    );
}

#[test]
fn what_must_be_given_is_named_field_by_field() {
    let booking = booking();
    assert_eq!(
        told(&booking, ForWhom::Myself, &json!({})),
        [
            "/patient/surname missing",
            "/patient/given_name missing",
            "/patient/birth_date missing",
            "/patient/phone missing"
        ]
    );
    let mut without_phone = patient();
    without_phone["phone"] = json!("  ");
    assert_eq!(
        told(
            &booking,
            ForWhom::Myself,
            &json!({"patient": without_phone})
        ),
        ["/patient/phone missing"]
    );
    // Somebody else's phone does not help where that somebody is not asked.
    assert_eq!(
        told(
            &booking,
            ForWhom::Myself,
            &json!({"patient": without_phone, "booker": {"phone": "+79160000000"}})
        ),
        ["/booker not-asked", "/patient/phone missing"]
    );
    assert_eq!(
        told(
            &booking,
            ForWhom::Adult,
            &json!({"patient": without_phone, "booker": {"given_name": "Иван"}})
        ),
        ["/booker/phone missing"],
        "one telephone is missing, not two"
    );
    assert_eq!(
        told(
            &booking,
            ForWhom::Child,
            &json!({"patient": patient(), "representative": []})
        ),
        ["/representative type"]
    );
    assert_eq!(
        told(&booking, ForWhom::Myself, &json!({"patient": "x"})),
        ["/patient type"]
    );
}

#[test]
fn wrong_values_are_told_by_their_fault_and_never_repeated() {
    let wrong = [
        ("surname", json!("<script>"), "shape"),
        ("surname", json!("Иванов'); DROP TABLE--"), "shape"),
        ("surname", json!("Иван\u{202E}ов"), "characters"),
        ("surname", json!("Иван\nов"), "characters"),
        ("surname", json!("Ы".repeat(101)), "too-long"),
        ("surname", json!(7), "type"),
        ("given_name", json!("---"), "shape"),
        ("birth_date", json!("2023-02-29"), "shape"),
        ("birth_date", json!("28.02.1990"), "shape"),
        ("birth_date", json!("1990-2-28"), "shape"),
        ("birth_date", json!("0001-01-01"), "shape"),
        ("phone", json!("позвоните"), "shape"),
        ("phone", json!("+7916"), "shape"),
        ("email", json!("a@b"), "shape"),
        ("email", json!("a b@c.example"), "shape"),
        ("email", json!({"x": 1}), "type"),
    ];
    for (field, value, code) in wrong {
        let mut patient = patient();
        patient[field] = value.clone();
        assert_eq!(
            told(&booking(), ForWhom::Myself, &json!({"patient": patient})),
            [format!("/patient/{field} {code}")],
            "{value}"
        );
        let object = json!({"patient": patient});
        let refusals = booking().check(ForWhom::Myself, object.as_object().expect("an object"));
        for language in Language::ALL {
            let said = refusals[0].reason.says(*language);
            assert!(
                !said.is_empty() && value.as_str().is_none_or(|value| !said.contains(value)),
                "{said}"
            );
        }
    }
    let basis = json!({"patient": patient(), "representative": {"surname": "А", "given_name": "Б", "phone": "+79160000000", "basis": "friend"}});
    let refusals = booking().check(ForWhom::Child, basis.as_object().expect("an object"));
    assert!(
        refusals[0]
            .reason
            .says(Language::Russian)
            .contains("Родитель")
    );
    for (field, value) in [
        ("inn", json!("7707083893")),
        ("inn", json!("500100732258")),
        ("year", json!(25)),
        ("year", json!("20,5")),
    ] {
        let mut taxpayer = json!({"surname": "А", "given_name": "Б", "birth_date": "1990-01-01", "inn": "500100732259", "year": 2025, "phone": "+79160000000"});
        taxpayer[field] = value;
        assert_eq!(
            told(
                &tax_certificate(),
                ForWhom::Myself,
                &json!({"patient": taxpayer})
            ),
            [format!("/patient/{field} shape")]
        );
    }
}

#[test]
fn descriptions_point_where_the_request_has_the_field() {
    let phone = booking()
        .fields_for(ForWhom::Adult)
        .iter()
        .find(|field| field.code == "phone" && field.party == Party::Patient)
        .map(|field| field.description(Language::Russian))
        .expect("there");
    let told = serde_json::to_value(&phone).expect("plain data");
    assert_eq!(told["pointer"], "/patient/phone");
    assert_eq!(
        (&told["required"], &told["required_unless"]),
        (
            &json!(false),
            &json!(["/representative/phone", "/booker/phone"])
        )
    );
    assert_eq!(
        (
            &told["kind"],
            &told["category"],
            &told["label"],
            &told["party"]
        ),
        (
            &json!("phone"),
            &json!("contact"),
            &json!("Телефон"),
            &json!("patient")
        )
    );
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("Анна")),
        Just(json!("1990-01-01")),
        Just(json!("+79160000000"))
    ];
    let key = prop_oneof![
        Just("surname"),
        Just("given_name"),
        Just("birth_date"),
        Just("phone"),
        Just("email"),
        Just("sex"),
        Just("x/y")
    ]
    .prop_map(str::to_owned);
    prop::collection::vec((key, leaf), 0..8)
        .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn whatever_is_taken_holds_declared_fields_only(patient in anything(), other in anything(), case in prop::sample::select(ForWhom::ALL)) {
        static BOOKING: LazyLock<Declaration> = LazyLock::new(booking);
        let booking = &*BOOKING;
        let submitted = json!({"patient": patient, "booker": other});
        let map = submitted.as_object().expect("an object");
        let refusals = booking.check(case, map);
        let declared = |party: &str, key: &String| booking.fields_for(case).iter().any(|field| field.party.code() == party && field.code == *key);
        for (party, object) in map {
            for (key, value) in object.as_object().expect("an object") {
                let pointer = format!("/{party}/{}", key.replace('/', "~1"));
                let told = refusals.iter().any(|refusal| refusal.pointer == pointer || refusal.pointer == format!("/{party}"));
                prop_assert!(value.is_null() || declared(party, key) || told, "{pointer} slipped in");
            }
        }
    }
}

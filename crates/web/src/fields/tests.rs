//! Forms held against the bundled declarations.

use jiff::civil::date;
use kernel::Language;
use trust::consent::declaration::{Whitelist, bundled};

use super::*;

const RU: Words = Words(Language::Ru);

fn declared(source: &str) -> Declaration {
    let whitelist = Whitelist::parse(bundled::WHITELIST).expect("the whitelist");
    Declaration::parse(source, &whitelist).expect("a declaration")
}

fn typed(pairs: &[(&str, &str)]) -> Typed {
    let mut typed = Typed::default();
    for (name, value) in pairs {
        typed.set(name, *value);
    }
    typed
}

fn reads(declaration: &Declaration, for_whom: ForWhom, typed: &Typed) -> Answers {
    read(
        RU,
        declaration,
        for_whom,
        typed,
        date(2026, 11, 23),
        |name| name == "key",
    )
}

const ANNA: [(&str, &str); 6] = [
    ("key", "1"),
    ("patient.surname", " Пчёлкина  "),
    ("patient.given_name", "Анна"),
    ("patient.patronymic", ""),
    ("patient.birth_date", "24.11.1986"),
    ("patient.phone", "8 916 777-09-13"),
];

#[test]
fn a_form_is_read_as_the_house_keeps_it() {
    let answers = reads(&declared(bundled::BOOKING), ForWhom::Myself, &typed(&ANNA));
    assert_eq!(answers.wrongs, []);
    let get = |code| answers.get(Party::Patient, code);
    assert_eq!(
        (get("surname"), get("birth_date"), get("phone")),
        (Some("Пчёлкина"), Some("1986-11-24"), Some("+79167770913"))
    );
    assert_eq!((get("patronymic"), get("email")), (None, None));
}

#[test]
fn everything_wrong_is_told_at_once_beside_its_field() {
    let mut form = typed(&ANNA);
    form.set("patient.surname", "<script>alert(1)</script>");
    form.set("patient.birth_date", "24.11.2030");
    form.set("patient.phone", "12");
    form.set("patient.email", "anna");
    form.remove("patient.given_name");
    form.set("patient.sex", "female");
    form.set("rank", "general");
    let answers = reads(&declared(bundled::BOOKING), ForWhom::Myself, &form);
    let fields: Vec<_> = answers
        .wrongs
        .iter()
        .map(|wrong| wrong.field.as_deref())
        .collect();
    assert_eq!(
        fields,
        [
            // Two that nobody asked are one thing to say.
            None,
            Some("patient.surname"),
            Some("patient.given_name"),
            Some("patient.birth_date"),
            Some("patient.phone"),
            Some("patient.email")
        ]
    );
    assert_eq!(answers.wrongs[3].says, RU.say("birth-date-future"));
}

#[test]
fn another_partys_data_is_not_taken_where_it_is_not_asked() {
    let mut form = typed(&ANNA);
    form.set("representative.surname", "Пчёлкин");
    let answers = reads(&declared(bundled::BOOKING), ForWhom::Myself, &form);
    assert_eq!(answers.wrongs.len(), 1);
    assert!(answers.get(Party::Representative, "surname").is_none());
}

#[test]
fn the_patients_phone_may_be_absent_where_a_representatives_is_given() {
    let booking = declared(bundled::BOOKING);
    let optional = |for_whom, name: &str| {
        let groups = groups(RU, &booking, for_whom, &Typed::default(), &[]);
        groups
            .iter()
            .flat_map(|group| &group.fields)
            .find(|field| field.name == name)
            .expect("a field")
            .optional
    };
    assert!(!optional(ForWhom::Myself, "patient.phone"));
    assert!(optional(ForWhom::Child, "patient.phone"));
    assert!(!optional(ForWhom::Child, "representative.phone"));
    assert!(optional(ForWhom::Myself, "patient.email"));
}

#[test]
fn a_field_declared_tomorrow_appears_by_itself() {
    let sex = "[[fields]]\ncode = \"sex\"\ncategory = \"identity\"\nparties = [\"patient\"]\nrequired = true\n\n# --- how long";
    let source = bundled::BOOKING
        .replacen("# --- how long", sex, 1)
        .replacen("fields = [\"surname\", \"given_name\", \"patronymic\", \"birth_date\", \"basis\"]", "fields = [\"surname\", \"given_name\", \"patronymic\", \"birth_date\", \"basis\", \"sex\"]", 1);
    let booking = declared(&source);
    let shown = groups(
        RU,
        &booking,
        ForWhom::Myself,
        &typed(&[("patient.sex", "female")]),
        &[],
    );
    let field = shown[0]
        .fields
        .iter()
        .find(|field| field.name == "patient.sex")
        .expect("it appears");
    assert_eq!(
        (
            field.label.as_str(),
            field.options.len(),
            field.options[0].chosen
        ),
        ("Пол", 2, true)
    );
    let answers = reads(&booking, ForWhom::Myself, &typed(&ANNA));
    assert_eq!(
        answers.wrongs,
        [Wrong::at("patient.sex", "Заполните это поле")]
    );
}

#[test]
fn broken_text_is_told_and_shown_without_what_broke_it() {
    let mut form = Typed::parse("patient.surname=%D0%90%00%D0%B1".as_bytes());
    form.set("patient.given_name", "Анна");
    form.set("patient.birth_date", "24.11.1986");
    form.set("patient.phone", "+7 916 777-09-13");
    let booking = declared(bundled::BOOKING);
    let answers = reads(&booking, ForWhom::Myself, &form);
    assert_eq!(answers.wrongs.len(), 1);
    let field = groups(RU, &booking, ForWhom::Myself, &form, &answers.wrongs)
        .remove(0)
        .fields
        .remove(0);
    assert_eq!(field.value, "Аб");
    assert_eq!(
        field.described_by().as_deref(),
        Some("patient-surname-error")
    );
}

#[test]
fn a_date_of_birth_is_typed_on_a_whole_keyboard_and_read_as_it_is_typed() {
    let booking = declared(bundled::BOOKING);
    let shown = groups(RU, &booking, ForWhom::Myself, &Typed::default(), &[]);
    let field = shown[0]
        .fields
        .iter()
        .find(|field| field.name == "patient.birth_date")
        .expect("it is asked");
    assert_eq!((field.input, field.keyboard), ("text", ""));
    for text in [
        "24111986",
        "24 11 1986",
        "24/11/1986",
        "24-11-1986",
        "1986-11-24",
    ] {
        let mut form = typed(&ANNA);
        form.set("patient.birth_date", text);
        let answers = reads(&booking, ForWhom::Myself, &form);
        assert_eq!(answers.wrongs, [], "{text}");
        assert_eq!(
            answers.get(Party::Patient, "birth_date"),
            Some("1986-11-24"),
            "{text}"
        );
    }
    let mut form = typed(&ANNA);
    form.set("patient.birth_date", "24.11.86");
    let answers = reads(&booking, ForWhom::Myself, &form);
    assert_eq!(
        answers.wrongs,
        [Wrong::at(
            "patient.birth_date",
            RU.say("birth-date-malformed")
        )]
    );
}

#[test]
fn a_name_that_came_twice_is_refused_where_it_stands() {
    let whole = "key=1&patient.surname=%D0%90&patient.given_name=%D0%90&patient.birth_date=24.11.1986&patient.phone=89167770913";
    let booking = declared(bundled::BOOKING);
    let wrongs = |more: &str| {
        let form = Typed::parse(format!("{whole}{more}").as_bytes());
        reads(&booking, ForWhom::Myself, &form).wrongs
    };
    assert_eq!(wrongs(""), []);
    assert_eq!(
        wrongs("&patient.surname=%D0%91"),
        [Wrong::at("patient.surname", RU.say("field-twice"))]
    );
    assert_eq!(
        wrongs("&patient.phone=12"),
        [Wrong::at("patient.phone", RU.say("field-twice"))]
    );
    assert_eq!(wrongs("&key=2"), [Wrong::whole(RU.say("form-twice"))]);
    assert_eq!(wrongs("&given.ads=yes").len(), 1, "a box nobody asked");
}

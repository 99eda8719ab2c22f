//! Whatever comes, there is an answer, and it is short.

use proptest::prelude::*;

use super::*;

fn first(bytes: &[u8]) -> String {
    let problems = read(bytes).expect_err("it is no catalogue");
    problems[0].to_string()
}

#[test]
fn what_is_no_table_of_ours_is_told_as_such() {
    for (bytes, told) in [
        (&b""[..], "строка 1: файл пуст"),
        (b"\xef\xbb\xbf\r\n", "строка 1: файл пуст"),
        (b"\xff\xfeA\0", "строка 1: файл в кодировке UTF-16"),
        (
            b"PK\x03\x04\xff\xfe\x00",
            "строка 1: текст не в UTF-8 и не в windows-1251",
        ),
        (b"abc\ndef\n\xc3\x28\x98", "строка 3: текст не в UTF-8"),
        (
            b"{\"branches\": []}",
            "строка 1: строка стоит до первого раздела",
        ),
        (b"[]\n", "строка 1: раздела «» не бывает"),
        (b"[\xe2\x80\xae]\n", "строка 1: есть невидимые"),
    ] {
        let found = read(bytes).expect_err("it is no catalogue");
        assert!(
            found.iter().any(|one| one.to_string().starts_with(told)),
            "{told}: {found:#?}"
        );
    }
    assert!(first(&vec![b'a'; MAX_BYTES + 1]).starts_with("строка 1: файл больше 5 МБ"));
    let sections: Vec<_> = read(b"x")
        .unwrap_err()
        .iter()
        .map(|one| one.what.en.clone())
        .collect();
    assert_eq!(
        sections,
        [
            "a row stands before the first section",
            "the section [Branches] is missing",
            "the section [Practitioners] is missing",
            "the section [Services] is missing",
            "the section [Schedules] is missing",
        ]
    );
}

#[test]
fn a_list_of_problems_has_an_end() {
    let rows = "?\n".repeat(50_000);
    let problems = read(with("visit;Кон", &format!("{rows}visit;Кон")).as_bytes()).unwrap_err();
    assert_eq!(problems.len(), MOST_PROBLEMS + 1);
    // Each bad row has a code that cannot be read and four cells missing.
    assert_eq!(
        problems[MOST_PROBLEMS].what.en,
        format!("{} more", 250_000 - MOST_PROBLEMS)
    );
}

#[test]
fn long_rows_long_cells_and_many_columns_are_borne() {
    let long = "ж".repeat(100_000);
    one(
        "Центр",
        &long,
        "строка 3, «Название»: длиннее 200 знаков; сократите",
    );
    one(
        "us-1;",
        &format!("{long};"),
        "строка 9, «Код»: код состоит не из",
    );
    one("Пчёлкин А", &long, "строка 6, «ФИО»: длиннее 100 знаков");
    one(
        "Europe/Moscow",
        &long,
        "строка 3, «Часовой пояс»: часового пояса «жжжж",
    );
    assert!(told(&with("Europe/Moscow", &long))[0].chars().count() < 200);
    one(
        "Закрытие\n",
        &format!("Закрытие{}x\n", ";".repeat(100_000)),
        "строка 2: ячеек больше",
    );
    one(
        "center;Центр",
        &format!("center;Центр{}", ";9".repeat(100_000)),
        "строка 3: ячеек больше",
    );
}

#[test]
fn script_and_sql_are_text_where_text_is_expected_and_nothing_elsewhere() {
    for text in [
        "<script>alert(1)</script>",
        "Robert'); DROP TABLE branch;--",
        "{{7*7}}",
        "%00",
    ] {
        let quoted = format!("\"{text}\"");
        let clinic = read(with("Центр", &quoted).as_bytes()).unwrap();
        assert_eq!(clinic.branches[0].title.ru, text);
        for (from, column) in [
            ("us-1", "Код"),
            ("therapist", "Специальность"),
            ("Europe/Moscow", "Часовой пояс"),
        ] {
            let problems = read(with(from, &quoted).as_bytes()).unwrap_err();
            assert_eq!(problems[0].column.as_deref(), Some(column), "{text}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// One wound anywhere: an answer, with lines that exist, and no catalogue beside errors.
    #[test]
    fn a_wounded_file_has_an_answer(at in 0..SMALL.len(), length in 0_usize..40, put: Vec<u8>) {
        let mut bytes = SMALL.as_bytes().to_vec();
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, put);
        let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64 + 1;
        let examined = examine(&bytes);
        let errors = examined.problems.iter().filter(|one| one.severity == Severity::Error).count();
        prop_assert_eq!(errors == 0, examined.catalogue.is_some());
        for problem in examined.problems {
            prop_assert!((1..=lines).contains(&problem.line), "{}", problem);
            let told = problem.to_string() + &problem.tell(kernel::Language::En);
            prop_assert!(!kernel::has_hidden_characters(&told), "{}", told);
        }
    }
}

//! Files with mistakes: each is told with its line, its place and what to do.

use super::*;

/// The bundled booking with one change, and the problems it then has.
fn changed(from: &str, to: &str) -> Vec<Problem> {
    assert!(bundled::BOOKING.contains(from), "{from}");
    Declaration::parse(&bundled::BOOKING.replacen(from, to, 1), &whitelist()).expect_err("refused")
}

fn says(problems: &[Problem], words: &str) -> bool {
    problems
        .iter()
        .any(|problem| problem.to_string().contains(words))
}

fn line_with(source: &str, words: &str) -> Option<usize> {
    source
        .lines()
        .position(|line| line.contains(words))
        .map(|at| at + 1)
}

#[test]
fn a_field_outside_the_whitelist_is_refused_at_its_line() {
    let source = format!(
        "{}\n[[fields]]\ncode = \"diagnosis\"\ncategory = \"special\"\nparties = [\"patient\"]\n",
        bundled::BOOKING
    );
    let problems = Declaration::parse(&source, &whitelist()).expect_err("refused");
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(
        (problems[0].line, problems[0].path.as_str()),
        (line_with(&source, "diagnosis"), "fields[8].code")
    );
    assert!(problems[0].what.contains("whitelist") && problems[0].remedy.contains("lawyer"));
}

#[test]
fn a_category_cannot_be_softened_nor_a_length_stretched() {
    let problems = changed("category = \"authority\"", "category = \"contact\"");
    assert!(
        says(&problems, "the whitelist says `authority`"),
        "{problems:?}"
    );
    let problems = changed(
        "code = \"email\"\ncategory = \"contact\"",
        "code = \"email\"\nmax = 9999\ncategory = \"contact\"",
    );
    assert!(says(&problems, "allows 254 characters"), "{problems:?}");
    let problems = changed(
        "recorded = [\"practitioner\"",
        "recorded = [\"phone\", \"mood\"",
    );
    assert!(
        says(&problems, "`phone` is asked of people")
            && says(&problems, "`mood` is not in the whitelist"),
        "{problems:?}"
    );
}

#[test]
fn the_law_is_held_against_the_consents() {
    for (from, to, told) in [
        (
            "я ознакомлен и согласен",
            "я согласен",
            "another sentence than clause 5.2",
        ),
        (
            "for = [\"adult\"]\nabout = \"booker\"",
            "for = [\"adult\"]\nabout = \"patient\"",
            "in the name of another capable adult",
        ),
        (
            "for = [\"self\"]\nabout = \"patient\"\npurposes = [\"services\", \"identification\", \"contact\"]\nrequired = true",
            "for = [\"self\"]\nabout = \"patient\"\npurposes = [\"services\"]",
            "rests on consent, and no required consent",
        ),
        (
            "document = \"booking-self\"\nfor = [\"self\"]\nabout = \"patient\"\npurposes = [\"services\", \"identification\", \"contact\"]",
            "document = \"booking-self\"\nfor = [\"self\"]\nabout = \"patient\"\npurposes = []",
            "names no purpose",
        ),
        (
            "document = \"booking-self\"\nfor = [\"self\"]\nabout = \"patient\"\npurposes = [\"services\"",
            "document = \"booking-self\"\nfor = [\"self\"]\nabout = \"patient\"\npurposes = [\"offers\", \"services\"",
            "does not serve `offers`",
        ),
        (
            "document = \"policy\"\n",
            "document = \"policy\"\nticked = true\n",
            "this key is not known here",
        ),
        (
            "document = \"policy\"\n",
            "document = \"policy\"\nfor = [\"self\"]\n",
            "the policy line is not asked for `child`",
        ),
        (
            "document = \"policy\"\n",
            "document = \"policy\"\nabout = \"patient\"\n",
            "no consent to processing",
        ),
        (
            "document = \"booking-child\"\nfor = [\"child\"]",
            "document = \"booking-child\"\nfor = [\"ward\"]",
            "the patient's data for `child` rests on consent",
        ),
        (
            "document = \"booking-child\"\n",
            "document = \"booking-representative\"\n",
            "asked twice in one case",
        ),
    ] {
        let problems = changed(from, to);
        assert!(says(&problems, told), "{told}: {problems:?}");
    }
}

#[test]
fn purposes_bases_and_terms_must_be_whole() {
    for (from, to, told) in [
        (
            "code = \"identification\"",
            "code = \"statistics\"",
            "de-identified data",
        ),
        (
            "code = \"identification\"",
            "code = \"offers\"",
            "a service of their own",
        ),
        (
            "code = \"identification\"",
            "code = \"services\"",
            "named twice",
        ),
        (
            "code = \"identification\"",
            "code = \"profit\"",
            "use one of: identification, support",
        ),
        (
            "\"given_name\", \"patronymic\", \"phone\", \"email\", \"visit\"]",
            "\"given_name\", \"shoe\"]",
            "`shoe` is neither asked nor recorded",
        ),
        (
            "kind = \"contract\"",
            "kind = \"medical_care\"",
            "no legal basis of 152-ФЗ ст. 6 covers the patient's data for `adult`",
        ),
        (
            "starts = \"withdrawn\"",
            "starts = \"answered\"",
            "a consent can be withdrawn",
        ),
        ("count = 3\n", "", "nothing is kept for ever"),
        ("count = 3\n", "count = 0\n", "whole number above zero"),
        (
            "actions = [\"collect\", ",
            "actions = [\"transfer\", ",
            "`transfer` is not known here",
        ),
        (
            "unless = [\"representative.phone\", \"booker.phone\"]",
            "unless = [\"booker.email\", \"phone\"]",
            "`booker.email` is not declared",
        ),
        (
            "for = [\"self\", \"child\", \"ward\", \"adult\"]",
            "for = [\"self\", \"child\", \"ward\", \"adult\", \"self\"]",
            "named twice",
        ),
        (
            "for = [\"self\", \"child\", \"ward\", \"adult\"]",
            "for = [\"self\"]",
            "nobody this service is for has a booker",
        ),
        ("code = \"booking\"", "code = \"Booking 1\"", "not a code"),
        ("code = \"booking\"", "code = \"book\u{202E}ing\"", "U+202E"),
        ("code = \"booking\"", "code = booking", "TOML"),
        ("code = \"booking\"", "", "add a line `code"),
    ] {
        let problems = changed(from, to);
        assert!(says(&problems, told), "{told}: {problems:?}");
    }
    let needless = bundled::BOOKING.replace("\"phone\", \"email\"", "\"phone\"");
    assert!(says(
        &Declaration::parse(&needless, &whitelist()).expect_err("refused"),
        "no purpose needs it"
    ));
}

#[test]
fn the_operators_record_is_told_all_its_gaps_at_once() {
    let problems = Operator::parse("legal_name = \"А\"\ninn = \"7707083894\"\nsite = \"http://x\"\nphones = [\"000-00-00\"]\nfax = \"1\"\n").expect_err("refused");
    for path in [
        "short_name",
        "name",
        "legal_address",
        "postal_address",
        "email",
        "ogrn",
        "licence",
        "responsible",
        "system",
    ] {
        assert!(
            problems
                .iter()
                .any(|problem| problem.path == path && problem.remedy.contains("add")),
            "{path}: {problems:?}"
        );
    }
    let at = |path: &str| {
        problems
            .iter()
            .find(|problem| problem.path == path)
            .and_then(|problem| problem.line)
    };
    assert_eq!(
        (at("inn"), at("site"), at("phones"), at("fax")),
        (Some(2), Some(3), Some(4), Some(5))
    );
    assert!(says(&problems, "https://"));
    let demo = |from: &str, to: &str| {
        Operator::parse(&bundled::DEMO_OPERATOR.replacen(from, to, 1)).expect_err("refused")
    };
    assert!(says(
        &demo("issued_on = 2026-01-12", "issued_on = \"вчера\""),
        "a day such as"
    ));
    assert!(says(
        &demo("issued_on = 2026-01-12", "issued_on = 2026-01-12T10:00:00"),
        "a day such as"
    ));
    assert!(says(
        &demo("policy_path = \"/upload", "policy_path = \"//evil"),
        "a path"
    ));
    assert!(says(&demo("email = \"help@", "email = \"help "), "e-mail"));
    assert!(says(
        &demo("ogrn = \"1000000000000\"", "ogrn = \"\""),
        "the text is empty"
    ));
    assert_eq!(dialled("+7 (495) 000-00-00"), "+74950000000");
}

#[test]
fn a_text_with_an_unknown_blank_is_refused_at_its_line() {
    let operator = demo().operator;
    let source =
        bundled::BOOKING_CONSENTS[0].replacen("ИНН {operator.inn}", "КПП {operator.kpp}", 1);
    let problems = Document::parse(&source)
        .expect("read")
        .compose_consent(&operator, &booking())
        .expect_err("refused");
    assert_eq!(
        (problems.len(), problems[0].line, problems[0].path.as_str()),
        (1, line_with(&source, "{operator.kpp}"), "{operator.kpp}")
    );
    assert!(problems[0].remedy.contains("operator.inn"));
    let policy = bundled::DEMO_POLICY[0]
        .replacen("{register}", "{{register", 1)
        .replacen("{operator.phone}", "{operator.phone", 1);
    let problems = Document::parse(&policy)
        .expect("read")
        .compose_policy(&operator, &[booking()], date(2026, 1, 1))
        .expect_err("refused");
    assert_eq!(
        (problems.len(), problems[0].line),
        (1, line_with(&policy, "{operator.phone —"))
    );
}

#[test]
fn a_consent_that_leaves_something_out_is_refused() {
    let operator = demo().operator;
    for blank in [
        "{purpose}",
        "{consent.data}",
        "{consent.terms}",
        "{operator.postal_address}",
        "{operator.legal_address}",
    ] {
        let source = bundled::BOOKING_CONSENTS[0].replace(blank, "…");
        let problems = Document::parse(&source)
            .expect("read")
            .compose_consent(&operator, &booking())
            .expect_err("refused");
        assert_eq!(problems[0].path, blank);
    }
    let other = Document::parse(bundled::TAX_CERTIFICATE_CONSENTS[0])
        .expect("read")
        .compose_consent(&operator, &booking())
        .expect_err("refused");
    assert!(says(&other, "asks for no consent `tax-certificate`"));
    for (source, told) in [
        ("# Без головы", "no head"),
        (
            "+++\ncode = \"x\"\ntitle = \"x\"\nlanguage = \"de\"\n+++\n",
            "use one of: ru, en",
        ),
        (
            "+++\ncode = \"x\"\ntitle = \"x\"\nlanguage = \"ru\"\n+++\n",
            "names its purpose",
        ),
    ] {
        assert!(
            says(&Document::parse(source).expect_err("refused"), told),
            "{told}"
        );
    }
    let line =
        Document::parse("+++\ncode = \"x\"\ntitle = 1\nlanguage = \"ru\"\npurpose = \"y\"\n+++\n")
            .expect_err("refused")[0]
            .line;
    assert_eq!(line, Some(3));
}

#[test]
fn values_are_words_and_never_marks() {
    let record = bundled::DEMO_OPERATOR.replace(
        "г. Вымышленск",
        "г. *Вы_мыш* <b>[x](javascript:1)</b> {operator.inn}",
    );
    let operator = Operator::parse(&record).expect("a record");
    let text = Document::parse(bundled::BOOKING_CONSENTS[0])
        .expect("read")
        .compose_consent(&operator, &booking())
        .expect("filled")
        .markdown;
    let page = Text::read(text.as_bytes()).expect("a text").html();
    assert!(
        page.contains("г. *Вы_мыш* &lt;b&gt;[x](javascript:1)&lt;/b&gt; {operator.inn}"),
        "{page}"
    );
    let blanks = Blanks::of_operator(&operator, Language::English).with("case.number", "7_8");
    assert_eq!(
        blanks
            .fill("№ {case.number}, {{так}}, {operator.licence_date}")
            .expect("filled"),
        "№ 7_8, {так}, 12 January 2026"
    );
    assert_eq!(
        blanks.fill_markdown("{ case.number }").expect("filled"),
        "7\\_8"
    );
}

//! 2.5a: fields come from a whitelist with a category each; free text and what ties a person to a doctor is secret.

use trust::consent::declaration::{Declaration, Whitelist, bundled};

#[test]
fn a_field_outside_the_whitelist_cannot_be_declared() {
    let whitelist = Whitelist::parse(bundled::WHITELIST).expect("the whitelist is sound");
    assert!(Declaration::parse(bundled::BOOKING, &whitelist).is_ok());
    let more = format!(
        "{}\n[[fields]]\ncode = \"blood_type\"\ncategory = \"identity\"\nparties = [\"patient\"]\n",
        bundled::BOOKING
    );
    let problems =
        Declaration::parse(&more, &whitelist).expect_err("the field is not in the whitelist");
    assert!(
        problems
            .iter()
            .any(|problem| problem.to_string().contains("blood_type")),
        "{problems:?}"
    );
}

#[test]
fn booking_is_secret_class() {
    let whitelist = Whitelist::parse(bundled::WHITELIST).expect("the whitelist is sound");
    let booking =
        Declaration::parse(bundled::BOOKING, &whitelist).expect("the declaration is sound");
    assert!(
        booking.is_secret(),
        "a row that ties a person to a doctor is a medical secret (323-ФЗ ст. 13 ч. 1)"
    );
    for field in &booking.fields {
        assert!(whitelist.rule(&field.code).is_some());
    }
}

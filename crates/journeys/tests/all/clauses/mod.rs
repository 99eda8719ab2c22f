//! The clinic's policy clause by clause: what the system must do, as far as it is delivered.

mod clause_1_1;
mod clause_2_1;
mod clause_2_2;
mod clause_2_3;
mod clause_2_4;
mod clause_2_5a;
mod clause_2_5b;
mod clause_3_1;
mod clause_3_2;
mod clause_3_3;
mod clause_4_1;
mod clause_4_2;
mod clause_4_4;
mod clause_5_1;
mod clause_5_2;
mod clause_6_1;

/// The tables in which anything about a person could stand.
pub(crate) const PERSONAL: [&str; 10] = [
    "person",
    "person_key",
    "sealed_field",
    "blind_index",
    "consent",
    "legal_basis",
    "appointment",
    "submission",
    "idempotency",
    "journal_sub",
];

/// Rows of all these tables together.
pub(crate) async fn personal_rows(clinic: &journeys::TestClinic) -> i64 {
    let mut rows = 0;
    for table in PERSONAL {
        rows += clinic.count(table).await;
    }
    rows
}

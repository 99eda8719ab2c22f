//! A catalogue is replaced under a running clinic.

use journeys::{TestClinic, WORK_DAY, on_both, small_catalogue};
use kernel::Scope;

/// Cells of another size would not meet those that are taken: a grid stays while time is claimed on it.
async fn a_grid_stays_under_claims(clinic: TestClinic) {
    let start = clinic.free("visit", "anna", WORK_DAY).await.remove(0);
    let body = clinic.booking("anna", &start).await;
    assert_eq!(
        clinic
            .post("/api/v1/appointments", &body)
            .send()
            .await
            .code(),
        201
    );
    let with_grid_of = |practitioner: &str| {
        let mut catalogue = small_catalogue();
        for resource in &mut catalogue.resources {
            if resource.code == practitioner {
                resource.grain = 10;
            }
        }
        clinic
            .booking
            .replace_catalogue(Scope::console(), catalogue)
    };
    let refused = with_grid_of("anna").await.expect_err("her time is taken");
    assert!(refused.to_string().contains("`anna`"), "{refused}");
    assert_eq!(clinic.count("resource WHERE grain = 10").await, 0);
    with_grid_of("boris").await.expect("nobody has booked him");
    assert_eq!(clinic.count("resource WHERE grain = 10").await, 1);
    let start = clinic.free("visit", "boris", WORK_DAY).await.remove(0);
    let body = clinic.booking("boris", &start).await;
    assert_eq!(
        clinic
            .post("/api/v1/appointments", &body)
            .send()
            .await
            .code(),
        201
    );
    assert_eq!(
        clinic.count("claim").await,
        6 + 3,
        "half an hour in cells of five and of ten minutes"
    );
}

on_both!(grid, a_grid_stays_under_claims);

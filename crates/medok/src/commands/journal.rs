//! `medok journal verify`.

use kernel::Fault;
use platform::config::Settings;
use platform::database::Database;
use trust::journal::verify::{Report, verify_closed};

use crate::house::{House, StartError};
use crate::output::Output;

/// Checks the journal of the open house; acts go on meanwhile. Gives whether nothing is wrong.
pub(super) async fn verify(house: &House, output: &Output) -> Result<bool, Fault> {
    Ok(told(&house.trust.verify().await?, output))
}

/// Checks the journal of a store that nobody has open, also of one too damaged to open.
pub(super) async fn verify_offline(
    settings: &Settings,
    output: &Output,
) -> Result<bool, StartError> {
    let database = Database::connect(&settings.database(), settings.database_connections).await?;
    let report = verify_closed(&database, settings.key_folder()).await;
    let closed = database.close().await;
    let report = report?;
    closed?;
    Ok(told(&report, output))
}

fn told(report: &Report, output: &Output) -> bool {
    for finding in &report.findings {
        output.line(finding);
    }
    let looked = format!(
        "entries: {}, checkpoints: {}, persons: {}",
        report.entries, report.checkpoints, report.persons
    );
    if report.sound() {
        output.line(format_args!("the journal is sound; {looked}"));
    } else {
        let findings = report.findings.len() as u64 + report.more;
        output.line(format_args!(
            "THE JOURNAL IS NOT SOUND; findings: {findings}; {looked}"
        ));
    }
    report.sound()
}

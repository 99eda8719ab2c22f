//! `medok import`.

use std::path::Path;

use clinic::booking::import;
use kernel::{Fault, Language, Scope};

use super::file;
use crate::house::House;
use crate::output::Output;

/// Reads a catalogue and tells everything that is wrong with it, by line; stores it if nothing is and it is not
/// a dry run. Gives whether the file is sound.
pub(super) async fn import(
    house: &House,
    file: &Path,
    dry_run: bool,
    output: &Output,
) -> Result<bool, Fault> {
    let bytes = file::read(file, import::MAX_BYTES).await?;
    let today = house.today()?;
    let examined = tokio::task::spawn_blocking(move || import::examine(&bytes, today)).await?;
    for problem in &examined.problems {
        output.line(format_args!("{}", problem.tell(Language::Ru)));
    }
    let Some(catalogue) = examined.catalogue else {
        output.line(format_args!(
            "{}: nothing was changed; mend the lines above and import again",
            file.display()
        ));
        return Ok(false);
    };
    output.line(format_args!(
        "{}",
        import::summary(&catalogue).tell(Language::Ru)
    ));
    if dry_run {
        output.line(format_args!("a dry run: nothing was changed"));
        return Ok(true);
    }
    let stored = house
        .booking
        .replace_catalogue(Scope::console(), catalogue)
        .await?;
    output.line(format_args!(
        "the catalogue is stored, version {}",
        stored.version
    ));
    if stored.kept > 0 {
        output.line(format_args!(
            "withdrawn, kept because appointments name them: {}",
            stored.kept
        ));
    }
    Ok(true)
}

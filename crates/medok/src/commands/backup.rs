//! `medok backup`.

use std::path::Path;

use kernel::Fault;

use crate::house::{House, texts_folder};
use crate::output::Output;

/// Writes a backup into a folder and says what it is.
pub(super) async fn backup(house: &House, folder: &Path, output: &Output) -> Result<(), Fault> {
    let backup = house
        .trust
        .backup(folder, &house.settings.backup.recipients)
        .await?;
    output.line(format_args!(
        "data      {}  ({} rows)",
        backup.data.display(),
        backup.rows
    ));
    output.line(format_args!(
        "keys      {}  (keyset {})",
        backup.keys.display(),
        backup.keyset
    ));
    output.line(format_args!("manifest  {}", backup.manifest.display()));
    output.line(format_args!("signed    {}", backup.note.display()));
    output.line(format_args!(
        "journal   {} entries, {} destructions",
        backup.journal_size, backup.destructions
    ));
    output.line("keep the keys apart from the data, and destroy older keyset archives: they hold what was erased since");
    output.line(format_args!(
        "the files in {} are not in it: copy them too",
        texts_folder(&house.settings).display()
    ));
    Ok(())
}

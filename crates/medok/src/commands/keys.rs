//! `medok keys rotate`.

use kernel::Fault;

use crate::house::House;
use crate::output::Output;

/// Wraps every key anew; with `index`, rebuilds the look-up indexes too. Begun again after a crash, it goes on.
pub(super) async fn rotate(house: &House, index: bool, output: &Output) -> Result<(), Fault> {
    let rotated = house.trust.rotate_keys().await?;
    output.line(format_args!(
        "KEK {} is in use; keys of persons wrapped anew: {}; KEKs erased: {}",
        rotated.kek, rotated.keys, rotated.retired
    ));
    if index {
        let persons = house.trust.rebuild_indexes().await?;
        output.line(format_args!(
            "the look-up indexes are rebuilt; persons: {persons}"
        ));
    }
    output.line(format_args!(
        "make a backup now: older keyset archives still hold what was erased; destroy them when it is made ({})",
        house.settings.key_folder().display()
    ));
    Ok(())
}

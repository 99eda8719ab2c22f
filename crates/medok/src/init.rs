//! `medok init`: makes the store, its keys and sample texts. Doing it again changes nothing.

use kernel::Clock;
use platform::config::Settings;

use crate::house::{House, StartError, folder, texts_folder, write_samples};
use crate::output::Output;

/// Makes what is missing and prints what to do next.
///
/// # Errors
/// The folder is in use, or what is there does not fit together; nothing that was there is changed.
pub async fn init(settings: Settings, clock: Clock, output: &Output) -> Result<(), StartError> {
    let (data, keys) = (settings.data.clone(), settings.key_folder());
    folder::make(&data)?;
    let lock = folder::FolderLock::take(&data)?;
    let samples = write_samples(&settings)?;
    let texts = texts_folder(&settings);
    let house = House::open_locked(settings, clock, lock).await?;
    let fresh = house.fresh;
    house.close().await?;

    output.line(if fresh {
        "the store is made"
    } else {
        "the store was made before; nothing of it was changed"
    });
    output.line(format_args!("  data   {}", data.display()));
    output.line(format_args!("  keys   {}", keys.display()));
    output.line(format_args!(
        "  texts  {}{}",
        texts.display(),
        if samples {
            "  (samples of a clinic that does not exist)"
        } else {
            ""
        }
    ));
    output.line("next:");
    for (number, step) in (1..).zip(next(&data, &keys, &texts)) {
        output.line(format_args!("  {number}. {step}"));
    }
    Ok(())
}

fn next(data: &std::path::Path, keys: &std::path::Path, texts: &std::path::Path) -> [String; 5] {
    [
        format!(
            "write your clinic's record into {}, and have a lawyer read the documents beside it",
            texts.join("operator.toml").display()
        ),
        String::from("publish your privacy policy: medok policy publish FILE"),
        String::from(
            "put the public key of your backups (age1…) into the settings file: [backup] recipients",
        ),
        format!(
            "keep copies of {} apart from copies of {}: together they open everything",
            keys.display(),
            data.display()
        ),
        String::from("look whether all is well: medok doctor"),
    ]
}

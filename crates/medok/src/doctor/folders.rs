//! The data folder and the key folder: there, and the owner's alone.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use platform::config::Settings;
use trust::vault::{KeySource, Keyring};

use super::Finding;
use crate::house::{database_file, folder};

pub(super) fn of_data(settings: &Settings) -> Vec<Finding> {
    let data = &settings.data;
    if !data.is_dir() {
        return vec![Finding::fail(
            format!("data folder: {} is not there", data.display()),
            "make a store with `medok init`, or name its folder with --data",
        )];
    }
    let mut findings = vec![mode_of("data folder", data)];
    if let Some(file) = database_file(settings)
        && file.is_file()
        && !file.starts_with(data)
        && let Some(mode) = folder::open_to_others(&file)
    {
        // Inside the data folder the folder's own mode guards it.
        findings.push(Finding::warn(
            format!(
                "database file: {} can be reached by others (mode {mode:04o})",
                file.display()
            ),
            format!("run `chmod 600 '{}'`", file.display()),
        ));
    }
    findings
}

fn mode_of(name: &str, path: &Path) -> Finding {
    if let Some(mode) = folder::open_to_others(path) {
        return Finding::warn(
            format!(
                "{name}: {} can be reached by others (mode {mode:04o})",
                path.display()
            ),
            format!("run `chmod 700 '{}'`", path.display()),
        );
    }
    let owner = fs::metadata(path).map(|metadata| metadata.uid());
    match owner {
        Ok(uid) if uid != rustix::process::geteuid().as_raw() => Finding::warn(
            format!(
                "{name}: {} belongs to another account (uid {uid})",
                path.display()
            ),
            "run Medok under the account that owns its folders",
        ),
        _ => Finding::ok(format!("{name}: {}", path.display())),
    }
}

pub(super) fn of_keys(settings: &Settings) -> Vec<Finding> {
    let keys = settings.key_folder();
    if !settings.data.is_dir() && !keys.exists() {
        // There is no store at all, and that was said.
        return Vec::new();
    }
    let ring = match Keyring::open(KeySource::from(keys.as_path()), None) {
        Ok(ring) => ring,
        Err(error) => return vec![Finding::failed("key folder", &error)],
    };
    let live = ring.keyset().live().count();
    let mut findings = vec![Finding::ok(format!(
        "key folder: {}, {live} keys",
        keys.display()
    ))];
    match ring.strays().map(without_side_file) {
        Ok(strays) if strays.is_empty() => {}
        Ok(strays) => findings.push(Finding::warn(
            format!("key folder: files that the keyset does not name: {}", strays.join(", ")),
            "find out where they come from; a key that nothing names opens nothing and should be deleted",
        )),
        Err(error) => findings.push(Finding::failed("key folder", &error)),
    }
    let older = ring
        .keyset()
        .live()
        .filter(|key| key.number != ring.keyset().current(key.kind))
        .count();
    if older > 0 {
        findings.push(Finding::warn(
            format!("key folder: {older} older keys are still alive: a rotation did not end"),
            "run `medok keys rotate`, with --index if an index key is among them; it goes on where it stopped",
        ));
    }
    findings
}

/// The side file of what was signed comes and goes while a house serves, and holds no key.
fn without_side_file(mut strays: Vec<String>) -> Vec<String> {
    strays.retain(|name| name != ".signed_state.json.new");
    strays
}

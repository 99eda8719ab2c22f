//! The machine's clock and disks.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use kernel::Moment;
use platform::config::Settings;

use super::Finding;
use crate::house::database_file;

/// 2026-01-01T00:00:00Z: the program is younger than that.
const BUILT_AFTER: Moment = Moment::from_minutes(29_453_760);
/// Seconds that a clock may be behind a file without a word: it was set right by as much.
const SLACK_SECONDS: i64 = 300;

const MEBIBYTE: u64 = 1 << 20;
/// Below this a clinic has days left.
const LITTLE: u64 = 1024 * MEBIBYTE;
/// Below this a rotation or a backup may not end.
const NONE_LEFT: u64 = 100 * MEBIBYTE;

pub(super) fn of_clock(settings: &Settings, now: Moment) -> Vec<Finding> {
    let remedy =
        "set the clock and keep it right (NTP): legal terms, tickets and consents hang on it";
    if now < BUILT_AFTER {
        return vec![Finding::fail(
            format!("clock: it is {now}, which has long passed"),
            remedy,
        )];
    }
    let written = [settings.key_folder().join("signed_state.json")]
        .into_iter()
        .chain(database_file(settings));
    let latest = written.filter_map(|file| written_at(&file)).max();
    match latest {
        Some(latest) if now.plus_seconds(SLACK_SECONDS) < latest => {
            vec![Finding::fail(
                format!("clock: it is {now}, yet the store was written at {latest}"),
                remedy,
            )]
        }
        _ => vec![Finding::ok(format!("clock: {now}"))],
    }
}

fn written_at(file: &Path) -> Option<Moment> {
    let modified: SystemTime = fs::metadata(file).ok()?.modified().ok()?;
    let micros = modified.duration_since(UNIX_EPOCH).ok()?.as_micros();
    Some(Moment::from_micros(i64::try_from(micros).ok()?))
}

pub(super) fn of_disks(settings: &Settings) -> Vec<Finding> {
    [
        ("data", settings.data.clone()),
        ("keys", settings.key_folder()),
    ]
    .into_iter()
    .filter(|(_, path)| path.is_dir())
    .map(|(name, path)| of_disk(name, &path))
    .collect()
}

fn of_disk(name: &str, path: &PathBuf) -> Finding {
    match rustix::fs::statvfs(path) {
        Ok(disk) => space(name, disk.f_bavail.saturating_mul(disk.f_frsize)),
        Err(error) => Finding::warn(
            format!("disk of the {name}: cannot be asked: {error}"),
            "check that the account Medok runs under may reach it",
        ),
    }
}

fn space(name: &str, free: u64) -> Finding {
    let what = format!("disk of the {name}: {} MiB free", free / MEBIBYTE);
    let remedy = "make room: when the disk is full every booking is refused";
    match free {
        0..NONE_LEFT => Finding::fail(what, remedy),
        NONE_LEFT..LITTLE => Finding::warn(what, remedy),
        _ => Finding::ok(what),
    }
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    fn settings(data: &Path) -> Settings {
        Settings {
            data: data.join("data"),
            ..Settings::default()
        }
    }

    #[test]
    fn a_clock_that_went_back_is_noticed() {
        assert_eq!(BUILT_AFTER.to_string(), "2026-01-01T00:00:00Z");
        let temp = tempfile::tempdir().unwrap();
        let settings = settings(temp.path());
        let state = |now: Moment| of_clock(&settings, now)[0].state;
        assert_eq!(state(BUILT_AFTER.plus_seconds(-1)), State::Fail);
        assert_eq!(state(BUILT_AFTER), State::Ok);
        fs::create_dir(&settings.data).unwrap();
        fs::write(settings.data.join("medok.db"), "").unwrap();
        let written = written_at(&settings.data.join("medok.db")).unwrap();
        assert_eq!(state(written.plus_seconds(-200)), State::Ok);
        assert_eq!(state(written.plus_seconds(-400)), State::Fail);
    }

    #[test]
    fn a_disk_is_told_before_it_is_full() {
        let states = [0, NONE_LEFT, LITTLE].map(|free| space("data", free).state);
        assert_eq!(states, [State::Fail, State::Warn, State::Ok]);
    }
}

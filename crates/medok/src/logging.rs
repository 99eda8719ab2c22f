//! The log: standard error, filtered by the setting `log`. It tells what happened in words of our own, never a
//! value: libraries, which may print what they carry, are heard from warnings up only.

use std::io::IsTerminal;

use tracing::Level;
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::house::StartError;

const OURS: [&str; 7] = [
    "kernel", "calendar", "platform", "trust", "clinic", "web", "medok",
];

/// Starts the log.
///
/// # Errors
/// The filter is not in the syntax of `RUST_LOG`.
pub fn start(filter: &str) -> Result<(), StartError> {
    let wanted = EnvFilter::builder().parse(filter).map_err(|error| {
        StartError::Setting(format!(
            "setting `log`: {error}; write it like info, or like warn,trust=debug"
        ))
    })?;
    let terminal = std::io::stderr().is_terminal();
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(terminal)
        .with_target(true);
    let heard = filter_fn(|metadata| may_speak(metadata.target(), *metadata.level()));
    // A second start in one process, as in tests, keeps the first log.
    let _ = tracing_subscriber::registry()
        .with(lines.with_filter(wanted.and(heard)))
        .try_init();
    Ok(())
}

fn may_speak(target: &str, level: Level) -> bool {
    let room = target.split("::").next().unwrap_or(target);
    level <= Level::WARN || OURS.contains(&room)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_heard_from_warnings_up() {
        assert!(may_speak("sqlx::query", Level::WARN));
        assert!(!may_speak("sqlx::query", Level::INFO));
        assert!(!may_speak("trustworthy", Level::DEBUG));
        assert!(may_speak("trust::act", Level::DEBUG));
    }

    #[test]
    fn a_filter_that_is_none_says_how_to_write_one() {
        let error = start("trust=loud").expect_err("not a level").to_string();
        assert!(error.contains("`log`") && error.contains("info"), "{error}");
    }
}

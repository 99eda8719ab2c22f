//! What the process gives up before it touches a key: memory images of itself, and files that others can read.

use std::io;

use rustix::fs::Mode;
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit, umask,
};

/// Turns core dumps off and makes new files the owner's alone.
///
/// # Errors
/// The system refuses.
pub fn harden() -> io::Result<()> {
    setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(0),
            maximum: Some(0),
        },
    )?;
    // The limit does not bind a `core_pattern` that pipes into a program (core(5)); this does.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    umask(Mode::RWXG | Mode::RWXO);
    // The standard hook prints a panic's words, and words of the library may quote the value at fault.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or_else(|| String::from("an unknown place"), ToString::to_string);
        tracing::error!("a panic at {place}");
    }));
    Ok(())
}

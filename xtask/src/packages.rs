//! Installing what the tests need from the distribution, where that can be done without asking anybody.

use std::process::Command;

use crate::shell::{self, Done};

/// Runs a script of apt-get commands as root, or through a `sudo` that asks for no password. `what` is wanted:
/// "the PostgreSQL server".
///
/// # Errors
/// There is no apt-get, no right to use it, or it failed.
pub fn install(what: &str, script: &str) -> Done<()> {
    if shell::find("apt-get").is_none() {
        return Err(format!(
            "{what} is missing and there is no apt-get to install it."
        ));
    }
    let is_root = shell::read(Command::new("id").arg("-u")).is_ok_and(|uid| uid.trim() == "0");
    let mut command = if is_root {
        Command::new("/bin/sh")
    } else if shell::read(Command::new("sudo").args(["-n", "true"])).is_ok() {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "/bin/sh"]);
        sudo
    } else {
        return Err(format!(
            "{what} is missing, and installing it needs root or sudo without a password."
        ));
    };
    println!("Installing {what} with apt-get");
    let status = shell::run(command.args(["-c", script]))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("apt-get could not install {what}."))
    }
}

/// The reader that papers are read back with. Without it the stories of papers fail and say so.
pub fn poppler() {
    if shell::find("pdftotext").is_some() {
        return;
    }
    let script = "set -eu; export DEBIAN_FRONTEND=noninteractive; apt-get update -q || true; \
                  apt-get install -y -q --no-install-recommends poppler-utils";
    if let Err(why) = install("poppler-utils", script) {
        println!("{why} The stories of papers will fail.");
    }
}

/// The tracer that shows an fsync before each answer. The tests do without it where it cannot be had, and say so.
pub fn strace() {
    if shell::find("strace").is_some() {
        return;
    }
    let script = "set -eu; export DEBIAN_FRONTEND=noninteractive; apt-get update -q || true; \
                  apt-get install -y -q --no-install-recommends strace";
    if let Err(why) = install("strace", script) {
        println!("{why} The story of the fsync before each answer will be skipped.");
    }
}

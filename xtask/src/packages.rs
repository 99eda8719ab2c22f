//! Installing what the tests need from the distribution, where that can be done without asking anybody.

use std::path::{Path, PathBuf};
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

/// What the journeys in a browser need.
pub struct Browser {
    /// `node`, of version [`NODE`] or later.
    pub node: PathBuf,
    /// The distribution's Chromium.
    pub chromium: PathBuf,
}

/// The oldest major version of Node.js that Playwright runs on.
const NODE: u32 = 20;

/// Names a Chromium or Chrome that is to be taken instead of the one found.
const CHROMIUM_VARIABLE: &str = "MEDOK_CHROMIUM";

const BROWSER_ADVICE: &str = "Install them (Debian, Ubuntu: apt-get install chromium nodejs npm; Fedora: dnf install \
                              chromium nodejs npm; macOS: brew install --cask chromium and brew install node), or name a \
                              Chromium in MEDOK_CHROMIUM.";

impl Browser {
    /// What is here, after installing what is not where apt-get can.
    ///
    /// # Errors
    /// What to install, where we cannot.
    pub fn found_or_installed() -> Done<Self> {
        let missing = Self::missing();
        if !missing.is_empty() {
            let script = format!(
                "set -eu; export DEBIAN_FRONTEND=noninteractive; apt-get update -q || true; \
                 apt-get install -y -q --no-install-recommends {}",
                missing.join(" ")
            );
            install(&missing.join(", "), &script)
                .map_err(|why| format!("{why} {BROWSER_ADVICE}"))?;
        }
        let not_there = |what: &str| format!("{what} is still missing. {BROWSER_ADVICE}");
        let node = shell::find("node").ok_or_else(|| not_there("node"))?;
        let version = shell::read(Command::new(&node).arg("--version"))?;
        if major(&version).is_none_or(|major| major < NODE) {
            return Err(format!(
                "Node.js is {}, and the journeys need {NODE} or later; install a newer one",
                version.trim()
            ));
        }
        shell::find("npm").ok_or_else(|| not_there("npm"))?;
        let chromium = chromium().ok_or_else(|| not_there("chromium"))?;
        Ok(Self { node, chromium })
    }

    /// Packages by their Debian names.
    fn missing() -> Vec<&'static str> {
        let is_there = [
            ("chromium", chromium().is_some()),
            ("nodejs", shell::find("node").is_some()),
            ("npm", shell::find("npm").is_some()),
        ];
        let missing = is_there.into_iter().filter(|(_, is_there)| !is_there);
        missing.map(|(name, _)| name).collect()
    }
}

fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os(CHROMIUM_VARIABLE).map(PathBuf::from);
    named
        .filter(|file| shell::is_program(file))
        .or_else(|| shell::find("chromium"))
        .or_else(|| shell::find("chromium-browser"))
        .or_else(|| shell::find("google-chrome"))
}

/// Reads `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    let digits = version.trim().strip_prefix('v')?.split('.').next()?;
    digits.parse().ok()
}

/// Installs exactly what the lockfile in `folder` says, unless that was done already. Downloads no browser.
///
/// # Errors
/// npm could not be started, or failed.
pub fn npm_ci(folder: &Path) -> Done<()> {
    let lockfile = folder.join("package-lock.json");
    let lock =
        std::fs::read(&lockfile).map_err(|e| format!("cannot read {}: {e}", lockfile.display()))?;
    let installed = folder.join("node_modules/.medok-installed");
    if std::fs::read(&installed).is_ok_and(|done| done == lock) {
        return Ok(());
    }
    println!("Installing the packages of {} with npm", folder.display());
    let status = shell::run(
        Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .env("PUPPETEER_SKIP_DOWNLOAD", "1")
            .current_dir(folder),
    )?;
    if !status.success() {
        return Err(format!(
            "npm could not install what {} says",
            lockfile.display()
        ));
    }
    std::fs::write(&installed, lock)
        .map_err(|e| format!("cannot write {}: {e}", installed.display()))
}

/// What the story of the proxies needs: those of the recipes, a client that speaks TLS and HTTP/2, a maker of
/// certificates.
const PROXIES: [&str; 4] = ["nginx", "caddy", "curl", "openssl"];

/// Run as root. The packages would start servers on the ports 80 and 443 that nobody asked for: told not to, unless the
/// machine has a word on that itself.
const INSTALL_PROXIES: &str = r"
set -eu
export DEBIAN_FRONTEND=noninteractive
word=/usr/sbin/policy-rc.d
if [ ! -e $word ]; then
    printf '#!/bin/sh\nexit 101\n' >$word
    chmod 755 $word
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
apt-get update -q || true
apt-get install -y -q --no-install-recommends nginx caddy curl openssl
";

/// The proxies of `docs/proxy`. The tests do without them where they cannot be had, and say so.
pub fn proxies() {
    let is_there = |name: &&str| {
        shell::find(name).is_some() || shell::is_program(&Path::new("/usr/sbin").join(name))
    };
    if PROXIES.iter().all(is_there) {
        return;
    }
    if let Err(why) = install("a proxy", INSTALL_PROXIES) {
        println!("{why} The stories of the proxies will be skipped.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_node_are_read() {
        for (text, expected) in [
            ("v20.20.2\n", Some(20)),
            ("v18.0.0", Some(18)),
            ("20", None),
        ] {
            assert_eq!(major(text), expected, "{text}");
        }
    }
}

//! Running other programs. Invariant: a program started here does not outlive this process.
//!
//! Each runs in a process group of its own, beside a small shell that waits on a pipe: when this process goes, however
//! it goes, the pipe closes and the shell ends the group.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use serde::Deserialize;

/// A result whose error is a sentence for the person at the terminal.
pub type Done<T> = Result<T, String>;

/// The cargo that runs us, started in the root of the house.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(crate::house::root());
    // Cargo told us about ourselves. Build scripts that ask for these variables would see another world than under
    // a cargo called by hand, and everything above them would be compiled again.
    let told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(told)) {
        cargo.env_remove(name);
    }
    cargo
}

/// Runs to the end with our standard output and error.
///
/// # Errors
/// The program could not be started.
pub fn run(command: &mut Command) -> Done<ExitStatus> {
    let mut child = start(command)?;
    let leash = Leash::on(&child)?;
    let status = child
        .wait()
        .map_err(|e| format!("waiting for {}: {e}", name(command)))?;
    leash.release();
    Ok(status)
}

/// Runs to the end, giving each line of the standard output to `line` as it comes. What the program left running in its
/// group is ended with it: a forgotten child would hold the output open for ever.
///
/// # Errors
/// The program could not be started.
pub fn follow(command: &mut Command, mut line: impl FnMut(&str)) -> Done<ExitStatus> {
    let mut child = start(command.stdout(Stdio::piped()))?;
    let leash = Leash::on(&child)?;
    let lines = lines_of(child.stdout.take().expect("asked for as a pipe"));
    let failed = |e: std::io::Error| format!("waiting for {}: {e}", name(command));
    loop {
        match lines.recv_timeout(Duration::from_secs(1)) {
            Ok(text) => line(&text),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                if let Some(status) = child.try_wait().map_err(failed)? {
                    eprintln!(
                        "{} ended and left children behind: ending them",
                        name(command)
                    );
                    return Ok(status);
                }
            }
        }
    }
    let status = child.wait().map_err(failed)?;
    leash.release();
    Ok(status)
}

/// The lines, read beside us so that waiting for one can end.
fn lines_of(output: ChildStdout) -> Receiver<String> {
    let (send, lines) = mpsc::channel();
    std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        let mut bytes = Vec::new();
        while output
            .read_until(b'\n', &mut bytes)
            .is_ok_and(|length| length > 0)
        {
            let text = String::from_utf8_lossy(&bytes)
                .trim_end_matches(['\n', '\r'])
                .to_owned();
            if send.send(text).is_err() {
                break;
            }
            bytes.clear();
        }
    });
    lines
}

/// The standard output of a program that must succeed; its standard error is shown only if it fails.
///
/// # Errors
/// The program could not be started or failed: what it printed.
pub fn read(command: &mut Command) -> Done<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("cannot start {}: {e}", name(command)))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!(
            "{} failed: {}",
            name(command),
            String::from_utf8_lossy(&output.stderr).trim()
        ))
    }
}

/// Builds with cargo and names the executables it made: (target's name, path).
/// The exit code is there when the build failed; cargo has then said why.
///
/// # Errors
/// Cargo could not be started.
pub fn build(arguments: &[String]) -> Done<Result<Vec<(String, PathBuf)>, ExitCode>> {
    let mut made = Vec::new();
    let mut cargo = cargo();
    cargo
        .arg("build")
        .args(arguments)
        .arg("--message-format=json-render-diagnostics");
    let status = follow(&mut cargo, |line| made.extend(executable(line)))?;
    Ok(if status.success() {
        Ok(made)
    } else {
        Err(exit_code(status))
    })
}

/// The executable that one line of cargo's JSON messages tells of; test harnesses are not meant.
fn executable(line: &str) -> Option<(String, PathBuf)> {
    #[derive(Deserialize)]
    struct Message {
        target: Target,
        profile: Profile,
        executable: Option<PathBuf>,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
        kind: Vec<String>,
    }
    #[derive(Deserialize)]
    struct Profile {
        test: bool,
    }
    let message: Message = serde_json::from_str(line).ok()?;
    let is_binary = message.target.kind.iter().any(|kind| kind == "bin") && !message.profile.test;
    message
        .executable
        .filter(|_| is_binary)
        .map(|path| (message.target.name, path))
}

/// The same exit code; 1 when a signal ended the program.
pub fn exit_code(status: ExitStatus) -> ExitCode {
    match status.code() {
        Some(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        None => ExitCode::FAILURE,
    }
}

/// The first file of this name in the folders of `PATH`.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| is_program(file))
}

/// A file with an execute bit.
pub fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file)
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// Time on the wall, for the reader of a terminal only.
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts counting.
    #[expect(
        clippy::disallowed_methods,
        reason = "the automation tells a person how long a phase took; no verb depends on it"
    )]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// Time since the start.
    #[expect(
        clippy::disallowed_methods,
        reason = "the automation tells a person how long a phase took; no verb depends on it"
    )]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// `4.2 s`, `3 min 05 s`.
pub fn readable(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// Ends a group of processes when it is dropped unreleased, or when this process is gone.
struct Leash {
    shell: Child,
    pipe: Option<ChildStdin>,
}

impl Leash {
    /// `read` meets the end of the pipe when nobody is left to write "released".
    const SCRIPT: &str = r#"read -r word; [ "$word" = released ] || kill -s TERM -- "-$1""#;

    fn on(child: &Child) -> Done<Self> {
        let mut shell = Command::new("/bin/sh")
            .args(["-c", Self::SCRIPT, "leash", &child.id().to_string()])
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("cannot start /bin/sh: {e}"))?;
        let pipe = shell.stdin.take();
        Ok(Self { shell, pipe })
    }

    /// The group has ended by itself; its number may soon be another's.
    fn release(mut self) {
        if let Some(mut pipe) = self.pipe.take() {
            // A shell that is gone already holds no leash: nothing to release.
            pipe.write_all(b"released\n").ok();
        }
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        drop(self.pipe.take());
        self.shell.wait().ok();
    }
}

fn start(command: &mut Command) -> Done<Child> {
    command
        .stdin(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|e| format!("cannot start {}: {e}", name(command)))
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_exit_codes_come_back() {
        let mut lines = Vec::new();
        let status = follow(
            Command::new("sh").args(["-c", "echo one; echo two; exit 7"]),
            |line| lines.push(line.to_owned()),
        );
        assert_eq!(status.unwrap().code(), Some(7));
        assert_eq!(lines, ["one", "two"]);
        assert!(
            read(Command::new("sh").args(["-c", "echo because >&2; exit 1"]))
                .unwrap_err()
                .contains("because")
        );
        assert!(
            run(&mut Command::new("/nowhere/program"))
                .unwrap_err()
                .contains("cannot start /nowhere/program")
        );
    }

    #[test]
    fn a_forgotten_child_does_not_hold_us() {
        let mark = std::env::temp_dir().join(format!("medok-forgotten-{}", std::process::id()));
        let forgetful =
            "(trap 'echo ended >\"$0\"; exit' TERM; sleep 60 & wait) & echo before; exit 4";
        let mut lines = Vec::new();
        let mut command = Command::new("sh");
        let status = follow(command.args(["-c", forgetful]).arg(&mark), |line| {
            lines.push(line.to_owned());
        });
        assert_eq!(status.unwrap().code(), Some(4));
        assert_eq!(lines, ["before"]);
        let is_ended = || {
            std::thread::sleep(Duration::from_millis(20));
            mark.exists()
        };
        assert!(
            (0..100).any(|_| is_ended()),
            "the forgotten child was not ended"
        );
        std::fs::remove_file(&mark).unwrap();
    }

    #[test]
    fn a_dropped_leash_ends_the_group_and_a_released_one_does_not() {
        let mut held = start(Command::new("sh").args(["-c", "sleep 30 & wait"])).unwrap();
        drop(Leash::on(&held).unwrap());
        assert_eq!(held.wait().unwrap().code(), None, "ended by a signal");

        let mut free = start(Command::new("sh").args(["-c", "sleep 0.3; exit 3"])).unwrap();
        Leash::on(&free).unwrap().release();
        assert_eq!(free.wait().unwrap().code(), Some(3));
    }

    #[test]
    fn executables_are_told_from_harnesses_and_libraries() {
        let message = |kind: &str, test: bool, executable: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","target":{{"name":"medok","kind":["{kind}"]}},"profile":{{"test":{test}}},"executable":{executable}}}"#
            )
        };
        assert_eq!(
            executable(&message("bin", false, r#""/t/medok""#)),
            Some(("medok".into(), "/t/medok".into()))
        );
        assert_eq!(executable(&message("bin", true, r#""/t/medok-1""#)), None);
        assert_eq!(executable(&message("lib", false, "null")), None);
        assert_eq!(
            executable(r#"{"reason":"build-finished","success":true}"#),
            None
        );
    }

    #[test]
    fn times_read_well() {
        assert_eq!(readable(Duration::from_millis(4_210)), "4.2 s");
        assert_eq!(readable(Duration::from_secs(185)), "3 min 05 s");
    }
}

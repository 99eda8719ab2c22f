//! The proxies of the recipes and the client before them, as programs.
//!
//! *Invariant*: a proxy ends with the story that started it, however that ends: it lives below a shell that waits for
//! the end of its own input, and we hold the other end.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The name under which the recipes' clinic is asked for.
pub const CLINIC: &str = "clinic.example";
/// The sub-domain that is Medok's alone.
pub const OWN: &str = "zapis.clinic.example";

/// Which of the recipes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipe {
    /// `nginx.conf`.
    Nginx,
    /// `Caddyfile`.
    Caddy,
}

/// A running proxy.
pub struct Proxy {
    keeper: Child,
    http: u16,
    https: u16,
    folder: PathBuf,
}

/// What came back through a proxy.
pub struct Reply {
    /// `HTTP/2`.
    pub protocol: String,
    /// The status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Proxy {
    /// Starts the recipe's own file, with the places of this story in it; none where the program is not there, which is
    /// said aloud.
    pub fn start(
        recipe: Recipe,
        folder: &Path,
        medok: SocketAddr,
        old: SocketAddr,
    ) -> Option<Self> {
        let program = match recipe {
            Recipe::Nginx => "nginx",
            Recipe::Caddy => "caddy",
        };
        for needed in [program, "curl", "openssl"] {
            if !is_there(needed) {
                eprintln!(
                    "SKIPPED: {needed} is not installed; `cargo xtask test` does that where it can"
                );
                return None;
            }
        }
        let (http, https) = (free_port(), free_port());
        let texts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/proxy");
        let read =
            |name: &str| std::fs::read_to_string(texts.join(name)).expect("the recipe is there");
        for page in ["down.html", "down.json", "large.html", "large.json"] {
            std::fs::copy(texts.join(page), folder.join(page)).expect("a file");
        }
        let places = [
            ("127.0.0.1:8080", medok.to_string()),
            ("127.0.0.1:8081", old.to_string()),
        ];
        let place = folder.display();
        let command = match recipe {
            Recipe::Nginx => {
                certificate(folder);
                let text = replaced(read("nginx.conf"), &places);
                let text = nginx_places(&text, folder, http, https);
                let file = folder.join("nginx.conf");
                std::fs::write(&file, text).expect("a file");
                format!(
                    "nginx -c {} -e {place}/error.log -g 'daemon off;'",
                    file.display()
                )
            }
            Recipe::Caddy => {
                let ports = format!(
                    "{{\n\thttp_port {http}\n\thttps_port {https}\n\tdefault_bind 127.0.0.1\n\tlocal_certs\n\tskip_install_trust\n\tstorage file_system {place}/store\n"
                );
                let text = replaced(read("Caddyfile"), &places)
                    .replacen("{\n", &ports, 1)
                    .replace("/var/log/caddy", &place.to_string())
                    .replace("/etc/caddy/medok", &place.to_string());
                let file = folder.join("Caddyfile");
                std::fs::write(&file, text).expect("a file");
                format!("caddy run --adapter caddyfile --config {}", file.display())
            }
        };
        // The shell's input ends when this process does, also by a kill; then it ends what it started.
        let keeper = format!(
            "{command} </dev/null & below=$!; read -r _; kill -TERM $below 2>/dev/null; wait $below"
        );
        let log = std::fs::File::create(folder.join("stderr.log")).expect("a file");
        let keeper = Command::new("/bin/sh")
            .args(["-c", &keeper])
            .env("HOME", folder)
            .env("XDG_DATA_HOME", folder)
            .env("XDG_CONFIG_HOME", folder)
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("a file"))
            .stderr(log)
            .spawn()
            .expect("there is a shell");
        let proxy = Self {
            keeper,
            http,
            https,
            folder: folder.to_owned(),
        };
        proxy.wait();
        Some(proxy)
    }

    /// Waits until it listens, and has its certificates.
    fn wait(&self) {
        for _ in 0..300 {
            let open = TcpStream::connect((Ipv4Addr::LOCALHOST, self.https)).is_ok();
            if open && self.try_curl(&["https://clinic.example/"]).is_some() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the proxy does not come to listen: {}", self.written());
    }

    /// Where it listens for TLS.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.https).into()
    }

    /// Asks through it, as a browser would.
    pub fn curl(&self, arguments: &[&str]) -> Reply {
        let mut all = self.curls(arguments);
        all.pop().expect("an answer")
    }

    /// Several answers of one run.
    pub fn curls(&self, arguments: &[&str]) -> Vec<Reply> {
        let output = self
            .try_curl(arguments)
            .unwrap_or_else(|| panic!("{arguments:?}: no answer: {}", self.written()));
        Reply::all(&output)
    }

    /// What came, if anything did.
    pub fn try_curl(&self, arguments: &[&str]) -> Option<Vec<u8>> {
        let output = Command::new("curl")
            .args([
                "--silent",
                "--show-error",
                "--include",
                "--insecure",
                "--http2",
            ])
            .args(["--max-time", "30", "--path-as-is"])
            .args(["--connect-to", &format!(":80:127.0.0.1:{}", self.http)])
            .args(["--connect-to", &format!(":443:127.0.0.1:{}", self.https)])
            .args(arguments)
            .output()
            .expect("curl runs");
        output.status.success().then_some(output.stdout)
    }

    /// All that it wrote of what it did: access, errors, its own words.
    pub fn written(&self) -> String {
        let files = std::fs::read_dir(&self.folder).expect("a folder").flatten();
        files
            .filter(|file| file.path().extension().is_some_and(|end| end == "log"))
            .filter_map(|file| std::fs::read(file.path()).ok())
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .collect()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

impl Reply {
    /// A header that stands there once.
    pub fn once(&self, name: &str) -> &str {
        let all: Vec<&str> = self.all_of(name);
        assert_eq!(all.len(), 1, "{name} once: {:?}", self.headers);
        all[0]
    }

    /// All values of a header.
    pub fn all_of(&self, name: &str) -> Vec<&str> {
        let of = self.headers.iter().filter(|(there, _)| there == name);
        of.map(|(_, value)| value.as_str()).collect()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Reads `curl --include`: heads and bodies one after another, each body as long as its head says, or the last.
    fn all(output: &[u8]) -> Vec<Self> {
        let mut replies = Vec::new();
        let mut rest = output;
        while !rest.is_empty() {
            let end = rest
                .windows(4)
                .position(|window| window == b"\r\n\r\n")
                .expect("a head ends");
            let head = std::str::from_utf8(&rest[..end]).expect("an ASCII head");
            let mut lines = head.lines();
            let mut first = lines.next().expect("a status line").split_whitespace();
            let protocol = first.next().expect("a protocol").to_owned();
            let status = first.next().expect("a status").parse().expect("a number");
            let headers: Vec<(String, String)> = lines
                .filter_map(|line| line.split_once(':'))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
                .collect();
            rest = &rest[end + 4..];
            let length = headers
                .iter()
                .find(|(name, _)| name == "content-length")
                .and_then(|(_, length)| length.parse().ok());
            let next = rest.windows(6).position(|window| window == b"HTTP/2");
            let length = length.or(next).unwrap_or(rest.len()).min(rest.len());
            let body = rest[..length].to_vec();
            rest = &rest[length..];
            if status >= 200 {
                replies.push(Self {
                    protocol,
                    status,
                    headers,
                    body,
                });
            }
        }
        replies
    }
}

/// What of nginx's file is the machine's: ports, folders, whose the workers are. Nothing else is changed.
fn nginx_places(text: &str, folder: &Path, http: u16, https: u16) -> String {
    let user = Command::new("id").arg("-un").output().expect("id runs");
    let user = String::from_utf8_lossy(&user.stdout).trim().to_owned();
    let place = folder.display().to_string();
    let rooms: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|room| format!("\t{room}_temp_path {place}/{room};\n"))
        .collect();
    text.lines()
        // A machine of tests may have no IPv6.
        .filter(|line| !line.trim_start().starts_with("listen [::]"))
        .map(|line| format!("{line}\n"))
        .collect::<String>()
        .replace("http {\n", &format!("http {{\n{rooms}"))
        .replace("user www-data;", &format!("user {user};"))
        .replace("worker_processes auto;", "worker_processes 1;")
        .replace("listen 80", &format!("listen 127.0.0.1:{http}"))
        .replace("listen 443", &format!("listen 127.0.0.1:{https}"))
        .replace("/run/nginx.pid", &format!("{place}/nginx.pid"))
        .replace("/var/log/nginx", &place)
        .replace("/etc/nginx/medok", &place)
        .replace("/etc/ssl/clinic.example", &place)
}

fn replaced(text: String, places: &[(&str, String)]) -> String {
    places.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "the recipe names {from}");
        text.replace(from, to)
    })
}

/// A certificate that nobody but this story believes.
fn certificate(folder: &Path) {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
        ])
        .args(["-days", "2", "-subj", "/CN=clinic.example", "-keyout"])
        .arg(folder.join("privkey.pem"))
        .arg("-out")
        .arg(folder.join("fullchain.pem"))
        .output()
        .expect("openssl runs");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
}

fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = [PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")];
    std::env::split_paths(&path)
        .chain(usual)
        .any(|folder| folder.join(program).is_file())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

//! The site answers to its own names only (policy clause 2.3): another `Host` is refused, so that neither a foreign
//! domain pointed at this machine nor a page that rebinds its name to it reaches anything.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;

use super::problem::Code;
use super::shape::bare;
use crate::Site;

/// The names the site answers to.
#[derive(Debug)]
pub(super) struct Hosts {
    /// Host and port, in lower case; no port means any of `ports` or none.
    names: Vec<(String, Option<u16>)>,
    /// Ports that a name without one stands for.
    ports: Vec<u16>,
    /// The address probes of health may name instead.
    listen: IpAddr,
}

impl Hosts {
    pub(super) fn of(site: &Site) -> Arc<Self> {
        let settings = &site.settings;
        Arc::new(Self::new(
            &site.origin,
            settings.origin.is_none(),
            &settings.hosts,
            settings.listen.ip(),
        ))
    }

    /// `own`: the origin is not a setting but the address listened on, so the machine's own names are as good.
    fn new(origin: &str, own: bool, further: &[String], listen: IpAddr) -> Self {
        let (scheme, authority) = origin.split_once("://").unwrap_or(("http", origin));
        let default = if scheme == "https" { 443 } else { 80 };
        let (host, port) = split(authority).unwrap_or((authority, None));
        let port = port.unwrap_or(default);
        let mut names = vec![(host.to_ascii_lowercase(), Some(port))];
        if own {
            names.extend(
                ["localhost", "127.0.0.1", "[::1]"].map(|name| (name.to_owned(), Some(port))),
            );
        }
        names.extend(
            further
                .iter()
                .filter_map(|name| split(name))
                .map(|(host, port)| (host.to_ascii_lowercase(), port)),
        );
        Self {
            names,
            ports: vec![80, 443, port],
            listen,
        }
    }

    /// Whether the site is called so. `asked` is the authority as sent.
    fn answers_to(&self, asked: &str, path: &str) -> bool {
        let Some((host, port)) = split(asked) else {
            return false;
        };
        let named = self.names.iter().any(|(name, theirs)| {
            name.eq_ignore_ascii_case(host)
                && match (theirs, port) {
                    (Some(theirs), Some(port)) => *theirs == port,
                    (Some(theirs), None) => matches!(theirs, 80 | 443),
                    (None, Some(port)) => self.ports.contains(&port),
                    (None, None) => true,
                }
        });
        named || (path.starts_with("/health/") && self.is_own_address(host))
    }

    /// A probe asks the address itself: the one listened on, or any of the machine's where that is all of them.
    fn is_own_address(&self, host: &str) -> bool {
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        bare.parse::<IpAddr>()
            .is_ok_and(|address| address == self.listen || self.listen.is_unspecified())
    }
}

/// Refuses what was asked of another host.
pub(super) async fn check(
    State(hosts): State<Arc<Hosts>>,
    request: Request,
    next: Next,
) -> Response {
    match verdict(&hosts, &request) {
        Ok(()) => next.run(request).await,
        Err(code) => bare(code),
    }
}

fn verdict(hosts: &Hosts, request: &Request) -> Result<(), Code> {
    let path = request.uri().path();
    let mut named = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (named.next(), named.next()) else {
        return Err(Code::HostMissing);
    };
    // A request line with a whole address overrides the header (RFC 9112 §3.2.2): both must be ours.
    let line = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    let header = host.to_str().unwrap_or_default();
    let ours =
        hosts.answers_to(header, path) && line.is_none_or(|line| hosts.answers_to(line, path));
    if ours { Ok(()) } else { Err(Code::ForeignHost) }
}

/// Host and port of an authority. `None` where it cannot be one.
fn split(authority: &str) -> Option<(&str, Option<u16>)> {
    let host_end = if authority.starts_with('[') {
        authority.find(']')? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, rest) = authority.split_at(host_end);
    if host.is_empty() {
        return None;
    }
    match rest.strip_prefix(':') {
        None if rest.is_empty() => Some((host, None)),
        Some(port) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some((host, Some(port.parse().ok()?)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(origin: &str, own: bool, further: &[&str]) -> Hosts {
        let further: Vec<String> = further.iter().map(|&name| name.to_owned()).collect();
        Hosts::new(origin, own, &further, "127.0.0.1".parse().unwrap())
    }

    #[test]
    fn the_sites_own_names_are_answered_and_no_others() {
        let clinic = hosts(
            "https://www.clinic.example",
            false,
            &["clinic.example", "old.example:8443"],
        );
        for host in [
            "www.clinic.example",
            "WWW.Clinic.Example:443",
            "clinic.example",
            "clinic.example:443",
            "old.example:8443",
        ] {
            assert!(clinic.answers_to(host, "/"), "{host}");
        }
        for host in [
            "",
            ":443",
            "evil.example",
            "www.clinic.example.evil.example",
            "www.clinic.example:8080",
            "old.example",
            "old.example:443",
            "localhost",
            "127.0.0.1",
            "www.clinic.example:",
            "www.clinic.example:+443",
            "user@www.clinic.example",
            "www.clinic.example:443:443",
            "[www.clinic.example]",
        ] {
            assert!(!clinic.answers_to(host, "/"), "{host}");
        }
    }

    #[test]
    fn a_site_that_only_this_machine_reaches_answers_to_its_names() {
        let own = hosts("http://127.0.0.1:8080", true, &[]);
        for host in ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"] {
            assert!(own.answers_to(host, "/"), "{host}");
        }
        for host in [
            "localhost",
            "localhost:8081",
            "rebound.example:8080",
            "127.0.0.2:8080",
        ] {
            assert!(!own.answers_to(host, "/"), "{host}");
        }
        assert!(!hosts("http://127.0.0.1:8080", false, &[]).answers_to("localhost:8080", "/"));
    }

    #[test]
    fn probes_of_health_may_name_the_address() {
        let clinic = hosts("https://clinic.example", false, &[]);
        assert!(clinic.answers_to("127.0.0.1:8080", "/health/live"));
        assert!(!clinic.answers_to("10.0.0.5:8080", "/health/live"));
        assert!(!clinic.answers_to("127.0.0.1:8080", "/healthy"));
        let everywhere = Hosts::new("https://clinic.example", false, &[], "::".parse().unwrap());
        assert!(everywhere.answers_to("10.0.0.5:8080", "/health/ready"));
        assert!(everywhere.answers_to("[fd00::5]:8080", "/health/ready"));
        assert!(!everywhere.answers_to("evil.example", "/health/ready"));
    }

    #[test]
    fn one_host_is_named_and_a_whole_address_counts_too() {
        let own = hosts("http://127.0.0.1:8080", true, &[]);
        let ask = |uri: &str, hosts: &[&str]| {
            let request = hosts
                .iter()
                .fold(Request::builder().uri(uri), |request, host| {
                    request.header("host", *host)
                });
            verdict(&own, &request.body(axum::body::Body::empty()).unwrap())
        };
        assert_eq!(ask("/", &["localhost:8080"]), Ok(()));
        assert_eq!(ask("/", &[]), Err(Code::HostMissing));
        assert_eq!(
            ask("/", &["localhost:8080", "evil.example"]),
            Err(Code::HostMissing)
        );
        assert_eq!(ask("/", &["evil.example"]), Err(Code::ForeignHost));
        assert_eq!(
            ask("http://evil.example/", &["localhost:8080"]),
            Err(Code::ForeignHost)
        );
        assert_eq!(ask("http://localhost:8080/", &["localhost:8080"]), Ok(()));
    }
}

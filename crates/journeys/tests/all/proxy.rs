//! Medok behind the proxies of `docs/proxy`, by the recipes' own files and the real programs: below the clinic's old
//! domain and on a sub-domain, over TLS and HTTP/2.

mod programs;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use axum::Router;
use journeys::{ClinicOptions, Store, TestClinic, Visitor};
use platform::config::{Limits, Settings};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use programs::{CLINIC, OWN, Proxy, Recipe, Reply};

const PHONE: &str = "+7&nbsp;495&nbsp;000-00-00";
/// Once on whatever Medok answers, whoever stands between.
const ONCE: [&str; 10] = [
    "content-type",
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "x-frame-options",
    "cross-origin-opener-policy",
    "permissions-policy",
    "strict-transport-security",
    "cache-control",
    "date",
];

/// A clinic, its old site, and the proxy before both.
struct Street {
    clinic: TestClinic,
    proxy: Proxy,
    close: oneshot::Sender<()>,
    served: JoinHandle<()>,
    folder: tempfile::TempDir,
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

impl Street {
    async fn open(recipe: Recipe, name: &str) -> Option<Self> {
        let options = ClinicOptions {
            settings: Settings {
                limits: Limits::On,
                origin: Some(format!("https://{name}")),
                // The name by which the stories' own visitors ask, who go past the proxy.
                hosts: vec!["clinic.test".into()],
                trusted_proxies: vec![Ipv4Addr::LOCALHOST.into()],
                ..Settings::default()
            },
            ..ClinicOptions::with_tax_certificate()
        };
        let mut clinic = TestClinic::open_with(Store::Sqlite, options)
            .await
            .expect("a file can always be made");
        clinic.site.origin = format!("https://{name}").into();
        let (medok, address) = listener().await;
        let (close, closed) = oneshot::channel();
        let site = clinic.site.clone();
        let served = tokio::spawn(async move {
            let ended = web::serve(medok, site, async {
                let _ = closed.await;
            });
            ended.await.expect("the site is served");
        });
        let (old, old_address) = listener().await;
        let old_site = Router::new().fallback(|| async { ([("x-old-site", "1")], "old site") });
        tokio::spawn(async move { axum::serve(old, old_site).await });
        let folder = tempfile::tempdir().expect("a folder");
        let proxy = Proxy::start(recipe, folder.path(), address, old_address)?;
        Some(Self {
            clinic,
            proxy,
            close,
            served,
            folder,
        })
    }

    fn get(&self, address: &str, more: &[&str]) -> Reply {
        let arguments: Vec<&str> = more.iter().copied().chain([address]).collect();
        self.proxy.curl(&arguments)
    }
}

fn is_medoks(reply: &Reply) -> bool {
    reply.all_of("x-old-site").is_empty()
        && reply
            .all_of("content-security-policy")
            .iter()
            .any(|policy| policy.contains("script-src 'self'"))
}

/// What stands in a form, each name once, after filling in these fields.
fn as_it_stands(visitor: &Visitor<'_>, fill: &[(&str, &str)]) -> Vec<String> {
    let names: BTreeSet<String> = visitor.fields().into_iter().collect();
    let value = |name: &String| {
        let filled = fill.iter().find(|(known, _)| known == name);
        match filled {
            Some((_, value)) => Some((*value).to_owned()),
            None => visitor.values(name).first().cloned(),
        }
    };
    names
        .iter()
        .filter_map(|name| Some(format!("{name}={}", value(name)?)))
        .collect()
}

impl Street {
    /// Every address that Medok serves leads to Medok, and no other.
    async fn every_route_is_led(&self) {
        for template in web::paths() {
            let path = template
                .replace("{*path}", "0/000")
                .replace("{code}", "invalid")
                .replace("{version}", "1")
                .replace("{service}", "tax_certificate")
                .replace(['{', '}'], "");
            let reply = self.get(&format!("https://{CLINIC}{path}"), &[]);
            // The old site keeps its first page and what it tells machines that search; probes of health ask Medok itself;
            // the parts of the design are shown by a demonstration alone.
            let olds = ["/", "/robots.txt", "/sitemap.xml", "/design"].contains(&path.as_str())
                || path.starts_with("/health/");
            assert_eq!(is_medoks(&reply), !olds, "{template}: {:?}", reply.headers);
        }
        for path in [
            "/",
            "/booking",
            "/policy.html",
            "/static/old.css",
            "/wp-login.php",
            "/apiary",
        ] {
            let reply = self.get(&format!("https://{CLINIC}{path}"), &[]);
            assert_eq!(reply.once("x-old-site"), "1", "{path}");
        }
    }

    /// TLS, HTTP/2, headers once, packing as asked, validators.
    async fn answers_pass_as_they_are(&self) {
        let page = format!("https://{CLINIC}/book");
        let asset = web::paths()
            .into_iter()
            .find(|path| path.starts_with("/static/"))
            .expect("a file");
        for path in [
            "/book",
            "/policy",
            "/api/v1/services",
            "/documents/nothing",
            &asset,
        ] {
            let reply = self.get(&format!("https://{CLINIC}{path}"), &[]);
            assert_eq!(reply.protocol, "HTTP/2", "{path}");
            for name in ONCE {
                reply.once(name);
            }
            for told in ["via", "x-powered-by"] {
                assert!(reply.all_of(told).is_empty(), "{path}: {told}");
            }
            for server in reply.all_of("server") {
                assert!(!server.contains(|c: char| c.is_ascii_digit()), "{server}");
            }
        }
        for (takes, coding) in [("br", &["br"][..]), ("gzip", &["gzip"]), ("identity", &[])] {
            let takes = format!("accept-encoding: {takes}");
            let reply = self.get(&page, &["-H", &takes]);
            assert_eq!(reply.all_of("content-encoding"), coding);
        }
        let first = self.get(&page, &[]);
        let known = format!("if-none-match: {}", first.once("etag"));
        assert_eq!(self.get(&page, &["-H", &known]).status, 304);
        let plain = self.get(&format!("http://{CLINIC}/book?x=1"), &[]);
        assert_eq!(plain.status, 308);
        assert_eq!(plain.once("location"), format!("https://{CLINIC}/book?x=1"));
    }

    /// Only under the site's own names.
    async fn foreign_names_are_refused(&self) {
        let page = format!("https://{CLINIC}/book");
        let reply = self.get(&page, &["-H", "host: evil.example"]);
        assert_eq!(reply.status, 421, "{:?}", reply.headers);
        assert!(!is_medoks(&reply) && reply.all_of("x-old-site").is_empty());
        assert!(
            self.proxy
                .try_curl(&["https://evil.example/book"])
                .is_none(),
            "no certificate, no answer"
        );
        // A name that the proxy knows and Medok does not.
        let reply = self.get(&format!("https://{OWN}/book"), &[]);
        assert_eq!(reply.status, 421, "Medok has the last word");
    }

    /// Booked by the form; gives the secret of the link.
    async fn books(&self) -> String {
        let mut anna = Visitor::at(&self.clinic, "/book?for=self").await;
        let service = self.clinic.id("service", "visit").await;
        anna.press(("choose", &service), &[]).await;
        anna.choose("slot", 0).await;
        let mut form = as_it_stands(
            &anna,
            &[
                ("patient.surname", "Пчёлкина"),
                ("patient.given_name", "Анна"),
                ("patient.birth_date", "24111986"),
                ("patient.phone", "8 916 777-09-13"),
                ("given.policy", "yes"),
                ("given.booking-self", "yes"),
            ],
        );
        form.push("go=book".into());
        let page = format!("https://{CLINIC}/book");
        let send = |more: &[&str]| {
            let fields = form
                .iter()
                .flat_map(|field| ["--data-urlencode", field.as_str()]);
            let arguments: Vec<&str> = fields
                .chain(more.iter().copied())
                .chain([page.as_str()])
                .collect();
            self.proxy.curl(&arguments)
        };
        for foreign in [
            &["-H", "origin: https://evil.example"][..],
            &["-H", "origin: http://clinic.example"],
            &["-H", "origin: https://zapis.clinic.example"],
            &[
                "-H",
                "origin: https://clinic.example",
                "-H",
                "sec-fetch-site: cross-site",
            ],
        ] {
            let refused = send(foreign);
            assert_eq!(refused.status, 403, "{foreign:?}");
            assert!(refused.text().contains("tel:+7"), "{}", refused.text());
        }
        assert_eq!(self.clinic.count("appointment").await, 0);
        let booked = send(&["-H", "origin: https://clinic.example"]);
        let text = booked.text();
        assert_eq!(booked.status, 200, "{text}");
        assert!(text.contains("Вы записаны"), "{text}");
        assert_eq!(booked.once("cache-control"), "no-store");
        let (_, rest) = text.split_once("/a/").expect("a link");
        let token = rest.split(['"', '<']).next().expect("a token").to_owned();
        let again = send(&["-H", "sec-fetch-site: same-origin"]);
        assert!(again.text().contains(&token), "sent twice, booked once");
        token
    }

    /// The secret is traded for a cookie of this host alone.
    async fn shows_its_owner(&self, token: &str) {
        let opened = self.get(&format!("https://{CLINIC}/a/{token}"), &[]);
        assert_eq!(opened.status, 303);
        assert_eq!(opened.once("location"), "/appointment");
        let cookie = opened.once("set-cookie");
        for word in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/appointment"] {
            assert!(cookie.contains(word), "{cookie}");
        }
        let cookie = format!("cookie: {}", cookie.split(';').next().expect("a pair"));
        let page = format!("https://{CLINIC}/appointment");
        let shown = self.get(&page, &["-H", &cookie]);
        assert_eq!(
            (shown.status, shown.once("cache-control")),
            (200, "no-store")
        );
        assert!(shown.text().contains("***-09-13"));
        for path in ["", "/calendar.ics"] {
            let address = format!("https://{CLINIC}/api/v1/appointments/{token}{path}?language=en");
            let shown = self.get(&address, &[]);
            assert_eq!(shown.status, 200);
            assert_eq!(shown.once("x-robots-tag"), "noindex, nofollow");
        }
        // However it is written.
        self.get(&format!("https://{CLINIC}/%61/{token}"), &[]);
        self.get(&format!("https://{CLINIC}//a//{token}"), &[]);
        self.get(&format!("http://{CLINIC}/a/{token}"), &[]);
    }

    /// Each client has its own limit, and none of them a say in who it is.
    async fn clients_are_told_apart(&self) {
        let page = format!("https://{CLINIC}/book?[1-80]");
        let write = |from: &str, more: &[&str], address: &str| {
            let mut arguments = vec![
                "--interface",
                from,
                "-d",
                "for=self",
                "-H",
                "sec-fetch-site: same-origin",
            ];
            arguments.extend_from_slice(more);
            arguments.push(address);
            let replies = self.proxy.curls(&arguments);
            replies.iter().map(|reply| reply.status).collect::<Vec<_>>()
        };
        let one = format!("https://{CLINIC}/book");
        let many = write("127.0.0.2", &[], &page);
        assert_eq!(
            many.iter().filter(|status| **status == 200).count(),
            60,
            "{many:?}"
        );
        assert_eq!(
            many.iter().filter(|status| **status == 429).count(),
            20,
            "{many:?}"
        );
        assert_eq!(write("127.0.0.3", &[], &one), [200], "another client");
        for claim in [
            "x-forwarded-for: 198.51.100.7",
            "x-forwarded-for: 127.0.0.3",
            "forwarded: for=198.51.100.7",
            "x-real-ip: 198.51.100.7",
        ] {
            assert_eq!(write("127.0.0.2", &["-H", claim], &one), [429], "{claim}");
        }
    }

    /// As much as Medok takes, and no more.
    async fn bodies_have_our_size(&self) {
        let page = format!("https://{CLINIC}/book");
        for (bytes, statuses) in [
            (64 * 1024, &[200, 422][..]),
            (64 * 1024 + 1, &[413]),
            (900_000, &[413]),
        ] {
            let file = self.folder.path().join("body");
            std::fs::write(&file, format!("for={}", "x".repeat(bytes - 4))).expect("a file");
            let file = format!("@{}", file.display());
            let same = "sec-fetch-site: same-origin";
            let reply = self.get(&page, &["-H", same, "--data-binary", &file]);
            assert!(
                statuses.contains(&reply.status),
                "{bytes}: {}",
                reply.status
            );
            if reply.status == 413 {
                let text = reply.text();
                assert!(text.contains("tel:+7"), "{bytes}: {text}");
                assert_eq!(reply.once("cache-control"), "no-store");
            }
        }
    }

    /// Medok is gone: the telephone is told, and the old site goes on.
    async fn missed(self, token: &str) {
        let Self {
            clinic,
            proxy,
            close,
            served,
            folder,
        } = self;
        close.send(()).expect("it is still served");
        served.await.expect("it ends");
        for (address, more) in [
            ("/book".to_owned(), &[][..]),
            ("/book".to_owned(), &["-d", "for=self"]),
            (format!("/a/{token}"), &[]),
            ("/upload/personal_medok.pdf".to_owned(), &[]),
        ] {
            let address = format!("https://{CLINIC}{address}");
            let arguments: Vec<&str> = more.iter().copied().chain([address.as_str()]).collect();
            let reply = proxy.curl(&arguments);
            let text = reply.text();
            assert_eq!(reply.status, 503, "{address} {more:?}: {text}");
            assert!(text.contains(PHONE), "{address}: {text}");
            assert_eq!(reply.once("cache-control"), "no-store");
            assert_eq!(reply.once("retry-after"), "60");
            assert!(reply.once("content-type").starts_with("text/html"));
        }
        for more in [&[][..], &["-d", "{}"]] {
            let address = format!("https://{CLINIC}/api/v1/appointments/{token}/cancel");
            let arguments: Vec<&str> = more.iter().copied().chain([address.as_str()]).collect();
            let reply = proxy.curl(&arguments);
            assert_eq!(reply.status, 503);
            assert!(
                reply
                    .once("content-type")
                    .starts_with("application/problem+json"),
                "{:?}",
                reply.headers
            );
            let problem: serde_json::Value = serde_json::from_slice(&reply.body).expect("JSON");
            assert_eq!(problem["type"], "/problems/unavailable");
        }
        let old = proxy.curl(&["https://clinic.example/"]);
        assert_eq!((old.status, old.text().as_str()), (200, "old site"));

        let address = proxy.address();
        let (folder, logs) = (folder.path().to_owned(), proxy.written());
        drop(proxy);
        assert!(
            TcpStream::connect(address).is_err(),
            "it ended with its story"
        );
        assert!(logs.contains("/book"), "something is written down: {logs}");
        for secret in [token, "Пчёлкина", "127.0.0.2", "language=en"] {
            let line = logs.lines().find(|line| line.contains(secret));
            assert!(line.is_none(), "{}: {secret}: {line:?}", folder.display());
        }
        drop(clinic);
    }
}

async fn below_the_old_domain(recipe: Recipe) {
    let Some(street) = Street::open(recipe, CLINIC).await else {
        return;
    };
    street.every_route_is_led().await;
    street.answers_pass_as_they_are().await;
    street.foreign_names_are_refused().await;
    let token = street.books().await;
    street.shows_its_owner(&token).await;
    street.clients_are_told_apart().await;
    street.bodies_have_our_size().await;
    street.missed(&token).await;
}

async fn on_a_sub_domain(recipe: Recipe) {
    let Some(street) = Street::open(recipe, OWN).await else {
        return;
    };
    for path in ["/", "/book", "/doctors", "/api/v1/services", "/nothing"] {
        let reply = street.get(&format!("https://{OWN}{path}"), &[]);
        assert!(is_medoks(&reply), "{path}: {:?}", reply.headers);
        for name in ONCE {
            reply.once(name);
        }
    }
    let health = street.get(&format!("https://{OWN}/health/live"), &[]);
    assert_eq!(health.status, 404);
    let sent = |origin: &str| {
        let origin = format!("origin: {origin}");
        street
            .get(
                &format!("https://{OWN}/book"),
                &["-d", "for=self", "-H", &origin],
            )
            .status
    };
    assert_eq!(sent(&format!("https://{OWN}")), 200);
    assert_eq!(sent(&format!("https://{CLINIC}")), 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_below_the_old_domain() {
    below_the_old_domain(Recipe::Nginx).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_on_a_sub_domain() {
    on_a_sub_domain(Recipe::Nginx).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn caddy_below_the_old_domain() {
    below_the_old_domain(Recipe::Caddy).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn caddy_on_a_sub_domain() {
    on_a_sub_domain(Recipe::Caddy).await;
}

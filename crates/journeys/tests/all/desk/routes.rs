//! Every route of the desk, for every role: a table that is complete by construction. A route without a row fails, and so
//! does a row without its route.

use std::collections::BTreeSet;

use journeys::{Colleague, TestClinic, on_both};
use trust::access::Role;

/// A record that is not there.
const NOBODYS: &str = "00000000-0000-4000-8000-000000000000";

/// Who is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// Whoever comes, signed in or not.
    Anybody,
    /// Every employee.
    Everybody,
    /// These roles.
    Roles(&'static [&'static str]),
}

use Who::{Anybody, Everybody, Roles};

const KEEPERS: Who = Roles(&["administrator"]);

const FINDERS: Who = Roles(&[
    "registrar",
    "operator",
    "supervisor",
    "responsible",
    "deputy",
]);
const DAY: Who = Roles(&["registrar", "operator", "supervisor"]);
/// The partner's contract in these stories names the board and nothing else.
const BOARD: Who = Roles(&[
    "registrar",
    "operator",
    "supervisor",
    "practitioner",
    "partner",
]);
const MARKERS: Who = Roles(&["registrar", "supervisor", "practitioner"]);
const HALL: Who = Roles(&["registrar", "supervisor"]);
const JOINERS: Who = Roles(&["registrar", "supervisor", "responsible", "deputy"]);
const IMPORTERS: Who = Roles(&["supervisor", "administrator"]);
const LEADERS: Who = Roles(&["owner", "marketing", "supervisor"]);
const OVERSEERS: Who = Roles(&["responsible", "deputy", "inspector"]);

const PROPOSERS: Who = Roles(&["administrator", "responsible", "deputy"]);
const APPROVERS: Who = Roles(&["responsible", "deputy"]);

const TABLE: &[(&str, &str, Who)] = &[
    ("GET", "/desk/sign-in", Anybody),
    ("POST", "/desk/sign-in", Anybody),
    ("GET", "/desk/switch", Anybody),
    ("POST", "/desk/switch", Anybody),
    ("POST", "/desk/passkey", Anybody),
    ("POST", "/desk/welcome/passkey", Anybody),
    ("GET", "/desk/demo/{token}", Anybody),
    ("GET", "/desk/demo", Anybody),
    ("POST", "/desk/demo", Anybody),
    ("POST", "/desk/demo/reset", Anybody),
    ("GET", "/desk/provider", Anybody),
    ("GET", "/desk/provider/back", Anybody),
    ("POST", "/desk/provider", Anybody),
    ("POST", "/desk/provider/second", Anybody),
    ("GET", "/desk/welcome/{token}", Anybody),
    ("GET", "/desk/welcome", Anybody),
    ("POST", "/desk/welcome", Anybody),
    ("GET", "/desk", Everybody),
    ("GET", "/desk/obligation", Everybody),
    ("POST", "/desk/obligation", Everybody),
    ("GET", "/desk/account", Everybody),
    ("POST", "/desk/account/sign-out", Everybody),
    ("POST", "/desk/account/passkey", Everybody),
    ("POST", "/desk/account/passkeys", Everybody),
    ("POST", "/desk/account/passkeys/{id}/remove", Everybody),
    ("POST", "/desk/lock", Everybody),
    ("GET", "/desk/today", BOARD),
    ("GET", "/desk/week", BOARD),
    ("POST", "/desk/today/print", MARKERS),
    ("GET", "/desk/waiting", DAY),
    ("GET", "/desk/book", DAY),
    ("POST", "/desk/book", DAY),
    ("POST", "/desk/book/times", DAY),
    ("POST", "/desk/book/parties", DAY),
    ("POST", "/desk/book/people", FINDERS),
    ("GET", "/desk/blocks", HALL),
    ("POST", "/desk/blocks", HALL),
    ("POST", "/desk/blocks/check", HALL),
    ("POST", "/desk/blocks/{id}/remove", HALL),
    ("GET", "/desk/live", BOARD),
    ("GET", "/desk/boards/{board}/{id}", BOARD),
    ("POST", "/desk/boards/{board}/{id}/accept", DAY),
    ("POST", "/desk/boards/{board}/{id}/arrive", MARKERS),
    ("POST", "/desk/boards/{board}/{id}/complete", MARKERS),
    ("POST", "/desk/boards/{board}/{id}/no-show", MARKERS),
    ("POST", "/desk/boards/{board}/{id}/undo", BOARD),
    ("POST", "/desk/boards/{board}/{id}/cancel", DAY),
    ("GET", "/desk/boards/{board}/{id}/move", DAY),
    ("POST", "/desk/boards/{board}/{id}/move", DAY),
    ("POST", "/desk/boards/{board}/{id}/slip", MARKERS),
    ("GET", "/desk/people", FINDERS),
    ("POST", "/desk/people", FINDERS),
    ("GET", "/desk/people/{id}", FINDERS),
    ("POST", "/desk/people/{id}/reveal", FINDERS),
    ("POST", "/desk/people/{id}/identify", HALL),
    ("POST", "/desk/people/{id}/join", JOINERS),
    ("POST", "/desk/people/{id}/part", JOINERS),
    ("POST", "/desk/people/{id}/others", JOINERS),
    ("POST", "/desk/people/{id}/representatives/find", HALL),
    ("POST", "/desk/people/{id}/representatives", HALL),
    ("POST", "/desk/people/{id}/representatives/{tie}/end", HALL),
    (
        "POST",
        "/desk/people/{id}/representatives/{tie}/restore",
        HALL,
    ),
    ("GET", "/desk/people/{id}/looks", HALL),
    ("GET", "/desk/looks", OVERSEERS),
    ("GET", "/desk/looks/{id}", OVERSEERS),
    (
        "GET",
        "/desk/journal",
        Roles(&["responsible", "deputy", "inspector", "administrator"]),
    ),
    ("GET", "/desk/account/calendar", Everybody),
    ("POST", "/desk/account/calendar/make", Everybody),
    ("POST", "/desk/account/calendar/revoke", Everybody),
    ("GET", "/desk/calendars", KEEPERS),
    ("POST", "/desk/calendars/{id}/make", KEEPERS),
    ("POST", "/desk/calendars/{id}/revoke", KEEPERS),
    ("GET", "/desk/external", IMPORTERS),
    ("POST", "/desk/external", IMPORTERS),
    ("POST", "/desk/external/{id}/read", IMPORTERS),
    ("POST", "/desk/external/{id}/remove", IMPORTERS),
    ("POST", "/desk/external/{id}/known/{appointment}", IMPORTERS),
    ("GET", "/desk/figures", LEADERS),
    ("GET", "/desk/figures/{figure}", LEADERS),
    ("GET", "/desk/forms", PROPOSERS),
    ("GET", "/desk/forms/{code}", PROPOSERS),
    ("POST", "/desk/forms/{code}", PROPOSERS),
    ("GET", "/desk/setup", KEEPERS),
    ("POST", "/desk/setup/{step}", KEEPERS),
    ("GET", "/desk/clinic", KEEPERS),
    ("GET", "/desk/clinic/closed", KEEPERS),
    ("POST", "/desk/clinic/closed", KEEPERS),
    ("GET", "/desk/clinic/{kind}/{id}", KEEPERS),
    ("POST", "/desk/clinic/{kind}/{id}", KEEPERS),
    ("POST", "/desk/clinic/{kind}/{id}/withdraw", KEEPERS),
    ("POST", "/desk/clinic/{kind}/{id}/restore", KEEPERS),
    ("POST", "/desk/clinic/{kind}/{id}/place", KEEPERS),
    ("GET", "/desk/clinic/{kind}/{id}/week", KEEPERS),
    ("POST", "/desk/clinic/{kind}/{id}/week", KEEPERS),
    ("GET", "/desk/clinic/{kind}/{id}/dates", KEEPERS),
    ("POST", "/desk/clinic/{kind}/{id}/dates", KEEPERS),
    ("GET", "/desk/texts", PROPOSERS),
    ("GET", "/desk/texts/{code}", PROPOSERS),
    ("POST", "/desk/texts/{code}", PROPOSERS),
    ("GET", "/desk/texts/{code}/{id}", PROPOSERS),
    ("POST", "/desk/texts/{code}/{id}/approve", APPROVERS),
    ("POST", "/desk/texts/{code}/{id}/decline", APPROVERS),
    ("POST", "/desk/texts/{code}/{id}/withdraw", PROPOSERS),
    ("GET", "/desk/staff", KEEPERS),
    ("POST", "/desk/staff", KEEPERS),
    ("GET", "/desk/staff/{id}", KEEPERS),
    ("POST", "/desk/staff/{id}/change", KEEPERS),
    ("POST", "/desk/staff/{id}/identity", KEEPERS),
    ("POST", "/desk/staff/{id}/invite", KEEPERS),
    ("POST", "/desk/staff/{id}/dismiss", KEEPERS),
];

#[test]
fn the_table_has_a_row_for_every_route_and_no_other() {
    let rows: BTreeSet<(&str, &str)> = TABLE
        .iter()
        .map(|(method, path, _)| (*method, *path))
        .collect();
    assert_eq!(rows.len(), TABLE.len(), "a row stands twice");
    let routes: BTreeSet<(&str, &str)> = web::permissions()
        .iter()
        .map(|one| (one.method, one.path))
        .collect();
    assert_eq!(rows, routes);
    // What the table calls the desk is all that stands below its address.
    let paths: BTreeSet<&str> = rows.iter().map(|(_, path)| *path).collect();
    let all = web::paths();
    let served: BTreeSet<&str> = all
        .iter()
        .map(String::as_str)
        .filter(|path| *path == "/desk" || path.starts_with("/desk/"))
        .collect();
    assert_eq!(paths, served);
}

fn place(path: &str) -> String {
    path.replace("{id}", NOBODYS)
        .replace("{board}", NOBODYS)
        .replace("{tie}", NOBODYS)
        .replace("{figure}", "bookings")
        .replace("{appointment}", NOBODYS)
        .replace("{token}", "none")
        .replace("{code}", "none")
        .replace("{kind}", "people")
        .replace("{step}", "none")
}

on_both!(
    every_role_is_let_in_where_its_work_is_and_nowhere_else,
    |clinic: TestClinic| async move {
        for (nth, role) in Role::all().enumerate() {
            let role = role.code();
            let mut one = Colleague::at_work(&clinic, &format!("colleague-{nth}"), role).await;
            let mut signed_in = one.cookies.clone();
            for (method, path, who) in TABLE {
                one.cookies = signed_in.clone();
                let answer = if *method == "GET" {
                    one.get(&place(path)).await
                } else if *path == "/desk/account/sign-out" {
                    one.post(path, &[("which", NOBODYS)]).await
                } else {
                    one.post(&place(path), &[]).await
                };
                let let_in = match who {
                    Anybody | Everybody => true,
                    Roles(roles) => roles.contains(&role),
                };
                let what = format!("{role} {method} {path}: {}", answer.code());
                if let_in {
                    assert_ne!(
                        (
                            answer.code(),
                            answer.text().contains("Это не для вашей роли")
                        ),
                        (403, true),
                        "{what}"
                    );
                    assert_ne!(answer.header("location"), "/desk/sign-in", "{what}");
                    assert!(answer.code() < 500, "{what}");
                } else {
                    assert_eq!(answer.code(), 403, "{what}");
                }
                if *path == "/desk/lock" {
                    // The screen is closed: who works is asked again.
                    let answer = one.get("/desk").await;
                    assert_eq!(answer.header("location"), "/desk/switch?to=/desk", "{what}");
                    clinic.clock.advance_seconds(30);
                    let answer = one.signs_in().await;
                    assert_eq!(answer.code(), 303, "{}", answer.text());
                    signed_in = one.cookies.clone();
                }
            }
        }
    }
);

on_both!(
    whoever_is_not_signed_in_is_led_to_the_door,
    |clinic: TestClinic| async move {
        for (method, path, who) in TABLE {
            let at = place(path);
            let visit = if *method == "GET" {
                clinic.get(&at)
            } else {
                clinic.form(&at, &[])
            };
            let answer = visit.send().await;
            if *who == Anybody {
                assert!(answer.code() < 500, "{method} {path}");
                continue;
            }
            let part = if *method == "GET" {
                clinic.get(&at)
            } else {
                clinic.form(&at, &[])
            };
            let part = part.header("x-medok-part", "1").send().await;
            assert_eq!(part.code(), 401, "{method} {path}: a script is told");
            assert_eq!(answer.code(), 303, "{method} {path}");
            assert!(
                answer.header("location").starts_with("/desk/sign-in"),
                "{method} {path}"
            );
        }
    }
);

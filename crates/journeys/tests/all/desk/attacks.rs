//! What attackers try at the desk. Each story fails when its defence is taken away:
//!
//! | what is tried | the defence | the story that fails without it |
//! |---|---|---|
//! | session fixation | `staff/sign_in.rs`: a new secret with each sign-in; `staff/session.rs`: what no row knows is nobody's | `fixation::a_planted_secret_is_never_taken_over` |
//! | an old secret at a shared computer | `staff/resume.rs`: a new secret with each change of places | `fixation::a_secret_from_before_the_change_of_places_is_nobodys` |
//! | cross-site forms, forged `Origin` | `web/door/origin.rs` before every form | `forgery::a_foreign_page_cannot_act`, `forgery::no_form_of_the_desk_is_taken_from_elsewhere` |
//! | cross-site requests with cookies | `web/desk/asked.rs`: `SameSite=Strict`, `HttpOnly`, `Path=/desk` | `forgery::a_foreign_page_cannot_act` |
//! | a change by an address alone | `web/desk/routes.rs`: what changes is a POST | `forgery::a_get_changes_nothing` |
//! | ids of another branch, colleague, room: cards, appointments, blocks, passkeys, sessions, staff, texts, forms, sources, figures, calendars, the catalogue, links | `clinic` (`people/card.rs`, `booking/desk/gate.rs`, `booking/desk/block.rs`), `trust` (`access/ticket.rs`, `staff/passkey.rs`, `staff/session.rs`) | `references::every_id_of_anothers_leads_nowhere`, `references::an_id_of_anothers_leads_nowhere` |
//! | another's case as a key to a card | `trust/vault/opening.rs`: a ticket opens the persons of its case | `references::a_case_opens_nobody_else` |
//! | joining a stranger to reach them | `clinic/people/card.rs`: whoever is not suggested must be within reach | `references::nobody_is_reached_by_joining_them` |
//! | open redirects, header injection | `web/desk/asked.rs`: `goes_on_to` | `redirects::one_goes_on_to_a_page_of_the_desk_alone` |
//! | brute force | `staff/failure.rs`: counted before it is looked at, closed longer and longer | `guessing::the_way_is_closed_and_opens_again`, `guessing::many_at_once_…`, `guessing::six_digits_…` |
//! | a wrong factor | `staff/sign_in.rs`, `staff/proof.rs` | `guessing::one_factor_is_none_whichever_it_is` |
//! | a replayed code | `staff/proof.rs`: a step counts once | `guessing::a_code_is_good_for_one_of_two_who_show_it_at_once`, `sign_in::a_code_counts_once_…` |
//! | which logins exist, by answers or by time | `staff/failure.rs`, `staff/factor.rs`: nobody's hash | `guessing::a_login_that_does_not_exist_closes_like_one_that_does`, `guessing::an_unknown_login_takes_as_long_as_a_known_one` |
//! | clickjacking | `web/desk/asked.rs`: `frame-ancestors 'none'`; `web/door`: `X-Frame-Options` | `framing::nobody_frames_the_desk_…`, `framing::no_page_of_the_desk_is_framed` |
//! | scripts in what was typed | templates escape; the page's policy of contents | `framing::nobody_frames_the_desk_…` |
//! | a stolen cookie after signing out | `staff/session.rs`: an ended session keeps no hash | `theft::a_stolen_secret_ends_with_its_session` |
//! | an expired or another's ticket | `access/ticket.rs` | `tickets::a_ticket_is_good_for_its_quarter_of_an_hour_its_session_and_its_case` |
//! | a policy that fails | `access/mod.rs`: errors deny and are told | `trust`: `access::tests::a_policy_that_fails_denies_although_another_permits` |
//! | dismissed while signed in | `staff/employee.rs`, `staff/session.rs`, `web/desk/today/live.rs` | `dismissed::no_route_knows_whoever_was_dismissed`, `dismissed::an_act_under_way_is_refused`, `today::a_booking_is_on_the_board_at_once_and_a_dismissed_colleague_is_out` |
//! | two registrars move one appointment | `booking/desk/gate.rs`: the revision that was seen | `tickets::of_two_who_move_one_is_told_on_screen`, `day::changes::of_two_registrars_one_is_told_what_the_other_did` |

mod dismissed;
mod guessing;
pub(super) mod references;
mod tickets;

use journeys::{Colleague, PASSWORD, TestClinic, Visit, on_both};

/// Session fixation: a secret that an attacker planted does not become a session.
mod fixation {
    use super::*;

    on_both!(
        a_planted_secret_is_never_taken_over,
        |clinic: TestClinic| async move {
            let mut anna = Colleague::hired(&clinic, "anna", "registrar").await;
            let planted = "a".repeat(32);
            anna.cookies.insert("desk".into(), planted.clone());
            anna.cookies.insert("desk_device".into(), planted.clone());
            anna.begins_work().await;
            assert_ne!(anna.cookies["desk"], planted);
            assert_ne!(anna.cookies["desk_device"], planted);
            let mut attacker = Colleague::nobody(&clinic, anna.id, "anna");
            attacker.cookies.insert("desk".into(), planted.clone());
            attacker.cookies.insert("desk_device".into(), planted);
            assert_eq!(attacker.get("/desk/account").await.code(), 303);
            assert_eq!(
                attacker.get("/desk/switch").await.header("location"),
                "/desk/sign-in?to=/desk"
            );
        }
    );

    on_both!(
        a_secret_from_before_the_change_of_places_is_nobodys,
        |clinic: TestClinic| async move {
            let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
            let before = anna.cookies["desk"].clone();
            assert_eq!(anna.post("/desk/lock", &[]).await.code(), 303);
            // A locked screen shows nothing, and does nothing.
            assert_eq!(
                anna.get("/desk/today").await.header("location"),
                "/desk/switch?to=/desk/today"
            );
            clinic.clock.advance_seconds(30);
            let (hers, code) = (anna.id.to_string(), anna.code());
            let form = [("staff", hers.as_str()), ("code", code.as_str())];
            assert_eq!(anna.post("/desk/switch", &form).await.code(), 303);
            assert_ne!(anna.cookies["desk"], before);
            let mut thief = Colleague::nobody(&clinic, anna.id, "anna");
            thief.cookies.insert("desk".into(), before);
            assert_eq!(
                thief.get("/desk/account").await.header("location"),
                "/desk/sign-in?to=/desk/account"
            );
            assert_eq!(anna.get("/desk/account").await.code(), 200);
        }
    );
}

/// Cross-site request forgery: a form on another site does nothing, whatever it says of itself.
mod forgery {
    use super::*;

    on_both!(a_foreign_page_cannot_act, |clinic: TestClinic| async move {
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        fn foreign<'a>(clinic: &'a TestClinic, headers: &[(&str, &str)]) -> Visit<'a> {
            let visit = clinic
                .request(axum::http::Method::POST, "/desk/account/sign-out")
                .header("content-type", "application/x-www-form-urlencoded");
            headers
                .iter()
                .fold(visit, |visit, (name, value)| visit.header(name, value))
        }
        for headers in [
            &[("origin", "https://evil.example")][..],
            &[
                ("origin", "http://clinic.test"),
                ("sec-fetch-site", "cross-site"),
            ],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "http://clinic.test.evil.example")],
            &[],
        ] {
            let answer = anna.send(foreign(&clinic, headers)).await;
            assert_eq!(answer.code(), 403, "{headers:?}");
        }
        assert_eq!(
            anna.get("/desk/account").await.code(),
            200,
            "still signed in"
        );
        // The browser helps: neither cookie goes with a request that another site began.
        clinic.clock.advance_seconds(30);
        let again = anna.signs_in().await;
        for cookie in again.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().expect("ASCII");
            for word in ["HttpOnly", "SameSite=Strict", "Path=/desk"] {
                assert!(cookie.contains(word), "{cookie}");
            }
        }
    });

    on_both!(
        no_form_of_the_desk_is_taken_from_elsewhere,
        |clinic: TestClinic| async move {
            let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
            let entries = clinic.count("journal_entry").await;
            let forms: Vec<_> = web::permissions()
                .into_iter()
                .filter(|one| one.method == "POST")
                .collect();
            assert!(forms.len() > 40, "{}", forms.len());
            for one in forms {
                for (name, value) in [
                    ("origin", "https://evil.example"),
                    ("sec-fetch-site", "cross-site"),
                ] {
                    let visit = clinic
                        .request(axum::http::Method::POST, one.path)
                        .header("content-type", "application/x-www-form-urlencoded")
                        .header(name, value);
                    let answer = keeper.send(visit).await;
                    assert_eq!(answer.code(), 403, "{} {name}", one.path);
                    assert!(
                        answer.headers.get("set-cookie").is_none(),
                        "{} {name}",
                        one.path
                    );
                }
            }
            assert_eq!(clinic.count("journal_entry").await, entries);
            assert_eq!(keeper.get("/desk/account").await.code(), 200);
        }
    );

    on_both!(a_get_changes_nothing, |clinic: TestClinic| async move {
        let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
        let tables = [
            "staff",
            "session",
            "staff_factor",
            "staff_invitation",
            "journal_entry",
        ];
        let mut before = Vec::new();
        for table in tables {
            before.push(clinic.count(table).await);
        }
        for permission in web::permissions() {
            if permission.method == "POST" {
                let path = permission.path.replace("{id}", &keeper.id.to_string());
                let answer = keeper.get(&path).await;
                assert!(answer.code() < 500, "{path}: {}", answer.code());
            }
        }
        for (table, before) in tables.into_iter().zip(before) {
            assert_eq!(clinic.count(table).await, before, "{table}");
        }
        let account = keeper.get("/desk/account").await;
        assert_eq!(account.code(), 200, "neither locked nor signed out");
    });
}

/// Header injection and open redirects: what an address says leads to a page of the desk, or to its first.
mod redirects {
    use super::*;

    on_both!(
        one_goes_on_to_a_page_of_the_desk_alone,
        |clinic: TestClinic| async move {
            let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
            for (to, leads) in [
                ("/desk/account", "/desk/account"),
                ("/desk/account?done=out", "/desk/account?done=out"),
                ("https://evil.example", "/desk"),
                ("//evil.example", "/desk"),
                ("/desk//evil.example", "/desk"),
                ("/\\evil.example", "/desk"),
                ("/desk\\@evil.example", "/desk"),
                ("/deskevil", "/desk"),
                ("/desk/account\r\nset-cookie: a=b", "/desk"),
                ("/desk/%0d%0aset-cookie:a", "/desk"),
                ("javascript:alert(1)", "/desk"),
                ("/desk/sign-in", "/desk"),
                ("/desk/welcome/x", "/desk"),
                ("/appointment", "/desk"),
            ] {
                clinic.clock.advance_seconds(30);
                let code = anna.code();
                let form = [
                    ("login", "anna"),
                    ("password", PASSWORD),
                    ("code", code.as_str()),
                    ("to", to),
                ];
                let answer = anna.post("/desk/sign-in", &form).await;
                assert_eq!(
                    (answer.code(), answer.header("location")),
                    (303, leads),
                    "{to:?}"
                );
                let cookies = answer.headers.get_all("set-cookie").iter().count();
                assert_eq!(cookies, 1, "{to:?}: the session's alone");
            }
        }
    );
}

/// Clickjacking and injected scripts: nobody frames the desk, and nothing that was typed becomes a script.
mod framing {
    use super::*;

    on_both!(
        nobody_frames_the_desk_and_nothing_typed_becomes_a_script,
        |clinic: TestClinic| async move {
            let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
            let form = [
                ("name", "<script>alert(1)</script>\" onfocus=\"x"),
                ("login", "\"><img src=x onerror=alert(1)>"),
                ("role", "registrar"),
                ("branches", "all"),
            ];
            let typed = keeper.post("/desk/staff", &form).await;
            assert_eq!(typed.code(), 422);
            let html = typed.text();
            assert!(
                !html.contains("<script>alert")
                    && !html.contains("<img src=x")
                    && !html.contains("\" onfocus")
            );
            for path in ["/desk/sign-in", "/desk/account", "/desk/staff"] {
                let answer = keeper.get(path).await;
                let policy = answer.header("content-security-policy");
                assert!(
                    policy.contains("frame-ancestors 'none'")
                        && policy.contains("script-src 'self'"),
                    "{policy}"
                );
                assert!(!policy.contains("unsafe"), "{policy}");
                assert_eq!(answer.header("x-frame-options"), "DENY");
                assert_eq!(answer.header("cache-control"), "no-store");
                assert_eq!(answer.header("referrer-policy"), "no-referrer");
            }
        }
    );

    on_both!(
        no_page_of_the_desk_is_framed,
        |clinic: TestClinic| async move {
            let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
            // Pages, refusals and ways elsewhere alike.
            for one in web::permissions() {
                if one.method == "GET" {
                    let answer = keeper.get(one.path).await;
                    let at = format!("{}: {}", one.path, answer.code());
                    assert_eq!(answer.header("x-frame-options"), "DENY", "{at}");
                    assert_eq!(answer.header("cache-control"), "no-store", "{at}");
                    if answer.header("content-type").starts_with("text/html") {
                        let policy = answer.header("content-security-policy");
                        assert!(policy.contains("frame-ancestors 'none'"), "{at}: {policy}");
                    }
                }
            }
        }
    );
}

/// A stolen secret is worth nothing once its owner has left.
mod theft {
    use super::*;

    on_both!(
        a_stolen_secret_ends_with_its_session,
        |clinic: TestClinic| async move {
            let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
            let mut thief = Colleague::nobody(&clinic, anna.id, "anna");
            thief.cookies = anna.cookies.clone();
            assert_eq!(thief.get("/desk/account").await.code(), 200);
            anna.post("/desk/account/sign-out", &[("which", "here")])
                .await;
            assert_eq!(thief.get("/desk/account").await.code(), 303);
            // The browser's own secret alone opens nothing: there is no session to go on with.
            let (hers, code) = (anna.id.to_string(), "000000");
            let answer = thief
                .post("/desk/switch", &[("staff", &hers), ("code", code)])
                .await;
            assert_eq!(answer.header("location"), "/desk/sign-in?to=/desk");
            // No secret stands in the store as it is in the browser.
            let stored = clinic.count("session WHERE link_hash IS NOT NULL").await;
            assert_eq!(stored, 0);
        }
    );
}

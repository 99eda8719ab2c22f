//! What attackers try at the desk. Each story fails when its defence is taken away.

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
    });
}

/// Direct references to others' records: an id of another looks like no id at all.
mod references {
    use super::*;

    on_both!(
        an_id_of_anothers_leads_nowhere,
        |clinic: TestClinic| async move {
            let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
            let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
            let sessions = clinic.trust.sessions_of(olga.id).await.expect("sessions");
            let hers = sessions[0].id.to_string();
            // To end a colleague's session by its id does nothing to it.
            let answer = anna
                .post("/desk/account/sign-out", &[("which", &hers)])
                .await;
            assert_eq!(answer.code(), 303);
            assert_eq!(olga.get("/desk/account").await.code(), 200);
            assert_eq!(anna.get("/desk/account").await.code(), 200);

            let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
            let appointment = clinic.id("service", "visit").await;
            for id in [
                "00000000-0000-4000-8000-000000000000",
                &appointment,
                "1",
                "%27%20OR%201=1",
                "..%2f..%2fetc",
            ] {
                for path in [format!("/desk/staff/{id}")] {
                    assert_eq!(keeper.get(&path).await.code(), 404, "{path}");
                }
                for verb in ["invite", "dismiss", "change"] {
                    let path = format!("/desk/staff/{id}/{verb}");
                    let form = [("sure", "yes"), ("role", "registrar"), ("branches", "all")];
                    assert_eq!(keeper.post(&path, &form).await.code(), 404, "{path}");
                }
            }
        }
    );
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

/// Brute force: the way is closed, for longer and longer, whatever is tried and however many try at once.
mod guessing {
    use super::*;

    on_both!(
        the_way_is_closed_and_opens_again,
        |clinic: TestClinic| async move {
            let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
            let mut attacker =
                Colleague::nobody(&clinic, anna.id, "anna").with(anna.second.clone());
            for _ in 0..5 {
                assert_eq!(attacker.signs_in_with(PASSWORD, "000000").await.code(), 403);
            }
            let closed = attacker.signs_in_with(PASSWORD, "000000").await;
            assert_eq!(closed.code(), 429);
            let wait: u64 = closed.header("retry-after").parse().expect("seconds");
            assert!((1..=61).contains(&wait), "{wait}");
            // A right answer does not open it either, or the answer would tell that it is right.
            clinic.clock.advance_seconds(30);
            assert_eq!(attacker.signs_in().await.code(), 429);
            // Anna's own browser is not shut out by that.
            assert_eq!(anna.signs_in().await.code(), 303);
            clinic.clock.advance_seconds(31);
            assert_eq!(
                attacker.signs_in_with(PASSWORD, "000000").await.code(),
                403,
                "one try after a minute"
            );
            let closed = attacker.signs_in_with(PASSWORD, "000000").await;
            let wait: u64 = closed.header("retry-after").parse().expect("seconds");
            assert!((61..=121).contains(&wait), "then two minutes: {wait}");
            clinic.clock.advance_seconds(24 * 3600);
            assert_eq!(
                attacker.signs_in().await.code(),
                303,
                "the device was hers after all"
            );
        }
    );

    on_both!(
        a_login_that_does_not_exist_closes_like_one_that_does,
        |clinic: TestClinic| async move {
            Colleague::hired(&clinic, "anna", "registrar").await;
            let mut codes = Vec::new();
            for login in ["anna", "nobody"] {
                let mut attacker = Colleague::nobody(
                    &clinic,
                    kernel::StaffId::from_uuid(uuid::Uuid::nil()),
                    login,
                );
                let mut of = Vec::new();
                for _ in 0..7 {
                    of.push(attacker.signs_in_with(PASSWORD, "000000").await.code());
                }
                codes.push(of);
            }
            assert_eq!(codes[0], [403, 403, 403, 403, 403, 429, 429]);
            assert_eq!(codes[0], codes[1]);
        }
    );

    on_both!(
        many_at_once_are_no_more_than_one_after_another,
        |clinic: TestClinic| async move {
            let anna = Colleague::hired(&clinic, "anna", "registrar").await;
            let attempts = (0..40).map(|_| {
                let form = [
                    ("login", "anna"),
                    ("password", PASSWORD),
                    ("code", "000000"),
                ];
                clinic.form("/desk/sign-in", &form).send()
            });
            let answers = futures::future::join_all(attempts).await;
            let tried = answers.iter().filter(|answer| answer.code() == 403).count();
            assert!(tried <= 5, "{tried} attempts were looked at");
            assert_eq!(
                answers.len() - tried,
                answers.iter().filter(|answer| answer.code() == 429).count()
            );
            drop(anna);
        }
    );

    on_both!(
        six_digits_are_not_guessed_at_a_shared_computer,
        |clinic: TestClinic| async move {
            let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
            anna.post("/desk/lock", &[]).await;
            let hers = anna.id.to_string();
            for _ in 0..5 {
                let answer = anna
                    .post("/desk/switch", &[("staff", &hers), ("code", "000000")])
                    .await;
                assert_eq!(answer.code(), 403);
            }
            clinic.clock.advance_seconds(30);
            let code = anna.code();
            let answer = anna
                .post("/desk/switch", &[("staff", &hers), ("code", &code)])
                .await;
            assert_eq!(answer.code(), 429);
        }
    );
}

/// Time tells nothing: a login that does not exist takes as long as one whose password is wrong.
mod timing {
    use super::*;

    on_both!(
        an_unknown_login_takes_as_long_as_a_known_one,
        |clinic: TestClinic| async move {
            const ROUNDS: usize = 12;
            // The clinic's clock stands still: this one goes.
            let watch = kernel::Clock::system();
            let mut known = Vec::new();
            let mut unknown = Vec::new();
            for round in 0..ROUNDS {
                let login = format!("anna-{round}");
                Colleague::hired(&clinic, &login, "registrar").await;
                for (login, times) in [
                    (login, &mut known),
                    (format!("nobody-{round}"), &mut unknown),
                ] {
                    let form = [
                        ("login", login.as_str()),
                        ("password", "лошадь неверно скрепка"),
                        ("code", "000000"),
                    ];
                    let began = watch.now();
                    assert_eq!(clinic.form("/desk/sign-in", &form).send().await.code(), 403);
                    times.push(watch.now().micros() - began.micros());
                }
            }
            // The quickest of each: what else the machine does makes some slower and none quicker.
            let quickest = |times: &[i64]| times.iter().copied().min().unwrap_or_default();
            let (known, unknown) = (quickest(&known), quickest(&unknown));
            // A hash takes tens of milliseconds, all else a few: without it one would be a tenth of the other. The machine's
            // own other work is no more than a part of that.
            let (less, more) = (known.min(unknown), known.max(unknown));
            assert!(more < 3 * less, "known {known} µs, unknown {unknown} µs");
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

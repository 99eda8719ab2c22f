//! How staff come in, change places and leave.

use journeys::{Colleague, PASSWORD, TestClinic, on_both, settled};
use kernel::Scope;

/// Nothing was changed behind the journal.
async fn sound(clinic: &TestClinic) {
    crate::bound::sound(clinic).await;
}

on_both!(
    an_invitation_leads_to_a_first_day,
    |clinic: TestClinic| async move {
        let new = clinic
            .account(
                "sokolova",
                trust::access::Role::parse("registrar").expect("a role"),
            )
            .await;
        let made = clinic
            .trust
            .act("test.invite", Scope::console(), move |act| {
                let new = new.clone();
                Box::pin(async move { act.add_and_invite(&new).await })
            });
        let (id, link) = settled(made.await);
        let link = link.reveal().clone();

        // The secret leaves the address at once.
        let opened = clinic.get(format!("/desk/welcome/{link}")).send().await;
        assert_eq!(
            (opened.code(), opened.header("location")),
            (303, "/desk/welcome")
        );
        let mut page = journeys::Visitor::at(&clinic, &format!("/desk/welcome/{link}")).await;
        assert_eq!((page.code(), page.path()), (200, "/desk/welcome"));
        assert!(!page.html().contains(&link));
        let secret = page.values("secret")[0].clone();
        let second =
            trust::staff::SecondFactor::parse(&secret, "МЕДОК", "sokolova").expect("a secret");
        let code = second.code(clinic.clock.now());

        // What does not do is said, one thing at a time, and nothing is set.
        for (fill, says) in [
            (
                [
                    ("obliged", "yes"),
                    ("new-password", "коротко"),
                    ("again", "коротко"),
                    ("code", code.as_str()),
                ],
                "короче 10",
            ),
            (
                [
                    ("obliged", "yes"),
                    ("new-password", PASSWORD),
                    ("again", "лошадь"),
                    ("code", code.as_str()),
                ],
                "не совпали",
            ),
            (
                [
                    ("obliged", "yes"),
                    ("new-password", "sokolova-2026"),
                    ("again", "sokolova-2026"),
                    ("code", code.as_str()),
                ],
                "угадать",
            ),
            (
                [
                    ("obliged", "yes"),
                    ("new-password", PASSWORD),
                    ("again", PASSWORD),
                    ("code", "000000"),
                ],
                "Код не подошёл",
            ),
        ] {
            page.submit(&fill).await;
            assert_eq!(page.code(), 422, "{}", page.text());
            assert!(page.text().contains(says), "{says}: {}", page.text());
            assert_eq!(
                page.values("secret"),
                [secret.as_str()],
                "the device need not be set up again"
            );
        }
        page.again(&[
            ("obliged", "yes"),
            ("new-password", PASSWORD),
            ("again", PASSWORD),
            ("code", &code),
        ])
        .await;
        assert_eq!(
            page.heading(),
            "Сохраните коды восстановления",
            "{}",
            page.text()
        );
        let recovery = page
            .text_of("ol.recovery")
            .chars()
            .take(11)
            .collect::<String>();

        // Used up.
        assert_eq!(
            clinic
                .get(format!("/desk/welcome/{link}"))
                .send()
                .await
                .code(),
            303
        );
        page.go(&format!("/desk/welcome/{link}")).await;
        assert_eq!(page.code(), 404);
        assert!(page.text().contains("Приглашение не действует"));

        // The code by which the device was shown to work counts as used.
        let mut anna = Colleague::nobody(&clinic, id, "sokolova").with(second);
        assert_eq!(anna.signs_in().await.code(), 403);
        assert_eq!(anna.signs_in_with(PASSWORD, &recovery).await.code(), 303);
        let home = anna.get("/desk").await;
        assert_eq!((home.code(), home.header("location")), (303, "/desk/today"));
        assert_eq!(anna.get("/desk/account").await.code(), 200);
        assert_eq!(
            anna.signs_in_with(PASSWORD, &recovery).await.code(),
            403,
            "a recovery code works once"
        );
        sound(&clinic).await;
    }
);

on_both!(
    what_was_wrong_is_told_to_nobody,
    |clinic: TestClinic| async move {
        let mut anna = Colleague::hired(&clinic, "anna", "registrar").await;
        let code = anna.code();
        let wrong_password = anna.signs_in_with("лошадь верно", &code).await;
        let wrong_code = anna.signs_in_with(PASSWORD, "000000").await;
        let mut nobody = Colleague::hired(&clinic, "ivan", "registrar").await;
        nobody.login = "nobody".into();
        let no_such_login = nobody.signs_in_with(PASSWORD, &code).await;
        for answer in [&wrong_password, &wrong_code, &no_such_login] {
            assert_eq!(answer.code(), 403);
            assert!(answer.headers.get("set-cookie").is_none());
        }
        let plain = |text: String, login: &str| text.replace(login, "LOGIN");
        let said = plain(wrong_password.text(), "anna");
        assert_eq!(said, plain(wrong_code.text(), "anna"));
        assert_eq!(said, plain(no_such_login.text(), "nobody"));
        assert!(!said.contains("лошадь"), "a password does not come back");
        assert_eq!(anna.signs_in().await.code(), 303);
        sound(&clinic).await;
    }
);

on_both!(
    a_code_counts_once_and_a_session_has_its_own_secret,
    |clinic: TestClinic| async move {
        let mut anna = Colleague::hired(&clinic, "anna", "registrar").await;
        // Nobody works before they have accepted the obligation.
        assert_eq!(anna.signs_in().await.code(), 303);
        for path in ["/desk", "/desk/staff"] {
            let answer = anna.get(path).await;
            assert!(
                answer.code() == 403 || answer.header("location") == "/desk/obligation",
                "{path}"
            );
        }
        assert_eq!(anna.post("/desk/obligation", &[]).await.code(), 422);
        assert_eq!(
            anna.post("/desk/obligation", &[("obliged", "yes")])
                .await
                .code(),
            303
        );
        assert_eq!(anna.get("/desk").await.header("location"), "/desk/today");

        let first = anna.cookies.get("desk").cloned();
        assert_eq!(anna.signs_in().await.code(), 403, "the same code");
        clinic.clock.advance_seconds(30);
        assert_eq!(anna.signs_in().await.code(), 303);
        assert_ne!(
            anna.cookies.get("desk").cloned(),
            first,
            "a new secret with each sign-in"
        );
        // The session before at the same browser ended with it.
        let now = anna.cookies.insert("desk".into(), first.expect("a cookie"));
        assert_eq!(
            anna.get("/desk").await.header("location"),
            "/desk/sign-in?to=/desk"
        );
        anna.cookies.insert("desk".into(), now.expect("a cookie"));
        assert_eq!(anna.get("/desk/account").await.code(), 200);
        sound(&clinic).await;
    }
);

on_both!(
    colleagues_change_places_at_one_computer_and_share_no_login,
    |clinic: TestClinic| async move {
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        let mut olga = Colleague::hired(&clinic, "olga", "supervisor").await;
        olga.comes_to(&anna);
        assert_eq!(
            olga.begins_work().await.get("/desk/account").await.code(),
            200
        );
        let name = |answer: &journeys::Answer, who: &str| {
            answer
                .text()
                .contains(&format!("<b aria-hidden=\"true\">{who}</b>"))
        };
        assert!(name(&olga.get("/desk/account").await, "olga"));

        // Anna's session waits, locked; what she left open in another window shows nothing.
        assert_eq!(
            anna.get("/desk/account").await.header("location"),
            "/desk/switch?to=/desk/account"
        );
        let page = anna.get("/desk/switch").await.text();
        assert!(page.contains("anna") && page.contains("olga"), "{page}");

        // Her second factor alone brings her back, not another's.
        clinic.clock.advance_seconds(30);
        let hers = anna.id.to_string();
        let others = olga.code();
        let answer = anna
            .post("/desk/switch", &[("staff", &hers), ("code", &others)])
            .await;
        assert_eq!(answer.code(), 403);
        let code = anna.code();
        let answer = anna
            .post(
                "/desk/switch",
                &[("staff", &hers), ("code", &code), ("to", "/desk/account")],
            )
            .await;
        assert_eq!(
            (answer.code(), answer.header("location")),
            (303, "/desk/account")
        );
        assert!(name(&anna.get("/desk/account").await, "anna"));
        assert_eq!(
            olga.get("/desk/account").await.header("location"),
            "/desk/switch?to=/desk/account"
        );

        // At a computer where she did not sign in today, the code alone does nothing.
        let mut elsewhere = Colleague::at_work(&clinic, "ivan", "registrar").await;
        clinic.clock.advance_seconds(30);
        let code = anna.code();
        let answer = elsewhere
            .post("/desk/switch", &[("staff", &hers), ("code", &code)])
            .await;
        assert_eq!(answer.code(), 403);
        sound(&clinic).await;
    }
);

on_both!(
    a_session_is_locked_when_nobody_is_there_and_ends_with_the_shift,
    |clinic: TestClinic| async move {
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        for _ in 0..3 {
            clinic.clock.advance_seconds(14 * 60);
            assert_eq!(
                anna.get("/desk/account").await.code(),
                200,
                "whoever works stays"
            );
        }
        clinic.clock.advance_seconds(15 * 60);
        assert_eq!(
            anna.get("/desk/account").await.header("location"),
            "/desk/switch?to=/desk/account"
        );
        let (hers, code) = (anna.id.to_string(), anna.code());
        assert_eq!(
            anna.post("/desk/switch", &[("staff", &hers), ("code", &code)])
                .await
                .code(),
            303
        );
        assert_eq!(anna.get("/desk/account").await.code(), 200);

        // She locks it herself.
        assert_eq!(anna.post("/desk/lock", &[]).await.code(), 303);
        assert_eq!(anna.get("/desk/account").await.code(), 303);

        // After the shift the code alone is not enough.
        clinic.clock.advance_seconds(12 * 3600);
        let code = anna.code();
        let answer = anna
            .post("/desk/switch", &[("staff", &hers), ("code", &code)])
            .await;
        assert_eq!(answer.header("location"), "/desk/sign-in?to=/desk");
        assert_eq!(
            anna.get("/desk/account").await.header("location"),
            "/desk/sign-in?to=/desk/account"
        );
        assert_eq!(anna.signs_in().await.code(), 303);
        sound(&clinic).await;
    }
);

on_both!(
    one_sees_ones_sign_ins_and_ends_them,
    |clinic: TestClinic| async move {
        let mut at_desk = Colleague::at_work(&clinic, "anna", "registrar").await;
        let mut at_home =
            Colleague::nobody(&clinic, at_desk.id, "anna").with(at_desk.second.clone());
        clinic.clock.advance_seconds(30);
        assert_eq!(at_home.signs_in().await.code(), 303);
        let page = at_desk.get("/desk/account").await.text();
        assert_eq!(page.matches("<tr><th scope=\"row\">").count(), 2, "{page}");
        assert_eq!(
            at_desk
                .post("/desk/account/sign-out", &[("which", "others")])
                .await
                .header("location"),
            "/desk/account?done=out"
        );
        assert_eq!(
            at_home.get("/desk/account").await.header("location"),
            "/desk/sign-in?to=/desk/account"
        );
        assert_eq!(at_desk.get("/desk/account").await.code(), 200);

        let secret = at_desk.cookies.get("desk").cloned().expect("a cookie");
        let answer = at_desk
            .post("/desk/account/sign-out", &[("which", "all")])
            .await;
        assert_eq!(answer.header("location"), "/desk/sign-in");
        assert!(!at_desk.cookies.contains_key("desk"));
        // Whoever kept the secret has nothing.
        at_desk.cookies.insert("desk".into(), secret);
        assert_eq!(at_desk.get("/desk/account").await.code(), 303);
        sound(&clinic).await;
    }
);

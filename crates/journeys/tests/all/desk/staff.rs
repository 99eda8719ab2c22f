//! An administrator's day: people are invited, get another role, leave.

use journeys::{Colleague, PASSWORD, TestClinic, Visitor, on_both};
use kernel::{BranchId, Personal, Stop};
use trust::access::Role;
use trust::staff::{AccountRefusal, NewAccount};

on_both!(
    somebody_is_invited_changed_and_dismissed_on_screen,
    |clinic: TestClinic| async move {
        let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
        let branch = clinic.id("branch", "main").await;
        let branch = format!("branch.{branch}");

        // What does not do is said, and what was typed stays.
        for (form, says) in [
            (
                vec![
                    ("name", "Соколова Анна"),
                    ("login", "petrov"),
                    ("role", "registrar"),
                    ("branches", "all"),
                ],
                "логин уже есть",
            ),
            (
                vec![
                    ("name", "Соколова Анна"),
                    ("login", "a b"),
                    ("role", "registrar"),
                    ("branches", "all"),
                ],
                "без пробелов",
            ),
            (
                vec![
                    ("name", "Соколова Анна"),
                    ("login", "sokolova"),
                    ("role", "root"),
                    ("branches", "all"),
                ],
                "роль из списка",
            ),
            (
                vec![
                    ("name", "Соколова Анна"),
                    ("login", "sokolova"),
                    ("role", "registrar"),
                ],
                "один филиал",
            ),
            (
                vec![
                    ("name", "Соколова Анна"),
                    ("login", "sokolova"),
                    ("role", "practitioner"),
                    ("branches", "all"),
                ],
                "из врачей",
            ),
            (
                vec![
                    ("name", "Соколова Анна"),
                    ("login", "sokolova"),
                    ("role", "partner"),
                    ("branches", "all"),
                ],
                "нужен договор",
            ),
        ] {
            let answer = keeper.post("/desk/staff", &form).await;
            assert_eq!(answer.code(), 422, "{says}");
            assert!(answer.text().contains(says), "{says}");
            assert!(answer.text().contains("value=\"Соколова Анна\""), "{says}");
        }
        let form = [
            ("name", "Соколова Анна"),
            ("login", "Sokolova"),
            ("role", "registrar"),
            (branch.as_str(), "yes"),
        ];
        let answer = keeper.post("/desk/staff", &form).await;
        assert_eq!(answer.code(), 200, "{}", answer.text());
        let page = answer.text();
        let at = page.find("/desk/welcome/").expect("a link");
        let link: String = page[at..].chars().take_while(|sign| *sign != '<').collect();
        assert_eq!(Visitor::at(&clinic, &link).await.code(), 200);

        let listed = keeper.get("/desk/staff").await.text();
        assert!(
            listed.contains("Соколова Анна") && listed.contains("приглашение до"),
            "{listed}"
        );
        let at = listed.find("/desk/staff/").map(|at| {
            let rest = &listed[at..];
            let all: Vec<String> = rest
                .match_indices("href=\"/desk/staff/")
                .map(|(at, _)| {
                    rest[at + 6..]
                        .chars()
                        .take_while(|sign| *sign != '"')
                        .collect()
                })
                .collect();
            all
        });
        let mut links = at.expect("links");
        links.retain(|link| link.len() > 20);
        let mut hers = String::new();
        for link in links {
            if keeper
                .get(&link)
                .await
                .text()
                .contains("<h1>Соколова Анна</h1>")
            {
                hers = link;
            }
        }
        // Invited anew: the first link stops working.
        assert_eq!(
            keeper.post(&format!("{hers}/invite"), &[]).await.code(),
            200
        );
        assert_eq!(Visitor::at(&clinic, &link).await.code(), 404);

        let change = keeper
            .post(
                &format!("{hers}/change"),
                &[("role", "supervisor"), ("branches", "all")],
            )
            .await;
        assert_eq!(change.code(), 303, "{}", change.text());
        assert!(
            keeper
                .get(&hers)
                .await
                .text()
                .contains("Старший администратор")
        );
        assert_eq!(
            keeper.post(&format!("{hers}/dismiss"), &[]).await.code(),
            422,
            "asked whether one is sure"
        );
        assert_eq!(
            keeper
                .post(&format!("{hers}/dismiss"), &[("sure", "yes")])
                .await
                .header("location"),
            "/desk/staff?done=dismissed"
        );
        assert!(keeper.get("/desk/staff").await.text().contains("уволен"));
        assert_eq!(
            keeper.post(&format!("{hers}/invite"), &[]).await.code(),
            404,
            "nobody comes back by an invitation"
        );
        crate::bound::sound(&clinic).await;
    }
);

on_both!(
    whoever_is_dismissed_is_out_at_once_and_cannot_return,
    |clinic: TestClinic| async move {
        let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        assert_eq!(anna.get("/desk/account").await.code(), 200);
        let dismissed = keeper
            .post(
                &format!("/desk/staff/{}/dismiss", anna.id),
                &[("sure", "yes")],
            )
            .await;
        assert_eq!(dismissed.code(), 303);
        assert_eq!(
            anna.get("/desk/account").await.header("location"),
            "/desk/sign-in?to=/desk/account"
        );
        clinic.clock.advance_seconds(30);
        assert_eq!(anna.signs_in().await.code(), 403);
        let recovery = anna.recovery[0].clone();
        assert_eq!(
            anna.signs_in_with(journeys::PASSWORD, &recovery)
                .await
                .code(),
            403
        );

        // The last administrator stays, and nobody ends their own account.
        let own = keeper
            .post(
                &format!("/desk/staff/{}/dismiss", keeper.id),
                &[("sure", "yes")],
            )
            .await;
        assert_eq!(own.code(), 422);
        let mut other = Colleague::at_work(&clinic, "orlova", "administrator").await;
        assert_eq!(
            other
                .post(
                    &format!("/desk/staff/{}/dismiss", keeper.id),
                    &[("sure", "yes")]
                )
                .await
                .code(),
            303
        );
        assert_eq!(keeper.get("/desk/staff").await.code(), 303);
        let orlova = clinic
            .trust
            .accounts()
            .await
            .expect("accounts")
            .into_iter()
            .find(|one| one.login == "orlova")
            .expect("her account")
            .id;
        let last = clinic
            .trust
            .act("test.dismiss", kernel::Scope::console(), move |act| {
                Box::pin(async move { act.dismiss_staff(orlova).await })
            });
        assert!(matches!(
            last.await,
            Err(kernel::Stop::Refused(
                trust::staff::AccountRefusal::LastAdministrator
            ))
        ));
        crate::bound::sound(&clinic).await;
    }
);

on_both!(
    a_role_that_changes_counts_from_the_next_request,
    |clinic: TestClinic| async move {
        let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
        let mut anna = Colleague::at_work(&clinic, "anna", "administrator").await;
        assert_eq!(anna.get("/desk/staff").await.code(), 200);
        let changed = keeper
            .post(
                &format!("/desk/staff/{}/change", anna.id),
                &[("role", "registrar"), ("branches", "all")],
            )
            .await;
        assert_eq!(changed.code(), 303, "{}", changed.text());
        assert_eq!(anna.get("/desk/staff").await.code(), 403);
        crate::bound::sound(&clinic).await;
        // Whoever holds the database and raises a role is found out.
        clinic
            .sql("UPDATE staff SET role = 'administrator' WHERE login = 'anna'")
            .await;
        crate::bound::unsound(&clinic, "staff").await;
    }
);

on_both!(
    old_sessions_are_forgotten_and_the_last_says_when_somebody_was_seen,
    |clinic: TestClinic| async move {
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        for _ in 0..3 {
            clinic.clock.advance_seconds(24 * 3600);
            assert_eq!(anna.signs_in().await.code(), 303);
        }
        let seen = |accounts: Vec<trust::staff::Account>| accounts[0].seen_at;
        let before = seen(clinic.trust.accounts().await.expect("a list"));
        clinic.trust.forget_devices().await.expect("upkeep");
        assert_eq!(clinic.count("session").await, 4, "not yet");
        clinic.clock.advance_seconds(100 * 24 * 3600);
        clinic.trust.forget_devices().await.expect("upkeep");
        assert_eq!(clinic.count("session").await, 1);
        assert_eq!(seen(clinic.trust.accounts().await.expect("a list")), before);
        crate::bound::sound(&clinic).await;
    }
);

on_both!(
    the_obligation_is_kept_with_the_hash_of_its_text,
    |clinic: TestClinic| async move {
        let anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        let of = format!(
            "staff WHERE login = '{}' AND obliged_at IS NOT NULL AND length(obliged_text) = 64",
            anna.login
        );
        assert_eq!(clinic.count(&of).await, 1);
        crate::bound::sound(&clinic).await;
        // Another text behind the journal is found.
        clinic
            .sql("UPDATE staff SET obliged_text = 'another' WHERE login = 'anna'")
            .await;
        let report = clinic.trust.verify().await.expect("the store can be read");
        assert!(!report.sound());
    }
);

on_both!(
    whoever_has_branches_does_nothing_for_the_whole_clinic,
    |clinic: TestClinic| async move {
        let here: BranchId = clinic.id("branch", "main").await.parse().expect("an id");
        for role in ["administrator", "responsible", "deputy", "inspector"] {
            let mut new = NewAccount::simple("sokolova", Role::parse(role).expect("a role"));
            new.terms.branches = Some([here].into());
            let made = clinic
                .trust
                .add_staff_with_password(new, Personal::new(PASSWORD.to_owned()), "МЕДОК")
                .await;
            assert!(
                matches!(made, Err(Stop::Refused(AccountRefusal::Everywhere))),
                "{role}"
            );
        }
        // Another system's file keeps time free in every branch.
        let mut all = Colleague::at_work(&clinic, "sveta", "supervisor").await;
        assert_eq!(all.get("/desk/external").await.code(), 200);
        let role = Role::parse("supervisor").expect("a role");
        let mut new = NewAccount::simple("some", role);
        new.terms.branches = Some([here].into());
        let mut some = Colleague::hired_as(&clinic, new).await;
        some.begins_work().await;
        assert_eq!(some.get("/desk/today").await.code(), 200);
        assert_eq!(some.get("/desk/external").await.code(), 403);
        assert!(
            !some
                .get("/desk/today")
                .await
                .text()
                .contains("/desk/external")
        );
    }
);

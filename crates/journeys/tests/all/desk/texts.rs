//! Texts proposed by one employee and approved by another.

use journeys::{Colleague, TestClinic, Visitor, on_both};

use super::sound;

const POLICY: &str = "/desk/texts/policy";
const TEXT: &str = "# Политика клиники\r\n\r\n1.1. Храним пять лет, а не три года.\r\n";

/// The address of the newest version of the policy in Russian.
async fn newest(one: &mut Colleague<'_>) -> String {
    let page = one.get(POLICY).await.text();
    let table = page.split("id=\"versions\"").nth(1).expect("versions");
    let at = table
        .find("href=\"/desk/texts/policy/")
        .expect("a version has a page");
    table[at + 6..]
        .chars()
        .take_while(|sign| *sign != '"')
        .collect()
}

on_both!(
    one_employee_proposes_a_text_and_another_approves_it,
    |clinic: TestClinic| async move {
        let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
        let mut medova = Colleague::at_work(&clinic, "medova", "responsible").await;
        let mut deputy = Colleague::at_work(&clinic, "lipova", "deputy").await;
        let before = Visitor::at(&clinic, "/policy").await.text();

        // What it would be is shown before it is proposed, and nothing is done yet.
        let form = [("text-language", "ru"), ("body", TEXT), ("do", "preview")];
        let shown = keeper.post(POLICY, &form).await;
        assert_eq!(shown.code(), 200, "{}", shown.text());
        let page = shown.text();
        assert!(page.contains("<ins>") && page.contains("<del>"), "{page}");
        assert!(page.contains("Храним пять лет"), "{page}");
        assert!(page.contains("# Политика клиники"), "what was typed stays");

        // What cannot be taken is said, and stays typed.
        for (body, from, says) in [
            ("  ", "", "Напишите текст"),
            (TEXT, "2026-11-22", "уже прошёл"),
            (TEXT, "завтра", "Выберите день"),
        ] {
            let form = [
                ("text-language", "ru"),
                ("body", body),
                ("from", from),
                ("do", "propose"),
            ];
            let answer = keeper.post(POLICY, &form).await;
            assert_eq!(answer.code(), 422, "{says}");
            assert!(answer.text().contains(says), "{says}");
        }

        let form = [
            ("text-language", "ru"),
            ("body", TEXT),
            ("from", "2026-12-01"),
            ("do", "propose"),
        ];
        let proposed = keeper.post(POLICY, &form).await;
        assert_eq!(
            proposed.header("location"),
            "/desk/texts/policy?text=ru&done=waits"
        );
        // The same form again does nothing more.
        let again = keeper.post(POLICY, &form).await;
        assert_eq!(
            again.header("location"),
            "/desk/texts/policy?text=ru&done=unchanged"
        );
        let version = newest(&mut keeper).await;
        let page = keeper.get(&version).await.text();
        assert!(
            page.contains("Ждёт утверждения") && page.contains("petrov"),
            "{page}"
        );
        assert!(
            !page.contains("/approve"),
            "an administrator approves nothing"
        );
        let approve = format!("{version}/approve");
        assert_eq!(keeper.post(&approve, &[]).await.code(), 403);
        assert_eq!(Visitor::at(&clinic, "/policy").await.text(), before);

        // Another sees what changes, and approves; twice is once.
        let page = medova.get(&version).await.text();
        assert!(page.contains("Что изменилось после версии 1"), "{page}");
        assert!(
            page.contains("<ins>") && page.contains("/approve"),
            "{page}"
        );
        assert!(medova.get("/desk/texts").await.text().contains(&version));
        for _ in 0..2 {
            let done = medova.post(&approve, &[]).await;
            assert_eq!(done.header("location"), format!("{version}?done=approved"));
        }
        let late = deputy.post(&format!("{version}/decline"), &[]).await;
        assert_eq!(late.code(), 409, "{}", late.text());
        assert!(late.text().contains("уже решили"));
        // In force from the day that was asked for, and not before.
        let still = Visitor::at(&clinic, "/policy").await.text();
        assert!(!still.contains("Храним пять лет"), "{still}");
        clinic.clock.advance_seconds(8 * 24 * 3600);
        let now = Visitor::at(&clinic, "/policy").await.text();
        assert!(now.contains("Храним пять лет"), "{now}");
        sound(&clinic).await;
    }
);

on_both!(
    nobody_approves_what_they_proposed_themselves,
    |clinic: TestClinic| async move {
        let mut medova = Colleague::at_work(&clinic, "medova", "responsible").await;
        let mut deputy = Colleague::at_work(&clinic, "lipova", "deputy").await;
        let form = [("text-language", "ru"), ("body", TEXT), ("do", "propose")];
        assert_eq!(medova.post(POLICY, &form).await.code(), 303);
        let version = newest(&mut medova).await;
        let page = medova.get(&version).await.text();
        assert!(page.contains("Этот текст предложили вы"), "{page}");
        assert!(!page.contains("/approve\""), "{page}");
        for what in ["approve", "decline"] {
            let answer = medova.post(&format!("{version}/{what}"), &[]).await;
            assert_eq!(answer.code(), 409, "{what}");
            assert!(answer.text().contains("решает другой сотрудник"), "{what}");
        }
        // Nor does the database let whoever writes past the program.
        use sea_orm::ConnectionTrait;
        let past = clinic
            .trust
            .database()
            .acts()
            .execute_unprepared(
                "UPDATE document SET approved_by = proposed_by WHERE proposed_by IS NOT NULL",
            )
            .await;
        assert!(past.is_err(), "the table refuses it");

        // Declined by the deputy, it stays in the list and counts for nobody; then another text is told apart from it.
        let declined = deputy.post(&format!("{version}/decline"), &[]).await;
        assert_eq!(
            declined.header("location"),
            format!("{version}?done=declined")
        );
        let answer = deputy.post(&format!("{version}/approve"), &[]).await;
        assert_eq!(answer.code(), 409);
        let page = medova.get(POLICY).await.text();
        assert!(page.contains("Отклонён"), "{page}");
        sound(&clinic).await;
    }
);

on_both!(
    whoever_proposed_takes_it_back_while_nobody_has_decided,
    |clinic: TestClinic| async move {
        let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
        let mut medova = Colleague::at_work(&clinic, "medova", "responsible").await;
        let form = [("text-language", "ru"), ("body", TEXT), ("do", "propose")];
        assert_eq!(keeper.post(POLICY, &form).await.code(), 303);
        let version = newest(&mut keeper).await;
        let withdraw = format!("{version}/withdraw");
        // Another's is not theirs to take back.
        let page = medova.get(&version).await.text();
        assert!(!page.contains(&withdraw), "{page}");
        let answer = medova.post(&withdraw, &[]).await;
        assert_eq!(answer.code(), 409);
        assert!(
            answer.text().contains("предложил другой"),
            "{}",
            answer.text()
        );
        assert!(keeper.get(&version).await.text().contains(&withdraw));
        for _ in 0..2 {
            let done = keeper.post(&withdraw, &[]).await;
            assert_eq!(done.header("location"), format!("{version}?done=withdrawn"));
        }
        assert_eq!(
            clinic
                .entries(trust::journal::Kind::DocumentWithdrawn)
                .await,
            1
        );
        let page = keeper.get(&version).await.text();
        assert!(
            page.contains("Отозван") && page.contains("petrov"),
            "{page}"
        );
        // Nobody decides about it any more; a better text is proposed, and what is approved is not taken back.
        let answer = medova.post(&format!("{version}/approve"), &[]).await;
        assert_eq!(answer.code(), 409);
        let better = format!("{TEXT}\r\n1.2. И удаляем в срок.\r\n");
        let form = [
            ("text-language", "ru"),
            ("body", better.as_str()),
            ("do", "propose"),
        ];
        assert_eq!(
            keeper.post(POLICY, &form).await.header("location"),
            "/desk/texts/policy?text=ru&done=waits"
        );
        let again = newest(&mut keeper).await;
        assert_ne!(again, version);
        assert_eq!(
            medova.post(&format!("{again}/approve"), &[]).await.code(),
            303
        );
        let answer = keeper.post(&format!("{again}/withdraw"), &[]).await;
        assert_eq!(answer.code(), 409);
        assert!(answer.text().contains("уже решили"), "{}", answer.text());
        sound(&clinic).await;
    }
);

on_both!(
    while_nobody_else_works_here_a_text_is_in_force_at_once,
    |clinic: TestClinic| async move {
        let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
        let page = keeper.get("/desk/texts").await.text();
        assert!(page.contains("один сотрудник"), "{page}");
        let form = [("text-language", "ru"), ("body", TEXT), ("do", "propose")];
        let done = keeper.post(POLICY, &form).await;
        assert_eq!(
            done.header("location"),
            "/desk/texts/policy?text=ru&done=in-force"
        );
        let policy = Visitor::at(&clinic, "/policy").await.text();
        assert!(policy.contains("Храним пять лет"), "{policy}");
        // Its translation is asked for, of the same number.
        let form = [
            ("text-language", "en"),
            ("body", "# Policy\n\n1.1. We keep data for five years.\n"),
            ("do", "propose"),
        ];
        assert_eq!(keeper.post(POLICY, &form).await.code(), 303);
        let english = keeper.get("/desk/texts/policy?text=en").await.text();
        assert!(english.contains("версия 2"), "{english}");
        sound(&clinic).await;
    }
);

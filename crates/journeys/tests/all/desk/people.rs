//! People at the desk: found, shown masked, opened for a purpose, identified, joined; and who looked.

use std::collections::BTreeSet;

use journeys::{Answer, Colleague, TestClinic, on_both};
use kernel::BranchId;
use trust::access::Role;
use trust::staff::NewAccount;

/// Books for Мария Тестова and gives nothing back: the desk knows her by what she said.
async fn books(clinic: &TestClinic, time: &str) {
    let body = clinic
        .booking("anna", &format!("2026-11-24T{time}:00+03:00"))
        .await;
    let answer = clinic.post("/api/v1/appointments", &body).send().await;
    assert_eq!(answer.code(), 201, "{}", answer.text());
}

async fn finds(one: &mut Colleague<'_>, query: &str) -> Vec<String> {
    let answer = one.post("/desk/people", &[("query", query)]).await;
    assert_eq!(answer.code(), 200, "{query}: {}", answer.text());
    links(&answer)
}

/// The cards that a page links to.
fn links(answer: &Answer) -> Vec<String> {
    let html = answer.text();
    let found: BTreeSet<String> = html
        .match_indices("href=\"/desk/people/")
        .map(|(at, _)| {
            html[at + 6..]
                .chars()
                .take_while(|sign| *sign != '"')
                .collect()
        })
        .filter(|link: &String| !link.ends_with("/looks"))
        .collect();
    found.into_iter().collect()
}

/// Entries of a kind.
async fn entries(clinic: &TestClinic, kind: &str) -> i64 {
    clinic
        .count(&format!("journal_entry WHERE kind = '{kind}'"))
        .await
}

on_both!(
    somebody_is_found_by_what_they_say_and_shown_masked,
    |clinic: TestClinic| async move {
        books(&clinic, "10:00").await;
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        let mut found = BTreeSet::new();
        for query in [
            "+7 916 777-09-13",
            "89167770913",
            "0913",
            "Тестова 24.11.1986",
            "тестова 24111986",
            "Тестова М",
            "ТЕСТОВА мария",
        ] {
            let cards = finds(&mut anna, query).await;
            assert_eq!(cards.len(), 1, "{query}");
            found.extend(cards);
        }
        assert_eq!(found.len(), 1, "one and the same");
        for query in [
            "0914",
            "Тестова А",
            "Тестова 25.11.1986",
            "+7 916 777-09-14",
            "a@mail.example",
        ] {
            assert_eq!(
                finds(&mut anna, query).await,
                Vec::<String>::new(),
                "{query}"
            );
        }
        let answer = anna.post("/desk/people", &[("query", "Тестова")]).await;
        assert_eq!(answer.code(), 422);
        assert!(answer.text().contains("По этому не найти"));
        assert_eq!(
            entries(&clinic, "people.searched").await,
            12,
            "each search stands in the journal, also a vain one"
        );

        let card = found.into_iter().next().expect("a card");
        let page = anna.get(&card).await;
        assert_eq!(page.code(), 200);
        let text = page.text();
        assert!(
            text.contains("Т•••••а М. И.")
                && text.contains("+7 *** ***-09-13")
                && text.contains("1986"),
            "{text}"
        );
        for hidden in ["Тестова", "Мария", "777-09-13", "24.11.1986"] {
            assert!(!text.contains(hidden), "{hidden} is shown");
        }
        crate::bound::sound(&clinic).await;
    }
);

on_both!(
    a_case_opens_a_card_and_otherwise_a_reason_does,
    |clinic: TestClinic| async move {
        books(&clinic, "10:00").await;
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        let card = finds(&mut anna, "0913").await.remove(0);
        let page = anna.get(&card).await.text();
        let at = page.find("name=\"via\" value=\"").expect("a case") + 18;
        let via: String = page[at..].chars().take_while(|sign| *sign != '"').collect();

        let opened = clinic.count("ticket_opening").await;
        let answer = anna.post(&format!("{card}/reveal"), &[("via", &via)]).await;
        assert_eq!(answer.code(), 200, "{}", answer.text());
        for shown in [
            "Тестова",
            "Мария",
            "Ивановна",
            "24.11.1986",
            "+7 916 777-09-13",
        ] {
            assert!(answer.text().contains(shown), "{shown}");
        }
        assert_eq!(
            clinic.count("ticket_opening").await,
            opened + 1,
            "one person, one ticket, one set of fields"
        );
        // Seen again under the same ticket: nothing is told twice.
        assert_eq!(
            anna.post(&format!("{card}/reveal"), &[("via", &via)])
                .await
                .code(),
            200
        );
        assert_eq!(clinic.count("ticket_opening").await, opened + 1);
        assert_eq!(entries(&clinic, "ticket.issued").await, 1);
        // After a quarter of an hour there is a new one.
        clinic.clock.advance_seconds(14 * 60);
        assert_eq!(anna.get("/desk/people").await.code(), 200);
        clinic.clock.advance_seconds(2 * 60);
        assert_eq!(
            anna.post(&format!("{card}/reveal"), &[("via", &via)])
                .await
                .code(),
            200
        );
        assert_eq!(entries(&clinic, "ticket.issued").await, 2);

        // Without a case: a purpose and a reason.
        for form in [
            &[][..],
            &[("reason", "перезвонила")][..],
            &[("purpose", "contact")][..],
            &[("purpose", "contact"), ("reason", "  ")][..],
            &[("purpose", "statistics"), ("reason", "любопытно")][..],
        ] {
            let answer = anna.post(&format!("{card}/reveal"), form).await;
            assert_eq!(answer.code(), 422, "{form:?}");
            assert!(!answer.text().contains("Тестова"), "{form:?}");
        }
        let form = [("purpose", "contact"), ("reason", "перезвонила сама")];
        let answer = anna.post(&format!("{card}/reveal"), &form).await;
        assert!(answer.text().contains("Тестова"), "{}", answer.text());
        assert_eq!(clinic.count("inquiry").await, 1);
        // The same reason again is the same inquiry, another one is another; whoever oversees reads both.
        anna.post(&format!("{card}/reveal"), &form).await;
        assert_eq!(clinic.count("inquiry").await, 1);
        let other = [("purpose", "contact"), ("reason", "забыла зонт")];
        let answer = anna.post(&format!("{card}/reveal"), &other).await;
        assert!(answer.text().contains("Тестова"), "{}", answer.text());
        assert_eq!(clinic.count("inquiry").await, 2);
        let mut deputy = Colleague::at_work(&clinic, "deputy", "deputy").await;
        let looks = card.replace("/people/", "/looks/");
        let looks = deputy.get(&looks).await.text();
        for reason in ["перезвонила сама", "забыла зонт"] {
            assert!(looks.contains(reason), "{reason}: {looks}");
        }
        crate::bound::sound(&clinic).await;
    }
);

on_both!(
    each_role_opens_what_its_work_needs,
    |clinic: TestClinic| async move {
        books(&clinic, "10:00").await;
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        let card = finds(&mut anna, "0913").await.remove(0);
        let form = [("purpose", "contact"), ("reason", "уточнить время")];
        for (login, role, opens) in [
            ("operator", "operator", true),
            ("olga", "supervisor", true),
            ("resp", "responsible", true),
            ("owner", "owner", false),
            ("keeper", "administrator", false),
            ("inspector", "inspector", false),
            ("doctor", "practitioner", false),
        ] {
            let mut one = Colleague::at_work(&clinic, login, role).await;
            let answer = one.post(&format!("{card}/reveal"), &form).await;
            assert_eq!(answer.code() == 200, opens, "{role}: {}", answer.code());
            assert_eq!(answer.text().contains("Тестова"), opens, "{role}");
        }
        crate::bound::sound(&clinic).await;
    }
);

on_both!(
    another_branch_sees_nobody,
    |clinic: TestClinic| async move {
        books(&clinic, "10:00").await;
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        let card = finds(&mut anna, "0913").await.remove(0);
        let mut new = NewAccount::simple("far", Role::parse("registrar").expect("a role"));
        new.terms.branches = Some(BTreeSet::from([BranchId::from_uuid(
            uuid::Uuid::from_u128(7),
        )]));
        let mut far = Colleague::hired_as(&clinic, new).await;
        far.begins_work().await;
        assert_eq!(finds(&mut far, "0913").await, Vec::<String>::new());
        assert_eq!(far.get(&card).await.code(), 404);
        assert_eq!(far.get(&format!("{card}/looks")).await.code(), 404);
        let form = [("purpose", "contact"), ("reason", "уточнить время")];
        assert_eq!(far.post(&format!("{card}/reveal"), &form).await.code(), 404);
        let page = anna.get(&card).await.text();
        let at = page.find("name=\"via\" value=\"").expect("a case") + 18;
        let via: String = page[at..].chars().take_while(|sign| *sign != '"').collect();
        assert_eq!(
            far.post(&format!("{card}/reveal"), &[("via", &via)])
                .await
                .code(),
            404
        );
        assert_eq!(
            far.post(&format!("{card}/identify"), &[("document", "passport")])
                .await
                .code(),
            404
        );
        // Nobody at all looks the same: the pages differ only in their own address, which the
        // choice of the version for low vision comes back to.
        let nobody = "/desk/people/00000000-0000-4000-8000-000000000000";
        let absent = far.get(nobody).await;
        assert_eq!(absent.code(), 404);
        let hidden = far.get(&card).await.text();
        assert_eq!(absent.text().replace(nobody, &card), hidden);
        crate::bound::sound(&clinic).await;
    }
);

on_both!(
    a_human_confirms_joins_and_undoes,
    |clinic: TestClinic| async move {
        books(&clinic, "10:00").await;
        books(&clinic, "10:30").await;
        clinic.work().await;
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        let cards = finds(&mut anna, "0913").await;
        assert_eq!(cards.len(), 2);
        let page = anna.get(&cards[0]).await.text();
        assert!(
            page.contains("Возможно, тот же пациент") && page.contains("Со слов пациента"),
            "{page}"
        );
        let other = cards[1].rsplit('/').next().expect("an id").to_owned();

        let join = [("other", other.as_str())];
        let early = anna.post(&format!("{}/join", cards[0]), &join).await;
        assert_eq!(early.code(), 409);
        assert!(early.text().contains("Сначала подтвердите личность"));
        assert_eq!(
            anna.post(&format!("{}/identify", cards[0]), &[])
                .await
                .code(),
            422,
            "by which document"
        );
        for card in &cards {
            let done = anna
                .post(&format!("{card}/identify"), &[("document", "passport")])
                .await;
            assert_eq!(done.code(), 303);
            assert!(
                anna.get(card)
                    .await
                    .text()
                    .contains("Личность подтверждена")
            );
        }
        assert_eq!(
            anna.post(&format!("{}/join", cards[0]), &join).await.code(),
            303
        );
        let joined = anna.get(&cards[0]).await.text();
        assert!(
            joined.contains("Тот же пациент") && joined.matches("Консультация").count() == 2,
            "{joined}"
        );
        assert_eq!(
            anna.post(&format!("{}/join", cards[0]), &join).await.code(),
            409
        );
        assert_eq!(
            anna.post(&format!("{}/part", cards[0]), &join).await.code(),
            303
        );
        assert_eq!(
            anna.get(&cards[0])
                .await
                .text()
                .matches("Консультация")
                .count(),
            1
        );
        assert_eq!(
            anna.post(&format!("{}/part", cards[0]), &join).await.code(),
            409
        );
        assert_eq!(
            anna.post(&format!("{}/others", cards[0]), &join)
                .await
                .code(),
            303
        );
        // Sent twice it does no harm.
        assert_eq!(
            anna.post(&format!("{}/others", cards[0]), &join)
                .await
                .code(),
            303
        );
        assert!(
            !anna
                .get(&cards[0])
                .await
                .text()
                .contains("Возможно, тот же")
        );
        assert_eq!(
            anna.post(
                &format!("{}/identify", cards[0]),
                &[("standing", "as_stated")]
            )
            .await
            .code(),
            303
        );
        assert!(
            anna.get(&cards[0])
                .await
                .text()
                .contains("Со слов пациента")
        );
        crate::bound::sound(&clinic).await;
        // A join made behind the journal is found.
        clinic
            .sql("UPDATE person_join SET undone_at = NULL, undone_by = NULL")
            .await;
        crate::bound::unsound(&clinic, "person_join").await;
    }
);

on_both!(a_responsible_persons_day, |clinic: TestClinic| async move {
    books(&clinic, "10:00").await;
    let mut anna = Colleague::hired_as(
        &clinic,
        NewAccount {
            login: "anna".into(),
            name: "Тестова Анна".into(),
            ..NewAccount::simple("anna", Role::parse("registrar").expect("a role"))
        },
    )
    .await;
    anna.begins_work().await;
    let card = finds(&mut anna, "0913").await.remove(0);
    let form = [("purpose", "contact"), ("reason", "перезвонила сама")];
    assert_eq!(
        anna.post(&format!("{card}/reveal"), &form).await.code(),
        200
    );
    clinic.trust.sign_checkpoint().await.expect("a checkpoint");

    let mut olga = Colleague::at_work(&clinic, "olga", "responsible").await;
    let all = olga.get("/desk/looks").await.text();
    assert!(
        all.contains("Тестова Анна") && all.contains("Открыта карточка"),
        "{all}"
    );
    assert!(
        all.contains("Дело заведено тем же, кто открыл") && all.contains("Та же фамилия"),
        "{all}"
    );
    assert!(!all.contains("Мария"), "no patient is named");
    let unusual = olga.get("/desk/looks?shown=unusual").await.text();
    assert!(
        unusual.contains("Та же фамилия") && !unusual.contains("Поиск</td>"),
        "{unusual}"
    );
    let staff = olga.get("/desk/looks?about=staff&days=7").await.text();
    assert!(
        staff.contains("Заведён сотрудник") && staff.contains("Вход"),
        "{staff}"
    );
    let looked = olga.get(&card.replace("/people/", "/looks/")).await;
    assert_eq!(looked.code(), 200);
    let looked = looked.text();
    for line in [
        "Тестова Анна",
        "Открыта карточка: дата рождения, имя, отчество, телефон, фамилия",
        "Поиск",
        "Записан",
        "без дела, с причиной",
    ] {
        assert!(looked.contains(line), "{line}: {looked}");
    }
    // That she looked stands there, too.
    let again = olga.get(&card.replace("/people/", "/looks/")).await.text();
    assert!(again.contains("Просмотр этого списка"), "{again}");
    let journal = olga.get("/desk/journal").await.text();
    assert!(
        journal.contains("/journal/checkpoint") && journal.contains("Подписано"),
        "{journal}"
    );
    // The registrar sees who looked at whom she reaches, and not the whole.
    assert_eq!(anna.get(&format!("{card}/looks")).await.code(), 200);
    assert_eq!(anna.get("/desk/looks").await.code(), 403);
    crate::bound::sound(&clinic).await;
});

on_both!(
    an_operator_does_not_see_whom_a_patient_visited_before,
    |clinic: TestClinic| async move {
        let visit = crate::desk::booked(&clinic, "anna", "10:00").await;
        let olga = crate::desk::at_work(&clinic, "olga", "registrar").await;
        crate::desk::done(clinic.booking.accept(olga, visit).await);
        let mut operator = Colleague::at_work(&clinic, "operator", "operator").await;
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        let card = finds(&mut operator, "0913").await.remove(0);
        let day = "/desk/today?day=2026-11-24";
        assert!(
            operator.get(&card).await.text().contains("Пчёлкин"),
            "to come"
        );
        assert!(operator.get(day).await.text().contains("Тестова"));
        crate::desk::wait_until(&clinic, "23:00");
        clinic.clock.advance_seconds(3600 * 10);
        for (one, sees) in [(&mut operator, false), (&mut anna, true)] {
            assert_eq!(one.signs_in().await.code(), 303);
            assert_eq!(one.get(&card).await.text().contains("Пчёлкин"), sees);
            assert_eq!(one.get(day).await.text().contains("Тестова"), sees);
        }
        crate::bound::sound(&clinic).await;
    }
);

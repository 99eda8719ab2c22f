//! Passkeys: added, shown beside a password, enough to take one's place; and what attackers do with them.

mod device;

use journeys::{Answer, Colleague, PASSWORD, TestClinic, on_both, settled};
use kernel::Scope;

pub(super) use device::Device;

/// Adds a passkey in the session of somebody at work.
async fn added(anna: &mut Colleague<'_>, device: &mut Device, title: &str) -> Answer {
    let options = anna.post("/desk/account/passkey", &[]).await;
    assert_eq!(options.code(), 200, "{}", options.text());
    let credential = device.create(&options.json());
    let form = [
        ("title", title),
        ("password", PASSWORD),
        ("credential", &credential),
    ];
    anna.post("/desk/account/passkeys", &form).await
}

/// Somebody at work with a passkey.
async fn with_key<'a>(clinic: &'a TestClinic, login: &str) -> (Colleague<'a>, Device) {
    let mut one = Colleague::at_work(clinic, login, "registrar").await;
    let mut device = Device::new();
    let answer = added(&mut one, &mut device, "Мой телефон").await;
    assert_eq!(
        (answer.code(), answer.header("location")),
        (303, "/desk/account?done=key"),
        "{}",
        answer.text()
    );
    (one, device)
}

async fn asked(one: &mut Colleague<'_>) -> serde_json::Value {
    let options = one.post("/desk/passkey", &[]).await;
    assert_eq!(options.code(), 200, "{}", options.text());
    options.json()
}

/// Signs in with the password and what the device answers.
async fn signs_in(one: &mut Colleague<'_>, device: &mut Device) -> Answer {
    let options = asked(one).await;
    let credential = device.get(&options);
    shows(one, &credential).await
}

async fn shows(one: &mut Colleague<'_>, credential: &str) -> Answer {
    let login = one.login.clone();
    let form = [
        ("login", login.as_str()),
        ("password", PASSWORD),
        ("credential", credential),
    ];
    one.post("/desk/sign-in", &form).await
}

async fn entries(clinic: &TestClinic, kind: &str) -> i64 {
    clinic
        .count(&format!("journal_entry WHERE kind = '{kind}'"))
        .await
}

on_both!(
    a_passkey_is_added_named_used_and_taken_away,
    |clinic: TestClinic| async move {
        let (mut anna, mut device) = with_key(&clinic, "anna").await;
        let page = anna.get("/desk/account").await.text();
        assert!(page.contains("Мой телефон") && page.contains("ещё не было"));

        anna.post("/desk/account/sign-out", &[("which", "all")])
            .await;
        clinic.clock.advance_seconds(3600);
        let answer = signs_in(&mut anna, &mut device).await;
        assert_eq!(answer.code(), 303, "{}", answer.text());
        assert!(!anna.cookies.contains_key("desk_passkey"), "used up");
        let page = anna.get("/desk/account").await.text();
        assert!(!page.contains("ещё не было"), "the last use is told");

        // Nothing of it stands in the open.
        let (mut boris, _) = with_key(&clinic, "boris").await;
        assert_eq!(boris.get("/desk/account").await.code(), 200);

        let id = clinic.trust.passkeys_of(anna.id).await.expect("rows")[0].id;
        // A colleague's key is not theirs to take away.
        boris
            .post(&format!("/desk/account/passkeys/{id}/remove"), &[])
            .await;
        assert_eq!(
            clinic.trust.passkeys_of(anna.id).await.expect("rows").len(),
            1
        );
        for _ in 0..2 {
            let answer = anna
                .post(&format!("/desk/account/passkeys/{id}/remove"), &[])
                .await;
            assert_eq!(answer.header("location"), "/desk/account?done=key-removed");
        }
        assert_eq!(
            entries(&clinic, "factors.changed").await,
            3,
            "told once each"
        );
        assert_eq!(signs_in(&mut anna, &mut device).await.code(), 403);
        clinic.clock.advance_seconds(60);
        assert_eq!(anna.signs_in().await.code(), 303, "codes do all the same");
        crate::bound::sound(&clinic).await;
    }
);

on_both!(
    what_cannot_be_added_is_said_and_nothing_is_lost,
    |clinic: TestClinic| async move {
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        let mut device = Device::new();
        let options = anna.post("/desk/account/passkey", &[]).await.json();
        let credential = device.create(&options);
        let wrong = [
            ("title", "Мой телефон"),
            ("password", "не тот пароль"),
            ("credential", &credential),
        ];
        let answer = anna.post("/desk/account/passkeys", &wrong).await;
        assert_eq!(answer.code(), 422);
        let page = answer.text();
        assert!(page.contains("Пароль не подошёл") && page.contains("Мой телефон"));
        assert!(page.contains("Ключ доступа готов"), "{page}");
        let nameless = [
            ("title", " "),
            ("password", PASSWORD),
            ("credential", &credential),
        ];
        let answer = anna.post("/desk/account/passkeys", &nameless).await;
        assert!(answer.text().contains("Назовите ключ"), "{}", answer.text());
        // The same answer of the device still counts.
        let right = [
            ("title", "Мой телефон"),
            ("password", PASSWORD),
            ("credential", &credential),
        ];
        assert_eq!(
            anna.post("/desk/account/passkeys", &right).await.code(),
            303
        );
        // Sent twice it does no harm.
        let answer = anna.post("/desk/account/passkeys", &right).await;
        assert_eq!(answer.code(), 422);
        assert_eq!(
            clinic.trust.passkeys_of(anna.id).await.expect("rows").len(),
            1
        );
        // The very key cannot be made somebody else's.
        let mut boris = Colleague::at_work(&clinic, "boris", "registrar").await;
        let answer = added(&mut boris, &mut device, "Чужой").await;
        assert_eq!(answer.code(), 422);
        assert!(answer.text().contains("уже добавлен"), "{}", answer.text());
        // Whoever guesses the password at an open screen is stopped.
        let mut last = 0;
        for _ in 0..7 {
            last = anna.post("/desk/account/passkeys", &wrong).await.code();
        }
        assert_eq!(last, 429);
        crate::bound::sound(&clinic).await;
    }
);

on_both!(
    a_passkey_alone_takes_the_place_at_a_shared_computer,
    |clinic: TestClinic| async move {
        let (mut anna, mut device) = with_key(&clinic, "anna").await;
        let mut boris = Colleague::hired(&clinic, "boris", "registrar").await;
        boris.comes_to(&anna);
        boris.begins_work().await;
        // Boris sits there; the key says by itself who comes.
        let options = asked(&mut boris).await;
        let credential = device.get(&options);
        let chosen = boris.id.to_string();
        let form = [
            ("staff", chosen.as_str()),
            ("credential", credential.as_str()),
            ("to", "/desk/people"),
        ];
        let answer = boris.post("/desk/switch", &form).await;
        assert_eq!(
            (answer.code(), answer.header("location")),
            (303, "/desk/people"),
            "{}",
            answer.text()
        );
        anna.cookies = boris.cookies.clone();
        let page = anna.get("/desk/account").await.text();
        assert!(page.contains("anna") && !page.contains("boris"), "{page}");
        // At another computer, where nobody waits, a key alone opens nothing.
        let mut elsewhere = Colleague::nobody(&clinic, anna.id, "anna");
        let options = asked(&mut elsewhere).await;
        let credential = device.get(&options);
        let answer = elsewhere
            .post("/desk/switch", &[("credential", &credential)])
            .await;
        assert_eq!(answer.header("location"), "/desk/sign-in?to=/desk");
        crate::bound::sound(&clinic).await;
    }
);

on_both!(
    an_invitation_may_set_a_passkey_up,
    |clinic: TestClinic| async move {
        let role = trust::access::Role::parse("registrar").expect("a role");
        let new = clinic.account("anna", role).await;
        let made = clinic
            .trust
            .act("test.invite", Scope::console(), move |act| {
                let new = new.clone();
                Box::pin(async move { act.add_and_invite(&new).await })
            });
        let (id, link) = settled(made.await);
        let mut anna = Colleague::nobody(&clinic, id, "anna");
        anna.get(&format!("/desk/welcome/{}", link.reveal())).await;
        let options = anna.post("/desk/welcome/passkey", &[]).await;
        assert_eq!(options.code(), 200, "{}", options.text());
        let mut device = Device::new();
        let credential = device.create(&options.json());
        let secret = anna.second.base32().reveal().clone();
        let code = anna.code();
        let mut form = vec![
            ("secret", secret.as_str()),
            ("obliged", "yes"),
            ("new-password", PASSWORD),
            ("again", "другой пароль"),
            ("code", code.as_str()),
            ("credential", credential.as_str()),
        ];
        let page = anna.post("/desk/welcome", &form).await;
        assert_eq!(page.code(), 422);
        assert!(
            page.text().contains("Ключ доступа готов"),
            "{}",
            page.text()
        );
        form[3].1 = PASSWORD;
        let page = anna.post("/desk/welcome", &form).await;
        assert_eq!(page.code(), 200, "{}", page.text());
        assert!(page.text().contains("Сохраните коды восстановления"));
        let answer = signs_in(&mut anna, &mut device).await;
        assert_eq!(answer.code(), 303, "{}", answer.text());
        crate::bound::sound(&clinic).await;
    }
);

on_both!(
    an_answer_counts_once_here_now_and_for_its_owner,
    |clinic: TestClinic| async move {
        let (mut anna, mut device) = with_key(&clinic, "anna").await;
        let (mut boris, mut other) = with_key(&clinic, "boris").await;

        // Replayed: the challenge is used up, in this browser and with a new one.
        let options = asked(&mut anna).await;
        let ceremony = anna.cookies["desk_passkey"].clone();
        let credential = device.get(&options);
        assert_eq!(shows(&mut anna, &credential).await.code(), 303);
        anna.cookies.insert("desk_passkey".into(), ceremony.clone());
        assert_eq!(shows(&mut anna, &credential).await.code(), 403);
        asked(&mut anna).await;
        assert_eq!(shows(&mut anna, &credential).await.code(), 403);
        clinic.clock.advance_seconds(20 * 60);

        // Another's: the browser that began is the browser that ends.
        let options = asked(&mut anna).await;
        let credential = device.get(&options);
        let kept = anna.cookies.remove("desk_passkey").expect("a ceremony");
        assert_eq!(shows(&mut anna, &credential).await.code(), 403);
        anna.cookies.insert("desk_passkey".into(), kept);
        assert_eq!(
            shows(&mut anna, &credential).await.code(),
            303,
            "not used up"
        );

        // Another employee's key, however right it is.
        assert_eq!(signs_in(&mut anna, &mut other).await.code(), 403);
        other.user = anna.id.uuid().as_bytes().to_vec();
        assert_eq!(signs_in(&mut anna, &mut other).await.code(), 403);
        other.user = boris.id.uuid().as_bytes().to_vec();
        assert_eq!(signs_in(&mut boris, &mut other).await.code(), 303);
        clinic.clock.advance_seconds(20 * 60);

        // A page elsewhere that passes the challenge on.
        for (origin, rp_id) in [
            ("http://clinic.test.evil.example", "clinic.test"),
            ("https://clinic.test", "clinic.test"),
            ("http://clinic.test", "evil.example"),
        ] {
            let mut phished = device.clone();
            phished.origin = origin.into();
            phished.rp_id = rp_id.into();
            phished.counter += 10;
            let answer = signs_in(&mut anna, &mut phished).await;
            assert_eq!(answer.code(), 403, "{origin} {rp_id}");
            clinic.clock.advance_seconds(20 * 60);
        }

        clinic.clock.advance_seconds(20 * 60);
        // Nobody's finger was on it.
        device.flags = 0x01;
        assert_eq!(signs_in(&mut anna, &mut device).await.code(), 403);
        device.flags = 0x05;

        clinic.clock.advance_seconds(20 * 60);
        // Too late.
        let options = asked(&mut anna).await;
        let credential = device.get(&options);
        clinic.clock.advance_seconds(5 * 60);
        assert_eq!(shows(&mut anna, &credential).await.code(), 403);

        clinic.clock.advance_seconds(20 * 60);
        // A right key without the password is nothing.
        let options = asked(&mut anna).await;
        let credential = device.get(&options);
        let form = [
            ("login", "anna"),
            ("password", "не тот пароль"),
            ("credential", &credential),
        ];
        let answer = anna.post("/desk/sign-in", &form).await;
        assert_eq!(answer.code(), 403);
        assert!(answer.text().contains("ключ доступа не подошли"));
        assert_eq!(entries(&clinic, "factor.refused").await, 0);
        crate::bound::sound(&clinic).await;
    }
);

on_both!(
    a_copied_key_is_refused_and_told_to_the_journal,
    |clinic: TestClinic| async move {
        let (mut anna, mut device) = with_key(&clinic, "anna").await;
        let mut copy = device.clone();
        assert_eq!(signs_in(&mut anna, &mut device).await.code(), 303);
        assert_eq!(signs_in(&mut anna, &mut device).await.code(), 303);
        let answer = signs_in(&mut anna, &mut copy).await;
        assert_eq!(answer.code(), 403, "{}", answer.text());
        assert_eq!(entries(&clinic, "factor.refused").await, 1);
        assert_eq!(signs_in(&mut anna, &mut device).await.code(), 303);
        crate::bound::sound(&clinic).await;
    }
);

on_both!(
    attempts_with_passkeys_are_counted_as_all_others,
    |clinic: TestClinic| async move {
        let (mut anna, mut device) = with_key(&clinic, "anna").await;
        let mut stranger = Device::new();
        stranger.user = device.user.clone();
        let mut last = 0;
        for _ in 0..6 {
            last = signs_in(&mut anna, &mut stranger).await.code();
        }
        assert_eq!(last, 429);
        assert_eq!(
            signs_in(&mut anna, &mut device).await.code(),
            429,
            "closed for a while"
        );
        clinic.clock.advance_seconds(20 * 60);
        assert_eq!(signs_in(&mut anna, &mut device).await.code(), 303);
        // What is asked tells nothing of who exists: it is the same for everybody.
        let mut options = asked(&mut anna).await;
        options["publicKey"]["challenge"] = "".into();
        let mut others = asked(&mut Colleague::nobody(&clinic, anna.id, "nobody")).await;
        others["publicKey"]["challenge"] = "".into();
        assert_eq!(options, others);
    }
);

on_both!(
    who_is_dismissed_has_no_key_and_what_is_kept_is_sealed,
    |clinic: TestClinic| async move {
        let (mut anna, mut device) = with_key(&clinic, "anna").await;
        let id = anna.id;
        let gone = clinic
            .trust
            .act("test.dismiss", Scope::console(), move |act| {
                Box::pin(async move { act.dismiss_staff(id).await })
            });
        settled(gone.await);
        assert_eq!(signs_in(&mut anna, &mut device).await.code(), 403);
        assert!(clinic.trust.passkeys_of(id).await.expect("rows").is_empty());
        crate::bound::sound(&clinic).await;
    }
);

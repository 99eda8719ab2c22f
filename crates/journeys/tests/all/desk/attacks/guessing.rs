//! Brute force, and what a clock would tell.

use journeys::{Colleague, PASSWORD, TestClinic, on_both};

on_both!(
    the_way_is_closed_and_opens_again,
    |clinic: TestClinic| async move {
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        let mut attacker = Colleague::nobody(&clinic, anna.id, "anna").with(anna.second.clone());
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

on_both!(
    a_code_is_good_for_one_of_two_who_show_it_at_once,
    |clinic: TestClinic| async move {
        let anna = Colleague::hired(&clinic, "anna", "registrar").await;
        let code = anna.code();
        let form = [
            ("login", "anna"),
            ("password", PASSWORD),
            ("code", code.as_str()),
        ];
        let tries = (0..4).map(|_| clinic.form("/desk/sign-in", &form).send());
        let answers = futures::future::join_all(tries).await;
        let mut codes: Vec<u16> = answers.iter().map(journeys::Answer::code).collect();
        codes.sort_unstable();
        assert_eq!(
            codes,
            [303, 403, 403, 403],
            "whoever looked over her shoulder is late"
        );
        // Nor is it good a second time for what asks for a code alone.
        let mut anna = anna;
        clinic.clock.advance_seconds(30);
        assert_eq!(anna.signs_in().await.code(), 303);
        let code = anna.code();
        let hers = anna.id.to_string();
        let form = [("staff", hers.as_str()), ("code", code.as_str())];
        assert_eq!(anna.post("/desk/switch", &form).await.code(), 403);
    }
);

on_both!(
    one_factor_is_none_whichever_it_is,
    |clinic: TestClinic| async move {
        let mut anna = Colleague::hired(&clinic, "anna", "registrar").await;
        let olga = Colleague::hired(&clinic, "olga", "registrar").await;
        let right = anna.code();
        let (others, paper) = (olga.code(), olga.recovery[0].clone());
        for (password, code) in [
            (PASSWORD, ""),
            (PASSWORD, others.as_str()),
            (PASSWORD, paper.as_str()),
            ("", right.as_str()),
        ] {
            assert_eq!(anna.signs_in_with(password, code).await.code(), 403);
        }
        // What was shown in vain beside a wrong password is not used up by it, and hers alone lets her in.
        assert_eq!(anna.signs_in_with(PASSWORD, &right).await.code(), 303);
        // A code of a minute ago, and one of a minute ahead, are of no use.
        for seconds in [-90, 90] {
            clinic.clock.advance_seconds(600);
            let at = clinic.clock.now().micros() + seconds * 1_000_000;
            let code = anna.second.code(kernel::Moment::from_micros(at));
            assert_eq!(anna.signs_in_with(PASSWORD, &code).await.code(), 403);
        }
    }
);

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
        // A hash takes tens of milliseconds, all else a few: without it one would be much quicker. The machine's
        // own other work is no more than a part of that.
        let (less, more) = (known.min(unknown), known.max(unknown));
        assert!(
            2 * more < 3 * less,
            "known {known} µs, unknown {unknown} µs"
        );
    }
);

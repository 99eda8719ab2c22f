//! Signing in at the clinic's own provider of identities; and what attackers do on the way there and back.

mod issuer;

use journeys::{Answer, Colleague, TestClinic, on_both, settled};
use kernel::Scope;
use platform::config::ProviderSettings;
use platform::identity::IdentityProvider;
use serde_json::{Value, json};

use issuer::Issuer;

/// The clinic with a provider, at which the colleague is linked.
async fn linked(clinic: &mut TestClinic) -> Issuer {
    let issuer = Issuer::open(&clinic.clock).await;
    let settings = ProviderSettings {
        issuer: issuer.address().into(),
        client_id: "medok".into(),
        title: "Вход клиники".into(),
        ..ProviderSettings::default()
    };
    let provider = IdentityProvider::of(&settings, "http://clinic.test", clinic.clock.clone());
    clinic.site.identity = Some(provider.expect("sound settings"));
    issuer
}

async fn links(clinic: &TestClinic, anna: &Colleague<'_>, issuer: &Issuer, subject: &'static str) {
    let (id, issuer) = (anna.id, issuer.address().to_owned());
    let done = clinic.trust.act("test.link", Scope::console(), move |act| {
        let issuer = issuer.clone();
        Box::pin(async move { act.link_identity(id, (&issuer, subject)).await })
    });
    settled(done.await);
}

/// Off to the provider: where the browser was sent.
async fn leaves(one: &mut Colleague<'_>) -> String {
    let answer = one.get("/desk/provider?to=/desk/people").await;
    assert_eq!(answer.code(), 303, "{}", answer.text());
    answer.header("location").to_owned()
}

/// Back with what the provider gave.
async fn comes_back(one: &mut Colleague<'_>, (code, state): &(String, String)) -> Answer {
    let page = one
        .get(&format!("/desk/provider/back?code={code}&state={state}"))
        .await;
    assert_eq!(page.code(), 200);
    assert!(page.text().contains("Вы вернулись"));
    one.post("/desk/provider", &[("code", code), ("state", state)])
        .await
}

fn strong(claims: &mut Value) {
    claims["amr"] = json!(["pwd", "otp"]);
}

on_both!(
    whom_the_provider_knows_and_an_administrator_linked_comes_in,
    |clinic: TestClinic| async move {
        let mut clinic = clinic;
        let issuer = linked(&mut clinic).await;
        let clinic = clinic;
        let mut anna = Colleague::hired(&clinic, "anna", "registrar").await;
        assert!(
            anna.get("/desk/sign-in")
                .await
                .text()
                .contains("Войти через: Вход клиники")
        );

        // Known there, and nobody here: no account is made, and none is guessed by its mail.
        let asked = leaves(&mut anna).await;
        let brought = issuer.agrees(&asked, "anna-there", |claims| {
            strong(claims);
            claims["email"] = "anna".into();
        });
        let answer = comes_back(&mut anna, &brought).await;
        assert_eq!(answer.code(), 403);
        assert!(answer.text().contains("не связана"), "{}", answer.text());

        links(&clinic, &anna, &issuer, "anna-there").await;
        let asked = leaves(&mut anna).await;
        let brought = issuer.agrees(&asked, "anna-there", strong);
        let answer = comes_back(&mut anna, &brought).await;
        assert_eq!(
            (answer.code(), answer.header("location")),
            (303, "/desk/people"),
            "{}",
            answer.text()
        );
        // The obligation is asked of them as of all others.
        assert_eq!(
            anna.get("/desk").await.header("location"),
            "/desk/obligation"
        );
        anna.post("/desk/obligation", &[("obliged", "yes")]).await;
        assert_eq!(anna.get("/desk/people").await.code(), 200);

        // Whoever is dismissed is out at once, whatever the provider says.
        let id = anna.id;
        let gone = clinic
            .trust
            .act("test.dismiss", Scope::console(), move |act| {
                Box::pin(async move { act.dismiss_staff(id).await })
            });
        settled(gone.await);
        assert_eq!(anna.get("/desk/people").await.code(), 303);
        let asked = leaves(&mut anna).await;
        let brought = issuer.agrees(&asked, "anna-there", strong);
        assert_eq!(comes_back(&mut anna, &brought).await.code(), 403);
        crate::bound::sound(&clinic).await;
    }
);

on_both!(
    where_the_provider_vouches_for_no_second_factor_ours_is_asked,
    |clinic: TestClinic| async move {
        let mut clinic = clinic;
        let issuer = linked(&mut clinic).await;
        let clinic = clinic;
        let mut anna = Colleague::hired(&clinic, "anna", "registrar").await;
        links(&clinic, &anna, &issuer, "anna-there").await;
        for (code, status) in [("000000".to_owned(), 403), (anna.code(), 303)] {
            let asked = leaves(&mut anna).await;
            let brought = issuer.agrees(&asked, "anna-there", |_| {});
            let page = comes_back(&mut anna, &brought).await;
            assert_eq!(page.code(), 200, "{}", page.text());
            assert!(page.text().contains("второй фактор там не проверили"));
            assert_eq!(
                anna.get("/desk").await.header("location"),
                "/desk/sign-in?to=/desk"
            );
            let answer = anna.post("/desk/provider/second", &[("code", &code)]).await;
            assert_eq!(answer.code(), status, "{}", answer.text());
        }
        assert_eq!(anna.get("/desk/account").await.code(), 200);
        crate::bound::sound(&clinic).await;
    }
);

on_both!(
    what_is_brought_back_counts_here_once_and_only_if_it_is_true,
    |clinic: TestClinic| async move {
        let mut clinic = clinic;
        let issuer = linked(&mut clinic).await;
        let other = Issuer::open(&clinic.clock).await;
        let clinic = clinic;
        let mut anna = Colleague::hired(&clinic, "anna", "registrar").await;
        links(&clinic, &anna, &issuer, "anna-there").await;

        // Another browser's answer: the attacker's code in the victim's browser, and the other way round.
        let mut attacker = Colleague::nobody(&clinic, anna.id, "attacker");
        let asked = leaves(&mut attacker).await;
        let brought = issuer.agrees(&asked, "attacker-there", strong);
        let page = comes_back(&mut anna, &brought).await;
        assert!(page.text().contains("в другом браузере"), "{}", page.text());
        let asked = leaves(&mut anna).await;
        let (code, _) = issuer.agrees(&asked, "anna-there", strong);
        let (_, state) = issuer.agrees(&leaves(&mut attacker).await, "attacker-there", strong);
        // A stolen code: the state is right, the verifier is another's.
        assert_eq!(comes_back(&mut attacker, &(code, state)).await.code(), 403);

        // Replayed.
        let asked = leaves(&mut anna).await;
        let kept = anna.cookies.clone();
        let brought = issuer.agrees(&asked, "anna-there", strong);
        assert_eq!(comes_back(&mut anna, &brought).await.code(), 303);
        anna.cookies = kept;
        assert_eq!(comes_back(&mut anna, &brought).await.code(), 403);

        // Too late.
        let asked = leaves(&mut anna).await;
        let brought = issuer.agrees(&asked, "anna-there", strong);
        clinic.clock.advance_seconds(5 * 60);
        assert_eq!(comes_back(&mut anna, &brought).await.code(), 403);

        // Untrue in one thing each.
        type Lie = (&'static str, fn(&mut Value));
        let lies: [Lie; 5] = [
            ("nonce", |claims| claims["nonce"] = "0".into()),
            ("audience", |claims| claims["aud"] = "another".into()),
            ("issuer", |claims| {
                claims["iss"] = "http://127.0.0.1:1".into()
            }),
            ("expired", |claims| claims["exp"] = 1.into()),
            ("no nonce", |claims| {
                claims.as_object_mut().expect("claims").remove("nonce");
            }),
        ];
        for (what, lie) in lies {
            let asked = leaves(&mut anna).await;
            let brought = issuer.agrees(&asked, "anna-there", |claims| {
                strong(claims);
                lie(claims);
            });
            let answer = comes_back(&mut anna, &brought).await;
            assert_eq!(answer.code(), 403, "{what}: {}", answer.text());
        }

        // Mixed up: the answer names another sender; a code of another provider is none here.
        let asked = leaves(&mut anna).await;
        let (code, state) = issuer.agrees(&asked, "anna-there", strong);
        let form = [
            ("code", code.as_str()),
            ("state", state.as_str()),
            ("iss", other.address()),
        ];
        assert_eq!(anna.post("/desk/provider", &form).await.code(), 403);
        let asked = leaves(&mut anna).await;
        let brought = other.agrees(&asked, "anna-there", strong);
        assert_eq!(comes_back(&mut anna, &brought).await.code(), 403);

        // The provider's keys change; it is believed all the same once the kept ones are old.
        issuer.changes_its_key();
        clinic.clock.advance_seconds(2 * 60);
        let asked = leaves(&mut anna).await;
        let brought = issuer.agrees(&asked, "anna-there", strong);
        let answer = comes_back(&mut anna, &brought).await;
        assert_eq!(answer.code(), 303, "{}", answer.text());
        crate::bound::sound(&clinic).await;
    }
);

on_both!(
    a_provider_that_is_down_closes_no_other_way,
    |clinic: TestClinic| async move {
        let mut clinic = clinic;
        let issuer = linked(&mut clinic).await;
        let clinic = clinic;
        issuer.is_down(true);
        let mut anna = Colleague::hired(&clinic, "anna", "registrar").await;
        let answer = anna.get("/desk/provider").await;
        assert_eq!(answer.code(), 503);
        assert!(
            answer.text().contains("Войдите с паролем и кодом"),
            "{}",
            answer.text()
        );
        anna.begins_work().await;
    }
);

on_both!(
    an_administrator_links_and_unlinks_on_screen,
    |clinic: TestClinic| async move {
        let mut clinic = clinic;
        linked(&mut clinic).await;
        let clinic = clinic;
        let mut keeper = Colleague::at_work(&clinic, "keeper", "administrator").await;
        let anna = Colleague::hired(&clinic, "anna", "registrar").await;
        let boris = Colleague::hired(&clinic, "boris", "registrar").await;
        let at = |one: &Colleague| format!("/desk/staff/{}/identity", one.id);
        let answer = keeper.post(&at(&anna), &[("subject", "anna-there")]).await;
        assert_eq!(answer.code(), 303, "{}", answer.text());
        assert_eq!(
            keeper
                .post(&at(&anna), &[("subject", "anna-there")])
                .await
                .code(),
            303
        );
        let answer = keeper.post(&at(&boris), &[("subject", "anna-there")]).await;
        assert!(
            answer.text().contains("уже связан другой"),
            "{}",
            answer.text()
        );
        let answer = keeper.post(&at(&boris), &[("subject", "борис")]).await;
        assert_eq!(answer.code(), 422);
        assert!(
            keeper
                .get(&format!("/desk/staff/{}", anna.id))
                .await
                .text()
                .contains("Связана:")
        );
        for _ in 0..2 {
            assert_eq!(
                keeper.post(&at(&anna), &[("remove", "yes")]).await.code(),
                303
            );
        }
        assert_eq!(
            clinic.trust.identity_of(anna.id).await.expect("a row"),
            None
        );
        assert_eq!(
            keeper
                .post(&at(&boris), &[("subject", "anna-there")])
                .await
                .code(),
            303
        );
        crate::bound::sound(&clinic).await;
    }
);

//! 5.2: the exact sentence, never ticked beforehand, linked to the version in force; separate consents beside it.

use journeys::{TestClinic, Visitor, on_both};
use scraper::{Html, Selector};

const SENTENCE: &str =
    "Настоящим подтверждаю, что я ознакомлен и согласен с условиями политики конфиденциальности";

on_both!(the_tick_of_the_policy, |clinic: TestClinic| async move {
    let asked = clinic
        .get("/api/v1/consents?service=booking&for=self")
        .send()
        .await
        .json();
    let consents = asked["consents"].as_array().expect("consents");
    assert_eq!(consents.len(), 2, "two lines are asked for oneself");
    assert_eq!(
        consents
            .iter()
            .filter(|one| one["text"] == SENTENCE && one["document"] == "policy")
            .count(),
        1
    );
    let policy = clinic.get("/api/v1/policy").send().await.json();
    let line = consents
        .iter()
        .find(|one| one["document"] == "policy")
        .expect("the policy's line");
    assert_eq!(
        (&line["version"], &line["sha256"]),
        (&policy["version"], &policy["sha256"])
    );
    for (whom, lines) in [("child", 3), ("ward", 3), ("adult", 2)] {
        let asked = clinic
            .get(format!("/api/v1/consents?service=booking&for={whom}"))
            .send()
            .await
            .json();
        assert_eq!(
            asked["consents"].as_array().expect("consents").len(),
            lines,
            "{whom}"
        );
    }
});

on_both!(
    an_outdated_version_is_refused,
    |clinic: TestClinic| async move {
        let old = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        clinic
            .publish(
                "policy",
                kernel::Language::Ru,
                "Политика",
                "# Политика\n\nДругая редакция.\n",
                None,
            )
            .await;
        let answer = clinic.post("/api/v1/appointments", &old).send().await;
        assert_eq!(answer.code(), 422, "{}", answer.text());
        assert_eq!(clinic.count("person").await, 0);
        let new = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        assert_eq!(
            clinic
                .post("/api/v1/appointments", &new)
                .send()
                .await
                .code(),
            201
        );
    }
);

/// The lines of consent on a page: sentence, whether ticked, where its text is.
fn lines(visitor: &Visitor<'_>) -> Vec<(String, bool, String)> {
    let select = |text: &str| Selector::parse(text).expect("a selector of ours");
    let page = Html::parse_document(&visitor.html());
    let boxes = select(".consent");
    let (tick, label, link) = (
        select("input[type=checkbox]"),
        select("label"),
        select("a[href]"),
    );
    page.select(&boxes)
        .map(|line| {
            let ticks: Vec<_> = line.select(&tick).collect();
            let [one] = ticks[..] else {
                panic!("a line has one box: {}", line.html());
            };
            let sentence: String = line.select(&label).flat_map(|label| label.text()).collect();
            let document = line.select(&link).next().expect("a link to its text");
            let href = document.value().attr("href").expect("an address");
            (
                sentence,
                one.value().attr("checked").is_some(),
                href.to_owned(),
            )
        })
        .collect()
}

on_both!(the_tick_on_the_pages, |clinic: TestClinic| async move {
    let policy = clinic.get("/api/v1/policy").send().await.json();
    for (whom, service, count) in [
        ("self", "visit", 2),
        ("child", "children", 3),
        ("ward", "visit", 3),
        ("adult", "visit", 2),
    ] {
        let visitor = Visitor::at_who(&clinic, whom, service, 0).await;
        let lines = lines(&visitor);
        assert_eq!(lines.len(), count, "{whom}");
        assert!(lines.iter().all(|(_, ticked, _)| !ticked), "{whom}");
        let of_policy: Vec<_> = lines
            .iter()
            .filter(|(sentence, _, _)| sentence == SENTENCE)
            .collect();
        let [(_, _, href)] = of_policy[..] else {
            panic!("{whom}: the sentence once: {lines:?}");
        };
        let there = clinic.get(href).send().await.text();
        let sha256 = policy["sha256"].as_str().expect("a hash");
        assert!(there.contains(sha256), "{whom}: the version in force");
        let mut documents: Vec<_> = lines.iter().map(|(_, _, href)| href).collect();
        documents.sort();
        documents.dedup();
        assert_eq!(documents.len(), count, "{whom}: a document for each line");
        for document in documents {
            assert_eq!(clinic.get(document).send().await.code(), 200, "{document}");
        }
    }
    assert_eq!(clinic.count("person").await, 0);
});

on_both!(
    a_version_that_came_while_the_form_was_filled_in_is_ticked_anew,
    |clinic: TestClinic| async move {
        let mut anna = Visitor::at_who(&clinic, "self", "visit", 0).await;
        let new = "# Политика\n\nРедакция, которой на странице не было.\n";
        clinic
            .publish("policy", kernel::Language::Ru, "Политика", new, None)
            .await;
        let filled = [
            ("patient.surname", "Пчёлкина"),
            ("patient.given_name", "Анна"),
            ("patient.birth_date", "24.11.1986"),
            ("patient.phone", "8 916 777-09-13"),
            ("given.policy", "yes"),
            ("given.booking-self", "yes"),
        ];
        anna.press(("go", "book"), &filled).await;
        assert_eq!(anna.code(), 422, "{}", anna.text());
        assert_eq!(clinic.count("person").await, 0);
        assert_eq!(anna.values("patient.surname"), ["Пчёлкина"]);
        let shown = lines(&anna);
        let of_policy = shown.iter().find(|(sentence, _, _)| sentence == SENTENCE);
        let (_, ticked, href) = of_policy.expect("the sentence");
        assert!(!ticked, "nobody has agreed to the new version yet");
        let there = clinic.get(href).send().await.text();
        assert!(there.contains("Редакция, которой на странице не было"));
        anna.press(("go", "book"), &[("given.policy", "yes")]).await;
        assert_eq!(anna.heading(), "Вы записаны", "{}", anna.text());
        let of_new = "consent WHERE document = 'policy' AND version = 2";
        assert_eq!(clinic.count(of_new).await, 1);
    }
);

//! Consents and forms: changed by one employee, approved by another, shown to the next visitor.

use journeys::{Colleague, TestClinic, Visitor, on_both};

use super::house::hidden;
use super::sound;

const FORM: &str = "/desk/forms/booking";

/// The form as the page shows it, field by field.
fn filled(page: &str) -> Vec<(String, String)> {
    let kept = |name: &str| (name.to_owned(), hidden(page, name));
    let mut form = vec![kept("fields"), kept("consents")];
    for place in 0..8 {
        let tick = format!("name=\"required.{place}\" value=\"yes\" checked");
        if page.contains(&tick) {
            form.push((format!("required.{place}"), "yes".into()));
        }
    }
    for part in page.split("name=\"sentence.").skip(1) {
        let (name, rest) = part.split_once('"').expect("a name");
        let (_, rest) = rest.split_once(">\n").expect("an area");
        let (text, _) = rest.split_once("</textarea>").expect("its end");
        form.push((format!("sentence.{name}"), text.replace("&#39;", "'")));
    }
    form
}

async fn send(one: &mut Colleague<'_>, form: &[(String, String)], wish: &str) -> journeys::Answer {
    let mut all: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    all.push(("do", wish));
    one.post(FORM, &all).await
}

on_both!(
    a_line_beside_a_box_is_changed_by_one_and_approved_by_another,
    |clinic: TestClinic| async move {
        let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
        let mut medova = Colleague::at_work(&clinic, "medova", "responsible").await;
        assert!(
            keeper
                .get("/desk/forms")
                .await
                .text()
                .contains("Запись на приём")
        );
        let page = keeper.get(FORM).await.text();
        let mut form = filled(&page);
        assert!(form.len() > 8, "{form:?}");

        // Moved up and down it is shown so, and nothing is done yet.
        let moved = send(&mut keeper, &form, "up.fields.1").await;
        assert_eq!(moved.code(), 200, "{}", moved.text());
        assert!(hidden(&moved.text(), "fields").starts_with("1,0,2"));
        // What is so already is not proposed.
        let same = send(&mut keeper, &form, "propose").await;
        assert_eq!(same.code(), 303, "{}", same.text());

        let sentence = form
            .iter_mut()
            .find(|(name, value)| name.ends_with(".ru") && value.contains("для записи на приём"))
            .expect("the line of the consent");
        sentence.1 = "Соглашаюсь на обработку моих данных для записи".into();
        let name = sentence.0.clone();
        let proposed = send(&mut keeper, &form, "propose").await;
        assert_eq!(proposed.code(), 303, "{}", proposed.text());
        let document = "/desk/texts/house:declarations:booking.toml";
        assert_eq!(
            proposed.header("location"),
            format!("{document}?done=waits")
        );
        assert!(keeper.get(FORM).await.text().contains("ждёт утверждения"));
        let asked = clinic
            .get("/api/v1/consents?service=booking&for=self&language=ru")
            .send()
            .await;
        assert!(!asked.text().contains("Соглашаюсь"), "{}", asked.text());

        let list = medova.get(document).await.text();
        let at = list
            .find(&format!("href=\"{document}/"))
            .expect("a version")
            + 6;
        let version: String = list[at..].chars().take_while(|sign| *sign != '"').collect();
        assert!(medova.get(&version).await.text().contains("Соглашаюсь"));
        let done = medova.post(&format!("{version}/approve"), &[]).await;
        assert_eq!(done.code(), 303, "{}", done.text());
        let asked = clinic
            .get("/api/v1/consents?service=booking&for=self&language=ru")
            .send()
            .await;
        assert!(
            asked.text().contains("Соглашаюсь"),
            "{name}: {}",
            asked.text()
        );

        // A line may not be empty; and it counts after a restart.
        let mut empty = form.clone();
        empty.retain(|(one, _)| *one != name);
        assert_eq!(send(&mut keeper, &empty, "propose").await.code(), 422);
        drop((keeper, medova));
        let clinic = clinic.restart().await;
        let asked = clinic
            .get("/api/v1/consents?service=booking&for=self&language=ru")
            .send()
            .await;
        assert!(asked.text().contains("Соглашаюсь"), "{}", asked.text());
        assert_eq!(Visitor::at(&clinic, "/book").await.code(), 200);
        sound(&clinic).await;
    }
);

//! Who acts for whom: what a booking says, what staff establish by a paper, ended and taken back; told to both.

use journeys::{Colleague, TestClinic, WORK_DAY, on_both};
use serde_json::json;
use trust::journal::Kind;

use super::attacks::references::ids_of;
use super::{booked, posted, sound};

/// A child of eight, booked by a parent.
async fn child(clinic: &TestClinic, time: &str) -> kernel::AppointmentId {
    let start = format!("{WORK_DAY}T{time}:00+03:00");
    let mut body = clinic.booking("anna", &start).await;
    body["for"] = json!("child");
    body["patient"] = json!({
        "surname": "Малая", "given_name": "Ася", "birth_date": "2018-05-01",
    });
    body["representative"] = json!({
        "surname": "Большая", "given_name": "Инна", "phone": "+7 916 777-05-06", "basis": "parent",
    });
    body["consents"] = clinic.consents("booking", "child").await;
    posted(clinic, &body).await.0
}

/// The address of a form on a page that ends so.
fn address(page: &str, verb: &str) -> String {
    let end = page.find(&format!("/{verb}\"")).expect("a form");
    let start = page[..end].rfind("action=\"").expect("its address") + "action=\"".len();
    format!("{}/{verb}", &page[start..end])
}

on_both!(
    a_booking_says_who_decides_and_a_paper_shows_it,
    |clinic: TestClinic| async move {
        let visit = child(&clinic, "10:00").await;
        let other = booked(&clinic, "anna", "12:00").await;
        let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
        let ids = ids_of(&mut olga, visit).await;
        let grandmother = ids_of(&mut olga, other.appointment).await;
        let card = format!("/desk/people/{}", ids.person);
        let page = olga.get(&card).await.text();
        // What the booking says: as said, masked, with a way to the other card.
        assert!(
            page.contains("Мать или отец") && page.contains("со слов, при записи"),
            "{page}"
        );
        assert!(page.contains("+7 *** ***-05-06"), "{page}");
        for hidden in ["Большая", "Инна", "Малая", "777-05-06"] {
            assert!(!page.contains(hidden), "{hidden}");
        }
        let list = page.split("id=\"ties-title\"").nth(1).expect("a list");
        let at = list.find("href=\"/desk/people/").expect("a way") + 6;
        let mother: String = list[at..].chars().take_while(|sign| *sign != '"').collect();
        let hers = olga.get(&mother).await.text();
        assert!(
            hers.contains("Кого представляет") && hers.contains("Ребёнок"),
            "{hers}"
        );

        // Her certificate is shown: found by the telephone, named by the paper.
        let find = format!("{card}/representatives/find");
        let found = olga.post(&find, &[("query", "0506")]).await;
        assert_eq!(found.code(), 200, "{}", found.text());
        let id = mother.rsplit('/').next().expect("an id").to_owned();
        assert!(
            found.text().contains(&format!("value=\"{id}\"")),
            "{}",
            found.text()
        );
        for (query, says) in [
            ("пусто", "По этому не найти"),
            ("9999", "Такой карточки нет"),
        ] {
            let answer = olga.post(&find, &[("query", query)]).await.text();
            assert!(answer.contains(says), "{says}: {answer}");
        }
        let name = format!("{card}/representatives");
        let form = |other: &str, basis: &str, paper: &str| {
            [
                ("query", "0506"),
                ("other", other),
                ("basis", basis),
                ("paper", paper),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
        };
        for (form, says) in [
            (
                form("", "parent", "birth_certificate"),
                "Выберите представителя",
            ),
            (form(&id, "", "birth_certificate"), "Выберите основание"),
            (form(&id, "parent", ""), "Выберите документ"),
            (form(&id, "parent", "attorney"), "не подтверждает"),
            (form(&ids.person, "parent", "court"), "того же человека"),
        ] {
            let form: Vec<_> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let answer = olga.post(&name, &form).await;
            assert_eq!(answer.code(), 422, "{says}");
            let page = answer.text();
            assert!(
                page.contains(says) && page.contains("value=\"0506\""),
                "{says}: {page}"
            );
        }
        assert_eq!(clinic.count("representation").await, 0);
        let form = [
            ("query", "0506"),
            ("other", id.as_str()),
            ("basis", "parent"),
            ("paper", "birth_certificate"),
        ];
        for _ in 0..2 {
            let named = olga.post(&name, &form).await;
            assert_eq!(named.header("location"), format!("{card}?done=tie-named"));
        }
        assert_eq!(
            clinic.entries(Kind::RepresentativeNamed).await,
            1,
            "sent twice, once done"
        );
        let page = olga.get(&format!("{card}?done=tie-named")).await.text();
        assert!(
            page.contains("Представитель указан.") && page.contains("Свидетельство о рождении"),
            "{page}"
        );
        assert!(
            !page.contains("со слов, при записи"),
            "one tie, told once: {page}"
        );
        // The other way round, or on another ground, it would be a second tie of the two.
        let back = format!("{mother}/representatives");
        let round = [
            ("query", "0506"),
            ("other", ids.person.as_str()),
            ("basis", "attorney"),
            ("paper", "attorney"),
        ];
        assert_eq!(olga.post(&back, &round).await.code(), 422);

        // A second representative; ended by mistake, and taken back; each told once.
        let other = [
            ("query", "0913"),
            ("other", grandmother.person.as_str()),
            ("basis", "guardian"),
            ("paper", "guardianship"),
        ];
        assert_eq!(olga.post(&name, &other).await.code(), 303);
        let end = address(&olga.get(&card).await.text(), "end");
        for _ in 0..2 {
            assert_eq!(
                olga.post(&end, &[]).await.header("location"),
                format!("{card}?done=tie-ended")
            );
        }
        assert_eq!(clinic.entries(Kind::RepresentativeEnded).await, 1);
        let page = olga.get(&card).await.text();
        assert!(page.contains("прекращено"), "{page}");
        let restore = address(&page, "restore");
        for _ in 0..2 {
            let restored = olga.post(&restore, &[]).await;
            assert_eq!(
                restored.header("location"),
                format!("{card}?done=tie-restored")
            );
        }
        assert_eq!(clinic.entries(Kind::RepresentativeNamed).await, 3);
        assert!(!olga.get(&card).await.text().contains("прекращено"));
        // Both read of it in their own list.
        for one in [&card, &mother] {
            let looks = olga.get(&format!("{one}/looks")).await.text();
            assert!(looks.contains("Указан представитель"), "{looks}");
        }
        // Whoever answers the phone sees it, and changes nothing.
        let mut pavel = Colleague::at_work(&clinic, "pavel", "operator").await;
        let page = pavel.get(&card).await.text();
        assert!(
            page.contains("Свидетельство о рождении") && !page.contains("/representatives"),
            "{page}"
        );
        assert_eq!(pavel.post(&name, &form).await.code(), 403);
        sound(&clinic).await;
        // A tie made or changed behind the journal is found.
        clinic
            .sql("UPDATE representation SET basis = 'attorney' WHERE basis = 'parent'")
            .await;
        crate::bound::unsound(&clinic, "representation").await;
    }
);

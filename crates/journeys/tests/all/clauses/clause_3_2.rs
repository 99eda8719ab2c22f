//! 3.2: seven purposes. Every opening names one and stands in the journal with it; improvement, offers and statistics open
//! nobody by name.

use clinic::people::{Refusal, Via};
use journeys::{Colleague, TestClinic, on_both};
use kernel::{PersonId, Purpose, Stop};
use trust::access::Role;

use crate::desk::{booked, sound};

/// Whoever booked.
async fn patient(clinic: &TestClinic) -> PersonId {
    let mut seer = Colleague::at_work(clinic, "seer", "registrar").await;
    let found = seer.post("/desk/people", &[("query", "0913")]).await.text();
    let at = found.find("href=\"/desk/people/").expect("a card") + "href=\"/desk/people/".len();
    let id = found[at..].split('"').next().expect("an id");
    id.parse().expect("an id")
}

on_both!(
    nobody_is_opened_for_what_the_policy_does_not_name,
    |clinic: TestClinic| async move {
        booked(&clinic, "anna", "10:00").await;
        let person = patient(&clinic).await;
        let mut opened = Vec::new();
        for role in Role::all() {
            let login = format!("opener-{}", role.code());
            let at_work = clinic.staff(&login, role.code()).await;
            for purpose in Purpose::ALL {
                let scope = TestClinic::at_work(at_work, purpose, None);
                let why = Via::Inquiry(Some("Пациентка попросила".into()));
                match clinic.site.people.reveal(scope, person, why).await {
                    Ok(_) => opened.push(purpose),
                    Err(Stop::Refused(_)) => {}
                    Err(Stop::Fault(fault)) => panic!("{role:?} for {purpose}: {fault}"),
                }
            }
        }
        for named in [Purpose::Identification, Purpose::Services, Purpose::Contact] {
            assert!(
                opened.contains(&named),
                "{named} is what the desk works for"
            );
        }
        for never in [
            Purpose::Improvement,
            Purpose::Offers,
            Purpose::Statistics,
            Purpose::Rekey,
        ] {
            assert!(!opened.contains(&never), "somebody was opened for {never}");
        }
        sound(&clinic).await;
    }
);

on_both!(
    an_opening_without_a_purpose_is_none,
    |clinic: TestClinic| async move {
        booked(&clinic, "anna", "10:00").await;
        let person = patient(&clinic).await;
        let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
        let address = format!("/desk/people/{person}/reveal");
        let opened = "ticket_opening";
        let before = clinic.count(opened).await;
        for fields in [
            vec![("reason", "Пациентка попросила")],
            vec![("purpose", "contact"), ("reason", " ")],
            vec![("purpose", "curiosity"), ("reason", "Пациентка попросила")],
            vec![("purpose", "statistics"), ("reason", "Пациентка попросила")],
            vec![("purpose", "offers"), ("reason", "Пациентка попросила")],
        ] {
            let answer = olga.post(&address, &fields).await;
            assert!(
                matches!(answer.code(), 403 | 404 | 422),
                "{fields:?}: {}",
                answer.code()
            );
            assert!(!answer.text().contains("Тестова"), "{fields:?}");
        }
        assert_eq!(clinic.count(opened).await, before, "nothing was opened");
        let fields = [("purpose", "contact"), ("reason", "Пациентка попросила")];
        let answer = olga.post(&address, &fields).await;
        assert!(answer.text().contains("Тестова"), "{}", answer.text());
        assert_eq!(clinic.count(opened).await, before + 1);

        // Who looked, why and what for is told with it.
        let mut medova = Colleague::at_work(&clinic, "medova", "responsible").await;
        let looks = medova.get(&format!("/desk/looks/{person}")).await.text();
        assert!(
            looks.contains("olga") && looks.contains("связь · без дела, с причиной"),
            "{looks}"
        );
    }
);

on_both!(
    figures_and_marketing_open_nobody,
    |clinic: TestClinic| async move {
        booked(&clinic, "anna", "10:00").await;
        let person = patient(&clinic).await;
        for role in ["marketing", "owner", "inspector", "administrator"] {
            let mut one = Colleague::at_work(&clinic, role, role).await;
            let before = clinic.count("journal_sub").await;
            for path in ["/desk/people", "/desk/today?day=2026-11-24"] {
                assert_eq!(one.get(path).await.code(), 403, "{role} {path}");
            }
            assert_eq!(
                one.get(&format!("/desk/people/{person}")).await.code(),
                403,
                "{role}"
            );
            assert_eq!(clinic.count("journal_sub").await, before, "{role}");
            let at_work = clinic.staff(&format!("{role}-2"), role).await;
            for purpose in Purpose::ALL {
                let scope = TestClinic::at_work(at_work, purpose, None);
                let why = Via::Inquiry(Some("Посмотреть".into()));
                let refused = clinic.site.people.reveal(scope, person, why).await;
                assert!(
                    matches!(refused, Err(Stop::Refused(Refusal::Access(_)))),
                    "{role} for {purpose}: {refused:?}"
                );
            }
        }
    }
);

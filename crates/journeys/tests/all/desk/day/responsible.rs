//! A responsible person's day (152-ФЗ ст. 22.1): who looked, with proof; what of it is unusual; the journal's state; a text
//! decided about; a person's own list. No booking, no board.

use journeys::{Colleague, TestClinic, on_both};
use trust::access::Role;
use trust::journal::Kind;
use trust::staff::NewAccount;

use super::super::attacks::references::ids_of;
use super::super::booked;
use super::{Day, goes_home};

on_both!(a_responsible_persons_day, |clinic: TestClinic| async move {
    // What others did before: a card opened for a reason of her own by somebody of the same name, a text proposed.
    let visit = booked(&clinic, "anna", "10:00").await;
    let namesake = NewAccount {
        name: "Тестова Анна".into(),
        ..NewAccount::simple("anna", Role::parse("registrar").expect("a role"))
    };
    let mut anna = Colleague::hired_as(&clinic, namesake).await;
    anna.begins_work().await;
    let ids = ids_of(&mut anna, visit.appointment).await;
    let card = format!("/desk/people/{}", ids.person);
    let why = [("purpose", "contact"), ("reason", "перезвонила сама")];
    assert_eq!(anna.post(&format!("{card}/reveal"), &why).await.code(), 200);
    let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
    let text = [
        ("text-language", "ru"),
        ("body", "# Политика клиники\n\n1.1. Храним пять лет.\n"),
        ("do", "propose"),
    ];
    let proposed = keeper.post("/desk/texts/policy", &text).await;
    assert_eq!(proposed.code(), 303, "{}", proposed.text());
    let mut medova = Colleague::hired(&clinic, "medova", "responsible").await;
    let numbered = clinic.trust.sign_checkpoint().await;
    numbered.expect("entries get their numbers");
    let day = Day::begins(&clinic);

    medova.begins_work().await;
    assert_eq!(medova.get("/desk").await.header("location"), "/desk/people");
    let all = medova.get("/desk/looks").await.text();
    for said in [
        "Тестова Анна",
        "Открыта карточка",
        "Та же фамилия",
        "Дело заведено тем же",
    ] {
        assert!(all.contains(said), "{said}: {all}");
    }
    assert!(
        !all.contains("Мария") && !all.contains("777-09-13"),
        "no patient is named"
    );
    let unusual = medova.get("/desk/looks?shown=unusual").await.text();
    assert!(unusual.contains("Та же фамилия"), "{unusual}");
    // Whatever stands in the journal stands in one of the lists, in words.
    for (about, said) in [
        ("staff", "Заведён сотрудник"),
        ("visits", "Записан"),
        ("clinic", "Предложен текст"),
    ] {
        let list = medova
            .get(&format!("/desk/looks?about={about}"))
            .await
            .text();
        assert!(list.contains(said), "{about}: {list}");
    }
    // One person's list, with the number by which each line can be proved.
    let looked = medova
        .get(&format!("/desk/looks/{}", ids.person))
        .await
        .text();
    assert!(
        looked.contains("без дела, с причиной") && looked.contains("Тестова Анна"),
        "{looked}"
    );
    let journal = medova.get("/desk/journal").await.text();
    assert!(journal.contains("/journal/checkpoint"), "{journal}");
    clinic.trust.sign_checkpoint().await.expect("a checkpoint");
    let checkpoint = clinic.get("/journal/checkpoint").send().await;
    assert_eq!(checkpoint.code(), 200, "anybody can check what she reads");
    // Searching and opening for somebody's rights is hers, and told like everybody's.
    let found = medova
        .post("/desk/people", &[("query", "0913")])
        .await
        .text();
    assert!(found.contains(&ids.person), "{found}");
    let rights = [("reason", "обращение № 7")];
    let opened = medova.post(&format!("{card}/reveal"), &rights).await;
    assert!(opened.text().contains("Тестова"), "{}", opened.text());

    // The text of another is decided about.
    let texts = medova.get("/desk/texts").await.text();
    let at = texts.find("/desk/texts/policy/").expect("a text waits");
    let version: String = texts[at..]
        .chars()
        .take_while(|sign| *sign != '"')
        .collect();
    assert!(medova.get(&version).await.text().contains("<ins>"));
    assert_eq!(
        medova.post(&format!("{version}/approve"), &[]).await.code(),
        303
    );

    // The day of the clinic is not hers to run.
    for path in [
        "/desk/today",
        "/desk/week",
        "/desk/waiting",
        "/desk/book",
        "/desk/blocks",
        "/desk/staff",
        "/desk/clinic",
        "/desk/figures",
    ] {
        assert_eq!(medova.get(path).await.code(), 403, "{path}");
    }
    let accept = format!("/desk/boards/{}/{}/accept", ids.board, ids.appointment);
    assert_eq!(medova.post(&accept, &[("version", "0")]).await.code(), 403);
    goes_home(&mut medova).await;
    let lines = day
        .ends(
            &clinic,
            &[medova.id],
            &[
                (Kind::SessionBegan, 1),
                (Kind::StaffObliged, 1),
                (Kind::LooksShown, 1),
                (Kind::PeopleSearched, 1),
                (Kind::CardShown, 1),
                (Kind::TicketIssued, 1),
                (Kind::DocumentApproved, 1),
                (Kind::SessionEnded, 1),
            ],
        )
        .await;
    for line in lines
        .iter()
        .filter(|line| line.kind == Kind::TicketIssued.code())
    {
        assert_eq!(line.purpose.as_deref(), Some("rights"), "{line:?}");
    }
});

//! An administrator's day: somebody is invited, begins, gets another role and leaves; the clinic changes. Nobody's personal
//! data is opened.

use journeys::{Colleague, PASSWORD, TestClinic, Visitor, on_both};
use kernel::StaffId;
use trust::journal::Kind;
use trust::staff::SecondFactor;

use super::super::{booked, house};
use super::{Day, goes_home};

/// What would grow if anybody's data were opened.
async fn opened(clinic: &TestClinic) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in ["ticket", "ticket_opening", "inquiry", "board"] {
        counts.push(clinic.count(table).await);
    }
    counts
}

on_both!(an_administrators_day, |clinic: TestClinic| async move {
    booked(&clinic, "anna", "10:00").await;
    let mut keeper = Colleague::hired(&clinic, "petrov", "administrator").await;
    let day = Day::begins(&clinic);
    let before = opened(&clinic).await;
    keeper.begins_work().await;

    // Somebody new: invited on screen, sets up what they sign in with, and works.
    let form = [
        ("name", "Соколова Анна"),
        ("login", "sokolova"),
        ("role", "registrar"),
        ("branches", "all"),
    ];
    let page = keeper.post("/desk/staff", &form).await;
    assert_eq!(page.code(), 200, "{}", page.text());
    let page = page.text();
    let at = page.find("/desk/welcome/").expect("a link");
    let link: String = page[at..].chars().take_while(|sign| *sign != '<').collect();
    let mut welcome = Visitor::at(&clinic, &link).await;
    let secret = welcome.values("secret")[0].clone();
    let second = SecondFactor::parse(&secret, "МЕДОК", "sokolova").expect("a secret");
    let code = second.code(clinic.clock.now());
    let set = [
        ("obliged", "yes"),
        ("new-password", PASSWORD),
        ("again", PASSWORD),
        ("code", code.as_str()),
    ];
    welcome.submit(&set).await;
    assert_eq!(welcome.heading(), "Сохраните коды восстановления");
    let account = |accounts: Vec<trust::staff::Account>| -> StaffId {
        let found = accounts.into_iter().find(|one| one.login == "sokolova");
        found.expect("an account").id
    };
    let hers = account(clinic.trust.accounts().await.expect("accounts"));
    clinic.clock.advance_seconds(30);
    let mut anna = Colleague::nobody(&clinic, hers, "sokolova").with(second);
    assert_eq!(anna.signs_in().await.code(), 303);
    assert_eq!(anna.get("/desk/account").await.code(), 200);

    // Another role counts at once; then she leaves, and is out wherever she is.
    let staff = format!("/desk/staff/{hers}");
    let change = [("role", "marketing"), ("branches", "all")];
    assert_eq!(
        keeper
            .post(&format!("{staff}/change"), &change)
            .await
            .code(),
        303
    );
    assert_eq!(anna.get("/desk/people").await.code(), 403);
    assert_eq!(anna.get("/desk/figures").await.code(), 200);
    let sure = [("sure", "yes")];
    assert_eq!(
        keeper.post(&format!("{staff}/dismiss"), &sure).await.code(),
        303
    );
    assert_eq!(
        anna.get("/desk/account").await.header("location"),
        "/desk/sign-in?to=/desk/account"
    );

    // The clinic: a service gets dearer, a practitioner is added; visitors see it at once.
    let new = [
        ("title", "Щукина Юлия"),
        ("family", "cardiologist"),
        ("since", "2010"),
        ("lanes", "1"),
        ("grain", "5"),
    ];
    let made = keeper.post("/desk/clinic/people/new", &new).await;
    assert_eq!(made.code(), 303, "{}", made.text());
    let service = [
        ("title", "Приём кардиолога"),
        ("price", "2 500"),
        ("duration", "30"),
        ("practitioners.schukina-yuliya", "yes"),
    ];
    let made = keeper.post("/desk/clinic/services/new", &service).await;
    assert_eq!(made.code(), 303, "{}", made.text());
    let prices = Visitor::at(&clinic, "/prices").await.text();
    assert!(prices.contains("Приём кардиолога"), "{prices}");
    let closed = house::seen(&mut keeper, "/desk/clinic/closed").await;
    assert!(!closed.is_empty());

    // Whoever keeps the house meets no patient.
    for path in [
        "/desk/today",
        "/desk/week",
        "/desk/people",
        "/desk/looks",
        "/desk/book",
        "/desk/waiting",
        "/desk/figures",
    ] {
        let answer = keeper.get(path).await;
        assert_eq!(answer.code(), 403, "{path}");
        assert!(!answer.text().contains("Тестова"), "{path}");
    }
    assert_eq!(
        keeper.get("/desk/journal").await.code(),
        200,
        "that the journal stands is theirs to see"
    );
    goes_home(&mut keeper).await;
    let lines = day
        .ends(
            &clinic,
            &[keeper.id, hers],
            &[
                (Kind::SessionBegan, 2),
                (Kind::StaffObliged, 1),
                (Kind::StaffAdded, 1),
                (Kind::FactorsChanged, 1),
                (Kind::StaffChanged, 1),
                (Kind::StaffDismissed, 1),
                (Kind::CatalogueChanged, 2),
                (Kind::SessionEnded, 1),
            ],
        )
        .await;
    assert_eq!(opened(&clinic).await, before, "nobody's data was opened");
    let looked = [
        Kind::TicketIssued,
        Kind::Opened,
        Kind::CardShown,
        Kind::PeopleSearched,
    ];
    for line in lines {
        assert!(
            looked.iter().all(|kind| kind.code() != line.kind),
            "{line:?}"
        );
    }
});

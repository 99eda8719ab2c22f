//! An owner's day: figures, and nobody behind them. Every page on which somebody could stand says no, and the journal has
//! nothing of anybody all day.

use journeys::{Colleague, TestClinic, on_both};
use trust::access::Action;
use trust::journal::Kind;

use super::super::attacks::references::ids_of;
use super::super::booked;
use super::{Day, goes_home};

on_both!(an_owners_day, |clinic: TestClinic| async move {
    let visit = booked(&clinic, "anna", "10:00").await;
    let mut olga = Colleague::at_work(&clinic, "olga", "supervisor").await;
    let ids = ids_of(&mut olga, visit.appointment).await;
    let mut owner = Colleague::hired(&clinic, "medova", "owner").await;
    let day = Day::begins(&clinic);
    owner.begins_work().await;
    assert_eq!(owner.get("/desk").await.header("location"), "/desk/figures");

    let mut tables = 0;
    for period in ["week", "month"] {
        let page = owner.get(&format!("/desk/figures?period={period}")).await;
        assert_eq!(page.code(), 200, "{}", page.text());
        assert!(!page.text().contains("Тестов") && !page.text().contains("777-09"));
    }
    for figure in ["bookings", "load", "waiting"] {
        let table = owner
            .get(&format!("/desk/figures/{figure}?period=week"))
            .await;
        assert_eq!(table.code(), 200, "{figure}");
        assert!(!table.text().contains("Тестов"), "{figure}");
        tables += 1;
    }

    // Every other address of the desk, with the true ids of the day.
    let fill = |path: &str| {
        let id = if path.starts_with("/desk/boards/") {
            &ids.appointment
        } else {
            &ids.person
        };
        path.replace("{board}", &ids.board).replace("{id}", id)
    };
    let mut closed = 0;
    for one in web::permissions() {
        let theirs = matches!(
            one.action,
            None | Some(Action::OwnAccount | Action::SeeFigures)
        );
        if theirs {
            continue;
        }
        let path = fill(one.path);
        let answer = match one.method {
            "GET" => owner.get(&path).await,
            _ => {
                owner
                    .post(&path, &[("version", "0"), ("query", "0913")])
                    .await
            }
        };
        assert!(
            [403, 404].contains(&answer.code()),
            "{path}: {}",
            answer.code()
        );
        assert!(!answer.text().contains("Тестов"), "{path}");
        closed += 1;
    }
    assert!(closed > 60, "{closed}");

    goes_home(&mut owner).await;
    let lines = day
        .ends(
            &clinic,
            &[owner.id],
            &[
                (Kind::SessionBegan, 1),
                (Kind::StaffObliged, 1),
                (Kind::FiguresDownloaded, tables),
                (Kind::SessionEnded, 1),
            ],
        )
        .await;
    for line in lines {
        let own = line.kind == Kind::SessionBegan.code() || line.kind == Kind::StaffObliged.code();
        assert!(
            line.categories.is_empty() && (line.persons == 0 || own || line.kind == "journal.map"),
            "somebody stands there: {line:?}"
        );
    }
});

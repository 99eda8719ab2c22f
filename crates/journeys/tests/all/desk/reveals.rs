//! Every page of the desk that shows who somebody is: found by walking all of them, so that none is forgotten. What it shows
//! stands in the journal, exactly one sub-entry for the person, the ticket and the set of fields.

use std::collections::BTreeSet;

use journeys::{Answer, Colleague, TestClinic, on_both};

use super::sound;

/// What a page reveals of her: her surname or the digits of her telephone.
fn reveals(answer: &Answer) -> bool {
    let html = answer.text();
    html.contains("Тестова") || html.contains("777-09-13") || html.contains("7770913")
}

/// Where her records stand on the desk.
struct Places {
    board: String,
    appointment: String,
    person: String,
    staff: String,
}

impl Places {
    fn fill(&self, path: &str) -> String {
        let id = if path.starts_with("/desk/boards/") {
            &self.appointment
        } else if path.starts_with("/desk/staff/") {
            &self.staff
        } else {
            &self.person
        };
        let filled = path
            .replace("{board}", &self.board)
            .replace("{id}", id)
            .replace("{token}", "none");
        match path {
            "/desk/today" | "/desk/week" | "/desk/blocks" => format!("{filled}?day=2026-11-24"),
            _ => filled,
        }
    }
}

/// The ids in a page of whoever sees it.
async fn places(one: &mut Colleague<'_>) -> Places {
    let html = one.get("/desk/today?day=2026-11-24").await.text();
    let at = html.find("href=\"/desk/boards/").expect("a card") + "href=\"/desk/boards/".len();
    let mut ids = html[at..].split(['/', '"']);
    let mut next = || ids.next().expect("an id").to_owned();
    let (board, appointment) = (next(), next());
    let panel = format!("/desk/boards/{board}/{appointment}");
    let panel = one.get_part(&panel, "panel").await.text();
    let at = panel
        .find("href=\"/desk/people/")
        .map(|at| at + "href=\"/desk/people/".len());
    Places {
        person: at.map_or_else(String::new, |at| {
            panel[at..]
                .split(['"', '?'])
                .next()
                .unwrap_or_default()
                .to_owned()
        }),
        staff: one.id.to_string(),
        board,
        appointment,
    }
}

on_both!(
    every_page_that_reveals_tells_the_journal_once_a_ticket,
    |clinic: TestClinic| async move {
        let body = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        let booked = clinic.post("/api/v1/appointments", &body).send().await;
        assert_eq!(booked.code(), 201, "{}", booked.text());
        let subs = async || clinic.count("journal_sub").await;
        let mut pages: BTreeSet<&str> = web::permissions()
            .iter()
            .filter(|one| one.method == "GET" && one.action.is_some())
            .map(|one| one.path)
            .collect();
        // A stream has no end; it carries ids alone, and its own story says so.
        assert!(pages.remove("/desk/live"));
        let mut found = BTreeSet::new();
        for (nth, role) in ["supervisor", "responsible", "administrator"]
            .into_iter()
            .enumerate()
        {
            let mut seer = Colleague::at_work(&clinic, &format!("seer-{nth}"), "supervisor").await;
            let places = places(&mut seer).await;
            let mut probe = Colleague::at_work(&clinic, &format!("probe-{nth}"), role).await;
            for (at, path) in pages.iter().enumerate() {
                if !reveals(&probe.get(&places.fill(path)).await) {
                    continue;
                }
                found.insert(*path);
                // Somebody whose session knows no ticket yet; a board is theirs alone.
                let login = format!("fresh-{nth}-{at}");
                let mut fresh = Colleague::at_work(&clinic, &login, role).await;
                // The list that a card stands on is opened with it; other pages need no list of theirs.
                let own = match path.contains("{board}") {
                    true => Some(self::places(&mut fresh).await),
                    false => None,
                };
                let own = own.as_ref().unwrap_or(&places);
                // A ticket a list; what stands on a list that is open already is covered by its ticket.
                let tickets = match *path {
                    "/desk/today" if role == "supervisor" => 2,
                    path if path.contains("{board}") => 0,
                    _ => 1,
                };
                let before = subs().await;
                let first = fresh.get(&own.fill(path)).await;
                assert!(reveals(&first), "{role} {path}: {}", first.code());
                assert_eq!(
                    subs().await,
                    before + tickets,
                    "{role} {path}: the first view"
                );
                assert!(reveals(&fresh.get(&own.fill(path)).await));
                assert_eq!(subs().await, before + tickets, "{role} {path}: seen again");
            }
        }
        assert_eq!(
            found.into_iter().collect::<Vec<_>>(),
            [
                "/desk/boards/{board}/{id}/move",
                "/desk/today",
                "/desk/waiting",
            ],
            "the pages that reveal by being looked at; whoever adds one, adds it here"
        );

        // What a form reveals: with the case's ticket, and again under the same one.
        let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
        let places = places(&mut olga).await;
        let reveal = format!("/desk/people/{}/reveal", places.person);
        let fields = [("via", places.appointment.as_str())];
        let before = subs().await;
        let opened = olga.post(&reveal, &fields).await;
        assert!(reveals(&opened), "{}", opened.text());
        let after = subs().await;
        let again = olga.post(&reveal, &fields).await;
        assert!(reveals(&again));
        let shown = subs().await - after;
        assert_eq!(
            after - before - shown,
            1,
            "one opening; each card shown is told too"
        );
        sound(&clinic).await;
    }
);

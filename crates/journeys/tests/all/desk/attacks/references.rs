//! Direct references to others' records: an id of another looks like no id at all, and does nothing. The list of tries is
//! complete by construction: a route of the desk with an id in its address and without a row fails.

mod tries;

use std::collections::BTreeSet;

use clinic::booking::Basis;
use clinic::booking::catalogue::Words;
use clinic::booking::catalogue::new::NewBranch;
use clinic::booking::desk::{BlockKind, NewBlock};
use clinic::people::{NewRepresentation, Paper};
use journeys::{Answer, ClinicOptions, Colleague, PASSWORD, TestClinic, WORK_DAY, on_both};
use kernel::{AppointmentId, BranchId};
use trust::access::Role;
use trust::staff::NewAccount;

use super::super::{at, at_work, booked, branch, done, posted, practitioner, sound};
use tries::{Scene, Try, tries};

const NOBODYS: &str = "00000000-0000-4000-8000-000000000000";

/// Where somebody's records stand on the desk.
pub(crate) struct Ids {
    pub(crate) board: String,
    pub(crate) appointment: String,
    pub(crate) person: String,
}

fn between(html: &str, start: &str, end: char) -> String {
    let at = html
        .find(start)
        .unwrap_or_else(|| panic!("no {start} in {html}"))
        + start.len();
    html[at..].chars().take_while(|sign| *sign != end).collect()
}

/// The ids of an appointment as whoever runs the day meets them.
pub(crate) async fn ids_of(one: &mut Colleague<'_>, of: AppointmentId) -> Ids {
    let html = one.get(&format!("/desk/today?day={WORK_DAY}")).await.text();
    let board = between(&html, "data-card=\"/desk/boards/", '/');
    let panel = format!("/desk/boards/{board}/{of}");
    let panel = one.get_part(&panel, "panel").await.text();
    Ids {
        board,
        appointment: of.to_string(),
        person: between(&panel, "href=\"/desk/people/", '"'),
    }
}

/// Two branches; one of the three practitioners receives at the second alone.
fn two_branches() -> ClinicOptions {
    let mut options = ClinicOptions::default();
    let main = &options.catalogue.branches[0];
    let far = NewBranch {
        code: "far".into(),
        title: Words {
            ru: "На Липовой".into(),
            en: "Linden Street".into(),
        },
        ..main.clone()
    };
    options.catalogue.branches.push(far);
    for schedule in &mut options.catalogue.schedules {
        if schedule.practitioner == "vera" {
            schedule.rule.opening.branch = "far".into();
        }
    }
    options
}

/// Somebody whose work is at the branch of this code alone, where their role has branches.
async fn only_at<'a>(clinic: &'a TestClinic, login: &str, role: &str, code: &str) -> Colleague<'a> {
    let id: BranchId = clinic.id("branch", code).await.parse().expect("an id");
    let role = Role::parse(role).expect("a role");
    let mut new = NewAccount::simple(login, role);
    new.terms.branches = (!role.is_everywhere()).then(|| [id].into());
    let mut one = Colleague::hired_as(clinic, new).await;
    one.begins_work().await;
    one
}

/// A booking at the second branch.
async fn booked_far(clinic: &TestClinic, time: &str) -> AppointmentId {
    let start = format!("{WORK_DAY}T{time}:00+03:00");
    let mut body = clinic.booking("vera", &start).await;
    body["branch"] = clinic.id("branch", "far").await.into();
    body["patient"]["surname"] = "Дальняя".into();
    body["patient"]["phone"] = "+7 916 777-01-02".into();
    posted(clinic, &body).await.0
}

/// Everything of the main branch that somebody elsewhere might name.
async fn scene(clinic: &TestClinic) -> Scene {
    let (one, other) = (
        booked(clinic, "anna", "10:00").await,
        booked(clinic, "anna", "11:00").await,
    );
    let mut olga = only_at(clinic, "olga", "supervisor", "main").await;
    let (ids, other) = (
        ids_of(&mut olga, one.appointment).await,
        ids_of(&mut olga, other.appointment).await,
    );
    let scope = at_work(clinic, "irina", "supervisor").await;
    let block = NewBlock {
        resource: practitioner(clinic, "anna").await,
        branch: branch(clinic).await,
        start: at("16:00"),
        end: at("17:00"),
        kind: BlockKind::Block,
        reason: "Ремонт".into(),
    };
    let block = done(clinic.booking.block(scope, block).await);
    let mut device = super::super::passkeys::Device::new();
    let options = olga.post("/desk/account/passkey", &[]).await.json();
    let credential = device.create(&options);
    let form = [
        ("title", "Ключ"),
        ("password", PASSWORD),
        ("credential", &credential),
    ];
    assert_eq!(olga.post("/desk/account/passkeys", &form).await.code(), 303);
    let keys = clinic.trust.passkeys_of(olga.id).await.expect("rows");
    let policy = clinic.trust.proposals().await.expect("texts");
    let of = |ids: &Ids| ids.person.parse().expect("an id");
    let tie = NewRepresentation {
        person: of(&other),
        representative: of(&ids),
        basis: Basis::Guardian,
        paper: Paper::Guardianship,
    };
    let tie = done(clinic.site.people.name_representative(scope, tie).await);
    Scene {
        tie: tie.to_string(),
        ids,
        other,
        block: block.id.to_string(),
        passkey: keys[0].id.to_string(),
        practitioner: practitioner(clinic, "boris").await.to_string(),
        service: clinic.id("service", "visit").await,
        text: policy["policy"][0].version.id.to_string(),
    }
}

on_both!(
    every_id_of_anothers_leads_nowhere,
    two_branches(),
    |clinic: TestClinic| async move {
        let scene = scene(&clinic).await;
        let all = tries(&scene);
        let tried: BTreeSet<_> = all.iter().map(|one| (one.method, one.route)).collect();
        let routes: BTreeSet<_> = web::permissions()
            .into_iter()
            .filter(|one| one.path.contains('{'))
            .map(|one| (one.method, one.path))
            .collect();
        assert_eq!(tried, routes, "every address with an id is tried");

        let far_visit = booked_far(&clinic, "10:00").await;
        let mut far = std::collections::BTreeMap::new();
        for one in &all {
            if !far.contains_key(one.role) {
                let login = format!("far-{}", one.role);
                far.insert(one.role, only_at(&clinic, &login, one.role, "far").await);
            }
        }
        // Whoever tries has a list of their own, and an open card: neither is a key to others.
        let supervisor = far.get_mut("supervisor").expect("somebody");
        let own = ids_of(supervisor, far_visit).await;
        let entries = clinic.count("journal_entry").await;
        let rows = async || {
            let mut rows = Vec::new();
            for table in [
                "block",
                "staff_factor WHERE removed_at IS NULL",
                "person_join",
                "representation WHERE ended_at IS NULL",
                "inquiry",
                "ticket_opening",
            ] {
                rows.push(clinic.count(table).await);
            }
            rows
        };
        let before = rows().await;
        // All that leak are told together.
        let mut leaks: Vec<String> = Vec::new();
        for one in &all {
            let far = far.get_mut(one.role).expect("somebody");
            let what = format!("{} {}", one.method, one.route);
            let answer = one.by(far, false).await;
            if answer.code() != one.says {
                leaks.push(format!("{what}: {}", answer.code()));
                continue;
            }
            let absent = one.by(far, true).await;
            let plain = |answer: &Answer, path: &str| {
                let page = answer.text().replace(path, "HERE");
                let to = answer.header("location").to_owned();
                (answer.code(), to, page)
            };
            // A nobody's id is no link.
            let link = one.route.contains("{token}");
            if !link && plain(&answer, &one.path(false)) != plain(&absent, &one.path(true)) {
                leaks.push(format!("{what}: otherwise than nobody's"));
            }
            if one.route.contains("{board}") {
                // Their own list with another's appointment, and the other way round.
                for (board, id) in [
                    (&own.board, &scene.ids.appointment),
                    (&scene.ids.board, &own.appointment),
                ] {
                    let places = [("{board}", board), ("{id}", id)];
                    let mixed = Try {
                        places: places.map(|(place, id)| (place, id.clone())).into(),
                        form: one.form.clone(),
                        query: String::new(),
                        ..*one
                    };
                    // What is done with an appointment of one's own asks for no list.
                    if *id == own.appointment && mixed.rightful {
                        continue;
                    }
                    let answer = mixed.by(far, false).await;
                    if answer.code() != 404 {
                        leaks.push(format!("{what}, mixed: {}", answer.code()));
                    }
                }
            }
        }
        let after = rows().await;
        if after != before {
            leaks.push(format!("rows changed: {before:?} {after:?}"));
        }
        assert!(leaks.is_empty(), "{leaks:#?}");
        assert_eq!(
            clinic.count("journal_entry").await,
            entries,
            "nothing was done"
        );

        // The very same is let further where it belongs.
        for one in all.iter().filter(|one| one.rightful) {
            let login = format!("right-{}", one.role);
            let mut right = match clinic
                .count(&format!("staff WHERE login = '{login}'"))
                .await
            {
                0 => only_at(&clinic, &login, one.role, "main").await,
                _ => {
                    let login = format!("{login}-{}", clinic.count("staff").await);
                    only_at(&clinic, &login, one.role, "main").await
                }
            };
            let answer = one.by(&mut right, false).await;
            assert_ne!(answer.code(), 404, "{} {}", one.method, one.route);
        }
        assert_eq!(clinic.count("block").await, before[0] - 1);
        sound(&clinic).await;
    }
);

on_both!(a_case_opens_nobody_else, |clinic: TestClinic| async move {
    let one = booked(&clinic, "anna", "10:00").await;
    let other = booked(&clinic, "anna", "10:30").await;
    let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
    let ids = ids_of(&mut olga, one.appointment).await;
    let card = format!("/desk/people/{}/reveal", ids.person);
    let openings = clinic.count("ticket_opening").await;
    let foreign = other.appointment.to_string();
    let answer = olga.post(&card, &[("via", &foreign)]).await;
    assert_eq!(answer.code(), 404, "{}", answer.text());
    assert!(!answer.text().contains("Тестова"));
    assert_eq!(clinic.count("ticket_opening").await, openings);
    let answer = olga.post(&card, &[("via", &ids.appointment)]).await;
    assert!(answer.text().contains("Тестова"), "{}", answer.text());
    sound(&clinic).await;
});

on_both!(
    nobody_is_reached_by_joining_them,
    two_branches(),
    |clinic: TestClinic| async move {
        let near = booked(&clinic, "anna", "10:00").await;
        let far = booked_far(&clinic, "10:00").await;
        let mut everywhere = Colleague::at_work(&clinic, "irina", "supervisor").await;
        let near = ids_of(&mut everywhere, near.appointment).await;
        let mut there = only_at(&clinic, "vera", "supervisor", "far").await;
        let far = ids_of(&mut there, far).await;
        let passport = [("document", "passport")];
        for (one, card) in [(&mut everywhere, &near), (&mut there, &far)] {
            let path = format!("/desk/people/{}/identify", card.person);
            assert_eq!(one.post(&path, &passport).await.code(), 303);
        }
        // Olga reaches one of them, knows the other's id, and nobody has suggested that they are one.
        let mut olga = only_at(&clinic, "olga", "supervisor", "main").await;
        let join = format!("/desk/people/{}/join", near.person);
        let answer = olga.post(&join, &[("other", &far.person)]).await;
        assert_eq!(answer.code(), 404, "{}", answer.text());
        assert_eq!(clinic.count("person_join").await, 0);
        let theirs = format!("/desk/people/{}", far.person);
        assert_eq!(olga.get(&theirs).await.code(), 404);
        sound(&clinic).await;
    }
);

on_both!(
    an_id_of_anothers_leads_nowhere,
    |clinic: TestClinic| async move {
        let mut anna = Colleague::at_work(&clinic, "anna", "registrar").await;
        let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
        let sessions = clinic.trust.sessions_of(olga.id).await.expect("sessions");
        let hers = sessions[0].id.to_string();
        // To end a colleague's session by its id does nothing to it.
        let answer = anna
            .post("/desk/account/sign-out", &[("which", &hers)])
            .await;
        assert_eq!(answer.code(), 303);
        assert_eq!(olga.get("/desk/account").await.code(), 200);
        assert_eq!(anna.get("/desk/account").await.code(), 200);

        let mut keeper = Colleague::at_work(&clinic, "petrov", "administrator").await;
        for id in ["1", "%27%20OR%201=1", "..%2f..%2fetc", "%00"] {
            let path = format!("/desk/staff/{id}");
            assert_eq!(keeper.get(&path).await.code(), 404, "{path}");
        }
        // Of a clinic's branches a supervisor counts those they reach.
        let mut far = only_at_nowhere(&clinic).await;
        let main = clinic.id("branch", "main").await;
        for path in [
            format!("/desk/figures?branch={main}"),
            format!("/desk/figures/bookings?branch={main}"),
        ] {
            assert_eq!(far.get(&path).await.code(), 404, "{path}");
        }
        for path in [
            format!("/desk/today?branch={main}&day={WORK_DAY}"),
            format!("/desk/week?branch={main}&day={WORK_DAY}"),
            format!("/desk/live?branch={main}&day={WORK_DAY}"),
        ] {
            assert_eq!(far.get(&path).await.code(), 404, "{path}");
        }
        sound(&clinic).await;
    }
);

/// A supervisor of a branch that is not there any more.
async fn only_at_nowhere(clinic: &TestClinic) -> Colleague<'_> {
    let role = Role::parse("supervisor").expect("a role");
    let mut new = NewAccount::simple("far", role);
    new.terms.branches = Some([BranchId::from_uuid(uuid::Uuid::from_u128(7))].into());
    let mut one = Colleague::hired_as(clinic, new).await;
    one.begins_work().await;
    one
}

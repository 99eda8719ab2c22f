//! The desk: signing in, who may do what, what attackers try, and what staff do with the day. Each story ends in a store
//! that `medok journal verify` finds sound.

mod attacks;
mod beside;
mod board;
pub(crate) mod callers;
mod calls;
mod day;
mod figures;
mod forms;
pub(crate) mod house;
mod kept_free;
mod live;
mod passkeys;
mod people;
mod provider;
mod represent;
mod reveals;
mod routes;
mod setup;
mod sign_in;
mod staff;
mod texts;
mod today;

use clinic::booking::desk::{BoardQuery, DeskRefusal, Seen};
use clinic::booking::{NewTime, Refusal};
use journeys::{TestClinic, WORK_DAY, settled};
use kernel::{AppointmentId, BranchId, Outcome, PractitionerId, Purpose, Scope, ServiceId, Stop};
use trust::access::Role;
use trust::staff::NewAccount;

/// A minute of the day most stories are about, by the clock of the branch.
pub(crate) fn at(time: &str) -> i64 {
    minute(&format!("{WORK_DAY}T{time}:00+03:00"))
}

pub(crate) fn minute(text: &str) -> i64 {
    let at: jiff::Timestamp = text.parse().expect("a time");
    at.as_second() / 60
}

pub(crate) async fn practitioner(clinic: &TestClinic, code: &str) -> PractitionerId {
    let id = clinic.id("practitioner", code).await;
    id.parse().expect("an id")
}

pub(crate) async fn branch(clinic: &TestClinic) -> BranchId {
    let id = clinic.id("branch", "main").await;
    id.parse().expect("an id")
}

pub(crate) async fn service(clinic: &TestClinic, code: &str) -> ServiceId {
    let id = clinic.id("service", code).await;
    id.parse().expect("an id")
}

/// Somebody at work in this role, in every branch.
pub(crate) async fn at_work(clinic: &TestClinic, login: &str, role: &str) -> Scope {
    TestClinic::at_work(clinic.staff(login, role).await, Purpose::Services, None)
}

/// Somebody whose work is at a branch that has nothing to do with the story.
pub(crate) async fn elsewhere(clinic: &TestClinic, login: &str) -> Scope {
    let role = Role::parse("registrar").expect("a role");
    let mut new = NewAccount::simple(login, role);
    let other = BranchId::from_uuid(kernel::entropy::random_id());
    new.terms.branches = Some([other].into());
    TestClinic::at_work(clinic.employ(new).await, Purpose::Services, None)
}

/// A booking of the site: new, and waiting for its acceptance.
pub(crate) async fn booked(clinic: &TestClinic, whom: &str, time: &str) -> Seen {
    let start = format!("{WORK_DAY}T{time}:00+03:00");
    seen(
        posted(clinic, &clinic.booking(whom, &start).await).await.0,
        0,
    )
}

/// A booking of the site with its link.
pub(crate) async fn posted(
    clinic: &TestClinic,
    body: &serde_json::Value,
) -> (AppointmentId, String) {
    let answer = clinic.post("/api/v1/appointments", body).send().await;
    assert_eq!(answer.code(), 201, "{}", answer.text());
    let answer = answer.json();
    let text = |name: &str| answer[name].as_str().expect("a text").to_owned();
    (text("id").parse().expect("an id"), text("token"))
}

pub(crate) const fn seen(appointment: AppointmentId, revision: i32) -> Seen {
    Seen {
        appointment,
        revision,
    }
}

/// The story's day at its branch.
pub(crate) async fn the_day(clinic: &TestClinic) -> BoardQuery {
    BoardQuery {
        branch: branch(clinic).await,
        first: WORK_DAY.parse().expect("a date"),
        days: 1,
        practitioner: None,
    }
}

pub(crate) async fn to(clinic: &TestClinic, whom: &str, time: &str) -> NewTime {
    NewTime {
        start: at(time),
        practitioner: practitioner(clinic, whom).await,
        branch: branch(clinic).await,
    }
}

/// What was refused.
pub(crate) fn refused<T: std::fmt::Debug>(outcome: Outcome<T, DeskRefusal>) -> DeskRefusal {
    match outcome {
        Err(Stop::Refused(refusal)) => refusal,
        Err(Stop::Fault(fault)) => panic!("fault: {fault}"),
        Ok(done) => panic!("done: {done:?}"),
    }
}

pub(crate) fn unknown(refusal: &DeskRefusal) -> bool {
    matches!(
        refusal,
        DeskRefusal::Absent | DeskRefusal::Booking(Refusal::Unknown(_))
    )
}

pub(crate) async fn sound(clinic: &TestClinic) {
    let report = clinic.trust.verify().await.expect("the store can be read");
    let found: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    assert!(report.sound(), "{found:#?}");
}

/// Moves the clock to a time of the story's day.
pub(crate) fn wait_until(clinic: &TestClinic, time: &str) {
    let now = clinic.clock.now().minutes();
    clinic.clock.advance_seconds((at(time) - now) * 60);
}

/// The free starts of the site, by the branch's clock.
pub(crate) async fn offered(clinic: &TestClinic, whom: &str, time: &str) -> bool {
    let start = at(time);
    let free = clinic.free("visit", whom, WORK_DAY).await;
    free.iter().any(|text| minute(text) == start)
}

/// Runs a verb that must succeed.
pub(crate) fn done<T, R: std::fmt::Debug>(outcome: Outcome<T, R>) -> T {
    settled(outcome)
}

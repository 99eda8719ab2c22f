//! Five days at the clinic, each told from signing in to signing out on the pages themselves: a registrar's, a
//! practitioner's, a responsible person's, an administrator's, an owner's. Each ends by the journal verifying, and by its
//! entries being exactly what the day did: nothing is done without one, and none is about something else.

mod administrator;
mod changes;
mod owner;
mod practitioner;
mod registrar;
mod responsible;

use std::collections::BTreeMap;

use journeys::{Colleague, TestClinic};
use kernel::{Moment, StaffId};
use trust::journal::{Kind, Line};

use super::sound;

/// What a day adds to the journal, by kind.
type Told<'a> = &'a [(Kind, usize)];

/// A day that begins now: what the journal told before is another's.
struct Day {
    since: Moment,
}

impl Day {
    fn begins(clinic: &TestClinic) -> Self {
        clinic.clock.advance_seconds(60);
        Self {
            since: clinic.clock.now(),
        }
    }

    /// Every line of the journal since the day began, the first first.
    async fn lines(&self, clinic: &TestClinic) -> Vec<Line> {
        let signed = clinic.trust.sign_checkpoint().await;
        signed.expect("entries get their numbers");
        let kinds: Vec<&'static str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        let lines = clinic.trust.journal_lines(None, self.since, &kinds, 2_000);
        let mut lines = lines.await.expect("the journal is read");
        lines.reverse();
        lines
    }

    /// Ends the day: the journal is sound, and tells exactly this. Whoever acted is `whose`, but at the door, where nobody
    /// is anybody yet.
    async fn ends(&self, clinic: &TestClinic, whose: &[StaffId], told: Told<'_>) -> Vec<Line> {
        let lines = self.lines(clinic).await;
        // A calendar is read by whoever has its link.
        let door = [
            Kind::CalendarRead,
            Kind::SessionBegan,
            Kind::SessionResumed,
            Kind::FactorsChanged,
        ]
        .map(Kind::code);
        let mut found = BTreeMap::<&str, usize>::new();
        for line in &lines {
            // The journal's own bookkeeping is nobody's doing.
            if line.kind == "journal.map" {
                continue;
            }
            *found.entry(&line.kind).or_default() += 1;
            assert!(
                line.staff.is_some_and(|staff| whose.contains(&staff))
                    || door.contains(&line.kind.as_str()),
                "somebody else acted: {line:?}"
            );
        }
        let told: BTreeMap<&str, usize> = told.iter().map(|(kind, n)| (kind.code(), *n)).collect();
        assert_eq!(found, told);
        sound(clinic).await;
        lines
    }
}

/// The colleague comes back to a screen that closed itself, by the code alone.
async fn comes_back(one: &mut Colleague<'_>) {
    let (theirs, code) = (one.id.to_string(), one.code());
    let form = [("staff", theirs.as_str()), ("code", code.as_str())];
    assert_eq!(one.post("/desk/switch", &form).await.code(), 303);
}

/// The colleague goes home.
async fn goes_home(one: &mut Colleague<'_>) {
    let answer = one
        .post("/desk/account/sign-out", &[("which", "here")])
        .await;
    assert_eq!(answer.header("location"), "/desk/sign-in");
    assert_eq!(
        one.get("/desk").await.header("location"),
        "/desk/sign-in?to=/desk"
    );
}

/// Sends a form of an appointment of the board; gives the revision afterwards.
async fn does(one: &mut Colleague<'_>, address: &str, verb: &str, form: &[(&str, &str)]) -> String {
    let answer = one.post_part(&format!("{address}/{verb}"), form).await;
    assert_eq!(answer.code(), 200, "{verb}: {}", answer.text());
    let html = answer.text();
    let at = html.find("data-version=\"").expect("a revision") + "data-version=\"".len();
    html[at..].chars().take_while(|sign| *sign != '"').collect()
}

//! Whoever was dismissed is out at once, wherever they were: no page, no form, no act under way, no way back.

use journeys::{Colleague, PASSWORD, TestClinic, on_both, settled};
use kernel::{Scope, StaffId, Stop};
use trust::access::Action;
use trust::staff::AccessRefusal;

use super::super::{at_work, booked, refused, sound};

async fn dismiss(clinic: &TestClinic, staff: StaffId) {
    let dismissed = clinic
        .trust
        .act("test.dismiss", Scope::console(), move |act| {
            Box::pin(async move { act.dismiss_staff(staff).await })
        });
    settled(dismissed.await);
}

on_both!(
    no_route_knows_whoever_was_dismissed,
    |clinic: TestClinic| async move {
        for role in ["supervisor", "responsible", "administrator", "owner"] {
            let mut one = Colleague::at_work(&clinic, role, role).await;
            // An administrator of the story's own stays.
            Colleague::hired(&clinic, &format!("other-{role}"), "administrator").await;
            let kept = one.cookies.clone();
            dismiss(&clinic, one.id).await;
            let entries = clinic.count("journal_entry").await;
            for permission in web::permissions() {
                if permission.action.is_none() {
                    continue;
                }
                one.cookies = kept.clone();
                let path = permission.path;
                let answer = match permission.method {
                    "GET" => one.get(path).await,
                    _ => one.post(path, &[("sure", "yes"), ("which", "all")]).await,
                };
                assert_eq!(answer.code(), 303, "{role} {path}");
                assert!(
                    answer.header("location").starts_with("/desk/sign-in"),
                    "{role} {path}: {}",
                    answer.header("location")
                );
            }
            assert_eq!(clinic.count("journal_entry").await, entries, "{role}");

            // Nothing they have lets them back in.
            one.cookies = kept;
            clinic.clock.advance_seconds(30);
            let (theirs, code) = (one.id.to_string(), one.code());
            let form = [("staff", theirs.as_str()), ("code", code.as_str())];
            let back = one.post("/desk/switch", &form).await;
            assert_eq!(back.header("location"), "/desk/sign-in?to=/desk", "{role}");
            assert_eq!(one.signs_in_with(PASSWORD, &code).await.code(), 403);
            let paper = one.recovery[0].clone();
            assert_eq!(one.signs_in_with(PASSWORD, &paper).await.code(), 403);
        }
        sound(&clinic).await;
    }
);

on_both!(
    an_act_under_way_is_refused,
    |clinic: TestClinic| async move {
        let visit = booked(&clinic, "anna", "10:00").await;
        let olga = clinic.staff("olga", "supervisor").await;
        let scope = TestClinic::at_work(olga, kernel::Purpose::Services, None);
        let keeper = at_work(&clinic, "petrov", "administrator").await;
        dismiss(&clinic, olga.0).await;
        // The door let her in a moment ago: each act looks again.
        let done = clinic.booking.accept(scope, visit).await;
        assert!(
            matches!(
                refused(done),
                clinic::booking::desk::DeskRefusal::Access(AccessRefusal::SignedOut)
            ),
            "she acted after all"
        );
        let allowed = clinic.trust.act("test.allowed", scope, |act| {
            Box::pin(async move { act.allowed(Action::OwnAccount).await.map(|_| ()) })
        });
        assert!(matches!(
            allowed.await,
            Err(Stop::Refused(AccessRefusal::SignedOut))
        ));
        let allowed = clinic.trust.act("test.allowed", keeper, |act| {
            Box::pin(async move { act.allowed(Action::OwnAccount).await.map(|_| ()) })
        });
        settled(allowed.await);
        sound(&clinic).await;
    }
);

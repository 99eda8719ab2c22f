//! How booking's refusals are told: one list, matched in one place.

use clinic::booking::{Pointer, Refusal};
use kernel::{Fault, FaultKind, Language, Moment, Stop};
use trust::consent::ConsentProblem;

use super::flaw::{Flaws, What};
use super::slot_writer;
use crate::Site;
use crate::door::problem::{Code, Problem};

/// Tells why a verb of booking stopped. A time that was taken comes with the nearest free ones.
pub(super) async fn stopped(site: &Site, stop: Stop<Refusal>, language: Language) -> Problem {
    let refusal = match stop {
        Stop::Fault(fault) => return faulted(&fault, language),
        Stop::Refused(refusal) => refusal,
    };
    if let Refusal::SlotTaken {
        service,
        practitioner,
        start,
    } = refusal
    {
        let alternatives = match site.booking.nearest(service, practitioner, start).await {
            Ok(found) => slot_writer::list(&found),
            // The time is taken all the same; that nothing else can be named now is no reason to say otherwise.
            Err(_) => b"[]".to_vec(),
        };
        return Problem::new(Code::SlotTaken, language).with("alternatives", alternatives);
    }
    told(refusal, site.trust.clock().now(), language)
}

/// A fault: 503 where trying again helps, 500 where not. Nothing of it is told; acts log their own.
pub(super) fn faulted(fault: &Fault, language: Language) -> Problem {
    match fault.kind() {
        FaultKind::Unavailable => Problem::new(Code::Unavailable, language),
        FaultKind::Broken => Problem::new(Code::Broken, language),
    }
}

/// A fault of reading, which no act has logged.
pub(super) fn unread(what: &'static str, language: Language) -> impl FnOnce(Fault) -> Problem {
    move |fault| {
        tracing::error!(read = what, kind = ?fault.kind(), "{fault}");
        faulted(&fault, language)
    }
}

fn told(refusal: Refusal, now: Moment, language: Language) -> Problem {
    let flaw = |pointer: &str, what| {
        let mut flaws = Flaws::new(language);
        flaws.add(pointer, what);
        flaws.problem()
    };
    let at = |pointer: Pointer, what| flaw(pointer.text(), what);
    match refusal {
        Refusal::Unknown(pointer) => at(pointer, What::Unknown),
        Refusal::Range => flaw("/to", What::Range),
        Refusal::TooSoon => at(Pointer::Start, What::TooSoon),
        Refusal::TooFar => at(Pointer::Start, What::TooFar),
        Refusal::NeverOffered => at(Pointer::Start, What::NeverOffered),
        Refusal::SlotTaken { .. } => {
            Problem::new(Code::SlotTaken, language).with("alternatives", b"[]".to_vec())
        }
        Refusal::AnotherHold => at(Pointer::Hold, What::AnotherHold),
        Refusal::TooManyHolds { until } => {
            Problem::new(Code::TooManyHolds, language).retry_after(seconds_until(until, now))
        }
        Refusal::Age { from, to } => at(Pointer::BirthDate, What::Age(from, to)),
        Refusal::NotAdult => at(Pointer::ForWhom, What::NotAdult),
        Refusal::NotChild => at(Pointer::ForWhom, What::NotChild),
        Refusal::BirthDate(error) => at(Pointer::BirthDate, What::BirthDate(error)),
        Refusal::NotForThem => at(Pointer::ForWhom, What::NotForThem),
        Refusal::Consents(problems) => consents(&problems, language),
        Refusal::AnotherBody => Problem::new(Code::KeyReused, language),
        Refusal::LinkUnknown => Problem::new(Code::NotFound, language),
        Refusal::NotSigned => Problem::new(Code::NotYet, language),
        Refusal::Settled => Problem::new(Code::Settled, language),
        Refusal::Stale => Problem::new(Code::Unavailable, language),
    }
}

/// Whole seconds, one at least; who comes back then is not told to come back again.
fn seconds_until(until: Moment, now: Moment) -> u32 {
    let micros = until.micros().saturating_sub(now.micros()).max(1);
    u32::try_from((micros + 999_999) / 1_000_000).unwrap_or(u32::MAX)
}

/// Boxes that are missing, outdated or not asked.
pub(super) fn consents(problems: &[ConsentProblem], language: Language) -> Problem {
    let mut flaws = Flaws::new(language);
    for problem in problems {
        let (pointer, what) = match *problem {
            ConsentProblem::Missing(None) => ("/consents".to_owned(), What::ConsentMissing),
            ConsentProblem::Missing(Some(index)) => {
                (format!("/consents/{index}/given"), What::ConsentNotGiven)
            }
            ConsentProblem::Outdated(index) => {
                (format!("/consents/{index}/version"), What::ConsentOutdated)
            }
            ConsentProblem::NotAsked(index) => {
                (format!("/consents/{index}/document"), What::ConsentNotAsked)
            }
        };
        flaws.add(pointer, what);
    }
    flaws.problem()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;
    use axum::http::header::RETRY_AFTER;
    use axum::response::IntoResponse;
    use kernel::BirthDateError;

    const NOW: Moment = Moment::from_minutes(29_925_060);

    async fn answer(problem: Problem) -> (u16, serde_json::Value) {
        let response = problem.into_response();
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 100_000)
            .await
            .unwrap();
        (status.as_u16(), serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn refusals_name_their_place() {
        for (refusal, pointer, code) in [
            (
                Refusal::Unknown(Pointer::Practitioner),
                "/practitioner",
                "unknown",
            ),
            (Refusal::Range, "/to", "range"),
            (Refusal::TooSoon, "/start", "too-soon"),
            (Refusal::TooFar, "/start", "too-far"),
            (Refusal::NeverOffered, "/start", "never-offered"),
            (Refusal::AnotherHold, "/hold", "another-hold"),
            (
                Refusal::Age {
                    from: Some(18),
                    to: None,
                },
                "/patient/birth_date",
                "age",
            ),
            (
                Refusal::BirthDate(BirthDateError::Future),
                "/patient/birth_date",
                "future",
            ),
            (Refusal::NotAdult, "/for", "not-adult"),
            (Refusal::NotChild, "/for", "not-child"),
            (Refusal::NotForThem, "/for", "not-asked"),
        ] {
            let (status, body) = answer(told(refusal.clone(), NOW, Language::Ru)).await;
            assert_eq!(status, 422, "{refusal:?}");
            assert_eq!(
                (&body["errors"][0]["pointer"], &body["errors"][0]["code"]),
                (&pointer.into(), &code.into())
            );
        }
    }

    #[tokio::test]
    async fn refusals_of_the_whole_have_a_status_of_their_own() {
        for (refusal, status) in [
            (Refusal::AnotherBody, StatusCode::UNPROCESSABLE_ENTITY),
            (Refusal::LinkUnknown, StatusCode::NOT_FOUND),
            (Refusal::Settled, StatusCode::CONFLICT),
            (Refusal::NotSigned, StatusCode::CONFLICT),
            (Refusal::Stale, StatusCode::SERVICE_UNAVAILABLE),
        ] {
            assert_eq!(
                told(refusal, NOW, Language::En).into_response().status(),
                status
            );
        }
        for (until, seconds) in [
            (NOW.plus_seconds(418), "418"),
            (Moment::from_micros(NOW.micros() + 1_000_001), "2"),
            (NOW, "1"),
            (NOW.plus_seconds(-5), "1"),
        ] {
            let held = told(Refusal::TooManyHolds { until }, NOW, Language::En).into_response();
            assert_eq!(held.status(), StatusCode::TOO_MANY_REQUESTS);
            assert_eq!(held.headers()[RETRY_AFTER], seconds);
        }
        assert_eq!(
            faulted(&Fault::unavailable("full"), Language::Ru)
                .into_response()
                .status(),
            503
        );
        assert_eq!(
            faulted(&Fault::broken("Пчёлкина"), Language::Ru)
                .into_response()
                .status(),
            500
        );
    }

    #[tokio::test]
    async fn each_box_is_told_of_by_its_place() {
        let problems = [
            ConsentProblem::Missing(None),
            ConsentProblem::Missing(Some(1)),
            ConsentProblem::Outdated(0),
            ConsentProblem::NotAsked(2),
        ];
        let (status, body) = answer(consents(&problems, Language::En)).await;
        let places: Vec<_> = body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|flaw| {
                (
                    flaw["pointer"].as_str().unwrap(),
                    flaw["code"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(status, 422);
        assert_eq!(
            places,
            [
                ("/consents", "missing"),
                ("/consents/1/given", "missing"),
                ("/consents/0/version", "outdated"),
                ("/consents/2/document", "not-asked")
            ]
        );
    }
}

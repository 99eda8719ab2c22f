//! The rules of booking, on values alone.

use jiff::civil::Date;
use kernel::BirthDate;
use trust::consent::declaration::ForWhom;

use super::catalogue::Service;
use super::refusal::Refusal;

/// Full years from which a person acts for themselves (ГК РФ ст. 21).
const ADULT: i16 = 18;

/// Whether the patient acts and is acted for in this way `today`, the day on which the consents are given: who decides
/// for whom is a matter of the age then.
///
/// # Errors
/// [`Refusal::NotAdult`], [`Refusal::NotChild`].
pub fn may_decide(for_whom: ForWhom, born: &BirthDate, today: Date) -> Result<(), Refusal> {
    let adult = born.age_on(today) >= ADULT;
    match for_whom {
        ForWhom::Myself | ForWhom::Adult if !adult => Err(Refusal::NotAdult),
        ForWhom::Child if adult => Err(Refusal::NotChild),
        _ => Ok(()),
    }
}

/// Whether the patient is of an age for this service on the day of the visit.
pub(super) fn may_come(service: &Service, born: &BirthDate, day: Date) -> Result<(), Refusal> {
    let age = born.age_on(day);
    let young = service.age_from.is_some_and(|from| age < from);
    let old = service.age_to.is_some_and(|to| age > to);
    if young || old {
        Err(Refusal::Age {
            from: service.age_from,
            to: service.age_to,
        })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar::schedule::Visit;
    use jiff::civil::date;
    use kernel::ServiceId;

    fn service(age_from: Option<i16>, age_to: Option<i16>) -> Service {
        Service {
            id: ServiceId::from_uuid(uuid::Uuid::nil()),
            code: String::new(),
            title: Default::default(),
            about: Default::default(),
            preparation: Default::default(),
            visit: Visit::new(30, 0, 0, 30).expect("a visit"),
            price: 0,
            age_from,
            age_to,
            practitioners: Vec::new(),
            requires: Vec::new(),
        }
    }

    #[test]
    fn who_decides_goes_by_the_day_of_deciding() {
        let born = BirthDate::parse("24.11.2008", date(2026, 11, 1)).expect("a date");
        let (before, after) = (date(2026, 11, 23), date(2026, 11, 24));
        for (for_whom, minor, grown) in [
            (ForWhom::Myself, Err(Refusal::NotAdult), Ok(())),
            (ForWhom::Adult, Err(Refusal::NotAdult), Ok(())),
            (ForWhom::Child, Ok(()), Err(Refusal::NotChild)),
            (ForWhom::Ward, Ok(()), Ok(())),
        ] {
            assert_eq!(may_decide(for_whom, &born, before), minor, "{for_whom:?}");
            assert_eq!(may_decide(for_whom, &born, after), grown, "{for_whom:?}");
        }
    }

    #[test]
    fn a_service_s_ages_are_those_of_the_day_of_the_visit() {
        let born = BirthDate::parse("24.11.2008", date(2026, 11, 1)).expect("a date");
        let (before, after) = (date(2026, 11, 23), date(2026, 11, 24));
        let age = |from, to| Err(Refusal::Age { from, to });
        let children = service(None, Some(17));
        assert_eq!(may_come(&children, &born, before), Ok(()));
        assert_eq!(may_come(&children, &born, after), age(None, Some(17)));
        let adults = service(Some(18), None);
        assert_eq!(may_come(&adults, &born, before), age(Some(18), None));
        assert_eq!(may_come(&adults, &born, after), Ok(()));
        assert_eq!(may_come(&service(None, None), &born, before), Ok(()));
    }
}

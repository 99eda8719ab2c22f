//! The rules of booking, on values alone.

use jiff::civil::Date;
use kernel::BirthDate;
use trust::consent::declaration::ForWhom;

use super::catalogue::Service;
use super::refusal::Refusal;

/// Full years from which a person acts for themselves (ГК РФ ст. 21).
const ADULT: i16 = 18;

/// Whether the patient may be booked for this service in this way on the day of the visit.
pub(super) fn may_book(
    service: &Service,
    for_whom: ForWhom,
    born: &BirthDate,
    day: Date,
) -> Result<(), Refusal> {
    let age = born.age_on(day);
    match for_whom {
        ForWhom::Myself | ForWhom::Adult if age < ADULT => return Err(Refusal::NotAdult),
        ForWhom::Child if age >= ADULT => return Err(Refusal::NotChild),
        _ => {}
    }
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
    fn ages_are_those_of_the_day_of_the_visit() {
        let born = BirthDate::parse("24.11.2008", date(2026, 11, 1)).expect("a date");
        let (before, after) = (date(2026, 11, 23), date(2026, 11, 24));
        let any = service(None, None);
        assert_eq!(
            may_book(&any, ForWhom::Myself, &born, before),
            Err(Refusal::NotAdult)
        );
        assert_eq!(may_book(&any, ForWhom::Myself, &born, after), Ok(()));
        assert_eq!(may_book(&any, ForWhom::Child, &born, before), Ok(()));
        assert_eq!(
            may_book(&any, ForWhom::Child, &born, after),
            Err(Refusal::NotChild)
        );
        assert_eq!(may_book(&any, ForWhom::Ward, &born, after), Ok(()));
        assert_eq!(
            may_book(&any, ForWhom::Adult, &born, before),
            Err(Refusal::NotAdult)
        );
        let children = service(None, Some(17));
        assert_eq!(may_book(&children, ForWhom::Child, &born, before), Ok(()));
        assert_eq!(
            may_book(&children, ForWhom::Ward, &born, after),
            Err(Refusal::Age {
                from: None,
                to: Some(17)
            })
        );
        let adults = service(Some(18), None);
        assert_eq!(
            may_book(&adults, ForWhom::Child, &born, before),
            Err(Refusal::Age {
                from: Some(18),
                to: None
            })
        );
    }
}

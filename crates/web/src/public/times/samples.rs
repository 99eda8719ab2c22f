//! Times of people who do not exist.

use super::*;

/// A slot.
pub(crate) fn slot(time: &str) -> SlotView {
    let id = uuid::Uuid::from_u128(7);
    let slot = Slot {
        start: 29_926_020,
        practitioner: PractitionerId::from_uuid(id),
        branch: BranchId::from_uuid(id),
    };
    SlotView {
        value: SlotText(slot).to_string(),
        time: time.into(),
        when: format!("24 ноября, вторник, {time}"),
        who: "Образцова Проба Примеровна".into(),
        place: "Филиал на Примерной, ул. Примерная, д. 0".into(),
    }
}

/// A choice of times.
pub(crate) fn choice() -> TimeChoice {
    let option = |value: &str, chosen| OptionView {
        value: value.into(),
        label: format!("Вариант {value}"),
        chosen,
    };
    let day = |value: &str, free, chosen| DayView {
        value: value.into(),
        day: "24 ноября".into(),
        weekday: "вторник".into(),
        free,
        chosen,
    };
    TimeChoice {
        nearest: vec![slot("10:00"), slot("10:30")],
        days: vec![
            day("2026-11-24", 2, true),
            day("2026-11-25", 0, false),
            day("2026-11-26", 7, false),
        ],
        open_day: Some("24 ноября, вторник".into()),
        doctors: vec![DoctorDay {
            name: "Образцова Проба Примеровна".into(),
            speciality: "Терапевт".into(),
            place: "Филиал на Примерной".into(),
            slots: vec![slot("10:00"), slot("10:30")],
        }],
        practitioners: vec![option("1", false), option("2", true)],
        branches: vec![option("3", false)],
        earlier: Some("2026-11-10".into()),
        later: Some("2026-12-08".into()),
    }
}

/// No free time at all.
pub(crate) fn nothing() -> TimeChoice {
    TimeChoice {
        nearest: Vec::new(),
        open_day: None,
        doctors: Vec::new(),
        ..choice()
    }
}

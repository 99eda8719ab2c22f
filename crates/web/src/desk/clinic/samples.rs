//! The pages of the clinic in each of their states.

use super::closed::ClosedPage;
use super::dates::{DateRow, DatesPage};
use super::fields::{Choice, Field};
use super::forms::{ConsentRow, FieldRow, FormPage, FormsPage, Service};
use super::setup::{Offer, SetupPage, Step};
use super::thing::ThingPage;
use super::week::{Day, Group as WeekGroup, WeekPage};
use super::*;

fn choice(value: &str, chosen: bool) -> Choice {
    Choice {
        value: value.into(),
        title: "Выбор <b>".into(),
        chosen,
    }
}

fn left() -> Vec<Visit> {
    let visit = |address: Option<&str>| Visit {
        address: address.map(str::to_owned),
        says: "24 ноября, вторник, 10:00 · Пчёлкина <script>".into(),
    };
    vec![
        visit(Some("/desk/today?branch=1&day=2026-11-24")),
        visit(None),
    ]
}

fn fields() -> Vec<Field> {
    let field = |name, kind, must, error: Option<&str>| Field {
        name,
        label: "Название".into(),
        hint: Some("Подсказка <i>".into()),
        kind,
        value: "\"><script>".into(),
        must,
        error: error.map(str::to_owned),
        choices: if ["select", "checks"].contains(&kind) {
            vec![choice("a", true), choice("b", false)]
        } else {
            Vec::new()
        },
    };
    vec![
        field("title", "text", true, Some("Здесь пусто.")),
        field("opens", "time", true, None),
        field("lanes", "number", false, None),
        field("zone", "select", true, None),
        field("way", "area", false, None),
        field("practitioners", "checks", false, None),
    ]
}

pub(super) fn overviews(shell: &DeskShell) -> Vec<ClinicPage> {
    let line = |lacks: Option<&str>| Line {
        address: "/desk/clinic/people/1".into(),
        title: "Пчёлкина <b>".into(),
        about: "Терапевт".into(),
        lacks: lacks.map(str::to_owned),
        up: None,
        down: None,
    };
    let groups = |lines: bool| {
        Kind::ALL
            .map(|kind| Group {
                kind: kind.word(),
                lines: if lines {
                    vec![line(None), line(Some("нет часов"))]
                } else {
                    Vec::new()
                },
                withdrawn: if lines { vec![line(None)] } else { Vec::new() },
            })
            .into()
    };
    let page = |filled: bool| ClinicPage {
        shell: shell.clone(),
        groups: groups(filled),
        closed: if filled { vec![line(None)] } else { Vec::new() },
        empty: !filled,
        done: filled.then(|| shell.say("desk-clinic-deleted")),
    };
    vec![page(false), page(true)]
}

pub(super) fn things(shell: &DeskShell) -> Vec<ThingPage> {
    let page = |kind, new, withdrawn, left, left_by| ThingPage {
        shell: shell.clone(),
        title: "Пчёлкина <b>".into(),
        address: format!("/desk/clinic/{kind}/1"),
        kind,
        new,
        withdrawn,
        fields: fields(),
        seen: "{\"title\":{\"ru\":\"<script>\"}}".into(),
        differences: vec![Difference {
            field: "Название".into(),
            was: "<i>".into(),
            now: "новое".into(),
        }],
        left,
        left_by,
        done: Some(shell.say("desk-clinic-saved")),
    };
    vec![
        page("people", false, false, left(), "save"),
        page("branches", false, false, left(), "withdraw"),
        page("rooms", false, true, Vec::new(), ""),
        page("services", true, false, Vec::new(), ""),
    ]
}

pub(super) fn weeks(shell: &DeskShell) -> Vec<WeekPage> {
    let day = |nth: usize| Day {
        name: format!("g0.d{nth}"),
        title: "понедельник".into(),
        text: "9–18 <script>".into(),
        error: (nth == 2).then(|| shell.say("desk-clinic-wrong-span")),
    };
    let group = |number| WeekGroup {
        number,
        branches: vec![choice("1", true)],
        audiences: vec![choice("everyone", true), choice("site", false)],
        parities: vec![choice("any", true)],
        from: String::new(),
        to: "2026-12-31".into(),
        error: (number == 1).then(|| shell.say("desk-clinic-wrong-dates")),
        days: (0..7).map(day).collect(),
    };
    let page = |now: Vec<String>, left, wrong: Option<&str>| WeekPage {
        shell: shell.clone(),
        name: "Пчёлкина <b>".into(),
        back: "/desk/clinic/people/1".into(),
        groups: vec![group(0), group(1)],
        seen: "{}".into(),
        now,
        left,
        wrong: wrong.map(|key| shell.say(key)),
        done: wrong.is_none().then(|| shell.say("desk-clinic-saved")),
    };
    vec![
        page(Vec::new(), left(), None),
        page(
            vec!["Центр, среда: 9–18 <i>".into()],
            Vec::new(),
            Some("desk-clinic-wrong"),
        ),
    ]
}

fn rows() -> Vec<DateRow> {
    vec![DateRow {
        at: 0,
        day: "31 декабря, четверг".into(),
        says: "не принимает <b>".into(),
    }]
}

pub(super) fn dates(shell: &DeskShell) -> Vec<DatesPage> {
    let page = |rows, left, removes: &str, wrong: Option<&str>| DatesPage {
        shell: shell.clone(),
        name: "Пчёлкина <b>".into(),
        back: "/desk/clinic/people/1".into(),
        rows,
        from: "2026-12-31".into(),
        to: String::new(),
        hours: "9–13 <script>".into(),
        what: vec![choice("off", true), choice("works", false)],
        branches: vec![choice("1", false)],
        seen: "{}".into(),
        removes: removes.into(),
        left,
        wrong: wrong.map(|key| shell.say(key)),
        done: wrong.is_none().then(|| shell.say("desk-clinic-saved")),
    };
    vec![
        page(Vec::new(), Vec::new(), "", None),
        page(rows(), left(), "0", Some("desk-clinic-changed-list")),
    ]
}

pub(super) fn closed(shell: &DeskShell) -> Vec<ClosedPage> {
    let page = |rows, left, removes: &str, wrong: Option<&str>| ClosedPage {
        shell: shell.clone(),
        rows,
        from: "2026-12-31".into(),
        to: String::new(),
        why: "Новый год <script>".into(),
        branches: vec![choice("", true), choice("1", false)],
        seen: "{}".into(),
        removes: removes.into(),
        left,
        wrong: wrong.map(|key| shell.say(key)),
        done: wrong.is_none().then(|| shell.say("desk-clinic-saved")),
    };
    vec![
        page(Vec::new(), Vec::new(), "", None),
        page(rows(), left(), "", Some("desk-clinic-wrong-dates")),
    ]
}

pub(super) fn setups(shell: &DeskShell) -> Vec<SetupPage> {
    let page = |step: &'static str, filled: bool| SetupPage {
        shell: shell.clone(),
        steps: ["operator", "branch", "people", "services", "texts"]
            .map(|word| Step {
                word,
                title: shell.say(&format!("desk-setup-step-{word}")),
                done: word == "operator",
                here: word == step,
            })
            .into(),
        step,
        fields: if ["operator", "branch", "people"].contains(&step) {
            fields()
        } else {
            Vec::new()
        },
        hours: if step == "people" {
            vec![(
                "work",
                shell.say("desk-setup-hours-work"),
                "9–18 <script>".into(),
                Some(shell.say("desk-clinic-wrong-span")),
            )]
        } else {
            Vec::new()
        },
        offers: if step == "services" {
            let offer = |number, error: Option<&str>| Offer {
                number,
                title: "Приём <b>".into(),
                ticked: true,
                minutes: "30".into(),
                price: "\"><script>".into(),
                error: error.map(str::to_owned),
            };
            vec![offer(0, Some("Здесь пусто.")), offer(1, None)]
        } else {
            Vec::new()
        },
        people: if step == "services" && filled {
            vec![choice("anna", true)]
        } else {
            Vec::new()
        },
        there: if filled {
            vec!["Центр <b>".into()]
        } else {
            Vec::new()
        },
        waiting: usize::from(filled),
        site: "https://clinic.example".into(),
        wrong: filled.then(|| shell.say("desk-clinic-wrong")),
    };
    let steps = ["operator", "branch", "people", "services", "texts", "ready"];
    let mut all: Vec<SetupPage> = steps.map(|step| page(step, true)).into();
    all.push(page("services", false));
    all.push(page("ready", false));
    all
}

pub(super) fn forms(shell: &DeskShell) -> Vec<FormsPage> {
    let service = |waits| Service {
        code: "booking".into(),
        title: "Запись <b>".into(),
        fields: 8,
        consents: 5,
        waits,
    };
    vec![FormsPage {
        shell: shell.clone(),
        services: vec![service(false), service(true)],
    }]
}

pub(super) fn form(shell: &DeskShell) -> Vec<FormPage> {
    let consent = |place, fixed| ConsentRow {
        place,
        title: "Согласие <i>".into(),
        cases: "Для себя".into(),
        fixed,
        required: !fixed,
        ru: "</textarea><script>".into(),
        en: "I consent".into(),
    };
    let field = |place, required| FieldRow {
        place,
        title: "Телефон <b>".into(),
        whose: "пациент".into(),
        required,
    };
    let page = |filled: bool| FormPage {
        shell: shell.clone(),
        code: "booking".into(),
        title: "Запись <b>".into(),
        fields: if filled {
            vec![field(0, true), field(1, false)]
        } else {
            Vec::new()
        },
        consents: if filled {
            vec![consent(0, true), consent(1, false)]
        } else {
            Vec::new()
        },
        waits: filled.then(|| "/desk/texts/house:declarations:booking.toml/1".into()),
        wrong: (!filled).then(|| shell.say("desk-forms-wrong")),
        problems: if filled {
            Vec::new()
        } else {
            vec!["booking.toml:3: fields <script>".into()]
        },
        done: filled.then(|| shell.say("desk-forms-done")),
    };
    vec![page(true), page(false)]
}

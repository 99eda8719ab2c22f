//! The pages of the clinic in each of their states.

use super::closed::ClosedPage;
use super::dates::{DateRow, DatesPage};
use super::fields::{Choice, Field};
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

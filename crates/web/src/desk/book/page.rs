//! The page, and the parts of it that change while it is filled in.

use askama::Template;
use clinic::booking::desk::Outside;
use trust::access::Action;
use trust::consent::Asked;
use trust::consent::declaration::{Coded, Declaration, ForWhom};

use super::super::asked::Desk;
use super::super::page::DeskPage;
use super::super::people::PersonRow;
use super::super::shell::DeskShell;
use super::chosen::Chosen;
use super::times::Free;
use crate::fields::{GroupView, OptionView, Wrong, groups};
use crate::typed::Typed;
use crate::wording;

/// By what a booking may stand.
const GROUNDS: [&str; 2] = ["contract", "paper"];

/// The times, and who gives the service.
#[derive(Template)]
#[template(path = "desk/book/times.html")]
pub(super) struct TimesPart {
    shell: DeskShell,
    practitioners: Vec<OptionView>,
    free: Free,
}

/// The fields of everybody who is named.
#[derive(Template)]
#[template(path = "desk/book/parties.html")]
pub(super) struct PartiesPart {
    shell: DeskShell,
    groups: Vec<GroupView>,
    finds: bool,
    found: Option<Vec<PersonRow>>,
}

/// The page.
#[derive(Template)]
#[template(path = "desk/book.html")]
pub(in crate::desk) struct BookPage {
    shell: DeskShell,
    wrongs: Vec<Wrong>,
    key: String,
    branches: Vec<OptionView>,
    services: Vec<OptionView>,
    practitioners: Vec<OptionView>,
    day: String,
    today: String,
    free: Free,
    for_whom: Vec<OptionView>,
    groups: Vec<GroupView>,
    finds: bool,
    found: Option<Vec<PersonRow>>,
    grounds: Vec<OptionView>,
    papers: Vec<OptionView>,
    paper_number: String,
    paper_signed_on: String,
    outside: Option<Vec<OptionView>>,
    at: String,
    languages: Vec<OptionView>,
    /// Whether the visit was chosen on the board: then the first thing asked is who calls.
    placed: bool,
}

impl TimesPart {
    pub(super) fn new(desk: &Desk, chosen: &Chosen, free: Free) -> Self {
        Self {
            shell: desk.shell(),
            practitioners: practitioners(desk, chosen),
            free,
        }
    }
}

impl PartiesPart {
    pub(super) fn new(
        desk: &Desk,
        declaration: &Declaration,
        chosen: &Chosen,
        typed: &Typed,
        wrongs: &[Wrong],
    ) -> Self {
        Self {
            shell: desk.shell(),
            groups: parties(desk, declaration, chosen.for_whom, typed, wrongs),
            finds: desk.may(Action::FindPerson),
            found: None,
        }
    }
}

fn option(value: impl ToString, label: String, chosen: bool) -> OptionView {
    OptionView {
        value: value.to_string(),
        label,
        chosen,
    }
}

/// Those who give the service, within reach.
fn practitioners(desk: &Desk, chosen: &Chosen) -> Vec<OptionView> {
    let gives = |id| {
        chosen
            .service
            .as_ref()
            .is_none_or(|service| service.practitioners.contains(&id))
    };
    chosen
        .catalogue
        .practitioners()
        .filter(|one| gives(one.id) && desk.employee.reach.has_practitioner(one.id))
        .map(|one| {
            let title = one.title.get(desk.words.0).to_owned();
            option(one.id, title, chosen.practitioner == Some(one.id))
        })
        .collect()
}

/// The fields of everybody; what a browser knows of its owner is not the caller's.
fn parties(
    desk: &Desk,
    declaration: &Declaration,
    for_whom: ForWhom,
    typed: &Typed,
    wrongs: &[Wrong],
) -> Vec<GroupView> {
    let mut groups = groups(desk.words, declaration, for_whom, typed, wrongs);
    let finds = desk.may(Action::FindPerson);
    let asks = format!("{}.phone", for_whom.consenting().code());
    let parties = for_whom.parties().iter().filter(|party| {
        let fields = declaration.fields_for(for_whom);
        fields.iter().any(|field| field.party == **party)
    });
    for (group, party) in groups.iter_mut().zip(parties) {
        group.legend = desk.words.say(&format!("desk-book-party-{}", party.code()));
        for field in &mut group.fields {
            field.autocomplete = "off";
            field.asks = (finds && field.name == asks).then_some("/desk/book/people");
            // Spoken, not filled in by whom it concerns: what the site explains to them is known here.
            field.hint = None;
        }
    }
    groups
}

/// The whole page.
pub(super) fn page(
    desk: &Desk,
    declaration: &Declaration,
    chosen: &Chosen,
    typed: &Typed,
    free: Free,
    asked: Vec<Asked>,
    wrongs: Vec<Wrong>,
) -> BookPage {
    let words = desk.words;
    let reach = &desk.employee.reach;
    let catalogue = &chosen.catalogue;
    let parties = PartiesPart::new(desk, declaration, chosen, typed, &wrongs);
    let ground = if typed.get("ground") == "paper" {
        "paper"
    } else {
        "contract"
    };
    let speaks = if typed.get("speaks") == "en" {
        "en"
    } else {
        "ru"
    };
    BookPage {
        key: typed.get("key").to_owned(),
        branches: catalogue
            .branches
            .iter()
            .filter(|one| reach.has_branch(one.id))
            .map(|one| {
                option(
                    one.id,
                    one.title.get(words.0).to_owned(),
                    one.id == chosen.branch.id,
                )
            })
            .collect(),
        services: catalogue
            .services
            .iter()
            .filter(|one| {
                one.practitioners
                    .iter()
                    .any(|id| reach.has_practitioner(*id))
            })
            .map(|one| {
                let length = wording::length(words, one.visit.duration().into());
                let price = wording::money(one.price);
                let label = format!("{}, {length}, {price}", one.title.get(words.0));
                let same = chosen
                    .service
                    .as_ref()
                    .is_some_and(|service| service.id == one.id);
                option(one.id, label, same)
            })
            .collect(),
        practitioners: practitioners(desk, chosen),
        day: chosen.day.to_string(),
        today: wording::local(&chosen.branch.zone, desk.now().minutes())
            .date()
            .to_string(),
        for_whom: declaration
            .for_whom
            .iter()
            .map(|one| {
                let label = words.say(&format!("desk-book-for-{}", one.code()));
                option(one.code(), label, *one == chosen.for_whom)
            })
            .collect(),
        groups: parties.groups,
        finds: parties.finds,
        found: None,
        grounds: GROUNDS
            .into_iter()
            .map(|code| {
                option(
                    code,
                    words.say(&format!("desk-book-ground-{code}")),
                    code == ground,
                )
            })
            .collect(),
        papers: asked
            .into_iter()
            .filter(|one| one.document != trust::policy::POLICY)
            .map(|one| {
                let value = format!("{}.{}", one.document, one.version);
                let label = words.fill(
                    "desk-book-paper-version",
                    [
                        ("title", crate::words::Fill::from(one.title.as_str())),
                        ("version", crate::words::Fill::from(i64::from(one.version))),
                    ],
                );
                let chosen = typed.get("paper.document") == value;
                option(value, label, chosen)
            })
            .collect(),
        paper_number: typed.shown("paper.number"),
        paper_signed_on: typed.shown("paper.signed_on"),
        outside: desk.may(Action::Override).then(|| {
            let reasons = Outside::ALL.iter().map(|reason| {
                let label = words.say(&format!("desk-outside-{}", reason.code()));
                option(reason.code(), label, chosen.outside == Some(*reason))
            });
            reasons.collect()
        }),
        at: typed.shown("at"),
        languages: [("ru", "Русский"), ("en", "English")]
            .into_iter()
            .map(|(code, name)| option(code, name.into(), code == speaks))
            .collect(),
        placed: chosen.at.is_some() && wrongs.is_empty(),
        free,
        wrongs,
        shell: desk.shell(),
    }
}

impl BookPage {
    /// Whether something stands outside the schedule already: then that part is open.
    fn is_outside(&self) -> bool {
        let chosen = |options: &Vec<OptionView>| options.iter().any(|one| one.chosen);
        self.outside.as_ref().is_some_and(chosen)
    }

    /// Whether a paper is named: then its fields are open.
    fn is_on_paper(&self) -> bool {
        self.grounds
            .iter()
            .any(|one| one.chosen && one.value == "paper")
    }

    /// What is wrong with a field of this page's own.
    fn wrong_with(&self, name: &str) -> Option<&str> {
        let wrong = self
            .wrongs
            .iter()
            .find(|one| one.field.as_deref() == Some(name));
        wrong.map(|one| one.says.as_str())
    }
}

impl DeskPage for BookPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        use super::super::people::sample_row;
        use super::times::SlotRow;
        use trust::consent::declaration::{Whitelist, bundled};

        let whitelist = Whitelist::parse(bundled::WHITELIST).expect("the whitelist");
        let declaration = Declaration::parse(bundled::BOOKING, &whitelist).expect("a declaration");
        let typed = Typed::parse("patient.surname=%22%3E%3Cscript%3E".as_bytes());
        let two = |names: [&str; 2]| -> Vec<OptionView> {
            names
                .into_iter()
                .enumerate()
                .map(|(at, name)| option(format!("{name}{at}"), format!("{name} <b>"), at == 0))
                .collect()
        };
        let free = |count: usize| Free {
            day: (count > 0).then(|| "24 ноября, вторник".into()),
            notice: (count == 0).then(|| "Свободного времени нет <i>".into()),
            slots: (0..count)
                .map(|at| SlotRow {
                    value: at.to_string(),
                    time: format!("1{at}:00"),
                    who: "Чабрецов <b>".into(),
                    chosen: at == 0,
                })
                .collect(),
            exact: None,
        };
        let exact = |good| Free {
            exact: Some((good, vec!["Чабрецов <b>, 10:00–10:20: запись".into()])),
            ..Free::default()
        };
        let page = |for_whom, wrongs: Vec<Wrong>, free, outside: bool, paper: bool| Self {
            key: "7".into(),
            branches: two(["m", "s"]),
            services: two(["first", "second"]),
            practitioners: two(["p", "q"]),
            day: "2026-11-24".into(),
            today: "2026-11-24".into(),
            free,
            for_whom: two(["self", "child"]),
            groups: groups(shell.words, &declaration, for_whom, &typed, &wrongs),
            finds: true,
            found: outside.then(|| vec![sample_row(true), sample_row(false)]),
            grounds: GROUNDS
                .into_iter()
                .map(|code| option(code, code.to_uppercase(), (code == "paper") == paper))
                .collect(),
            papers: two(["booking-self.1", "booking-self.2"]),
            paper_number: "17 <b>".into(),
            paper_signed_on: "2026-11-23".into(),
            outside: outside.then(|| two(["urgent", "agreed"])),
            at: "10:05".into(),
            languages: two(["ru", "en"]),
            placed: paper,
            wrongs,
            shell: shell.clone(),
        };
        let wrongs = vec![
            Wrong::at("patient.surname", "Напишите фамилию"),
            Wrong::at("paper.number", "Укажите номер"),
            Wrong::whole("Это время только что заняли"),
        ];
        vec![
            page(ForWhom::Myself, Vec::new(), free(3), false, false),
            page(ForWhom::Child, wrongs, exact(false), true, true),
            page(ForWhom::Adult, Vec::new(), exact(true), true, false),
            page(ForWhom::Myself, Vec::new(), free(0), false, true),
        ]
    }
}

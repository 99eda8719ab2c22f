//! `/desk/looks`, `/desk/journal`: who opened what, when and why; what of it is unusual; the journal's state.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use clinic::oversight::{CLINIC, Hours, LOOKS, Rule, STAFF, Seen, VISITS};
use jiff::tz::TimeZone;
use kernel::{Moment, PersonId, Purpose, StaffId};
use trust::access::Action;
use trust::journal::Look;

use super::asked::Desk;
use super::page::DeskPage;
use super::routes::Answered;
use super::shell::DeskShell;
use super::trouble::Trouble;
use crate::wording;
use crate::words::Words;

/// Days that can be asked for.
const DAYS: [i64; 4] = [1, 7, 30, 90];
/// Lines on one page.
const LINES: usize = 300;
/// What lines are about: a word, and the kinds of entries.
const ABOUT: [(&str, &[&str]); 4] = [
    ("data", LOOKS),
    ("visits", VISITS),
    ("staff", STAFF),
    ("clinic", CLINIC),
];

/// A line as it is read.
struct Row {
    when: String,
    who: String,
    what: String,
    how: String,
    number: String,
    unusual: Vec<String>,
}

/// A choice of a list.
struct Choice {
    value: String,
    title: String,
    chosen: bool,
}

/// What can be chosen of one kind.
struct List {
    name: &'static str,
    label: String,
    choices: Vec<Choice>,
}

/// Who looked at anything.
#[derive(Template)]
#[template(path = "desk/looks.html")]
pub(super) struct LooksPage {
    shell: DeskShell,
    rows: Vec<Row>,
    more: usize,
    lists: Vec<List>,
}

/// Who looked at one person.
#[derive(Template)]
#[template(path = "desk/looked.html")]
pub(super) struct LookedPage {
    shell: DeskShell,
    id: String,
    name: String,
    rows: Vec<Row>,
    to_card: bool,
}

/// The journal's state.
#[derive(Template)]
#[template(path = "desk/journal.html")]
pub(super) struct JournalPage {
    shell: DeskShell,
    size: u64,
    signed: u64,
    signed_at: Option<String>,
    waiting: u64,
    key: String,
}

/// Names of staff by id, also of those who left.
async fn names(desk: &Desk) -> Result<BTreeMap<StaffId, String>, Trouble> {
    let accounts = desk.site.trust.accounts().await?;
    Ok(accounts
        .into_iter()
        .map(|account| (account.id, account.name))
        .collect())
}

async fn zone(desk: &Desk) -> Result<(TimeZone, jiff::civil::Date), Trouble> {
    let catalogue = desk.site.booking.catalogue().await?;
    Ok((
        wording::zone(&catalogue),
        wording::today(&catalogue, desk.now()),
    ))
}

/// `GET /desk/looks`.
pub(super) async fn all(desk: Arc<Desk>) -> Answered {
    let asked: i64 = desk.query.get("days").parse().unwrap_or(1);
    let days = if DAYS.contains(&asked) { asked } else { 1 };
    let (about, kinds) = ABOUT
        .into_iter()
        .find(|(word, _)| *word == desk.query.get("about"))
        .unwrap_or(ABOUT[0]);
    let unusual_only = desk.query.get("shown") == "unusual";
    let of: Option<StaffId> = desk.query.get("staff").parse().ok();
    let (zone, today) = zone(&desk).await?;
    let catalogue = desk.site.booking.catalogue().await?;
    let hours: Vec<Hours> = catalogue
        .branches
        .iter()
        .map(|branch| Hours {
            zone: branch.zone.clone(),
            opens: branch.opens.into(),
            closes: branch.closes.into(),
        })
        .collect();
    let since = desk.now().plus_minutes(-days * 24 * 60);
    let seen = desk
        .site
        .oversight
        .seen(desk.scope(Purpose::Safeguard), since, kinds, &hours)
        .await?;
    let names = names(&desk).await?;
    let wanted: Vec<Seen> = seen
        .into_iter()
        .filter(|seen| !unusual_only || !seen.unusual.is_empty())
        .filter(|seen| of.is_none() || seen.line.staff == of)
        .collect();
    let more = wanted.len().saturating_sub(LINES);
    let words = desk.words;
    let rows = wanted
        .iter()
        .take(LINES)
        .map(|seen| {
            let line = &seen.line;
            Row {
                when: said_when(words, line.at, &zone, today),
                who: who(words, line.staff, &line.actor, &names),
                what: what(words, &line.kind, line.case.as_deref(), line.persons),
                how: why(words, line.purpose.as_deref(), line.case.as_deref()),
                number: line.number.to_string(),
                unusual: seen
                    .unusual
                    .iter()
                    .filter_map(|code| Rule::of(code))
                    .map(|rule| rule.title(words.0).to_owned())
                    .collect(),
            }
        })
        .collect();
    let choice = |value: &str, title: String, chosen| Choice {
        value: value.to_owned(),
        title,
        chosen,
    };
    let mut staff = vec![choice("", words.say("desk-looks-everybody"), of.is_none())];
    staff.extend(
        names
            .iter()
            .map(|(id, name)| choice(&id.to_string(), name.clone(), of == Some(*id))),
    );
    let days_choices = DAYS
        .map(|count| {
            let number = usize::try_from(count).unwrap_or(1);
            let title = desk.shell().count("desk-looks-days", &number);
            choice(&count.to_string(), title, count == days)
        })
        .into();
    let abouts = ABOUT
        .map(|(word, _)| {
            let title = words.say(&format!("desk-looks-{word}"));
            choice(word, title, word == about)
        })
        .into();
    let shown = vec![
        choice("all", words.say("desk-looks-all"), !unusual_only),
        choice("unusual", words.say("desk-looks-unusual"), unusual_only),
    ];
    let list = |name, label: &str, choices| List {
        name,
        label: words.say(label),
        choices,
    };
    let page = LooksPage {
        shell: desk.shell(),
        rows,
        more,
        lists: vec![
            list("days", "desk-looks-when", days_choices),
            list("about", "desk-looks-about", abouts),
            list("staff", "desk-employee", staff),
            list("shown", "desk-looks-show", shown),
        ],
    };
    Ok(desk.page(StatusCode::OK, &page))
}

fn said_when(words: Words, at: Moment, zone: &TimeZone, today: jiff::civil::Date) -> String {
    wording::soon(words, &at.timestamp().to_zoned(zone.clone()), today)
}

fn who(
    words: Words,
    staff: Option<StaffId>,
    actor: &str,
    names: &BTreeMap<StaffId, String>,
) -> String {
    staff
        .and_then(|staff| names.get(&staff).cloned())
        .unwrap_or_else(|| words.say(&format!("desk-actor-{actor}")))
}

fn what(words: Words, kind: &str, case: Option<&str>, persons: usize) -> String {
    // A ticket of a day's list opens its names.
    let said = if case == Some("batch") && kind == "ticket.issued" {
        words.say("desk-kind-names")
    } else {
        kind_said(words, kind)
    };
    if persons > 1 {
        let count = [("count", crate::words::Fill::from(persons))];
        format!("{said} · {}", words.fill("desk-looks-persons", count))
    } else {
        said
    }
}

/// What a kind of entry means; one that has no sentence shows its word.
fn kind_said(words: Words, kind: &str) -> String {
    let key = format!("desk-kind-{}", kind.replace(['.', '_'], "-"));
    words.maybe(&key).unwrap_or_else(|| kind.to_owned())
}

fn why(words: Words, purpose: Option<&str>, case: Option<&str>) -> String {
    let said = |kind: &str, code: Option<&str>| {
        let code = code?;
        words
            .maybe(&format!("desk-{kind}-{}", code.replace('_', "-")))
            .or_else(|| Some(code.to_owned()))
    };
    let parts: Vec<String> = [said("for", purpose), said("case", case)]
        .into_iter()
        .flatten()
        .collect();
    parts.join(" · ")
}

/// `GET /desk/people/{id}/looks`, `GET /desk/looks/{id}`.
pub(super) async fn of_person(desk: Arc<Desk>) -> Answered {
    let person: PersonId = desk.id("id")?;
    let oversees = desk.may(Action::SeeAllLooks);
    let purpose = if oversees {
        Purpose::Rights
    } else {
        Purpose::Identification
    };
    let looked = desk.site.people.looks(desk.scope(purpose), person).await?;
    let names = names(&desk).await?;
    let (zone, today) = zone(&desk).await?;
    let rows = looked
        .looks
        .iter()
        .map(|look| row_of(desk.words, look, &names, &zone, today))
        .collect();
    let page = LookedPage {
        shell: desk.shell(),
        id: person.to_string(),
        name: looked.masked.name,
        rows,
        to_card: desk.may(Action::FindPerson),
    };
    Ok(desk.page(StatusCode::OK, &page))
}

fn row_of(
    words: Words,
    look: &Look,
    names: &BTreeMap<StaffId, String>,
    zone: &TimeZone,
    today: jiff::civil::Date,
) -> Row {
    let mut fields: Vec<String> = look
        .opened
        .iter()
        .map(|one| {
            words
                .maybe(&format!("desk-field-{}", one.field.replace('_', "-")))
                .unwrap_or_else(|| one.field.clone())
                .to_lowercase()
        })
        .collect();
    fields.sort();
    fields.dedup();
    let said = kind_said(words, &look.kind);
    Row {
        when: said_when(words, look.at, zone, today),
        who: who(words, look.staff, &look.actor, names),
        what: if fields.is_empty() {
            said
        } else {
            format!("{said}: {}", fields.join(", "))
        },
        how: [
            Some(why(words, look.purpose.as_deref(), look.case.as_deref())),
            look.reason.as_ref().map(|reason| format!("«{reason}»")),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · "),
        number: look.number.map_or_else(
            || words.say("desk-looks-waiting"),
            |number| number.to_string(),
        ),
        unusual: Vec::new(),
    }
}

/// `GET /desk/journal`.
pub(super) async fn journal(desk: Arc<Desk>) -> Answered {
    let state = desk
        .site
        .oversight
        .journal(desk.scope(Purpose::Safeguard))
        .await?;
    let (zone, today) = zone(&desk).await?;
    let page = JournalPage {
        shell: desk.shell(),
        size: state.size,
        signed: state.signed,
        signed_at: state
            .signed_at
            .map(|at| said_when(desk.words, at, &zone, today)),
        waiting: state.waiting,
        key: state.key,
    };
    Ok(desk.page(StatusCode::OK, &page))
}

#[cfg(test)]
fn sample_row(unusual: bool) -> Row {
    Row {
        when: "сегодня, 11:31".into(),
        who: "Ромашкина <b>".into(),
        what: "открыла: телефон".into(),
        how: "связь · запись".into(),
        number: "48207".into(),
        unusual: if unusual {
            vec!["Та же фамилия".into(), "Вне часов".into()]
        } else {
            Vec::new()
        },
    }
}

impl DeskPage for LooksPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let choice = |chosen| {
            vec![Choice {
                value: "1".into(),
                title: "сутки <i>".into(),
                chosen,
            }]
        };
        let list = |name| List {
            name,
            label: "За сколько".into(),
            choices: choice(true),
        };
        let page = |rows, more| Self {
            rows,
            more,
            lists: vec![list("days"), list("about")],
            shell: shell.clone(),
        };
        vec![
            page(Vec::new(), 0),
            page(vec![sample_row(true), sample_row(false)], 7),
        ]
    }
}

impl DeskPage for LookedPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        [true, false]
            .into_iter()
            .map(|to_card| Self {
                shell: shell.clone(),
                id: "1".into(),
                name: "П••••••а <script> А.".into(),
                rows: vec![sample_row(false)],
                to_card,
            })
            .collect()
    }
}

impl DeskPage for JournalPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let page = |signed_at: Option<&str>, waiting| Self {
            size: 48_213,
            signed: 48_210,
            signed_at: signed_at.map(str::to_owned),
            waiting,
            key: "clinic.example/journal+aabbccdd+AbC".into(),
            shell: shell.clone(),
        };
        vec![page(Some("сегодня, 11:42"), 0), page(None, 3)]
    }
}

#[cfg(test)]
mod tests {
    use kernel::Language;
    use trust::journal::Kind;

    use super::{ABOUT, kind_said, why};
    use crate::words::Words;

    fn is_said(said: &str, language: Language) -> bool {
        let russian = said.chars().any(|sign| ('а'..='я').contains(&sign));
        russian == (language == Language::Ru) && !said.contains('.')
    }

    /// Every kind of entry has words, in each language its own; so have purposes and cases.
    #[test]
    fn whatever_stands_in_the_journal_is_said_in_words() {
        for language in Language::ALL {
            let words = Words(language);
            for kind in Kind::ALL {
                let said = kind_said(words, kind.code());
                assert!(is_said(&said, language), "{}: {said}", kind.code());
                let first = said.chars().next().expect("a sign");
                assert!(first.is_uppercase(), "{}: {said}", kind.code());
            }
            for purpose in kernel::Purpose::ALL {
                let said = why(words, Some(purpose.code()), None);
                assert!(is_said(&said, language), "{}: {said}", purpose.code());
            }
            for case in [
                kernel::CaseKind::Appointment,
                kernel::CaseKind::Submission,
                kernel::CaseKind::Request,
                kernel::CaseKind::Destruction,
                kernel::CaseKind::Batch,
                kernel::CaseKind::Inquiry,
            ] {
                let said = why(words, None, Some(case.code()));
                assert!(is_said(&said, language), "{}: {said}", case.code());
            }
            for actor in ["staff", "visitor", "holder", "worker", "console"] {
                let said = words.say(&format!("desk-actor-{actor}"));
                assert!(is_said(&said, language), "{actor}: {said}");
            }
            for (about, _) in ABOUT {
                let said = words.say(&format!("desk-looks-{about}"));
                assert!(is_said(&said, language), "{about}: {said}");
            }
        }
    }
}

//! Every page in every state and language is rendered and read as a browser and a screen reader would.

pub(crate) mod html;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use kernel::Language;
use trust::consent::declaration::{Declaration, Operator, Whitelist, bundled};

use super::page::Page;
use super::shell::{Section, Shell, Switch};
use super::{
    appointment, book, consents, contacts, design, doctors, documents, found, home, legal, prices,
    problems, service, trouble,
};
use crate::words::Words;

fn shell(language: Language, switch: Switch, demo: bool) -> Shell {
    let whitelist = Whitelist::parse(bundled::WHITELIST).expect("the whitelist");
    let operator = Operator::parse(bundled::DEMO_OPERATOR).expect("the operator");
    let tax = Declaration::parse(bundled::TAX_CERTIFICATE, &whitelist).expect("a declaration");
    let private = switch != Switch::Link("/?language=en".into());
    let shell = Shell::of(
        &operator,
        [&tax].into_iter(),
        Words(language),
        demo,
        Section::Book,
        switch,
    );
    let found = (!private).then(|| found::samples::found(language));
    Shell {
        private,
        found,
        ..shell
    }
}

/// A page without what alone may stand in it of style and script: our style, which it has once, and our own modules.
fn without_our_own(html: &str, shell: &Shell) -> String {
    let style = format!("<style>{}</style>", shell.style());
    assert_eq!(html.matches(&style).count(), 1, "one style, ours");
    ["site.js", "booking.js"]
        .into_iter()
        .map(|name| {
            format!(
                r#"<script type="module" src="{}"></script>"#,
                shell.script(name)
            )
        })
        .fold(html.replace(&style, ""), |html, script| {
            html.replacen(&script, "", 1)
        })
}

/// All samples of a page, rendered, with a name for messages.
fn rendered<P: Page>(name: &str, shell: &Shell, pages: &mut Vec<(String, String, bool)>) {
    for (at, page) in P::samples(shell.clone()).into_iter().enumerate() {
        let html = without_our_own(&page.render().expect("a page renders"), shell);
        pages.push((
            format!("{name}-{at}-{}", shell.language()),
            html,
            page.shell().private,
        ));
    }
}

fn all_pages(shell: &Shell) -> Vec<(String, String, bool)> {
    let mut pages = Vec::new();
    rendered::<home::HomePage>("home", shell, &mut pages);
    rendered::<doctors::DoctorsPage>("doctors", shell, &mut pages);
    rendered::<doctors::DoctorPage>("doctor", shell, &mut pages);
    rendered::<prices::PricesPage>("prices", shell, &mut pages);
    rendered::<contacts::ContactsPage>("contacts", shell, &mut pages);
    rendered::<legal::LegalPage>("legal", shell, &mut pages);
    rendered::<legal::TextPage>("text", shell, &mut pages);
    rendered::<consents::ConsentsPage>("consents", shell, &mut pages);
    rendered::<documents::DocumentPage>("document", shell, &mut pages);
    rendered::<documents::ChangesPage>("changes", shell, &mut pages);
    rendered::<trouble::TroublePage>("trouble", shell, &mut pages);
    rendered::<design::DesignPage>("design", shell, &mut pages);
    rendered::<book::ForWhomPage>("book-for", shell, &mut pages);
    rendered::<book::BornPage>("book-born", shell, &mut pages);
    rendered::<book::ServicePage>("book-service", shell, &mut pages);
    rendered::<book::TimePage>("book-time", shell, &mut pages);
    rendered::<book::WhoPage>("book-who", shell, &mut pages);
    rendered::<book::DonePage>("book-done", shell, &mut pages);
    rendered::<appointment::ShownPage>("appointment", shell, &mut pages);
    rendered::<appointment::CancellingPage>("cancel", shell, &mut pages);
    rendered::<appointment::MovePage>("move", shell, &mut pages);
    rendered::<appointment::ConsentsPage>("consents", shell, &mut pages);
    rendered::<service::CasePage>("service-for", shell, &mut pages);
    rendered::<service::FormPage>("service-form", shell, &mut pages);
    rendered::<service::ReceivedPage>("service-received", shell, &mut pages);
    rendered::<problems::ProblemPage>("problem", shell, &mut pages);
    pages
}

#[test]
fn every_page_in_every_state_and_language_is_well_made() {
    let mut wrong = String::new();
    for language in Language::ALL {
        for switch in [
            Switch::Link("/?language=en".into()),
            Switch::Button("booking"),
            Switch::None,
        ] {
            for (name, html, private) in
                all_pages(&shell(language, switch.clone(), language == Language::Ru))
            {
                for fault in html::faults(&html, language.code(), private) {
                    writeln!(wrong, "{name} {switch:?}: {fault}").expect("a string takes text");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_was_typed_cannot_become_markup() {
    let shell = shell(Language::Ru, Switch::None, false);
    let pages = all_pages(&shell);
    assert!(
        pages.iter().any(
            |(_, html, _)| html.contains("&#60;script&#62;") || html.contains("&lt;script&gt;")
        )
    );
    for (name, html, _) in pages {
        assert!(!html.contains("<script"), "{name}");
    }
}

#[test]
fn a_block_of_data_ends_where_it_ends_whatever_it_says() {
    let shell = shell(Language::Ru, Switch::Link("/?language=en".into()), false);
    for (name, html, _) in all_pages(&shell) {
        let blocks: Vec<&str> = html.split("<script").skip(1).collect();
        assert_eq!(blocks.len(), 1, "{name}");
        let (start, rest) = blocks[0].split_once('>').expect("a start");
        assert_eq!(start, " type=\"application/ld+json\"", "{name}");
        let (data, _) = rest.split_once("</script>").expect("an end");
        let read: serde_json::Value = serde_json::from_str(data).expect("JSON");
        assert_eq!(
            read["name"], "</script><script>alert(1)</script>&\u{2028}",
            "{name}"
        );
    }
}

#[test]
fn the_demonstration_says_so_and_a_clinic_does_not() {
    let banner = Words(Language::Ru).say("demo-banner");
    let says = |demo| {
        all_pages(&shell(Language::Ru, Switch::None, demo))
            .iter()
            .filter(|(_, html, _)| html.contains(&banner))
            .count()
    };
    assert_eq!(says(false), 0);
    assert_eq!(
        says(true),
        all_pages(&shell(Language::Ru, Switch::None, true)).len()
    );
}

/// Words in the sources that look like keys of sentences.
const NOT_KEYS: [&str; 2] = ["no-store", "no-show"];

#[test]
fn no_sentence_is_missing_in_either_language_and_none_is_idle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let keys = |language: &str| -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        for file in files(&root.join("locales").join(language)) {
            let text = std::fs::read_to_string(&file).expect("a file of sentences");
            for line in text.lines() {
                if let Some((key, _)) = line.split_once(" =")
                    && key.starts_with(|first: char| first.is_ascii_lowercase())
                {
                    assert!(
                        keys.insert(key.to_owned()),
                        "{key} stands twice in {}",
                        file.display()
                    );
                }
            }
        }
        keys
    };
    let (russian, english) = (keys("ru"), keys("en"));
    assert!(russian.len() > 100, "the sentences were not found");
    assert_eq!(
        russian.difference(&english).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "missing in English"
    );
    assert_eq!(
        english.difference(&russian).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "missing in Russian"
    );

    let mut sources = String::new();
    for file in files(&root.join("templates"))
        .into_iter()
        .chain(files(&root.join("src")))
    {
        sources.push_str(&std::fs::read_to_string(&file).expect("a source"));
    }
    for (at, _) in sources
        .match_indices("say(\"")
        .chain(sources.match_indices("with(\""))
        .chain(sources.match_indices("count(\""))
    {
        let rest = &sources[at..];
        let key = rest.split('"').nth(1).unwrap_or_default();
        let is_key = !NOT_KEYS.contains(&key)
            && key.contains('-')
            && key.chars().all(|character| {
                character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
            });
        assert!(
            !is_key || russian.contains(key),
            "{key} is used and stands nowhere"
        );
    }
    // Keys whose end is a code: a month, a case, a state, a kind of field.
    let made = [
        "month-",
        "weekday-",
        "speciality-",
        "for-",
        "asked-for-",
        "party-",
        "status-",
        "trouble-",
        "hint-",
        "view-",
        "step-",
        "desk-trouble-",
        "desk-looks-",
        "desk-tie-acts-",
        "desk-tie-acted-",
        "desk-tie-basis-",
        "desk-tie-paper-",
        "desk-setup-field-",
        "desk-forms-party-",
        "desk-forms-case-",
        "desk-setup-hint-",
        "desk-setup-wrong-",
        "desk-setup-step-",
        "desk-setup-about-",
        "desk-setup-hours-",
        "desk-clinic-field-",
        "desk-clinic-hint-",
        "desk-clinic-zone-",
        "desk-clinic-new-",
        "desk-clinic-date-",
        "desk-clinic-audience-",
        "desk-clinic-parity-",
        "desk-contract-",
        "desk-action-",
        "desk-purpose-",
        "desk-category-",
        "desk-why-",
        "desk-document-",
        "desk-field-",
        "desk-actor-",
        "desk-for-",
        "desk-case-",
        "desk-kind-",
        "desk-whom-",
        "desk-short-",
        "desk-mark-",
        "desk-do-",
        "desk-cancel-",
        "desk-done-",
        "desk-book-for-",
        "desk-book-party-",
        "desk-book-ground-",
        "desk-outside-",
        "desk-kept-",
        "desk-changed-",
        "desk-script-",
        "figures-",
        "external-",
    ];
    for key in russian
        .iter()
        .filter(|key| !made.iter().any(|start| key.starts_with(start)))
    {
        assert!(
            sources.contains(&format!("\"{key}\"")),
            "{key} is used nowhere"
        );
    }
}

#[test]
fn every_code_has_its_sentence() {
    use trust::consent::declaration::{Coded, ForWhom, Party};
    for words in Language::ALL.map(Words) {
        for case in ForWhom::ALL {
            assert!(
                words.maybe(&format!("for-{}", case.code())).is_some(),
                "{}",
                case.code()
            );
            assert!(
                words.maybe(&format!("asked-for-{}", case.code())).is_some(),
                "{}",
                case.code()
            );
            assert!(
                words
                    .maybe(&format!("party-patient-{}", case.code()))
                    .is_some(),
                "{}",
                case.code()
            );
        }
        for party in Party::ALL.iter().filter(|party| **party != Party::Patient) {
            assert!(
                words.maybe(&format!("party-{}", party.code())).is_some(),
                "{}",
                party.code()
            );
        }
        for status in [
            "requested",
            "accepted",
            "arrived",
            "completed",
            "cancelled",
            "no-show",
        ] {
            assert!(
                words.maybe(&format!("status-{status}")).is_some(),
                "{status}"
            );
        }
        for at in 1..=12 {
            assert!(
                words.maybe(&format!("month-{at}")).is_some()
                    && (at > 7 || words.maybe(&format!("weekday-{at}")).is_some())
            );
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
    {
        if entry.is_dir() {
            found.extend(files(&entry))
        } else {
            found.push(entry)
        }
    }
    found
}

//! Every page of the desk in every state and language is rendered and read as a browser and a screen reader would.

use std::fmt::Write;

use kernel::Language;

use super::page::DeskPage;
use super::shell::DeskShell;
use super::shell::samples::shell;
use super::{
    account, blocks, book, calendars, clinic, demo, external, figures, looks, obligation, people,
    provider, sign_in, staff, switch, texts, today, trouble, welcome,
};
use crate::public::html;

/// All samples of a page, rendered without our own script, with a name for messages.
fn rendered<P: DeskPage>(name: &str, shell: &DeskShell, pages: &mut Vec<(String, String)>) {
    let script = format!(
        r#"<script type="module" src="{}"></script>"#,
        shell.file("desk.js")
    );
    for (at, page) in P::samples(shell.clone()).into_iter().enumerate() {
        let html = page.render().expect("a page renders");
        assert_eq!(html.matches(&script).count(), 1, "one script, ours");
        pages.push((
            format!("{name}-{at}-{}", shell.language()),
            html.replace(&script, ""),
        ));
    }
}

fn all_pages(shell: &DeskShell) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    rendered::<sign_in::SignInPage>("sign-in", shell, &mut pages);
    rendered::<switch::SwitchPage>("switch", shell, &mut pages);
    rendered::<welcome::WelcomePage>("welcome", shell, &mut pages);
    rendered::<welcome::RecoveryPage>("recovery", shell, &mut pages);
    rendered::<obligation::ObligationPage>("obligation", shell, &mut pages);
    rendered::<demo::DemoPage>("demo", shell, &mut pages);
    rendered::<demo::AgainPage>("demo-again", shell, &mut pages);
    rendered::<provider::BackPage>("provider-back", shell, &mut pages);
    rendered::<provider::SecondPage>("provider-second", shell, &mut pages);
    rendered::<provider::ProviderPage>("provider", shell, &mut pages);
    rendered::<account::AccountPage>("account", shell, &mut pages);
    rendered::<staff::StaffPage>("staff", shell, &mut pages);
    rendered::<staff::EmployeePage>("employee", shell, &mut pages);
    rendered::<staff::InvitedPage>("invited", shell, &mut pages);
    rendered::<today::TodayPage>("today", shell, &mut pages);
    rendered::<book::BookPage>("book", shell, &mut pages);
    rendered::<blocks::BlocksPage>("blocks", shell, &mut pages);
    rendered::<today::PrintPage>("print", shell, &mut pages);
    rendered::<today::WeekPage>("week", shell, &mut pages);
    rendered::<today::MovePage>("move", shell, &mut pages);
    rendered::<people::PeoplePage>("people", shell, &mut pages);
    rendered::<people::PersonPage>("person", shell, &mut pages);
    rendered::<looks::LooksPage>("looks", shell, &mut pages);
    rendered::<looks::LookedPage>("looked", shell, &mut pages);
    rendered::<looks::JournalPage>("journal", shell, &mut pages);
    rendered::<calendars::CalendarsPage>("calendars", shell, &mut pages);
    rendered::<external::ExternalPage>("external", shell, &mut pages);
    rendered::<figures::FiguresPage>("figures", shell, &mut pages);
    rendered::<clinic::ClinicPage>("clinic", shell, &mut pages);
    rendered::<clinic::ThingPage>("thing", shell, &mut pages);
    rendered::<clinic::WeekPage>("week", shell, &mut pages);
    rendered::<clinic::DatesPage>("dates", shell, &mut pages);
    rendered::<clinic::ClosedPage>("closed", shell, &mut pages);
    rendered::<clinic::FormsPage>("forms", shell, &mut pages);
    rendered::<clinic::FormPage>("form", shell, &mut pages);
    rendered::<clinic::SetupPage>("setup", shell, &mut pages);
    rendered::<texts::TextsPage>("texts", shell, &mut pages);
    rendered::<texts::TextPage>("text", shell, &mut pages);
    rendered::<texts::VersionPage>("text-version", shell, &mut pages);
    rendered::<trouble::TroublePage>("trouble", shell, &mut pages);
    pages
}

/// In what a page of the desk differs from one of the site: it has no foot, its columns have heads of their own, branches are
/// ticked as they are, and its language is changed where it stands.
fn is_the_desks_own(fault: &str) -> bool {
    fault == "0 of <footer>"
        || fault == "a box is ticked by us"
        || fault.ends_with(" of <header>")
        || fault.starts_with("<a href=\"?language=")
}

#[test]
fn every_page_in_every_state_and_language_is_well_made() {
    let mut wrong = String::new();
    for language in Language::ALL {
        for signed_in in [false, true] {
            for (name, html) in all_pages(&shell(language, signed_in)) {
                let faults = html::faults(&html, language.code(), true);
                for fault in faults.iter().filter(|fault| !is_the_desks_own(fault)) {
                    writeln!(wrong, "{name}: {fault}").expect("a string takes text");
                }
                if html.contains('⟦') {
                    writeln!(wrong, "{name}: a sentence is missing").expect("a string takes text");
                }
                if html.contains(" style=") || html.contains("<style") {
                    writeln!(wrong, "{name}: a style stands in the page")
                        .expect("a string takes text");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_was_typed_cannot_become_markup() {
    let pages = all_pages(&shell(Language::Ru, true));
    assert!(
        pages
            .iter()
            .any(|(_, html)| html.contains("&#60;script&#62;"))
    );
    for (name, html) in pages {
        assert!(!html.contains("<script") && !html.contains("<i>"), "{name}");
    }
}

//! `/design`: every part of the design with what it looks like filled, for whoever changes it. Shown by a demonstration
//! alone.
//!
//! *Invariant*: the parts are the pages' own templates; nothing here is drawn for this page.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use clinic::booking::{SERVICE, SlotQuery};
use trust::consent::declaration::{Declaration, ForWhom, Party};

use super::book::StepView;
use super::boxes::{self, BoxView};
use super::page::Page;
use super::shell::{Section, Shell};
use super::summary::Summary;
use super::times::{SlotView, TimeChoice, Wish, choice, nearest_views};
use super::trouble::Trouble;
use super::visit::Visit;
use crate::fields::{GroupView, Wrong, groups, name_of};
use crate::typed::Typed;
use crate::wording;

/// Colours by their names in the style.
const COLOURS: [&str; 12] = [
    "paper",
    "sheet",
    "ink",
    "quiet",
    "line",
    "honey",
    "honey-deep",
    "honey-soft",
    "wash",
    "link",
    "bad",
    "night",
];

/// All parts.
#[derive(Template)]
#[template(path = "design.html")]
pub(super) struct DesignPage {
    shell: Shell,
    colours: [&'static str; 12],
    steps: Vec<StepView>,
    summary: Option<Summary>,
    choice: TimeChoice,
    taken: Option<Vec<SlotView>>,
    wrongs: Vec<Wrong>,
    groups: Vec<GroupView>,
    boxes: Vec<BoxView>,
}

/// `GET /design`.
pub(super) async fn design(visit: Visit) -> Response {
    let made = drawn(&visit).await;
    visit.answer(made)
}

async fn drawn(visit: &Visit) -> Result<Response, Trouble> {
    let site = &visit.site;
    let Some(declaration) = site.texts.declaration(SERVICE).filter(|_| site.demo) else {
        return Err(Trouble::NotFound);
    };
    let words = visit.words;
    let catalogue = site.booking.catalogue().await?;
    let today = wording::today(&catalogue, visit.clock().now());
    let service = catalogue.services.first().ok_or(Trouble::NotFound)?;
    let wish = Wish {
        service: service.id,
        practitioner: None,
        branch: None,
        from: None,
        day: None,
        hold: None,
    };
    let times = choice(&site.booking, words, wish, today).await?;
    let query = SlotQuery {
        service: service.id,
        from: today,
        to: today.saturating_add(jiff::ToSpan::days(7)),
        practitioner: None,
        branch: None,
        hold: None,
    };
    let mut found = site.booking.slots(&query).await?;
    found.slots.truncate(3);
    let first = found.slots.first().copied();
    let asked = site
        .trust
        .consents_asked(declaration, ForWhom::Child, words.0)
        .await?;
    let (groups, wrongs) = filled(visit.words, declaration);
    let page = DesignPage {
        shell: visit.private_at(Section::None),
        colours: COLOURS,
        steps: StepView::row_of_samples(words),
        summary: first.and_then(|slot| Summary::of(words, &catalogue, service.id, slot)),
        choice: times,
        taken: Some(nearest_views(words, &found)),
        boxes: boxes::views(words, &asked, &Typed::default(), &wrongs),
        groups,
        wrongs,
    };
    Ok(visit.page(StatusCode::OK, &page))
}

/// A form with something in it, and something wrong with it.
fn filled(words: crate::words::Words, declaration: &Declaration) -> (Vec<GroupView>, Vec<Wrong>) {
    let mut typed = Typed::default();
    typed.set(&name_of(Party::Patient, "surname"), "Образцов");
    let says = words.say("birth-date-future");
    let wrongs = vec![Wrong::at(name_of(Party::Patient, "birth_date"), says)];
    let groups = groups(words, declaration, ForWhom::Child, &typed, &wrongs);
    (groups, wrongs)
}

impl Page for DesignPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        use super::book::samples;
        use super::times::samples as times;
        let wrongs = vec![Wrong::at("patient.surname", "Напишите буквами")];
        vec![Self {
            colours: COLOURS,
            steps: StepView::row_of_samples(shell.words),
            summary: Some(Summary::sample()),
            choice: times::choice(),
            taken: Some(vec![times::slot("11:00")]),
            groups: vec![samples::group(&shell, &wrongs)],
            boxes: samples::boxes(&shell, &wrongs),
            wrongs,
            shell: Shell {
                private: true,
                ..shell
            },
        }]
    }
}

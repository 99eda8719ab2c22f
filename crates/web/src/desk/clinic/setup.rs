//! `/desk/setup`: an empty house becomes a clinic that can be booked, step by step.
//!
//! *Invariant*: the steps remember nothing of their own. What is done is told by the record, the catalogue and the texts
//! themselves, so the work can be left and taken up again by anybody, and nothing is done twice.

mod save;

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use clinic::booking::Catalogue;
use clinic::booking::catalogue::typed;
use kernel::Language;
use trust::consent::declaration::{Operator, bundled};
use trust::policy::{POLICY, Standing};

use super::super::asked::Desk;
use super::super::page::DeskPage;
use super::super::routes::Answered;
use super::super::shell::DeskShell;
use super::super::trouble::Trouble;
use super::fields::{Choice, Field, Filled, Kind, Stands, fields};
use super::operator;
use crate::wording;

pub(in crate::desk) use save::save;

/// The steps in their order.
const STEPS: [&str; 5] = ["operator", "branch", "people", "services", "texts"];

/// Services that many clinics give: what they are called in both languages, and how long they usually take.
const SERVICES: [(&str, &str, u16); 12] = [
    ("Приём терапевта", "Therapist’s appointment", 30),
    (
        "Повторный приём терапевта",
        "Follow-up with a therapist",
        20,
    ),
    ("Приём педиатра", "Paediatrician’s appointment", 30),
    ("Приём кардиолога", "Cardiologist’s appointment", 30),
    ("Приём невролога", "Neurologist’s appointment", 30),
    ("Приём гинеколога", "Gynaecologist’s appointment", 30),
    ("Приём уролога", "Urologist’s appointment", 30),
    ("Приём отоларинголога", "ENT appointment", 30),
    ("Приём офтальмолога", "Ophthalmologist’s appointment", 30),
    ("Осмотр стоматолога", "Dental check-up", 30),
    ("УЗИ", "Ultrasound", 30),
    ("Электрокардиограмма", "Electrocardiogram", 20),
];

/// A step in the list.
pub(super) struct Step {
    pub(super) word: &'static str,
    pub(super) title: String,
    pub(super) done: bool,
    pub(super) here: bool,
}

/// A service to tick.
pub(super) struct Offer {
    pub(super) number: usize,
    pub(super) title: String,
    pub(super) ticked: bool,
    pub(super) minutes: String,
    pub(super) price: String,
    pub(super) error: Option<String>,
}

/// The page of one step.
#[derive(Template)]
#[template(path = "desk/clinic/setup.html")]
pub(in crate::desk) struct SetupPage {
    pub(super) shell: DeskShell,
    pub(super) steps: Vec<Step>,
    pub(super) step: &'static str,
    pub(super) fields: Vec<Field>,
    /// Hours of working days, of Saturday, of Sunday.
    pub(super) hours: Vec<(&'static str, String, String, Option<String>)>,
    pub(super) offers: Vec<Offer>,
    pub(super) people: Vec<Choice>,
    /// What is there already, a line each.
    pub(super) there: Vec<String>,
    /// Texts that wait for somebody else.
    pub(super) waiting: usize,
    pub(super) site: String,
    pub(super) wrong: Option<String>,
}

/// How far the house is.
struct Progress {
    done: [bool; 5],
    waiting: usize,
}

impl Progress {
    async fn of(desk: &Desk, catalogue: &Catalogue) -> Result<Self, Trouble> {
        let all = desk.site.trust.proposals().await?;
        let texts = &desk.site.texts;
        let own = record(texts.operator());
        let today = wording::today(catalogue, desk.now());
        let composed = texts.compose(today).map_err(kernel::Fault::from)?;
        let mut whole = own && !composed.is_empty();
        for one in composed {
            let language: Language = match one.language {
                trust::consent::declaration::Language::Russian => Language::Ru,
                trust::consent::declaration::Language::English => Language::En,
            };
            let in_force = all.get(&one.code).into_iter().flatten().find(|version| {
                version.standing == Standing::InForce && version.version.language == language
            });
            whole &= match in_force {
                None => false,
                // The policy names the day of its change, and may have been written anew: it must be this clinic's.
                Some(version) if one.code == POLICY => {
                    let text = desk.site.trust.document_text(version.version.id).await?;
                    text.contains(&texts.operator().inn)
                        || text.contains(texts.operator().legal_name.get(one.language))
                }
                // A consent that was edited on screen since is the clinic's own as well.
                Some(version) => {
                    version.version.says(&one.markdown) || version.proposed_by.is_some()
                }
            };
        }
        let waiting = all
            .values()
            .flatten()
            .filter(|version| version.standing == Standing::Waiting)
            .count();
        let works =
            |one: &clinic::booking::catalogue::Resource| !catalogue.works_at(one.id).is_empty();
        Ok(Self {
            done: [
                own,
                !catalogue.branches.is_empty(),
                catalogue.practitioners().any(works),
                catalogue
                    .services
                    .iter()
                    .any(|service| !service.practitioners.is_empty()),
                whole,
            ],
            waiting,
        })
    }

    /// The first step that is still to be done.
    fn next(&self) -> Option<&'static str> {
        let at = self.done.iter().position(|done| !done)?;
        STEPS.get(at).copied()
    }
}

/// Whether a record is the clinic's own and not the sample's.
fn record(operator: &Operator) -> bool {
    !Operator::parse(bundled::DEMO_OPERATOR).is_ok_and(|sample| sample == *operator)
}

/// `GET /desk/setup`.
pub(in crate::desk) async fn setup(desk: Arc<Desk>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let progress = Progress::of(&desk, &catalogue).await?;
    let wish = desk.query.get("step");
    let step = STEPS.into_iter().find(|step| *step == wish);
    let step = step.or_else(|| progress.next()).unwrap_or("ready");
    let page = page(&desk, &catalogue, &progress, step, None);
    Ok(desk.page(StatusCode::OK, &page))
}

/// What came back with a form.
struct Back<'a> {
    filled: &'a dyn Filled,
    flaws: Vec<typed::FieldFlaw>,
    wrong: Vec<String>,
    says: Option<String>,
}

fn page(
    desk: &Desk,
    catalogue: &Catalogue,
    progress: &Progress,
    step: &'static str,
    back: Option<Back<'_>>,
) -> SetupPage {
    let words = desk.words;
    let own = desk.site.texts.operator();
    let record_fields = operator::Record {
        operator: record(own).then_some(own),
        origin: &desk.site.origin,
    };
    let nothing = Stands(None);
    let (flaws, wrong): (&[typed::FieldFlaw], &[String]) = back
        .as_ref()
        .map_or((&[], &[]), |back| (&back.flaws, &back.wrong));
    let filled = |usual: &'static str| -> &dyn Filled {
        match (&back, usual) {
            (Some(back), _) => back.filled,
            (None, "operator") => &record_fields,
            (None, _) => &nothing,
        }
    };
    let short = |kind, kept: &[&str]| {
        let mut all = fields(words, kind, catalogue, filled(""), flaws, false);
        all.retain(|field| kept.contains(&field.name));
        all
    };
    let title = |title: &clinic::booking::catalogue::Words| title.get(words.0).to_owned();
    let typed = |name: &str| {
        back.as_ref()
            .map_or_else(String::new, |back| back.filled.text(name))
    };
    SetupPage {
        shell: desk.shell(),
        steps: STEPS
            .into_iter()
            .zip(progress.done)
            .map(|(word, done)| Step {
                word,
                title: words.say(&format!("desk-setup-step-{word}")),
                done,
                here: word == step,
            })
            .collect(),
        step,
        fields: match step {
            "operator" => operator::fields(words, filled("operator"), wrong),
            "branch" => short(
                Kind::Branch,
                &[
                    "title", "address", "phone", "email", "opens", "closes", "zone",
                ],
            ),
            "people" => short(Kind::Person, &["title", "family", "about"]),
            _ => Vec::new(),
        },
        hours: if step == "people" {
            ["work", "saturday", "sunday"]
                .map(|name| {
                    let flaw = wrong.iter().any(|one| one == name);
                    (
                        name,
                        words.say(&format!("desk-setup-hours-{name}")),
                        typed(name),
                        flaw.then(|| words.say("desk-clinic-wrong-span")),
                    )
                })
                .into()
        } else {
            Vec::new()
        },
        offers: if step == "services" {
            SERVICES
                .iter()
                .enumerate()
                .map(|(number, (ru, en, minutes))| {
                    let minutes_typed = typed(&format!("minutes{number}"));
                    let code = number.to_string();
                    Offer {
                        number,
                        title: match words.0 {
                            Language::Ru => (*ru).to_owned(),
                            Language::En => (*en).to_owned(),
                        },
                        ticked: back
                            .as_ref()
                            .is_some_and(|back| back.filled.ticked("service").contains(&code)),
                        minutes: if minutes_typed.is_empty() {
                            minutes.to_string()
                        } else {
                            minutes_typed
                        },
                        price: typed(&format!("price{number}")),
                        error: flaws
                            .iter()
                            .find(|flaw| flaw.field == code)
                            .map(|flaw| flaw.says(words.0)),
                    }
                })
                .collect()
        } else {
            Vec::new()
        },
        people: if step == "services" {
            let ticked = back
                .as_ref()
                .map(|back| back.filled.ticked("practitioners"));
            catalogue
                .practitioners()
                .map(|one| Choice {
                    value: one.code.clone(),
                    title: title(&one.title),
                    chosen: ticked
                        .as_ref()
                        .is_none_or(|ticked| ticked.contains(&one.code)),
                })
                .collect()
        } else {
            Vec::new()
        },
        there: match step {
            "branch" => catalogue
                .branches
                .iter()
                .map(|one| title(&one.title))
                .collect(),
            "people" => catalogue
                .practitioners()
                .map(|one| title(&one.title))
                .collect(),
            "services" => catalogue
                .services
                .iter()
                .map(|one| title(&one.title))
                .collect(),
            _ => Vec::new(),
        },
        waiting: progress.waiting,
        site: desk.site.origin.to_string(),
        wrong: back.and_then(|back| back.says),
    }
}

impl SetupPage {
    fn is(&self, step: &str) -> bool {
        self.step == step
    }

    fn action(&self) -> String {
        format!("/desk/setup/{}", self.step)
    }

    fn about(&self) -> String {
        self.shell.say(&format!("desk-setup-about-{}", self.step))
    }

    fn heading(&self) -> String {
        self.shell.say(&format!("desk-setup-step-{}", self.step))
    }
}

impl DeskPage for SetupPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        super::samples::setups(&shell)
    }
}

//! `/desk/setup`: an empty house becomes a clinic that can be booked, step by step.
//!
//! *Invariant*: the steps remember nothing of their own. What is done is told by the record, the catalogue and the texts
//! themselves, so the work can be left and taken up again by anybody, and nothing is done twice.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use calendar::schedule::{Audience, DayPattern, Opening, Parity, WeekdaySet, WeeklySchedule};
use clinic::booking::Catalogue;
use clinic::booking::catalogue::edit::{Change, Edited, Thing};
use clinic::booking::catalogue::typed::{self, slug};
use kernel::{Language, Purpose};
use trust::consent::declaration::{Operator, bundled};
use trust::consent::{OPERATOR_FILE, code_of};
use trust::policy::{POLICY, Proposed, Standing};

use super::super::asked::Desk;
use super::super::page::DeskPage;
use super::super::routes::Answered;
use super::super::shell::DeskShell;
use super::super::texts::refused;
use super::super::trouble::Trouble;
use super::fields::{Asked, Choice, Field, Filled, Kind, Stands, fields};
use super::{operator, spans};
use crate::wording;

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

/// `POST /desk/setup/{step}`.
pub(in crate::desk) async fn save(desk: Arc<Desk>) -> Answered {
    let step = desk.place("step").to_owned();
    let step = STEPS.into_iter().find(|one| *one == step);
    match step {
        Some("operator") => save_operator(&desk).await,
        Some("branch") => save_branch(&desk).await,
        Some("people") => save_person(&desk).await,
        Some("services") => save_services(&desk).await,
        Some("texts") => save_texts(&desk).await,
        _ => Err(Trouble::NotFound),
    }
}

async fn again(desk: &Desk, step: &'static str, back: Back<'_>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let progress = Progress::of(desk, &catalogue).await?;
    let page = page(desk, &catalogue, &progress, step, Some(back));
    Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn asked(desk: &Desk) -> Asked<'_> {
    Asked {
        form: &desk.form,
        code: slug(desk.form.get("title")),
    }
}

async fn save_operator(desk: &Desk) -> Answered {
    let asked = asked(desk);
    let path = desk.site.texts.operator().policy_path.clone();
    let file = match operator::file(&asked, &path) {
        Ok(file) => file,
        Err(wrong) => {
            let back = Back {
                filled: &asked,
                flaws: Vec::new(),
                wrong,
                says: Some(desk.words.say("desk-clinic-wrong")),
            };
            return again(desk, "operator", back).await;
        }
    };
    let trust = &desk.site.trust;
    let proposed = trust
        .propose_file(desk.scope(Purpose::Safeguard), OPERATOR_FILE, file)
        .await;
    match proposed {
        Ok(Proposed::Approved { .. } | Proposed::Unchanged { .. }) => {
            trust.refresh_texts(&desk.site.texts).await?;
            Ok(desk.see("/desk/setup"))
        }
        // Somebody else decides: the record is shown to them as it will be.
        Ok(Proposed::Waiting { .. }) => {
            let document = code_of(OPERATOR_FILE);
            Ok(desk.see(&format!("/desk/texts/{document}?done=waits")))
        }
        Err(stop) => {
            let back = Back {
                filled: &asked,
                flaws: Vec::new(),
                wrong: Vec::new(),
                says: Some(desk.words.say(refused(stop)?)),
            };
            again(desk, "operator", back).await
        }
    }
}

/// Changes the catalogue; gives what cannot be.
async fn change(
    desk: &Desk,
    change: Change,
) -> Result<Result<uuid::Uuid, Vec<typed::FieldFlaw>>, Trouble> {
    use clinic::booking::catalogue::edit::EditRefusal;
    match super::thing::edit(desk, change).await {
        Ok(Edited::Done(id) | Edited::Same(id)) => Ok(Ok(id)),
        Ok(Edited::Deleted) => Err(Trouble::NotFound),
        Err(stop) => match super::thing::refusal(stop)? {
            EditRefusal::Flawed(flaws) => Ok(Err(flaws)),
            _ => Err(Trouble::NotFound),
        },
    }
}

async fn flawed(
    desk: &Desk,
    step: &'static str,
    filled: &dyn Filled,
    flaws: Vec<typed::FieldFlaw>,
) -> Answered {
    // A code is not asked for here: that another has it is said of the name it was made of.
    let says = flaws.iter().find(|flaw| flaw.field == "code").map_or_else(
        || desk.words.say("desk-clinic-wrong"),
        |flaw| flaw.says(desk.words.0),
    );
    let back = Back {
        filled,
        flaws,
        wrong: Vec::new(),
        says: Some(says),
    };
    again(desk, step, back).await
}

async fn save_branch(desk: &Desk) -> Answered {
    let asked = asked(desk);
    let new = match typed::branch(&asked, None) {
        Ok(new) => new,
        Err(flaws) => return flawed(desk, "branch", &asked, flaws).await,
    };
    match change(desk, Change::Branch(None, new)).await? {
        Ok(_) => Ok(desk.see("/desk/setup")),
        Err(flaws) => flawed(desk, "branch", &asked, flaws).await,
    }
}

async fn save_person(desk: &Desk) -> Answered {
    let asked = asked(desk);
    let catalogue = desk.site.booking.catalogue().await?;
    let today = wording::today(&catalogue, desk.now());
    let new = typed::practitioner(&asked, None, today);
    let Some(branch) = catalogue.branches.first().map(|one| one.id) else {
        return Ok(desk.see("/desk/setup?step=branch"));
    };
    let mut rules = Vec::new();
    let mut wrong = Vec::new();
    for (name, days) in [
        ("work", 0b001_1111),
        ("saturday", 0b010_0000),
        ("sunday", 0b100_0000),
    ] {
        match spans::read(desk.form.get(name)) {
            Ok(shifts) => rules.extend(shifts.into_iter().map(|(span, breaks)| WeeklySchedule {
                days: DayPattern {
                    weekdays: WeekdaySet::from_bits(days),
                    parity: Parity::Any,
                },
                from: None,
                to: None,
                opening: Opening {
                    branch,
                    span,
                    breaks,
                    audience: Audience::Everyone,
                },
            })),
            Err(_) => wrong.push(name.to_owned()),
        }
    }
    // Who has no hours cannot be booked.
    if rules.is_empty() && wrong.is_empty() {
        wrong.push("work".to_owned());
    }
    let new = match (new, wrong.is_empty()) {
        (Ok(new), true) => new,
        (new, _) => {
            let back = Back {
                filled: &asked,
                flaws: new.err().unwrap_or_default(),
                wrong,
                says: Some(desk.words.say("desk-clinic-wrong")),
            };
            return again(desk, "people", back).await;
        }
    };
    let id = match change(desk, Change::Resource(None, new)).await? {
        Ok(id) => kernel::PractitionerId::from_uuid(id),
        Err(flaws) => return flawed(desk, "people", &asked, flaws).await,
    };
    let catalogue = desk.site.booking.catalogue().await?;
    let edit = clinic::booking::catalogue::edit::Edit {
        change: Change::Week(id, rules),
        seen: catalogue.state_of(Thing::Week(id)),
        sure: false,
    };
    let scope = desk.scope(Purpose::Safeguard);
    match desk.site.booking.edit(scope, edit).await {
        Ok(_) => Ok(desk.see("/desk/setup?step=people")),
        Err(stop) => {
            super::thing::refusal(stop)?;
            // The hours would leave visits outside: that is decided where all of the week is seen.
            Ok(desk.see(&format!("/desk/clinic/people/{id}/week")))
        }
    }
}

/// One ticked service as a form of its own.
struct Row<'a> {
    asked: &'a Asked<'a>,
    number: usize,
}

impl typed::Sheet for Row<'_> {
    fn field(&self, name: &str) -> String {
        let (ru, en, _) = SERVICES[self.number];
        match name {
            "title" => ru.to_owned(),
            "title_en" => en.to_owned(),
            "duration" => self.asked.text(&format!("minutes{}", self.number)),
            "price" => self
                .asked
                .text(&format!("price{}", self.number))
                .trim()
                .to_owned(),
            _ => String::new(),
        }
    }

    fn ticked(&self, list: &str) -> Vec<String> {
        typed::Sheet::ticked(self.asked, list)
    }
}

async fn save_services(desk: &Desk) -> Answered {
    let asked = asked(desk);
    let ticked = Filled::ticked(&asked, "service");
    let numbers: Vec<usize> = ticked
        .iter()
        .filter_map(|number| number.parse().ok())
        .filter(|number| *number < SERVICES.len())
        .collect();
    let says = if numbers.is_empty() {
        Some("desk-setup-wrong-services")
    } else if Filled::ticked(&asked, "practitioners").is_empty() {
        Some("desk-setup-wrong-people")
    } else {
        None
    };
    if let Some(key) = says {
        let back = Back {
            filled: &asked,
            flaws: Vec::new(),
            wrong: Vec::new(),
            says: Some(desk.words.say(key)),
        };
        return again(desk, "services", back).await;
    }
    let mut new = Vec::new();
    let mut flaws = Vec::new();
    for number in numbers {
        let row = Row {
            asked: &asked,
            number,
        };
        match typed::service(&row, None) {
            Ok(service) => new.push((number, service)),
            Err(found) => flaws.extend(found.into_iter().map(|mut flaw| {
                flaw.field = number.to_string();
                flaw
            })),
        }
    }
    if flaws.is_empty() {
        for (number, service) in new {
            if let Err(found) = change(desk, Change::Service(None, service)).await? {
                flaws.extend(found.into_iter().map(|mut flaw| {
                    flaw.field = number.to_string();
                    flaw
                }));
            }
        }
    }
    if flaws.is_empty() {
        return Ok(desk.see("/desk/setup"));
    }
    flawed(desk, "services", &asked, flaws).await
}

async fn save_texts(desk: &Desk) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let today = wording::today(&catalogue, desk.now());
    let trust = &desk.site.trust;
    trust.refresh_texts(&desk.site.texts).await?;
    if !record(desk.site.texts.operator()) {
        return Ok(desk.see("/desk/setup?step=operator"));
    }
    let proposed = trust
        .propose_composed(desk.scope(Purpose::Safeguard), &desk.site.texts, today)
        .await;
    match proposed {
        Ok(0) => Ok(desk.see("/desk/setup")),
        Ok(_) => Ok(desk.see("/desk/texts")),
        Err(stop) => {
            let asked = asked(desk);
            let back = Back {
                filled: &asked,
                flaws: Vec::new(),
                wrong: Vec::new(),
                says: Some(desk.words.say(refused(stop)?)),
            };
            again(desk, "texts", back).await
        }
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

//! `/desk/clinic/{kind}/{id}`: a branch, a practitioner, a room or device, a service as a form.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use clinic::booking::Catalogue;
use clinic::booking::catalogue::edit::{Change, Edit, EditRefusal, Edited, Thing};
use clinic::booking::catalogue::typed::{self, FieldFlaw, slug};
use kernel::{Outcome, Purpose, Stop};
use serde_json::Value;

use super::super::asked::Desk;
use super::super::page::DeskPage;
use super::super::routes::Answered;
use super::super::shell::DeskShell;
use super::super::trouble::Trouble;
use super::fields::{Asked, Field, Filled, Kind, Stands, fields, shown};
use super::{Difference, Visit, visits};
use crate::wording;

/// The word in an address for a thing that is not there yet.
const NEW: &str = "new";

/// A thing as a form.
#[derive(Template)]
#[template(path = "desk/clinic/thing.html")]
pub(in crate::desk) struct ThingPage {
    pub(super) shell: DeskShell,
    pub(super) title: String,
    pub(super) address: String,
    pub(super) kind: &'static str,
    pub(super) new: bool,
    pub(super) withdrawn: bool,
    pub(super) fields: Vec<Field>,
    /// The state that the form was filled from.
    pub(super) seen: String,
    /// What a colleague changed meanwhile.
    pub(super) differences: Vec<Difference>,
    /// Visits that the change would leave outside, and what would leave them.
    pub(super) left: Vec<Visit>,
    pub(super) left_by: &'static str,
    pub(super) done: Option<String>,
}

/// Which thing an address names, as it is.
struct Named {
    kind: Kind,
    /// Nothing for a new one.
    thing: Option<Thing>,
    state: Option<Value>,
}

fn named(desk: &Desk, catalogue: &Catalogue) -> Result<Named, Trouble> {
    let kind = Kind::of(desk.place("kind")).ok_or(Trouble::NotFound)?;
    if desk.place("id") == NEW {
        return Ok(Named {
            kind,
            thing: None,
            state: None,
        });
    }
    let thing = thing(desk, kind)?;
    let state = catalogue.state_of(thing).ok_or(Trouble::NotFound)?;
    let practitioner = state["kind"] == "practitioner";
    if matches!(thing, Thing::Resource(_)) && practitioner != (kind == Kind::Person) {
        return Err(Trouble::NotFound);
    }
    Ok(Named {
        kind,
        thing: Some(thing),
        state: Some(state),
    })
}

fn thing(desk: &Desk, kind: Kind) -> Result<Thing, Trouble> {
    Ok(match kind {
        Kind::Branch => Thing::Branch(desk.id("id")?),
        Kind::Person | Kind::Room => Thing::Resource(desk.id("id")?),
        Kind::Service => Thing::Service(desk.id("id")?),
    })
}

/// `GET /desk/clinic/{kind}/{id}`.
pub(in crate::desk) async fn one(desk: Arc<Desk>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let named = named(&desk, &catalogue)?;
    let done = match desk.query.get("done") {
        "saved" => Some("desk-clinic-saved"),
        "withdrawn" => Some("desk-clinic-withdrawn"),
        "restored" => Some("desk-clinic-restored"),
        _ => None,
    };
    let page = ThingPage {
        done: done.map(|key| desk.words.say(key)),
        ..page(
            &desk,
            &catalogue,
            &named,
            &Stands(named.state.as_ref()),
            &[],
        )
    };
    Ok(desk.page(StatusCode::OK, &page))
}

fn page(
    desk: &Desk,
    catalogue: &Catalogue,
    named: &Named,
    filled: &dyn Filled,
    flaws: &[FieldFlaw],
) -> ThingPage {
    let words = desk.words;
    let kind = named.kind.word();
    let new = named.thing.is_none();
    let title = match &named.state {
        None => words.say(&format!("desk-clinic-new-{kind}")),
        Some(state) => {
            let own = shown("title", &state["title"], words.0.code());
            if own.is_empty() {
                shown("title", &state["title"], "ru")
            } else {
                own
            }
        }
    };
    ThingPage {
        shell: desk.shell(),
        title,
        address: format!("/desk/clinic/{kind}/{}", desk.place("id")),
        kind,
        new,
        withdrawn: named
            .state
            .as_ref()
            .is_some_and(|state| state["withdrawn"] == true),
        fields: fields(words, named.kind, catalogue, filled, flaws, new),
        seen: named
            .state
            .as_ref()
            .map(Value::to_string)
            .unwrap_or_default(),
        differences: Vec::new(),
        left: Vec::new(),
        left_by: "",
        done: None,
    }
}

/// The code for a new thing that has none: of its name, and of no other's.
fn free_code(catalogue: &Catalogue, kind: Kind, name: &str) -> String {
    let made = slug(name);
    let made = if made.is_empty() {
        kind.word().to_owned()
    } else {
        made
    };
    let (branches, resources, services) = catalogue.withdrawn();
    // Another of the same name is the one that is meant: a form sent twice makes one thing.
    let taken = |code: &str| match kind {
        Kind::Branch => {
            let all = catalogue.branches.iter().chain(branches);
            all.into_iter()
                .any(|one| one.code == code && one.title.ru != name)
        }
        Kind::Person | Kind::Room => {
            let all = catalogue.resources.iter().chain(resources);
            all.into_iter()
                .any(|one| one.code == code && one.title.ru != name)
        }
        Kind::Service => {
            let all = catalogue.services.iter().chain(services);
            all.into_iter()
                .any(|one| one.code == code && one.title.ru != name)
        }
    };
    if !taken(&made) {
        return made;
    }
    (2..)
        .map(|number| format!("{made}-{number}"))
        .find(|code| !taken(code))
        .unwrap_or(made)
}

/// `POST /desk/clinic/{kind}/{id}`.
pub(in crate::desk) async fn save(desk: Arc<Desk>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let named = named(&desk, &catalogue)?;
    let asked = Asked {
        form: &desk.form,
        code: free_code(&catalogue, named.kind, desk.form.get("title")),
    };
    let known = named
        .state
        .as_ref()
        .and_then(|state| state["code"].as_str());
    let change = match (named.kind, named.thing) {
        (Kind::Branch, thing) => typed::branch(&asked, known).map(|new| {
            let id = match thing {
                Some(Thing::Branch(id)) => Some(id),
                _ => None,
            };
            Change::Branch(id, new)
        }),
        (Kind::Service, thing) => typed::service(&asked, known).map(|new| {
            let id = match thing {
                Some(Thing::Service(id)) => Some(id),
                _ => None,
            };
            Change::Service(id, new)
        }),
        (kind, thing) => {
            let today = wording::today(&catalogue, desk.now());
            let new = if kind == Kind::Person {
                typed::practitioner(&asked, known, today)
            } else {
                typed::room(&asked, known)
            };
            new.map(|new| {
                let id = match thing {
                    Some(Thing::Resource(id)) => Some(id),
                    _ => None,
                };
                Change::Resource(id, new)
            })
        }
    };
    let change = match change {
        Ok(change) => change,
        Err(flaws) => {
            let page = page(&desk, &catalogue, &named, &asked, &flaws);
            return Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    let done = edit(&desk, change).await;
    match done {
        Ok(Edited::Done(id) | Edited::Same(id)) => {
            let kind = named.kind.word();
            // Whoever is new needs hours before anybody can book them.
            let next = if named.thing.is_none() && named.kind == Kind::Person {
                "/week"
            } else {
                ""
            };
            Ok(desk.see(&format!("/desk/clinic/{kind}/{id}{next}?done=saved")))
        }
        Ok(Edited::Deleted) => Ok(desk.see("/desk/clinic?done=deleted")),
        Err(stop) => {
            let page = match refusal(stop)? {
                EditRefusal::Flawed(flaws) => page(&desk, &catalogue, &named, &asked, &flaws),
                EditRefusal::Changed(now) => ThingPage {
                    differences: differences(&desk, &now),
                    seen: now.to_string(),
                    ..page(&desk, &catalogue, &named, &asked, &[])
                },
                EditRefusal::Leaves(left) => ThingPage {
                    left: visits(&desk, &catalogue, &left),
                    left_by: "save",
                    seen: desk.form.get("seen").to_owned(),
                    ..page(&desk, &catalogue, &named, &asked, &[])
                },
                EditRefusal::Unknown | EditRefusal::Access(_) => return Err(Trouble::NotFound),
            };
            Ok(desk.page(StatusCode::CONFLICT, &page))
        }
    }
}

/// Asks for a change in the state in which the form was filled.
pub(super) async fn edit(desk: &Desk, change: Change) -> Outcome<Edited, EditRefusal> {
    let edit = Edit {
        change,
        seen: serde_json::from_str(desk.form.get("seen")).ok(),
        sure: desk.form.has("sure"),
    };
    desk.site
        .booking
        .edit(desk.scope(Purpose::Safeguard), edit)
        .await
}

/// What the page of a form can say of a refusal.
pub(super) fn refusal(stop: Stop<EditRefusal>) -> Result<EditRefusal, Trouble> {
    match stop {
        Stop::Fault(fault) => Err(fault.into()),
        Stop::Refused(EditRefusal::Access(refusal)) => Err(refusal.into()),
        Stop::Refused(refusal) => Ok(refusal),
    }
}

/// What is different now from what the form was filled from, field by field.
fn differences(desk: &Desk, now: &Value) -> Vec<Difference> {
    let was: Value = serde_json::from_str(desk.form.get("seen")).unwrap_or_default();
    let mut all = Vec::new();
    let Some(fields) = now.as_object() else {
        return all;
    };
    for (key, value) in fields {
        if was[key] == *value || key == "withdrawn" {
            continue;
        }
        let label = format!("desk-clinic-field-{}", key.replace('_', "-"));
        for language in ["ru", "en"] {
            let (old, new) = (shown(key, &was[key], language), shown(key, value, language));
            if old != new && (language == "ru" || value.is_object()) {
                all.push(Difference {
                    field: desk.words.maybe(&label).unwrap_or_else(|| key.clone()),
                    was: old,
                    now: new,
                });
            }
        }
    }
    all
}

/// `POST /desk/clinic/{kind}/{id}/withdraw`.
pub(in crate::desk) async fn withdraw(desk: Arc<Desk>) -> Answered {
    offer(&desk, Change::Withdraw, "withdraw", "withdrawn").await
}

/// `POST /desk/clinic/{kind}/{id}/restore`.
pub(in crate::desk) async fn restore(desk: Arc<Desk>) -> Answered {
    offer(&desk, Change::Restore, "restore", "restored").await
}

/// `POST /desk/clinic/{kind}/{id}/place`: it stands right before another of its kind from now on, here and on the site.
pub(in crate::desk) async fn place(desk: Arc<Desk>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let named = named(&desk, &catalogue)?;
    let thing = named.thing.ok_or(Trouble::NotFound)?;
    let before = desk.form.get("before").parse();
    let before: uuid::Uuid = before.map_err(|_| Trouble::NotFound)?;
    let scope = desk.scope(Purpose::Safeguard);
    match desk.site.booking.place_before(scope, thing, before).await {
        Ok(_) => Ok(desk.see(&format!("/desk/clinic?done=placed#{}", named.kind.word()))),
        Err(stop) => {
            refusal(stop)?;
            Err(Trouble::NotFound)
        }
    }
}

async fn offer(desk: &Desk, change: fn(Thing) -> Change, by: &'static str, done: &str) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let named = named(desk, &catalogue)?;
    let thing = named.thing.ok_or(Trouble::NotFound)?;
    match edit(desk, change(thing)).await {
        Ok(Edited::Deleted) => Ok(desk.see("/desk/clinic?done=deleted")),
        Ok(Edited::Done(_) | Edited::Same(_)) => {
            let kind = named.kind.word();
            let id = desk.place("id");
            Ok(desk.see(&format!("/desk/clinic/{kind}/{id}?done={done}")))
        }
        Err(stop) => {
            let filled = Stands(named.state.as_ref());
            let page = match refusal(stop)? {
                EditRefusal::Leaves(left) => ThingPage {
                    left: visits(desk, &catalogue, &left),
                    left_by: by,
                    ..page(desk, &catalogue, &named, &filled, &[])
                },
                EditRefusal::Changed(now) => ThingPage {
                    differences: differences(desk, &now),
                    ..page(desk, &catalogue, &named, &filled, &[])
                },
                EditRefusal::Flawed(flaws) => page(desk, &catalogue, &named, &filled, &flaws),
                EditRefusal::Unknown | EditRefusal::Access(_) => return Err(Trouble::NotFound),
            };
            Ok(desk.page(StatusCode::CONFLICT, &page))
        }
    }
}

impl ThingPage {
    /// Whether the form asks once more before it is saved.
    fn asks(&self) -> bool {
        !self.left.is_empty() && self.left_by == "save"
    }

    /// Whether withdrawing asks once more.
    fn asks_to_withdraw(&self) -> bool {
        !self.left.is_empty() && self.left_by == "withdraw"
    }

    fn has_flaws(&self) -> bool {
        self.fields.iter().any(|field| field.error.is_some())
    }
}

impl DeskPage for ThingPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        super::samples::things(&shell)
    }
}

//! A person's card: masked, with the appointments within reach, likenesses, joins, and who looked.

use std::collections::BTreeSet;

use kernel::{Outcome, PersonId, Scope};
use serde_json::json;
use trust::Act;
use trust::access::{Action, Reach};
use trust::journal::{Kind, Look};
use trust::staff::Employee;
use trust::vault::{Masked, Standing};

use super::find::{is_served, refused};
use super::refusal::ours;
use super::represent::{self, Tie};
use super::{People, Refusal};
use crate::booking::{AppointmentOf, appointments_of};

/// Lines of the journal shown of a person.
const LINES: u32 = 500;

/// Somebody who may be the same, or was joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Like {
    /// The person.
    pub person: PersonId,
    /// What is shown of them.
    pub masked: Masked,
    /// Whether a human joined the two.
    pub joined: bool,
}

/// A person's card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The person.
    pub person: PersonId,
    /// What is shown of them.
    pub masked: Masked,
    /// Appointments within reach in which they, or those joined with them, have a part; the latest first.
    pub appointments: Vec<AppointmentOf>,
    /// Who may be the same, or was joined.
    pub likes: Vec<Like>,
    /// Who acts for them, and for whom they act: within reach.
    pub ties: Vec<Tie>,
}

/// Who looked at a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The person, masked.
    pub masked: Masked,
    /// Lines of the journal, the latest first.
    pub looks: Vec<Look>,
}

/// Whether an employee reaches a person: by an appointment within reach, their own or that of whoever was joined.
pub(super) async fn reached(
    act: &Act,
    employee: &Employee,
    person: PersonId,
) -> Outcome<Vec<AppointmentOf>, Refusal> {
    let mut all: BTreeSet<PersonId> = act.joined_with(person).await?;
    all.insert(person);
    let persons: Vec<PersonId> = all.into_iter().collect();
    let mut appointments = appointments_of(act, &persons).await?;
    appointments.retain(|one| employee.reach.has(&one.place()));
    let everywhere = employee.reach == Reach::default();
    if appointments.is_empty() && !everywhere {
        return refused(Refusal::Unknown);
    }
    if !is_served(act, person, act.scope().purpose).await? {
        return refused(Refusal::Unknown);
    }
    Ok(appointments)
}

impl People {
    /// Shows a card.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn card(&self, scope: Scope, person: PersonId) -> Outcome<Card, Refusal> {
        self.trust
            .act("people.card", scope, move |act| {
                Box::pin(async move {
                    let employee = act.allowed(Action::FindPerson).await.map_err(ours)?;
                    check_there(act, person).await?;
                    let appointments = reached(act, &employee, person).await?;
                    let likenesses = act.likenesses(person).await?;
                    let mut ids: Vec<PersonId> = likenesses.iter().map(|one| one.other).collect();
                    ids.push(person);
                    let found = represent::ties(act, &employee, person, &appointments).await?;
                    ids.extend(found.iter().map(|tie| tie.other));
                    let mut masks = act.masks(&ids, "card.masked").await?;
                    let Some(masked) = masks.remove(&person) else {
                        return refused(Refusal::Unknown);
                    };
                    let ties = found
                        .into_iter()
                        .filter_map(|tie| tie.masked(masks.get(&tie.other)?.clone()))
                        .collect();
                    let likes = likenesses.into_iter().filter_map(|one| {
                        Some(Like {
                            person: one.other,
                            masked: masks.get(&one.other)?.clone(),
                            joined: one.joined,
                        })
                    });
                    let card = Card {
                        person,
                        masked,
                        appointments,
                        likes: likes.collect(),
                        ties,
                    };
                    act.record(Kind::CardShown, json!({}))?;
                    Ok(card)
                })
            })
            .await
    }

    /// Who looked at a person: every line of the journal about them. That somebody looked at this stands there, too.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn looks(&self, scope: Scope, person: PersonId) -> Outcome<Looked, Refusal> {
        self.trust
            .act("people.looks", scope, move |act| {
                Box::pin(async move {
                    let everything = act.allowed(Action::SeeAllLooks).await;
                    let employee = match everything {
                        Ok(employee) => employee,
                        Err(_) => act.allowed(Action::SeeLooks).await.map_err(ours)?,
                    };
                    check_there(act, person).await?;
                    reached(act, &employee, person).await?;
                    let looks = act.looks_at(person, LINES).await?;
                    let masked = act.masks(&[person], "looks.shown").await?.remove(&person);
                    let Some(masked) = masked else {
                        return refused(Refusal::Unknown);
                    };
                    act.record(Kind::LooksShown, json!({ "lines": looks.len() }))?;
                    Ok(Looked { masked, looks })
                })
            })
            .await
    }

    /// Confirms an identity by a document that was seen, or takes that back. `document` is its kind, never its number.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn identify(
        &self,
        scope: Scope,
        person: PersonId,
        standing: Standing,
        document: &'static str,
    ) -> Outcome<bool, Refusal> {
        self.trust
            .act("people.identify", scope, move |act| {
                Box::pin(async move {
                    let employee = act.allowed(Action::Identify).await.map_err(ours)?;
                    check_there(act, person).await?;
                    reached(act, &employee, person).await?;
                    Ok(act.identify(person, standing, document).await?)
                })
            })
            .await
    }

    /// Says that two records are of one person.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn join(&self, scope: Scope, one: PersonId, other: PersonId) -> Outcome<(), Refusal> {
        self.trust
            .act("people.join", scope, move |act| {
                Box::pin(async move {
                    let employee = both(act, one, other).await?;
                    act.join_persons(one, other, employee.staff)
                        .await
                        .map_err(ours)
                })
            })
            .await
    }

    /// Takes back that two records are of one person.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn part(&self, scope: Scope, one: PersonId, other: PersonId) -> Outcome<(), Refusal> {
        self.trust
            .act("people.part", scope, move |act| {
                Box::pin(async move {
                    let employee = both(act, one, other).await?;
                    act.part_persons(one, other, employee.staff)
                        .await
                        .map_err(ours)
                })
            })
            .await
    }

    /// Says that two likely records are of two people.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn dismiss_likeness(
        &self,
        scope: Scope,
        one: PersonId,
        other: PersonId,
    ) -> Outcome<(), Refusal> {
        self.trust
            .act("people.dismiss_likeness", scope, move |act| {
                Box::pin(async move {
                    let employee = both(act, one, other).await?;
                    Ok(act.dismiss_likeness(one, other, employee.staff).await?)
                })
            })
            .await
    }
}

/// Whoever joins and parts reaches one of the two; the other was suggested to them, or is within their reach, too. Else
/// to join somebody would be a way to reach them.
async fn both(act: &Act, one: PersonId, other: PersonId) -> Outcome<Employee, Refusal> {
    let employee = act.allowed(Action::Join).await.map_err(ours)?;
    check_there(act, one).await?;
    check_there(act, other).await?;
    reached(act, &employee, one).await?;
    // Joined, each is reached by the other's appointments: nobody widens their own reach by an id.
    let likenesses = act.likenesses(one).await?;
    if !likenesses.iter().any(|like| like.other == other) {
        reached(act, &employee, other).await?;
    }
    Ok(employee)
}

pub(super) async fn check_there(act: &Act, person: PersonId) -> Outcome<(), Refusal> {
    if act.is_there(person).await? {
        Ok(())
    } else {
        refused(Refusal::Unknown)
    }
}

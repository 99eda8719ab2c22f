//! Who acts for whom: for a child, a ward, whoever gave a power of attorney.
//!
//! *Invariant*: what a booking says of it stands in the booking and is told as said; what staff established stands here, with
//! the kind of paper that was shown and never its number. One tie at a time between two people; naming, ending and taking
//! back are each one act, told in the journal of both, and the same asked again changes nothing. Whoever names a tie
//! reaches both.

use std::collections::BTreeSet;

use kernel::{Moment, Outcome, PersonId, Scope, Stop, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use trust::Act;
use trust::access::Action;
use trust::journal::Kind;
use trust::staff::Employee;
use trust::vault::Masked;
use uuid::Uuid;

use super::card::{check_there, reached};
use super::find::refused;
use super::refusal::ours;
use super::table::representation;
use super::{People, Refusal};
use crate::booking::{AppointmentOf, Basis, Part};

/// The id of a tie that staff established.
pub type TieId = Uuid;

/// The kinds of paper by which somebody shows that they act for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// Свидетельство о рождении: a parent (СК РФ ст. 47).
    BirthCertificate,
    /// Свидетельство об усыновлении (СК РФ ст. 125).
    Adoption,
    /// Акт органа опеки о назначении опекуна или попечителя (48-ФЗ ст. 11).
    Guardianship,
    /// Доверенность (ГК РФ ст. 185).
    Attorney,
    /// Решение суда.
    Court,
}

impl Paper {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::BirthCertificate,
        Self::Adoption,
        Self::Guardianship,
        Self::Attorney,
        Self::Court,
    ];

    /// The word in rows and forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BirthCertificate => "birth_certificate",
            Self::Adoption => "adoption",
            Self::Guardianship => "guardianship",
            Self::Attorney => "attorney",
            Self::Court => "court",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|paper| paper.code() == code)
    }

    /// Whether such a paper shows this ground.
    #[must_use]
    pub const fn shows(self, basis: Basis) -> bool {
        matches!(
            (self, basis),
            (
                Self::BirthCertificate | Self::Adoption | Self::Court,
                Basis::Parent
            ) | (Self::Guardianship | Self::Court, Basis::Guardian)
                | (Self::Attorney, Basis::Attorney)
        )
    }
}

/// A tie to be established.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewRepresentation {
    /// Who is represented.
    pub person: PersonId,
    /// Who acts for them.
    pub representative: PersonId,
    /// On what ground.
    pub basis: Basis,
    /// What was shown for it.
    pub paper: Paper,
}

/// Why a tie was not established, or not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepresentRefusal {
    /// Nobody acts for themselves by a paper.
    Oneself,
    /// The paper does not show this ground.
    Paper,
    /// The two are tied already, on another ground or the other way round.
    Already,
}

/// A tie as a card shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tie {
    /// Its id, where staff established it; a booking alone says the others.
    pub id: Option<TieId>,
    /// The other person.
    pub person: PersonId,
    /// What is shown of them.
    pub masked: Masked,
    /// Whether the other acts for the card's person; else the card's person for them.
    pub acts: bool,
    /// On what ground; a booking of long ago may not say it.
    pub basis: Option<Basis>,
    /// What was shown for it.
    pub paper: Option<Paper>,
    /// When it ended.
    pub ended: Option<Moment>,
}

/// A tie before anything is shown of the other.
pub(super) struct Found {
    id: Option<TieId>,
    pub(super) other: PersonId,
    acts: bool,
    basis: Option<Basis>,
    paper: Option<Paper>,
    ended: Option<Moment>,
}

impl Found {
    pub(super) fn masked(&self, masked: Masked) -> Option<Tie> {
        Some(Tie {
            id: self.id,
            person: self.other,
            masked,
            acts: self.acts,
            basis: self.basis,
            paper: self.paper,
            ended: self.ended,
        })
    }
}

/// The ties of a person to people within reach: what staff established, the living ones first; then what bookings say of
/// others.
pub(super) async fn ties(
    act: &Act,
    employee: &Employee,
    of: PersonId,
    appointments: &[AppointmentOf],
) -> Outcome<Vec<Found>, Refusal> {
    let rows = representation::Entity::find()
        .filter(
            Condition::any()
                .add(representation::Column::Person.eq(of.uuid()))
                .add(representation::Column::Representative.eq(of.uuid())),
        )
        .order_by_desc(representation::Column::NamedAt)
        .all(act.db())
        .await?;
    let mut found = Vec::new();
    for row in rows {
        // Whoever was destroyed is nobody's representative any more.
        let Some(representative) = row.representative else {
            continue;
        };
        let acts = row.person == of.uuid();
        let other = PersonId::from_uuid(if acts { representative } else { row.person });
        found.push(Found {
            id: Some(row.id),
            other,
            acts,
            basis: Basis::from_code(&row.basis),
            paper: Paper::from_code(&row.document),
            ended: row.ended_at.map(Moment::from_micros),
        });
    }
    found.sort_by_key(|tie| tie.ended.is_some());
    let mut known: BTreeSet<(PersonId, bool)> =
        found.iter().map(|tie| (tie.other, tie.acts)).collect();
    for one in appointments.iter().filter(|one| one.person == of) {
        let (other, acts) = match (one.part, one.representative) {
            (Part::Patient, Some(representative)) => (representative, true),
            (Part::Representative, _) => (one.patient, false),
            _ => continue,
        };
        if known.insert((other, acts)) {
            found.push(Found {
                id: None,
                other,
                acts,
                basis: one.basis,
                paper: None,
                ended: None,
            });
        }
    }
    let mut within = Vec::with_capacity(found.len());
    for tie in found {
        let there = act.is_there(tie.other).await?;
        match if there {
            reached(act, employee, tie.other).await
        } else {
            refused(Refusal::Unknown)
        } {
            Ok(_) => within.push(tie),
            Err(Stop::Refused(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(within)
}

impl People {
    /// Says that one acts for another, by a paper that was shown. The same again changes nothing.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn name_representative(
        &self,
        scope: Scope,
        new: NewRepresentation,
    ) -> Outcome<TieId, Refusal> {
        self.trust
            .act("people.represent", scope, move |act| {
                Box::pin(async move { name_in(act, new).await })
            })
            .await
    }

    /// Says that it is over, or was a mistake. What is over already stays so.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn end_representative(
        &self,
        scope: Scope,
        person: PersonId,
        tie: TieId,
    ) -> Outcome<(), Refusal> {
        self.trust
            .act("people.represent_end", scope, move |act| {
                Box::pin(async move {
                    let (employee, row) = tied(act, person, tie).await?;
                    if row.ended_at.is_some() {
                        return Ok(());
                    }
                    let ended = (Some(employee.staff.uuid()), Some(act.now().micros()));
                    set_end(act, &row, ended, Kind::RepresentativeEnded).await
                })
            })
            .await
    }

    /// Takes back that it is over. What stands stays so.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn restore_representative(
        &self,
        scope: Scope,
        person: PersonId,
        tie: TieId,
    ) -> Outcome<(), Refusal> {
        self.trust
            .act("people.represent_restore", scope, move |act| {
                Box::pin(async move {
                    let (_, row) = tied(act, person, tie).await?;
                    if row.ended_at.is_none() {
                        return Ok(());
                    }
                    let Some(representative) = row.representative else {
                        return refused(Refusal::Unknown);
                    };
                    if living(act, row.person, representative).await?.is_some() {
                        return refused(Refusal::Represent(RepresentRefusal::Already));
                    }
                    set_end(act, &row, (None, None), Kind::RepresentativeNamed).await
                })
            })
            .await
    }
}

async fn name_in(act: &mut Act, new: NewRepresentation) -> Outcome<TieId, Refusal> {
    let employee = act.allowed(Action::Identify).await.map_err(ours)?;
    for one in [new.person, new.representative] {
        check_there(act, one).await?;
        reached(act, &employee, one).await?;
    }
    let wrong = |refusal| refused(Refusal::Represent(refusal));
    let same = act.joined_with(new.person).await?;
    if new.person == new.representative || same.contains(&new.representative) {
        return wrong(RepresentRefusal::Oneself);
    }
    if !new.paper.shows(new.basis) {
        return wrong(RepresentRefusal::Paper);
    }
    let (person, representative) = (new.person.uuid(), new.representative.uuid());
    if let Some(row) = living(act, person, representative).await? {
        let as_said = row.person == person
            && row.basis == new.basis.code()
            && row.document == new.paper.code();
        return if as_said {
            Ok(row.id)
        } else {
            wrong(RepresentRefusal::Already)
        };
    }
    let row = representation::Model {
        id: entropy::random_id(),
        person,
        representative: Some(representative),
        basis: new.basis.code().to_owned(),
        document: new.paper.code().to_owned(),
        named_by: employee.staff.uuid(),
        named_at: act.now().micros(),
        ended_by: None,
        ended_at: None,
        act: act.id().uuid(),
    };
    let noted = json!({
        "representative": row.representative, "basis": row.basis, "document": row.document,
        "named_by": row.named_by, "named_at": row.named_at,
        "ended_by": row.ended_by, "ended_at": row.ended_at,
    });
    let id = row.id;
    let kind = Kind::RepresentativeNamed;
    act.bind(new.person, kind.code(), ("representation", id), noted)
        .await?;
    act.note(new.representative, kind.code(), id).await?;
    let row = representation::ActiveModel::from(row).reset_all();
    representation::Entity::insert(row)
        .exec_without_returning(act.db())
        .await?;
    act.record(kind, json!({ "by": new.paper.code() }))?;
    Ok(id)
}

/// The tie between two people that stands, whichever of them acts.
async fn living(
    act: &Act,
    one: Uuid,
    other: Uuid,
) -> Outcome<Option<representation::Model>, Refusal> {
    let pair = |person: Uuid, representative: Uuid| {
        Condition::all()
            .add(representation::Column::Person.eq(person))
            .add(representation::Column::Representative.eq(representative))
    };
    Ok(representation::Entity::find()
        .filter(Condition::any().add(pair(one, other)).add(pair(other, one)))
        .filter(representation::Column::EndedAt.is_null())
        .one(act.db())
        .await?)
}

/// A tie of a person whom the employee reaches, as they reach the other: else it looks absent.
async fn tied(
    act: &mut Act,
    person: PersonId,
    tie: TieId,
) -> Outcome<(Employee, representation::Model), Refusal> {
    let employee = act.allowed(Action::Identify).await.map_err(ours)?;
    let row = representation::Entity::find_by_id(tie)
        .one(act.db())
        .await?
        .filter(|row| row.person == person.uuid() || row.representative == Some(person.uuid()))
        .ok_or(Stop::Refused(Refusal::Unknown))?;
    for one in [Some(row.person), row.representative].into_iter().flatten() {
        let one = PersonId::from_uuid(one);
        check_there(act, one).await?;
        reached(act, &employee, one).await?;
    }
    Ok((employee, row))
}

async fn set_end(
    act: &mut Act,
    row: &representation::Model,
    (by, at): (Option<Uuid>, Option<i64>),
    kind: Kind,
) -> Outcome<(), Refusal> {
    representation::Entity::update(representation::ActiveModel {
        id: Set(row.id),
        ended_by: Set(by),
        ended_at: Set(at),
        ..Default::default()
    })
    .exec(act.db())
    .await?;
    let noted = json!({ "ended_by": by, "ended_at": at });
    let person = PersonId::from_uuid(row.person);
    act.bind(person, kind.code(), ("representation", row.id), noted)
        .await?;
    if let Some(other) = row.representative {
        act.note(PersonId::from_uuid(other), kind.code(), row.id)
            .await?;
    }
    act.record(
        kind,
        json!({ "by": if at.is_some() { "ended" } else { "taken_back" } }),
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paper_shows_its_own_ground_alone() {
        for basis in [Basis::Parent, Basis::Guardian, Basis::Attorney] {
            assert!(
                Paper::ALL.into_iter().any(|paper| paper.shows(basis)),
                "{basis:?}"
            );
        }
        assert!(!Paper::Attorney.shows(Basis::Parent));
        assert!(!Paper::BirthCertificate.shows(Basis::Guardian));
        assert!(!Paper::BirthCertificate.shows(Basis::Attorney));
        for paper in Paper::ALL {
            assert_eq!(Paper::from_code(paper.code()), Some(paper));
        }
    }
}

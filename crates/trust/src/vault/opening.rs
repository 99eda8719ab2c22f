//! Opening sealed data: the one door, with its four locks — a permit for this case, a policy that allows
//! it, a live consent or legal basis, and the journal.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Actor, Case, Fault, Outcome, PersonId, Personal, Stop, limits};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::person::{Record, open_row};
use super::table::{sealed_field, ticket_opening};
use crate::access::{Contract, Decision, Question, TicketRefusal};
use crate::act::Act;
use crate::consent;
use crate::journal::{self, OpenedOf};

/// What is asked to be opened of one person.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Whose.
    pub person: PersonId,
    /// Of which row.
    pub record: Record,
    /// Which fields; those never sealed are simply absent from the answer.
    pub fields: &'static [&'static str],
}

/// Opened values by field.
pub type Opened = BTreeMap<String, Personal<String>>;

/// Why nothing was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpeningRefusal {
    /// No ticket, or one of another session, case or employee, or one that has run out.
    Ticket(TicketRefusal),
    /// The policies of access do not allow it, or one of them failed.
    Denied,
    /// The case is not about this person.
    AnotherPerson,
    /// Neither a consent in force nor another legal basis for this purpose.
    NoBasis,
}

impl Act {
    /// Opens fields of the persons of the act's case. All or nothing. What was opened under the same permit
    /// already is not told to the journal again.
    ///
    /// # Errors
    /// [`OpeningRefusal`]; or a fault, when a value is not what was sealed.
    pub async fn open(
        &mut self,
        ticket: Option<kernel::TicketId>,
        wanted: &[Wanted],
    ) -> Outcome<Vec<Opened>, OpeningRefusal> {
        self.flush().await?;
        let case = self
            .scope()
            .case
            .ok_or(Stop::Refused(OpeningRefusal::Denied))?;
        let permit = self.permit(ticket, case).await?;
        self.check_persons(case, wanted).await?;
        self.check_access(case, &permit, wanted)?;
        for person in wanted
            .iter()
            .map(|wanted| wanted.person)
            .collect::<BTreeSet<_>>()
        {
            if !consent::has_basis(self.db(), person, self.scope().purpose).await? {
                return Err(Stop::Refused(OpeningRefusal::NoBasis));
            }
        }
        let persons: Vec<PersonId> = wanted.iter().map(|wanted| wanted.person).collect();
        self.touch_all(&persons).await?;
        let mut opened = Vec::with_capacity(wanted.len());
        for wanted in wanted {
            opened.push(self.open_one(permit.id, wanted).await?);
        }
        Ok(opened)
    }

    async fn permit(
        &self,
        ticket: Option<kernel::TicketId>,
        case: Case,
    ) -> Outcome<Permit, OpeningRefusal> {
        match self.scope().actor {
            Actor::Staff { staff, session } => {
                let ticket =
                    ticket.ok_or(Stop::Refused(OpeningRefusal::Ticket(TicketRefusal::None)))?;
                let employee = self
                    .check_ticket(ticket, staff, session, case)
                    .await
                    .map_err(|stop| stop.map_refusal(OpeningRefusal::Ticket))?;
                Ok(Permit {
                    id: ticket.uuid(),
                    role: employee.role.code(),
                    contract: employee.contract,
                })
            }
            Actor::Holder => Ok(Permit {
                id: window_of(case, self.now()),
                role: "holder",
                contract: Contract::default(),
            }),
            Actor::Worker { job, .. } => Ok(Permit {
                id: job.uuid(),
                role: "worker",
                contract: Contract::default(),
            }),
            Actor::Visitor => Ok(Permit {
                id: self.id().uuid(),
                role: "visitor",
                contract: Contract::default(),
            }),
            Actor::Console => Ok(Permit {
                id: self.id().uuid(),
                role: "console",
                contract: Contract::default(),
            }),
        }
    }

    async fn check_persons(&self, case: Case, wanted: &[Wanted]) -> Outcome<(), OpeningRefusal> {
        let context = self.house().context_of(case.kind)?;
        let of_case = context.persons_of(self.db(), case).await?;
        if wanted.iter().all(|wanted| of_case.contains(&wanted.person)) {
            Ok(())
        } else {
            Err(Stop::Refused(OpeningRefusal::AnotherPerson))
        }
    }

    fn check_access(
        &self,
        case: Case,
        permit: &Permit,
        wanted: &[Wanted],
    ) -> Outcome<(), OpeningRefusal> {
        let fields = wanted
            .iter()
            .flat_map(|wanted| wanted.fields.iter().copied());
        let categories = crate::consent::categories_of(fields)?;
        let question = Question {
            role: permit.role.to_owned(),
            purpose: self.scope().purpose,
            case: case.kind,
            categories,
            contract: permit.contract.clone(),
        };
        match self.house().access.decide(&question) {
            Decision::Allow => Ok(()),
            Decision::Deny => Err(Stop::Refused(OpeningRefusal::Denied)),
        }
    }

    async fn open_one(&mut self, permit: Uuid, wanted: &Wanted) -> Result<Opened, Fault> {
        let rows = sealed_field::Entity::find()
            .filter(sealed_field::Column::Person.eq(wanted.person.uuid()))
            .filter(sealed_field::Column::Place.eq(wanted.record.place))
            .filter(sealed_field::Column::Record.eq(wanted.record.id))
            .filter(sealed_field::Column::Field.is_in(wanted.fields.iter().copied()))
            .all(self.db())
            .await?;
        let operator = self.house().operator.uuid();
        let touched = self.touch(wanted.person).await?;
        let mut opened = Opened::new();
        for row in &rows {
            opened.insert(row.field.clone(), open_row(operator, &touched.keys, row)?);
        }
        let fields: BTreeSet<&str> = rows.iter().map(|row| row.field.as_str()).collect();
        let fields: Vec<&str> = fields.into_iter().collect();
        if !fields.is_empty() && !self.told(permit, wanted, &fields).await? {
            let touched = self.touch(wanted.person).await?;
            for field in fields {
                touched.details.opened(permit, wanted.record, field);
            }
        }
        Ok(opened)
    }

    /// Whether the journal tells already that these fields of this person were opened under this permit. A row says
    /// where to look; only the entry and the person's own sub-entry in it are believed.
    async fn told(
        &mut self,
        permit: Uuid,
        wanted: &Wanted,
        fields: &[&str],
    ) -> Result<bool, Fault> {
        let said = format!(
            "{}/{}:{}",
            wanted.record.place,
            wanted.record.id,
            fields.join(",")
        );
        let key = (permit, wanted.person.uuid(), said.clone());
        if let Some(row) = ticket_opening::Entity::find_by_id(key)
            .one(self.db())
            .await?
        {
            self.touch(wanted.person).await?;
            let touched = self.touched(wanted.person)?;
            let opened = OpenedOf {
                person: wanted.person,
                chain: touched.chain,
                keys: &touched.keys,
                permit,
                record: wanted.record,
                fields,
            };
            // A row that nothing vouches for stays, for `journal verify` to find.
            return journal::told_opened(self.house(), self.db(), row.act, &opened).await;
        }
        ticket_opening::Entity::insert(ticket_opening::ActiveModel {
            ticket: Set(permit),
            person: Set(wanted.person.uuid()),
            fields: Set(said),
            act: Set(self.id().uuid()),
        })
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(self.db())
        .await?;
        Ok(false)
    }
}

struct Permit {
    id: Uuid,
    role: &'static str,
    contract: Contract,
}

/// The holder of a link has no ticket row: one case and one quarter of an hour stand for it.
fn window_of(case: Case, now: kernel::Moment) -> Uuid {
    let window = now
        .minutes()
        .div_euclid(limits::TICKET_MINUTES)
        .to_be_bytes();
    let mut bytes = *case.id.as_bytes();
    for (byte, of_window) in bytes.iter_mut().rev().zip(window.iter().rev()) {
        *byte ^= of_window;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

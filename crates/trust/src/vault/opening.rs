//! Opening sealed data: the one door, with its four locks — a permit for this case, a policy that allows
//! it, a live consent or legal basis, and the journal.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use kernel::{Actor, Case, CaseKind, Fault, Outcome, PersonId, Personal, Stop, limits};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select};
use uuid::Uuid;

use super::person::{Record, open_row};
use super::shown::{ShownUnder, Value, Versions};
use super::table::{person_key, sealed_field, ticket_opening};
use super::told::OpenedUnder;
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
        let (permit, based) = self.may_open(ticket, wanted).await?;
        if wanted.iter().any(|wanted| !based.contains(&wanted.person)) {
            return Err(Stop::Refused(OpeningRefusal::NoBasis));
        }
        Ok(self
            .open_all(permit, &wanted.iter().collect::<Vec<_>>())
            .await?)
    }

    /// As [`open`](Self::open), for a list on which somebody may have no basis any more: they alone stay closed (`None`).
    ///
    /// # Errors
    /// As [`open`](Self::open), but for [`OpeningRefusal::NoBasis`].
    pub async fn open_each(
        &mut self,
        ticket: Option<kernel::TicketId>,
        wanted: &[Wanted],
    ) -> Outcome<Vec<Option<Opened>>, OpeningRefusal> {
        let (permit, based) = self.may_open(ticket, wanted).await?;
        let may = |wanted: &&Wanted| based.contains(&wanted.person);
        let open: Vec<&Wanted> = wanted.iter().filter(may).collect();
        let mut opened = self.open_all(permit, &open).await?.into_iter();
        let each = wanted.iter().map(|one| may(&one).then(|| opened.next()));
        Ok(each.map(Option::flatten).collect())
    }

    /// The first three locks. Gives the permit, and of whom the law lets the fields be opened for the act's purpose.
    async fn may_open(
        &mut self,
        ticket: Option<kernel::TicketId>,
        wanted: &[Wanted],
    ) -> Outcome<(Uuid, BTreeSet<PersonId>), OpeningRefusal> {
        self.flush().await?;
        let case = self
            .scope()
            .case
            .ok_or(Stop::Refused(OpeningRefusal::Denied))?;
        let permit = self.permit(ticket, case).await?;
        self.check_persons(case, wanted).await?;
        self.check_access(case, &permit, wanted)?;
        let persons: BTreeSet<PersonId> = wanted.iter().map(|wanted| wanted.person).collect();
        let based = consent::with_basis(self.db(), &persons, self.scope().purpose).await?;
        Ok((permit.id, based))
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
        let of_case: BTreeSet<PersonId> = of_case.into_iter().collect();
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

    /// What the list showed already, and the rest opened.
    async fn open_all(&mut self, permit: Uuid, wanted: &[&Wanted]) -> Result<Vec<Opened>, Fault> {
        let mut shown = self.shown(permit, wanted).await?;
        let rest = wanted
            .iter()
            .zip(&shown)
            .filter(|(_, shown)| shown.is_none());
        let rest: Vec<&Wanted> = rest.map(|(wanted, _)| *wanted).collect();
        let mut opened = if rest.is_empty() {
            Vec::new().into_iter()
        } else {
            self.open_anew(permit, &rest).await?.into_iter()
        };
        let lost = || Fault::broken("an opened value is lost");
        let all = shown.iter_mut();
        all.map(|shown| shown.take().or_else(|| opened.next()).ok_or_else(lost))
            .collect()
    }

    /// Whether what is opened is kept until its ticket is over: the lists of the desk, which are drawn again and again.
    fn is_list(&self) -> bool {
        let list = |case: Case| case.kind == CaseKind::Batch;
        self.scope().case.is_some_and(list) && matches!(self.scope().actor, Actor::Staff { .. })
    }

    /// What is kept of these, if the store says that it is still so: every person has their key, and no value changed.
    async fn shown(&self, permit: Uuid, wanted: &[&Wanted]) -> Result<Vec<Option<Opened>>, Fault> {
        let none = || vec![None; wanted.len()];
        if !self.is_list() {
            return Ok(none());
        }
        let kept = self.house().shown.of(permit, wanted);
        let known = wanted.iter().zip(&kept).filter(|(_, kept)| kept.is_some());
        let known: Vec<&Wanted> = known.map(|(wanted, _)| *wanted).collect();
        if known.is_empty() {
            return Ok(none());
        }
        // Somebody who comes twice is asked about once.
        let each = wanted.iter().zip(&kept);
        let each = each
            .filter_map(|(one, kept)| Some(((one.person, one.record), kept.as_ref()?.versions)));
        let before: Versions = each.collect::<BTreeMap<_, _>>().into_values().sum();
        if self.versions(&known).await? != before {
            self.house().shown.forget(permit);
            return Ok(none());
        }
        let opened = |kept: Option<Value>| kept.map(|kept| Opened::clone(&kept.opened));
        Ok(kept.into_iter().map(opened).collect())
    }

    /// The versions of all that is wanted, as the store has them, but for whose key is gone.
    async fn versions(&self, wanted: &[&Wanted]) -> Result<Versions, Fault> {
        let keys = Query::select()
            .column(person_key::Column::Person)
            .from(person_key::Entity)
            .take();
        let mut versions = Versions::default();
        for some in wanted.chunks(ASKED_AT_ONCE) {
            let version = sealed_field::Column::Version;
            let found: Option<(i64, Option<i64>)> = sealed_of(some)
                .filter(sealed_field::Column::Person.in_subquery(keys.clone()))
                .select_only()
                .column_as(version.count(), "rows")
                .column_as(version.sum(), "sum")
                .into_tuple()
                .one(self.db())
                .await?;
            let (rows, sum) = found.unwrap_or_default();
            versions.rows += rows;
            versions.sum += sum.unwrap_or_default();
        }
        Ok(versions)
    }

    /// Opens and tells: a question a table, however many are wanted.
    async fn open_anew(&mut self, permit: Uuid, wanted: &[&Wanted]) -> Result<Vec<Opened>, Fault> {
        let persons: BTreeSet<PersonId> = wanted.iter().map(|wanted| wanted.person).collect();
        self.touch_all(&persons.into_iter().collect::<Vec<_>>())
            .await?;
        let rows = self.sealed_rows(wanted).await?;
        let operator = self.house().operator.uuid();
        let mut all = Vec::with_capacity(wanted.len());
        let mut openings = Vec::with_capacity(wanted.len());
        let (list, mut shown) = (self.is_list(), Vec::new());
        for wanted in wanted.iter().copied() {
            let keys = &self.touched(wanted.person)?.keys;
            let of = rows.get(&(wanted.person.uuid(), wanted.record.id));
            let mut opened = Opened::new();
            let mut versions = Versions::default();
            for row in of.into_iter().flatten() {
                let asked = wanted.fields.contains(&row.field.as_str());
                if asked && row.place == wanted.record.place {
                    opened.insert(row.field.clone(), open_row(operator, keys, row)?);
                    versions.add(row.version);
                }
            }
            if list {
                let opened = Arc::new(opened.clone());
                let value = Value { opened, versions };
                shown.push(ShownUnder::new(permit, wanted, value));
            }
            let fields: BTreeSet<&'static str> = wanted
                .fields
                .iter()
                .copied()
                .filter(|field| opened.contains_key(*field))
                .collect();
            if !fields.is_empty() {
                openings.push((wanted, fields.into_iter().collect::<Vec<_>>()));
            }
            all.push(opened);
        }
        self.tell(permit, openings).await?;
        self.learned().shown.extend(shown);
        Ok(all)
    }

    /// The sealed rows of all that is wanted, by person and record.
    async fn sealed_rows(
        &self,
        wanted: &[&Wanted],
    ) -> Result<HashMap<(Uuid, Uuid), Vec<sealed_field::Model>>, Fault> {
        let mut found = HashMap::<_, Vec<_>>::new();
        for some in wanted.chunks(ASKED_AT_ONCE) {
            for row in sealed_of(some).all(self.db()).await? {
                let key = (row.person, row.record);
                found.entry(key).or_default().push(row);
            }
        }
        Ok(found)
    }

    /// Tells the journal what is opened, but for what it tells already: that these fields of this person were opened under
    /// this permit. What this process saw committed is known; of the rest a row says where to look, and only the entry
    /// and the person's own sub-entry in it are believed.
    async fn tell(
        &mut self,
        permit: Uuid,
        openings: Vec<(&Wanted, Vec<&'static str>)>,
    ) -> Result<(), Fault> {
        let opened: Vec<OpenedUnder> = openings
            .iter()
            .map(|(wanted, fields)| {
                OpenedUnder::new(permit, wanted.person, &said(wanted.record, fields))
            })
            .collect();
        let known = self.house().told.knows(&opened);
        if known.iter().all(|known| *known) {
            return Ok(());
        }
        self.learned().told.extend(opened);
        let news = openings.into_iter().zip(known);
        let openings: Vec<_> = news
            .filter_map(|(opening, known)| (!known).then_some(opening))
            .collect();
        let rows = self.opening_rows(permit, &openings).await?;
        let (mut known, mut asked, mut new) = (Vec::new(), Vec::new(), Vec::new());
        for (at, (wanted, fields)) in openings.iter().enumerate() {
            let said = said(wanted.record, fields);
            let Some(act) = rows.get(&(wanted.person.uuid(), said.clone())) else {
                new.push(ticket_opening::ActiveModel {
                    ticket: Set(permit),
                    person: Set(wanted.person.uuid()),
                    fields: Set(said),
                    act: Set(self.id().uuid()),
                });
                continue;
            };
            let touched = self.touched(wanted.person)?;
            known.push(at);
            asked.push(OpenedOf {
                act: *act,
                person: wanted.person,
                chain: touched.chain,
                keys: &touched.keys,
                permit,
                record: wanted.record,
                fields,
            });
        }
        // A row that nothing vouches for stays, for `journal verify` to find.
        let told = journal::told_opened(self.house(), self.db(), &asked).await?;
        drop(asked);
        let told: BTreeSet<usize> = known
            .into_iter()
            .zip(told)
            .filter_map(|(at, told)| told.then_some(at))
            .collect();
        for some in new.chunks(ASKED_AT_ONCE) {
            ticket_opening::Entity::insert_many(some.to_vec())
                .on_conflict(OnConflict::new().do_nothing().to_owned())
                .exec_without_returning(self.db())
                .await?;
        }
        for (at, (wanted, fields)) in openings.into_iter().enumerate() {
            if told.contains(&at) {
                continue;
            }
            let details = &mut self.touch(wanted.person).await?.details;
            for field in fields {
                details.opened(permit, wanted.record, field);
            }
        }
        Ok(())
    }

    /// The acts that are said to have told of openings under this permit, by person and what was opened.
    async fn opening_rows(
        &self,
        permit: Uuid,
        openings: &[(&Wanted, Vec<&'static str>)],
    ) -> Result<HashMap<(Uuid, String), Uuid>, Fault> {
        let mut found = HashMap::new();
        for some in openings.chunks(ASKED_AT_ONCE) {
            let persons: BTreeSet<Uuid> = some.iter().map(|(one, _)| one.person.uuid()).collect();
            let rows = ticket_opening::Entity::find()
                .filter(ticket_opening::Column::Ticket.eq(permit))
                .filter(ticket_opening::Column::Person.is_in(persons))
                .all(self.db())
                .await?;
            found.extend(
                rows.into_iter()
                    .map(|row| ((row.person, row.fields), row.act)),
            );
        }
        Ok(found)
    }
}

/// Rows asked for in one question at most.
const ASKED_AT_ONCE: usize = 1000;

/// The sealed rows of these records, and of no others where each is of its own person.
fn sealed_of(wanted: &[&Wanted]) -> Select<sealed_field::Entity> {
    let persons: BTreeSet<Uuid> = wanted.iter().map(|one| one.person.uuid()).collect();
    let places: BTreeSet<&str> = wanted.iter().map(|one| one.record.place).collect();
    let fields: BTreeSet<&str> = wanted.iter().flat_map(|one| one.fields).copied().collect();
    sealed_field::Entity::find()
        .filter(sealed_field::Column::Person.is_in(persons))
        .filter(sealed_field::Column::Place.is_in(places))
        .filter(sealed_field::Column::Field.is_in(fields))
}

/// What was opened, as a row has it.
fn said(record: Record, fields: &[&str]) -> String {
    format!("{}/{}:{}", record.place, record.id, fields.join(","))
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

//! What happens at the desk, as it happens: one task a process follows the journal and tells all pages of the process,
//! by ids alone. *Invariant*: an event's index is its entry's number, so a page that was away says where it was and
//! misses nothing, in whichever process it comes back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use kernel::{AppointmentId, BlockId, BranchId, CaseKind, Fault, PractitionerId, StaffId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use trust::access::Reach;
use trust::journal::{Happened, Kind};
use uuid::Uuid;

use crate::booking::Booking;
use crate::booking::table::appointment;

/// What it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An appointment.
    Appointment(AppointmentId),
    /// A break or block.
    Block(BlockId),
    /// A practitioner's times, as another system has them.
    Schedule(PractitionerId),
    /// An employee whose sessions ended, some of them or all.
    Staff(StaffId),
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The entry's number in the journal: the cursor of a page.
    pub index: u64,
    /// What.
    pub kind: Kind,
    /// To what.
    pub subject: Subject,
    /// At which branches, with the local days concerned: of a move, where it left and where it stands now. No day where
    /// it may be any.
    pub places: BTreeMap<BranchId, BTreeSet<Date>>,
    /// With whom an appointment stood and stands, and whose times were read; nobody where the event is of neither.
    pub practitioners: BTreeSet<PractitionerId>,
}

impl Event {
    /// Whether an employee of this reach is told: what happens elsewhere is nobody's business here. What happens to staff
    /// is for the stream to heed itself.
    #[must_use]
    pub fn concerns(&self, reach: &Reach) -> bool {
        let theirs = |id: &PractitionerId| reach.has_practitioner(*id);
        self.places.keys().any(|branch| reach.has_branch(*branch))
            && (self.practitioners.is_empty() || self.practitioners.iter().any(theirs))
    }
}

/// What a page that was away gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replay {
    /// All that happened, and where the page is then.
    Events(Vec<Event>, u64),
    /// Too much happened: the page is drawn anew.
    TooLong,
}

/// Entries behind which a page is drawn anew.
const LONGEST_GAP: u64 = 5_000;

/// Entries read at once.
const PAGE: u64 = 500;

/// Events that a page may lag behind; then it asks with its cursor.
const LAG: usize = 1_024;

/// How long a process waits for what others commit or number.
const POLL: Duration = Duration::from_millis(250);

const KINDS: &[Kind] = &[
    Kind::AppointmentBooked,
    Kind::AppointmentMoved,
    Kind::AppointmentCancelled,
    Kind::AppointmentAccepted,
    Kind::AppointmentEscalated,
    Kind::AppointmentArrived,
    Kind::AppointmentCompleted,
    Kind::AppointmentMissed,
    Kind::AppointmentUndone,
    Kind::BlockMade,
    Kind::BlockRemoved,
    Kind::ExternalRead,
    Kind::StaffDismissed,
    Kind::StaffChanged,
    Kind::SessionEnded,
];

/// The desk's events. Cheap to clone; the task ends with the last of them.
#[derive(Clone)]
pub struct Live(Arc<Following>);

struct Following {
    booking: Booking,
    sender: broadcast::Sender<Event>,
    task: JoinHandle<()>,
}

impl Drop for Following {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Live {
    /// Begins to follow, from now on.
    ///
    /// # Errors
    /// The database's.
    pub async fn follow(booking: Booking) -> Result<Self, Fault> {
        let (sender, _) = broadcast::channel(LAG);
        let from = booking.trust.journal_size().await?;
        let task = tokio::spawn(tell(booking.clone(), from, sender.clone()));
        Ok(Self(Arc::new(Following {
            booking,
            sender,
            task,
        })))
    }

    /// Events from now on. Whoever lags too far behind is told so by the channel, and asks [`since`](Self::since).
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.sender.subscribe()
    }

    /// What happened from an index on: for a page that comes back. To miss nothing it subscribes first.
    ///
    /// # Errors
    /// The database's.
    pub async fn since(&self, index: u64) -> Result<Replay, Fault> {
        let booking = &self.0.booking;
        let size = booking.trust.journal_size().await?;
        // A cursor past the end is of another journal.
        if index > size || size - index > LONGEST_GAP {
            return Ok(Replay::TooLong);
        }
        let (mut events, mut next) = (Vec::new(), index);
        while next < size {
            let (page, after) = booking.events_from(next).await?;
            events.extend(page);
            next = after;
        }
        Ok(Replay::Events(events, next))
    }
}

/// Follows until it is aborted.
async fn tell(booking: Booking, from: u64, sender: broadcast::Sender<Event>) {
    let mut commits = booking.trust.commits();
    let mut next = from;
    loop {
        match booking.events_from(next).await {
            Ok((events, after)) => {
                let grew = after > next;
                next = after;
                for event in events {
                    // Nobody listens: nothing is lost, pages ask with their cursor.
                    let _ = sender.send(event);
                }
                if grew {
                    continue;
                }
            }
            Err(fault) => tracing::warn!("the desk's events wait: {fault}"),
        }
        tokio::select! {
            changed = commits.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

impl Booking {
    /// A page of events from an index on, and the index after it.
    async fn events_from(&self, index: u64) -> Result<(Vec<Event>, u64), Fault> {
        let stretch = self.trust.happened_since(index, KINDS, PAGE).await?;
        let ids = stretch.happened.iter().filter_map(appointment_of);
        let ids: Vec<Uuid> = ids.collect();
        let mut now = BTreeMap::new();
        if !ids.is_empty() {
            self.timetable.recent().await?;
            let catalogue = self.drawn();
            let rows = appointment::Entity::find()
                .filter(appointment::Column::Id.is_in(ids))
                .all(self.trust.reads())
                .await?;
            now.extend(rows.into_iter().filter_map(|row| {
                let branch = catalogue.branch_named(BranchId::from_uuid(row.branch))?;
                let stands = Stands {
                    branch: branch.id,
                    practitioner: PractitionerId::from_uuid(row.practitioner),
                    day: branch.day_of(row.starts),
                };
                Some((row.id, stands))
            }));
        }
        let branches: Vec<BranchId> = self.drawn().branches.iter().map(|one| one.id).collect();
        let told = |one| event(one, &now, &branches);
        let events = stretch.happened.iter().filter_map(told);
        Ok((events.collect(), stretch.next))
    }
}

fn appointment_of(happened: &Happened) -> Option<Uuid> {
    let case = happened
        .case
        .filter(|case| case.kind == CaseKind::Appointment);
    case.map(|case| case.id)
}

/// Where an appointment stands now.
struct Stands {
    branch: BranchId,
    practitioner: PractitionerId,
    day: Date,
}

fn event(
    happened: &Happened,
    now: &BTreeMap<Uuid, Stands>,
    branches: &[BranchId],
) -> Option<Event> {
    let word = |name: &str| happened.words.get(name);
    let id = |name: &str| word(name).and_then(|text| Uuid::parse_str(text).ok());
    let day = |name: &str| word(name).and_then(|text| text.parse::<Date>().ok());
    let mut places = BTreeMap::<BranchId, BTreeSet<Date>>::new();
    let mut add = |branch: Option<BranchId>, day: Option<Date>| {
        if let Some(branch) = branch {
            places.entry(branch).or_default().extend(day);
        }
    };
    let mut practitioners = BTreeSet::new();
    add(id("from_branch").map(BranchId::from_uuid), day("from_day"));
    let subject = if let Some(appointment) = appointment_of(happened) {
        let now = now.get(&appointment);
        add(now.map(|now| now.branch), now.map(|now| now.day));
        practitioners.extend(now.map(|now| now.practitioner));
        practitioners.extend(id("from_practitioner").map(PractitionerId::from_uuid));
        Subject::Appointment(AppointmentId::from_uuid(appointment))
    } else if let Some(block) = id("block") {
        let branch = id("branch").map(BranchId::from_uuid);
        add(branch, day("from_day"));
        add(branch, day("day"));
        Subject::Block(BlockId::from_uuid(block))
    } else if happened.kind == Kind::ExternalRead {
        let practitioner = PractitionerId::from_uuid(id("practitioner")?);
        practitioners.insert(practitioner);
        for branch in branches {
            add(Some(*branch), None);
        }
        Subject::Schedule(practitioner)
    } else {
        Subject::Staff(StaffId::from_uuid(id("staff")?))
    };
    Some(Event {
        index: happened.number,
        kind: happened.kind,
        subject,
        places,
        practitioners,
    })
}

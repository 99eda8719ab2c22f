//! The picture of all time in memory: the catalogue, the windows of each practitioner, what is taken.
//! It follows the store by the log of changes, and is asked only after it has caught up with every act
//! that was committed before the question.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use calendar::schedule::{
    Change, DaySpan, Exception, Interval, LocalDays, Minute, Window, windows_into,
};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{BranchId, Fault, Moment, PractitionerId, ResourceId};
use platform::config::BookingSettings;
use platform::database::Dialect;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};
use tokio::sync::Mutex;
use trust::Trust;
use uuid::Uuid;

use super::catalogue::Catalogue;
use super::first::FirstTimes;
use super::table::busy;

/// Minutes without a look at the log after which the picture is drawn anew: the log is kept for an hour.
const STALE_MINUTES: i64 = 30;

/// Changes that one look expects at most. The bound tells PostgreSQL, which plans before it knows the mark and would
/// read the whole log, that its index is the way.
const FEW: usize = 500;

/// How old a picture may be that an act looks at again.
const RECENT_MICROS: i64 = 1_000_000;

pub(super) struct Timetable {
    trust: Trust,
    settings: Arc<BookingSettings>,
    picture: RwLock<Picture>,
    /// Questions asked so far; each takes a number.
    asked: AtomicU64,
    follower: Mutex<Follower>,
    /// When the last look ended, microseconds since 1970.
    looked: AtomicI64,
    /// The first free times, as they were last worked out.
    pub(super) first: std::sync::Mutex<Option<Arc<FirstTimes>>>,
}

/// What is known.
#[derive(Default)]
pub(super) struct Picture {
    /// Grows with each change.
    pub(super) revision: u64,
    pub(super) catalogue: Arc<Catalogue>,
    windows: HashMap<PractitionerId, Vec<Window<BranchId>>>,
    busy: HashMap<ResourceId, Vec<Busy>>,
}

/// A stretch of a resource's time that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Busy {
    pub(super) interval: Interval,
    pub(super) owner: Uuid,
    pub(super) lane: i32,
    expires_at: Option<i64>,
}

impl Busy {
    /// A hold that has run out is taken by nobody.
    pub(super) fn stands(&self, now: Moment, besides: Option<Uuid>) -> bool {
        self.expires_at.is_none_or(|at| at > now.micros()) && besides != Some(self.owner)
    }
}

/// How far the picture has followed.
#[derive(Default)]
struct Follower {
    /// Questions with a smaller number were asked before the last look began.
    covers: u64,
    commits: u64,
    /// From where the log is read: the number after the last one seen, on SQLite; the oldest transaction that was
    /// unfinished, on PostgreSQL.
    mark: i64,
    applied: BTreeSet<i64>,
    catalogue: Option<i64>,
    days: Option<(Date, Date)>,
    looked_at: Option<Moment>,
}

impl Timetable {
    pub(super) fn new(trust: Trust, settings: Arc<BookingSettings>) -> Self {
        Self {
            trust,
            settings,
            picture: RwLock::default(),
            asked: AtomicU64::new(1),
            follower: Mutex::default(),
            looked: AtomicI64::new(i64::MIN),
            first: std::sync::Mutex::default(),
        }
    }

    /// Brings the picture up to date unless somebody did so a moment ago: for whoever asks again within an act.
    pub(super) async fn recent(&self) -> Result<(), Fault> {
        let moment_ago = self.trust.clock().now().micros() - RECENT_MICROS;
        if self.looked.load(Ordering::Relaxed) >= moment_ago {
            return Ok(());
        }
        self.fresh().await
    }

    /// The picture as it was when last brought up to date.
    pub(super) fn picture(&self) -> RwLockReadGuard<'_, Picture> {
        // A panic while drawing leaves at worst an older picture; the store decides, not the picture.
        self.picture.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings the picture up to date with everything committed before this call. Questions that come
    /// while a look is under way share the next one.
    pub(super) async fn fresh(&self) -> Result<(), Fault> {
        let mine = self.asked.fetch_add(1, Ordering::SeqCst);
        let mut follower = self.follower.lock().await;
        if follower.covers > mine {
            return Ok(());
        }
        let covers = self.asked.load(Ordering::SeqCst);
        let commits = *self.trust.commits().borrow();
        let now = self.trust.clock().now();
        // On SQLite this process alone writes: no commit since, nothing to look for.
        let quiet =
            self.trust.database().dialect() == Dialect::Sqlite && follower.commits == commits;
        if !(quiet && follower.catalogue.is_some() && follower.days_fit(now)) {
            self.look(&mut follower, now).await?;
        }
        follower.covers = covers;
        follower.commits = commits;
        Ok(())
    }

    async fn look(&self, follower: &mut Follower, now: Moment) -> Result<(), Fault> {
        // Each day anew as well, so that what is over does not stay in memory for ever.
        let stale = follower
            .looked_at
            .is_none_or(|at| at.plus_minutes(STALE_MINUTES) < now)
            || !follower.days_fit(now);
        let news = News::read(&self.trust, follower).await?;
        if stale {
            let rows = busy::Entity::find()
                .filter(busy::Column::Ends.gt(now.minutes() - 2 * 1440))
                .all(self.trust.reads())
                .await?;
            let mut picture = self.write();
            picture.revision += 1;
            picture.busy.clear();
            for row in rows {
                picture.put(
                    ResourceId::from_uuid(row.resource),
                    row.owner,
                    row.lane,
                    row.starts,
                    row.ends,
                    row.expires_at,
                );
            }
        }
        if follower.catalogue != Some(news.catalogue) || !follower.days_fit(now) {
            let catalogue = Catalogue::load(self.trust.reads()).await?;
            let days = self.days(now);
            let windows = windows_of(&catalogue, days);
            follower.catalogue = Some(catalogue.version);
            follower.days = Some(days);
            let mut picture = self.write();
            picture.revision += 1;
            picture.windows = windows;
            picture.catalogue = Arc::new(catalogue);
        }
        {
            let mut picture = self.write();
            for change in &news.changes {
                if follower.applied.insert(change.number) {
                    picture.apply(change);
                }
            }
        }
        follower.settle(self.trust.database().dialect(), &news);
        follower.looked_at = Some(now);
        self.looked.store(now.micros(), Ordering::Relaxed);
        Ok(())
    }

    /// From yesterday, for shifts over midnight and zones behind, to past the horizon.
    fn days(&self, now: Moment) -> (Date, Date) {
        let today = now.timestamp().to_zoned(TimeZone::UTC).date();
        let horizon = i64::from(self.settings.horizon_days) + 3;
        (
            today.saturating_sub(2.days()),
            today.saturating_add(horizon.days()),
        )
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Picture> {
        self.picture.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Follower {
    fn days_fit(&self, now: Moment) -> bool {
        let today = now.timestamp().to_zoned(TimeZone::UTC).date();
        self.days
            .is_some_and(|(from, _)| from == today.saturating_sub(2.days()))
    }

    fn settle(&mut self, dialect: Dialect, news: &News) {
        match dialect {
            Dialect::Sqlite => {
                self.mark = news
                    .changes
                    .last()
                    .map_or(self.mark, |change| change.number + 1);
                self.applied.clear();
            }
            Dialect::Postgres => {
                // Changes of transactions before the mark will not be read again.
                let again: BTreeSet<i64> = news
                    .changes
                    .iter()
                    .filter(|c| c.transaction >= news.oldest)
                    .map(|c| c.number)
                    .collect();
                self.applied = again;
                self.mark = news.oldest;
            }
        }
    }
}

impl Picture {
    /// A practitioner's windows over the days that the picture covers.
    pub(super) fn windows(&self, practitioner: PractitionerId) -> &[Window<BranchId>] {
        self.windows.get(&practitioner).map_or(&[], Vec::as_slice)
    }

    /// What is taken of a resource, sorted by start.
    pub(super) fn busy(&self, resource: ResourceId) -> &[Busy] {
        self.busy.get(&resource).map_or(&[], Vec::as_slice)
    }

    fn apply(&mut self, change: &ChangeRow) {
        self.revision += 1;
        let resource = ResourceId::from_uuid(change.resource);
        if let Some(list) = self.busy.get_mut(&resource) {
            list.retain(|busy| busy.owner != change.owner);
        }
        if !change.freed {
            self.put(
                resource,
                change.owner,
                change.lane,
                change.starts,
                change.ends,
                change.expires_at,
            );
        }
    }

    fn put(
        &mut self,
        resource: ResourceId,
        owner: Uuid,
        lane: i32,
        starts: i64,
        ends: i64,
        expires_at: Option<i64>,
    ) {
        let Some(interval) = Interval::new(Minute(starts), Minute(ends)) else {
            return;
        };
        let list = self.busy.entry(resource).or_default();
        let at = list.partition_point(|busy| busy.interval <= interval);
        list.insert(
            at,
            Busy {
                interval,
                owner,
                lane,
                expires_at,
            },
        );
    }
}

/// What the store has that the picture has not.
struct News {
    catalogue: i64,
    oldest: i64,
    changes: Vec<ChangeRow>,
}

struct ChangeRow {
    number: i64,
    transaction: i64,
    owner: Uuid,
    resource: Uuid,
    lane: i32,
    starts: i64,
    ends: i64,
    expires_at: Option<i64>,
    freed: bool,
}

impl News {
    async fn read(trust: &Trust, follower: &Follower) -> Result<Self, Fault> {
        let few = Self::read_up_to(trust, follower, Some(FEW)).await?;
        if few.changes.len() < FEW {
            return Ok(few);
        }
        Self::read_up_to(trust, follower, None).await
    }

    /// One statement, so that the mark and the changes are of one state of the store.
    async fn read_up_to(
        trust: &Trust,
        follower: &Follower,
        limit: Option<usize>,
    ) -> Result<Self, Fault> {
        let dialect = trust.database().dialect();
        let order = match dialect {
            Dialect::Sqlite => "number",
            Dialect::Postgres => "\"transaction\"",
        };
        let limit = limit.map_or_else(String::new, |most| format!("LIMIT {most}"));
        let sql = format!(
            "SELECT o.oldest, coalesce(v.version, 0) AS catalogue, c.number, c.\"transaction\", c.owner, c.resource, c.lane, \
             c.starts, c.ends, c.expires_at, c.freed \
             FROM ({}) o LEFT JOIN catalogue v ON v.id = 1 \
             LEFT JOIN (SELECT * FROM busy_change WHERE {order} >= {} ORDER BY {order} {limit}) c ON true \
             ORDER BY c.number",
            dialect.oldest_unfinished(),
            dialect.bound(1),
        );
        let db = trust.reads();
        let statement =
            Statement::from_sql_and_values(db.get_database_backend(), sql, [follower.mark.into()]);
        let mut news = Self {
            catalogue: 0,
            oldest: 0,
            changes: Vec::new(),
        };
        for row in db.query_all_raw(statement).await? {
            news.oldest = row.try_get("", "oldest")?;
            news.catalogue = row.try_get("", "catalogue")?;
            let Some(number) = row.try_get::<Option<i64>>("", "number")? else {
                continue;
            };
            news.changes.push(ChangeRow {
                number,
                transaction: row.try_get("", "transaction")?,
                owner: row.try_get("", "owner")?,
                resource: row.try_get("", "resource")?,
                lane: row.try_get("", "lane")?,
                starts: row.try_get("", "starts")?,
                ends: row.try_get("", "ends")?,
                expires_at: row.try_get("", "expires_at")?,
                freed: row.try_get("", "freed")?,
            });
        }
        Ok(news)
    }
}

impl Catalogue {
    /// The branch at which a practitioner receives first on a local day; nothing where they do not.
    #[must_use]
    pub fn receives_at(&self, practitioner: PractitionerId, day: Date) -> Option<BranchId> {
        let windows = windows_of(self, (day, day)).remove(&practitioner)?;
        let first = windows.iter().min_by_key(|one| one.interval.start())?;
        Some(first.branch)
    }
}

/// Windows of all practitioners: one look at each zone for all of them.
pub(super) fn windows_of(
    catalogue: &Catalogue,
    (from, to): (Date, Date),
) -> HashMap<PractitionerId, Vec<Window<BranchId>>> {
    let mut zones: Vec<(TimeZone, Vec<BranchId>, LocalDays)> = Vec::new();
    // A branch that is closed on some days is looked at alone: windows of branches do not meet.
    let mut closing: Vec<(BranchId, Vec<Exception<BranchId>>, LocalDays)> = Vec::new();
    for branch in &catalogue.branches {
        let closed: Vec<Exception<BranchId>> = catalogue
            .closed_at(branch.id)
            .map(|closed| Exception {
                date: closed.day,
                change: Change::PartOff(DaySpan::WHOLE_DAY),
            })
            .collect();
        if !closed.is_empty() {
            let days = LocalDays::new(&branch.zone, from, to);
            closing.push((branch.id, closed, days));
            continue;
        }
        match zones.iter_mut().find(|(zone, ..)| *zone == branch.zone) {
            Some((_, branches, _)) => branches.push(branch.id),
            None => zones.push((
                branch.zone.clone(),
                vec![branch.id],
                LocalDays::new(&branch.zone, from, to),
            )),
        }
    }
    let mut found = Vec::new();
    let mut all = HashMap::new();
    for practitioner in catalogue.practitioners() {
        let Some(shifts) = catalogue.shifts(practitioner.id) else {
            continue;
        };
        let mut windows = Vec::new();
        for (_, branches, days) in &zones {
            let here = shifts.at(branches);
            windows_into(&here.rules, &here.exceptions, days, &mut found);
            windows.append(&mut found);
        }
        for (branch, closed, days) in &closing {
            let mut here = shifts.at(&[*branch]);
            here.exceptions.extend(closed.iter().cloned());
            windows_into(&here.rules, &here.exceptions, days, &mut found);
            windows.append(&mut found);
        }
        windows.sort_unstable();
        all.insert(practitioner.id, windows);
    }
    all
}

impl super::catalogue::Shifts {
    /// The part of the shifts that is worked at these branches. Absences are absences everywhere.
    fn at(&self, branches: &[BranchId]) -> Self {
        let here = |branch: &BranchId| branches.contains(branch);
        Self {
            rules: self
                .rules
                .iter()
                .filter(|rule| here(&rule.opening.branch))
                .cloned()
                .collect(),
            exceptions: self
                .exceptions
                .iter()
                .map(|exception| Exception {
                    date: exception.date,
                    change: match &exception.change {
                        Change::Replace(openings) => Change::Replace(
                            openings
                                .iter()
                                .filter(|one| here(&one.branch))
                                .cloned()
                                .collect(),
                        ),
                        other => other.clone(),
                    },
                })
                .collect(),
        }
    }
}

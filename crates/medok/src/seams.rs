//! Where the rooms above `trust` are plugged in. What stands here is all that the binary knows of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clinic::booking::desk::Live;
use clinic::booking::{self, BookingContext};
use clinic::oversight::Oversight;
use clinic::papers::Papers;
use clinic::people::{People, PeopleContext};
use clinic::submission::SubmissionContext;
use documents::Renderer;
use jiff::tz::TimeZone;
use kernel::{DestructionId, Fault, Personal, Purpose, Scope, Stop};
use platform::identity::IdentityProvider;
use trust::access::Role;
use trust::jobs::Handler;
use trust::staff::{NewAccount, SessionLimits, Terms, Which};
use trust::{Context, Trust};

use crate::house::{House, StartError};
use crate::serve::{Site, Way};

/// The clinic's rooms, as the vault asks them: whom a case is about, what to export, what to erase.
#[must_use]
pub fn contexts() -> Vec<Arc<dyn Context>> {
    vec![
        Arc::new(BookingContext),
        Arc::new(PeopleContext),
        Arc::new(SubmissionContext),
    ]
}

/// Who does the jobs of each kind.
#[must_use]
pub fn handlers() -> BTreeMap<&'static str, Handler> {
    let mut handlers = booking::jobs::handlers();
    handlers.insert("keys.rotate", Handler::Long(rotate_keys));
    handlers
}

/// The clinic's zone: dates without a time, such as a policy's date of effect, are days there. All branches show
/// Moscow's time unless they name another, and the clinic's papers are dated by it.
///
/// # Errors
/// The zone is unknown to the time zone database.
pub fn clinic_zone(_house: &House) -> Result<TimeZone, Fault> {
    Ok(TimeZone::get("Europe/Moscow")?)
}

/// Fills an empty store with the demo clinic, its days counted from now, and gives the ways into it; leaves any other as it
/// is.
///
/// # Errors
/// The clinic's texts declare no booking; the database's.
pub async fn fill_demo(house: &House) -> Result<Option<Vec<Way>>, Fault> {
    if !house.booking.catalogue().await?.branches.is_empty() {
        return Ok(None);
    }
    let declaration = house.texts.declaration(booking::SERVICE).ok_or_else(|| {
        Fault::broken(
            "the clinic's texts declare no booking; empty DATA/clinic, or leave --demo out",
        )
    })?;
    let filled =
        clinic::demo::fill(&house.trust, &house.booking, declaration, house.today()?).await?;
    tracing::info!(
        practitioners = filled.practitioners,
        appointments = filled.appointments.len(),
        "the demo clinic is filled"
    );
    let mut ways = Vec::new();
    if let Some(token) = &filled.patient {
        ways.push(Way {
            who: "Пациент",
            address: Personal::new(format!("/a/{}", token.reveal())),
        });
    }
    for (who, employee) in DEMO_STAFF {
        let link = hired(house, employee).await?;
        ways.push(Way {
            who,
            address: Personal::new(format!("/desk/demo/{}", link.reveal())),
        });
    }
    let limits = SessionLimits {
        idle_minutes: 5,
        shift_minutes: 5,
    };
    let link = hired(house, THE_EARLY_ONE).await?;
    let came = house.trust.sign_in_by_link(link.reveal(), None, limits);
    let came = came.await.map_err(|stop| not_there(stop, "sign in"))?;
    let scope = |purpose| Scope::staff(came.staff, came.session, purpose, None);
    clinic::demo::accept(&house.booking, scope(Purpose::Services), &filled).await?;
    let safeguard = scope(Purpose::Safeguard);
    let went = house.trust.act("demo.sign_out", safeguard, |act| {
        Box::pin(async move { act.end_own_sessions(Which::All).await })
    });
    went.await.map_err(|stop| not_there(stop, "sign out"))?;
    Ok(Some(ways))
}

/// Whoever of the demonstration works: role, login, name. Nobody of them exists.
type Fictional = (&'static str, &'static str, &'static str);

async fn hired(house: &House, (role, login, name): Fictional) -> Result<Personal<String>, Fault> {
    let role = Role::parse(role)
        .ok_or_else(|| Fault::broken(format!("the demonstration needs the role {role}")))?;
    let new = NewAccount {
        login: login.to_owned(),
        name: name.to_owned(),
        terms: Terms::of(role),
    };
    let made = house.trust.add_fictional_staff(new).await;
    made.map_err(|stop| not_there(stop, "be hired"))
}

fn not_there<R: std::fmt::Debug>(stop: Stop<R>, what: &str) -> Fault {
    match stop {
        Stop::Fault(fault) => fault,
        Stop::Refused(refusal) => Fault::broken(format!(
            "nobody of the demonstration could {what}: {refusal:?}"
        )),
    }
}

/// Who works in the demonstration, as its links are called.
const DEMO_STAFF: [(&str, Fictional); 3] = [
    (
        "Администратор",
        ("registrar", "romashkina", "Ромашкина Ольга Львовна"),
    ),
    (
        "Ответственный",
        ("responsible", "medova", "Мёдова Любовь Андреевна"),
    ),
    ("Руководитель", ("owner", "uliev", "Ульев Пётр Данилович")),
];

/// Who accepted the day's bookings before anybody looks around, and went home.
const THE_EARLY_ONE: Fictional = ("registrar", "rosina", "Росина Вера Павловна");

/// What is done every few minutes, beside jobs: answers past their day, holds that ran out and browsers
/// that nobody signs in at are forgotten.
///
/// # Errors
/// The database's.
pub async fn upkeep(house: &House) -> Result<(), Fault> {
    house.trust.forget_answers().await?;
    house.trust.forget_devices().await?;
    house.booking.clean().await?;
    Ok(())
}

/// Answers visitors until asked to stop, and those who came before to the end.
///
/// # Errors
/// The listener fails.
pub async fn site(site: Site) -> Result<(), Fault> {
    let Site {
        house,
        listener,
        origin,
        demo,
        demonstration,
        sample,
        stop,
    } = site;
    let mut doors = doors(&house, &origin, demo)?;
    doors.demonstration = demonstration.map(|reset| {
        web::Demonstration::new(
            reset.map(|reset| Arc::new(move || reset.ask()) as Arc<dyn Fn() + Send + Sync>),
        )
    });
    doors.sample = sample;
    doors.live = Some(Live::follow(house.booking.clone()).await?);
    drop(house);
    Ok(web::serve(listener, doors, async move { stop.asked().await }).await?)
}

/// Reads the files of another system, once.
///
/// # Errors
/// The database's. What is wrong with a file stands in its report.
pub async fn read_external(house: &House) -> Result<(), Fault> {
    let folder = house.settings.external.folder.as_deref();
    house.booking.read_external(folder).await
}

/// Whether the clinic's own settings go with the site's addresses, asked before a visitor is.
///
/// # Errors
/// What is wrong and what to do about it.
pub async fn check_site(house: &House) -> Result<(), StartError> {
    // Where it will be called is known once it listens; the rest of the settings can be looked at before.
    let origin = house.settings.origin.as_deref();
    let doors = doors(house, origin.unwrap_or("http://localhost"), false)?;
    web::check(&doors).await.map_err(StartError::Setting)
}

/// The open house as the doors see it.
fn doors(house: &House, origin: &str, demo: bool) -> Result<web::Site, Fault> {
    let papers = Papers::open(
        house.trust.clone(),
        house.booking.clone(),
        Arc::clone(&house.texts),
        Renderer::new(this_program()?),
    );
    Ok(web::Site {
        trust: house.trust.clone(),
        booking: house.booking.clone(),
        submissions: house.submissions.clone(),
        live: None,
        closing: web::Closing::default(),
        people: People::open(house.trust.clone()),
        oversight: Oversight::open(house.trust.clone()),
        papers,
        texts: Arc::clone(&house.texts),
        photos: Arc::clone(&house.photos),
        settings: Arc::clone(&house.settings),
        origin: origin.into(),
        demo,
        demonstration: None,
        identity: match &house.settings.desk.identity_provider {
            None => None,
            Some(provider) => Some(
                IdentityProvider::of(provider, origin, house.trust.clock().clone())
                    .map_err(Fault::broken)?,
            ),
        },
        sample: false,
    })
}

/// The program that papers are printed by: this very one, also when another was put into its place on the disk meanwhile.
fn this_program() -> Result<PathBuf, Fault> {
    const RUNNING: &str = "/proc/self/exe";
    if Path::new(RUNNING).exists() {
        return Ok(RUNNING.into());
    }
    Ok(std::env::current_exe()?)
}

/// A destruction becomes unrecoverable once the KEK that wrapped the key is gone: the rotation it scheduled.
fn rotate_keys(
    trust: Trust,
    destruction: uuid::Uuid,
) -> std::pin::Pin<Box<dyn Future<Output = Result<(), Fault>> + Send>> {
    Box::pin(async move {
        trust
            .rotate_after(DestructionId::from_uuid(destruction))
            .await
            .map(drop)
    })
}

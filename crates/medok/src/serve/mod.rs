//! `medok serve`: the site, and the work behind it, until it is asked to stop.
//!
//! *Invariant*: the one line on standard output comes when a visitor would be answered. What stops, stops in
//! order: no new visitor, acts under way ended, a last checkpoint signed, the store closed, the lock given back.

mod background;
mod demo;
mod stop;

use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, Fault};
use platform::config::Settings;
use tokio::net::TcpListener;

pub use demo::{Reset, Way};
pub use stop::{Stop, Stopper};

use crate::house::{House, Sample, StartError, publish_texts, texts_folder};
use crate::output::Output;
use crate::socket::Door;

/// How long visitors and commands under way have to end.
const GRACE: Duration = Duration::from_secs(30);

/// What a site is given to serve.
pub struct Site {
    /// The open house.
    pub house: Arc<House>,
    /// Where visitors come in.
    pub listener: TcpListener,
    /// How the outside names the site: scheme, host and port.
    pub origin: String,
    /// Whether visitors are told that there is no such clinic: in the demonstration, with people clearly fictional, and
    /// while the clinic's record is still the sample's.
    pub demo: bool,
    /// How the demonstration begins again, where it may; nothing where this is no demonstration.
    pub demonstration: Option<Option<Reset>>,
    /// Whether that is for the sample's record alone.
    pub sample: bool,
    /// When to take no more visitors; the site then ends those it has and returns.
    pub stop: Stop,
}

/// Opens the house and serves until SIGTERM or SIGINT. `site` answers visitors.
///
/// # Errors
/// [`StartError`]: the house does not open, an address is taken, `demo` on an address that others reach.
pub async fn run<S, F>(
    settings: Settings,
    clock: Clock,
    demo: bool,
    site: S,
    output: &Output,
) -> Result<(), StartError>
where
    S: Fn(Site) -> F,
    F: Future<Output = Result<(), Fault>> + Send + 'static,
{
    if demo && !settings.listen.ip().is_loopback() {
        return Err(StartError::Setting(format!(
            "--demo serves on this machine only, and {} can be reached from others; listen on 127.0.0.1",
            settings.listen
        )));
    }
    let signals = stop::on_signals().map_err(StartError::Process)?;
    // Before the house, so that a taken address is told at once and changes nothing.
    let mut listener = bind("listen", settings.listen).await?;
    let address = listener.local_addr().map_err(StartError::Process)?;
    let metrics = match settings.metrics_listen {
        Some(address) => Some((
            bind("metrics_listen", address).await?,
            crate::metrics::record()?,
        )),
        None => None,
    };
    let measured =
        metrics.map(|(listener, recorded)| tokio::spawn(crate::metrics::serve(listener, recorded)));
    let mut house = House::open(settings.clone(), clock.clone()).await?;
    let served = loop {
        let (reset, stop) = rounds(&signals);
        let ended = round(
            house,
            listener,
            demo.then(|| reset.clone()),
            stop,
            &site,
            output,
        )
        .await;
        if ended.is_err() || !reset.was_asked() {
            break ended;
        }
        tracing::info!("the demonstration begins again");
        let lock = demo::empty(&settings)?;
        house = House::open_locked(settings.clone(), clock.clone(), lock).await?;
        listener = bind("listen", address).await?;
    };
    if let Some(measured) = measured {
        measured.abort();
    }
    served
}

/// From opening to closing once: a demonstration may have several of these.
fn rounds(signals: &Stop) -> (Reset, Stop) {
    let (stopper, stop) = Stop::pair();
    let signals = signals.clone();
    tokio::spawn(async move {
        signals.asked().await;
        stopper.stop();
    });
    (Reset::of(&stop), stop)
}

/// Makes an open house ready and serves it until asked to stop.
async fn round<S, F>(
    house: House,
    listener: TcpListener,
    demo: Option<Reset>,
    stop: Stop,
    site: &S,
    output: &Output,
) -> Result<(), StartError>
where
    S: Fn(Site) -> F,
    F: Future<Output = Result<(), Fault>> + Send + 'static,
{
    crate::seams::check_site(&house).await?;
    for document in publish_texts(&house.trust, &house.texts, house.today()?).await? {
        tracing::info!(code = document.code, language = %document.language, "a document was proposed: {:?}", document.proposed);
    }
    if demo.is_some()
        && let Some(ways) = crate::seams::fill_demo(&house).await?
    {
        if house.fresh {
            demo::mark(&house.settings)?;
        }
        let origin = origin_of(&house, &listener)?;
        demo::show(&ways, &origin, &house.settings, output)?;
    }
    let demonstration = demo.map(|reset| demo::may_be_emptied(&house.settings).map(|_| reset));
    Ok(serve(house, listener, demonstration, stop, site, output).await?)
}

/// How the outside names the site.
fn origin_of(house: &House, listener: &TcpListener) -> Result<String, Fault> {
    let address = listener.local_addr()?;
    let set = house.settings.origin.clone();
    Ok(set.unwrap_or_else(|| format!("http://{address}")))
}

/// Serves an open house until asked to stop, then closes it. Prints the one line when ready.
///
/// # Errors
/// The site failed, or the house could not be closed in order.
pub async fn serve<S, F>(
    house: House,
    listener: TcpListener,
    demonstration: Option<Option<Reset>>,
    stop: Stop,
    site: &S,
    output: &Output,
) -> Result<(), Fault>
where
    S: Fn(Site) -> F,
    F: Future<Output = Result<(), Fault>> + Send + 'static,
{
    let address = listener.local_addr()?;
    let origin = origin_of(&house, &listener)?;
    let demo = demonstration.is_some();
    let record = Sample::left_in(house.texts.operator()).is_some();
    let legal = Sample::is_legal(house.texts.site().legal());
    let sample = record || legal;
    for problem in house.photos.problems() {
        tracing::warn!("a photo is not shown: {problem}");
    }
    if legal && !record && !demo {
        tracing::warn!(
            "the clinic's legal information is still the sample's, and every page says so: write your own into {} and \
             start again",
            texts_folder(&house.settings)
                .join("site/legal.toml")
                .display()
        );
    }
    if record && !demo {
        tracing::warn!(
            "the clinic's record is still the sample's, and every page says so: write your own into {} and start again",
            texts_folder(&house.settings)
                .join("operator.toml")
                .display()
        );
    }
    let house = Arc::new(house);
    let door = Door::open(&house.settings)?;
    let mut background = background::start(&house);
    let commands = tokio::spawn(door.answer(Arc::clone(&house), stop.clone()));
    let mut visitors = tokio::spawn(site(Site {
        house: Arc::clone(&house),
        listener,
        origin,
        demo: demo || sample,
        demonstration,
        sample: sample && !demo,
        stop: stop.clone(),
    }));
    output.line(format_args!("listening on http://{address}"));

    let asked = stop.asked();
    let site_ended = tokio::select! {
        ended = &mut visitors => Some(ended),
        () = asked => {
            tracing::info!("stopping: no new visitors");
            tokio::time::timeout(GRACE, &mut visitors).await.ok()
        }
    };
    if site_ended.is_none() {
        tracing::warn!(
            "visitors did not end within {} seconds; they are let go",
            GRACE.as_secs()
        );
        visitors.abort();
    }
    stop.stopper().stop();
    if tokio::time::timeout(GRACE, commands).await.is_err() {
        tracing::warn!("a command did not end in time; begun again, it goes on");
    }
    background.shutdown().await;
    if let Err(fault) = house.trust.sign_checkpoint().await {
        tracing::error!("the last checkpoint: {fault}");
    }
    tokio::time::timeout(GRACE, house.close())
        .await
        .unwrap_or_else(|_| Err(Fault::unavailable("the store did not close in time")))?;
    tracing::info!("stopped");
    match site_ended {
        Some(Ok(ended)) => ended,
        Some(Err(panic)) => Err(Fault::from(panic).during("the site")),
        None => Ok(()),
    }
}

async fn bind(setting: &str, address: std::net::SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| {
        StartError::Setting(format!("setting `{setting}`: cannot listen on {address}: {error}; stop who does, or name another address"))
    })
}

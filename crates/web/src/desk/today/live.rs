//! `GET /desk/live`: what happens at the desk, as it happens (server-sent events, WHATWG HTML §9.2).
//!
//! *Invariant*: an event carries ids and days, never a name. Its id is the entry's number, so that a page that comes back
//! misses nothing. A stream ends with its session, and keeps none alive.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use clinic::booking::desk::{Event, Live, Replay, Subject};
use kernel::BranchId;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;
use trust::access::Action;
use trust::staff::Session;

use super::super::asked::Desk;
use super::super::routes::Answered;
use super::super::trouble::Trouble;

/// How often it is looked whether the session still lives.
const LOOK: Duration = Duration::from_secs(5);
/// Events that wait for a slow browser.
const BEHIND: usize = 64;

/// Opens the stream.
pub(in crate::desk) async fn live(desk: Arc<Desk>) -> Answered {
    let Some(live) = desk.site.live.clone() else {
        return Err(Trouble::NotFound);
    };
    let branch: Option<BranchId> = desk.query.get("branch").parse().ok();
    let branch = branch
        .filter(|id| desk.employee.reach.has_branch(*id))
        .ok_or(Trouble::NotFound)?;
    let asked: u64 = desk.query.get("from").parse().unwrap_or_default();
    let from = desk.cursor.map_or(asked, |cursor| cursor + 1);
    let (sender, mut receiver) = mpsc::channel(BEHIND);
    tokio::spawn(follow(desk, live, branch, from, sender));
    let events = futures::stream::poll_fn(move |context| receiver.poll_recv(context));
    let stream = Sse::new(events).keep_alive(KeepAlive::default());
    Ok(unbuffered(stream.into_response()))
}

/// Nobody on the way keeps events back to send them together.
fn unbuffered(mut response: Response) -> Response {
    use axum::http::{HeaderValue, header};
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

type Sender = mpsc::Sender<Result<Sent, Infallible>>;

async fn follow(desk: Arc<Desk>, live: Live, branch: BranchId, from: u64, sender: Sender) {
    // First the channel, then what happened before: nothing falls between.
    let mut events = live.subscribe();
    let mut next = from;
    match live.since(from).await {
        Ok(Replay::Events(missed, after)) => {
            for event in missed {
                if !tell(&desk, &sender, branch, &event).await {
                    return;
                }
            }
            next = next.max(after);
        }
        Ok(Replay::TooLong) | Err(_) => {
            let _ = sender
                .send(Ok(Sent::default().event("reload").data("{}")))
                .await;
            return;
        }
    }
    let mut look = tokio::time::interval(LOOK);
    let closing = desk.site.closing.clone();
    loop {
        tokio::select! {
            () = closing.announced() => return,
            () = sender.closed() => return,
            _ = look.tick() => if !is_at_work(&desk, branch).await {
                end(&sender).await;
                return;
            },
            event = events.recv() => match event {
                Ok(event) if event.index < next => {}
                Ok(event) => if !tell(&desk, &sender, branch, &event).await { return },
                Err(RecvError::Lagged(_)) => {
                    let _ = sender.send(Ok(Sent::default().event("reload").data("{}"))).await;
                    return;
                }
                Err(RecvError::Closed) => return,
            },
        }
    }
}

/// Tells an event, if it is for this page. Gives whether the stream goes on.
async fn tell(desk: &Desk, sender: &Sender, branch: BranchId, event: &Event) -> bool {
    if let Subject::Staff(staff) = event.subject {
        if staff == desk.employee.staff && !is_at_work(desk, branch).await {
            end(sender).await;
            return false;
        }
        return true;
    }
    let Some(days) = event.places.get(&branch) else {
        return true;
    };
    if !event.concerns(&desk.employee.reach) {
        return true;
    }
    let id = event.index.to_string();
    let days: Vec<String> = days.iter().map(ToString::to_string).collect();
    let sent = match event.subject {
        Subject::Appointment(appointment) => {
            let data = serde_json::json!({
                "appointment": appointment, "day": days.last(), "days": days,
            });
            Sent::default()
                .event("appointment")
                .id(id)
                .data(data.to_string())
        }
        // Time kept free changes columns, not one card.
        _ => Sent::default()
            .event("column")
            .id(id)
            .data(serde_json::json!({ "days": days }).to_string()),
    };
    sender.send(Ok(sent)).await.is_ok()
}

async fn end(sender: &Sender) {
    let _ = sender
        .send(Ok(Sent::default().event("ended").data("{}")))
        .await;
}

/// Whether the session in which the stream was opened still lives, unlocked, and its employee still sees this branch.
async fn is_at_work(desk: &Desk, branch: BranchId) -> bool {
    let Some(link) = desk.session_link() else {
        return false;
    };
    match desk.session_unseen(link).await {
        Ok(Session::Live(employee)) => {
            employee.session == desk.employee.session
                && employee.reach.has_branch(branch)
                && desk.site.trust.may(&employee, Action::SeeBoard)
        }
        Ok(_) => false,
        // The database is away for a moment: the next look tells.
        Err(_) => true,
    }
}

//! How often one client may change anything, or have a paper printed: a bucket of tokens each, kept in memory alone.
//!
//! *Invariant*: memory is bounded whatever the number of clients; what is kept of a client is a keyed hash.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use kernel::Moment;
use platform::config::Limits;

use super::client::ClientAddress;
use super::problem::Code;
use super::shape::bare;
use crate::Site;

/// Writes that a client who was quiet may make at once. Many patients may share an address: a ward's Wi-Fi, a mobile
/// operator's gateway.
const BURST: i64 = 60;
/// Microseconds after which one more is allowed.
const EVERY_MICROS: i64 = 1_000_000;
/// Clients remembered in each of the two generations.
const CLIENTS: usize = 20_000;

/// The limit, and what it needs of the site.
#[derive(Clone)]
pub(super) struct Limit {
    site: Site,
    buckets: Option<Arc<Mutex<Buckets>>>,
}

impl Limit {
    pub(super) fn of(site: &Site) -> Self {
        let buckets = match site.settings.limits {
            Limits::On => Some(Arc::default()),
            Limits::Off => None,
        };
        Self {
            site: site.clone(),
            buckets,
        }
    }
}

/// Whether it costs what a change costs: it writes, a paper is printed for it that is kept for nobody, or it names a
/// secret link of a calendar.
fn is_dear(request: &Request) -> bool {
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let path = request.uri().path();
    // Whoever tries secret links of calendars runs out of tries.
    let by_link = path.starts_with("/calendar/");
    !reads || by_link || (path.starts_with("/appointment/") && path.ends_with(".pdf"))
}

/// Answers 429 to a client who writes or has papers printed too often; reading is free.
pub(super) async fn check(State(limit): State<Limit>, request: Request, next: Next) -> Response {
    let Some(buckets) = limit.buckets.as_ref().filter(|_| is_dear(&request)) else {
        return next.run(request).await;
    };
    let address = ClientAddress::of(
        request.extensions(),
        request.headers(),
        &limit.site.settings.trusted_proxies,
    );
    let client = limit.site.trust.client_hash(&address.key());
    let now = limit.site.trust.clock().now();
    let taken = buckets
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take(client, now);
    match taken {
        Ok(()) => next.run(request).await,
        Err(seconds) => {
            let mut refused = bare(Code::TooManyRequests);
            refused
                .headers_mut()
                .insert(axum::http::header::RETRY_AFTER, seconds.into());
            refused
        }
    }
}

/// Buckets of clients, in two generations: when the younger is full, the older is forgotten.
#[derive(Default)]
struct Buckets {
    young: HashMap<Vec<u8>, i64>,
    old: HashMap<Vec<u8>, i64>,
}

impl Buckets {
    /// Takes a token, or tells the seconds after which there will be one. Of a client one number is kept: when its
    /// bucket will be full again.
    fn take(&mut self, client: Vec<u8>, now: Moment) -> Result<(), u32> {
        let now = now.micros();
        let full_at = self
            .young
            .get(&client)
            .or_else(|| self.old.get(&client))
            .copied()
            .unwrap_or(now)
            .max(now);
        let next = full_at + EVERY_MICROS;
        let ahead = next - now - BURST * EVERY_MICROS;
        if ahead > 0 {
            return Err(u32::try_from((ahead + 999_999).div_euclid(1_000_000)).unwrap_or(u32::MAX));
        }
        if self.young.len() >= CLIENTS && !self.young.contains_key(&client) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(client, next);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Moment {
        Moment::from_minutes(1000).plus_seconds(seconds)
    }

    #[test]
    fn a_burst_then_one_a_second_each_client_apart() {
        let mut buckets = Buckets::default();
        for _ in 0..BURST {
            assert_eq!(buckets.take(vec![1], at(0)), Ok(()));
        }
        assert_eq!(buckets.take(vec![1], at(0)), Err(1));
        assert_eq!(buckets.take(vec![2], at(0)), Ok(()));
        assert_eq!(buckets.take(vec![1], at(1)), Ok(()));
        assert_eq!(buckets.take(vec![1], at(1)), Err(1));
        assert_eq!(buckets.take(vec![1], at(3600)), Ok(()));
    }

    #[test]
    fn being_refused_does_not_prolong_the_wait() {
        let mut buckets = Buckets::default();
        for _ in 0..BURST {
            buckets.take(vec![1], at(0)).expect("the burst");
        }
        for _ in 0..1000 {
            assert!(buckets.take(vec![1], at(0)).is_err());
        }
        assert_eq!(buckets.take(vec![1], at(1)), Ok(()));
    }

    #[test]
    fn memory_is_bounded_and_the_recent_are_remembered() {
        let mut buckets = Buckets::default();
        for client in 0..3 * CLIENTS {
            buckets
                .take(client.to_le_bytes().to_vec(), at(0))
                .expect("the first of a client");
        }
        assert!(buckets.young.len() + buckets.old.len() <= 2 * CLIENTS);
        let last = (3 * CLIENTS - 1).to_le_bytes().to_vec();
        for _ in 1..BURST {
            buckets.take(last.clone(), at(0)).expect("the burst");
        }
        assert!(buckets.take(last, at(0)).is_err());
    }

    #[test]
    fn changes_and_papers_of_ones_own_are_dear() {
        let dear = |method: &str, path: &str| {
            let request = Request::builder().method(method).uri(path);
            is_dear(&request.body(axum::body::Body::empty()).expect("a request"))
        };
        assert!(dear("POST", "/book") && dear("DELETE", "/api/v1/holds/x"));
        assert!(dear("GET", "/appointment/slip.pdf"));
        assert!(dear("GET", "/appointment/consents/x/receipt.pdf"));
        assert!(dear("GET", "/calendar/x/times.ics"));
        assert!(!dear("GET", "/book") && !dear("HEAD", "/policy/1/pdf"));
        assert!(!dear("GET", "/upload/personal_medok.pdf"));
    }
}

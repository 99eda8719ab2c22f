//! What is counted of requests.
//!
//! *Invariant*: labels come from closed sets — the routes' templates, the methods, the statuses — never from what was
//! asked: an address may hold a secret.

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use kernel::Clock;

/// Counts the request and how long its answer took (until its head, in seconds).
pub(super) async fn measure(State(clock): State<Clock>, request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let method = method(request.method());
    let began = clock.now();
    let response = next.run(request).await;
    let micros = clock.now().micros().saturating_sub(began.micros()).max(0);
    let status = response.status().as_str().to_owned();
    metrics::counter!("medok_http_requests_total", "route" => route.clone(), "method" => method, "status" => status).increment(1);
    let seconds = micros as f64 / 1e6;
    metrics::histogram!("medok_http_request_seconds", "route" => route, "method" => method)
        .record(seconds);
    response
}

fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

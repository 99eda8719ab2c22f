//! What was sent and not read is read away before the answer goes.
//!
//! *Invariant*: a connection that is kept stands at the beginning of the next request. Guards refuse before they read
//! the body; without this, what is left of it would make the connection end beneath a proxy that has just sent another
//! request over it, and the answer itself could be lost beneath what was still on its way.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};

/// Bytes read away at most: sixteen times what a form may hold, so that whoever sent too much still reads why.
const MOST: usize = 1024 * 1024;
/// How long the rest is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Reads away what the handler left, or says that the connection ends here.
pub(super) async fn drain(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    // Who asks first whether to send (RFC 9110 §10.1.1) has not sent yet, and is not told to by our reading.
    let waits = request.headers().contains_key(header::EXPECT);
    let left = Arc::<Mutex<Option<Body>>>::default();
    let lent = |body| {
        Body::new(Lent {
            body: Some(body),
            left: Arc::clone(&left),
        })
    };
    let mut response = next.run(request.map(lent)).await;
    let unread = left.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(body) = unread {
        let read = async {
            !waits
                && tokio::time::timeout(PATIENCE, read_away(body))
                    .await
                    .unwrap_or(false)
        };
        if !read.await {
            response
                .headers_mut()
                .insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
    response
}

/// Whether it came to its end.
async fn read_away(mut body: Body) -> bool {
    let mut read = 0;
    while read <= MOST {
        let frame = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context));
        match frame.await {
            None => return true,
            Some(Ok(frame)) => read += frame.data_ref().map_or(0, Bytes::len),
            Some(Err(_)) => return false,
        }
    }
    false
}

/// A body that comes back when it is let go of before its end.
struct Lent {
    body: Option<Body>,
    left: Arc<Mutex<Option<Body>>>,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let frame = std::task::ready!(Pin::new(body).poll_frame(context));
        // What has ended or broken leaves nothing.
        if !matches!(frame, Some(Ok(_))) {
            self.body = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(body) = self.body.take().filter(|body| !body.is_end_stream()) {
            *self.left.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::http::StatusCode;
    use axum::middleware::from_fn;
    use axum::routing::post;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tower::ServiceExt;

    /// So many kilobytes; then the end, or nothing any more.
    struct Sent {
        left: Arc<AtomicUsize>,
        ends: bool,
    }

    impl HttpBody for Sent {
        type Data = Bytes;
        type Error = axum::Error;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
            let left = self.left.load(Ordering::SeqCst);
            match (left, self.ends) {
                (0, true) => Poll::Ready(None),
                (0, false) => Poll::Pending,
                _ => {
                    self.left.store(left - 1, Ordering::SeqCst);
                    Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[0; 1024])))))
                }
            }
        }
    }

    async fn sent(path: &str, kilobytes: usize, ends: bool) -> (Response, usize) {
        let app = Router::new()
            .route(
                "/read",
                post(|body: Bytes| async move { body.len().to_string() }),
            )
            .route("/refused", post(|| async { StatusCode::TOO_MANY_REQUESTS }))
            .layer(from_fn(drain));
        let left = Arc::new(AtomicUsize::new(kilobytes));
        let body = Body::new(Sent {
            left: Arc::clone(&left),
            ends,
        });
        let request = Request::builder().method("POST").uri(path).body(body);
        let response = app.oneshot(request.unwrap()).await.unwrap();
        (response, left.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn what_a_refusal_left_is_read_away() {
        for path in ["/refused", "/nothing"] {
            let (response, left) = sent(path, 70, true).await;
            assert!(response.status().is_client_error(), "{path}");
            assert_eq!(left, 0, "{path}");
            assert!(!response.headers().contains_key(header::CONNECTION));
        }
        let (response, left) = sent("/read", 70, true).await;
        assert_eq!((response.status(), left), (StatusCode::OK, 0));
        assert!(!response.headers().contains_key(header::CONNECTION));
    }

    #[tokio::test]
    async fn what_does_not_end_ends_the_connection() {
        for (kilobytes, ends) in [(2000, true), (3, false)] {
            let (response, left) = sent("/refused", kilobytes, ends).await;
            assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
            assert_eq!(response.headers()[header::CONNECTION], "close");
            assert!(left < kilobytes && (ends || left == 0), "{left}");
        }
    }
}

//! Connections: accepted, timed, let go.
//!
//! *Invariant*: a connection cannot be held open by sending slowly, there are never more than [`CONNECTIONS`], and a
//! request that is being answered when the house closes is answered.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt;

use crate::Site;

/// Connections open at once; those beyond wait in the system's queue.
const CONNECTIONS: usize = 8192;
/// How long the head of a request may take to arrive, and a connection may stay idle.
const HEAD: Duration = Duration::from_secs(30);
/// Bytes of a request's head, and of what is read ahead of its body.
const BUFFER: usize = 64 * 1024;
/// How long requests under way are waited for when the house closes.
const FAREWELL: Duration = Duration::from_secs(10);

/// Serves the site until `shutdown` is ready; then no connection is accepted any more and those with a request under
/// way are waited for, ten seconds at most.
///
/// # Errors
/// The listener's address cannot be read. Errors of single connections end those alone.
pub async fn serve(
    listener: TcpListener,
    site: Site,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    serve_router(listener, crate::router(site), HEAD, shutdown).await
}

/// Serves `GET /metrics` on a listener of its own; `render` gives the text in the Prometheus format.
///
/// # Errors
/// As [`serve`]; it ends only when its task is dropped.
pub async fn serve_metrics<R>(listener: TcpListener, render: R) -> io::Result<()>
where
    R: Fn() -> String + Clone + Send + Sync + 'static,
{
    let metrics = get(move || async move {
        (
            [(
                header::CONTENT_TYPE,
                "text/plain; version=0.0.4; charset=utf-8",
            )],
            render(),
        )
    });
    let router = Router::new()
        .route("/metrics", metrics)
        .fallback(StatusCode::NOT_FOUND);
    serve_router(listener, router, HEAD, std::future::pending()).await
}

async fn serve_router(
    listener: TcpListener,
    router: Router,
    head: Duration,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let watched = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = async {
            let place = Arc::clone(&places)
                .acquire_owned()
                .await
                .map_err(io::Error::other)?;
            let (stream, peer) = listener.accept().await?;
            Ok::<_, io::Error>((place, stream, peer))
        };
        let (place, stream, peer) = tokio::select! {
            () = &mut shutdown => break,
            accepted = accepted => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of descriptors, or the client was gone before it was greeted: the listener itself is well.
                    tracing::warn!("a connection was not accepted: {error}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        // Answers are small and whole: waiting for more to send only delays them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!("no TCP_NODELAY: {error}");
        }
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head)
            .max_buf_size(BUFFER)
            .serve_connection(
                TokioIo::new(stream),
                TowerToHyperService::new(known_to(router.clone(), peer)),
            );
        let connection = watched.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            if let Err(error) = connection.await {
                tracing::debug!("a connection ended: {error}");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(FAREWELL, watched.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(
            "some requests were still under way after {} s",
            FAREWELL.as_secs()
        );
    }
    Ok(())
}

/// The router, told who is at the other end.
fn known_to(
    router: Router,
    peer: SocketAddr,
) -> impl tower::Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send>
+ Clone
+ Send {
    router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    async fn served(
        router: Router,
        head: Duration,
    ) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<io::Result<()>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (close, closed) = oneshot::channel();
        let shutdown = async { closed.await.unwrap_or_default() };
        (
            address,
            close,
            tokio::spawn(serve_router(listener, router, head, shutdown)),
        )
    }

    async fn sent(address: SocketAddr, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream
    }

    async fn rest(mut stream: TcpStream) -> String {
        let mut text = String::new();
        tokio::time::timeout(Duration::from_secs(5), stream.read_to_string(&mut text))
            .await
            .expect("it ends")
            .unwrap();
        text
    }

    #[tokio::test]
    async fn a_request_under_way_is_answered_when_the_house_closes() {
        let (began, mut beginning) = tokio::sync::mpsc::channel(1);
        let slow = get(
            move |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move {
                began.send(()).await.unwrap();
                tokio::time::sleep(Duration::from_millis(100)).await;
                peer.ip().to_string()
            },
        );
        let (address, close, serving) = served(Router::new().route("/", slow), HEAD).await;
        let idle = sent(address, b"").await;
        let asking = sent(address, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        beginning.recv().await.unwrap();
        close.send(()).unwrap();
        let answer = rest(asking).await;
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1"),
            "{answer}"
        );
        assert_eq!(rest(idle).await, "");
        tokio::time::timeout(Duration::from_secs(5), serving)
            .await
            .expect("it ends")
            .unwrap()
            .unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn a_head_that_does_not_come_ends_its_connection() {
        let (address, _close, _serving) = served(Router::new(), Duration::from_millis(50)).await;
        let slow = sent(address, b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
        let answer = rest(slow).await;
        assert!(
            !answer.starts_with("HTTP/1.1 200") && !answer.starts_with("HTTP/1.1 404"),
            "{answer}"
        );
    }

    #[tokio::test]
    async fn metrics_have_a_listener_of_their_own() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve_metrics(listener, || "medok_up 1\n".to_owned()));
        let answer = rest(
            sent(
                address,
                b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
            )
            .await,
        )
        .await;
        assert!(answer.ends_with("medok_up 1\n"), "{answer}");
        let answer = rest(
            sent(
                address,
                b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
            )
            .await,
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    }
}

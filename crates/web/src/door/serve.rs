//! Connections: accepted, timed, let go.
//!
//! *Invariant*: a connection cannot be held open by sending slowly or by never reading, there are never more than
//! [`CONNECTIONS`], and a request that is being answered when the house closes is answered.

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
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;

use super::compress;
use crate::Site;

/// Connections open at once; those beyond wait in the system's queue.
const CONNECTIONS: usize = 8192;
/// How long the head of a request may take to arrive, and a connection may stay idle.
const HEAD: Duration = Duration::from_secs(30);
/// How long what we sent may stay unread or unacknowledged before the connection is dropped (`TCP_USER_TIMEOUT`, RFC
/// 5482): longer than a telephone is in a tunnel.
const UNREAD: Duration = Duration::from_secs(60);
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
    let origin = Arc::clone(&site.origin);
    let closing = site.closing.clone();
    let shutdown = async move {
        shutdown.await;
        closing.announce();
    };
    let router = crate::router(site);
    let prepared = router.clone();
    tokio::spawn(async move {
        let host = origin.split_once("://").map_or(&*origin, |(_, host)| host);
        let files = crate::paths().into_iter();
        let files = files.filter(|path| path.starts_with("/static/")).collect();
        compress::prepare(prepared, host, files).await;
    });
    serve_router(listener, router, Waits::default(), shutdown).await
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
    serve_router(listener, router, Waits::default(), std::future::pending()).await
}

/// How long a peer is waited for.
#[derive(Clone, Copy, Debug)]
struct Waits {
    head: Duration,
    unread: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            head: HEAD,
            unread: UNREAD,
        }
    }
}

/// Sets what a connection of ours needs. Without it the connection serves all the same.
fn prepare(stream: &TcpStream, waits: Waits) {
    // Answers are small and whole: waiting for more to send only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("no TCP_NODELAY: {error}");
    }
    // A peer that never reads would keep its place for ever: its window stays shut, and the system asks on and on.
    #[cfg(target_os = "linux")]
    if let Err(error) = SockRef::from(stream).set_tcp_user_timeout(Some(waits.unread)) {
        tracing::debug!("no TCP_USER_TIMEOUT: {error}");
    }
}

async fn serve_router(
    listener: TcpListener,
    router: Router,
    waits: Waits,
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
        prepare(&stream, waits);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(waits.head)
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
    use axum::body::{Body, Bytes, HttpBody};
    use hyper::body::Frame;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    async fn served(
        router: Router,
        waits: Waits,
    ) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<io::Result<()>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (close, closed) = oneshot::channel();
        let shutdown = async { closed.await.unwrap_or_default() };
        (
            address,
            close,
            tokio::spawn(serve_router(listener, router, waits, shutdown)),
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
        let (address, close, serving) =
            served(Router::new().route("/", slow), Waits::default()).await;
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
        let waits = Waits {
            head: Duration::from_millis(50),
            ..Waits::default()
        };
        let (address, _close, _serving) = served(Router::new(), waits).await;
        let slow = sent(address, b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
        let answer = rest(slow).await;
        assert!(
            !answer.starts_with("HTTP/1.1 200") && !answer.starts_with("HTTP/1.1 404"),
            "{answer}"
        );
    }

    /// Lives as long as the answer it is part of.
    struct Endless(#[expect(dead_code, reason = "dropping it tells")] oneshot::Sender<()>);

    impl HttpBody for Endless {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            const PART: Bytes = Bytes::from_static(&[b'x'; 16 * 1024]);
            Poll::Ready(Some(Ok(Frame::data(PART))))
        }
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_reader_that_never_reads_loses_its_connection() {
        let waits = Waits {
            unread: Duration::from_millis(300),
            ..Waits::default()
        };
        let (drops, dropped) = oneshot::channel();
        let answers = Arc::new(std::sync::Mutex::new(Some(drops)));
        let endless = get(move || async move {
            let drops = answers.lock().unwrap().take().expect("asked once");
            Body::new(Endless(drops))
        });
        let (address, _close, _serving) = served(Router::new().route("/", endless), waits).await;
        let unread = sent(address, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        let ended = tokio::time::timeout(Duration::from_secs(60), dropped).await;
        assert!(ended.expect("the connection ends").is_err());
        drop(unread);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn every_connection_is_given_its_minute() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (asking, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
        let (stream, _) = accepted.unwrap();
        prepare(&stream, Waits::default());
        assert_eq!(
            SockRef::from(&stream).tcp_user_timeout().unwrap(),
            Some(UNREAD)
        );
        assert!(stream.nodelay().unwrap());
        drop(asking);
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

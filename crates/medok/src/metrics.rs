//! Metrics, on a listener of their own: nobody who reaches the site reaches this.

use std::time::Duration;

use kernel::Fault;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;

/// How often old samples are let go.
const UPKEEP: Duration = Duration::from_secs(5);

/// Begins to record. To be called only where metrics are served: what nobody reads is not kept.
///
/// # Errors
/// A recorder is installed already.
pub fn record() -> Result<PrometheusHandle, Fault> {
    Ok(PrometheusBuilder::new().install_recorder()?)
}

/// Serves what is recorded at `GET /metrics`.
pub async fn serve(listener: TcpListener, recorded: PrometheusHandle) {
    let rendered = recorded.clone();
    let mut upkeep = tokio::time::interval(UPKEEP);
    let kept = async {
        loop {
            upkeep.tick().await;
            recorded.run_upkeep();
        }
    };
    tokio::select! {
        ended = web::serve_metrics(listener, move || rendered.render()) => {
            if let Err(error) = ended {
                tracing::error!("the metrics' listener: {error}");
            }
        }
        () = kept => {}
    }
}

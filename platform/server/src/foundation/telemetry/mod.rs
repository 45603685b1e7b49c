//! What operators see: JSON lines on standard error, errors at Sentry, numbers for Prometheus, probes.
//!
//! A log line is a readable sentence with dotted fields. It never holds message text, tokens or e-mail addresses.

mod probes;

use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use secrecy::ExposeSecret;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::prelude::*;
use tracing_subscriber::{EnvFilter, fmt};

use super::config::{ConfigError, Settings};
pub use probes::{pending_migrations, routes};

/// Keeps the reporting alive; dropping it sends what is left.
pub struct Telemetry {
    _sentry: Option<sentry::ClientInitGuard>,
}

/// Upper bounds in seconds: from a look-up in memory to the ten seconds after which Slack's patience is long over.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Starts logging and, when it is configured, error reports. Called once per process, before its runtime.
///
/// # Errors
/// When the log filter or the DSN cannot be read.
pub fn start(settings: &Settings) -> Result<Telemetry, ConfigError> {
    let invalid = |name: &str, reason: &str| ConfigError::Invalid {
        name: name.to_owned(),
        reason: reason.to_owned(),
    };
    let filter = EnvFilter::try_new(&settings.log).map_err(|_| {
        invalid(
            "MOMENTUM_LOG",
            "expected directives such as `info,momentum_server=debug`",
        )
    })?;
    let sentry = match &settings.sentry_dsn {
        Some(dsn) => {
            // Fails only when another part of the process was first, which is as good.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let dsn = dsn.expose_secret();
            let is_valid = dsn.parse::<sentry::types::Dsn>().is_ok();
            if !is_valid {
                return Err(invalid(
                    "MOMENTUM_SENTRY_DSN",
                    "expected the DSN that Sentry's project page shows",
                ));
            }
            let release = concat!("momentum@", env!("CARGO_PKG_VERSION"));
            Some(sentry::init(
                sentry::ClientOptions::new()
                    .dsn(dsn)
                    .release(release)
                    .send_default_pii(false),
            ))
        }
        None => None,
    };
    let lines = fmt::layer()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_writer(std::io::stderr);
    let errors = sentry
        .is_some()
        .then(|| sentry::integrations::tracing::ErrorLayer::new().with_filter(LevelFilter::ERROR));
    // Fails when a subscriber is there already: in tests, which then see the lines their own way.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .with(errors)
        .try_init();
    metrics();
    Ok(Telemetry { _sentry: sentry })
}

/// The process's one recorder of numbers, installed at the first call.
pub fn metrics() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets(&SECONDS)
            .expect("the list of buckets is not empty");
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // Fails when somebody else installed one; ours then renders nothing, and nothing else breaks.
        let _ = metrics::set_global_recorder(recorder);
        handle
    })
}

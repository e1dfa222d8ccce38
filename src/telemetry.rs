//! Logs, figures and traces: set up once a process.
//!
//! Logs are a sentence with dotted fields, as text or JSON. Figures are kept for `/metrics`. Traces
//! go out by OTLP where an endpoint is configured, and continue the caller's `traceparent`.
//!
//! No secret and nothing personal is written, at any level. Of our own events that is a habit that a
//! test holds; what libraries say at DEBUG and TRACE is theirs to change, so it is never written.

use crate::config::Config;
use crate::error::{Error, Fault, Result};
use http::HeaderMap;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::Duration;
use tracing::{Level, Metadata, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::{FilterExt, LevelFilter, Targets, filter_fn};
use tracing_subscriber::layer::{Filter, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// How long the collector of traces may take for a batch
const EXPORT: Duration = Duration::from_secs(10);
/// Upper bounds of the histograms of seconds
const SECONDS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];
/// Upper bounds of the histogram of an assistant's answers, in seconds: a model takes its time
const ANSWERS: &[f64] = &[0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0];
/// Upper bounds of the histogram of jobs, in seconds
const JOBS: &[f64] = &[0.01, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0];
/// Upper bounds of the histogram of costs
const COSTS: &[f64] = &[10.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0];

/// Set once, when the process starts
static EXPORTS: OnceLock<bool> = OnceLock::new();

/// Keeps the trace exporter; flushes it when the process ends
pub struct Telemetry(Option<SdkTracerProvider>);

/// Starts logging and tracing as configured.
///
/// # Errors
/// The exporter can't be built.
pub fn start(config: &Config) -> Result<Telemetry> {
    metrics();
    // Without a hint every event of every library would be looked at.
    let fit = filter_fn(is_fit).with_max_level_hint(LevelFilter::TRACE);
    let text = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let log = if config.log_json { text.json().flatten_event(true).boxed() } else { text.boxed() };
    let provider = config.otlp_endpoint.as_deref().map(exporter).transpose()?;
    // Traces have a filter of their own: statements and batches are spans of level DEBUG.
    let traces = provider.as_ref().map(|provider| {
        tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("plaza"))
            .with_filter(EnvFilter::new("off,plaza=debug"))
    });
    let log = log.with_filter(asked(&config.log).and(fit));
    EXPORTS.set(provider.is_some()).ok();
    tracing_subscriber::registry().with(log).with(traces).try_init().ok();
    Ok(Telemetry(provider))
}

/// The log that is asked for. Levels of modules are compared and nothing else; what depends on spans
/// and their fields is looked up at each step into a span and out of it.
fn asked<S>(log: &str) -> Box<dyn Filter<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    match log.parse::<Targets>() {
        Ok(targets) => Box::new(targets),
        Err(_) => Box::new(EnvFilter::try_new(log).unwrap_or_else(|_| EnvFilter::new("info"))),
    }
}

/// Traces go out: whatever is made for them alone can be left out otherwise.
pub fn exports() -> bool {
    EXPORTS.get().copied().unwrap_or_default()
}

/// Ours, or said by a library to whoever operates the server: below INFO libraries tell of frames,
/// headers and addresses.
fn is_fit(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    *metadata.level() <= Level::INFO || target == "plaza" || target.starts_with("plaza::")
}

fn exporter(endpoint: &str) -> Result<SdkTracerProvider> {
    let fault = |err: opentelemetry_otlp::ExporterBuildError| {
        Error::from(Fault::new("building the trace exporter", err))
    };
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_http_client(client(endpoint)?)
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .build()
        .map_err(fault)?;
    let resource = Resource::builder().with_service_name("plaza").build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

/// The library's own would not be made on a machine without certificates, though plain HTTP needs
/// none. On a thread of its own, because a blocking client can't be made within the runtime.
fn client(endpoint: &str) -> Result<reqwest::blocking::Client> {
    let mut builder = reqwest::blocking::Client::builder().timeout(EXPORT);
    if endpoint.starts_with("http://") {
        builder = builder.tls_certs_only([]);
    }
    let fault = |cause: String| Error::from(Fault::new("building the trace exporter", cause));
    std::thread::spawn(move || builder.build())
        .join()
        .map_err(|_| fault("its thread ended".to_owned()))?
        .map_err(|err| fault(format!("{err:?}")))
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(provider) = self.0.take() {
            provider.shutdown().ok();
        }
    }
}

/// The figures of this process
pub fn metrics() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let recorder = builder
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
            .and_then(|builder| {
                builder
                    .set_buckets_for_metric(Matcher::Full("plaza_operation_cost".to_owned()), COSTS)
            })
            .and_then(|builder| {
                let name = Matcher::Full("plaza_assistant_seconds".to_owned());
                builder.set_buckets_for_metric(name, ANSWERS)
            })
            .and_then(|builder| {
                let name = Matcher::Full("plaza_job_seconds".to_owned());
                builder.set_buckets_for_metric(name, JOBS)
            })
            .unwrap_or_else(|_| PrometheusBuilder::new())
            .build_recorder();
        let handle = recorder.handle();
        // A process that already has a recorder keeps it; this one then shows nothing.
        metrics::set_global_recorder(recorder).ok();
        handle
    })
}

/// Makes a span the child of the trace that the caller's headers name.
pub fn continue_trace(span: &tracing::Span, headers: &HeaderMap) {
    if headers.contains_key("traceparent") {
        let parent = TraceContextPropagator::new().extract(&Headers(headers));
        span.set_parent(parent).ok();
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}

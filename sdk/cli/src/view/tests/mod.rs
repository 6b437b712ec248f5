//! What a person and a program see, by recordings of whole deployments.

mod json;
mod live;
mod live_safety;
mod plain;
mod schema;

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use greenlight_core::finding::{Finding, Place};
use greenlight_core::{DeploymentConfig, DeploymentEvent, DeploymentRequest, Plan, TimeBudget, Timestamp};

use super::{Format, Now, Output, open};

/// A deployment that succeeds, step by step.
const SUCCEEDS: &str = include_str!("recordings/succeeds.jsonl");
/// A deployment whose hook fails, and its rollback.
const FAILS: &str = include_str!("recordings/fails-and-rolls-back.jsonl");
/// Every kind of event, with texts that no terminal should be given.
const HOSTILE: &str = include_str!("recordings/hostile.jsonl");

fn events(recording: &str) -> Vec<DeploymentEvent> {
    recording.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A clock that stands where it was put.
#[derive(Clone, Default)]
struct Hands(Arc<AtomicU64>);

impl Hands {
    fn set(&self, time: Timestamp) {
        self.0.store(time.as_millis(), Ordering::SeqCst);
    }

    fn now(&self) -> Now {
        let hands = Arc::clone(&self.0);
        Arc::new(move || Timestamp::from_millis(hands.load(Ordering::SeqCst)))
    }
}

/// A plan with a warning and a linear shift.
fn plan() -> Plan {
    let request = DeploymentRequest::new("shop", "shop-web", "");
    let finding = Finding::warning("alarm-without-data", "the alarm `latency` has had no data for an hour")
        .with_place(Place::named("alarm", "latency"))
        .with_fix("send the metric, or take the alarm out of the deployment group");
    let mut plan = Plan::new(request).with_findings([finding]);
    plan.config = DeploymentConfig::built_in("CodeDeployDefault.ECSLinear10PercentEvery1Minutes");
    plan.budget = plan
        .config
        .as_ref()
        .map(|config| TimeBudget::new(config.routing, 1, Duration::ZERO, Duration::from_secs(300)));
    plan
}

/// A plan that cannot be started.
fn refused_plan() -> Plan {
    plan().with_findings([
        Finding::error("container-unknown", "no container is named `wbe`").with_fix("write `web`")
    ])
}

/// Memory to write to, which can break like a pipe whose reader went away.
#[derive(Clone, Default)]
struct Sink {
    text: Arc<Mutex<Vec<u8>>>,
    flushed: Arc<AtomicU64>,
    broken: bool,
}

impl Sink {
    fn broken() -> Self {
        Self { broken: true, ..Self::default() }
    }

    fn out(&self) -> Box<dyn Write + Send> {
        Box::new(self.clone())
    }

    fn text(&self) -> String {
        String::from_utf8(self.text.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.text.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Remembers how much was flushed.
    fn flush(&mut self) -> io::Result<()> {
        let length = self.text.lock().unwrap().len();
        self.flushed.store(length as u64, Ordering::SeqCst);
        Ok(())
    }
}

#[test]
fn the_format_chooses_what_a_stream_is_given() {
    let first_line = |format| {
        let sink = Sink::default();
        let mut view = open(format, Output::Stream(sink.out()), Hands::default().now());
        view.event(&events(SUCCEEDS)[0]);
        view.close().unwrap();
        sink.text()
    };
    assert!(first_line(Format::Text).starts_with("+00:00:00.000  started  d-1NNWZG91L  shop/shop-web"));
    assert!(first_line(Format::Json).starts_with(r#"{"time":"2026-03-02T09:00:00.000Z","deployment":"#));
}

#[test]
fn nothing_changes_when_a_view_is_closed_twice() {
    for format in [Format::Text, Format::Json] {
        let sink = Sink::default();
        let mut view = open(format, Output::Stream(sink.out()), Hands::default().now());
        events(FAILS).iter().for_each(|event| view.event(event));
        view.close().unwrap();
        let text = sink.text();
        view.close().unwrap();
        drop(view);
        assert_eq!(sink.text(), text);
    }
}

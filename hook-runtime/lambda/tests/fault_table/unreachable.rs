//! A CodeDeploy API that the function cannot reach at all.
//!
//! No report is possible then, so the promise is another one: the function ends with an error before its timeout. Lambda
//! delivers the event again after one minute and after two more, and the verdict is reported then, without another run of the
//! plugins. Where that fails too, CodeDeploy fails the deployment at the end of its hour.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use greenlight::core::{EventKind, HookState};
use greenlight::endpoint::Endpoint;
use greenlight::local::LambdaProcess;
use serde_json::Value;
use tokio::net::TcpSocket;

use super::row::{Ends, Measured, PATIENCE, ended};
use super::sentences;
use crate::support::bundle::bundle;
use crate::support::endpoint::{FUNCTION, advance, begin, built, info};
use crate::support::plugin;
use crate::support::proxy::Proxy;
use crate::support::seen::{Seen, lines};

const TIMEOUT: Duration = Duration::from_secs(10);

/// A deployment whose hook function has nobody to report to.
struct Lost {
    endpoint: Endpoint,
    seen: Seen,
    deployment: String,
    /// Nobody listens at it, and nobody else is given its address.
    socket: TcpSocket,
    _bundle: tempfile::TempDir,
}

impl Lost {
    async fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let nowhere = format!("http://{}", socket.local_addr().unwrap());
        let (bundle, seen) = (bundle(&plugin("smoke", "pass", "")), Seen::new());
        let process = LambdaProcess::new(FUNCTION, [env!("CARGO_BIN_EXE_bootstrap")])
            .with_directory(bundle.path())
            .with_timeout(TIMEOUT)
            .with_env("AWS_ENDPOINT_URL_CODEDEPLOY", nowhere);
        let builder = Endpoint::builder().with_lambda_process(FUNCTION, process);
        let endpoint = built(builder.with_observer(seen.observer())).await;
        let deployment = begin(&endpoint).await;
        Self { endpoint, seen, deployment, socket, _bundle: bundle }
    }

    /// Waits until call `number` has failed, and gives how long it took and what the host said last.
    async fn failed_call(&self, number: usize) -> (Duration, String) {
        let (at, said) = self
            .seen
            .until("a call fails", TIMEOUT + PATIENCE, |events| {
                let mut failed =
                    events.iter().filter_map(|(at, event)| failure(event).map(|said| (*at, said)));
                failed.nth(number - 1)
            })
            .await;
        assert!(said.contains("failed: Greenlight.Unreported: Succeeded at deployment d-"), "{said}");
        let events = self.seen.all();
        let time = at - nth(&events, number, |line| starts(line, "a hook of deployment")).0;
        assert!(time < TIMEOUT, "call {number} took {time:?}");
        let last = nth(&events, number, |line| line["kind"] == "verdict").1;
        (time, last["message"].as_str().unwrap().to_owned())
    }

    /// Waits until the engine will call the function again, for so many failed calls.
    async fn will_be_called_again(&self, calls: usize) {
        let pending = |event: &EventKind| matches!(event, EventKind::Hook { state: HookState::Pending, .. });
        self.seen
            .until("another call", PATIENCE, |events| {
                (events.iter().filter(|(_, event)| pending(event)).count() >= calls).then_some(())
            })
            .await;
    }
}

/// How often a plugin ran.
fn runs(seen: &Seen) -> usize {
    lines(&seen.all()).filter(|(_, line)| line["kind"] == "run").count()
}

/// For ever: by the engine's clock it is an hour until `Failed`.
pub(super) async fn for_ever() -> Measured {
    let fault = "callback endpoint unreachable";
    let lost = Lost::new().await;
    let (time, told) = lost.failed_call(1).await;
    sentences::expect(fault, &told);
    for (number, pause) in [(2, "60s"), (3, "120s")] {
        lost.will_be_called_again(number - 1).await;
        advance(&lost.endpoint, pause).await;
        lost.failed_call(number).await;
    }
    let now = info(&lost.endpoint, &lost.deployment).await;
    assert_eq!(now["status"], "InProgress", "{now}");
    advance(&lost.endpoint, "57m").await;
    let (status, _) = lost.seen.until(fault, PATIENCE, ended).await;
    assert_eq!(status, Ends::Failed);
    let message = info(&lost.endpoint, &lost.deployment).await["errorInformation"]["message"].take();
    assert!(
        message
            .as_str()
            .unwrap()
            .starts_with("The deployment timed out while waiting for a status callback.")
    );
    assert_eq!(runs(&lost.seen), 1, "the plugin ran again");
    lost.endpoint.shutdown().await;
    let ends = "an error of the function at each of three calls; `Failed` at the end of CodeDeploy's hour";
    Measured { fault, ends: ends.to_owned(), time, sentence: told }
}

/// Until the event comes again.
pub(super) async fn at_first() -> Measured {
    let fault = "callback endpoint unreachable at the first delivery";
    let lost = Lost::new().await;
    let (time, _) = lost.failed_call(1).await;
    lost.will_be_called_again(1).await;
    let Lost { endpoint, seen, socket, _bundle, .. } = lost;
    // The same address, where somebody listens from now on.
    let proxy = Proxy::start_at(socket.listen(64).unwrap(), Box::new(|_| None));
    proxy.lead_to(&endpoint.url());
    advance(&endpoint, "60s").await;
    let (status, at) = seen.until(fault, PATIENCE, ended).await;
    assert_eq!(status, Ends::Succeeded);
    let last = |events: &[(Instant, EventKind)]| {
        lines(events).filter(|(_, line)| line["kind"] == "verdict").nth(1).map(|(_, line)| line)
    };
    let last = seen.until(fault, PATIENCE, last).await;
    let again = at - nth(&seen.all(), 2, |line| starts(line, "a hook of deployment")).0;
    assert!(again < TIMEOUT, "{fault}: {again:?}");
    assert_eq!(runs(&seen), 1, "the plugin ran again");
    endpoint.shutdown().await;
    let sentence = last["message"].as_str().unwrap().to_owned();
    sentences::expect(fault, &sentence);
    let ends = "an error of the function; `Succeeded` when the event comes again".to_owned();
    Measured { fault, ends, time, sentence }
}

/// What the engine said of a call that failed.
fn failure(event: &EventKind) -> Option<String> {
    match event {
        EventKind::HookLog { text, .. } if text.starts_with(&format!("the function {FUNCTION} ")) => {
            Some(text.clone())
        }
        _ => None,
    }
}

fn nth(events: &[(Instant, EventKind)], number: usize, wanted: impl Fn(&Value) -> bool) -> (Instant, Value) {
    lines(events).filter(|(_, line)| wanted(line)).nth(number - 1).unwrap()
}

fn starts(line: &Value, with: &str) -> bool {
    line["message"].as_str().is_some_and(|text| text.starts_with(with))
}

//! Events that are none, and events that come twice.

use std::path::Path;
use std::time::{Duration, Instant};

use greenlight::endpoint::Endpoint;
use greenlight::local::LambdaInvoke;
use serde_json::{Value, json};

use super::row::{Ends, Measured, PATIENCE, ended};
use super::sentences;
use crate::support::bundle::bundle;
use crate::support::endpoint::{begin, built};
use crate::support::fake::PUT;
use crate::support::function::{Answer, Function};
use crate::support::proxy::Proxy;
use crate::support::seen::Seen;
use crate::support::{Fake, event, plugin};

const TIMEOUT: Duration = Duration::from_secs(60);

/// A function that reports to this URL.
async fn function(bundle: &Path, codedeploy: &str) -> Function {
    Function::start(bundle, |_| vec![("AWS_ENDPOINT_URL_CODEDEPLOY", codedeploy.to_owned())]).await
}

/// An event that is answered with an error, whereupon the process serves the next one.
pub(super) async fn refused(fault: &'static str, payload: &'static str) -> Measured {
    let (aws, bundle) = (Fake::well().await, bundle(&plugin("smoke", "pass", "")));
    let function = function(bundle.path(), &aws.url()).await;
    let answer = function.invoke(payload, TIMEOUT).await;
    let time = function.delivered().elapsed();
    let told = answer.unwrap_err()["errorMessage"].as_str().unwrap().to_owned();
    sentences::expect(fault, &told);
    assert!(time < TIMEOUT, "{fault}: {time:?}");
    let logged: Value = serde_json::from_str(&function.line_with("\"ERROR\"").await).unwrap();
    assert_eq!(logged["message"], told.as_str(), "{fault}");
    assert!(aws.asked().is_empty(), "{fault}: {:?}", aws.asked());
    let next = function.invoke(event().to_string(), TIMEOUT).await;
    assert!(matches!(&next, Ok(result) if result["status"] == "Succeeded"), "{fault}: {next:?}");
    assert_eq!(aws.reports(), ["Succeeded"], "{fault}");
    Measured { fault, ends: "an error of the function".to_owned(), time, sentence: told }
}

/// A deployment whose hook was invoked, and its event.
struct Invoked {
    endpoint: Endpoint,
    proxy: Proxy,
    seen: Seen,
    event: String,
}

impl Invoked {
    async fn new() -> Self {
        let (lambda, seen, proxy) = (Fake::well().await, Seen::new(), Proxy::start(Box::new(|_| None)).await);
        let builder = Endpoint::builder().with_fallback_hook(LambdaInvoke::new(lambda.url()));
        let endpoint = built(builder.with_observer(seen.observer())).await;
        proxy.lead_to(&endpoint.url());
        begin(&endpoint).await;
        let invoked = async {
            loop {
                if let Some(asked) = lambda.of("Invoke").pop() {
                    return asked.body.to_string();
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let event = tokio::time::timeout(PATIENCE, invoked).await.unwrap();
        Self { endpoint, proxy, seen, event }
    }

    /// Waits for the end of the lifecycle event, which has to be `Failed`.
    async fn failed(&self, fault: &str) -> Instant {
        let (status, at) = self.seen.until(fault, PATIENCE, ended).await;
        assert_eq!(status, Ends::Failed, "{fault}");
        at
    }
}

fn is_failed(answer: &Answer) -> bool {
    matches!(answer, Ok(result) if result["status"] == "Failed")
}

/// Lambda delivers at least once: two processes get one event at the same time.
pub(super) async fn in_two_processes() -> Measured {
    let fault = "two deliveries of one execution at once, in two processes";
    let (invoked, bundle) = (Invoked::new().await, bundle(&plugin("smoke", "fail", "")));
    let one = function(bundle.path(), invoked.proxy.url()).await;
    let other = function(bundle.path(), invoked.proxy.url()).await;
    let answers = tokio::join!(
        one.invoke(invoked.event.clone(), TIMEOUT),
        other.invoke(invoked.event.clone(), TIMEOUT)
    );
    assert!(is_failed(&answers.0) && is_failed(&answers.1), "{fault}: {answers:?}");
    let at = invoked.failed(fault).await;
    let time = at - one.delivered().min(other.delivered());
    let mut reports = invoked.proxy.answered(PUT);
    reports.sort_unstable();
    assert_eq!(reports, [200, 400], "{fault}");
    let told: [Value; 2] = [one.verdict().await, other.verdict().await];
    let ends = |text: &str| {
        let ends = |line: &&Value| line["message"].as_str().unwrap().ends_with(text);
        told.iter().find(ends).unwrap_or_else(|| panic!("{fault}: {told:#?}"))["message"].clone()
    };
    ends("; CodeDeploy has the report");
    let sentence = ends("; CodeDeploy had a report already").as_str().unwrap().to_owned();
    invoked.endpoint.shutdown().await;
    sentences::expect(fault, &sentence);
    assert!(time <= TIMEOUT, "{fault}: {time:?}");
    Measured { fault, ends: format!("{:?}", Ends::Failed), time, sentence }
}

/// One process gets an event again after it was through with it.
pub(super) async fn one_after_another() -> Measured {
    let fault = "two deliveries of one execution, one after the other in one process";
    let (invoked, bundle) = (Invoked::new().await, bundle(&plugin("smoke", "fail", "")));
    let function = function(bundle.path(), invoked.proxy.url()).await;
    let first = function.invoke(invoked.event.clone(), TIMEOUT).await;
    let time = invoked.failed(fault).await - function.delivered();
    let again = function.invoke(invoked.event.clone(), TIMEOUT).await;
    assert!(is_failed(&first), "{fault}: {first:?}");
    assert_eq!(again, Ok(json!({ "status": "Failed" })), "{fault}");
    assert_eq!(invoked.proxy.answered(PUT), [200], "{fault}");
    assert_eq!(function.of_kind("run").len(), 1, "{fault}: the plugin ran again");
    let said = "this event was delivered before, and Failed is reported";
    function.line_with(said).await;
    invoked.endpoint.shutdown().await;
    assert!(time <= TIMEOUT, "{fault}: {time:?}");
    Measured { fault, ends: format!("{:?}", Ends::Failed), time, sentence: said.to_owned() }
}

//! A steady load of requests.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::task::{JoinHandle, JoinSet};

use crate::{eventually, within};

/// Requests for `/version?n=<number>` at a steady rate, on kept connections.
///
/// The rate does not depend on the answers (an open loop): a slow answer delays no other request, so that a stall
/// is seen as many slow requests, and not as one.
#[derive(Debug)]
pub struct Load {
    sent: Arc<AtomicU64>,
    stopped: Arc<AtomicBool>,
    task: JoinHandle<LoadReport>,
}

/// What became of a load.
#[derive(Debug)]
pub struct LoadReport {
    /// How many requests were sent.
    pub sent: u64,
    /// How they were answered, by the number of the request.
    pub answers: Vec<Answer>,
    /// From the first request to the last.
    pub span: Duration,
}

/// What became of one request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its number, from 0.
    pub number: u64,
    /// The version that answered with 200, or what came instead.
    pub version: Result<String, String>,
}

impl Load {
    /// Starts it.
    #[must_use]
    pub fn start(address: SocketAddr, per_second: u32) -> Self {
        let sent = Arc::new(AtomicU64::new(0));
        let stopped = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(send(address, per_second, Arc::clone(&sent), Arc::clone(&stopped)));
        Self { sent, stopped, task }
    }

    /// How many requests were sent until now.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }

    /// Waits until so many more requests were sent.
    pub async fn send_more(&self, count: u64) {
        let goal = self.sent() + count;
        eventually("the load goes on", || self.sent() >= goal).await;
    }

    /// Sends no more and waits for the answers that are due.
    ///
    /// # Panics
    ///
    /// When an answer does not come in time.
    pub async fn stop(self) -> LoadReport {
        self.stopped.store(true, Ordering::SeqCst);
        within("every request is answered", self.task).await.unwrap()
    }
}

impl LoadReport {
    /// Checks that every request was answered with 200, and that the load was a load.
    ///
    /// # Panics
    ///
    /// When one was not, or the requests were fewer than this each second.
    pub fn expect_no_loss(&self, per_second: f64) {
        let failed: Vec<&Answer> = self.answers.iter().filter(|answer| answer.version.is_err()).collect();
        assert!(failed.is_empty(), "{} of {} requests failed: {failed:?}", failed.len(), self.sent);
        let numbers: Vec<u64> = self.answers.iter().map(|answer| answer.number).collect();
        assert_eq!(numbers, (0..self.sent).collect::<Vec<_>>(), "each request has one answer");
        #[expect(clippy::cast_precision_loss, reason = "no test sends 2^53 requests")]
        let rate = self.sent as f64 / self.span.as_secs_f64();
        assert!(rate >= per_second, "{rate:.0} requests a second are fewer than {per_second}");
    }

    /// How many requests this version answered.
    #[must_use]
    pub fn answered_by(&self, version: &str) -> usize {
        self.answers.iter().filter(|answer| answer.version.as_deref() == Ok(version)).count()
    }
}

type HttpClient = Client<HttpConnector, Empty<Bytes>>;

async fn send(
    address: SocketAddr,
    per_second: u32,
    sent: Arc<AtomicU64>,
    stopped: Arc<AtomicBool>,
) -> LoadReport {
    // A client that tries again by itself would hide a loss.
    let client: HttpClient =
        Client::builder(TokioExecutor::new()).retry_canceled_requests(false).build_http();
    // Ticks that were missed on a busy machine are made up for, so that the rate holds.
    let mut pace = tokio::time::interval(Duration::from_secs(1) / per_second);
    let mut requests = JoinSet::new();
    let begin = Instant::now();
    let mut span = Duration::ZERO;
    while !stopped.load(Ordering::SeqCst) {
        pace.tick().await;
        let number = sent.fetch_add(1, Ordering::SeqCst);
        span = begin.elapsed();
        let client = client.clone();
        requests.spawn(async move { Answer { number, version: ask(&client, address, number).await } });
    }
    let mut answers = requests.join_all().await;
    answers.sort_by_key(|answer| answer.number);
    LoadReport { sent: sent.load(Ordering::SeqCst), answers, span }
}

async fn ask(client: &HttpClient, address: SocketAddr, number: u64) -> Result<String, String> {
    let uri = format!("http://{address}/version?n={number}").parse().map_err(|error| format!("{error}"))?;
    let response = client.get(uri).await.map_err(|error| format!("no answer: {error:?}"))?;
    let status = response.status();
    let body =
        response.into_body().collect().await.map_err(|error| format!("no whole body: {error:?}"))?.to_bytes();
    let text = String::from_utf8_lossy(&body);
    if status != hyper::StatusCode::OK {
        return Err(format!("{status}: {text}"));
    }
    let value: Value = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
    let version = value["version"].as_str();
    version.map(str::to_owned).ok_or_else(|| format!("no version: {text}"))
}

//! What a plugin writes into a request can neither fill the host's memory nor crash it nor keep it busy.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use std::{
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use crate::http_support::{
    PUBLIC, denial, egress, egress_to, egress_with, get,
    names::{Detour, Names, network},
    server::Server,
};
use async_trait::async_trait;
use bytes::Bytes;
use greenlight_hook_runtime::http::{
    DenialKind, FetchRequest, HttpError, HttpLimits, Network, Resolver, Roles,
};
use hyper::Response;

const MIB: usize = 1 << 20;

fn invalid<T: std::fmt::Debug>(result: Result<T, HttpError>) -> String {
    match result {
        Err(HttpError::Invalid(sentence)) => sentence,
        other => panic!("not refused as invalid: {other:?}"),
    }
}

#[tokio::test]
async fn a_huge_method_is_refused_and_the_record_stays_small() {
    let egress = egress_to("http://127.0.0.1:9");
    let request = FetchRequest { method: "M".repeat(MIB), ..FetchRequest::get("http://127.0.0.1:9/") };
    let sentence = invalid(egress.fetch(request).await);
    assert!(sentence.len() < 500, "{} bytes", sentence.len());
    let record = &egress.records()[0];
    assert!(record.to_string().len() < 1_000, "{} bytes", record.to_string().len());
}

#[tokio::test]
async fn a_huge_url_or_host_is_refused_in_a_short_sentence() {
    let egress = egress(Network::system().unwrap(), &["https://*.example.com"], Roles::new());
    let labels = "a.".repeat(MIB / 2);
    for url in [
        format!("https://{labels}example.com/"),
        format!("https://{}.example.com/", "a".repeat(300)),
        format!("https://a.example.com/{}", "p".repeat(MIB)),
        format!("https://{}.example.com/", "ü".repeat(MIB)),
    ] {
        let sentence = invalid(get(&egress, &url).await);
        assert!(sentence.len() < 1_000, "{} bytes", sentence.len());
    }
    let bytes: usize = egress.records().iter().map(|record| record.to_string().len()).sum();
    assert!(bytes < 20_000, "{bytes} bytes of records");
}

#[tokio::test]
async fn more_headers_than_a_request_can_hold_are_refused() {
    let egress = egress_to("http://127.0.0.1:9");
    let headers = (0..40_000).map(|n| (format!("x-{n}"), String::new())).collect();
    let request = FetchRequest { headers, ..FetchRequest::get("http://127.0.0.1:9/") };
    let sentence = invalid(egress.fetch(request).await);
    assert!(sentence.contains("headers"), "{sentence}");
}

#[tokio::test]
async fn a_name_with_thousands_of_addresses_is_tried_at_a_few() {
    // Nothing answers at port 1.
    let detour = Detour::to(([127, 0, 0, 1], 1).into());
    let many: Vec<String> = (0..4_000).map(|n| format!("52.1.{}.{}", n / 250, n % 250 + 1)).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let names = Names::default().with("many.example.com", &[&many]);
    let egress = egress(network(&names, &detour), &["http://many.example.com"], Roles::new());
    let Err(HttpError::Connection { sentence, .. }) = get(&egress, "http://many.example.com/").await else {
        panic!("the request got through")
    };
    assert!(detour.dialed().len() <= 8, "{} connections", detour.dialed().len());
    assert!(sentence.len() < 1_000, "{} bytes", sentence.len());
}

#[tokio::test]
async fn a_forbidden_address_behind_thousands_of_others_is_still_never_dialed() {
    let server = Server::http(|_| Response::new(Bytes::new().into())).await;
    let detour = Detour::to(server.address);
    let mut answers = vec!["169.254.169.254"; 100];
    answers.push(PUBLIC);
    let names = Names::default().with("mixed.example.com", &[&answers]);
    let egress = egress(network(&names, &detour), &["http://mixed.example.com"], Roles::new());
    assert_eq!(get(&egress, "http://mixed.example.com/").await, Ok(200));
    assert_eq!(detour.dialed(), [format!("{PUBLIC}:80")]);
}

/// Never answers, and counts how many wait for it.
#[derive(Debug, Clone, Default)]
struct Stuck(Arc<AtomicUsize>);

#[async_trait]
impl Resolver for Stuck {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        self.0.fetch_add(1, SeqCst);
        std::future::pending().await
    }
}

#[tokio::test]
async fn look_ups_that_a_plugin_gave_up_still_count_as_requests_under_way() {
    let stuck = Stuck::default();
    let mut limits = HttpLimits::default();
    limits.max_concurrent = 8;
    let network = Network::system().unwrap().with_resolver(stuck.clone());
    let egress = egress_with(network, &["http://slow.example.com"], Roles::new(), limits);
    for _ in 0..100 {
        let request = FetchRequest {
            timeout: Some(Duration::from_millis(1)),
            ..FetchRequest::get("http://slow.example.com/")
        };
        egress.fetch(request).await.unwrap_err();
    }
    assert!(stuck.0.load(SeqCst) <= 8, "{} look-ups at once", stuck.0.load(SeqCst));
}

#[tokio::test]
async fn a_role_filled_with_a_name_for_loopback_says_to_give_the_address() {
    let names = Names::default().with("localhost", &[&["127.0.0.1"]]);
    let network = Network::system().unwrap().with_resolver(names);
    let roles = Roles::new().with_test("http://localhost:9001").unwrap();
    let egress = egress(network, &["{test}"], roles);
    let (kind, sentence) = denial(get(&egress, "http://localhost:9001/health").await);
    assert_eq!(kind, DenialKind::Address);
    assert_eq!(
        sentence,
        "GET http://localhost:9001/health was not sent: localhost resolves to 127.0.0.1, a loopback address; fill \
         {test} with the address itself, as http://127.0.0.1:9001"
    );
}

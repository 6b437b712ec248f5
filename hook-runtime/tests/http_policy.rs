//! A plugin reaches only the servers that are granted, and a person who reads of a refusal knows what to do.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use crate::http_support::{
    PUBLIC, denial, egress, egress_to, get,
    names::{Detour, Names, network},
    server::{Server, ok},
};
use greenlight_hook_runtime::http::{DenialKind, FetchRequest, HttpError, Roles};
use http::{Response, StatusCode, header};

#[tokio::test]
async fn without_a_grant_nothing_is_resolved_and_nothing_connected() {
    let server = Server::http(|_| ok("")).await;
    let (names, detour) = (Names::default().with("a.example", &[&[PUBLIC]]), Detour::to(server.address));
    let egress = egress(network(&names, &detour), &[], Roles::new());
    let (kind, sentence) = denial(get(&egress, "http://a.example/path?token=1").await);
    assert_eq!(kind, DenialKind::NoGrant);
    assert_eq!(
        sentence,
        "no grant covers GET http://a.example/path; add \"http://a.example\" to grants.http"
    );
    assert!(names.asked().is_empty());
    assert!(detour.dialed().is_empty());
    let record = &egress.records()[0];
    assert!(record.denied);
    assert_eq!(record.url, "http://a.example/path?token=1");
    assert_eq!(record.error.as_ref().unwrap().kind, "denied");
}

#[tokio::test]
async fn a_grant_covers_its_own_scheme_host_and_port_only() {
    let server = Server::http(|_| ok("")).await;
    let names = ["a.example", "b.a.example", "c.b.a.example", "xa.example", "example"]
        .into_iter()
        .fold(Names::default(), |names, name| names.with(name, &[&[PUBLIC]]));
    let detour = Detour::to(server.address);
    let table: [(&str, &str, bool); 16] = [
        ("http://a.example", "http://a.example/", true),
        ("http://a.example", "HTTP://A.EXAMPLE./x?y", true),
        ("http://a.example", "http://a.example:80/", true),
        ("http://a.example", "http://a.example:81/", false),
        ("http://a.example", "https://a.example/", false),
        ("http://a.example", "https://a.example:80/", false),
        ("http://a.example", "http://b.a.example/", false),
        ("http://a.example", "http://xa.example/", false),
        ("http://a.example:8080", "http://a.example:8080/", true),
        ("http://a.example:8080", "http://a.example/", false),
        ("http://*.a.example", "http://b.a.example/", true),
        ("http://*.a.example", "http://c.b.a.example/", true),
        ("http://*.a.example", "http://a.example/", false),
        ("http://*.a.example", "http://xa.example/", false),
        ("http://*.a.example", "http://.a.example/", false),
        ("http://192.0.32.10", "http://192.0.32.10/", true),
    ];
    for (grant, url, allowed) in table {
        let egress = egress(network(&names, &detour), &[grant], Roles::new());
        let result = get(&egress, url).await;
        assert_eq!(result.is_ok(), allowed, "{grant} and {url}: {result:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_handed_to_the_plugin_and_not_followed() {
    let secret = Server::http(|_| ok("secret")).await;
    let location = secret.url();
    let server = Server::http(move |_| {
        let mut response = Response::new(http_body_util::Full::default());
        *response.status_mut() = StatusCode::FOUND;
        response.headers_mut().insert(header::LOCATION, location.parse().unwrap());
        response
    })
    .await;
    let egress = egress_to(&server.url());
    assert_eq!(get(&egress, &server.url()).await.unwrap(), 302);
    assert_eq!((server.requests(), secret.connections()), (1, 0));
}

#[tokio::test]
async fn a_request_that_cannot_be_meant_is_invalid_and_says_why() {
    let egress = egress_to("http://127.0.0.1:1");
    let table = [
        (
            "http://me@127.0.0.1:1/",
            "the URL carries a user name or password; send them in an authorization header",
        ),
        (
            "http://@127.0.0.1:1/",
            "the URL carries a user name or password; send them in an authorization header",
        ),
        ("http://a.example\\@127.0.0.1:1/", "no grant covers"),
        ("ftp://a.example/", "the scheme of \"ftp://a.example/\" is not supported; use http or https"),
        ("/health", "\"/health\" is not an absolute URL"),
        ("http://a.example:0/", "names port 0"),
    ];
    for (url, expected) in table {
        let error = get(&egress, url).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{url}: {error}");
    }
    let record = egress.records().swap_remove(0);
    assert_eq!(record.url, "http://…@127.0.0.1:1/");
    let connect = FetchRequest { method: "CONNECT".into(), ..FetchRequest::get("http://127.0.0.1:1/") };
    assert!(matches!(egress.fetch(connect).await, Err(HttpError::Invalid(_))));
    let header = FetchRequest {
        headers: vec![("Host".into(), "other.example".into())],
        ..FetchRequest::get("http://127.0.0.1:1/")
    };
    let error = egress.fetch(header).await.unwrap_err();
    assert_eq!(error.to_string(), "header host is set by the host; leave it out");
}

#[tokio::test]
async fn what_a_plugin_writes_cannot_steer_the_terminal_of_who_reads_the_report() {
    let egress = egress_to("http://127.0.0.1:1");
    let error = get(&egress, "http://a.example/\u{1b}[2J\n?q=\u{7}").await.unwrap_err().to_string();
    let record = egress.records().swap_remove(0);
    assert_eq!(record.url, "http://a.example/\u{fffd}[2J\u{fffd}?q=\u{fffd}");
    assert!(!error.chars().any(char::is_control), "{error:?}");
    let long = format!("http://a.example/{}", "x".repeat(1 << 20));
    assert!(get(&egress, &long).await.unwrap_err().to_string().len() < 400);
    assert!(egress.records()[1].url.len() < 1100);
}

//! Whether a grant's server is there is found out by the policy of requests, and without a request.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use crate::http_support::{
    PUBLIC, egress, egress_to,
    names::{Detour, Names, network},
    server::{Server, ok},
};
use greenlight_hook_runtime::http::{Egress, HttpError, HttpGrant, Reach, Role, Roles};

async fn reach(egress: &Egress, grant: &str) -> Result<Reach, HttpError> {
    egress.reach(&grant.parse::<HttpGrant>().unwrap()).await
}

#[tokio::test]
async fn a_server_is_connected_to_where_its_name_leads_and_asked_for_nothing() {
    let server = Server::http(|_| ok("")).await;
    let (names, detour) = (Names::default().with("a.example", &[&[PUBLIC]]), Detour::to(server.address));
    let egress = egress(network(&names, &detour), &["http://a.example:8080"], Roles::new());
    let found = reach(&egress, "http://a.example:8080").await.unwrap();
    let address = format!("{PUBLIC}:8080").parse().unwrap();
    assert_eq!(found, Reach::Connected { origin: "http://a.example:8080".to_owned(), address });
    assert_eq!((egress.requests(), egress.records().len(), server.requests()), (0, 0, 0));
}

#[tokio::test]
async fn a_grant_whose_address_the_policy_forbids_says_so_as_a_request_would() {
    let server = Server::http(|_| ok("")).await;
    let (names, detour) = (Names::default().with("a.example", &[&["10.0.0.7"]]), Detour::to(server.address));
    let egress = egress(network(&names, &detour), &["http://a.example"], Roles::new());
    let error = reach(&egress, "http://a.example").await.unwrap_err();
    assert!(error.is_denied());
    assert_eq!(
        error.to_string(),
        "GET http://a.example/ was not sent: a.example resolves to 10.0.0.7, a private address; write its grant as \
         \"http://a.example via 10.0.0.0/8\" in grants.http"
    );
    assert!(detour.dialed().is_empty());
}

#[tokio::test]
async fn roles_without_a_listener_and_wildcards_name_nothing_to_try() {
    let (names, detour) = (Names::default(), Detour::to(([127, 0, 0, 1], 9).into()));
    let egress = egress(network(&names, &detour), &["{test}", "https://*.example.com"], Roles::new());
    assert_eq!(reach(&egress, "{test}").await.unwrap(), Reach::Unfilled(Role::Test));
    assert_eq!(reach(&egress, "https://*.example.com").await.unwrap(), Reach::AnyBelow);
}

#[tokio::test]
async fn a_listener_that_does_not_answer_is_told_with_its_address() {
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    drop(socket);
    let egress = egress_to(&url);
    let error = reach(&egress, "{test}").await.unwrap_err();
    assert_eq!(error.kind(), "connection");
    assert!(error.to_string().contains(&url), "{error}");
}

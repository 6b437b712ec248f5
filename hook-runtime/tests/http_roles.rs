//! `{test}` and `{production}` open the listeners of the deployment, and nothing beside them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use crate::http_support::{
    denial, egress, egress_to, get,
    names::{Detour, Names, network},
    server::{Server, ok},
};
use greenlight_hook_runtime::http::{DenialKind, Network, Roles};

#[tokio::test]
async fn a_role_opens_exactly_the_address_and_port_that_the_host_filled_in() {
    let server = Server::http(|_| ok("")).await;
    let other = Server::http(|_| ok("")).await;
    let egress = egress_to(&server.url());
    assert_eq!(get(&egress, &format!("{}/health", server.url())).await.unwrap(), 200);
    for url in [
        other.url(),
        format!("http://localhost:{}", server.address.port()),
        format!("http://127.0.0.2:{}", server.address.port()),
        format!("http://[::ffff:127.0.0.1]:{}", server.address.port()),
        format!("https://{}", server.address),
    ] {
        assert!(get(&egress, &url).await.unwrap_err().is_denied(), "{url}");
    }
    assert_eq!((server.requests(), other.connections()), (1, 0));
}

#[tokio::test]
async fn a_role_that_is_filled_with_a_name_does_not_open_loopback() {
    let server = Server::http(|_| ok("")).await;
    let names = Names::default().with("test.example", &[&["127.0.0.1"]]);
    let detour = Detour::to(server.address);
    let roles = Roles::new().with_test("http://test.example").unwrap();
    let egress = egress(network(&names, &detour), &["{test}"], roles);
    let (kind, sentence) = denial(get(&egress, "http://test.example/").await);
    assert_eq!(kind, DenialKind::Address);
    assert!(sentence.contains("test.example resolves to 127.0.0.1, a loopback address"), "{sentence}");
    assert!(detour.dialed().is_empty());
}

#[tokio::test]
async fn a_role_that_resolves_to_a_private_address_is_named_in_the_advice() {
    let names = Names::default().with("test.example", &[&["10.0.0.7"]]);
    let server = Server::http(|_| ok("")).await;
    let detour = Detour::to(server.address);
    let roles = || Roles::new().with_test("http://test.example").unwrap();
    let refused = egress(network(&names, &detour), &["{test}"], roles());
    let (_, sentence) = denial(get(&refused, "http://test.example/").await);
    assert_eq!(
        sentence,
        "GET http://test.example/ was not sent: test.example resolves to 10.0.0.7, a private address; write its \
         grant as \"{test} via 10.0.0.0/8\" in grants.http"
    );
    let granted = egress(network(&names, &detour), &["{test} via 10.0.0.0/8"], roles());
    assert_eq!(get(&granted, "http://test.example/").await.unwrap(), 200);
}

#[tokio::test]
async fn the_advice_names_the_role_where_one_fits() {
    let roles = || Roles::new().with_production("https://shop.example").unwrap();
    let none = egress(Network::system().unwrap(), &[], roles());
    let (_, sentence) = denial(get(&none, "https://shop.example/cart").await);
    assert_eq!(
        sentence,
        "no grant covers GET https://shop.example/cart; add \"{production}\" to grants.http"
    );
    let empty = egress(Network::system().unwrap(), &["{test}"], roles());
    let (_, sentence) = denial(get(&empty, "http://a.example/").await);
    assert_eq!(
        sentence,
        "no grant covers GET http://a.example/, and the grant {test} is empty, because the host knows no such \
         listener; add \"http://a.example\" to grants.http"
    );
}

#[tokio::test]
async fn the_lambda_runtime_api_is_out_of_reach_even_by_role() {
    let server = Server::http(|_| ok("the next event")).await;
    let port = server.address.port();
    for value in
        [format!("127.0.0.1:{port}"), format!("localhost:{port}"), format!("127.0.0.1:{port}/.rt/hook")]
    {
        let network = Network::system().unwrap().with_runtime_api(&value).unwrap();
        let roles = Roles::new().with_test(&server.url()).unwrap();
        let egress = egress(network, &["{test}"], roles);
        let (kind, sentence) = denial(get(&egress, &format!("{}/2018-06-01/runtime", server.url())).await);
        assert_eq!(kind, DenialKind::Address);
        assert!(sentence.contains("is the AWS Lambda Runtime API, which no grant can cover"), "{sentence}");
    }
    assert_eq!(server.connections(), 0);
}

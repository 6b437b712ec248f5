//! A plugin reaches no forbidden address, however it is written and by whatever name. Names are resolved by a
//! resolver that each test writes, and connections to public addresses end at a server on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use crate::http_support::{
    PUBLIC, denial, egress, get,
    names::{Detour, Names, network},
    server::{Server, ok},
};
use greenlight_hook_runtime::http::{DenialKind, Network, Roles};

#[tokio::test]
async fn every_spelling_of_a_forbidden_address_is_refused() {
    let server = Server::http(|_| ok("")).await;
    let port = server.address.port();
    let spellings = [include_str!("spellings/loopback.txt"), include_str!("spellings/metadata.txt")].concat();
    let others = [
        "LOCALHOST",
        "[fe80::1]",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "198.18.0.1",
        "%31%32%37.0.0.1",
    ];
    for host in spellings.lines().chain(others) {
        let url = format!("http://{host}:{port}/");
        // With no grant, and with the widest that can be written.
        for grants in [vec![], vec!["{test}", "{production}", "https://*.example.com"]] {
            let egress = egress(Network::system().unwrap(), &grants, Roles::new());
            let (kind, sentence) = denial(get(&egress, &url).await);
            assert_eq!(kind, DenialKind::NoGrant, "{url}");
            assert!(sentence.starts_with("no grant can cover GET http://"), "{url}: {sentence}");
        }
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_granted_name_that_leads_to_a_forbidden_address_is_refused_and_not_connected() {
    let server = Server::http(|_| ok("")).await;
    let table = [
        ("127.0.0.1", "a loopback address"),
        ("::1", "a loopback address"),
        ("::ffff:127.0.0.1", "a loopback address"),
        ("64:ff9b::7f00:1", "a loopback address"),
        ("0.0.0.0", "the unspecified address"),
        ("169.254.169.254", "a cloud metadata address"),
        ("fd00:ec2::254", "a cloud metadata address"),
        ("169.254.7.7", "a link-local address"),
        ("fe80::1", "a link-local address"),
        ("224.0.0.251", "a multicast address"),
        ("255.255.255.255", "the broadcast address"),
        ("198.51.100.7", "a documentation address"),
        ("192.0.0.9", "a reserved address"),
    ];
    for (address, class) in table {
        let (names, detour) = (Names::default().with("a.example", &[&[address]]), Detour::to(server.address));
        let egress =
            egress(network(&names, &detour), &["http://a.example via 10.0.0.0/8, fc00::/7"], Roles::new());
        let (kind, sentence) = denial(get(&egress, "http://a.example/").await);
        assert_eq!(kind, DenialKind::Address);
        let begins = format!(
            "GET http://a.example/ was not sent: a.example resolves to {address}, {class}, which no grant can cover"
        );
        assert!(sentence.starts_with(&begins), "{sentence}");
        assert!(detour.dialed().is_empty(), "{address}");
    }
}

#[tokio::test]
async fn a_name_is_resolved_once_and_only_that_answer_is_connected_to() {
    let server = Server::http(|_| ok("")).await;
    // The second answer is the attack: public when checked, loopback when used.
    let names = Names::default().with("a.example", &[&[PUBLIC], &["127.0.0.1"]]);
    let detour = Detour::to(server.address);
    let egress = egress(network(&names, &detour), &["http://a.example"], Roles::new());
    assert_eq!(get(&egress, "http://a.example/").await.unwrap(), 200);
    assert_eq!(names.asked(), ["a.example"]);
    assert_eq!(detour.dialed(), [format!("{PUBLIC}:80")]);
    // The next request asks anew, and the idle connection of the first does not help it.
    let (kind, _) = denial(get(&egress, "http://a.example/").await);
    assert_eq!(kind, DenialKind::Address);
    assert_eq!(detour.dialed().len(), 1);
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn of_a_mixed_answer_only_the_admitted_addresses_are_connected_to() {
    let server = Server::http(|_| ok("")).await;
    let names = Names::default().with("a.example", &[&["127.0.0.1", "10.0.0.1", PUBLIC, "169.254.169.254"]]);
    let detour = Detour::to(server.address);
    let egress = egress(network(&names, &detour), &["http://a.example"], Roles::new());
    assert_eq!(get(&egress, "http://a.example/").await.unwrap(), 200);
    assert_eq!(detour.dialed(), [format!("{PUBLIC}:80")]);
    assert_eq!(egress.records()[0].address.unwrap().to_string(), format!("{PUBLIC}:80"));
}

#[tokio::test]
async fn a_private_address_needs_a_grant_that_names_its_range() {
    let server = Server::http(|_| ok("")).await;
    let table = [
        ("http://a.example", "10.1.2.3", Some("http://a.example via 10.0.0.0/8")),
        ("http://a.example", "172.20.0.1", Some("http://a.example via 172.16.0.0/12")),
        ("http://a.example", "192.168.1.1", Some("http://a.example via 192.168.0.0/16")),
        ("http://a.example", "100.64.1.1", Some("http://a.example via 100.64.0.0/10")),
        ("http://a.example", "fd12::1", Some("http://a.example via fc00::/7")),
        ("http://a.example via 192.168.0.0/16", "10.1.2.3", Some("http://a.example via 10.0.0.0/8")),
        ("http://*.example.com", "10.1.2.3", Some("http://b.example.com via 10.0.0.0/8")),
        ("http://a.example via 10.0.0.0/8", "10.1.2.3", None),
        ("http://a.example via 10.1.0.0/16", "::ffff:10.1.2.3", None),
        ("http://a.example via fd12::/16", "fd12::1", None),
    ];
    for (grant, address, suggested) in table {
        let name = if grant.contains('*') { "b.example.com" } else { "a.example" };
        let (names, detour) = (Names::default().with(name, &[&[address]]), Detour::to(server.address));
        let egress = egress(network(&names, &detour), &[grant], Roles::new());
        let result = get(&egress, &format!("http://{name}/")).await;
        match suggested {
            None => assert_eq!(result.unwrap(), 200, "{grant} and {address}"),
            Some(grant) => {
                let (_, sentence) = denial(result);
                assert!(
                    sentence.contains(&format!("write its grant as {grant:?} in grants.http")),
                    "{sentence}"
                );
                assert!(detour.dialed().is_empty());
            }
        }
    }
}

#[tokio::test]
async fn a_range_does_not_cover_the_end_of_a_tunnel_into_it() {
    let server = Server::http(|_| ok("")).await;
    for address in ["2002:a01:203::1", "64:ff9b::10.1.2.3", "::10.1.2.3"] {
        let (names, detour) = (Names::default().with("a.example", &[&[address]]), Detour::to(server.address));
        let egress = egress(network(&names, &detour), &["http://a.example via 10.0.0.0/8"], Roles::new());
        let (_, sentence) = denial(get(&egress, "http://a.example/").await);
        assert!(sentence.contains("the end of a tunnel to a private address"), "{sentence}");
        assert!(detour.dialed().is_empty());
    }
}

#[tokio::test]
async fn a_private_address_may_be_granted_by_writing_it() {
    let server = Server::http(|_| ok("")).await;
    let detour = Detour::to(server.address);
    let egress = egress(network(&Names::default(), &detour), &["http://10.1.2.3:8080"], Roles::new());
    assert_eq!(get(&egress, "http://10.1.2.3:8080/").await.unwrap(), 200);
    assert!(get(&egress, "http://10.1.2.4:8080/").await.unwrap_err().is_denied());
    assert_eq!(detour.dialed(), ["10.1.2.3:8080"]);
}

//! A plugin reaches only what is granted, at the address that is really connected to. Names are resolved by a
//! resolver that each test writes, and connections to public addresses end at a server on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

mod http_support;

use greenlight_hook_runtime::http::{DenialKind, Egress, FetchRequest, HttpError, Network, Roles};
use http::{Response, StatusCode, header};
use http_support::{
    egress, egress_to,
    names::{Detour, Names},
    server::{Server, ok},
};

/// An address that no list knows as special.
const PUBLIC: &str = "192.0.32.10";

async fn get(egress: &Egress, url: &str) -> Result<u16, HttpError> {
    egress.fetch(FetchRequest::get(url)).await.map(|response| response.status)
}

fn denial(result: Result<u16, HttpError>) -> (DenialKind, String) {
    match result {
        Err(HttpError::Denied { kind, sentence }) => (kind, sentence),
        other => panic!("not denied: {other:?}"),
    }
}

/// A network where the names are those given, and every connection ends at `server`.
fn network(names: &Names, detour: &Detour) -> Network {
    Network::system().unwrap().with_resolver(names.clone()).with_dial(detour.clone())
}

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
async fn every_spelling_of_a_forbidden_address_is_refused() {
    let server = Server::http(|_| ok("")).await;
    let port = server.address.port();
    let hosts = [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.255.255.254",
        "0",
        "0.0.0.0",
        "0.0.0.1",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "app.localhost",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b:1::127.0.0.1]",
        "[2002:7f00:1::]",
        "[2001:0:808:808::80ff:fffe]",
        "169.254.169.254",
        "0xa9fea9fe",
        "2852039166",
        "[::ffff:169.254.169.254]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.0.192",
        "198.18.0.1",
        "100.100.100.200",
        "%31%32%37.0.0.1",
    ];
    for host in hosts {
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
    assert_eq!(error.to_string(), "header \"Host\" is set by the host; leave it out");
}

//! A plugin that tries every spelling of an address that it must not reach, by each of the two doors to the network: all
//! are denied, and the report has a record of each that names what was asked and why it was denied.

use crate::http_support::{
    PUBLIC, egress, get,
    guest::{Plugin, Verdict},
    names::{Detour, Names, network},
    server::{Server, ok},
};
use greenlight_hook_runtime::http::{Egress, HttpRecord, Network, Roles};

/// This machine.
const LOOPBACK: &str = include_str!("spellings/loopback.txt");

/// Where clouds hand out credentials and metadata, and where Lambda's Runtime API answers.
const METADATA: &str = include_str!("spellings/metadata.txt");

/// What URLs may hold and `wasi:http` does not take: the URL standard reads these as addresses too.
const ONLY_IN_URLS: [&str; 4] = ["%31%32%37.0.0.1", "１２７.0.0.1", "127。0。0。1", "ｌｏｃａｌｈｏｓｔ"];

fn urls(port: u16) -> Vec<String> {
    LOOPBACK.lines().chain(METADATA.lines()).map(|host| format!("http://{host}:{port}/")).collect()
}

/// The widest that can be granted without the address itself.
fn widest(port: u16) -> Egress {
    let network = Network::system().unwrap().with_runtime_api(&format!("127.0.0.1:{port}")).unwrap();
    let roles = Roles::new().with_test(&format!("http://127.0.0.1:{port}")).unwrap();
    egress(network, &["{test} via 10.0.0.0/8, fc00::/7", "{production}", "https://*.example.com"], roles)
}

fn expect_denied(record: &HttpRecord, url: &str) {
    let line = record.to_string();
    assert!(record.denied && record.address.is_none(), "{url}: {line}");
    assert!(line.starts_with(&format!("GET {url} failed: ")), "{url}: {line}");
    assert!(line.contains("no grant can cover"), "{url}: {line}");
}

#[tokio::test]
async fn no_spelling_of_a_forbidden_address_gets_through_fetch() {
    let server = Server::http(|_| ok("")).await;
    let port = server.address.port();
    let mut urls = urls(port);
    urls.extend(ONLY_IN_URLS.iter().map(|host| format!("http://{host}:{port}/")));
    let egress = widest(port);
    for url in &urls {
        assert!(get(&egress, url).await.unwrap_err().is_denied(), "{url}");
    }
    let records = egress.records();
    assert_eq!(records.len(), urls.len());
    for (record, url) in records.iter().zip(&urls) {
        expect_denied(record, url);
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn no_spelling_of_a_forbidden_address_gets_through_wasi_http() {
    let server = Server::http(|_| ok("")).await;
    let port = server.address.port();
    let urls = urls(port);
    let egress = widest(port);
    let config = [("url", urls.join(" ")), ("requests", "1".to_owned()), ("body", String::new())];
    let config: Vec<_> = config.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let verdict = Plugin::built("guest_wasi_http").run(egress.clone(), &config).await;
    let count = urls.len();
    let Verdict::Fail(reason) = verdict else { panic!("it passed") };
    assert!(reason.starts_with(&format!("{count} of {count} requests failed")), "{reason}");
    let records = egress.records();
    assert_eq!(records.len(), count);
    for (record, url) in records.iter().zip(&urls) {
        expect_denied(record, url);
    }
    assert_eq!(server.connections(), 0);
}

/// Public when it is judged and forbidden when it is used, or the other way round.
#[tokio::test]
async fn a_name_with_two_answers_leads_to_the_public_one_alone_by_both_doors() {
    let server = Server::http(|_| ok("")).await;
    let plugin = Plugin::built("guest_wasi_http");
    let config = [("url", "http://rebind.example/"), ("requests", "2"), ("body", "")];
    for forbidden in ["127.0.0.1", "169.254.169.254", "fd00:ec2::254", "169.254.100.1", "::ffff:127.0.0.1"] {
        for answers in [[[PUBLIC], [forbidden]], [[forbidden], [PUBLIC]]] {
            for by_fetch in [true, false] {
                let names = Names::default().with("rebind.example", &[&answers[0], &answers[1]]);
                let detour = Detour::to(server.address);
                let egress = egress(network(&names, &detour), &["http://rebind.example"], Roles::new());
                if by_fetch {
                    for _ in 0..2 {
                        let _ = get(&egress, "http://rebind.example/").await;
                    }
                } else {
                    let verdict = plugin.run(egress.clone(), &config).await;
                    let Verdict::Fail(reason) = verdict else { panic!("{answers:?}: it passed") };
                    assert!(reason.starts_with("1 of 2 requests failed"), "{answers:?}: {reason}");
                }
                assert_eq!(detour.dialed(), [format!("{PUBLIC}:80")], "{answers:?}");
                assert_eq!(names.asked().len(), 2, "{answers:?}");
                let records = egress.records();
                for (record, [answer]) in records.iter().zip(answers) {
                    assert_eq!(record.denied, answer == forbidden, "{answers:?}: {record}");
                }
                let denied = records.iter().find(|record| record.denied).unwrap().to_string();
                let told = format!(
                    "GET http://rebind.example/ failed: GET http://rebind.example/ was not sent: rebind.example resolves to \
                     {forbidden}, "
                );
                assert!(denied.starts_with(&told), "{denied}");
                assert!(denied.contains("which no grant can cover"), "{denied}");
            }
        }
    }
}

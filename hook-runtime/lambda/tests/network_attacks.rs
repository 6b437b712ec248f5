//! A plugin in the real `bootstrap` reaches neither Lambda's Runtime API nor credentials nor anything else of the machine,
//! however it is written; each try has a line in the log. It sees nothing of the function's environment.

use std::net::{Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;

use crate::support::bundle::{bundle, bundle_of_guests};
use crate::support::function::{Function, SECRET};
use crate::support::{Fake, event, plugin};

const TIMEOUT: Duration = Duration::from_secs(60);

/// Spellings of this machine, and names that hosts files have for it.
fn loopback() -> impl Iterator<Item = &'static str> {
    include_str!("../../tests/spellings/loopback.txt")
        .lines()
        .chain(["localhost.localdomain", "ip6-localhost"])
}

/// Where AWS and others hand out credentials and metadata.
const METADATA: [&str; 16] = [
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.169.254./latest/meta-data/",
    "http://169.254.43518/latest/meta-data/",
    "http://0xa9fea9fe/latest/meta-data/",
    "http://2852039166/latest/meta-data/",
    "http://0251.0376.0251.0376/latest/meta-data/",
    "http://[::ffff:169.254.169.254]/latest/meta-data/",
    "http://[64:ff9b::a9fe:a9fe]/latest/meta-data/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[fd00:ec2::23]/v1/credentials",
    "http://169.254.170.2/v2/credentials",
    "http://169.254.170.23/v1/credentials",
    "http://169.254.100.1:9001/2018-06-01/runtime/invocation/next",
    "http://169.254.100.1:2773/systemsmanager/parameters/get",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://100.100.100.200/latest/meta-data/",
];

/// Somebody on this machine, at all of its addresses, who notices every connection.
async fn victim() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = match TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0)).await {
        Ok(listener) => listener,
        // A machine without IPv6.
        Err(_) => TcpListener::bind("0.0.0.0:0").await.unwrap(),
    };
    let (address, connections) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&connections);
    tokio::spawn(async move {
        loop {
            let _ = listener.accept().await.unwrap();
            seen.fetch_add(1, Ordering::SeqCst);
        }
    });
    (address, connections)
}

fn urls(victim: SocketAddr, runtime_api: SocketAddr) -> Vec<String> {
    let next = "2018-06-01/runtime/invocation/next";
    let (victim, api) = (victim.port(), runtime_api.port());
    let mut urls: Vec<String> = loopback().map(|host| format!("http://{host}:{victim}/")).collect();
    urls.extend(loopback().map(|host| format!("http://{host}:{api}/{next}")));
    urls.extend(METADATA.iter().map(ToString::to_string));
    urls
}

#[tokio::test(flavor = "multi_thread")]
async fn no_spelling_of_a_forbidden_address_is_reached_from_a_function() {
    let (aws, (victim, connections)) = (Fake::well().await, victim().await);
    let attack = |api: SocketAddr| {
        let urls = urls(victim, api).join(" ");
        // The operator has filled the grant with the Runtime API itself.
        let settings = "grants = [\"{test}\", \"{production} via 10.0.0.0/8, fc00::/7\"]";
        plugin("fetch", "attack", settings)
            + &format!("urls = \"{urls}\"\n")
            + &plugin("wasi-http", "", settings)
            + &format!("url = \"{urls}\"\nrequests = 1\nbody = \"\"\n")
    };
    // The address is known when the process is there, and the bundle has to be there before.
    let api = Function::listener().await;
    let address = api.local_addr().unwrap();
    let bundle = bundle_of_guests(&attack(address));
    let function = Function::start_under(api, bundle.path(), |address| {
        vec![
            ("AWS_ENDPOINT_URL_CODEDEPLOY", aws.url()),
            ("GREENLIGHT_TEST_URL", format!("http://{address}")),
            ("GREENLIGHT_PRODUCTION_URL", "https://shop.example".to_owned()),
        ]
    })
    .await;
    let Ok(answer) = function.invoke(event().to_string(), TIMEOUT).await else {
        panic!("{:#?}", function.lines())
    };
    // The second plugin wants an answer to each request and has none.
    assert_eq!(answer["status"], "Failed", "{answer}");
    function.verdict().await;
    let urls = urls(victim, address);
    let reason = format!("{0} of {0} requests failed", urls.len());
    assert!(answer["reason"].as_str().unwrap().contains(&reason), "{answer}");
    let denied = function.of_kind("denied");
    for name in ["fetch", "wasi-http"] {
        let lines: Vec<&Value> = denied.iter().filter(|line| line["plugin"] == name).collect();
        assert_eq!(lines.len(), urls.len(), "{name}: {lines:#?}");
        for (line, url) in lines.iter().zip(&urls) {
            let message = line["message"].as_str().unwrap();
            assert!(message.starts_with(&format!("GET {url} failed: ")), "{name}: {url}: {message}");
            assert!(message.contains("no grant"), "{name}: {message}");
            assert_eq!(line["deployment"], event()["DeploymentId"], "{message}");
        }
    }
    let by_role = format!(
        "GET http://{address}/2018-06-01/runtime/invocation/next was not sent: 127.0.0.1 is the AWS Lambda \
                           Runtime API, which no grant can cover"
    );
    assert!(function.lines().iter().any(|line| line.contains(&by_role)), "{denied:#?}");
    assert_eq!(connections.load(Ordering::SeqCst), 0, "the victim was reached");
    assert_eq!(function.intrusions(), 0, "somebody else has asked for events");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_sees_nothing_of_the_functions_environment() {
    let aws = Fake::well().await;
    let bundle = bundle(&plugin("curious", "env-dump", ""));
    let function = Function::start(bundle.path(), |_| vec![("AWS_ENDPOINT_URL_CODEDEPLOY", aws.url())]).await;
    let Ok(answer) = function.invoke(event().to_string(), TIMEOUT).await else {
        panic!("{:#?}", function.lines())
    };
    assert_eq!(answer["status"], "Succeeded", "{answer}; {:#?}", function.lines());
    function.verdict().await;
    let checks: Vec<Value> = function.of_kind("check");
    for what in ["variables", "arguments"] {
        let none =
            |line: &&Value| line["message"].as_str().unwrap().contains(what) && line["outcome"] == "pass";
        assert!(checks.iter().any(|line| none(&line)), "{what}: {checks:#?}");
    }
    assert_eq!(checks.len(), 2, "{checks:#?}");
    assert!(!function.lines().iter().any(|line| line.contains(SECRET)), "the log holds a secret");
}

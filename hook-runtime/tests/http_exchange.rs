//! What happens on the connection: requests arrive whole, connections are used again, broken servers are told apart.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use std::sync::atomic::Ordering::SeqCst;

use crate::http_support::{
    egress_to, egress_with,
    names::Names,
    server::{Server, ok, raw, read_head},
};
use bytes::Bytes;
use greenlight_hook_runtime::http::{ConnectionFault, FetchRequest, HttpError, HttpLimits, Network, Roles};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn a_request_arrives_as_it_was_made_and_so_does_the_response() {
    let server = Server::http(|request| {
        assert_eq!(request.method(), "POST");
        assert_eq!(request.uri(), "/a/b?c=d%20e");
        assert_eq!(request.headers()["x-one"], "1");
        assert_eq!(request.headers()["content-length"], "5");
        assert!(request.headers()["host"].to_str().unwrap().starts_with("127.0.0.1:"));
        let mut response = ok(request.into_body());
        response.headers_mut().append("X-Two", "2".parse().unwrap());
        response.headers_mut().append("x-two", "3".parse().unwrap());
        response
    })
    .await;
    let egress = egress_to(&server.url());
    let response = egress
        .fetch(FetchRequest {
            method: "POST".into(),
            url: format!("{}/a/b?c=d%20e#fragment", server.url()),
            headers: vec![("X-One".into(), "1".into())],
            body: Bytes::from_static(b"hello"),
            timeout: None,
        })
        .await
        .unwrap();
    assert_eq!((response.status, &*response.body), (200, &b"hello"[..]));
    let twos: Vec<_> =
        response.headers.iter().filter(|(n, _)| n == "x-two").map(|(_, v)| v.as_str()).collect();
    assert_eq!(twos, ["2", "3"]);
    let record = egress.records().swap_remove(0);
    assert_eq!((record.status, record.complete, record.denied), (Some(200), true, false));
    assert_eq!((record.request_bytes, record.response_bytes, record.unsent_request_bytes), (5, 5, 0));
    assert_eq!(record.address, Some(server.address));
    assert!(u128::from(record.elapsed_us) <= response.elapsed.as_micros());
}

#[tokio::test]
async fn requests_to_one_server_share_a_connection() {
    let server = Server::http(|_| ok("x")).await;
    let egress = egress_to(&server.url());
    for _ in 0..200 {
        assert_eq!(egress.fetch(FetchRequest::get(server.url())).await.unwrap().status, 200);
    }
    assert_eq!(server.requests(), 200);
    // A connection that is not idle quite yet is passed over, so a few more than one are possible.
    assert!(server.connections() <= 16, "{}", server.connections());
    assert!(egress.records().iter().filter(|r| r.reused_connection).count() >= 184);
}

#[tokio::test]
async fn a_connection_is_not_passed_from_one_run_to_another() {
    let server = Server::http(|_| ok("x")).await;
    for _ in 0..3 {
        egress_to(&server.url()).fetch(FetchRequest::get(server.url())).await.unwrap();
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_costs_no_request() {
    // Says that it keeps the connection and closes it on the next request, unread.
    let server = Server::each(|mut tcp, requests| async move {
        read_head(&mut tcp).await;
        requests.fetch_add(1, SeqCst);
        tcp.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx").await.unwrap();
        let mut more = [0; 1];
        drop(tcp.read(&mut more).await);
    })
    .await;
    let egress = egress_to(&server.url());
    for _ in 0..50 {
        assert_eq!(egress.fetch(FetchRequest::get(server.url())).await.unwrap().status, 200);
    }
    assert_eq!(server.requests(), 50);
}

#[tokio::test]
async fn a_request_with_a_body_is_never_sent_twice() {
    let server = Server::http(|_| ok("x")).await;
    let egress = egress_to(&server.url());
    let post = || FetchRequest {
        method: "POST".into(),
        body: Bytes::from_static(b"order one"),
        ..FetchRequest::get(server.url())
    };
    for _ in 0..5 {
        egress.fetch(post()).await.unwrap();
    }
    assert_eq!(server.requests(), 5);
    assert!(egress.records().iter().all(|r| !r.reused_connection));
}

#[tokio::test]
async fn a_broken_exchange_says_how_it_broke() {
    let refused = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let error = egress_to(&refused).fetch(FetchRequest::get(&refused)).await.unwrap_err();
    assert!(matches!(error, HttpError::Connection { fault: ConnectionFault::Refused, .. }), "{error:?}");
    assert!(error.to_string().starts_with(&format!("cannot connect to {refused} (127.0.0.1:")), "{error}");

    let table: [(&'static [u8], &str); 4] = [
        (b"", "closed the connection before it answered"),
        (b"HTTP/1.1 200 OK\r\ncontent-le", "closed the connection before it answered"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfive.", "broke off its response after 5 bytes"),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfive.",
            "broke off its response after 5 bytes",
        ),
    ];
    for (answer, expected) in table {
        let server = raw(answer).await;
        let egress = egress_to(&server.url());
        let error = egress.fetch(FetchRequest::get(server.url())).await.unwrap_err();
        assert!(matches!(error, HttpError::Connection { fault: ConnectionFault::Broken, .. }), "{error:?}");
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(egress.records()[0].error.as_ref().unwrap().kind, "connection");
        // What failed on a fresh connection is not tried again behind the plugin's back.
        assert_eq!(server.connections(), 1);
    }

    let server = raw(b"SSH-2.0-OpenSSH_9.2\r\n").await;
    let error = egress_to(&server.url()).fetch(FetchRequest::get(server.url())).await.unwrap_err();
    assert!(matches!(error, HttpError::Other(_)), "{error:?}");
    assert!(error.to_string().contains("does not answer in HTTP/1.1"), "{error}");
}

#[tokio::test]
async fn a_name_without_an_address_says_so() {
    let names = Names::default().with("empty.example", &[&[]]);
    let network = Network::system().unwrap().with_resolver(names);
    let egress = egress_with(
        network,
        &["http://*.empty.example", "http://empty.example"],
        Roles::new(),
        HttpLimits::default(),
    );
    let table = [
        ("http://empty.example", "empty.example has no address"),
        ("http://not.empty.example", "not.empty.example cannot be resolved: no such name"),
    ];
    for (url, expected) in table {
        let error = egress.fetch(FetchRequest::get(url)).await.unwrap_err();
        assert!(matches!(error, HttpError::Dns(_)), "{error:?}");
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn a_record_reads_as_a_line_and_as_json() {
    let server = Server::http(|_| ok("x")).await;
    let egress = egress_to(&server.url());
    egress.fetch(FetchRequest::get(format!("{}/v?k=1", server.url()))).await.unwrap();
    let record = egress.records().swap_remove(0);
    assert!(record.to_string().starts_with(&format!("GET {}/v?k=1 200, 1 bytes in ", server.url())));
    let json = serde_json::to_value(&record).unwrap();
    assert_eq!(json["status"], 200);
    assert_eq!(json["denied"], false);
    assert_eq!(json["error"], serde_json::Value::Null);
    assert_eq!(json["address"], server.address.to_string());
}

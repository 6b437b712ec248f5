//! `wasi:http` over the broker: error codes, request options, and bodies that the plugin writes while the request is
//! under way.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use std::{
    convert::Infallible,
    pin::Pin,
    sync::atomic::Ordering::SeqCst,
    task::{Context, Poll},
    time::Duration,
};

use crate::http_support::{
    egress, egress_to, egress_with,
    names::Names,
    server::{Server, ok},
};
use bytes::Bytes;
use greenlight_hook_runtime::http::{Egress, HttpLimits, Network, Roles};
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Empty};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::mpsc,
};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

/// A body that is written while it is sent, as wasmtime makes it for a plugin: one piece at a time, of unknown length.
struct Written(mpsc::Receiver<Result<Bytes, Error>>);

impl Body for Written {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        self.0.poll_recv(cx).map(|piece| piece.map(|p| p.map(Frame::data)))
    }
}

fn written() -> (mpsc::Sender<Result<Bytes, Error>>, WasiBody) {
    let (writer, pieces) = mpsc::channel(1);
    (writer, Written(pieces).boxed_unsync())
}

fn empty() -> WasiBody {
    Empty::new().map_err(|never: Infallible| match never {}).boxed_unsync()
}

async fn send(
    egress: &Egress,
    method: &str,
    url: &str,
    body: WasiBody,
    options: Option<RequestOptions>,
) -> Result<Response<WasiBody>, Error> {
    let request = Request::builder().method(method).uri(url).body(body).unwrap();
    let sending = egress.clone().send_request(request, options, Box::new(async { Ok(()) }));
    Pin::from(sending).await.map(|(response, _)| response)
}

async fn text(response: Response<WasiBody>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

#[tokio::test]
async fn each_failure_has_its_own_error_code() {
    let loopback = Names::default().with("a.example", &[&["127.0.0.1"]]);
    let network = Network::system().unwrap().with_resolver(loopback);
    let named = egress(network, &["http://a.example", "http://b.example"], Roles::new());
    assert!(matches!(
        send(&named, "GET", "http://c.example/", empty(), None).await,
        Err(Error::HttpRequestDenied)
    ));
    let prohibited = send(&named, "GET", "http://a.example/", empty(), None).await;
    assert!(matches!(prohibited, Err(Error::DestinationIpProhibited)));
    let unknown = send(&named, "GET", "http://b.example/", empty(), None).await;
    assert!(matches!(unknown, Err(Error::DnsError { .. })));

    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{free}");
    let refused = send(&egress_to(&url), "GET", &url, empty(), None).await;
    assert!(matches!(refused, Err(Error::ConnectionRefused)));

    let server = Server::http(|_| ok("more than ten bytes")).await;
    let mut limits = HttpLimits::default();
    limits.max_response_bytes = 10;
    let roles = Roles::new().with_test(&server.url()).unwrap();
    let limited = egress_with(Network::system().unwrap(), &["{test}"], roles, limits);
    let long = send(&limited, "GET", &server.url(), empty(), None).await;
    assert!(matches!(long, Err(Error::HttpResponseBodySize(_))));
}

#[tokio::test]
async fn request_options_tighten_the_times() {
    let silent = Server::each(|mut tcp, _| async move { drop(tcp.read_to_end(&mut Vec::new()).await) }).await;
    let options =
        RequestOptions { first_byte_timeout: Some(Duration::from_millis(30)), ..RequestOptions::default() };
    let egress = egress_to(&silent.url());
    let result = send(&egress, "GET", &silent.url(), empty(), Some(options)).await;
    assert!(matches!(result, Err(Error::ConnectionReadTimeout)));

    let stalling = Server::each(|mut tcp, _| async move {
        tcp.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await.unwrap();
        drop(tcp.read_to_end(&mut Vec::new()).await);
    })
    .await;
    let options = RequestOptions {
        between_bytes_timeout: Some(Duration::from_millis(30)),
        ..RequestOptions::default()
    };
    let egress = egress_to(&stalling.url());
    let response = send(&egress, "GET", &stalling.url(), empty(), Some(options)).await.unwrap();
    let error = response.into_body().collect().await.unwrap_err();
    assert!(matches!(error, Error::ConnectionReadTimeout), "{error:?}");
    assert!(egress.records()[0].error.as_ref().unwrap().sentence.contains("sent nothing for 30ms"));
}

#[tokio::test]
async fn the_path_is_sent_as_the_plugin_wrote_it() {
    let server = Server::http(|request| ok(request.uri().to_string())).await;
    let egress = egress_to(&server.url());
    for path in ["/", "/a/../b", "/a//b", "/%2e%2e/x?q=%20&r", "/?only=query"] {
        let response = send(&egress, "GET", &format!("{}{path}", server.url()), empty(), None).await.unwrap();
        assert_eq!(text(response).await, path);
    }
}

#[tokio::test]
async fn a_body_is_sent_while_it_is_written() {
    let server = Server::http(|request| ok(request.into_body())).await;
    let egress = egress_to(&server.url());
    let (writer, body) = written();
    let (sender, url) = (egress.clone(), server.url());
    let sending = tokio::spawn(async move { send(&sender, "POST", &url, body, None).await });
    for piece in ["one ", "two ", "", "three"] {
        writer.send(Ok(Bytes::from_static(piece.as_bytes()))).await.unwrap();
    }
    drop(writer);
    assert_eq!(text(sending.await.unwrap().unwrap()).await, "one two three");
    assert_eq!(egress.records()[0].request_bytes, 13);
}

#[tokio::test]
async fn a_plugin_may_go_on_writing_after_the_answer_and_after_a_refusal() {
    // Answers the head alone, and reads no byte of the body.
    let server = Server::each(|mut tcp, requests| async move {
        requests.fetch_add(1, SeqCst);
        tcp.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno")
            .await
            .unwrap();
        drop(tcp.read_to_end(&mut Vec::new()).await);
    })
    .await;
    let egress = egress_to(&server.url());
    let (writer, body) = written();
    let response = send(&egress, "POST", &server.url(), body, None).await.unwrap();
    assert_eq!(response.status(), 403);
    assert_eq!(text(response).await, "no");
    for _ in 0..100 {
        writer.send(Ok(Bytes::from_static(&[0; 10]))).await.expect("the plugin's stream stays open");
    }

    let (writer, body) = written();
    assert!(matches!(
        send(&egress, "POST", "http://other.example/", body, None).await,
        Err(Error::HttpRequestDenied)
    ));
    for _ in 0..100 {
        writer.send(Ok(Bytes::from_static(&[0; 10]))).await.expect("the plugin's stream stays open");
    }
    drop(writer);
    while egress.records()[1].unsent_request_bytes < 1000 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_get_without_a_length_goes_out_without_a_body_and_says_what_it_left_behind() {
    let server = Server::http(|request| ok(format!("{} bytes", request.body().len()))).await;
    let egress = egress_to(&server.url());
    let (writer, body) = written();
    let response = send(&egress, "GET", &server.url(), body, None).await.unwrap();
    assert_eq!(text(response).await, "0 bytes");
    writer.send(Ok(Bytes::from_static(b"never sent"))).await.unwrap();
    drop(writer);
    while egress.records()[0].unsent_request_bytes < 10 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_body_that_the_plugin_gives_up_is_the_plugins_error() {
    let server = Server::http(|_| ok("never asked")).await;
    let egress = egress_to(&server.url());
    let (writer, body) = written();
    writer.send(Err(Error::HttpProtocolError)).await.unwrap();
    let error = send(&egress, "POST", &server.url(), body, None).await.unwrap_err();
    assert!(matches!(error, Error::InternalError(Some(_))), "{error:?}");
    assert!(
        egress.records()[0]
            .error
            .as_ref()
            .unwrap()
            .sentence
            .contains("was given up before its body was finished")
    );
}

#[tokio::test]
async fn a_response_that_is_dropped_unread_gives_its_place_back_and_spoils_nothing() {
    let server = Server::http(|_| ok(vec![b'x'; 1 << 20])).await;
    let mut limits = HttpLimits::default();
    limits.max_concurrent = 1;
    let roles = Roles::new().with_test(&server.url()).unwrap();
    let egress = egress_with(Network::system().unwrap(), &["{test}"], roles, limits);
    for _ in 0..10 {
        let response = send(&egress, "GET", &server.url(), empty(), None).await.unwrap();
        assert_eq!(response.status(), 200);
    }
    let response = send(&egress, "GET", &server.url(), empty(), None).await.unwrap();
    assert_eq!(text(response).await.len(), 1 << 20);
    let complete: Vec<_> = egress.records().iter().map(|r| r.complete).collect();
    assert_eq!(complete, [[false; 10].as_slice(), &[true]].concat());
}

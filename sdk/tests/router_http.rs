//! Requests and responses arrive as HTTP says, and as an Application Load Balancer forwards them.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use crate::router_support::{Body, Client, Target, empty, exchange, raw_target, read_head, router_to, text};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A target that answers with the head of the request, one line each, and then its body.
async fn mirror() -> Target {
    Target::new(|request: Request<Incoming>| async move {
        let mut seen = format!("{} {} {:?}\n", request.method(), request.uri(), request.version());
        for (name, value) in request.headers() {
            seen += &format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()));
        }
        let body = request.into_body().collect().await.unwrap().to_bytes();
        text(seen + "\n" + &String::from_utf8_lossy(&body))
    })
    .await
}

#[tokio::test]
async fn host_and_forwarding_headers_are_those_of_a_load_balancer() {
    let target = mirror().await;
    let router = router_to(target.address).await;
    let seen = exchange(
        router.production_addr(),
        "GET /a%20b?c=d HTTP/1.1\r\nHost: Shop.example.com:8080\r\nX-Forwarded-For: 203.0.113.7\r\n\
         X-Forwarded-Proto: https\r\nX-Custom: kept\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(seen.contains("\r\n\r\nGET /a%20b?c=d HTTP/1.1\n"), "{seen}");
    assert!(seen.contains("\nhost: Shop.example.com:8080\n"), "{seen}");
    assert!(seen.contains("\nx-forwarded-for: 203.0.113.7, 127.0.0.1\n"), "{seen}");
    assert!(seen.contains("\nx-forwarded-proto: http\n"), "{seen}");
    assert!(seen.contains(&format!("\nx-forwarded-port: {}\n", router.production_addr().port())), "{seen}");
    assert!(seen.contains("\nx-custom: kept\n"), "{seen}");
}

#[tokio::test]
async fn what_concerns_one_connection_is_not_passed_on() {
    let target = mirror().await;
    let router = router_to(target.address).await;
    let seen = exchange(
        router.production_addr(),
        "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close, X-Secret, Host\r\nX-Secret: 1\r\nKeep-Alive: timeout=5\r\n\
         Proxy-Connection: keep-alive\r\nTE: gzip\r\nUpgrade: h2c\r\nX-Kept: 1\r\n\r\n",
    )
    .await;
    for gone in ["x-secret", "keep-alive:", "proxy-connection", "\nte:", "upgrade", "\nconnection:"] {
        assert!(!seen.split("\r\n\r\n").nth(1).unwrap().contains(gone), "{gone} in {seen}");
    }
    assert!(seen.contains("\nx-kept: 1\n") && seen.contains("\nhost: shop\n"), "{seen}");

    let target = raw_target(|_, mut stream| async move {
        read_head(&mut stream).await;
        let response = "HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n\
                        X-Kept: 1\r\nContent-Length: 2\r\n\r\nok";
        stream.write_all(response.as_bytes()).await.unwrap();
    })
    .await;
    let router = router_to(target).await;
    let mut client = Client::connect(router.production_addr()).await;
    for _ in 0..2 {
        let response = client.send(Request::get("/").body(empty()).unwrap()).await.unwrap();
        let names: Vec<&str> = response.headers().keys().map(http::HeaderName::as_str).collect();
        assert_eq!(names, ["x-kept", "content-length", "date"], "the client's own connection stays open");
        response.into_body().collect().await.unwrap();
    }
}

#[tokio::test]
async fn the_absolute_form_is_turned_into_the_origin_form() {
    let target = mirror().await;
    let router = router_to(target.address).await;
    let request = "GET http://shop.example.com/path?q HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n";
    let seen = exchange(router.production_addr(), request).await;
    assert!(seen.contains("\r\n\r\nGET /path?q HTTP/1.1\nhost: shop.example.com\n"), "{seen}");
}

#[tokio::test]
async fn responses_without_a_body_keep_their_meaning_and_the_connection() {
    let target = Target::new(|request: Request<Incoming>| async move {
        let mut response = match request.uri().path() {
            "/204" => status(StatusCode::NO_CONTENT),
            "/304" => status(StatusCode::NOT_MODIFIED),
            "/empty" => status(StatusCode::OK),
            _ => text("twelve bytes"),
        };
        response.headers_mut().insert("etag", http::HeaderValue::from_static("\"1\""));
        response
    })
    .await;
    let router = router_to(target.address).await;
    let mut client = Client::connect(router.production_addr()).await;
    for (method, path, status, length) in [
        ("HEAD", "/", 200, Some("12")),
        ("GET", "/204", 204, None),
        ("GET", "/304", 304, None),
        ("GET", "/empty", 200, Some("0")),
        ("GET", "/", 200, Some("12")),
    ] {
        let request = Request::builder().method(method).uri(path).body(empty()).unwrap();
        let response = client.send(request).await.unwrap();
        let seen = response.headers().get("content-length").map(|length| length.to_str().unwrap().to_owned());
        assert_eq!((response.status().as_u16(), seen.as_deref()), (status, length), "{method} {path}");
        assert_eq!(response.headers()["etag"], "\"1\"");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body.len(), if (method, path) == ("GET", "/") { 12 } else { 0 }, "{method} {path}");
    }
    assert_eq!(target.connections(), 1);
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(empty());
    *response.status_mut() = status;
    response
}

#[tokio::test]
async fn clients_of_http_1_0_are_served() {
    let target = mirror().await;
    let router = router_to(target.address).await;
    let seen = exchange(router.production_addr(), "GET / HTTP/1.0\r\n\r\n").await;
    assert!(seen.starts_with("HTTP/1.0 200 OK\r\n"), "{seen}");
    assert!(seen.contains(&format!("GET / HTTP/1.1\nhost: {}\n", router.production_addr())), "{seen}");

    // No chunks for a client that does not know them: the end of the connection is the end of the body.
    let (pieces, body) = crate::router_support::channel();
    let body = Mutex::new(Some(body));
    let body = Arc::new(body);
    let target = Target::new(move |_| {
        let body = body.lock().unwrap().take().unwrap();
        async move { Response::new(body) }
    })
    .await;
    let router = router_to(target.address).await;
    let send = async {
        pieces.send("one ".into()).await.unwrap();
        pieces.send("two".into()).await.unwrap();
        drop(pieces);
    };
    let request = "GET / HTTP/1.0\r\nHost: shop\r\n\r\n";
    let (seen, ()) = tokio::join!(exchange(router.production_addr(), request), send);
    assert!(!seen.contains("chunked") && seen.ends_with("\r\n\r\none two"), "{seen}");
}

#[tokio::test]
async fn a_target_of_http_1_0_is_served() {
    let target = raw_target(|_, mut stream| async move {
        read_head(&mut stream).await;
        stream.write_all(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end").await.unwrap();
    })
    .await;
    let router = router_to(target).await;
    let mut client = Client::connect(router.production_addr()).await;
    for _ in 0..3 {
        assert_eq!(client.get("/").await.unwrap(), (200, "until the end".to_owned()));
    }
}

#[tokio::test]
async fn a_client_that_expects_to_be_told_to_continue_is_told() {
    let target = mirror().await;
    let router = router_to(target.address).await;
    let mut stream = TcpStream::connect(router.production_addr()).await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: shop\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\
                Connection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(read_head(&mut stream).await, "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"hello").await.unwrap();
    let mut seen = String::new();
    stream.read_to_string(&mut seen).await.unwrap();
    assert!(seen.starts_with("HTTP/1.1 200 OK") && seen.ends_with("\n\nhello"), "{seen}");
    assert!(!seen.contains("expect"), "{seen}");
}

#[tokio::test]
async fn trailers_pass_in_both_directions() {
    let target = Target::new(|request: Request<Incoming>| async move {
        let te = request.headers().get("te").cloned();
        let body = request.into_body().collect().await.unwrap();
        let sum = body.trailers().and_then(|trailers| trailers.get("x-sum").cloned());
        assert_eq!(body.to_bytes(), "counted");
        let mut trailers = HeaderMap::new();
        trailers.insert("x-back", sum.unwrap_or(http::HeaderValue::from_static("none")));
        let mut response = Response::new(body_with_trailers("answer", trailers));
        response.headers_mut().insert("trailer", http::HeaderValue::from_static("x-back"));
        if let Some(te) = te {
            response.headers_mut().insert("x-te", te);
        }
        response
    })
    .await;
    let router = router_to(target.address).await;
    let seen = exchange(
        router.production_addr(),
        "POST / HTTP/1.1\r\nHost: shop\r\nTE: trailers\r\nConnection: TE, close\r\nTrailer: X-Sum\r\n\
         Transfer-Encoding: chunked\r\n\r\n7\r\ncounted\r\n0\r\nX-Sum: 42\r\n\r\n",
    )
    .await;
    assert!(seen.contains("\r\nx-te: trailers\r\n"), "{seen}");
    assert!(seen.ends_with("\r\n6\r\nanswer\r\n0\r\nx-back: 42\r\n\r\n"), "{seen}");
}

fn body_with_trailers(text: &'static str, trailers: HeaderMap) -> Body {
    let frames = [Ok(Frame::data(text.into())), Ok(Frame::trailers(trailers))];
    BodyExt::boxed(StreamBody::new(futures_util::stream::iter(frames)))
}

#[tokio::test]
async fn a_length_beside_a_transfer_coding_is_not_passed_on() {
    let target = mirror().await;
    let router = router_to(target.address).await;
    let seen = exchange(
        router.production_addr(),
        "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 30\r\nTransfer-Encoding: chunked\r\n\
         Connection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    )
    .await;
    let body = seen.split_once("\r\n\r\n").unwrap().1;
    assert!(seen.starts_with("HTTP/1.1 400") || !body.contains("content-length"), "{seen}");
}

#[tokio::test]
async fn requests_that_are_sent_ahead_are_answered_in_order() {
    let target = mirror().await;
    let router = router_to(target.address).await;
    let request =
        |path, connection| format!("GET {path} HTTP/1.1\r\nHost: shop\r\nConnection: {connection}\r\n\r\n");
    let requests = request("/1", "keep-alive") + &request("/2", "keep-alive") + &request("/3", "close");
    let seen = exchange(router.production_addr(), &requests).await;
    let order: Vec<&str> = seen.lines().filter(|line| line.starts_with("GET /")).collect();
    assert_eq!(order, ["GET /1 HTTP/1.1", "GET /2 HTTP/1.1", "GET /3 HTTP/1.1"]);
}

#[tokio::test]
async fn a_post_keeps_its_length() {
    let target = mirror().await;
    let router = router_to(target.address).await;
    let mut client = Client::connect(router.production_addr()).await;
    let request = Request::post("/").body(Full::new("hello".into()).boxed()).unwrap();
    let response = client.send(request).await.unwrap();
    let seen = response.into_body().collect().await.unwrap().to_bytes();
    let seen = String::from_utf8_lossy(&seen);
    assert!(seen.contains("content-length: 5\n") && !seen.contains("transfer-encoding"), "{seen}");
}

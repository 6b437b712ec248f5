//! Whatever is sent, the answer is the service's error, and the endpoint goes on.

use std::time::Duration;

use greenlight::endpoint::{Endpoint, check_request};
use http::Request;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::endpoint_support::{Client, application, endpoint, endpoint_with, promises, soon};

/// An input with every member for each operation, but for those of EC2 and on-premises deployments alone.
const REQUESTS: &str = include_str!("endpoint_support/requests.json");

/// The largest body.
const MAX_BODY_BYTES: usize = 10 * 1024 * 1024;

fn requests() -> Map<String, Value> {
    serde_json::from_str(REQUESTS).unwrap()
}

/// One value of each type.
fn values() -> [Value; 8] {
    [
        json!(null),
        json!(true),
        json!(5),
        json!(-0.5),
        json!("text"),
        json!([]),
        json!({}),
        json!([[{ "a": [1] }]]),
    ]
}

/// The same document with each of its values in turn replaced by each other type: where, and what came of it.
fn replaced(document: &Value) -> Vec<(String, bool, Value)> {
    let mut pointers = Vec::new();
    collect(document, String::new(), &mut pointers);
    let mut documents = Vec::new();
    for pointer in pointers {
        let original = document.pointer(&pointer).unwrap();
        for value in values() {
            let same_type = std::mem::discriminant(original) == std::mem::discriminant(&value);
            let readable = value.is_null() || same_type && value != json!([[{ "a": [1] }]]);
            let mut changed = document.clone();
            *changed.pointer_mut(&pointer).unwrap() = value;
            documents.push((pointer.clone(), readable, changed));
        }
    }
    documents
}

fn collect(document: &Value, at: String, pointers: &mut Vec<String>) {
    match document {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| collect(value, format!("{at}/{name}"), pointers));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(number, value)| collect(value, format!("{at}/{number}"), pointers));
        }
        _ => {}
    }
    if !at.is_empty() {
        pointers.push(at);
    }
}

/// Fails unless the endpoint does what it is for.
async fn still_works(client: &Client, name: &str) {
    application(client, name).await;
    client.done("GetApplication", json!({ "applicationName": name })).await;
}

#[tokio::test]
async fn a_value_of_another_type_is_a_serialization_error_whatever_the_member() {
    for (operation, input) in requests() {
        let target = format!("CodeDeploy_20141006.{operation}");
        let check = |input: &Value| check_request(target.as_bytes(), input.to_string().as_bytes());
        check(&input).unwrap_or_else(|error| panic!("{operation} {input}: {error}"));
        for (member, readable, changed) in replaced(&input) {
            match check(&changed) {
                Ok(()) => assert!(readable, "{operation} took {member} in {changed}"),
                Err(error) => {
                    assert_eq!(error.name(), "SerializationException");
                    assert!(
                        !readable
                            || member.ends_with("Interval")
                            || changed.pointer(&member) == Some(&json!(-0.5)),
                        "{operation} did not take {member} in {changed}: {error}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn no_input_of_any_operation_is_answered_by_anything_but_an_output_or_an_error_of_the_service() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    for (operation, input) in requests() {
        for (member, readable, changed) in replaced(&input) {
            let answer = client.send(&operation, changed.to_string()).await;
            assert!(matches!(answer.status, 200 | 400), "{operation} {member} {changed}: {answer:?}");
            let body = answer.json();
            if answer.status == 400 {
                assert!(body["__type"].as_str().unwrap().ends_with("Exception"), "{body}");
                assert!(body["message"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
            }
            assert!(
                readable || body["__type"] == "SerializationException",
                "{operation} {member} {changed}: {body}"
            );
        }
    }
    still_works(&client, "after-all").await;
}

#[test]
fn damaged_requests_keep_the_promises_of_the_reader() {
    use rand::{Rng as _, SeedableRng as _};
    let mut random = rand::rngs::StdRng::seed_from_u64(20_141_006);
    for (_, seed) in promises::seeds() {
        promises::check_promises(&seed);
        for _ in 0..500 {
            let mut request = seed.clone();
            for _ in 0..random.random_range(1..4) {
                let at = random.random_range(0..request.len());
                match random.random_range(0..4) {
                    0 => request[at] = random.random(),
                    1 => request.truncate(at),
                    2 => request.insert(at, b"{}[]\",:0-n\\\n"[random.random_range(0..12)]),
                    _ => drop(request.remove(at)),
                }
                if request.is_empty() {
                    break;
                }
            }
            promises::check_promises(&request);
        }
    }
}

#[tokio::test]
async fn malformed_bodies_are_serialization_errors() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    let deep = format!("{{\"tags\":{}", "[".repeat(1_000_000));
    let long = format!("{{\"applicationName\":{}1}}", "1".repeat(100_000));
    for body in [
        b"{".as_slice(),
        b"}",
        b"[]",
        b"null",
        b"5",
        b"\"{}\"",
        b"{} {}",
        b"{\"applicationName\":\"\xff\"}",
        b"{\"applicationName\":\"\\ud800\"}",
        b"{'applicationName':'shop'}",
        b"{\"applicationName\":NaN}",
        b"\0\0\0\0",
        deep.as_bytes(),
        long.as_bytes(),
    ] {
        let answer = client.send("CreateApplication", body.to_vec()).await;
        assert_eq!(answer.status, 400);
        assert_eq!(
            answer.json()["__type"],
            "SerializationException",
            "{:?}",
            body.escape_ascii().to_string().get(..60)
        );
    }
    still_works(&client, "shop").await;
}

#[tokio::test]
async fn ten_megabytes_are_read_and_a_byte_more_is_refused() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    let body = |size: usize| {
        let (start, end) = (r#"{"applicationName":""#, r#""}"#);
        format!("{start}{}{end}", "x".repeat(size - start.len() - end.len()))
    };
    let answer = client.send("CreateApplication", body(MAX_BODY_BYTES)).await;
    assert_eq!(answer.json()["__type"], "InvalidApplicationNameException");
    assert!(answer.body.len() < 10_000, "what was sent is not told back whole");
    drop(answer);

    // By its length alone: nothing of the body is sent.
    let mut stream = TcpStream::connect(endpoint.addr()).await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: CodeDeploy_20141006.GetApplication\r\n";
    stream
        .write_all(format!("{head}Content-Length: {}\r\n\r\n", MAX_BODY_BYTES + 1).as_bytes())
        .await
        .unwrap();
    let told = until_closed(&mut stream).await;
    assert!(told.starts_with("HTTP/1.1 413 "), "{told}");
    assert!(told.contains("RequestEntityTooLargeException"), "{told}");

    // Without a length, in chunks.
    let mut stream = TcpStream::connect(endpoint.addr()).await.unwrap();
    stream
        .write_all(format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n", MAX_BODY_BYTES + 1).as_bytes())
        .await
        .unwrap();
    let sent = stream.write_all(&vec![b' '; MAX_BODY_BYTES + 1]).await;
    let told = until_closed(&mut stream).await;
    // A closed connection is an answer too, when it comes while the body is being sent.
    assert!(told.starts_with("HTTP/1.1 413 ") || sent.is_err() || told.is_empty(), "{told}");
    still_works(&client, "shop").await;
}

/// What is told until the connection is closed, whichever way.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut told = Vec::new();
    let _ = soon("end of the connection", stream.read_to_end(&mut told)).await;
    String::from_utf8_lossy(&told).into_owned()
}

#[tokio::test]
async fn a_request_that_is_half_sent_ends_in_time_and_holds_up_nobody() {
    let endpoint = endpoint_with(|builder| builder.with_read_timeout(Duration::from_millis(300))).await;
    let client = Client::new(&endpoint);
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: CodeDeploy_20141006.GetApplication\r\nContent-Length: 100\r\n";
    let mut streams = Vec::new();
    for part in [
        "",
        "P",
        "POST / HTTP/1.1\r\nHost: loc",
        head,
        &format!("{head}\r\n"),
        &format!("{head}\r\n{{\"appl"),
    ] {
        let mut stream = TcpStream::connect(endpoint.addr()).await.unwrap();
        stream.write_all(part.as_bytes()).await.unwrap();
        streams.push((part.to_owned(), stream));
    }
    still_works(&client, "meanwhile").await;
    for (part, mut stream) in streams {
        let told = until_closed(&mut stream).await;
        let in_body = part.contains("\r\n\r\n");
        assert_eq!(told.starts_with("HTTP/1.1 408 "), in_body, "{part:?}: {told:?}");
    }
    let mut stream = TcpStream::connect(endpoint.addr()).await.unwrap();
    stream.write_all(format!("{head}\r\n{{\"appl").as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    until_closed(&mut stream).await;
    // On a connection of its own: one that the client kept may be closed for its idleness just as it is used again.
    still_works(&Client::new(&endpoint), "afterwards").await;
}

#[tokio::test]
async fn a_thousand_idle_connections_hold_up_nobody() {
    // Both ends of each are in this process.
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }).unwrap();
    let endpoint: Endpoint = endpoint().await;
    let mut idle = Vec::new();
    for _ in 0..1000 {
        idle.push(TcpStream::connect(endpoint.addr()).await.unwrap());
    }
    let client = Client::new(&endpoint);
    still_works(&client, "shop").await;
    // Each of them is still one that can be used.
    for stream in &mut idle {
        let request = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: CodeDeploy_20141006.ListApplications\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
    }
    for stream in &mut idle {
        assert!(until_closed(stream).await.starts_with("HTTP/1.1 200 "));
    }
    soon("shutdown", endpoint.shutdown()).await;
}

#[tokio::test]
async fn what_is_not_http_is_answered_or_closed() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    for bytes in [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".as_slice(),
        b"GET\r\n\r\n",
        b"\r\n\r\n\r\n\r\n",
        b"POST / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(endpoint.addr()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let told = until_closed(&mut stream).await;
        assert!(told.is_empty() || told.starts_with("HTTP/1.1 4"), "{told}");
    }
    let long = Request::post("/").header("x-amz-target", "x".repeat(100_000));
    assert!(matches!(client.exchange(long, "{}").await.status, 400 | 431));
    still_works(&client, "shop").await;
}

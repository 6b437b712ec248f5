//! One JSON request, for what has no client of its own.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::within;

/// Sends a JSON body and gives the answer's status and body; a body that is no JSON is given as a text.
///
/// # Panics
///
/// When there is no answer.
pub async fn send(method: &str, url: &str, body: &Value) -> (u16, Value) {
    try_send(method, url, body).await.unwrap_or_else(|| panic!("nobody answers at {url}"))
}

/// As [`send`]; nothing when nobody answers.
///
/// # Panics
///
/// When the request cannot be made, or takes too long.
pub async fn try_send(method: &str, url: &str, body: &Value) -> Option<(u16, Value)> {
    let request = Request::builder()
        .method(method)
        .uri(url)
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body.to_string())))
        .unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let answer = within("an answer comes", client.request(request)).await.ok()?;
    let status = answer.status().as_u16();
    let bytes = within("the answer ends", answer.into_body().collect()).await.ok()?.to_bytes();
    let text = || Value::String(String::from_utf8_lossy(&bytes).into_owned());
    Some((status, serde_json::from_slice(&bytes).unwrap_or_else(|_| text())))
}

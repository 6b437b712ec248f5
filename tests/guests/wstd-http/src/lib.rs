//! A plugin that sends many requests by the client of the `wstd` crate, one after another, and passes only if
//! every one of them brings status 200 and the exact body.
//!
//! `wstd` writes and finishes the request's body, even an empty one, only after it has sent the head, and gives the
//! request up when that write fails. A host that lets go of the body as soon as it does not need it
//! loses requests that were answered.
//!
//! Config: `url`, what to ask; `requests`, how often; `body`, what has to come back; `method`, GET unless given.
//! For any other method the URL is sent as the request's body.

mod bindings;

use bindings::{
    exports::greenlight::hook::validator::{Guest, Verdict},
    wasi::config::store,
};
use wstd::http::{Body, Client, Request};

struct Plugin;

impl Guest for Plugin {
    fn validate() -> Verdict {
        match wstd::runtime::block_on(ask_all()) {
            Ok(()) => Verdict::Pass,
            Err(reason) => Verdict::Fail(reason),
        }
    }
}

async fn ask_all() -> Result<(), String> {
    let url = config("url")?;
    let expected = config("body")?;
    let method = store::get("method").ok().flatten().unwrap_or_else(|| "GET".to_owned());
    let requests: u32 =
        config("requests")?.parse().map_err(|e| format!("config key requests is no count: {e}"))?;
    let client = Client::new();
    let mut failures = Vec::new();
    for number in 1..=requests {
        match ask(&client, &method, &url).await {
            Ok((200, body)) if body == expected.as_bytes() => {}
            Ok((status, body)) => {
                failures.push(format!("request {number}: status {status}, {} bytes", body.len()))
            }
            Err(e) => failures.push(format!("request {number}: {e}")),
        }
    }
    match failures.first() {
        None => Ok(()),
        Some(first) => Err(format!("{} of {requests} requests failed; first, {first}", failures.len())),
    }
}

async fn ask(client: &Client, method: &str, url: &str) -> Result<(u16, Vec<u8>), String> {
    let body = if method == "GET" { Body::empty() } else { Body::from(url) };
    let request =
        Request::builder().method(method).uri(url).body(body).map_err(|e| format!("not made: {e}"))?;
    let (head, mut body) =
        client.send(request).await.map_err(|e| format!("no response: {e:#}"))?.into_parts();
    let bytes = body.contents().await.map_err(|e| format!("the body broke off: {e:#}"))?;
    Ok((head.status.as_u16(), bytes.to_vec()))
}

fn config(key: &str) -> Result<String, String> {
    match store::get(key) {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(format!("config key {key} is missing")),
        Err(e) => Err(format!("config key {key} cannot be read: {e:?}")),
    }
}

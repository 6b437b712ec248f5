//! A plugin that sends many requests by `wasi:http/outgoing-handler` itself, one after another, and passes only if
//! every one of them brings status 200 and the exact body.
//!
//! Config: `url`, what to ask, or several parted by blanks, each as often; `requests`, how often; `body`, what has to come back; `method`, GET unless given.
//! For any other method the URL's path is sent as the request's body.

mod bindings;
mod exchange;

use bindings::{
    exports::greenlight::hook::validator::{Guest, Verdict},
    wasi::config::store,
};

struct Plugin;

impl Guest for Plugin {
    fn validate() -> Verdict {
        match ask_all() {
            Ok(()) => Verdict::Pass,
            Err(reason) => Verdict::Fail(reason),
        }
    }
}

fn ask_all() -> Result<(), String> {
    let url = config("url")?;
    let expected = config("body")?;
    let method = store::get("method").ok().flatten().unwrap_or_else(|| "GET".to_owned());
    let requests: u32 =
        config("requests")?.parse().map_err(|e| format!("config key requests is no count: {e}"))?;
    let mut failures = Vec::new();
    let urls: Vec<&str> = url.split_whitespace().collect();
    let all = urls.iter().flat_map(|url| std::iter::repeat_n(url, requests as usize));
    for (number, url) in (1..).zip(all) {
        match exchange::ask(&method, url) {
            Ok((200, body)) if body == expected.as_bytes() => {}
            Ok((status, body)) => {
                failures.push(format!("request {number}: status {status}, {} bytes", body.len()))
            }
            Err(e) => failures.push(format!("request {number}: {e}")),
        }
    }
    let requests = requests as usize * urls.len();
    match failures.first() {
        None => Ok(()),
        Some(first) => Err(format!("{} of {requests} requests failed; first, {first}", failures.len())),
    }
}

fn config(key: &str) -> Result<String, String> {
    match store::get(key) {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(format!("config key {key} is missing")),
        Err(e) => Err(format!("config key {key} cannot be read: {e:?}")),
    }
}

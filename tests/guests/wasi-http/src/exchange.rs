//! One exchange, every resource in the order that the interface asks for.

use super::bindings::wasi::{
    http::{
        outgoing_handler,
        types::{Fields, IncomingBody, IncomingResponse, Method, OutgoingBody, OutgoingRequest, Scheme},
    },
    io::streams::{InputStream, StreamError},
};

/// How many bytes are read at once.
const CHUNK_BYTES: u64 = 64 * 1024;

/// Asks `url`, and returns the status and the body of the response.
pub(crate) fn ask(method: &str, url: &str) -> Result<(u16, Vec<u8>), String> {
    let (scheme, rest) = url.split_once("://").ok_or_else(|| format!("{url} has no scheme"))?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let path = format!("/{path}");
    let request = OutgoingRequest::new(Fields::new());
    let scheme = if scheme == "https" { Scheme::Https } else { Scheme::Http };
    request.set_scheme(Some(&scheme)).map_err(|()| "the scheme is refused".to_owned())?;
    request.set_authority(Some(authority)).map_err(|()| format!("the authority {authority} is refused"))?;
    request.set_path_with_query(Some(&path)).map_err(|()| format!("the path {path} is refused"))?;
    request.set_method(&named(method)).map_err(|()| format!("the method {method} is refused"))?;
    // The body is finished after the request was sent, as the interface describes it and as most libraries do.
    let body = request.body().map_err(|()| "the request has no body".to_owned())?;
    let future = outgoing_handler::handle(request, None).map_err(|e| format!("not sent: {e:?}"))?;
    if method != "GET" {
        let stream = body.write().map_err(|()| "the request's body has no stream".to_owned())?;
        stream
            .blocking_write_and_flush(path.as_bytes())
            .map_err(|e| format!("the body cannot be written: {e:?}"))?;
    }
    OutgoingBody::finish(body, None).map_err(|e| format!("the body cannot be finished: {e:?}"))?;
    future.subscribe().block();
    let response = future
        .get()
        .ok_or("the response is not ready")?
        .map_err(|()| "the response was taken before")?
        .map_err(|e| format!("no response: {e:?}"))?;
    Ok((response.status(), read(&response)?))
}

fn read(response: &IncomingResponse) -> Result<Vec<u8>, String> {
    let body: IncomingBody = response.consume().map_err(|()| "the response's body was taken before")?;
    let stream: InputStream = body.stream().map_err(|()| "the response's stream was taken before")?;
    let mut bytes = Vec::new();
    loop {
        match stream.blocking_read(CHUNK_BYTES) {
            Ok(chunk) => bytes.extend(chunk),
            Err(StreamError::Closed) => return Ok(bytes),
            Err(StreamError::LastOperationFailed(e)) => {
                return Err(format!(
                    "the body broke off after {} bytes: {}",
                    bytes.len(),
                    e.to_debug_string()
                ));
            }
        }
    }
}

fn named(method: &str) -> Method {
    match method {
        "GET" => Method::Get,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        other => Method::Other(other.to_owned()),
    }
}

//! What it answers.

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde_json::json;

use crate::life::Life;
use crate::login;
use crate::options::{Broken, Options};

const HEALTH: &str = "/health";

/// Answers one request, or is the last one asked.
pub(crate) async fn answer(
    request: Request<Incoming>,
    options: &Options,
    life: &Life,
) -> Response<Full<Bytes>> {
    let path = request.uri().path();
    match path {
        "/login" if request.method() == Method::POST => {
            return login::login(request, options.broken == Some(Broken::Login)).await;
        }
        "/logout" if request.method() == Method::POST => return login::logout(),
        _ => {}
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut refused = text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n".to_owned());
        refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    if path == HEALTH {
        return health(options);
    }
    life.spend_request();
    if options.broken == Some(Broken::Slow) {
        tokio::time::sleep(options.slow_by).await;
    }
    match path {
        "/version" => version(options),
        "/account" => login::account(request.headers()),
        "/" => text(StatusCode::OK, format!("Hello from version {}\n", options.version_label)),
        _ => text(StatusCode::NOT_FOUND, format!("nothing at {path}; try /, /health or /version\n")),
    }
}

fn health(options: &Options) -> Response<Full<Bytes>> {
    if options.never_healthy {
        text(StatusCode::SERVICE_UNAVAILABLE, "starting\n".to_owned())
    } else {
        text(StatusCode::OK, "ok\n".to_owned())
    }
}

fn version(options: &Options) -> Response<Full<Bytes>> {
    match options.broken {
        Some(Broken::Status) => {
            text(StatusCode::INTERNAL_SERVER_ERROR, "cannot read the version\n".to_owned())
        }
        // Keys in the order of the alphabet: the answer is the same whether serde_json keeps an order or sorts.
        Some(Broken::Body) => json(&json!({ "commit": null, "service": "demo" })),
        Some(Broken::Slow | Broken::Login) | None => {
            json(&json!({ "service": "demo", "version": options.version_label }))
        }
    }
}

fn json(value: &serde_json::Value) -> Response<Full<Bytes>> {
    respond(StatusCode::OK, "application/json", value.to_string())
}

pub(crate) fn text(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    respond(status, "text/plain; charset=utf-8", body)
}

fn respond(status: StatusCode, content_type: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

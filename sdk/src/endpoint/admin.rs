//! What a test does to the endpoint itself: moves its clock, and sets its alarms.
//!
//! The calls are described in [the documentation of the endpoint](super), which users read.

mod alarms;
mod clock;

use bytes::Bytes;
use http::header::{ALLOW, CONNECTION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode};
use http_body_util::Full;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::body::Reader;
use super::context::Context;

/// What all paths of these calls begin with.
const PREFIX: &str = "/greenlight/";

/// A request to the endpoint itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    path: String,
    method: Method,
}

/// Why a call was not done.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("there is nothing at {0}; use {PREFIX}clock, {PREFIX}alarms or {PREFIX}alarms/NAME")]
    NotFound(String),
    #[error("{given} is not a method of this path; use {allowed}")]
    Method { given: Method, allowed: &'static str },
    #[error("the body cannot be read: {0}")]
    Body(String),
    #[error("{0}")]
    Value(String),
    #[error("the endpoint cannot keep its state any more: {0}")]
    NotWritten(crate::local::persist::NotWritten),
}

impl Call {
    /// The call of a request, if it is one.
    pub(super) fn of(head: &Parts) -> Option<Self> {
        let path = head.uri.path().strip_prefix(PREFIX)?;
        Some(Self { path: path.to_owned(), method: head.method.clone() })
    }
}

/// Does a call.
pub(super) async fn answer(context: &Context, call: Call, body: Reader) -> Response<Full<Bytes>> {
    let done = match body.read().await {
        Ok(body) => perform(context, &call, &body),
        Err(error) => Err(Refused::Body(error.message().to_owned())),
    };
    // As for every other request: nothing is told that a crash could take back.
    let written = context.catalogue.written().await.map_err(Refused::NotWritten);
    match written.and(done) {
        Ok(done) => respond(StatusCode::OK, &done),
        Err(refused) => refuse(&refused),
    }
}

fn perform(context: &Context, call: &Call, body: &[u8]) -> Result<Value, Refused> {
    match (call.path.as_str(), call.path.strip_prefix("alarms/"), &call.method) {
        ("clock", _, &Method::GET) => Ok(clock::read(context)),
        ("clock", _, &Method::POST) => clock::advance(context, &read(body)?),
        ("clock", _, given) => Err(Refused::Method { given: given.clone(), allowed: "GET, POST" }),
        ("alarms", _, &Method::GET) => Ok(alarms::list(context)),
        ("alarms", _, given) => Err(Refused::Method { given: given.clone(), allowed: "GET" }),
        (_, Some(name), &Method::PUT) => alarms::set(context, &decoded(name)?, &read(body)?),
        (_, Some(_), given) => Err(Refused::Method { given: given.clone(), allowed: "PUT" }),
        (other, None, _) => Err(Refused::NotFound(format!("{PREFIX}{other}"))),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|error| Refused::Body(error.to_string()))
}

fn decoded(segment: &str) -> Result<String, Refused> {
    let text = percent_decode_str(segment).decode_utf8();
    text.map(Into::into).map_err(|_| Refused::Value("the name in the path is not UTF-8".to_owned()))
}

fn refuse(refused: &Refused) -> Response<Full<Bytes>> {
    let status = match refused {
        Refused::NotFound(_) => StatusCode::NOT_FOUND,
        Refused::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
        Refused::Body(_) | Refused::Value(_) => StatusCode::BAD_REQUEST,
        Refused::NotWritten(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let mut response = respond(status, &json!({ "error": refused.to_string() }));
    // What is left of a body that was not read must not be taken for another request.
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    if let Refused::Method { allowed, .. } = refused {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    }
    response
}

fn respond(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

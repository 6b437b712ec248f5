//! What the Runtime API answers to which request.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt as _, Full};

use super::MAX_ANSWER_BYTES;
use super::error::ApiError;
use super::exchange::{Answer, Exchange, FunctionError};
use crate::local::hook::lambda_runtime::clean;

const PREFIX: &str = "/2018-06-01/runtime/";

/// How much of a body that nobody wants is read.
const MAX_DISCARDED_BYTES: usize = 4 * MAX_ANSWER_BYTES;

/// The largest error that is kept, in bytes. Stack traces are cut, messages hardly ever.
const MAX_ERROR_BYTES: usize = 256 * 1024;

const ERROR_TYPE: HeaderName = HeaderName::from_static("lambda-runtime-function-error-type");

/// Answers one request.
pub(super) async fn answer<B>(exchange: &Exchange, request: Request<B>) -> Response<Full<Bytes>>
where
    B: Body<Data = Bytes> + Unpin,
{
    let (head, mut body) = request.into_parts();
    match route(exchange, &head, &mut body).await {
        Ok(response) => response,
        Err(refusal) => {
            // A body that is left unread would cost the client its connection, and maybe the refusal itself.
            let _ = read(&mut body, 0).await;
            refusal.into()
        }
    }
}

async fn route<B>(exchange: &Exchange, head: &Parts, body: &mut B) -> Result<Response<Full<Bytes>>, ApiError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let path = head.uri.path().strip_prefix(PREFIX).ok_or(ApiError::NoSuchPath)?;
    let expects = |method: Method| if head.method == method { Ok(()) } else { Err(ApiError::NoSuchMethod) };
    match path.split('/').collect::<Vec<_>>().as_slice() {
        ["invocation", "next"] => {
            expects(Method::GET)?;
            next(exchange).await
        }
        ["init", "error"] => {
            expects(Method::POST)?;
            let error = read_error(&head.headers, body).await?;
            exchange.fail_init(error);
            Ok(accepted())
        }
        ["invocation", id, "response"] => {
            expects(Method::POST)?;
            known(exchange, id)?;
            match read(body, MAX_ANSWER_BYTES).await {
                Ok(result) => exchange.answer(id, Answer::Done(result.into()))?,
                Err(ApiError::TooLarge) => {
                    let message = ApiError::TooLarge.to_string();
                    let error_type = Some("Function.ResponseSizeTooLarge".to_owned());
                    exchange.answer(id, Answer::Failed(FunctionError { error_type, message }))?;
                    return Err(ApiError::TooLarge);
                }
                Err(error) => return Err(error),
            }
            Ok(accepted())
        }
        ["invocation", id, "error"] => {
            expects(Method::POST)?;
            known(exchange, id)?;
            let error = read_error(&head.headers, body).await?;
            exchange.answer(id, Answer::Failed(error))?;
            Ok(accepted())
        }
        _ => Err(ApiError::NoSuchPath),
    }
}

/// Refuses a foreign id before its body is read.
fn known(exchange: &Exchange, id: &str) -> Result<(), ApiError> {
    if exchange.is_running(id) { Ok(()) } else { Err(ApiError::InvalidRequestId) }
}

async fn next(exchange: &Exchange) -> Result<Response<Full<Bytes>>, ApiError> {
    let invocation = exchange.next().await?;
    let headers = [
        ("lambda-runtime-aws-request-id", invocation.request_id.clone()),
        ("lambda-runtime-deadline-ms", invocation.deadline_ms().to_string()),
        ("lambda-runtime-invoked-function-arn", invocation.function_arn.to_string()),
        ("lambda-runtime-trace-id", invocation.trace_id.clone()),
    ];
    let mut response = Response::new(Full::new(invocation.event));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in headers {
        // A name that makes no header value cannot be one of a function; the others are made here.
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    Ok(response)
}

fn accepted() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(br#"{"status":"OK"}"#)));
    *response.status_mut() = StatusCode::ACCEPTED;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Reads a body of at most so many bytes, and what is too much without keeping it.
async fn read(body: &mut (impl Body<Data = Bytes> + Unpin), limit: usize) -> Result<Vec<u8>, ApiError> {
    let (mut kept, mut seen) = (Vec::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| ApiError::BrokenBody)?.into_data() else { continue };
        seen = seen.saturating_add(data.len());
        if seen <= limit {
            kept.extend_from_slice(&data);
        } else if seen > MAX_DISCARDED_BYTES {
            break;
        }
    }
    if seen > limit { Err(ApiError::TooLarge) } else { Ok(kept) }
}

/// An error as runtimes report it: `errorMessage` and `errorType` in JSON, or else whatever text it is.
async fn read_error(
    headers: &HeaderMap,
    body: &mut (impl Body<Data = Bytes> + Unpin),
) -> Result<FunctionError, ApiError> {
    let text = match read(body, MAX_ERROR_BYTES).await {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        // The error itself must not be lost for its size.
        Err(ApiError::TooLarge) => "its description is too large to be kept".to_owned(),
        Err(error) => return Err(error),
    };
    let json: Option<serde_json::Value> = serde_json::from_str(&text).ok();
    let field = |name| json.as_ref().and_then(|json| json.get(name)?.as_str());
    let of_header = || headers.get(ERROR_TYPE).and_then(|value| value.to_str().ok());
    let error_type = field("errorType").or_else(of_header).map(clean::sentence);
    let message = clean::sentence(field("errorMessage").unwrap_or(if json.is_some() { "" } else { &text }));
    Ok(FunctionError { error_type: error_type.filter(|name| !name.is_empty()), message })
}

//! One request and its answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONNECTION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;

use super::admin;
use super::body::Reader;
use super::caller::Caller;
use super::context::Context;
use super::dispatch::dispatch_for;
use super::error::ServiceError;
use super::functions;
use super::guard::Guard;
use super::operation::Operation;
use super::wire::{AwsJson, Codec};

/// The header with the id that an answer has, whatever it says.
const REQUEST_ID: &str = "x-amzn-requestid";

/// Answers a request.
pub(super) async fn answer(
    context: Arc<Context>,
    guard: &Guard,
    body_timeout: Duration,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let request_id = context.ids.uuid();
    let (head, body) = request.into_parts();
    let span = tracing::debug_span!("request", id = %request_id);
    let mut response = match guard.admit(&head) {
        Err(error) => refuse(&AwsJson, &error, true),
        Ok(()) => {
            let body = Reader { body, timeout: body_timeout };
            if let Some(call) = admin::Call::of(&head) {
                admin::answer(&context, call, body).await
            } else if let Some(call) = functions::Call::of(&head) {
                functions::answer(&context, call, &request_id, body).await
            } else {
                exchange(&AwsJson, &context, &head, body).await
            }
        }
    };
    tracing::debug!(parent: &span, status = response.status().as_u16(), "answered");
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Answers by one protocol.
async fn exchange<C: Codec>(
    codec: &C,
    context: &Context,
    head: &Parts,
    body: Reader,
) -> Response<Full<Bytes>> {
    if head.uri.path() != "/" {
        let message = format!("There is nothing at {}. Send requests to /.", head.uri.path());
        return refuse(
            codec,
            &ServiceError::fault(StatusCode::NOT_FOUND, "UnknownOperationException", message),
            true,
        );
    }
    if head.method != Method::POST {
        let message = format!("{} is not a method of this service. Use POST.", head.method);
        let error = ServiceError::fault(StatusCode::METHOD_NOT_ALLOWED, "UnknownOperationException", message);
        let mut response = refuse(codec, &error, true);
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        return response;
    }
    let body = match body.read().await {
        Ok(body) => body,
        Err(error) => return refuse(codec, &error, true),
    };
    let caller = Caller::of(&head.headers);
    let done = codec
        .operation(head)
        .and_then(|operation| guarded(operation, || dispatch_for(codec, context, &caller, operation, &body)));
    // What is told, an error too, may depend on what was changed a moment ago: nobody is told what a crash could
    // take back.
    if let Err(error) = context.catalogue.written().await {
        return refuse(codec, &ServiceError::not_written(&error), false);
    }
    match done {
        Ok(body) => respond::<C>(StatusCode::OK, body),
        Err(error) => refuse(codec, &error, false),
    }
}

/// A fault of one operation is one failed request. The catalogue takes back what the operation had begun.
fn guarded<T>(
    operation: Operation,
    work: impl FnOnce() -> Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        tracing::error!(%operation, "an operation panicked");
        Err(ServiceError::internal("The operation failed by a fault of the endpoint."))
    })
}

fn refuse<C: Codec>(codec: &C, error: &ServiceError, close: bool) -> Response<Full<Bytes>> {
    tracing::debug!(%error, "refused");
    let mut response = respond::<C>(error.status(), codec.encode_error(error));
    if close {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn respond<C: Codec>(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, C::CONTENT_TYPE);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_in_an_operation_is_one_failed_request() {
        let done: Result<(), _> = guarded(Operation::GetDeployment, || panic!("a fault"));
        let error = done.unwrap_err();
        assert_eq!((error.name(), error.status().as_u16()), ("InternalFailure", 500));
        assert_eq!(guarded(Operation::GetDeployment, || Ok(1)), Ok(1));
    }
}

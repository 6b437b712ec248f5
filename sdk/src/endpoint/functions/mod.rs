//! Lambda's Invoke API for the functions that run as processes of the endpoint.
//!
//! Forms, errors and limits are those of <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>.

mod background;
mod call;
mod refusal;
mod tail;

use std::sync::Arc;

use bytes::Bytes;
use greenlight_core::HookExecutionId;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

pub(super) use self::background::Background;
pub(super) use self::call::Call;
use self::call::Kind;
use self::refusal::Refused;
use self::tail::Tail;
use super::body::Reader;
use super::caller::Caller;
use super::context::Context;
use crate::local::{DirectAnswer, DirectCall, FunctionFailure, HookFunction};

/// The largest event, in bytes: of a call that is waited for, and of one that is not.
const MAX_WAITED_FOR: usize = 6_291_456;
const MAX_QUEUED: usize = 1_048_576;

const FUNCTION_ERROR: HeaderName = HeaderName::from_static("x-amz-function-error");
const EXECUTED_VERSION: HeaderName = HeaderName::from_static("x-amz-executed-version");
const LOG_RESULT: HeaderName = HeaderName::from_static("x-amz-log-result");

/// Answers a call of a function.
pub(super) async fn answer(
    context: &Context,
    call: Call,
    request_id: &str,
    body: Reader,
) -> Response<Full<Bytes>> {
    match invoke(context, call, request_id, body).await {
        Ok(response) => response,
        Err(refused) => refused.into(),
    }
}

async fn invoke(
    context: &Context,
    call: Call,
    request_id: &str,
    body: Reader,
) -> Result<Response<Full<Bytes>>, Refused> {
    // Read whatever comes of it: a client that is still sending would miss the answer.
    let body = body.read().await.map_err(Refused::Body);
    let (kind, name) = (call.kind()?, call.function()?);
    let function = context.engine.bindings.functions.get(name.name()).map(Arc::clone);
    let function = function.ok_or_else(|| Refused::NotFound(context.place.function(name.name())))?;
    if kind == Kind::DryRun {
        return Ok(empty(StatusCode::NO_CONTENT));
    }
    let payload = event(body?, kind)?;
    let tail = Tail::default();
    let mut direct = DirectCall::new(request_id, payload.0);
    direct.execution = execution(context, &call.caller, &payload.1);
    direct.progress = tail.progress();
    if kind == Kind::Event {
        context.background.run(name.name().to_owned(), function, direct);
        return Ok(empty(StatusCode::ACCEPTED));
    }
    let (body, failed) = called(function, direct).await?;
    let mut response = json_of(StatusCode::OK, body);
    let headers = response.headers_mut();
    headers.insert(EXECUTED_VERSION, HeaderValue::from_static("$LATEST"));
    if failed {
        headers.insert(FUNCTION_ERROR, HeaderValue::from_static("Unhandled"));
    }
    if call.wants_log
        && let Ok(tail) = HeaderValue::try_from(tail.base64())
    {
        headers.insert(LOG_RESULT, tail);
    }
    Ok(response)
}

/// What the function answers, and whether it is an error.
async fn called(function: Arc<dyn HookFunction>, call: DirectCall) -> Result<(Bytes, bool), Refused> {
    match function.call(call).await {
        Ok(DirectAnswer::Returned(result)) => Ok((result, false)),
        Ok(DirectAnswer::Failed(FunctionFailure { error_type, message })) => {
            let mut error = json!({ "errorMessage": message });
            if let (Some(error_type), Some(members)) = (error_type, error.as_object_mut()) {
                members.insert("errorType".to_owned(), error_type.into());
            }
            Ok((error.to_string().into(), true))
        }
        Err(error) => Err(Refused::NotCallable(error)),
    }
}

/// The event, as it was sent and as it reads. None at all is an empty object, as on Lambda.
fn event(body: Bytes, kind: Kind) -> Result<(Bytes, Value), Refused> {
    let most = if kind == Kind::Event { MAX_QUEUED } else { MAX_WAITED_FOR };
    if body.len() > most {
        return Err(Refused::TooLarge { bytes: body.len(), most });
    }
    if body.is_empty() {
        return Ok((Bytes::from_static(b"{}"), json!({})));
    }
    let read = serde_json::from_slice(&body).map_err(|error| Refused::NoJson(error.to_string()))?;
    Ok((body, read))
}

/// What the function may report for then: a hook goes on in another call. A hook function of this endpoint can hand on
/// only what it was given itself.
fn execution(context: &Context, caller: &Caller, event: &Value) -> Option<HookExecutionId> {
    let execution = HookExecutionId::new(event.get("LifecycleEventHookExecutionId")?.as_str()?);
    let stolen = |key: &str| context.identities.allows(key, &execution) == Some(false);
    (!caller.access_key_id().is_some_and(stolen)).then_some(execution)
}

fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

fn json_of(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

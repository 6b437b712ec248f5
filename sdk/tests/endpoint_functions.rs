//! Functions of the endpoint are invoked by Lambda's own API.

use greenlight::local::{HookAnswer, HookCall, HookFunction, LambdaProcess};
use http::{HeaderMap, Request};
use serde_json::{Value, json};

use crate::endpoint_support::{Answer, Client, endpoint_with, soon};
use crate::lambda_support::{scripted, serving};

/// Invokes a function in one of the ways.
async fn invoke(client: &Client, function: &str, kind: &str, body: impl Into<bytes::Bytes>) -> Answer {
    let path = format!("/2015-03-31/functions/{function}/invocations");
    let request = Request::post(path).header("x-amz-invocation-type", kind).header("x-amz-log-type", "Tail");
    client.exchange(request, body).await
}

fn error_of(answer: &Answer) -> (u16, String, String) {
    let name = answer.headers["x-amzn-errortype"].to_str().unwrap().to_owned();
    (answer.status, name, answer.json()["Message"].as_str().unwrap().to_owned())
}

fn function_error(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-amz-function-error").map(|value| value.to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_gives_the_result_of_the_function_and_the_end_of_its_log() {
    let function = serving("say('seen')\nanswer(headers, event)");
    let endpoint = endpoint_with(|builder| builder.with_lambda_process("judge", function)).await;
    let client = Client::new(&endpoint);
    for name in ["judge", "judge:live", "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Ajudge"] {
        let answer = invoke(&client, name, "RequestResponse", r#"{"a":[1]}"#).await;
        assert_eq!((answer.status, answer.json()), (200, json!({ "a": [1] })), "{name}");
        assert_eq!(function_error(&answer.headers), None);
        assert_eq!(answer.headers["x-amz-executed-version"], "$LATEST");
        assert_eq!(answer.headers["x-amz-log-result"], "c2Vlbgo=", "the base64 of \"seen\" and a line's end");
    }
    let nothing = client.exchange(Request::post("/2015-03-31/functions/judge/invocations"), "").await;
    assert_eq!((nothing.status, nothing.json()), (200, json!({})));
    endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_the_function_is_its_result_and_marked() {
    let raising = serving(
        "ask('POST', 'invocation/' + headers['Lambda-Runtime-Aws-Request-Id'] + '/error', \
         json.dumps({'errorType': 'TypeError', 'errorMessage': 'x is not a function'}))",
    );
    let ending = scripted("take()\nsys.exit(3)");
    let endpoint = endpoint_with(|builder| {
        builder.with_lambda_process("raising", raising).with_lambda_process("ending", ending)
    })
    .await;
    let client = Client::new(&endpoint);
    let answer = invoke(&client, "raising", "RequestResponse", "{}").await;
    assert_eq!((answer.status, function_error(&answer.headers)), (200, Some("Unhandled")));
    assert_eq!(answer.json(), json!({ "errorType": "TypeError", "errorMessage": "x is not a function" }));
    let answer = invoke(&client, "ending", "RequestResponse", "{}").await;
    assert_eq!(function_error(&answer.headers), Some("Unhandled"));
    assert_eq!(answer.json()["errorType"], "Runtime.ExitError");
    endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_asynchronous_call_is_taken_at_once_and_carried_out() {
    let folder = tempfile::tempdir().unwrap();
    let seen = folder.path().join("seen");
    let script = format!("open({:?}, 'w').write(event)\nanswer(headers)", seen.display().to_string());
    let endpoint = endpoint_with(|builder| builder.with_lambda_process("judge", serving(&script))).await;
    let client = Client::new(&endpoint);
    let answer = invoke(&client, "judge", "Event", r#"{"number":7}"#).await;
    assert_eq!((answer.status, answer.body.len()), (202, 0));
    // One process: the next call comes after it.
    let answer = invoke(&client, "judge", "RequestResponse", r#"{"number":8}"#).await;
    assert_eq!(answer.status, 200);
    let read = || std::fs::read_to_string(&seen).unwrap();
    soon("both calls", async {
        while read().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!([r#"{"number":7}"#, r#"{"number":8}"#].contains(&read().as_str()), "{}", read());
    endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_finds_the_function_and_does_not_start_it() {
    let function = LambdaProcess::new("judge", ["/nowhere/bootstrap"]);
    let endpoint = endpoint_with(|builder| builder.with_lambda_process("judge", function)).await;
    let client = Client::new(&endpoint);
    assert_eq!(invoke(&client, "judge", "DryRun", "{}").await.status, 204);
    let not_found = "Function not found: arn:aws:lambda:us-east-1:123456789012:function:other";
    let answer = invoke(&client, "other", "DryRun", "{}").await;
    assert_eq!(error_of(&answer), (404, "ResourceNotFoundException".to_owned(), not_found.to_owned()));
    let started = invoke(&client, "judge", "RequestResponse", "{}").await;
    let (status, name, message) = error_of(&started);
    assert_eq!((status, name.as_str()), (502, "InvalidRuntimeException"));
    assert!(message.contains("/nowhere/bootstrap"), "{message}");
    endpoint.shutdown().await;
}

#[derive(Debug)]
struct Own;

#[async_trait::async_trait]
impl HookFunction for Own {
    async fn invoke(&self, _: HookCall) -> HookAnswer {
        HookAnswer::Succeeded
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_called_is_refused_in_the_forms_of_the_service() {
    let endpoint = endpoint_with(|builder| {
        builder.with_hook("own", Own).with_lambda_process("judge", serving("answer(headers)"))
    })
    .await;
    let client = Client::new(&endpoint);
    for (function, kind, body, status, error) in [
        ("own", "RequestResponse", "{}".to_owned(), 409, "ResourceConflictException"),
        ("judge", "RequestResponse", "{".to_owned(), 400, "InvalidRequestContentException"),
        ("judge", "Sometimes", "{}".to_owned(), 400, "InvalidParameterValueException"),
        ("a%20b", "Event", "{}".to_owned(), 400, "InvalidParameterValueException"),
        ("judge", "Event", Value::from("x".repeat(1_100_000)).to_string(), 413, "RequestTooLargeException"),
    ] {
        let answer = invoke(&client, function, kind, body).await;
        let (found, name, message) = error_of(&answer);
        assert_eq!((found, name.as_str()), (status, error), "{function} {kind}: {message}");
        assert_eq!(answer.json()["Type"], "User", "{function} {kind}");
    }
    let answer = client.exchange(Request::get("/2015-03-31/functions/judge"), "").await;
    assert_eq!(error_of(&answer).1, "UnknownOperationException");
    endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_finds_the_endpoint_as_its_lambda_too() {
    let function = serving("answer(headers, json.dumps(os.environ['AWS_ENDPOINT_URL_LAMBDA']))");
    let endpoint = endpoint_with(|builder| builder.with_lambda_process("judge", function)).await;
    let client = Client::new(&endpoint);
    assert_eq!(invoke(&client, "judge", "RequestResponse", "{}").await.json(), json!(endpoint.url()));
    endpoint.shutdown().await;
}

//! Functions behind a Lambda Invoke API.

#![cfg(feature = "endpoint")]

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use greenlight::local::{HookAnswer, HookFunction as _, LambdaInvoke};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;

use crate::lambda_support::Caller;
use crate::router_support::{Target, nobody, raw_target, soon};

/// A request as a Lambda endpoint sees it.
#[derive(Clone, Debug)]
struct Seen {
    line: String,
    invocation_type: String,
    authorization: String,
    body: serde_json::Value,
}

/// A Lambda endpoint that answers the requests in turn, the last of these answers again and again.
async fn lambda(answers: &'static [(u16, &str, &str)]) -> (Target, Arc<Mutex<Vec<Seen>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let target = Target::new(move |request: Request<Incoming>| {
        let log = Arc::clone(&log);
        async move {
            let (head, body) = request.into_parts();
            let header = |name: &str| {
                head.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
            };
            let body = body.collect().await.unwrap().to_bytes();
            let index = {
                let mut log = log.lock().unwrap();
                log.push(Seen {
                    line: format!("{} {}", head.method, head.uri),
                    invocation_type: header("x-amz-invocation-type"),
                    authorization: header("authorization"),
                    body: serde_json::from_slice(&body).unwrap(),
                });
                log.len() - 1
            };
            let (status, code, body) = answers[index.min(answers.len() - 1)];
            let response = Response::builder().status(status).header("x-amzn-errortype", code);
            response.body(Full::new(Bytes::from_static(body.as_bytes())).boxed()).unwrap()
        }
    })
    .await;
    (target, seen)
}

async fn answer_of(functions: &LambdaInvoke, name: &str) -> HookAnswer {
    let mut call = Caller::new().await.next();
    call.function = name.parse().unwrap();
    soon("the answer", functions.invoke(call)).await
}

fn detail(answer: HookAnswer) -> String {
    let HookAnswer::NotInvoked { detail } = answer else { panic!("{answer:?}") };
    detail
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_is_invoked_as_codedeploy_does_it() {
    let (target, seen) = lambda(&[(202, "", "")]).await;
    let functions = LambdaInvoke::new(format!("http://{}", target.address))
        .with_region("eu-west-1")
        .with_credentials("AKIAIOSFODNN7EXAMPLE", "secret", None);
    assert_eq!(answer_of(&functions, "judge").await, HookAnswer::WillReport);
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:judge:live";
    assert_eq!(answer_of(&functions, arn).await, HookAnswer::WillReport);

    let seen = seen.lock().unwrap().clone();
    let lines: Vec<&str> = seen.iter().map(|seen| seen.line.as_str()).collect();
    let escaped = "POST /2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Ajudge%3Alive/invocations";
    assert_eq!(lines, ["POST /2015-03-31/functions/judge/invocations", escaped]);
    for seen in &seen {
        assert_eq!(seen.invocation_type, "Event");
        assert!(seen.authorization.contains("AKIAIOSFODNN7EXAMPLE/"), "{}", seen.authorization);
        assert!(seen.authorization.contains("/eu-west-1/lambda/"), "{}", seen.authorization);
        let fields = seen.body.as_object().unwrap();
        assert_eq!(fields.len(), 2, "{fields:?}");
        assert_eq!(fields["LifecycleEventHookExecutionId"], "execution-1");
        assert!(fields["DeploymentId"].as_str().unwrap().starts_with("d-"), "{fields:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_the_function_and_the_endpoint_and_says_what_to_do() {
    let cases = [
        (
            &[(404, "ResourceNotFoundException", r#"{"Message":"Function not found: judge."}"#)],
            "ResourceNotFoundException: Function not found: judge; create it there, correct its name in the AppSpec, or \
             bind it to a plugin or a process",
        ),
        (
            &[(403, "AccessDeniedException", r#"{"Message":"not authorized"}"#)],
            "AccessDeniedException: not authorized; allow lambda:InvokeFunction for these credentials",
        ),
        (&[(400, "InvalidRequestContentException", "{}")], "InvalidRequestContentException"),
        (&[(418, "", "no JSON at all")], "an error without a code"),
    ];
    for (answers, what) in cases {
        let (target, seen) = lambda(answers).await;
        let url = format!("http://{}", target.address);
        let told = detail(answer_of(&LambdaInvoke::new(&url), "judge").await);
        assert_eq!(told, format!("the function judge could not be invoked at {url}: {what}"));
        assert_eq!(seen.lock().unwrap().len(), 1, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn throttling_and_errors_of_the_server_are_tried_again() {
    const THROTTLED: (u16, &str, &str) = (429, "TooManyRequestsException", r#"{"message":"Rate exceeded"}"#);
    const BROKEN: (u16, &str, &str) = (500, "ServiceException", r#"{"Message":"again, please"}"#);
    let (target, seen) = lambda(&[THROTTLED, BROKEN, (202, "", "")]).await;
    let functions = LambdaInvoke::new(format!("http://{}", target.address));
    assert_eq!(answer_of(&functions, "judge").await, HookAnswer::WillReport);
    assert_eq!(seen.lock().unwrap().len(), 3);

    let (target, seen) = lambda(&[BROKEN]).await;
    let told = detail(answer_of(&LambdaInvoke::new(format!("http://{}", target.address)), "judge").await);
    assert!(told.ends_with(": ServiceException: again, please"), "{told}");
    assert_eq!(seen.lock().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_not_there_or_speaks_something_else_is_named() {
    let url = format!("http://{}", nobody().await);
    let told = detail(answer_of(&LambdaInvoke::new(&url), "judge").await);
    let begins = format!("the function judge could not be invoked at {url}: ");
    let rest = told.strip_prefix(&begins).unwrap_or_else(|| panic!("{told}"));
    assert!(rest.starts_with("Connection refused"), "{told}");
    assert!(rest.ends_with("; start what serves there, or correct the address"), "{told}");

    let closes = raw_target(|_, stream| async move { drop(stream) }).await;
    let told = detail(answer_of(&LambdaInvoke::new(format!("http://{closes}")), "judge").await);
    assert!(told.contains(&format!("{closes}: ")), "{told}");

    let told = detail(answer_of(&LambdaInvoke::new("nonsense"), "judge").await);
    assert!(
        told.starts_with("the function judge could not be invoked at nonsense: endpoint must contain scheme"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_endpoint_the_answer_says_how_to_have_one() {
    assert_eq!(
        detail(answer_of(&LambdaInvoke::nowhere(), "judge").await),
        "the function judge cannot be invoked, for nothing is bound to its name and there is no Lambda endpoint; bind it \
         to a plugin or a process, or set AWS_ENDPOINT_URL_LAMBDA"
    );
}

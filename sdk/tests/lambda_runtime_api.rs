//! The Lambda Runtime API that hook processes are served with.

use crate::lambda_support::{Caller, begun, scripted, serving};
use crate::router_support::{exchange, soon};
use greenlight::local::HookAnswer;

#[tokio::test(flavor = "multi_thread")]
async fn the_event_has_the_two_fields_of_the_service_and_nothing_else() {
    let function = serving("say(event)\nanswer(headers)");
    let mut caller = Caller::new().await;
    let called = caller.call(&function).await;
    let event: serde_json::Value = serde_json::from_str(called.done()[0]).unwrap();
    let deployment = caller.next().execution.deployment;
    let expected = serde_json::json!({
        "DeploymentId": deployment.as_str(), "LifecycleEventHookExecutionId": "execution-1",
    });
    assert_eq!(event, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_headers_of_an_invocation_are_those_of_lambda() {
    let script = "
left = int(headers['Lambda-Runtime-Deadline-Ms']) / 1000 - time.time()
say(0 < left <= 7)
say(headers['Lambda-Runtime-Invoked-Function-Arn'])
say(headers['Content-Type'])
say(len(headers['Lambda-Runtime-Aws-Request-Id']), headers['Lambda-Runtime-Trace-Id'][:7])
say([name for name in headers if name.startswith('Lambda')] != [])
answer(headers)";
    let function = serving(script)
        .with_region("eu-west-1", "210987654321")
        .with_timeout(std::time::Duration::from_secs(7));
    let called = Caller::new().await.call(&function).await;
    let arn = "arn:aws:lambda:eu-west-1:210987654321:function:judge";
    assert_eq!(called.done(), ["True", arn, "application/json", "36 Root=1-", "True"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_lambda_would_refuse_are_refused_in_its_form() {
    let script = r#"
def refused(method, path, body=None):
    status, headers, text = ask(method, path, body)
    say(status, headers["Content-Type"], json.loads(text)["errorType"])
for id in ["", "next", "00000000-0000-4000-8000-000000000000", "..%2f..", "%00", "a" * 4000]:
    refused("POST", f"invocation/{id}/response", "null")
refused("POST", "invocation/wrong/error", "{}")
refused("GET", "invocation/next")
refused("POST", "invocation/next")
refused("GET", "init/error")
refused("DELETE", "invocation/" + headers["Lambda-Runtime-Aws-Request-Id"] + "/response")
refused("GET", "nowhere")
refused("GET", "invocation/next/")
connection.request("GET", "/2015-03-31/functions")
say(connection.getresponse().read() != b"")
say(answer(headers)[0], answer(headers)[0])"#;
    let called = Caller::new().await.call(&serving(script)).await;
    let json = "application/json";
    let mut expected = vec![format!("400 {json} InvalidRequestID"); 7];
    expected.push(format!("403 {json} InvalidStateTransition"));
    expected.extend(vec![format!("405 {json} MethodNotAllowed"); 3]);
    expected.extend(vec![format!("404 {json} NoSuchResource"); 2]);
    expected.extend(["True".to_owned(), "202 400".to_owned()]);
    // The second answer to one invocation comes after the call has ended, so the last line may be missing.
    let lines = called.done();
    assert!(lines.len() + 1 >= expected.len(), "{lines:#?}");
    assert_eq!(lines, expected[..lines.len()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_too_large_is_refused_and_is_an_error_of_the_function() {
    let script = r#"
size = 6291556 if event.endswith('-1"}') else 6291557
status, _, text = answer(headers, b"x" * size)
print(status, text, file=sys.stderr)"#;
    let function = serving(script);
    let mut caller = Caller::new().await;
    assert_eq!(caller.call(&function).await.answer, HookAnswer::WillReport);
    let called = caller.call(&function).await;
    assert!(matches!(called.answer, HookAnswer::Pending { .. }), "{called:?}");
    let told = called.texts().last().copied().unwrap();
    let begins = "the function judge failed: Function.ResponseSizeTooLarge: Exceeded maximum allowed payload size \
                  (6291556 bytes)";
    assert!(told.starts_with(begins), "{told}");
    // The process goes on.
    let called = caller.call(&function).await;
    assert!(called.texts().iter().all(|line| !line.contains("ended with")), "{called:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_requests_hurt_nobody() {
    let function = serving("say(api)\nanswer(headers)");
    let mut caller = Caller::new().await;
    let address = caller.call(&function).await.text().parse().unwrap();
    for request in [
        "\0\0\0\0\r\n\r\n",
        "GET\r\n\r\n",
        "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    ] {
        let answer = exchange(address, request).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    let half = tokio::net::TcpStream::connect(address).await.unwrap();
    assert_eq!(caller.call(&function).await.done().len(), 1);
    drop(half);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_functions_cannot_answer_each_others_invocations() {
    let mut caller = Caller::new().await;
    // Tells what it works on, and goes on working while the other one tries.
    let victim = serving("say(headers['Lambda-Runtime-Aws-Request-Id'])\ntime.sleep(1000)");
    let (working, mut lines) = begun(victim, caller.next());
    let id = soon("the victim begins", lines.recv()).await.unwrap();
    let intruder = serving(&format!(
        "say(ask('POST', 'invocation/{id}/response', 'null')[0], ask('POST', 'invocation/{id}/error', '{{}}')[0])\n\
         answer(headers)"
    ));
    assert_eq!(caller.call(&intruder).await.done(), ["400 400"]);
    assert!(!working.is_finished());
    working.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_the_initialisation_is_told_in_its_own_words() {
    let script = r#"
status, _, text = ask("POST", "init/error", json.dumps({"errorType": "Runtime.ImportModuleError", "errorMessage": "no module judge."}))
say(status, text)
sys.exit(1)"#;
    let called = Caller::new().await.call(&scripted(script)).await;
    let told = "the function judge could not be initialised: Runtime.ImportModuleError: no module judge; it is called \
                again in 60 s";
    assert_eq!(called.texts().last(), Some(&told));
}

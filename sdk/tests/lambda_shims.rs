//! Node.js and Python functions, as they are written for Lambda, with nothing but their interpreters.

use std::path::Path;

use crate::lambda_support::{Called, Caller, write};
use greenlight::local::{HookAnswer, LambdaProcess};

async fn node(file: &str, handler: &str, code: &str) -> Called {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), file, code);
    Caller::new().await.call(&LambdaProcess::node("judge", handler, directory.path())).await
}

async fn python(code: &str) -> Called {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "lambda_function.py", code);
    let function = LambdaProcess::python("judge", "lambda_function.lambda_handler", directory.path());
    Caller::new().await.call(&function).await
}

fn last(called: &Called) -> &str {
    assert!(matches!(called.answer, HookAnswer::Pending { .. }), "{called:?}");
    called.texts().last().copied().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn node_handlers_of_every_form_are_called() {
    let judged = "console.log(event.LifecycleEventHookExecutionId)";
    let cases = [
        ("index.mjs", format!("export const handler = async (event) => {{ {judged}; return 1 }}")),
        ("index.js", format!("exports.handler = async function (event, context) {{ {judged} }}")),
        (
            "index.cjs",
            format!(
                "exports.handler = (event, context, callback) => {{ setTimeout(() => {{ {judged}; callback(null, 'done') }}, 1) }}"
            ),
        ),
        (
            "index.cjs",
            format!(
                "'use strict'; module.exports = {{ handler: (event, context) => {{ {judged}; context.succeed('done') }} }}"
            ),
        ),
        ("index.mjs", format!("export function handler(event) {{ {judged} }}")),
        (
            "index.cjs",
            format!(
                "exports.handler = (event, context, callback) => {{ setTimeout(() => {{ {judged} }}, 1) }}"
            ),
        ),
        ("index.mjs", format!("export const handler = (event) => new Promise(() => {{ {judged} }})")),
    ];
    for (file, code) in cases {
        assert_eq!(node(file, "index.handler", &code).await.done(), ["execution-1"], "{code}");
    }
    let deeper =
        node("src/judge.mjs", "src/judge.run", &format!("export const run = (event) => {{ {judged} }}"))
            .await;
    assert_eq!(deeper.done(), ["execution-1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn node_errors_are_told_with_type_and_message() {
    let thrown = node(
        "index.mjs",
        "index.handler",
        "export const handler = async () => { throw new TypeError('no host.') }",
    )
    .await;
    assert_eq!(last(&thrown), "the function judge failed: TypeError: no host; it is called again in 60 s");
    let back = node(
        "index.cjs",
        "index.handler",
        "exports.handler = (e, c, callback) => { callback(new Error('called back')) }",
    )
    .await;
    assert_eq!(last(&back), "the function judge failed: Error: called back; it is called again in 60 s");
    let text =
        node("index.cjs", "index.handler", "exports.handler = (e, c, callback) => { callback('only text') }")
            .await;
    assert_eq!(last(&text), "the function judge failed: string: only text; it is called again in 60 s");
    let late = node("index.cjs", "index.handler", "exports.handler = () => new Promise(() => setTimeout(() => { throw new Error('nobody listens') }, 1))").await;
    assert_eq!(
        last(&late),
        "the function judge ended with exit status 1 before it had answered; it is called again in 60 s"
    );
    let none = node("index.mjs", "index.handler", "export const other = 1").await;
    assert!(last(&none).contains("could not be initialised: Runtime.HandlerNotFound: "), "{none:?}");
    let lost = node("index.mjs", "elsewhere.handler", "").await;
    assert!(
        last(&lost).contains(
            "could not be initialised: Runtime.ImportModuleError: there is no elsewhere.handler in "
        ),
        "{lost:?}"
    );
    let broken = node("index.mjs", "index.handler", "export const").await;
    assert!(last(&broken).contains("could not be initialised: SyntaxError: "), "{broken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn python_handlers_are_called_and_their_errors_told() {
    let passes =
        python("def lambda_handler(event, context):\n    print(event['LifecycleEventHookExecutionId'])\n")
            .await;
    assert_eq!(passes.done(), ["execution-1"]);
    let raised = python("def lambda_handler(event, context):\n    raise ValueError('no host.')\n").await;
    assert_eq!(last(&raised), "the function judge failed: ValueError: no host; it is called again in 60 s");
    let unsaid = python("def lambda_handler(event, context):\n    return {1, 2}\n").await;
    assert!(
        last(&unsaid).contains("failed: TypeError: Object of type set is not JSON serializable"),
        "{unsaid:?}"
    );
    let ends = python("import sys\ndef lambda_handler(event, context):\n    sys.exit(4)\n").await;
    assert!(last(&ends).contains("ended with exit status 4 before it had answered"), "{ends:?}");
    let none = python("").await;
    assert!(last(&none).contains("could not be initialised: AttributeError: "), "{none:?}");
    let broken = python("def").await;
    assert!(last(&broken).contains("could not be initialised: SyntaxError: "), "{broken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_context_has_what_handlers_use() {
    let code = "export const handler = async (event, context) => {
        const left = context.getRemainingTimeInMillis();
        console.log(context.functionName, context.invokedFunctionArn, context.awsRequestId.length, left > 0 && left <= 60000, context.memoryLimitInMB);
    }";
    let expected = "judge arn:aws:lambda:us-east-1:123456789012:function:judge 36 true 128";
    assert_eq!(node("index.mjs", "index.handler", code).await.done(), [expected]);
    let code = "def lambda_handler(event, context):
    left = context.get_remaining_time_in_millis()
    print(context.function_name, context.invoked_function_arn, len(context.aws_request_id), str(0 < left <= 60000).lower(), context.memory_limit_in_mb)
";
    assert_eq!(python(code).await.done(), [expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn state_lives_from_one_call_to_the_next() {
    let directory = tempfile::tempdir().unwrap();
    write(
        directory.path(),
        "index.mjs",
        "let calls = 0; export const handler = async () => { console.log(++calls) }",
    );
    write(
        directory.path(),
        "count.py",
        "calls = 0\ndef run(event, context):\n    global calls\n    calls += 1\n    print(calls)\n",
    );
    let path: &Path = directory.path();
    let mut caller = Caller::new().await;
    for function in [
        LambdaProcess::node("judge", "index.handler", path),
        LambdaProcess::python("judge", "count.run", path),
    ] {
        for call in 1..=3 {
            assert_eq!(caller.call(&function).await.done(), [call.to_string()]);
        }
    }
}

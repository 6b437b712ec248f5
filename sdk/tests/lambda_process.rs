//! The life of hook processes: started, kept warm, called again, killed.

use std::time::Duration;

use crate::lambda_support::{Caller, made, scripted, serving};
use crate::local_support::{Services, in_virtual_time, lines, play, request};
use greenlight::local::{HookAnswer, LambdaProcess};

const DETAIL: &str = "; this was its only call, and a deployment that it has not reported to waits for the end of the \
                      hook's hour";

#[tokio::test(flavor = "multi_thread")]
async fn a_process_is_kept_for_the_next_calls() {
    let function = serving("say(os.getpid())\nanswer(headers)");
    let mut caller = Caller::new().await;
    let first = caller.call(&function).await;
    for _ in 0..3 {
        assert_eq!(caller.call(&function).await.done(), first.done());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_can_be_started_ahead_of_its_first_call() {
    let function = scripted("began = time.time()\nh, _ = take()\nsay(os.getpid())\nanswer(h)\ntake()");
    function.warm_up().await.unwrap();
    function.warm_up().await.unwrap();
    let called = Caller::new().await.call(&function).await;
    assert_eq!(called.done().len(), 1);
    let missing = LambdaProcess::new("judge", ["/nowhere/bootstrap"]).warm_up().await.unwrap_err();
    assert_eq!(
        missing.to_string(),
        "the function judge cannot be started: there is no file /nowhere/bootstrap; build it, or correct the command"
    );
    let ends = scripted("sys.exit(3)").warm_up().await.unwrap_err();
    assert_eq!(ends.to_string(), "the function judge ended with exit status 3 before it asked for work");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_with_other_settings_is_not_used() {
    let function = serving("say(os.environ.get('WITH'))\nanswer(headers)");
    function.warm_up().await.unwrap();
    let function = function.with_env("WITH", "these");
    assert_eq!(Caller::new().await.call(&function).await.done(), ["these"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_is_followed_by_two_more_calls_and_then_by_the_end_of_the_hour() {
    let script = r#"
say("call", headers["Lambda-Runtime-Aws-Request-Id"])
ask("POST", "invocation/" + headers["Lambda-Runtime-Aws-Request-Id"] + "/error",
    json.dumps({"errorType": "TypeError", "errorMessage": "x is not a function"}))"#;
    let services = Services::start().await;
    let local = in_virtual_time(services.group()).with_hook("judge", serving(script)).build().await.unwrap();
    let played = play(&local, &request(&[("AfterInstall", "judge")])).await;
    let all = lines(&played.events);
    let calls: Vec<(&str, &str)> =
        all.iter().filter_map(|line| line.split_once(" log info: call ")).collect();
    assert_eq!(calls.iter().map(|(time, _)| *time).collect::<Vec<_>>(), ["0", "60", "180"], "{all:#?}");
    // One event, one request id, as on Lambda.
    assert!(calls.iter().all(|(_, id)| *id == calls[0].1), "{calls:?}");
    let did = "the function judge failed: TypeError: x is not a function;";
    for told in [
        format!("0 log warn: {did} it is called again in 60 s"),
        format!("60 log warn: {did} it is called again in 120 s"),
        format!(
            "180 log error: {did} this was the last of its calls, and a deployment that it has not reported to waits \
             for the end of the hook's hour"
        ),
        "3600 hook judge Cancelled".to_owned(),
    ] {
        assert!(all.contains(&told), "{told}: {all:#?}");
    }
    assert!(
        played.outcome.to_string().starts_with("failed and not rolled back, blue serves"),
        "{}",
        played.outcome
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_is_a_failure_and_the_next_call_has_a_new_process() {
    let script = r#"
say("pid", os.getpid())
if event.endswith('-1"}'):
    print("no host", file=sys.stderr)
    os.kill(os.getpid(), 9)
answer(headers)"#;
    let function = serving(script);
    let mut caller = Caller::new().await;
    let crashed = caller.call(&function).await;
    let HookAnswer::Pending { delay, .. } = crashed.answer else { panic!("{crashed:?}") };
    assert_eq!(delay, Duration::from_secs(60));
    let texts = crashed.texts();
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert!(texts.contains(&"no host"), "{texts:?}");
    assert_eq!(
        texts[2],
        "the function judge ended with signal 9 (SIGKILL) before it had answered; it is called again in 60 s"
    );
    assert_ne!(caller.call(&function).await.done()[0], texts[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_ended_while_it_was_idle_costs_no_failed_call() {
    // A runtime that serves one event, as a shell script may.
    let function = scripted("headers, _ = take()\nsay(os.getpid())\nanswer(headers)");
    let mut caller = Caller::new().await;
    let first = caller.call(&function).await;
    assert_ne!(caller.call(&function).await.done(), first.done());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_late_is_killed() {
    let function = scripted("say('begins')\ntake()\ntime.sleep(1000)")
        .with_timeout(Duration::from_millis(300))
        .with_retries(0);
    let called = Caller::new().await.call(&function).await;
    assert_eq!(called.answer, HookAnswer::WillReport);
    assert_eq!(
        called.texts(),
        [
            "begins".to_owned(),
            format!("the function judge did not answer within its timeout of 0.3 s and was killed{DETAIL}")
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_never_asks_for_work_is_killed() {
    let function = scripted("time.sleep(1000)").with_init_timeout(Duration::from_millis(300)).with_retries(0);
    let called = Caller::new().await.call(&function).await;
    assert_eq!(
        called.text(),
        format!("the function judge did not ask for work within 0.3 s and was killed{DETAIL}")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_never_be_started_is_not_invoked() {
    let mut caller = Caller::new().await;
    let cases = [
        (
            LambdaProcess::new("judge", ["greenlight-no-such-program"]).with_env("PATH", "/nowhere"),
            "there is no program greenlight-no-such-program in PATH (/nowhere); install it, or give its path with a slash",
        ),
        (
            LambdaProcess::node("judge", "index.handler", "/nowhere"),
            "its working directory /nowhere does not exist; create it, or correct the path",
        ),
        (
            LambdaProcess::new("judge", ["sh"]).with_env("AWS_REGION", "eu-west-1"),
            "its variable AWS_REGION cannot be set, for Lambda reserves it; take it out, or give the function another name",
        ),
    ];
    for (function, problem) in cases {
        let detail = format!("the function judge cannot be started: {problem}");
        assert_eq!(caller.call(&function).await.answer, HookAnswer::NotInvoked { detail });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_call_waits_for_another_unless_there_may_be_more_processes() {
    let mut caller = Caller::new().await;
    // Answers only when the other call has begun too, which is seen by a file.
    let meeting = tempfile::tempdir().unwrap();
    let script = "
open(os.path.join(os.environ['MEETING'], str(os.getpid())), 'w').close()
while len(os.listdir(os.environ['MEETING'])) < 2:
    time.sleep(0.005)
answer(headers)";
    let together = serving(script).with_env("MEETING", meeting.path().to_str().unwrap()).with_concurrency(2);
    let (one, other) = tokio::join!(made(&together, caller.next()), made(&together, caller.next()));
    assert!(one.done().is_empty() && other.done().is_empty());

    let alone = serving("say(os.getpid())\nanswer(headers)");
    let (one, other) = tokio::join!(made(&alone, caller.next()), made(&alone, caller.next()));
    assert_eq!(one.done(), other.done());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_process_prints_is_the_log_of_the_call_in_progress() {
    let script = r#"
say("\x1b[31mERROR\x1b[0m no host\x07")
print("[WARNING] slow", file=sys.stderr, flush=True)
for number in range(300): print(number)
sys.stdout.flush()
answer(headers)"#;
    let called = Caller::new().await.call(&serving(script)).await;
    let mut lines = called.lines.clone();
    let warning = lines.iter().position(|(_, text)| text == "[WARNING] slow").unwrap();
    assert_eq!(lines.remove(warning).0, "warn");
    assert_eq!(lines[0], ("error".to_owned(), "ERROR no host\u{fffd}".to_owned()));
    // All of it: the answer overtakes nothing that was printed before it.
    assert_eq!(lines.last().unwrap().1, "299");
    assert_eq!(lines.len(), 301);
}

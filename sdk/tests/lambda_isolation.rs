//! What a hook process can see and do, and that it never stays behind.

#![cfg(target_os = "linux")] // They look into the process table.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;

use crate::lambda_support::{Caller, scripted, serving};
use crate::task_set_support::{command_of, eventually, members};
use greenlight::local::{HookAnswer, HookFunction as _, HookIdentities};

#[tokio::test(flavor = "multi_thread")]
async fn a_process_sees_lambdas_variables_and_none_of_ours() {
    let function = serving("say(json.dumps(dict(os.environ)))\nanswer(headers)")
        .with_codedeploy_url("http://127.0.0.1:4650")
        .with_handler("index.handler")
        .with_env("CHECKOUT_PATH", "/checkout")
        .with_env("LANG", "en_GB.UTF-8");
    let called = Caller::new().await.call(&function).await;
    let seen: BTreeMap<String, String> = serde_json::from_str(called.text()).unwrap();
    let names: Vec<&str> = seen.keys().map(String::as_str).collect();
    let inherited = ["PATH", "LD_LIBRARY_PATH", "TMPDIR"];
    // What shells and interpreters set by themselves.
    let own = ["PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE"];
    let foreign: Vec<&str> = names
        .into_iter()
        .filter(|name| std::env::var_os(name).is_some() && !inherited.contains(name) && !own.contains(name))
        .filter(|name| !["LANG", "TZ"].contains(name) && !name.starts_with("AWS_"))
        .filter(|name| !name.starts_with("PYENV_"))
        .collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    // Cargo and the test runner always set these for us.
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some() && !seen.contains_key("CARGO_MANIFEST_DIR"));
    assert!(!seen.contains_key("HOME"), "{seen:#?}");
    let root = std::env::current_dir().unwrap().into_os_string().into_string().unwrap();
    for (name, value) in [
        ("AWS_LAMBDA_FUNCTION_NAME", "judge"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/judge"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL_CODEDEPLOY", "http://127.0.0.1:4650"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("LAMBDA_TASK_ROOT", &root),
        ("_HANDLER", "index.handler"),
        ("TZ", ":UTC"),
        ("CHECKOUT_PATH", "/checkout"),
        ("LANG", "en_GB.UTF-8"),
    ] {
        assert_eq!(seen.get(name).map(String::as_str), Some(value), "{name}");
    }
    for secret in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        assert!(seen[secret].len() >= 20, "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_process_may_report_what_it_was_given_and_nothing_else() {
    let identities = HookIdentities::new();
    let show = "say(os.environ['AWS_ACCESS_KEY_ID'])\nanswer(headers)";
    let one = serving(show).with_identities(identities.clone());
    let other = serving(show).with_identities(identities.clone());
    let mut caller = Caller::new().await;
    let (first, second) = (caller.call(&one).await, caller.call(&other).await);
    let (one_key, other_key) = (first.text(), second.text());
    assert_ne!(one_key, other_key);
    let mut running = identities.access_key_ids();
    running.sort();
    let mut expected = [one_key, other_key];
    expected.sort_unstable();
    assert_eq!(running, expected);

    let execution = |number| greenlight_core::HookExecutionId::new(format!("execution-{number}"));
    assert_eq!(identities.allows(one_key, &execution(1)), Some(true));
    assert_eq!(identities.allows(one_key, &execution(2)), Some(false));
    assert_eq!(identities.allows(other_key, &execution(2)), Some(true));
    assert_eq!(identities.allows("AKIAIOSFODNN7EXAMPLE", &execution(1)), None);

    one.shutdown().await;
    assert_eq!(identities.access_key_ids(), [other_key]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_process_is_left_after_a_shutdown_and_none_is_started() {
    let function = Arc::new(
        serving("os.spawnlp(os.P_NOWAIT, 'sleep', 'sleep', '1000')\nsay(os.getpgid(0))\nif 'execution-2' in event: time.sleep(1000)\nanswer(headers)")
            .with_concurrency(2),
    );
    let mut caller = Caller::new().await;
    let idle: u32 = caller.call(&function).await.text().parse().unwrap();
    assert!(members(idle).len() >= 3, "{:?}", members(idle));
    let (sender, mut begun) = tokio::sync::mpsc::unbounded_channel();
    let mut call = caller.next();
    call.progress = Arc::new(move |progress| sender.send(progress).unwrap());
    let working = tokio::spawn({
        let function = Arc::clone(&function);
        async move { function.invoke(call).await }
    });
    crate::router_support::soon("the call begins", begun.recv()).await.unwrap();
    function.shutdown().await;
    let detail = "the function judge was shut down".to_owned();
    assert_eq!(working.await.unwrap(), HookAnswer::NotInvoked { detail: detail.clone() });
    assert_eq!(caller.call(&function).await.answer, HookAnswer::NotInvoked { detail });
    eventually("the group is empty", || members(idle).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_given_up_takes_its_process_along() {
    let function = Arc::new(serving("say(os.getpgid(0))\ntime.sleep(1000)"));
    let (sender, mut begun) = tokio::sync::mpsc::unbounded_channel();
    let mut call = Caller::new().await.next();
    call.progress = Arc::new(move |progress| sender.send(progress).unwrap());
    let working = tokio::spawn({
        let function = Arc::clone(&function);
        async move { function.invoke(call).await }
    });
    let progress = crate::router_support::soon("the call begins", begun.recv()).await.unwrap();
    let greenlight::local::HookProgress::Log { text, .. } = progress else { panic!("{progress:?}") };
    working.abort();
    let group: u32 = text.parse().unwrap();
    eventually("the group is empty", || members(group).is_empty());
}

/// Starts a function that holds on to life, and prints its group.
#[tokio::test]
#[ignore = "the process that another test starts"]
async fn owner() {
    let stubborn = "
import signal, subprocess
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen(['sleep', '1000'])
open(os.environ['GROUP'], 'w').write(str(os.getpgid(0)))
take()";
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("group");
    let function = scripted(stubborn).with_env("GROUP", file.to_str().unwrap());
    function.warm_up().await.unwrap();
    println!("\ngroup {}", std::fs::read_to_string(file).unwrap());
    std::future::pending::<()>().await;
}

#[test]
fn no_process_outlives_an_owner_that_is_killed() {
    let own = std::env::current_exe().unwrap().into_os_string().into_string().unwrap();
    let command = command_of(own, "lambda_isolation::owner");
    let mut owner = Command::new(&command[0]).args(&command[1..]).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(owner.stdout.take().unwrap()).lines();
    let group = lines.map(Result::unwrap).find_map(|line| line.strip_prefix("group ").map(str::to_owned));
    let group: u32 = group.unwrap().parse().unwrap();
    assert!(members(group).len() >= 3, "{:?}", members(group));
    owner.kill().unwrap();
    owner.wait().unwrap();
    eventually("the group is empty", || members(group).is_empty());
}

//! What a hook process can see and do, and that it never stays behind.

#![cfg(target_os = "linux")] // They look into the process table.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;

use crate::lambda_support::{Caller, begun, scripted, serving};
use crate::router_support::soon;
use crate::task_set_support::{command_of, eventually, members};
use greenlight::local::{HookAnswer, HookIdentities};

#[tokio::test(flavor = "multi_thread")]
async fn a_process_sees_lambdas_variables_and_none_of_ours() {
    let function = serving("say(json.dumps(dict(os.environ)))\nanswer(headers)")
        .with_codedeploy_url("http://127.0.0.1:4650")
        .with_handler("index.handler")
        .with_env("CHECKOUT_PATH", "/checkout")
        .with_env("LANG", "en_GB.UTF-8");
    let called = Caller::new().await.call(&function).await;
    let seen: BTreeMap<String, String> = serde_json::from_str(called.text()).unwrap();
    let ours = [
        "PATH",
        "LD_LIBRARY_PATH",
        "TMPDIR",
        "LANG",
        "TZ",
        "CHECKOUT_PATH",
        "LAMBDA_TASK_ROOT",
        "LAMBDA_RUNTIME_DIR",
        "_HANDLER",
    ];
    let aws = [
        "ACCESS_KEY_ID",
        "SECRET_ACCESS_KEY",
        "SESSION_TOKEN",
        "REGION",
        "DEFAULT_REGION",
        "ENDPOINT_URL_CODEDEPLOY",
        "CONFIG_FILE",
        "SHARED_CREDENTIALS_FILE",
        "EC2_METADATA_DISABLED",
        "LAMBDA_RUNTIME_API",
        "LAMBDA_FUNCTION_NAME",
        "LAMBDA_FUNCTION_VERSION",
        "LAMBDA_FUNCTION_MEMORY_SIZE",
        "LAMBDA_INITIALIZATION_TYPE",
        "LAMBDA_LOG_GROUP_NAME",
        "LAMBDA_LOG_STREAM_NAME",
    ];
    let expected = |name: &str| {
        ours.contains(&name) || name.strip_prefix("AWS_").is_some_and(|rest| aws.contains(&rest))
    };
    // What shells, interpreters and what chooses among installed interpreters set by themselves.
    let own =
        |name: &str| ["PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE"].contains(&name) || name.contains("PYENV_");
    let foreign: Vec<&String> = seen.keys().filter(|name| !expected(name) && !own(name)).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    // There was something to keep out: test runners set this for us.
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
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
    let group_of = |text: &str| text.parse::<u32>().unwrap();
    let first = group_of(caller.call(&function).await.text());
    assert!(members(first).len() >= 3, "{:?}", members(first));
    // The first one gets to work, and the third call makes one more that is idle afterwards.
    let (working, mut lines) = begun(Arc::clone(&function), caller.next());
    assert_eq!(group_of(&soon("the call begins", lines.recv()).await.unwrap()), first);
    let idle = group_of(caller.call(&function).await.text());
    assert_ne!(idle, first);
    function.shutdown().await;
    let detail = "the function judge was shut down".to_owned();
    assert_eq!(working.await.unwrap(), HookAnswer::NotInvoked { detail: detail.clone() });
    assert_eq!(caller.call(&function).await.answer, HookAnswer::NotInvoked { detail });
    for group in [first, idle] {
        eventually("the group is empty", || members(group).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_given_up_takes_its_process_along() {
    let function = serving("say(os.getpgid(0))\ntime.sleep(1000)");
    let (working, mut lines) = begun(function, Caller::new().await.next());
    let group: u32 = soon("the call begins", lines.recv()).await.unwrap().parse().unwrap();
    working.abort();
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

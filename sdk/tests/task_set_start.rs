//! A task set starts when it is healthy, and says clearly why when it does not start.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::task_set_support::{script, service_after, service_command};
use greenlight::local::task_set::{OutputStream, TaskSet, TaskSetError, TaskSetSpec};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

fn service() -> TaskSetSpec {
    TaskSetSpec::command("green", service_command()).with_start_grace(Duration::from_secs(20))
}

async fn refusal(spec: TaskSetSpec) -> TaskSetError {
    match TaskSet::start(spec).await {
        Ok(task_set) => panic!("{task_set} started"),
        Err(error) => error,
    }
}

async fn get(task_set: &TaskSet) -> String {
    let mut stream = TcpStream::connect(task_set.address()).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// Replaces what differs between two runs.
fn golden(error: &TaskSetError, replace: &[(&str, &str)]) -> String {
    replace.iter().fold(error.to_string(), |text, (from, to)| text.replace(from, to))
}

#[tokio::test]
async fn a_command_is_started_with_its_port_variables_and_directory() {
    let directory = tempfile::tempdir().unwrap();
    let green = service()
        .with_env("COLOUR", "green")
        .with_env("spring.main.banner", "a b 'c' \"d\" $e")
        .with_cwd(directory.path());
    let green = TaskSet::start(green).await.unwrap();

    let answer = get(&green).await;
    let lines: Vec<&str> = answer.lines().collect();
    assert!(lines.contains(&format!("PORT={}", green.address().port()).as_str()), "{answer}");
    assert!(lines.contains(&"COLOUR=green"), "{answer}");
    assert!(lines.contains(&"spring.main.banner=a b 'c' \"d\" $e"), "{answer}");
    let cwd = directory.path().canonicalize().unwrap();
    assert!(lines.contains(&format!("cwd={}", cwd.display()).as_str()), "{answer}");
    let inherited = format!("PATH={}", std::env::var("PATH").unwrap());
    assert!(lines.contains(&inherited.as_str()), "{answer}");
    assert!(green.check_health().await.is_ok());
    let _ = green.stop().await;
}

#[tokio::test]
async fn a_slow_start_is_waited_for() {
    let spec = service_after("sleep 0.3").with_start_grace(Duration::from_secs(20));
    let green = TaskSet::start(spec).await.unwrap();
    assert!(get(&green).await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn every_line_of_output_is_passed_on_in_order() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let spec = script("echo one; echo two >&2; echo three; exit 3")
        .with_output(move |line| sink.lock().unwrap().push((line.stream, line.text.clone())));
    let error = refusal(spec).await;
    assert!(matches!(error, TaskSetError::Exited { .. }), "{error}");
    let mut lines = lines.lock().unwrap().clone();
    assert!(lines.contains(&(OutputStream::Stderr, "two".to_owned())), "{lines:?}");
    lines.retain(|(stream, _)| *stream == OutputStream::Stdout);
    assert_eq!(lines, [(OutputStream::Stdout, "one".to_owned()), (OutputStream::Stdout, "three".to_owned())]);
}

#[tokio::test]
async fn a_missing_program_is_named_before_anything_runs() {
    let error = refusal(TaskSetSpec::command("green", ["/nowhere/bin/web"])).await;
    assert_eq!(
        error.to_string(),
        "green cannot be started: there is no file /nowhere/bin/web; build it, or correct the command"
    );
}

#[tokio::test]
async fn a_script_without_its_interpreter_is_reported_with_what_the_system_said() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("web");
    std::fs::write(&path, "#!/nowhere/interpreter\n").unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let error = refusal(TaskSetSpec::command("green", [path.to_str().unwrap()])).await;
    let text = error.to_string();
    assert!(text.contains("ended with exit status 12"), "{text}");
    assert!(text.contains("greenlight-process: "), "{text}");
}

#[tokio::test]
async fn an_early_end_is_reported_with_status_and_last_output() {
    let error = refusal(script("echo starting; echo no database >&2; exit 3")).await;
    let TaskSetError::Exited { exit, .. } = &error else { panic!("{error}") };
    assert_eq!(exit.code, Some(3));
    let text = error.to_string();
    assert!(text.starts_with("green (/bin/sh, pid "), "{text}");
    assert!(
        text.contains(") ended with exit status 3 before it was healthy; its last output:\n  "),
        "{text}"
    );
    assert!(text.contains("\n  starting") && text.contains("\n  no database"), "{text}");

    let silent = refusal(script("kill -SEGV $$")).await.to_string();
    assert!(
        silent.ends_with(") ended with signal 11 (SIGSEGV) before it was healthy; it printed nothing"),
        "{silent}"
    );
}

#[tokio::test]
async fn a_service_that_stays_unhealthy_is_given_up_with_its_last_answer() {
    let spec = service().with_env("ANSWER", "503 Service Unavailable").with_health_path("/health");
    let error = refusal(spec.with_start_grace(Duration::from_secs(3))).await;
    let TaskSetError::Unhealthy { task_set, unhealthy, last_output, .. } = &error else { panic!("{error}") };
    assert!(last_output.contains("listening on "), "{last_output}");
    assert_eq!(
        golden(&error, &[(task_set, "TASK SET"), (&unhealthy.url, "URL"), (last_output, "; OUTPUT")]),
        "TASK SET did not become healthy within 3 s: GET URL answered 503 Service Unavailable; OUTPUT"
    );
}

#[tokio::test]
async fn a_process_that_never_listens_is_given_up_with_the_reason() {
    let error = refusal(script("sleep 60").with_start_grace(Duration::from_millis(300))).await;
    let text = error.to_string();
    assert!(text.contains(" did not become healthy within 0.3 s: GET http://127.0.0.1:"), "{text}");
    assert!(text.contains("/ could not be connected to (Connection refused"), "{text}");
    assert!(text.ends_with("; it printed nothing"), "{text}");
}

#[tokio::test]
async fn a_fixed_port_that_is_taken_is_named_before_anything_runs() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port();
    let error = refusal(script("exit 0").with_port(port)).await;
    assert!(matches!(error, TaskSetError::PortInUse { .. }), "{error}");
    assert_eq!(
        golden(&error, &[(&port.to_string(), "PORT")]),
        "green cannot be started: port PORT on 127.0.0.1 is in use; stop the other process, choose another port, \
         or leave the port out to get a free one"
    );
}

#[tokio::test]
async fn an_address_is_checked_and_left_alone() {
    let owner = TaskSet::start(service()).await.unwrap();
    let spec = TaskSetSpec::address("blue", owner.address());
    let blue = TaskSet::start(spec).await.unwrap();
    assert_eq!(blue.to_string(), format!("blue ({})", owner.address()));
    assert_eq!(blue.pid(), None);

    let report = blue.stop().await;
    assert_eq!(report.exit, None);
    assert_eq!(report.to_string(), format!("blue ({}) was not started here and goes on", owner.address()));
    drop(blue);
    assert!(owner.check_health().await.is_ok());
}

#[tokio::test]
async fn an_address_where_nothing_runs_is_unhealthy() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let spec = TaskSetSpec::address("blue", address).with_start_grace(Duration::from_millis(200));
    let text = refusal(spec).await.to_string();
    let start =
        format!("blue ({address}) did not become healthy within 0.2 s: GET http://{address}/ could not");
    assert!(text.starts_with(&start), "{text}");
}

#[tokio::test]
async fn what_answers_but_not_in_http_is_told_apart() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let greeter = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.write_all(b"220 mail.example.com ESMTP\r\n").await;
        }
    });
    let spec = TaskSetSpec::address("blue", address).with_start_grace(Duration::from_millis(200));
    let text = refusal(spec).await.to_string();
    assert!(text.contains("did not answer in HTTP"), "{text}");
    greeter.abort();
}

#[tokio::test]
async fn what_cannot_work_is_refused_with_a_fix() {
    let error = refusal(script("exit 0").with_health_path("health")).await;
    assert_eq!(
        error.to_string(),
        "green cannot be started: its health path \"health\" is not a path; write one that starts with a slash, \
         such as /health"
    );
    let error = refusal(script("exit 0").with_env("A=B", "c")).await;
    assert_eq!(
        error.to_string(),
        "green cannot be started: its variable \"A=B\" cannot be set; a name is not empty and has no equals sign, \
         and neither name nor value has a zero byte"
    );
}

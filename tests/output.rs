//! What is written, and to whom: JSON lines by their schema, text without escapes, and a reader who goes away.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::process::Stdio;

use greenlight_tests::{
    Event, Greenlight, Project, check_by_schema, eventually, processes, programs, within,
};
use tokio::io::{AsyncBufReadExt as _, BufReader};

#[tokio::test]
async fn every_line_of_json_is_as_the_schema_has_it() {
    let good = Project::new().set("deployment.ready-wait", "1h");
    check_by_schema(&good.rehearse().start().finish().await.expect(0).await.events());
    let bad = Project::with_fault("checks-then-trap");
    check_by_schema(&bad.rehearse().start().finish().await.expect(3).await.events());
}

#[tokio::test]
async fn finished_is_the_last_line_and_times_never_go_back() {
    for (project, status) in [(Project::new(), 0), (Project::with_green(&["--broken", "body"]), 3)] {
        let events = project.rehearse().start().finish().await.expect(status).await.events();
        let finished = events.iter().filter(|event| event.kind() == "finished").count();
        assert_eq!((finished, events.last().unwrap().kind()), (1, "finished"));
        let times: Vec<i64> = events.iter().map(Event::millis).collect();
        assert!(times.is_sorted(), "{times:?}");
    }
}

#[tokio::test]
async fn without_a_terminal_text_has_no_escapes_whatever_the_variables_say() {
    let project = Project::with_green(&["--broken", "status"]);
    for (name, value) in
        [("NO_COLOR", "1"), ("TERM", "dumb"), ("TERM", "xterm-256color"), ("CLICOLOR_FORCE", "1")]
    {
        let ended = project.rehearse().env(name, value).run().await.expect(3).await;
        assert!(!ended.stdout.contains('\u{1b}'), "{name}={value}: {:?}", ended.stdout);
        assert!(
            ended.last_line().starts_with("reason: version: GET /version answered 500"),
            "{}",
            ended.stdout
        );
    }
}

#[tokio::test]
async fn text_of_a_plugin_forges_no_line_and_moves_no_cursor() {
    let project = Project::with_fault("control-chars");
    let ended = project.rehearse().run().await.expect(3).await;
    let bad = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    assert!(!ended.stdout.contains(bad), "{:?}", ended.stdout);
    assert!(ended.stdout.lines().all(|line| !line.starts_with("finished")), "{}", ended.stdout);
    let json = project.rehearse().args("--format json").run().await.expect(3).await;
    assert!(!json.stdout.contains(bad), "{:?}", json.stdout);
    assert!(json.events().last().unwrap().kind() == "finished", "each line is an event");
}

#[tokio::test]
async fn a_reader_who_goes_away_stops_no_deployment() {
    for format in ["text", "json"] {
        let project = Project::new();
        let mut command = tokio::process::Command::new(programs::greenlight());
        let mut child = command
            .args(["rehearse", "--format", format])
            .arg(project.folder())
            .env(processes::MARK, project.mark())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(within("a first line", lines.next_line()).await.unwrap().is_some());
        drop(lines);
        let output = within("it ends", child.wait_with_output()).await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), said.as_ref()), (Some(0), ""), "{format}");
        eventually("nothing is left", || processes::marked(&project.mark()).is_empty()).await;
    }
}

#[tokio::test]
async fn help_and_version_say_what_there_is() {
    let help = Greenlight::new().args("--help").run().await.expect(0).await;
    assert!(help.stdout.contains("rehearse") && help.stdout.contains("appspec"), "{}", help.stdout);
    let version = Greenlight::new().args("--version").run().await.expect(0).await;
    assert_eq!(version.stdout, format!("greenlight {}\n", env!("CARGO_PKG_VERSION")));
}

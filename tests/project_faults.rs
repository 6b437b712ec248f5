//! A project that cannot be rehearsed is refused with a clear sentence and exit status 2, and starts nothing that stays.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::TcpListener;

use greenlight_tests::{Ended, Greenlight, Project, processes, redact};
use snapbox::{assert_data_eq, str};

/// Checks the exit status and returns all that was written.
async fn refused(project: &Project) -> String {
    let ended = project.rehearse().run().await.expect(2).await;
    written(project, &ended)
}

fn written(project: &Project, ended: &Ended) -> String {
    redact(project, &format!("{}{}", ended.stdout, ended.stderr))
}

#[tokio::test]
async fn a_project_file_that_is_not_there() {
    let project = Project::new();
    std::fs::remove_file(project.file()).unwrap();
    assert_data_eq!(
        refused(&project).await,
        str![[r#"
greenlight: cannot read [DIR]/greenlight.toml: No such file or directory (os error 2); name a project file, or a folder with a greenlight.toml

"#]]
    );

    let file = Greenlight::new().args("rehearse shop.toml").in_folder(project.folder()).run().await;
    assert_eq!(file.status, Some(2));
    assert_data_eq!(
        written(&project, &file),
        str![[r#"
greenlight: cannot read shop.toml: No such file or directory (os error 2); name a project file, or a folder with a greenlight.toml

"#]]
    );
}

#[tokio::test]
async fn the_folder_in_which_it_is_called_is_the_default() {
    let project = Project::new().set("clock", "often");
    let ended = Greenlight::new().args("rehearse").in_folder(project.folder()).run().await;
    assert_eq!(ended.status, Some(2));
    assert_data_eq!(
        written(&project, &ended),
        str![[r#"
greenlight: ./greenlight.toml: `clock` is wrong: "often" is not a clock: use "real", "virtual", or a factor from 1 to 100000 such as "60x"

"#]]
    );
}

#[tokio::test]
async fn an_appspec_that_is_not_there() {
    let project = Project::new().set("appspec", "deploy/appspec.yml");
    assert_data_eq!(
        refused(&project).await,
        str![[r#"
greenlight: cannot read [DIR]/deploy/appspec.yml: No such file or directory (os error 2); give `appspec` the path of the AppSpec, relative to the project file

"#]]
    );
}

#[tokio::test]
async fn a_misspelt_key() {
    let project = Project::new().set("service.helth-path", "/health");
    assert_data_eq!(
        refused(&project).await,
        str![[r#"
greenlight: [DIR]/greenlight.toml is not a project file: TOML parse error at line 30, column 1
   |
30 | helth-path = "/health"
   | ^^^^^^^^^^
unknown field `helth-path`, expected one of `cluster`, `name`, `simulated`, `listeners`, `health-path`, `start-grace`, `stop-grace`, `deregistration-delay`, `blue`, `green`


"#]]
    );
}

#[tokio::test]
async fn a_file_that_is_not_toml() {
    let project = Project::new();
    std::fs::write(project.file(), "service: web\n").unwrap();
    assert_data_eq!(
        refused(&project).await,
        str![[r#"
greenlight: [DIR]/greenlight.toml is not a project file: TOML parse error at line 1, column 10
  |
1 | service: web
  |          ^
key with no value, expected `=`


"#]]
    );
}

#[tokio::test]
async fn a_duration_that_is_none() {
    let project = Project::new().set("deployment.termination-wait", "five minutes");
    assert_data_eq!(
        refused(&project).await,
        str![[r#"
greenlight: [DIR]/greenlight.toml is not a project file: TOML parse error at line 8, column 20
  |
8 | termination-wait = "five minutes"
  |                    ^^^^^^^^^^^^^^
"five minutes" is not a duration; write a number and a unit, such as "90s" or "5m"


"#]]
    );
}

#[tokio::test]
async fn a_wait_that_the_service_would_not_take() {
    let project = Project::new().set("deployment.termination-wait", "90s");
    assert_data_eq!(
        refused(&project).await,
        str![[r#"
greenlight: [DIR]/greenlight.toml: `deployment.termination-wait` must be whole minutes, as the service takes it

"#]]
    );
}

#[tokio::test]
async fn a_deployment_configuration_that_is_unknown() {
    let project =
        Project::new().set("deployment.config", "CodeDeployDefault.ECSLinear20PercentEvery1Minutes");
    assert_data_eq!(
        refused(&project).await,
        str![[r#"
deployment configuration CodeDeployDefault.ECSLinear20PercentEvery1Minutes: error[unknown-deployment-config]: there is no deployment configuration `CodeDeployDefault.ECSLinear20PercentEvery1Minutes`
  fix: use one of CodeDeployDefault.ECSAllAtOnce, CodeDeployDefault.ECSLinear10PercentEvery1Minutes, CodeDeployDefault.ECSLinear10PercentEvery3Minutes, CodeDeployDefault.ECSCanary10Percent5Minutes, CodeDeployDefault.ECSCanary10Percent15Minutes
cannot be deployed, 1 error

"#]]
    );
}

#[tokio::test]
async fn a_hook_name_that_is_unknown() {
    let project = Project::new().appspec_hooks(&[("AfterAllowTestTraffic", "CodeDeployHook_smoek")]);
    assert_data_eq!(
        refused(&project).await,
        str![[r#"
hook AfterAllowTestTraffic: error[unknown-hook-function]: the hook function `CodeDeployHook_smoek` of AfterAllowTestTraffic does not exist
  fix: bind a hook to this name, or use one of those that are bound: CodeDeployHook_smoke
cannot be deployed, 1 error

"#]]
    );
}

#[tokio::test]
async fn a_lifecycle_event_that_is_unknown() {
    let project = Project::new().appspec_hooks(&[("AfterAllowTestTrafic", "CodeDeployHook_smoke")]);
    assert_data_eq!(
        refused(&project).await,
        str![[r#"
[DIR]/appspec.yaml:11:5: error[unknown-event]: there is no event `AfterAllowTestTrafic`
  fix: did you mean `AfterAllowTestTraffic`?
cannot be deployed, 1 error

"#]]
    );
}

#[tokio::test]
async fn a_grant_that_is_none() {
    let project = Project::new().set("hooks.CodeDeployHook_smoke.grants.http", vec!["{tests}"]);
    assert_data_eq!(
        refused(&project).await,
        str![[r#"
greenlight: [DIR]/greenlight.toml: `hooks.CodeDeployHook_smoke.grants.http`: grant "{tests}" cannot be read: the roles are {test} and {production}

"#]]
    );
}

#[tokio::test]
async fn a_clock_option_that_is_none() {
    let project = Project::new();
    let ended = project.rehearse().args("--clock 60").run().await.expect(2).await;
    assert_data_eq!(
        written(&project, &ended),
        str![[r#"
greenlight: --clock: "60" is not a clock: use "real", "virtual", or a factor from 1 to 100000 such as "60x"

"#]]
    );
}

#[tokio::test]
async fn a_listener_port_that_is_taken() {
    let project = Project::new();
    let taken = TcpListener::bind(project.production()).unwrap();
    assert_data_eq!(
        refused(&project).await,
        str![[r#"
plan  at least 11 min (shift 9, termination wait 2), at most 131 min
note  starting blue
greenlight: port [PRODUCTION] on 127.0.0.1 is in use (production listener); stop the other process or choose another port, or 0 for any free one: Address already in use (os error 98)

"#]]
    );
    drop(taken);
    let _taken = TcpListener::bind(project.test()).unwrap();
    assert_data_eq!(
        refused(&project).await,
        str![[r#"
plan  at least 11 min (shift 9, termination wait 2), at most 131 min
note  starting blue
greenlight: port [TEST] on 127.0.0.1 is in use (test listener); stop the other process or choose another port, or 0 for any free one: Address already in use (os error 98)

"#]]
    );
}

#[tokio::test]
async fn a_second_rehearsal_on_the_same_ports() {
    let first = Project::new().set("clock", "real");
    let mut running = first.rehearse().start();
    running.until("traffic", &[("green", "10")]).await;

    let second = Project::new()
        .set("listeners.production", first.production().to_string())
        .set("listeners.test", first.test().to_string());
    let ended = second.rehearse().run().await.expect(2).await;
    assert_data_eq!(
        written(&first, &ended),
        str![[r#"
plan  at least 11 min (shift 9, termination wait 2), at most 131 min
note  starting blue
greenlight: port [PRODUCTION] on 127.0.0.1 is in use (production listener); stop the other process or choose another port, or 0 for any free one: Address already in use (os error 98)

"#]]
    );

    assert_eq!(processes::services(&first.mark(), "1").len(), 1, "the first one goes on");
    running.signal(rustix::process::Signal::INT);
    running.finish().await.expect(3).await;
}

#[tokio::test]
async fn findings_are_lines_of_json_too() {
    let project = Project::new().appspec_hooks(&[("AfterAllowTestTraffic", "CodeDeployHook_smoek")]);
    let events = project.rehearse().start().finish().await.expect(2).await.events();
    assert!(events.first().unwrap().is("plan", &[("can-start", "false")]), "{events:?}");
    let values = [("code", "unknown-hook-function"), ("severity", "error")];
    assert!(events.iter().any(|event| event.is("finding", &values)), "{events:?}");
}

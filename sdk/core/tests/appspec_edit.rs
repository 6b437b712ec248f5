//! Changes to the text of an AppSpec: what is asked for, and not a byte more.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use greenlight_core::HookEvent::{self, AfterAllowTestTraffic, AfterAllowTraffic, BeforeInstall};
use greenlight_core::appspec::{AppSpec, AppSpecText, EditError, FunctionName, TaskDefinition};

const ARN: &str = "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:8";

fn read(text: &str) -> AppSpecText {
    AppSpecText::read(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn function() -> FunctionName {
    "CodeDeployHook_smoke".parse().unwrap()
}

fn with_hook(text: &str, event: HookEvent) -> String {
    read(text).with_hook(event, &function()).unwrap().into_string()
}

/// A file with this after its resource.
fn file(hooks: &str) -> String {
    format!(
        "version: 0.0\nResources:\n  - web:\n      Type: AWS::ECS::Service\n      Properties:\n        TaskDefinition: web:7\n        \
         LoadBalancerInfo: {{ ContainerName: web, ContainerPort: 80 }}\n{hooks}"
    )
}

#[test]
fn a_task_definition_is_replaced_in_its_own_quotes_and_nothing_else_is() {
    for (before, after) in
        [("web:7", ARN.to_owned()), ("\"web:7\"", format!("\"{ARN}\"")), ("'web:7'", format!("'{ARN}'"))]
    {
        let text = file("# the end\n").replace("web:7", &format!("  {before}   # by the pipeline"));
        let edited = read(&text).with_task_definition(&TaskDefinition::new(ARN)).unwrap();
        assert_eq!(edited.as_str(), text.replace(before, &after));
    }
}

#[test]
fn a_hook_is_added_where_the_lifecycle_has_it_and_as_others_are_written() {
    let others = "Hooks: # all of them\n    # loads the schema\n    -   \"AfterInstall\":   'schema' # slow\n    - BeforeAllowTraffic: last\n";
    assert_eq!(
        with_hook(&file(others), AfterAllowTestTraffic),
        file(others)
            .replace("# slow\n", "# slow\n    - \"AfterAllowTestTraffic\":   'CodeDeployHook_smoke'\n")
    );
    assert_eq!(
        with_hook(&file(others), BeforeInstall),
        file(others)
            .replace("# all of them\n", "# all of them\n    - \"BeforeInstall\":   'CodeDeployHook_smoke'\n")
    );
    assert!(
        with_hook(&file(others), AfterAllowTraffic)
            .ends_with("last\n    - AfterAllowTraffic: CodeDeployHook_smoke\n")
    );
}

#[test]
fn a_file_without_hooks_gets_them_at_its_end_in_its_own_spelling() {
    let hook = "  - AfterAllowTestTraffic: CodeDeployHook_smoke";
    for (before, after) in [
        (file(""), format!("{}Hooks:\n{hook}\n", file(""))),
        (file("").trim_end().to_owned(), format!("{}Hooks:\n{hook}", file(""))),
        (file("Hooks:\n"), file(&format!("Hooks:\n{hook}\n"))),
        (file("Hooks: # none yet\n"), file(&format!("Hooks: # none yet\n{hook}\n"))),
        (file("Hooks: []\n"), file("Hooks: [{ AfterAllowTestTraffic: CodeDeployHook_smoke }]\n")),
        (
            file("").replace("Resources", "resources"),
            format!("{}hooks:\n{hook}\n", file("").replace("Resources", "resources")),
        ),
        (file("").replace('\n', "\r\n"), format!("{}Hooks:\n{hook}\n", file("")).replace('\n', "\r\n")),
        (file("...\n"), format!("{}Hooks:\n{hook}\n...\n", file(""))),
    ] {
        assert_eq!(with_hook(&before, AfterAllowTestTraffic), after);
    }
}

#[test]
fn json_keeps_its_form() {
    let pretty = r#"{
  "version": 0.0,
  "Resources": [
    { "web": { "Type": "AWS::ECS::Service", "Properties": {
      "TaskDefinition": "web:7", "LoadBalancerInfo": { "ContainerName": "web", "ContainerPort": 80 } } } }
  ]
}
"#;
    let hooks = ",\n  \"Hooks\": [\n    {\n      \"AfterAllowTestTraffic\": \"CodeDeployHook_smoke\"\n    }\n  ]\n}\n";
    let edited = with_hook(pretty, AfterAllowTestTraffic);
    assert_eq!(edited, format!("{}{hooks}", pretty.strip_suffix("\n}\n").unwrap()));
    let second = ",\n    {\n      \"AfterAllowTraffic\": \"CodeDeployHook_smoke\"\n    }\n  ]\n}\n";
    assert_eq!(
        with_hook(&edited, AfterAllowTraffic),
        format!("{}{second}", edited.strip_suffix("\n  ]\n}\n").unwrap())
    );
    let dense = pretty.split_whitespace().collect::<String>();
    assert_eq!(
        with_hook(&dense, AfterAllowTestTraffic),
        dense.replace("}}}]}", "}}}],\"Hooks\":[{\"AfterAllowTestTraffic\":\"CodeDeployHook_smoke\"}]}")
    );
}

#[test]
fn a_function_is_replaced_and_an_edit_that_is_one_already_changes_nothing() {
    let text = file("hooks: [ {afterallowtesttraffic: old} , {AfterAllowTraffic: \"b\"}]\n");
    let edited = with_hook(&text, AfterAllowTestTraffic);
    assert_eq!(edited, text.replace("old", "CodeDeployHook_smoke"));
    assert_eq!(with_hook(&edited, AfterAllowTestTraffic), edited);
}

#[test]
fn the_last_hook_takes_its_key_with_it_and_others_stay() {
    let text = file("Hooks:\n  # first\n  - BeforeInstall: a # why\n  - AfterInstall: b\n");
    let one = read(&text).without_hook(BeforeInstall).unwrap();
    assert_eq!(one.as_str(), file("Hooks:\n  # first\n  - AfterInstall: b\n"));
    assert_eq!(one.without_hook(HookEvent::AfterInstall).unwrap().as_str(), file(""));
    let quoted = file("Hooks:\n  - BeforeInstall: 'a' # why\n  # second\n  - AfterInstall: b\n");
    let second = file("Hooks:\n  # second\n  - AfterInstall: b\n");
    assert_eq!(read(&quoted).without_hook(BeforeInstall).unwrap().as_str(), second);
    let flow = file("Hooks: [{BeforeInstall: a}, {AfterInstall: b}]\n");
    assert_eq!(
        read(&flow).without_hook(BeforeInstall).unwrap().as_str(),
        file("Hooks: [{AfterInstall: b}]\n")
    );
}

#[test]
fn what_cannot_be_changed_in_place_is_left_with_the_words_to_write() {
    let shared = file("")
        .replace("TaskDefinition: web:7", "TaskDefinition: &name web:7\n        PlatformVersion: *name");
    let error = read(&shared).with_task_definition(&TaskDefinition::new(ARN)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "TaskDefinition cannot be changed in place, because of the way the AppSpec is written; write \
         `TaskDefinition: arn:aws:ecs:eu-west-1:111122223333:task-definition/web:8` by hand"
    );
    let lambda = "version: 0.0\nResources: [{f: {Type: AWS::Lambda::Function, Properties: {Name: f, Alias: a, CurrentVersion: 1, TargetVersion: 2}}}]\n";
    let error = read(lambda).with_task_definition(&TaskDefinition::new(ARN)).unwrap_err();
    assert_eq!(error, EditError::NoTaskDefinition);
    assert_eq!(
        error.to_string(),
        "the AppSpec deploys a Lambda function and has no task definition; name the AppSpec of an ECS service"
    );
}

/// All files of the collection that can be deployed.
fn collection() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/appspec");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let texts = files.filter_map(|path| Some((fs::read_to_string(&path).ok()?, path)));
    let good = texts.filter(|(text, path)| {
        path.extension().is_none_or(|end| end != "findings") && AppSpec::read(text).is_deployable()
    });
    good.map(|(text, path)| (path, text)).collect()
}

#[test]
fn in_every_file_of_the_collection_a_hook_that_is_added_and_removed_leaves_the_file_as_it_was() {
    let (mut edits, mut left) = (0, Vec::new());
    for (path, text) in collection() {
        let before = read(&text);
        for &event in HookEvent::ALL {
            if before.spec().hooks.contains_key(&event) {
                continue;
            }
            let Ok(edited) = before.clone().with_hook(event, &function()) else {
                left.push(path.clone());
                continue;
            };
            edits += 1;
            assert!(edited.as_str().len() > text.len());
            let back = edited.clone().without_hook(event);
            // An empty list that was there is not known any more.
            if before.spec().hooks.is_empty() && text.to_lowercase().contains("hooks") {
                continue;
            }
            assert_eq!(back.unwrap().as_str(), text, "{}: {event}", path.display());
        }
    }
    left.dedup();
    assert!(edits > 40, "only {edits}");
    let names: Vec<_> = left.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    // Of a Lambda function, which has two events.
    assert!(names.iter().all(|name| name.contains("lambda")), "{names:?}");
}

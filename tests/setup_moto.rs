//! `greenlight setup` and `greenlight teardown` make and take away what the project file declares, with exit statuses and JSON for scripts.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use greenlight_tests::{Client, Ended, Endpoint, Greenlight, Moto, client, programs};
use serde_json::Value;

const PROJECT: &str = r#"
application = "shop"
deployment-group = "web"
appspec = "appspec.yaml"

[service]
cluster = "main"
name = "web"

[setup]
name = "shop-web"
task-definition = "taskdef.json"

[setup.test-listener]
port = 9000
load-balancer = "shop"

[setup.deployment-group]
service-role = "arn:aws:iam::123456789012:role/codedeploy"
production-port = 80
target-groups = ["shop-blue", "shop-green"]

[setup.functions.CodeDeployHook_smoke]
bundle = "hook.zip"
events = ["AfterAllowTestTraffic"]
memory = "256MiB"
"#;

const APPSPEC: &str = "version: 0.0\nResources:\n  - web:\n      Type: AWS::ECS::Service\n      Properties:\n        \
    TaskDefinition: <TASK_DEFINITION>\n        LoadBalancerInfo: { ContainerName: web, ContainerPort: 80 }\n";

const TASK_DEFINITION: &str =
    r#"{ "family": "web", "containerDefinitions": [{ "name": "web", "image": "web:2", "memory": 128 }] }"#;

/// A load balancer with a production listener, made with the AWS CLI.
const PRODUCTION: &str = r#"
set -e
aws="$CLIENTS/bin/python3 $CLIENTS/bin/aws --output text"
subnets=$($aws ec2 describe-subnets --query 'Subnets[:2].SubnetId')
vpc=$($aws ec2 describe-subnets --query 'Subnets[0].VpcId')
balancer=$($aws elbv2 create-load-balancer --name shop --subnets $subnets --query 'LoadBalancers[0].LoadBalancerArn')
blue=$($aws elbv2 create-target-group --name shop-blue --protocol HTTP --port 80 --vpc-id $vpc --target-type ip \
    --query 'TargetGroups[0].TargetGroupArn')
$aws elbv2 create-listener --load-balancer-arn $balancer --protocol HTTP --port 80 --default-actions Type=forward,TargetGroupArn=$blue
"#;

struct Place {
    folder: tempfile::TempDir,
    moto: Moto,
    endpoint: Endpoint,
}

impl Place {
    async fn new(client: &Client) -> Self {
        let (moto, endpoint) = (Moto::start().await, Endpoint::started("real").await);
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in
            [("greenlight.toml", PROJECT), ("appspec.yaml", APPSPEC), ("taskdef.json", TASK_DEFINITION)]
        {
            fs::write(folder.path().join(name), text).unwrap();
        }
        pack(folder.path()).await;
        let shell = client.shell().args(&["-c", PRODUCTION]).env("AWS_ENDPOINT_URL", moto.url());
        let shell = shell
            .env("CLIENTS", &client.folder().display().to_string())
            .env("AWS_DEFAULT_REGION", "us-east-1");
        shell.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test").succeed().await;
        Self { folder, moto, endpoint }
    }

    async fn greenlight(&self, arguments: &str) -> Ended {
        let call = Greenlight::new().args(arguments).arg(self.folder.path());
        let call = call
            .env("AWS_ENDPOINT_URL", self.moto.url())
            .env("AWS_ENDPOINT_URL_CODEDEPLOY", self.endpoint.url());
        let call = call.env("AWS_REGION", "us-east-1").env("AWS_EC2_METADATA_DISABLED", "true");
        call.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test").run().await
    }

    fn appspec(&self) -> String {
        fs::read_to_string(self.folder.path().join("appspec.yaml")).unwrap()
    }
}

/// Makes the bundle.
async fn pack(folder: &Path) {
    let suite = folder.join("suite");
    fs::create_dir(&suite).unwrap();
    let plugin = programs::rust_smoke();
    fs::copy(plugin, suite.join("smoke.wasm")).unwrap();
    fs::write(suite.join("greenlight.toml"), "[[plugins]]\nname = \"smoke\"\nplugin = \"smoke.wasm\"\n")
        .unwrap();
    fs::write(folder.join("host"), programs::head_of_a_host("x86_64")).unwrap();
    let call = Greenlight::new().args("hook pack --target x86_64 --host").arg(folder.join("host"));
    let packed = call.args("--output").arg(folder.join("hook.zip")).arg(suite).run().await;
    assert_eq!(packed.status, Some(0), "{packed:?}");
}

fn actions(ended: &Ended) -> Vec<String> {
    let shown: Value = serde_json::from_str(&ended.stdout).unwrap();
    let changes = shown["changes"].as_array().unwrap().iter();
    changes
        .map(|change| format!("{} {}", change["action"].as_str().unwrap(), change["kind"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn moto_has_what_is_declared_and_then_nothing() {
    let place = Place::new(&client("moto")).await;
    let dry = place.greenlight("setup --dry-run").await;
    assert_eq!(dry.status, Some(0), "{dry:?}");
    assert!(
        dry.stdout.starts_with(
            "to keep   target group shop-blue\nto create target group shop-green (as shop-blue)\n"
        ),
        "{dry:?}"
    );
    assert!(dry.stdout.ends_with("8 to create, 1 to change; this was a dry run\n"), "{dry:?}");
    assert_eq!(place.appspec(), APPSPEC);

    let made = place.greenlight("setup --format json").await;
    assert_eq!(made.status, Some(0), "{made:?}");
    let expected = [
        "keep target group",
        "create target group",
        "create listener",
        "create application",
        "create deployment group",
        "create task definition",
        "create log group",
        "create role",
        "create function",
        "change AppSpec",
    ];
    assert_eq!(actions(&made), expected);
    let deployable =
        APPSPEC.replace("<TASK_DEFINITION>", "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1");
    assert_eq!(
        place.appspec(),
        format!("{deployable}Hooks:\n  - AfterAllowTestTraffic: CodeDeployHook_smoke\n")
    );

    let again = place.greenlight("setup").await;
    assert_eq!((again.status, again.stdout.lines().last()), (Some(0), Some("nothing to do")), "{again:?}");

    let gone = place.greenlight("teardown").await;
    assert_eq!(
        (gone.status, gone.stdout.lines().last()),
        (Some(0), Some("1 changed, 8 deleted")),
        "{gone:?}"
    );
    assert_eq!(place.appspec(), deployable);
    let again = place.greenlight("teardown --format json").await;
    assert_eq!(actions(&again), ["keep target group", "keep AppSpec"], "{again:?}");
}

#[tokio::test]
async fn the_exit_status_tells_what_moto_refused_from_what_is_not_well_declared() {
    let place = Place::new(&client("moto")).await;
    let project = place.folder.path().join("greenlight.toml");
    for (from, to, says) in [
        ("[setup.test-listener]", "[setup.test-listner]", "unknown field `test-listner`"),
        (
            "memory = \"256MiB\"",
            "memory = \"1000000\"",
            "`setup.functions.CodeDeployHook_smoke.memory` is no whole number of MiB",
        ),
        ("CodeDeployHook_smoke", "smoke", "call the function CodeDeployHook_smoke"),
        ("hook.zip", "nothing.zip", "make the bundle with `greenlight hook pack`, or correct its path"),
        ("bundle = \"hook.zip\"", "bundle = \"host\"", "host: "),
        ("load-balancer = \"shop\"", "load-balancer = \"shopp\"", "there is no load balancer shopp"),
    ] {
        fs::write(&project, PROJECT.replace(from, to)).unwrap();
        let ended = place.greenlight("setup").await;
        assert_eq!(ended.status, Some(2), "{ended:?}");
        assert!(ended.stderr.contains(says), "{says:?} is not in {ended:?}");
    }
    let without = PROJECT.split("[setup]").next().unwrap();
    fs::write(&project, without).unwrap();
    let ended = place.greenlight("setup").await;
    assert_eq!(ended.status, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("declares nothing to set up"), "{ended:?}");

    fs::write(&project, PROJECT).unwrap();
    // Of the steps before one that fails it is told that they are done.
    fs::write(
        place.folder.path().join("taskdef.json"),
        TASK_DEFINITION.replace("\"memory\": 128", "\"cpu\": 1"),
    )
    .unwrap();
    let ended = place.greenlight("setup").await;
    assert_eq!(ended.status, Some(3), "{ended:?}");
    assert!(ended.stdout.ends_with("created application shop\ncreated deployment group shop/web (service main/web, CodeDeployDefault.ECSAllAtOnce, target groups shop-blue and shop-green)\n"), "{ended:?}");
    assert!(
        ended
            .stderr
            .starts_with("greenlight: ecs:RegisterTaskDefinition for task definition web was refused: "),
        "{ended:?}"
    );
    // A program is told so too, and of what comes to standard error.
    assert_eq!(place.greenlight("teardown").await.status, Some(0));
    let ended = place.greenlight("setup --format json").await;
    assert_eq!(ended.status, Some(3), "{ended:?}");
    assert_eq!(
        actions(&ended),
        [
            "keep target group",
            "create target group",
            "create listener",
            "create application",
            "create deployment group"
        ]
    );
    let shown: Value = serde_json::from_str(&ended.stdout).unwrap();
    let error = shown["error"].as_str().unwrap();
    assert!(
        error.starts_with("ecs:RegisterTaskDefinition for task definition web was refused: "),
        "{ended:?}"
    );
    assert_eq!(ended.stderr, format!("greenlight: {error}\n"));
    drop(place.moto);
    let folder = place.folder.path();
    let call =
        Greenlight::new().args("setup --endpoint-url http://127.0.0.1:9 --region us-east-1").arg(folder);
    let call = call.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    let ended = call.env("AWS_MAX_ATTEMPTS", "1").run().await;
    assert_eq!(ended.status, Some(3), "{ended:?}");
    assert!(ended.stderr.contains("had no answer; to set up again is safe"), "{ended:?}");
}

//! What answers without TLS is asked as whoever the machine knows, and as nobody in particular where it knows no one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;

use greenlight_tests::{FakeService, Greenlight, without_aws};
use serde_json::json;
use tempfile::TempDir;

/// AWS's two files, and a CodeDeploy that knows no deployment.
struct Machine {
    files: TempDir,
    codedeploy: FakeService,
}

impl Machine {
    async fn new(config: &str, credentials: &str) -> Self {
        let files = TempDir::new().unwrap();
        let codedeploy = FakeService::start(|_| {
            let message = "The deployment could not be found";
            (400, json!({ "__type": "DeploymentDoesNotExistException", "message": message }))
        })
        .await;
        fs::write(files.path().join("config"), config.replace("URL", &codedeploy.url())).unwrap();
        fs::write(files.path().join("credentials"), credentials).unwrap();
        Self { files, codedeploy }
    }

    fn watch(&self) -> Greenlight {
        let path = |name: &str| self.files.path().join(name).display().to_string();
        without_aws()
            .args("watch d-1NNWZG91L")
            .env("AWS_CONFIG_FILE", &path("config"))
            .env("AWS_SHARED_CREDENTIALS_FILE", &path("credentials"))
    }

    /// As whom CodeDeploy is asked, and in which region.
    async fn asked_as(&self, call: Greenlight) -> (String, String) {
        call.run().await.expect(2).await;
        let asked = self.codedeploy.nth(1).await.authorization;
        let scope = asked.split_once("Credential=").unwrap().1.split('/').collect::<Vec<_>>();
        (scope[0].to_owned(), scope[2].to_owned())
    }
}

const KEYS: &str = "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = secret\n";

fn owned(id: &str, region: &str) -> (String, String) {
    (id.to_owned(), region.to_owned())
}

#[tokio::test]
async fn the_credentials_of_the_default_profile_come_before_made_up_ones() {
    let machine = Machine::new("[default]\nregion = eu-west-1\n", KEYS).await;
    let call = machine.watch().env("AWS_ENDPOINT_URL_CODEDEPLOY", &machine.codedeploy.url());
    assert_eq!(machine.asked_as(call).await, owned("AKIDDEFAULT", "eu-west-1"));
}

#[tokio::test]
async fn credentials_that_should_be_there_and_are_not_to_be_had_are_an_error() {
    let machine = Machine::new("[default]\ncredential_process = false\n", "").await;
    let call = machine.watch().env("AWS_ENDPOINT_URL_CODEDEPLOY", &machine.codedeploy.url());
    let ended = call.run().await.expect(2).await;
    assert!(ended.stderr.contains("the credentials cannot be had"), "{}", ended.stderr);
    assert!(machine.codedeploy.asked().is_empty());
}

#[tokio::test]
async fn where_there_are_none_they_are_made_up_and_so_is_the_region() {
    for config in ["", "[default]\noutput = json\n", "[profile other]\nregion = eu-west-1\n"] {
        let machine = Machine::new(config, "").await;
        let call = machine.watch().env("AWS_ENDPOINT_URL", &machine.codedeploy.url());
        assert_eq!(machine.asked_as(call).await, owned("local", "us-east-1"), "{config}");
    }
}

#[tokio::test]
async fn an_endpoint_in_the_profile_counts_as_one_in_a_variable() {
    let of_all = "[default]\nendpoint_url = URL\n";
    let of_one = "[default]\nservices = twin\n[services twin]\ncodedeploy =\n  endpoint_url = URL\n";
    for config in [of_all, of_one] {
        let machine = Machine::new(config, "").await;
        assert_eq!(machine.asked_as(machine.watch()).await, owned("local", "us-east-1"), "{config}");
    }
}

#[tokio::test]
async fn endpoints_that_are_to_be_ignored_make_nothing_up() {
    let machine = Machine::new("", "").await;
    let url = machine.codedeploy.url();
    let variables = ["AWS_ENDPOINT_URL_CODEDEPLOY", "AWS_ENDPOINT_URL"];
    for variable in variables {
        let call = || {
            let call = machine.watch().env(variable, &url);
            call.env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
        };
        let ended = call().run().await.expect(2).await;
        assert!(ended.stderr.contains("no region is known"), "{}", ended.stderr);
        let ended = call().args("--region eu-west-1").run().await.expect(2).await;
        assert!(ended.stderr.contains("there are no credentials"), "{}", ended.stderr);
    }
    assert!(machine.codedeploy.asked().is_empty());
    // What the command is told is no such setting.
    let told =
        machine.watch().env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true").args("--endpoint-url").arg(&url);
    assert_eq!(machine.asked_as(told).await, owned("local", "us-east-1"));
}

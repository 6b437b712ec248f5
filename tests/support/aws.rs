//! The commands that speak to AWS, pointed at the endpoint.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::{AutoRollbackConfiguration, AutoRollbackEvent};
use tempfile::TempDir;

use crate::codedeploy::{Waits, codedeploy, create_application, create_group, ecs_appspec};
use crate::{Endpoint, Greenlight};

/// An endpoint with the application `demo` and its group `web`, and a folder with a project file for them.
#[derive(Debug)]
pub struct AwsTwin {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Another client of it.
    pub client: Client,
    folder: TempDir,
}

impl AwsTwin {
    /// In real time, with these waits of the group, and rollback of what fails or is stopped on request if `rollback`.
    ///
    /// # Panics
    ///
    /// When the endpoint does not start.
    pub async fn new(waits: Waits, rollback: bool) -> Self {
        Self::on(Endpoint::new("real"), waits, rollback).await
    }

    /// The same on an endpoint that is not started yet.
    ///
    /// # Panics
    ///
    /// When the endpoint does not start.
    pub async fn on(mut endpoint: Endpoint, waits: Waits, rollback: bool) -> Self {
        endpoint.start().await;
        let client = codedeploy(endpoint.url());
        create_application(&client, "demo").await;
        create_group(&client, "demo", "web", waits).await;
        if rollback {
            let rollback = AutoRollbackConfiguration::builder()
                .enabled(true)
                .events(AutoRollbackEvent::DeploymentFailure)
                .events(AutoRollbackEvent::DeploymentStopOnRequest)
                .build();
            let update = client.update_deployment_group().application_name("demo");
            let update = update.current_deployment_group_name("web").auto_rollback_configuration(rollback);
            update.send().await.unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let project = "application = \"demo\"\ndeployment-group = \"web\"\nappspec = \"appspec.json\"\n";
        fs::write(folder.path().join("greenlight.toml"), project).unwrap();
        let twin = Self { endpoint, client, folder };
        twin.write_appspec(&ecs_appspec(1, &[]));
        twin
    }

    /// Writes the AppSpec that the project file names.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn write_appspec(&self, text: &str) {
        fs::write(self.folder().join("appspec.json"), text).unwrap();
    }

    /// The folder with the project file.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A call of the command in that folder.
    pub fn greenlight(&self, arguments: &str) -> Greenlight {
        without_aws().args(arguments).in_folder(self.folder()).env("AWS_ENDPOINT_URL", self.endpoint.url())
    }

    /// The ids of all deployments that there are.
    ///
    /// # Panics
    ///
    /// When they cannot be listed.
    pub async fn deployments(&self) -> Vec<String> {
        let list = self.client.list_deployments().application_name("demo").deployment_group_name("web");
        list.send().await.unwrap().deployments.unwrap_or_default()
    }
}

/// A call of the command that finds nothing of AWS: no region, no credentials, no files.
pub fn without_aws() -> Greenlight {
    let mut call = Greenlight::new();
    let inherited = std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("AWS_"));
    for name in inherited.collect::<BTreeSet<_>>() {
        call = call.without_env(&name);
    }
    call.env("AWS_CONFIG_FILE", "/nowhere/config")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/nowhere/credentials")
        .env("AWS_EC2_METADATA_DISABLED", "true")
}

/// Replaces what differs from run to run: ids of deployments (by `[ID]`), times since the start and of the day (`[AT]`), and the
/// endpoint's URL (`[URL]`).
#[must_use]
pub fn redact_aws(twin: &AwsTwin, text: &str) -> String {
    let text = text.replace(twin.endpoint.url(), "[URL]");
    let mut redacted = String::new();
    let mut rest = text.as_str();
    while let Some(next) = rest.chars().next() {
        let (with, length) = if is_like(rest, "d-AAAAAAAAA") {
            ("[ID]", 11)
        } else if is_like(rest, "+00:00:00.000") {
            ("[AT]", 13)
        } else if is_like(rest, "0000-00-00T00:00:00.000Z") {
            ("[AT]", 24)
        } else {
            redacted.push(next);
            rest = &rest[next.len_utf8()..];
            continue;
        };
        redacted.push_str(with);
        rest = &rest[length..];
    }
    redacted
}

/// Whether a text begins as this form: `0` stands for a digit, `A` for a capital or a digit, all else for itself.
fn is_like(text: &str, form: &str) -> bool {
    let begin = text.as_bytes().get(..form.len());
    begin.is_some_and(|begin| {
        begin.iter().zip(form.bytes()).all(|(found, form)| match form {
            b'0' => found.is_ascii_digit(),
            b'A' => found.is_ascii_uppercase() || found.is_ascii_digit(),
            other => *found == other,
        })
    })
}

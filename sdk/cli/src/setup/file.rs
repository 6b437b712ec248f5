//! The form of what is declared: the table `[setup]` of a project file, and what it shares with rehearsals.

use std::collections::BTreeMap;
use std::path::PathBuf;

use greenlight::setup::Vpc;
use greenlight_core::HookEvent;
use greenlight_hook_runtime::scalar::{Scalar, Size, Span};
use serde::Deserialize;

/// The parts of a project file that a set-up reads. That no other key is misspelt is seen to when the project is read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct File {
    pub(super) application: Option<String>,
    pub(super) deployment_group: Option<String>,
    pub(super) appspec: Option<PathBuf>,
    pub(super) service: Option<Service>,
    #[serde(default)]
    pub(super) deployment: Deployment,
    pub(super) setup: Option<SetupTable>,
}

/// The service, by name.
#[derive(Debug, Deserialize)]
pub(super) struct Service {
    pub(super) cluster: Option<String>,
    pub(super) name: Option<String>,
}

/// The settings of a deployment group that is made.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Deployment {
    pub(super) config: Option<String>,
    pub(super) ready_wait: Option<Span>,
    pub(super) termination_wait: Option<Span>,
}

/// What is to be set up.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct SetupTable {
    /// In the tag of all that is made.
    pub(super) name: Option<String>,
    /// The task definition in JSON, relative to this file.
    pub(super) task_definition: Option<PathBuf>,
    pub(super) test_listener: Option<TestListener>,
    pub(super) deployment_group: Option<DeploymentGroup>,
    /// Hook functions by name.
    #[serde(default)]
    pub(super) functions: BTreeMap<String, Function>,
}

/// The test listener.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct TestListener {
    pub(super) port: u16,
    /// By name or ARN.
    pub(super) load_balancer: Option<String>,
    pub(super) protocol: Option<String>,
    /// By ARN.
    pub(super) certificate: Option<String>,
}

/// A deployment group that is made, where it is not there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct DeploymentGroup {
    /// By ARN.
    pub(super) service_role: String,
    pub(super) production_port: u16,
    pub(super) target_groups: [String; 2],
}

/// A hook function.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Function {
    /// What `greenlight hook pack` made, relative to this file.
    pub(super) bundle: PathBuf,
    /// When it validates.
    pub(super) events: Vec<HookEvent>,
    pub(super) memory: Option<Size>,
    pub(super) timeout: Option<Span>,
    #[serde(default)]
    pub(super) env: BTreeMap<String, Scalar>,
    pub(super) vpc: Option<Vpc>,
    /// A role that is there, by ARN.
    pub(super) role: Option<String>,
    pub(super) log_retention_days: Option<u16>,
    /// For bundles that are too large for a request.
    pub(super) bucket: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANUAL: &str = include_str!("../../README.md");

    fn example() -> &'static str {
        let after = MANUAL.split("## `greenlight setup [DIR or FILE]`").nth(1).unwrap();
        after.split("```toml\n").nth(1).unwrap().split("```").next().unwrap()
    }

    #[test]
    fn the_manuals_example_declares_a_set_up() {
        let file: File = toml::from_str(example()).unwrap();
        let setup = file.setup.unwrap();
        assert_eq!(setup.test_listener.unwrap().port, 9000);
        assert_eq!(setup.functions["CodeDeployHook_smoke"].events, [HookEvent::AfterAllowTestTraffic]);
    }

    #[test]
    fn every_key_of_a_set_up_is_in_the_manuals_example() {
        let source =
            include_str!("file.rs").split("struct SetupTable").nth(1).unwrap().split("#[cfg(test)]").next();
        let fields = source
            .unwrap()
            .lines()
            .filter_map(|line| line.trim().strip_prefix("pub(super) ")?.split_once(": "));
        let keys: Vec<String> = fields.map(|(name, _)| name.replace('_', "-")).collect();
        assert!(keys.len() > 18, "the source was not understood: {keys:?}");
        for key in keys {
            assert!(example().contains(&key), "the manual's example has no {key}");
        }
    }

    #[test]
    fn a_key_that_does_not_exist_is_refused() {
        let error =
            toml::from_str::<File>(&example().replace("production-port", "production-prot")).unwrap_err();
        assert!(error.to_string().contains("unknown field `production-prot`"), "{error}");
    }
}

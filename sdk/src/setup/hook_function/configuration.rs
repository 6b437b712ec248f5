//! How a function is configured, and how that differs from what Lambda has.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use aws_sdk_lambda::types::{Environment, FunctionConfiguration, Runtime, VpcConfig};
use serde::{Deserialize, Serialize};

use crate::setup::SetupError;

/// What runs a program that speaks the Runtime API itself.
const RUNTIME: &str = "provided.al2023";

/// The program of a bundle; Lambda wants a name, and this runtime does nothing with it.
const HANDLER: &str = "bootstrap";

/// The processor of a function.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Architecture {
    /// 64-bit x86.
    #[default]
    #[serde(rename = "x86_64")]
    X86_64,
    /// 64-bit Arm, AWS Graviton.
    #[serde(rename = "arm64")]
    Arm64,
}

/// The network that a function is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Vpc {
    /// Ids of subnets.
    pub subnets: BTreeSet<String>,
    /// Ids of security groups.
    pub security_groups: BTreeSet<String>,
}

/// All of it but role and code.
#[derive(Debug, Clone)]
pub(super) struct Configuration {
    pub(super) architecture: Architecture,
    pub(super) memory_mb: u32,
    pub(super) timeout: Duration,
    pub(super) variables: BTreeMap<String, String>,
    pub(super) vpc: Option<Vpc>,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            architecture: Architecture::default(),
            memory_mb: 512,
            timeout: Duration::from_secs(60),
            variables: BTreeMap::new(),
            vpc: None,
        }
    }
}

impl Configuration {
    /// What Lambda would refuse, said before anything is made.
    pub(super) fn check(&self, function: &str) -> Result<(), SetupError> {
        if !(128..=10_240).contains(&self.memory_mb) {
            return Err(SetupError::invalid(format!(
                "the function {function} cannot have {} MB of memory; give it 128 to 10240",
                self.memory_mb
            )));
        }
        if !(1..=900).contains(&self.timeout.as_secs()) {
            return Err(SetupError::invalid(format!(
                "the function {function} cannot have a timeout of {} s; give it 1 to 900",
                self.timeout.as_secs()
            )));
        }
        Ok(())
    }

    pub(super) fn runtime(&self) -> Runtime {
        RUNTIME.into()
    }

    pub(super) fn handler(&self) -> &'static str {
        HANDLER
    }

    pub(super) fn timeout_seconds(&self) -> i32 {
        i32::try_from(self.timeout.as_secs()).unwrap_or(i32::MAX)
    }

    pub(super) fn memory(&self) -> i32 {
        i32::try_from(self.memory_mb).unwrap_or(i32::MAX)
    }

    pub(super) fn environment(&self) -> Environment {
        let variables = self.variables.iter().map(|(name, value)| (name.clone(), value.clone()));
        Environment::builder().set_variables(Some(variables.collect())).build()
    }

    /// The network; an empty one takes a function out of the one that it is in.
    pub(super) fn vpc_config(&self) -> VpcConfig {
        let ids = |ids: &BTreeSet<String>| Some(ids.iter().cloned().collect());
        let builder = VpcConfig::builder();
        match &self.vpc {
            Some(vpc) => {
                builder.set_subnet_ids(ids(&vpc.subnets)).set_security_group_ids(ids(&vpc.security_groups))
            }
            None => builder.set_subnet_ids(Some(Vec::new())).set_security_group_ids(Some(Vec::new())),
        }
        .build()
    }

    /// What the function has otherwise, but for its code and its processor.
    pub(super) fn differences(&self, seen: &FunctionConfiguration, role: &str) -> Vec<String> {
        let mut texts = Vec::new();
        let mut differs = |what: &str, from: &str, to: &str| {
            if from != to {
                texts.push(format!("{what} {from} -> {to}"));
            }
        };
        let number = |number: Option<i32>, unit: &str| {
            number.map_or("none".to_owned(), |number| format!("{number} {unit}"))
        };
        differs("runtime", seen.runtime().map_or("none", Runtime::as_str), RUNTIME);
        differs("handler", seen.handler().unwrap_or("none"), HANDLER);
        differs("memory", &number(seen.memory_size(), "MB"), &format!("{} MB", self.memory_mb));
        differs("timeout", &number(seen.timeout(), "s"), &format!("{} s", self.timeout.as_secs()));
        differs("role", seen.role().unwrap_or("none"), role);
        // Values may be secrets.
        let variables = seen.environment().and_then(|environment| environment.variables());
        let variables: BTreeMap<_, _> = variables.into_iter().flatten().collect();
        let declared: BTreeMap<_, _> = self.variables.iter().collect();
        for name in variables.keys().chain(declared.keys()).collect::<BTreeSet<_>>() {
            if variables.get(name) != declared.get(name) {
                texts.push(format!("variable {name}"));
            }
        }
        let (subnets, groups) =
            seen.vpc_config().map_or((&[][..], &[][..]), |vpc| (vpc.subnet_ids(), vpc.security_group_ids()));
        let ids = |ids: &[String]| ids.iter().cloned().collect::<BTreeSet<_>>();
        let (wanted_subnets, wanted_groups) = self
            .vpc
            .as_ref()
            .map(|vpc| (vpc.subnets.clone(), vpc.security_groups.clone()))
            .unwrap_or_default();
        if ids(subnets) != wanted_subnets {
            texts.push("subnets".to_owned());
        }
        if ids(groups) != wanted_groups {
            texts.push("security groups".to_owned());
        }
        texts
    }
}

impl Architecture {
    /// Lambda's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

//! Turns the values of a project file into those of the local pipeline.

use std::path::Path;
use std::time::Duration;

use greenlight::local::task_set::TaskSetSpec;
use greenlight_core::lifecycle::{ReadyAction, ReadyWait, Termination};
use greenlight_core::{AutoRollback, DeploymentConfig, TrafficRouting};
use greenlight_hook_runtime::http::HttpGrants;
use greenlight_hook_runtime::{Grants, Limits};

use super::error::ProjectError;
use super::file::{self, File};
use greenlight_hook_runtime::scalar::Span;

/// The longest waits that the service takes (service limits: ECS traffic reroute, termination wait).
const MAX_READY_WAIT: Duration = Duration::from_secs(120 * 3600);
const MAX_TERMINATION_WAIT: Duration = Duration::from_secs(48 * 3600);

/// Makes errors that name the file.
pub(super) struct Values<'a> {
    pub(super) path: &'a Path,
}

impl Values<'_> {
    pub(super) fn error(&self, key: impl Into<String>, problem: impl Into<String>) -> ProjectError {
        ProjectError::Value { path: self.path.to_owned(), key: key.into(), problem: problem.into() }
    }

    pub(super) fn task_set(
        &self,
        service: &file::Service,
        key: &str,
        label: &str,
    ) -> Result<TaskSetSpec, ProjectError> {
        let set = if label == "blue" { &service.blue } else { &service.green };
        let key = format!("{key}.{label}");
        let Some(set) = set else {
            return Err(self.error(
                key,
                "is missing; give it a `command` to run, or the `address` of what runs already",
            ));
        };
        let mut spec = match (&set.command, set.address) {
            (Some(command), None) if command.first().is_some_and(|program| !program.is_empty()) => {
                TaskSetSpec::command(label, command.clone())
            }
            (Some(_), None) => return Err(self.error(format!("{key}.command"), "is empty; name a program")),
            (None, Some(address)) if set.env.is_empty() && set.port.is_none() => {
                TaskSetSpec::address(label, address)
            }
            (None, Some(_)) => {
                return Err(
                    self.error(key, "has an `address`, so `env` and `port` have no effect; take them out")
                );
            }
            (Some(_), Some(_)) => {
                return Err(self.error(key, "has both `command` and `address`; keep one of them"));
            }
            (None, None) => {
                return Err(
                    self.error(key, "needs a `command` to run, or the `address` of what runs already")
                );
            }
        };
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        spec = spec.with_cwd(folder.unwrap_or(Path::new("."))).with_health_path(service.health_path.as_str());
        for (name, value) in &set.env {
            spec = spec.with_env(name, value.0.as_str());
        }
        if let Some(port) = set.port {
            spec = spec.with_port(port);
        }
        if let Some(Span(grace)) = service.start_grace {
            spec = spec.with_start_grace(grace);
        }
        if let Some(Span(grace)) = service.stop_grace {
            spec = spec.with_stop_grace(grace);
        }
        Ok(spec)
    }

    pub(super) fn custom_configs(&self, file: &File) -> Result<Vec<DeploymentConfig>, ProjectError> {
        let config = |(name, shift): (&String, &file::Shift)| {
            let key = format!("deployment-configs.{name}");
            if name.starts_with("CodeDeployDefault.") {
                return Err(self
                    .error(key, "begins with `CodeDeployDefault.`, which is the service's own; rename it"));
            }
            let routing = match *shift {
                file::Shift::Canary { percentage, interval_minutes } => {
                    TrafficRouting::canary(percentage, interval_minutes)
                }
                file::Shift::Linear { percentage, interval_minutes } => {
                    TrafficRouting::linear(percentage, interval_minutes)
                }
            };
            let routing = routing.map_err(|invalid| self.error(key, format!("cannot be used: {invalid}")))?;
            Ok(DeploymentConfig::custom(name, routing))
        };
        file.deployment_configs.iter().map(config).collect()
    }

    pub(super) fn ready_wait(&self, deployment: &file::Deployment) -> Result<ReadyWait, ProjectError> {
        let Some(Span(wait)) = deployment.ready_wait else { return Ok(ReadyWait::default()) };
        self.check_wait("deployment.ready-wait", wait, MAX_READY_WAIT)?;
        Ok(ReadyWait { action: ReadyAction::StopDeployment, wait })
    }

    pub(super) fn termination(&self, deployment: &file::Deployment) -> Result<Termination, ProjectError> {
        let wait = deployment.termination_wait.map(|span| span.0);
        if deployment.keep_blue {
            return match wait {
                None => Ok(Termination::KeepAlive),
                Some(_) => Err(self.error(
                    "deployment.keep-blue",
                    "is true, so `termination-wait` has no effect; keep one of them",
                )),
            };
        }
        let wait = wait.unwrap_or_default();
        self.check_wait("deployment.termination-wait", wait, MAX_TERMINATION_WAIT)?;
        Ok(Termination::Terminate(wait))
    }

    fn check_wait(&self, key: &str, wait: Duration, max: Duration) -> Result<(), ProjectError> {
        if !wait.as_secs().is_multiple_of(60) || wait.subsec_nanos() != 0 {
            return Err(self.error(key, "must be whole minutes, as the service takes it"));
        }
        if wait > max {
            return Err(
                self.error(key, format!("is longer than the {} hours of the service", max.as_secs() / 3600))
            );
        }
        Ok(())
    }

    pub(super) fn grants(&self, function: &str, grants: &file::Grants) -> Result<Grants, ProjectError> {
        let http = HttpGrants::parse(&grants.http).map_err(|source| ProjectError::Grant {
            path: self.path.to_owned(),
            function: function.to_owned(),
            source,
        })?;
        Ok(Grants::none().with_http(http))
    }
}

pub(super) fn rollback(rollback: &file::Rollback) -> AutoRollback {
    AutoRollback::on(rollback.events.iter().copied())
}

pub(super) fn limits(given: &file::Limits) -> Limits {
    let mut limits = Limits::default();
    if let Some(Span(time)) = given.wall_clock {
        limits.wall_clock = time;
    }
    if let Some(Span(time)) = given.cpu {
        limits.cpu = time;
    }
    if let Some(size) = given.memory {
        limits.memory = size.0;
    }
    if let Some(size) = given.log_bytes {
        limits.log_bytes = size.0;
    }
    if let Some(size) = given.response_bytes {
        limits.http.max_response_bytes = size.0 as u64;
    }
    if let Some(requests) = given.requests {
        limits.http.max_requests = requests;
    }
    limits
}

//! From what is declared to a set-up.

use std::fs;
use std::path::{Path, PathBuf};

use greenlight::aws::Connection;
use greenlight::setup::{
    HookFunction, NewDeploymentGroup, Owner, Setup, SetupError, TaskDefinition, TestListener,
};

use super::appspec_file::AppSpecFile;
use super::fault::Fault;
use super::file::{self, File, SetupTable};
use super::{Verb, bundle};
use crate::project;

/// What a project file declares.
#[derive(Debug)]
pub(super) struct Declared {
    path: PathBuf,
    file: File,
    setup: SetupTable,
    owner: Owner,
    appspec: Option<AppSpecFile>,
}

impl Declared {
    /// Reads the project file at `path`, or the one in that folder, and the AppSpec that it names.
    pub(super) fn read(path: &Path) -> Result<Self, Fault> {
        let path = project::read(path)?.path;
        let text = text_of(&path, "name a project file, or a folder with a greenlight.toml")?;
        let mut file: File = toml::from_str(&text)
            .map_err(|source| Fault::Invalid { path: path.clone(), source: Box::new(source) })?;
        let Some(setup) = file.setup.take() else { return Err(Fault::Nothing { path }) };
        let default =
            || format!("{}/{}", named(file.application.as_deref()), named(file.deployment_group.as_deref()));
        let owner = Owner::new(setup.name.clone().unwrap_or_else(default))?;
        let appspec = match &file.appspec {
            Some(appspec) => Some(AppSpecFile::read(project::relative_to(&path, appspec))?),
            None => None,
        };
        Ok(Self { path, file, setup, owner, appspec })
    }

    pub(super) fn name(&self) -> &str {
        self.owner.name()
    }

    pub(super) const fn appspec(&self) -> Option<&AppSpecFile> {
        self.appspec.as_ref()
    }

    /// Why a set-up ended early, with the key to write where a name is another's.
    pub(super) fn fault(&self, error: SetupError) -> Fault {
        let SetupError::Foreign { what, name, owner, tag } = error else { return error.into() };
        // A role is called as its function, and the region.
        let of = self.setup.functions.keys().filter(|function| name.starts_with(function.as_str()));
        let function = of.max_by_key(|function| function.len()).map_or("NAME", String::as_str);
        let file = self.path.display();
        let way_out = match what {
            "role" => format!(
                "to use it as it is, or another one, write `role = \"ARN\"` into the table [setup.functions.{function}] of {file}"
            ),
            _ => format!(
                "give the table [setup.functions.{function}] of {file} another name, which is the function's"
            ),
        };
        Fault::Foreign { what, name, owner, tag, way_out }
    }

    /// All that it declares. A clean-up needs no bundle, which may be gone by then.
    pub(super) fn setup(&self, connection: &Connection, verb: Verb) -> Result<Setup, Fault> {
        let mut setup = Setup::new(self.owner.clone());
        if let Some(listener) = self.test_listener(connection)? {
            setup = setup.with_test_listener(listener);
        }
        if let Some(path) = &self.setup.task_definition {
            let path = project::relative_to(&self.path, path);
            let json =
                text_of(&path, "give `setup.task-definition` the path of the task definition in JSON")?;
            let mut task_definition = TaskDefinition::new(connection.config(), self.owner.clone(), &json)?
                .with_deployment_group(self.application(), self.group());
            if let Some((cluster, service)) = self.service() {
                task_definition = task_definition.with_service(cluster, service);
            }
            setup = setup.with_task_definition(task_definition);
        }
        for (name, function) in &self.setup.functions {
            let made = self.function(connection, name, function, verb)?;
            setup = setup.with_function(made, function.events.iter().copied());
        }
        if let Some(appspec) = &self.appspec {
            setup = setup.with_appspec(appspec.text().clone());
        }
        Ok(setup)
    }

    fn test_listener(&self, connection: &Connection) -> Result<Option<TestListener>, Fault> {
        let Some(declared) = &self.setup.test_listener else {
            if self.setup.deployment_group.is_some() {
                return Err(self.wrong(
                    "setup.deployment-group",
                    "is made with a test listener; write the table [setup.test-listener]",
                ));
            }
            return Ok(None);
        };
        let (application, group) = (self.application(), self.group());
        let mut listener =
            TestListener::new(connection.config(), self.owner.clone(), application, group, declared.port);
        if let Some(balancer) = &declared.load_balancer {
            listener = listener.with_load_balancer(balancer);
        }
        if let Some(protocol) = &declared.protocol {
            listener = listener.with_protocol(protocol);
        }
        if let Some(certificate) = &declared.certificate {
            listener = listener.with_certificate(certificate);
        }
        if let Some(group) = &self.setup.deployment_group {
            listener = listener.with_new_group(self.new_group(group)?);
        }
        Ok(Some(listener))
    }

    fn new_group(&self, declared: &file::DeploymentGroup) -> Result<NewDeploymentGroup, Fault> {
        let Some((cluster, service)) = self.service() else {
            return Err(self
                .wrong("service", "has no `cluster` and `name`; a deployment group is made for a service"));
        };
        let mut group = NewDeploymentGroup::new(
            &declared.service_role,
            cluster,
            service,
            declared.production_port,
            declared.target_groups.clone(),
        );
        group.deployment_config.clone_from(&self.file.deployment.config);
        group.ready_wait = self.file.deployment.ready_wait.map(|span| span.0);
        group.termination_wait = self.file.deployment.termination_wait.map(|span| span.0).unwrap_or_default();
        Ok(group)
    }

    fn function(
        &self,
        connection: &Connection,
        name: &str,
        declared: &file::Function,
        verb: Verb,
    ) -> Result<HookFunction, Fault> {
        let (zip, architecture) = match verb {
            Verb::Setup => bundle::read(&project::relative_to(&self.path, &declared.bundle))?,
            Verb::Teardown => Default::default(),
        };
        let (application, group) = (self.application(), self.group());
        let mut function =
            HookFunction::new(connection.config(), self.owner.clone(), name, zip, application, group)?
                .with_architecture(architecture);
        if let Some(memory) = declared.memory {
            function = function.with_memory_mb(self.memory_mb(name, memory.0)?);
        }
        if let Some(timeout) = declared.timeout {
            function = function.with_timeout(timeout.0);
        }
        for (variable, value) in &declared.env {
            function = function.with_variable(variable, &value.0);
        }
        if let Some(vpc) = &declared.vpc {
            function = function.with_vpc(vpc.clone());
        }
        if let Some(role) = &declared.role {
            function = function.with_role(role);
        }
        if let Some(days) = declared.log_retention_days {
            function = function.with_log_retention_days(days);
        }
        if let Some(bucket) = &declared.bucket {
            function = function.with_bucket(bucket);
        }
        Ok(function)
    }

    /// Lambda counts memory in MiB, and calls them MB.
    fn memory_mb(&self, function: &str, bytes: usize) -> Result<u32, Fault> {
        const MIB: usize = 1 << 20;
        let whole = bytes.is_multiple_of(MIB).then(|| u32::try_from(bytes / MIB).ok()).flatten();
        whole.ok_or_else(|| {
            self.wrong(
                &format!("setup.functions.{function}.memory"),
                "is no whole number of MiB; write it such as \"512MiB\"",
            )
        })
    }

    fn application(&self) -> &str {
        named(self.file.application.as_deref())
    }

    fn group(&self) -> &str {
        named(self.file.deployment_group.as_deref())
    }

    fn service(&self) -> Option<(&str, &str)> {
        let service = self.file.service.as_ref()?;
        Some((service.cluster.as_deref()?, service.name.as_deref()?))
    }

    fn wrong(&self, key: &str, problem: &str) -> Fault {
        Fault::Value { path: self.path.clone(), key: key.to_owned(), problem: problem.to_owned() }
    }
}

/// The names that a project file has for what it does not name.
fn named(name: Option<&str>) -> &str {
    name.unwrap_or("default")
}

fn text_of(path: &Path, fix: &'static str) -> Result<String, Fault> {
    fs::read_to_string(path).map_err(|source| Fault::Unreadable { path: path.to_owned(), source, fix })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::{Exit, with_causes};

    #[test]
    fn a_name_that_is_anothers_is_told_with_the_key_to_write() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("greenlight.toml");
        let table = |name: &str| format!("[setup.functions.{name}]\nbundle = \"hook.zip\"\nevents = []\n");
        let text = format!("[setup]\n{}{}", table("CodeDeployHook_smoke"), table("CodeDeployHook_smoke2"));
        fs::write(&file, text).unwrap();
        let declared = Declared::read(folder.path()).unwrap();
        let told = |what, name: &str| {
            let (owner, tag) = ("shop-web".to_owned(), "greenlight:setup");
            let fault = declared.fault(SetupError::Foreign { what, name: name.to_owned(), owner, tag });
            assert_eq!(fault.exit(), Exit::BadInput);
            with_causes(&fault).replace(&file.display().to_string(), "[FILE]")
        };
        assert_eq!(
            told("role", "CodeDeployHook_smoke2-eu-west-1"),
            "the role CodeDeployHook_smoke2-eu-west-1 is there already, and not made by the set-up \"shop-web\"; to use it as it is, \
             or another one, write `role = \"ARN\"` into the table [setup.functions.CodeDeployHook_smoke2] of [FILE], or give it \
             the tag greenlight:setup=shop-web if it is to be changed and deleted with the set-up"
        );
        assert_eq!(
            told("function", "CodeDeployHook_smoke"),
            "the function CodeDeployHook_smoke is there already, and not made by the set-up \"shop-web\"; give the table \
             [setup.functions.CodeDeployHook_smoke] of [FILE] another name, which is the function's, or give it the tag \
             greenlight:setup=shop-web if it is to be changed and deleted with the set-up"
        );
    }
}

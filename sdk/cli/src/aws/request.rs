//! What is to be deployed: from a project file, and from options that come before it.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use greenlight_core::appspec::{AppSpec, AppSpecText, MAX_BYTES, TaskDefinition};
use greenlight_core::finding::{Finding, Place};
use greenlight_core::{DeploymentRequest, Plan};

use super::fault::Fault;
use crate::project::{self, ProjectError};

/// What to deploy.
#[derive(Debug, clap::Args)]
pub(super) struct RequestArgs {
    /// A project file, or a folder with a greenlight.toml: for what the options do not say
    #[arg(default_value = ".", value_name = "DIR or FILE")]
    project: PathBuf,

    /// The application, instead of the project's own
    #[arg(long, value_name = "NAME")]
    application: Option<String>,

    /// The deployment group, instead of the project's own
    #[arg(long, value_name = "NAME")]
    deployment_group: Option<String>,

    /// The AppSpec in YAML or JSON, instead of the project's own; `-` is standard input
    #[arg(long, value_name = "FILE")]
    appspec: Option<PathBuf>,

    /// The task definition to deploy, instead of the AppSpec's own
    #[arg(long, value_name = "ARN")]
    task_definition: Option<String>,

    /// The deployment configuration, such as CodeDeployDefault.ECSCanary10Percent5Minutes, instead of the group's own
    #[arg(long, value_name = "NAME")]
    deployment_config: Option<String>,

    /// A note for people, kept with the deployment
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

/// A request, and where its AppSpec comes from.
#[derive(Debug)]
pub(super) struct Requested {
    pub(super) request: DeploymentRequest,
    file: String,
    /// What is found in the file itself, where the text that is deployed is another.
    in_file: Option<Vec<Finding>>,
}

/// An AppSpec as it was read.
struct Source {
    file: String,
    text: String,
}

impl RequestArgs {
    /// Reads the files.
    pub(super) fn read(&self) -> Result<Requested, Fault> {
        let project = match (&self.application, &self.deployment_group, &self.appspec) {
            (Some(_), Some(_), Some(_)) => None,
            _ => Some(project::read(&self.project).map_err(not_said)?),
        };
        let source = match (&self.appspec, &project) {
            (Some(path), _) => given(path)?,
            (None, Some(project)) => {
                let appspec = project.appspec()?;
                Source { file: appspec.path.display().to_string(), text: appspec.text }
            }
            (None, None) => Source { file: String::new(), text: String::new() },
        };
        let (application, group) =
            project.as_ref().map(project::Project::application_and_group).unwrap_or_default();
        let (text, in_file) = self.edited(&source)?;
        let mut request = DeploymentRequest::new(
            self.application.as_deref().unwrap_or(application),
            self.deployment_group.as_deref().unwrap_or(group),
            text,
        );
        if let Some(name) = &self.deployment_config {
            request = request.with_deployment_config(name);
        }
        if let Some(text) = &self.description {
            request = request.with_description(text);
        }
        Ok(Requested { request, file: source.file, in_file })
    }

    /// The text with the task definition that was asked for, and then what is found in the file as it is.
    fn edited(&self, source: &Source) -> Result<(String, Option<Vec<Finding>>), Fault> {
        let Some(arn) = &self.task_definition else { return Ok((source.text.clone(), None)) };
        let Ok(text) = AppSpecText::read(source.text.clone()) else {
            // The plan says what is wrong with it.
            return Ok((source.text.clone(), None));
        };
        let edited = text.with_task_definition(&TaskDefinition::from(arn.as_str()));
        let edited =
            edited.map_err(|error| Fault::TaskDefinition { file: source.file.clone(), source: error })?;
        Ok((edited.into_string(), Some(AppSpec::read(&source.text).findings)))
    }
}

impl Requested {
    /// Says in which file the AppSpec's findings are, and where in it.
    pub(super) fn place(&self, plan: &mut Plan) {
        let found = std::mem::take(&mut plan.findings);
        let Some(in_file) = &self.in_file else {
            plan.findings = found.into_iter().map(|finding| finding.in_file(&self.file)).collect();
            return;
        };
        // Places in the text that is deployed are none in the file.
        let of_plan = found.into_iter().filter_map(|finding| match finding.text_place() {
            None => Some(finding),
            Some(place) if is_task_definition(&place.path) => {
                Some(finding.with_place(Place::named("option", "--task-definition")))
            }
            Some(_) => None,
        });
        let replaced =
            |finding: &&Finding| finding.text_place().is_some_and(|place| is_task_definition(&place.path));
        let of_file = in_file.iter().filter(|finding| !replaced(finding));
        plan.findings = of_plan.chain(of_file.map(|finding| finding.clone().in_file(&self.file))).collect();
        plan.findings.sort_by_key(|finding| finding.severity);
    }
}

fn is_task_definition(path: &str) -> bool {
    path.ends_with("TaskDefinition")
}

/// Reads no more than the reader looks at, so that a device or an endless pipe is refused too.
fn given(path: &Path) -> Result<Source, Fault> {
    let is_stdin = path == Path::new("-");
    let file = if is_stdin { "standard input".to_owned() } else { path.display().to_string() };
    let limit = MAX_BYTES as u64 + 1;
    let mut text = String::new();
    let read = if is_stdin {
        io::stdin().lock().take(limit).read_to_string(&mut text)
    } else {
        fs::File::open(path).and_then(|file| file.take(limit).read_to_string(&mut text))
    };
    match read {
        Ok(_) => Ok(Source { file, text }),
        Err(source) => Err(Fault::AppSpec { file, source }),
    }
}

/// Without a project file the options say all.
fn not_said(error: ProjectError) -> Fault {
    match error {
        unreadable @ ProjectError::Unreadable { .. } => Fault::NotSaid(unreadable),
        other => Fault::Project(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APPSPEC: &str = "version: 0.0\nOdd: 1\nResources:\n  - web:\n      Type: AWS::ECS::Service\n      Properties:\n        \
        TaskDefinition: <TASK_DEFINITION>\n        LoadBalancerInfo: { ContainerName: web, ContainerPort: 80 }\n";

    fn planned(arn: Option<&str>) -> (Plan, Requested) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("appspec.yaml");
        fs::write(&path, APPSPEC).unwrap();
        let args = RequestArgs {
            project: PathBuf::from("nowhere"),
            application: Some("shop".to_owned()),
            deployment_group: Some("web".to_owned()),
            appspec: Some(path),
            task_definition: arn.map(ToOwned::to_owned),
            deployment_config: None,
            description: None,
        };
        let mut requested = args.read().unwrap();
        requested.file = "appspec.yaml".to_owned();
        let findings = AppSpec::read(&requested.request.appspec).findings;
        let mut plan = Plan::new(requested.request.clone()).with_findings(findings);
        requested.place(&mut plan);
        (plan, requested)
    }

    fn texts(plan: &Plan) -> Vec<String> {
        plan.findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn findings_name_file_line_and_column() {
        let (plan, requested) = planned(None);
        assert_eq!(requested.request.appspec, APPSPEC, "it is deployed as it is");
        let texts = texts(&plan);
        assert!(texts[0].starts_with("appspec.yaml:2:1: warning["), "{texts:?}");
        assert!(texts[1].starts_with("appspec.yaml:7:25: warning[placeholder]"), "{texts:?}");
    }

    #[test]
    fn with_another_task_definition_they_name_the_places_of_the_file_still() {
        let arn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:8";
        let (plan, requested) = planned(Some(arn));
        let spec = AppSpec::read(&requested.request.appspec).spec.unwrap();
        assert_eq!(spec.ecs_service().unwrap().task_definition.as_str(), arn);
        let texts = texts(&plan);
        assert_eq!(texts.len(), 1, "{texts:?}");
        assert!(texts[0].starts_with("appspec.yaml:2:1: warning["), "{texts:?}");
    }

    #[test]
    fn a_task_definition_that_surprises_is_told_of_the_option() {
        let (plan, _) = planned(Some("<TASK>"));
        let texts = texts(&plan);
        assert!(
            texts.iter().any(|text| text.starts_with("option --task-definition: warning[placeholder]")),
            "{texts:?}"
        );
    }
}

//! Whether the role may do what a hook needs, tried without changing anything.

use std::error::Error;

use aws_sdk_codedeploy::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_codedeploy::types::{
    AppSpecContent, DeploymentInfo, LifecycleEventStatus, RevisionLocation, RevisionLocationType,
};
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::time::{Instant, sleep, timeout_at};

use super::denial::{By, Denial};
use super::{Finding, Outcome};
use crate::Invocation;
use crate::aws::{Refusal, refusal};
use crate::backoff::Backoff;
use crate::event::DoctorEvent;
use crate::handover::Function;
use crate::host::Parts;

/// Of the form of an id, and none that is given out: a deployment has to be looked for before it is found missing.
const NO_DEPLOYMENT: &str = "d-000000000";
const NO_EXECUTION: &str = "greenlight-hook-doctor";
const NO_TARGET: &str = "greenlight-hook-doctor:none";
const NO_APPLICATION: &str = "greenlight-hook-doctor";

/// What shows that the role was let through: the service looked for the thing, and answers about it.
const LET_THROUGH: [&str; 9] = [
    "ApplicationDoesNotExistException",
    "DeploymentDoesNotExistException",
    "DeploymentNotStartedException",
    "DeploymentTargetDoesNotExistException",
    "InvalidDeploymentTargetIdException",
    "InvalidLifecycleEventHookExecutionIdException",
    "LifecycleEventAlreadyCompletedException",
    "RevisionDoesNotExistException",
    "UnsupportedActionForDeploymentTypeException",
];

/// What the services say to credentials that they do not know.
const BAD_CREDENTIALS: [&str; 6] = [
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
];

/// Tries all permissions of the table in the crate's documentation.
pub(super) async fn look(
    parts: &Parts,
    event: &DoctorEvent,
    invocation: &Invocation,
    until: Instant,
) -> Vec<Finding> {
    let asking = Asking {
        parts,
        deployment: event.deployment.as_deref(),
        place: Place::of(&invocation.function_arn, &parts.environment.region),
        until,
    };
    let (report, lasting, target, hand_over) = tokio::join!(
        asking.report(),
        asking.lasting(),
        asking.target(),
        asking.hand_over(&invocation.function_arn)
    );
    [vec![report], lasting, target, vec![hand_over]].concat()
}

struct Asking<'a> {
    parts: &'a Parts,
    deployment: Option<&'a str>,
    place: Place,
    until: Instant,
}

/// Where the function is, for the ARNs of policies.
struct Place {
    partition: String,
    region: String,
    account: String,
}

/// One permission, and what it is for.
struct Tried<'a> {
    check: &'static str,
    permission: &'static str,
    /// What hooks can do with it.
    may: &'static str,
    /// What becomes of hooks without it.
    without: &'static str,
    /// On what it is needed, unless the service names it.
    resource: String,
    /// Whether it was tried on something that there is not: the resource in a refusal is then no help.
    made_up: bool,
    /// How the service is called in an error of the network.
    service: &'static str,
    deployment: Option<&'a str>,
}

impl Asking<'_> {
    fn tried(&self, check: &'static str, permission: &'static str) -> Tried<'_> {
        Tried {
            check,
            permission,
            may: "the role may read it, and plugins are told",
            without: "plugins are not told all of the deployment",
            resource: self.place.codedeploy("deploymentgroup:*/*"),
            made_up: self.deployment.is_none(),
            service: "CodeDeploy",
            deployment: self.deployment,
        }
    }

    fn id(&self) -> &str {
        self.deployment.unwrap_or(NO_DEPLOYMENT)
    }

    /// Should a service ever take the report for no execution, then it is one that lets no release through.
    async fn report(&self) -> Finding {
        let tried = Tried {
            may: "the role may report",
            without: "nothing is reported, and every deployment waits for an hour",
            ..self.tried("report", "codedeploy:PutLifecycleEventHookExecutionStatus")
        };
        let call = || {
            let call = self.parts.aws.codedeploy.put_lifecycle_event_hook_execution_status();
            let call = call.deployment_id(self.id()).lifecycle_event_hook_execution_id(NO_EXECUTION);
            call.status(LifecycleEventStatus::Failed).send()
        };
        tried.judge(self.settled(call).await.map(drop))
    }

    /// The deployment and its revision.
    async fn lasting(&self) -> Vec<Finding> {
        let client = &self.parts.aws.codedeploy;
        let tried = self.tried("context", "codedeploy:GetDeployment");
        let found = self.settled(|| client.get_deployment().deployment_id(self.id()).send()).await;
        let info = found.as_ref().ok().and_then(|found| found.deployment_info().cloned());
        let mut findings = Vec::new();
        if let (Some(id), Err(refused)) = (self.deployment, &found)
            && let Some(finding) = no_such_deployment(id, refused)
        {
            findings.push(finding);
        }
        findings.push(tried.judge(found.map(drop)));

        let known = info.as_ref().and_then(revision);
        let tried = Tried {
            resource: self.place.codedeploy("application:*"),
            made_up: known.is_none(),
            ..self.tried("context", "codedeploy:GetApplicationRevision")
        };
        let nothing = || (NO_APPLICATION.to_owned(), "0".repeat(64));
        let (application, sha256) = known.unwrap_or_else(nothing);
        let location = RevisionLocation::builder()
            .revision_type(RevisionLocationType::AppSpecContent)
            .app_spec_content(AppSpecContent::builder().sha256(sha256).build())
            .build();
        let call = || {
            let call = client.get_application_revision().application_name(&application);
            call.revision(location.clone()).send()
        };
        findings.push(tried.judge(self.settled(call).await.map(drop)));
        findings
    }

    /// The target, with the event in progress.
    async fn target(&self) -> Vec<Finding> {
        let client = &self.parts.aws.codedeploy;
        let without = "the lifecycle event is not known, and all plugins of the suite run";
        let tried = Tried { without, ..self.tried("context", "codedeploy:ListDeploymentTargets") };
        let found = self.settled(|| client.list_deployment_targets().deployment_id(self.id()).send()).await;
        let id = found.as_ref().ok().and_then(|found| found.target_ids().first().cloned());
        let list = tried.judge(found.map(drop));
        let tried = Tried { without, ..self.tried("context", "codedeploy:GetDeploymentTarget") };
        let id = id.as_deref().unwrap_or(NO_TARGET);
        let call = || client.get_deployment_target().deployment_id(self.id()).target_id(id).send();
        vec![list, tried.judge(self.settled(call).await.map(drop))]
    }

    async fn hand_over(&self, arn: &str) -> Finding {
        let function = Function::invoked(arn, &self.parts.environment.function);
        let tried = Tried {
            may: "the function may invoke itself, and plugins that are not sure can be asked again",
            without: "a plugin that is not sure can wait no longer than one invocation",
            resource: if arn.is_empty() { self.place.function(&function.name) } else { arn.to_owned() },
            made_up: false,
            service: "Lambda",
            ..self.tried("hand-over", "lambda:InvokeFunction")
        };
        let call = || {
            let call = self.parts.aws.lambda().invoke().function_name(&function.name);
            let call = call.set_qualifier(function.qualifier.clone()).invocation_type(InvocationType::DryRun);
            call.payload(Blob::new(DoctorEvent::dry_run().to_string())).send()
        };
        tried.judge(self.settled(call).await.map(drop))
    }

    /// Makes a call until there is an answer that lasts.
    async fn settled<T, E, F>(&self, call: impl Fn() -> F) -> Result<T, Refusal>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: Error + ProvideErrorMetadata + 'static,
    {
        let mut backoff = Backoff::new();
        loop {
            let refused = match timeout_at(self.until, call()).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => refusal(&error),
                Err(_) => return Err(Refusal::Passing("no answer in time".to_owned())),
            };
            let pause = backoff.pause();
            if !matches!(refused, Refusal::Passing(_)) || Instant::now() + pause >= self.until {
                return Err(refused);
            }
            sleep(pause).await;
        }
    }
}

impl Tried<'_> {
    fn judge(&self, answer: Result<(), Refusal>) -> Finding {
        let finding =
            |outcome, sentence: String| Finding::new(self.check, outcome, self.permission, sentence);
        match answer {
            Ok(()) => finding(Outcome::Ok, self.may.to_owned()),
            Err(Refusal::Denied(what)) => self.denied(&what),
            Err(Refusal::Passing(what)) => {
                let service = self.service;
                finding(Outcome::Failed, format!("{service} cannot be asked: {what}")).with_fix(format!(
                    "check that the function reaches the {service} API, in a VPC by an endpoint or a route"
                ))
            }
            Err(Refusal::Refused { code, .. }) if LET_THROUGH.contains(&code.as_str()) => {
                finding(Outcome::Ok, self.may.to_owned())
            }
            Err(refused @ Refusal::Refused { .. }) => {
                let bad = refused.code().is_some_and(|code| BAD_CREDENTIALS.contains(&code));
                let unknown = self.deployment.is_none() && !bad && self.service == "CodeDeploy";
                let outcome = if unknown { Outcome::Unknown } else { Outcome::Failed };
                let finding = finding(outcome, format!("{} refuses the question: {refused}", self.service));
                if bad {
                    finding.with_fix("the function's credentials are not taken: look at its execution role")
                } else if unknown {
                    finding.with_fix("name a deployment of the group with --deployment, to ask about that")
                } else {
                    finding
                }
            }
        }
    }

    fn denied(&self, what: &str) -> Finding {
        let denial = Denial::read(what);
        let named = denial.resource.filter(|resource| resource.starts_with("arn:") && !self.made_up);
        let resource = named.unwrap_or(&self.resource);
        let permission = denial.action.unwrap_or(self.permission);
        let mut finding =
            Finding::new(self.check, Outcome::Missing, self.permission, format!("{}: {what}", self.without));
        let allow = format!("allow {permission} on {resource}");
        let sure = "; a role that is limited to one deployment group may be refused here all the same: name one of its \
                    deployments with --deployment, to be sure";
        let sure = if self.made_up { sure } else { "" };
        finding.fix = Some(match &denial.by {
            None | Some(By::NoneOf("identity-based policy")) => {
                format!("{allow} for the function's role{sure}")
            }
            Some(By::NoneOf(kind)) => format!("{allow} in the {kind}, for the function's role{sure}"),
            Some(By::Explicit(kind)) => {
                format!(
                    "a statement in the {kind} denies {permission}, whatever others allow: take it out or narrow it"
                )
            }
        });
        finding.denied_by = denial.by.map(|by| match by {
            By::NoneOf(kind) => format!("no {kind} allows it"),
            By::Explicit(kind) => format!("an explicit deny in the {kind}"),
        });
        finding.permission = Some(permission.to_owned());
        finding.resource = Some(resource.to_owned());
        finding
    }
}

/// What is said when the deployment that was named is none.
fn no_such_deployment(id: &str, refused: &Refusal) -> Option<Finding> {
    let what = match refused.code()? {
        "DeploymentDoesNotExistException" => {
            "there is no such deployment in the function's account and region"
        }
        "InvalidDeploymentIdException" => "this is not the id of a deployment",
        _ => return None,
    };
    let fix = "name a deployment of the group, such as d-1NNWZG91L, or none";
    Some(Finding::new("deployment", Outcome::Failed, id, what).with_fix(fix))
}

fn revision(info: &DeploymentInfo) -> Option<(String, String)> {
    let content = info.revision()?.app_spec_content()?;
    Some((info.application_name()?.to_owned(), content.sha256()?.to_owned()))
}

impl Place {
    /// Out of the function's ARN. What it does not say stands for any in a policy.
    fn of(arn: &str, region: &str) -> Self {
        let part = |index: usize| arn.split(':').nth(index).filter(|part| !part.is_empty());
        Self {
            partition: part(1).unwrap_or("aws").to_owned(),
            region: part(3).unwrap_or(region).to_owned(),
            account: part(4).unwrap_or("*").to_owned(),
        }
    }

    fn codedeploy(&self, resource: &str) -> String {
        let Self { partition, region, account } = self;
        format!("arn:{partition}:codedeploy:{region}:{account}:{resource}")
    }

    fn function(&self, name: &str) -> String {
        let Self { partition, region, account } = self;
        format!("arn:{partition}:lambda:{region}:{account}:function:{name}")
    }
}

//! Planning.

use futures_util::FutureExt as _;
use greenlight_core::error::PlanError;
use greenlight_core::finding::Severity;

use super::{Case, Section};
use crate::conformance::Scenario;
use crate::conformance::failure::{check, seen};

pub(super) fn planning_changes_nothing() -> Case {
    let promise = "planning changes nothing, however often it is done";
    Case::new(promise, Section::Plan, Scenario::held(), |play| {
        async move {
            for _ in 0..3 {
                play.plan(1).await?;
            }
            // Had planning started anything, another revision would have to wait for it.
            let id = play.start_plan(play.plan(2).await?).await?;
            let hook = play.hook_called().await?;
            check(hook.deployment == id, || {
                format!(
                    "a plan was made three times, and its hook was called in deployment {}",
                    hook.deployment
                )
            })
        }
        .boxed()
    })
}

pub(super) fn a_plan_holds_what_was_asked_for() -> Case {
    let promise = "a plan holds the request that it was made for, unchanged, and no error for a good one";
    Case::new(promise, Section::Plan, Scenario::plain(), |play| {
        async move {
            let request = play.request().with_description("what the suite asks for");
            let plan = play.soon("plan", play.pipeline().plan(&request)).await?;
            let Ok(plan) = plan else { return seen("no plan for a good request with a description") };
            check(plan.request == request, || {
                format!("the plan is for {:?} instead of {request:?}", plan.request)
            })?;
            check(plan.can_start(), || format!("a good request has {:?}", plan.findings))
        }
        .boxed()
    })
}

pub(super) fn an_unknown_group_is_named() -> Case {
    let promise = "a plan for a group or application that does not exist is an error that names it";
    Case::new(promise, Section::Plan, Scenario::plain(), |play| {
        async move {
            let (mut group, mut application) = (play.request(), play.request());
            "no-such-group".clone_into(&mut group.deployment_group);
            "no-such-application".clone_into(&mut application.application);
            for (request, name) in [(group, "no-such-group"), (application, "no-such-application")] {
                match play.soon("plan", play.pipeline().plan(&request)).await? {
                    Err(error @ PlanError::NotFound { .. }) => {
                        let text = error.to_string();
                        check(text.contains(name), || format!("the error does not name {name}: {text}"))?;
                    }
                    other => return seen(format!("for {name} the answer was {other:?}")),
                }
            }
            Ok(())
        }
        .boxed()
    })
}

pub(super) fn what_is_wrong_with_a_deployment_is_a_finding() -> Case {
    let promise = "what is wrong with the deployment itself is no error but a finding, errors first";
    Case::new(promise, Section::Plan, Scenario::plain(), |play| {
        async move {
            let mut request = play.request();
            request.appspec = "version: 0.0\nResources: none of the kind\n".to_owned();
            let plan = match play.soon("plan", play.pipeline().plan(&request)).await? {
                Ok(plan) => plan,
                Err(error) => return seen(format!("an AppSpec without a resource has the error: {error}")),
            };
            check(!plan.can_start(), || "an AppSpec without a resource has no error finding".to_owned())?;
            let severities: Vec<Severity> = plan.findings.iter().map(|finding| finding.severity).collect();
            check(severities.is_sorted(), || format!("the findings are in the order {severities:?}"))
        }
        .boxed()
    })
}

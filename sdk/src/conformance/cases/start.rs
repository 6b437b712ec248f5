//! Starting, once and again.

use futures_util::FutureExt as _;
use greenlight_core::error::StartError;
use greenlight_core::finding::Finding;

use super::{Case, Section};
use crate::conformance::Scenario;
use crate::conformance::failure::{check, seen};

const CODE: &str = "conformance";

pub(super) fn a_plan_with_errors_is_not_started() -> Case {
    let promise = "a plan that holds errors is refused with its findings, and nothing is started";
    Case::new(promise, Section::Start, Scenario::plain(), |play| {
        async move {
            let finding = Finding::error(CODE, "the suite says that this must not be started");
            let plan = play.plan(1).await?.with_findings([finding]);
            match play.soon("answer to a start", play.pipeline().start(plan)).await? {
                Err(StartError::PlanHasErrors { findings }) => {
                    check(findings.iter().any(|finding| finding.code == CODE), || {
                        format!("the refusal holds other findings than the plan: {findings:?}")
                    })?;
                }
                other => return seen(format!("the answer was {other:?}")),
            }
            // Were it under way, another revision would have to wait for it.
            play.start_plan(play.plan(2).await?).await.map(drop)
        }
        .boxed()
    })
}

pub(super) fn a_start_can_be_repeated() -> Case {
    let promise = "a start that is repeated with the same plan returns the deployment of the first one while it is \
                   under way";
    Case::new(promise, Section::Contract, Scenario::held(), |play| {
        async move {
            let plan = play.plan(1).await?;
            let first = play.start_plan(plan.clone()).await?;
            play.hook_called().await?;
            // Whoever lost the answer may have seen how the deployment goes on.
            let begun = play.describe(&first).await?;
            let again = play.start_plan(plan).await?;
            check(again == first, || {
                format!("deployment {first} was {}, and the second start returned {again}", begun.status)
            })
        }
        .boxed()
    })
}

pub(super) fn another_revision_has_to_wait() -> Case {
    let promise =
        "a start while another deployment of the group is active is refused, and names group and deployment";
    Case::new(promise, Section::Start, Scenario::held(), |play| {
        async move {
            let other = play.plan(2).await?;
            let id = play.start().await?;
            play.hook_called().await?;
            let name = other.request.deployment_group.clone();
            match play.soon("answer to a start", play.pipeline().start(other)).await? {
                Err(StartError::AlreadyActive { group, active }) => {
                    check(group == name && active == id, || {
                        format!(
                            "deployment {id} of {name} is active, and the refusal names {active} of {group}"
                        )
                    })
                }
                other => seen(format!("the answer was {other:?}")),
            }
        }
        .boxed()
    })
}

pub(super) fn what_has_ended_is_not_adopted() -> Case {
    let promise = "a start with the plan of a deployment that has ended begins a new one";
    Case::new(promise, Section::Contract, Scenario::plain(), |play| {
        async move {
            let plan = play.plan(1).await?;
            let first = play.start_plan(plan.clone()).await?;
            play.follow(&first).await?;
            let second = play.start_plan(plan).await?;
            check(first != second, || format!("deployment {first} has ended, and was returned again"))
        }
        .boxed()
    })
}

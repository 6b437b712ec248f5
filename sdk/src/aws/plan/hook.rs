//! Checks of the hook functions: that they are there, ready, and may be invoked.

use aws_sdk_iam::types::PolicyEvaluationDecisionType as Decision;
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput as Configuration;
use aws_sdk_lambda::types::State;
use futures_util::future::join_all;
use greenlight_core::appspec::FunctionName;
use greenlight_core::finding::{Finding, Place};
use greenlight_core::{AppSpec, HookEvent};

use super::account::{Account, Answer, Judgement};
use super::findings::Findings;

/// Names that the managed policies of limited service roles permit.
const PREFIX: &str = "CodeDeployHook_";

/// Those policies. AWSCodeDeployRoleForECS permits every function.
/// <https://docs.aws.amazon.com/codedeploy/latest/userguide/security-iam-awsmanpol.html>
const LIMITED: &str = "AWSCodeDeployRoleForECSLimited and AWSCodeDeployRoleForLambda";

/// A hook, and what Lambda says of its function.
pub(super) struct Hook {
    event: HookEvent,
    function: FunctionName,
    answer: Answer<Configuration>,
}

/// Asks for the functions of all hooks but those that have no name yet.
pub(super) async fn ask(account: &Account, spec: Option<&AppSpec>) -> Vec<Hook> {
    let hooks = spec.into_iter().flat_map(|spec| &spec.hooks);
    let asked = hooks.filter(|(_, function)| !function.is_placeholder()).map(async |(event, function)| {
        let answer = account.function(&function.to_string()).await;
        Hook { event: *event, function: function.clone(), answer }
    });
    join_all(asked).await
}

/// Checks the functions, and asks whether the group's role may invoke those that are there.
pub(super) async fn check(account: &Account, role: Option<&str>, hooks: Vec<Hook>) -> Findings {
    let each = hooks.into_iter().map(async |hook| {
        let function = match &hook.answer {
            Ok(Some(function)) => function,
            Ok(None) => {
                let message = format!("the hook function `{}` of {} does not exist", hook.name(), hook.event);
                let finding = Finding::error("unknown-hook-function", message).with_place(hook.place());
                let fix = "create it, or correct its name and its region";
                return vec![finding.with_fix(fix)].into();
            }
            Err(trouble) => {
                let (mut findings, permission) = (Findings::default(), "lambda:GetFunctionConfiguration");
                let what = format!("the hook function `{}`", hook.name());
                findings.unchecked(hook.place(), what, permission, trouble.clone());
                return findings;
            }
        };
        let mut findings = Findings::default();
        findings.extend(state(&hook, function));
        if let (Some(role), Some(arn)) = (role, function.function_arn()) {
            let decision = account.may_invoke(role, arn).await;
            findings.append(invocable(account, &hook, role, decision).await);
        }
        findings
    });
    join_all(each).await.into_iter().fold(Findings::default(), |mut all, each| {
        all.append(each);
        all
    })
}

/// Why a function cannot be invoked now.
fn state(hook: &Hook, function: &Configuration) -> Option<Finding> {
    let state = function.state().filter(|state| **state != State::Active)?;
    let name = hook.name();
    let reason = function.state_reason().map(|reason| format!(": {}", reason.trim_end_matches('.')));
    let message = format!("the hook function `{name}` is {state}{}", reason.unwrap_or_default());
    const CODE: &str = "hook-function-not-active";
    let finding = match state {
        State::Failed => {
            Finding::error(CODE, message).with_fix("mend what its state says, or deploy it again")
        }
        State::Inactive => {
            let fix = "invoke it once, which makes it ready: Lambda has put it to rest";
            Finding::warning(CODE, message).with_fix(fix)
        }
        _ => Finding::warning(CODE, message).with_fix("wait until it is Active"),
    };
    Some(finding.with_place(hook.place()))
}

/// Why the role may not invoke the function.
async fn invocable(account: &Account, hook: &Hook, role: &str, judgement: Answer<Judgement>) -> Findings {
    let (name, role_name) = (hook.name(), role.rsplit('/').next().unwrap_or(role));
    match judgement {
        Ok(Some(Judgement { decision: Decision::Allowed, .. })) => Findings::default(),
        // What a role's policies do not allow, the function's own policy may.
        Ok(Some(Judgement { decision: Decision::ImplicitDeny, .. }))
            if is_named(account, hook, role).await =>
        {
            Findings::default()
        }
        Ok(Some(Judgement { unknown, .. })) if !unknown.is_empty() => {
            let unknown = unknown.join(", ");
            let message = format!(
                "whether the service role `{role_name}` may invoke `{name}` could not be checked: its policies have conditions on {unknown}"
            );
            let finding = Finding::note("check-not-made", message).with_place(hook.place());
            let fix = "make sure that the conditions hold when CodeDeploy invokes the function";
            vec![finding.with_fix(fix)].into()
        }
        Ok(Some(Judgement { decision, .. })) => {
            let message = format!("the service role `{role_name}` may not invoke the hook function `{name}`");
            let mut fix = "add lambda:InvokeFunction on the function to the role".to_owned();
            if decision == Decision::ExplicitDeny {
                "take what denies lambda:InvokeFunction out of the role's policies".clone_into(&mut fix);
            } else if !name.starts_with(PREFIX) {
                fix.push_str(&format!(
                    ", or let the function's name begin with {PREFIX}, as {LIMITED} demand"
                ));
            }
            let finding = Finding::error("hook-function-not-invocable", message);
            vec![finding.with_place(hook.place()).with_fix(fix)].into()
        }
        Ok(None) => {
            let message = format!("the service role `{role_name}` of the deployment group does not exist");
            let finding = Finding::error("unknown-service-role", message);
            let fix = "create it with AWSCodeDeployRoleForECS, or give the group another role";
            vec![finding.with_place(Place::named("role", role_name)).with_fix(fix)].into()
        }
        Err(trouble) => {
            let (mut findings, permission) = (Findings::default(), "iam:SimulatePrincipalPolicy");
            let what = format!("whether the service role may invoke `{name}`");
            findings.unchecked(hook.place(), what, permission, trouble);
            if !name.starts_with(PREFIX) {
                let message = format!("the name `{name}` does not begin with {PREFIX}, as {LIMITED} demand");
                let fix = format!(
                    "make sure that `{role_name}` has lambda:InvokeFunction on it, or rename the function"
                );
                let finding = Finding::note("hook-function-prefix", message).with_place(hook.place());
                findings.push(finding.with_fix(fix));
            }
            findings
        }
    }
}

/// Whether the function's own policy names the role. One that cannot be read counts as none.
async fn is_named(account: &Account, hook: &Hook, role: &str) -> bool {
    let policy = account.function_policy(&hook.function.to_string()).await;
    policy.ok().flatten().is_some_and(|policy| policy.contains(&format!("\"{role}\"")))
}

impl Hook {
    fn name(&self) -> &str {
        self.function.name()
    }

    fn place(&self) -> Place {
        Place::named("hook", self.event.as_str())
    }
}

//! What the group's service role may do.

use aws_sdk_iam::types::PolicyEvaluationDecisionType as Decision;

use super::{Account, Answer, some};
use crate::aws::api::Trouble;

/// What IAM would decide.
#[derive(Debug)]
pub(in crate::aws::plan) struct Judgement {
    pub(in crate::aws::plan) decision: Decision,
    /// What conditions of the policies ask for, and only a real call has, such as `aws:ResourceTag/team`. A refusal that has some is not
    /// sure.
    pub(in crate::aws::plan) unknown: Vec<String>,
}

impl Account {
    /// What IAM decides when a role invokes a function, by the role's policies alone.
    pub(in crate::aws::plan) async fn may_invoke(&self, role: &str, function: &str) -> Answer<Judgement> {
        let call = self.roles.simulate_principal_policy().policy_source_arn(role);
        let answer = call.action_names("lambda:InvokeFunction").resource_arns(function).send().await;
        let decision = answer.map_err(Trouble::of).and_then(|output| {
            let result = output.evaluation_results().first();
            let judgement = result.map(|result| Judgement {
                decision: result.eval_decision().clone(),
                unknown: result.missing_context_values().to_vec(),
            });
            judgement.ok_or_else(|| Trouble::incomplete("decision")).map(Some)
        });
        some(decision, &["NoSuchEntity"])
    }
}

//! What the group's service role may do.

use aws_sdk_iam::types::PolicyEvaluationDecisionType as Decision;

use super::{Account, Answer, some};
use crate::aws::api::Trouble;

impl Account {
    /// What IAM decides when a role invokes a function, by the role's policies alone.
    pub(in crate::aws::plan) async fn may_invoke(&self, role: &str, function: &str) -> Answer<Decision> {
        let call = self.roles.simulate_principal_policy().policy_source_arn(role);
        let answer = call.action_names("lambda:InvokeFunction").resource_arns(function).send().await;
        let decision = answer.map_err(Trouble::of).and_then(|output| {
            let result = output.evaluation_results().first();
            let decision = result.map(|result| result.eval_decision().clone());
            decision.ok_or_else(|| Trouble::incomplete("decision")).map(Some)
        });
        some(decision, &["NoSuchEntity"])
    }
}

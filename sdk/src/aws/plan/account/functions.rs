//! Functions of AWS Lambda.

use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;

use super::{Account, Answer, some};
use crate::aws::api::Trouble;

impl Account {
    /// A function by its name or ARN, as a hook names it.
    pub(in crate::aws::plan) async fn function(&self, name: &str) -> Answer<GetFunctionConfigurationOutput> {
        let answer = self.functions.get_function_configuration().function_name(name).send().await;
        some(answer.map_err(Trouble::of).map(Some), &["ResourceNotFound"])
    }

    /// The function's own policy, which says who may invoke it, where it has one.
    pub(in crate::aws::plan) async fn function_policy(&self, name: &str) -> Answer<String> {
        let answer = self.functions.get_policy().function_name(name).send().await;
        some(answer.map_err(Trouble::of).map(|output| output.policy), &["ResourceNotFound"])
    }
}

//! The function taken away, with all that was made for it.

use super::HookFunction;
use crate::setup::SetupError;
use crate::setup::change::{Action, Change};
use crate::setup::error::is;
use crate::setup::run::Run;
use crate::setup::under_way;

impl HookFunction {
    /// Gives whether there is no such function then: one that another made stays.
    pub(in crate::setup) async fn take_away(&self, run: &mut Run) -> Result<bool, SetupError> {
        under_way::check(&self.codedeploy, &self.application, &self.group).await?;
        let gone = self.remove_function(run).await?;
        self.remove_role(run).await?;
        // After the function: what still runs would make it again.
        self.remove_log_group(run).await?;
        self.remove_uploads(run).await?;
        Ok(gone)
    }

    async fn remove_function(&self, run: &mut Run) -> Result<bool, SetupError> {
        let Some(seen) = self.seen_function().await? else { return Ok(true) };
        let tags = seen.tags().into_iter().flatten();
        if !self.owner.made(tags.map(|(key, value)| (key.as_str(), value.as_str()))) {
            run.keeps("function", &self.name, Some("not made by this set-up"));
            return Ok(false);
        }
        if !run.does(Change::new(Action::Delete, "function", &self.name)) {
            return Ok(true);
        }
        match self.lambda.delete_function().function_name(&self.name).send().await {
            Ok(_) => Ok(true),
            Err(error) if is(&error, &["ResourceNotFoundException"]) => Ok(true),
            Err(error) => Err(self.failed("lambda:DeleteFunction", error)),
        }
    }
}

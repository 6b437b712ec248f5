//! The function taken away, with all that was made for it.

use super::HookFunction;
use crate::setup::SetupError;
use crate::setup::change::{Action, Change};
use crate::setup::error::is;
use crate::setup::run::Run;
use crate::setup::under_way;

impl HookFunction {
    pub(in crate::setup) async fn take_away(&self, run: &mut Run) -> Result<(), SetupError> {
        under_way::check(&self.codedeploy, &self.application, &self.group).await?;
        self.remove_function(run).await?;
        self.remove_role(run).await?;
        // After the function: what still runs would make it again.
        self.remove_log_group(run).await?;
        self.remove_uploads(run).await
    }

    async fn remove_function(&self, run: &mut Run) -> Result<(), SetupError> {
        let Some(seen) = self.seen_function().await? else { return Ok(()) };
        let tags = seen.tags().into_iter().flatten();
        if !self.owner.made(tags.map(|(key, value)| (key.as_str(), value.as_str()))) {
            run.keeps("function", &self.name, Some("not made by this set-up"));
            return Ok(());
        }
        if !run.does(Change::new(Action::Delete, "function", &self.name)) {
            return Ok(());
        }
        match self.lambda.delete_function().function_name(&self.name).send().await {
            Ok(_) => Ok(()),
            Err(error) if is(&error, &["ResourceNotFoundException"]) => Ok(()),
            Err(error) => Err(self.failed("lambda:DeleteFunction", error)),
        }
    }
}

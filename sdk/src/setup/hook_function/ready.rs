//! Whether Lambda has made the function, and can invoke and update it.

use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::types::{FunctionConfiguration, LastUpdateStatus, State as FunctionState};

use super::HookFunction;
use crate::setup::SetupError;
use crate::setup::patience::State;

/// How Lambda is getting on with it.
enum Progress {
    Done,
    /// And what keeps it.
    UnderWay(String),
    /// And why.
    Failed(String),
}

impl HookFunction {
    /// Waits until it can be invoked and updated.
    pub(super) async fn ready(&self) -> Result<(), SetupError> {
        match self.settled().await? {
            Some(reason) => Err(self.broken(&reason)),
            None => Ok(()),
        }
    }

    /// Waits until Lambda does nothing with it any more, and gives the reason if it failed: an update may mend that.
    pub(super) async fn settled(&self) -> Result<Option<String>, SetupError> {
        let settled = self.patience.until_ready(format!("the function {}", self.name), || async {
            let call = self.lambda.get_function_configuration().function_name(&self.name);
            let has =
                call.send().await.map_err(|error| self.failed("lambda:GetFunctionConfiguration", error))?;
            Ok(match Progress::seen(&has) {
                Progress::Done => State::Ready(None),
                Progress::UnderWay(what) => State::NotYet(what),
                Progress::Failed(reason) => State::Ready(Some(reason)),
            })
        });
        settled.await
    }

    /// What a dry run says of one that is there as declared: how it is, unless it is ready.
    pub(super) fn told(&self, has: &FunctionConfiguration) -> Result<Option<String>, SetupError> {
        match Progress::listed(has) {
            Progress::Done => Ok(None),
            Progress::UnderWay(what) => Ok(Some(what)),
            Progress::Failed(reason) => Err(self.broken(&reason)),
        }
    }

    fn broken(&self, reason: &str) -> SetupError {
        SetupError::Refused {
            action: "lambda:GetFunctionConfiguration",
            thing: format!("function {}", self.name),
            source: format!(
                "Lambda could not make it: {}; declare it otherwise, or mend that and delete the function, then set up again",
                reason.trim_end_matches('.')
            )
            .into(),
        }
    }
}

impl Progress {
    fn seen(has: &GetFunctionConfigurationOutput) -> Self {
        Self::of(
            (has.state(), has.state_reason()),
            (has.last_update_status(), has.last_update_status_reason()),
        )
    }

    fn listed(has: &FunctionConfiguration) -> Self {
        Self::of(
            (has.state(), has.state_reason()),
            (has.last_update_status(), has.last_update_status_reason()),
        )
    }

    fn of(
        (state, why): (Option<&FunctionState>, Option<&str>),
        (update, why_update): (Option<&LastUpdateStatus>, Option<&str>),
    ) -> Self {
        let failed = |reason: Option<&str>| Self::Failed(reason.unwrap_or("no reason was given").to_owned());
        match (state, update) {
            (Some(FunctionState::Failed), _) => failed(why),
            (_, Some(LastUpdateStatus::Failed)) => failed(why_update),
            (Some(FunctionState::Pending), _) => Self::UnderWay(why.unwrap_or("it is being made").to_owned()),
            (_, Some(LastUpdateStatus::InProgress)) => Self::UnderWay("an update is under way".to_owned()),
            _ => Self::Done,
        }
    }
}

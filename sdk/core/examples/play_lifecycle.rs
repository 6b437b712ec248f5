//! Plays a linear deployment with one validation test on a clock of its own, in no time at all.
//!
//! ```text
//! cargo run -p greenlight-core --example play_lifecycle            # the test passes
//! cargo run -p greenlight-core --example play_lifecycle -- fail    # it fails, and a rollback follows
//! ```
//!
//! This is all that a driver of [`Lifecycle`] does: carry actions out, answer them, and tick at each deadline. Here
//! everything asked for goes well at once; a real driver starts processes and moves traffic.

use std::collections::VecDeque;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use greenlight_core::lifecycle::{Action, HookSettings, Input, Lifecycle, Output, Settings, Termination};
use greenlight_core::{
    AutoRollback, DeploymentEvent, HookEvent, HookExecutionId, HookStatus, Timestamp, TrafficRouting,
};

fn main() -> ExitCode {
    let verdict = match std::env::args().nth(1).as_deref() {
        None => HookStatus::Succeeded,
        Some("fail") => HookStatus::Failed,
        Some(other) => {
            eprintln!("{other:?} is not an argument: use `fail`, or none");
            return ExitCode::from(2);
        }
    };
    match play(verdict) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn play(verdict: HookStatus) -> Result<(), Box<dyn Error>> {
    let mut settings = Settings::forward("d-1NNWZG91L".parse()?, TrafficRouting::linear(25, 1)?);
    settings.termination = Termination::Terminate(Duration::from_secs(300));
    settings.auto_rollback = AutoRollback::always();
    settings.rollback_id = Some("d-5JXZ2QW7P".parse()?);
    let smoke = HookSettings {
        function: "CodeDeployHook_smoke".parse()?,
        execution: HookExecutionId::new("drawn at random by a real driver"),
    };
    settings.hooks.insert(HookEvent::AfterAllowTestTraffic, smoke);

    let mut now = Timestamp::EPOCH;
    let mut next = Some(settings);
    while let Some(settings) = next.take() {
        let mut lifecycle = Lifecycle::new(settings, now);
        let mut inputs = VecDeque::from([Input::Start]);
        while !lifecycle.is_ended() {
            let input = match inputs.pop_front() {
                Some(input) => input,
                None => {
                    now = lifecycle
                        .next_deadline()
                        .ok_or("the deployment waits for something that nobody does")?;
                    Input::Tick
                }
            };
            for output in lifecycle.step(now, input)? {
                match output {
                    Output::Event(time, kind) => {
                        let deployment = lifecycle.settings().id.clone();
                        println!("{}", serde_json::to_string(&DeploymentEvent { time, deployment, kind })?);
                    }
                    Output::Action(Action::StartRollback(settings)) => next = Some(*settings),
                    Output::Action(action) => inputs.extend(carried_out(action, verdict)),
                }
            }
        }
    }
    Ok(())
}

/// The answer to an action that went well, if it has one.
fn carried_out(action: Action, verdict: HookStatus) -> Option<Input> {
    match action {
        Action::CreateTaskSet => Some(Input::TaskSetHealthy),
        Action::RouteTestTraffic(_) => Some(Input::TestTrafficRouted),
        Action::ShiftTraffic(green) => Some(Input::TrafficShifted { green }),
        Action::DeleteTaskSet(task_set) => Some(Input::TaskSetDeleted { task_set }),
        Action::InvokeHook(hook) => {
            let reason = (verdict == HookStatus::Failed).then(|| "GET /version answered 500".to_owned());
            Some(Input::HookReported { execution: hook.execution, status: verdict, reason })
        }
        Action::CancelHook(_) | Action::SetPrimary(_) | Action::StartRollback(_) => None,
    }
}

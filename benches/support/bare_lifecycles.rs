//! The lifecycle machine with nothing around it but a list of what is due.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

use greenlight::core::{
    DeploymentConfig, DeploymentId, DeploymentStatus, HookExecutionId, HookStatus, Timestamp,
    lifecycle::{Action, HookSettings, Input, Lifecycle, Output, Settings},
};

use crate::whole_deployments::{Broken, Course, install_time};

/// Machines that have not begun.
///
/// # Errors
///
/// When a name of the course is none.
pub fn machines(count: usize, course: Course) -> Result<Vec<Lifecycle>, Broken> {
    let config = DeploymentConfig::built_in(course.config)
        .ok_or_else(|| format!("there is no deployment configuration {}", course.config))?;
    let machine = |number: usize| {
        let digits = number.to_le_bytes();
        let id = DeploymentId::from_numbers(std::array::from_fn(|at| {
            digits.get(at / 2).map_or(0, |byte| if at % 2 == 0 { byte & 15 } else { byte >> 4 })
        }));
        let mut settings = Settings::forward(id, config.routing);
        for (hook, event) in course.hooks.iter().enumerate() {
            let execution = HookExecutionId::new(format!("{number}/{hook}"));
            let function = "CodeDeployHook_judge".parse()?;
            settings.hooks.insert(*event, HookSettings { function, execution });
        }
        Ok(Lifecycle::new(settings, Timestamp::EPOCH))
    };
    (0..count).map(machine).collect()
}

/// Plays all of them at once, each to its end, and returns how many inputs they took.
///
/// # Errors
///
/// When one does not succeed.
pub fn play(machines: &mut [Lifecycle]) -> Result<usize, Broken> {
    let mut due = BinaryHeap::with_capacity(machines.len());
    let mut inputs = 0;
    for number in 0..machines.len() {
        due.push(Reverse((Timestamp::EPOCH, number, false)));
    }
    while let Some(Reverse((now, number, installed))) = due.pop() {
        let Some(machine) = machines.get_mut(number) else { continue };
        let first = match (machine.times().1, installed) {
            (None, _) => Input::Start,
            (Some(_), true) => Input::TaskSetHealthy,
            (Some(_), false) if machine.next_deadline() == Some(now) => Input::Tick,
            // The deadline of something that was answered before it.
            (Some(_), false) => continue,
        };
        let mut answers = VecDeque::from([first]);
        while let Some(input) = answers.pop_front() {
            inputs += 1;
            for output in machine.step(now, input)? {
                let Output::Action(action) = output else { continue };
                match action {
                    Action::CreateTaskSet => due.push(Reverse((now + install_time(number), number, true))),
                    Action::RouteTestTraffic(_) => answers.push_back(Input::TestTrafficRouted),
                    Action::ShiftTraffic(green) => answers.push_back(Input::TrafficShifted { green }),
                    Action::InvokeHook(hook) => answers.push_back(Input::HookReported {
                        execution: hook.execution,
                        status: HookStatus::Succeeded,
                        reason: None,
                    }),
                    Action::DeleteTaskSet(task_set) => answers.push_back(Input::TaskSetDeleted { task_set }),
                    Action::SetPrimary(_) | Action::CancelHook(_) | Action::StartRollback(_) => {}
                }
            }
        }
        if let Some(deadline) = machine.next_deadline() {
            due.push(Reverse((deadline, number, false)));
        }
    }
    match machines.iter().find(|machine| machine.status() != DeploymentStatus::Succeeded) {
        None => Ok(inputs),
        Some(other) => {
            Err(format!("the deployment {} is {}, not Succeeded", other.settings().id, other.status()).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whole_deployments::{ALL_AT_ONCE, CANARY};

    #[test]
    fn machines_take_every_input_of_their_course_once() {
        // Start, healthy, test route and deletion, a shift or two with the tick between, and the hooks.
        let mut canary = machines(3, CANARY).unwrap();
        assert_eq!(play(&mut canary).unwrap(), 3 * (4 + 3 + 5));
        let mut at_once = machines(2, ALL_AT_ONCE).unwrap();
        assert_eq!(play(&mut at_once).unwrap(), 2 * (4 + 1 + 1));
    }
}

//! Following a deployment to a goal, until whoever follows it gives up.

use std::time::Duration;

use greenlight::aws::{CodeDeploy, ContactChanges};
use greenlight_core::{
    DeploymentEvent, DeploymentId, DeploymentPipeline as _, DeploymentPipelineExt as _, EventKind, WaitGoal,
    Watch, WatchError,
};
use tokio::time::Instant;

use super::again::Again;
use super::fault::Fault;
use super::giveup::{OnGiveup, Why};
use super::goal;
use super::position::PositionFile;
use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::view::View;

/// How long the end of a deployment that was stopped is waited for.
const AFTER_STOP: Duration = Duration::from_secs(30 * 60);

/// Who follows a deployment, and how.
#[derive(Debug)]
pub(super) struct Follow<'a> {
    pub(super) pipeline: &'a CodeDeploy,
    pub(super) id: &'a DeploymentId,
    pub(super) view: &'a mut dyn View,
    pub(super) interrupts: &'a mut Interrupts,
    pub(super) goal: WaitGoal,
    pub(super) on_giveup: OnGiveup,
    /// None: it is waited for without an end.
    pub(super) deadline: Option<Instant>,
    pub(super) position: Option<PositionFile>,
    pub(super) again: Again,
}

/// Whether to stay after something was done to a deployment.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct WatchArg {
    /// Follow it to its end, its rollback included
    #[arg(long)]
    pub(super) watch: bool,
}

/// Follows a deployment to its end, or until Ctrl-C.
pub(super) async fn follow_to_the_end(
    pipeline: &CodeDeploy,
    id: &DeploymentId,
    view: &mut dyn View,
    again: Again,
) -> Result<Exit, Fault> {
    let mut interrupts = Interrupts::listen().map_err(|error| Fault::Own(Box::new(error)))?;
    let follow = Follow {
        pipeline,
        id,
        view,
        interrupts: &mut interrupts,
        goal: WaitGoal::Succeeded,
        on_giveup: OnGiveup::Detach,
        deadline: None,
        position: None,
        again,
    };
    follow.run(pipeline.watch(id), None).await
}

/// What to do after giving up.
enum After {
    /// It is stopped; its end is to be seen.
    Goes,
    Leave,
}

impl Follow<'_> {
    /// Shows every event up to the goal or the end. `give_up`: it is given up before the first one.
    pub(super) async fn run(
        mut self,
        mut watch: Watch<'_, CodeDeploy>,
        mut give_up: Option<Why>,
    ) -> Result<Exit, Fault> {
        let (mut given_up, mut contact) = (false, self.pipeline.contact());
        loop {
            if let Some(why) = give_up.take() {
                if given_up || matches!(self.give_up(why).await, After::Leave) {
                    return Ok(self.leave());
                }
                given_up = true;
            }
            let event = tokio::select! {
                event = next(&mut watch, &mut contact, self.view) => event,
                () = self.interrupts.next() => {
                    give_up = Some(Why::Interrupted);
                    continue;
                }
                () = reached(self.deadline) => {
                    give_up = Some(Why::TimedOut);
                    continue;
                }
            };
            let Some(event) = event else { return Err(Fault::NoOutcome) };
            let event = event.map_err(|error| Fault::watch(error, self.watch_again()))?;
            self.view.event(&event);
            if let Some(file) = &self.position {
                file.keep(&watch.position())?;
            }
            if let EventKind::Finished(outcome) = event.kind {
                return Ok(Exit::of(&outcome));
            }
            // Whoever has it stopped waits for its end.
            if !given_up && self.goal.is_reached_by(&event, self.id) {
                // The event may be an old one.
                let stands = tokio::select! {
                    stands = self.pipeline.describe(self.id) => stands.ok().map(|deployment| deployment.status),
                    () = self.interrupts.next() => {
                        give_up = Some(Why::Interrupted);
                        continue;
                    }
                };
                if let Some(note) = goal::reached(self.goal, stands, self.id, &self.again) {
                    self.view.note(&note);
                    return Ok(Exit::Succeeded);
                }
            }
        }
    }

    async fn give_up(&mut self, why: Why) -> After {
        let Some(rollback) = self.on_giveup.rollback() else { return After::Leave };
        self.deadline = Some(Instant::now() + AFTER_STOP);
        let how = if self.on_giveup == OnGiveup::Rollback { "stopped and rolled back" } else { "stopped" };
        let why = why.word();
        self.view.note(&format!("{why}: deployment {} is being {how}; Ctrl-C leaves at once", self.id));
        let stopped = tokio::select! {
            stopped = self.pipeline.stop(self.id, rollback) => stopped,
            () = self.interrupts.next() => return After::Leave,
        };
        if let Err(error) = stopped {
            let error = crate::exit::with_causes(&error);
            self.view.note(&format!("{error}; it is followed still, and Ctrl-C leaves at once"));
        }
        After::Goes
    }

    /// Says what is left behind, and how to come back to it.
    fn leave(&mut self) -> Exit {
        let (watch, stop) = (self.watch_again(), self.again.command("stop", self.id));
        self.view.note(&format!(
            "deployment {} goes on without being watched; follow it with `{watch}`, or stop it with `{stop}`",
            self.id
        ));
        Exit::NotRolledBack
    }

    fn watch_again(&self) -> String {
        let again = match &self.position {
            Some(file) => self.again.clone().with("position", &file.path().display().to_string()),
            None => self.again.clone(),
        };
        again.command("watch", self.id)
    }
}

/// The next event. Says meanwhile when the service does not answer, and when it does again.
async fn next(
    watch: &mut Watch<'_, CodeDeploy>,
    contact: &mut ContactChanges,
    view: &mut dyn View,
) -> Option<Result<DeploymentEvent, WatchError>> {
    let event = watch.next();
    tokio::pin!(event);
    loop {
        tokio::select! {
            biased;
            // First: that the service answers again comes before what it answers.
            contact = contact.next() => view.note(&contact.to_string()),
            event = &mut event => return event,
        }
    }
}

/// Returns at the deadline.
pub(super) async fn reached(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

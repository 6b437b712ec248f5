//! `greenlight deploy`: plans, starts, and follows a deployment to its goal or its end.

use std::process::ExitCode;

use greenlight::aws::{CodeDeploy, Started};
use greenlight_core::error::StartError;
use greenlight_core::{DeploymentId, DeploymentPipeline as _, DeploymentPipelineExt as _, Plan, WaitGoal};
use greenlight_hook_runtime::scalar::Span;
use tokio::time::Instant;

use super::again::Again;
use super::connect::ConnectArgs;
use super::fault::Fault;
use super::follow::Follow;
use super::giveup::{OnGiveup, Why};
use super::request::{RequestArgs, Requested};
use super::{carry_out, close_view, goal, open_view, patience};
use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::view::{Format, View};

/// Arguments of `greenlight deploy`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    request: RequestArgs,

    /// Where to end with success: ready, a lifecycle event such as AfterAllowTestTraffic, traffic-shifted, or succeeded
    #[arg(long, value_name = "GOAL", default_value = "succeeded", value_parser = goal::parse)]
    until: WaitGoal,

    /// What becomes of the deployment after Ctrl-C, or when its time is over
    #[arg(long, value_enum, default_value_t = OnGiveup::Detach)]
    on_giveup: OnGiveup,

    /// How long to wait, such as 90m; by default as long as the deployment may take by its time budget
    #[arg(long, value_name = "TIME", value_parser = patience::span)]
    timeout: Option<Span>,

    /// Wait while another deployment of the group is under way, instead of ending with its id
    #[arg(long)]
    wait_for_turn: bool,

    /// How to show it: for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    connect: ConnectArgs,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    carry_out(deploy(args))
}

async fn deploy(args: &Args) -> Result<Exit, Fault> {
    let mut interrupts = Interrupts::listen().map_err(|error| Fault::Own(Box::new(error)))?;
    let requested = args.request.read()?;
    let (pipeline, plan) = tokio::select! {
        planned = plan(args, &requested) => planned?,
        () = interrupts.next() => return Err(Fault::Interrupted),
    };
    let mut view = open_view(args.format);
    view.plan(&plan);
    if !plan.can_start() {
        close_view(view.as_mut())?;
        return Ok(Exit::BadInput);
    }
    let never_ready = plan.budget.is_some_and(|budget| budget.ready_wait.is_zero());
    if args.until == WaitGoal::Ready && never_ready {
        return Err(Fault::NeverReady { group: plan.request.deployment_group });
    }
    let budget = plan.budget.as_ref().map(|budget| patience::of(budget, args.until));
    view.note(&patience::sentence(args.timeout, budget));

    let again = args.connect.again();
    let mut turn = Turn { args, pipeline: &pipeline, again: &again, interrupts: &mut interrupts, why: None };
    let started = turn.start(plan, view.as_mut()).await?;
    let why = turn.why;
    view.note(&started.to_string());
    let id = started.id;
    let limit = args.timeout.map_or(budget, |timeout| Some(timeout.0));
    let follow = Follow {
        pipeline: &pipeline,
        id: &id,
        view: view.as_mut(),
        interrupts: &mut interrupts,
        goal: args.until,
        on_giveup: args.on_giveup,
        deadline: limit.and_then(|limit| Instant::now().checked_add(limit)),
        position: None,
        again,
    };
    let ended = follow.run(pipeline.watch(&id), why).await;
    close_view(view.as_mut())?;
    ended
}

async fn plan(args: &Args, requested: &Requested) -> Result<(CodeDeploy, Plan), Fault> {
    let connection = args.connect.connect().await?;
    let pipeline = CodeDeploy::new(connection.config());
    let mut plan = pipeline.plan(&requested.request).await?;
    requested.place(&mut plan);
    Ok((pipeline, plan))
}

/// Starting a deployment when the group is free.
struct Turn<'a> {
    args: &'a Args,
    pipeline: &'a CodeDeploy,
    again: &'a Again,
    interrupts: &'a mut Interrupts,
    /// A signal that came while the deployment was being started.
    why: Option<Why>,
}

impl Turn<'_> {
    async fn start(&mut self, plan: Plan, view: &mut dyn View) -> Result<Started, Fault> {
        let began = Instant::now();
        loop {
            match self.start_now(plan.clone()).await? {
                Ok(started) => return Ok(started),
                Err(StartError::AlreadyActive { group, active }) => {
                    if !self.args.wait_for_turn {
                        let command = |verb| self.again.command(verb, &active);
                        let (watch, stop) = (command("watch"), command("stop"));
                        return Err(Fault::Active { group, active, watch, stop });
                    }
                    if self.why.is_some() {
                        return Err(Fault::Interrupted);
                    }
                    view.note(&format!("waits for its turn: deployment {active} of the group is under way"));
                    self.wait_for(active, began).await?;
                }
                Err(other) => return Err(Fault::Start(other)),
            }
        }
    }

    /// A first signal waits for the answer, so that it is known whether there is a deployment; a second one does not.
    async fn start_now(&mut self, plan: Plan) -> Result<Result<Started, StartError>, Fault> {
        let starting = self.pipeline.start_or_adopt(plan);
        tokio::pin!(starting);
        loop {
            tokio::select! {
                started = &mut starting => return Ok(started),
                () = self.interrupts.next() => {
                    if self.why.is_some() {
                        return Err(Fault::InterruptedInStart);
                    }
                    self.why = Some(Why::Interrupted);
                }
            }
        }
    }

    /// Waits until a deployment has ended, and its rollback, which is one of the same group.
    async fn wait_for(&mut self, active: DeploymentId, began: Instant) -> Result<(), Fault> {
        let mut watch = self.pipeline.watch(&active);
        let limit = self.args.timeout.map(|timeout| timeout.0);
        loop {
            let event = tokio::select! {
                event = watch.next() => event,
                () = self.interrupts.next() => return Err(Fault::Interrupted),
                () = super::follow::reached(limit.and_then(|limit| began.checked_add(limit))) => {
                    let waited = self.args.timeout.map(|timeout| timeout.to_string()).unwrap_or_default();
                    return Err(Fault::NoTurn { waited, active });
                }
            };
            match event {
                None => return Ok(()),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(Fault::watch(error, self.again.command("watch", &active))),
            }
        }
    }
}

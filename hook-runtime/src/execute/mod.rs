//! Runs one plugin once: makes the sandbox, watches over the call, and tells how it ended.

mod guard;
mod host;
mod memory;
mod meter;

use std::{
    sync::{Arc, OnceLock},
    time::Instant,
};

use bytes::Bytes;
use wasmtime::Store;
use wasmtime_wasi::I32Exit;

use self::guard::{Ended, Guard};
pub(crate) use self::{
    guard::{Stop, panic_message},
    host::Host,
    memory::{Refusal, TableRefusal},
};
use crate::{
    Cause, Fault, Hook, HookReport, HookRun, Phase,
    capability::{self, Parts},
    command, contract,
    fault::{Evidence, classify},
    hook::Entry,
    http::HttpRecord,
    recorder::{DETAIL_BYTES, Recorder},
    report::{HttpUsage, LogLevel, LogSource, Outcome, Timings, Verdict},
    text,
};

/// Runs `hook` as `run` says. Whatever happens ends in the report.
pub(crate) async fn execute(hook: &Hook, run: Arc<HookRun>) -> HookReport {
    let started = Instant::now();
    let recorder = Recorder::new(&run.limits, run.observer.clone(), started);
    let mut attempt = Attempt {
        hook,
        run: &run,
        recorder: &recorder,
        timings: Timings::default(),
        peak_memory: 0,
        requests: Vec::new(),
        http: HttpUsage::default(),
    };
    let outcome = match attempt.carry_out(started).await {
        Ok(verdict) => Outcome::Verdict(verdict),
        Err(fault) => Outcome::Fault(fault),
    };
    attempt.remark(&outcome);
    let kept = recorder.finish();
    // Whoever watches has not seen what the plugin did, so its verdict does not stand.
    let outcome = match (outcome, recorder.observer_panic()) {
        (Outcome::Verdict(_), Some(message)) => {
            Outcome::Fault(attempt.fault(attempt.called(), Cause::Runtime { message: message.to_owned() }))
        }
        (outcome, _) => outcome,
    };
    let Attempt { mut timings, peak_memory, requests, http, .. } = attempt;
    timings.total = started.elapsed();
    HookReport {
        plugin: hook.name().to_owned(),
        outcome,
        checks: kept.checks,
        logs: kept.logs,
        metrics: kept.metrics,
        requests,
        http,
        timings,
        peak_memory,
        dropped: kept.dropped,
    }
}

/// What a call came to.
enum Answer {
    Verdict(contract::Verdict),
    /// The exit status of a command.
    Status(i32),
}

/// One run on its way.
struct Attempt<'a> {
    hook: &'a Hook,
    run: &'a Arc<HookRun>,
    recorder: &'a Recorder,
    timings: Timings,
    peak_memory: u64,
    requests: Vec<HttpRecord>,
    http: HttpUsage,
}

impl Attempt<'_> {
    async fn carry_out(&mut self, started: Instant) -> Result<Verdict, Fault> {
        capability::check(self.run).map_err(|problem| self.not_started(problem))?;
        let _place = self.hook.runtime().place().await;
        let setup = Instant::now();
        self.timings.queued = setup.saturating_duration_since(started);

        let deadline = setup.checked_add(self.run.limits.wall_clock).ok_or_else(|| {
            self.not_started("limits.wall_clock is longer than this machine can count; lower it".to_owned())
        })?;
        let mut store = self.store(deadline)?;
        let guard = Guard::new(setup, deadline);

        let ticking = self.hook.runtime().tick();
        let begun = Instant::now();
        self.timings.setup = begun.saturating_duration_since(setup);
        let result = self.call(&mut store, &guard, begun).await;
        drop(ticking);
        store.data().output.finish();
        self.peak_memory = store.data().memory.peak();
        (self.requests, self.http) = store.data().http.usage();
        result
    }

    /// An empty sandbox.
    fn store(&self, deadline: Instant) -> Result<Store<Host>, Fault> {
        let runtime = self.hook.runtime();
        let event = self.hook.is_command().then(|| {
            let remaining = deadline.saturating_duration_since(Instant::now());
            command::event(self.run, remaining)
        });
        let event = event.transpose();
        let event = event.map_err(|problem| self.not_started(problem))?.map(Bytes::from);
        let parts =
            Parts { run: self.run, recorder: self.recorder, event, deadline, network: runtime.network() };
        let host =
            Host::build(&parts, runtime.options().max_memory).map_err(|problem| self.not_started(problem))?;
        let mut store = Store::new(runtime.engine(), host);
        store.limiter(|host| &mut host.memory);
        store.set_hostcall_fuel(self.run.limits.host_call_bytes);
        store.set_max_component_handles(self.run.limits.handles);
        Ok(store)
    }

    async fn call(
        &mut self,
        store: &mut Store<Host>,
        guard: &Guard,
        begun: Instant,
    ) -> Result<Verdict, Fault> {
        let instantiated = OnceLock::new();
        guard.arm(store, &self.run.limits);
        let ended = guard
            .watch(self.hook.runtime().turns(), async {
                match self.hook.entry() {
                    Entry::Validator(pre) => {
                        let plugin = pre.instantiate_async(&mut *store).await?;
                        let _ = instantiated.set(begun.elapsed());
                        let verdict = plugin.greenlight_hook_validator().call_validate(&mut *store).await?;
                        wasmtime::Result::Ok(Answer::Verdict(verdict))
                    }
                    Entry::Command(pre) => {
                        let program = pre.instantiate_async(&mut *store).await?;
                        let _ = instantiated.set(begun.elapsed());
                        let ended = program.wasi_cli_run().call_run(&mut *store).await?;
                        Ok(Answer::Status(i32::from(ended.is_err())))
                    }
                }
            })
            .await;
        let whole = begun.elapsed();
        self.timings.instantiate = instantiated.get().copied().unwrap_or(whole);
        self.timings.call = whole.saturating_sub(self.timings.instantiate);
        self.timings.cpu = guard.meter().spent();
        let phase = if instantiated.get().is_some() { self.called() } else { Phase::Instantiate };

        store.data().output.finish();
        match ended {
            Ended::Returned(Ok(Answer::Verdict(verdict))) => self.accept(verdict.into()),
            Ended::Returned(Ok(Answer::Status(status))) => self.accept_status(status, store),
            Ended::Returned(Err(error)) => match self.exit_status(&error, store) {
                Some(status) => self.accept_status(status, store),
                None => Err(classify(&error, self.evidence(phase, store, guard))),
            },
            Ended::TimedOut => Err(self.fault(
                phase,
                Cause::WallClock { limit: self.run.limits.wall_clock, computed: self.timings.cpu },
            )),
            Ended::Panicked(message) => Err(self.fault(phase, Cause::Runtime { message })),
        }
    }

    /// Where the plugin is once it has been called.
    fn called(&self) -> Phase {
        if self.hook.is_command() { Phase::Run } else { Phase::Validate }
    }

    /// The status with which a command ended itself. One that could not have the memory that it asked for is
    /// told as that: the status is only how its language says so.
    fn exit_status(&self, error: &wasmtime::Error, store: &Store<Host>) -> Option<i32> {
        let I32Exit(status) = *error.downcast_ref::<I32Exit>()?;
        let starved = store.data().memory.refusal().is_some() && status != 0 && status != command::TRY_AGAIN;
        (self.hook.is_command() && !starved).then_some(status)
    }

    fn accept_status(&self, status: i32, store: &Store<Host>) -> Result<Verdict, Fault> {
        let verdict = match status {
            0 => Verdict::Pass,
            command::TRY_AGAIN => command::pending(&store.data().output.last_line()).map_err(|long| {
                let limit = self.run.limits.state_bytes as u64;
                self.fault(self.called(), Cause::State { bytes: long.bytes, limit })
            })?,
            status => Verdict::Fail { reason: command::reason(status, &self.recorder.stderr_tail()) },
        };
        self.accept(verdict)
    }

    fn accept(&self, verdict: Verdict) -> Result<Verdict, Fault> {
        Ok(match verdict {
            Verdict::Fail { reason } => Verdict::Fail { reason: text::sentence(&reason, DETAIL_BYTES) },
            Verdict::Pending { state, .. } if state.len() > self.run.limits.state_bytes => {
                let (bytes, limit) = (state.len() as u64, self.run.limits.state_bytes as u64);
                return Err(self.fault(self.called(), Cause::State { bytes, limit }));
            }
            verdict => verdict,
        })
    }

    fn evidence(&self, phase: Phase, store: &Store<Host>, guard: &Guard) -> Evidence<'_> {
        Evidence {
            plugin: self.hook.name(),
            phase,
            limits: &self.run.limits,
            max_stack: self.hook.runtime().options().max_stack as u64,
            stop: guard.stop(),
            refusal: store.data().memory.refusal(),
            table_refusal: store.data().memory.table_refusal(),
            computed: self.timings.cpu,
            stderr: self.recorder.stderr_tail(),
        }
    }

    fn not_started(&self, problem: String) -> Fault {
        self.fault(Phase::Setup, Cause::Setup { problem })
    }

    fn fault(&self, phase: Phase, cause: Cause) -> Fault {
        let stderr = self.recorder.stderr_tail();
        Fault { plugin: self.hook.name().to_owned(), phase, cause, backtrace: Vec::new(), stderr }
    }

    /// A verdict stands as it was given, but a contradiction is worth a line.
    fn remark(&self, outcome: &Outcome) {
        if let (Outcome::Verdict(Verdict::Pass), Some(check)) = (outcome, self.recorder.failed_check()) {
            let text = format!("the plugin passed although its check \"{check}\" failed");
            self.recorder.log(LogSource::Runtime, LogLevel::Warn, &text);
        }
    }
}

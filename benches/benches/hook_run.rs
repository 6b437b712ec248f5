//! What Greenlight adds to the engine in one hook run: a fresh instance, a plugin that passes, no I/O.
//!
//! Every contender runs the same bytes. "bare, tuned" has Greenlight's engine settings and none of its limits or
//! records; "bare, default" has the engine's own settings; "bare, reused" keeps one instance for all runs, which no
//! host of strangers' plugins may, and shows what isolation costs.

use std::{cell::RefCell, io, process::ExitCode, sync::Arc, time::Duration, time::Instant};

use criterion::Criterion;
use greenlight_benches::{
    bare::{BareHost, Settings},
    conditions::Conditions,
    exit,
    guest::{BEHAVIOUR, Guest, MissingGuest, PASS},
    in_turns::{Contender, Figures, Spread, measure, quantile},
    mode::Mode,
    records::{RecordError, Records},
    threads::at_once,
};
use greenlight_hook_runtime::{
    Hook, HookContext, HookRun, HookStatus, LoadError, Runtime, RuntimeError, RuntimeOptions,
};

/// Runs of one turn on each thread: a turn takes some 10 ms.
const RUNS: usize = 200;

fn main() -> ExitCode {
    exit::status(run(Mode::from_args()).map_err(Into::into))
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Guest(#[from] MissingGuest),
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("the run under Greenlight did not pass: {0}")]
    Run(String),
    #[error("the run on the bare engine did not pass: {0:#}")]
    Bare(#[from] wasmtime::Error),
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Greenlight's side.
struct Greenlight {
    hook: Hook,
    run: Arc<HookRun>,
}

impl Greenlight {
    async fn run(&self) -> Result<greenlight_hook_runtime::HookReport, Failure> {
        let report = self.hook.run(Arc::clone(&self.run)).await;
        if report.status() == HookStatus::Passed { Ok(report) } else { Err(Failure::Run(report.reason())) }
    }
}

fn run(mode: Mode) -> Result<(), Failure> {
    let guest = Guest::read()?;
    let options = RuntimeOptions::default();
    let hook = Runtime::new(options)?.load("bench", &guest.bytes)?;
    let run =
        HookRun::new(HookContext::new("d-BENCH", "AfterAllowTestTraffic")).with_config([(BEHAVIOUR, PASS)]);
    let greenlight = Greenlight { hook, run: Arc::new(run) };
    let tuned = BareHost::new(Settings::Tuned, &guest.bytes)?;
    let default = BareHost::new(Settings::Default, &guest.bytes)?;
    let _ticker = tuned.tick();

    let records = Records::from_env();
    if !records.are_wanted() {
        one_by_one(mode, &greenlight, &tuned)?;
    }
    if mode == Mode::List {
        return Ok(());
    }
    println!("\nOne hook run, fresh instance, no I/O, in turns: median (quartiles)");
    println!("{}", Conditions::here());
    println!("guest {} bytes; Greenlight under {options}", guest.bytes.len());
    on_one_thread(mode, &records, &greenlight, &tuned, &default)?;
    on_threads(mode, 2, &records, &greenlight, &tuned, &default)?;
    phases(mode, &records, &greenlight, &tuned)
}

/// Each alone, by criterion, which compares with the last time that it ran here.
fn one_by_one(mode: Mode, greenlight: &Greenlight, tuned: &BareHost) -> Result<(), Failure> {
    let executor = executor()?;
    let broken = RefCell::new(None);
    let keep = |result: Result<(), Failure>| {
        if let Err(error) = result {
            broken.borrow_mut().get_or_insert(error);
        }
    };
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .sample_size(30)
        .configure_from_args();
    let mut group = criterion.benchmark_group("hook run");
    group.bench_function("greenlight", |bencher| {
        bencher.to_async(&executor).iter(async || keep(greenlight.run().await.map(drop)));
    });
    group.bench_function("bare, tuned", |bencher| {
        bencher.to_async(&executor).iter(async || keep(tuned.run().await.map_err(Failure::from)));
    });
    group.finish();
    if mode == Mode::Measure {
        criterion.final_summary();
    }
    broken.into_inner().map_or(Ok(()), Err)
}

fn on_one_thread(
    mode: Mode,
    records: &Records,
    greenlight: &Greenlight,
    tuned: &BareHost,
    default: &BareHost,
) -> Result<(), Failure> {
    let (rounds, runs) = (mode.amount(200, 2), mode.amount(RUNS, 1));
    let executor = executor()?;
    let mut reused = executor.block_on(tuned.reused())?;
    let figures = measure(
        rounds,
        &mut [
            Contender::new("greenlight", || {
                timed(runs, || executor.block_on(async { greenlight.run().await.map(drop) }))
            }),
            Contender::new("bare, tuned", || timed(runs, || Ok(executor.block_on(tuned.run())?))),
            Contender::new("bare, default", || timed(runs, || Ok(executor.block_on(default.run())?))),
            Contender::new("bare, reused", || timed(runs, || Ok(executor.block_on(reused.run())?))),
        ],
    )?;
    println!("\n1 thread, {rounds} rounds of {runs} runs: us for a run");
    table(&figures);
    record(records, "1 thread", &figures)
}

fn on_threads(
    mode: Mode,
    threads: usize,
    records: &Records,
    greenlight: &Greenlight,
    tuned: &BareHost,
    default: &BareHost,
) -> Result<(), Failure> {
    let (rounds, runs) = (mode.amount(100, 2), mode.amount(RUNS, 1));
    let warm_up = mode.amount(20, 1);
    let us = |elapsed: Duration| elapsed.as_secs_f64() * 1e6 / (runs * threads) as f64;
    let ours = async |times: usize| {
        for _ in 0..times {
            greenlight.run().await?;
        }
        Ok::<(), Failure>(())
    };
    let bare = async |host: &BareHost, times: usize| {
        for _ in 0..times {
            host.run().await?;
        }
        Ok::<(), Failure>(())
    };
    let figures = measure(
        rounds,
        &mut [
            Contender::new("greenlight", || {
                at_once::<Failure, _, _>(threads, || ours(warm_up), || ours(runs)).map(us)
            }),
            Contender::new("bare, tuned", || {
                at_once::<Failure, _, _>(threads, || bare(tuned, warm_up), || bare(tuned, runs)).map(us)
            }),
            Contender::new("bare, default", || {
                at_once::<Failure, _, _>(threads, || bare(default, warm_up), || bare(default, runs)).map(us)
            }),
        ],
    )?;
    println!(
        "\n{threads} threads at once, {rounds} rounds of {runs} runs on each: us for a run, of all threads together"
    );
    table(&figures);
    record(records, &format!("{threads} threads at once"), &figures)
}

/// Where the time goes, run by run.
fn phases(mode: Mode, records: &Records, greenlight: &Greenlight, tuned: &BareHost) -> Result<(), Failure> {
    let runs = mode.amount(10_000, 2);
    let executor = executor()?;
    let (mut ours, mut bare): ([Vec<f64>; 5], [Vec<f64>; 5]) = Default::default();
    for _ in 0..runs {
        let begun = Instant::now();
        let report = executor.block_on(greenlight.run())?;
        let (whole, timings) = (begun.elapsed(), report.timings);
        let known = timings.setup + timings.instantiate + timings.call;
        let rest = whole.saturating_sub(known);
        push(&mut ours, [timings.setup, timings.instantiate, timings.call, rest, whole]);
        let begun = Instant::now();
        let phases = executor.block_on(tuned.run_in_phases())?;
        let whole = begun.elapsed();
        push(&mut bare, [phases.store, phases.instantiate, phases.call, phases.drop, whole]);
    }
    println!("\n{runs} single runs of each, by turns: p50 us (p99)");
    println!(
        "  {:<14} {:>14} {:>16} {:>14} {:>16} {:>16}",
        "", "store", "instantiate", "call", "rest and drop", "whole"
    );
    for (name, figures) in [("greenlight", &mut ours), ("bare, tuned", &mut bare)] {
        let phases = ["store", "instantiate", "call", "rest and drop", "whole"];
        for (phase, times) in phases.iter().zip(figures.iter_mut()) {
            times.sort_by(f64::total_cmp);
            let row = records.row("phases of a run", phase);
            row.add(name, "p50", "us", [quantile(times, 0.5)])?;
            row.add(name, "p99", "us", [quantile(times, 0.99)])?;
        }
        let [store, instantiate, call, rest, whole] = figures
            .each_ref()
            .map(|times| format!("{:.1} ({:.1})", quantile(times, 0.5), quantile(times, 0.99)));
        println!("  {name:<14} {store:>14} {instantiate:>16} {call:>14} {rest:>16} {whole:>16}");
    }
    Ok(())
}

fn push(columns: &mut [Vec<f64>; 5], times: [Duration; 5]) {
    for (column, time) in columns.iter_mut().zip(times) {
        column.push(time.as_secs_f64() * 1e6);
    }
}

/// The first is Greenlight, and the ratios are its.
fn table(figures: &[Figures]) {
    let Some(own) = figures.first() else { return };
    println!("  {:<14} {:>28} {:>12} {:>30}", "", "us", "runs/s", "greenlight / this");
    for figures in figures {
        let (Spread { median, .. }, ratio) = (figures.spread(), own.ratio_to(figures));
        println!(
            "  {:<14} {:>28} {:>12.0} {:>30}",
            figures.name,
            format!("{:.1}", figures.spread()),
            1e6 / median,
            format!("{ratio:.2}")
        );
    }
}

fn record(records: &Records, row: &str, figures: &[Figures]) -> Result<(), Failure> {
    let row = records.row("hook run", row);
    Ok(figures.iter().try_for_each(|of| row.add(of.name, "time for a run", "us", of.rounds()))?)
}

/// The time of one of `runs` runs, in microseconds.
fn timed(runs: usize, mut one: impl FnMut() -> Result<(), Failure>) -> Result<f64, Failure> {
    let begun = Instant::now();
    for _ in 0..runs {
        one()?;
    }
    Ok(begun.elapsed().as_secs_f64() * 1e6 / runs as f64)
}

fn executor() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

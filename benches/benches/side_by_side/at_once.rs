//! Many hooks at once that compute, and a task beside them that wants to be woken in time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use greenlight_benches::{
    calls::microseconds,
    guest::BEHAVIOUR,
    in_turns::{Contender, Figures, measure},
};
use tokio::{runtime::Runtime, sync::Semaphore, task::JoinSet};

use crate::{
    Bench, Failure, Outcome,
    sides::{BARE, CHILD, FRESH, GREENLIGHT, Sides, bare_run},
};

const TABLE: &str = "at once";

/// A few milliseconds of computing.
const STEPS: &str = "2000000";

/// Instances that the bare engine's pool has room for, as Greenlight's has.
const POOL: usize = 16;

/// How late a reporter may be at the most, in milliseconds. Nobody sees less; CodeDeploy takes a report whenever it comes.
const LATEST: f64 = 100.0;

/// Hooks at once, each as often as makes so many altogether.
const AT_ONCE: [usize; 3] = [1, 8, 64];
const ALTOGETHER: usize = 128;

/// Measures the throughput, and how late the task was woken.
pub(crate) fn run(bench: &mut Bench) -> Outcome<()> {
    bench.sides.tell_missing(TABLE, &bench.records)?;
    let processors = thread::available_parallelism().map_or(1, Into::into);
    let mut alone = f64::NAN;
    for hooks in AT_ONCE {
        let (figures, late) = at_once(bench, hooks, processors)?;
        let Some(ours) = figures.first() else { continue };
        if hooks == 1 {
            alone = ours.spread().median;
        }
        if hooks == 64 {
            let whole = alone * processors as f64;
            bench.goals.at_least(
                format!("64 hooks at once against {processors} processors times one hook"),
                0.9,
                ours.spread().median / whole,
                " times",
            );
            bench.goals.at_most("a reporter beside 64 hooks is late by", LATEST, late, " ms");
        }
    }
    Ok(())
}

/// Hooks per second of all contenders, and the latest waking beside Greenlight's in milliseconds.
fn at_once(bench: &mut Bench, hooks: usize, processors: usize) -> Outcome<(Vec<Figures>, f64)> {
    let rounds = bench.mode.amount(15, 1);
    let each = bench.mode.amount((ALTOGETHER / hooks).min(32), 1);
    let settings = [(BEHAVIOUR, "work"), ("steps", STEPS)];
    let executor =
        tokio::runtime::Builder::new_multi_thread().worker_threads(processors).enable_all().build()?;
    let (ours, bare) = (bench.sides.greenlight(&settings)?, bench.sides.bare(&settings));
    let Sides { extism, child, .. } = &mut bench.sides;
    let child = child.as_ref().ok().map(|child| child.told(&settings));
    let (mut late, mut late_bare) = (Vec::new(), Vec::new());
    let rate = |elapsed: Duration| (hooks * each) as f64 / elapsed.as_secs_f64();
    let room = Arc::new(Semaphore::new(POOL));
    let mut contenders = vec![
        Contender::new(GREENLIGHT, || {
            let (elapsed, latest) = tasks(&executor, hooks, || {
                let ours = ours.clone();
                async move {
                    for _ in 0..each {
                        ours.run().await?;
                    }
                    Ok(())
                }
            })?;
            late.push(latest);
            Ok::<_, Failure>(rate(elapsed))
        }),
        Contender::new(BARE, || {
            let (elapsed, latest) = tasks(&executor, hooks, || {
                let (bare, room) = (bare.clone(), Arc::clone(&room));
                async move {
                    for _ in 0..each {
                        let _place = room.acquire().await?;
                        bare_run(&bare).await?;
                    }
                    Ok(())
                }
            })?;
            late_bare.push(latest);
            Ok(rate(elapsed))
        }),
    ];
    if let Ok(extism) = extism {
        contenders.push(Contender::new(FRESH, move || {
            let runs = extism.run("fresh", each, hooks, &settings)?;
            Ok((hooks * each) as f64 / (runs.elapsed / 1e6))
        }));
    }
    if let Some(child) = &child {
        contenders.push(Contender::new(CHILD, move || {
            let begun = Instant::now();
            thread::scope(|scope| {
                let one = || (0..each).try_for_each(|_| child.run().map(drop));
                let running: Vec<_> = (0..hooks).map(|_| scope.spawn(one)).collect();
                running.into_iter().try_for_each(|thread| match thread.join() {
                    Ok(ended) => ended.map_err(Failure::from),
                    Err(_) => Err("a thread that waits for a process panicked".into()),
                })
            })?;
            Ok(rate(begun.elapsed()))
        }));
    }
    let figures = measure(rounds, &mut contenders)?;
    drop(contenders);
    println!("\n{hooks} hooks at once, {rounds} rounds of {each} runs each: hooks per second");
    for of in &figures {
        println!("  {:<16} {:>28}", of.name, format!("{:.1}", of.spread()));
        bench.records.row(TABLE, &hooks.to_string()).add(of.name, "hooks", "1/s", of.rounds())?;
    }
    let row = format!("{hooks} hooks");
    for (name, late) in [(GREENLIGHT, &late), (BARE, &late_bare)] {
        bench.records.row("reporter", &row).add(name, "latest waking", "ms", late.iter().skip(1).copied())?;
    }
    let latest = late.iter().skip(1).copied().fold(0.0, f64::max);
    println!("  a task beside Greenlight's was woken late by at most {latest:.1} ms");
    Ok((figures, latest))
}

/// Does the work in so many tasks at once, and has another one woken every millisecond. Gives the time of all, and the latest
/// waking in milliseconds.
fn tasks<F, G>(executor: &Runtime, hooks: usize, work: F) -> Outcome<(Duration, f64)>
where
    F: Fn() -> G,
    G: Future<Output = Outcome<()>> + Send + 'static,
{
    executor.block_on(async {
        let ended = Arc::new(AtomicBool::new(false));
        let heart = tokio::spawn(heartbeat(Arc::clone(&ended)));
        let begun = Instant::now();
        let mut running = JoinSet::new();
        for _ in 0..hooks {
            running.spawn(work());
        }
        let mut outcome = Ok(());
        while let Some(done) = running.join_next().await {
            outcome = outcome.and(done.map_err(Failure::from).and_then(|result| result));
        }
        let elapsed = begun.elapsed();
        ended.store(true, Ordering::Relaxed);
        outcome?;
        Ok((elapsed, heart.await?))
    })
}

/// The latest waking until it has ended, in milliseconds.
async fn heartbeat(ended: Arc<AtomicBool>) -> f64 {
    const BEAT: Duration = Duration::from_millis(1);
    let mut latest = Duration::ZERO;
    while !ended.load(Ordering::Relaxed) {
        let begun = Instant::now();
        tokio::time::sleep(BEAT).await;
        latest = latest.max(begun.elapsed().saturating_sub(BEAT));
    }
    microseconds(latest) / 1e3
}

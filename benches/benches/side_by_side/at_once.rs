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
    in_turns::{Contender, Figures, Spread, measure},
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

/// What all tasks of a turn came to.
struct Together {
    elapsed: Duration,
    /// The latest waking of the task beside them, in milliseconds.
    latest: f64,
    /// Of the whole process.
    processor_time: Duration,
}

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
    let (mut of_ours, mut of_bare) = (Vec::new(), Vec::new());
    let rate = |elapsed: Duration| (hooks * each) as f64 / elapsed.as_secs_f64();
    let room = Arc::new(Semaphore::new(POOL));
    let mut contenders = vec![
        Contender::new(GREENLIGHT, || {
            let together = tasks(&executor, hooks, || {
                let ours = ours.clone();
                async move {
                    for _ in 0..each {
                        ours.run().await?;
                    }
                    Ok(())
                }
            })?;
            let elapsed = together.elapsed;
            of_ours.push(together);
            Ok::<_, Failure>(rate(elapsed))
        }),
        Contender::new(BARE, || {
            let together = tasks(&executor, hooks, || {
                let (bare, room) = (bare.clone(), Arc::clone(&room));
                async move {
                    for _ in 0..each {
                        let _place = room.acquire().await?;
                        bare_run(&bare).await?;
                    }
                    Ok(())
                }
            })?;
            let elapsed = together.elapsed;
            of_bare.push(together);
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
    let mut latest = f64::NAN;
    // One turn before the rounds does not count.
    for (name, turns) in [(BARE, &of_bare), (GREENLIGHT, &of_ours)] {
        let late = turns.iter().skip(1).map(|turn| turn.latest);
        let each = |turn: &Together| microseconds(turn.processor_time) / (hooks * each) as f64;
        let worked: Vec<f64> = turns.iter().skip(1).map(each).collect();
        latest = late.clone().fold(0.0, f64::max);
        println!(
            "  {name}: {:.0} us of processor time for a hook; a task beside them was woken late by at most {latest:.1} ms",
            Spread::of(worked.clone())
        );
        bench.records.row("reporter", &row).add(name, "latest waking", "ms", late)?;
        bench.records.row(TABLE, &hooks.to_string()).add(name, "processor time", "us", worked)?;
    }
    Ok((figures, latest))
}

/// Does the work in so many tasks at once, and has another one woken every millisecond.
fn tasks<F, G>(executor: &Runtime, hooks: usize, work: F) -> Outcome<Together>
where
    F: Fn() -> G,
    G: Future<Output = Outcome<()>> + Send + 'static,
{
    executor.block_on(async {
        let ended = Arc::new(AtomicBool::new(false));
        let heart = tokio::spawn(heartbeat(Arc::clone(&ended)));
        let (begun, worked) = (Instant::now(), process_time());
        let mut running = JoinSet::new();
        for _ in 0..hooks {
            running.spawn(work());
        }
        let mut outcome = Ok(());
        while let Some(done) = running.join_next().await {
            outcome = outcome.and(done.map_err(Failure::from).and_then(|result| result));
        }
        let (elapsed, processor_time) = (begun.elapsed(), process_time().saturating_sub(worked));
        ended.store(true, Ordering::Relaxed);
        outcome?;
        Ok(Together { elapsed, latest: heart.await?, processor_time })
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

/// What this process has worked so far, on all its threads.
fn process_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
}

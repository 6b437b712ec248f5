//! Runs without I/O on one thread, on two, and so on to as many as there are processors.

use std::{cell::Cell, thread};

use greenlight_benches::{
    in_turns::{Contender, Figures, measure},
    threads::at_once,
};

use crate::{
    Bench, Failure, Outcome,
    sides::{BARE, GREENLIGHT, bare_run, behaviour},
};

const TABLE: &str = "cores";

/// Measures all numbers of threads in turns, so that what one thread does is compared with what two do in the same round.
pub(crate) fn run(bench: &mut Bench) -> Outcome<()> {
    let processors: usize = thread::available_parallelism().map_or(1, Into::into);
    let (rounds, runs, warm_up) =
        (bench.mode.amount(60, 1), bench.mode.amount(500, 2), bench.mode.amount(50, 1));
    let settings = behaviour("pass");
    let (ours, bare) = (bench.sides.greenlight(&settings)?, bench.sides.bare(&settings));
    let counts: Vec<usize> =
        (0..).map(|power| 1 << power).take_while(|threads| *threads < processors).collect();
    let counts: Vec<usize> = counts.into_iter().chain([processors]).collect();
    let mut contenders = Vec::new();
    for &threads in &counts {
        let rate = move |elapsed: std::time::Duration| (runs * threads) as f64 / elapsed.as_secs_f64();
        let ours = &ours;
        let our_work = async move |times: usize| {
            for _ in 0..times {
                ours.run().await?;
            }
            Ok::<(), Failure>(())
        };
        contenders.push(Contender::new(GREENLIGHT, move || {
            at_once::<Failure, _, _>(threads, || our_work(warm_up), || our_work(runs)).map(rate)
        }));
        let bare = &bare;
        let bare_work = async move |times: usize| {
            for _ in 0..times {
                bare_run(bare).await?;
            }
            Ok::<(), Failure>(())
        };
        contenders.push(Contender::new(BARE, move || {
            at_once::<Failure, _, _>(threads, || bare_work(warm_up), || bare_work(runs)).map(rate)
        }));
    }
    let figures = measure(rounds, &mut contenders)?;
    println!("\nRuns without I/O, hooks per second by threads, {rounds} rounds");
    for (threads, figures) in counts.iter().zip(figures.chunks(2)) {
        for of in figures {
            println!("  {threads} {:<16} {:>30}", of.name, format!("{:.0}", of.spread()));
            bench.records.row(TABLE, &threads.to_string()).add(of.name, "hooks", "1/s", of.rounds())?;
        }
    }
    let of =
        |wanted: usize| counts.iter().position(|count| *count == wanted).and_then(|at| figures.get(at * 2));
    let scaled = |two: &Figures, one: &Figures| two.ratio_to(one).median;
    let twice = Cell::new(f64::NAN);
    if let (Some(one), Some(two)) = (of(1), of(2)) {
        twice.set(scaled(two, one));
    }
    bench.goals.at_least("two threads against one", 1.8, twice.get(), " times");
    Ok(())
}

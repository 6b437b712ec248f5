//! Whole deployments per second on one processor under virtual time, and what those in flight hold in memory.
//!
//! What a whole deployment is: `support/whole_deployments.rs`. Processor time is that of the one thread that does
//! everything, so that other programs do not count; planning is told beside it, for it reads the AppSpec's text.

use std::{
    env,
    process::{Command, ExitCode},
    time::Duration,
};

use greenlight_benches::{
    bare_lifecycles,
    conditions::Conditions,
    exit,
    goals::Goals,
    in_turns::{Contender, Spread, measure},
    mode::Mode,
    own_memory,
    records::Records,
    whole_deployments::{ALL_AT_ONCE, Broken, CANARY, Course, Fleet},
};

/// Deployments in flight at once.
const COUNTS: [(usize, &str); 5] =
    [(10, "10"), (100, "100"), (1_000, "1,000"), (10_000, "10,000"), (100_000, "100,000")];
/// The same where nothing is measured.
const FEW: [(usize, &str); 5] = [(1, "1"), (2, "2"), (3, "3"), (4, "4"), (5, "5")];

/// Deployments in one turn, at least.
const IN_A_TURN: usize = 10_000;

/// The argument that makes this program tell what a number of deployments holds, which follows.
const HOLD: &str = "--hold";

const MIB: f64 = (1 << 20) as f64;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    exit::status(match arguments.as_slice() {
        [hold, count] if hold == HOLD => hold_in_flight(count),
        _ => run(Mode::from_args()),
    })
}

fn run(mode: Mode) -> Result<(), Broken> {
    if mode == Mode::List {
        println!("virtual_clock: benchmark");
        return Ok(());
    }
    let counts = if mode == Mode::Measure { COUNTS } else { FEW };
    println!("\nWhole deployments under virtual time on one processor, in turns: median (quartiles)");
    println!("{}", Conditions::here());
    let (records, mut goals) = (Records::from_env(), Goals::new());
    for course in [CANARY, ALL_AT_ONCE] {
        compare(mode, course, counts, &records, &mut goals)?;
    }
    memory(counts, &records, &mut goals)?;
    println!("\n{goals}");
    goals.record(&records)?;
    Ok(goals.verdict()?)
}

/// The machine alone and the engine, with each count in flight.
fn compare(
    mode: Mode,
    course: Course,
    counts: [(usize, &'static str); 5],
    records: &Records,
    goals: &mut Goals,
) -> Result<(), Broken> {
    println!("\n{}, deployments per second of processor time", course.name);
    println!(
        "  {:<10} {:>34} {:>31} {:>22} {:>8}",
        "in flight", "machine", "engine", "planning, us each", "events"
    );
    for (count, name) in counts {
        let plays = mode.amount(IN_A_TURN.div_ceil(count), 1);
        let mut planning = Vec::new();
        let mut events = 0;
        let figures = measure(
            mode.amount(7, 1),
            &mut [
                Contender::new("machine", || machines_alone(count, plays, course)),
                Contender::new("engine", || {
                    let turn = engine(count, plays, course)?;
                    planning.push(turn.planning.as_secs_f64() * 1e6 / (count * plays) as f64);
                    events = turn.events / (count * plays);
                    Ok::<_, Broken>((count * plays) as f64 / turn.playing.as_secs_f64())
                }),
            ],
        )?;
        let [machine, engine] = figures.as_slice() else {
            return Err("two contenders gave other than two figures".into());
        };
        let row = format!("{}, {name} in flight", course.name);
        let row = records.row("virtual clock", &row);
        for figures in [machine, engine] {
            row.add(figures.name, "whole deployments per processor second", "1/s", figures.rounds())?;
        }
        // The first round does not count.
        planning.remove(0);
        row.add("engine", "planning", "us", planning.iter().copied())?;
        println!(
            "  {name:<10} {:>34} {:>31} {:>22} {events:>8}",
            format!("{:.0}", machine.spread()),
            format!("{:.0}", engine.spread()),
            format!("{:.1}", Spread::of(planning)),
        );
        let what = format!("{}, {name} in flight, deployments a second", course.name);
        if mode == Mode::Measure {
            goals.at_least(what, 20_000.0, engine.spread().median, "");
        }
    }
    Ok(())
}

fn machines_alone(count: usize, plays: usize, course: Course) -> Result<f64, Broken> {
    let mut spent = Duration::ZERO;
    for _ in 0..plays {
        let mut machines = bare_lifecycles::machines(count, course)?;
        let before = processor_time();
        bare_lifecycles::play(&mut machines)?;
        spent += processor_time().saturating_sub(before);
    }
    Ok((count * plays) as f64 / spent.as_secs_f64())
}

/// What one turn of the engine took.
struct Turn {
    /// Processor time from the first start to the last event.
    playing: Duration,
    /// Processor time of the plans.
    planning: Duration,
    events: usize,
}

/// Starts one deployment in each group and follows all to their ends, over and over. What has ended stays known to the
/// pipeline, as it does for a user.
fn engine(count: usize, plays: usize, course: Course) -> Result<Turn, Broken> {
    let fleet = Fleet::new(count, course)?;
    let mut turn = Turn { playing: Duration::ZERO, planning: Duration::ZERO, events: 0 };
    for _ in 0..plays {
        let before = processor_time();
        let plans = fleet.plans()?;
        let planned = processor_time();
        let deployments = fleet.start(plans)?;
        turn.events += fleet.follow(&deployments)?;
        turn.planning += planned.saturating_sub(before);
        turn.playing += processor_time().saturating_sub(planned);
    }
    Ok(turn)
}

/// A process for each count, so that none has what another one left behind.
fn memory(counts: [(usize, &str); 5], records: &Records, goals: &mut Goals) -> Result<(), Broken> {
    println!("\n{}, memory of a process with so many in flight", CANARY.name);
    println!(
        "  {:<10} {:>16} {:>21} {:>16} {:>20}",
        "in flight", "in flight, MiB", "KiB each", "all ended, MiB", "most, MiB"
    );
    for (count, name) in counts {
        let output = Command::new(env::current_exe()?).arg(HOLD).arg(count.to_string()).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let figures: Vec<u64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [before, held, ended, most] = figures.as_slice() else {
            let told = String::from_utf8_lossy(&output.stderr);
            return Err(format!("the process that holds {count} deployments told {text:?}: {told}").into());
        };
        let each = held.saturating_sub(*before) as f64 / 1024.0 / count as f64;
        let [held, ended, most] = [held, ended, most].map(|bytes| *bytes as f64 / MIB);
        println!("  {name:<10} {held:>16.1} {each:>21.2} {ended:>16.1} {most:>20.1}");
        let row = format!("{}, {name} in flight", CANARY.name);
        let row = records.row("virtual clock", &row);
        row.add("engine", "memory in flight", "MiB", [held])?;
        row.add("engine", "memory for each in flight", "KiB", [each])?;
        row.add("engine", "memory when all have ended", "MiB", [ended])?;
        row.add("engine", "most memory", "MiB", [most])?;
        if count == 100_000 {
            goals.below("100,000 in flight and to their ends, most memory", 1024.0, most, " MiB");
        }
    }
    Ok(())
}

/// Tells the bytes that this process holds with its groups alone, with a deployment of each held in its last hook, and
/// when all have ended; and the most that it ever had.
fn hold_in_flight(count: &str) -> Result<(), Broken> {
    let mut fleet = Fleet::held(count.parse()?, CANARY)?;
    let before = own_memory::resident()?;
    let deployments = fleet.start_one_by_one()?;
    let mut held = 0;
    for _ in CANARY.hooks {
        let hooks = fleet.until_held()?;
        held = own_memory::resident()?;
        fleet.release(hooks)?;
    }
    fleet.follow(&deployments)?;
    println!("{before} {held} {} {}", own_memory::resident()?, own_memory::peak()?);
    Ok(())
}

/// The processor time of this thread, which is the only one that works.
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let part = |part: i64| u64::try_from(part).unwrap_or_default();
    Duration::from_secs(part(time.tv_sec)) + Duration::from_nanos(part(time.tv_nsec))
}

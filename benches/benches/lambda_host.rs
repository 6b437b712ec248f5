//! What a hook costs on AWS Lambda: the start of the Lambda host beside functions in plain Rust, Node.js and Python, and what the
//! host adds to its plugins once it is warm.
//!
//! All are processes under one Runtime API with one CodeDeploy, which answer at once, and are started in turns.

use std::{cell::RefCell, error::Error, fs, path::Path, process::ExitCode, time::Instant};

use greenlight_benches::{
    conditions::Conditions,
    exit,
    goals::Goals,
    in_turns::{Contender, Figures, Spread, measure, quantile},
    lambda_api::LambdaApi,
    lambda_contenders::Contenders,
    lambda_function::{FunctionProgram, FunctionUsage},
    mode::Mode,
    records::Records,
};

const MIB: f64 = (1 << 20) as f64;

/// How much more memory a process may hold after all hooks than after the first thousand.
const GROWTH: f64 = 1.0;

/// Hooks of one deployment: its first asks CodeDeploy for everything, the others for what changes.
const HOOKS_OF_A_DEPLOYMENT: usize = 4;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    exit::status(run(Mode::from_args()))
}

fn run(mode: Mode) -> Outcome<()> {
    if mode == Mode::List {
        println!("lambda_host: benchmark");
        return Ok(());
    }
    let contenders = Contenders::prepare()?;
    let records = Records::from_env();
    for missing in &contenders.missing {
        eprintln!("left out: {missing}");
        records.missing("cold start", missing.name, &missing.why)?;
    }
    let services = LambdaApi::start()?;
    println!("\nHook functions, started in turns: median (quartiles)");
    println!("{}", Conditions::here());
    let mut goals = Goals::new();
    cold(mode, &contenders, &services, &records, &mut goals)?;
    sizes(&contenders, &records, &mut goals)?;
    warm(mode, &contenders, &services, &records)?;
    lasting(mode, &contenders.host, &services, &records, &mut goals)?;
    println!("\n{goals}");
    if mode != Mode::Check {
        goals.record(&records)?;
    }
    // A start or two say nothing.
    if mode == Mode::Measure { goals.verdict().map_err(Into::into) } else { Ok(()) }
}

/// What one start took and left.
struct Start {
    /// Until the function asked for its event, in milliseconds.
    until_invoked: f64,
    /// Until its report was there, in milliseconds.
    until_reported: f64,
    usage: FunctionUsage,
}

/// From the start of the process to the arrival of its first report.
fn cold(
    mode: Mode,
    contenders: &Contenders,
    services: &LambdaApi,
    records: &Records,
    goals: &mut Goals,
) -> Outcome<()> {
    let rounds = mode.amount(60, 1);
    let starts: Vec<RefCell<Vec<Start>>> = contenders.all().iter().map(|_| RefCell::default()).collect();
    let turns = contenders.all().into_iter().zip(&starts).map(|(program, starts)| {
        Contender::new(program.name, move || {
            let start = start_once(program, services)?;
            let elapsed = start.until_reported;
            starts.borrow_mut().push(start);
            Ok::<_, Box<dyn Error>>(elapsed)
        })
    });
    let figures = measure(rounds, &mut turns.collect::<Vec<_>>())?;
    println!("\nCold start, until the first report is there, {rounds} rounds");
    println!(
        "  {:>10} {:>24} {:>24} {:>24} {:>13} {:>13}",
        "", "ms", "of it until it asks", "processor ms", "resident MiB", "at most MiB"
    );
    for (figures, starts) in figures.iter().zip(&starts) {
        let starts = starts.borrow();
        let of = |figure: &dyn Fn(&Start) -> f64| Spread::of(starts.iter().map(figure).collect());
        // Without the one that does not count.
        let each = |figure: fn(&Start) -> f64| starts.iter().skip(1).map(figure);
        let row = records.row("cold start", "start");
        row.add(figures.name, "time", "ms", figures.rounds())?;
        row.add(figures.name, "of it until it asks", "ms", each(|start| start.until_invoked))?;
        row.add(
            figures.name,
            "processor time",
            "ms",
            each(|start| start.usage.processor.as_secs_f64() * 1e3),
        )?;
        row.add(
            figures.name,
            "resident memory",
            "MiB",
            each(|start| start.usage.resident_bytes as f64 / MIB),
        )?;
        println!(
            "  {:>10} {:>24} {:>24} {:>24} {:>13.1} {:>13.1}",
            figures.name,
            figures.spread().to_string(),
            of(&|start| start.until_invoked).to_string(),
            of(&|start| start.usage.processor.as_secs_f64() * 1e3).to_string(),
            of(&|start| start.usage.resident_bytes as f64 / MIB).median,
            of(&|start| start.usage.most_resident_bytes as f64 / MIB).median,
        );
    }
    let Some((host, others)) = figures.split_first() else { return Ok(()) };
    for other in others {
        println!("  {} / {}: {:.2}", other.name, host.name, other.ratio_to(host));
    }
    // Who did not take part reaches nothing.
    let against = |name: &str, ratio: &dyn Fn(&Figures) -> Spread| {
        others.iter().find(|other| other.name == name).map_or(f64::NAN, |other| ratio(other).median)
    };
    let to_rust = against(contenders.rust.name, &|rust| host.ratio_to(rust));
    goals.at_most("cold start against bare Rust", 0.7, to_rust, " times");
    let of_node = against("Node.js", &|node| node.ratio_to(host));
    goals.at_least("cold start of Node.js against ours", 30.0, of_node, " times");
    let resident = starts.first().map(|starts| {
        Spread::of(starts.borrow().iter().map(|start| start.usage.most_resident_bytes as f64 / MIB).collect())
            .high
    });
    goals.below("resident memory after the first report", 12.0, resident.unwrap_or(f64::NAN), " MiB");
    Ok(())
}

fn start_once(program: &FunctionProgram, services: &LambdaApi) -> Outcome<Start> {
    services.reset();
    let begun = Instant::now();
    let process = program.start(services.addresses())?;
    let times = services.hook("d-COLD00000", "execution-of-the-first-hook")?;
    let usage = process.usage()?;
    let since = |at: Instant| at.duration_since(begun).as_secs_f64() * 1e3;
    Ok(Start { until_invoked: since(times.invoked), until_reported: since(times.reported), usage })
}

fn sizes(contenders: &Contenders, records: &Records, goals: &mut Goals) -> Outcome<()> {
    let size = |program: &FunctionProgram| -> Outcome<f64> {
        let path = program.command.first().map(Path::new).ok_or("there is no program")?;
        Ok(fs::metadata(path)?.len() as f64 / MIB)
    };
    let (host, rust) = (size(&contenders.host)?, size(&contenders.rust)?);
    let bundle = contenders.bundle.len() as f64 / MIB;
    println!(
        "\nSizes: program {host:.2} MiB, bundle with one plugin {bundle:.2} MiB zipped; bare Rust {rust:.2} MiB"
    );
    let row = |name| records.row("size on disk", name);
    row("program").add(contenders.host.name, "size", "MiB", [host])?;
    row("program").add(contenders.rust.name, "size", "MiB", [rust])?;
    row("bundle with one plugin, zipped").add(contenders.host.name, "size", "MiB", [bundle])?;
    goals.below("the host's program", 9.0, host, " MiB");
    goals.below("the bundle with one plugin, zipped", 4.0, bundle, " MiB");
    Ok(())
}

/// From the event to the report, in processes that are warm. Each round has a process of its own for each.
fn warm(mode: Mode, contenders: &Contenders, services: &LambdaApi, records: &Records) -> Outcome<()> {
    let (rounds, hooks) = (mode.amount(5, 1), mode.amount(200, 2));
    let slow: Vec<RefCell<Vec<f64>>> = contenders.all().iter().map(|_| RefCell::default()).collect();
    let turns = contenders.all().into_iter().zip(&slow).map(|(program, slow)| {
        Contender::new(program.name, move || {
            let times = warm_hooks(program, services, hooks)?;
            slow.borrow_mut().push(quantile(&times, 0.99));
            Ok::<_, Box<dyn Error>>(quantile(&times, 0.5))
        })
    });
    let figures = measure(rounds, &mut turns.collect::<Vec<_>>())?;
    println!(
        "\nWarm, from the event to the report, {rounds} rounds of {hooks} hooks each, of one deployment, microseconds"
    );
    println!("  {:>10} {:>28} {:>28}", "", "p50", "p99");
    for (of, slow) in figures.iter().zip(slow) {
        let slow = slow.into_inner();
        let row = records.row("warm function", "event to report");
        row.add(of.name, "time p50", "us", of.rounds())?;
        row.add(of.name, "time p99", "us", slow.iter().skip(1).copied())?;
        let (half, slow) = (format!("{:.0}", of.spread()), format!("{:.0}", Spread::of(slow)));
        println!("  {:>10} {half:>28} {slow:>28}", of.name);
    }
    Ok(())
}

/// The times of hooks in a process of their own, upwards, without the first, which is cold.
fn warm_hooks(program: &FunctionProgram, services: &LambdaApi, hooks: usize) -> Outcome<Vec<f64>> {
    services.reset();
    let process = program.start(services.addresses())?;
    let mut times = Vec::with_capacity(hooks);
    for number in 0..=hooks {
        let hook = services.hook("d-WARM00000", &format!("execution-{number}"))?;
        if number > 0 {
            times.push(hook.reported.duration_since(hook.invoked).as_secs_f64() * 1e6);
        }
        process.skip_output();
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}

/// What the host adds to its plugin, and what it holds, over many hooks of one process.
fn lasting(
    mode: Mode,
    host: &FunctionProgram,
    services: &LambdaApi,
    records: &Records,
    goals: &mut Goals,
) -> Outcome<()> {
    let (hooks, sample) = (mode.amount(100_000, 8), mode.amount(1_000, 2));
    services.reset();
    let process = host.start(services.addresses())?;
    let (mut firsts, mut others, mut resident) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..hooks {
        let deployment = format!("d-{:09}", number / HOOKS_OF_A_DEPLOYMENT);
        let hook = services.hook(&deployment, &format!("execution-{number}"))?;
        let plugin = process.plugin_time()?;
        let added = hook.reported.duration_since(hook.invoked).saturating_sub(plugin).as_secs_f64() * 1e6;
        let times = if number % HOOKS_OF_A_DEPLOYMENT == 0 { &mut firsts } else { &mut others };
        times.push(added);
        if (number + 1) % sample == 0 {
            resident.push(process.usage()?.resident_bytes as f64 / MIB);
        }
    }
    println!(
        "\nThe host's own part of {hooks} hooks in one process, {HOOKS_OF_A_DEPLOYMENT} of each deployment, microseconds"
    );
    println!("  {:>42} {:>10} {:>10}", "", "p50", "p99");
    for (name, calls, mut times) in [("the first of a deployment", 4, firsts), ("the others", 1, others)] {
        times.sort_by(f64::total_cmp);
        let row = records.row("the host's own part of a hook", name);
        row.add(host.name, "time p50", "us", [quantile(&times, 0.5)])?;
        row.add(host.name, "time p99", "us", [quantile(&times, 0.99)])?;
        println!(
            "  {:>42} {:>10.0} {:>10.0}",
            format!("{name} ({calls} calls for context)"),
            quantile(&times, 0.5),
            quantile(&times, 0.99)
        );
    }
    let first = resident.first().copied().unwrap_or(f64::NAN);
    let most = resident.iter().copied().fold(f64::NAN, f64::max);
    let last = resident.last().copied().unwrap_or(f64::NAN);
    let tenths: Vec<String> =
        resident.iter().step_by((resident.len() / 10).max(1)).map(|mib| format!("{mib:.1}")).collect();
    println!("  resident MiB after each tenth: {}, at the end {last:.1}", tenths.join(" "));
    goals.at_most(
        format!("more memory after {hooks} hooks than after {sample}"),
        GROWTH,
        most - first,
        " MiB",
    );
    Ok(())
}

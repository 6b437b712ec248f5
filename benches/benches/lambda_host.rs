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
    let services = LambdaApi::start()?;
    println!("\nHook functions, started in turns: median (quartiles)");
    println!("{}", Conditions::here());
    let mut goals = Goals::new();
    cold(mode, &contenders, &services, &mut goals)?;
    sizes(&contenders, &mut goals)?;
    warm(mode, &contenders, &services)?;
    lasting(mode, &contenders.host, &services, &mut goals)?;
    println!("\n{goals}");
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
fn cold(mode: Mode, contenders: &Contenders, services: &LambdaApi, goals: &mut Goals) -> Outcome<()> {
    let rounds = mode.amount(60, 1);
    let starts: Vec<RefCell<Vec<Start>>> = contenders.all().map(|_| RefCell::default()).into();
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
    let [host, rust, node, python] = figures.as_slice() else { return Ok(()) };
    for other in [rust, node, python] {
        println!("  {} / {}: {:.2}", other.name, host.name, other.ratio_to(host));
    }
    let against = |one: &Figures, other: &Figures| one.ratio_to(other).median;
    goals.at_most("cold start against bare Rust", 0.7, against(host, rust), " times");
    goals.at_least("cold start of Node.js against ours", 30.0, against(node, host), " times");
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
    let process = program.start(services.address())?;
    let times = services.hook("d-COLD00000", "execution-of-the-first-hook")?;
    let usage = process.usage()?;
    let since = |at: Instant| at.duration_since(begun).as_secs_f64() * 1e3;
    Ok(Start { until_invoked: since(times.invoked), until_reported: since(times.reported), usage })
}

fn sizes(contenders: &Contenders, goals: &mut Goals) -> Outcome<()> {
    let size = |program: &FunctionProgram| -> Outcome<f64> {
        let path = program.command.first().map(Path::new).ok_or("there is no program")?;
        Ok(fs::metadata(path)?.len() as f64 / MIB)
    };
    let (host, rust) = (size(&contenders.host)?, size(&contenders.rust)?);
    let bundle = contenders.bundle.len() as f64 / MIB;
    println!(
        "\nSizes: program {host:.2} MiB, bundle with one plugin {bundle:.2} MiB zipped; bare Rust {rust:.2} MiB"
    );
    goals.below("the host's program", 9.0, host, " MiB");
    goals.below("the bundle with one plugin, zipped", 4.0, bundle, " MiB");
    Ok(())
}

/// From the event to the report, in processes that are warm.
fn warm(mode: Mode, contenders: &Contenders, services: &LambdaApi) -> Outcome<()> {
    let hooks = mode.amount(1000, 2);
    println!("\nWarm, from the event to the report, {hooks} hooks each, of one deployment, microseconds");
    println!("  {:>10} {:>10} {:>10}", "", "p50", "p99");
    for program in contenders.all() {
        services.reset();
        let process = program.start(services.address())?;
        let mut times = Vec::new();
        for number in 0..=hooks {
            let hook = services.hook("d-WARM00000", &format!("execution-{number}"))?;
            times.push(hook.reported.duration_since(hook.invoked).as_secs_f64() * 1e6);
            process.skip_output();
        }
        // The first one was cold.
        times.remove(0);
        times.sort_by(f64::total_cmp);
        println!("  {:>10} {:>10.0} {:>10.0}", program.name, quantile(&times, 0.5), quantile(&times, 0.99));
    }
    Ok(())
}

/// What the host adds to its plugin, and what it holds, over many hooks of one process.
fn lasting(mode: Mode, host: &FunctionProgram, services: &LambdaApi, goals: &mut Goals) -> Outcome<()> {
    let (hooks, sample) = (mode.amount(100_000, 8), mode.amount(1_000, 2));
    services.reset();
    let process = host.start(services.address())?;
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

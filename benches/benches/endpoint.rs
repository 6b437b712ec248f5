//! How the endpoint's memory and latency grow with the deployments in flight.
//!
//! One process for each count, with its state on the disk; they are asked in turns. Everything in them is simulated.

use std::{io, path::Path, process::ExitCode, sync::Arc, time::Duration};

use criterion::Criterion;
use greenlight_benches::{
    conditions::Conditions,
    endpoint_client::{APPLICATION, Asking, EndpointClient, group_name, target_of},
    endpoint_process::{self, EndpointProcess},
    exit,
    growth::{Growth, Limit},
    http_load::{HttpLoad, Load, LoadError},
    in_turns::{Contender, Figures, Spread, measure},
    mode::Mode,
    records::Records,
};
use serde_json::{Value, json};

/// Deployments in flight, each in a group of its own. The last is the account's limit.
const COUNTS: [(usize, &str); 3] = [(10, "10"), (100, "100"), (1000, "1,000")];
/// The same where nothing is measured.
const FEW: [(usize, &str); 3] = [(2, "2"), (3, "3"), (4, "4")];

const MIB: f64 = (1 << 20) as f64;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    exit::status(match arguments.as_slice() {
        [serve, directory] if serve == endpoint_process::SERVE => {
            endpoint_process::serve(Path::new(directory))
        }
        _ => run(Mode::from_args()),
    })
}

/// An endpoint with a number of deployments in flight.
struct Filled {
    name: &'static str,
    process: EndpointProcess,
    client: EndpointClient,
    /// By the number of its group.
    deployments: Vec<String>,
    /// Bytes, before anything was there.
    empty: u64,
    /// Of CreateDeployment, in microseconds, in order.
    creations: Vec<f64>,
}

fn run(mode: Mode) -> Result<(), Box<dyn std::error::Error>> {
    let counts = if mode == Mode::Measure { COUNTS } else { FEW };
    let mut all = Vec::new();
    for (count, name) in counts {
        all.push(Filled::start(count, name)?);
    }
    let records = Records::from_env();
    if !records.are_wanted() {
        one_by_one(mode, &all)?;
    }
    if mode == Mode::List {
        return Ok(());
    }
    println!("\nEndpoints with deployments in flight, in turns: median (quartiles)");
    println!("{}", Conditions::here());
    println!(
        "a process each, its state on the disk; half of the deployments wait in a hook, half to be continued"
    );

    let mut growth = Growth::new();
    memory(&all, &mut growth)?;
    // With eight, deployments that lie wide apart in memory cost up to half more, and that is no search: see the ten.
    for (connections, requests, limit) in [(1, 400, Limit::Flat), (8, 100, Limit::Linear)] {
        let of_all = Question { limit, ..Question::get_deployment() };
        for what in [of_all, Question::get_deployment_of_ten()] {
            compare(mode, &records, &what, connections, requests, &all, &mut growth)?;
        }
    }
    for what in
        [Question::get_target(), Question::get_group(), Question::list_of_group(), Question::list_of_all()]
    {
        compare(mode, &records, &what, 1, 200, &all, &mut growth)?;
    }
    create(mode, &mut all, &mut growth)?;
    restart(mode, &mut all)?;
    println!("\n{growth}");
    if mode != Mode::Check {
        growth.record(&records)?;
    }
    // A handful of deployments without optimisation says nothing of growth.
    if mode == Mode::Measure { growth.verdict().map_err(Into::into) } else { Ok(()) }
}

impl Filled {
    fn start(count: usize, name: &'static str) -> Result<Self, LoadError> {
        let process = EndpointProcess::start()?;
        let empty = process.usage()?.resident_bytes;
        let mut client = EndpointClient::connect(process.address())?;
        client.create_application()?;
        let (mut deployments, mut creations) = (Vec::new(), Vec::new());
        for number in 0..count {
            client.create_group(number)?;
            let (id, took) = client.deploy(number)?;
            deployments.push(id);
            creations.push(took.as_secs_f64() * 1e6);
        }
        for (number, id) in deployments.iter().enumerate() {
            client.until_in_flight(number, id)?;
        }
        Ok(Self { name, process, client, deployments, empty, creations })
    }

    fn count(&self) -> usize {
        self.deployments.len()
    }
}

/// Something to ask, of each group and its deployment.
struct Question {
    name: &'static str,
    operation: &'static str,
    /// The input, and what the answer holds.
    about: fn(usize, &str) -> (Value, String),
    /// Of how many groups at most, of however many there are.
    groups: usize,
    limit: Limit,
}

impl Question {
    const fn get_deployment() -> Self {
        let about = |_, id: &str| (json!({ "deploymentId": id }), id.to_owned());
        Self {
            name: "GetDeployment",
            operation: "GetDeployment",
            about,
            groups: usize::MAX,
            limit: Limit::Flat,
        }
    }

    /// The same ten wherever it is asked: what is more with more deployments is the search, and not the processor's
    /// cache, which holds ten of them and not a thousand.
    const fn get_deployment_of_ten() -> Self {
        Self { name: "GetDeployment of the same ten", groups: 10, ..Self::get_deployment() }
    }

    const fn get_target() -> Self {
        let about = |number, id: &str| (target_of(number, id), id.to_owned());
        Self {
            name: "GetDeploymentTarget",
            operation: "GetDeploymentTarget",
            about,
            groups: usize::MAX,
            limit: Limit::Flat,
        }
    }

    const fn get_group() -> Self {
        let about = |number, id: &str| (of_group(number), id.to_owned());
        Self {
            name: "GetDeploymentGroup",
            operation: "GetDeploymentGroup",
            about,
            groups: usize::MAX,
            limit: Limit::Flat,
        }
    }

    const fn list_of_group() -> Self {
        let about = |number, id: &str| (of_group(number), id.to_owned());
        Self {
            name: "ListDeployments of a group",
            operation: "ListDeployments",
            about,
            groups: usize::MAX,
            limit: Limit::Flat,
        }
    }

    const fn list_of_all() -> Self {
        let about = |_, _: &str| (json!({}), "\"deployments\"".to_owned());
        Self {
            name: "ListDeployments, the first page of all",
            operation: "ListDeployments",
            about,
            groups: usize::MAX,
            limit: Limit::Linear,
        }
    }

    fn asking(&self, of: &Filled) -> Arc<Asking> {
        let inputs = of.deployments.iter().enumerate().take(self.groups);
        let inputs = inputs.map(|(number, id)| (self.about)(number, id));
        Arc::new(Asking::new(self.operation, inputs))
    }
}

fn of_group(number: usize) -> Value {
    json!({ "applicationName": APPLICATION, "deploymentGroupName": group_name(number) })
}

/// Each alone, by criterion, which compares with the last time that it ran here.
fn one_by_one(mode: Mode, all: &[Filled]) -> Result<(), LoadError> {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(20)
        .configure_from_args();
    let mut group = criterion.benchmark_group("endpoint, GetDeployment");
    for filled in all {
        let mut load = HttpLoad::open(filled.process.address(), 1)?;
        let asking = Question::get_deployment().asking(filled);
        let mut broken = None;
        group.bench_function(format!("{} in flight", filled.name), |bencher| {
            bencher.iter_custom(|requests| {
                let requests =
                    if mode == Mode::Check { 1 } else { usize::try_from(requests).unwrap_or(usize::MAX) };
                match load.turn_of(requests, &asking) {
                    Ok(turn) => turn.elapsed,
                    Err(error) => {
                        broken.get_or_insert(error);
                        // Criterion cannot be told of an error, and divides by what it is told.
                        Duration::from_nanos(1)
                    }
                }
            });
        });
        if let Some(error) = broken {
            return Err(error);
        }
    }
    group.finish();
    criterion.final_summary();
    Ok(())
}

/// One question, to all in turns.
fn compare(
    mode: Mode,
    records: &Records,
    what: &Question,
    connections: usize,
    requests: usize,
    all: &[Filled],
    growth: &mut Growth,
) -> Result<(), Box<dyn std::error::Error>> {
    let (rounds, requests) = (mode.amount(30, 2), mode.amount(requests, 3));
    let mut loads = Vec::new();
    for filled in all {
        loads.push(HttpLoad::open(filled.process.address(), connections)?);
    }
    let before = processor_times(all)?;
    let mut turns: Vec<Vec<Load>> = vec![Vec::new(); all.len()];
    let contenders = all.iter().zip(&mut loads).zip(&mut turns).map(|((filled, load), turns)| {
        let asking = what.asking(filled);
        Contender::new(filled.name, move || {
            let turn = load.turn_of(requests, &asking)?;
            let median = turn.latency(0.5);
            turns.push(turn);
            Ok::<_, LoadError>(median)
        })
    });
    let figures = measure(rounds, &mut contenders.collect::<Vec<_>>())?;
    let after = processor_times(all)?;

    let plural = if connections == 1 { "" } else { "s" };
    println!(
        "\n{}, {connections} connection{plural}, {rounds} rounds of {} requests",
        what.name,
        requests * connections
    );
    println!(
        "  {:>9} {:>32} {:>30} {:>30} {:>14}",
        "in flight", "requests/s", "latency p50 us", "latency p99 us", "processor us"
    );
    for ((figures, turns), (before, after)) in figures.iter().zip(&turns).zip(before.iter().zip(&after)) {
        let spread = |figure: &dyn Fn(&Load) -> f64| Spread::of(turns.iter().map(figure).collect());
        let asked = turns.iter().map(|turn| turn.latencies.len()).sum::<usize>();
        println!(
            "  {:>9} {:>32} {:>30} {:>30} {:>14.0}",
            figures.name,
            format!("{:.0}", spread(&Load::rate)),
            format!("{:.0}", figures.spread()),
            format!("{:.0}", spread(&|load| load.latency(0.99))),
            after.saturating_sub(*before).as_secs_f64() * 1e6 / asked as f64,
        );
    }
    let row = format!("{}, {connections} connection{plural}", what.name);
    for figures in &figures {
        let contender = format!("{} in flight", figures.name);
        records.row("endpoint", &row).add(&contender, "latency p50", "us", figures.rounds())?;
    }
    let name = format!("{row}, latency p50");
    note(growth, &name, what.limit, &figures, all);
    Ok(())
}

/// CreateDeployment, each time to a group whose deployment was just stopped, so that as many are in flight.
fn create(mode: Mode, all: &mut [Filled], growth: &mut Growth) -> Result<(), LoadError> {
    let (rounds, each) = (mode.amount(20, 2), mode.amount(5, 1));
    let counts: Vec<_> =
        all.iter().map(|filled| (filled.name, filled.count(), filled.creations.clone())).collect();
    let contenders = all.iter_mut().map(|filled| {
        let mut next = 0;
        Contender::new(filled.name, move || {
            let mut times = Vec::new();
            for _ in 0..each {
                let number = next % filled.deployments.len();
                next += 1;
                let Some(deployment) = filled.deployments.get_mut(number) else { continue };
                filled.client.stop(deployment)?;
                let (id, took) = filled.client.deploy(number)?;
                filled.client.until_in_flight(number, &id)?;
                *deployment = id;
                times.push(took.as_secs_f64() * 1e6);
            }
            Ok::<_, LoadError>(Spread::of(times).median)
        })
    });
    let figures = measure(rounds, &mut contenders.collect::<Vec<_>>())?;
    println!("\nCreateDeployment, on the disk when it is answered, {rounds} rounds of {each}");
    println!("  {:>9} {:>34} {:>38}", "in flight", "latency p50 us", "the same while it was filled");
    for (figures, (_, _, creations)) in figures.iter().zip(&counts) {
        let filling = Spread::of(creations.clone());
        println!(
            "  {:>9} {:>34} {:>38}",
            figures.name,
            format!("{:.0}", figures.spread()),
            format!("{filling:.0}")
        );
    }
    // The disk's own time, which other programs share, is nearly all of it.
    note(growth, "CreateDeployment, latency p50", Limit::Linear, &figures, all);
    Ok(())
}

/// What is held for each deployment.
fn memory(all: &[Filled], growth: &mut Growth) -> io::Result<()> {
    println!("\nMemory, of the process's own, and the files of the state");
    println!(
        "  {:>9} {:>12} {:>12} {:>26} {:>12}",
        "in flight", "empty MiB", "filled MiB", "for each deployment KiB", "files MiB"
    );
    let mut of_each = Vec::new();
    for filled in all {
        let now = filled.process.usage()?.resident_bytes;
        let each = now.saturating_sub(filled.empty) as f64 / filled.count() as f64;
        println!(
            "  {:>9} {:>12.1} {:>12.1} {:>26.1} {:>12.1}",
            filled.name,
            filled.empty as f64 / MIB,
            now as f64 / MIB,
            each / 1024.0,
            filled.process.state_bytes()? as f64 / MIB
        );
        of_each.push((filled, now.saturating_sub(filled.empty) as f64));
    }
    if let [(small, less), .., (large, more)] = of_each.as_slice() {
        let times = large.count() as f64 / small.count() as f64;
        growth.note("memory for the deployments", Limit::Linear, times, more / less);
    }
    Ok(())
}

/// Kills each, and starts it again on its state.
fn restart(mode: Mode, all: &mut [Filled]) -> Result<(), LoadError> {
    println!("\nKilled and started again, {} times", mode.amount(3, 1));
    println!("  {:>9} {:>30} {:>12}", "in flight", "until it serves ms", "MiB then");
    for filled in all {
        let mut times = Vec::new();
        for _ in 0..mode.amount(3, 1) {
            times.push(filled.process.restart()?.as_secs_f64() * 1e3);
        }
        filled.client = EndpointClient::connect(filled.process.address())?;
        for (number, id) in filled.deployments.iter().enumerate() {
            filled.client.until_in_flight(number, id)?;
        }
        let resident = filled.process.usage()?.resident_bytes as f64 / MIB;
        println!("  {:>9} {:>30} {resident:>12.1}", filled.name, format!("{:.0}", Spread::of(times)));
    }
    Ok(())
}

/// The ratios of each count to the first.
fn note(growth: &mut Growth, name: &str, limit: Limit, figures: &[Figures], all: &[Filled]) {
    let [first, others @ ..] = figures else { return };
    let Some(fewest) = all.first().map(Filled::count) else { return };
    for (figures, filled) in others.iter().zip(all.iter().skip(1)) {
        let (ratio, times) = (figures.ratio_to(first), filled.count() as f64 / fewest as f64);
        println!("  {} / {}: {ratio:.2}", figures.name, first.name);
        growth.note(name, limit, times, ratio.median);
    }
}

fn processor_times(all: &[Filled]) -> io::Result<Vec<Duration>> {
    all.iter().map(|filled| Ok(filled.process.usage()?.processor)).collect()
}

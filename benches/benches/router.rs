//! What the router costs: requests per second, latency and processor time through it, and to the service directly.
//!
//! Client, service and router have a thread each. On two processors the three share them, so the ratio of rates also
//! holds what they take from each other; the router's own processor time for a request is the figure that travels.

use std::{io, net::SocketAddr, process::ExitCode, time::Duration};

use criterion::{Criterion, Throughput};
use greenlight::local::router::{Router, RouterConfig, TargetGroup};
use greenlight_benches::{
    conditions::Conditions,
    exit,
    http_load::{HttpLoad, Load, LoadError},
    http_service,
    in_turns::{Contender, Spread, measure},
    mode::Mode,
    own_thread::OwnThread,
};

/// Connections at once, with the requests that each sends in one turn: a turn takes some 50 ms.
const LOADS: [(usize, usize); 2] = [(1, 500), (64, 50)];

fn main() -> ExitCode {
    exit::status(run(Mode::from_args()))
}

fn run(mode: Mode) -> Result<(), Box<dyn std::error::Error>> {
    let service_thread = OwnThread::start("service")?;
    let service = service_thread.run(http_service::serve())??;
    let router_thread = OwnThread::start("router")?;
    let router = router_thread.run(async move {
        let router = Router::bind(RouterConfig::new(([127, 0, 0, 1], 0).into())).await?;
        router.set_targets(TargetGroup::Blue, &[service]);
        Ok::<_, greenlight::local::router::RouterError>(router)
    })??;
    let routed = router.production_addr();
    router_thread.keep(router);

    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .sample_size(20)
        .configure_from_args();
    for (connections, requests) in LOADS {
        let requests = mode.amount(requests, 2);
        one_by_one(&mut criterion, connections, requests, service, routed)?;
    }
    criterion.final_summary();
    if mode == Mode::List {
        return Ok(());
    }

    println!("\nRouter against the service alone, in turns: median (quartiles)");
    println!("{}", Conditions::here());
    for (connections, requests) in LOADS {
        let rounds = mode.amount(60, 2);
        compare(rounds, connections, mode.amount(requests, 2), service, routed, &router_thread)?;
    }
    Ok(())
}

/// Each alone, by criterion, which compares with the last time that it ran here.
fn one_by_one(
    criterion: &mut Criterion,
    connections: usize,
    requests: usize,
    service: SocketAddr,
    routed: SocketAddr,
) -> Result<(), LoadError> {
    let mut group = criterion.benchmark_group(format!("router, {connections} connections"));
    group.throughput(Throughput::Elements((requests * connections) as u64));
    for (name, address) in [("direct", service), ("routed", routed)] {
        let mut load = HttpLoad::open(address, connections)?;
        let mut broken = None;
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|turns| {
                let mut elapsed = Duration::ZERO;
                for _ in 0..turns {
                    match load.turn(requests) {
                        Ok(turn) => elapsed += turn.elapsed,
                        Err(error) => {
                            broken.get_or_insert(error);
                        }
                    }
                }
                // Criterion cannot be told of an error, and divides by what it is told.
                elapsed.max(Duration::from_nanos(1))
            });
        });
        if let Some(error) = broken {
            return Err(error);
        }
    }
    group.finish();
    Ok(())
}

/// Both in turns.
fn compare(
    rounds: usize,
    connections: usize,
    requests: usize,
    service: SocketAddr,
    routed: SocketAddr,
    router_thread: &OwnThread,
) -> Result<(), LoadError> {
    let (mut direct, mut through) =
        (HttpLoad::open(service, connections)?, HttpLoad::open(routed, connections)?);
    let (mut loads_direct, mut loads_through) = (Vec::new(), Vec::new());
    let mut processor = Vec::new();
    let figures = measure(
        rounds,
        &mut [
            Contender::new("direct", || turn(&mut direct, requests, &mut loads_direct)),
            Contender::new("routed", || {
                let before = router_thread.processor_time()?;
                let rate = turn(&mut through, requests, &mut loads_through)?;
                let spent = router_thread.processor_time()?.saturating_sub(before);
                processor.push(spent.as_secs_f64() * 1e6 / (requests * connections) as f64);
                Ok(rate)
            }),
        ],
    )?;
    let [direct, routed] = figures.as_slice() else {
        return Err(io::Error::other("two contenders gave other than two figures").into());
    };
    println!("\n{connections} connections, {rounds} rounds of {} requests each", requests * connections);
    println!("  {:<8} {:>34} {:>30} {:>32}", "", "requests/s", "latency p50 us", "latency p99 us");
    for (figures, loads) in [(direct, &loads_direct), (routed, &loads_through)] {
        let latency = |part| Spread::of(loads.iter().map(|load| load.latency(part)).collect()).to_string();
        println!(
            "  {:<8} {:>34} {:>30} {:>32}",
            figures.name,
            format!("{:.0}", figures.spread()),
            latency(0.5),
            latency(0.99)
        );
    }
    println!("  routed / direct, requests/s: {:.3}", routed.ratio_to(direct));
    println!("  router's processor time for a request: {:.1} us", Spread::of(processor));
    Ok(())
}

fn turn(load: &mut HttpLoad, requests: usize, loads: &mut Vec<Load>) -> Result<f64, LoadError> {
    let turn = load.turn(requests)?;
    let rate = turn.rate();
    loads.push(turn);
    Ok(rate)
}

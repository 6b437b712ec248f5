//! What the router costs: requests per second, latency and processor time through it, through nginx, and to the service
//! directly.
//!
//! Client, service and router have a thread each, nginx is one process. Router and nginx have one and the same processor for
//! themselves, where there are two; the client and the service share the other, or have one each where there are three.
//! The processor time for a request is the figure that travels.

use std::{io, net::SocketAddr, process::ExitCode, time::Duration};

use criterion::{Criterion, Throughput};
use greenlight::local::router::{Router, RouterConfig, TargetGroup};
use greenlight_benches::{
    conditions::Conditions,
    exit,
    goals::Goals,
    http_load::{HttpLoad, Load, LoadError},
    http_service,
    in_turns::{Contender, Spread, measure},
    mode::Mode,
    nginx::{Nginx, NoNginx},
    own_thread::OwnThread,
    processors::{Places, Who, keep_on},
    records::Records,
};

type Failure = Box<dyn std::error::Error>;

/// What the processor time for a request may be, against nginx's.
const GOAL: f64 = 1.1;

/// Connections at once, with the requests that each sends in one turn: a turn takes some 50 ms.
const LOADS: [(usize, usize); 2] = [(1, 500), (64, 50)];

fn main() -> ExitCode {
    exit::status(run(Mode::from_args()))
}

fn run(mode: Mode) -> Result<(), Failure> {
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
    let nginx = match Nginx::start(service) {
        Err(NoNginx::Missing) => None,
        started => Some(started?),
    };
    // Looked at before this thread is kept on one of them.
    let (places, conditions) = (Places::here(), Conditions::here());
    if let Some(Places { client, service, between }) = places {
        keep_on(Who::ThisThread, client)?;
        service_thread.run(async move { keep_on(Who::ThisThread, service) })??;
        router_thread.run(async move { keep_on(Who::ThisThread, between) })??;
        if let Some(nginx) = &nginx {
            keep_on(Who::Process(nginx.id()), between)?;
        }
    }

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

    println!("\nRequests directly, through the router and through nginx, in turns: median (quartiles)");
    println!("{conditions}");
    match &nginx {
        Some(nginx) => println!("{} with one worker", nginx.version()),
        None => println!("without nginx: {}", NoNginx::Missing),
    }
    println!("{}", places.map_or_else(|| "all share one processor".to_owned(), |places| places.to_string()));
    let setting = Setting { service, routed, router_thread, nginx, records: Records::from_env() };
    let mut goals = Goals::new();
    for (connections, requests) in LOADS {
        setting.compare(mode.amount(60, 2), connections, mode.amount(requests, 2), &mut goals)?;
    }
    if mode == Mode::Check {
        // What was done twice is no measurement.
        return Ok(());
    }
    println!("\n{goals}");
    goals.record(&setting.records)?;
    Ok(goals.verdict()?)
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

/// Who is asked.
struct Setting {
    service: SocketAddr,
    routed: SocketAddr,
    router_thread: OwnThread,
    nginx: Option<Nginx>,
    records: Records,
}

/// One way to the service, and what came of it.
struct Way<'a> {
    load: HttpLoad,
    loads: Vec<Load>,
    /// The processor time of whatever is between client and service, so far.
    clock: Option<Clock<'a>>,
    /// Microseconds of it for a request.
    spent: Vec<f64>,
}

type Clock<'a> = Box<dyn Fn() -> io::Result<Duration> + 'a>;

impl<'a> Way<'a> {
    fn open(address: SocketAddr, connections: usize, clock: Option<Clock<'a>>) -> Result<Self, LoadError> {
        Ok(Self { load: HttpLoad::open(address, connections)?, loads: Vec::new(), clock, spent: Vec::new() })
    }

    fn turn(&mut self, requests: usize) -> Result<f64, LoadError> {
        let before = self.clock.as_ref().map(|clock| clock()).transpose()?;
        let turn = self.load.turn(requests)?;
        if let (Some(clock), Some(before)) = (&self.clock, before) {
            let spent = clock()?.saturating_sub(before);
            self.spent.push(spent.as_secs_f64() * 1e6 / turn.latencies.len() as f64);
        }
        let rate = turn.rate();
        self.loads.push(turn);
        Ok(rate)
    }

    /// A latency in each round that counts.
    fn latencies(&self, part: f64) -> Vec<f64> {
        self.loads.iter().skip(1).map(|load| load.latency(part)).collect()
    }

    /// Processor time for a request in each round that counts.
    fn spent(&self) -> Vec<f64> {
        self.spent.iter().skip(1).copied().collect()
    }
}

impl Setting {
    /// All ways, in turns.
    fn compare(
        &self,
        rounds: usize,
        connections: usize,
        requests: usize,
        goals: &mut Goals,
    ) -> Result<(), Failure> {
        let router: Clock<'_> = Box::new(|| self.router_thread.processor_time());
        let mut direct = Way::open(self.service, connections, None)?;
        let mut routed = Way::open(self.routed, connections, Some(router))?;
        let mut proxied = match &self.nginx {
            Some(nginx) => {
                let clock: Clock<'_> = Box::new(|| nginx.processor_time());
                Some(Way::open(nginx.address(), connections, Some(clock))?)
            }
            None => None,
        };
        let mut contenders = vec![
            Contender::new("direct", || direct.turn(requests)),
            Contender::new("router", || routed.turn(requests)),
        ];
        if let Some(proxied) = &mut proxied {
            contenders.push(Contender::new("nginx", || proxied.turn(requests)));
        }
        let figures = measure(rounds, &mut contenders)?;
        drop(contenders);

        println!("\n{connections} connections, {rounds} rounds of {} requests each", requests * connections);
        println!(
            "  {:<8} {:>30} {:>28} {:>28} {:>24} {:>22}",
            "", "requests/s", "latency p50 us", "latency p99 us", "added at p50, us", "processor us each"
        );
        let row = format!("{connections} connections");
        let row = self.records.row("router", &row);
        let direct_p50 = direct.latencies(0.5);
        for (figures, way) in
            figures.iter().zip([Some(&direct), Some(&routed), proxied.as_ref()].into_iter().flatten())
        {
            let (p50, p99, spent) = (way.latencies(0.5), way.latencies(0.99), way.spent());
            let added: Vec<f64> = p50.iter().zip(&direct_p50).map(|(own, direct)| own - direct).collect();
            println!(
                "  {:<8} {:>30} {:>28} {:>28} {:>24} {:>22}",
                figures.name,
                format!("{:.0}", figures.spread()),
                format!("{:.1}", Spread::of(p50.clone())),
                format!("{:.1}", Spread::of(p99.clone())),
                if way.clock.is_some() { format!("{:.1}", Spread::of(added.clone())) } else { String::new() },
                if way.clock.is_some() { format!("{:.2}", Spread::of(spent.clone())) } else { String::new() },
            );
            row.add(figures.name, "requests per second", "1/s", figures.rounds())?;
            row.add(figures.name, "latency p50", "us", p50)?;
            row.add(figures.name, "latency p99", "us", p99)?;
            if way.clock.is_some() {
                row.add(figures.name, "added latency p50", "us", added)?;
                row.add(figures.name, "processor time per request", "us", spent)?;
            }
        }
        let Some(proxied) = &proxied else {
            self.records.missing("router", "nginx", &NoNginx::Missing.to_string())?;
            return Ok(());
        };
        let ratio = routed.spent().iter().zip(proxied.spent()).map(|(own, nginx)| own / nginx).collect();
        let ratio = Spread::of(ratio);
        println!("  router / nginx, processor time for a request: {ratio:.3}");
        let what = format!("router's processor time against nginx's, {connections} connections");
        goals.at_most(what, GOAL, ratio.median, " times");
        Ok(())
    }
}

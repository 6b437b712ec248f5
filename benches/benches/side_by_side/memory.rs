//! What an instance takes while it stands still in the middle of a call.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use greenlight_benches::{guest::BEHAVIOUR, own_thread::OwnThread};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::watch,
};

use crate::{
    Bench, Failure, Outcome,
    sides::{BARE, CHILD, FRESH, GREENLIGHT, bare_run},
};

const TABLE: &str = "memory";
const ROW: &str = "instance";
const MEASURE: &str = "memory";

/// As many as the pool has room for.
const INSTANCES: usize = 16;

/// How long all of them may take to get there.
const PATIENCE: Duration = Duration::from_secs(30);

/// Measures each once: a pool that has been used does not grow a second time.
pub(crate) fn run(bench: &mut Bench) -> Outcome<()> {
    bench.sides.tell_missing(TABLE, &bench.records)?;
    let executor = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (ours, bare) = (one_kind(bench, &executor, GREENLIGHT)?, one_kind(bench, &executor, BARE)?);
    let mut figures = vec![(GREENLIGHT, ours), (BARE, bare)];
    let settings = [(BEHAVIOUR, "pass")];
    if let Ok(extism) = &mut bench.sides.extism {
        // The first instance brings what all of them share.
        let before = extism.run("hold", 1, 1, &settings)?.resident;
        let after = extism.run("hold", INSTANCES + 1, 1, &settings)?.resident;
        figures.push((FRESH, (after - before) / INSTANCES as f64));
    }
    if let Ok(child) = &bench.sides.child {
        let late = LateService::start()?;
        let url = late.url();
        let process = child.told(&[(BEHAVIOUR, "fetch"), ("url", &url)]).start()?;
        late.wait_for(1)?;
        figures.push((CHILD, resident(&process.id().to_string())?));
        late.answer();
        let output = process.wait_with_output()?;
        if !output.status.success() {
            return Err("the child process did not pass".into());
        }
    }
    println!("\nMemory of an instance in the middle of a call, of {INSTANCES}: KiB");
    for (name, bytes) in figures {
        println!("  {name:<16} {:>10.0}", bytes / 1024.0);
        bench.records.row(TABLE, ROW).add(name, MEASURE, "KiB", [bytes / 1024.0])?;
    }
    Ok(())
}

/// What this process grows by for each instance of one kind, in bytes.
fn one_kind(bench: &Bench, executor: &tokio::runtime::Runtime, name: &str) -> Outcome<f64> {
    let late = LateService::start()?;
    let url = late.url();
    let settings = [(BEHAVIOUR, "stand"), ("kib", "64"), ("url", url.as_str())];
    let (ours, bare) = (bench.sides.greenlight(&settings)?, bench.sides.bare(&settings));
    let before = resident("self")?;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..INSTANCES {
        if name == GREENLIGHT {
            let ours = ours.clone();
            running.spawn_on(async move { ours.run().await }, executor.handle());
        } else {
            let bare = bare.clone();
            running.spawn_on(async move { bare_run(&bare).await }, executor.handle());
        }
    }
    late.wait_for(INSTANCES)?;
    let after = resident("self")?;
    late.answer();
    executor.block_on(async {
        while let Some(done) = running.join_next().await {
            done??;
        }
        Ok::<_, Failure>(())
    })?;
    Ok((after - before) / INSTANCES as f64)
}

/// A service that answers nobody before it is told to.
struct LateService {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
    answer: watch::Sender<bool>,
    _thread: OwnThread,
}

impl LateService {
    fn start() -> Outcome<Self> {
        let thread = OwnThread::start("late service")?;
        let (answer, may_answer) = watch::channel(false);
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let address = thread.run(async move {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            let address = listener.local_addr();
            tokio::spawn(async move {
                while let Ok((mut stream, _)) = listener.accept().await {
                    let (count, mut may_answer) = (Arc::clone(&count), may_answer.clone());
                    tokio::spawn(async move {
                        let mut head = [0; 1024];
                        // Who goes away is missed by whoever counts.
                        if stream.read(&mut head).await.is_ok_and(|read| read > 0) {
                            count.fetch_add(1, Ordering::Relaxed);
                            let told = may_answer.wait_for(|told| *told).await.is_ok();
                            let answer =
                                b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok";
                            if told && stream.write_all(answer).await.is_ok() {
                                let _ = stream.shutdown().await;
                            }
                        }
                    });
                }
            });
            address
        })??;
        Ok(Self { address, asked, answer, _thread: thread })
    }

    fn url(&self) -> String {
        format!("http://{}/health", self.address)
    }

    /// Waits until so many have asked.
    fn wait_for(&self, many: usize) -> Outcome<()> {
        let begun = Instant::now();
        while self.asked.load(Ordering::Relaxed) < many {
            if begun.elapsed() > PATIENCE {
                let asked = self.asked.load(Ordering::Relaxed);
                return Err(
                    format!("{asked} of {many} instances asked within {} s", PATIENCE.as_secs()).into()
                );
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    fn answer(&self) {
        self.answer.send_replace(true);
    }
}

/// What the kernel counts as a process's memory, in bytes.
pub(crate) fn resident(process: &str) -> Outcome<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kib.map(|kib| kib * 1024.0).ok_or_else(|| "the kernel does not say how much memory is used".into())
}

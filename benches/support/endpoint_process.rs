//! An endpoint as a process of its own, so that its memory and its processor time can be told from the client's.
//!
//! The process is the benchmark's own program, which calls [`serve`] when it is started with [`SERVE`].

use std::{
    env, fs,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use greenlight::{
    endpoint::Endpoint,
    local::{HookAnswer, HookCall, HookFunction},
};
use tempfile::TempDir;

/// The argument that makes a benchmark an endpoint. The directory of its state follows.
pub const SERVE: &str = "--serve-endpoint";

/// A running endpoint with a state on the disk. It ends when this is dropped, or when this program ends in any way,
/// and its state goes with it.
#[derive(Debug)]
pub struct EndpointProcess {
    process: Child,
    address: SocketAddr,
    state: TempDir,
}

/// What a process holds and did so far.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Bytes of its memory that are in the machine's, without what belongs to files.
    pub resident_bytes: u64,
    /// How long processors have worked for it, to a hundredth of a second.
    pub processor: Duration,
}

impl EndpointProcess {
    /// Starts one on an empty directory, and waits until it serves.
    ///
    /// # Errors
    ///
    /// When there is no room for its state, or it does not say where it serves.
    pub fn start() -> io::Result<Self> {
        let state = tempfile::Builder::new().prefix("greenlight-bench-").tempdir()?;
        let (process, address) = spawn(state.path())?;
        Ok(Self { process, address, state })
    }

    /// Kills it, starts it again on its state, and says how long it took until it served again.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn restart(&mut self) -> io::Result<Duration> {
        end(&mut self.process)?;
        let begun = Instant::now();
        (self.process, self.address) = spawn(self.state.path())?;
        Ok(begun.elapsed())
    }

    /// Where it serves.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Bytes of the files of its state.
    ///
    /// # Errors
    ///
    /// When they cannot be looked at.
    pub fn state_bytes(&self) -> io::Result<u64> {
        fs::read_dir(self.state.path())?.map(|file| Ok(file?.metadata()?.len())).sum()
    }

    /// What it holds and did so far, as the kernel says.
    ///
    /// # Errors
    ///
    /// When it has ended, or the kernel is not Linux.
    pub fn usage(&self) -> io::Result<Usage> {
        let folder = Path::new("/proc").join(self.process.id().to_string());
        let status = fs::read_to_string(folder.join("status"))?;
        let kibibytes = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let kibibytes = kibibytes.and_then(|value| value.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        let stat = fs::read_to_string(folder.join("stat"))?;
        match (kibibytes, ticks(&stat)) {
            (Some(kibibytes), Some(ticks)) => Ok(Usage {
                resident_bytes: kibibytes * 1024,
                processor: Duration::from_secs(ticks) / ticks_per_second()?,
            }),
            _ => Err(io::Error::other(format!("{} is not as Linux writes it", folder.display()))),
        }
    }
}

impl Drop for EndpointProcess {
    fn drop(&mut self) {
        if let Err(error) = end(&mut self.process) {
            eprintln!("the endpoint at {} could not be ended: {error}", self.address);
        }
    }
}

/// Serves with a state in `directory` until standard input ends. The first line on standard output is the address.
///
/// Everything is simulated, time is real, and each hook function says that it will report, and does not.
///
/// # Errors
///
/// When the endpoint cannot begin.
pub fn serve(directory: &Path) -> Result<(), Box<dyn std::error::Error>> {
    // As the command `greenlight endpoint` has it.
    let executor = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    executor.block_on(async {
        let endpoint = Endpoint::builder().with_data(directory).with_fallback_hook(Silent).build().await?;
        writeln!(io::stdout(), "{}", endpoint.addr())?;
        let parent_is_gone = tokio::task::spawn_blocking(|| io::stdin().read_to_end(&mut Vec::new()));
        parent_is_gone.await??;
        endpoint.shutdown().await;
        Ok(())
    })
}

/// Leaves its deployment waiting.
#[derive(Debug)]
struct Silent;

#[async_trait]
impl HookFunction for Silent {
    async fn invoke(&self, _: HookCall) -> HookAnswer {
        HookAnswer::WillReport
    }
}

fn spawn(state: &Path) -> io::Result<(Child, SocketAddr)> {
    let mut process = Command::new(env::current_exe()?)
        .arg(SERVE)
        .arg(state)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut first = String::new();
    if let Some(stdout) = process.stdout.take() {
        BufReader::new(stdout).read_line(&mut first)?;
    }
    match first.trim().parse() {
        Ok(address) => Ok((process, address)),
        Err(_) => {
            end(&mut process)?;
            Err(io::Error::other(format!("the endpoint did not say where it serves, but {first:?}")))
        }
    }
}

fn end(process: &mut Child) -> io::Result<()> {
    process.kill()?;
    process.wait().map(drop)
}

/// The processor time in a line of `/proc/PID/stat`, of user and system, in ticks.
fn ticks(stat: &str) -> Option<u64> {
    // The program's name may hold anything, but it is the last in parentheses.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}

fn ticks_per_second() -> io::Result<u32> {
    u32::try_from(rustix::param::clock_ticks_per_second()).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_past_any_name_of_a_program() {
        let stat = "7 (a) (b c) S 1 2 3 0 -1 4194560 10 0 0 0 250 50 0 0 20 0 3 0 99 1000 2";
        assert_eq!(ticks(stat), Some(300));
        assert_eq!(ticks("7 (a) S 1"), None);
    }
}

//! A running command: its group, its output, its end.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, ChildStdin};
use tokio::sync::watch;

use super::exit::Exit;
use super::output::{OutputLine, OutputStream, OutputTail, collect};
use super::spec::OutputSink;

/// How long the output may stay open after the group was killed. Only a process that left the group can hold it.
const OUTPUT_GRACE: Duration = Duration::from_secs(1);

/// A process that was started by [`warden::spawn`](super::warden::spawn).
#[derive(Debug)]
pub(super) struct Process {
    group: Arc<Group>,
    tail: Arc<OutputTail>,
    exit: watch::Receiver<Option<Exit>>,
}

impl Process {
    /// Takes the child over: reads its output, and waits for its end.
    pub(super) fn supervise(mut child: Child, sink: Option<OutputSink>) -> io::Result<Self> {
        let raw = child.id().and_then(|id| i32::try_from(id).ok());
        let id = raw.and_then(Pid::from_raw).ok_or_else(|| io::Error::other("the process has no id"))?;
        let group = Arc::new(Group { id, pipe: Mutex::new(child.stdin.take()) });
        let tail = Arc::new(OutputTail::default());
        let stdout = child.stdout.take();
        let stderr = child.stderr.take();
        let output = {
            let tail = Arc::clone(&tail);
            async move {
                let out = async {
                    if let Some(source) = stdout {
                        collect(source, OutputStream::Stdout, Arc::clone(&tail), sink.clone()).await;
                    }
                };
                let err = async {
                    if let Some(source) = stderr {
                        collect(source, OutputStream::Stderr, Arc::clone(&tail), sink.clone()).await;
                    }
                };
                tokio::join!(out, err);
            }
        };
        let (sender, exit) = watch::channel(None);
        let output = tokio::spawn(output);
        let (group_of_task, tail_of_task) = (Arc::clone(&group), Arc::clone(&tail));
        tokio::spawn(async move {
            let status = child.wait().await.ok();
            // The task set is what its first process is, as with a container: whatever it leaves behind goes too.
            group_of_task.kill();
            let abort = output.abort_handle();
            if tokio::time::timeout(OUTPUT_GRACE, output).await.is_err() {
                abort.abort();
            }
            sender.send_replace(Some(Exit::new(status, tail_of_task.lines())));
        });
        Ok(Self { group, tail, exit })
    }

    pub(super) fn id(&self) -> u32 {
        self.group.id.as_raw_nonzero().get().unsigned_abs()
    }

    pub(super) fn output(&self) -> Vec<OutputLine> {
        self.tail.lines()
    }

    /// How it ended, if it has.
    pub(super) fn exit(&self) -> Option<Exit> {
        self.exit.borrow().clone()
    }

    /// Waits for the end. The future does not keep the process.
    pub(super) fn exited(&self) -> impl Future<Output = Exit> + Send + 'static {
        let mut exit = self.exit.clone();
        async move {
            let ended = exit.wait_for(Option::is_some).await;
            // Without a value the runtime is shutting down, and the process dies with its task.
            ended.ok().and_then(|exit| exit.clone()).unwrap_or_else(|| Exit::new(None, Vec::new()))
        }
    }

    /// Asks the whole group to end.
    pub(super) fn terminate(&self) {
        self.group.signal(Signal::TERM);
    }

    /// Ends the whole group at once.
    pub(super) fn kill(&self) {
        self.group.kill();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A process group with its warden.
///
/// As long as the pipe is open the warden lives, so that the id cannot belong to somebody else. Signals are therefore
/// sent under the lock of the pipe, and never after it is gone.
#[derive(Debug)]
struct Group {
    id: Pid,
    pipe: Mutex<Option<ChildStdin>>,
}

impl Group {
    fn signal(&self, signal: Signal) {
        let pipe = self.pipe.lock().unwrap_or_else(PoisonError::into_inner);
        if pipe.is_some() {
            self.send(signal);
        }
    }

    fn kill(&self) {
        let mut pipe = self.pipe.lock().unwrap_or_else(PoisonError::into_inner);
        if pipe.is_some() {
            self.send(Signal::KILL);
            *pipe = None;
        }
    }

    fn send(&self, signal: Signal) {
        if let Err(error) = kill_process_group(self.id, signal) {
            tracing::debug!(group = %self.id.as_raw_nonzero(), ?signal, %error, "no signal could be sent");
        }
    }
}

//! A running command: its group, its output, its end.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, ChildStdin};
use tokio::sync::{mpsc, oneshot, watch};

use super::command::Command;
use super::exit::Exit;
use super::output::{OutputLine, OutputSink, OutputStream, OutputTail, Settle, collect};
use super::warden;

/// How long the output may stay open after the group was killed. Only a process that left the group can hold it.
const OUTPUT_GRACE: Duration = Duration::from_secs(1);

/// How long a process that goes on printing may keep [`Process::settle`] waiting.
const SETTLE_GRACE: Duration = Duration::from_secs(1);

/// A process with its group and its warden. Dropping it kills them all at once.
#[derive(Debug)]
pub(in crate::local) struct Process {
    group: Arc<Group>,
    tail: Arc<OutputTail>,
    exit: watch::Receiver<Option<Exit>>,
    settle: [mpsc::Sender<Settle>; 2],
}

impl Process {
    /// Starts the command, of which `program` is the path that [`Command::find`] gave.
    pub(in crate::local) fn start(
        command: &Command,
        program: &Path,
        sink: Option<OutputSink>,
    ) -> io::Result<Self> {
        Self::supervise(warden::spawn(command, program)?, sink)
    }

    /// Takes the child over: reads its output, and waits for its end.
    fn supervise(mut child: Child, sink: Option<OutputSink>) -> io::Result<Self> {
        let raw = child.id().and_then(|id| i32::try_from(id).ok());
        let id = raw.and_then(Pid::from_raw).ok_or_else(|| io::Error::other("the process has no id"))?;
        let group = Arc::new(Group { id, pipe: Mutex::new(child.stdin.take()) });
        let tail = Arc::new(OutputTail::default());
        let stdout = child.stdout.take();
        let stderr = child.stderr.take();
        let (settle_out, out_settles) = mpsc::channel(1);
        let (settle_err, err_settles) = mpsc::channel(1);
        let output = {
            let tail = Arc::clone(&tail);
            async move {
                let out = async {
                    if let Some(source) = stdout {
                        collect(source, OutputStream::Stdout, Arc::clone(&tail), sink.clone(), out_settles)
                            .await;
                    }
                };
                let err = async {
                    if let Some(source) = stderr {
                        collect(source, OutputStream::Stderr, Arc::clone(&tail), sink.clone(), err_settles)
                            .await;
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
        Ok(Self { group, tail, exit, settle: [settle_out, settle_err] })
    }

    pub(in crate::local) fn id(&self) -> u32 {
        self.group.id.as_raw_nonzero().get().unsigned_abs()
    }

    pub(in crate::local) fn output(&self) -> Vec<OutputLine> {
        self.tail.lines()
    }

    /// Ends when all that it printed before this call has gone to the sink, or after a second if it never stops.
    pub(in crate::local) async fn settle(&self) {
        let settled = futures_util::future::join_all(self.settle.iter().map(|reader| async {
            let (sender, settled) = oneshot::channel();
            // A reader that is gone has read everything.
            if reader.send(sender).await.is_ok() {
                let _ = settled.await;
            }
        }));
        let _ = tokio::time::timeout(SETTLE_GRACE, settled).await;
    }

    /// How it ended, if it has.
    pub(in crate::local) fn exit(&self) -> Option<Exit> {
        self.exit.borrow().clone()
    }

    /// Waits for the end. The future does not keep the process.
    pub(in crate::local) fn exited(&self) -> impl Future<Output = Exit> + Send + 'static {
        let mut exit = self.exit.clone();
        async move {
            let ended = exit.wait_for(Option::is_some).await;
            // Without a value the runtime is shutting down, and the process dies with its task.
            ended.ok().and_then(|exit| exit.clone()).unwrap_or_else(|| Exit::new(None, Vec::new()))
        }
    }

    /// Asks the whole group to end.
    pub(in crate::local) fn terminate(&self) {
        self.group.signal(Signal::TERM);
    }

    /// Ends the whole group at once.
    pub(in crate::local) fn kill(&self) {
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

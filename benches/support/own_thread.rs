//! A server on a thread of its own, so that its processor time can be told from the client's.

use std::{
    future::{Future, pending},
    io,
    sync::mpsc,
    thread::{self, JoinHandle},
    time::Duration,
};

use tokio::{runtime::Handle, sync::oneshot};

/// A thread with an executor for whatever is given to it. Ends, with all its tasks, when it is dropped.
#[derive(Debug)]
pub struct OwnThread {
    executor: Handle,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl OwnThread {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// When the machine gives no thread or no executor.
    pub fn start(name: &str) -> io::Result<Self> {
        let executor = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (handle, (end, ended)) = (executor.handle().clone(), oneshot::channel());
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            // Either a message or the dropped sender: both mean the end.
            let _ = executor.block_on(ended);
        })?;
        Ok(Self { executor: handle, end: Some(end), thread: Some(thread) })
    }

    /// Carries out `work` there and waits for what it returns.
    ///
    /// # Errors
    ///
    /// When the work panicked.
    pub fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> io::Result<T> {
        let (done, result) = mpsc::sync_channel(1);
        self.executor.spawn(async move {
            let _ = done.send(work.await);
        });
        result.recv().map_err(|_| io::Error::other("the work on the server's thread panicked"))
    }

    /// Keeps `value` alive on the thread until it ends.
    pub fn keep(&self, value: impl Send + 'static) {
        self.executor.spawn(async move {
            let _kept = value;
            pending::<()>().await;
        });
    }

    /// How long a processor has worked for this thread.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn processor_time(&self) -> io::Result<Duration> {
        self.run(async {
            let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
            Duration::new(
                u64::try_from(time.tv_sec).unwrap_or_default(),
                u32::try_from(time.tv_nsec).unwrap_or_default(),
            )
        })
    }
}

impl Drop for OwnThread {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // A panic there was told when it happened.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_work_of_the_thread_counts() {
        let thread = OwnThread::start("probe").unwrap();
        let before = thread.processor_time().unwrap();
        let work = async || {
            for step in 0..5_000_000_u32 {
                std::hint::black_box(step);
            }
        };
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work());
        let idle = thread.processor_time().unwrap() - before;
        thread.run(async move { work().await }).unwrap();
        let busy = thread.processor_time().unwrap() - before - idle;
        assert!(busy > idle, "{busy:?} busy, {idle:?} idle");
    }

    #[test]
    fn a_panic_of_the_work_is_an_error() {
        let thread = OwnThread::start("probe").unwrap();
        assert!(thread.run(async { panic!("on purpose") }).is_err());
    }
}

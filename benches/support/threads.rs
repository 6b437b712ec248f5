//! Work done on several threads at once.

use std::{
    future::Future,
    io,
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

/// Has `threads` threads, each with an executor of its own, do `work` at the same time, and returns the time from
/// the common start to the end of the slowest. `warm_up` is done by each thread before that, for what a thread
/// pays once: its first allocations, its first fault on every page of a stack.
///
/// # Errors
///
/// The first error of any thread, also when an executor cannot be made.
pub fn at_once<E, F, G>(
    threads: usize,
    warm_up: impl Fn() -> F + Sync,
    work: impl Fn() -> G + Sync,
) -> Result<Duration, E>
where
    E: From<io::Error> + Send,
    F: Future<Output = Result<(), E>>,
    G: Future<Output = Result<(), E>>,
{
    let start = Barrier::new(threads);
    let one = || -> Result<Duration, E> {
        let executor = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let warm = executor.as_ref().map(|executor| executor.block_on(warm_up()));
        // Whatever went wrong, the others must not wait for ever.
        start.wait();
        if let Ok(warm) = warm {
            warm?;
        }
        let (executor, begun) = (executor?, Instant::now());
        executor.block_on(work())?;
        Ok(begun.elapsed())
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        running.into_iter().try_fold(Duration::ZERO, |slowest, thread| match thread.join() {
            Ok(elapsed) => elapsed.map(|elapsed| slowest.max(elapsed)),
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn every_thread_does_the_work_once_and_the_warm_up_once() {
        let done = AtomicUsize::new(0);
        let work = || async {
            done.fetch_add(1, Ordering::Relaxed);
            Ok::<(), io::Error>(())
        };
        at_once(3, work, work).unwrap();
        assert_eq!(done.load(Ordering::Relaxed), 6);
    }

    #[test]
    fn an_error_of_the_warm_up_ends_all() {
        let work = || async { Err(io::Error::other("broken")) };
        assert_eq!(at_once(2, work, work).unwrap_err().to_string(), "broken");
    }
}

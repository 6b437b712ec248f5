//! Which processor does what, so that contenders do not share one with those who ask them.

use std::{fmt, io, thread};

use rustix::thread::{CpuSet, Pid, sched_setaffinity};

/// A thread or a process that is to be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The calling thread.
    ThisThread,
    /// The main thread of another process.
    Process(u32),
}

/// The processors for the one who asks, the one who answers, and those in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// Of the client.
    pub client: usize,
    /// Of the service behind.
    pub service: usize,
    /// Of whatever is measured between the two: nothing else is there.
    pub between: usize,
}

impl Places {
    /// The places on this machine; none where there is one processor alone. With two, client and service share one.
    #[must_use]
    pub fn here() -> Option<Self> {
        Self::of(thread::available_parallelism().map_or(1, Into::into))
    }

    const fn of(processors: usize) -> Option<Self> {
        match processors {
            0 | 1 => None,
            2 => Some(Self { client: 0, service: 0, between: 1 }),
            _ => Some(Self { client: 0, service: 1, between: 2 }),
        }
    }
}

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client, service, between } = self;
        write!(f, "client on processor {client}, service on {service}, router and nginx on {between}")
    }
}

/// Keeps a thread or a process on one processor.
///
/// # Errors
///
/// When it may not be there.
pub fn keep_on(who: Who, processor: usize) -> io::Result<()> {
    let mut set = CpuSet::new();
    set.set(processor);
    let pid = match who {
        Who::ThisThread => None,
        Who::Process(id) => {
            let id = i32::try_from(id).ok().and_then(Pid::from_raw);
            Some(id.ok_or_else(|| io::Error::other("a process cannot have this id"))?)
        }
    };
    Ok(sched_setaffinity(pid, &set)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_has_a_processor_of_its_own() {
        assert_eq!(Places::of(1), None);
        for processors in 2..5 {
            let places = Places::of(processors).unwrap();
            assert!(places.between != places.client && places.between != places.service, "{places:?}");
        }
    }

    #[test]
    fn a_thread_stays_where_it_is_put() {
        thread::spawn(|| {
            keep_on(Who::ThisThread, 0).unwrap();
            let allowed = rustix::thread::sched_getaffinity(None).unwrap();
            assert_eq!(allowed.count(), 1);
            assert!(allowed.is_set(0));
        })
        .join()
        .unwrap();
    }
}

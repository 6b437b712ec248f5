//! Turns without an engine: what computes is a future that gives way at each poll, and time is the number of such polls.

use std::{
    pin::pin,
    sync::{Arc, Mutex, atomic::AtomicU32},
    task::{Context, Waker},
};

use tokio::{io::AsyncReadExt, net::UnixStream, sync::Notify, task::JoinSet};

use super::*;

/// Computes for so many ticks, and says at each which it is, counted from 1.
async fn compute(turns: &Turns, ticks: u32, mut at_tick: impl FnMut(u32)) {
    let gave_way = GaveWay::default();
    let work = async {
        for tick in 1..=ticks {
            at_tick(tick);
            gave_way.give_way().await;
        }
    };
    let ((), turn) = turns.take_for(pin!(work), &gave_way).await;
    turn.hand_on(LONG).await;
}

/// Does `work` on an executor of one thread, with everything that it spawns there.
fn on_one_thread<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn is_ready(future: Pin<&mut impl Future>) -> bool {
    future.poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

/// Whether it ends when it is polled a few times.
fn ends(mut future: Pin<&mut impl Future>) -> bool {
    (0..9).any(|_| is_ready(future.as_mut()))
}

#[test]
fn everybody_has_a_turn_before_anybody_has_the_next() {
    on_one_thread(async {
        let (turns, order) = (Arc::new(Turns::new(1)), Arc::new(Mutex::new(Vec::new())));
        let mut tasks = JoinSet::new();
        for number in 0..5 {
            let (turns, order) = (Arc::clone(&turns), Arc::clone(&order));
            tasks.spawn(async move { compute(&turns, 4, |_| order.lock().unwrap().push(number)).await });
        }
        tasks.join_all().await;
        assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4].repeat(4));
    });
}

/// What wakes a task beside 16 plugins that compute.
#[derive(Clone, Copy, Debug)]
enum Waking {
    ByATask,
    ByASocket,
}

/// How many of their ticks pass from the waking of that task to its next step, at the most.
async fn ticks_before_a_task(at_once: usize, waking: Waking) -> u32 {
    let (turns, notify) = (Arc::new(Turns::new(at_once)), Arc::new(Notify::new()));
    let (ticks, woken_at) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (near, mut far) = UnixStream::pair().unwrap();
    let near = Arc::new(near);
    let mut computing = JoinSet::new();
    for _ in 0..16 {
        let (turns, notify, near) = (Arc::clone(&turns), Arc::clone(&notify), Arc::clone(&near));
        let (ticks, woken_at) = (Arc::clone(&ticks), Arc::clone(&woken_at));
        computing.spawn(async move {
            let at_tick = |_| {
                let tick = ticks.fetch_add(1, Ordering::Relaxed) + 1;
                if tick.is_multiple_of(37) {
                    woken_at.store(tick, Ordering::Relaxed);
                    match waking {
                        Waking::ByATask => notify.notify_one(),
                        Waking::ByASocket => assert_eq!(near.try_write(b"!").unwrap(), 1),
                    }
                }
            };
            compute(&turns, 100, at_tick).await;
        });
    }
    let mut latest = 0;
    for _ in 0..40 {
        match waking {
            Waking::ByATask => notify.notified().await,
            Waking::ByASocket => assert_eq!(far.read_u8().await.unwrap(), b'!'),
        }
        latest = latest.max(ticks.load(Ordering::Relaxed) - woken_at.load(Ordering::Relaxed));
    }
    latest
}

/// Does `work` on the one thread of an executor that can have more, which has another order: who was woken last is first.
fn on_one_worker<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let mut executor = tokio::runtime::Builder::new_multi_thread();
    let executor = executor.worker_threads(1).enable_all().build().unwrap();
    executor.block_on(executor.spawn(work)).unwrap()
}

#[test]
fn a_task_that_is_woken_waits_for_no_more_ticks_than_there_are_turns() {
    for at_once in [1, 2, 4] {
        for waking in [Waking::ByATask, Waking::ByASocket] {
            let ticks = on_one_thread(ticks_before_a_task(at_once, waking));
            assert!(ticks <= at_once as u32, "{ticks} ticks, {at_once} at once, woken {waking:?}");
            let ticks = on_one_worker(ticks_before_a_task(at_once, waking));
            assert!(
                ticks <= at_once as u32,
                "{ticks} ticks, {at_once} at once, woken {waking:?}, one worker"
            );
        }
    }
}

#[test]
fn no_more_compute_at_once_than_there_are_turns() {
    let executor = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    let (turns, now, most) =
        (Arc::new(Turns::new(2)), Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (turns, now, most) = (Arc::clone(&turns), Arc::clone(&now), Arc::clone(&most));
            executor.spawn(async move {
                compute(&turns, 50, |_| {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::yield_now();
                    now.fetch_sub(1, Ordering::SeqCst);
                })
                .await;
            })
        })
        .collect();
    executor.block_on(async {
        for task in tasks {
            task.await.unwrap();
        }
    });
    assert!(most.load(Ordering::SeqCst) <= 2, "{most:?}");
    assert_eq!(turns.free.available_permits(), 2);
}

#[test]
fn who_waits_for_something_else_holds_no_turn() {
    let (turns, gave_way) = (Turns::new(1), GaveWay::default());
    let mut never = pin!(std::future::pending::<()>());
    let mut waits = pin!(turns.take_for(never.as_mut(), &gave_way));
    assert!(!is_ready(waits.as_mut()));
    assert_eq!(turns.free.available_permits(), 1);
    // Also when it is polled for nothing.
    assert!(!is_ready(waits.as_mut()));
    assert_eq!(turns.free.available_permits(), 1);
}

#[test]
fn who_is_dropped_leaves_the_queue_and_gives_its_turn_back() {
    let turns = Turns::new(1);
    let mut first = Box::pin(compute(&turns, 9, |_| ()));
    let (mut second, mut third) =
        (Box::pin(compute(&turns, 1, |_| ())), Box::pin(compute(&turns, 1, |_| ())));
    assert!(!is_ready(first.as_mut()) && !is_ready(second.as_mut()) && !is_ready(third.as_mut()));
    assert_eq!(turns.waiting.load(Ordering::Relaxed), 2);
    // The turn goes to the second, which is dropped before it is polled again, and so to the third.
    drop((first, second));
    assert_eq!(turns.waiting.load(Ordering::Relaxed), 1);
    assert!(ends(third.as_mut()));
    drop(third);
    assert_eq!((turns.free.available_permits(), turns.waiting.load(Ordering::Relaxed)), (1, 0));
}

#[test]
fn a_turn_that_nobody_uses_is_made_up_for_and_taken_back() {
    let (turns, mut seen) = (Turns::new(1), Seen::default());
    let mut forgotten = Box::pin(compute(&turns, 1, |_| ()));
    assert!(!is_ready(forgotten.as_mut()));
    let mut waiting = Box::pin(compute(&turns, 1, |_| ()));
    assert!(!is_ready(waiting.as_mut()));
    for _ in 1..TICKS_TO_LEND {
        turns.look_after(&mut seen);
        assert!(!is_ready(waiting.as_mut()));
        assert_eq!(turns.waiting.load(Ordering::Relaxed), 1);
    }
    turns.look_after(&mut seen);
    assert!(ends(waiting.as_mut()));
    assert!(ends(forgotten.as_mut()));
    assert_eq!(turns.free.available_permits(), 2);
    turns.look_after(&mut seen);
    assert_eq!(turns.free.available_permits(), 1);
}

#[test]
fn turns_that_go_round_are_not_made_more() {
    let (turns, mut seen) = (Turns::new(1), Seen::default());
    let (mut one, mut other) =
        (Box::pin(compute(&turns, 500, |_| ())), Box::pin(compute(&turns, 500, |_| ())));
    let mut most = 0;
    for _ in 0..100 {
        // Each needs three polls for a turn: one that computes, and two in which it lets others go before it.
        for _ in 0..3 {
            assert!(!is_ready(one.as_mut()) && !is_ready(other.as_mut()));
        }
        turns.look_after(&mut seen);
        most = most.max(turns.free.available_permits());
    }
    assert_eq!(most, 0);
}

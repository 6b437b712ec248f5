//! Hook functions of plain Rust.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use greenlight::local::{HookAnswer, HookCall, HookFunction};
use tokio::sync::{Semaphore, mpsc};

use crate::router_support::soon;

type Answer = Pin<Box<dyn Future<Output = HookAnswer> + Send>>;

/// A hook function made of a closure.
pub(crate) struct Hook(Box<dyn Fn(HookCall) -> Answer + Send + Sync>);

impl Hook {
    pub(crate) fn new<F>(judge: impl Fn(HookCall) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = HookAnswer> + Send + 'static,
    {
        Self(Box::new(move |call| Box::pin(judge(call))))
    }

    pub(crate) fn passes() -> Self {
        Self::new(|_| async { HookAnswer::Succeeded })
    }

    pub(crate) fn fails(reason: &'static str) -> Self {
        Self::new(move |_| async move { HookAnswer::Failed { reason: reason.to_owned() } })
    }

    /// Leaves it to somebody else to report.
    pub(crate) fn will_report() -> Self {
        Self::new(|_| async { HookAnswer::WillReport })
    }
}

#[async_trait]
impl HookFunction for Hook {
    async fn invoke(&self, call: HookCall) -> HookAnswer {
        (self.0)(call).await
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook")
    }
}

/// The calls that a hook got.
#[derive(Clone, Default)]
pub(crate) struct Calls(Arc<Mutex<Vec<HookCall>>>);

impl Calls {
    /// A hook that keeps its calls and answers them by a function.
    pub(crate) fn answered(&self, answer: impl Fn(&HookCall) -> HookAnswer + Send + Sync + 'static) -> Hook {
        let calls = self.clone();
        Hook::new(move |call| {
            let answer = answer(&call);
            calls.0.lock().unwrap().push(call);
            async { answer }
        })
    }

    pub(crate) fn all(&self) -> Vec<HookCall> {
        self.0.lock().unwrap().clone()
    }
}

/// The other end of a hook that tells when it was called and then waits to be told its answer.
pub(crate) struct Held {
    calls: mpsc::UnboundedReceiver<HookCall>,
    released: Arc<Semaphore>,
}

impl Held {
    /// A hook that lets the deployment go on once it is released.
    pub(crate) fn new() -> (Self, Hook) {
        let (sender, calls) = mpsc::unbounded_channel();
        let released = Arc::new(Semaphore::new(0));
        let gate = Arc::clone(&released);
        let hook = Hook::new(move |call| {
            let (sender, gate) = (sender.clone(), Arc::clone(&gate));
            async move {
                let _ = sender.send(call);
                gate.acquire().await.unwrap().forget();
                HookAnswer::Succeeded
            }
        });
        (Self { calls, released }, hook)
    }

    /// Waits until the hook is called.
    pub(crate) async fn called(&mut self) -> HookCall {
        soon("the call of the hook", self.calls.recv()).await.unwrap()
    }

    /// Lets one call end.
    pub(crate) fn release(&self) {
        self.released.add_permits(1);
    }
}

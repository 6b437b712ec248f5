//! Hook functions of plain Rust.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use greenlight::local::{HookAnswer, HookCall, HookFunction};
use tokio::sync::{mpsc, oneshot};

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
    calls: mpsc::UnboundedReceiver<(HookCall, oneshot::Sender<()>)>,
    /// What ends the calls that were waited for, the newest last.
    gates: Vec<oneshot::Sender<()>>,
}

impl Held {
    /// A hook that lets the deployment go on once it is released.
    pub(crate) fn new() -> (Self, Hook) {
        let (sender, calls) = mpsc::unbounded_channel();
        let hook = Hook::new(move |call| {
            let sender = sender.clone();
            async move {
                let (gate, released) = oneshot::channel();
                let _ = sender.send((call, gate));
                if released.await.is_err() {
                    // Nobody is there any more who could release it.
                    std::future::pending::<()>().await;
                }
                HookAnswer::Succeeded
            }
        });
        (Self { calls, gates: Vec::new() }, hook)
    }

    /// Waits until the hook is called.
    pub(crate) async fn called(&mut self) -> HookCall {
        let (call, gate) = soon("the call of the hook", self.calls.recv()).await.unwrap();
        self.gates.push(gate);
        call
    }

    /// Lets the call end that was waited for last: those before it may be of a deployment that has ended, and never go on.
    pub(crate) fn release(&mut self) {
        let _ = self.gates.pop().unwrap().send(());
    }
}

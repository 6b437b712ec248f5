//! What one invocation comes to.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

use crate::plugins::{Judgement, Standing};
use crate::progress::Progress;

/// How the hook stands when its plugins have been asked.
#[derive(Debug)]
pub(crate) struct Conclusion {
    pub(crate) standing: Standing,
    pub(crate) judgement: Judgement,
    pub(crate) progress: Progress,
    /// The lifecycle event, as plugins were told it.
    pub(crate) event: String,
}

impl Conclusion {
    /// One that plugins had no part in.
    pub(crate) fn without_plugins(standing: Standing, progress: Progress, event: String) -> Self {
        Self { standing, judgement: Judgement::default(), progress, event }
    }

    /// What a panic of the host comes to.
    pub(crate) fn of_panic(panic: &(dyn Any + Send)) -> Self {
        let reason = format!("the host itself failed: {}; please report it", said(panic));
        let standing = Standing::Failed { reason };
        Self::without_plugins(standing, Progress::default(), crate::context::UNKNOWN_EVENT.to_owned())
    }
}

/// Makes a panic of the host a conclusion too.
pub(crate) async fn conclude(asking: impl Future<Output = Conclusion>) -> Conclusion {
    match AssertUnwindSafe(asking).catch_unwind().await {
        Ok(conclusion) => conclusion,
        Err(panic) => Conclusion::of_panic(panic.as_ref()),
    }
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("it panicked")
}

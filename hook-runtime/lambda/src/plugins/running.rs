//! Running the plugins of one event side by side.

use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use greenlight_hook_runtime::HookContext;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep_until};

use super::asking::ask;
use super::judged::Figures;
use super::{Judged, Judgement, Plugin, Plugins};
use crate::log::Log;
use crate::progress::Progress;

/// How long the other plugins may go on once one has failed and the verdict is certain: what they find helps whoever has
/// to mend the release, but a bad release should go soon.
const GRACE: Duration = Duration::from_secs(10);

/// Under what the plugins of one event run.
#[derive(Debug)]
pub(crate) struct Terms {
    /// Until when.
    pub(crate) until: Instant,
    /// Whether to wait here for a plugin that wants to be asked again.
    pub(crate) wait_inside: bool,
    pub(crate) log: Log,
}

/// Runs `chosen` and gives what came of each, in their order. `progress` holds what they answered before.
pub(crate) async fn run(
    plugins: &Plugins,
    chosen: &[&Plugin],
    context: &HookContext,
    progress: &Progress,
    terms: &Terms,
) -> Judgement {
    let places = Semaphore::new(plugins.concurrency());
    let (settled, _) = watch::channel(false);
    let mut asked: FuturesUnordered<_> = chosen
        .iter()
        .enumerate()
        .map(|(index, plugin)| {
            let (places, settled) = (&places, settled.subscribe());
            let before = progress.plugins.get(&plugin.settings.name).cloned();
            async move {
                let mut figures = Figures::default();
                let until_settled = until_settled(settled);
                let answer = ask(plugin, context, before, terms, places, &mut figures, until_settled).await;
                (index, answer, figures)
            }
        })
        .collect();
    let mut judged: Vec<Judged> = chosen.iter().map(|plugin| unasked(plugin)).collect();
    let mut give_up_at = None;
    loop {
        let next = tokio::select! {
            next = asked.next() => next,
            () = sleep_until_some(give_up_at) => {
                terms.log.warn("the verdict is certain, and the plugins that still run are not waited for");
                None
            }
        };
        let Some((index, answer, figures)) = next else { break };
        if let Some(judged) = judged.get_mut(index) {
            judged.progress = Some(answer);
            judged.figures = figures;
        }
        let mut required = judged.iter().filter(|plugin| plugin.required);
        if required.any(Judged::failed) {
            give_up_at.get_or_insert_with(|| Instant::now() + GRACE);
            settled.send_replace(true);
        } else if judged.iter().all(|plugin| !plugin.required || plugin.passed()) {
            settled.send_replace(true);
        }
    }
    Judgement { plugins: judged }
}

fn unasked(plugin: &Plugin) -> Judged {
    let settings = &plugin.settings;
    Judged {
        plugin: settings.name.clone(),
        required: settings.required,
        progress: None,
        figures: Figures::default(),
    }
}

/// Ends when the verdict does not depend any more on a plugin that is not sure.
async fn until_settled(mut settled: watch::Receiver<bool>) {
    if settled.wait_for(|settled| *settled).await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn sleep_until_some(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

//! All rows, side by side.

use std::fmt::Write as _;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::row::Measured;
use super::{bundles, events, panics, plugins, servers, unreachable};

/// Rows at a time. More would measure this machine and not the host.
const SIDE_BY_SIDE: usize = 6;

type Running = Pin<Box<dyn Future<Output = Measured> + Send>>;

/// Runs all rows, those that wait for long first.
///
/// # Panics
///
/// With the first row that is not as it has to be, after all have run.
pub(super) async fn measure() -> Vec<Measured> {
    let mut rows: Vec<Running> = vec![Box::pin(unreachable::for_ever()), Box::pin(unreachable::at_first())];
    let plain =
        servers::rows().await.into_iter().chain(plugins::rows()).chain(bundles::rows()).chain(panics::rows());
    rows.extend(plain.map(|row| Box::pin(row.run()) as Running));
    rows.push(Box::pin(events::refused("malformed event", r#"{"DeploymentId":"d-1NNWZG91L"}"#)));
    rows.push(Box::pin(events::refused("event that is no JSON", "DeploymentId=d-1NNWZG91L")));
    rows.push(Box::pin(events::refused("event of another kind", r#"{"Records":[{"body":"secret"}]}"#)));
    rows.push(Box::pin(events::in_two_processes()));
    rows.push(Box::pin(events::one_after_another()));
    let places = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let mut running = JoinSet::new();
    for (index, row) in rows.into_iter().enumerate() {
        let place = Arc::clone(&places).acquire_owned().await.unwrap();
        running.spawn(async move {
            let measured = row.await;
            drop(place);
            (index, measured)
        });
    }
    let (mut measured, mut broken) = (Vec::new(), None);
    while let Some(ended) = running.join_next().await {
        match ended {
            Ok(row) => measured.push(row),
            Err(error) => broken = broken.or_else(|| error.try_into_panic().ok()),
        }
    }
    measured.sort_by_key(|(index, _)| *index);
    let measured: Vec<Measured> = measured.into_iter().map(|(_, row)| row).collect();
    if let Some(panic) = broken {
        println!("{}", as_text(&measured));
        resume_unwind(panic);
    }
    measured
}

/// For people.
pub(super) fn as_text(rows: &[Measured]) -> String {
    let mut text = String::new();
    for Measured { fault, ends, time, sentence } in rows {
        let _ = writeln!(text, "{fault}\n  {ends} after {:.2} s: {sentence}", time.as_secs_f64());
    }
    text
}

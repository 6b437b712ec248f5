//! What a run costs, one after another.

use std::collections::BTreeMap;
use std::time::Instant;

use greenlight_hook_runtime::testing::{Case, ExpectedVerdict, FakeService, Service};
use greenlight_hook_runtime::{HookContext, HookReport, HookRun};

use super::super::Fault;
use super::super::report_view::word;
use super::Amount;
use super::load::{Loaded, nanos};
use crate::interrupt::Interrupts;

/// However slow a plugin is, fewer runs say nothing of it.
const FEWEST_RUNS: u64 = 10;

/// What was measured. Times are in nanoseconds.
#[derive(Debug, Default)]
pub(super) struct Measured {
    pub(super) first_call: u64,
    pub(super) calls: Vec<u64>,
    pub(super) cpu: Vec<u64>,
    pub(super) waited: Vec<u64>,
    pub(super) peak_memory: u64,
    /// How many of all runs ended how, the first call and the warm-up included.
    pub(super) verdicts: BTreeMap<String, u64>,
    /// The reason of the first run that did not end as expected.
    pub(super) unexpected: Option<String>,
    pub(super) interrupted: bool,
}

/// Runs the plugin once, then to warm up, and then for the figures. Each run has a fresh fake, whose start is not
/// measured. An interruption ends it early with what there is, and is an error when there is nothing yet.
pub(super) async fn measure(
    loaded: &Loaded,
    case: Option<&Case>,
    service: &Service,
    amount: Amount,
    interrupts: &mut Interrupts,
) -> Result<Measured, Fault> {
    let mut measured = Measured::default();
    let interrupted = tokio::select! {
        ran = runs(loaded, case, service, amount, &mut measured) => {
            ran?;
            false
        }
        () = interrupts.next() => true,
    };
    if measured.calls.is_empty() {
        return Err(Fault::Interrupted);
    }
    Ok(Measured { interrupted, ..measured })
}

async fn runs(
    loaded: &Loaded,
    case: Option<&Case>,
    service: &Service,
    amount: Amount,
    measured: &mut Measured,
) -> Result<(), Fault> {
    measured.first_call = once(loaded, case, service, measured).await?.1;
    for _ in 0..amount.warm_up {
        once(loaded, case, service, measured).await?;
    }
    let begun = Instant::now();
    let enough = |runs: u64| match amount.runs {
        Some(wanted) => runs >= wanted,
        None => runs >= FEWEST_RUNS && begun.elapsed() >= amount.time,
    };
    while !enough(measured.calls.len() as u64) {
        let (report, took) = once(loaded, case, service, measured).await?;
        measured.calls.push(took);
        measured.cpu.push(nanos(report.timings.cpu));
        measured.waited.push(nanos(report.http.waited));
        measured.peak_memory = measured.peak_memory.max(report.peak_memory);
    }
    Ok(())
}

async fn once(
    loaded: &Loaded,
    case: Option<&Case>,
    service: &Service,
    measured: &mut Measured,
) -> Result<(HookReport, u64), Fault> {
    let fake = match (service, case) {
        (Service::Fake, Some(case)) => {
            Some(FakeService::start(case.service.clone()).await.map_err(Fault::Machine)?)
        }
        _ => None,
    };
    let (test, production) = match (&fake, service) {
        (Some(fake), _) => (fake.test_url(), fake.production_url()),
        (None, Service::Running { test, production }) => (Some(test.as_str()), production.as_deref()),
        (None, Service::Fake) => (None, None),
    };
    let run = match case {
        Some(case) => case.hook_run(test, production),
        None => bare(test, production)?,
    };
    let begun = Instant::now();
    let report = loaded.hook.run(run).await;
    let took = nanos(begun.elapsed());

    *measured.verdicts.entry(word(report.status()).to_owned()).or_default() += 1;
    let got = ExpectedVerdict::of(report.status());
    let expected = match case {
        Some(case) => got == case.expect.verdict || got == ExpectedVerdict::Pending,
        None => got != ExpectedVerdict::Fault,
    };
    if !expected && measured.unexpected.is_none() {
        measured.unexpected = Some(format!("{got}: {}", report.reason()));
    }
    Ok((report, took))
}

/// A run of a plugin that has no cases: it may reach the service that was named.
fn bare(test: Option<&str>, production: Option<&str>) -> Result<HookRun, Fault> {
    let mut context = HookContext::new("d-HOOKBENCH", "AfterAllowTestTraffic");
    context.test_url = test.map(str::to_owned);
    context.production_url = production.map(str::to_owned);
    let grants = greenlight_hook_runtime::http::HttpGrants::parse(["{test}", "{production}"])?;
    Ok(HookRun::new(context).with_grants(greenlight_hook_runtime::Grants::none().with_http(grants)))
}

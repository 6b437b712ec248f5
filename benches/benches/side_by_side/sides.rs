//! The contenders, ready to be called.

use std::{io, sync::Arc, time::Duration};

use greenlight_benches::{
    bare::{BareHost, Job, Settings, Ticker},
    child_hook::ChildHook,
    extism_host::{ExtismError, ExtismHost},
    guest::{BEHAVIOUR, Guest},
    records::Records,
};
use greenlight_hook_runtime::{
    Grants, Hook, HookContext, HookRun, HookStatus, Runtime, RuntimeOptions, http::HttpGrants,
};

use crate::{Failure, Outcome};

/// The names in tables.
pub(crate) const GREENLIGHT: &str = "greenlight";
pub(crate) const BARE: &str = "bare wasmtime";
pub(crate) const FRESH: &str = "extism, fresh";
pub(crate) const REUSED: &str = "extism, reused";
pub(crate) const CHILD: &str = "child process";

/// What everybody runs.
pub(crate) struct Sides {
    pub(crate) guest: Guest,
    pub(crate) runtime: Runtime,
    pub(crate) hook: Hook,
    pub(crate) bare: BareHost,
    _ticker: Ticker,
    pub(crate) extism: Result<ExtismHost, ExtismError>,
    pub(crate) child: Result<ChildHook, String>,
}

/// A hook with what it is told.
#[derive(Clone)]
pub(crate) struct Greenlight {
    pub(crate) hook: Hook,
    run: Arc<HookRun>,
}

impl Sides {
    /// Loads the plugin on all of them.
    pub(crate) fn prepare() -> Outcome<Self> {
        let guest = Guest::read()?;
        let runtime = Runtime::new(RuntimeOptions::default())?;
        let hook = runtime.load("bench", &guest.bytes)?;
        let bare = BareHost::new(Settings::Tuned, &guest.bytes)?;
        let ticker = bare.tick();
        let child = ChildHook::find().map_err(|error| error.to_string());
        Ok(Self { guest, runtime, hook, bare, _ticker: ticker, extism: ExtismHost::start(), child })
    }

    /// Greenlight with a judgement to make.
    pub(crate) fn greenlight(&self, settings: &[(&str, &str)]) -> Outcome<Greenlight> {
        Greenlight::of(self.hook.clone(), settings)
    }

    /// The bare engine with the same.
    pub(crate) fn bare(&self, settings: &[(&str, &str)]) -> BareHost {
        self.bare.told(Job {
            config: settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
            test_url: url(settings).map(str::to_owned),
        })
    }

    /// Tells who is not there, once for each table that lacks it.
    pub(crate) fn tell_missing(&self, table: &str, records: &Records) -> Outcome<()> {
        let extism = self.extism.as_ref().err().map(ToString::to_string);
        let child = self.child.as_ref().err().cloned();
        for (name, why) in [("extism", extism), (CHILD, child)] {
            if let Some(why) = why {
                eprintln!("left out of \"{table}\": {name}: {why}");
                records.missing(table, name, &why)?;
            }
        }
        Ok(())
    }
}

impl Greenlight {
    /// A plugin with settings; a `url` among them is the release, which it may ask.
    pub(crate) fn of(hook: Hook, settings: &[(&str, &str)]) -> Outcome<Self> {
        let mut context = HookContext::new("d-BENCH", "AfterAllowTestTraffic");
        context.test_url = url(settings).map(str::to_owned);
        let grants = match context.test_url {
            Some(_) => Grants::none().with_http(HttpGrants::parse(["{test}"])?),
            None => Grants::none(),
        };
        let run = HookRun::new(context).with_config(settings.iter().copied()).with_grants(grants);
        Ok(Self { hook, run: Arc::new(run) })
    }

    /// One run, which has to pass.
    pub(crate) async fn run(&self) -> Outcome<()> {
        let report = self.hook.run(Arc::clone(&self.run)).await;
        if report.status() == HookStatus::Passed {
            Ok(())
        } else {
            Err(format!("the run under Greenlight did not pass: {}", report.reason()).into())
        }
    }
}

/// One run on the bare engine, which has to pass.
pub(crate) async fn bare_run(host: &BareHost) -> Outcome<()> {
    host.run().await.map_err(|error| -> Failure { format!("the run on the bare engine: {error:#}").into() })
}

/// What a call of [`Calls::make`](greenlight_benches::calls::Calls::make) returns that starts no process.
pub(crate) fn here<T>(result: Outcome<T>) -> Outcome<Duration> {
    result.map(|_| Duration::ZERO)
}

/// Settings of a judgement.
pub(crate) fn behaviour(name: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![(BEHAVIOUR, name)]
}

/// An executor of one thread.
pub(crate) fn executor() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

fn url<'a>(settings: &[(&str, &'a str)]) -> Option<&'a str> {
    settings.iter().find(|(key, _)| *key == "url").map(|(_, value)| *value)
}

//! `greenlight hook test`: runs a plugin against a declared fake of the service that it judges.
//!
//! Exit status: 0 every case is as expected; 3 one is not, or was not run; 2 bad input; 1 a fault of Greenlight itself.

mod input;
mod json;
mod junit;
mod text;

use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use greenlight_hook_runtime::testing::{Case, CaseReport, Service};
use greenlight_hook_runtime::{Hook, Runtime, RuntimeOptions};

use self::junit::JUnit;
use super::Fault;
use crate::exit::Exit;
use crate::format::Format;
use crate::interrupt::Interrupts;
use crate::plugin_file;
pub(super) use input::{Input, InputError, check_url};

/// Arguments of `greenlight hook test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The plugin, or a folder with a greenlight-test.toml that names it; the current folder by default
    #[arg(value_name = "FILE.wasm")]
    plugin: Option<PathBuf>,

    /// The cases; greenlight-test.toml beside the plugin, or in the current folder, by default
    #[arg(long, value_name = "FILE")]
    cases: Option<PathBuf>,

    /// Run the cases against this service instead of the fake
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// Its production listener, where that is another than URL
    #[arg(long, value_name = "URL", requires = "url")]
    production_url: Option<String>,

    /// Run only the case of this name; may be given several times
    #[arg(long = "case", value_name = "NAME")]
    only: Vec<String>,

    /// How many cases run at the same time
    #[arg(long, value_name = "N", default_value = "1")]
    jobs: NonZeroUsize,

    /// How to show it: for people, or one JSON object
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Also write what CI systems read, as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

/// What came of all cases. Fewer reports than cases mean that it was interrupted.
struct Tested<'a> {
    input: &'a Input,
    hook: &'a Hook,
    reports: Vec<CaseReport>,
}

impl Tested<'_> {
    fn not_as_expected(&self) -> impl Iterator<Item = &CaseReport> {
        self.reports.iter().filter(|report| !report.is_as_expected())
    }

    /// The cases that an interruption left out.
    fn not_run(&self) -> &[Arc<Case>] {
        self.input.cases.get(self.reports.len()..).unwrap_or_default()
    }

    fn exit(&self) -> Exit {
        if self.not_run().is_empty() && self.not_as_expected().next().is_none() {
            Exit::Succeeded
        } else {
            Exit::NotAsExpected
        }
    }
}

pub(super) fn run(args: &Args) -> Result<Exit, Fault> {
    let executor =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Fault::Machine)?;
    let ended = executor.block_on(test(args));
    // A case that was interrupted has nobody who waits for its end.
    executor.shutdown_background();
    ended
}

async fn test(args: &Args) -> Result<Exit, Fault> {
    let mut interrupts = Interrupts::listen().map_err(Fault::Machine)?;
    let input = Input::read(args.plugin.as_deref(), args.cases.as_deref(), &args.only)?;
    let service = service(args)?;
    let hook = load(&input, args.jobs)?;
    let junit = args.junit.as_deref().map(JUnit::create).transpose()?;
    let mut out = io::stdout();
    if args.format == Format::Text {
        text::head(&input, &hook, &mut out)?;
    }

    let running = input.cases.iter().map(|case| {
        let (case, hook, service) = (Arc::clone(case), hook.clone(), service.clone());
        async move { tokio::spawn(async move { case.run(&hook, &service).await }).await }
    });
    let mut running = stream::iter(running).buffered(args.jobs.get());
    let mut tested = Tested { input: &input, hook: &hook, reports: Vec::new() };
    loop {
        let ended = tokio::select! {
            ended = running.next() => ended,
            () = interrupts.next() => None,
        };
        let Some(ended) = ended else { break };
        let report = ended.map_err(io::Error::from).and_then(|report| report).map_err(Fault::Machine)?;
        if args.format == Format::Text {
            text::case(&report, &mut out)?;
        }
        tested.reports.push(report);
    }

    if let Some(junit) = junit {
        junit.write(&tested)?;
    }
    args.format.show(&json::All::of(&tested), |out| text::closing(&tested, out))?;
    Ok(tested.exit())
}

fn service(args: &Args) -> Result<Service, Fault> {
    let Some(url) = &args.url else { return Ok(Service::Fake) };
    let production = args.production_url.as_ref().unwrap_or(url);
    for (option, url) in [("--url", url), ("--production-url", production)] {
        check_url(option, url)?;
    }
    Ok(Service::Running { test: url.clone(), production: Some(production.clone()) })
}

/// The plugin, in a runtime that has room for what the cases allow.
fn load(input: &Input, jobs: NonZeroUsize) -> Result<Hook, Fault> {
    let options = RuntimeOptions::default();
    let jobs = u32::try_from(jobs.get()).unwrap_or(u32::MAX).min(options.concurrency);
    let memory = input.most_memory.max(options.max_memory);
    let runtime = Runtime::new(options.with_concurrency(jobs).with_max_memory(memory))?;
    let path = &input.plugin;
    plugin_file::load(&runtime, path).map_err(|source| Fault::Plugin { path: path.clone(), source })
}

//! `greenlight hook bench`: what a plugin costs, with the conditions under which it was measured.
//!
//! Exit status: 0; 3 a run did not end as expected, so that the figures are of something else; 2 bad input; 1 a fault of
//! Greenlight itself.

mod conditions;
mod figures;
mod load;
mod quantile;
mod stored;
mod text;
mod warm;

use std::num::NonZeroU64;
use std::path::PathBuf;
use std::time::Duration;

use greenlight_hook_runtime::scalar::Span;
use greenlight_hook_runtime::testing::{Case, Service};
use serde::Deserialize as _;

use super::Fault;
use super::test::{Input, check_url};
use crate::exit::Exit;
use crate::format::Format;
use crate::interrupt::Interrupts;
use figures::Figures;
pub(super) use stored::StoredError;

/// Arguments of `greenlight hook bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The plugin
    #[arg(value_name = "FILE.wasm")]
    plugin: PathBuf,

    /// How many warm runs to measure, instead of a time
    #[arg(long, value_name = "N", conflicts_with = "seconds")]
    runs: Option<NonZeroU64>,

    /// How long to measure warm runs
    #[arg(long, value_name = "S", default_value = "5", value_parser = seconds)]
    seconds: Duration,

    /// Runs before the first that is measured
    #[arg(long, value_name = "N", default_value_t = 10)]
    warm_up: u32,

    /// Where the case is; greenlight-test.toml beside the plugin, or in the current folder, if there is one
    #[arg(long, value_name = "FILE")]
    cases: Option<PathBuf>,

    /// The case whose fake answers, with its config and limits; the first one by default
    #[arg(long, value_name = "NAME")]
    case: Option<String>,

    /// Ask this service instead of the fake
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// How to show it: for people, or one JSON object
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Keep the result in this file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,

    /// Compare with a result that was kept
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
}

/// How much to measure.
#[derive(Debug, Clone, Copy)]
struct Amount {
    warm_up: u32,
    runs: Option<u64>,
    time: Duration,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    // The same words as in the files, for whoever writes 10s.
    let span = || Span::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(text));
    let time = seconds.or_else(|| span().ok().map(|span| span.0));
    time.filter(|time| !time.is_zero()).ok_or_else(|| "write a number of seconds, such as 5".to_owned())
}

pub(super) fn run(args: &Args) -> Result<Exit, Fault> {
    // Read first: who compares with the wrong file should not wait for the measurement.
    let before = args.against.as_deref().map(stored::read).transpose()?;
    let case = case(args)?;
    let service = match &args.url {
        None => Service::Fake,
        Some(url) => {
            check_url("--url", url)?;
            Service::Running { test: url.clone(), production: Some(url.clone()) }
        }
    };
    let amount = Amount { warm_up: args.warm_up, runs: args.runs.map(NonZeroU64::get), time: args.seconds };
    let conditions = conditions::Conditions::here(case.as_ref(), &service, amount);
    let executor =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Fault::Machine)?;

    let loaded = load::measure(&args.plugin, case.as_ref())?;
    let measured = executor.block_on(async {
        let mut interrupts = Interrupts::listen().map_err(Fault::Machine)?;
        warm::measure(&loaded, case.as_ref(), &service, amount, &mut interrupts).await
    });
    executor.shutdown_background();
    let figures = Figures::of(&args.plugin, conditions, &loaded, measured?);

    if let Some(path) = &args.save {
        stored::write(&figures, path)?;
    }
    let output =
        figures::Output { figures: &figures, against: before.as_ref().map(|before| figures.against(before)) };
    args.format.show(&output, |out| text::write(&figures, before.as_ref(), out))?;
    Ok(if figures.is_as_expected() { Exit::Succeeded } else { Exit::NotAsExpected })
}

/// The case that is played, if the plugin has any.
fn case(args: &Args) -> Result<Option<Case>, Fault> {
    let only: Vec<String> = args.case.clone().into_iter().collect();
    let asked = args.cases.is_some() || args.case.is_some();
    match Input::read(Some(&args.plugin), args.cases.as_deref(), &only) {
        Ok(input) => Ok(input.cases.into_iter().next().map(std::sync::Arc::unwrap_or_clone)),
        Err(error) if !asked && error.is_no_cases() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

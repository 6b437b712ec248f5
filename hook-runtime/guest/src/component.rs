//! The component's imports and its entry, on WebAssembly only.

use std::time::Duration;

use crate::bindings::exports::greenlight::hook::validator;
use crate::bindings::greenlight::hook::{deployment, http as fetcher, report};
use crate::bindings::wasi::config::store;
use crate::check::Outcome;
use crate::deployment::Weights;
use crate::host::Host;
use crate::log::Level;
use crate::verdict::{IntoVerdict, judge};
use crate::{Hook, config, http, panic};

/// What the entry made by [`export!`](crate::export) calls.
pub fn run<V: IntoVerdict>(validate: impl FnOnce(&Hook) -> V) -> validator::Verdict {
    panic::report();
    judge(validate).into()
}

pub(crate) struct Imports;

impl Host for Imports {
    fn id(&self) -> String {
        deployment::id()
    }

    fn lifecycle_event(&self) -> String {
        deployment::lifecycle_event()
    }

    fn application(&self) -> Option<String> {
        deployment::application()
    }

    fn group(&self) -> Option<String> {
        deployment::group()
    }

    fn service(&self) -> Option<String> {
        deployment::service()
    }

    fn test_url(&self) -> Option<String> {
        deployment::test_url()
    }

    fn production_url(&self) -> Option<String> {
        deployment::production_url()
    }

    fn production_weights(&self) -> Option<Weights> {
        deployment::production_weights().map(|weights| Weights { blue: weights.blue, green: weights.green })
    }

    fn revision(&self) -> Option<String> {
        deployment::revision()
    }

    fn attempt(&self) -> u32 {
        deployment::attempt()
    }

    fn remaining(&self) -> Duration {
        Duration::from_millis(deployment::remaining_ms())
    }

    fn state(&self) -> Option<String> {
        deployment::state()
    }

    fn attribute(&self, name: &str) -> Option<String> {
        deployment::attribute(name)
    }

    fn check(&self, name: &str, outcome: Outcome, detail: &str) {
        let outcome = match outcome {
            Outcome::Pass => report::Outcome::Pass,
            Outcome::Fail => report::Outcome::Fail,
            Outcome::Warn => report::Outcome::Warn,
            Outcome::Skip => report::Outcome::Skip,
        };
        report::check(name, outcome, detail);
    }

    fn metric(&self, name: &str, value: f64, unit: &str) {
        report::metric(name, value, unit);
    }

    fn log(&self, level: Level, text: &str) {
        let level = match level {
            Level::Trace => report::Level::Trace,
            Level::Debug => report::Level::Debug,
            Level::Info => report::Level::Info,
            Level::Warn => report::Level::Warn,
            Level::Error => report::Level::Error,
        };
        report::log(level, text);
    }

    fn fetch(&self, request: &http::Request) -> Result<http::Response, http::Error> {
        let answer = fetcher::fetch(&fetcher::Request {
            method: request.method().to_owned(),
            url: request.url().to_owned(),
            headers: request.headers().to_vec(),
            body: request.content().to_vec(),
            // Shorter than a millisecond is not "no limit".
            timeout_ms: request.time_limit().map(|t| u32::try_from(t.as_millis().max(1)).unwrap_or(u32::MAX)),
        });
        match answer {
            Ok(response) => {
                let mut answer = http::Response::new(response.status)
                    .with_body(response.body)
                    .with_elapsed(Duration::from_micros(response.elapsed_us));
                for (name, value) in response.headers {
                    answer = answer.with_header(name, value);
                }
                Ok(answer)
            }
            Err(error) => Err(match error {
                fetcher::Error::Denied(text) => http::Error::Denied(text),
                fetcher::Error::Invalid(text) => http::Error::Invalid(text),
                fetcher::Error::Dns(text) => http::Error::Dns(text),
                fetcher::Error::Connection(text) => http::Error::Connection(text),
                fetcher::Error::Timeout(text) => http::Error::Timeout(text),
                fetcher::Error::Limit(text) => http::Error::Limit(text),
                fetcher::Error::Other(text) => http::Error::Other(text),
            }),
        }
    }

    fn config(&self, key: &str) -> Result<Option<String>, config::Error> {
        store::get(key).map_err(unavailable)
    }

    fn config_all(&self) -> Result<Vec<(String, String)>, config::Error> {
        store::get_all().map_err(unavailable)
    }
}

fn unavailable(error: store::Error) -> config::Error {
    let (store::Error::Upstream(reason) | store::Error::Io(reason)) = error;
    config::Error::Unavailable { reason }
}

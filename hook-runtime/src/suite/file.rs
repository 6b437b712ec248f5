//! The form of the file. Unknown keys are refused everywhere: a misspelt one would silently do nothing.

use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, de::IgnoredAny};
use toml::Spanned;

use super::{
    OnFault, Packed, Retries, Suite, SuiteError, SuitePlugin, event::EventName, name::PluginName, place,
};
use crate::{
    Grants,
    http::HttpGrants,
    scalar::{Scalar, Size, Span},
};

pub(super) const DEFAULT_CONCURRENCY: usize = 4;
/// More would only share the processors and the memory of one function.
const MOST_CONCURRENCY: usize = 64;
/// A function of AWS Lambda ends after so long (Lambda quotas).
const LONGEST_TIMEOUT: Duration = Duration::from_secs(15 * 60);
/// One page of WebAssembly, and all that 32 bits can address.
const MEMORY: std::ops::RangeInclusive<u64> = 64 << 10..=4 << 30;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    concurrency: Option<Spanned<usize>>,
    #[serde(default)]
    plugins: Vec<Spanned<Plugin>>,
    /// For `greenlight hook build` alone, when a plugin's source lies beside the suite.
    #[serde(rename = "build")]
    _build: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Plugin {
    name: Spanned<PluginName>,
    plugin: Spanned<PathBuf>,
    #[serde(default)]
    events: Vec<EventName>,
    required: Option<bool>,
    #[serde(default)]
    on_fault: OnFault,
    timeout: Option<Spanned<Span>>,
    cpu: Option<Spanned<Span>>,
    memory: Option<Spanned<Size>>,
    log_bytes: Option<Size>,
    response_bytes: Option<Size>,
    requests: Option<u32>,
    retries: Option<Spanned<RetriesTable>>,
    #[serde(default)]
    grants: HttpGrants,
    #[serde(default)]
    config: BTreeMap<String, Scalar>,
    packed: Option<Packed>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RetriesTable {
    attempts: Option<u32>,
    first_delay: Option<Span>,
    max_delay: Option<Span>,
}

/// What is wrong, and the byte at which.
struct Wrong(usize, String);

/// Reads `text`, which errors call `path`.
pub(super) fn parse(text: &str, path: &Path) -> Result<Suite, SuiteError> {
    read(text).map_err(|Wrong(offset, problem)| {
        let (line, column) = place::of(text, offset);
        SuiteError::Invalid { path: path.to_owned(), line, column, problem }
    })
}

fn read(text: &str) -> Result<Suite, Wrong> {
    let file: File = toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        Wrong(offset, advised(text, error.message()))
    })?;
    let concurrency = match file.concurrency {
        None => DEFAULT_CONCURRENCY,
        Some(given) if (1..=MOST_CONCURRENCY).contains(given.get_ref()) => given.into_inner(),
        Some(given) => {
            let problem = format!("concurrency is a number of plugins from 1 to {MOST_CONCURRENCY}");
            return Err(Wrong(given.span().start, problem));
        }
    };
    if file.plugins.is_empty() {
        return Err(Wrong(0, "the suite has no plugins; add a [[plugins]] table for each".to_owned()));
    }
    let mut names = HashSet::new();
    let mut plugins = Vec::with_capacity(file.plugins.len());
    for plugin in file.plugins {
        let name = &plugin.get_ref().name;
        // Case counts for nothing in the file names of some systems.
        if !names.insert(name.get_ref().0.to_lowercase()) {
            let problem = format!("two plugins are called {:?}; rename one of them", name.get_ref().0);
            return Err(Wrong(name.span().start, problem));
        }
        plugins.push(plugin.into_inner().check()?);
    }
    Ok(Suite { concurrency, plugins })
}

/// The parser's own words, and what to do about the mistake that is easily made.
fn advised(text: &str, message: &str) -> String {
    let message = message.trim_end().replace('\n', "; ");
    let rehearsal = ["[service", "[hooks.", "appspec ="].iter().any(|key| text.contains(key));
    if rehearsal && message.starts_with("unknown field") {
        format!("{message}; this is the project file of a rehearsal, a suite has [[plugins]]")
    } else if ["missing field `name`", "missing field `plugin`"].contains(&message.as_str()) {
        format!("{message}; every plugin needs a name, and the file to run")
    } else {
        message
    }
}

impl Plugin {
    fn check(self) -> Result<SuitePlugin, Wrong> {
        if self.plugin.get_ref().as_os_str().is_empty() {
            let problem = "the path of the plugin is empty; name its .wasm file".to_owned();
            return Err(Wrong(self.plugin.span().start, problem));
        }
        let mut plugin = SuitePlugin::new(self.name.into_inner().0, self.plugin.into_inner());
        plugin.events = self.events.into_iter().map(|event| event.0).collect();
        plugin.required = self.required.unwrap_or(true);
        plugin.on_fault = self.on_fault;
        if let Some(timeout) = self.timeout {
            plugin.timeout = time(&timeout, "timeout")?;
        }
        plugin.cpu = plugin.cpu.min(plugin.timeout);
        if let Some(cpu) = self.cpu {
            plugin.cpu = time(&cpu, "cpu")?;
        }
        if let Some(memory) = self.memory {
            plugin.memory = memory.get_ref().0 as u64;
            if !MEMORY.contains(&plugin.memory) {
                let problem =
                    "memory is at least 64KiB, one page of WebAssembly, and at most 4GiB".to_owned();
                return Err(Wrong(memory.span().start, problem));
            }
        }
        if let Some(Size(bytes)) = self.log_bytes {
            plugin.log_bytes = bytes as u64;
        }
        if let Some(Size(bytes)) = self.response_bytes {
            plugin.response_bytes = bytes as u64;
        }
        plugin.requests = self.requests.unwrap_or(plugin.requests);
        if let Some(retries) = self.retries {
            plugin.retries = retries_of(&retries)?;
        }
        plugin.grants = Grants::none().with_http(self.grants);
        plugin.config = self.config.into_iter().map(|(key, value)| (key, value.0)).collect();
        plugin.packed = self.packed;
        Ok(plugin)
    }
}

fn time(given: &Spanned<Span>, key: &str) -> Result<Duration, Wrong> {
    let Span(time) = *given.get_ref();
    if time.is_zero() {
        return Err(Wrong(given.span().start, format!("{key} is zero; give the plugin some time")));
    }
    if time > LONGEST_TIMEOUT {
        let problem = format!(
            "{key} is longer than the 15 minutes after which AWS Lambda ends a function; a plugin that needs longer \
             answers `pending`"
        );
        return Err(Wrong(given.span().start, problem));
    }
    Ok(time)
}

fn retries_of(given: &Spanned<RetriesTable>) -> Result<Retries, Wrong> {
    let table = given.get_ref();
    let mut retries = Retries::new(table.attempts.unwrap_or_default());
    match (table.first_delay, table.max_delay) {
        (Some(Span(first)), Some(Span(max))) if first > max => {
            let problem = "first-delay is longer than max-delay; swap them".to_owned();
            return Err(Wrong(given.span().start, problem));
        }
        (first, max) => {
            retries.first_delay = first.map_or(retries.first_delay, |span| span.0);
            // A first delay that is longer than the default of the other is meant.
            retries.max_delay = max.map_or(retries.max_delay.max(retries.first_delay), |span| span.0);
            retries.first_delay = retries.first_delay.min(retries.max_delay);
        }
    }
    Ok(retries)
}

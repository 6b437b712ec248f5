//! The text of a suite.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{OnFault, Packed, Suite, SuitePlugin};
use crate::{
    http::HttpGrants,
    scalar::{Size, Span},
};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct File<'a> {
    concurrency: usize,
    plugins: Vec<Plugin<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Plugin<'a> {
    name: &'a str,
    plugin: String,
    events: &'a [String],
    required: bool,
    on_fault: OnFault,
    timeout: Span,
    cpu: Span,
    memory: Size,
    log_bytes: Size,
    response_bytes: Size,
    requests: u32,
    grants: &'a HttpGrants,
    retries: RetriesTable,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    config: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    packed: Option<&'a Packed>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct RetriesTable {
    attempts: u32,
    first_delay: Span,
    max_delay: Span,
}

pub(super) fn to_toml(suite: &Suite) -> String {
    let file = File { concurrency: suite.concurrency, plugins: suite.plugins.iter().map(plugin).collect() };
    // Texts, numbers and tables of them: TOML has a form for each.
    toml::to_string(&file).unwrap_or_default()
}

fn plugin(plugin: &SuitePlugin) -> Plugin<'_> {
    let size = |bytes: u64| Size(usize::try_from(bytes).unwrap_or(usize::MAX));
    Plugin {
        name: &plugin.name,
        // One spelling on every system: a bundle is read on Linux.
        plugin: plugin.plugin.to_string_lossy().replace('\\', "/"),
        events: &plugin.events,
        required: plugin.required,
        on_fault: plugin.on_fault,
        timeout: Span(plugin.timeout),
        cpu: Span(plugin.cpu),
        memory: size(plugin.memory),
        log_bytes: size(plugin.log_bytes),
        response_bytes: size(plugin.response_bytes),
        requests: plugin.requests,
        grants: &plugin.grants.http,
        retries: RetriesTable {
            attempts: plugin.retries.attempts,
            first_delay: Span(plugin.retries.first_delay),
            max_delay: Span(plugin.retries.max_delay),
        },
        config: &plugin.config,
        packed: plugin.packed.as_ref(),
    }
}

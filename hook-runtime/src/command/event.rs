//! What a command is told: one JSON object on standard input, with the same facts as `greenlight:hook/deployment` and the
//! same names.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use crate::HookRun;

/// A fact that is not known is `null`.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Event<'a> {
    id: &'a str,
    lifecycle_event: &'a str,
    application: Option<&'a str>,
    group: Option<&'a str>,
    service: Option<&'a str>,
    test_url: Option<&'a str>,
    production_url: Option<&'a str>,
    production_weights: Option<crate::Weights>,
    revision: Option<&'a str>,
    attempt: u32,
    remaining_ms: u64,
    state: Option<&'a str>,
    attributes: &'a BTreeMap<String, String>,
    config: &'a BTreeMap<String, String>,
}

/// The event of this run, of which so much time is left: one line.
///
/// # Errors
///
/// A sentence, when a fact cannot be written as JSON.
pub(crate) fn of(run: &HookRun, remaining: Duration) -> Result<Vec<u8>, String> {
    let context = &run.context;
    let event = Event {
        id: &context.deployment_id,
        lifecycle_event: &context.lifecycle_event,
        application: context.application.as_deref(),
        group: context.group.as_deref(),
        service: context.service.as_deref(),
        test_url: context.test_url.as_deref().map(without_final_slash),
        production_url: context.production_url.as_deref().map(without_final_slash),
        production_weights: context.production_weights,
        revision: context.revision.as_deref(),
        attempt: context.attempt,
        remaining_ms: u64::try_from(remaining.as_millis()).unwrap_or(u64::MAX),
        state: context.state.as_deref(),
        attributes: &context.attributes,
        config: &run.config,
    };
    let mut line = serde_json::to_vec(&event)
        .map_err(|error| format!("its event cannot be written as JSON: {error}"))?;
    line.push(b'\n');
    Ok(line)
}

/// As the interface promises, a base to which a path can be added.
fn without_final_slash(url: &str) -> &str {
    url.trim_end_matches('/')
}

//! What a plugin may use in a case.

use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::wrong::Wrong;
use crate::{
    Limits,
    scalar::{Size, Span},
};

/// One page of WebAssembly, and all that 32 bits can address.
const MEMORY: std::ops::RangeInclusive<usize> = 64 << 10..=4 << 30;

/// The table `limits`. What is absent is as it was.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct LimitsTable {
    timeout: Option<Spanned<Span>>,
    cpu: Option<Spanned<Span>>,
    memory: Option<Spanned<Size>>,
    requests: Option<u32>,
    response_bytes: Option<Size>,
    total_response_bytes: Option<Size>,
    request_bytes: Option<Size>,
    log_bytes: Option<Size>,
}

impl LimitsTable {
    pub(super) fn apply(&self, limits: &mut Limits) -> Result<(), Wrong> {
        if let Some(timeout) = &self.timeout {
            limits.wall_clock = time(timeout, "timeout")?;
            limits.cpu = limits.cpu.min(limits.wall_clock);
        }
        if let Some(cpu) = &self.cpu {
            limits.cpu = time(cpu, "cpu")?;
        }
        if let Some(memory) = &self.memory {
            limits.memory = memory.get_ref().0;
            if !MEMORY.contains(&limits.memory) {
                let problem = "memory is at least 64KiB, one page of WebAssembly, and at most 4GiB";
                return Err(Wrong::at(memory, problem));
            }
        }
        let http = &mut limits.http;
        http.max_requests = self.requests.unwrap_or(http.max_requests);
        let bytes = |size: Option<Size>, before: u64| size.map_or(before, |Size(bytes)| bytes as u64);
        http.max_response_bytes = bytes(self.response_bytes, http.max_response_bytes);
        http.max_total_response_bytes = bytes(self.total_response_bytes, http.max_total_response_bytes);
        http.max_request_bytes = bytes(self.request_bytes, http.max_request_bytes);
        limits.log_bytes = self.log_bytes.map_or(limits.log_bytes, |Size(bytes)| bytes);
        Ok(())
    }
}

fn time(given: &Spanned<Span>, key: &str) -> Result<Duration, Wrong> {
    let Span(time) = *given.get_ref();
    if time.is_zero() {
        return Err(Wrong::at(given, format!("{key} is zero; give the plugin some time")));
    }
    Ok(time)
}

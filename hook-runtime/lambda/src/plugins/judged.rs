//! What came of the plugins of one event.

use greenlight_hook_runtime::HookReport;

use crate::progress::PluginProgress;

/// What came of one plugin in this invocation.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) plugin: String,
    pub(crate) required: bool,
    /// `None` when it was not waited for.
    pub(crate) progress: Option<PluginProgress>,
    pub(crate) figures: Figures,
}

/// What a plugin's runs in this invocation took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) runs: u32,
    pub(crate) checks: usize,
    pub(crate) peak_memory: u64,
}

/// What came of all plugins of one event in this invocation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judgement {
    pub(crate) plugins: Vec<Judged>,
}

impl Figures {
    pub(crate) fn add(&mut self, report: &HookReport) {
        self.runs = self.runs.saturating_add(1);
        self.checks = self.checks.saturating_add(report.checks.len());
        self.peak_memory = self.peak_memory.max(report.peak_memory);
    }
}

impl Judgement {
    pub(crate) fn runs(&self) -> u32 {
        self.plugins.iter().map(|plugin| plugin.figures.runs).sum()
    }

    pub(crate) fn checks(&self) -> usize {
        self.plugins.iter().map(|plugin| plugin.figures.checks).sum()
    }

    pub(crate) fn peak_memory(&self) -> u64 {
        self.plugins.iter().map(|plugin| plugin.figures.peak_memory).max().unwrap_or_default()
    }
}

//! A report as JSON.

use std::hint::black_box;

use super::{HotPath, Setting, Work, plugin::passing};
use greenlight_budgets::{failure::Broken, one_thread::OneThread, subject::Subject};

pub(crate) const TO_JSON: HotPath = HotPath {
    subject: Subject {
        name: "report-to-json",
        what: "the report of a run with three checks, a metric and a line is written as JSON",
        runs: 200,
    },
    prepare,
};

fn prepare(setting: &Setting) -> Result<Work, Broken> {
    let hook = setting.map(&Setting::runtime()?, &setting.packed()?)?;
    let mut report = OneThread::new()?.wait(hook.run(passing()));
    if report.checks.len() != 3 {
        return Err(format!("the plugin reported other than three checks: {report:?}").into());
    }
    // As long as they were, their digits would count.
    report.timings = greenlight_hook_runtime::Timings::default();
    Ok(Box::new(move || {
        let text = serde_json::to_string(black_box(&report))?;
        if text.len() > 100 { Ok(()) } else { Err(format!("a report of no use: {text}").into()) }
    }))
}

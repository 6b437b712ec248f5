//! A plugin that was compiled ahead: taken, and run.

use greenlight_hook_runtime::{HookContext, HookRun, HookStatus};

use super::{HotPath, Setting, Work};
use greenlight_budgets::{failure::Broken, one_thread::OneThread, subject::Subject};

pub(crate) const MAP: HotPath = HotPath {
    subject: Subject {
        name: "plugin-map",
        what: "native code of a plugin is read, checked against its digest, mapped, and held against the contract",
        runs: 3,
    },
    prepare: map,
};

pub(crate) const RUN: HotPath = HotPath {
    subject: Subject {
        name: "plugin-run",
        what: "a plugin runs in a fresh sandbox: it reads a setting, reports three checks, a metric and a line, and passes",
        runs: 30,
    },
    prepare: run,
};

fn map(setting: &Setting) -> Result<Work, Broken> {
    let (runtime, packed) = (Setting::runtime()?, setting.packed()?);
    let setting = Setting::of(setting.folder().to_owned());
    Ok(Box::new(move || setting.map(&runtime, &packed).map(drop)))
}

fn run(setting: &Setting) -> Result<Work, Broken> {
    let hook = setting.map(&Setting::runtime()?, &setting.packed()?)?;
    let run = passing();
    let thread = OneThread::new()?;
    Ok(Box::new(move || {
        let report = thread.wait(hook.run(run.clone()));
        match report.status() {
            HookStatus::Passed => Ok(()),
            other => Err(format!("the plugin {other}: {}", report.reason()).into()),
        }
    }))
}

/// A run in which the plugin passes.
pub(super) fn passing() -> HookRun {
    HookRun::new(HookContext::new("d-BENCH0001", "AfterAllowTestTraffic"))
        .with_config([("behaviour", "pass")])
}

//! `greenlight hook run`: runs a plugin once against something real.

mod args;
mod text;

use greenlight_hook_runtime::http::HttpGrants;
use greenlight_hook_runtime::{
    Cause, Grants, HookContext, HookReport, HookRun, HookStatus, Limits, LoadError, Runtime, RuntimeOptions,
};

pub(crate) use self::args::Args;
use super::Fault;
use crate::exit::Exit;
use crate::plugin_file;

pub(super) fn run(args: &Args) -> Result<Exit, Fault> {
    let given = run_of(args)?;
    let limits = given.limits.clone();
    let options = RuntimeOptions::default().with_concurrency(1);
    let options =
        if limits.memory > options.max_memory { options.with_max_memory(limits.memory) } else { options };
    let runtime = Runtime::new(options)?;
    let hook = plugin_file::load(&runtime, &args.file).map_err(|source| match source {
        LoadError::Unreadable { path, source, .. } => Fault::Unreadable { path, source },
        source => Fault::Plugin { path: args.file.clone(), source },
    })?;
    let executor =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Fault::Machine)?;
    let report = executor.block_on(hook.run(given));

    args.format.show(&report, |out| text::write(&report, &limits, args, out))?;
    Ok(exit(&report))
}

fn exit(report: &HookReport) -> Exit {
    match report.fault().map(|fault| &fault.cause) {
        Some(Cause::Setup { .. }) => return Exit::BadInput,
        Some(Cause::Runtime { .. }) => return Exit::Fault,
        _ => {}
    }
    match report.status() {
        HookStatus::Passed => Exit::Succeeded,
        HookStatus::Pending => Exit::Pending,
        HookStatus::Failed | HookStatus::Faulted => Exit::Failed,
    }
}

/// The URLs of the command line are granted as the listeners of the deployment, and so are reachable wherever they are,
/// on this machine too; nothing else on this machine is.
fn run_of(args: &Args) -> Result<HookRun, Fault> {
    let mut context = HookContext::new("d-LOCALRUN0", args.event.as_str());
    context.test_url = Some(args.url.clone());
    context.production_url.clone_from(&args.production_url);
    context.state.clone_from(&args.state);
    context.attempt = args.attempt;
    let listeners = ["{test}", "{production}"].into_iter();
    let listeners = listeners.take(if args.production_url.is_some() { 2 } else { 1 });
    let grants = HttpGrants::parse(listeners.chain(args.grants.iter().map(String::as_str)))?;
    let mut limits = Limits::default();
    if let Some(timeout) = args.timeout {
        limits = limits.with_wall_clock(timeout.0);
        limits.cpu = limits.cpu.min(timeout.0);
    }
    if let Some(memory) = args.memory {
        limits = limits.with_memory(memory.0);
    }
    Ok(HookRun::new(context)
        .with_config(args.config.iter().cloned())
        .with_grants(Grants::none().with_http(grants))
        .with_limits(limits))
}

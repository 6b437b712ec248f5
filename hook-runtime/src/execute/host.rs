//! What the engine keeps for the host beside one plugin instance.

use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtxView, WasiView};

use super::memory::MemoryAccount;
use crate::capability::{Capability, Config, Deployment, Http, Output, Parts, Report};

/// The state of one run, made for it and dropped with it.
pub(crate) struct Host {
    pub(crate) table: ResourceTable,
    pub(crate) memory: MemoryAccount,
    pub(crate) output: Output,
    pub(crate) config: Config,
    pub(crate) deployment: Deployment,
    pub(crate) report: Report,
    pub(crate) http: Http,
}

impl Host {
    pub(crate) fn build(parts: &Parts<'_>, max_memory: usize) -> Result<Self, String> {
        let limits = &parts.run.limits;
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.handles);
        Ok(Self {
            table,
            memory: MemoryAccount::new(limits, max_memory),
            output: Output::build(parts)?,
            config: Config::build(parts)?,
            deployment: Deployment::build(parts)?,
            report: Report::build(parts)?,
            http: Http::build(parts)?,
        })
    }
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.output.wasi, table: &mut self.table }
    }
}

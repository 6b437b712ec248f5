//! Facts of the deployment, as `greenlight:hook/deployment`.

use std::{sync::Arc, time::Instant};

use wasmtime::component::{HasSelf, Linker};

use super::{Capability, Parts};
use crate::{HookRun, contract, execute::Host};

/// Serves [`HookRun::context`].
pub(crate) struct Deployment {
    run: Arc<HookRun>,
    deadline: Instant,
}

impl Capability for Deployment {
    const INTERFACES: &'static [&'static str] = &["greenlight:hook/deployment@0.1.0"];

    fn link(linker: &mut Linker<Host>) -> wasmtime::Result<()> {
        contract::deployment::add_to_linker::<_, HasSelf<Self>>(linker, |host| &mut host.deployment)
    }

    fn check(run: &HookRun) -> Result<(), String> {
        if run.context.attempt == 0 {
            return Err("its context has attempt 0; the first attempt is 1".to_owned());
        }
        Ok(())
    }

    fn build(parts: &Parts<'_>) -> Result<Self, String> {
        Ok(Self { run: Arc::clone(parts.run), deadline: parts.deadline })
    }
}

impl contract::deployment::Host for Deployment {
    fn id(&mut self) -> wasmtime::Result<String> {
        Ok(self.run.context.deployment_id.clone())
    }

    fn lifecycle_event(&mut self) -> wasmtime::Result<String> {
        Ok(self.run.context.lifecycle_event.clone())
    }

    fn application(&mut self) -> wasmtime::Result<Option<String>> {
        Ok(self.run.context.application.clone())
    }

    fn group(&mut self) -> wasmtime::Result<Option<String>> {
        Ok(self.run.context.group.clone())
    }

    fn service(&mut self) -> wasmtime::Result<Option<String>> {
        Ok(self.run.context.service.clone())
    }

    fn test_url(&mut self) -> wasmtime::Result<Option<String>> {
        Ok(self.run.context.test_url.as_deref().map(without_final_slash))
    }

    fn production_url(&mut self) -> wasmtime::Result<Option<String>> {
        Ok(self.run.context.production_url.as_deref().map(without_final_slash))
    }

    fn production_weights(&mut self) -> wasmtime::Result<Option<contract::deployment::Weights>> {
        Ok(self
            .run
            .context
            .production_weights
            .map(|weights| contract::deployment::Weights { blue: weights.blue, green: weights.green }))
    }

    fn revision(&mut self) -> wasmtime::Result<Option<String>> {
        Ok(self.run.context.revision.clone())
    }

    fn attempt(&mut self) -> wasmtime::Result<u32> {
        Ok(self.run.context.attempt)
    }

    fn remaining_ms(&mut self) -> wasmtime::Result<u64> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        Ok(u64::try_from(left.as_millis()).unwrap_or(u64::MAX))
    }

    fn state(&mut self) -> wasmtime::Result<Option<String>> {
        Ok(self.run.context.state.clone())
    }

    fn attribute(&mut self, name: String) -> wasmtime::Result<Option<String>> {
        Ok(self.run.context.attributes.get(&name).cloned())
    }
}

/// The contract promises plugins a base to which they can add a path.
fn without_final_slash(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

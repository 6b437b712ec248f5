//! Whoever is told every event as it happens.

use std::fmt;

use greenlight_core::DeploymentEvent;

/// Is told the events of all deployments, those of each in their order. It is called with the state locked: it must
/// return at once, and must not call the engine.
pub(crate) struct Observer(Box<dyn Fn(&DeploymentEvent) + Send + Sync>);

impl Observer {
    pub(crate) fn new(observer: impl Fn(&DeploymentEvent) + Send + Sync + 'static) -> Self {
        Self(Box::new(observer))
    }

    pub(super) fn tell(&self, event: &DeploymentEvent) {
        (self.0)(event);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

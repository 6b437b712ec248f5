//! What the tests of the lifecycle share: settings, a stage that plays a deployment by hand, and random scripts.

pub(crate) mod play;
pub(crate) mod random;
pub(crate) mod settings;
pub(crate) mod stage;
pub(crate) mod steps;
pub(crate) mod transcript;

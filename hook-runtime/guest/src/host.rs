//! The host's side of the contract, as this crate sees it.
//!
//! In a plugin it is the component's imports. In a program for this machine, where there are none, it is the
//! rehearsal that [`testing`](crate::testing) set up, so that a validation function has unit tests.

use std::time::Duration;

use crate::check::Outcome;
use crate::deployment::Weights;
use crate::log::Level;
use crate::{config, http};

/// One method for each function that the contract imports.
pub(crate) trait Host {
    fn id(&self) -> String;
    fn lifecycle_event(&self) -> String;
    fn application(&self) -> Option<String>;
    fn group(&self) -> Option<String>;
    fn service(&self) -> Option<String>;
    fn test_url(&self) -> Option<String>;
    fn production_url(&self) -> Option<String>;
    fn production_weights(&self) -> Option<Weights>;
    fn revision(&self) -> Option<String>;
    fn attempt(&self) -> u32;
    fn remaining(&self) -> Duration;
    fn state(&self) -> Option<String>;
    fn attribute(&self, name: &str) -> Option<String>;

    fn check(&self, name: &str, outcome: Outcome, detail: &str);
    fn metric(&self, name: &str, value: f64, unit: &str);
    fn log(&self, level: Level, text: &str);

    fn fetch(&self, request: &http::Request) -> Result<http::Response, http::Error>;

    fn config(&self, key: &str) -> Result<Option<String>, config::Error>;
    fn config_all(&self) -> Result<Vec<(String, String)>, config::Error>;
}

/// Asks the host of this plugin.
#[cfg(target_family = "wasm")]
pub(crate) fn with<T>(ask: impl FnOnce(&dyn Host) -> T) -> T {
    ask(&crate::component::Imports)
}

/// Asks the rehearsal under way on this thread.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn with<T>(ask: impl FnOnce(&dyn Host) -> T) -> T {
    ask(&*crate::testing::current())
}

//! The host's side of a rehearsal.

use std::time::Duration;

use super::{CheckEntry, MetricEntry, Rehearsal};
use crate::check::Outcome;
use crate::deployment::Weights;
use crate::host::Host;
use crate::log::Level;
use crate::{config, http};

impl Host for Rehearsal {
    fn id(&self) -> String {
        self.fact("id").unwrap_or_else(|| "d-REHEARSAL".to_owned())
    }

    fn lifecycle_event(&self) -> String {
        self.fact("lifecycle_event").unwrap_or_else(|| "AfterAllowTestTraffic".to_owned())
    }

    fn application(&self) -> Option<String> {
        self.fact("application")
    }

    fn group(&self) -> Option<String> {
        self.fact("group")
    }

    fn service(&self) -> Option<String> {
        self.fact("service")
    }

    fn test_url(&self) -> Option<String> {
        self.fact("test_url")
    }

    fn production_url(&self) -> Option<String> {
        self.fact("production_url")
    }

    fn production_weights(&self) -> Option<Weights> {
        self.weights
    }

    fn revision(&self) -> Option<String> {
        self.fact("revision")
    }

    fn attempt(&self) -> u32 {
        self.attempt
    }

    fn remaining(&self) -> Duration {
        self.remaining
    }

    fn state(&self) -> Option<String> {
        self.fact("state")
    }

    fn attribute(&self, name: &str) -> Option<String> {
        self.attributes.get(name).cloned()
    }

    fn check(&self, name: &str, outcome: Outcome, detail: &str) {
        let entry = CheckEntry { name: name.to_owned(), outcome, detail: detail.to_owned() };
        self.reported.borrow_mut().checks.push(entry);
    }

    fn metric(&self, name: &str, value: f64, unit: &str) {
        let entry = MetricEntry { name: name.to_owned(), value, unit: unit.to_owned() };
        self.reported.borrow_mut().metrics.push(entry);
    }

    fn log(&self, level: Level, text: &str) {
        self.reported.borrow_mut().logs.push((level, text.to_owned()));
    }

    fn fetch(&self, request: &http::Request) -> Result<http::Response, http::Error> {
        self.reported.borrow_mut().requests.push(request.clone());
        (self.respond)(request)
    }

    fn config(&self, key: &str) -> Result<Option<String>, config::Error> {
        Ok(self.config.get(key).cloned())
    }

    fn config_all(&self) -> Result<Vec<(String, String)>, config::Error> {
        Ok(self.config.clone().into_iter().collect())
    }
}

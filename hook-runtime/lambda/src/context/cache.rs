//! What does not change while a deployment lasts.

use std::sync::{Mutex, PoisonError};

/// How many deployments are remembered: a function has one at a time, hardly ever two.
const DEPLOYMENTS: usize = 16;

/// The last few values by their deployments.
#[derive(Debug)]
pub(super) struct Cache<T>(Mutex<Vec<(String, T)>>);

impl<T: Clone> Cache<T> {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    pub(super) fn get(&self, deployment: &str) -> Option<T> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().find(|(known, _)| known == deployment).map(|(_, value)| value.clone())
    }

    pub(super) fn put(&self, deployment: &str, value: T) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|(known, _)| known != deployment);
        if entries.len() >= DEPLOYMENTS {
            entries.remove(0);
        }
        entries.push((deployment.to_owned(), value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_deployments_are_forgotten() {
        let cache = Cache::new();
        for number in 0..=DEPLOYMENTS {
            cache.put(&format!("d-{number}"), number);
        }
        assert_eq!(cache.get("d-0"), None);
        assert_eq!(cache.get("d-1"), Some(1));
        cache.put("d-1", 100);
        assert_eq!(cache.get("d-1"), Some(100));
        assert_eq!(cache.get("d-2"), Some(2));
    }
}

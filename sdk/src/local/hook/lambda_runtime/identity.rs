//! Who a hook process is at the endpoint, and for what it may report.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use greenlight_core::HookExecutionId;
use rand::Rng as _;

/// What every access key id of a hook process begins with, whichever engine issued it.
///
/// It follows the service's form for temporary credentials: `ASIA`, then characters of base32, twenty in all.
const KEY_PREFIX: &str = "ASIAGLHOOK";

const KEY_CHARACTERS: usize = 20;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Executions remembered for one process. Each is reported once, within its hour.
const MAX_EXECUTIONS: usize = 4096;

/// Ended processes whose executions are remembered: a last report may still be on its way.
const MAX_ENDED: usize = 256;

/// Which hook executions were given to which hook process.
///
/// Every process that [`LambdaProcess`](super::LambdaProcess) starts gets credentials of its own, made up for it.
/// The endpoint asks here whether the access key id that signed a report is one of a hook process, and if so,
/// whether that process was ever given the execution that it reports. Clones share what they know.
///
/// ```
/// use greenlight::core::HookExecutionId;
/// use greenlight::local::HookIdentities;
///
/// let identities = HookIdentities::new();
/// let execution = HookExecutionId::new("eyJlbmNyeXB0ZWREYXRhIjoi");
/// assert_eq!(identities.allows("AKIAIOSFODNN7EXAMPLE", &execution), None);
/// ```
#[derive(Clone, Debug, Default)]
pub struct HookIdentities(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    deliveries: HashMap<String, VecDeque<HookExecutionId>>,
    ended: VecDeque<String>,
}

impl HookIdentities {
    /// Knows no process yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a report that was signed with this access key id may be for this execution.
    ///
    /// `None`: it is no key of a hook process, and this says nothing. `Some(false)`: the process was never given the
    /// execution, or it is one of an earlier run of the engine.
    #[must_use]
    pub fn allows(&self, access_key_id: &str, execution: &HookExecutionId) -> Option<bool> {
        if !access_key_id.starts_with(KEY_PREFIX) {
            return None;
        }
        let known = self.known();
        Some(known.deliveries.get(access_key_id).is_some_and(|given| given.contains(execution)))
    }

    /// The access key ids of the processes that run now, in no order.
    #[must_use]
    pub fn access_key_ids(&self) -> Vec<String> {
        let known = self.known();
        known.deliveries.keys().filter(|key| !known.ended.contains(key)).cloned().collect()
    }

    /// Makes up the credentials of a new process.
    pub(super) fn issue(&self) -> Credentials {
        let credentials = Credentials::random();
        self.known().deliveries.insert(credentials.access_key_id.clone(), VecDeque::new());
        credentials
    }

    /// Notes that a process is given an execution.
    pub(super) fn deliver(&self, access_key_id: &str, execution: &HookExecutionId) {
        let mut known = self.known();
        let Some(given) = known.deliveries.get_mut(access_key_id) else { return };
        if given.contains(execution) {
            return;
        }
        if given.len() == MAX_EXECUTIONS {
            given.pop_front();
        }
        given.push_back(execution.clone());
    }

    /// Notes that a process has ended.
    pub(super) fn end(&self, access_key_id: &str) {
        let mut known = self.known();
        known.ended.push_back(access_key_id.to_owned());
        if known.ended.len() > MAX_ENDED
            && let Some(oldest) = known.ended.pop_front()
        {
            known.deliveries.remove(&oldest);
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Temporary credentials in the form of the service's own, worth nothing anywhere else.
pub(super) struct Credentials {
    pub(super) access_key_id: String,
    pub(super) secret_access_key: String,
    pub(super) session_token: String,
}

impl Credentials {
    fn random() -> Self {
        Self {
            access_key_id: format!("{KEY_PREFIX}{}", base32(KEY_CHARACTERS - KEY_PREFIX.len())),
            secret_access_key: base32(40),
            session_token: base32(128),
        }
    }
}

/// The secrets stay out of logs.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

fn base32(characters: usize) -> String {
    let mut random = rand::rng();
    (0..characters)
        .filter_map(|_| BASE32.get(random.random_range(0..BASE32.len())))
        .map(|byte| char::from(*byte))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn execution(id: &str) -> HookExecutionId {
        HookExecutionId::new(id)
    }

    #[test]
    fn a_process_may_report_what_it_was_given_and_nothing_else() {
        let identities = HookIdentities::new();
        let (one, other) = (identities.issue(), identities.issue());
        identities.deliver(&one.access_key_id, &execution("a"));
        assert_eq!(identities.allows(&one.access_key_id, &execution("a")), Some(true));
        assert_eq!(identities.allows(&one.access_key_id, &execution("b")), Some(false));
        assert_eq!(identities.allows(&other.access_key_id, &execution("a")), Some(false));
        assert_eq!(identities.allows("AKIAIOSFODNN7EXAMPLE", &execution("a")), None);
    }

    #[test]
    fn a_key_of_an_earlier_run_is_refused() {
        let earlier = HookIdentities::new().issue();
        assert_eq!(HookIdentities::new().allows(&earlier.access_key_id, &execution("a")), Some(false));
    }

    #[test]
    fn the_last_report_of_an_ended_process_is_taken_and_memory_stays_bounded() {
        let identities = HookIdentities::new();
        let first = identities.issue();
        identities.deliver(&first.access_key_id, &execution("a"));
        identities.end(&first.access_key_id);
        assert_eq!(identities.allows(&first.access_key_id, &execution("a")), Some(true));
        assert!(identities.access_key_ids().is_empty());
        for _ in 0..2 * MAX_ENDED {
            identities.end(&identities.issue().access_key_id);
        }
        assert_eq!(identities.allows(&first.access_key_id, &execution("a")), Some(false));
        assert_eq!(identities.known().deliveries.len(), MAX_ENDED);
        let lasting = identities.issue();
        for number in 0..2 * MAX_EXECUTIONS {
            identities.deliver(&lasting.access_key_id, &execution(&number.to_string()));
        }
        assert_eq!(identities.known().deliveries[&lasting.access_key_id].len(), MAX_EXECUTIONS);
    }

    #[test]
    fn keys_have_the_form_of_temporary_credentials_and_differ() {
        let (one, other) = (Credentials::random(), Credentials::random());
        assert_eq!(one.access_key_id.len(), KEY_CHARACTERS);
        assert_ne!(one.access_key_id, other.access_key_id);
        assert_ne!(one.secret_access_key, other.secret_access_key);
        assert!(!format!("{one:?}").contains(&one.secret_access_key));
    }
}

//! New ids, from an injected source of randomness.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use greenlight_core::{DeploymentId, HookExecutionId};
use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};

/// Random bytes in an execution id: as long as the service's own, 160 bytes that nobody guesses.
const EXECUTION_ID_BYTES: usize = 160;

/// Room for the form of an execution id before it is encoded once more.
const FORM_LENGTH: usize = 280;

/// Makes ids.
pub(crate) struct Ids(Mutex<StdRng>);

impl Ids {
    /// Ids that nobody can guess.
    pub(crate) fn random() -> Self {
        Self(Mutex::new(StdRng::from_os_rng()))
    }

    /// The same ids for the same seed.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    pub(crate) fn deployment(&self) -> DeploymentId {
        let mut random = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Drawn from 0..36 at once: a remainder of a byte would prefer the first letters.
        DeploymentId::from_numbers(std::array::from_fn(|_| random.random_range(0..36)))
    }

    /// Of the service's form: base64 of a JSON object with sealed data.
    pub(crate) fn hook_execution(&self) -> HookExecutionId {
        let mut data = [0_u8; EXECUTION_ID_BYTES];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut data);
        let (vector, sealed) = data.split_at(12);
        // Written as text at once: a deployment draws one for each hook, and a document in between took most of its start.
        let mut form = String::with_capacity(FORM_LENGTH);
        form.push_str(r#"{"encryptedData":""#);
        STANDARD.encode_string(sealed, &mut form);
        form.push_str(r#"","ivParameterSpec":""#);
        STANDARD.encode_string(vector, &mut form);
        form.push_str(r#"","materialSetSerial":1}"#);
        HookExecutionId::new(STANDARD.encode(form))
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_and_a_seed_repeats_them() {
        let (one, same) = (Ids::seeded(7), Ids::seeded(7));
        let first = one.deployment();
        assert_ne!(first, one.deployment());
        assert_eq!(first, same.deployment());
        assert_ne!(Ids::random().hook_execution(), Ids::random().hook_execution());
    }

    #[test]
    fn an_execution_id_is_long_and_base64() {
        let id = Ids::random().hook_execution();
        assert!(id.as_str().len() > 250, "{}", id.as_str().len());
        let form: serde_json::Value = serde_json::from_slice(&STANDARD.decode(id.as_str()).unwrap()).unwrap();
        assert_eq!(form["materialSetSerial"], 1);
        let bytes = |member: &str| STANDARD.decode(form[member].as_str().unwrap()).unwrap().len();
        assert_eq!((bytes("ivParameterSpec"), bytes("encryptedData")), (12, EXECUTION_ID_BYTES - 12));
    }
}

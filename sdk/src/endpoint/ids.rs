//! New ids of what is not a deployment, from an injected source of randomness.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};

/// Makes ids and keys.
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

    /// A random UUID (version 4), in the usual form.
    pub(crate) fn uuid(&self) -> String {
        let mut number = u128::from_be_bytes(self.bytes());
        number = number & !(0xf << 76) | (4 << 76);
        number = number & !(0b11 << 62) | (0b10 << 62);
        let digits = format!("{number:032x}");
        [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| digits.get(part).unwrap_or_default()).join("-")
    }

    /// Random bytes.
    pub(crate) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
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
    fn a_uuid_has_its_form_and_version() {
        let ids = Ids::seeded(7);
        for _ in 0..100 {
            let id = ids.uuid();
            let parts: Vec<usize> = id.split('-').map(str::len).collect();
            assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
            assert!(
                id.bytes().all(|b| b == b'-' || b.is_ascii_digit() || (b'a'..=b'f').contains(&b)),
                "{id}"
            );
            assert_eq!(id.as_bytes()[14], b'4', "{id}");
            assert!(b"89ab".contains(&id.as_bytes()[19]), "{id}");
        }
        assert_eq!(Ids::seeded(1).uuid(), Ids::seeded(1).uuid());
        assert_ne!(Ids::random().uuid(), Ids::random().uuid());
    }
}

//! The ids of invocations.

use rand::Rng as _;

/// A new id: a random UUID, version 4, that nobody guesses.
pub(super) fn random() -> String {
    let random: u128 = rand::rng().random();
    // Version 4, variant 1 (RFC 9562, section 5.4).
    let bits = (random & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    let mut id = String::with_capacity(36);
    for (position, digit) in hex.chars().enumerate() {
        if matches!(position, 8 | 12 | 16 | 20) {
            id.push('-');
        }
        id.push(digit);
    }
    id
}

/// Whether this can be an id that [`random`] made.
pub(super) fn is_one(text: &str) -> bool {
    text.len() == 36 && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_of_version_4_and_differ() {
        let id = random();
        assert!(is_one(&id) && !is_one("next") && !is_one(""), "{id}");
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(&id[14..15], "4");
        assert!("89ab".contains(&id[19..20]), "{id}");
        assert_ne!(id, random());
    }
}

//! The digest that names a revision.

use sha2::{Digest, Sha256};

/// The SHA-256 of the exact text, in lower-case hexadecimal: what CodeDeploy keeps of an inline AppSpec and asks for
/// when the text is wanted back (`appSpecContent.sha256` of `GetApplicationRevision`).
///
/// ```
/// assert_eq!(
///     greenlight_core::appspec::sha256("version: 0.0\n"),
///     "6a41e44aabcfd2527a82894a58f037eb82f3ccca36a3dd2fa70f7ee7a182cd56",
/// );
/// ```
#[must_use]
pub fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

//! Identifiers of deployments and hook executions.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::InvalidId;

/// Number of characters after the `d-` of a deployment id.
const DEPLOYMENT_ID_LENGTH: usize = 9;

/// Number of characters of a deployment id, all of one byte.
const ID_LENGTH: usize = DEPLOYMENT_ID_LENGTH + 2;

/// The id of a deployment, such as `d-1NNWZG91L`: `d-` and nine upper-case letters or digits.
///
/// ```
/// use greenlight_core::DeploymentId;
///
/// let id: DeploymentId = "d-1NNWZG91L".parse()?;
/// assert_eq!(id.as_str(), "d-1NNWZG91L");
/// assert!("1NNWZG91L".parse::<DeploymentId>().is_err());
/// # Ok::<(), greenlight_core::error::InvalidId>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "String"))]
// In place, and not on the heap: every event of a deployment has a copy.
pub struct DeploymentId([u8; ID_LENGTH]);

impl DeploymentId {
    /// The id made from nine numbers, each taken modulo 36. With numbers drawn at random the id is as hard to
    /// guess as the service's own.
    #[must_use]
    pub fn from_numbers(numbers: [u8; DEPLOYMENT_ID_LENGTH]) -> Self {
        let character = |number: u8| match number % 36 {
            digit @ 0..=9 => b'0' + digit,
            letter => b'A' - 10 + letter,
        };
        let mut id = *b"d-000000000";
        for (place, number) in id.iter_mut().skip(2).zip(numbers) {
            *place = character(number);
        }
        Self(id)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Never empty: all bytes are ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for DeploymentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for DeploymentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DeploymentId").field(&self.as_str()).finish()
    }
}

impl FromStr for DeploymentId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for DeploymentId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        let rest = text.strip_prefix("d-").unwrap_or_default();
        let valid = rest.len() == DEPLOYMENT_ID_LENGTH
            && rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        match text.as_bytes().try_into() {
            Ok(id) if valid => Ok(Self(id)),
            _ => Err(InvalidId { given: text }),
        }
    }
}

impl From<DeploymentId> for String {
    fn from(id: DeploymentId) -> Self {
        id.as_str().to_owned()
    }
}

/// The id of one invocation of a hook function. Opaque, long, and not to be guessed: who knows it may report.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "String"))]
// Shared, and not copied: it is long, and a deployment hands it on many times.
pub struct HookExecutionId(Arc<str>);

impl HookExecutionId {
    /// The execution id with this text, which is not looked into.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into().into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for HookExecutionId {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<HookExecutionId> for String {
    fn from(id: HookExecutionId) -> Self {
        id.as_str().to_owned()
    }
}

impl fmt::Display for HookExecutionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for HookExecutionId {
    /// The first characters only: the whole is a credential and has no place in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HookExecutionId({}…)", self.0.chars().take(8).collect::<String>())
    }
}

/// One invocation of a hook function in one deployment: what the function is told, and what it reports for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HookExecution {
    /// The deployment.
    pub deployment: DeploymentId,
    /// The invocation.
    pub execution: HookExecutionId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_another_form_are_refused() {
        for text in ["", "d-", "d-1NNWZG91", "d-1NNWZG91LL", "d-1nnwzg91l", "D-1NNWZG91L", "d-1NNWZG9 L"] {
            assert!(text.parse::<DeploymentId>().is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn numbers_make_an_id_of_the_services_form() {
        let id = DeploymentId::from_numbers([0, 9, 10, 35, 36, 71, 255, 1, 2]);
        assert_eq!(id.as_str(), "d-09AZ0Z312");
        assert_eq!(id.as_str().parse::<DeploymentId>().unwrap(), id);
        assert_eq!(format!("{id:?}"), "DeploymentId(\"d-09AZ0Z312\")");
    }

    #[test]
    fn debug_output_does_not_show_a_whole_execution_id() {
        let id = HookExecutionId::new("0123456789abcdef");
        assert!(!format!("{id:?}").contains("89abcdef"));
    }
}

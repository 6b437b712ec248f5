//! The list of grants of one hook.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    error::GrantError,
    grant::{HttpGrant, Permit},
    role::Roles,
    target::Target,
};

/// Everything that one hook may reach. Empty, which is the default, means nothing at all.
///
/// ```
/// use greenlight_hook_runtime::http::HttpGrants;
///
/// let grants = HttpGrants::parse(["{test}", "https://*.example.com"])?;
/// assert_eq!(grants.to_string(), "{test}; https://*.example.com");
/// # Ok::<_, greenlight_hook_runtime::http::GrantError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HttpGrants(Vec<HttpGrant>);

impl HttpGrants {
    /// No grant: every request is denied.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Reads each text as one grant.
    ///
    /// # Errors
    ///
    /// The [`GrantError`] of the first text that is none.
    pub fn parse<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Result<Self, GrantError> {
        texts.into_iter().map(|text| HttpGrant::from_str(text.as_ref())).collect()
    }

    /// The grants, in the order in which they were written.
    pub fn iter(&self) -> impl Iterator<Item = &HttpGrant> {
        self.0.iter()
    }

    /// Whether nothing is granted.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What all grants that cover `target` allow together; nothing when none does.
    pub(super) fn permits(&self, target: &Target, roles: &Roles) -> Vec<Permit> {
        self.0.iter().filter_map(|grant| grant.permit(target, roles)).collect()
    }
}

impl FromIterator<HttpGrant> for HttpGrants {
    fn from_iter<I: IntoIterator<Item = HttpGrant>>(grants: I) -> Self {
        Self(grants.into_iter().collect())
    }
}

impl fmt::Display for HttpGrants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing");
        }
        for (i, grant) in self.0.iter().enumerate() {
            write!(f, "{}{grant}", if i == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

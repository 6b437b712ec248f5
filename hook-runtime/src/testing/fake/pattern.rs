//! Which requests a route covers.

use std::{fmt, str::FromStr};

use http::Method;

/// A method, or any, written `*`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MethodPattern {
    /// Every method.
    #[default]
    Any,
    /// One method, such as `GET`.
    Only(Method),
}

/// A path that begins with `/`. With `*` at the end it covers everything that begins so; with a query it covers that
/// query alone, without one every query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern {
    text: String,
    rest: bool,
}

/// Part of a route or of an expected request that cannot be used. Its `Display` says why, and what to write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidRoute(String);

impl InvalidRoute {
    pub(crate) const fn new(problem: String) -> Self {
        Self(problem)
    }
}

impl MethodPattern {
    /// Whether requests of this method are covered.
    #[must_use]
    pub fn covers(&self, method: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(only) => only.as_str() == method,
        }
    }
}

impl PathPattern {
    /// Whether requests for this path, with its query if it has one, are covered.
    ///
    /// ```
    /// use greenlight_hook_runtime::testing::PathPattern;
    ///
    /// let items: PathPattern = "/items/*".parse()?;
    /// assert!(items.covers("/items/7?full=1") && !items.covers("/items"));
    /// # Ok::<_, greenlight_hook_runtime::testing::InvalidRoute>(())
    /// ```
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        if self.rest {
            return path.starts_with(&self.text);
        }
        let bare = path.split('?').next().unwrap_or_default();
        self.text == path || self.text == bare
    }
}

impl FromStr for MethodPattern {
    type Err = InvalidRoute;

    fn from_str(text: &str) -> Result<Self, InvalidRoute> {
        if text == "*" {
            return Ok(Self::Any);
        }
        match Method::from_str(text) {
            Ok(method) if !text.bytes().any(|byte| byte.is_ascii_lowercase()) => Ok(Self::Only(method)),
            _ => Err(InvalidRoute(format!(
                "{text:?} is no HTTP method; write one in capitals, such as \"GET\", or \"*\" for any"
            ))),
        }
    }
}

impl FromStr for PathPattern {
    type Err = InvalidRoute;

    fn from_str(text: &str) -> Result<Self, InvalidRoute> {
        let bare = text.strip_suffix('*').unwrap_or(text);
        let problem = if !text.starts_with('/') {
            "does not begin with \"/\"; write the path alone, such as \"/health\""
        } else if bare.contains('*') {
            "has a \"*\" that is not at its end; only there it stands for the rest of the path"
        } else if bare.bytes().any(|byte| byte.is_ascii_control() || byte == b' ' || byte == b'#') {
            "has a character that no request carries; write it as a client sends it, such as %20 for a blank"
        } else {
            return Ok(Self { text: bare.to_owned(), rest: bare.len() < text.len() });
        };
        Err(InvalidRoute(format!("the path {text:?} {problem}")))
    }
}

impl fmt::Display for MethodPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Only(method) => method.fmt(f),
        }
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.text, if self.rest { "*" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_covers_itself_with_every_query_unless_it_names_one() {
        let plain: PathPattern = "/items".parse().unwrap();
        assert!(plain.covers("/items") && plain.covers("/items?page=2") && !plain.covers("/items/7"));
        let query: PathPattern = "/items?page=2".parse().unwrap();
        assert!(query.covers("/items?page=2") && !query.covers("/items") && !query.covers("/items?page=3"));
        let all: PathPattern = "/*".parse().unwrap();
        assert!(all.covers("/") && all.covers("/a/b?c"));
    }

    #[test]
    fn what_covers_nothing_is_refused_with_the_form_to_write() {
        let told = |text: &str| text.parse::<PathPattern>().unwrap_err().to_string();
        assert!(told("health").ends_with("write the path alone, such as \"/health\""));
        assert!(told("/a/*/b").contains("only there it stands for the rest of the path"));
        assert!(told("/a b").contains("such as %20 for a blank"));
        assert!("get".parse::<MethodPattern>().unwrap_err().to_string().contains("write one in capitals"));
    }
}

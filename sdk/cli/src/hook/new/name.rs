//! What a project may be called.

use std::fmt;
use std::str::FromStr;

/// Cargo, npm and CodeDeploy's functions all take names of this length.
const MOST_CHARACTERS: usize = 48;

/// Names that a toolchain has already: the crate that plugins in Rust use, and Rust's own.
const TAKEN: [&str; 2] = ["greenlight-hook", "std"];

/// A name that every language takes for a package: lower-case letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProjectName(String);

impl ProjectName {
    /// The name.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ProjectName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fits = |character: char| {
            character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
        };
        if text.is_empty() || !text.chars().all(fits) {
            return Err(
                "a name has lower-case letters, digits and hyphens, such as checkout-smoke".to_owned()
            );
        }
        if !text.starts_with(|first: char| first.is_ascii_lowercase()) || text.ends_with('-') {
            return Err("a name begins with a letter and does not end with a hyphen".to_owned());
        }
        if text.len() > MOST_CHARACTERS {
            return Err(format!("a name has at most {MOST_CHARACTERS} characters"));
        }
        if TAKEN.contains(&text) {
            return Err("a toolchain has a package of this name itself; choose another".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_letters_digits_and_hyphens_are_a_name() {
        for name in ["a", "smoke", "checkout-smoke-2", "go", "main", &"x".repeat(MOST_CHARACTERS)] {
            assert_eq!(name.parse::<ProjectName>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn what_some_toolchain_would_refuse_is_none() {
        let long = "x".repeat(MOST_CHARACTERS + 1);
        for name in
            ["", "Smoke", "2nd", "-a", "a-", "a_b", "a b", "a/b", "..", "é", "std", "greenlight-hook", &long]
        {
            assert!(name.parse::<ProjectName>().is_err(), "{name}");
        }
    }
}

//! The rules of names: of applications, deployment groups and deployment configurations.

/// The longest name.
const MAX_CHARACTERS: usize = 100;

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidName {
    /// Too long.
    #[error("it has {0} characters, and can have {MAX_CHARACTERS}")]
    TooLong(usize),
    /// Holds what it must not.
    #[error("{0:?} is not allowed; use letters, digits, and + = , . @ _ -")]
    Character(char),
}

/// Checks a name that is not empty: 1 to 100 of `A-Z a-z 0-9 + = , . @ _ -`.
pub(crate) fn check(name: &str) -> Result<(), InvalidName> {
    let allowed = |c: &char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(*c);
    if let Some(other) = name.chars().find(|c| !allowed(c)) {
        return Err(InvalidName::Character(other));
    }
    // Only ASCII is left.
    if name.len() > MAX_CHARACTERS { Err(InvalidName::TooLong(name.len())) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_the_service_takes_them() {
        for name in ["a", "shop", "A-z0+=,.@_-", &"x".repeat(100)] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
        assert_eq!(check(&"x".repeat(101)), Err(InvalidName::TooLong(101)));
        for (name, other) in [("a b", ' '), ("a/b", '/'), ("ä", 'ä'), ("a:b", ':'), ("a\n", '\n')] {
            assert_eq!(check(name), Err(InvalidName::Character(other)));
        }
    }
}

//! Versions of interfaces, as they stand in names such as `greenlight:hook/report@0.1.0`.

use crate::{CONTRACT_VERSION, contract};

/// The name and whether it is newer, if it is an interface of the contract in a version that is not compatible.
pub(crate) fn other_version(name: &str) -> Option<(String, bool)> {
    let (interface, version) = split(name)?;
    let package = interface.split_once('/')?.0;
    (package == contract::PACKAGE && !compatible(version, CONTRACT_VERSION))
        .then(|| (name.to_owned(), numbers(version) > numbers(CONTRACT_VERSION)))
}

/// The interface and its version.
pub(crate) fn split(name: &str) -> Option<(&str, &str)> {
    name.split_once('@')
}

/// Whether what speaks one of two versions can speak with what speaks the other.
pub(crate) fn compatible(one: &str, other: &str) -> bool {
    track(numbers(one)) == track(numbers(other))
}

/// Major, minor, patch; a version before a release counts as that release.
pub(crate) fn numbers(version: &str) -> [u64; 3] {
    let mut numbers = version.split(['.', '-', '+']).map(|number| number.parse().unwrap_or(0));
    std::array::from_fn(|_| numbers.next().unwrap_or(0))
}

/// What has to be equal for two versions to be compatible: the first number that is not zero and all before it.
fn track([major, minor, patch]: [u64; 3]) -> [u64; 3] {
    match (major, minor) {
        (0, 0) => [0, 0, patch],
        (0, minor) => [0, minor, 0],
        (major, _) => [major, 0, 0],
    }
}

#[cfg(test)]
mod tests {
    use super::{compatible, other_version};

    #[test]
    fn other_versions_of_the_contract_are_told_with_their_direction() {
        assert_eq!(other_version("greenlight:hook/validator@0.1.0"), None);
        assert_eq!(other_version("greenlight:hook/validator@0.1.7"), None);
        let newer = other_version("greenlight:hook/validator@0.2.0").unwrap();
        assert_eq!(newer, ("greenlight:hook/validator@0.2.0".to_owned(), true));
        assert!(!other_version("greenlight:hook/report@0.0.9").unwrap().1);
        assert_eq!(other_version("greenlight:other/thing@0.2.0"), None);
    }

    #[test]
    fn the_first_number_that_is_not_zero_decides() {
        assert!(compatible("0.2.0", "0.2.12"));
        assert!(!compatible("0.2.0", "0.3.0"));
        assert!(compatible("1.0.0", "1.7"));
        assert!(!compatible("0.0.1", "0.0.2"));
    }
}

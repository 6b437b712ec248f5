//! What a misspelt name may have been meant to be.

/// The candidate that the given word most resembles, if it resembles one.
pub(super) fn closest<'c>(given: &str, candidates: &[&'c str]) -> Option<&'c str> {
    // Longer than any name of the format, twice over: not a slip of the finger.
    if given.chars().count() > 64 {
        return None;
    }
    let given = given.to_lowercase();
    candidates
        .iter()
        .map(|name| (strsim::damerau_levenshtein(&given, &name.to_lowercase()), *name))
        .filter(|(distance, name)| *distance <= (name.len() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Whether `given` can only be a slip of the finger for `name`.
pub(super) fn is_slip(given: &str, name: &str) -> bool {
    const SLIPS: usize = 2;
    given.len().abs_diff(name.len()) <= SLIPS
        && strsim::damerau_levenshtein(&given.to_lowercase(), &name.to_lowercase()) <= SLIPS
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let names = ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic"];
        assert_eq!(closest("AfterAllowTestTrafic", &names), Some("AfterAllowTestTraffic"));
        assert_eq!(closest("afterTestTraffic", &names), Some("AfterAllowTestTraffic"));
        assert_eq!(closest("BeforInstal", &names), Some("BeforeInstall"));
        assert_eq!(closest("ValidateService", &names), None);
        assert_eq!(closest("os", &["Hooks"]), None);
    }
}

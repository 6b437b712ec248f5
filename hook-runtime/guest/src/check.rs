//! Named checks and how they end.

use std::fmt::{self, Debug, Display};

use crate::{Failure, Hook};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// What was asked for is so.
    Pass,
    /// It is not so; the verdict will be fail.
    Fail,
    /// Worth a look, but no reason to stop the deployment.
    Warn,
    /// Not carried out.
    Skip,
}

impl Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Skip => "skip",
        })
    }
}

/// A check that has a name and no end yet; made by [`Hook::check`].
#[must_use = "a check is recorded by the method that ends it, such as `that` or `equal`"]
#[derive(Debug, Clone, Copy)]
pub struct Check<'hook> {
    hook: &'hook Hook,
    name: &'hook str,
    advisory: bool,
}

impl<'hook> Check<'hook> {
    pub(crate) const fn new(hook: &'hook Hook, name: &'hook str) -> Self {
        Self { hook, name, advisory: false }
    }

    /// From here on a failure is recorded as a warning, which does not stop the deployment.
    pub const fn advisory(mut self) -> Self {
        self.advisory = true;
        self
    }

    /// Passes when `condition` holds; otherwise fails, and `detail` says what was seen and what was expected.
    /// Gives back the condition.
    ///
    /// ```
    /// # fn validate(hook: &greenlight_hook::Hook) {
    /// let replicas = 2;
    /// hook.check("replicas").that(replicas >= 3, || format!("{replicas} are up, expected 3 or more"));
    /// # }
    /// ```
    pub fn that<D: Display>(self, condition: bool, detail: impl FnOnce() -> D) -> bool {
        if condition {
            self.pass("")
        } else {
            self.fail(detail())
        }
        condition
    }

    /// Passes when the two are equal; gives back whether they are.
    ///
    /// ```
    /// # fn validate(hook: &greenlight_hook::Hook, response: &greenlight_hook::http::Response) {
    /// hook.check("status").equal(response.status(), 200); // else: got 500, expected 200
    /// # }
    /// ```
    pub fn equal<A: Debug + PartialEq<E>, E: Debug>(self, actual: A, expected: E) -> bool {
        let equal = actual == expected;
        if equal {
            self.pass(shown(&actual))
        } else {
            self.fail(format!("got {}, expected {}", shown(&actual), shown(&expected)))
        }
        equal
    }

    /// Passes when `actual` is `limit` or less; gives back whether it is.
    pub fn at_most<A: Debug + PartialOrd<L>, L: Debug>(self, actual: A, limit: L) -> bool {
        let fits = actual <= limit;
        if fits {
            self.pass(format!("{}, at most {} allowed", shown(&actual), shown(&limit)));
        } else {
            self.fail(format!("got {}, expected {} or less", shown(&actual), shown(&limit)));
        }
        fits
    }

    /// Passes when `actual` is `limit` or more; gives back whether it is.
    pub fn at_least<A: Debug + PartialOrd<L>, L: Debug>(self, actual: A, limit: L) -> bool {
        let fits = actual >= limit;
        if fits {
            self.pass(format!("{}, at least {} wanted", shown(&actual), shown(&limit)));
        } else {
            self.fail(format!("got {}, expected {} or more", shown(&actual), shown(&limit)));
        }
        fits
    }

    /// Gives back the value of a result that is `Ok`, and records nothing: the check goes on with the value. For
    /// an error the check fails with the error's text.
    ///
    /// ```
    /// # use greenlight_hook::http;
    /// # fn validate(hook: &greenlight_hook::Hook) {
    /// let check = hook.check("health");
    /// if let Some(response) = check.ok(http::get("http://orders.internal/health").send()) {
    ///     check.equal(response.status(), 200);
    /// }
    /// # }
    /// ```
    pub fn ok<T, E: Into<Failure>>(self, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.fail(error.into())).ok()
    }

    /// Passes. `detail` says what was seen.
    pub fn pass(self, detail: impl Display) {
        self.end(Outcome::Pass, detail);
    }

    /// Fails. `detail` says what was seen and what was expected; it becomes the verdict's reason.
    pub fn fail(self, detail: impl Display) {
        self.end(if self.advisory { Outcome::Warn } else { Outcome::Fail }, detail);
    }

    /// Worth a look, but no reason to stop the deployment.
    pub fn warn(self, detail: impl Display) {
        self.end(Outcome::Warn, detail);
    }

    /// Not carried out, for this reason.
    pub fn skip(self, reason: impl Display) {
        self.end(Outcome::Skip, reason);
    }

    fn end(self, outcome: Outcome, detail: impl Display) {
        self.hook.record(self.name, outcome, &detail.to_string());
    }
}

/// Longer values are cut: a detail is one line of a report.
const SHOWN_MAX_CHARS: usize = 200;

fn shown(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    match text.char_indices().nth(SHOWN_MAX_CHARS) {
        Some((end, _)) => format!("{} ...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::testing::{Recorded, Rehearsal};
    use crate::{Hook, Outcome};

    fn checks(validate: impl FnOnce(&Hook)) -> Vec<(String, Outcome, String)> {
        let Recorded { checks, .. } = Rehearsal::new().run(validate);
        checks.into_iter().map(|check| (check.name, check.outcome, check.detail)).collect()
    }

    fn one(validate: impl FnOnce(&Hook)) -> (Outcome, String) {
        let mut all = checks(validate);
        assert_eq!(all.len(), 1);
        let (_, outcome, detail) = all.remove(0);
        (outcome, detail)
    }

    #[test]
    fn a_comparison_says_what_was_seen_and_what_was_expected() {
        let seen = one(|hook| assert!(!hook.check("status").equal(500, 200)));
        assert_eq!(seen, (Outcome::Fail, "got 500, expected 200".to_owned()));
        let seen = one(|hook| {
            assert!(!hook.check("p95").at_most(Duration::from_millis(412), Duration::from_millis(250)))
        });
        assert_eq!(seen, (Outcome::Fail, "got 412ms, expected 250ms or less".to_owned()));
        let seen = one(|hook| assert!(!hook.check("replicas").at_least(2, 3)));
        assert_eq!(seen, (Outcome::Fail, "got 2, expected 3 or more".to_owned()));
        assert_eq!(
            one(|hook| assert!(hook.check("status").equal(200, 200))),
            (Outcome::Pass, "200".to_owned())
        );
    }

    #[test]
    fn the_detail_of_a_condition_is_only_made_when_it_does_not_hold() {
        let seen = one(|hook| {
            hook.check("x").that(true, || -> &str { unreachable!("the condition holds") });
        });
        assert_eq!(seen.0, Outcome::Pass);
    }

    #[test]
    fn an_advisory_check_warns_in_place_of_failing() {
        let recorded = Rehearsal::new().run(|hook: &Hook| {
            hook.check("p95").advisory().at_most(412, 250);
        });
        assert_eq!(recorded.verdict, crate::Verdict::Pass);
        assert_eq!(recorded.checks[0].outcome, Outcome::Warn);
    }

    #[test]
    fn an_error_ends_the_check_and_a_value_does_not() {
        let all = checks(|hook| {
            let check = hook.check("number");
            assert_eq!(check.ok("7".parse::<u32>()), Some(7));
            assert_eq!(check.ok("x".parse::<u32>()), None);
        });
        assert_eq!(all, [("number".to_owned(), Outcome::Fail, "invalid digit found in string".to_owned())]);
    }

    #[test]
    fn a_huge_value_is_cut_in_the_detail() {
        let (_, detail) = one(|hook| {
            hook.check("body").equal("ü".repeat(100_000), "ok");
        });
        assert!(detail.len() < 1000, "{}", detail.len());
        assert!(detail.ends_with(" ..., expected \"ok\""), "{detail}");
    }
}

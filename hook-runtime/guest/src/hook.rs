//! The run of a plugin, as its validation function sees it.

use std::cell::RefCell;
use std::fmt;

use crate::check::{Check, Outcome};
use crate::host;

/// One run of the plugin: the place where checks are recorded.
///
/// The other parts of the contract are functions: [`deployment`](crate::deployment), [`config`](crate::config),
/// [`http`](crate::http), [`metric`](crate::metric), [`log`](crate::log).
pub struct Hook {
    failed: RefCell<Vec<String>>,
}

impl Hook {
    pub(crate) const fn new() -> Self {
        Self { failed: RefCell::new(Vec::new()) }
    }

    /// Begins a check. It is recorded by the method that says how it ended, at that moment: what was recorded
    /// before a crash is in the report.
    ///
    /// A failed check fails the verdict, with `name: detail` as the reason, whatever the function returns
    /// afterwards (but for [`Verdict::Pending`](crate::Verdict::Pending)).
    ///
    /// ```
    /// use greenlight_hook::{Failure, Hook, http};
    ///
    /// fn validate(hook: &Hook) -> Result<(), Failure> {
    ///     let response = http::get("http://orders.internal/health").send()?;
    ///     hook.check("health status").equal(response.status(), 200);
    ///     hook.check("health body").that(response.text().contains("ok"), || "`ok` is not in it");
    ///     Ok(())
    /// }
    /// ```
    pub fn check<'hook>(&'hook self, name: &'hook str) -> Check<'hook> {
        Check::new(self, name)
    }

    pub(crate) fn record(&self, name: &str, outcome: Outcome, detail: &str) {
        host::with(|host| host.check(name, outcome, detail));
        if outcome == Outcome::Fail {
            let reason =
                if detail.is_empty() { format!("{name} failed") } else { format!("{name}: {detail}") };
            self.failed.borrow_mut().push(reason);
        }
    }

    /// The failed checks, the first failing first.
    pub(crate) fn into_failed(self) -> Vec<String> {
        self.failed.into_inner()
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook").field("failed", &self.failed).finish()
    }
}

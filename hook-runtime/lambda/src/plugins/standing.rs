//! One verdict of many.

use std::fmt;

use super::Judged;
use crate::progress::PluginProgress;

/// How a hook stands: passed when all required plugins have, failed when one of them has, and pending otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// The deployment may go on.
    Passed {
        /// Why, for people.
        reason: String,
    },
    /// The deployment has to stop.
    Failed {
        /// Why, for people.
        reason: String,
    },
    /// Required plugins want to be asked again.
    Pending {
        /// When the first of them does, in milliseconds since the Unix epoch.
        at: u64,
        /// Which, for people.
        reason: String,
    },
}

impl Standing {
    /// Why, for people.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Passed { reason } | Self::Failed { reason } | Self::Pending { reason, .. } => reason,
        }
    }

    pub(crate) fn of(plugins: &[Judged]) -> Self {
        let (required, advisory): (Vec<_>, Vec<_>) = plugins.iter().partition(|plugin| plugin.required);
        let advice = told(advisory.iter().filter(|plugin| !plugin.passed()).copied());
        let with_advice = |reason: String| match advice.as_str() {
            "" => reason,
            advice => format!("{reason}; advisory only: {advice}"),
        };
        let failed: Vec<&Judged> = required.iter().filter(|plugin| plugin.failed()).copied().collect();
        if !failed.is_empty() {
            return Self::Failed { reason: with_advice(told(failed)) };
        }
        let open: Vec<&Judged> = required.iter().filter(|plugin| !plugin.passed()).copied().collect();
        if !open.is_empty() {
            let at = open.iter().filter_map(|plugin| plugin.pending_at()).min().unwrap_or_default();
            return Self::Pending { at, reason: told(open) };
        }
        let reason = match required.as_slice() {
            [] => "there is no required plugin".to_owned(),
            required => told(required.iter().copied()),
        };
        Self::Passed { reason: with_advice(reason) }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed { reason } => write!(f, "passed: {reason}"),
            Self::Failed { reason } => write!(f, "failed: {reason}"),
            Self::Pending { reason, .. } => write!(f, "pending: {reason}"),
        }
    }
}

impl Judged {
    pub(super) const fn passed(&self) -> bool {
        matches!(self.progress, Some(PluginProgress::Passed { .. }))
    }

    pub(super) const fn failed(&self) -> bool {
        matches!(self.progress, Some(PluginProgress::Failed { .. }))
    }

    const fn pending_at(&self) -> Option<u64> {
        match self.progress {
            Some(PluginProgress::Pending { at, .. }) => Some(at),
            _ => None,
        }
    }

    fn told(&self) -> String {
        let name = &self.plugin;
        match &self.progress {
            // Most reasons of the runtime name the plugin.
            Some(PluginProgress::Passed { reason } | PluginProgress::Failed { reason })
                if reason.contains(&format!("plugin \"{name}\"")) =>
            {
                reason.clone()
            }
            Some(PluginProgress::Passed { reason }) => format!("plugin \"{name}\" passed: {reason}"),
            Some(PluginProgress::Failed { reason }) => format!("plugin \"{name}\" failed: {reason}"),
            Some(PluginProgress::Pending { attempt: 1, .. }) => {
                format!("plugin \"{name}\" was not sure at its only attempt")
            }
            Some(PluginProgress::Pending { attempt, .. }) => {
                format!("plugin \"{name}\" was still not sure at attempt {attempt}")
            }
            None => format!("plugin \"{name}\" was not waited for"),
        }
    }
}

fn told<'a>(plugins: impl IntoIterator<Item = &'a Judged>) -> String {
    plugins.into_iter().map(Judged::told).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(plugin: &str, required: bool, progress: Option<PluginProgress>) -> Judged {
        Judged { plugin: plugin.to_owned(), required, progress, figures: Default::default() }
    }

    fn passed() -> Option<PluginProgress> {
        Some(PluginProgress::Passed { reason: "plugin \"smoke\" passed with 2 checks".to_owned() })
    }

    fn failed() -> Option<PluginProgress> {
        Some(PluginProgress::Failed { reason: "p99 is 900 ms".to_owned() })
    }

    fn pending(attempt: u32, at: u64) -> Option<PluginProgress> {
        Some(PluginProgress::Pending { attempt, state: String::new(), at })
    }

    #[test]
    fn all_required_plugins_have_to_pass() {
        let smoke = judged("smoke", true, passed());
        assert_eq!(
            Standing::of(std::slice::from_ref(&smoke)).to_string(),
            "passed: plugin \"smoke\" passed with 2 checks"
        );
        assert_eq!(
            Standing::of(&[smoke.clone(), judged("load", true, failed())]).to_string(),
            "failed: plugin \"load\" failed: p99 is 900 ms"
        );
        assert_eq!(
            Standing::of(&[smoke.clone(), judged("load", false, failed())]).to_string(),
            "passed: plugin \"smoke\" passed with 2 checks; advisory only: plugin \"load\" failed: p99 is 900 ms"
        );
        assert_eq!(
            Standing::of(&[judged("load", false, None)]).to_string(),
            "passed: there is no required plugin; advisory only: plugin \"load\" was not waited for"
        );
    }

    #[test]
    fn one_that_is_not_sure_holds_the_verdict_back_unless_another_has_failed() {
        let (late, soon) = (judged("late", true, pending(3, 900)), judged("soon", true, pending(1, 500)));
        assert_eq!(
            Standing::of(&[late.clone(), soon.clone(), judged("smoke", true, passed())]),
            Standing::Pending {
                at: 500,
                reason: "plugin \"late\" was still not sure at attempt 3; plugin \"soon\" was not sure at its only attempt"
                    .to_owned()
            }
        );
        let standing = Standing::of(&[late, soon, judged("load", true, failed())]);
        assert!(matches!(standing, Standing::Failed { .. }), "{standing}");
        let advisory = Standing::of(&[judged("a", false, pending(1, 5)), judged("smoke", true, passed())]);
        assert!(matches!(advisory, Standing::Passed { .. }), "{advisory}");
    }
}

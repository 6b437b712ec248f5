//! Whether a listener forwards as CodeDeploy expects when a deployment begins.

use std::fmt;

use greenlight_core::finding::Finding;

use super::account::Forward;

/// What a listener is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Users come by it.
    Production,
    /// Tests come by it.
    Test,
}

/// One of the pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TargetGroup {
    pub(super) name: String,
    pub(super) arn: String,
}

/// A listener, and where it forwards to.
#[derive(Debug)]
pub(super) struct Listener {
    pub(super) role: Role,
    pub(super) forwards: Vec<Forward>,
}

impl Listener {
    /// What is out of step with the pair, and with the target group to which the primary task set is attached.
    ///
    /// A deployment begins by making sure that the primary task set is behind the production listener, in every rule that
    /// forwards to the pair. A test listener may forward to either of the two.
    pub(super) fn findings(&self, pair: &[TargetGroup; 2], primary: Option<&TargetGroup>) -> Vec<Finding> {
        let [one, other] = pair;
        let to_pair = |forward: &&Forward| forward.share(one) > 0 || forward.share(other) > 0;
        let rules: Vec<&Forward> = self.forwards.iter().filter(to_pair).collect();
        if rules.is_empty() {
            let role = self.role;
            let message =
                format!("the {role} listener forwards to neither `{}` nor `{}`", one.name, other.name);
            let fix = match primary {
                Some(primary) => format!("let its default rule forward to `{}`", primary.name),
                None => "let its default rule forward to the one that serves now".to_owned(),
            };
            let finding = match role {
                Role::Production => Finding::error("listener-out-of-step", message),
                Role::Test => Finding::warning("listener-out-of-step", message),
            };
            return vec![finding.with_fix(fix)];
        }
        if self.role == Role::Test {
            return Vec::new();
        }
        rules.into_iter().filter_map(|rule| rule.finding(pair, primary)).collect()
    }
}

impl Forward {
    /// What is wrong with a rule of a production listener that forwards to the pair.
    fn finding(&self, pair: &[TargetGroup; 2], primary: Option<&TargetGroup>) -> Option<Finding> {
        let [one, other] = pair;
        if let Some(primary) = primary.filter(|primary| self.share(primary) == 0) {
            let name = &primary.name;
            let message = format!(
                "{self} of the production listener sends nothing to `{name}`, to which the primary task set is attached"
            );
            let finding = Finding::error("task-set-not-behind-listener", message);
            return Some(finding.with_fix(format!("let it forward to `{name}` alone")));
        }
        let shares = (self.share(one), self.share(other));
        if shares.0 == 0 || shares.1 == 0 {
            return None;
        }
        let message = format!(
            "{self} of the production listener sends {} % to `{}` and {} % to `{}`, as an earlier deployment has left it",
            shares.0, one.name, shares.1, other.name
        );
        let serving =
            primary.map_or_else(|| "the one that serves".to_owned(), |primary| format!("`{}`", primary.name));
        let fix = format!("send everything to {serving}: the deployment begins by moving traffic there");
        Some(Finding::warning("weights-left-over", message).with_fix(fix))
    }

    /// The per cent that a target group gets; at least one, if it gets anything.
    fn share(&self, group: &TargetGroup) -> i64 {
        let sum = |all: bool| -> i64 {
            let weights = self.to.iter().filter(|(arn, _)| all || *arn == group.arn);
            weights.map(|(_, weight)| i64::from(*weight)).sum()
        };
        match (sum(false), sum(true)) {
            (own, all) if own > 0 && all > 0 => (own * 100 / all).max(1),
            _ => 0,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Production => "production",
            Self::Test => "test",
        })
    }
}

impl fmt::Display for Forward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.priority {
            Some(priority) => write!(f, "the rule with priority {priority}"),
            None => f.write_str("the default rule"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> [TargetGroup; 2] {
        ["blue", "green"].map(|name| TargetGroup { name: name.to_owned(), arn: format!("arn:{name}") })
    }

    fn codes(role: Role, rules: &[&[(&str, i32)]], primary: Option<usize>) -> Vec<String> {
        let to = |rule: &&[(&str, i32)]| Forward {
            priority: None,
            to: rule.iter().map(|(name, weight)| (format!("arn:{name}"), *weight)).collect(),
        };
        let listener = Listener { role, forwards: rules.iter().map(to).collect() };
        let pair = pair();
        let found = listener.findings(&pair, primary.map(|index| &pair[index]));
        found.into_iter().map(|finding| finding.code.into_owned()).collect()
    }

    #[test]
    fn a_listener_that_sends_all_to_the_primary_is_in_step() {
        for weights in [&[("blue", 1)][..], &[("blue", 100), ("green", 0)], &[("green", 0), ("blue", 7)]] {
            assert_eq!(codes(Role::Production, &[weights], Some(0)), [""; 0]);
            assert_eq!(codes(Role::Production, &[weights], None), [""; 0]);
        }
    }

    #[test]
    fn rules_of_other_services_are_left_alone() {
        assert_eq!(codes(Role::Production, &[&[("other", 1)], &[("green", 1)]], Some(1)), [""; 0]);
    }

    #[test]
    fn each_rule_that_forwards_to_the_pair_has_to_be_in_step() {
        let rules: [&[(&str, i32)]; 3] = [&[("blue", 1)], &[("green", 1)], &[("blue", 9), ("green", 1)]];
        let expected = ["task-set-not-behind-listener", "weights-left-over"];
        assert_eq!(codes(Role::Production, &rules, Some(0)), expected);
    }

    #[test]
    fn a_target_group_without_weight_is_forwarded_to_by_nobody() {
        let rules: [&[(&str, i32)]; 1] = [&[("blue", 0), ("green", 0), ("other", 1)]];
        assert_eq!(codes(Role::Production, &rules, Some(0)), ["listener-out-of-step"]);
    }

    #[test]
    fn a_test_listener_may_forward_to_either_of_the_two() {
        let mixed: [&[(&str, i32)]; 2] = [&[("green", 1)], &[("blue", 1), ("green", 9)]];
        assert_eq!(codes(Role::Test, &mixed, Some(0)), [""; 0]);
        assert_eq!(codes(Role::Test, &[&[("other", 1)]], Some(0)), ["listener-out-of-step"]);
    }
}

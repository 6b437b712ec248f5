//! The names of the moments at which hooks run: those of CodeDeploy and those of Amazon ECS.

use serde::de::{self, Deserialize, Deserializer};

/// A moment by the name that CodeDeploy gives it and the one that Amazon ECS does, in the order in which they come. Some
/// stages exist only where Amazon ECS itself deploys.
const MOMENTS: [(Option<&str>, Option<&str>); 8] = [
    (None, Some("RECONCILE_SERVICE")),
    (Some("BeforeInstall"), Some("PRE_SCALE_UP")),
    (Some("AfterInstall"), Some("POST_SCALE_UP")),
    (None, Some("TEST_TRAFFIC_SHIFT")),
    (Some("AfterAllowTestTraffic"), Some("POST_TEST_TRAFFIC_SHIFT")),
    (Some("BeforeAllowTraffic"), Some("PRE_PRODUCTION_TRAFFIC_SHIFT")),
    (None, Some("PRODUCTION_TRAFFIC_SHIFT")),
    (Some("AfterAllowTraffic"), Some("POST_PRODUCTION_TRAFFIC_SHIFT")),
];

/// Events of a deployment at which no hook runs, though they look like it.
const WITHOUT_HOOKS: [&str; 6] =
    ["Install", "AllowTestTraffic", "AllowTraffic", "SCALE_UP", "BAKE_TIME", "CLEAN_UP"];

/// Whether both names mean the same moment.
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other
        || MOMENTS.iter().any(|(code_deploy, ecs)| {
            let names = [*code_deploy, *ecs];
            names.contains(&Some(one)) && names.contains(&Some(other))
        })
}

/// A name that is one of them.
#[derive(Debug)]
pub(crate) struct EventName(pub(crate) String);

impl<'de> Deserialize<'de> for EventName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let known = MOMENTS.iter().any(|(one, other)| [*one, *other].contains(&Some(name.as_str())));
        if known { Ok(Self(name)) } else { Err(de::Error::custom(refusal(&name))) }
    }
}

fn refusal(name: &str) -> String {
    if WITHOUT_HOOKS.contains(&name) {
        return format!("{name} runs no hooks; choose from {}", known());
    }
    let folded = |name: &str| name.replace(['_', '-'], "").to_lowercase();
    let meant = MOMENTS
        .iter()
        .flat_map(|(one, other)| [*one, *other])
        .flatten()
        .find(|known| folded(known) == folded(name));
    match meant {
        Some(meant) => format!("{name:?} is no lifecycle event; write {meant:?}"),
        None => format!("{name:?} is no lifecycle event; choose from {}", known()),
    }
}

fn known() -> String {
    let code_deploy = MOMENTS.iter().filter_map(|(name, _)| *name);
    let ecs = MOMENTS.iter().filter_map(|(_, name)| *name);
    format!(
        "{} of CodeDeploy, or {} of Amazon ECS",
        code_deploy.collect::<Vec<_>>().join(", "),
        ecs.collect::<Vec<_>>().join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::{refusal, same};

    #[test]
    fn a_moment_has_a_name_at_each_service() {
        assert!(same("AfterAllowTestTraffic", "POST_TEST_TRAFFIC_SHIFT"));
        assert!(same("PRE_SCALE_UP", "BeforeInstall"));
        assert!(same("TEST_TRAFFIC_SHIFT", "TEST_TRAFFIC_SHIFT"));
        assert!(!same("TEST_TRAFFIC_SHIFT", "RECONCILE_SERVICE"));
        assert!(!same("BeforeInstall", "AfterInstall"));
        assert!(same("ANOTHER_STAGE", "ANOTHER_STAGE"));
    }

    #[test]
    fn a_name_in_another_spelling_is_corrected() {
        assert_eq!(
            refusal("after-allow-test-traffic"),
            "\"after-allow-test-traffic\" is no lifecycle event; write \"AfterAllowTestTraffic\""
        );
    }

    #[test]
    fn an_event_of_the_service_itself_is_told_apart_from_a_misspelt_one() {
        assert!(refusal("Install").starts_with("Install runs no hooks; choose from BeforeInstall, "));
        assert!(
            refusal("ValidateService").starts_with("\"ValidateService\" is no lifecycle event; choose from ")
        );
    }
}

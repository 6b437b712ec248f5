//! Whether plugins reach what they are granted.

use futures_util::future::join_all;
use greenlight_hook_runtime::http::{Egress, HttpError, HttpGrant, HttpLimits, Reach, Role, Roles};
use tokio::time::Instant;

use super::{Finding, Outcome};
use crate::host::Parts;
use crate::plugins::Plugin;

const CHECK: &str = "network";

/// Tries all grants of all plugins at once.
pub(super) async fn look(parts: &Parts, until: Instant) -> Vec<Finding> {
    let Ok(plugins) = &parts.plugins else { return Vec::new() };
    let (roles, mut findings) = roles(parts);
    let tries = plugins.iter().flat_map(|plugin| {
        let egress = egress(plugin, &roles, until);
        plugin.settings.grants.http.iter().map(move |grant| attempt(plugin, grant, egress.clone()))
    });
    findings.extend(join_all(tries.collect::<Vec<_>>()).await);
    findings
}

fn egress(plugin: &Plugin, roles: &Roles, until: Instant) -> Egress {
    let network = plugin.hook.runtime().network().clone();
    let grants = plugin.settings.grants.http.clone();
    // Each grant is tried once, all of them at the same time.
    let places = u32::try_from(grants.iter().count()).unwrap_or(u32::MAX);
    let mut limits = HttpLimits::default();
    limits.max_concurrent = places.max(1);
    Egress::new(network, grants, roles.clone(), limits, until)
}

async fn attempt(plugin: &Plugin, grant: &HttpGrant, egress: Egress) -> Finding {
    let name = &plugin.settings.name;
    let finding =
        |outcome, sentence: String| Finding::new(CHECK, outcome, format!("{name}: {grant}"), sentence);
    match egress.reach(grant).await {
        Ok(Reach::Connected { origin, address }) => {
            finding(Outcome::Ok, format!("{origin} accepts connections, at {address}"))
        }
        Ok(Reach::Unfilled(role)) => {
            let (listener, variable) = listener(role);
            finding(Outcome::Missing, format!("nobody says where the {listener} listener answers"))
                .with_fix(format!("set {variable} in the function's environment"))
        }
        Ok(_) => finding(Outcome::Unknown, "a grant of all names below one names none to try".to_owned()),
        Err(error) => {
            let fix = fix(&error);
            let outcome = if error.is_denied() { Outcome::Missing } else { Outcome::Failed };
            let finding = finding(outcome, error.to_string());
            // The sentence of a denial has its fix.
            match fix {
                Some(fix) => finding.with_fix(fix),
                None => finding,
            }
        }
    }
}

fn fix(error: &HttpError) -> Option<&'static str> {
    match error {
        HttpError::Denied { .. } => None,
        HttpError::Dns(_) => Some("correct the name, or let the function's VPC resolve it"),
        _ => Some(
            "check that it is up, and that the function's VPC, security groups and routes let the function reach it",
        ),
    }
}

/// What the environment fills the roles with, and what cannot be read of it.
fn roles(parts: &Parts) -> (Roles, Vec<Finding>) {
    let environment = &parts.environment;
    let (mut roles, mut findings) = (Roles::new(), Vec::new());
    for (role, url) in [(Role::Test, &environment.test_url), (Role::Production, &environment.production_url)]
    {
        let Some(url) = url else { continue };
        let filled = match role {
            Role::Test => roles.clone().with_test(url),
            Role::Production => roles.clone().with_production(url),
        };
        match filled {
            Ok(filled) => roles = filled,
            Err(error) => {
                let finding =
                    Finding::new("environment", Outcome::Failed, listener(role).1, error.to_string());
                findings.push(finding.with_fix("write the listener's URL, such as http://10.0.0.7:9000"));
            }
        }
    }
    (roles, findings)
}

const fn listener(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Test => ("test", "GREENLIGHT_TEST_URL"),
        Role::Production => ("production", "GREENLIGHT_PRODUCTION_URL"),
    }
}

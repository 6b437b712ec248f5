//! What the tests of outgoing HTTP share.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(unreachable_pub, reason = "a module of several test programs")]

pub mod guest;
pub mod names;
pub mod server;

use std::time::Duration;

use greenlight_hook_runtime::http::{Egress, HttpGrants, HttpLimits, Network, Roles};
use tokio::time::Instant;

/// Long enough for any exchange of these tests on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A broker with `grants`, the given network and roles, and default limits.
pub fn egress(network: Network, grants: &[&str], roles: Roles) -> Egress {
    egress_with(network, grants, roles, HttpLimits::default())
}

/// A broker with everything chosen, and all the time it needs.
pub fn egress_with(network: Network, grants: &[&str], roles: Roles, limits: HttpLimits) -> Egress {
    Egress::new(network, HttpGrants::parse(grants).unwrap(), roles, limits, Instant::now() + PATIENCE)
}

/// A broker that may speak to the test listener at `url` alone.
pub fn egress_to(url: &str) -> Egress {
    egress(Network::system().unwrap(), &["{test}"], Roles::new().with_test(url).unwrap())
}

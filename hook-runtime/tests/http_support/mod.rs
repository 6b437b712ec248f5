//! What the tests of outgoing HTTP share.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(unreachable_pub, reason = "a module of several test programs")]

pub mod guest;
pub mod names;
pub mod server;

use std::time::Duration;

use greenlight_hook_runtime::http::{
    DenialKind, Egress, FetchRequest, HttpError, HttpGrants, HttpLimits, Network, Roles,
};
use tokio::time::Instant;

/// Long enough for any exchange of these tests on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// An address that no list knows as special.
pub const PUBLIC: &str = "192.0.32.10";

/// The status of the response to a GET of `url`.
pub async fn get(egress: &Egress, url: &str) -> Result<u16, HttpError> {
    egress.fetch(FetchRequest::get(url)).await.map(|response| response.status)
}

/// Why the request was denied; anything else fails the test.
pub fn denial(result: Result<u16, HttpError>) -> (DenialKind, String) {
    match result {
        Err(HttpError::Denied { kind, sentence }) => (kind, sentence),
        other => panic!("not denied: {other:?}"),
    }
}

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

//! Whether what a grant names can be reached from here, found out without any request.

use std::net::SocketAddr;
use std::sync::Arc;

use http::Method;
use tokio::time::Instant;

use super::{
    connection::Connection,
    egress::Egress,
    error::HttpError,
    grant::{HostPattern, HttpGrant, Subject},
    outcome::TimeoutKind,
    policy::{authorize, judge},
    role::Role,
    target::{Host, Scheme, Target},
    timers::{Timers, Wishes},
};

/// What came of trying to reach the server that a grant names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reach {
    /// It accepts connections, where the grant says `https` with a certificate that is trusted.
    Connected {
        /// The server, as a grant for it is written.
        origin: String,
        /// The address that was connected to.
        address: SocketAddr,
    },
    /// The grant is a role that nobody filled, so it covers nothing.
    Unfilled(Role),
    /// The grant covers names below one, and names none that could be tried.
    AnyBelow,
}

impl Egress {
    /// Resolves, judges and connects to what `grant` names, as a request of a plugin would, and closes the connection: no
    /// request is sent, none is counted or recorded. The whole list of grants decides, not `grant` alone.
    ///
    /// ```
    /// use std::time::Duration;
    /// use greenlight_hook_runtime::http::{Egress, HttpGrants, HttpLimits, Network, Reach, Role, Roles};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    /// let grants = HttpGrants::parse(["{test}"])?;
    /// let egress = Egress::new(Network::system()?, grants.clone(), Roles::new(), HttpLimits::default(), deadline);
    /// for grant in grants.iter() {
    ///     assert_eq!(egress.reach(grant).await?, Reach::Unfilled(Role::Test));
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The [`HttpError`] that a request would end with before it is sent.
    pub async fn reach(&self, grant: &HttpGrant) -> Result<Reach, HttpError> {
        let broker = &self.broker;
        let server = match &grant.subject {
            Subject::Role(role) => match broker.roles.target(*role) {
                Some(target) => (target.scheme, &target.host, target.port),
                None => return Ok(Reach::Unfilled(*role)),
            },
            Subject::Server { scheme, host: HostPattern::Exact(host), port } => (*scheme, host, *port),
            Subject::Server { host: HostPattern::Below(_), .. } => return Ok(Reach::AnyBelow),
        };
        let target = root_of(server);
        let permits = authorize(&broker.grants, &broker.roles, &Method::GET, &target)?;
        let slot = Arc::new(broker.budget.take_slot(&broker.limits)?);
        let timers = Timers::new(&broker.limits, Wishes::default(), Instant::now(), broker.deadline);
        let end = timers.step_end(timers.connect);
        let connect = async {
            let found = broker.resolve(&target, &slot).await?;
            let addresses = judge(&permits, &broker.network.runtime_apis, &Method::GET, &target, &found)?;
            Connection::open(&broker.network, &target, &addresses, end).await
        };
        let connection = timers.limit(&target, TimeoutKind::Connect, timers.connect, end, connect).await?;
        Ok(Reach::Connected { origin: target.origin(), address: connection.address() })
    }
}

fn root_of((scheme, host, port): (Scheme, &Host, u16)) -> Target {
    Target { scheme, host: host.clone(), port, path: "/".to_owned() }
}

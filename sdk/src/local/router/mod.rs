//! A weighted HTTP/1.1 reverse proxy with a production and a test listener, as a load balancer in front of two
//! target groups.
//!
//! # Promises
//!
//! * Weights are kept exactly, not on average: a group of weight zero gets no request, one of 10 % gets every tenth.
//! * A change of weights or targets never cuts a request that runs, and costs the others nothing.
//! * [`Router::drain`] tells when a group has nothing left to do, so that its processes can be stopped without loss.
//! * Bodies are streamed in both directions, whatever their size.
//!
//! # Answers of the router's own
//!
//! They carry the header `X-Greenlight-Error` with a code, and a sentence in the body. 502: the target cannot be
//! reached or did not send a valid response. 503: there is no target. 504: the target did not answer in time. 400
//! and 405: the request cannot be forwarded.
//!
//! # Example
//!
//! ```
//! use greenlight::local::router::{Router, RouterConfig, TargetGroup, Weights};
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let router = Router::bind(RouterConfig::new(([127, 0, 0, 1], 0).into())).await?;
//! router.set_targets(TargetGroup::Blue, &[([127, 0, 0, 1], 9001).into()]);
//! router.set_targets(TargetGroup::Green, &[([127, 0, 0, 1], 9002).into()]);
//! router.set_production_weights(Weights::new(90.0, 10.0)?);
//! println!("listening on {}", router.production_addr());
//! router.shutdown().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod client;
mod config;
mod error;
mod exchange;
mod headers;
mod in_flight;
mod listener;
mod phase;
mod pool;
mod proxy;
mod refusal;
mod request_body;
mod response_body;
mod routing_table;
mod stats;
mod target_group;
mod tunnel;
mod upstream;
mod upstream_io;
mod weights;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use tokio::net::TcpListener;

pub use self::config::RouterConfig;
pub use self::error::RouterError;
pub use self::stats::{GroupStats, ListenerStats, RouterStats};
pub use self::target_group::TargetGroup;
pub use self::weights::Weights;

use self::listener::Listener;
use self::phase::{Phase, PhaseReceiver, Phases};
use self::pool::Pool;
use self::routing_table::{ListenerRole, Routing};
use self::stats::ListenerCounters;

/// A running router. See [the module](self) for what it promises, and for an example.
///
/// It works until it is shut down or dropped. Dropping it closes all its sockets at once.
pub struct Router {
    config: Arc<RouterConfig>,
    routing: Arc<Routing>,
    production: Bound,
    test: Option<Bound>,
    phases: Phases,
}

impl Router {
    /// Opens the listeners and serves from now on: with 503 until there are targets. All production traffic goes
    /// to blue at first, and the test listener forwards to no group.
    ///
    /// # Errors
    ///
    /// [`RouterError::AddressInUse`] and [`RouterError::Bind`]. Nothing is left open then.
    pub async fn bind(config: RouterConfig) -> Result<Self, RouterError> {
        let production = listener::bind(ListenerRole::Production, config.production).await?;
        let test = match config.test {
            Some(address) => Some(listener::bind(ListenerRole::Test, address).await?),
            None => None,
        };
        let (config, routing, phases) = (Arc::new(config), Arc::new(Routing::new()), Phases::new());
        let serve = |role: ListenerRole, socket: TcpListener| {
            let shared = (Arc::clone(&config), Arc::clone(&routing), phases.clone());
            let asked =
                if role == ListenerRole::Test { config.test } else { None }.unwrap_or(config.production);
            Bound::serve(role, socket, shared).map_err(|source| RouterError::Bind {
                address: asked,
                listener: role.name(),
                source,
            })
        };
        let production = serve(ListenerRole::Production, production)?;
        let test = test.map(|socket| serve(ListenerRole::Test, socket)).transpose()?;
        tokio::spawn(close_expired(Arc::clone(&routing), config.pool_idle_timeout, phases.receiver()));
        Ok(Self { config, routing, production, test, phases })
    }

    /// The address of the production listener, with the real port.
    #[must_use]
    pub const fn production_addr(&self) -> SocketAddr {
        self.production.address
    }

    /// The address of the test listener, with the real port.
    #[must_use]
    pub fn test_addr(&self) -> Option<SocketAddr> {
        self.test.as_ref().map(|test| test.address)
    }

    /// Replaces the addresses of a group. They get its requests in turn; one that refuses a connection is passed
    /// over. Requests that run at an address that is left out are finished.
    pub fn set_targets(&self, group: TargetGroup, addresses: &[SocketAddr]) {
        let max_idle_time = self.config.pool_idle_timeout;
        self.routing.set_targets(group, addresses, |address| Pool::new(address, max_idle_time));
    }

    /// The addresses of a group.
    #[must_use]
    pub fn targets(&self, group: TargetGroup) -> Vec<SocketAddr> {
        self.routing.targets(group).addresses()
    }

    /// Divides the production traffic, from the next request on.
    pub fn set_production_weights(&self, weights: Weights) {
        self.routing.set_weights(weights);
    }

    /// How production traffic is divided.
    #[must_use]
    pub fn production_weights(&self) -> Weights {
        self.routing.weights()
    }

    /// Points the test listener at a group, or at none, from the next request on.
    pub fn set_test_target(&self, group: Option<TargetGroup>) {
        self.routing.set_test_target(group);
    }

    /// The group that the test listener forwards to.
    #[must_use]
    pub fn test_target(&self) -> Option<TargetGroup> {
        self.routing.test_target()
    }

    /// The number of requests that were given to a group and are not finished, tunnels included.
    #[must_use]
    pub fn in_flight(&self, group: TargetGroup) -> usize {
        self.routing.in_flight(group).count()
    }

    /// Waits until no request is in flight at a group, then closes its unused connections.
    ///
    /// A request is in flight from the choice of the group until the target has sent all of its response. Take the
    /// traffic away first, by weight and test target: a group that still gets requests may never be without one.
    /// When the time is up, the requests that remain go on.
    pub async fn drain(&self, group: TargetGroup, timeout: Duration) -> Drained {
        let in_flight = self.routing.in_flight(group);
        let remaining = match tokio::time::timeout(timeout, in_flight.idle()).await {
            Ok(()) => 0,
            Err(_) => in_flight.count(),
        };
        self.routing.targets(group).close_idle();
        Drained { group, remaining }
    }

    /// What has been counted until now. Costs a few atomic reads.
    #[must_use]
    pub fn stats(&self) -> RouterStats {
        let read = |bound: &Bound| bound.listener.counters.read();
        RouterStats {
            production: read(&self.production),
            test: self.test.as_ref().map(read).unwrap_or_default(),
        }
    }

    /// Closes the listeners, lets running requests end for at most
    /// [`shutdown_grace`](RouterConfig::shutdown_grace), and closes everything. Idle client connections are closed
    /// at once. Afterwards the ports are free.
    pub async fn shutdown(&self) {
        self.phases.announce(Phase::Closing);
        let in_time = self.phases.all_ended(self.config.shutdown_grace).await;
        self.phases.announce(Phase::Closed);
        if !in_time {
            // What remains is dropped by its tasks as soon as they run.
            self.phases.all_ended(self.config.shutdown_grace).await;
        }
        for group in TargetGroup::ALL {
            self.routing.targets(group).close_idle();
        }
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        self.phases.announce(Phase::Closed);
    }
}

impl fmt::Display for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "router on {}", self.production_addr())?;
        match self.test_addr() {
            Some(test) => write!(f, " (test {test})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("production", &self.production_addr())
            .field("test", &self.test_addr())
            .field("weights", &self.production_weights())
            .finish_non_exhaustive()
    }
}

/// How a drain ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct Drained {
    /// The group that was drained.
    pub group: TargetGroup,
    /// Requests that were still running when the time was up. Zero: the group can be stopped without loss.
    pub remaining: usize,
}

impl fmt::Display for Drained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.remaining {
            0 => write!(f, "{} is drained", self.group),
            1 => write!(f, "{} still has 1 request in flight", self.group),
            remaining => write!(f, "{} still has {remaining} requests in flight", self.group),
        }
    }
}

/// A listener that is being served.
struct Bound {
    address: SocketAddr,
    listener: Arc<Listener>,
}

impl Bound {
    fn serve(
        role: ListenerRole,
        socket: TcpListener,
        (config, routing, phases): (Arc<RouterConfig>, Arc<Routing>, Phases),
    ) -> io::Result<Self> {
        let address = socket.local_addr()?;
        let forwarded_port = HeaderValue::from(address.port());
        let phase = phases.receiver();
        let counters = ListenerCounters::default();
        let listener = Arc::new(Listener { role, config, routing, counters, forwarded_port, phases });
        tokio::spawn(listener::accept(socket, Arc::clone(&listener), phase));
        Ok(Self { address, listener })
    }
}

/// Closes connections that lay in the pools for too long.
async fn close_expired(routing: Arc<Routing>, max_idle_time: Duration, mut phase: PhaseReceiver) {
    let sweep = async {
        loop {
            tokio::time::sleep(max_idle_time.max(Duration::from_millis(100)) / 2).await;
            for group in TargetGroup::ALL {
                routing.targets(group).close_expired();
            }
        }
    };
    tokio::select! {
        () = sweep => {}
        () = phase.reached(Phase::Closing) => {}
    }
}

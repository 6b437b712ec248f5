//! Addresses and limits of a router.

use std::net::SocketAddr;
use std::time::Duration;

/// Where a [`Router`](super::Router) listens, and its limits.
///
/// ```
/// use std::time::Duration;
/// use greenlight::local::router::RouterConfig;
///
/// let config = RouterConfig::new(([127, 0, 0, 1], 8080).into())
///     .with_test(([127, 0, 0, 1], 8081).into())
///     .with_connect_timeout(Duration::from_secs(2));
/// assert_eq!(config.test.map(|test| test.port()), Some(8081));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RouterConfig {
    /// Address of the production listener. Port 0 takes any free one.
    pub production: SocketAddr,
    /// Address of the test listener, if there is one. Port 0 takes any free one.
    pub test: Option<SocketAddr>,
    /// How long to wait for a connection to a target. Default 10 s, as an Application Load Balancer.
    pub connect_timeout: Duration,
    /// How long a connection may carry no data, to a client or to a target. Default 60 s, as an Application Load
    /// Balancer. A target that stays silent for this long is answered for with 504.
    pub idle_timeout: Duration,
    /// How long an unused connection to a target is kept. Default 4 s: Node.js closes after 5 s, and the side that
    /// closes first must be the router, or a request is sent into a closing connection.
    pub pool_idle_timeout: Duration,
    /// Largest request head, in bytes. Default 64 KiB, as an Application Load Balancer; never less than 8 KiB.
    /// A larger one is answered with 431.
    pub max_head_bytes: usize,
    /// How long [`Router::shutdown`](super::Router::shutdown) waits for running requests. Default 10 s.
    pub shutdown_grace: Duration,
}

impl RouterConfig {
    /// A production listener with the default limits and no test listener.
    #[must_use]
    pub const fn new(production: SocketAddr) -> Self {
        Self {
            production,
            test: None,
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60),
            pool_idle_timeout: Duration::from_secs(4),
            max_head_bytes: 64 * 1024,
            shutdown_grace: Duration::from_secs(10),
        }
    }

    /// Sets [`test`](Self::test).
    #[must_use]
    pub const fn with_test(mut self, test: SocketAddr) -> Self {
        self.test = Some(test);
        self
    }

    /// Sets [`connect_timeout`](Self::connect_timeout).
    #[must_use]
    pub const fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets [`idle_timeout`](Self::idle_timeout).
    #[must_use]
    pub const fn with_idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// Sets [`pool_idle_timeout`](Self::pool_idle_timeout).
    #[must_use]
    pub const fn with_pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.pool_idle_timeout = timeout;
        self
    }

    /// Sets [`max_head_bytes`](Self::max_head_bytes).
    #[must_use]
    pub const fn with_max_head_bytes(mut self, bytes: usize) -> Self {
        self.max_head_bytes = bytes;
        self
    }

    /// Sets [`shutdown_grace`](Self::shutdown_grace).
    #[must_use]
    pub const fn with_shutdown_grace(mut self, grace: Duration) -> Self {
        self.shutdown_grace = grace;
        self
    }
}

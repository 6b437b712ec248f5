//! Outgoing HTTP of one run.

use std::{fmt, sync::Arc};

use tokio::time::Instant;

use super::{
    broker::Broker,
    budget::Budget,
    grants::HttpGrants,
    limits::HttpLimits,
    network::Network,
    pool::Pool,
    record::{HttpRecord, RecordLog},
    role::Roles,
};

/// Outgoing HTTP of one run of one hook. It serves `wasi:http` as
/// [`WasiHttpHooks`](wasmtime_wasi_http::WasiHttpHooks), and the contract's own `http` interface by
/// [`fetch`](Self::fetch), both over one path with the same policy, limits and records.
///
/// Clones share everything: keep one to read the [`records`](Self::records) when the run is over, however it ended.
///
/// ```
/// use std::time::Duration;
/// use greenlight_hook_runtime::http::{Egress, FetchRequest, HttpGrants, HttpLimits, Network, Roles};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
/// let egress = Egress::new(Network::system()?, HttpGrants::none(), Roles::new(), HttpLimits::default(), deadline);
///
/// let error = egress.fetch(FetchRequest::get("https://example.com/")).await.unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "no grant covers GET https://example.com/; add \"https://example.com\" to grants.http"
/// );
/// assert!(egress.records()[0].denied);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Egress {
    pub(super) broker: Arc<Broker>,
}

impl Egress {
    /// What a run may reach: `grants`, with the `roles` of its deployment filled in, within `limits`, until
    /// `deadline`, when the run ends. The time of the records is counted from this call.
    #[must_use]
    pub fn new(
        network: Network,
        grants: HttpGrants,
        roles: Roles,
        limits: HttpLimits,
        deadline: Instant,
    ) -> Self {
        Self {
            broker: Arc::new(Broker {
                network,
                grants,
                roles,
                limits,
                deadline,
                budget: Arc::new(Budget::default()),
                pool: Pool::default(),
                log: RecordLog::new(Instant::now()),
            }),
        }
    }

    /// Every request so far, in the order in which they were made, those under way included. Of the requests over
    /// `max_requests` only the first has a record; [`requests`](Self::requests) counts all.
    #[must_use]
    pub fn records(&self) -> Vec<HttpRecord> {
        self.broker.log.snapshot()
    }

    /// How many requests the plugin has made, refused ones included.
    #[must_use]
    pub fn requests(&self) -> u32 {
        self.broker.budget.requests()
    }
}

impl fmt::Display for Egress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "outgoing HTTP to {}, {} requests so far", self.broker.grants, self.requests())
    }
}

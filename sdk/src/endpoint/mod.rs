//! CodeDeploy's own wire protocol in front of the local engine, for any AWS client.
//!
//! Point a client at it with `AWS_ENDPOINT_URL_CODEDEPLOY`, or with the option of its own. The protocol is AWS
//! JSON 1.1 of the API version 2014-10-06, with the service's errors, limits and rules of names.
//!
//! **Nobody is asked who they are**: signatures are not looked at, and a request without one works. That is why an
//! [`Endpoint`] listens on this machine only, unless told otherwise, and answers no web page: a request with an
//! `Origin` is refused, and so is one for a host name that the endpoint does not know
//! ([`EndpointBuilder::with_host_name`]).
//!
//! # The clock and alarms
//!
//! A test passes an hour in a moment, and sets the alarms that deployment groups name, by plain JSON over HTTP below
//! a path that AWS clients never use:
//!
//! | request | body | answer |
//! |---|---|---|
//! | `GET /greenlight/clock` | | `{"now": "2018-11-28T18:56:01.022Z", "epochSeconds": 1543431361.022}` |
//! | `POST /greenlight/clock` | `{"advance": "1h 30min"}` | the same, after what was due by then has begun |
//! | `GET /greenlight/alarms` | | `{"alarms": ["errors"]}`, those that are active |
//! | `PUT /greenlight/alarms/errors` | `{"active": true}` | `{"name": "errors", "active": true}` |
//!
//! What is wrong with such a request is told as `{"error": "..."}`, with HTTP status 400, 404 or 405.
//!
//! # Functions
//!
//! Hook functions that are processes ([`EndpointBuilder::with_lambda_process`]) are invoked by Lambda's own API too, at the
//! same URL: `POST /2015-03-31/functions/{name}/invocations`, with the invocation types `RequestResponse`, `Event` and
//! `DryRun`, and the tail of the log where it is asked for. Point `AWS_ENDPOINT_URL_LAMBDA` at it. An asynchronous call
//! is made once: Lambda's repetitions after errors are those of hooks, which deployments invoke.
//!
//! # Example
//!
//! ```
//! use greenlight::endpoint::Endpoint;
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let endpoint = Endpoint::builder().build().await?;
//! println!("export AWS_ENDPOINT_URL_CODEDEPLOY={}", endpoint.url());
//! endpoint.shutdown().await;
//! # Ok::<(), greenlight::endpoint::EndpointError>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod admin;
mod arn;
mod body;
mod builder;
mod caller;
mod catalogue;
mod context;
mod deployments;
mod dispatch;
mod endpoint_error;
mod error;
mod exchange;
mod functions;
mod guard;
mod ids;
mod limits;
mod names;
mod operation;
mod operations;
mod pagination;
mod request_check;
mod server;
mod shapes;
mod start;
mod store;
mod tags;
mod wire;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

pub use self::builder::EndpointBuilder;
pub use self::endpoint_error::EndpointError;
pub use self::request_check::{InvalidRequest, check_request};
pub use self::store::StoreError;

use self::server::Server;
use self::store::Store;
use crate::local::engine::Engine;

/// A running endpoint. See [the module](self) for what it speaks, and for an example.
///
/// It works until it is shut down or dropped. Dropping it closes all its sockets at once.
#[derive(Debug)]
pub struct Endpoint {
    server: Server,
    engine: HaltedOnDrop,
    store: Option<Arc<Store>>,
}

/// An engine that is halted when it is dropped: its tasks hold it, so neither would ever go away.
#[derive(Debug)]
struct HaltedOnDrop(Arc<Engine>);

impl Drop for HaltedOnDrop {
    fn drop(&mut self) {
        self.0.halt();
    }
}

impl Endpoint {
    /// What to set before it runs.
    pub fn builder() -> EndpointBuilder {
        EndpointBuilder::new()
    }

    /// What clients are to be pointed at, such as `http://127.0.0.1:8080`.
    #[must_use]
    pub fn url(&self) -> String {
        url_of(self.addr())
    }

    /// Where it listens, with the real port.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.server.addr()
    }

    /// Closes the listener, lets running requests end for a few seconds, stops what runs, and writes what is still
    /// to be written. Afterwards the port and the directory are free. Deployments under way go on when an endpoint
    /// of the same directory is built.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
        self.engine.0.shutdown().await;
        if let Some(store) = &self.store
            && let Err(error) = store.close().await
        {
            // Nothing of it was acknowledged.
            tracing::error!(%error, "the last changes are lost");
        }
    }
}

/// The URL of what listens at an address. One that stands for all of this machine's addresses is nothing to connect to,
/// so it is given as loopback.
fn url_of(mut address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    format!("http://{address}")
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodeDeploy endpoint at {}", self.url())
    }
}

#[cfg(test)]
mod tests {
    use super::url_of;

    #[test]
    fn every_address_of_a_machine_is_reached_by_loopback() {
        assert_eq!(url_of(([0, 0, 0, 0], 4650).into()), "http://127.0.0.1:4650");
        assert_eq!(url_of("[::]:4650".parse().unwrap()), "http://[::1]:4650");
        assert_eq!(url_of(([127, 0, 0, 5], 4650).into()), "http://127.0.0.5:4650");
        assert_eq!(url_of("[fd00::1]:4650".parse().unwrap()), "http://[fd00::1]:4650");
    }
}

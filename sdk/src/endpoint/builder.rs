//! What is set before an endpoint runs.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use super::arn::Place;
use super::catalogue::{AllRows, Catalogue};
use super::context::Context;
use super::exchange::Guard;
use super::ids::Ids;
use super::pagination::Pages;
use super::server::{Server, Timeouts};
use super::{Endpoint, EndpointError};
use crate::local::LocalClock;

/// Items of a page.
const PAGE_SIZE: usize = 100;

/// What to set before an endpoint runs; made by [`Endpoint::builder`], where an example is.
#[derive(Debug)]
#[must_use]
pub struct EndpointBuilder {
    listen: SocketAddr,
    host_names: Vec<String>,
    place: Place,
    page_size: usize,
    clock: LocalClock,
    timeouts: Timeouts,
    id_seed: Option<u64>,
}

impl EndpointBuilder {
    pub(super) fn new() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            host_names: Vec::new(),
            place: Place { region: "us-east-1".to_owned(), account: "123456789012".to_owned() },
            page_size: PAGE_SIZE,
            clock: LocalClock::real(),
            timeouts: Timeouts::default(),
            id_seed: None,
        }
    }

    /// Where to listen. By default a free port of `127.0.0.1`. Whoever can reach the address can do everything.
    pub fn with_listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Takes requests for this host name too. Addresses, `localhost`, and names below it are always taken; others
    /// are not, so that no web page reaches the endpoint by a name that it points at this machine.
    pub fn with_host_name(mut self, name: impl Into<String>) -> Self {
        self.host_names.push(name.into());
        self
    }

    /// The region of all ARNs. By default `us-east-1`.
    pub fn with_region(mut self, region: impl Into<String>) -> Self {
        self.place.region = region.into();
        self
    }

    /// The account of all ARNs, twelve digits. By default `123456789012`.
    pub fn with_account(mut self, account: impl Into<String>) -> Self {
        self.place.account = account.into();
        self
    }

    /// The time of everything that has one. By default real time.
    pub fn with_clock(mut self, clock: LocalClock) -> Self {
        self.clock = clock;
        self
    }

    /// The number of items of a page of a list, by default 100. No input has one; a test of a client's pagination
    /// wants it small. At least 1.
    pub const fn with_page_size(mut self, items: usize) -> Self {
        self.page_size = items;
        self
    }

    /// How long a client may take to send a request's head and, again, its body. A connection without a request
    /// is closed after it too. By default a minute.
    pub const fn with_read_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.read = timeout;
        self
    }

    /// Makes the same ids each time: for tests that compare whole answers. By default nobody can guess an id.
    pub const fn with_id_seed(mut self, seed: u64) -> Self {
        self.id_seed = Some(seed);
        self
    }

    /// Opens the listener, and serves from now on.
    ///
    /// # Errors
    ///
    /// [`EndpointError`]. Nothing is left open then.
    pub async fn build(self) -> Result<Endpoint, EndpointError> {
        check_place(&self.place)?;
        let ids = self.id_seed.map_or_else(Ids::random, Ids::seeded);
        let catalogue = Catalogue::restore(&AllRows::new(), None)
            .map_err(|source| EndpointError::State { source: source.into() })?;
        let key =
            catalogue.page_key(&ids).map_err(|source| EndpointError::State { source: source.into() })?;
        let context = Context {
            catalogue,
            ids,
            place: self.place,
            pages: Pages::new(key, self.page_size),
            clock: Arc::new(self.clock),
        };
        let guard = Guard::new(self.host_names);
        let server = Server::bind(self.listen, Arc::new(context), guard, self.timeouts)
            .await
            .map_err(|source| EndpointError::Bind { address: self.listen, source })?;
        Ok(Endpoint { server })
    }
}

fn check_place(place: &Place) -> Result<(), EndpointError> {
    let region = !place.region.is_empty()
        && place.region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !region {
        let (given, why) =
            (place.region.clone(), "use lower-case letters, digits and hyphens, as in us-east-1");
        return Err(EndpointError::Setting { what: "region", given, why });
    }
    if place.account.len() != 12 || !place.account.bytes().all(|b| b.is_ascii_digit()) {
        let (given, why) = (place.account.clone(), "use twelve digits, as in 123456789012");
        return Err(EndpointError::Setting { what: "account", given, why });
    }
    Ok(())
}

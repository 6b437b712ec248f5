//! A service that answers as it was told to, on real sockets of this machine.

mod answer;
mod paced;
mod pattern;
mod route;
mod serve;
mod wire;

use std::{
    fmt, io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::Serialize;
use tokio::{
    net::{TcpListener, TcpSocket},
    task::JoinHandle,
};

pub use self::{
    answer::{Answer, Breakage, Drip},
    pattern::{InvalidRoute, MethodPattern, PathPattern},
    route::{Repeat, Route},
};
use crate::http::Role;

/// What a fake service is made of.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ServiceSpec {
    /// How requests are answered. The first route that covers a request answers it.
    pub routes: Vec<Route>,
    /// The test listener.
    pub test: Listener,
    /// The production listener.
    pub production: Listener,
}

/// One of the two listeners of a deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Listener {
    /// Answers by the routes.
    #[default]
    Answers,
    /// Has an address at which every connection is refused.
    Refuses,
    /// The deployment has none.
    Absent,
}

/// One request that the fake was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Seen {
    /// The method.
    pub method: String,
    /// The whole URL, with its query.
    pub url: String,
    /// Whether a route covered it. It was answered 404 otherwise.
    pub covered: bool,
}

impl ServiceSpec {
    /// A service with these routes, at both listeners.
    #[must_use]
    pub fn new(routes: Vec<Route>) -> Self {
        Self { routes, ..Self::default() }
    }
}

/// A fake service that is running. It ends when it is dropped.
///
/// ```
/// use greenlight_hook_runtime::testing::{Answer, FakeService, Route, ServiceSpec};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let healthy = Route::new("GET".parse()?, "/health".parse()?, Answer::new(200)?.with_body("ok"));
/// let fake = FakeService::start(ServiceSpec::new(vec![healthy])).await?;
/// assert!(fake.test_url().is_some_and(|url| url.starts_with("http://127.0.0.1:")));
/// assert!(fake.seen().is_empty());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FakeService {
    shared: Arc<Shared>,
    test: Option<Door>,
    production: Option<Door>,
}

/// What all connections of a fake share.
#[derive(Debug)]
struct Shared {
    routes: Vec<(Route, AtomicU64)>,
    seen: Mutex<Vec<Seen>>,
}

/// An address that is taken for as long as this lives.
#[derive(Debug)]
struct Door {
    url: String,
    holds: Holds,
}

#[derive(Debug)]
enum Holds {
    Task(JoinHandle<()>),
    /// Bound, but not listening: the system refuses connections, and gives the port to nobody else.
    Silent(#[allow(dead_code, reason = "held for its port alone")] TcpSocket),
}

impl FakeService {
    /// Starts it on free ports of the loopback address. Needs a tokio runtime with timers and I/O.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub async fn start(spec: ServiceSpec) -> io::Result<Self> {
        let routes = spec.routes.into_iter().map(|route| (route, AtomicU64::new(0))).collect();
        let shared = Arc::new(Shared { routes, seen: Mutex::default() });
        let test = Door::open(spec.test, Role::Test, &shared).await?;
        let production = Door::open(spec.production, Role::Production, &shared).await?;
        Ok(Self { shared, test, production })
    }

    /// Where the test listener is, such as `http://127.0.0.1:40213`, unless it is [`Absent`](Listener::Absent).
    #[must_use]
    pub fn test_url(&self) -> Option<&str> {
        self.test.as_ref().map(|door| door.url.as_str())
    }

    /// Where the production listener is, unless it is [`Absent`](Listener::Absent).
    #[must_use]
    pub fn production_url(&self) -> Option<&str> {
        self.production.as_ref().map(|door| door.url.as_str())
    }

    /// Every request so far, in the order in which they came in.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        // A list that only grows is whole at every moment.
        self.shared.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Display for FakeService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_none = |url: Option<&str>| url.unwrap_or("none").to_owned();
        let (test, production) = (or_none(self.test_url()), or_none(self.production_url()));
        write!(f, "fake service, test listener {test}, production listener {production}")
    }
}

impl Shared {
    /// Notes a request and finds its answer, if a route covers it.
    fn answer(&self, role: Role, method: &str, path: &str, url: String) -> Option<Answer> {
        let found = self.routes.iter().find(|(route, _)| route.covers(role, method, path));
        let covered = found.is_some();
        let seen = Seen { method: method.to_owned(), url, covered };
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
        found.map(|(route, asked)| route.answer(asked.fetch_add(1, Ordering::Relaxed)).clone())
    }
}

impl Door {
    async fn open(listener: Listener, role: Role, shared: &Arc<Shared>) -> io::Result<Option<Self>> {
        let any = ([127, 0, 0, 1], 0).into();
        let (address, holds) = match listener {
            Listener::Absent => return Ok(None),
            Listener::Refuses => {
                let socket = TcpSocket::new_v4()?;
                socket.bind(any)?;
                (socket.local_addr()?, Holds::Silent(socket))
            }
            Listener::Answers => {
                let tcp = TcpListener::bind(any).await?;
                let address = tcp.local_addr()?;
                let accept = serve::accept(tcp, role, format!("http://{address}"), Arc::clone(shared));
                (address, Holds::Task(tokio::spawn(accept)))
            }
        };
        Ok(Some(Self { url: format!("http://{address}"), holds }))
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        if let Holds::Task(task) = &self.holds {
            task.abort();
        }
    }
}

//! What is set before an endpoint runs.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use greenlight_core::lifecycle::Behaviour;
use greenlight_core::{DeploymentConfig, DeploymentEvent};
use tokio::net::TcpListener;

use super::arn::Place;
use super::catalogue::{AllRows, Catalogue};
use super::context::Context;
use super::functions::Background;
use super::guard::Guard;
use super::ids::Ids;
use super::pagination::Pages;
use super::server::{Server, Timeouts};
use super::start::{self, Group};
use super::store::Store;
use super::{Endpoint, EndpointError, HaltedOnDrop, url_of};
use crate::local::bindings::Bindings;
use crate::local::engine::{self, Engine, EngineParts, Kept, Layout, Observer, Service, ServiceKey};
use crate::local::persist::Persist;
use crate::local::{HookFunction, HookIdentities, LambdaProcess, LocalClock, LocalGroup, ids, pipeline};

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
    data: Option<PathBuf>,
    services: Vec<LocalGroup>,
    /// What is there from the start.
    groups: Vec<Group>,
    configs: Vec<DeploymentConfig>,
    s3_root: Option<PathBuf>,
    bindings: Bindings,
    lambda_processes: Vec<(String, LambdaProcess)>,
    install_time: Duration,
    observer: Option<Observer>,
    behaviour: Behaviour,
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
            data: None,
            services: Vec::new(),
            groups: Vec::new(),
            configs: Vec::new(),
            s3_root: None,
            bindings: Bindings::default(),
            lambda_processes: Vec::new(),
            install_time: Duration::ZERO,
            observer: None,
            behaviour: Behaviour::default(),
        }
    }

    /// Where to listen. By default a free port of `127.0.0.1`. Whoever can reach the address can do everything.
    pub fn with_listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Keeps the state in this directory, which is made if it is not there. What was acknowledged is on the disk, and
    /// an endpoint that is built with the same directory goes on from it. By default the state ends with the
    /// process.
    pub fn with_data(mut self, directory: impl Into<PathBuf>) -> Self {
        self.data = Some(directory.into());
        self
    }

    /// Makes a service real: deployments of its `cluster:service` start its task sets behind its router. Others are
    /// simulated: they have no processes, and each of their actions succeeds.
    pub fn with_service(mut self, service: LocalGroup) -> Self {
        self.services.push(service);
        self
    }

    /// Makes a service real, as [`with_service`](Self::with_service), and sees to it that its application and its
    /// deployment group exist when the endpoint begins. They are made as the group says when the state has none; what
    /// is there is left as it is.
    pub fn with_group(mut self, group: LocalGroup) -> Self {
        self.groups.push(Group::of(&group));
        self.with_service(group)
    }

    /// Sees to it that a custom deployment configuration exists when the endpoint begins.
    pub fn with_deployment_config(mut self, config: DeploymentConfig) -> Self {
        self.configs.push(config);
        self
    }

    /// Takes the files `BUCKET/KEY` below this directory for the objects of Amazon S3. By default there are none, and
    /// a revision in S3 cannot be deployed.
    pub fn with_s3_root(mut self, directory: impl Into<PathBuf>) -> Self {
        self.s3_root = Some(directory.into());
        self
    }

    /// Sets after how long the replacement of a simulated service is healthy, by the endpoint's clock. By default
    /// at once.
    pub const fn with_install_time(mut self, time: Duration) -> Self {
        self.install_time = time;
        self
    }

    /// Binds a hook function to the name by which AppSpecs call it. An ARN in an AppSpec is taken by its function
    /// name.
    pub fn with_hook(mut self, name: impl Into<String>, function: impl HookFunction + 'static) -> Self {
        self.bindings.functions.insert(name.into(), Arc::new(function));
        self
    }

    /// Binds a Lambda function that runs as processes of its own. Where it reports and invokes functions, who it is, and
    /// its region and account are those of this endpoint.
    pub fn with_lambda_process(mut self, name: impl Into<String>, process: LambdaProcess) -> Self {
        self.lambda_processes.push((name.into(), process));
        self
    }

    /// Invokes this function where an AppSpec names one that is not bound. By default such an invocation fails, and
    /// the deployment with it, as on the service.
    pub fn with_fallback_hook(mut self, function: impl HookFunction + 'static) -> Self {
        self.bindings.fallback = Some(Arc::new(function));
        self
    }

    /// Has every event of every deployment told as it happens, such as for a log: what hook functions print too, which no
    /// client of CodeDeploy ever sees. They may still print when their report has ended the deployment. The function is called while the endpoint waits, so it must only take the event
    /// and return.
    ///
    /// ```
    /// # use greenlight::endpoint::Endpoint;
    /// # use greenlight_core::DeploymentEvent;
    /// let (sender, events) = std::sync::mpsc::channel::<DeploymentEvent>();
    /// let builder = Endpoint::builder().with_observer(move |event| drop(sender.send(event.clone())));
    /// # drop((builder, events));
    /// ```
    pub fn with_observer(mut self, observer: impl Fn(&DeploymentEvent) + Send + Sync + 'static) -> Self {
        self.observer = Some(Observer::new(observer));
        self
    }

    /// Sets the open points of the service's behaviour.
    pub fn with_behaviour(mut self, behaviour: Behaviour) -> Self {
        self.behaviour = behaviour;
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
    pub async fn build(mut self) -> Result<Endpoint, EndpointError> {
        check_place(&self.place)?;
        // Before anything is started: hook functions are told where to report.
        let bind_error = |source| EndpointError::Bind { address: self.listen, source };
        let socket = TcpListener::bind(self.listen).await.map_err(bind_error)?;
        let address = socket.local_addr().map_err(bind_error)?;
        let identities = HookIdentities::new();
        for (name, process) in self.lambda_processes {
            let process = process
                .with_codedeploy_url(url_of(address))
                .with_lambda_url(url_of(address))
                .with_identities(identities.clone())
                .with_region(&self.place.region, &self.place.account);
            self.bindings.functions.insert(name, Arc::new(process));
        }
        let damaged = |source: Box<dyn std::error::Error + Send + Sync>| EndpointError::State { source };
        let (store, rows) = match &self.data {
            Some(directory) => {
                let (store, rows) = Store::open(directory)?;
                (Some(store), rows)
            }
            None => (None, AllRows::new()),
        };
        let persist = store.clone().map(|store| store as Arc<dyn Persist>);
        let ids = self.id_seed.map_or_else(Ids::random, Ids::seeded);
        let catalogue =
            Catalogue::restore(&rows, persist.clone()).map_err(|source| damaged(source.into()))?;
        let key = catalogue.page_key(&ids).map_err(|source| damaged(source.into()))?;
        let layouts = engine::layouts(&rows).map_err(|source| damaged(source.into()))?;
        let engine = Engine::new(EngineParts {
            clock: self.clock,
            ids: self.id_seed.map_or_else(ids::Ids::random, ids::Ids::seeded),
            bindings: self.bindings,
            services: open(self.services, &layouts).await?,
            persist,
            install_time: self.install_time,
            observer: self.observer,
        });
        let engine = HaltedOnDrop(engine);
        engine.0.restore(&rows).map_err(|source| damaged(source.into()))?;
        let context = Context {
            catalogue,
            ids,
            place: self.place,
            pages: Pages::new(key, self.page_size),
            engine: Arc::clone(&engine.0),
            behaviour: self.behaviour,
            identities,
            background: Background::default(),
            s3_root: self.s3_root,
        };
        start::create(&context, &self.configs, &self.groups)?;
        let guard = Guard::new(self.host_names);
        let server = Server::serve(socket, address, Arc::new(context), guard, self.timeouts);
        // Only now that hook functions can report.
        engine.0.run();
        engine.0.resume();
        Ok(Endpoint { server, engine, store })
    }
}

/// Opens the services that are real, each as it was when its state was kept.
async fn open(
    services: Vec<LocalGroup>,
    layouts: &[(ServiceKey, Layout)],
) -> Result<Vec<(ServiceKey, Service)>, EndpointError> {
    let mut open = Vec::with_capacity(services.len());
    for service in services {
        let key = ServiceKey::new(service.target_id());
        let kept = layouts.iter().find(|(of, _)| *of == key).map(|(_, layout)| layout.clone());
        open.push((key, pipeline::open(service, kept.unwrap_or_else(Layout::initial)).await?));
    }
    Ok(open)
}

impl Kept for AllRows {
    fn table(&self, name: &str) -> Vec<(String, Vec<u8>)> {
        let rows = self.get(name).into_iter().flatten();
        rows.map(|(key, value)| (key.clone(), value.clone())).collect()
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
